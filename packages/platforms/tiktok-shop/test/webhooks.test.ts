import { createHmac } from 'node:crypto';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiktokShop } from '../src/index.ts';
import { webhooks } from '../src/webhooks.ts';

interface Vector {
	name: string;
	app_key: string;
	app_secret: string;
	raw_body: string;
	authorization_header: string;
}

const published = witness('tiktok-shop');
const app = { appKey: 'demoappkey01', appSecret: '0123456789abcdef0123456789abcdef01234567' };
const now = new Date('2026-11-22T00:00:00Z');

function request(body: string | Buffer, authorization?: string) {
	const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
	return { headers, url: '/webhooks/tiktok-shop', body: Buffer.from(body) };
}

function signed(body: string | Buffer) {
	return request(body, createHmac('sha256', app.appSecret).update(app.appKey).update(body).digest('hex'));
}

function tidings(body: unknown) {
	const verdict = webhooks.verify(app, signed(JSON.stringify(body)), now);
	if (!verdict.ok) throw new Error(verdict.reason);
	return verdict.tidings;
}

describe.skipIf(!published)('published and composed webhook vectors', () => {
	const vectors = (published?.json('samples/webhook-vectors.json') ?? []) as Vector[];

	it('are all three there', () => expect(vectors).toHaveLength(3));

	it.each(vectors.map((v) => [v.name, v] as const))('%s: passes, and only as it is', (_name, v) => {
		const keys = { appKey: v.app_key, appSecret: v.app_secret };
		expect(webhooks.verify(keys, request(v.raw_body, v.authorization_header), now)).toMatchObject({
			ok: true,
			answer: { status: 200, body: '' },
		});
		expect(webhooks.verify(keys, request(`${v.raw_body} `, v.authorization_header), now).ok).toBe(false);
		expect(webhooks.verify(keys, request(v.raw_body, v.authorization_header.toUpperCase()), now).ok).toBe(false);
		expect(webhooks.verify({ ...keys, appKey: 'other' }, request(v.raw_body, v.authorization_header), now).ok).toBe(false);
	});
});

describe.skipIf(!published)('the deliveries of every topic', () => {
	const deliveries = (published?.json('samples/webhooks.json') ?? []) as {
		type: number;
		shop_id?: string;
		data: Record<string, unknown>;
	}[];
	const of = (type: number) => deliveries.filter((d) => d.type === type).flatMap(tidings);

	it('name the order of status, address, cancellation and return news', () => {
		expect(of(1).map((t) => t.externalIds)).toEqual([['577400000000000301'], ['577400000000000303']]);
		for (const [type, id] of [
			[3, '577400000000000301'],
			[11, '577400000000000305'],
			[12, '577400000000000302'],
		] as const) {
			expect(of(type)).toMatchObject([{ kind: 'orders', accountExternalId: '7495900000000000101', externalIds: [id] }]);
		}
	});

	it('name every order of a parcel', () => {
		expect(of(4)).toMatchObject([{ kind: 'orders', externalIds: ['577400000000000301', '577400000000000306'] }]);
	});

	it('tell that a shop was taken away or soon will be', () => {
		expect(of(6)).toMatchObject([{ kind: 'grant', grant: 'revoked', accountExternalId: '7495900000000000104', externalIds: [] }]);
		expect(of(7)).toMatchObject([{ kind: 'grant', grant: 'expiring', accountExternalId: '7495900000000000103' }]);
	});

	it('carry delivery id and time', () => {
		expect(of(3)).toMatchObject([{ deliveryId: '7327112393057300003', occurredAt: '2026-11-16T08:01:02.000Z' }]);
	});

	it('are news of the conversation where one is named', () => {
		for (const type of [13, 14]) expect(of(type)).toMatchObject([{ kind: 'messages', externalIds: [expect.stringMatching(/^\d+$/)] }]);
	});

	it('are news of the product where one is named', () => {
		expect(of(5)).toMatchObject([{ kind: 'listings', externalIds: ['1729500000000000202'] }]);
		for (const type of [15, 27, 37]) expect(of(type)).toMatchObject([{ kind: 'listings', externalIds: [expect.stringMatching(/^\d+$/)] }]);
	});

	it('are news of something else for all other topics, with the seller where no shop is named', () => {
		for (const type of [39, 51]) expect(of(type)).toMatchObject([{ kind: 'other', externalIds: [] }]);
		expect(of(52)).toMatchObject([{ kind: 'other', accountExternalId: 'VIyStQAAAADEMO40s4TzOSSOEIWbM5O9cod3vK8OytW8m' }]);
	});
});

describe('verification', () => {
	const body = JSON.stringify({ type: 1, shop_id: '7', timestamp: 1794816062, data: { order_id: '5' } });

	it('refuses without a signature, with an empty one, with one of another secret and with a scheme word', () => {
		const good = signed(body).headers['authorization'] ?? '';
		for (const bad of [
			undefined,
			'',
			'x',
			`Bearer ${good}`,
			good.slice(1),
			createHmac('sha256', 'else').update(app.appKey).update(body).digest('hex'),
		]) {
			expect(webhooks.verify(app, request(body, bad), now)).toMatchObject({ ok: false });
		}
		expect(webhooks.verify(app, request(body, good), now).ok).toBe(true);
	});

	it('refuses everything while no secret is configured', () => {
		const forged = createHmac('sha256', '').update('').update(body).digest('hex');
		expect(webhooks.verify({ appKey: '', appSecret: '' }, request(body, forged), now).ok).toBe(false);
		expect(webhooks.verify({}, request(body, forged), now).ok).toBe(false);
	});

	it('never throws and never names a secret, whatever arrives', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, authorization) => {
				const verdict = webhooks.verify(app, request(Buffer.from(bytes), authorization), now);
				expect(verdict.ok).toBe(false);
				expect(JSON.stringify(verdict)).not.toContain(app.appSecret);
			}),
		);
	});

	it('accepts a signed body that it cannot read as news about nothing', () => {
		for (const odd of ['', 'not json', '[]', '"text"', '{}', '{"type":"x","shop_id":{}}']) {
			expect(webhooks.verify(app, signed(odd), now)).toMatchObject({ ok: true, tidings: [] });
		}
	});

	it('gives a repeated delivery the same id, also when the platform names none', () => {
		const [first] = tidings({ type: 1, shop_id: '7', data: { order_id: '5' } });
		const [again] = tidings({ type: 1, shop_id: '7', data: { order_id: '5' } });
		const [other] = tidings({ type: 1, shop_id: '7', data: { order_id: '6' } });
		expect(first?.deliveryId).toBe(again?.deliveryId);
		expect(first?.deliveryId).not.toBe(other?.deliveryId);
	});

	it('keeps ids beyond 2^53 and recognises order news under numbers it does not know', () => {
		const verdict = webhooks.verify(app, signed('{"type":9999,"shop_id":7495900000000000101,"data":{"order_id":577400000000000301}}'), now);
		expect(verdict).toMatchObject({
			ok: true,
			tidings: [{ kind: 'orders', accountExternalId: '7495900000000000101', externalIds: ['577400000000000301'] }],
		});
	});

	it('is the one the adapter offers', () => expect(tiktokShop.webhooks).toBe(webhooks));
});

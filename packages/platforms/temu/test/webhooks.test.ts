import { createCipheriv, createHmac } from 'node:crypto';
import type { IncomingRequest } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temu } from '../src/index.ts';
import { decrypt, signatureForm } from '../src/webhooks.ts';
import { failed, grantContext, grantOf, ok, SECRET, startGateway } from './gateway.ts';

const NOW = new Date('2025-10-09T09:00:00Z');
const verify = (app: Record<string, string>, request: IncomingRequest) => {
	if (!temu.webhooks) throw new Error('the adapter declares webhooks');
	return temu.webhooks.verify(app, request, NOW);
};

interface Vector {
	name: string;
	appSecret: string;
	headers: Record<string, string>;
	body?: { eventData: string };
	eventDataEncrypted?: string;
	eventDataPlain: unknown;
	'signature_with_ext_param_{}': string;
	signature_without_ext_param: string;
}

const contract = witness('temu');

describe.skipIf(!contract)('webhook vectors of the contract', () => {
	const vectors = contract ? (contract.json('samples/webhook-vectors.json') as Vector[]) : [];

	it('are five', () => expect(vectors.length).toBe(5));

	it.each(vectors)('$name is decrypted and verified in both printed forms', (vector) => {
		const eventData = vector.body?.eventData ?? vector.eventDataEncrypted ?? '';
		const plain = typeof vector.eventDataPlain === 'string' ? vector.eventDataPlain : JSON.stringify(vector.eventDataPlain);
		expect(decrypt(Buffer.from(eventData, 'base64'), vector.appSecret)).toBe(plain);
		const { 'x-tm-ext-param': _ext, ...bare } = vector.headers;
		const app = { globalAppKey: vector.headers['x-tm-app-key'] ?? '', globalAppSecret: vector.appSecret };
		const body = Buffer.from(JSON.stringify({ eventData }));
		const withExt = { ...bare, 'x-tm-ext-param': '{}', 'x-tm-signature': vector['signature_with_ext_param_{}'] };
		const without = { ...bare, 'x-tm-signature': vector.signature_without_ext_param };
		for (const headers of [withExt, without]) expect(verify(app, { headers, url: '/', body })).toMatchObject({ ok: true });
		expect(signatureForm({ headers: withExt, url: '/', body }, plain, vector.appSecret)).toBe('glued');
		expect(signatureForm({ headers: without, url: '/', body }, plain, vector.appSecret)).toBe('gluedWithoutExtParam');
	});

	it.each([
		['webhook-order-status', 'orders', 'PO-211-01096246467190000', '2025-10-09T08:53:20.000Z'],
		['webhook-address-changed', 'orders', 'PO-211-01096246467190000', '2025-10-09T08:55:00.456Z'],
		['webhook-aftersales', 'orders', 'PO-211-03096246467190003', '2025-10-09T08:05:00.000Z'],
		['webhook-cancel', 'orders', 'PO-211-05096246467190005', '2025-10-09T08:36:40.000Z'],
	])('%s names the mall, the order and the moment', (name, kind, sn, occurredAt) => {
		const sample = contract?.json(`samples/${name}.json`) as Vector;
		const app = { usAppKey: sample.headers['x-tm-app-key'] ?? '', usAppSecret: sample.appSecret };
		const verdict = verify(app, { headers: sample.headers, url: '/temu', body: Buffer.from(JSON.stringify(sample.body)) });
		expect(verdict).toEqual({
			ok: true,
			answer: { status: 200, body: '{"result":{}}' },
			tidings: [{ accountExternalId: '635517726820000', kind, externalIds: [sn], deliveryId: expect.any(String), occurredAt }],
		});
	});
});

interface Seal {
	event?: string;
	secret?: string;
	plain: string;
	glue?: (fields: [string, string][]) => string;
}

/** Seals an event as the guide's text describes it, unless `glue` says otherwise. */
function seal({ event = 'bg_order_status_change_event', secret = SECRET, plain, glue }: Seal): IncomingRequest {
	const key = Buffer.from(secret).subarray(0, 16);
	const cipher = createCipheriv('aes-128-cbc', key, key);
	const eventData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
	const headers = { 'x-tm-app-key': 'app-of-us', 'x-tm-event-code': event, 'x-tm-timestamp': '1760000000123', 'x-tm-ext-param': '{}' };
	const fields: [string, string][] = Object.entries({ ...headers, eventData: plain }).sort(([a], [b]) => (a < b ? -1 : 1));
	const text = glue ? glue(fields) : fields.map(([name, value]) => name + value).join('');
	const signature = createHmac('sha256', secret).update(text).digest('hex');
	return { headers: { ...headers, 'x-tm-signature': signature }, url: '/temu', body: Buffer.from(JSON.stringify({ eventData })) };
}

const APP = { usAppKey: 'app-of-us', usAppSecret: SECRET, euAppKey: 'app-of-eu', euAppSecret: 'another-secret-0000000000000000' };
const EVENT = { mallId: '635517726820000', parentOrderSn: 'PO-211-1', orderSn: '211-1', orderStatus: 2, updateTime: 1760000000 };

describe('webhooks', () => {
	it("accept the form of the guide's Java sample too, upper-case and with a closing ampersand", () => {
		const paired = (fields: [string, string][]) => fields.map(([name, value]) => `${name}=${value}`).join('&');
		for (const glue of [paired, (fields: [string, string][]) => `${paired(fields)}&`]) {
			const request = seal({ plain: JSON.stringify(EVENT), glue });
			request.headers['x-tm-signature'] = (request.headers['x-tm-signature'] ?? '').toUpperCase();
			expect(verify(APP, request)).toMatchObject({ ok: true });
			expect(signatureForm(request, JSON.stringify(EVENT), SECRET)).toBe('paired');
		}
	});

	it('keep every digit of a mall id beyond 2^53', () => {
		const verdict = verify(
			APP,
			seal({ plain: '{"mallId":9007199254740993,"parentOrderSn":"PO-211-1","orderStatus":2,"updateTime":1760000000}' }),
		);
		expect(verdict.ok && verdict.tidings[0]?.accountExternalId).toBe('9007199254740993');
	});

	it('give repeats the same delivery id and other news another', () => {
		const idOf = (event: object) => {
			const verdict = verify(APP, seal({ plain: JSON.stringify(event) }));
			return verdict.ok ? verdict.tidings[0]?.deliveryId : undefined;
		};
		expect(idOf(EVENT)).toBe(idOf({ ...EVENT }));
		const others = [
			{ ...EVENT, orderStatus: 4 },
			{ ...EVENT, updateTime: 1760000001 },
			{ ...EVENT, orderSn: '211-2' },
		];
		expect(new Set([EVENT, ...others].map(idOf)).size).toBe(4);
	});

	it('answer the portal test and unknown events without inventing orders', () => {
		expect(verify(APP, seal({ event: 'bg_open_event_test', plain: '{}' }))).toMatchObject({ ok: true, tidings: [] });
		expect(verify(APP, seal({ event: 'bg_new_kind', plain: '{"mallId":1,"parentOrderSn":"PO-211-1"}' }))).toMatchObject({
			ok: true,
			tidings: [{ kind: 'other', externalIds: [], accountExternalId: '1' }],
		});
		expect(verify(APP, seal({ plain: 'not json at all' }))).toMatchObject({ ok: true, tidings: [] });
	});

	it('refuse a wrong key, secret, body, signature, and any changed header', () => {
		const good = seal({ plain: JSON.stringify(EVENT) });
		expect(verify(APP, good).ok).toBe(true);
		const altered: IncomingRequest[] = [
			{ ...good, headers: { ...good.headers, 'x-tm-app-key': 'app-of-eu' } },
			{ ...good, headers: { ...good.headers, 'x-tm-app-key': 'unknown' } },
			{ ...good, headers: { ...good.headers, 'x-tm-event-code': 'bg_cancel_order_status_change' } },
			{ ...good, headers: { ...good.headers, 'x-tm-timestamp': '1760000000124' } },
			{ ...good, headers: { ...good.headers, 'x-tm-ext-param': '{"a":1}' } },
			{ ...good, headers: { ...good.headers, 'x-tm-signature': 'ab' } },
			{ ...good, headers: { 'x-tm-app-key': 'app-of-us' } },
			{ ...good, body: Buffer.from('{}') },
			{ ...good, body: Buffer.from('\u0000') },
			{ ...good, body: Buffer.from('{"eventData":"%%%"}') },
			{ ...good, body: Buffer.from('{"eventData":"AAAA"}') },
			{ ...good, body: seal({ plain: JSON.stringify({ ...EVENT, orderStatus: 3 }) }).body },
		];
		for (const request of altered) expect(verify(APP, request).ok).toBe(false);
		expect(verify({}, good).ok).toBe(false);
		expect(verify({ usAppKey: 'app-of-us', usAppSecret: 'short' }, good).ok).toBe(false);
		expect(verify({ usAppKey: '', usAppSecret: SECRET }, { ...good, headers: { ...good.headers, 'x-tm-app-key': '' } }).ok).toBe(false);
	});

	it('never throw, whatever arrives', () => {
		fc.assert(
			fc.property(fc.uint8Array(), fc.string(), fc.string(), (body, signature, time) => {
				const headers = { 'x-tm-app-key': 'app-of-us', 'x-tm-signature': signature, 'x-tm-timestamp': time };
				expect(verify(APP, { headers, url: '/', body: Buffer.from(body) }).ok).toBe(false);
			}),
		);
	});

	it('are switched on for every mall of a grant, and a missing permission is said', async () => {
		await using gateway = await startGateway({ 'bg.tmc.message.update': ok(true) });
		const secrets = { accessToken: 'main-token-00000000', 'accessToken:2': 'branch-token-000000' };
		await temu.webhooks?.subscribe?.(grantContext(gateway, { grant: grantOf({ secrets }) }), 'https://pangea.example/temu');
		expect(gateway.seen.map((seen) => seen.fields['access_token'])).toEqual(['main-token-00000000', 'branch-token-000000']);
		expect(gateway.seen[0]?.fields['permitEventCodeList']).toHaveLength(4);
		await using refusing = await startGateway({ 'bg.tmc.message.update': failed(110020008, 'no grant for the event') });
		await expect(temu.webhooks?.subscribe?.(grantContext(refusing), 'https://pangea.example/temu')).rejects.toMatchObject({
			kind: 'forbidden',
			userMessage: { code: 'scopeMissing' },
		});
	});
});

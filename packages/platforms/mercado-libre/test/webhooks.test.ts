import type { IncomingRequest } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';

const APP = { clientId: '6098792155457031' };
const NOW = new Date('2026-09-20T12:00:00Z');

function incoming(body: unknown, changes: Partial<IncomingRequest> = {}): IncomingRequest {
	return {
		headers: {},
		url: '/webhooks/mercado-libre',
		body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
		...changes,
	};
}

function verify(body: unknown, app: Record<string, string> = APP, changes: Partial<IncomingRequest> = {}) {
	return mercadoLibre.webhooks!.verify(app, incoming(body, changes), NOW);
}

function tiding(body: unknown) {
	const verdict = verify(body);
	if (!verdict.ok) throw new Error(verdict.reason);
	return verdict.tidings[0]!;
}

const ORDER = {
	_id: '66e0a1b24be30a49eb66c501',
	resource: '/marketplace/orders/2000013668125782',
	user_id: 2560656535,
	topic: 'marketplace_orders',
	application_id: 6098792155457031,
	attempts: 1,
	sent: '2026-09-10T22:03:40.347Z',
	received: '2026-09-10T22:03:40.347Z',
};

describe('a notification', () => {
	it('becomes news of an order for the account it names, answered with an empty 200', () => {
		expect(verify(ORDER)).toEqual({
			ok: true,
			answer: { status: 200, body: '' },
			tidings: [
				{
					accountExternalId: '2560656535',
					kind: 'orders',
					externalIds: ['2000013668125782'],
					deliveryId: '66e0a1b24be30a49eb66c501',
					occurredAt: '2026-09-10T22:03:40.347Z',
				},
			],
		});
	});

	it('names the shipment where the platform names no order', () => {
		expect(tiding({ ...ORDER, resource: '/marketplace/shipments/45271840021' })).toMatchObject({
			kind: 'orders',
			externalIds: ['shipment:45271840021'],
		});
		expect(tiding({ ...ORDER, resource: '/shipments/40546549876' }).externalIds).toEqual(['shipment:40546549876']);
	});

	it('is judged by its path, not by its topic', () => {
		expect(tiding({ ...ORDER, topic: 'something_new' }).kind).toBe('orders');
		expect(tiding({ ...ORDER, resource: '/marketplace/orders/pack/2000009130012345' })).toMatchObject({ kind: 'other', externalIds: [] });
	});

	it('is the same delivery when it is repeated, with or without an id', () => {
		const again = { ...ORDER, attempts: 2, sent: '2026-09-10T22:05:40.347Z' };
		expect(tiding(again).deliveryId).toBe(tiding(ORDER).deliveryId);
		const nameless = { ...ORDER, _id: undefined };
		expect(tiding({ ...again, _id: undefined }).deliveryId).toBe(tiding(nameless).deliveryId);
		expect(tiding({ ...nameless, received: '2026-09-10T22:09:00.000Z' }).deliveryId).not.toBe(tiding(nameless).deliveryId);
	});

	it.each([
		[{ ...ORDER, application_id: 1 }, 'application_id is not ours'],
		[{ ...ORDER, application_id: null }, 'application_id is not ours'],
		[{ ...ORDER, user_id: '../1' }, 'user_id is no account'],
		[{ ...ORDER, user_id: null }, 'not a notification'],
		[{ ...ORDER, resource: 'https://evil.example/marketplace/orders/1' }, 'resource is no path of the API'],
		[{ ...ORDER, resource: '//evil.example/orders/1' }, 'resource is no path of the API'],
		[{ ...ORDER, resource: '/marketplace/../oauth/token' }, 'resource is no path of the API'],
		[{ ...ORDER, resource: '/orders/1?access_token=x' }, 'resource is no path of the API'],
		[{ ...ORDER, resource: '' }, 'not a notification'],
		['{"resource":', 'not a notification'],
		['', 'not a notification'],
		[[], 'not a notification'],
		[`"${'x'.repeat(20_000)}"`, 'body too large'],
	])('is refused as %j', (body, reason) => {
		expect(verify(body)).toEqual({ ok: false, reason });
	});

	it('is refused while no app is configured', () => {
		expect(verify(ORDER, {})).toEqual({ ok: false, reason: 'no app is configured' });
	});

	it('needs our token in the address where one is configured', () => {
		const app = { ...APP, callbackToken: 'q7Vt2mXw9Rk4Zb8N' };
		expect(verify(ORDER, app)).toMatchObject({ ok: false, reason: 'callback token is wrong' });
		expect(verify(ORDER, app, { url: '/webhooks/mercado-libre?token=wrong' })).toMatchObject({ ok: false });
		expect(verify(ORDER, app, { url: '/webhooks/mercado-libre?token=q7Vt2mXw9Rk4Zb8N' })).toMatchObject({ ok: true });
	});

	it('needs a listed caller where a list is configured, and believes only the nearest proxy about it', () => {
		const app = { ...APP, notificationIps: '54.88.218.97, 18.215.140.160' };
		const from = (value?: string) => verify(ORDER, app, { headers: value === undefined ? {} : { 'x-forwarded-for': value } }).ok;
		expect([from(), from('18.215.140.160'), from('54.88.218.97, 10.0.0.1'), from('10.0.0.1, 54.88.218.97')]).toEqual([
			false,
			true,
			false,
			true,
		]);
	});

	it('never throws, whatever arrives', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.json(),
					fc.jsonValue().map((v) => JSON.stringify({ ...ORDER, resource: v })),
				),
				(text) => {
					expect(typeof verify(text).ok).toBe('boolean');
				},
			),
			{ numRuns: 500 },
		);
	});
});

const w = witness('mercado-libre');

describe.skipIf(!w)('published notifications', () => {
	const SETS = ['notifications-global-selling', 'notifications-local', 'scenario-notifications'];
	const all = SETS.flatMap((name) => (w ? (w.json(`samples/${name}.json`) as { application_id?: number; resource: string }[]) : []));

	it('are all accepted, each by the app it names, but for two that the page prints without an app', () => {
		const refused = all.filter((n) => !verify(n, { clientId: String(n.application_id) }).ok);
		expect(refused.map((n) => n.resource)).toEqual(['/marketplace/stock/fulfillment/operations/9876', '/items/ITEM_ID/price_to_win']);
	});

	it('name items, orders, shipments, questions and messages exactly where their paths do', () => {
		const ids = all.flatMap((n) => {
			const verdict = verify(n, { clientId: String(n.application_id) });
			return verdict.ok ? verdict.tidings.flatMap((t) => t.externalIds) : [];
		});
		expect(ids).toEqual([
			'CBT123456789',
			'MLM686791111',
			'1499111111',
			'1499111111',
			'question:5036111111',
			'message:3f6da1e35ac84f70a24af7360d24c7bc',
			'shipment:1041417027',
			'claim:1041417027',
			'2195160686',
			'MLA686791111',
			'question:5036111111',
			'MLA686791111',
			'shipment:40546549876',
			'message:3f6da1e35ac84f70a24af7360d24c7bc',
			'claim:5108684499',
			'2000013668125782',
			'2000013668125784',
			'shipment:45271840021',
			'message:9f1c6f1f6b7d4b0a9d0a7a3f1f0b3c01',
			'question:13345678901',
			'claim:5401234567',
			'CBT2518294370',
			'MLM2374731499',
			'2000013668125782',
		]);
	});
});

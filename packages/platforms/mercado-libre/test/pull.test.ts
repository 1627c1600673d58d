import type { Order } from '@pangea/domain';
import type { Grant, Page, Window } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { CBT_STORE, LOCAL_STORE, type Seen, serve, startStub, type Stub, storeContext } from './stub-platform.ts';

let stub: Stub;
beforeEach(async () => void (stub = await startStub()));
afterEach(() => stub.close());

const WINDOW: Window = { from: '2026-09-10T00:00:00.000Z', until: '2026-09-14T00:00:00.000Z', order: 'newest' };

async function pages(context = storeContext(stub), window = WINDOW, cursor: string | null = null): Promise<Page<Order>[]> {
	const all: Page<Order>[] = [];
	for await (const page of mercadoLibre.orders.pull(context, window, cursor)) all.push(page);
	return all;
}

const labels = (all: Page<Order>[]) => all.flatMap((p) => p.items.map((o) => (o.ok ? o.value.externalId : `bad ${o.externalId}`)));

function wireOrder(id: number | string, changes: Record<string, unknown> = {}) {
	return {
		id,
		date_created: '2026-09-10T18:03:35.000-04:00',
		last_updated: '2026-09-10T18:03:35.000-04:00',
		status: 'paid',
		currency_id: 'USD',
		total_amount: 10,
		order_items: [{ item: { id: 'MLM1', title: 'Thing' }, quantity: 1, unit_price: 10 }],
		seller: { id: Number(CBT_STORE.externalId) },
		shipping: { id: null },
		...changes,
	};
}

/** The thin index over orders with their time of change, answering offsets and time windows as documented. */
function serveIndex(rows: { id: number; at: string; orders?: number[] }[]): void {
	stub.on((seen) => {
		if (seen.path !== '/marketplace/orders/search') return undefined;
		const held = inWindow(seen, rows, 'last_updated', 'updated');
		const offset = Number(seen.query.get('offset'));
		const page = held.slice(offset, offset + Number(seen.query.get('limit')));
		const results = page.map((r) => ({ id: r.id, orders: (r.orders ?? [r.id]).map((id) => ({ id, items: null })), shipment: null }));
		return { body: { query: '', results, paging: { total: held.length, limit: 50, offset } } };
	});
}

function inWindow<T extends { at: string }>(seen: Seen, rows: T[], filter: string, sort: string): T[] {
	const from = Date.parse(seen.query.get(`${filter}.from`) ?? '');
	const to = Date.parse(seen.query.get(`${filter}.to`) ?? '');
	const held = rows.filter((r) => Date.parse(r.at) >= from && Date.parse(r.at) <= to);
	const sign = seen.query.get('sort') === `${sort}_desc` ? -1 : 1;
	return held.toSorted((a, b) => sign * (Date.parse(a.at) - Date.parse(b.at)));
}

function serveOrders(): void {
	stub.on((seen) => {
		const id = /^\/marketplace\/orders\/(\d+)$/.exec(seen.path)?.[1];
		return id ? { body: wireOrder(Number(id)) } : undefined;
	});
}

const w = witness('mercado-libre');

describe.skipIf(!w)('pulling the scenario of the contract', () => {
	const sample = (name: string) => w!.json(`samples/${name}.json`) as Record<string, unknown>;

	beforeEach(() => {
		const search = sample('scenario-orders-search') as { results: { orders: { seller: { id: number } }[] }[] };
		const results = search.results.filter((r) => r.orders.every((o) => String(o.seller.id) === CBT_STORE.externalId));
		stub.on((seen) =>
			seen.path === '/marketplace/orders/search' ? { body: { ...search, results, paging: { total: 2, limit: 50, offset: 0 } } } : undefined,
		);
		stub.on(serve('/marketplace/orders/2000013668125782', sample('scenario-order-a')));
		stub.on(serve('/marketplace/orders/2000013668125784', sample('scenario-order-b')));
		stub.on(serve('/marketplace/orders/2000013669120077', sample('scenario-order-d-fraud-cancelled')));
		stub.on(serve('/marketplace/orders/pack/2000009130012345', sample('scenario-pack')));
		stub.on(serve('/marketplace/shipments/45271840021', sample('scenario-shipment')));
		stub.on(serve('/marketplace/shipments/45271840021/lead_time', sample('marketplace-shipment-lead-time')));
		stub.on(
			serve('/marketplace/shipments/45271840021/history', [{ status: 'shipped', substatus: null, date: '2026-09-12T08:00:00.000Z' }]),
		);
		stub.on(serve('/marketplace/shipments/45271840021/items', sample('scenario-shipment-items')));
	});

	it('finds both orders of the cart and the fraud, each with its own evidence', async () => {
		const [page, ...rest] = await pages();
		expect(rest).toEqual([]);
		expect(page).toMatchObject({ next: null, watermark: WINDOW.until, total: 3 });
		expect(labels([page!])).toEqual(['2000013668125782', '2000013668125784', '2000013669120077']);
		const [a, b, d] = page!.items;
		expect(a).toMatchObject({
			ok: true,
			value: { state: 'shipped', shippedAt: '2026-09-12T08:00:00.000Z', parcels: [{ externalId: '45271840021' }] },
		});
		expect(b).toMatchObject({ ok: true, value: { externalGroupId: '2000009130012345', shipBy: '2020-09-30T05:00:00.000Z' } });
		expect(d).toMatchObject({ ok: true, value: { state: 'cancelled', parcels: [] } });
		const evidence = (o: { replies: number[] }) => o.replies.map((i) => page!.replies[i]!.operation);
		expect(evidence(a!)).toEqual(['orders.read', 'packs.read', 'shipments.read', 'shipments.read', 'shipments.read']);
		expect(evidence(d!)).toEqual(['orders.read']);
		// The cart's shipment is read and kept once.
		expect(page!.replies.map((r) => r.operation).sort()).toEqual([
			'orders.read',
			'orders.read',
			'orders.read',
			'orders.search',
			'packs.read',
			'shipments.read',
			'shipments.read',
			'shipments.read',
		]);
		expect(page!.replies[a!.replies[0]!]!.body.toString()).toContain('"id":2000013668125782');
	});

	it('asks in milliseconds with an offset, as the seller, with the new format for shipments', async () => {
		await pages();
		const search = stub.requests.find((r) => r.path === '/marketplace/orders/search');
		expect(Object.fromEntries(search!.query)).toEqual({
			'seller.id': '2560656535',
			'last_updated.from': '2026-09-10T00:00:00.000+00:00',
			'last_updated.to': '2026-09-13T23:59:59.999+00:00',
			sort: 'updated_desc',
			limit: '50',
			offset: '0',
		});
		for (const request of stub.requests) {
			expect(request.headers.authorization).toBe('Bearer APP_USR-first');
			expect(request.query.has('access_token')).toBe(false);
			expect(request.headers['x-format-new']).toBe(request.path.includes('/shipments/') ? 'true' : undefined);
		}
	});

	it('counts the rows of the index, with one question however many there are', async () => {
		const asked = stub.requests.length;
		await expect(mercadoLibre.orders.count(storeContext(stub), WINDOW)).resolves.toBe(2);
		expect(stub.requests.length - asked).toBe(1);
	});

	it('fetches all orders of a shipment that a notification named', async () => {
		const page = await mercadoLibre.orders.fetch(storeContext(stub), ['shipment:45271840021', '2000013668125782']);
		expect(labels([page]).sort()).toEqual(['2000013668125782', '2000013668125784']);
	});

	it('fetches all orders of a cart by whose id an unreadable row of the index was set aside', async () => {
		const page = await mercadoLibre.orders.fetch(storeContext(stub), ['2000009130012345']);
		expect(labels([page]).sort()).toEqual(['2000013668125782', '2000013668125784']);
	});

	it('does not take an order of another store of the same account', async () => {
		stub.on(serve('/marketplace/orders/2000013668990011', sample('scenario-order-c-single-mlb')));
		const page = await mercadoLibre.orders.fetch(storeContext(stub), ['2000013668990011']);
		expect(page).toMatchObject({ items: [], next: null });
	});
});

describe('walking a large window', () => {
	const start = Date.parse('2026-09-10T00:00:00.000Z');
	const world = Array.from({ length: 2300 }, (_, i) => ({ id: 1000 + i, at: new Date(start + i * 60_000).toISOString() }));

	it('cuts it so that no offset goes beyond a thousand, and resumes anywhere without gap or double', async () => {
		serveIndex(world);
		serveOrders();
		expect(labels(await pages())).toHaveLength(2300);
		expect(Math.max(...stub.requests.map((r) => Number(r.query.get('offset') ?? 0)))).toBeLessThan(1000);

		const seen: string[] = [];
		let cursor: string | null = null;
		const day: Window = { from: '2026-09-10T20:00:00.000Z', until: '2026-09-10T23:20:00.000Z', order: 'oldest' };
		do {
			const walk: AsyncIterator<Page<Order>> = mercadoLibre.orders.pull(storeContext(stub), day, cursor)[Symbol.asyncIterator]();
			const step = await walk.next();
			const page = step.value as Page<Order>;
			seen.push(...labels([page]));
			cursor = page.next;
		} while (cursor !== null);
		expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => String(1000 + 20 * 60 + i)));
	});

	it('stops loudly when the platform ignores the time filter', async () => {
		stub.on((seen) =>
			seen.path === '/marketplace/orders/search'
				? { body: { results: [{ id: 1, orders: [{ id: 1 }] }], paging: { total: 5000 } } }
				: undefined,
		);
		await expect(pages()).rejects.toMatchObject({ kind: 'unexpected', message: expect.stringContaining('time filter') });
	});

	it('refuses a cursor that is not its own', async () => {
		await expect(pages(undefined, WINDOW, 'elsewhere')).rejects.toMatchObject({ kind: 'unexpected' });
		expect(stub.requests).toEqual([]);
	});

	it('asks nothing for an empty window and says that it is done', async () => {
		await expect(pages(undefined, { ...WINDOW, until: WINDOW.from })).resolves.toEqual([
			{ items: [], replies: [], next: null, watermark: WINDOW.from, total: 0 },
		]);
		expect(stub.requests).toEqual([]);
	});
});

describe('records that cannot be had', () => {
	beforeEach(() => {
		serveIndex([
			{ id: 1, at: '2026-09-11T00:00:00.000Z' },
			{ id: 2, at: '2026-09-12T00:00:00.000Z' },
		]);
		serveOrders();
	});
	const failing = (status: number, body: unknown = null) =>
		stub.on((seen) => (seen.path === '/marketplace/orders/2' ? { status, body } : undefined));

	it.each([
		[451, { error: 'unavailable.for.legal.reasons', status: 451 }, 'orders.read: 451 unavailable.for.legal.reasons'],
		[403, { error: 'forbidden', message: 'Invalid caller.id' }, 'orders.read: 403 forbidden'],
		[404, { error: 'not_found' }, 'orders.read: 404 not_found'],
		[200, '{"id": 2, "order_it', 'orders.read: not JSON (19 bytes)'],
		[200, { id: 2, date_created: null }, 'order: date_created: Invalid input: expected string, received null'],
	])('are set aside with their cause after a %i, and the walk goes on', async (status, body, cause) => {
		failing(status, body);
		const all = await pages();
		expect(labels(all)).toEqual(['bad 2', '1']);
		expect(all[0]?.items[0]).toMatchObject({ ok: false, externalId: '2', cause });
	});

	it('are set aside when the index row itself names no order', async () => {
		const rows = [{ id: 9, orders: 'N/A' }, { id: 1, orders: [{ id: 1 }] }, null];
		stub.on((seen) => (seen.path === '/marketplace/orders/search' ? { body: { results: rows, paging: { total: 3 } } } : undefined));
		const all = await pages();
		expect(labels(all)).toEqual(['bad 9', 'bad null', '1']);
		expect(all[0]?.items[0]).toMatchObject({
			cause: expect.stringContaining('index row: orders'),
			raw: '{"id":9,"orders":"N/A"}',
			replies: [0],
		});
	});

	it('are asked for again while they are fresh', async () => {
		let asked = 0;
		stub.on((seen) => (seen.path === '/marketplace/orders/2' && ++asked <= 3 ? { status: 404, body: { error: 'not_found' } } : undefined));
		expect(labels(await pages())).toEqual(['2', '1']);
		expect(asked).toBe(4);
	});

	it('are missing from a fetch when the platform does not know them', async () => {
		failing(404, { error: 'not_found' });
		const page = await mercadoLibre.orders.fetch(storeContext(stub), ['1', '2', '1']);
		expect(labels([page])).toEqual(['1']);
	});

	it.each([
		[500, 'unavailable'],
		[423, 'unavailable'],
		[429, 'rateLimited'],
	])('stop the page after a %i, which is about the connection', async (status, kind) => {
		failing(status);
		await expect(pages()).rejects.toMatchObject({ kind });
	});

	it('hold an order back whose shipment exists but is refused', async () => {
		stub.on(serve('/marketplace/orders/2', wireOrder(2, { shipping: { id: 77 } })));
		stub.on((seen) => (seen.path === '/marketplace/shipments/77' ? { status: 403, body: { error: 'forbidden' } } : undefined));
		const all = await pages();
		expect(all[0]?.items[0]).toMatchObject({ ok: false, externalId: '2', cause: 'shipments.read: 403 forbidden' });
	});

	it.each([
		['an order that is refused its shipment', wireOrder(2, { shipping: { id: 77 } }), { status: 403, body: { error: 'forbidden' } }],
		['a shipment that is not whole JSON', wireOrder(2, { shipping: { id: 77 } }), { body: '{"id":77,"sta' }],
		['a shipment nobody understands', wireOrder(2, { shipping: { id: 77 } }), { body: { id: 77, status: 5, logistic: 'none' } }],
		['an order of another seller', wireOrder(2, { seller: { id: 1 } }), { status: 404 }],
	])('keep %s as a record that no replay takes for the whole', async (_name, order, shipment) => {
		stub.on(serve('/marketplace/orders/2', order));
		stub.on((seen) => (seen.path === '/marketplace/shipments/77' ? shipment : undefined));
		const [kept] = (await pages()).flatMap((p) => p.items).filter((o) => !o.ok);
		const facts = { siteId: 'MLM', currency: 'USD', zone: 'UTC' };
		const again = mercadoLibre.orders.read({ name: 'kept', body: Buffer.from(kept?.raw ?? '') }, facts);
		expect(again).toMatchObject([{ ok: false, externalId: '2' }]);
	});

	it('read the shipment of an order that nobody understands too, so that what is kept is whole', async () => {
		stub.on(serve('/marketplace/orders/2', wireOrder(2, { date_created: null, shipping: { id: 77 } })));
		stub.on(serve('/marketplace/shipments/77', { id: 77, status: 'delivered', logistic: { type: 'fulfillment' } }));
		const [kept] = (await pages()).flatMap((p) => p.items).filter((o) => !o.ok);
		expect(JSON.parse(kept?.raw ?? '')).toMatchObject({ order: { id: 2 }, shipment: { id: 77 } });
		// As if the adapter had learnt to read the order since.
		const raw = kept?.raw.replace('"date_created":null', '"date_created":"2026-09-10T18:03:35.000-04:00"') ?? '';
		const facts = { siteId: 'MLM', currency: 'USD', zone: 'UTC' };
		expect(mercadoLibre.orders.read({ name: 'kept', body: Buffer.from(raw) }, facts)).toMatchObject([{ ok: true }]);
	});

	it('do without a shipment that does not exist yet, and find it through the cart', async () => {
		stub.on(serve('/marketplace/orders/1', wireOrder(1, { shipping: { id: 76 } })));
		stub.on(serve('/marketplace/orders/2', wireOrder(2, { pack_id: 900 })));
		stub.on(serve('/marketplace/orders/pack/900', { id: 900, shipment: { id: 77 }, orders: [{ id: 2 }] }));
		stub.on(serve('/marketplace/shipments/77', { id: 77, status: 'delivered', logistic: { type: 'fulfillment' } }));
		const found = (await pages()).flatMap((p) => p.items);
		expect(found).toMatchObject([
			{ ok: true, value: { externalId: '2', state: 'delivered', fulfilment: 'platform' } },
			{ ok: true, value: { externalId: '1', state: 'toShip', parcels: [] } },
		]);
	});
});

describe('tokens while reading', () => {
	beforeEach(() => serveIndex([]));
	const searches = () => stub.requests.filter((r) => r.path === '/marketplace/orders/search').map((r) => r.headers.authorization);
	const refuseUnless = (
		token: string,
		refusal = { status: 401, body: { message: 'invalid_token', error: 'not_found', status: 401 } as unknown },
	) =>
		stub.on((seen) =>
			seen.path === '/marketplace/orders/search' && seen.headers.authorization !== `Bearer ${token}` ? refusal : undefined,
		);
	const issue = (token: string) =>
		stub.on((seen) =>
			seen.path === '/oauth/token'
				? { body: { access_token: token, expires_in: 10800, user_id: 2560656533, refresh_token: 'TG-next' } }
				: undefined,
		);

	it('are renewed once and the request is sent again', async () => {
		refuseUnless('APP_USR-second');
		issue('APP_USR-second');
		await expect(pages()).resolves.toHaveLength(1);
		expect(searches()).toEqual(['Bearer APP_USR-first', 'Bearer APP_USR-second']);
	});

	it('are renewed for the published 400 about a malformed token as well', async () => {
		refuseUnless('APP_USR-second', {
			status: 400,
			body: { message: 'Malformed access_token: TOKEN_NOT_VALID', error: 'bad_request', status: 400 },
		});
		issue('APP_USR-second');
		await expect(pages()).resolves.toHaveLength(1);
	});

	it('need a person after a second refusal, without a second refresh', async () => {
		refuseUnless('APP_USR-never');
		issue('APP_USR-second');
		await expect(pages()).rejects.toMatchObject({ kind: 'auth' });
		expect(stub.paths().filter((p) => p === '/oauth/token')).toHaveLength(1);
		expect(searches()).toHaveLength(2);
	});

	it('are not blamed for a resource of somebody else', async () => {
		refuseUnless('APP_USR-never', {
			status: 401,
			body: { code: 401, error: 'unauthorized_request_error', message: 'Invalid caller.id', cause: null },
		});
		await expect(pages()).rejects.toMatchObject({ kind: 'forbidden' });
		expect(stub.paths()).not.toContain('/oauth/token');
	});

	it('are renewed before the first request when they are known to be dead', async () => {
		issue('APP_USR-second');
		const context = storeContext(stub);
		const expired = { ...context.grant(), accessExpiresAt: '2026-09-20T11:59:59.000Z' };
		let current: Grant = expired;
		const lapsed = { ...context, grant: () => current, renew: async () => (current = await context.renew()) };
		await pages(lapsed);
		expect(searches()).toEqual(['Bearer APP_USR-second']);
	});
});

describe('local sellers', () => {
	const row = (id: number, at: string, status = 'paid') => ({
		...wireOrder(id, { status, seller: { id: Number(LOCAL_STORE.externalId) }, last_updated: at }),
		at,
	});
	const rows = [row(1, '2026-09-11T00:00:00.000Z'), row(2, '2026-09-12T00:00:00.000Z', 'cancelled'), row(3, '2026-09-13T00:00:00.000Z')];

	type LocalRow = Record<string, unknown> & { at: string; status: string };

	/** @param hidesCancelled whether cancelled orders come only when asked for */
	function serveLocal(hidesCancelled: boolean, all: LocalRow[] = rows): void {
		stub.on((seen) => {
			if (seen.path !== '/orders/search') return undefined;
			const status = seen.query.get('order.status');
			const shown = inWindow(seen, all, 'order.date_last_updated', 'date').filter((r) =>
				status ? r.status === status : !hidesCancelled || r.status !== 'cancelled',
			);
			const offset = Number(seen.query.get('offset'));
			return {
				body: {
					results: shown.slice(offset, offset + Number(seen.query.get('limit'))),
					paging: { total: shown.length, offset, limit: 50 },
				},
			};
		});
	}

	it('get full orders from the search, and their cancelled ones by asking for them', async () => {
		serveLocal(true);
		const all = await pages(storeContext(stub, LOCAL_STORE));
		expect(labels(all)).toEqual(['3', '1', '2']);
		expect(all.at(-1)?.next).toBeNull();
		expect(all.flatMap((p) => p.items.map((o) => o.replies.map((i) => p.replies[i]?.operation)))).toEqual([
			['orders.search'],
			['orders.search'],
			['orders.search'],
		]);
		expect(stub.paths().every((p) => p === '/orders/search')).toBe(true);
		expect(stub.requests[0]?.query.get('seller')).toBe(LOCAL_STORE.externalId);
	});

	it.each([true, false])('are counted once whether the search hides cancelled orders or not (%s)', async (hides) => {
		serveLocal(hides);
		await expect(mercadoLibre.orders.count(storeContext(stub, LOCAL_STORE), WINDOW)).resolves.toBe(3);
	});

	it('have their shipments under the plain paths, with the SLA of what is still to ship', async () => {
		serveLocal(true, [{ ...row(1, '2026-09-11T00:00:00.000Z'), shipping: { id: 55 } }]);
		stub.on(serve('/shipments/55', { id: 55, status: 'ready_to_ship', logistic: { type: 'cross_docking' } }));
		stub.on(serve('/shipments/55/sla', { status: 'on_time', expected_date: '2026-09-12T23:59:59-03:00' }));
		const [page] = await pages(storeContext(stub, LOCAL_STORE));
		expect(page?.items).toMatchObject([{ ok: true, value: { state: 'toShip', shipBy: '2026-09-13T02:59:59.000Z' } }]);
	});

	it('keep a row that is no order, with its text', async () => {
		serveLocal(true, [{ ...row(1, '2026-09-11T00:00:00.000Z'), order_items: 'none' }]);
		const [page] = await pages(storeContext(stub, LOCAL_STORE));
		expect(page?.items).toMatchObject([
			{ ok: false, externalId: '1', cause: expect.stringContaining('order_items'), raw: expect.stringContaining('"none"'), replies: [0] },
		]);
	});
});

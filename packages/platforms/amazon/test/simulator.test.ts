import type { Listing, Order } from '@pangea/domain';
import type { Page, StoreContext, Window } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import type { OrderTruth } from '@pangea/simulator';
import { AGREED, settle } from '@pangea/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createIntake } from '../src/intake.ts';
import { amazon } from '../src/index.ts';
import { toListing } from '../src/listings.ts';
import { createOrders } from '../src/orders.ts';
import * as wire from '../src/wire.ts';
import { wireListing, wireListings } from '../src/wire-listings.ts';
import { createReferee } from './referee.ts';
import { DAY, END, hearings, startWorld, stopWorlds, storeOf, w, type World } from './world.ts';

afterEach(stopWorlds);

// The simulator's clock stands still unless somebody sleeps: a look at a report that is not ready moves it.
function ordersOf(world: World): ReturnType<typeof createOrders> {
	return createOrders({
		pause: () => {
			world.simulator.control.setClock({ advance: 10_000 });
			return 0;
		},
	});
}

async function pull(world: World, store: StoreContext, window: Window): Promise<Page<Order>[]> {
	const pages: Page<Order>[] = [];
	for await (const page of ordersOf(world).pull(store, window, null)) pages.push(page);
	return pages;
}

function truth(world: World, store: string, from: number, to: number): OrderTruth[] {
	return world.simulator.control.truth({ store, by: 'updated', from, to }, 100_000).orders;
}

const values = (pages: Page<Order>[]): Order[] => pages.flatMap((p) => p.items.flatMap((i) => (i.ok ? [i.value] : [])));
const days = (n: number): Window => ({ from: new Date(END - n * DAY).toISOString(), until: new Date(END).toISOString(), order: 'newest' });

const STATES: Record<string, string[]> = {
	unpaid: ['unpaid'],
	onHold: ['toShip'],
	paid: ['toShip'],
	partlyShipped: ['partlyShipped'],
	shipped: ['shipped'],
	inTransit: ['shipped'],
	delivered: ['shipped', 'delivered'],
	completed: ['shipped', 'delivered'],
	cancelled: ['cancelled'],
};

function expectTrue(order: Order, { order: told }: OrderTruth): void {
	expect(STATES[told.status]).toContain(order.state);
	const priced = told.steps.some((s) => s.kind === 'paid');
	expect(order).toMatchObject({
		placedAt: expect.stringContaining(new Date(told.placedAt).toISOString().slice(0, 19)),
		updatedAt: expect.stringContaining(new Date(told.updatedAt).toISOString().slice(0, 19)),
		fulfilment: told.fulfilledByPlatform ? 'platform' : 'seller',
		money: { currency: told.currency },
	});
	const sum = (pick: (l: (typeof told.lines)[number]) => number): bigint => BigInt(told.lines.reduce((all, l) => all + pick(l), 0));
	const parts = Object.fromEntries(Object.entries(order.money.parts).map(([part, m]) => [part, m.amountMinor]));
	const items = sum((l) => l.unitPrice * l.quantity);
	expect([parts['items'], parts['total'], parts['tax'] ?? 0n]).toEqual(
		priced ? [items, BigInt(told.total), BigInt(told.tax)] : [undefined, undefined, 0n],
	);
	expect(order.lines.map((l) => l.sellerSku)).toEqual(told.lines.map((l) => l.sku.code));
}

describe('Against the simulator', () => {
	test('the report names what the search leaves out, up to where it lags, and is found again by its ticket', async () => {
		const world = await startWorld(4000, false);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		world.simulator.control.arm({ kind: 'hideOrder', platform: 'amazon', probability: 0.1 });
		const window = days(2);
		const listed = new Set(values(await pull(world, store, window)).map((o) => o.externalId));
		const orders = ordersOf(world);
		const asked = await orders.name?.(store, window, null);
		if (asked?.state !== 'waiting') throw new Error(`The report is ${asked?.state}`);
		world.simulator.control.setClock({ advance: 60_000 });
		// Another process, which knows the ticket only.
		const named = await ordersOf(world).name?.(store, window, asked.ticket);
		if (named?.state !== 'named') throw new Error(`The report is ${named?.state}`);
		expect(Date.parse(named.until)).toBe(END - 2 * 3_600_000);
		const told = truth(world, 'amazon-us', END - 2 * DAY, Date.parse(named.until));
		expect(named.orders.map((o) => o.externalId).sort()).toEqual(told.map((o) => o.id).sort());
		expect(named.orders.filter((o) => !listed.has(o.externalId)).length).toBeGreaterThan(0);
		expect(await orders.name?.(store, { ...window, from: new Date(END - 60_000).toISOString() }, null)).toEqual({ state: 'nothing' });
	});

	test('a month of orders comes whole and true, by search and by report, in three charsets', async () => {
		const world = await startWorld(4000);
		for (const [region, marketplaceId] of [
			['na', 'ATVPDKIKX0DER'],
			['eu', 'A1PA6795UKMFR9'],
			['fe', 'A1VC38T7YXB528'],
		] as const) {
			const { grant, watched } = await world.connect(region);
			const store = await storeOf(grant, marketplaceId);
			const name = world.known.accounts.flatMap((a) => a.stores).find((s) => s.marketplaceId === marketplaceId)!.store;
			const now = world.simulator.control.clock.now();
			const window = { from: new Date(now - 30 * DAY).toISOString(), until: new Date(now).toISOString(), order: 'newest' } as const;
			const expected = truth(world, name, Date.parse(window.from), now - 120_000);
			const pages = await pull(world, store, window);
			expect(pages.flatMap((p) => p.items).filter((i) => !i.ok)).toEqual([]);
			const found = new Map(values(pages).map((o) => [o.externalId, o]));
			const missing = expected.filter(
				(t) => !found.has(t.id) && world.simulator.control.truthOf(t.ref).order.updatedAt === t.order.updatedAt,
			);
			expect(missing).toEqual([]);
			expect(expected.length).toBeGreaterThan(50);
			for (const order of found.values()) {
				const told = world.simulator.control.truthOf(world.simulator.control.find(name, order.externalId));
				if (new Date(told.order.updatedAt).toISOString().slice(0, 19) === order.updatedAt.slice(0, 19)) expectTrue(order, told);
			}
			expect([...found.values()].flatMap((o) => o.lines.map((l) => l.title)).join()).not.toMatch(/\uFFFD|Ã|\?\?/);
			expect(watched?.violations ?? []).toEqual([]);
			expect(watched?.judged ?? ['createReport']).toContain('createReport');
		}
	}, 60_000);

	test.each([
		[2, undefined],
		[30, Number.POSITIVE_INFINITY],
	])(
		'%i days by search come whole and true, with the parcels and promises that the report lacks',
		async (length, searchUpToMillis) => {
			const world = await startWorld(4000);
			const { grant, watched } = await world.connect('na');
			const store = await storeOf(grant, 'ATVPDKIKX0DER');
			const pages: Page<Order>[] = [];
			for await (const page of createOrders({ searchUpToMillis }).pull(store, days(length), null)) pages.push(page);
			const found = values(pages);
			const expected = truth(world, 'amazon-us', END - length * DAY, END - 120_000);
			expect(found.map((o) => o.externalId).sort()).toEqual(expected.map((t) => t.id).sort());
			for (const order of found) expectTrue(order, expected.find((t) => t.id === order.externalId)!);
			expect(found.some((o) => o.parcels.length > 0 && o.shipBy !== null)).toBe(true);
			expect(new Set(watched?.judged ?? ['searchOrders'])).not.toContain('createReport');
			expect(watched?.violations ?? []).toEqual([]);
		},
		60_000,
	);

	test('records that are damaged are kept and the others come', async () => {
		const world = await startWorld(2000, false);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		world.simulator.control.arm({ kind: 'poison', platform: 'amazon', operation: 'searchOrders', count: 1 });
		const items = (await pull(world, store, days(2))).flatMap((p) => p.items);
		const bad = items.filter((i) => !i.ok);
		expect(bad.length).toBeGreaterThan(0);
		expect(bad.every((i) => !i.ok && i.cause !== '' && i.raw !== '')).toBe(true);
		expect(items.length).toBe(truth(world, 'amazon-us', END - 2 * DAY, END - 120_000).length);
	}, 60_000);

	test('drifting words become unknown and no order is lost', async () => {
		const world = await startWorld(2000, false);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		world.simulator.control.arm({ kind: 'drift', platform: 'amazon', operation: 'searchOrders' });
		const found = values(await pull(world, store, days(2)));
		expect(found).toHaveLength(truth(world, 'amazon-us', END - 2 * DAY, END - 120_000).length);
	}, 60_000);

	test.each(['rateLimited', 'serverError', 'htmlError', 'expireToken', 'reset'] as const)(
		'a passing %s is survived',
		async (kind) => {
			const world = await startWorld(500, false);
			const { grant } = await world.connect('na');
			const store = await storeOf(grant, 'ATVPDKIKX0DER');
			world.simulator.control.arm({ kind, platform: 'amazon', operation: 'searchOrders', count: 1 });
			const found = values(await pull(world, store, days(2)));
			expect(found).toHaveLength(truth(world, 'amazon-us', END - 2 * DAY, END - 120_000).length);
		},
		60_000,
	);

	test('a revoked grant asks for a person', async () => {
		const world = await startWorld(100);
		const { grant } = await world.connect('na');
		world.simulator.control.expireTokens('amazon', { account: 'na', refresh: true });
		await expect(amazon.stores.list(grant)).rejects.toMatchObject({ kind: 'auth', userMessage: { code: 'grantRevoked' } });
	}, 60_000);

	test('an order that happens is told through the queue, fetched, and forgotten when acknowledged', async () => {
		const world = await startWorld(100);
		const { grant, watched } = await world.connect('na');
		const intake = createIntake();
		await intake.subscribe!(grant);
		await intake.subscribe!(grant);
		expect(watched?.judged.filter((o) => o.startsWith('create')) ?? []).toEqual(w ? ['createDestination', 'createSubscription'] : []);
		const created = world.simulator.control.createOrder('amazon-us', { lines: [{ sku: anySku(world), quantity: 2 }] });
		world.simulator.control.advanceOrder('amazon-us', created.id, 'paid');
		const messages = await intake.receive(grant, 1);
		const tidings = messages.flatMap((m) => m.tidings);
		expect(new Set(tidings.flatMap((t) => t.externalIds))).toEqual(new Set([created.id]));
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		expect(tidings[0]!.accountExternalId).toBe(store.store.externalId);
		const page = await createOrders().fetch(
			store,
			tidings.flatMap((t) => t.externalIds),
		);
		expect(values([page]).map((o) => [o.externalId, o.lines[0]!.quantity])).toEqual([[created.id, 2]]);
		await Promise.all(messages.map((m) => m.acknowledge()));
		world.simulator.control.setClock({ advance: 3_600_000 });
		expect(
			(await intake.receive(grant, 0)).flatMap((m) => m.tidings.filter((t) => tidings.some((o) => o.deliveryId === t.deliveryId))),
		).toEqual([]);
		expect(watched?.violations ?? []).toEqual([]);
	}, 60_000);
});

describe('Listings', () => {
	const listed = async (store: StoreContext, since: string | null = null): Promise<{ pages: number; all: Listing[] }> => {
		const all: Listing[] = [];
		let pages = 0;
		for await (const { items } of amazon.listings!.pull(store, since)) {
			pages++;
			for (const item of items) if (item.ok) all.push(item.value);
		}
		return { pages, all };
	};

	test('are all read, also beyond the reach of one search, and by their last change', async () => {
		const world = await startWorld(50);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		const { all } = await listed(store);
		expect(all.length).toBeGreaterThan(20);
		expect([...new Set(all.map(({ state }) => state))]).toEqual(expect.arrayContaining(['live', 'blocked']));
		expect(all.find(({ state }) => state === 'blocked')?.issues).toEqual(['Restricted Products Policy Violation']);
		expect(all[0]).toMatchObject({ price: { currency: 'USD' }, originKey: all[0]?.externalListingId });
		world.simulator.control.configure('amazon', { listingsReach: 25 });
		const cut = await listed(store);
		expect(new Set(cut.all.map(({ sellerSku }) => sellerSku))).toEqual(new Set(all.map(({ sellerSku }) => sellerSku)));
		expect(cut.pages).toBeGreaterThan(Math.ceil(all.length / 20));
		const middle = all.map(({ updatedAt }) => updatedAt!).sort()[Math.floor(all.length / 2)]!;
		world.simulator.control.configure('amazon', { listingsReach: 1000 });
		const later = await listed(store, middle);
		const changed = all.filter(({ updatedAt }) => updatedAt! >= middle);
		expect(new Set(later.all.map(({ sellerSku }) => sellerSku))).toEqual(new Set(changed.map(({ sellerSku }) => sellerSku)));
		const [first, second] = all;
		const named = await amazon.listings!.fetch(store, [first!.externalListingId, `sku:${second!.sellerSku}`]);
		expect(named.items.map((item) => item.ok && item.value)).toEqual([first, second]);
	}, 60_000);

	test('are named as order lines name them', async () => {
		const world = await startWorld(2000);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		const names = new Set((await listed(store)).all.map((one) => `${one.externalListingId} ${one.externalVariantId}`));
		const lines = values(await pull(world, store, days(10))).flatMap((order) => order.lines);
		expect(lines.length).toBeGreaterThan(5);
		// The world also sells what a store lists no more.
		expect(lines.filter((line) => names.has(`${line.externalListingId} ${line.externalVariantId}`)).length).toBeGreaterThan(
			lines.length / 2,
		);
	}, 60_000);

	test('that cannot be read are told with their SKU, beside those that can', async () => {
		const world = await startWorld(50, false);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		const send: typeof store.http.send = async (request) => {
			const reply = await store.http.send(request);
			if (request.operation !== 'searchListingsItems') return reply;
			const body = JSON.parse(reply.body.toString('utf8')) as { items: { summaries: { status: unknown }[] }[] };
			body.items[0]!.summaries[0]!.status = 'BUYABLE';
			return { ...reply, body: Buffer.from(JSON.stringify(body)) };
		};
		const bad: (string | null)[] = [];
		let good = 0;
		for await (const { items } of amazon.listings!.pull({ ...store, http: { ...store.http, send } }, null))
			for (const item of items) {
				if (item.ok) good++;
				else bad.push(item.externalId);
			}
		expect(bad.every((sku) => typeof sku === 'string')).toBe(true);
		expect([bad.length > 0, good > 10]).toEqual([true, true]);
	}, 60_000);
});

describe.skipIf(!w)('The published pair of the listings search', () => {
	test('becomes one listing a site, blocked where it is not buyable', () => {
		const [pair] = createReferee(w!)
			.pairs('listingsItems_2021-08-01')
			.filter(({ operationId, status }) => operationId === 'searchListingsItems' && status === 200);
		const { items, numberOfResults } = wireListings.parse(pair?.response);
		expect(numberOfResults).toBe(3);
		const item = wireListing.parse(items[0]);
		expect(toListing(item, { siteId: 'ATVPDKIKX0DER', domain: 'www.amazon.com' })).toMatchObject({
			externalListingId: 'B071VG5N9D',
			externalVariantId: 'GM-ZDPI-9B4E',
			originKey: 'B071VG5N9D',
			state: 'live',
			price: { amountMinor: 10_000n, currency: 'USD' },
			stock: 100,
			url: 'https://www.amazon.com/dp/B071VG5N9D',
			updatedAt: '2021-03-01T00:00:00.000Z',
		});
		const canadian = toListing(item, { siteId: 'A2EUQ1WTGCTBG2', domain: null });
		expect(canadian).toMatchObject({ state: 'blocked', price: { amountMinor: 13_000n, currency: 'CAD' } });
		// What Amazon has exempted hinders nothing, and the size is missed on the other site.
		expect(canadian?.issues).toEqual([expect.stringMatching(/main image/)]);
		expect(toListing(item, { siteId: 'A1F83G8C2ARO7P', domain: null })).toBeNull();
	});
});

describe.skipIf(!w)('The official Swagger models', () => {
	test('have no objection to anything asked or answered above', () => {
		const judged = hearings.flatMap((hearing) => hearing.judged);
		expect(judged).toEqual(
			expect.arrayContaining([
				'getMarketplaceParticipations',
				'searchOrders',
				'getOrder',
				'createReport',
				'getReport',
				'getReportDocument',
				'searchListingsItems',
			]),
		);
		const hearing = { platform: 'Amazon', against: 'Swagger models, live traffic', judged: judged.length } as const;
		const asked = hearings.flatMap((one) => one.asked);
		const answered = hearings.flatMap((one) => one.answered);
		expect(settle({ ...hearing, side: 'adapter', disagreements: asked })).toEqual(AGREED);
		expect(settle({ ...hearing, side: 'simulator', disagreements: answered })).toEqual(AGREED);
	});

	test.each([
		['orders_2026-01-01', 'Order', wire.wireOrder],
		['orders_2026-01-01', 'SearchOrdersResponse', wire.wireSearch],
		['orders_2026-01-01', 'GetOrderResponse', wire.wireGetOrder],
		['ordersV0', 'Order', wire.wireOrderV0],
		['sellers', 'GetMarketplaceParticipationsResponse', wire.wireParticipations],
		['reports_2021-06-30', 'CreateReportResponse', wire.wireCreateReport],
		['reports_2021-06-30', 'Report', wire.wireReport],
		['reports_2021-06-30', 'ReportDocument', wire.wireReportDocument],
		['notifications', 'GetDestinationsResponse', wire.wireDestinations],
		['notifications', 'CreateDestinationResponse', wire.wireDestination],
		['notifications', 'GetSubscriptionResponse', wire.wireSubscription],
		['orders_2026-01-01', 'ErrorList', wire.wireErrors],
		['listingsItems_2021-08-01', 'ItemSearchResults', wireListings],
		['listingsItems_2021-08-01', 'Item', wireListing],
	] as const)('%s has every field of its %s that the adapter reads', (model, definition, schema) => {
		const known = w ? createReferee(w).fields(model, definition) : new Set<string>();
		const read = fieldsRead(schema);
		const hearing = {
			platform: 'Amazon',
			side: 'adapter',
			against: `fields read from ${definition} of ${model}`,
			judged: read.length,
		} as const;
		expect(settle({ ...hearing, disagreements: read.filter((field) => !known.has(field)) })).toEqual(AGREED);
	});

	test('object to what they do not know, so the test above can fail', () => {
		const url = 'https://amazon.example/orders/2026-01-01/orders?updatedAfter=x&maxResultsPerPage=many';
		const request = { operation: 'searchOrders', method: 'GET', url, idempotent: true } as const;
		const reply = { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"orders":[{"orderId":7}]}') };
		const verdict = w && createReferee(w).judge(request, reply);
		expect(verdict?.asked.join()).toMatch(/updatedAfter is not published.*maxResultsPerPage/s);
		expect(verdict?.answered.join()).toMatch(/orders\/0\/orderId must be string/);
		const more = w && createReferee(w).judge(request, { ...reply, body: Buffer.from('{"orders":[],"news":1}') });
		expect(more?.answered.join()).toMatch(/must NOT have additional properties/);
	});
});

function anySku(world: World): string {
	return truth(world, 'amazon-us', 0, END)[0]!.order.lines[0]!.sku.code;
}

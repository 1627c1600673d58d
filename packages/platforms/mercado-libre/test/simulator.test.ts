import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatDecimal, type Order, type StoreDescription } from '@pangea/domain';
import type { Grant, Page, StoreContext, Window } from '@pangea/platform-contract';
import type { OrderTruth } from '@pangea/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { NOW, simulated } from './simulated-platform.ts';

const DAY = 86_400_000;
const WINDOW: Window = { from: new Date(NOW - 60 * DAY).toISOString(), until: new Date(NOW + 1).toISOString(), order: 'newest' };

let s: Awaited<ReturnType<typeof simulated>>;
const grants = new Map<string, Grant>();
const stores = new Map<string, { grant: Grant; description: StoreDescription }>();

beforeAll(async () => {
	s = await simulated();
	for (const account of s.facts.accounts) {
		const grant = await s.bind(account.authorizationSite);
		grants.set(account.family, grant);
		for (const description of await mercadoLibre.stores.list(s.as(grant))) {
			const known = account.stores.find((store) => store.sellerId === description.externalId);
			if (known) stores.set(known.id, { grant, description });
		}
	}
});
afterAll(() => s.simulator.stop());

function storeContext(id: string): StoreContext {
	const store = stores.get(id);
	if (!store) throw new Error(`no store ${id}`);
	return s.at(store.grant, store.description);
}

async function pull(context: StoreContext, window = WINDOW): Promise<Page<Order>[]> {
	const pages: Page<Order>[] = [];
	for await (const page of mercadoLibre.orders.pull(context, window, null)) {
		pages.push(page);
		// The simulated platform counts its hundred searches a minute by its own clock.
		s.control.setClock({ set: NOW });
	}
	return pages;
}

function orders(pages: Page<Order>[]): Order[] {
	return pages.flatMap((page) =>
		page.items.map((item) => {
			if (!item.ok) throw new Error(item.cause);
			return item.value;
		}),
	);
}

function truth(store: string): OrderTruth[] {
	return s.control.truth({ store, by: 'updated', from: Date.parse(WINDOW.from), to: Date.parse(WINDOW.until) }, 100_000).orders;
}

describe('against the simulated platform', () => {
	it('binds both families and finds exactly the stores of each', () => {
		expect(stores.size).toBe(s.facts.accounts.flatMap((a) => a.stores).length);
		expect(grants.get('global')).toMatchObject({ host: 'api', scopes: expect.arrayContaining(['offline_access']) });
		expect(grants.get('global')?.accountName).toBeTruthy();
	});

	it.each(['meli-mlm', 'meli-mlm-full', 'meli-mlb', 'meli-mlc', 'meli-mco', 'meli-mla'])(
		'pulls from %s each order of the truth once, with its pieces, money and times',
		async (id) => {
			const expected = truth(id).flatMap((t) => t.order.lines.map((line) => ({ t, line })));
			expect(expected.length).toBeGreaterThan(5);
			const pulled = orders(await pull(storeContext(id)));
			const byId = new Map(pulled.map((o) => [o.externalId, o]));
			expect(byId.size).toBe(expected.length);
			for (const t of truth(id)) {
				// A purchase of several lines is several orders with consecutive ids; the first stands for all.
				const first = byId.get(t.id);
				expect(first?.placedAt).toBe(new Date(t.order.placedAt).toISOString());
				expect(first?.money.currency).toBe(t.order.currency);
			}
			const sums = (list: { quantity: number; minor: bigint }[]) =>
				list.reduce((a, b) => ({ quantity: a.quantity + b.quantity, minor: a.minor + b.minor }), { quantity: 0, minor: 0n });
			expect(
				sums(pulled.flatMap((o) => o.lines.map((l) => ({ quantity: l.quantity, minor: o.money.parts.total?.amountMinor ?? 0n })))),
			).toEqual(sums(expected.map(({ line }) => ({ quantity: line.quantity, minor: BigInt(line.net) }))));
			expect(new Set(pulled.flatMap((o) => o.lines.map((l) => l.sellerSku)))).toEqual(new Set(expected.map(({ line }) => line.sku.code)));
		},
	);

	it('shows the state of the truth', async () => {
		const byId = new Map(orders(await pull(storeContext('meli-mlb'))).map((o) => [o.externalId, o]));
		const seen = new Set<string>();
		const times: [string, string | null][] = [];
		for (const { id, order } of truth('meli-mlb')) {
			const got = byId.get(id);
			const refunded = order.return?.state === 'refunded';
			if (!got || refunded) continue;
			seen.add(`${order.status} → ${got.state}`);
			// The carrier's scan is what the platform calls shipped; its history is exact to the millisecond.
			const collected = order.parcels.map((p) => p.collectedAt).find((at) => at !== null);
			if (got.shippedAt) times.push([got.shippedAt, collected ? new Date(collected).toISOString() : null]);
		}
		const allowed = new Set([
			'unpaid → unpaid',
			'onHold → toShip',
			'onHold → onHold',
			'paid → toShip',
			'partlyShipped → shipped',
			'partlyShipped → toShip',
			'shipped → shipped',
			'inTransit → shipped',
			'delivered → delivered',
			'completed → delivered',
			'cancelled → cancelled',
		]);
		expect([...seen].filter((pair) => !allowed.has(pair))).toEqual([]);
		expect(seen.size).toBeGreaterThan(3);
		expect(times.length).toBeGreaterThan(3);
		expect(times.filter(([got, told]) => told === null || Math.abs(Date.parse(got) - Date.parse(told)) > 1000)).toEqual([]);
	});

	it('counts what it pulls, but a cart of the cross-border index once', async () => {
		const local = storeContext('meli-mla');
		await expect(mercadoLibre.orders.count(local, WINDOW)).resolves.toBe(orders(await pull(local)).length);
		const crossBorder = storeContext('meli-mlm');
		const { length } = orders(await pull(crossBorder));
		const count = await mercadoLibre.orders.count(crossBorder, WINDOW);
		expect(count).toBeLessThan(length);
		expect(count).toBeGreaterThan(length / 2);
	});

	it('reads its own evidence again to the same money and lines', async () => {
		const context = storeContext('meli-mlc');
		const [page] = await pull(context);
		for (const item of page?.items ?? []) {
			if (!item.ok) throw new Error(item.cause);
			const document = item.replies.map((i) => page?.replies[i]).find((r) => r?.operation === 'orders.read');
			const again = mercadoLibre.orders.read(
				{ name: 'evidence', body: document!.body },
				{ siteId: 'MLC', currency: context.currency, zone: context.zone },
			);
			expect(again).toMatchObject([
				{ ok: true, value: { externalId: item.value.externalId, money: item.value.money, fees: item.value.fees } },
			]);
		}
	});

	it.each(['type', 'date'])('keeps the walk going over records with a poisoned %s, each with its id and cause', async (shape) => {
		const context = storeContext('meli-mco');
		const whole = orders(await pull(context)).length;
		s.control.arm({ kind: 'poison', platform: 'mercado-libre', operation: 'orders.get', count: 2, options: { shape } });
		const items = (await pull(context)).flatMap((p) => p.items);
		s.control.disarm();
		expect(items).toHaveLength(whole);
		const bad = items.filter((i) => !i.ok);
		expect(bad).toHaveLength(2);
		for (const item of bad) {
			expect(item).toMatchObject({
				externalId: expect.stringMatching(/^\d+$/),
				cause: expect.stringMatching(/./),
				raw: expect.stringContaining('order_items'),
			});
		}
	});

	it('lives with fields and words it never heard of', async () => {
		s.control.arm({ kind: 'drift', platform: 'mercado-libre' });
		const pages = await pull(storeContext('meli-mco'));
		s.control.disarm();
		expect(pages.flatMap((p) => p.items).filter((i) => !i.ok)).toEqual([]);
	});

	it('gets over 429, 5xx and broken connections', async () => {
		const context = storeContext('meli-mlc');
		const whole = orders(await pull(context)).length;
		for (const kind of ['rateLimited', 'serverError', 'reset'] as const) s.control.arm({ kind, platform: 'mercado-libre', count: 1 });
		expect(orders(await pull(context))).toHaveLength(whole);
		s.control.disarm();
	});

	it('renews an ended access token once and asks for a person when the grant is gone', async () => {
		const grant = await s.bind('CBT');
		const store = stores.get('meli-mlc')!.description;
		s.control.expireTokens('mercado-libre');
		const context = s.at(grant, store);
		await expect(mercadoLibre.orders.count(context, WINDOW)).resolves.toBeGreaterThan(0);
		expect(context.grant().secrets).not.toEqual(grant.secrets);
		await expect(mercadoLibre.authorization.refresh!(s.context, grant)).rejects.toMatchObject({ kind: 'auth' });
		s.control.expireTokens('mercado-libre', { refresh: true });
		await expect(mercadoLibre.orders.count(context, WINDOW)).rejects.toMatchObject({ kind: 'auth' });
		for (const account of s.facts.accounts) {
			const fresh = await s.bind(account.authorizationSite);
			for (const known of account.stores) stores.get(known.id)!.grant = fresh;
		}
	});

	it('refuses a code whose verifier is another’s', async () => {
		await expect(s.bind('CBT', 'another-verifier-of-another-browser-0123456789')).rejects.toMatchObject({ kind: 'auth' });
	});

	it('turns the platform’s pushes into orders that can be fetched', async () => {
		const bodies: Buffer[] = [];
		const server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (c: Buffer) => chunks.push(c));
			request.on('end', () => {
				bodies.push(Buffer.concat(chunks));
				response.end();
			});
		});
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		s.control.addTarget('mercado-libre', { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
		const created = s.control.createOrder('meli-mlb');
		s.control.advanceOrder('meli-mlb', created.id, 'paid');
		await expect.poll(() => bodies.some((b) => b.includes('shipments'))).toBe(true);
		server.closeAllConnections();
		server.close();

		const context = storeContext('meli-mlb');
		const tidings = bodies.flatMap((body) => {
			const verdict = mercadoLibre.webhooks!.verify(s.context.app, { headers: {}, url: '/', body }, new Date(NOW));
			if (!verdict.ok) throw new Error(verdict.reason);
			return verdict.tidings;
		});
		expect(new Set(tidings.map((t) => t.accountExternalId))).toEqual(new Set([context.store.externalId]));
		const reference = tidings.flatMap((t) => t.externalIds).find((id) => id.startsWith('shipment:'));
		const page = await mercadoLibre.orders.fetch(context, [created.id, reference!]);
		const fetched = orders([page]);
		expect(fetched.map((o) => o.externalId)).toContain(created.id);
		expect(fetched).toHaveLength(created.order.lines.length);
		expect(formatDecimal(fetched[0]!.money.parts.total!)).toMatch(/^\d+\.\d\d$/);
	});

	it('lets go of the account', async () => {
		const grant = await s.bind('MLA');
		await mercadoLibre.authorization.revoke!(s.as(grant));
		await expect(mercadoLibre.stores.list(s.as(grant))).rejects.toMatchObject({ kind: 'auth' });
	});
});

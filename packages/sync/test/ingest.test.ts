import type { Order } from '@pangea/domain';
import { lazyPage, type Outcome, type Page } from '@pangea/platform-contract';
import { unpackBytes } from '@pangea/vault';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ingestPage, PLACES, type StoreTarget } from '../src/index.ts';
import { bindStore, contents, type Home, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';
import { readWire, toOrder, type WireOrder } from './scripted-platform.ts';

const T0 = Date.UTC(2026, 10, 1);
let home: Home;
let target: StoreTarget;

function page(items: WireOrder[], options: Partial<Page<Order>> = {}): Page<Order> {
	const body = Buffer.from(JSON.stringify({ items }));
	const at = new Date(T0).toISOString();
	return {
		items: readWire(items),
		replies: [{ operation: 'orders', fetchedAt: at, body }],
		next: null,
		watermark: at,
		total: null,
		...options,
	};
}
const wire = (id: string, minute: number, more: Partial<WireOrder> = {}): WireOrder => ({
	id,
	updatedAt: T0 + minute * 60_000,
	status: 'PAID',
	...more,
});
const shipped = { status: 'SHIPPED' };

beforeAll(async () => {
	home = await openHome();
	const { storeId } = await bindStore(home.engine);
	target = { workspaceId: WORKSPACE, storeId, platform: 'temu', zone: 'America/Mexico_City' };
});
afterAll(() => home.close());
beforeEach(async () => {
	await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
		await db.deleteFrom('orders').execute();
		await db.deleteFrom('raw_reply').execute();
		await db.deleteFrom('quarantine').execute();
	});
});

describe('a page', () => {
	test('brings orders with lines, parcels, buyers, history and evidence, and one event', async () => {
		const before = (await contents(home.database)).events.length;
		const tally = await ingestPage(home.engine, target, page([wire('a', 1, { parcels: ['p1'] }), wire('b', 2)]), 'pull');
		expect(tally).toMatchObject({ added: 2, changed: 0, seenBefore: false });
		const now = await contents(home.database);
		expect(now.orders.map((o) => o.external_id)).toEqual(['a', 'b']);
		expect(now.lines.map((l) => l.title).sort()).toEqual([toOrder(wire('a', 1)).lines[0]!.title, toOrder(wire('b', 1)).lines[0]!.title]);
		expect({ parcels: now.parcels.length, history: now.history, replies: now.replies, buyers: now.buyers }).toEqual({
			parcels: 1,
			history: 2,
			replies: 1,
			buyers: 2,
		});
		expect(now.events.slice(before).map((e) => e.kind)).toEqual(['orders.changed']);
	});
	test('keeps the reply and the buyer sealed, bound to their place, and the day of the store’s own zone', async () => {
		await ingestPage(home.engine, target, page([wire('a', 1)]), 'pull');
		const box = await home.engine.keys.box(WORKSPACE);
		await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
			const reply = await db.selectFrom('raw_reply').select(['raw_reply_id', 'sealed', 'size']).executeTakeFirstOrThrow();
			const text = unpackBytes(box.open(reply.sealed, PLACES.reply(reply.raw_reply_id)));
			expect(JSON.parse(text.toString())).toMatchObject({ items: [{ id: 'a' }] });
			expect(reply.size).toBe(text.length);
			const buyer = await db.selectFrom('buyer_data').selectAll().executeTakeFirstOrThrow();
			expect(JSON.parse(box.open(buyer.sealed, PLACES.buyer(buyer.order_id)).toString())).toMatchObject({ name: 'Ana' });
			expect(() => box.open(buyer.sealed, PLACES.buyer(reply.raw_reply_id))).toThrow(/Cannot open/);
			// 1 October 00:00 UTC is still September in Mexico City.
			expect((await db.selectFrom('orders').select(['local_day', 'raw_reply_ids']).executeTakeFirstOrThrow()).local_day).toBe('2026-09-30');
		});
	});
	test('that is known already is not even read, and the cursor moves on', async () => {
		const first = page([wire('a', 1), wire('b', 2)]);
		await ingestPage(home.engine, target, first, 'pull');
		let read = 0;
		let moved = 0;
		const again = lazyPage({ replies: first.replies, next: null, watermark: first.watermark, total: null }, () => {
			read++;
			return first.items;
		});
		const move = async () => {
			moved++;
			return [];
		};
		expect(await ingestPage(home.engine, target, again, 'pull', move)).toMatchObject({ seenBefore: true });
		expect({ read, moved }).toEqual({ read: 0, moved: 1 });
		expect(again.items).toBe(again.items);
		expect(again.items.length).toBe(2);
		expect(read).toBe(1);
	});
	test('that comes again writes nothing and emits nothing', async () => {
		await ingestPage(home.engine, target, page([wire('a', 1), wire('b', 2)]), 'pull');
		const before = await contents(home.database);
		const tally = await ingestPage(home.engine, target, page([wire('a', 1), wire('b', 2)]), 'backfill');
		expect(tally).toMatchObject({ added: 0, changed: 0, seenBefore: true, orderIds: [] });
		expect(await contents(home.database)).toEqual(before);
	});
	test('with the same orders in other bytes writes nothing and emits nothing', async () => {
		await ingestPage(home.engine, target, page([wire('a', 1), wire('b', 2)]), 'pull');
		const before = await contents(home.database);
		const other = page([wire('b', 2), wire('a', 1)]);
		const tally = await ingestPage(
			home.engine,
			target,
			{ ...other, replies: [{ ...other.replies[0]!, body: Buffer.from('{ "request": 2 }') }] },
			'pull',
		);
		expect(tally).toMatchObject({ seenBefore: false, added: 0, changed: 0 });
		expect(await contents(home.database)).toEqual(before);
	});
	test('on which the platform would not say the amounts leaves those that it said before, and the rest is news', async () => {
		const amounts = async () =>
			await home.database.inWorkspace(WORKSPACE, ({ db }) =>
				db
					.selectFrom('orders as o')
					.innerJoin('order_line as l', 'l.order_id', 'o.order_id')
					.select(['o.total_minor', 'o.money', 'o.tax_basis', 'o.raw_status', 'l.unit_price_minor', 'l.quantity'])
					.executeTakeFirstOrThrow(),
			);
		const untold = (...wires: WireOrder[]): Page<Order> => {
			const told = page(wires);
			const items = told.items.map((item): Outcome<Order> => {
				if (!item.ok) return item;
				const { money, lines, ...order } = item.value;
				const bare = lines.map((line) => ({ ...line, unitPrice: null, discount: null, tax: null }));
				return { ...item, value: { ...order, money: { ...money, taxBasis: 'unknown', parts: {} }, lines: bare, amountsUntold: true } };
			});
			return { ...told, items };
		};
		await ingestPage(home.engine, target, untold(wire('a', 1)), 'pull');
		expect(await amounts()).toMatchObject({ total_minor: null, unit_price_minor: null });
		await ingestPage(home.engine, target, page([wire('a', 2)]), 'pull');
		const before = await amounts();
		expect(Number(before.total_minor)).toBe(12_345);
		await ingestPage(home.engine, target, untold(wire('a', 3, { ...shipped, quantity: 1 })), 'pull');
		expect(await amounts()).toEqual({ ...before, raw_status: 'SHIPPED', quantity: 1 });
	});
	test('with older news does not win, newer does, and a second parcel never erases the first', async () => {
		await ingestPage(home.engine, target, page([wire('a', 5, { ...shipped, parcels: ['p1'] })]), 'pull');
		expect((await ingestPage(home.engine, target, page([wire('a', 1)]), 'intake')).records).toEqual([{ externalId: 'a', became: 'older' }]);
		expect((await contents(home.database)).orders[0]!.raw_status).toBe('SHIPPED');
		await ingestPage(home.engine, target, page([wire('a', 9, { status: 'DELIVERED', parcels: ['p2'] })]), 'pull');
		const now = await contents(home.database);
		expect(now.orders[0]!.raw_status).toBe('DELIVERED');
		expect(now.parcels.map((p) => p.external_id)).toEqual(['p1', 'p2']);
	});
	test('whose parcels are all there are takes away one that was replaced, and older news do not bring it back', async () => {
		const one = (at: number, parcel: string) => wire('a', at, { ...shipped, parcels: [parcel], parcelsComplete: true });
		await ingestPage(home.engine, target, page([one(1, 'cart'), wire('b', 1, { ...shipped, parcels: ['cart'] })]), 'pull');
		await ingestPage(home.engine, target, page([one(5, 'half'), wire('b', 5, { ...shipped, parcels: ['half'] })]), 'pull');
		await ingestPage(home.engine, target, page([one(3, 'cart')]), 'intake');
		const now = await contents(home.database);
		const parcels = now.orders.map((order) => [
			order.external_id,
			now.parcels.filter((p) => p.order_id === order.order_id).map((p) => p.external_id),
		]);
		expect(Object.fromEntries(parcels)).toEqual({ a: ['half'], b: ['cart', 'half'] });
	});
	test('with equal time and other content is a change', async () => {
		await ingestPage(home.engine, target, page([wire('a', 1)]), 'pull');
		expect(await ingestPage(home.engine, target, page([wire('a', 1, { title: 'new title' })]), 'pull')).toMatchObject({ changed: 1 });
		expect((await contents(home.database)).lines.map((l) => l.title)).toEqual(['new title']);
	});
	test('that a platform takes back by saying the former again is stored again', async () => {
		const former = page([wire('a', 1), wire('b', 2)]);
		await ingestPage(home.engine, target, former, 'pull');
		await ingestPage(home.engine, target, page([wire('a', 1, { title: 'a slip' }), wire('b', 2)]), 'pull');
		expect((await contents(home.database)).lines.map((l) => l.title)).toContain('a slip');
		expect(await ingestPage(home.engine, target, former, 'pull')).toMatchObject({ seenBefore: false, changed: 1 });
		expect((await contents(home.database)).lines.map((l) => l.title)).not.toContain('a slip');
		expect(await ingestPage(home.engine, target, former, 'pull')).toMatchObject({ seenBefore: true });
	});
	test('that told nothing new of an order is read again too when the order was told otherwise since, and then is known', async () => {
		await ingestPage(home.engine, target, page([wire('a', 1)]), 'pull');
		const former = page([wire('a', 1), wire('b', 2)]);
		await ingestPage(home.engine, target, former, 'pull');
		const other = page([wire('c', 3)]);
		await ingestPage(home.engine, target, other, 'pull');
		await ingestPage(home.engine, target, page([wire('a', 1, { title: 'a slip' })]), 'pull');
		expect(await ingestPage(home.engine, target, former, 'pull')).toMatchObject({ seenBefore: false, changed: 1 });
		expect((await contents(home.database)).lines.map((l) => l.title)).not.toContain('a slip');
		expect(await ingestPage(home.engine, target, other, 'pull')).toMatchObject({ seenBefore: false, changed: 0 });
		expect(await ingestPage(home.engine, target, other, 'pull')).toMatchObject({ seenBefore: true });
	});
	test('with a record nobody understands keeps it aside with its cause and stores the rest', async () => {
		const tally = await ingestPage(home.engine, target, page([wire('a', 1), wire('bad', 2, { poison: true }), wire('c', 3)]), 'pull');
		expect(tally.records.map((r) => r.became)).toEqual(['new', 'quarantined', 'new']);
		const now = await contents(home.database);
		expect(now.quarantine).toMatchObject([{ external_id: 'bad', cause: 'status: not known', state: 'waiting' }]);
		expect(now.events.slice(-2).map((e) => e.kind)).toEqual(['orders.changed', 'quarantine.changed']);
	});
	test('with a record the database refuses quarantines that one and keeps the cursor’s transaction', async () => {
		let moved = false;
		const tally = await ingestPage(
			home.engine,
			target,
			page([wire('a', 1), wire('huge', 2, { quantity: 3_000_000_000 }), wire('c', 3)]),
			'pull',
			() => {
				moved = true;
				return Promise.resolve([]);
			},
		);
		expect(tally.records).toEqual([
			{ externalId: 'a', became: 'new' },
			{ externalId: 'huge', became: 'quarantined', cause: 'cannot be stored (database code 22003)' },
			{ externalId: 'c', became: 'new' },
		]);
		expect(moved).toBe(true);
		expect((await contents(home.database)).orders).toHaveLength(2);
	});
	test('resolves a quarantined record when its order is read well later', async () => {
		await ingestPage(home.engine, target, page([wire('bad', 2, { poison: true })]), 'pull');
		await ingestPage(home.engine, target, page([wire('bad', 3)]), 'pull');
		expect((await contents(home.database)).quarantine).toMatchObject([{ external_id: 'bad', state: 'replayed' }]);
	});
	test('keeps what belongs to an order aside though the order itself is read well beside it', async () => {
		const good = page([wire('a', 1)]);
		const part: Outcome<Order> = { ok: false, externalId: 'a', cause: 'cancellations: not understood', raw: '{"cancel":1}', replies: [0] };
		const tally = await ingestPage(home.engine, target, { ...good, items: [...good.items, part] }, 'pull');
		expect(tally.records.map((r) => r.became)).toEqual(['new', 'quarantined']);
		expect((await contents(home.database)).quarantine).toMatchObject([{ external_id: 'a', state: 'waiting' }]);
		await ingestPage(home.engine, target, page([wire('a', 2)]), 'pull');
		expect((await contents(home.database)).quarantine).toMatchObject([{ external_id: 'a', state: 'replayed' }]);
	});
	test('undoes everything when its cursor cannot move', async () => {
		const before = await contents(home.database);
		await expect(ingestPage(home.engine, target, page([wire('a', 1)]), 'pull', () => Promise.reject(new Error('moved')))).rejects.toThrow(
			'moved',
		);
		expect(await contents(home.database)).toEqual(before);
	});
	test('holds text with every character that arrays and COPY treat specially', async () => {
		const texts = [
			'a\\b',
			'"q"',
			'{x,y}',
			'null',
			'NULL',
			'\\N',
			'tab\tend',
			'line\nfeed\r',
			'\\.',
			'',
			' ',
			'杯子',
			'\u{1F600}',
			"'; drop table orders; --",
		];
		for (const copyFromRows of [1, 1000]) {
			const engine = { ...home.engine, options: { ...home.engine.options, copyFromRows } };
			await ingestPage(engine, target, page(texts.map((title, i) => wire(`${copyFromRows}-${i}`, 1, { title }))), 'backfill');
		}
		const titles = (await contents(home.database)).lines.map((l) => l.title).sort();
		expect(titles).toEqual([...texts, ...texts].sort());
	});
	test('in bulk by COPY ends as one by one', async () => {
		const items = Array.from({ length: 300 }, (_, i) => wire(`o${i}`, i, { parcels: i % 3 === 0 ? [`p${i}`] : [] }));
		const bulk = { ...home.engine, options: { ...home.engine.options, copyFromRows: 2 } };
		await ingestPage(bulk, target, page(items), 'backfill');
		const copied = await contents(home.database);
		expect(copied).toMatchObject({ history: 300, replies: 1, buyers: 300 });
		expect(copied.orders).toHaveLength(300);
		expect(copied.parcels).toHaveLength(100);
		expect(
			await ingestPage(bulk, target, page(items.map((i) => ({ ...i, updatedAt: i.updatedAt + 1, status: 'SHIPPED' }))), 'backfill'),
		).toMatchObject({ added: 0, changed: 300 });
	});
	test('of one workspace is invisible in another, also by COPY', async () => {
		const bulk = { ...home.engine, options: { ...home.engine.options, copyFromRows: 1 } };
		await ingestPage(bulk, target, page([wire('a', 1)]), 'backfill');
		expect((await contents(home.database, OTHER_WORKSPACE)).orders).toEqual([]);
		expect((await contents(home.database)).orders).toHaveLength(1);
	});
});

describe('versions of orders', () => {
	const versions: WireOrder[] = ['a', 'b'].flatMap((id) => [
		wire(id, 1, { status: 'PAID' }),
		wire(id, 2, { ...shipped, parcels: ['p1=shipped'] }),
		wire(id, 3, { ...shipped, parcels: ['p1=delivered'] }),
		wire(id, 4, { ...shipped, parcels: ['p2=shipped'] }),
		wire(id, 5, { status: 'DELIVERED', parcels: ['p2=delivered', 'p3=shipped'] }),
	]);
	test('end in the newest state with all parcels, however they are shuffled, repeated and split into pages', async () => {
		const history = fc.tuple(
			fc.shuffledSubarray(versions, { minLength: versions.length, maxLength: versions.length }),
			fc.array(fc.constantFrom(...versions), { maxLength: 6 }),
			fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 16, maxLength: 16 }),
		);
		await fc.assert(
			fc.asyncProperty(history, async ([all, repeated, sizes]) => {
				await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
					await db.deleteFrom('orders').execute();
					await db.deleteFrom('raw_reply').execute();
				});
				const stream = [...all, ...repeated];
				for (const size of sizes) {
					const part = stream.splice(0, size);
					if (part.length > 0) await ingestPage(home.engine, target, page(part), 'intake');
				}
				expect(stream).toEqual([]);
				const now = await contents(home.database);
				expect(now.orders.map((o) => [o.external_id, o.raw_status])).toEqual([
					['a', 'DELIVERED'],
					['b', 'DELIVERED'],
				]);
				for (const order of now.orders) {
					expect(now.parcels.filter((p) => p.order_id === order.order_id).map((p) => [p.external_id, p.state])).toEqual([
						['p1', 'delivered'],
						['p2', 'delivered'],
						['p3', 'shipped'],
					]);
				}
			}),
			{ numRuns: 25 },
		);
	}, 90_000);
	test('written by many at once leave one order each and events without a gap', async () => {
		const pages = Array.from({ length: 40 }, (_, i) => page([wire(`x${i % 7}`, i), wire(`y${i}`, i)]));
		await Promise.all(pages.map((p) => ingestPage(home.engine, target, p, 'intake')));
		const now = await contents(home.database);
		expect(now.orders).toHaveLength(47);
		expect(
			now.orders
				.filter((o) => o.external_id.startsWith('x'))
				.map((o) => (Date.parse(o.ext_updated_at) - T0) / 60_000)
				.sort((a, b) => a - b),
		).toEqual([33, 34, 35, 36, 37, 38, 39]);
		const seqs = now.events.map((e) => Number(e.seq)).sort((a, b) => a - b);
		expect(seqs).toEqual(seqs.map((_, i) => i + 1));
	});
});

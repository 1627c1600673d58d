import { describe, expect, it } from 'vitest';
import type { PlatformAdapter } from '../capabilities.ts';
import { listWhole } from '../order-list.ts';
import { expectTruth } from './expectations.ts';
import { failuresOf, type Session, sortedIds, valuesOf } from './session.ts';

export function describeOrders(adapter: PlatformAdapter, session: () => Session): void {
	const truth = (from: string, until: string, store = session().busiest) => session().world.truth(store.externalId, from, until);

	describe('orders', { timeout: 120_000 }, () => {
		it('of a window are all there, each once, equal to the truth, oldest or newest first', async () => {
			const { from, until } = session().settled;
			const expected = truth(from, until);
			expect(expected.length).toBeGreaterThan(adapter.manifest.pull.pageSize);
			for (const order of ['oldest', 'newest'] as const) {
				const pages = await session().pull({ from, until, order });
				expect(failuresOf(pages)).toEqual([]);
				expectTruth(valuesOf(pages), expected);
				expect(pages.length).toBeGreaterThan(1);
			}
		});

		it('of every store equal the truth, in its own currency', async () => {
			const { until } = session().settled;
			const from = new Date(Date.parse(until) - 3 * 86_400_000).toISOString();
			expect(session().stores.length).toBeGreaterThan(0);
			for (const store of session().stores) {
				const orders = valuesOf(await session().pull({ from, until, order: 'oldest' }, { store }));
				expectTruth(orders, truth(from, until, store));
			}
		});

		it('come in pages that name their evidence, their end and how far they saw', async () => {
			const window = session().settled;
			const pages = await session().pull(window);
			expect(pages.at(-1)?.next).toBeNull();
			expect(pages.slice(0, -1).every((page) => page.next !== null)).toBe(true);
			for (const page of pages) {
				expect(page.watermark <= window.until && page.watermark > window.from).toBe(true);
				expect([null, truth(window.from, window.until).length]).toContain(page.total);
				for (const item of page.items) {
					expect(item.replies.length).toBeGreaterThan(0);
					for (const index of item.replies) expect(page.replies[index]?.body.length).toBeGreaterThan(0);
				}
			}
		});

		it('can be read again from the evidence alone', async () => {
			const store = session().busiest;
			const { zone, currency } = session().storeContext(store);
			const page = (await session().pull(session().settled)).find(({ items }) => items.length > 0);
			expect(page?.items.length).toBeGreaterThan(0);
			const readable = (page?.replies ?? []).map((reply) => {
				const read = adapter.orders.read({ name: 'reply', body: reply.body }, { siteId: store.siteId, zone, currency }) ?? [];
				return new Set(read.map((outcome) => (outcome.ok ? outcome.value.externalId : outcome.externalId)));
			});
			const lost = (page?.items ?? []).filter((item) => {
				const id = item.ok ? item.value.externalId : item.externalId;
				return !item.replies.some((index) => readable[index]?.has(id));
			});
			expect(lost).toEqual([]);
		});

		it('of two windows that meet are those of both, with none in both: from is inside, until is outside', async () => {
			const { from, until } = session().settled;
			const expected = truth(from, until);
			const at = expected[Math.floor(expected.length / 2)]?.updatedAt ?? until;
			const before = valuesOf(await session().pull({ from, until: at, order: 'oldest' }));
			const after = valuesOf(await session().pull({ from: at, until, order: 'oldest' }));
			expectTruth(before, truth(from, at));
			expectTruth(after, truth(at, until));
			expect(sortedIds([...before, ...after])).toEqual(sortedIds(expected));
		});

		it('of a window in which nothing happened are none', async () => {
			const { until } = session().settled;
			const pages = await session().pull({ from: until, until: new Date(Date.parse(until) + 1000).toISOString(), order: 'oldest' });
			expectTruth(valuesOf(pages), truth(until, new Date(Date.parse(until) + 1000).toISOString()));
			expect(pages.at(-1)?.next).toBeNull();
		});

		it('go on after any page where another process left off', async () => {
			const window = session().settled;
			const whole = await session().pull(window);
			expect(whole.length).toBeGreaterThan(1);
			for (const [i, page] of whole.slice(0, -1).entries()) {
				const rest = await session().pull(window, { cursor: page.next });
				expect(sortedIds(valuesOf(rest))).toEqual(sortedIds(valuesOf(whole.slice(i + 1))));
			}
		});

		it('fetched by id are the same orders; an id that no order has is missing', async () => {
			const { from, until } = session().settled;
			const expected = truth(from, until).slice(0, 7);
			const unknown = session().world.unknownId(expected[0]?.externalId ?? '');
			const context = session().storeContext();
			const page = await adapter.orders.fetch(context, [...expected.map((order) => order.externalId), unknown]);
			expectTruth(valuesOf([page]), expected);
			expect(page.next).toBeNull();
			expect(failuresOf([await adapter.orders.fetch(context, [unknown])])).toEqual([]);
			expect(valuesOf([await adapter.orders.fetch(context, [unknown])])).toEqual([]);
			expect((await adapter.orders.fetch(context, [])).items).toEqual([]);
		});

		it('are counted about right or not at all, and never more than there are', async () => {
			const { from, until, order } = session().settled;
			const count = await adapter.orders.count(session().storeContext(), { from, until, order });
			const whole = truth(from, until).length;
			if (count === null) return;
			expect(count).toBeLessThanOrEqual(whole);
			expect(count).toBeGreaterThan(whole / 2);
		});

		it('are listed by number beside what the list states, one reply at a time', async () => {
			const { orders } = adapter;
			expect('list' in orders).toBe('within' in orders);
			if (!orders.list || !orders.within) return;
			const context = session().storeContext();
			const { from, until } = session().settled;
			const expected = truth(from, until);
			const listed = await listWhole(async (window) => (await orders.list?.(context, window)) ?? null, { from, until, order: 'oldest' });
			if (listed === null) return;
			expect(listed.unshown).toBe(0);
			const ids = expected.map((order) => order.externalId);
			expect([...new Set(listed.orders.map((order) => order.externalId))].toSorted()).toEqual([...new Set(ids)].toSorted());
			const at = expected[Math.floor(expected.length / 2)]?.updatedAt ?? until;
			const some = expected.filter((_, i) => i % 10 === 0);
			const unknown = session().world.unknownId(ids[0] ?? '');
			const asked = [...some.map((order) => order.externalId), unknown];
			const found = await orders.within(context, { from, until: at, order: 'oldest' }, asked);
			expect(found.toSorted()).toEqual(some.flatMap((order) => (order.updatedAt < at ? [order.externalId] : [])).toSorted());
		});

		it('that are new or change are seen at once, with a later time of change', async () => {
			const store = session().busiest;
			const made = session().world.createOrder(store.externalId);
			const context = session().storeContext(store);
			const [first] = valuesOf([await adapter.orders.fetch(context, [made.externalId])]);
			session().world.changeOrder(store.externalId, made.externalId);
			const [second] = valuesOf([await adapter.orders.fetch(context, [made.externalId])]);
			expect(first?.externalId).toBe(made.externalId);
			expect(Date.parse(second?.updatedAt ?? '')).toBeGreaterThan(Date.parse(first?.updatedAt ?? ''));
		});

		it('whose ids are numbers beyond 2^53 keep every digit', async () => {
			const store = session().busiest;
			const { zone, currency } = session().storeContext(store);
			const page = (await session().pull(session().settled)).find(({ items }) => items.length > 0);
			const [sample] = valuesOf(page ? [page] : []);
			const long = '9007199254740993123';
			const bodies = (page?.replies ?? []).map((reply) => reply.body.toString('utf8'));
			const withLongId = bodies.map((body) => body.replaceAll(sample?.externalId ?? long, long));
			const read = withLongId.flatMap(
				(body) => adapter.orders.read({ name: 'reply', body: Buffer.from(body) }, { siteId: store.siteId, zone, currency }) ?? [],
			);
			const ids = read.map((outcome) => (outcome.ok ? outcome.value.externalId : outcome.externalId));
			expect(/^\d+$/.test(sample?.externalId ?? '') ? ids : [long]).toContain(long);
		});

		it('are never asked for with a cursor of somebody else', async () => {
			const error = await session().failure(session().pull(session().settled, { cursor: 'bm90IG91cnM' }));
			expect(['rejected', 'unexpected']).toContain(error.kind);
		});
	});
}

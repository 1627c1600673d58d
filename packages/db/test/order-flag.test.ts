import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { annotateOrders, countOrders, listOrders, type OrderPageRequest } from '../src/index.ts';
import { type ListHome, openListHome, WORKSPACE } from './list-home.ts';

const ORDERS = 3000;
let home: ListHome;
const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

beforeAll(async () => {
	home = await openListHome(1);
	await home.database.inWorkspace(WORKSPACE, async (scope) => {
		// All flagged; only the very oldest one is still to be shipped.
		await scope.client.query(
			`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, ext_updated_at,
				local_day, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $2, 'temu', 'E' || n, case n when 1 then 'toShip' else 'completed' end,
				'X', 'seller', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute', now(), '2026-01-01', false, 'USD', 'gross', false, '{}', 1, 1, ''
			from generate_series(1, $3::int) as n`,
			[WORKSPACE, home.storeIds[0], ORDERS],
		);
		const all = Array.from({ length: ORDERS }, (_, i) => idOf(i + 1));
		await annotateOrders(scope, { orderIds: all, storeScope: null, userId: 'u', flag: 'red' });
	});
});
afterAll(() => home.close());

const list = (more: Partial<OrderPageRequest>) =>
	home.database.inWorkspace(WORKSPACE, (scope) =>
		listOrders(scope, { storeScope: null, sort: 'newest', flag: 'red', limit: 100, ...more }),
	);

describe('orders of a flag', () => {
	test('are paged to the end, each once', async () => {
		const seen: string[] = [];
		for (let after: string | undefined; ; ) {
			const page = await list({ limit: 700, ...(after !== undefined && { after }) });
			seen.push(...page.rows.map((r) => r.order_id));
			if (page.next === null) break;
			after = page.next;
		}
		expect(seen).toEqual(Array.from({ length: ORDERS }, (_, i) => idOf(ORDERS - i)));
	});
	test('in a state are found however many newer ones are in another', async () => {
		expect((await list({ state: 'toShip' })).rows.map((r) => r.order_id)).toEqual([idOf(1)]);
	});
	test('that are still to be shipped are listed by their time, each once, however many newer ones are flagged', async () => {
		const due = (n: number): string => new Date(Date.UTC(2026, 2, 1) + ((n * 7919) % 1500) * 60_000).toISOString();
		const older = Array.from({ length: 1500 }, (_, i) => i + 1);
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			for (const n of older) {
				await scope.db
					.updateTable('orders')
					.set({ state: n % 2 === 0 ? 'toShip' : 'partlyShipped', ship_by: due(n) })
					.where('order_id', '=', idOf(n))
					.execute();
			}
			// Shipped since, flagged no more, given more time.
			await scope.db.updateTable('orders').set({ state: 'shipped' }).where('order_id', '=', idOf(20)).execute();
			await annotateOrders(scope, { orderIds: [idOf(21)], storeScope: null, userId: 'u', flag: null });
			await scope.db.updateTable('orders').set({ ship_by: '2026-12-01T00:00:00.000Z' }).where('order_id', '=', idOf(22)).execute();
		});
		const expected = older
			.filter((n) => n !== 20 && n !== 21)
			.map((n): [string, string] => [n === 22 ? '2026-12-01T00:00:00.000Z' : due(n), idOf(n)])
			.sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
			.map(([, id]) => id);
		const paged = async (more: Partial<OrderPageRequest>): Promise<string[]> => {
			const seen: string[] = [];
			for (let after: string | undefined; ; ) {
				const page = await list({ sort: 'shipBy', limit: 400, ...more, ...(after !== undefined && { after }) });
				seen.push(...page.rows.map((r) => r.order_id));
				if (page.next === null) return seen;
				after = page.next;
			}
		};
		expect(await paged({})).toEqual(expected);
		expect(await paged({ state: 'toShip' })).toEqual(expected.filter((id) => Number(id.slice(-4)) % 2 === 0));
		expect(await paged({ until: '2026-01-01T00:30:00.000Z' })).toEqual(expected.filter((id) => Number(id.slice(-4)) < 30));
	});
	test('that were flagged after they changed are listed by their time as well', async () => {
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			await scope.db
				.updateTable('orders')
				.set({ state: 'toShip', ship_by: '2026-02-01T00:00:00.000Z' })
				.where('order_id', '=', idOf(2000))
				.execute();
			await annotateOrders(scope, { orderIds: [idOf(2000), idOf(1999)], storeScope: null, userId: 'u', flag: 'blue' });
		});
		expect((await list({ flag: 'blue', sort: 'shipBy' })).rows.map((r) => r.order_id)).toEqual([idOf(2000)]);
	});
	test('are counted among the newest, and told as cut where there are more', async () => {
		const counts = await home.database.inWorkspace(WORKSPACE, (scope) =>
			countOrders(scope, { storeScope: null, flag: 'red' }, ['all', 'completed', 'toShip', 'unpaid']),
		);
		expect(counts.all).toEqual({ count: 1000, capped: true });
		expect(counts.completed).toEqual({ count: 1000, capped: true });
		expect(counts.toShip).toEqual({ count: 0, capped: true });
	});
	test('with open returns, or in one of the platform’s warehouses, follow what the order is now', async () => {
		const returned = idOf(1500);
		const change = (set: { open_returns?: number; fulfilment?: 'platform' }) =>
			home.database.inWorkspace(WORKSPACE, (scope) => scope.db.updateTable('orders').set(set).where('order_id', '=', returned).execute());
		const counts = (more: object) =>
			home.database.inWorkspace(WORKSPACE, (scope) => countOrders(scope, { storeScope: null, flag: 'red', ...more }, ['all']));
		expect((await list({ attention: 'returns' })).rows).toEqual([]);
		await change({ open_returns: 1, fulfilment: 'platform' });
		for (const more of [{ attention: 'returns' }, { fulfilment: 'platform' }, { attention: 'returns', fulfilment: 'platform' }] as const)
			expect((await list(more)).rows.map((r) => r.order_id)).toEqual([returned]);
		expect((await counts({ attention: 'returns' })).all).toEqual({ count: 0, capped: true });
		await change({ open_returns: 0 });
		expect((await list({ attention: 'returns' })).rows).toEqual([]);
	});
	test('follow the order’s own time when the platform corrects it', async () => {
		await home.database.inWorkspace(WORKSPACE, (scope) =>
			scope.db.updateTable('orders').set({ placed_at: '2026-02-01T00:00:00.000Z' }).where('order_id', '=', idOf(7)).execute(),
		);
		expect((await list({ limit: 2 })).rows.map((r) => r.order_id)).toEqual([idOf(7), idOf(ORDERS)]);
		expect((await list({ until: '2026-01-02T00:00:00.000Z', limit: 3000 })).rows.map((r) => r.order_id)).not.toContain(idOf(7));
	});
});

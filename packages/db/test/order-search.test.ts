import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { annotateOrders, countOrders, listedAmong, listOrders, type OrderPageRequest } from '../src/index.ts';
import { type ListHome, openListHome, WORKSPACE } from './list-home.ts';

/** More than a search looks at; those of the small store are the oldest. */
const ORDERS = 1500;
const SMALL = 3;
let home: ListHome;
let big = '';
let small = '';
const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const everyId = Array.from({ length: ORDERS }, (_, i) => idOf(i + 1));

beforeAll(async () => {
	home = await openListHome(2);
	[big = '', small = ''] = home.storeIds;
	await home.database.inWorkspace(WORKSPACE, async (scope) => {
		await scope.client.query(
			`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, ship_by,
				ext_updated_at, local_day, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, open_returns, digest)
			select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, case when n <= $4 then $3::uuid else $2::uuid end, 'temu', 'E' || n,
				(array['toShip', 'completed', 'partlyShipped'])[n % 3 + 1], 'X', (array['seller', 'platform'])[n % 2 + 1],
				'2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute',
				case when n % 5 > 0 then '2026-01-03T00:00:00Z'::timestamptz + n * interval '1 minute' end,
				now(), '2026-01-01', false, 'USD', 'gross', false, '{}', 1, 1, n % 7 / 6, ''
			from generate_series(1, $5::int) as n`,
			[WORKSPACE, big, small, SMALL, ORDERS],
		);
		await scope.client.query(
			`insert into order_line (workspace_id, order_id, store_id, external_id, position, seller_sku, title, quantity, quantity_cancelled, currency)
			select workspace_id, order_id, store_id, '1', 0, 'POPULAR', 'T', 1, 0, 'USD' from orders`,
		);
		await annotateOrders(scope, { orderIds: everyId.filter((_, i) => i % 11 === 0), storeScope: null, userId: 'u', flag: 'red' });
	});
});
afterAll(() => home.close());

type Asked = Partial<Omit<OrderPageRequest, 'after' | 'limit'>>;

async function pages(asked: Asked): Promise<string[]> {
	const ids: string[] = [];
	for (let after: string | undefined; ; ) {
		const request = { storeScope: null, sort: 'newest' as const, limit: 200, ...asked, ...(after !== undefined && { after }) };
		const page = await home.database.inWorkspace(WORKSPACE, (scope) => listOrders(scope, request));
		ids.push(...page.rows.map((row) => row.order_id));
		if (page.next === null) return ids;
		after = page.next;
	}
}

describe('a search by SKU', () => {
	const oldest = [idOf(3), idOf(2), idOf(1)];

	test('finds all orders of a member’s small store, however many newer ones other stores have', async () => {
		expect(await pages({ search: 'POPULAR', storeScope: [small] })).toEqual(oldest);
		expect(await pages({ search: 'POPULAR', stores: [small] })).toEqual(oldest);
		const counts = await home.database.inWorkspace(WORKSPACE, (scope) =>
			countOrders(scope, { search: 'POPULAR', storeScope: [small] }, ['all']),
		);
		expect(counts.all).toEqual({ count: SMALL, capped: false });
	});
	test('over all stores finds those that came last', async () => {
		const found = await pages({ search: 'POPULAR' });
		expect(found).toEqual(everyId.slice(-1000).toReversed());
	});
	test('finds nothing of a store that the member may not see', async () => {
		expect(await pages({ search: 'POPULAR', storeScope: [small], stores: [big] })).toEqual([]);
	});
});

describe('orders that a live list asks about by name', () => {
	// Asked for when the stores exist.
	const questions: [string, () => Asked][] = [
		['no filter', () => ({})],
		['a state', () => ({ state: 'toShip' })],
		['a fulfilment in a store', () => ({ fulfilment: 'platform', stores: [small] })],
		['ship-by time', () => ({ sort: 'shipBy' })],
		['late ones', () => ({ attention: 'late' })],
		['returns in a scope', () => ({ attention: 'returns', storeScope: [big] })],
		['a flag', () => ({ flag: 'red' })],
		['a flag by ship-by time', () => ({ flag: 'red', sort: 'shipBy' })],
		['a period', () => ({ from: '2026-01-01T02:00:00.000Z', until: '2026-01-01T05:00:00.000Z' })],
		['a search and a flag', () => ({ search: 'POPULAR', flag: 'red', storeScope: [small] })],
		['an id', () => ({ search: 'E12' })],
	];
	test.each(questions)('belong into it just when a page shows them: %s', async (_name, ask) => {
		const asked = ask();
		const named = await home.database.inWorkspace(WORKSPACE, (scope) =>
			listedAmong(scope, { storeScope: null, sort: 'newest', ...asked }, everyId),
		);
		const shown = await pages(asked);
		expect(shown.length).toBeGreaterThan(0);
		expect(named.map((row) => row.order_id).toSorted()).toEqual(shown.toSorted());
	});
});

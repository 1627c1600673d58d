import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	annotateOrders,
	countOrders,
	createEmptyWorkspace,
	Database,
	listOrders,
	type OrderPageRequest,
	upsertConnection,
	upsertStores,
} from '../src/index.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const ORDERS = 3000;
let home: TestDatabase;
let database: Database;
let storeId: string;
const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	await database.inWorkspace(WORKSPACE, async (scope) => {
		await createEmptyWorkspace(scope, { name: 'W', baseCurrency: 'USD', zone: 'UTC' });
		const connectionId = await upsertConnection(scope, {
			platform: 'temu',
			externalAccountId: 'a',
			accountName: null,
			host: 'h',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		const [store] = await upsertStores(scope, connectionId, [
			{
				platform: 'temu',
				externalId: 's',
				name: 'S',
				siteId: 'x',
				mode: 'local',
				active: true,
				attributes: {},
				country: 'XX',
				currency: 'USD',
				zone: 'UTC',
				language: 'en',
				problem: null,
			},
		]);
		storeId = store?.storeId ?? '';
		// All flagged; only the very oldest one is still to be shipped.
		await scope.client.query(
			`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, ext_updated_at,
				local_day, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $2, 'temu', 'E' || n, case n when 1 then 'toShip' else 'completed' end,
				'X', 'seller', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute', now(), '2026-01-01', false, 'USD', 'gross', false, '{}', 1, 1, ''
			from generate_series(1, $3::int) as n`,
			[WORKSPACE, storeId, ORDERS],
		);
		const all = Array.from({ length: ORDERS }, (_, i) => idOf(i + 1));
		await annotateOrders(scope, { orderIds: all, storeScope: null, userId: 'u', flag: 'red' });
	});
});
afterAll(async () => {
	await database.close();
	await home.drop();
});

const list = (more: Partial<OrderPageRequest>) =>
	database.inWorkspace(WORKSPACE, (scope) => listOrders(scope, { storeScope: null, sort: 'newest', flag: 'red', limit: 100, ...more }));

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
	test('are counted among the newest, and told as cut where there are more', async () => {
		const counts = await database.inWorkspace(WORKSPACE, (scope) =>
			countOrders(scope, { storeScope: null, flag: 'red' }, ['all', 'completed', 'toShip', 'unpaid']),
		);
		expect(counts.all).toEqual({ count: 1000, capped: true });
		expect(counts.completed).toEqual({ count: 1000, capped: true });
		expect(counts.toShip).toEqual({ count: 0, capped: true });
	});
	test('follow the order’s own time when the platform corrects it', async () => {
		await database.inWorkspace(WORKSPACE, (scope) =>
			scope.db.updateTable('orders').set({ placed_at: '2026-02-01T00:00:00.000Z' }).where('order_id', '=', idOf(7)).execute(),
		);
		expect((await list({ limit: 2 })).rows.map((r) => r.order_id)).toEqual([idOf(7), idOf(ORDERS)]);
		expect((await list({ until: '2026-01-02T00:00:00.000Z', limit: 3000 })).rows.map((r) => r.order_id)).not.toContain(idOf(7));
	});
});

import { addMember, addPurgeRun } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const DAY = 86_400_000;

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
let clock = Date.now();
const stores: [string, string] = [crypto.randomUUID(), crypto.randomUUID()];

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	const connectionId = crypto.randomUUID();
	await admin.query(
		`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, 'temu', 'a', 'us', 'active')`,
		[workspaceId, connectionId],
	);
	for (const storeId of stores)
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2, $3, 'temu', $4, 'US', 'One', 'US', 'USD', 'UTC', 'en', 'local', true)`,
			[workspaceId, storeId, connectionId, storeId],
		);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

const as = (user: SessionUser) => createCaller({ services: { ...api.services, registry, now: () => new Date(clock) }, user, workspaceId });

/** An order of the first store, delivered so many days ago, with a buyer. */
async function delivered(days: number): Promise<string> {
	const orderId = crypto.randomUUID();
	const at = new Date(clock - days * DAY).toISOString();
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, delivered_at, local_day,
				ext_updated_at, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			values ($1, $2, $3, 'temu', $5, 'delivered', '5', 'seller', $4, $4, current_date, $4, false, 'USD', 'unknown', false, '{}', 1, 1, 'd')`,
		[workspaceId, orderId, stores[0], at, orderId],
	);
	await admin.query(`insert into buyer_data (workspace_id, order_id, sealed, purpose, dies_at) values ($1, $2, $3, 'fulfilment', $4)`, [
		workspaceId,
		orderId,
		api.box.seal(JSON.stringify({ name: 'Ana Buyer' }), `buyer ${orderId}`),
		new Date(Date.parse(at) + 30 * DAY).toISOString(),
	]);
	return orderId;
}

describe('the time that buyers’ data are kept', () => {
	test('is each platform’s, with its standing and source, and 30 days after delivery at Amazon', async () => {
		const { rules } = await as(owner).buyerData.overview();
		expect(rules.map((rule) => rule.platform).toSorted()).toEqual(['amazon', 'mercado-libre', 'temu', 'tiktok-shop']);
		expect(rules.find((rule) => rule.platform === 'amazon')).toMatchObject({ days: 30, standing: 'platform', chosen: null });
		expect(rules.filter((rule) => rule.standing === 'ours').map((rule) => rule.platform)).not.toContain('amazon');
		for (const rule of rules) expect(rule.source.length).toBeGreaterThan(10);
	});
	test('can be chosen where the platform names none, and only be shorter where it does', async () => {
		await as(owner).buyerData.choose({ platform: 'temu', days: 90 });
		await expect(as(owner).buyerData.choose({ platform: 'amazon', days: 31 })).rejects.toThrow('inputWrong');
		await as(owner).buyerData.choose({ platform: 'amazon', days: 10 });
		const { rules } = await as(owner).buyerData.overview();
		const chosen = rules.flatMap((rule) => (rule.chosen === null ? [] : [[rule.platform, rule.days] as const]));
		expect(new Map(chosen)).toEqual(
			new Map([
				['amazon', 10],
				['temu', 90],
			]),
		);
		for (const platform of ['temu', 'amazon'] as const) await as(owner).buyerData.choose({ platform, days: null });
		expect((await as(owner).buyerData.overview()).rules.every((rule) => rule.chosen === null)).toBe(true);
	});
});

describe('a buyer’s data', () => {
	test('are told for a reason of the list, or for another one in words', async () => {
		const orderId = await delivered(1);
		await expect(as(owner).orders.reveal({ orderId, reason: 'other' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		await expect(as(owner).orders.reveal({ orderId, reason: 'curious' as 'other' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		expect(await as(owner).orders.reveal({ orderId, reason: 'invoice' })).toMatchObject({ name: 'Ana Buyer' });
		const { rows } = await admin.query<{ detail: object }>(`select detail from audit where action = 'orders.reveal' and subject = $1`, [
			orderId,
		]);
		expect(rows).toEqual([{ detail: { reason: 'invoice' } }]);
	});
	test('are gone at their hour, before the night’s run, and the order says that they were deleted', async () => {
		const orderId = await delivered(10);
		expect((await as(owner).orders.detail({ orderId })).buyer).toBe('held');
		clock += 21 * DAY;
		await expect(as(owner).orders.reveal({ orderId, reason: 'delivery' })).rejects.toThrow('notFound');
		expect((await as(owner).orders.detail({ orderId })).buyer).toBe('purged');
		await admin.query('delete from buyer_data where order_id = $1', [orderId]);
		expect((await as(owner).orders.detail({ orderId })).buyer).toBe('purged');
		clock -= 21 * DAY;
		expect((await as(owner).orders.detail({ orderId })).buyer).toBe('notSent');
	});
	test('are counted by store, and runs are told, of the stores that a member sees', async () => {
		await delivered(2);
		const counts = { buyers: 3, replies: 2, setAside: 1, messages: 5 };
		await api.database.inWorkspace(workspaceId, (scope) =>
			addPurgeRun(scope, {
				at: new Date(clock).toISOString(),
				cause: 'rule',
				stores: stores.map((storeId) => ({ storeId, ...counts })),
				deliveries: 4,
				overdue: 0,
				nextAt: null,
			}),
		);
		const all = await as(owner).buyerData.overview();
		expect(all.held.map((store) => store.storeId)).toEqual([stores[0]]);
		expect(all.runs[0]).toMatchObject({ buyers: 6, replies: 4, setAside: 2, messages: 10, deliveries: 4, overdue: 0 });
		const scoped: SessionUser = { ...owner, id: 'scoped', email: 'scoped@example.test' };
		await api.database.inWorkspace(workspaceId, (scope) =>
			addMember(scope, { userId: 'scoped', name: 'scoped', email: scoped.email, role: 'manager', storeScope: [stores[1]] }),
		);
		const some = await as(scoped).buyerData.overview();
		expect(some.held).toEqual([]);
		expect(some.runs[0]?.stores).toEqual([{ storeId: stores[1], ...counts }]);
	});
});

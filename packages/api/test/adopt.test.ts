import { addMember, upsertConnection, upsertStores } from '@pangea/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let owner: SessionUser;
let manager: SessionUser;
let workspaceId: string;
let stores: string[];

beforeAll(async () => {
	api = await createTestApi();
	[owner, manager] = [await api.user('owner'), await api.user('manager')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'W', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		const grant = { accountName: 'A', host: 'us', scopes: [], accessExpiresAt: null, grantExpiresAt: null };
		const connectionId = await upsertConnection(scope, { ...grant, platform: 'temu', externalAccountId: 'a' });
		const place = { platform: 'temu', siteId: 'US', mode: 'local', active: true, attributes: {}, country: 'US', currency: 'USD' } as const;
		const written = await upsertStores(
			scope,
			connectionId,
			['one', 'two', 'three'].map((name) => ({ ...place, externalId: name, name, zone: 'UTC', language: 'en', problem: null })),
		);
		await addMember(scope, {
			userId: manager.id,
			name: 'Mei',
			email: manager.email,
			role: 'manager',
			storeScope: [written[0]?.storeId ?? ''],
		});
		return written.map((one) => one.storeId);
	});
	for (const [i, storeId] of stores.entries())
		await api.database.inWorkspace(workspaceId, ({ client }) =>
			client.query(
				`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, local_day,
						ext_updated_at, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
					values ($1, $2, $3, 'temu', $4, 'toShip', '1', 'seller', now(), current_date, now(), false, 'USD', 'unknown', false, '{}', 1, 1, 'd')`,
				[workspaceId, crypto.randomUUID(), storeId, `PO-${i}`],
			),
		);
});
afterAll(() => api.close());

const seen = async () => Object.fromEntries((await api.as(owner, workspaceId).stores.list()).map((store) => [store.name, store]));

describe('stores', () => {
	test('belong to a company, a group and a member, and carry a colour and a mark', async () => {
		const change = {
			entity: '杭州云帆贸易有限公司',
			group: 'Home',
			ownerId: manager.id,
			colour: 'blue',
			mark: '云A',
			mode: 'crossBorder',
		} as const;
		expect(await api.as(owner, workspaceId).stores.adopt({ storeIds: stores.slice(0, 2), change })).toEqual({ changed: 2 });
		const { one, three } = await seen();
		expect(one).toMatchObject({
			entity: '杭州云帆贸易有限公司',
			group: 'Home',
			owner: { userId: manager.id, name: 'Mei' },
			colour: 'blue',
			mark: '云A',
			mode: 'crossBorder',
			modeSaid: true,
		});
		expect(three).toMatchObject({ entity: null, group: null, owner: null, colour: null, mark: null, mode: 'local', modeSaid: false });
	});

	test('keep what a change leaves out, lose what it takes away, and leave a record each', async () => {
		await api.as(owner, workspaceId).stores.adopt({ storeIds: [stores[0] ?? ''], change: { mode: null, ownerId: null } });
		expect((await seen())['one']).toMatchObject({ group: 'Home', owner: null, mode: 'local', modeSaid: false });
		const { rows } = await api.as(owner, workspaceId).audit.list({ action: 'stores.adopt' });
		expect(rows).toHaveLength(3);
		expect(rows[0]?.changes).toEqual([
			{ field: 'owner', before: 'Mei', after: null },
			{ field: 'mode', before: 'crossBorder', after: null },
		]);
	});

	test('keep what people said when their platform is asked again', async () => {
		await api.database.inWorkspace(workspaceId, async (scope) => {
			const [row] = await scope.db.selectFrom('store').selectAll().where('name', '=', 'two').execute();
			if (!row) throw new Error('The store is gone');
			const { platform, external_id: externalId, name, site_id: siteId, country, currency, zone, language } = row;
			const told = {
				platform,
				externalId,
				name,
				siteId,
				country,
				currency,
				zone,
				language,
				mode: 'local',
				active: true,
				attributes: {},
			} as const;
			await upsertStores(scope, row.connection_id, [{ ...told, problem: null }]);
		});
		expect((await seen())['two']).toMatchObject({ entity: '杭州云帆贸易有限公司', mark: '云A', mode: 'crossBorder' });
	});

	test.each([
		['an owner who is no member', { ownerId: 'nobody' }, 'inputWrong'],
		['three letters', { mark: 'ABC' }, 'mark'],
		['a colour there is not', { colour: 'pink' as 'red' }, 'colour'],
		['an empty name', { entity: ' ' }, 'entity'],
	])('refuse %s', async (_what, change, told) => {
		await expect(api.as(owner, workspaceId).stores.adopt({ storeIds: [stores[0] ?? ''], change })).rejects.toThrow(told);
	});

	test('outside the scope of a member stay as they are', async () => {
		const narrow = api.as(manager, workspaceId);
		await expect(narrow.stores.adopt({ storeIds: stores.slice(0, 2), change: { mark: 'X' } })).rejects.toThrow('notFound');
		expect((await seen())['one']?.mark).toBe('云A');
		expect(await narrow.stores.adopt({ storeIds: stores.slice(0, 1), change: { mark: 'X' } })).toEqual({ changed: 1 });
	});

	test('lose an owner who leaves', async () => {
		const guest = await api.user('guest');
		await api.database.inWorkspace(workspaceId, (scope) =>
			addMember(scope, { userId: guest.id, name: 'Guest', email: guest.email, role: 'agent', storeScope: null }),
		);
		const caller = api.as(owner, workspaceId);
		await caller.stores.adopt({ storeIds: [stores[2] ?? ''], change: { ownerId: guest.id, entity: 'Other Ltd' } });
		expect((await seen())['three']?.owner?.name).toBe('Guest');
		await caller.workspace.removeMember({ userId: guest.id });
		expect((await seen())['three']).toMatchObject({ owner: null, entity: 'Other Ltd' });
	});
});

describe('orders', () => {
	const ids = async (filter: object): Promise<string[]> =>
		(await api.as(owner, workspaceId).orders.list(filter)).rows.map((row) => row.externalId).sort();

	test('are found by company, group and who answers for the store', async () => {
		expect(await ids({ entities: ['杭州云帆贸易有限公司'] })).toEqual(['PO-0', 'PO-1']);
		expect(await ids({ entities: ['杭州云帆贸易有限公司', 'Other Ltd'] })).toEqual(['PO-0', 'PO-1', 'PO-2']);
		expect(await ids({ groups: ['Home'], owners: [manager.id] })).toEqual(['PO-1']);
		expect(await ids({ groups: ['nowhere'] })).toEqual([]);
		expect((await api.as(owner, workspaceId).orders.counts({ entities: ['Other Ltd'] })).all.count).toBe(1);
	});
});

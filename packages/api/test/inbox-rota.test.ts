import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let manager: SessionUser;
let workspaceId: string;
const [HERE, THERE] = [crypto.randomUUID(), crypto.randomUUID()];

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, manager] = [await api.user('owner'), await api.user('manager')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	const connectionId = crypto.randomUUID();
	await admin.query(
		`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, 'temu', 'a', 'us', 'active')`,
		[workspaceId, connectionId],
	);
	for (const storeId of [HERE, THERE])
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2::uuid, $3, 'temu', $2::uuid::text, 'US', 'One', 'US', 'USD', 'UTC', 'en', 'local', true)`,
			[workspaceId, storeId, connectionId],
		);
	await admin.query(
		`insert into member (workspace_id, user_id, name, email, role, store_scope) values ($1, $2, 'M', 'm@ours.test', 'manager', $3)`,
		[workspaceId, manager.id, [HERE]],
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

const of = (user: SessionUser) => api.as(user, workspaceId).inbox;
const rota = (name: string) => ({
	rotaId: crypto.randomUUID(),
	name,
	isOn: true,
	storeIds: [HERE],
	languages: ['es'],
	userIds: [owner.id],
});

describe('a rota', () => {
	test('is kept as it was said, behind those before, and its order stays when it is changed', async () => {
		const shift = { zone: 'Asia/Shanghai', weekdays: [1, 7], from: '22:00', until: '06:00' };
		const first = { ...rota('Night'), userIds: [manager.id, owner.id, manager.id], capacity: 20, shift };
		const second = { ...rota('Day'), capacity: null, shift: null };
		for (const one of [first, second]) await of(owner).saveRota(one);
		await of(owner).saveRota({ ...first, isOn: false });
		expect(await of(owner).rotas()).toEqual([{ ...first, userIds: [manager.id, owner.id], isOn: false }, second]);
		await of(owner).removeRota({ rotaId: first.rotaId });
		expect((await of(owner).rotas()).map(({ name }) => name)).toEqual(['Day']);
		await expect(of(owner).removeRota({ rotaId: first.rotaId })).rejects.toThrow('notFound');
	});

	test('has a name of its own, people who are members, and a shift that there is', async () => {
		await of(owner).saveRota(rota('Weekend'));
		await expect(of(owner).saveRota(rota('weekend'))).rejects.toThrow('rotaTaken');
		await expect(of(owner).saveRota({ ...rota('A'), userIds: ['stranger'] })).rejects.toThrow('inputWrong');
		await expect(of(owner).saveRota({ ...rota('A'), userIds: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		const shift = { zone: 'Asia/Shanghai', weekdays: [1], from: '22:00', until: '06:00' };
		for (const wrong of [{ zone: 'Mars/Olympus' }, { from: '24:00' }, { until: '6:00' }, { weekdays: [] }, { weekdays: [8] }])
			await expect(of(owner).saveRota({ ...rota('A'), shift: { ...shift, ...wrong } })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
	});

	test('is for stores that its maker sees', async () => {
		await of(manager).saveRota(rota('Mine'));
		await expect(of(manager).saveRota({ ...rota('Theirs'), storeIds: [HERE, THERE] })).rejects.toThrow('notFound');
		await expect(of(manager).saveRota({ ...rota('All'), storeIds: [] })).rejects.toThrow('inputWrong');
		await expect(of(owner).saveRota({ ...rota('None'), storeIds: [crypto.randomUUID()] })).rejects.toThrow('notFound');
	});
});

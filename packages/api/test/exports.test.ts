import { addMember, changeMember, removeMember, upsertConnection, upsertStores } from '@pangea/db';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExport, problemOf, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
let stores: string[];

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		const connectionId = await upsertConnection(scope, {
			platform: 'temu',
			externalAccountId: 'a',
			accountName: null,
			host: 'us',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		const one = (n: number) => ({
			platform: 'temu' as const,
			externalId: `s${n}`,
			name: `S${n}`,
			siteId: 'US',
			mode: 'local' as const,
			active: true,
			attributes: {},
			country: 'US',
			currency: 'USD',
			zone: 'UTC',
			language: 'en',
			problem: null,
		});
		return (await upsertStores(scope, connectionId, [one(0), one(1), one(2)])).map((store) => store.storeId);
	});
	await admin.query(`update store set entity = case when store_id = $1 then 'Alpha' else 'Beta' end`, [stores[0]]);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

const ASKED = { report: 'orders', format: 'csv', filter: {}, zone: 'UTC' } as const;
const as = (user: SessionUser) => api.as(user, workspaceId);

async function member(
	name: string,
	part: { role?: 'manager' | 'agent' | 'analyst'; storeScope?: string[] | null } = {},
): Promise<SessionUser> {
	const user = await api.user(name);
	await api.database.inWorkspace(workspaceId, (scope) =>
		addMember(scope, { userId: user.id, name, email: user.email, role: part.role ?? 'manager', storeScope: part.storeScope ?? null }),
	);
	return user;
}

/** A link to a file that a member made of everything; the worker's part is played by the row. */
async function linkOf(user: SessionUser): Promise<Record<string, string>> {
	const { runIds } = await as(user).exports.ask({ ...ASKED, together: true });
	const [runId = ''] = runIds;
	await admin.query(
		`update export_run set state = 'done', file_name = 'f.zip', file_size = 1, expires_at = now() + interval '7 days' where run_id = $1`,
		[runId],
	);
	const { address } = await as(user).exports.link({ runId });
	const { workspace, ...query } = Object.fromEntries(new URL(address, 'http://x').searchParams);
	expect(workspace).toBe(workspaceId);
	return query;
}

async function outcome(user: SessionUser | null, query: Record<string, string>, now = new Date()): Promise<string> {
	try {
		return (await openExport({ ...api.services, now: () => now }, user, workspaceId, query)).fileName;
	} catch (error) {
		return problemOf(error).code;
	}
}

describe('an export', () => {
	test('gives each company a file of its own unless one file is asked for', async () => {
		const apart = await as(owner).exports.ask(ASKED);
		const together = await as(owner).exports.ask({ ...ASKED, together: true });
		expect(together.runIds).toHaveLength(1);
		const runs = await as(owner).exports.list();
		const told = apart.runIds.map((id) => runs.find((run) => run.runId === id)).map((run) => [run?.company, run?.stores]);
		expect(told.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
			['Alpha', 1],
			['Beta', 2],
		]);
		expect(api.calls.filter((call) => call.name === 'writeExport')).toHaveLength(3);
	});

	test('has no column that its member does not see, and no store outside their scope', async () => {
		const agent = await member('agent', { role: 'agent', storeScope: stores.slice(1) });
		const { runIds } = await as(agent).exports.ask({ ...ASKED, filter: { stores } });
		const { rows } = await admin.query<{ columns: string[]; store_ids: string[] }>(
			`select columns, store_ids from export_run where run_id = any($1)`,
			[runIds],
		);
		expect(rows.flatMap((row) => row.store_ids).toSorted()).toEqual(stores.slice(1).toSorted());
		expect(rows.flatMap((row) => row.columns)).toContain('total');
		expect(rows.flatMap((row) => row.columns)).not.toContain('fees');
		await expect(as(agent).exports.ask({ ...ASKED, columns: ['fees'] })).rejects.toThrow('inputWrong');
		await expect(as(agent).exports.ask({ ...ASKED, filter: { stores: stores.slice(0, 1) } })).rejects.toThrow('inputWrong');
	});

	test('of what is no order takes stores and days alone, and is for who may read that', async () => {
		const waits = { ...ASKED, report: 'answers', together: true } as const;
		const days = { from: '2026-01-01', until: '2026-01-31' };
		const agent = await member('agent-of-inbox', { role: 'agent' });
		const { runIds } = await as(agent).exports.ask({ ...waits, filter: { days, stores: stores.slice(0, 1) } });
		const { rows } = await admin.query<{ question: { filter: object }; store_ids: string[] }>(
			`select question, store_ids from export_run where run_id = any($1)`,
			[runIds],
		);
		expect(rows).toMatchObject([{ question: { filter: { days, at: expect.any(String) } }, store_ids: stores.slice(0, 1) }]);
		for (const foreign of [{ search: 'x' }, { state: 'toShip' as const }, { flag: 'red' as const }])
			await expect(as(agent).exports.ask({ ...waits, filter: foreign })).rejects.toThrow('inputWrong');
		await expect(as(agent).exports.ask({ ...waits, orderIds: [crypto.randomUUID()] })).rejects.toThrow('inputWrong');
		const analyst = await member('analyst', { role: 'analyst' });
		await expect(as(analyst).exports.ask(waits)).rejects.toThrow('notAllowed');
		const template = { templateId: crypto.randomUUID(), name: 'Waits', report: 'answers', format: 'csv', columns: [], filter: {} } as const;
		const kept = { ...template, columns: [], zone: 'UTC', byteOrderMark: true, together: true };
		await expect(as(analyst).exports.saveTemplate(kept)).rejects.toThrow('notAllowed');
		await expect(as(agent).exports.saveTemplate({ ...kept, filter: { search: 'x' } })).rejects.toThrow('inputWrong');
		await as(agent).exports.saveTemplate(kept);
		await admin.query(`update export_run set state = 'done', expires_at = now() + interval '1 day' where run_id = any($1)`, [runIds]);
		await as(agent).exports.link({ runId: runIds[0] ?? '' });
		await api.database.inWorkspace(workspaceId, (scope) =>
			changeMember(scope, agent.id, { role: 'analyst', storeScope: null, fields: {} }),
		);
		await expect(as(agent).exports.link({ runId: runIds[0] ?? '' })).rejects.toThrow('notAllowed');
		await expect(as(agent).exports.make({ templateId: kept.templateId })).rejects.toThrow('notAllowed');
	});

	test('is nobody else’s to see, cancel or take', async () => {
		const other = await member('other');
		const { runIds } = await as(owner).exports.ask({ ...ASKED, together: true });
		expect(await as(other).exports.list()).toEqual([]);
		await expect(as(other).exports.cancel({ runId: runIds[0] ?? '' })).rejects.toThrow('notFound');
		await expect(as(other).exports.link({ runId: runIds[0] ?? '' })).rejects.toThrow('notFound');
	});
});

describe('a link to a file', () => {
	test('gives it to the one it was made for, for ten minutes', async () => {
		const query = await linkOf(owner);
		expect(await outcome(owner, query)).toBe('f.zip');
		expect(await outcome(owner, query, new Date(Date.now() + 10 * 60_000 + 1))).toBe('exportLinkOver');
		expect(await outcome(owner, { ...query, until: String(Number(query['until']) + 60_000) })).toBe('exportLinkOver');
		expect(await outcome(owner, { ...query, signature: '' })).toBe('exportLinkOver');
		expect(await outcome(null, query)).toBe('notSignedIn');
		expect(await outcome(await member('thief'), query)).toBe('exportLinkOver');
	});

	test('gives nothing once a field, a store or the membership was taken away', async () => {
		const user = await member('manager');
		const query = await linkOf(user);
		const change = (fields: { cost?: boolean }, storeScope: string[] | null) =>
			api.database.inWorkspace(workspaceId, (scope) => changeMember(scope, user.id, { role: 'manager', storeScope, fields }));
		expect(await outcome(user, query)).toBe('f.zip');
		await change({ cost: false }, null);
		expect(await outcome(user, query)).toBe('notAllowed');
		await change({}, stores.slice(1));
		expect(await outcome(user, query)).toBe('notFound');
		await change({}, null);
		expect(await outcome(user, query)).toBe('f.zip');
		await api.database.inWorkspace(workspaceId, (scope) => removeMember(scope, user.id));
		expect(await outcome(user, query)).toBe('noWorkspace');
	});
});

describe('a template', () => {
	const wish = {
		templateId: '01a00000-0000-7000-8000-00000000e001',
		name: 'Each week',
		report: 'orders',
		format: 'csv',
		filter: {},
		zone: 'UTC',
		byteOrderMark: true,
		together: true,
	} as const;
	const daily = {
		every: 'daily',
		weekday: 1,
		monthDay: 1,
		time: '08:00',
		zone: 'Asia/Shanghai',
		covers: 'period',
		announce: true,
	} as const;

	test('keeps columns in their order, is made again and again, and is changed under its id', async () => {
		await as(owner).exports.saveTemplate({ ...wish, columns: ['total', 'nothing', 'order_number', 'total'] });
		const { runIds } = await as(owner).exports.make({ templateId: wish.templateId });
		expect(runIds).toHaveLength(1);
		const { rows } = await admin.query<{ columns: string[] }>('select columns from export_run where run_id = $1', [runIds[0]]);
		expect(rows).toEqual([{ columns: ['total', 'order_number'] }]);
		await as(owner).exports.saveTemplate({ ...wish, name: 'Each month', columns: [] });
		expect(await as(owner).exports.templates()).toMatchObject([{ name: 'Each month', columns: [], schedule: null }]);
		const other = { ...wish, templateId: crypto.randomUUID(), name: 'Each month', columns: [] };
		await expect(as(owner).exports.saveTemplate(other)).rejects.toThrow('templateTaken');
	});

	test('has a schedule in any zone, whose next time is told', async () => {
		const { nextAt } = await as(owner).exports.schedule({ templateId: wish.templateId, schedule: daily });
		expect(nextAt).toMatch(/T00:00:00\.000Z$/);
		const [template] = await as(owner).exports.templates();
		expect(template?.schedule).toMatchObject({ every: 'daily', time: '08:00', nextAt, lastAt: null, refused: false });
		const wrong = { templateId: wish.templateId, schedule: { ...daily, time: '24:00' } };
		await expect(as(owner).exports.schedule(wrong)).rejects.toThrow(/time/);
		expect(await as(owner).exports.schedule({ templateId: wish.templateId, schedule: null })).toEqual({ nextAt: null });
		expect((await as(owner).exports.templates())[0]?.schedule).toBeNull();
	});

	test('is one’s own, and gives nothing that the member does not see', async () => {
		const other = await member('other-manager');
		expect(await as(other).exports.templates()).toEqual([]);
		const { templateId } = wish;
		for (const call of [
			() => as(other).exports.make({ templateId }),
			() => as(other).exports.schedule({ templateId, schedule: daily }),
			() => as(other).exports.removeTemplate({ templateId }),
		])
			await expect(call()).rejects.toThrow('notFound');
		// The same id is another member's: it is not changed.
		await expect(as(other).exports.saveTemplate({ ...wish, columns: [] })).rejects.toThrow('templateTaken');
		const agent = await member('agent-of-one', { role: 'agent', storeScope: stores.slice(1, 2) });
		const own = { ...wish, templateId: crypto.randomUUID(), name: 'Mine' };
		await expect(as(agent).exports.saveTemplate({ ...own, columns: ['fees'] })).rejects.toThrow('inputWrong');
		await expect(as(agent).exports.saveTemplate({ ...own, columns: [], filter: { stores: stores.slice(0, 1) } })).rejects.toThrow(
			'notFound',
		);
		await as(agent).exports.saveTemplate({ ...own, columns: [] });
		const { runIds } = await as(agent).exports.make({ templateId: own.templateId });
		const { rows } = await admin.query<{ store_ids: string[]; fields: string[] }>(
			'select store_ids, fields from export_run where run_id = $1',
			[runIds[0]],
		);
		expect(rows[0]?.store_ids).toEqual(stores.slice(1, 2));
		expect(rows[0]?.fields).not.toContain('cost');
		expect(await as(agent).exports.removeTemplate({ templateId: own.templateId })).toEqual({ removed: true });
	});
});

import { addMember } from '@pangea/db';
import { DestinationError } from '@pangea/domain';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, problemOf, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const DESTINATION = {
	destinationId: '01a00000-0000-7000-8000-00000000d001',
	name: 'Books',
	host: 'files.example.test',
	port: 2222,
	user: 'pangea',
	folder: '/in',
	hostKey: `ssh-ed25519 SHA256:${'a'.repeat(43)}`,
};
const PASSWORD = { kind: 'password', password: 'hR7vTq2LmZ' } as const;

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let agent: SessionUser;
let workspaceId: string;

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, agent] = [await api.user('owner'), await api.user('agent')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	await api.database.inWorkspace(workspaceId, (scope) =>
		addMember(scope, { userId: agent.id, name: 'agent', email: agent.email, role: 'agent', storeScope: null }),
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});
beforeEach(async () => {
	await admin.query('delete from export_template');
	await admin.query('delete from export_destination');
	api.calls.length = 0;
});

const as = (user: SessionUser) => api.as(user, workspaceId);
const tried = () => api.calls.filter(({ name }) => name === 'tryDestination').map(({ args }) => args[0]);

describe('a destination', () => {
	test('is kept once it could be written to, sealed, and shown without its secret', async () => {
		expect(await as(owner).destinations.hostKey({ host: DESTINATION.host, port: 22 })).toEqual({
			hostKey: `ssh-ed25519 SHA256:${'k'.repeat(43)}`,
		});
		await as(owner).destinations.save({ ...DESTINATION, secret: PASSWORD });
		const { destinationId: _i, name, ...place } = DESTINATION;
		expect(tried()).toEqual([{ ...place, secret: PASSWORD }]);
		const { destinationId } = DESTINATION;
		const { host, port, user, folder, hostKey } = DESTINATION;
		expect(await as(owner).destinations.list()).toEqual([
			{
				destinationId,
				name,
				place: { host, port, user, folder, hostKey, way: 'password' },
				schedules: 0,
				savedAt: expect.any(String),
			},
		]);
		expect(await as(agent).destinations.list()).toMatchObject([{ name: 'Books', place: null }]);
		const { rows } = await admin.query<{ row: string }>(
			'select t::text as row from export_destination t union all select a::text from audit a',
		);
		expect(rows.some(({ row }) => row.includes(PASSWORD.password))).toBe(false);
		expect(rows.some(({ row }) => row.includes(DESTINATION.host))).toBe(true);
		const { rows: kept } = await admin.query<{ row: string }>('select t::text as row from export_destination t');
		expect(kept.every(({ row }) => !row.includes(Buffer.from(DESTINATION.host).toString('hex')))).toBe(true);
	});

	test('that cannot be written to is not kept, and says why', async () => {
		const refused = new DestinationError('sftpHostKeyChanged', DESTINATION.host);
		const operations = { ...api.services.operations, tryDestination: () => Promise.reject(refused) };
		const caller = createCaller({ services: { ...api.services, operations }, user: owner, workspaceId });
		const problem = await caller.destinations.save({ ...DESTINATION, secret: PASSWORD }).catch(problemOf);
		expect(problem).toEqual({ code: 'sftpHostKeyChanged', params: { host: DESTINATION.host } });
		expect(await as(owner).destinations.list()).toEqual([]);
	});

	test('keeps its secret for the very server, name and key that it was given for', async () => {
		await expect(as(owner).destinations.save(DESTINATION)).rejects.toThrow('inputWrong');
		await as(owner).destinations.save({ ...DESTINATION, secret: PASSWORD });
		await as(owner).destinations.save({ ...DESTINATION, name: 'Ledgers', folder: '/out' });
		expect(tried().at(-1)).toMatchObject({ folder: '/out', secret: PASSWORD });
		const elsewhere = [{ host: 'evil.example.test' }, { port: 22 }, { user: 'root' }, { hostKey: `ssh-ed25519 SHA256:${'b'.repeat(43)}` }];
		for (const part of elsewhere) await expect(as(owner).destinations.save({ ...DESTINATION, ...part })).rejects.toThrow('inputWrong');
		expect(tried()).toHaveLength(2);
		const other = { ...DESTINATION, destinationId: crypto.randomUUID(), name: 'Ledgers', secret: PASSWORD };
		await expect(as(owner).destinations.save(other)).rejects.toThrow('destinationTaken');
	});

	test('is for those who manage stores, and named by whoever makes a schedule; it cannot go while one does', async () => {
		await expect(as(agent).destinations.save({ ...DESTINATION, secret: PASSWORD })).rejects.toThrow('notAllowed');
		await as(owner).destinations.save({ ...DESTINATION, secret: PASSWORD });
		const templateId = crypto.randomUUID();
		const wish = { report: 'orders', format: 'csv', columns: [], filter: {}, zone: 'UTC', byteOrderMark: true, together: true } as const;
		await as(agent).exports.saveTemplate({ templateId, name: 'Daily', ...wish, columns: [] });
		const daily = { every: 'daily', weekday: 1, monthDay: 1, time: '08:00', zone: 'UTC', covers: 'all', announce: false } as const;
		const { destinationId } = DESTINATION;
		const elsewhere = { ...daily, destinationId: crypto.randomUUID() };
		await expect(as(agent).exports.schedule({ templateId, schedule: elsewhere })).rejects.toThrow('notFound');
		await as(agent).exports.schedule({ templateId, schedule: { ...daily, destinationId } });
		expect((await as(agent).exports.templates())[0]?.schedule).toMatchObject({ destinationId });
		expect((await as(owner).destinations.list())[0]?.schedules).toBe(1);
		const inUse = await as(owner).destinations.remove({ destinationId }).catch(problemOf);
		expect(inUse).toEqual({ code: 'destinationInUse', params: { name: 'Books' } });
		await as(agent).exports.schedule({ templateId, schedule: daily });
		expect(await as(owner).destinations.remove({ destinationId })).toEqual({ removed: true });
		await expect(as(owner).destinations.remove({ destinationId })).rejects.toThrow('notFound');
	});
});

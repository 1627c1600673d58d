import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { addMember, writeAudit } from '@pangea/db';
import { ROLES, type Role } from '@pangea/domain';
import { parse } from 'csv-parse';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportAudit, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const MANY = 50_000;
const START = Date.parse('2026-03-01T00:00:00.000Z');
/** What may stand in a record, and how a spreadsheet must be given it. */
const NAMES: readonly [string, string][] = [
	['plain', 'plain'],
	['店铺 中文名', '店铺 中文名'],
	['=1+1', "'=1+1"],
	['+1', "'+1"],
	['-1', "'-1"],
	['@SUM(A1)', "'@SUM(A1)"],
	['\t=1', "'\t=1"],
	['\r=1', "'\r=1"],
	['＝1+1', "'＝1+1"],
	['said "no", then\r\nleft', 'said "no", then\r\nleft'],
	[' a;b ', ' a;b '],
	["O'Neill", "O'Neill"],
];

let api: TestApi;
let admin: pg.Client;
let workspaceId: string;
let foreign: string;
const people = {} as Record<Role, SessionUser>;

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	for (const role of ROLES) people[role] = await api.user(role);
	({ workspaceId } = await api.as(people.owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'America/Sao_Paulo' }));
	({ workspaceId: foreign } = await api.as(await api.user('foreigner')).workspace.create({ name: 'T', baseCurrency: 'CNY', zone: 'UTC' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		for (const role of ROLES.filter((r) => r !== 'owner'))
			await addMember(scope, { userId: people[role].id, name: role, email: people[role].email, role, storeScope: null });
	});
	await admin.query(
		`insert into audit (workspace_id, audit_id, at, user_id, actor_name, action, subject, subject_name, detail)
			select $1, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, to_timestamp($2::float8 / 1000) + (i / 3) * interval '1 ms' + (i % 3) * interval '1 us',
				$3, 'owner', case when i % 2 = 0 then 'stores.change' else 'orders.reveal' end, 's' || i, ($4::text[])[i % $5 + 1],
				jsonb_build_object('reason', ($4::text[])[i % $5 + 1], 'before', jsonb_build_object('flag', null), 'after', jsonb_build_object('flag', 'red'))
			from generate_series(0, $6::int - 1) i`,
		[workspaceId, START, people.owner.id, NAMES.map(([name]) => name), NAMES.length, MANY],
	);
}, 60_000);
afterAll(async () => {
	await admin.end();
	await api.close();
});

const day = { from: '2026-03-01T00:00:00.000Z', until: '2026-03-02T00:00:00.000Z' };

async function rowsOf(query: Record<string, string>, who: SessionUser = people.owner): Promise<Record<string, string>[]> {
	const { body } = await exportAudit(api.services, who, workspaceId, query);
	const rows: Record<string, string>[] = [];
	for await (const row of Readable.from(body).pipe(parse({ bom: true, columns: true }))) rows.push(row as Record<string, string>);
	return rows;
}

describe('the file of the trail', () => {
	test('holds every one of 50,000 records, newest first, in memory that does not grow', { timeout: 120_000 }, async () => {
		setFlagsFromString('--expose-gc');
		const collect = runInNewContext('gc') as () => void;
		const held = (): number => {
			collect();
			return process.memoryUsage().heapUsed;
		};
		const { body } = await exportAudit(api.services, people.owner, workspaceId, day);
		let at = MANY;
		let early = 0;
		let highest = 0;
		for await (const row of Readable.from(body).pipe(parse({ bom: true, columns: true })) as AsyncIterable<Record<string, string>>) {
			at -= 1;
			const time = new Date(START + Math.floor(at / 3)).toISOString();
			const [raw = '', safe = ''] = NAMES[at % NAMES.length] ?? [];
			const expected = {
				time_utc: time,
				time_local: `${new Date(Date.parse(time) - 3 * 3_600_000).toISOString().slice(0, -1)}-03:00`,
				time_zone: 'America/Sao_Paulo',
				member_id: people.owner.id,
				member: 'owner',
				action: at % 2 === 0 ? 'stores.change' : 'orders.reveal',
				subject_id: `s${at}`,
				subject: safe,
				stores: '',
				before: '{"flag":null}',
				after: '{"flag":"red"}',
				details: JSON.stringify({ reason: raw }),
				record_id: `01900000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`,
			};
			// A comparison by vitest for each row would itself be what takes time and memory.
			if (JSON.stringify(row) !== JSON.stringify(expected)) expect(row).toEqual(expected);
			if (at === MANY - 5_000) early = held();
			if (at % 5_000 === 0 && at < MANY - 5_000) highest = Math.max(highest, held());
		}
		expect(at).toBe(0);
		expect(highest - early).toBeLessThan(4_000_000);
	});

	test('begins with the mark that makes Excel read UTF-8, and ends its lines as RFC 4180 has them', async () => {
		const { body, fileName } = await exportAudit(api.services, people.owner, workspaceId, { ...day, until: '2026-03-01T00:00:00.002Z' });
		let text = '';
		for await (const piece of body) text += piece;
		expect(Buffer.from(text).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
		expect(text.split('\r\n')[0]).toMatch(/^\uFEFFtime_utc,time_local,/);
		expect(text.endsWith('\r\n')).toBe(true);
		expect(fileName).toMatch(/^pangea-audit-\d{4}-\d{2}-\d{2}\.csv$/);
	});

	test('holds what the filter shows and nothing else', async () => {
		expect(await rowsOf({ ...day, action: 'stores.change', until: '2026-03-01T00:00:00.010Z' })).toHaveLength(15);
		expect(await rowsOf({ ...day, member: people.agent.id })).toEqual([]);
		expect(await rowsOf({ ...day, store: crypto.randomUUID() })).toEqual([]);
	});

	test('stands in the trail itself, with what was asked', async () => {
		await rowsOf({ action: 'workspace.create' }, people.manager);
		const { rows } = await api.as(people.owner, workspaceId).audit.list({ action: 'audit.export', limit: 1 });
		expect(rows).toMatchObject([
			{ member: { userId: people.manager.id, name: 'manager' }, facts: [{ field: 'action', value: 'workspace.create' }] },
		]);
	});

	test('is refused to agents, analysts, strangers, and for a field that is wrong', async () => {
		const ask = (who: SessionUser | null, ws: string | null, query = {}) => exportAudit(api.services, who, ws, query);
		for (const role of ['agent', 'analyst'] as const) await expect(ask(people[role], workspaceId)).rejects.toThrow('notAllowed');
		await expect(ask(people.owner, foreign)).rejects.toThrow('noWorkspace');
		await expect(ask(people.owner, 'x')).rejects.toThrow('noWorkspace');
		await expect(ask(null, workspaceId)).rejects.toThrow('notSignedIn');
		for (const query of [{ from: 'yesterday' }, { store: '1' }, { action: 'none' }, { other: '1' }])
			await expect(ask(people.owner, workspaceId, query)).rejects.toThrow('inputWrong');
	});
});

describe('the list', () => {
	test('gives every record once, page by page, also where many bear one time', async () => {
		const caller = api.as(people.owner, workspaceId);
		const seen: string[] = [];
		for (let after: string | undefined; ; ) {
			const page = await caller.audit.list({ ...day, until: '2026-03-01T00:00:00.100Z', limit: 7, ...(after !== undefined && { after }) });
			seen.push(...page.rows.map((row) => row.auditId));
			if (page.next === null) break;
			after = page.next;
		}
		expect(seen).toHaveLength(300);
		expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
	});

	test('shows nothing of another workspace', async () => {
		await api.database.inWorkspace(foreign, (scope) => writeAudit(scope, { userId: null, action: 'views.save', subject: 'theirs' }));
		const all = await api.as(people.owner, workspaceId).audit.list({ action: 'views.save' });
		expect(all).toEqual({ rows: [], next: null });
		expect(JSON.stringify(await api.as(people.owner, workspaceId).audit.people())).not.toContain('foreigner');
	});

	test('keeps the name of a person who has left', async () => {
		const leaver = await api.user('leaver');
		await api.database.inWorkspace(workspaceId, async (scope) => {
			await addMember(scope, { userId: leaver.id, name: 'Li Wei', email: leaver.email, role: 'manager', storeScope: null });
			await writeAudit(scope, { userId: leaver.id, action: 'sync.backfill', subject: 's' });
		});
		await api.as(people.owner, workspaceId).workspace.removeMember({ userId: leaver.id });
		expect((await api.as(people.owner, workspaceId).audit.list({ member: leaver.id })).rows).toMatchObject([
			{ member: { name: 'Li Wei' } },
		]);
		expect(await api.as(people.owner, workspaceId).audit.people()).toContainEqual({ userId: leaver.id, name: 'Li Wei' });
	});

	test('refuses a foreign cursor as input', async () => {
		const caller = api.as(people.owner, workspaceId);
		for (const after of ['bm9wZQ', Buffer.from('["x","y"]').toString('base64url')])
			await expect(caller.audit.list({ after })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
	});
});

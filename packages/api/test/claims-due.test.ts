import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

// A day is the store's own: these two are never on the same one for long, and their days end hours apart.
const ZONES = ['Pacific/Kiritimati', 'America/Los_Angeles'] as const;
const HOUR = 3_600_000;

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
const stores = [crypto.randomUUID(), crypto.randomUUID()] as const;

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
	for (const [at, storeId] of stores.entries())
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2, $3, 'temu', $2::uuid::text, 'US', 'One', 'US', 'USD', $4, 'en', 'local', true)`,
			[workspaceId, storeId, connectionId, ZONES[at]],
		);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

interface Made {
	store?: 0 | 1;
	kind?: 'claim' | 'case' | 'chat';
	dueAt?: Date | null;
	turn?: 'seller' | 'nobody';
	done?: boolean;
}

async function made({ store = 0, kind = 'case', dueAt = new Date(), turn = 'seller', done = false }: Made): Promise<string> {
	const conversationId = crypto.randomUUID();
	const face = JSON.stringify({ buyerName: null, preview: null, previewKind: 'text' });
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender, case_facts, waiting_since, done_at)
			values ($1, $2, $3, 'temu', $4, $2::uuid::text, $5, now(), 'buyer', $6, case when $7 then now() - interval '1 day' end, case when $8 then now() end)`,
		[
			workspaceId,
			conversationId,
			stores[store],
			kind,
			api.box.seal(face, `conversation ${conversationId}`),
			kind === 'chat' ? null : JSON.stringify({ turn, dueAt: dueAt?.toISOString() ?? null, actions: [] }),
			turn === 'seller',
			done,
		],
	);
	return conversationId;
}

/** The last moment of today in a zone, and the first of tomorrow. */
async function midnight(zone: string): Promise<[Date, Date]> {
	const { rows } = await admin.query<{ at: Date }>(
		`select (date_trunc('day', now() at time zone $1) + interval '1 day') at time zone $1 as at`,
		[zone],
	);
	const at = rows[0]?.at.getTime() ?? 0;
	return [new Date(at - 1), new Date(at)];
}

describe('claims due', () => {
	test('are those that wait for us and end by the end of their store’s day, the earliest first', async () => {
		const late = await made({ kind: 'claim', dueAt: new Date(Date.now() - 50 * HOUR) });
		const expected = [late];
		for (const [at, zone] of ZONES.entries()) {
			const [last, next] = await midnight(zone);
			expected.push(await made({ store: at as 0 | 1, dueAt: last }));
			await made({ store: at as 0 | 1, dueAt: next });
		}
		await made({ dueAt: null });
		await made({ turn: 'nobody', dueAt: new Date(Date.now() - HOUR) });
		await made({ done: true });
		await made({ kind: 'chat' });
		const caller = api.as(owner, workspaceId);
		const { rows } = await caller.inbox.list({ view: 'due' });
		expect(rows.map((row) => row.conversationId).toSorted()).toEqual(expected.toSorted());
		const dues = rows.map((row) => row.due?.at ?? '');
		expect(dues).toEqual(dues.toSorted());
		expect(rows[0]?.conversationId).toBe(late);
		expect((await caller.inbox.counts({})).due).toEqual({ count: 3, capped: false });
		expect((await caller.today.summary()).claimsDue).toEqual({ count: 3, capped: false });
	});

	test('are turned page by page without a hole', async () => {
		const caller = api.as(owner, workspaceId);
		const seen: string[] = [];
		for (let cursor: string | undefined; ; ) {
			const page = await caller.inbox.list({ view: 'due', limit: 1, ...(cursor !== undefined && { cursor }) });
			seen.push(...page.rows.map((row) => row.conversationId));
			if (page.next === null) break;
			cursor = page.next;
		}
		expect(seen).toEqual((await caller.inbox.list({ view: 'due' })).rows.map((row) => row.conversationId));
	});

	test('are counted within the stores of a member, and for nobody who does not read the inbox', async () => {
		for (const [name, role, scope] of [
			['agent', 'agent', [stores[1]]],
			['analyst', 'analyst', null],
		] as const) {
			const person = await api.user(name);
			await admin.query(
				`insert into member (workspace_id, user_id, name, email, role, store_scope)
					select $1, id, name, email, $3, $4 from auth."user" where id = $2`,
				[workspaceId, person.id, role, scope],
			);
			const { claimsDue } = await api.as(person, workspaceId).today.summary();
			expect(claimsDue).toEqual(role === 'agent' ? { count: 1, capped: false } : null);
		}
	});
});

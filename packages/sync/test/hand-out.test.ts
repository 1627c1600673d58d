import { randomUUID } from 'node:crypto';
import { Database, saveInboxRota } from '@pangea/db';
import type { Rota } from '@pangea/domain';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { masterKeyFromText, newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKeyring, handOut, PLACES } from '../src/index.ts';

let home: TestDatabase;
let database: Database;
let admin: pg.Client;
const workspaceId = randomUUID();
const [BRAZIL, MEXICO] = [randomUUID(), randomUUID()];
/** A Monday, 09:30 in Shanghai. */
let now = new Date('2026-11-30T01:30:00.000Z');
let minute = 0;

beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	admin = new pg.Client({ connectionString: home.url });
	await admin.connect();
	await admin.query(`insert into workspace (workspace_id, name, base_currency, zone) values ($1, 'W', 'USD', 'UTC')`, [workspaceId]);
	const connectionId = randomUUID();
	await admin.query(
		`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, 'temu', 'a', 'us', 'active')`,
		[workspaceId, connectionId],
	);
	for (const [storeId, language] of [
		[BRAZIL, 'pt-BR'],
		[MEXICO, 'es-MX'],
	])
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2::uuid, $3, 'temu', $2::uuid::text, 'X', 'S', 'BR', 'BRL', 'UTC', $4, 'local', true)`,
			[workspaceId, storeId, connectionId, language],
		);
}, 60_000);
beforeEach(async () => {
	for (const table of ['inbox_rota', 'message', 'conversation', 'member', 'event']) await admin.query(`delete from ${table}`);
	for (const [userId, role] of [
		['ana', 'owner'],
		['bo', 'agent'],
		['chen', 'agent'],
		['dora', 'analyst'],
	])
		await member(userId ?? '', role ?? '');
	now = new Date('2026-11-30T01:30:00.000Z');
});
afterAll(async () => {
	await database.close();
	await admin.end();
	await home.drop();
});

const keys = (() => {
	const master = masterKeyFromText(newMasterKeyText());
	return { box: (id: string) => createKeyring(database, master, 60_000).box(id) };
})();
const run = () => handOut({ database, keys: keys as Parameters<typeof handOut>[0]['keys'], now: () => now }, workspaceId);

async function member(userId: string, role: string, storeScope: string[] | null = null): Promise<void> {
	await admin.query(
		`insert into member (workspace_id, user_id, name, email, role, store_scope) values ($1, $2, $2, $2, $3, $4)
			on conflict (workspace_id, user_id) do update set role = excluded.role, store_scope = excluded.store_scope`,
		[workspaceId, userId, role, storeScope],
	);
}

async function rota(of: Partial<Rota> = {}): Promise<void> {
	const one = { rotaId: randomUUID(), name: randomUUID(), isOn: true, storeIds: [], languages: [], capacity: null, shift: null };
	await database.inWorkspace(workspaceId, (scope) => saveInboxRota(scope, { ...one, userIds: ['ana', 'bo', 'chen'], ...of }));
}

/** A buyer writes and waits, later than those before. */
async function asks(storeId: string, text = 'Hello', of: { holder?: string; done?: boolean; asleepUntil?: string } = {}): Promise<string> {
	const [conversationId, messageId] = [randomUUID(), randomUUID()];
	const box = await keys.box(workspaceId);
	const face = JSON.stringify({ buyerName: 'Ivonne', preview: null, previewKind: 'text' });
	const at = new Date(Date.parse('2026-11-01T00:00:00Z') + (minute += 1) * 60_000).toISOString();
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender, waiting_since,
				assignee_id, done_at, snoozed_until)
			values ($1, $2::uuid, $3, 'temu', 'chat', $2::uuid::text, $4, $5, 'buyer', $5, $6, $7, $8)`,
		[
			workspaceId,
			conversationId,
			storeId,
			box.seal(face, PLACES.conversation(conversationId)),
			at,
			of.holder ?? null,
			of.done ? at : null,
			of.asleepUntil ?? null,
		],
	);
	await admin.query(
		`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at)
			values ($1, $2::uuid, $3, $4, $2::uuid::text, '1', 'text', 'buyer', 'received', $5, $6, now() + interval '1 day')`,
		[workspaceId, messageId, conversationId, storeId, at, box.seal(JSON.stringify({ text, imageUrl: null }), PLACES.message(messageId))],
	);
	return conversationId;
}

async function holderOf(conversationId: string): Promise<string | null> {
	const { rows } = await admin.query<{ assignee_id: string | null }>('select assignee_id from conversation where conversation_id = $1', [
		conversationId,
	]);
	return rows[0]?.assignee_id ?? null;
}
const holders = (ids: readonly string[]) => Promise.all(ids.map(holderOf));

describe('conversations that nobody holds', () => {
	test('go round, the longest wait first, and the next run goes on where the last one ended', async () => {
		await rota();
		const ids = [await asks(BRAZIL), await asks(MEXICO), await asks(BRAZIL), await asks(BRAZIL)];
		expect(await run()).toBe(4);
		expect(await holders(ids)).toEqual(['ana', 'bo', 'chen', 'ana']);
		const next = [await asks(BRAZIL)];
		expect(await run()).toBe(1);
		expect(await holders(next)).toEqual(['bo']);
		const { rows } = await admin.query<{ kind: string }>('select kind from event');
		expect(rows.map(({ kind }) => kind)).toEqual(Array.from({ length: 3 }, () => 'conversation.changed'));
	});

	test('go to nobody where no rota is on, and what is held, done or asleep is left', async () => {
		const ids = [
			await asks(BRAZIL, 'a', { holder: 'chen' }),
			await asks(BRAZIL, 'b', { done: true }),
			await asks(BRAZIL, 'c', { asleepUntil: '2026-11-30T02:00:00.000Z' }),
			await asks(BRAZIL, 'd'),
		];
		await rota({ isOn: false });
		expect(await run()).toBe(0);
		await rota();
		expect(await run()).toBe(1);
		expect(await holders(ids)).toEqual(['chen', null, null, 'ana']);
	});

	test('go to who sees the store and may answer, whatever the rota says', async () => {
		await rota({ userIds: ['dora', 'nobody', 'bo'] });
		await member('bo', 'agent', [MEXICO]);
		const ids = [await asks(BRAZIL), await asks(MEXICO)];
		expect(await run()).toBe(1);
		expect(await holders(ids)).toEqual([null, 'bo']);
	});

	test('go by store, and by the language that the buyer writes before that of the country', async () => {
		await rota({ storeIds: [MEXICO], userIds: ['ana'] });
		await rota({ languages: ['pt'], userIds: ['bo'] });
		await rota({ languages: ['en'], userIds: ['chen'] });
		const ids = [
			await asks(MEXICO, 'Olá, onde está o meu pedido?'),
			await asks(BRAZIL, 'Olá, onde está o meu pedido?'),
			await asks(BRAZIL, 'Hello, where is my parcel? I have been waiting for it.'),
			await asks(BRAZIL, '42'),
			await asks(BRAZIL, '¿Dónde está mi pedido? Todavía no ha llegado.'),
		];
		expect(await run()).toBe(4);
		expect(await holders(ids)).toEqual(['ana', 'bo', 'chen', 'bo', null]);
	});

	test('go to who has room, and wait for room where all are full', async () => {
		await asks(BRAZIL, 'a', { holder: 'ana' });
		await asks(BRAZIL, 'a', { holder: 'ana', done: true });
		await rota({ capacity: 2, userIds: ['ana', 'bo'] });
		const ids = [await asks(BRAZIL), await asks(BRAZIL), await asks(BRAZIL), await asks(BRAZIL)];
		expect(await run()).toBe(3);
		expect(await holders(ids)).toEqual(['ana', 'bo', 'bo', null]);
		expect(await run()).toBe(0);
		await admin.query(`update conversation set done_at = now() where conversation_id = $1`, [ids[1]]);
		expect(await run()).toBe(1);
		expect(await holderOf(ids[3] ?? '')).toBe('bo');
	});

	test('go by shift, and to the next rota where one is not at work', async () => {
		const shift = { zone: 'Asia/Shanghai', weekdays: [1, 2, 3, 4, 5], from: '09:00', until: '18:00' };
		await rota({ shift, userIds: ['ana'] });
		const ids = [await asks(BRAZIL)];
		now = new Date('2026-11-30T00:59:00.000Z');
		expect(await run()).toBe(0);
		now = new Date('2026-11-30T01:00:00.000Z');
		expect(await run()).toBe(1);
		await rota({ shift: { ...shift, from: '18:00', until: '02:00' }, userIds: ['bo'] });
		now = new Date('2026-11-30T10:00:00.000Z');
		ids.push(await asks(BRAZIL));
		expect(await run()).toBe(1);
		expect(await holders(ids)).toEqual(['ana', 'bo']);
	});

	test('include what somebody held who has left', async () => {
		await rota({ userIds: ['bo'] });
		const id = await asks(BRAZIL, 'Hello', { holder: 'gone' });
		expect(await run()).toBe(1);
		expect(await holderOf(id)).toBe('bo');
	});

	test('are given once, though several run at once', async () => {
		await rota();
		const ids = [await asks(BRAZIL), await asks(BRAZIL), await asks(BRAZIL)];
		const given = await Promise.all([run(), run(), run(), run()]);
		expect(given.reduce((sum, n) => sum + n, 0)).toBe(3);
		expect(await holders(ids)).toEqual(['ana', 'bo', 'chen']);
	});
});

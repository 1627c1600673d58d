import { randomUUID } from 'node:crypto';
import { Database, messageHits } from '@pangea/db';
import { searchTerms } from '@pangea/domain';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { masterKeyFromText, newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyring, markWaiting, PLACES, resealAll } from '../src/index.ts';

const MASTER = newMasterKeyText();
const MESSAGES = 450;
let home: TestDatabase;
let database: Database;
let admin: pg.Client;
const workspaceId = randomUUID();
const conversationId = randomUUID();

beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	admin = new pg.Client({ connectionString: home.url });
	await admin.connect();
	await admin.query(`insert into workspace (workspace_id, name, base_currency, zone) values ($1, 'W', 'USD', 'UTC')`, [workspaceId]);
	const box = await keyring().box(workspaceId);
	const face = { buyerName: 'Ivonne', preview: null, previewKind: 'text' };
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
			values ($1, $2, $2, 'temu', 'chat', 'C', $3, now(), 'buyer')`,
		[workspaceId, conversationId, box.seal(JSON.stringify(face), PLACES.conversation(conversationId))],
	);
	const ids = Array.from({ length: MESSAGES }, () => randomUUID());
	await admin.query(
		`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at)
			select $1, id, $2, $2, id::text, '1', 'text', 'buyer', 'received', now(), sealed, now() + interval '1 day'
			from unnest($3::uuid[], $4::bytea[]) as x(id, sealed)`,
		[
			workspaceId,
			conversationId,
			ids,
			ids.map((id, i) => box.seal(JSON.stringify({ text: `lamp number ${i}`, imageUrl: null }), PLACES.message(id))),
		],
	);
}, 60_000);
afterAll(async () => {
	await database.close();
	await admin.end();
	await home.drop();
});

// Not kept, so that each knows the keys of the moment.
const keyring = () => createKeyring(database, masterKeyFromText(MASTER), 0);
const troubles: unknown[] = [];
const log = { info: () => {}, warn: () => {}, error: (fields: object) => void troubles.push(fields) };
const mark = (signal: AbortSignal) => markWaiting({ database, keys: keyring(), log }, workspaceId, signal);
const unmarked = async (): Promise<number> =>
	Number((await admin.query<{ n: string }>('select count(*) as n from message where not marked')).rows[0]?.n);

async function found(question: string, withNewestKeyOnly = false): Promise<number> {
	const box = await keyring().box(workspaceId);
	const marks = searchTerms(question).flatMap((term) =>
		term.marks.map((group) => (withNewestKeyOnly ? box.digests(group) : group.flatMap((mark) => box.digestsOf(mark)))),
	);
	return (await database.inWorkspace(workspaceId, (scope) => messageHits(scope, { marks, stores: null, limit: 10 }))).length;
}

describe('messages of before there was a search', () => {
	test('are marked a batch at a time; who is stopped leaves the rest to the next', async () => {
		expect(await found('lamp')).toBe(0);
		const stopped = AbortSignal.abort();
		expect(await mark(stopped)).toBe('more');
		expect(await unmarked()).toBe(MESSAGES - 200);
		expect(await mark(new AbortController().signal)).toBe('done');
		expect(await unmarked()).toBe(0);
		expect(await found('lamp')).toBe(1);
		expect(await found('ivonne lamp')).toBe(1);
	});

	test('are found although one among them cannot be opened', async () => {
		await admin.query(
			`update message set sealed = '\\x00', marked = false where message_id = (select max(message_id::text)::uuid from message)`,
		);
		expect(await mark(new AbortController().signal)).toBe('done');
		expect(troubles).toHaveLength(1);
		expect(await unmarked()).toBe(0);
		await admin.query(`delete from message where sealed = '\\x00'`);
	});

	test('are found while and after their data key is replaced', async () => {
		const rotation = { database, databaseUrl: home.url, master: masterKeyFromText(MASTER) };
		const options = { keyRefreshSeconds: 0, forgetAfterSeconds: 0, report: () => {} };
		await resealAll(rotation, options);
		expect(await unmarked()).toBe(MESSAGES - 1);
		expect(await found('lamp')).toBe(1);
		expect(await found('lamp', true)).toBe(0);
		// The former key stays as long as messages are found by it.
		expect((await resealAll(rotation, options)).forgotten).toBe(0);
		await mark(new AbortController().signal);
		expect(await found('lamp', true)).toBe(1);
	}, 30_000);
});

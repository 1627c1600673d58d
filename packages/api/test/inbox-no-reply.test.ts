import { purgeMessages, summariseConversation } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const HOUR = 3_600_000;
let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
const [AMAZON, TIKTOK] = [crypto.randomUUID(), crypto.randomUUID()];

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	for (const [storeId, platform, site] of [
		[AMAZON, 'amazon', 'A1PA6795UKMFR9'],
		[TIKTOK, 'tiktok-shop', 'TH'],
	] as const) {
		const connectionId = crypto.randomUUID();
		await admin.query(
			`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, $3, $4, 'api', 'active')`,
			[workspaceId, connectionId, platform, storeId],
		);
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2, $3, $4, $2::uuid::text, $5, $5, 'DE', 'EUR', 'UTC', 'de', 'local', true)`,
			[workspaceId, storeId, connectionId, platform, site],
		);
	}
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

const inbox = () => createCaller({ services: { ...api.services, registry }, user: owner, workspaceId }).inbox;
const open = async (conversationId: string) => {
	const { conversation, knowsNoReply } = await inbox().open({ conversationId });
	return { waits: conversation.waitingSince !== null, done: conversation.done, knowsNoReply };
};

async function talk(storeId: string): Promise<string> {
	const conversationId = crypto.randomUUID();
	const face = JSON.stringify({ buyerName: null, preview: null, previewKind: 'text' });
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
			select $1, $2, store_id, platform, 'purchase', $2::uuid::text, $4, now(), 'buyer' from store where store_id = $3`,
		[workspaceId, conversationId, storeId, api.box.seal(face, `conversation ${conversationId}`)],
	);
	return conversationId;
}

/** The buyer writes, so many hours from now. @returns the message's id */
async function writes(conversationId: string, hours: number): Promise<string> {
	const messageId = crypto.randomUUID();
	await admin.query(
		`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at)
			select $1, $2, conversation_id, store_id, $2::uuid::text, '1', 'text', 'buyer', 'received', $4, $5, now() + interval '1 day'
			from conversation where conversation_id = $3`,
		[
			workspaceId,
			messageId,
			conversationId,
			new Date(Date.now() + hours * HOUR),
			api.box.seal(JSON.stringify({ text: 'Thank you very much, it has arrived.', imageUrl: null }), `message ${messageId}`),
		],
	);
	await api.database.inWorkspace(workspaceId, (scope) => summariseConversation(scope, conversationId, { reopen: true }));
	return messageId;
}

describe('a message that needs no reply', () => {
	test('ends its buyer’s wait and closes the conversation, until the buyer writes again', async () => {
		const conversationId = await talk(AMAZON);
		await writes(conversationId, -3);
		expect(await open(conversationId)).toEqual({ waits: true, done: false, knowsNoReply: true });
		await inbox().noReply({ conversationId });
		expect(await open(conversationId)).toEqual({ waits: false, done: true, knowsNoReply: false });
		// Whatever else is looked at anew, the mark stands.
		await api.database.inWorkspace(workspaceId, (scope) => summariseConversation(scope, conversationId, { reopen: false }));
		expect(await open(conversationId)).toMatchObject({ waits: false });
		await writes(conversationId, 1);
		expect(await open(conversationId)).toEqual({ waits: true, done: false, knowsNoReply: true });
	});

	test('is in time in the report, which says that the platform counts by its own mark alone', async () => {
		const conversationId = await talk(AMAZON);
		await writes(conversationId, -5);
		const day = new Date(Date.now() - 5 * HOUR).toISOString().slice(0, 10);
		const report = async () => (await inbox().performance({ from: day, until: day, stores: [AMAZON] })).rows[0];
		const before = await report();
		await inbox().noReply({ conversationId });
		const after = await report();
		expect(after?.inTime).toBe((before?.inTime ?? 0) + 1);
		expect(after?.open).toBe((before?.open ?? 0) - 1);
		expect(after?.untold).toEqual(['noReplyNeeded']);
	});

	test('is marked after what was seen only, and the mark can be taken back', async () => {
		const conversationId = await talk(AMAZON);
		const seenMessageId = await writes(conversationId, -2);
		await writes(conversationId, -1);
		await expect(inbox().noReply({ conversationId, seenMessageId })).rejects.toThrow('writtenMeanwhile');
		await expect(inbox().noReply({ conversationId, seenMessageId: null })).rejects.toThrow('writtenMeanwhile');
		await inbox().noReply({ conversationId });
		await inbox().noReply({ conversationId, needed: true });
		expect(await open(conversationId)).toEqual({ waits: true, done: false, knowsNoReply: true });
		await expect(inbox().noReply({ conversationId, needed: true })).rejects.toThrow('noReplyUnknown');
	});

	test('is marked though the platform’s clock is ahead of ours', async () => {
		const conversationId = await talk(AMAZON);
		await writes(conversationId, 0.01);
		await inbox().noReply({ conversationId });
		expect(await open(conversationId)).toMatchObject({ waits: false, done: true });
	});

	test('is no matter of platforms that know no such mark, nor of who does not wait', async () => {
		const conversationId = await talk(TIKTOK);
		await writes(conversationId, -1);
		expect(await open(conversationId)).toEqual({ waits: true, done: false, knowsNoReply: false });
		await expect(inbox().noReply({ conversationId })).rejects.toThrow('noReplyUnknown');
		await expect(inbox().noReply({ conversationId: await talk(AMAZON) })).rejects.toThrow('noReplyUnknown');
		await expect(inbox().noReply({ conversationId: crypto.randomUUID() })).rejects.toThrow('notFound');
	});

	test('is forgotten with its conversation', async () => {
		await admin.query(`update message set dies_at = now() - interval '1 second'`);
		await api.database.inWorkspace(workspaceId, (scope) => purgeMessages(scope, new Date().toISOString()));
		expect((await admin.query('select * from no_reply_mark')).rowCount).toBe(0);
	});
});

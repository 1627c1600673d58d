import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
const storeId = crypto.randomUUID();
const PAGE = 50;

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
	await admin.query(
		`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
			values ($1, $2, $3, 'temu', 'one', 'US', 'One', 'US', 'USD', 'UTC', 'en', 'local', true)`,
		[workspaceId, storeId, connectionId],
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

async function conversation(): Promise<string> {
	const conversationId = crypto.randomUUID();
	const face = JSON.stringify({ buyerName: 'Zoraida', preview: null, previewKind: 'text' });
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
			values ($1, $2, $3, 'temu', 'chat', $2::uuid::text, $4, now(), 'buyer')`,
		[workspaceId, conversationId, storeId, api.box.seal(face, `conversation ${conversationId}`)],
	);
	return conversationId;
}

/** The buyer writes, so many seconds after the first message. @returns the message's id */
async function writes(conversationId: string, second: number): Promise<string> {
	const messageId = crypto.randomUUID();
	await admin.query(
		`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at)
			values ($1, $2, $3, $4, $2::uuid::text, '1', 'text', 'buyer', 'received', timestamptz '2026-11-01' + $5 * interval '1 second', $6, now() + interval '1 day')`,
		[
			workspaceId,
			messageId,
			conversationId,
			storeId,
			second,
			api.box.seal(JSON.stringify({ text: `${second}`, imageUrl: null }), `message ${messageId}`),
		],
	);
	return messageId;
}

const open = async (conversationId: string, reach: { before?: string; through?: string } = {}) => {
	const { messages, before } = await api.as(owner, workspaceId).inbox.open({ conversationId, ...reach });
	return { said: messages.map((message) => Number(message.text)), before };
};
const numbers = (from: number, until: number): number[] => Array.from({ length: until - from + 1 }, (_, i) => from + i);

describe('a long conversation', () => {
	test('is gone back through without a hole, whatever comes meanwhile', async () => {
		const conversationId = await conversation();
		for (const second of numbers(1, 120)) await writes(conversationId, second);
		const newest = await open(conversationId);
		expect(newest.said).toEqual(numbers(71, 120));
		const back = { before: newest.before ?? '' };
		expect((await open(conversationId, back)).said).toEqual(numbers(21, 120));
		// What came since moves the newest page, and is still all there when the same is asked again.
		for (const second of numbers(121, 180)) await writes(conversationId, second);
		const again = await open(conversationId, back);
		expect(again.said).toEqual(numbers(21, 180));
		const first = await open(conversationId, { before: again.before ?? '' });
		expect(first).toEqual({ said: numbers(1, 180), before: null });
	});

	test('leaves none out of many that were said in the same instant', async () => {
		const conversationId = await conversation();
		await Promise.all(numbers(1, 130).map(() => writes(conversationId, 7)));
		const ids = async (reach: { before?: string }) => {
			const { messages, before } = await api.as(owner, workspaceId).inbox.open({ conversationId, ...reach });
			return { ids: new Set(messages.map((message) => message.messageId)), before };
		};
		const newest = await ids({});
		expect(newest.ids.size).toBe(PAGE);
		const back = await ids({ before: newest.before ?? '' });
		expect(back.ids.size).toBe(2 * PAGE);
		expect((await ids({ before: back.before ?? '' })).ids.size).toBe(130);
	});

	test('opens around a message that a search found, and not around one of another conversation', async () => {
		const [conversationId, other] = [await conversation(), await conversation()];
		const ids: string[] = [];
		for (const second of numbers(1, 120)) ids.push(await writes(conversationId, second));
		const through = ids[39] ?? '';
		const around = await open(conversationId, { through });
		expect(around.said).toEqual(numbers(20, 120));
		expect((await open(conversationId, { before: around.before ?? '' })).said).toEqual(numbers(1, 120));
		expect(await open(other, { through })).toEqual({ said: [], before: null });
		expect((await open(conversationId, { through: crypto.randomUUID() })).said).toEqual(numbers(71, 120));
	});

	test('takes no place that is none', async () => {
		const conversationId = await conversation();
		await expect(open(conversationId, { before: 'nowhere' })).rejects.toThrow('inputWrong');
	});
});

import { addMember } from '@pangea/db';
import { searchMarks } from '@pangea/domain';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
const stores: string[] = [];

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	stores.push(...(await addStores(workspaceId)));
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

async function addStores(workspace: string): Promise<string[]> {
	const connectionId = crypto.randomUUID();
	await admin.query(
		`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, 'temu', 'a', 'us', 'active')`,
		[workspace, connectionId],
	);
	const ids = [crypto.randomUUID(), crypto.randomUUID()];
	for (const id of ids)
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2, $3, 'temu', $2::uuid::text, 'US', 'One', 'US', 'USD', 'UTC', 'en', 'local', true)`,
			[workspace, id, connectionId],
		);
	return ids;
}

let minute = 0;
/** A conversation with messages, the last one newest; each newer than all before. @returns its id */
async function said(
	texts: string[],
	{ store = stores[0], buyer = 'Zoraida', order = null as string | null, workspace = workspaceId, marks = true } = {},
): Promise<string> {
	const conversationId = crypto.randomUUID();
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender, external_order_id)
			values ($1, $2, $3, 'temu', 'chat', $2::uuid::text, $4, now(), 'buyer', $5)`,
		[
			workspace,
			conversationId,
			store,
			api.box.seal(JSON.stringify({ buyerName: buyer, preview: null, previewKind: 'text' }), `conversation ${conversationId}`),
			order,
		],
	);
	for (const text of texts) {
		const messageId = crypto.randomUUID();
		await admin.query(
			`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at, marks, marked)
				values ($1, $2, $3, $8, $2::uuid::text, '1', 'text', 'buyer', 'received', timestamptz '2026-11-01' + $4 * interval '1 minute', $5, now() + interval '1 day', $6, $7)`,
			[
				workspace,
				messageId,
				conversationId,
				minute++,
				api.box.seal(JSON.stringify({ text, imageUrl: null }), `message ${messageId}`),
				marks ? api.box.digests(searchMarks([order, buyer, text])) : [],
				marks,
				store,
			],
		);
	}
	return conversationId;
}

const search = (question: string, more: { cursor?: string; limit?: number } = {}, user = owner) =>
	api.as(user, workspaceId).inbox.search({ question, ...more });
const found = async (question: string, user = owner): Promise<string[]> =>
	(await search(question, {}, user)).hits.map((hit) => hit.conversation.conversationId);

describe('the search of the inbox', () => {
	test('finds words of four languages, and shows where they stand', async () => {
		const english = await said(['hello', 'Where is my PARCEL now?']);
		const spanish = await said(['Quiero la devolución del dinero']);
		const portuguese = await said(['Não chegou a encomenda']);
		const chinese = await said(['你好，这个可以退货退款吗']);
		expect(await found('parcel')).toEqual([english]);
		expect(await found('devolucion')).toEqual([spanish]);
		expect(await found('não chegou')).toEqual([portuguese]);
		expect(await found('退货')).toEqual([chinese]);
		const { hits } = await search('退款');
		const [hit] = hits;
		expect(hit?.hits.map(({ start, end }) => hit.snippet?.slice(start, end))).toEqual(['退款']);
	});

	test('finds a buyer by name, an order whole and by its end, and a name together with a word', async () => {
		const one = await said(['the zipper is broken'], { buyer: 'Ivonne Quispe', order: '576123456789019988' });
		expect(await found('ivonne')).toEqual([one]);
		expect(await found('576123456789019988')).toEqual([one]);
		expect(await found('9988')).toEqual([one]);
		expect(await found('quispe zipper')).toEqual([one]);
		expect(await found('quispe lamp')).toEqual([]);
	});

	test('shows a conversation once, with its newest message that holds the words', async () => {
		const one = await said(['first about umbrellas', 'second about umbrellas', 'thanks']);
		const { hits } = await search('umbrella');
		expect(hits.map((hit) => [hit.conversation.conversationId, hit.snippet])).toEqual([[one, 'second about umbrellas']]);
	});

	test('looks into what marks only promise', async () => {
		const one = await said(['可以退货款式错了', '退货的货款'], { buyer: 'A' });
		expect(await found('退货款')).toEqual([one]);
		const { hits } = await search('退货款');
		expect(hits[0]?.snippet).toBe('可以退货款式错了');
		expect(await found('货款错')).toEqual([]);
	});

	test('gives pages newest first, each conversation on one of them', async () => {
		const ids: string[] = [];
		for (let i = 0; i < 7; i++) ids.push(await said([`kettle ${i}`, 'kettle again']));
		const seen: string[] = [];
		let cursor: string | undefined;
		for (let page = 0; page < 9; page++) {
			const { hits, next } = await search('kettle', { limit: 3, ...(cursor !== undefined && { cursor }) });
			seen.push(...hits.map((hit) => hit.conversation.conversationId));
			if (next === null) break;
			cursor = next;
		}
		expect(seen).toEqual(ids.toReversed());
	});

	test('stays inside the stores of a member and inside the workspace', async () => {
		const mine = await said(['a harmonica for me']);
		const theirs = await said(['a harmonica for them'], { store: stores[1] });
		const agent = await api.user('agent');
		await api.database.inWorkspace(workspaceId, async (scope) => {
			await addMember(scope, { userId: agent.id, name: 'agent', email: agent.email, role: 'agent', storeScope: [stores[0] ?? ''] });
		});
		expect(await found('harmonica')).toEqual([theirs, mine]);
		expect(await found('harmonica', agent)).toEqual([mine]);
		const stranger = await api.user('stranger');
		const other = await api.as(stranger).workspace.create({ name: 'Other', baseCurrency: 'CNY', zone: 'UTC' });
		expect((await api.as(stranger, other.workspaceId).inbox.search({ question: 'harmonica' })).hits).toEqual([]);
	});

	test('is told to be too short, and finds nothing of what is erased', async () => {
		expect(await search('退')).toEqual({ hits: [], next: null, tooShort: true });
		const one = await said(['an ocarina']);
		expect(await found('ocarina')).toEqual([one]);
		await admin.query('delete from message where conversation_id = $1', [one]);
		expect(await found('ocarina')).toEqual([]);
	});

	test('walks newest first for a word that thousands have, and goes on where the walk ends', async () => {
		const old = await said(['celadon vase, very old'], { buyer: 'Common' });
		// Also the name of its store.
		const chatty = crypto.randomUUID();
		await admin.query(
			`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at, marks, marked)
				select $1, gen_random_uuid(), $2, $2, 'x' || n, '1', 'text', 'buyer', 'received', timestamptz '2026-11-20' + n * interval '1 second', '', now() + interval '1 day', $3, true
				from generate_series(1, 20000) n`,
			[workspaceId, chatty, api.box.digests(searchMarks(['porcelain']))],
		);
		await admin.query(`update message set marks = $2 where conversation_id = $1`, [
			old,
			api.box.digests(searchMarks(['celadon porcelain vase very old'])),
		]);
		await admin.query('analyze message');
		const hitsIn = async (within: string[] | null): Promise<string[]> => {
			const asked = JSON.stringify([api.box.digests(searchMarks(['porcelain'])).slice(0, 1)]);
			const rows = await api.database.inWorkspace(workspaceId, (scope) =>
				scope.client.query<{ conversation_id: string }>(`select conversation_id from pangea_message_hits($1, $2, null, null, 5)`, [
					asked,
					within,
				]),
			);
			return rows.rows.map((row) => row.conversation_id);
		};
		expect(await hitsIn(null)).toEqual([chatty, old]);
		const [mine = '', other = ''] = stores;
		expect(await hitsIn([mine])).toEqual([old]);
		expect(await hitsIn([other])).toEqual([]);
		expect(await hitsIn([other, mine, chatty])).toEqual([chatty, old]);
		// More stores than are walked one by one.
		expect(await hitsIn([mine, ...Array.from({ length: 20 }, () => crypto.randomUUID())])).toEqual([old]);
		expect(await hitsIn([])).toEqual([]);
	});
});

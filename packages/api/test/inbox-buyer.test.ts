import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { purgeMessages } from '@pangea/db';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
const [HERE, THERE, OTHERS] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
let minute = 0;

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	for (const [storeId, platform] of [
		[HERE, 'mercado-libre'],
		[THERE, 'mercado-libre'],
		[OTHERS, 'tiktok-shop'],
	] as const) {
		const connectionId = crypto.randomUUID();
		await admin.query(
			`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2::uuid, $3, $2::uuid::text, 'h', 'active')`,
			[workspaceId, connectionId, platform],
		);
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2::uuid, $3, $4, $2::uuid::text, 'MLM', 'Store', 'MX', 'MXN', 'UTC', 'es', 'local', true)`,
			[workspaceId, storeId, connectionId, platform],
		);
	}
});
beforeEach(async () => {
	for (const table of ['conversation_tie', 'conversation', 'orders']) await admin.query(`delete from ${table}`);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

interface With {
	store?: string;
	buyer?: string;
	order?: string;
	kind?: string;
}

/** A conversation, newer than those before. */
async function talk({ store = HERE, buyer, order, kind = 'purchase' }: With = {}): Promise<string> {
	const conversationId = crypto.randomUUID();
	const face = JSON.stringify({ buyerName: 'Zoraida', preview: null, previewKind: 'text' });
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, external_buyer_id, external_order_id, sealed,
				last_at, last_sender)
			select $1, $2::uuid, $3, platform, $4, $2::uuid::text, $5, $6, $7, timestamptz '2026-11-01' + $8 * interval '1 minute', 'buyer'
			from store where store_id = $3`,
		[
			workspaceId,
			conversationId,
			store,
			kind,
			buyer ?? null,
			order ?? null,
			api.box.seal(face, `conversation ${conversationId}`),
			(minute += 1),
		],
	);
	return conversationId;
}

async function bought(externalId: string, of: { store?: string; buyer?: string; pack?: string } = {}): Promise<void> {
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, external_group_id, external_buyer_id, state, raw_status, fulfilment,
				placed_at, local_day, ext_updated_at, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			select $1, gen_random_uuid(), $2, platform, $3, $4, $5, 'toShip', '1', 'seller', timestamptz '2026-11-01' + $6 * interval '1 minute', '2026-11-01',
				now(), false, 'MXN', 'unknown', false, '{}', 1, 1, 'd' from store where store_id = $2`,
		[workspaceId, of.store ?? HERE, externalId, of.pack ?? null, of.buyer ?? null, (minute += 1)],
	);
}

const ours = () => api.as(owner, workspaceId).inbox;
const around = async (conversationId: string): Promise<[string, string][]> =>
	(await ours().buyer({ conversationId })).conversations.map(({ conversation, reason }) => [conversation.conversationId, reason]);

describe('the buyer of a conversation', () => {
	test('is the same in all stores of a platform, and nobody known at another one', async () => {
		const question = await talk({ kind: 'question', buyer: '7' });
		const purchase = await talk({ store: THERE, buyer: '7' });
		await talk({ store: OTHERS, kind: 'chat', buyer: '7' });
		await talk({ buyer: '8' });
		expect(await around(question)).toEqual([[purchase, 'buyer']]);
		expect(await around(purchase)).toEqual([[question, 'buyer']]);
		// Two of whom no platform says who they are are not one.
		const [nameless] = [await talk(), await talk()];
		expect(await around(nameless)).toEqual([]);
	});

	test('is who speaks of the same purchase, by its pack or by any order in it', async () => {
		await bought('100', { pack: 'P1' });
		await bought('101', { pack: 'P1' });
		await bought('100', { store: THERE });
		const pack = await talk({ order: 'P1' });
		const claim = await talk({ order: '101', kind: 'claim' });
		await talk({ store: THERE, order: '100' });
		expect(await around(pack)).toEqual([[claim, 'order']]);
		expect(await around(claim)).toEqual([[pack, 'order']]);
		expect((await ours().buyer({ conversationId: claim })).orders.map(({ externalId }) => externalId)).toEqual(['101', '100']);
	});

	test('has orders from before, where the platform tells who bought', async () => {
		await bought('1', { buyer: '7' });
		await bought('2', { buyer: '7', store: THERE });
		await bought('3', { buyer: '7', store: OTHERS });
		await bought('4', { buyer: '8' });
		const purchase = await talk({ buyer: '7', order: '1' });
		const { orders } = await ours().buyer({ conversationId: purchase });
		expect(orders.map(({ externalId, storeId }) => [externalId, storeId])).toEqual([
			['2', THERE],
			['1', HERE],
		]);
	});

	test('is joined and held apart by hand, whatever platforms tell', async () => {
		const [mail, chat, claim] = [await talk(), await talk({ store: OTHERS, buyer: '9' }), await talk({ store: OTHERS, buyer: '9' })];
		await ours().join({ conversationId: mail, otherIds: [chat] });
		// Whoever is joined brings what belongs to them.
		expect(await around(mail)).toEqual([
			[claim, 'buyer'],
			[chat, 'hand'],
		]);
		await ours().split({ conversationId: mail, otherId: claim });
		expect(await around(mail)).toEqual([[chat, 'hand']]);
		expect(await around(claim)).toEqual([[chat, 'buyer']]);
		expect((await ours().buyer({ conversationId: mail })).apart.map((row) => row.conversationId)).toEqual([claim]);
		// The last word holds.
		await ours().join({ conversationId: claim, otherIds: [mail] });
		expect(await around(mail)).toEqual([
			[claim, 'hand'],
			[chat, 'hand'],
		]);
		await ours().split({ conversationId: mail, otherId: chat });
		await ours().split({ conversationId: claim, otherId: chat });
		expect(await around(mail)).toEqual([[claim, 'hand']]);
		expect(await around(chat)).toEqual([]);
	});

	test('is told of no store that a member does not see', async () => {
		const agent = await api.user('agent');
		await admin.query(
			`insert into member (workspace_id, user_id, name, email, role, store_scope) values ($1, $2, 'Agent', 'agent@ours.test', 'agent', $3)`,
			[workspaceId, agent.id, [HERE]],
		);
		await bought('2', { buyer: '7', store: THERE });
		const [mine, hidden] = [await talk({ buyer: '7' }), await talk({ store: THERE, buyer: '7' })];
		const theirs = api.as(agent, workspaceId).inbox;
		expect(await theirs.buyer({ conversationId: mine })).toEqual({ conversations: [], apart: [], orders: [] });
		await expect(theirs.join({ conversationId: mine, otherIds: [hidden] })).rejects.toThrow('notFound');
		await expect(theirs.split({ conversationId: mine, otherId: hidden })).rejects.toThrow('notFound');
		await expect(theirs.buyer({ conversationId: hidden })).rejects.toThrow('notFound');
	});

	test('is forgotten with the conversation', async () => {
		const [one, two] = [await talk(), await talk()];
		await ours().join({ conversationId: one, otherIds: [two] });
		await api.database.inWorkspace(workspaceId, (scope) => purgeMessages(scope, new Date().toISOString()));
		expect((await admin.query('select * from conversation_tie')).rowCount).toBe(0);
	});
});

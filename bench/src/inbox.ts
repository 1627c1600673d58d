import { countConversations, CONVERSATION_VIEWS, createEmptyWorkspace, Database, listConversations, messagesOf } from '@pangea/db';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openBenchDatabase } from './database.ts';
import { round, timed, type Times } from './figures.ts';
import { createListStores } from './lists-world.ts';
import { fillSearch, timeSearches } from './inbox-search.ts';
import { benchLive, MESSAGES as PUSHED } from './live.ts';

const MESSAGES = 1_000_000;
const A_CONVERSATION = 10;
const STORES = 40;
const TIMES = 200;
const PAGE = 60;

/**
 * The inbox with a million messages in a hundred thousand open conversations: pages of each view at the first page and deep down, counts, and conversations
 * opened at random, in milliseconds through the product's own queries, scope and driver. Limit: raw SQL that reads a page's entries of the index. Then
 * what {@link benchLive} tells of messages: from the push to operators' sockets.
 */
export async function benchInbox(rows: number | null, step: (text: string) => void): Promise<object> {
	const stored = await benchStored(rows ?? MESSAGES, step);
	return { ...stored, live: await benchLive(null, step, PUSHED) };
}

async function benchStored(messages: number, step: (text: string) => void) {
	const home = await openBenchDatabase();
	const database = new Database({ url: home.url, name: 'bench inbox', onIdleError: () => {} });
	try {
		const workspaceId = uuidv7();
		await database.inWorkspace(workspaceId, (scope) => createEmptyWorkspace(scope, { name: 'Inbox', baseCurrency: 'USD', zone: 'UTC' }));
		const stores = await createListStores(database, workspaceId, STORES);
		const conversations = Math.round(messages / A_CONVERSATION);
		await fill(
			home.url,
			workspaceId,
			stores.map((store) => store.storeId),
			conversations,
		);
		step(`${conversations} conversations with ${messages} messages are in`);
		const filter = { storeScope: null, userId: 'u7' };
		const figures: Record<string, Times> = {};
		for (const view of CONVERSATION_VIEWS) {
			figures[`${view}, first page`] = await timed(TIMES, () =>
				database.inWorkspace(workspaceId, (scope) => listConversations(scope, { ...filter, view, limit: PAGE })),
			);
			const deep = await deepCursor(database, workspaceId, view);
			if (deep)
				figures[`${view}, far down`] = await timed(TIMES, () =>
					database.inWorkspace(workspaceId, (scope) => listConversations(scope, { ...filter, view, limit: PAGE, after: deep })),
				);
		}
		const some = stores.slice(0, 3).map((store) => store.storeId);
		figures['open, three stores'] = await timed(TIMES, () =>
			database.inWorkspace(workspaceId, (scope) => listConversations(scope, { ...filter, view: 'open', stores: some, limit: PAGE })),
		);
		figures['counts'] = await timed(TIMES, () => database.inWorkspace(workspaceId, (scope) => countConversations(scope, filter)));
		const chosen = await chosenConversations(home.url);
		await fillSearch(home.url, workspaceId);
		step('what the messages are found by is in');
		Object.assign(figures, await timeSearches(database, workspaceId, (ask) => timed(TIMES, ask)));
		let at = 0;
		figures['a conversation'] = await timed(TIMES, () =>
			database.inWorkspace(workspaceId, (scope) => messagesOf(scope, chosen[at++ % chosen.length] ?? '', { limit: 50 })),
		);
		const limit = await rawPage(home.url, workspaceId);
		for (const [name, times] of Object.entries(figures)) step(`${name}: p50 ${times.p50} ms, p95 ${times.p95} ms`);
		const opened = figures['a conversation'];
		return {
			value: opened?.p50,
			limit: limit.p50,
			ratio: round((opened?.p50 ?? 0) / limit.p50),
			unit: 'ms to open a conversation (value), to read a page of the index (limit)',
			p50: opened?.p50,
			p95: opened?.p95,
			rows: messages,
			figures,
		};
	} finally {
		await database.close();
		await home.close();
	}
}

async function deepCursor(database: Database, workspaceId: string, view: (typeof CONVERSATION_VIEWS)[number]): Promise<string | null> {
	let after: string | undefined;
	for (let pages = 0; pages < 200; pages++) {
		const asked = { view, storeScope: null, userId: 'u7', limit: 200, after };
		const { next }: { next: string | null } = await database.inWorkspace(workspaceId, (scope) => listConversations(scope, asked));
		if (next === null) break;
		after = next;
	}
	return after ?? null;
}

/** Every tenth is done, every third waits, every twentieth is somebody's. Sealed parts are as long as real ones; nobody opens them here. */
async function fill(url: string, workspaceId: string, stores: readonly string[], conversations: number): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query(`set session_replication_role = replica; set synchronous_commit = off`);
		await client.query(
			`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender, waiting_since,
					unread, done_at, assignee_id)
				select $1::uuid, gen_random_uuid(), ($2::uuid[])[n % cardinality($2::uuid[]) + 1], 'tiktok-shop', 'chat', 'C' || n,
					decode(repeat('5a', 180), 'hex'), now() - n * interval '20 seconds', 'buyer', case when n % 3 = 0 then now() - n * interval '20 seconds' end,
					n % 4, case when n % 10 = 0 then now() end, case when n % 20 = 0 then 'u' || n % 9 end
				from generate_series(1, $3::int) as n`,
			[workspaceId, stores, conversations],
		);
		await client.query(
			`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at)
				select c.workspace_id, gen_random_uuid(), c.conversation_id, c.store_id, 'M' || n, lpad(n::text, 12, '0'), 'text', case when n % 2 = 0 then 'seller' else 'buyer' end,
					'received', c.last_at - ($1::int - n) * interval '7 minutes', decode(repeat('5a', 160), 'hex'), now() + interval '180 days'
				from conversation c cross join generate_series(1, $1::int) as n order by n, c.external_id`,
			[A_CONVERSATION],
		);
		await client.query('vacuum analyze conversation');
		await client.query('vacuum analyze message');
	} finally {
		await client.end();
	}
}

async function chosenConversations(url: string): Promise<string[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const { rows } = await client.query<{ id: string }>(
			'select conversation_id as id from conversation order by md5(external_id) limit 500',
		);
		return rows.map((row) => row.id);
	} finally {
		await client.end();
	}
}

async function rawPage(url: string, workspaceId: string): Promise<Times> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return await timed(TIMES, () =>
			client.query({
				name: 'raw',
				text: `select conversation_id, last_at from conversation where workspace_id = $1 and done_at is null
					order by last_at desc, conversation_id desc limit ${PAGE}`,
				values: [workspaceId],
			}),
		);
	} finally {
		await client.end();
	}
}

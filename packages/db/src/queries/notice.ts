import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** A condition as it stands now. */
export interface FoundNotice {
	kind: string;
	/** What it is about: with the kind, the same for as long as the condition lasts. */
	subject: string;
	/** The stores it concerns; who sees one of them sees the notice. */
	storeIds: readonly string[];
	/** The one member whom it concerns; nobody named: all who see one of the stores. */
	userId?: string;
	level: 'risk' | 'warning';
	/** Counts and times, no texts. */
	detail: Record<string, string | number>;
}

export interface RaisedNotice extends FoundNotice {
	noticeId: string;
}

/** Makes the open notices those of what was found: new ones are raised, lasting ones touched, and those whose condition is over are closed. */
export async function reconcileNotices(
	scope: Scope,
	found: readonly FoundNotice[],
): Promise<{ raised: RaisedNotice[]; changed: number; resolved: number }> {
	const raised: RaisedNotice[] = [];
	let changed = 0;
	for (const notice of found) {
		const detail = JSON.stringify(notice.detail);
		const { rows } = await sql<{ notice_id: string; added: boolean; was: boolean }>`
			with before as (
				select detail = ${detail}::jsonb and store_ids = ${[...notice.storeIds]}::uuid[] as same from notice
				where workspace_id = ${scope.workspaceId} and kind = ${notice.kind} and subject = ${notice.subject} and resolved_at is null
			)
			insert into notice as n (workspace_id, notice_id, kind, subject, store_ids, user_id, level, detail)
			values (${scope.workspaceId}, ${uuidv7()}, ${notice.kind}, ${notice.subject}, ${[...notice.storeIds]}::uuid[], ${notice.userId ?? null}, ${notice.level}, ${detail}::jsonb)
			on conflict (workspace_id, kind, subject) where resolved_at is null
				do update set last_at = now(), detail = excluded.detail, store_ids = excluded.store_ids
			returning notice_id, (xmax = 0) as added, coalesce((select same from before), false) as was`.execute(scope.db);
		const [row] = rows;
		if (row?.added) raised.push({ ...notice, noticeId: row.notice_id });
		else if (row && !row.was) changed++;
	}
	const { rows: closed } = await sql`
		update notice n set resolved_at = now()
		where workspace_id = ${scope.workspaceId} and resolved_at is null and not exists (
			select from unnest(${found.map((f) => f.kind)}::text[], ${found.map((f) => f.subject)}::text[]) as f(kind, subject)
			where f.kind = n.kind and f.subject = n.subject)
		returning notice_id`.execute(scope.db);
	return { raised, changed, resolved: closed.length };
}

/** Notices for a member that stand, and those that were closed since an instant; newest first. */
export async function notices(scope: Scope, of: { userId: string; storeScope: StoreScope }, closedSince: string) {
	const { userId, storeScope } = of;
	return await scope.db
		.selectFrom('notice')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', closedSince)]))
		.where((eb) => eb.or([eb('user_id', 'is', null), eb('user_id', '=', userId)]))
		.where(storeScope === null ? sql<boolean>`true` : sql<boolean>`store_ids && ${[...storeScope]}::uuid[]`)
		.orderBy(sql`resolved_at is not null`)
		.orderBy('first_at', 'desc')
		.limit(200)
		.execute();
}

/** Closed notices before an instant are no longer of interest. */
export async function forgetNotices(scope: Scope, before: string): Promise<void> {
	await scope.db.deleteFrom('notice').where('workspace_id', '=', scope.workspaceId).where('resolved_at', '<', before).execute();
}

/** Stores with records set aside since an instant that still wait, and how many. */
export async function quarantineGrowth(scope: Scope, since: string): Promise<Map<string, number>> {
	const { rows } = await sql<{ store_id: string; n: number }>`
		select store_id, count(*)::int as n from quarantine
		where workspace_id = ${scope.workspaceId} and state = 'waiting' and store_id is not null and first_at >= ${since}
		group by store_id`.execute(scope.db);
	return new Map(rows.map((r) => [r.store_id, r.n]));
}

/** Stores that lack orders nobody can fetch, in windows that ended after an instant, and how many. */
export async function unexplainedOrders(scope: Scope, since: string): Promise<Map<string, number>> {
	const { rows } = await sql<{ store_id: string; n: number }>`
		select store_id, sum(theirs - ours)::int as n from gap
		where workspace_id = ${scope.workspaceId} and state = 'unexplained' and theirs > ours and window_until >= ${since}
		group by store_id`.execute(scope.db);
	return new Map(rows.map((r) => [r.store_id, r.n]));
}

export interface NewChannel {
	channelId: string;
	kind: string;
	name: string;
	language: string;
	/** The member whose address it is; null for a webhook. */
	userId: string | null;
	/** Where a webhook leads, sealed; null for a member's address. */
	sealed: Buffer | null;
}

export async function addChannel(scope: Scope, channel: NewChannel): Promise<void> {
	await scope.db
		.insertInto('notice_channel')
		.values({
			workspace_id: scope.workspaceId,
			channel_id: channel.channelId,
			kind: channel.kind,
			name: channel.name,
			language: channel.language,
			user_id: channel.userId,
			sealed: channel.sealed,
		})
		.execute();
}

/** @returns what it was; undefined when there is none. */
export async function removeChannel(scope: Scope, channelId: string): Promise<{ kind: string; name: string } | undefined> {
	return await scope.db
		.deleteFrom('notice_channel')
		.where('workspace_id', '=', scope.workspaceId)
		.where('channel_id', '=', channelId)
		.returning(['kind', 'name'])
		.executeTakeFirst();
}

/** The channels with the member's address where it is one's; never what is sealed. */
export async function channels(scope: Scope) {
	return await scope.db
		.selectFrom('notice_channel as c')
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 'c.workspace_id').onRef('m.user_id', '=', 'c.user_id'))
		.select([
			'c.channel_id',
			'c.kind',
			'c.name',
			'c.language',
			'c.user_id',
			'c.sent_at',
			'c.error_code',
			'c.error_words',
			'c.error_at',
			'm.email',
			'm.store_scope',
		])
		.where('c.workspace_id', '=', scope.workspaceId)
		.orderBy('c.created_at')
		.execute();
}

/** One channel with what it takes to send. */
export async function channelById(scope: Scope, channelId: string) {
	return await scope.db
		.selectFrom('notice_channel as c')
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 'c.workspace_id').onRef('m.user_id', '=', 'c.user_id'))
		.select(['c.channel_id', 'c.kind', 'c.language', 'c.sealed', 'm.email'])
		.where('c.workspace_id', '=', scope.workspaceId)
		.where('c.channel_id', '=', channelId)
		.executeTakeFirst();
}

/** A notice and how far its delivery to a channel is; undefined when either has gone. */
export async function deliveryOf(scope: Scope, noticeId: string, channelId: string) {
	return await scope.db
		.selectFrom('notice_delivery as d')
		.innerJoin('notice as n', (join) => join.onRef('n.workspace_id', '=', 'd.workspace_id').onRef('n.notice_id', '=', 'd.notice_id'))
		.select(['n.kind', 'n.store_ids', 'n.detail', 'n.resolved_at', 'd.state'])
		.where('d.workspace_id', '=', scope.workspaceId)
		.where('d.notice_id', '=', noticeId)
		.where('d.channel_id', '=', channelId)
		.executeTakeFirst();
}

export async function addDelivery(scope: Scope, noticeId: string, channelId: string): Promise<void> {
	await scope.db
		.insertInto('notice_delivery')
		.values({ workspace_id: scope.workspaceId, notice_id: noticeId, channel_id: channelId })
		.onConflict((c) => c.columns(['workspace_id', 'notice_id', 'channel_id']).doNothing())
		.execute();
}

/** Writes how an attempt ended, on the delivery and on its channel. */
export async function endAttempt(
	scope: Scope,
	noticeId: string,
	channelId: string,
	end: { state: 'sent' | 'dropped' } | { state: 'failing'; code: string; words: string },
): Promise<void> {
	const code = end.state === 'failing' ? end.code : null;
	await sql`
		update notice_delivery set state = ${end.state}, attempts = attempts + ${end.state === 'dropped' ? 0 : 1}, error_code = ${code}, at = now()
		where workspace_id = ${scope.workspaceId} and notice_id = ${noticeId} and channel_id = ${channelId}`.execute(scope.db);
	if (end.state !== 'dropped') await noteChannel(scope, channelId, end.state === 'failing' ? end : null);
}

/** Keeps on a channel that something was sent, or why not. */
export async function noteChannel(scope: Scope, channelId: string, failed: { code: string; words: string } | null): Promise<void> {
	await sql`
		update notice_channel set sent_at = case when ${failed === null} then now() else sent_at end,
			error_code = ${failed?.code ?? null}, error_words = ${failed?.words ?? null},
			error_at = case when ${failed === null} then null else now() end
		where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`.execute(scope.db);
}

/** Names of stores, for a sentence about them. */
export async function storeNames(scope: Scope, storeIds: readonly string[]) {
	return await scope.db
		.selectFrom('store')
		.select(['store_id', 'platform', 'name', 'country'])
		.where('workspace_id', '=', scope.workspaceId)
		.where(inStores('store_id', storeIds))
		.orderBy('name')
		.execute();
}

import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';

/** Where the live pull of a store stands. */
export interface PullCursor {
	/** Everything changed up to here is stored. */
	watermark: string;
	/** End of the window under way; null between windows. */
	windowUntil: string | null;
	pageCursor: string | null;
}

const ORDERS = 'orders';

export async function pullCursor(scope: Scope, storeId: string): Promise<PullCursor | null> {
	const row = await scope.db
		.selectFrom('pull_cursor')
		.select(['watermark', 'window_until', 'page_cursor'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('resource', '=', ORDERS)
		.executeTakeFirst();
	return row ? { watermark: row.watermark, windowUntil: row.window_until, pageCursor: row.page_cursor } : null;
}

/** Starts a store's live pull at an instant; a store that has a cursor keeps it. */
export async function startPullCursor(scope: Scope, storeId: string, watermark: string): Promise<void> {
	await scope.db
		.insertInto('pull_cursor')
		.values({
			workspace_id: scope.workspaceId,
			store_id: storeId,
			resource: ORDERS,
			watermark,
			window_until: null,
			page_cursor: null,
			last_success_at: null,
			last_attempt_at: null,
		})
		.onConflict((c) => c.columns(['workspace_id', 'store_id', 'resource']).doNothing())
		.execute();
}

/** Moves the cursor from what it was to what it is; false when another worker has moved it meanwhile. */
export async function movePullCursor(scope: Scope, storeId: string, was: PullCursor, is: PullCursor): Promise<boolean> {
	const ended = is.windowUntil === null;
	const result = await sql`
		update pull_cursor set watermark = ${is.watermark}, window_until = ${is.windowUntil}, page_cursor = ${is.pageCursor},
			last_success_at = case when ${ended} then now() else last_success_at end
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and resource = ${ORDERS}
			and watermark = ${was.watermark} and window_until is not distinct from ${was.windowUntil}
			and page_cursor is not distinct from ${was.pageCursor}`.execute(scope.db);
	return (result.numAffectedRows ?? 0n) === 1n;
}

export async function notePullAttempt(scope: Scope, storeId: string, succeeded: boolean): Promise<void> {
	await sql`update pull_cursor set last_attempt_at = now(), last_success_at = case when ${succeeded} then now() else last_success_at end
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and resource = ${ORDERS}`.execute(scope.db);
}

/** How often a platform's stores are polled. */
export interface PollRhythm {
	seconds: number;
	/** One poll serves all stores of a grant: one of them is enough. */
	together: boolean;
}

/**
 * Stores whose grant is active and whose last poll is longer ago than their platform's rhythm. Of a grant whose stores are polled together it
 * is the one that is furthest behind, and those that have a problem of their own.
 */
export async function duePulls(scope: Scope, rhythms: ReadonlyMap<string, PollRhythm>): Promise<string[]> {
	const platforms = [...rhythms.keys()];
	const rules = [...rhythms.values()];
	const rows = await prepared(
		scope,
		'due_pulls',
		sql<{ store_id: string }>`
		select distinct on (grant_or_store) store_id from (
			select s.store_id, p.window_until, p.watermark,
				case when r.together and s.error_code is null then s.connection_id else s.store_id end as grant_or_store
			from store s
			join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
			join pull_cursor p on p.workspace_id = s.workspace_id and p.store_id = s.store_id and p.resource = ${ORDERS}
			join unnest(${platforms}::text[], ${rules.map((r) => r.seconds)}::int[], ${rules.map((r) => r.together)}::boolean[])
				as r(platform, seconds, together) on r.platform = s.platform
			where s.workspace_id = ${scope.workspaceId} and s.enabled and s.active
				and (p.last_attempt_at is null or p.last_attempt_at <= now() - make_interval(secs => r.seconds))
		) as due
		order by grant_or_store, window_until is null, watermark, store_id`,
	);
	return rows.map((r) => r.store_id);
}

/** Another store of the same grant that may be pulled along. */
export interface SiblingPull extends PullCursor {
	storeId: string;
	siteId: string;
	zone: string;
	/** Switched on, and without a problem of its own. */
	ready: boolean;
}

/** The other stores of a store's grant, with where their live pulls stand. */
export async function siblingPulls(scope: Scope, storeId: string): Promise<SiblingPull[]> {
	const result = await sql<SiblingPull>`
		select s.store_id as "storeId", s.site_id as "siteId", s.zone, s.enabled and s.active and s.error_code is null as ready,
			p.watermark, p.window_until as "windowUntil", p.page_cursor as "pageCursor"
		from store own
		join store s on s.workspace_id = own.workspace_id and s.connection_id = own.connection_id and s.store_id <> own.store_id
		join pull_cursor p on p.workspace_id = s.workspace_id and p.store_id = s.store_id and p.resource = ${ORDERS}
		where own.workspace_id = ${scope.workspaceId} and own.store_id = ${storeId}
		order by s.store_id`.execute(scope.db);
	return result.rows;
}

/** Where the history of a store stands; it is walked from the newest window to the oldest. */
export interface Backfill {
	state: 'waiting' | 'running' | 'done' | 'failed';
	historyFrom: string;
	historyUntil: string;
	/** Everything from here to `historyUntil` is stored. */
	reached: string;
	/** Start of the window under way; null between windows. */
	windowFrom: string | null;
	pageCursor: string | null;
	expected: number | null;
}

export async function backfillOf(scope: Scope, storeId: string): Promise<Backfill | null> {
	const row = await scope.db
		.selectFrom('backfill')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('resource', '=', ORDERS)
		.executeTakeFirst();
	if (!row) return null;
	return {
		state: row.state === 'running' || row.state === 'done' || row.state === 'failed' ? row.state : 'waiting',
		historyFrom: row.history_from,
		historyUntil: row.history_until,
		reached: row.reached,
		windowFrom: row.window_from,
		pageCursor: row.page_cursor,
		expected: row.orders_expected,
	};
}

/** Plans a store's history, or plans it anew. */
export async function planBackfill(scope: Scope, storeId: string, from: string, until: string): Promise<void> {
	const plan = {
		state: 'waiting',
		history_from: from,
		history_until: until,
		reached: until,
		page_cursor: null,
		window_from: null,
		orders_seen: 0,
		orders_expected: null,
		finished_at: null,
		error_code: null,
		started_at: new Date().toISOString(),
		updated_at: new Date().toISOString(),
	};
	await scope.db
		.insertInto('backfill')
		.values({ workspace_id: scope.workspaceId, store_id: storeId, resource: ORDERS, ...plan })
		.onConflict((c) => c.columns(['workspace_id', 'store_id', 'resource']).doUpdateSet(plan))
		.execute();
}

/** Moves a backfill from where it was; false when another worker has moved it meanwhile. */
export async function moveBackfill(
	scope: Scope,
	storeId: string,
	was: Pick<Backfill, 'reached' | 'windowFrom' | 'pageCursor'>,
	is: Pick<Backfill, 'reached' | 'windowFrom' | 'pageCursor' | 'state'> & { seen: number },
): Promise<boolean> {
	const done = is.state === 'done';
	const result = await sql`
		update backfill set reached = ${is.reached}, window_from = ${is.windowFrom}, page_cursor = ${is.pageCursor}, state = ${is.state},
			orders_seen = orders_seen + ${is.seen}, updated_at = now(), error_code = null,
			finished_at = case when ${done} then now() else null end
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and resource = ${ORDERS}
			and reached = ${was.reached} and window_from is not distinct from ${was.windowFrom}
			and page_cursor is not distinct from ${was.pageCursor}`.execute(scope.db);
	return (result.numAffectedRows ?? 0n) === 1n;
}

export async function markBackfill(
	scope: Scope,
	storeId: string,
	change: { state: Backfill['state']; errorCode?: string | null; expected?: number | null },
): Promise<void> {
	await scope.db
		.updateTable('backfill')
		.set({
			state: change.state,
			updated_at: new Date().toISOString(),
			...(change.errorCode === undefined ? {} : { error_code: change.errorCode }),
			...(change.expected === undefined ? {} : { orders_expected: change.expected }),
		})
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('resource', '=', ORDERS)
		.execute();
}

/** Backfills of active stores that nobody has moved for a while. */
export async function stalledBackfills(
	scope: Scope,
	seconds: number,
): Promise<{ storeId: string; connectionId: string; platform: string }[]> {
	const rows = await prepared(
		scope,
		'stalled_backfills',
		sql<{ storeId: string; connectionId: string; platform: string }>`
		select s.store_id as "storeId", s.connection_id as "connectionId", s.platform from backfill b
		join store s on s.workspace_id = b.workspace_id and s.store_id = b.store_id and s.enabled and s.active
		join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
		where b.workspace_id = ${scope.workspaceId} and b.state in ('waiting', 'running')
			and b.updated_at < now() - make_interval(secs => ${seconds})`,
	);
	return rows;
}

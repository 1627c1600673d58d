import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** How a store that should be in sync stands; seconds by the database's clock. */
export interface StoreHealth {
	storeId: string;
	platform: string;
	/** Since the instant up to which everything is stored; null before the first poll. */
	lagSeconds: number | null;
	/** How much history is still to be walked; 0 when it is done, null when none was planned. */
	backfillLeftSeconds: number | null;
}

export interface WorkspaceHealth {
	stores: StoreHealth[];
	/** Records that wait because they could not be understood, by platform. */
	quarantined: { platform: string; count: number }[];
	/** Accepted pushes that wait, and since when the oldest does. */
	intake: { waiting: number; oldestSeconds: number };
	openGaps: number;
}

/** The figures of one workspace that an operator of the installation watches. Nothing in them names a person, a shop or an order. */
export async function workspaceHealth(scope: Scope): Promise<WorkspaceHealth> {
	const { db, workspaceId } = scope;
	const stores = await sql<StoreHealth>`
		select s.store_id as "storeId", s.platform, extract(epoch from now() - p.watermark)::float8 as "lagSeconds",
			(case when b.state = 'done' then 0 else extract(epoch from b.reached - b.history_from) end)::float8 as "backfillLeftSeconds"
		from store s
		join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
		left join pull_cursor p on p.workspace_id = s.workspace_id and p.store_id = s.store_id and p.resource = 'orders'
		left join backfill b on b.workspace_id = s.workspace_id and b.store_id = s.store_id and b.resource = 'orders'
		where s.workspace_id = ${workspaceId} and s.enabled and s.active`.execute(db);
	const quarantined = await sql<{ platform: string; count: number }>`
		select platform, count(*)::int as count from quarantine
		where workspace_id = ${workspaceId} and state = 'waiting' group by platform`.execute(db);
	const intake = await sql<{ waiting: number; oldestSeconds: number }>`
		select count(*)::int as waiting, coalesce(extract(epoch from now() - min(received_at)), 0)::float8 as "oldestSeconds" from intake
		where workspace_id = ${workspaceId} and state = 'waiting'`.execute(db);
	const gaps = await sql<{ count: number }>`
		select count(*)::int as count from gap where workspace_id = ${workspaceId} and state = 'open'`.execute(db);
	return {
		stores: stores.rows,
		quarantined: quarantined.rows,
		intake: intake.rows[0] ?? { waiting: 0, oldestSeconds: 0 },
		openGaps: gaps.rows[0]?.count ?? 0,
	};
}

/** Jobs of one kind whose time has come and that nobody has begun. */
export interface QueueBacklog {
	job: string;
	waiting: number;
	oldestSeconds: number;
}

/** The queue is one for all workspaces; any scope sees it. */
export async function queueBacklog(scope: Scope): Promise<QueueBacklog[]> {
	const found = await sql<QueueBacklog>`
		select name as job, count(*)::int as waiting, extract(epoch from now() - min(run_at))::float8 as "oldestSeconds" from jobs.job
		where lease_until is null and run_at <= now() group by name`.execute(scope.db);
	return found.rows;
}

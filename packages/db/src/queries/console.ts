import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** Jobs of one kind about one store, or about no store, that wait or run. */
export interface JobGroup {
	name: string;
	storeId: string | null;
	platform: string | null;
	waiting: number;
	running: number;
	/** When the first of those that wait is due. */
	nextAt: string | null;
	attempts: number;
	error: string | null;
}

/** The work of one workspace in the queue. Jobs of stores outside the scope are left out. */
export async function jobGroups(scope: Scope, storeScope: StoreScope): Promise<JobGroup[]> {
	const { rows } = await sql<JobGroup>`
		select name, (payload ->> 'storeId')::uuid as "storeId", payload ->> 'platform' as platform,
			(count(*) filter (where lease_until is null))::int as waiting, (count(*) filter (where lease_until is not null))::int as running,
			min(run_at) filter (where lease_until is null) as "nextAt", max(attempts)::int as attempts, max(error) as error
		from jobs.job where payload ->> 'workspaceId' = ${scope.workspaceId} and ${mine(storeScope)}
		group by 1, 2, 3 order by 1, 2, 3`.execute(scope.db);
	return rows;
}

/** Jobs of one kind that ended with the same error and are not repeated any more. */
export interface DeadJobs {
	name: string;
	error: string;
	count: number;
	lastAt: string;
	storeIds: string[];
}

export async function deadJobs(scope: Scope, storeScope: StoreScope): Promise<DeadJobs[]> {
	const { rows } = await sql<DeadJobs>`
		select name, coalesce(error, '') as error, count(*)::int as count, max(died_at) as "lastAt",
			coalesce(array_agg(distinct payload ->> 'storeId') filter (where payload ? 'storeId'), '{}') as "storeIds"
		from jobs.dead where payload ->> 'workspaceId' = ${scope.workspaceId} and ${mine(storeScope)}
		group by 1, 2 order by max(died_at) desc`.execute(scope.db);
	return rows;
}

/** Takes dead jobs of one kind and error off the list. @returns their payloads. */
export async function takeDeadJobs(scope: Scope, storeScope: StoreScope, of: { name: string; error: string }): Promise<unknown[]> {
	const { rows } = await sql<{ payload: unknown }>`
		delete from jobs.dead where payload ->> 'workspaceId' = ${scope.workspaceId} and ${mine(storeScope)}
			and name = ${of.name} and coalesce(error, '') = ${of.error} returning payload`.execute(scope.db);
	return rows.map((row) => row.payload);
}

// Work for a whole grant or account is everybody's; work for a store is for those who see the store.
function mine(storeScope: StoreScope) {
	if (storeScope === null) return sql`true`;
	return sql`(not payload ? 'storeId' or payload ->> 'storeId' = any(${[...storeScope]}::text[]))`;
}

export interface IntakeSummary {
	platform: string;
	received: number;
	waiting: number;
	/** Given up after its attempts: the next poll brings the same news. */
	failed: number;
	/** About what we do not keep, or of an account we do not have. */
	ignored: number;
	lastAt: string;
}

/** Accepted pushes since an instant, by platform. */
export async function intakeSummary(scope: Scope, since: string): Promise<IntakeSummary[]> {
	const { rows } = await sql<IntakeSummary>`
		select platform, count(*)::int as received, (count(*) filter (where state = 'waiting'))::int as waiting,
			(count(*) filter (where state = 'failed'))::int as failed, (count(*) filter (where state = 'ignored'))::int as ignored,
			max(received_at) as "lastAt"
		from intake where workspace_id = ${scope.workspaceId} and intake_id >= ${firstIdOf(since)}::uuid and received_at >= ${since}
		group by platform`.execute(scope.db);
	return rows;
}

/** The least id made at an instant: ids begin with their time (RFC 9562, version 7). */
function firstIdOf(instant: string): string {
	const millis = Math.max(0, Date.parse(instant)).toString(16).padStart(12, '0');
	return `${millis.slice(0, 8)}-${millis.slice(8)}-7000-8000-000000000000`;
}

export interface NewsSource {
	storeId: string;
	/** Orders whose newest change came with a push, and those where we asked before one came. */
	told: number;
	asked: number;
}

/** How the newest changes since an instant were learnt, store by store. */
export async function newsSources(scope: Scope, storeScope: StoreScope, since: string): Promise<NewsSource[]> {
	const { rows } = await sql<NewsSource>`
		select s.store_id as "storeId", (count(*) filter (where h.source = 'intake'))::int as told,
			(count(*) filter (where h.source = 'pull'))::int as asked
		from store s
		join orders o on o.workspace_id = s.workspace_id and o.store_id = s.store_id and o.ext_updated_at >= ${since}
		cross join lateral (
			select source from order_history h where h.workspace_id = o.workspace_id and h.order_id = o.order_id
			order by h.history_id desc limit 1) h
		where s.workspace_id = ${scope.workspaceId} and ${inStores('s.store_id', storeScope)} group by 1`.execute(scope.db);
	return rows;
}

export interface QuarantineCause {
	platform: string;
	cause: string;
	count: number;
	lastAt: string;
}

/** What is set aside, by what we did not understand. */
export async function quarantineCauses(scope: Scope, storeScope: StoreScope): Promise<QuarantineCause[]> {
	const { rows } = await sql<QuarantineCause>`
		select platform, cause, count(*)::int as count, max(last_at) as "lastAt" from quarantine
		where workspace_id = ${scope.workspaceId} and state = 'waiting' and ${inStores('store_id', storeScope)}
		group by 1, 2 order by 3 desc, 1 limit 100`.execute(scope.db);
	return rows;
}

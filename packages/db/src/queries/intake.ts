import { sql } from 'kysely';
import type { Database, Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { activeStore, STORE_FOR_CALLS, type StoreForCalls } from './connection.ts';
import { type JobWrite, sendJobs, wakeWorkers } from './job.ts';

/** A delivery about one account, and the job that acts on it. */
export interface IntakeWrite {
	intakeId: string;
	deliveryId: string;
	tidings: unknown[];
	sealed: Buffer;
	job: JobWrite;
}

/**
 * Keeps accepted deliveries durably and sends their jobs, in one statement; what is known already is neither kept nor sent again.
 * @returns how many were new.
 */
export async function keepDeliveries(
	database: Database,
	workspaceId: string,
	platform: string,
	deliveries: readonly IntakeWrite[],
): Promise<number> {
	const [row] = await database.statement<{ added: number }>(workspaceId, {
		name: 'keep_deliveries',
		text: KEEP,
		values: [
			platform,
			deliveries.map((d) => d.intakeId),
			deliveries.map((d) => d.deliveryId),
			deliveries.map((d) => JSON.stringify(d.tidings)),
			deliveries.map((d) => d.sealed),
			JSON.stringify(deliveries.map((d) => ({ deliveryId: d.deliveryId, ...d.job }))),
		],
	});
	return row?.added ?? 0;
}

// In the order of their keys everywhere: each holds its account's waiting job until the commit.
const KEEP = `, fresh as (
		insert into intake (workspace_id, intake_id, platform, delivery_id, tidings, sealed)
		select $1::uuid, x.intake_id, $2, x.delivery_id, x.tidings::jsonb, x.sealed
		from scope_, unnest($3::uuid[], $4::text[], $5::text[], $6::bytea[]) as x(intake_id, delivery_id, tidings, sealed)
		on conflict (workspace_id, platform, delivery_id) do nothing
		returning delivery_id
	), wanted as (
		select distinct on (x.name, x.key) x.name, x.payload, x.key, x."group", x.priority, x."startAfterSeconds", x.trace
		from fresh join jsonb_to_recordset($7::jsonb)
			as x("deliveryId" text, name text, payload jsonb, key text, "group" text, priority integer, "startAfterSeconds" float8, trace text)
			on x."deliveryId" = fresh.delivery_id
		order by x.name, x.key
	), ${sendJobs('wanted')}
	select (select count(*)::int from fresh) as added, ${wakeWorkers}`;

/** With the times of the newest messages of its conversations that pushes name, by their ids at the platform; those that are known. */
export type StoreOfIntake = StoreForCalls & { last_said: Record<string, string> | null };

export interface AccountIntake {
	waiting: { intake_id: string; tidings: unknown[] }[];
	/** Switched-on stores of the account with an active grant: the one that bears its id first, then the oldest. */
	stores: StoreOfIntake[];
}

/** Waiting pushes of one account, oldest first, with all that acting on them takes. */
export async function accountIntake(
	database: Database,
	workspaceId: string,
	of: { platform: string; account: string; limit: number },
): Promise<AccountIntake> {
	const [first, ...others] = await database.statement<{ waiting: AccountIntake['waiting'] | null } & (StoreOfIntake | { store_id: null })>(
		workspaceId,
		{ name: 'account_intake', text: ACCOUNT, values: [of.platform, of.account, of.limit] },
	);
	if (!first) return { waiting: [], stores: [] };
	return { waiting: first.waiting ?? [], stores: [first, ...others].filter((row) => row.store_id !== null) };
}

const ACCOUNT = ` select w.waiting, t.*, said.last_said
	from scope_
	cross join lateral (
		select json_agg(json_build_object('intake_id', i.intake_id, 'tidings', i.tidings) order by i.received_at) as waiting, (
			select array_agg(e.external_id) from unnest(array_agg(i.tidings)) as told(tidings), jsonb_array_elements(told.tidings) as tiding,
				jsonb_array_elements_text(tiding -> 'externalIds') as e(external_id)
			where tiding ->> 'kind' = 'messages'
		) as talks
		from (
			select intake_id, tidings, received_at from intake
			where workspace_id = $1::uuid and scope_.id is not null and state = 'waiting' and platform = $2
				and tidings -> 0 ->> 'accountExternalId' = $3
			order by received_at limit $4
		) i
	) w
	left join lateral (
		${STORE_FOR_CALLS}
		where s.workspace_id = $1::uuid and scope_.id is not null and w.waiting is not null and s.platform = $2 and s.enabled
			and c.state = 'active' and (s.external_id = $3 or c.external_account_id = $3)
		order by s.external_id = $3 desc, s.created_at offset 0
	) t on true
	left join lateral (
		select json_object_agg(external_id, to_char(last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as last_said from conversation
		where workspace_id = $1::uuid and scope_.id is not null and store_id = t.store_id and external_id = any(w.talks) offset 0
	) said on true`;

/** Accounts whose pushes have waited longer than they should: a worker died, or a platform was away. */
export async function forgottenIntakes(scope: Scope, seconds: number, limit: number) {
	const rows = await prepared(
		scope,
		'forgotten_intakes',
		sql<{ platform: string; account: string }>`
		select distinct platform, coalesce(tidings -> 0 ->> 'accountExternalId', '') as account from intake
		where workspace_id = ${scope.workspaceId} and state = 'waiting' and received_at < now() - make_interval(secs => ${seconds})
		order by platform, account limit ${limit}`,
	);
	return rows;
}

export async function settleIntakes(
	scope: Scope,
	intakeIds: readonly string[],
	state: 'done' | 'failed' | 'ignored',
	error: string | null,
): Promise<void> {
	if (intakeIds.length === 0) return;
	await scope.client.query({
		name: 'pangea_settle_intakes',
		text: `update intake set state = $3, error = $4, done_at = now()
			where workspace_id = $1 and intake_id = any($2::uuid[]) and state = 'waiting'`,
		values: [scope.workspaceId, intakeIds, state, error],
	});
}

/**
 * Settles pushes whose news is stored in the same transaction.
 * @returns whether the store is still switched on and its grant alive; where it is not, the caller undoes the transaction.
 */
export async function settleStoredIntakes(scope: Scope, storeId: string, intakeIds: readonly string[]): Promise<boolean> {
	const result = await scope.client.query<{ active: boolean }>({
		name: 'pangea_settle_stored_intakes',
		text: `with settled as (
				update intake set state = 'done', error = null, done_at = now()
				where workspace_id = $1 and intake_id = any($2::uuid[]) and state = 'waiting'
			)
			select exists (${activeStore('$1', '$3')}) as active`,
		values: [scope.workspaceId, intakeIds, storeId],
	});
	return result.rows[0]?.active ?? false;
}

/** Counts a failed attempt; after `most` attempts the push is given up, since the poll will bring the same news. */
export async function countIntakeAttempt(scope: Scope, intakeIds: readonly string[], error: string, most: number): Promise<void> {
	if (intakeIds.length === 0) return;
	await sql`
		update intake set attempts = attempts + 1, error = ${error}, state = case when attempts + 1 >= ${most} then 'failed' else state end
		where workspace_id = ${scope.workspaceId} and intake_id = any(${[...intakeIds]}::uuid[]) and state = 'waiting'`.execute(scope.db);
}

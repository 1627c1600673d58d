import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';

export interface IntakeWrite {
	platform: string;
	deliveryId: string;
	tidings: unknown[];
	sealed(intakeId: string): Buffer;
}

/** Keeps an accepted push; null when the delivery is known already. */
export async function addIntake(scope: Scope, write: IntakeWrite): Promise<string | null> {
	const intakeId = uuidv7();
	const row = await scope.db
		.insertInto('intake')
		.values({
			workspace_id: scope.workspaceId,
			intake_id: intakeId,
			platform: write.platform,
			delivery_id: write.deliveryId,
			tidings: JSON.stringify(write.tidings),
			sealed: write.sealed(intakeId),
			error: null,
			done_at: null,
		})
		.onConflict((c) => c.columns(['workspace_id', 'platform', 'delivery_id']).doNothing())
		.returning('intake_id')
		.executeTakeFirst();
	return row?.intake_id ?? null;
}

/** Waiting pushes of one account, oldest first. */
export async function waitingIntakes(scope: Scope, platform: string, account: string, limit: number) {
	const result = await sql<{ intake_id: string; attempts: number; tidings: unknown[] }>`
		select intake_id, attempts, tidings from intake
		where workspace_id = ${scope.workspaceId} and state = 'waiting' and platform = ${platform}
			and tidings -> 0 ->> 'accountExternalId' = ${account}
		order by received_at limit ${limit}`.execute(scope.db);
	return result.rows;
}

/** Accounts whose pushes have waited longer than they should: a worker died, or a platform was away. */
export async function forgottenIntakes(scope: Scope, seconds: number, limit: number) {
	const result = await sql<{ platform: string; account: string }>`
		select distinct platform, coalesce(tidings -> 0 ->> 'accountExternalId', '') as account from intake
		where workspace_id = ${scope.workspaceId} and state = 'waiting' and received_at < now() - make_interval(secs => ${seconds})
		order by platform, account limit ${limit}`.execute(scope.db);
	return result.rows;
}

export async function settleIntakes(
	scope: Scope,
	intakeIds: readonly string[],
	state: 'done' | 'failed' | 'ignored',
	error: string | null,
): Promise<void> {
	if (intakeIds.length === 0) return;
	await scope.db
		.updateTable('intake')
		.set({ state, error, done_at: new Date().toISOString() })
		.where('workspace_id', '=', scope.workspaceId)
		.where('intake_id', 'in', intakeIds)
		.where('state', '=', 'waiting')
		.execute();
}

/** Counts a failed attempt; after `most` attempts the push is given up, since the poll will bring the same news. */
export async function countIntakeAttempt(scope: Scope, intakeIds: readonly string[], error: string, most: number): Promise<void> {
	if (intakeIds.length === 0) return;
	await sql`
		update intake set attempts = attempts + 1, error = ${error}, state = case when attempts + 1 >= ${most} then 'failed' else state end
		where workspace_id = ${scope.workspaceId} and intake_id = any(${[...intakeIds]}::uuid[]) and state = 'waiting'`.execute(scope.db);
}

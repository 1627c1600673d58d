import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/**
 * Whether changes at the platforms are stopped: for the whole workspace, for the store when one is meant, or for any store of the connection when
 * the change is about all of them.
 */
export async function writesStopped(scope: Scope, of: { storeId: string | null; connectionId: string | null }): Promise<boolean> {
	const { rows } = await sql<{ stopped: boolean }>`
		select exists (select from workspace where workspace_id = ${scope.workspaceId} and writes_stopped_at is not null)
			or exists (select from store where workspace_id = ${scope.workspaceId} and writes_stopped_at is not null
				and (store_id = ${of.storeId}::uuid or (${of.storeId}::uuid is null and connection_id = ${of.connectionId}::uuid))) as stopped`.execute(
		scope.db,
	);
	return rows[0]?.stopped ?? false;
}

/** Since when changes are stopped in the whole workspace. */
export async function allWritesStoppedAt(scope: Scope): Promise<string | null> {
	const row = await scope.db
		.selectFrom('workspace')
		.select('writes_stopped_at')
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirst();
	return row?.writes_stopped_at ?? null;
}

/**
 * Stops changes at the platforms, or allows them again, for one store or (null) for all.
 * @returns whether they were allowed before and the store's name; undefined when the store is not there.
 */
export async function setWrites(
	scope: Scope,
	storeId: string | null,
	change: { allowed: boolean; at: string },
): Promise<{ allowed: boolean; name: string | null } | undefined> {
	const stoppedAt = change.allowed ? null : change.at;
	if (storeId === null) {
		const before = await allWritesStoppedAt(scope);
		// Stopping twice keeps the first moment.
		if ((before === null) !== change.allowed)
			await scope.db.updateTable('workspace').set({ writes_stopped_at: stoppedAt }).where('workspace_id', '=', scope.workspaceId).execute();
		return { allowed: before === null, name: null };
	}
	const store = await scope.db
		.selectFrom('store')
		.select(['name', 'writes_stopped_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.forUpdate()
		.executeTakeFirst();
	if (!store) return undefined;
	if ((store.writes_stopped_at === null) !== change.allowed)
		await scope.db
			.updateTable('store')
			.set({ writes_stopped_at: stoppedAt })
			.where('workspace_id', '=', scope.workspaceId)
			.where('store_id', '=', storeId)
			.execute();
	return { allowed: store.writes_stopped_at === null, name: store.name };
}

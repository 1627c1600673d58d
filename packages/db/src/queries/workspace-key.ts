import type { DataKey, WrappedKey } from '@pangea/vault';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** The workspace's data keys, oldest first; `fresh` is kept when there was none. Of two first users one wins and both get its key. */
export async function dataKeys(scope: Scope, fresh: () => Promise<WrappedKey>): Promise<DataKey[]> {
	const found = await selectKeys(scope);
	if (found.length > 0) return found;
	await insertKey(scope, 1, await fresh(), 0);
	return await selectKeys(scope);
}

async function selectKeys(scope: Scope): Promise<DataKey[]> {
	const rows = await scope.db
		.selectFrom('workspace_key')
		.select(['generation', 'master_key_id', 'wrapped', sql<boolean>`seals_from <= clock_timestamp()`.as('seals')])
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy('generation')
		.execute();
	return rows.map((r) => ({ generation: r.generation, masterKeyId: r.master_key_id, wrapped: r.wrapped, seals: r.seals }));
}

async function insertKey(scope: Scope, generation: number, key: WrappedKey, sealsInSeconds: number): Promise<void> {
	await scope.db
		.insertInto('workspace_key')
		.values({
			workspace_id: scope.workspaceId,
			generation,
			master_key_id: key.masterKeyId,
			wrapped: key.wrapped,
			seals_from: sql<string>`now() + make_interval(secs => ${sealsInSeconds})`,
		})
		.onConflict((c) => c.columns(['workspace_id', 'generation']).doNothing())
		.execute();
}

/**
 * The data key that sealed values are to move to: the one an interrupted move had begun with, else a new one that seals after a while.
 * @returns its generation and the seconds until it seals; null when the workspace has sealed nothing yet.
 */
export async function nextDataKey(
	scope: Scope,
	fresh: () => Promise<WrappedKey>,
	sealsInSeconds: number,
): Promise<{ generation: number; secondsToGo: number } | null> {
	const keys = await lockKeys(scope);
	if (keys.length === 0) return null;
	if (keys.filter((key) => !key.retired).length === 1) {
		const generation = Math.max(...keys.map((key) => key.generation)) + 1;
		await insertKey(scope, generation, await fresh(), sealsInSeconds);
		return { generation, secondsToGo: sealsInSeconds };
	}
	const newest = Math.max(...keys.map((key) => key.generation));
	return { generation: newest, secondsToGo: keys.find((key) => key.generation === newest)?.secondsToGo ?? 0 };
}

/** Wraps every data key anew that is not under the master key with this id. @returns how many. */
export async function rewrapDataKeys(scope: Scope, masterKeyId: string, rewrap: (key: WrappedKey) => Promise<WrappedKey>): Promise<number> {
	const old = (await lockKeys(scope)).filter((key) => key.masterKeyId !== masterKeyId);
	for (const key of old) {
		const { masterKeyId: id, wrapped } = await rewrap(key);
		await scope.db
			.updateTable('workspace_key')
			.set({ master_key_id: id, wrapped })
			.where('workspace_id', '=', scope.workspaceId)
			.where('generation', '=', key.generation)
			.execute();
	}
	return old.length;
}

/** Notes that no value is sealed with keys before this generation any more. */
export async function retireDataKeys(scope: Scope, before: number): Promise<void> {
	await scope.db
		.updateTable('workspace_key')
		.set({ retired_at: sql<string>`coalesce(retired_at, now())` })
		.where('workspace_id', '=', scope.workspaceId)
		.where('generation', '<', before)
		.execute();
}

/** Generations that were retired so long ago that no process can still hold them. */
export async function retiredDataKeys(scope: Scope, seconds: number): Promise<number[]> {
	const rows = await scope.db
		.selectFrom('workspace_key')
		.select('generation')
		.where('workspace_id', '=', scope.workspaceId)
		.where('retired_at', '<', sql<string>`now() - make_interval(secs => ${seconds})`)
		.execute();
	return rows.map((r) => r.generation);
}

export async function forgetDataKey(scope: Scope, generation: number): Promise<void> {
	await scope.db.deleteFrom('workspace_key').where('workspace_id', '=', scope.workspaceId).where('generation', '=', generation).execute();
}

interface LockedKey extends WrappedKey {
	generation: number;
	retired: boolean;
	secondsToGo: number;
}

async function lockKeys(scope: Scope): Promise<LockedKey[]> {
	const rows = await scope.db
		.selectFrom('workspace_key')
		.select(['generation', 'master_key_id', 'wrapped', 'retired_at'])
		.select(sql<number>`greatest(0, extract(epoch from seals_from - now()))::float8`.as('seconds'))
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy('generation')
		.forUpdate()
		.execute();
	return rows.map((r) => ({
		generation: r.generation,
		masterKeyId: r.master_key_id,
		wrapped: r.wrapped,
		retired: r.retired_at !== null,
		secondsToGo: r.seconds,
	}));
}

/** Makes a workspace nobody belongs to yet. The scope must be the new workspace's own id. */
export async function createEmptyWorkspace(scope: Scope, workspace: { name: string; baseCurrency: string; zone: string }): Promise<void> {
	await scope.db
		.insertInto('workspace')
		.values({ workspace_id: scope.workspaceId, name: workspace.name, base_currency: workspace.baseCurrency, zone: workspace.zone })
		.execute();
}

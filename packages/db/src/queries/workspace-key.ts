import type { Scope } from '../database.ts';

export interface WrappedKey {
	masterKeyId: string;
	wrapped: Buffer;
}

/** The workspace's data key; `fresh` is kept when there was none. Of two first users one wins and both get its key. */
export async function workspaceKey(scope: Scope, fresh: () => WrappedKey): Promise<WrappedKey> {
	const found = await selectKey(scope);
	if (found) return found;
	const made = fresh();
	await scope.db
		.insertInto('workspace_key')
		.values({ workspace_id: scope.workspaceId, master_key_id: made.masterKeyId, wrapped: made.wrapped })
		.onConflict((c) => c.column('workspace_id').doNothing())
		.execute();
	return (await selectKey(scope)) ?? made;
}

async function selectKey(scope: Scope): Promise<WrappedKey | undefined> {
	const row = await scope.db
		.selectFrom('workspace_key')
		.select(['master_key_id', 'wrapped'])
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirst();
	return row && { masterKeyId: row.master_key_id, wrapped: row.wrapped };
}

/** Makes a workspace nobody belongs to yet. The scope must be the new workspace's own id. */
export async function createEmptyWorkspace(scope: Scope, workspace: { name: string; baseCurrency: string; zone: string }): Promise<void> {
	await scope.db
		.insertInto('workspace')
		.values({ workspace_id: scope.workspaceId, name: workspace.name, base_currency: workspace.baseCurrency, zone: workspace.zone })
		.execute();
}

import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';

/** Opens a gap, or refreshes the one of the same window, whose end may have moved on. */
export async function openGap(
	scope: Scope,
	gap: {
		storeId: string;
		from: string;
		until: string;
		ours: number;
		theirs: number;
		source: 'report' | 'total';
		missing: readonly string[];
	},
): Promise<{ gapId: string; added: boolean }> {
	const known = await scope.db
		.selectFrom('gap')
		.select('gap_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', gap.storeId)
		.where('window_from', '=', gap.from)
		.where('state', 'in', ['open', 'unexplained'])
		.executeTakeFirst();
	if (known) {
		await scope.db
			.updateTable('gap')
			.set({ window_until: gap.until, page_cursor: null, lacked: gap.theirs - gap.ours, source: gap.source })
			.where('workspace_id', '=', scope.workspaceId)
			.where('gap_id', '=', known.gap_id)
			.execute();
		await setGap(scope, known.gap_id, { ours: gap.ours, theirs: gap.theirs, state: 'open', missing: gap.missing });
		return { gapId: known.gap_id, added: false };
	}
	const gapId = uuidv7();
	await scope.db
		.insertInto('gap')
		.values({
			workspace_id: scope.workspaceId,
			gap_id: gapId,
			store_id: gap.storeId,
			window_from: gap.from,
			window_until: gap.until,
			ours: gap.ours,
			theirs: gap.theirs,
			source: gap.source,
			lacked: gap.theirs - gap.ours,
			missing: [...gap.missing],
			page_cursor: null,
			filled_at: null,
		})
		.execute();
	return { gapId, added: true };
}

/** Nothing lacks in a window any more, whoever brought it. @returns whether a gap was closed. */
export async function closeGap(scope: Scope, storeId: string, gap: { from: string; ours: number; theirs: number }): Promise<boolean> {
	const result = await scope.db
		.updateTable('gap')
		.set({ ours: gap.ours, theirs: gap.theirs, state: 'filled', filled_at: new Date().toISOString() })
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('window_from', '=', gap.from)
		.where('state', 'in', ['open', 'unexplained'])
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

export async function gapById(scope: Scope, gapId: string) {
	return await scope.db
		.selectFrom('gap')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('gap_id', '=', gapId)
		.executeTakeFirst();
}

/** Gaps whose window still has to be pulled again, of switched-on stores with an active grant. */
export async function openGaps(scope: Scope): Promise<{ gapId: string; storeId: string }[]> {
	const rows = await scope.db
		.selectFrom('gap as g')
		.innerJoin('store as s', (join) => join.onRef('s.workspace_id', '=', 'g.workspace_id').onRef('s.store_id', '=', 'g.store_id'))
		.innerJoin('connection as c', (join) =>
			join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.connection_id', '=', 's.connection_id'),
		)
		.select(['g.gap_id', 'g.store_id'])
		.where('g.workspace_id', '=', scope.workspaceId)
		.where('g.state', '=', 'open')
		.where('s.enabled', '=', true)
		.where('c.state', '=', 'active')
		.execute();
	return rows.map((row) => ({ gapId: row.gap_id, storeId: row.store_id }));
}

export async function setGap(
	scope: Scope,
	gapId: string,
	{ missing, ...change }: { ours: number; theirs: number; state: 'open' | 'filled' | 'unexplained'; missing: readonly string[] },
): Promise<void> {
	await scope.db
		.updateTable('gap')
		.set({ ...change, missing: [...missing], filled_at: change.state === 'filled' ? new Date().toISOString() : null })
		.where('workspace_id', '=', scope.workspaceId)
		.where('gap_id', '=', gapId)
		.execute();
}

/** Keeps how far a refill has come, in the page's transaction. */
export async function moveGap(scope: Scope, gapId: string, pageCursor: string | null): Promise<void> {
	await scope.db
		.updateTable('gap')
		.set({ page_cursor: pageCursor })
		.where('workspace_id', '=', scope.workspaceId)
		.where('gap_id', '=', gapId)
		.execute();
}

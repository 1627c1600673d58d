import type { EventKind, WorkspaceEvent } from '@pangea/domain';
import type { Scope } from '../database.ts';

/** The workspace's newest event number; "0" before the first. */
export async function lastSeq(scope: Scope): Promise<string> {
	const row = await scope.db
		.selectFrom('workspace_sequence')
		.select('last_seq')
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirst();
	return row?.last_seq ?? '0';
}

/** Events after a number, in order, at most `limit`. */
export async function eventsAfter(scope: Scope, after: string, limit: number): Promise<WorkspaceEvent[]> {
	const rows = await scope.db
		.selectFrom('event')
		.select(['seq', 'kind', 'store_id', 'ids', 'at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('seq', '>', after)
		.orderBy('seq')
		.limit(limit)
		.execute();
	return rows.map((r) => ({ seq: r.seq, kind: r.kind as EventKind, storeId: r.store_id, ids: r.ids, at: r.at }));
}

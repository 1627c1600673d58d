import { sql } from 'kysely';
import type { Scope } from '../database.ts';

export interface LackingOrder {
	orderId: string;
	externalId: string;
	/** How often it was asked for again. */
	asked: number;
}

/** Puts orders on the list of those that are asked for again; one that stands there keeps its place. @param askAt instant of the first time */
export async function noteLacking(scope: Scope, storeId: string, orderIds: readonly string[], askAt: string): Promise<void> {
	if (orderIds.length === 0) return;
	await scope.db
		.insertInto('order_lack')
		.values(
			[...new Set(orderIds)].map((orderId) => ({ workspace_id: scope.workspaceId, store_id: storeId, order_id: orderId, ask_at: askAt })),
		)
		.onConflict((clash) => clash.doNothing())
		.execute();
}

/** Orders of a store that it is time to ask for again, longest due first. */
export async function dueLacking(scope: Scope, storeId: string, now: string, limit: number): Promise<LackingOrder[]> {
	const rows = await scope.db
		.selectFrom('order_lack as l')
		.innerJoin('orders as o', (join) => join.onRef('o.workspace_id', '=', 'l.workspace_id').onRef('o.order_id', '=', 'l.order_id'))
		.select(['l.order_id', 'o.external_id', 'l.asked'])
		.where('l.workspace_id', '=', scope.workspaceId)
		.where('l.store_id', '=', storeId)
		.where('l.ask_at', '<=', now)
		.orderBy('l.ask_at')
		.limit(limit)
		.execute();
	return rows.map((row) => ({ orderId: row.order_id, externalId: row.external_id, asked: row.asked }));
}

/** Takes orders off the list: they lack nothing any more, or are given up. */
export async function dropLacking(scope: Scope, orderIds: readonly string[]): Promise<void> {
	if (orderIds.length === 0) return;
	await scope.db
		.deleteFrom('order_lack')
		.where('workspace_id', '=', scope.workspaceId)
		.where('order_id', 'in', [...orderIds])
		.execute();
}

/** They still lack something: counts the question and says when the next one is due. */
export async function putOffLacking(scope: Scope, orderIds: readonly string[], askAt: string): Promise<void> {
	if (orderIds.length === 0) return;
	await scope.db
		.updateTable('order_lack')
		.set({ asked: sql`asked + 1`, ask_at: askAt })
		.where('workspace_id', '=', scope.workspaceId)
		.where('order_id', 'in', [...orderIds])
		.execute();
}

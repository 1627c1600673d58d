import type { Scope } from '../database.ts';

/** The most openings of one workspace that are under way. */
export const MOST_OPENINGS = 100;

export interface BegunOpening {
	openingId: string;
	platform: string;
	siteId: string;
	way: string;
	entity: string | null;
}

/** All openings with the names of who began them, those under way first, newest first. */
export async function openings(scope: Scope) {
	return await scope.db
		.selectFrom('opening as o')
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 'o.workspace_id').onRef('m.user_id', '=', 'o.begun_by'))
		.selectAll('o')
		.select('m.name as begun_name')
		.where('o.workspace_id', '=', scope.workspaceId)
		.orderBy((eb) => eb('o.ended_at', 'is not', null))
		.orderBy('o.begun_at', 'desc')
		.limit(2 * MOST_OPENINGS)
		.execute();
}

export async function opening(scope: Scope, openingId: string) {
	return await scope.db
		.selectFrom('opening as o')
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 'o.workspace_id').onRef('m.user_id', '=', 'o.begun_by'))
		.selectAll('o')
		.select('m.name as begun_name')
		.where('o.workspace_id', '=', scope.workspaceId)
		.where('o.opening_id', '=', openingId)
		.executeTakeFirst();
}

/** What is noted of the steps of some openings, with the names of who did. */
export async function openingSteps(scope: Scope, openingIds: readonly string[]) {
	if (openingIds.length === 0) return [];
	return await scope.db
		.selectFrom('opening_step as s')
		.leftJoin('member as d', (join) => join.onRef('d.workspace_id', '=', 's.workspace_id').onRef('d.user_id', '=', 's.done_by'))
		.leftJoin('member as n', (join) => join.onRef('n.workspace_id', '=', 's.workspace_id').onRef('n.user_id', '=', 's.noted_by'))
		.select(['s.opening_id', 's.step', 's.done_by', 's.done_at', 's.note', 's.noted_at'])
		.select(['d.name as done_name', 'n.name as noted_name'])
		.where('s.workspace_id', '=', scope.workspaceId)
		.where('s.opening_id', 'in', openingIds)
		.execute();
}

export async function countOpenings(scope: Scope): Promise<number> {
	const row = await scope.db
		.selectFrom('opening')
		.select((e) => e.fn.countAll<string>().as('n'))
		.where('workspace_id', '=', scope.workspaceId)
		.where('ended_at', 'is', null)
		.executeTakeFirstOrThrow();
	return Number(row.n);
}

/** Begins an opening. @returns false when there is one of this id already. */
export async function beginOpening(scope: Scope, begun: BegunOpening, userId: string): Promise<boolean> {
	const row = await scope.db
		.insertInto('opening')
		.values({
			workspace_id: scope.workspaceId,
			opening_id: begun.openingId,
			platform: begun.platform,
			site_id: begun.siteId,
			way: begun.way,
			entity: begun.entity,
			begun_by: userId,
		})
		.onConflict((c) => c.columns(['workspace_id', 'opening_id']).doNothing())
		.executeTakeFirst();
	return row.numInsertedOrUpdatedRows === 1n;
}

/** Changes which company opens, ends an opening or takes it up again. */
export async function changeOpening(
	scope: Scope,
	openingId: string,
	change: { entity?: string | null; endedAt?: string | null },
): Promise<void> {
	await scope.db
		.updateTable('opening')
		.set({
			...(change.entity !== undefined && { entity: change.entity }),
			...(change.endedAt !== undefined && { ended_at: change.endedAt }),
		})
		.where('workspace_id', '=', scope.workspaceId)
		.where('opening_id', '=', openingId)
		.execute();
}

/** Says which store came of an opening, and ends it. @returns false when that store came of another one. */
export async function tieOpening(scope: Scope, openingId: string, storeId: string, at: string): Promise<boolean> {
	const taken = await scope.db
		.selectFrom('opening')
		.select('opening_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('opening_id', '<>', openingId)
		.executeTakeFirst();
	if (taken) return false;
	await scope.db
		.updateTable('opening')
		.set({ store_id: storeId, ended_at: at })
		.where('workspace_id', '=', scope.workspaceId)
		.where('opening_id', '=', openingId)
		.execute();
	return true;
}

/** Ticks a step off, or not any more. @param at null: not done */
export async function tickOpeningStep(
	scope: Scope,
	of: { openingId: string; step: string },
	userId: string,
	at: string | null,
): Promise<void> {
	const row = { done_by: at === null ? null : userId, done_at: at };
	await scope.db
		.insertInto('opening_step')
		.values({ workspace_id: scope.workspaceId, opening_id: of.openingId, step: of.step, note: '', ...row })
		.onConflict((c) => c.columns(['workspace_id', 'opening_id', 'step']).doUpdateSet(row))
		.execute();
}

/** Writes what members remark on a step. */
export async function noteOpeningStep(
	scope: Scope,
	of: { openingId: string; step: string },
	{ userId, note, at }: { userId: string; note: string; at: string },
): Promise<void> {
	const row = { note, noted_by: userId, noted_at: at };
	await scope.db
		.insertInto('opening_step')
		.values({ workspace_id: scope.workspaceId, opening_id: of.openingId, step: of.step, ...row })
		.onConflict((c) => c.columns(['workspace_id', 'opening_id', 'step']).doUpdateSet(row))
		.execute();
}

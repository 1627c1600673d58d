import type { MacroText } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** The most macros of one workspace: what a palette can hold at once. */
export const MOST_MACROS = 200;

export interface StoredMacro {
	macroId: string;
	name: string;
	/** One a language. */
	texts: MacroText[];
	/** A digit from 1 on that puts it into an answer once the macros are open; null: none. */
	quickKey: string | null;
}

/** All macros of the workspace, by name. */
export async function inboxMacros(scope: Scope): Promise<StoredMacro[]> {
	const rows = await scope.db
		.selectFrom('inbox_macro')
		.select(['macro_id', 'name', 'texts', 'quick_key'])
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy(sql`lower(name)`)
		.limit(MOST_MACROS)
		.execute();
	return rows.map((row) => ({ macroId: row.macro_id, name: row.name, texts: row.texts, quickKey: row.quick_key }));
}

/** Adds a macro or changes one; its key is taken from the one that had it. @returns false when another has its name */
export async function saveInboxMacro(scope: Scope, { macroId, name, texts, quickKey }: StoredMacro): Promise<boolean> {
	const taken = await scope.db
		.selectFrom('inbox_macro')
		.select('macro_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where(sql<boolean>`lower(name) = lower(${name})`)
		.where('macro_id', '<>', macroId)
		.executeTakeFirst();
	if (taken) return false;
	if (quickKey !== null)
		await scope.db
			.updateTable('inbox_macro')
			.set({ quick_key: null })
			.where('workspace_id', '=', scope.workspaceId)
			.where('quick_key', '=', quickKey)
			.where('macro_id', '<>', macroId)
			.execute();
	const row = { name, texts: JSON.stringify(texts), quick_key: quickKey };
	await scope.db
		.insertInto('inbox_macro')
		.values({ workspace_id: scope.workspaceId, macro_id: macroId, ...row })
		.onConflict((c) => c.columns(['workspace_id', 'macro_id']).doUpdateSet(row))
		.execute();
	return true;
}

/** @returns the name of the macro that is gone; undefined when there is none. */
export async function removeInboxMacro(scope: Scope, macroId: string): Promise<string | undefined> {
	const row = await scope.db
		.deleteFrom('inbox_macro')
		.where('workspace_id', '=', scope.workspaceId)
		.where('macro_id', '=', macroId)
		.returning('name')
		.executeTakeFirst();
	return row?.name;
}

/** What stands on a store and on an order of it that a macro can name; several parcels and lines in the order of their ids. */
export async function factsForMacro(scope: Scope, storeId: string, orderId: string | null) {
	const ws = scope.workspaceId;
	const { name, language } = await scope.db
		.selectFrom('store')
		.select(['name', 'language'])
		.where('workspace_id', '=', ws)
		.where('store_id', '=', storeId)
		.executeTakeFirstOrThrow();
	if (orderId === null) return { store: name, language, parcels: [], items: [] };
	const parcels = await scope.db
		.selectFrom('parcel')
		.select(['carrier', 'tracking_number'])
		.where('workspace_id', '=', ws)
		.where('order_id', '=', orderId)
		.orderBy('external_id')
		.execute();
	const lines = await scope.db
		.selectFrom('order_line')
		.select('title')
		.where('workspace_id', '=', ws)
		.where('order_id', '=', orderId)
		.orderBy('position')
		.execute();
	return {
		store: name,
		language,
		parcels: parcels.map((row) => ({ carrier: row.carrier, trackingNumber: row.tracking_number })),
		items: lines.map((row) => row.title),
	};
}

import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** What people say of a store; what is undefined stays. */
export interface Adoption {
	entity?: string | null | undefined;
	store_group?: string | null | undefined;
	owner_id?: string | null | undefined;
	colour?: string | null | undefined;
	mark?: string | null | undefined;
	mode_said?: string | null | undefined;
}

export interface AdoptedStore {
	storeId: string;
	name: string;
	/** As it was; the owner by name. */
	before: Required<{ [K in keyof Adoption]: string | null }>;
}

/** Writes what people say of some stores. @returns those inside the scope, as they were. */
export async function adoptStores(
	scope: Scope,
	storeScope: StoreScope,
	storeIds: readonly string[],
	change: Adoption,
): Promise<AdoptedStore[]> {
	const rows = await scope.db
		.selectFrom('store')
		.select(['store_id', 'name', 'entity', 'store_group', 'owner_id', 'colour', 'mark', 'mode_said'])
		.select((eb) =>
			eb
				.selectFrom('member as m')
				.select('m.name')
				.where('m.workspace_id', '=', scope.workspaceId)
				.whereRef('m.user_id', '=', 'store.owner_id')
				.as('owner_name'),
		)
		.where('workspace_id', '=', scope.workspaceId)
		.where(inStores('store_id', storeScope))
		.where(inStores('store_id', storeIds))
		// Always in one order, so that two who change the same stores wait and do not lock each other.
		.orderBy('store_id')
		.forUpdate()
		.execute();
	if (rows.length === 0) return [];
	await scope.db
		.updateTable('store')
		.set({ ...change, updated_at: new Date().toISOString() })
		.where('workspace_id', '=', scope.workspaceId)
		.where(
			inStores(
				'store_id',
				rows.map((row) => row.store_id),
			),
		)
		.execute();
	return rows.map(({ store_id, name, owner_name, ...before }) => ({
		storeId: store_id,
		name,
		before: { ...before, owner_id: owner_name },
	}));
}

import { type Expression, type SqlBool, sql } from 'kysely';

/** Which stores a member may see; null is all of them, an empty list is none. */
export type StoreScope = readonly string[] | null;

/** `column` lies inside the scope. */
export function inStores(column: string, storeScope: StoreScope): Expression<SqlBool> {
	if (storeScope === null) return sql<SqlBool>`true`;
	return sql<SqlBool>`${sql.ref(column)} = any(${[...storeScope]}::uuid[])`;
}

import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';

/**
 * Stores of active grants that have not been asked for something since the rhythm of their platform, those that waited longest first.
 * @param table of what was read of each store, with `tried_at` @param seconds the rhythm of each platform that is asked @param further a condition on the store `s`
 */
export async function dueStores(
	scope: Scope,
	table: 'message_pull' | 'listing_read' | 'finance_read',
	seconds: ReadonlyMap<string, number>,
	further: RawBuilder<unknown> = sql`true`,
): Promise<string[]> {
	const rows = await prepared(
		scope,
		`due_${table}`,
		sql<{ store_id: string }>`
		select s.store_id from store s
		join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
		join unnest(${[...seconds.keys()]}::text[], ${[...seconds.values()]}::integer[]) as r(platform, seconds) on r.platform = s.platform
		left join ${sql.table(table)} p on p.workspace_id = s.workspace_id and p.store_id = s.store_id
		where s.workspace_id = ${scope.workspaceId} and s.enabled and s.active and ${further}
			and (p.tried_at is null or p.tried_at <= now() - make_interval(secs => r.seconds))
		order by p.tried_at nulls first, s.store_id`,
	);
	return rows.map((row) => row.store_id);
}

import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** How far a store's bookings are read: all between both instants; null before the first read. */
export interface FinanceRead {
	readFrom: string | null;
	readUntil: string | null;
}

/** How far a store's bookings are read. */
export async function financeRead(scope: Scope, storeId: string): Promise<FinanceRead> {
	const row = await scope.db
		.selectFrom('finance_read')
		.select(['read_from', 'read_until'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.executeTakeFirst();
	return { readFrom: row?.read_from ?? null, readUntil: row?.read_until ?? null };
}

/**
 * Notes that a store's bookings were asked for, and what came of it. What is read never shrinks, in whatever order two readers note it.
 * @param found.unreadable records of this read that could not be read
 */
export async function noteFinanceRead(
	scope: Scope,
	storeId: string,
	found: { state: 'read'; from: string; until: string; unreadable: number } | { state: 'scopeMissing' },
): Promise<void> {
	const read = found.state === 'read' ? found : null;
	await sql`
		insert into finance_read as r (workspace_id, store_id, tried_at, state, read_from, read_until, unreadable)
		values (${scope.workspaceId}, ${storeId}, now(), ${found.state}, ${read?.from ?? null}, ${read?.until ?? null}, ${read?.unreadable ?? 0})
		on conflict (workspace_id, store_id) do update set tried_at = now(), state = excluded.state,
			read_from = least(r.read_from, excluded.read_from), read_until = greatest(r.read_until, excluded.read_until),
			unreadable = r.unreadable + excluded.unreadable`.execute(scope.db);
}

/** Stores of active grants whose bookings have not been asked for since the rhythm of their platform. */
export async function dueFinanceReads(scope: Scope, seconds: ReadonlyMap<string, number>): Promise<string[]> {
	const result = await sql<{ store_id: string }>`
		select s.store_id from store s
		join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
		join unnest(${[...seconds.keys()]}::text[], ${[...seconds.values()]}::integer[]) as r(platform, seconds) on r.platform = s.platform
		left join finance_read p on p.workspace_id = s.workspace_id and p.store_id = s.store_id
		where s.workspace_id = ${scope.workspaceId} and s.enabled and s.active
			and (p.tried_at is null or p.tried_at <= now() - make_interval(secs => r.seconds))
		order by p.tried_at nulls first, s.store_id`.execute(scope.db);
	return result.rows.map((row) => row.store_id);
}

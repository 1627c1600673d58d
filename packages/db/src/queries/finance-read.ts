import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { StoreScope } from './store-scope.ts';
import { dueStores } from './due-stores.ts';

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
 * Notes that a store's bookings were asked for, and what came of it, or that people gave them in a file. What is read never shrinks, in whatever order two readers note it.
 * @param found.unreadable records of this read that could not be read
 */
export async function noteFinanceRead(
	scope: Scope,
	storeId: string,
	found: { state: 'read'; from: string; until: string; unreadable: number } | { state: 'scopeMissing' | 'given' },
): Promise<void> {
	const read = found.state === 'read' ? found : null;
	await sql`
		insert into finance_read as r (workspace_id, store_id, tried_at, state, read_from, read_until, unreadable)
		values (${scope.workspaceId}, ${storeId}, now(), ${found.state}, ${read?.from ?? null}, ${read?.until ?? null}, ${read?.unreadable ?? 0})
		on conflict (workspace_id, store_id) do update set tried_at = now(), state = excluded.state,
			read_from = least(r.read_from, excluded.read_from), read_until = greatest(r.read_until, excluded.read_until),
			unreadable = r.unreadable + excluded.unreadable`.execute(scope.db);
}

/** Stores of active grants whose orders' history is in, and whose bookings have not been asked for since the rhythm of their platform. */
export async function dueFinanceReads(scope: Scope, seconds: ReadonlyMap<string, number>): Promise<string[]> {
	return await dueStores(
		scope,
		'finance_read',
		seconds,
		sql`not exists (select from backfill b where b.workspace_id = s.workspace_id and b.store_id = s.store_id and b.state in ('waiting', 'running'))`,
	);
}

/** How far the bookings of one store are read, and what it is still owed. */
export interface FinanceStand {
	storeId: string;
	state: 'waiting' | 'read' | 'scopeMissing' | 'given';
	readFrom: string | null;
	readUntil: string | null;
	/** Records that could not be read. */
	unreadable: number;
	/** What is announced and held back, by currency, in minor units. */
	held: { currency: string; minor: bigint; settlements: number }[];
}

/**
 * The stores whose bookings were asked for or given, and those of these platforms that wait for it, by their number.
 * @param platforms those that tell bookings
 */
export async function financeStands(scope: Scope, storeScope: StoreScope, platforms: readonly string[]): Promise<FinanceStand[]> {
	const { rows } = await scope.client.query<{
		store_id: string;
		state: FinanceStand['state'];
		read_from: string | null;
		read_until: string | null;
		unreadable: number;
		held: { currency: string; minor: string; settlements: number }[] | null;
	}>(
		`select o.store_id, coalesce(r.state, 'waiting') as state, r.read_from, r.read_until, coalesce(r.unreadable, 0) as unreadable, h.held
		from store o left join finance_read r on r.workspace_id = o.workspace_id and r.store_id = o.store_id
		cross join lateral (
			select jsonb_agg(jsonb_build_object('currency', c.currency, 'minor', c.minor::text, 'settlements', c.n) order by c.currency) as held from (
				select s.currency, sum(s.proceeds_minor) as minor, count(*) as n from settlement s
				where s.workspace_id = o.workspace_id and s.store_id = o.store_id and s.state = 'deferred' and s.currency is not null
				group by s.currency
			) c
		) h where o.workspace_id = $1 and ($2::uuid[] is null or o.store_id = any($2::uuid[]))
			and (r.store_id is not null or (o.enabled and o.active and o.platform = any($3::text[]))) order by o.store_id`,
		[scope.workspaceId, storeScope, platforms],
	);
	return rows.map((row) => ({
		storeId: row.store_id,
		state: row.state,
		readFrom: row.read_from,
		readUntil: row.read_until,
		unreadable: row.unreadable,
		held: (row.held ?? []).map(({ minor, ...of }) => ({ ...of, minor: BigInt(minor) })),
	}));
}

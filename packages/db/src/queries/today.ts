import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/**
 * Sales of each store's own calendar day so far, against the same hours of the day a week earlier, per currency: never summed across
 * currencies. Cancelled, unpaid and test orders are left out.
 */
export async function salesToday(scope: Scope, storeScope: StoreScope, now: string) {
	const result = await sql<{
		currency: string;
		this_minor: string | null;
		this_orders: string;
		last_minor: string | null;
		last_orders: string;
		untold: string;
	}>`
		with day as (
			select store_id, (${now}::timestamptz at time zone zone)::date as today
			from store where workspace_id = ${scope.workspaceId} and ${inStores('store_id', storeScope)}
		), sold as (
			select o.currency, o.total_minor, o.local_day = d.today as is_today
			from day d
			join orders o on o.workspace_id = ${scope.workspaceId} and o.store_id = d.store_id
				and (o.local_day = d.today or (o.local_day = d.today - 7 and o.placed_at <= ${now}::timestamptz - interval '7 days'))
			where o.state not in ('cancelled', 'unpaid') and not o.is_test
		)
		select currency,
			sum(total_minor) filter (where is_today) as this_minor,
			count(*) filter (where is_today) as this_orders,
			sum(total_minor) filter (where not is_today) as last_minor,
			count(*) filter (where not is_today) as last_orders,
			count(*) filter (where is_today and total_minor is null) as untold
		from sold group by currency order by count(*) desc`.execute(scope.db);
	return result.rows;
}

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
			select store_id, zone, (${now}::timestamptz at time zone zone)::date as today
			from store where workspace_id = ${scope.workspaceId} and ${inStores('store_id', storeScope)}
		), span as (
			select store_id, true as is_today, today::timestamp at time zone zone as from_, (today + 1)::timestamp at time zone zone as until from day
			union all
			select store_id, false, (today - 7)::timestamp at time zone zone,
				least((today - 6)::timestamp at time zone zone, ${now}::timestamptz - interval '7 days' + interval '1 microsecond') from day
		), sold as (
			select o.currency, o.total_minor, s.is_today
			from span s
			join orders o on o.workspace_id = ${scope.workspaceId} and o.store_id = s.store_id and o.placed_at >= s.from_ and o.placed_at < s.until
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

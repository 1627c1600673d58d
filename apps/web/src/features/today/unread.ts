import type { StoreView } from '@pangea/api';

const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

/**
 * Currencies in which last week cannot be told yet, because a store's history has not been read back that far. A sum that lacks orders
 * must not be compared with.
 * @param now milliseconds
 */
export function unreadLastWeek(stores: readonly Pick<StoreView, 'currency' | 'enabled' | 'backfill'>[], now: number): ReadonlySet<string> {
	// The week-old day began at most a day before its hour that is compared with.
	const since = now - WEEK_MS - DAY_MS;
	const lacking = stores.filter(
		({ enabled, backfill }) => enabled && backfill !== null && backfill.state !== 'done' && Date.parse(backfill.completeFrom) > since,
	);
	return new Set(lacking.map((store) => store.currency));
}

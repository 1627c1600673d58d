import { compare, type Position, type World } from './world.ts';
import type { StoreSeed } from './stores.ts';
import type { StepKind } from './timeline.ts';

const BUCKET = 10 * 86_400_000;

/** Orders by the time of certain steps, e.g. returns by their last change: [from, to), as seen at `at`. */
export interface StepListing {
	stores: readonly StoreSeed[];
	kinds: readonly StepKind[];
	/** The first of the kinds that happened to an order, or the last so far. */
	which: 'first' | 'last';
	from: number;
	to: number;
	at: number;
	descending?: boolean | undefined;
}

/** Positions of such orders in order of that time, starting after `after`. Lazy, ten days of changes at a time. */
export function* scanSteps(world: World, listing: StepListing, after?: Position): Generator<Position> {
	const sign = listing.descending === true ? -1 : 1;
	const oldest = world.oldest(listing.stores);
	const from = Math.max(listing.from, oldest);
	const to = Math.min(listing.to, listing.at + 1);
	const first = Math.floor(from / BUCKET);
	const end = Math.ceil(to / BUCKET);
	const kinds = new Set(listing.kinds);
	for (let i = 0; i < end - first; i++) {
		const bucket = listing.descending === true ? end - 1 - i : first + i;
		const low = Math.max(from, bucket * BUCKET);
		const high = Math.min(to, (bucket + 1) * BUCKET);
		if (after !== undefined && (listing.descending === true ? low > after.time : high <= after.time)) continue;
		const found = listing.stores.flatMap((store) => world.decisiveSteps(store, kinds, listing.which, low, high, listing.at));
		found.sort((a, b) => sign * compare(a, b));
		for (const position of found) if (after === undefined || sign * compare(position, after) > 0) yield position;
	}
}

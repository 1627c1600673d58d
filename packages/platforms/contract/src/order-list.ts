import type { OrderList, Window } from './adapter.ts';

const SECOND = 1000;
/** Pieces into which a window is cut at once; more would mean that the list ignores its window. */
const MOST_PIECES = 64;

/** What a list shows of a window of any size, and how many it counts and does not show. */
export type WholeOrderList = Pick<OrderList, 'orders' | 'unshown'>;

/**
 * Lists a window in pieces of one reply each: a reply is of one moment, so that an order which changes between two of them is in neither
 * count, while pages of a long walk would let it look like one that is not shown. Of a single second with more orders than a reply can hold
 * only what is shown is told.
 * @returns null where `list` says so.
 * @throws PlatformError
 */
export async function listWhole(list: (window: Window) => Promise<OrderList | null>, window: Window): Promise<WholeOrderList | null> {
	const listed = await list(window);
	if (listed === null) return null;
	const { orders, unshown, whole, total } = listed;
	const [from, until] = [Date.parse(window.from), Date.parse(window.until)];
	if (whole) return { orders, unshown };
	if (until - from <= SECOND) return { orders, unshown: 0 };
	const pieces = Math.min(MOST_PIECES, Math.max(2, Math.ceil((1.5 * total) / Math.max(1, orders.length))));
	const width = Math.max(SECOND, Math.ceil((until - from) / pieces / SECOND) * SECOND);
	const found: WholeOrderList = { orders: [], unshown: 0 };
	for (let start = from; start < until; start += width) {
		const part: Window = {
			...window,
			from: new Date(start).toISOString(),
			until: new Date(Math.min(start + width, until)).toISOString(),
		};
		const of = await listWhole(list, part);
		if (of === null) return null;
		found.orders.push(...of.orders);
		found.unshown += of.unshown;
	}
	return found;
}

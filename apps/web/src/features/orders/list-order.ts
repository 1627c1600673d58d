import type { OrderRowView } from '@pangea/api';
import type { Sort } from './filter.ts';

type Placed = Pick<OrderRowView, 'orderId' | 'placedAt' | 'shipBy'>;

/** Negative when the first row stands above the second: the very order in which the server gives the pages. */
export type RowOrder = (a: Placed, b: Placed) => number;

const byId = (a: Placed, b: Placed) => (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : 0);
const instant = (at: string | null) => (at === null ? Number.POSITIVE_INFINITY : Date.parse(at));

export const ROW_ORDERS: Record<Sort, RowOrder> = {
	newest: (a, b) => instant(b.placedAt) - instant(a.placedAt) || byId(b, a),
	shipBy: (a, b) => {
		const [x, y] = [instant(a.shipBy), instant(b.shipBy)];
		// Two without a time: infinity minus infinity is no number.
		return x === y ? byId(a, b) : x - y;
	},
};

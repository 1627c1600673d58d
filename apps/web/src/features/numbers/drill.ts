import type { FigureId } from '@pangea/api';
import { MEASURES } from '@pangea/domain';
import type { OrdersSearch } from '../orders/filter.ts';
import type { NumbersFilter } from './filter.ts';

/** What narrows a figure to fewer orders. */
export interface Narrower {
	from?: string;
	until?: string;
	stores?: readonly string[];
	platforms?: readonly string[];
	/** Whose orders are meant; those that count where none is named. */
	measure?: FigureId;
}

/** The address of the orders that make a figure. In workspace days the list cuts days by the reader's clock. */
export function ordersOf(filter: NumbersFilter, { from, until, stores, platforms, measure }: Narrower = {}): OrdersSearch {
	const search: OrdersSearch = { from: from ?? filter.from, until: until ?? filter.until };
	if (measure !== undefined && MEASURES[measure].orders === 'cancelled') search.state = 'cancelled';
	else search.attention = 'counting';
	if (filter.clock === 'store') search.days = 'store';
	const ofStores = stores ?? filter.stores;
	const ofPlatforms = platforms ?? filter.platforms;
	if (ofStores.length > 0) search.stores = ofStores.join('.');
	if (ofPlatforms.length > 0) search.platforms = ofPlatforms.join('.');
	return search;
}

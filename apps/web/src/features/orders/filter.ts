import { addDays, isPlatformId, ORDER_STATES, type Fulfilment, type OrderState, type PlatformId } from '@pangea/domain';
import { readDay, startOf } from '../../day.ts';

export const FLAGS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type Flag = (typeof FLAGS)[number];
export const ATTENTIONS = ['late', 'soon', 'returns', 'warnings', 'counting'] as const;
export type Attention = (typeof ATTENTIONS)[number];
export const FULFILMENTS = ['seller', 'platform', 'unknown'] as const satisfies readonly Fulfilment[];
export const SORTS = ['newest', 'shipBy'] as const;
export type Sort = (typeof SORTS)[number];

/** What the order list shows. Days are calendar days (`2026-11-22`) in the clock's zone; both ends are included. */
export interface OrderFilter {
	state: OrderState | null;
	stores: string[];
	platforms: PlatformId[];
	/** Names of companies and of groups, and members who answer for stores. */
	entities: string[];
	groups: string[];
	owners: string[];
	search: string;
	from: string | null;
	until: string | null;
	/** Days are those of each order's own store instead of the clock's. */
	ownDays: boolean;
	flag: Flag | null;
	fulfilment: Fulfilment | null;
	attention: Attention | null;
	sort: Sort;
}

export const EVERY_ORDER: OrderFilter = {
	state: null,
	stores: [],
	platforms: [],
	entities: [],
	groups: [],
	owners: [],
	search: '',
	from: null,
	until: null,
	ownDays: false,
	flag: null,
	fulfilment: null,
	attention: null,
	sort: 'newest',
};

/** The address holds the whole state of the screen: the filter, the open order and the saved view it came from. */
export interface OrdersSearch {
	state?: string;
	stores?: string;
	platforms?: string;
	entities?: string;
	groups?: string;
	owners?: string;
	q?: string;
	from?: string;
	until?: string;
	days?: string;
	flag?: string;
	fulfilment?: string;
	attention?: string;
	sort?: string;
	order?: string;
	view?: string;
}

const KEYS = [
	'state',
	'stores',
	'platforms',
	'entities',
	'groups',
	'owners',
	'q',
	'from',
	'until',
	'days',
	'flag',
	'fulfilment',
	'attention',
	'sort',
	'order',
	'view',
] as const;
/** Names in an address are parted by dots. */
const namesIn = (text: string | undefined): string[] =>
	(text ?? '').split('.').flatMap((part) => {
		try {
			const name = decodeURIComponent(part).replaceAll('\0', '').slice(0, 80).toWellFormed();
			return name === '' ? [] : [name];
		} catch {
			return [];
		}
	});
const namesTo = (names: readonly string[]): string => names.map((name) => encodeURIComponent(name).replaceAll('.', '%2E')).join('.');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Longer search texts are refused by the API. */
const LONGEST_SEARCH = 200;

/** Keeps the known keys with text in them. */
export function readOrdersSearch(search: Record<string, unknown>): OrdersSearch {
	const kept: OrdersSearch = {};
	for (const key of KEYS) {
		const value = search[key];
		if (typeof value === 'string' && value !== '') kept[key] = value;
	}
	return kept;
}

/** A filter from an address. What the address says wrongly is left out, never guessed. */
export function filterOf(search: OrdersSearch): OrderFilter {
	return {
		state: among(ORDER_STATES, search.state),
		stores: (search.stores ?? '').split('.').filter((id) => UUID.test(id)),
		platforms: (search.platforms ?? '').split('.').filter(isPlatformId),
		entities: namesIn(search.entities),
		groups: namesIn(search.groups),
		owners: namesIn(search.owners),
		search: (search.q ?? '').replaceAll('\0', '').slice(0, LONGEST_SEARCH).toWellFormed(),
		from: readDay(search.from),
		until: readDay(search.until),
		ownDays: search.days === 'store',
		flag: among(FLAGS, search.flag),
		fulfilment: among(FULFILMENTS, search.fulfilment),
		attention: among(ATTENTIONS, search.attention),
		sort: among(SORTS, search.sort) ?? 'newest',
	};
}

/** The shortest address that says a filter; the default filter says nothing. */
export function searchOf(filter: OrderFilter): OrdersSearch {
	return readOrdersSearch({
		state: filter.state,
		stores: filter.stores.join('.'),
		platforms: filter.platforms.join('.'),
		entities: namesTo(filter.entities),
		groups: namesTo(filter.groups),
		owners: namesTo(filter.owners),
		q: filter.search,
		from: filter.from,
		until: filter.until,
		days: filter.ownDays ? 'store' : '',
		flag: filter.flag,
		fulfilment: filter.fulfilment,
		attention: filter.attention,
		sort: filter.sort === 'newest' ? '' : filter.sort,
	});
}

function among<T extends string>(values: readonly T[], value: string | undefined): T | null {
	return values.find((v) => v === value) ?? null;
}

/** What the API is asked for the counts of all tabs: everything but state and order. */
export interface FilterQuery {
	stores?: string[];
	platforms?: string[];
	entities?: string[];
	groups?: string[];
	owners?: string[];
	search?: string;
	from?: string;
	until?: string;
	days?: { from: string; until: string };
	flag?: Flag;
	fulfilment?: Fulfilment;
	attention?: Attention;
}

/** Where a period is open at one end. */
const FIRST_DAY = '1990-01-01';
const LAST_DAY = '2099-12-31';

/** @param zone the clock in whose days `from` and `until` are meant */
export function queryOf(filter: OrderFilter, zone: string): FilterQuery {
	const search = filter.search.trim();
	return {
		...(filter.stores.length > 0 && { stores: filter.stores }),
		...(filter.platforms.length > 0 && { platforms: filter.platforms }),
		...(filter.entities.length > 0 && { entities: filter.entities }),
		...(filter.groups.length > 0 && { groups: filter.groups }),
		...(filter.owners.length > 0 && { owners: filter.owners }),
		...(search !== '' && { search }),
		...(filter.ownDays
			? (filter.from || filter.until) && { days: { from: filter.from ?? FIRST_DAY, until: filter.until ?? LAST_DAY } }
			: {
					...(filter.from && { from: startOf(filter.from, zone) }),
					...(filter.until && { until: startOf(addDays(filter.until, 1), zone) }),
				}),
		...(filter.flag && { flag: filter.flag }),
		...(filter.fulfilment && { fulfilment: filter.fulfilment }),
		...(filter.attention && { attention: filter.attention }),
	};
}

export function isNarrowed(filter: OrderFilter): boolean {
	return Object.keys(searchOf({ ...filter, state: null, sort: 'newest' })).length > 0;
}

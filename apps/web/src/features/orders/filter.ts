import { isPlatformId, ORDER_STATES, type Fulfilment, type OrderState, type PlatformId } from '@pangea/domain';

export const FLAGS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type Flag = (typeof FLAGS)[number];
export const ATTENTIONS = ['late', 'soon', 'returns', 'warnings'] as const;
export type Attention = (typeof ATTENTIONS)[number];
export const FULFILMENTS = ['seller', 'platform', 'unknown'] as const satisfies readonly Fulfilment[];
export const SORTS = ['newest', 'shipBy'] as const;
export type Sort = (typeof SORTS)[number];

/** What the order list shows. Days are calendar days (`2026-11-22`) in the clock's zone; both ends are included. */
export interface OrderFilter {
	state: OrderState | null;
	stores: string[];
	platforms: PlatformId[];
	search: string;
	from: string | null;
	until: string | null;
	flag: Flag | null;
	fulfilment: Fulfilment | null;
	attention: Attention | null;
	sort: Sort;
}

export const EVERY_ORDER: OrderFilter = {
	state: null,
	stores: [],
	platforms: [],
	search: '',
	from: null,
	until: null,
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
	q?: string;
	from?: string;
	until?: string;
	flag?: string;
	fulfilment?: string;
	attention?: string;
	sort?: string;
	order?: string;
	view?: string;
}

const KEYS = ['state', 'stores', 'platforms', 'q', 'from', 'until', 'flag', 'fulfilment', 'attention', 'sort', 'order', 'view'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Marketplaces are younger, and the years before 100 are beyond what dates are computed with. */
const FIRST_DAY = '1970-01-01';
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
		search: (search.q ?? '').replaceAll('\0', '').slice(0, LONGEST_SEARCH).toWellFormed(),
		from: day(search.from),
		until: day(search.until),
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
		q: filter.search,
		from: filter.from,
		until: filter.until,
		flag: filter.flag,
		fulfilment: filter.fulfilment,
		attention: filter.attention,
		sort: filter.sort === 'newest' ? '' : filter.sort,
	});
}

function among<T extends string>(values: readonly T[], value: string | undefined): T | null {
	return values.find((v) => v === value) ?? null;
}

function day(value: string | undefined): string | null {
	if (!value || !DAY.test(value) || value < FIRST_DAY) return null;
	const at = new Date(`${value}T00:00:00Z`);
	return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== value ? null : value;
}

/** What the API is asked for the counts of all tabs: everything but state and order. */
export interface FilterQuery {
	stores?: string[];
	platforms?: string[];
	search?: string;
	from?: string;
	until?: string;
	flag?: Flag;
	fulfilment?: Fulfilment;
	attention?: Attention;
}

/** @param zone the clock in whose days `from` and `until` are meant */
export function queryOf(filter: OrderFilter, zone: string): FilterQuery {
	const search = filter.search.trim();
	return {
		...(filter.stores.length > 0 && { stores: filter.stores }),
		...(filter.platforms.length > 0 && { platforms: filter.platforms }),
		...(search !== '' && { search }),
		...(filter.from && { from: startOf(filter.from, zone) }),
		...(filter.until && { until: startOf(dayAfter(filter.until), zone) }),
		...(filter.flag && { flag: filter.flag }),
		...(filter.fulfilment && { fulfilment: filter.fulfilment }),
		...(filter.attention && { attention: filter.attention }),
	};
}

function dayAfter(text: string): string {
	return new Date(Date.parse(`${text}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The instant at which a calendar day starts in a zone, with the offset of that very day. */
function startOf(text: string, zone: string): string {
	const utc = Date.parse(`${text}T00:00:00Z`);
	// Twice: the first guess may stand on the other side of a change of the clock.
	const guess = utc - offsetAt(utc, zone);
	return new Date(utc - offsetAt(guess, zone)).toISOString();
}

/** Milliseconds by which a zone is ahead of UTC at an instant. */
function offsetAt(at: number, zone: string): number {
	const parts = new Intl.DateTimeFormat('en', {
		timeZone: zone,
		hourCycle: 'h23',
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
	}).formatToParts(at);
	const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
	return (
		Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000
	);
}

export function isNarrowed(filter: OrderFilter): boolean {
	return Object.keys(searchOf({ ...filter, state: null, sort: 'newest' })).length > 0;
}

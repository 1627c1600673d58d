import type { FigureId } from '@pangea/api';
import {
	COMPARISONS,
	type Comparison,
	dayCount,
	GROUPINGS,
	type Grouping,
	isCurrency,
	isPlatformId,
	type PlatformId,
} from '@pangea/domain';
import { lastDays, readDay } from '../../day.ts';

/** What the trend can show. */
export const TRENDS = ['gross', 'net', 'orders', 'units', 'averageOrder', 'refunded', 'cancelled'] as const satisfies readonly FigureId[];
export type Trend = (typeof TRENDS)[number];
export const CLOCKS = ['store', 'workspace'] as const;
export type DayClock = (typeof CLOCKS)[number];

export const LEFTS = ['groups', 'sku'] as const;
export type Left = (typeof LEFTS)[number];

export interface NumbersFilter {
	from: string;
	until: string;
	compare: Comparison;
	/** Null: the workspace's own. */
	base: string | null;
	clock: DayClock;
	stores: string[];
	platforms: PlatformId[];
	by: Grouping;
	/** How what is left is told apart: like the sales, or by SKU. */
	left: Left;
	trend: Trend;
	/** The trend as a table. */
	table: boolean;
}

const KEYS = [
	'from',
	'until',
	'compare',
	'base',
	'clock',
	'stores',
	'platforms',
	'by',
	'left',
	'trend',
	'table',
	'problem',
	'view',
] as const;
/** The address holds the whole state of the screen. */
export type NumbersSearch = Partial<Record<(typeof KEYS)[number], string>>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DEFAULT_DAYS = 30;
/** The API answers for no more. */
export const MOST_DAYS = 731;

/** Keeps the known keys with text in them. */
export function readNumbersSearch(search: Record<string, unknown>): NumbersSearch {
	const kept: NumbersSearch = {};
	for (const key of KEYS) {
		const value = search[key];
		if (typeof value === 'string' && value !== '') kept[key] = value;
	}
	return kept;
}

/** A filter from an address; what the address says wrongly is left out. @param today the calendar day it is for the reader */
export function filterOf(search: NumbersSearch, today: string): NumbersFilter {
	return {
		...periodOf(readDay(search.from), readDay(search.until), today),
		compare: among(COMPARISONS, search.compare) ?? 'before',
		base: search.base !== undefined && isCurrency(search.base) ? search.base : null,
		clock: among(CLOCKS, search.clock) ?? 'store',
		stores: (search.stores ?? '').split('.').filter((id) => UUID.test(id)),
		platforms: (search.platforms ?? '').split('.').filter(isPlatformId),
		by: among(GROUPINGS, search.by) ?? 'platform',
		left: among(LEFTS, search.left) ?? 'groups',
		trend: among(TRENDS, search.trend) ?? 'gross',
		table: search.table === '1',
	};
}

function periodOf(from: string | null, until: string | null, today: string): { from: string; until: string } {
	const end = until ?? today;
	const start = from ?? lastDays(end, DEFAULT_DAYS).from;
	const longest = lastDays(end, MOST_DAYS).from;
	return start > end ? lastDays(end, 1) : { from: start < longest ? longest : start, until: end };
}

/** The shortest address that says a filter; the default says nothing. */
export function searchOf(filter: NumbersFilter, today: string): NumbersSearch {
	const plain = lastDays(today, DEFAULT_DAYS);
	const isPlain = plain.from === filter.from && plain.until === filter.until;
	return readNumbersSearch({
		from: isPlain ? '' : filter.from,
		until: isPlain ? '' : filter.until,
		compare: filter.compare === 'before' ? '' : filter.compare,
		base: filter.base,
		clock: filter.clock === 'store' ? '' : filter.clock,
		stores: filter.stores.join('.'),
		platforms: filter.platforms.join('.'),
		by: filter.by === 'platform' ? '' : filter.by,
		left: filter.left === 'groups' ? '' : filter.left,
		trend: filter.trend === 'gross' ? '' : filter.trend,
		table: filter.table ? '1' : '',
	});
}

/** What a saved view says: the address, but days that end today as so many of them, so that it shows the last ones whenever it is opened. */
export function viewOf(filter: NumbersFilter, today: string): Record<string, string> {
	const { from, until, ...rest } = searchOf(filter, today);
	if (from === undefined || until === undefined) return rest;
	return until === today ? { ...rest, days: String(dayCount(from, until)) } : { ...rest, from, until };
}

/** The address of a saved view on a day. */
export function searchOfView(view: Readonly<Record<string, unknown>>, today: string): NumbersSearch {
	const { days } = view;
	return readNumbersSearch({
		...view,
		...(typeof days === 'string' && /^\d{1,3}$/.test(days) && days !== '0' && lastDays(today, Number(days))),
	});
}

/** Where the file of what is shown is. */
export function downloadAddress(workspaceId: string, filter: NumbersFilter, base: string): string {
	return `/download/numbers.csv?${asked(workspaceId, filter, base, { compare: filter.compare })}`;
}

/** Where the file of what is left is, told apart as it is shown. */
export function profitAddress(workspaceId: string, filter: NumbersFilter, base: string): string {
	return `/download/profit.csv?${asked(workspaceId, filter, base, { part: filter.left })}`;
}

function asked(workspace: string, filter: NumbersFilter, base: string, more: Record<string, string>): string {
	const { from, until, clock, by, stores, platforms } = filter;
	const lists = { ...(stores.length > 0 && { stores: stores.join('.') }), ...(platforms.length > 0 && { platforms: platforms.join('.') }) };
	return new URLSearchParams({ workspace, from, until, clock, by, base, ...lists, ...more }).toString();
}

function among<T extends string>(values: readonly T[], value: string | undefined): T | null {
	return values.find((v) => v === value) ?? null;
}

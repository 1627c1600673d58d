import { addDays, type AuditAction, isAuditAction } from '@pangea/domain';
import { readDay, startOf } from '../../day.ts';

/** The address holds the whole filter; `problem` is why a download did not come, set by the server. */
export interface AuditSearch {
	member?: string;
	action?: string;
	store?: string;
	from?: string;
	until?: string;
	problem?: string;
}

/** What the trail shows. Days are calendar days in the clock's zone; both ends are included. */
export interface AuditFilter {
	member: string | null;
	action: AuditAction | null;
	store: string | null;
	from: string | null;
	until: string | null;
}

const KEYS = ['member', 'action', 'store', 'from', 'until', 'problem'] as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Ids of people are no longer. */
const LONGEST_ID = 100;

/** Keeps the known keys with text in them. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
	const kept: AuditSearch = {};
	for (const key of KEYS) {
		const value = search[key];
		if (typeof value === 'string' && value !== '') kept[key] = value;
	}
	return kept;
}

/** A filter from an address. What the address says wrongly is left out, never guessed. */
export function filterOf({ member, action, store, from, until }: AuditSearch): AuditFilter {
	return {
		member: member !== undefined && member.length <= LONGEST_ID && !member.includes('\0') && member.isWellFormed() ? member : null,
		action: isAuditAction(action) ? action : null,
		store: store !== undefined && UUID.test(store) ? store : null,
		from: readDay(from),
		until: readDay(until),
	};
}

/** Which parts of an address were left out because they say nothing that can be looked for. */
export function leftOut(search: AuditSearch): (keyof AuditFilter)[] {
	const filter = filterOf(search);
	return (Object.keys(filter) as (keyof AuditFilter)[]).filter((key) => search[key] !== undefined && filter[key] === null);
}

export function searchOf(filter: AuditFilter): AuditSearch {
	return readAuditSearch({ ...filter });
}

export interface AuditQuery {
	member?: string;
	action?: AuditAction;
	store?: string;
	from?: string;
	until?: string;
}

/** @param zone the clock in whose days `from` and `until` are meant */
export function queryOf({ member, action, store, from, until }: AuditFilter, zone: string): AuditQuery {
	return {
		...(member !== null && { member }),
		...(action !== null && { action }),
		...(store !== null && { store }),
		...(from !== null && { from: startOf(from, zone) }),
		...(until !== null && { until: startOf(addDays(until, 1), zone) }),
	};
}

/** Where the file of what a filter shows is. */
export function downloadAddress(workspaceId: string, query: AuditQuery): string {
	return `/download/audit.csv?${new URLSearchParams({ workspace: workspaceId, ...query }).toString()}`;
}

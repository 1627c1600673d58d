import { useEffect, useMemo } from 'react';
import { useLiveLine } from '../../live.tsx';
import { api } from '../../trpc.ts';
import type { FilterQuery, OrderFilter } from './filter.ts';
import { OrderListStore, ROWS_AT_ONCE } from './list-store.ts';

/** The first hint is followed at once; those of a burst after it are collected for so long. */
const HINTS_MS = 300;
/** Pages and rows are asked for in the most the API gives at once. */
const PAGE = ROWS_AT_ONCE;

/** The list last shown, kept so that coming back returns to the same rows. */
export interface KeptList {
	key: string;
	store: OrderListStore;
	scrollTop: number;
	cursor: string | null;
}

let kept: KeptList | null = null;

function open(key: string, query: FilterQuery, state: OrderFilter['state'], sort: OrderFilter['sort']): KeptList {
	if (kept?.key === key) return kept;
	kept?.store.close();
	const store = new OrderListStore({
		page: (after) => api.orders.list.query({ ...query, sort, limit: PAGE, ...(state && { state }), ...(after !== null && { after }) }),
		rows: (orderIds) => api.orders.rows.query({ orderIds }),
	});
	kept = { key, store, scrollTop: 0, cursor: null };
	return kept;
}

/** Remembers the row to come back to. */
export function keepCursor(list: KeptList, cursor: string | null): void {
	list.cursor = cursor;
}

/**
 * The list for a filter, alive: hints of the live line refresh its rows.
 * @param visible ids a person can see now
 */
export function useOrderList(
	workspaceId: string,
	query: FilterQuery,
	state: OrderFilter['state'],
	sort: OrderFilter['sort'],
	visible: () => readonly string[],
): KeptList {
	const key = JSON.stringify([workspaceId, query, state, sort]);
	// The key says all that the others say.
	// oxlint-disable-next-line react-hooks/exhaustive-deps
	const list = useMemo(() => open(key, query, state, sort), [key]);
	const line = useLiveLine();

	useEffect(() => {
		if (list.store.snapshot().version === 0) void list.store.start();
		else void list.store.resync([]);
	}, [list]);

	useEffect(() => {
		if (!line) return undefined;
		let ids = new Set<string>();
		let everything = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const flush = () => {
			timer = setTimeout(rested, HINTS_MS);
			const named = [...ids];
			ids = new Set();
			if (everything) void list.store.resync(visible());
			else void list.store.hint(named);
			everything = false;
		};
		const rested = () => {
			timer = undefined;
			if (everything || ids.size > 0) flush();
		};
		const offEvents = line.onEvents((events) => {
			for (const event of events) {
				if (event.kind !== 'orders.changed') continue;
				if (event.ids.length === 0) everything = true;
				for (const id of event.ids) ids.add(id);
			}
			if (timer === undefined) rested();
		});
		const offResync = line.onResync(() => {
			everything = true;
			if (timer === undefined) rested();
		});
		return () => {
			clearTimeout(timer);
			offEvents();
			offResync();
		};
	}, [line, list, visible]);

	return list;
}

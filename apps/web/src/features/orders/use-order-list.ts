import { useEffect, useMemo } from 'react';
import { useLiveLine } from '../../live.tsx';
import { api } from '../../trpc.ts';
import type { FilterQuery, OrderFilter } from './filter.ts';
import { ROW_ORDERS } from './list-order.ts';
import { OrderListStore, ROWS_AT_ONCE } from './list-store.ts';

/** The first hint is followed at once; those of a burst after it are collected for so long. */
const HINTS_MS = 300;
/** Pages and rows are asked for in the most the API gives at once. */
const PAGE = ROWS_AT_ONCE;

/** A list that was shown, kept so that coming back returns to the same rows. */
export interface KeptList {
	key: string;
	store: OrderListStore;
	scrollTop: number;
	cursor: string | null;
}

/** So many lists are kept, so that going back and forth between tabs shows their rows at once. */
const KEPT = 8;
/** A list somebody has read further than this is not kept beside another. */
const KEPT_ROWS = 2_000;
/** The last one used comes last. */
const kept = new Map<string, KeptList>();

/** Everything that makes one list another. */
export interface ListAsked {
	workspaceId: string;
	query: FilterQuery;
	state: OrderFilter['state'];
	sort: OrderFilter['sort'];
}

const keyOf = ({ workspaceId, query, state, sort }: ListAsked) => JSON.stringify([workspaceId, query, state, sort]);

function open({ query, state, sort }: ListAsked, key: string): KeptList {
	const known = kept.get(key);
	if (known) {
		kept.delete(key);
		kept.set(key, known);
		return known;
	}
	const asked = { ...query, sort, ...(state && { state }) };
	const store = new OrderListStore({
		page: (after) => api.orders.list.query({ ...asked, limit: PAGE, ...(after !== null && { after }) }),
		rows: (orderIds) => api.orders.rows.query({ orderIds }),
		among: (orderIds) => api.orders.among.query({ ...asked, orderIds }),
		order: ROW_ORDERS[sort],
	});
	const list: KeptList = { key, store, scrollTop: 0, cursor: null };
	kept.set(key, list);
	for (const other of kept.values()) {
		if (other === list || (kept.size <= KEPT && other.store.snapshot().ids.length <= KEPT_ROWS)) continue;
		other.store.close();
		kept.delete(other.key);
	}
	return list;
}

/** Reads the first page of a list that will likely be asked for next. */
export function prepareList(asked: ListAsked): void {
	const key = keyOf(asked);
	if (!kept.has(key)) void open(asked, key).store.start();
}

/** Remembers the row to come back to. */
export function keepCursor(list: KeptList, cursor: string | null): void {
	list.cursor = cursor;
}

/**
 * The list for a filter, alive: hints of the live line refresh its rows.
 * @param visible ids a person can see now
 */
export function useOrderList(asked: ListAsked, visible: () => readonly string[]): KeptList {
	const key = keyOf(asked);
	// The key says all that the question says.
	// oxlint-disable-next-line react-hooks/exhaustive-deps
	const list = useMemo(() => open(asked, key), [key]);
	const line = useLiveLine();

	useEffect(() => list.store.watch(() => visible().at(-1)), [list, visible]);

	useEffect(() => {
		if (list.store.snapshot().version === 0) void list.store.start();
		else void list.store.resync([]);
	}, [list]);

	useEffect(() => {
		if (!line) return undefined;
		let ids = new Set<string>();
		let everything = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		let busy = false;
		const flush = async () => {
			busy = true;
			const [named, all] = [[...ids], everything];
			ids = new Set();
			everything = false;
			// Reading a long list again takes its time; hints go on meanwhile.
			if (all) void list.store.resync(visible());
			else await list.store.hint(named);
			timer = setTimeout(rested, HINTS_MS);
		};
		const rested = () => {
			busy = false;
			wake();
		};
		const wake = () => {
			if (!busy && (everything || ids.size > 0)) void flush();
		};
		const offEvents = line.onEvents((events) => {
			for (const event of events) {
				if (event.kind !== 'orders.changed') continue;
				if (event.ids.length === 0) everything = true;
				for (const id of event.ids) ids.add(id);
			}
			wake();
		});
		const offResync = line.onResync(() => {
			everything = true;
			wake();
		});
		return () => {
			clearTimeout(timer);
			offEvents();
			offResync();
		};
	}, [line, list, visible]);

	return list;
}

import { ColumnHeightOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { OrderState } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, type InputRef } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useZone } from '../../clock.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { rowHeight, setPreferences, usePreferences } from '../../preferences.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { ExportButton } from '../exports/export-button.tsx';
import { SavedViews } from '../views/saved-views.tsx';
import { whenIdle } from '../../ui/idle.ts';
import { useNarrow } from '../../ui/media.ts';
import { BatchBar } from './batch-bar.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filterOf, isNarrowed, type OrderFilter, queryOf, readOrdersSearch, searchOf } from './filter.ts';
import { ListFoot } from './list-foot.tsx';
import { OrderCards } from './order-cards.tsx';
import { OrderTable, type TableHandle } from './order-table.tsx';
import { OrderTabs } from './order-tabs.tsx';
import './orders.css';
import { extendTo, moveCursor, NOTHING, toggle } from '../../ui/selection.ts';
import { useAhead } from './use-ahead.ts';
import { useAnnotate } from './use-annotate.ts';
import { keepCursor, prepareList, useOrderList } from './use-order-list.ts';

const drawer = () => import('./order-drawer.tsx');
const OrderDrawer = lazy(async () => ({ default: (await drawer()).OrderDrawer }));
const route = getRouteApi('/workbench/orders');

export function OrdersScreen() {
	const { t } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const { membership } = useSession();
	const { stores, byId, loading: storesLoading } = useStores();
	const mayAnnotate = useMay('orders.annotate');
	const narrow = useNarrow();
	const { density } = usePreferences();
	const zone = useZone();
	const filter = filterOf(search);
	const query = queryOf(filter, zone);

	const table = useRef<TableHandle>(null);
	const searchRef = useRef<InputRef>(null);
	const [flagAsked, setFlagAsked] = useState(0);
	const [exporting, setExporting] = useState(false);
	const visible = useCallback(() => table.current?.visible() ?? [], []);
	const asked = { workspaceId: membership.workspaceId, query, state: filter.state, sort: filter.sort };
	const list = useOrderList(asked, visible);
	const snapshot = useSyncExternalStore(list.store.subscribe, list.store.snapshot);
	const counts = useQuery(trpc.orders.counts.queryOptions(query, { placeholderData: (before) => before }));

	const [selection, setSelection] = useState(NOTHING);
	const [selectedIn, setSelectedIn] = useState(list.key);
	if (selectedIn !== list.key) {
		setSelectedIn(list.key);
		setSelection(NOTHING);
	}
	const [cursor, setCursor] = useState<string | null>(search.order ?? list.cursor);
	const [atTop, setAtTop] = useState(list.scrollTop <= 1);
	const annotate = useAnnotate(list.store);
	const open = search.order ?? null;

	const place = open === null ? -1 : list.store.indexOf(open);
	useAhead(open === null || place < 0 ? [cursor] : [snapshot.ids[place + 1], snapshot.ids[place - 1]]);
	useEffect(() => whenIdle(drawer), []);

	// News may slide in only where they move nothing that is being read.
	useEffect(() => {
		list.store.allowSlideIn(atTop && filter.sort === 'newest' && !isNarrowed(filter) && open === null && selection.ids.size === 0);
	});
	useEffect(() => keepCursor(list, cursor), [list, cursor]);

	const change = (part: Partial<OrderFilter>) => void navigate({ search: searchOf({ ...filter, ...part }) });
	const openOrder = (order: string) => {
		setCursor(order);
		void navigate({ search: { ...search, order }, replace: open !== null });
	};
	const close = () => {
		const { order: _, ...rest } = search;
		void navigate({ search: rest });
		table.current?.focus();
	};
	const go = (by: number) => {
		const to = moveCursor(snapshot.ids, cursor, by);
		if (to === null) return;
		table.current?.reveal(to);
		if (open === null) setCursor(to);
		else openOrder(to);
	};
	const showNews = async () => {
		const first = await list.store.showNews();
		if (first !== null) table.current?.reveal(first);
	};
	const startFlag = (orderId: string | null) => {
		if (!mayAnnotate || (selection.ids.size === 0 && orderId === null)) return;
		if (orderId !== null && !selection.ids.has(orderId)) setSelection(toggle(NOTHING, orderId));
		setFlagAsked((times) => times + 1);
	};

	useKeys({
		j: () => go(1),
		k: () => go(-1),
		ArrowDown: () => go(1),
		ArrowUp: () => go(-1),
		PageDown: () => go(15),
		PageUp: () => go(-15),
		Home: () => go(-snapshot.ids.length),
		End: () => go(snapshot.ids.length),
		']': () => go(1),
		'[': () => go(-1),
		x: () => cursor && setSelection(toggle(selection, cursor)),
		X: () => cursor && setSelection(extendTo(selection, snapshot.ids, cursor)),
		Enter: () => cursor && openOrder(cursor),
		Escape: () => (open !== null ? close() : setSelection(NOTHING)),
		f: () => startFlag(selection.ids.size > 0 ? null : cursor),
		e: () => setExporting(true),
		'/': () => searchRef.current?.focus({ cursor: 'all' }),
	});

	const language = shownLanguage();
	const height = rowHeight(density, language);
	const shared = { list, snapshot, stores: byId, handle: table, onOpen: openOrder, onScrolled: setAtTop };
	const foot = (
		<ListFoot
			list={list.store}
			snapshot={snapshot}
			filter={filter}
			storeCount={storesLoading ? null : stores.length}
			stores={stores}
			rowHeight={height}
			onClear={() => void navigate({ search: {} })}
		/>
	);
	return (
		<div className={`orders ${open !== null && !narrow ? 'with-drawer' : ''}`}>
			<OrderTabs
				state={filter.state}
				counts={counts.data}
				onChoose={(state: OrderState | null) => change({ state })}
				onAim={(state: OrderState | null) => prepareList({ ...asked, state })}
			/>
			<FilterBar filter={filter} stores={stores} zone={zone} searchRef={searchRef} narrow={narrow} onChange={change}>
				<SavedViews
					screen="orders"
					query={{ ...searchOf(filter) }}
					viewId={search.view}
					empty={t`No saved views yet. Filter the list, then give the filter a name.`}
					onChoose={(chosen, view) => void navigate({ search: { ...readOrdersSearch(chosen), view } })}
				/>
				<ExportButton
					label={t`Export`}
					what={t`Every order that the list holds now`}
					filter={{ ...query, ...(filter.state && { state: filter.state }), sort: filter.sort }}
					orderIds={[...selection.ids]}
					open={exporting}
					onOpen={setExporting}
				/>
				<Button
					size="small"
					type="text"
					icon={<ColumnHeightOutlined aria-hidden />}
					aria-label={height <= 32 ? t`Comfortable rows` : t`Compact rows`}
					title={height <= 32 ? t`Comfortable rows` : t`Compact rows`}
					onClick={() => setPreferences({ density: height <= 32 ? 'comfortable' : 'compact' })}
				/>
			</FilterBar>
			<div className="panes">
				<div className="list">
					{snapshot.news > 0 && (
						<button type="button" className="news" onClick={() => void showNews()}>
							{snapshot.newsCapped ? t`More than ${snapshot.news} new` : t`${snapshot.news} new`}
						</button>
					)}
					{snapshot.ids.length === 0 ? (
						foot
					) : narrow ? (
						<OrderCards {...shared} />
					) : (
						<OrderTable
							{...shared}
							rowHeight={height}
							selection={selection}
							cursor={cursor}
							shownState={filter.state}
							sort={filter.sort}
							onSort={(sort) => change({ sort })}
							onPick={(id, range) => {
								setCursor(id);
								setSelection(range ? extendTo(selection, snapshot.ids, id) : toggle(selection, id));
							}}
							onPickAll={(all) => setSelection(all ? { ids: new Set(snapshot.ids), anchor: null } : NOTHING)}
							onFlag={startFlag}
						/>
					)}
					{snapshot.ids.length > 0 && foot}
					{selection.ids.size > 0 && mayAnnotate && (
						<BatchBar
							count={selection.ids.size}
							flagAsked={flagAsked}
							onFlag={(flag) => {
								annotate([...selection.ids], flag);
								setSelection(NOTHING);
								table.current?.focus();
							}}
							onClear={() => setSelection(NOTHING)}
						/>
					)}
				</div>
				{open !== null && (
					<Suspense fallback={<aside className="drawer" aria-busy />}>
						<OrderDrawer
							key={open}
							orderId={open}
							row={list.store.row(open)}
							stores={byId}
							narrow={narrow}
							onClose={close}
							onMove={go}
							onFlag={(flag) => annotate([open], flag)}
						/>
					</Suspense>
				)}
			</div>
		</div>
	);
}

import { useLingui } from '@lingui/react/macro';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { InputRef } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { formatCount } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { useNarrow } from '../../ui/media.ts';
import { SearchField } from '../../ui/search-field.tsx';
import '../../ui/filters.css';
import { ExportButton } from '../exports/export-button.tsx';
import './catalogue.css';
import { Coverage } from './coverage.tsx';
import { type CatalogueView, VIEWS, viewOf } from './filter.ts';
import { Offers } from './offers.tsx';
import { Problems } from './problems.tsx';
import { Queue } from './queue.tsx';
import { ReadListings } from './read-listings.tsx';
import { SkuPane } from './sku-pane.tsx';
import { useReadiness } from './use-readiness.ts';
import { VIEW_WORDS } from './words.ts';

const route = getRouteApi('/workbench/catalogue');
const PAGE = 60;

export function CatalogueScreen() {
	const { t } = useLingui();
	const mayRead = useMay('catalogue.read');
	if (mayRead) return <Catalogue />;
	return <Empty alone title={t`The catalogue is not open to your role`} />;
}

function Catalogue() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const view = viewOf(search);
	const waiting = useQuery(trpc.catalogue.queue.queryOptions({ limit: 1 }));
	const choose = (next: CatalogueView): void => void navigate({ search: next === 'gaps' ? {} : { view: next } });
	const [exporting, setExporting] = useState(false);
	const narrow = useNarrow();
	useKeys({ e: () => setExporting(true), v: () => choose(VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length] ?? 'gaps') });
	return (
		<div className="catalogue">
			<HeaderSlot>
				<h1 className="unseen">{t`Catalogue`}</h1>
				<nav className="tabs halves" aria-label={t`Views of the catalogue`}>
					{VIEWS.map((name) => (
						<button key={name} type="button" aria-current={name === view ? 'page' : undefined} onClick={() => choose(name)}>
							{i18n._(VIEW_WORDS[name])}
							{name === 'queue' && waiting.data && waiting.data.waiting > 0 && (
								<span className="count">{formatCount(shownLanguage(), { count: waiting.data.waiting, capped: false })}</span>
							)}
						</button>
					))}
					<Link to="/reviews">{t`Reviews`}</Link>
				</nav>
				<span className="grow" />
				{!narrow && (
					<ExportButton
						label={t`Export`}
						what={t`Every listing that your stores have now; the feed holds those that can be bought`}
						filter={{}}
						orderIds={[]}
						reports={['stock', 'feed']}
						open={exporting}
						onOpen={setExporting}
					/>
				)}
			</HeaderSlot>
			{view === 'queue' && <ToPair open={search.listing ?? null} />}
			{view === 'problems' && <ListingProblems />}
			{view === 'offers' && <PricesAndStock />}
			{(view === 'gaps' || view === 'all') && <Skus key={view} view={view} open={search.sku ?? null} />}
			<ReadListings />
		</div>
	);
}

function Skus({ view, open }: { view: 'gaps' | 'all'; open: string | null }) {
	const { t } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const narrow = useNarrow();
	const { stores } = useStores();
	const reads = useQuery(trpc.catalogue.stores.queryOptions());
	const list = useInfiniteQuery(
		trpc.catalogue.coverage.infiniteQueryOptions(
			{ view, limit: PAGE, ...(search.q !== undefined && { search: search.q }) },
			{ getNextPageParam: (page) => page.next ?? undefined, initialCursor: undefined, placeholderData: keepPreviousData },
		),
	);
	const { fetchNextPage, isFetching, hasNextPage } = list;
	const more = useCallback(() => {
		if (!isFetching) void fetchNextPage();
	}, [fetchNextPage, isFetching]);
	const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
	const readiness = useReadiness(list.data?.pages.map((page) => page.rows.map(({ skuId }) => skuId)) ?? []);
	const read = new Set(reads.data?.flatMap(({ storeId, state }) => (state === 'read' ? [storeId] : [])));
	const show = (sku: string | null): void => {
		const { sku: _, ...rest } = search;
		void navigate({ search: sku === null ? rest : { ...rest, sku }, replace: open !== null && sku !== null });
	};
	const searchRef = useRef<InputRef>(null);
	const seek = useCallback(
		(q: string) =>
			void navigate({
				search: (before) => ({
					...(before.view !== undefined && { view: before.view }),
					...(before.sku !== undefined && { sku: before.sku }),
					...(q !== '' && { q }),
				}),
				replace: true,
			}),
		[navigate],
	);
	const place = rows.findIndex((row) => row.skuId === open);
	const go = (by: number): void => {
		const next = rows[Math.min(rows.length - 1, Math.max(0, place + by))];
		if (next) show(next.skuId);
	};
	useKeys({
		j: () => go(1),
		k: () => go(-1),
		ArrowDown: () => go(1),
		ArrowUp: () => go(-1),
		Escape: () => show(null),
		'/': () => searchRef.current?.focus({ cursor: 'all' }),
	});
	if (list.error && !list.data) return <Broken error={list.error} reset={() => void list.refetch()} />;
	if (list.isPending || reads.isPending) return <Skeleton rows={12} height={48} />;
	if (rows.length === 0 && search.q === undefined) {
		const title =
			read.size === 0 ? t`No store's listings have been read yet` : view === 'gaps' ? t`What sells is listed everywhere` : t`No SKU yet`;
		return (
			<Empty title={title}>
				{read.size === 0 ? t`They are read by themselves as soon as a store of a platform that we can read is bound.` : null}
			</Empty>
		);
	}
	const pane = open !== null && <SkuPane key={open} skuId={open} onClose={() => show(null)} />;
	if (narrow && pane) return pane;
	return (
		<div className={`matrix ${pane ? 'with-pane' : ''}`}>
			<div className="filters catalogue-search">
				<SearchField
					inputRef={searchRef}
					value={search.q ?? ''}
					label={t`Search the catalogue`}
					placeholder={t`Code, title, GTIN, listing number`}
					onSettle={seek}
				/>
			</div>
			{rows.length === 0 && (
				<Empty title={t`No SKU fits the search`}>
					{view === 'gaps' ? t`Only those that sell and are missing somewhere are searched here.` : null}
				</Empty>
			)}
			{rows.length > 0 && (
				<Coverage
					rows={rows}
					stores={stores.filter(({ storeId }) => read.has(storeId))}
					readiness={readiness}
					open={open}
					more={hasNextPage}
					onMore={more}
					onOpen={show}
				/>
			)}
			{pane}
		</div>
	);
}

function ListingProblems() {
	const { platform, cause, sku } = route.useSearch();
	const navigate = route.useNavigate();
	const open = platform !== undefined && cause !== undefined ? { platform, cause } : null;
	const show = (group: typeof open, next?: string): void =>
		void navigate({ search: { view: 'problems', ...group, ...(next === undefined ? {} : { sku: next }) }, replace: true });
	return (
		<Problems
			open={open}
			skuPane={sku === undefined ? null : <SkuPane key={sku} skuId={sku} onClose={() => show(open)} />}
			onOpen={(group) => show(group)}
			onSku={(next) => show(open, next)}
		/>
	);
}

function PricesAndStock() {
	const { platform, store, q } = route.useSearch();
	const navigate = route.useNavigate();
	return (
		<Offers
			filter={{ platform, store, q }}
			onFilter={(next) => {
				const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
				void navigate({ search: { view: 'offers', ...kept }, replace: true });
			}}
		/>
	);
}

function ToPair({ open }: { open: string | null }) {
	const { t } = useLingui();
	const navigate = route.useNavigate();
	const narrow = useNarrow();
	const list = useInfiniteQuery(
		trpc.catalogue.queue.infiniteQueryOptions(
			{ limit: PAGE },
			{ getNextPageParam: (page) => page.next ?? undefined, initialCursor: undefined },
		),
	);
	const { fetchNextPage, isFetching, hasNextPage } = list;
	const more = useCallback(() => {
		if (!isFetching) void fetchNextPage();
	}, [fetchNextPage, isFetching]);
	const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
	if (list.error && !list.data) return <Broken error={list.error} reset={() => void list.refetch()} />;
	if (list.isPending) return <Skeleton rows={9} height={60} />;
	if (rows.length === 0) return <Empty title={t`Nothing to pair`}>{t`Every listing that we read has found its SKU.`}</Empty>;
	return (
		<Queue
			rows={rows}
			open={open}
			narrow={narrow}
			more={hasNextPage}
			onMore={more}
			onOpen={(listing) => void navigate({ search: listing === null ? { view: 'queue' } : { view: 'queue', listing }, replace: true })}
		/>
	);
}

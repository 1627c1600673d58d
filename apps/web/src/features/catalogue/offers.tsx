import { useLingui } from '@lingui/react/macro';
import type { OfferRowView, OfferVerdictView } from '@pangea/api';
import { type OfferField, PLATFORM_IDS, PLATFORMS, readBlock } from '@pangea/domain';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { type InputRef, Select } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { api, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import '../../ui/filters.css';
import { PlatformMark } from '../../ui/mark.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { storeOption } from '../../ui/store-option.tsx';
import { say } from '../../ui/toast.tsx';
import { askedRows, cellKey, COLUMNS, type OfferEdits, withBlock, withEdit, withFill, writtenOf } from './offer-edits.ts';
import { OfferFill } from './offer-fill.tsx';
import { OfferGrid, type Place } from './offer-grid.tsx';
import { Batch, DryRun, Recent } from './offer-side.tsx';
import './offers.css';

const PAGE = 100;
/** Nothing is tried while somebody still types. */
const PAUSE_MS = 250;
/** A hint may be missed while changes are under way. */
const LOOK_MS = 3_000;

interface OfferFilter {
	q?: string | undefined;
	platform?: string | undefined;
	store?: string | undefined;
}

interface OffersProps {
	filter: OfferFilter;
	onFilter: (filter: OfferFilter) => void;
}

/** Titles, prices and stock of all listings, many changed at once: first tried, then sent, then watched, and put back where somebody erred. */
export function Offers({ filter, onFilter }: OffersProps) {
	const { t, i18n } = useLingui();
	const { membership } = useSession();
	const mayEdit = useMay('catalogue.publish');
	const seesPrices = useMay('fields.revenue');
	const { stores, byId } = useStores();
	const [edits, setEdits] = useState<OfferEdits>(new Map());
	const [place, setPlace] = useState<Place>({ row: 0, field: seesPrices ? 'price' : 'stock', anchor: 0 });
	const [batchId, setBatchId] = useState<string | null>(null);
	const fillRef = useRef<InputRef>(null);
	const searchRef = useRef<InputRef>(null);
	const platform = PLATFORM_IDS.find((one) => one === filter.platform);
	const list = useInfiniteQuery(
		trpc.offers.list.infiniteQueryOptions(
			{
				limit: PAGE,
				...(platform && { platform }),
				...(filter.store !== undefined && { stores: [filter.store] }),
				...(filter.q !== undefined && { text: filter.q }),
			},
			{ getNextPageParam: (page) => page.next ?? undefined, initialCursor: undefined, placeholderData: keepPreviousData },
		),
	);
	const { fetchNextPage, isFetching, hasNextPage } = list;
	const more = useCallback(() => {
		if (!isFetching) void fetchNextPage();
	}, [fetchNextPage, isFetching]);
	const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
	const asked = useSettled(edits);
	const dry = useQuery({
		queryKey: ['offers', membership.workspaceId, 'preview', askedRows(asked)],
		queryFn: ({ signal }) => api.offers.preview.mutate({ rows: askedRows(asked) }, { signal }),
		enabled: mayEdit && asked.size > 0,
		placeholderData: keepPreviousData,
	});
	const settled = asked === edits && !dry.isPending && !dry.isPlaceholderData;
	const verdicts = edits.size === 0 ? [] : (dry.data ?? []);
	const batch = useQuery(
		trpc.offers.batch.queryOptions(
			{ batchId: batchId ?? '' },
			{
				enabled: batchId !== null,
				refetchInterval: (query) =>
					query.state.data?.some(({ state }) => state === 'queued' || state === 'sending' || state === 'accepted') ? LOOK_MS : false,
			},
		),
	);
	const recent = useQuery(trpc.offers.batches.queryOptions(undefined, { enabled: mayEdit }));
	const changed = (): void => void queryClient.invalidateQueries(trpc.offers.pathFilter());
	const apply = useMutation(
		trpc.offers.change.mutationOptions({
			onSuccess: (outcome) => {
				const refused = new Set(outcome.verdicts.filter(({ refusal }) => refusal !== null).map(cellKey));
				setBatchId(outcome.sent > 0 ? outcome.batchId : null);
				setEdits((now) => keepRefused(now, outcome.verdicts, refused));
				changed();
			},
		}),
	);
	const undo = useMutation(
		trpc.offers.undo.mutationOptions({
			onSuccess: ({ batchId: next, sent, verdicts: told }) => {
				const kept = told.length - sent;
				if (kept > 0) say(t`Left as they are, since somebody has changed them or they cannot be changed now: ${kept}`);
				if (sent > 0) setBatchId(next);
				changed();
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const send = (): void => {
		if (settled && !apply.isPending && verdicts.some(({ refusal }) => refusal === null))
			apply.mutate({ batchId: crypto.randomUUID(), rows: askedRows(edits) });
	};
	const putBack = (): void => {
		if (batchId !== null && !undo.isPending && batch.data?.some(({ state }) => state === 'applied'))
			undo.mutate({ batchId: crypto.randomUUID(), undoes: batchId });
	};
	useKeys({
		u: putBack,
		f: () => fillRef.current?.focus(),
		'/': () => searchRef.current?.focus(),
		Escape: () => setBatchId(null),
	});
	/** Whoever goes on editing is done with what was sent. */
	const change = (next: (now: OfferEdits) => OfferEdits): void => {
		setBatchId(null);
		setEdits(next);
	};
	const selected = rows.slice(Math.min(place.row, place.anchor), Math.max(place.row, place.anchor) + 1);
	const language = shownLanguage();
	const fields = seesPrices ? COLUMNS : COLUMNS.filter((field) => field !== 'price');
	const edit = (row: OfferRowView, field: OfferField, text: string | null): void =>
		change((now) => withEdit(now, row, field, text === null ? null : writtenOf(field, text, language)));
	const paste = (text: string): void => {
		const block = withBlock(edits, rows, place, fields, readBlock(text), language);
		change(() => block.edits);
		const { over } = block;
		if (over > 0) say(t`Pasted cells for which there is no cell here that takes them: ${over}`, { tone: 'problem' });
	};
	const backToGrid = (): void => document.querySelector<HTMLElement>('.offer-grid table')?.focus();
	const show = (listingId: string, field: OfferField): void => {
		const row = rows.findIndex((one) => one.listingId === listingId);
		if (row >= 0) setPlace({ row, field, anchor: row });
		backToGrid();
	};
	if (list.error && !list.data) return <Broken error={list.error} reset={() => void list.refetch()} />;
	const isNarrowed = platform !== undefined || filter.store !== undefined || filter.q !== undefined;
	return (
		<div className="offers">
			<search className="filters" aria-label={t`Filter listings`}>
				<SearchField
					value={filter.q ?? ''}
					label={t`Search by code or title`}
					placeholder={t`Code or title`}
					inputRef={searchRef}
					onSettle={(q) => onFilter({ ...filter, q: q === '' ? undefined : q })}
				/>
				<Select
					size="small"
					className="wide"
					allowClear
					aria-label={t`Platform`}
					placeholder={t`Platform`}
					value={platform ?? null}
					onChange={(next: string | null) => onFilter({ q: filter.q, platform: next ?? undefined })}
					options={PLATFORM_IDS.map((value) => ({
						value,
						label: (
							<span className="option">
								<PlatformMark platform={value} size={16} /> {PLATFORMS[value].name}
							</span>
						),
					}))}
				/>
				<Select
					size="small"
					className="wide"
					allowClear
					showSearch={{ optionFilterProp: 'title' }}
					aria-label={t`Store`}
					placeholder={t`Store`}
					value={filter.store ?? null}
					onChange={(next: string | null) => onFilter({ ...filter, store: next ?? undefined })}
					options={stores.filter((store) => !platform || store.platform === platform).map(storeOption)}
				/>
				<span className="grow" />
				{mayEdit && (
					<OfferFill
						field={place.field}
						count={selected.length}
						inputRef={fillRef}
						onFill={(fill) => change((now) => withFill(now, selected, fill))}
						onLeave={backToGrid}
					/>
				)}
			</search>
			<div className="offers-body">
				{list.isPending ? (
					<Skeleton rows={12} height={52} />
				) : rows.length === 0 ? (
					<Empty title={isNarrowed ? t`No listing fits` : t`No store's listings have been read yet`} />
				) : (
					<OfferGrid
						rows={rows}
						stores={byId}
						place={place.row < rows.length ? place : { ...place, row: 0, anchor: 0 }}
						edits={edits}
						verdicts={new Map(verdicts.map((verdict) => [cellKey(verdict), verdict]))}
						changes={new Map((batch.data ?? []).map((change) => [cellKey(change), change]))}
						fields={fields}
						mayEdit={mayEdit}
						more={hasNextPage}
						onMore={more}
						onPlace={setPlace}
						onEdit={edit}
						onClear={() => change((now) => selected.reduce((next, row) => withEdit(next, row, place.field, null), now))}
						onPaste={paste}
						onApply={send}
					/>
				)}
				{/* What scrolls has to be reachable by keys. */}
				{/* oxlint-disable jsx-a11y/no-noninteractive-tabindex */}
				<aside className={`offer-side ${batchId === null && edits.size === 0 ? 'is-idle' : ''}`} tabIndex={0} aria-label={t`Changes`}>
					{/* oxlint-enable jsx-a11y/no-noninteractive-tabindex */}
					{batchId !== null ? (
						<Batch
							changes={batch.data ?? []}
							kept={edits.size}
							undoing={undo.isPending}
							onUndo={putBack}
							onClose={() => setBatchId(null)}
						/>
					) : edits.size > 0 ? (
						<DryRun
							edits={edits}
							verdicts={verdicts}
							settled={settled}
							applying={apply.isPending}
							problem={dry.error ? errorSentence(i18n, dry.error) : apply.error ? errorSentence(i18n, apply.error) : null}
							onShow={show}
							onApply={send}
							onReset={() => setEdits(new Map())}
						/>
					) : (
						<Recent batches={recent.data ?? []} mayEdit={mayEdit} onOpen={setBatchId} />
					)}
				</aside>
			</div>
		</div>
	);
}

/** What was sent is no edit any more; what was not, and what was beyond a batch, stays to be looked at. */
function keepRefused(edits: OfferEdits, verdicts: readonly OfferVerdictView[], refused: ReadonlySet<string>): OfferEdits {
	return verdicts.reduce((next, { listingId, field }) => {
		const row = next.get(listingId)?.row;
		return row && !refused.has(cellKey({ listingId, field })) ? withEdit(next, row, field, null) : next;
	}, edits);
}

/** A value once it has stood for a moment. */
function useSettled(edits: OfferEdits): OfferEdits {
	const [asked, setAsked] = useState(edits);
	useEffect(() => {
		const timer = setTimeout(() => setAsked(edits), PAUSE_MS);
		return () => clearTimeout(timer);
	}, [edits]);
	return asked;
}

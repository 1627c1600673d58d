import { useLingui } from '@lingui/react/macro';
import type { ReviewView } from '@pangea/api';
import { PLATFORMS, REVIEW_THEMES, type ReviewTheme } from '@pangea/domain';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '../../keys.ts';
import { useMay, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import type { ReviewsSearch } from './filter.ts';
import { Stars } from './stars.tsx';
import { THEME_WORDS } from './words.ts';

const PAGE = 60;
const MOST_SKUS = 200;

interface StreamProps {
	search: ReviewsSearch;
	/** Undefined: all. */
	stores: string[] | undefined;
}

/** Reviews, newest first; one of them is current and can be worked on by keys. */
export function Stream({ search: { stars, theme, sku }, stores }: StreamProps) {
	const { t } = useLingui();
	const [place, setPlace] = useState(0);
	const [linking, setLinking] = useState<string | null>(null);
	const mayPair = useMay('catalogue.pair');
	const list = useInfiniteQuery(
		trpc.reviews.list.infiniteQueryOptions(
			{
				limit: PAGE,
				...(stores && { stores }),
				...(stars !== undefined && { ratings: Array.from(stars, Number) }),
				...(theme && { theme }),
				...(sku !== undefined && { skuId: sku }),
			},
			{ getNextPageParam: (page) => page.next ?? undefined, initialCursor: undefined },
		),
	);
	const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
	const current = rows[Math.min(place, rows.length - 1)];
	const go = (by: number): void => setPlace(Math.min(rows.length - 1, Math.max(0, place + by)));
	useKeys({
		j: () => go(1),
		k: () => go(-1),
		ArrowDown: () => go(1),
		ArrowUp: () => go(-1),
		l: () => {
			if (mayPair && current && !current.ofStore) setLinking(current.reviewId);
		},
		Escape: () => setLinking(null),
	});
	if (list.error && !list.data) return <Broken error={list.error} reset={() => void list.refetch()} />;
	if (list.isPending) return <Skeleton rows={9} height={72} />;
	if (rows.length === 0)
		return (
			<Empty
				title={t`No review fits`}
			>{t`Reviews come by themselves from platforms that show their texts; those of the others can be imported.`}</Empty>
		);
	return (
		<section
			className="review-stream"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`Reviews`}
		>
			<ul>
				{rows.map((review, index) => (
					<Row
						key={review.reviewId}
						of={review}
						current={review === current}
						linking={linking === review.reviewId}
						mayPair={mayPair}
						onChoose={() => setPlace(index)}
						onLink={(open) => setLinking(open ? review.reviewId : null)}
					/>
				))}
			</ul>
			{list.hasNextPage && (
				<Button className="review-more" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
					{t`Show more`}
				</Button>
			)}
		</section>
	);
}

interface RowProps {
	of: ReviewView;
	current: boolean;
	linking: boolean;
	mayPair: boolean;
	onChoose: () => void;
	onLink: (open: boolean) => void;
}

function Row({ of: review, current, linking, mayPair, onChoose, onLink }: RowProps) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const [correcting, setCorrecting] = useState(false);
	const self = useRef<HTMLLIElement>(null);
	useEffect(() => {
		if (current) self.current?.scrollIntoView({ block: 'nearest' });
	}, [current]);
	const store = byId.get(review.storeId);
	const words = [review.title, review.text].filter((part) => part !== null);
	const before = review.former.at(-1);
	return (
		// Whatever in it has the focus, the keys of the list are about it.
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
		<li ref={self} className={current ? 'current' : ''} aria-current={current ? 'true' : undefined} onFocus={onChoose}>
			<div className="line">
				<Stars rating={review.rating} />
				{store && <PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={14} />}
				{store && <SiteMark country={store.country} />}
				<span className="soft cut">{store?.name}</span>
				<span className="faint">
					<When at={review.writtenAt} relative />
				</span>
				{review.imported && <span className="tag">{t`imported`}</span>}
			</div>
			{review.title !== null && (
				<b>
					<bdi>{review.title}</bdi>
				</b>
			)}
			{review.text !== null && (
				<p>
					<bdi>{review.text}</bdi>
				</p>
			)}
			{words.length === 0 && (
				<p className="faint">
					{review.order !== null
						? t`The platform names the order and the stars, not the words.`
						: !review.forgotten
							? t`Stars without words`
							: review.imported
								? t`Its words are forgotten: those of a file are kept for a year.`
								: t`Its words are forgotten: the platform shows them no more.`}
				</p>
			)}
			{before && (
				<p className="faint">
					{t`Before:`} <Stars rating={before.rating} /> <bdi>{[before.title, before.text].filter((part) => part !== null).join(' · ')}</bdi>
				</p>
			)}
			<div className="line review-foot">
				{review.order !== null && <OrderLink of={review.order} />}
				{review.ofStore ? (
					<span className="tag">{t`About the store`}</span>
				) : review.sku ? (
					<Link to="/catalogue" search={{ view: 'all', sku: review.sku.skuId }}>
						{review.sku.code}
					</Link>
				) : (
					<span className="warn">{t`No SKU yet`}</span>
				)}
				<span className="soft cut" title={review.product ?? undefined}>
					<bdi>{review.product}</bdi>
				</span>
				{review.themes.map((theme) => (
					<span key={theme} className="tag">
						{i18n._(THEME_WORDS[theme])}
					</span>
				))}
				{review.themesCorrected && <small className="faint">{t`corrected`}</small>}
				<span className="grow" />
				{review.alarming && <Settle of={review} />}
				{mayPair && !correcting && (
					<Button size="small" onClick={() => setCorrecting(true)}>
						{t`Correct themes`}
					</Button>
				)}
				{mayPair && !linking && !review.ofStore && (
					<Button size="small" onClick={() => onLink(true)}>
						{t`Tie to a SKU`}
					</Button>
				)}
				{review.url !== null && (
					<Button size="small" href={review.url} target="_blank" rel="noreferrer">
						{t`Open at the platform`}
					</Button>
				)}
			</div>
			{correcting && <Themes of={review} onDone={() => setCorrecting(false)} />}
			{linking && <SkuChoice of={review} onDone={() => onLink(false)} />}
		</li>
	);
}

/** The order behind a review, where the platform names it. */
function OrderLink({ of: { externalId, orderId } }: { of: NonNullable<ReviewView['order']> }) {
	const { t } = useLingui();
	const words = t`Order ${externalId}`;
	if (orderId === null) return <span className="soft">{words}</span>;
	return (
		<Link to="/orders" search={{ order: orderId }}>
			{words}
		</Link>
	);
}

/** A field that somebody asked for by a key takes the next keys. */
const focusWhenShown = (field: { focus: () => void } | null): void => field?.focus();

const askAgain = (): Promise<void> => queryClient.invalidateQueries(trpc.reviews.pathFilter());

/** Somebody says that a review of few stars is dealt with. */
function Settle({ of: review }: { of: ReviewView }) {
	const { t } = useLingui();
	const mayAnswer = useMay('inbox.answer');
	const settle = useMutation(trpc.reviews.settle.mutationOptions({ onSuccess: askAgain }));
	if (!mayAnswer) return null;
	return (
		<Button size="small" loading={settle.isPending} onClick={() => settle.mutate({ reviewId: review.reviewId })}>
			{t`Dealt with`}
		</Button>
	);
}

function Themes({ of: review, onDone }: { of: ReviewView; onDone: () => void }) {
	const { t, i18n } = useLingui();
	const [themes, setThemes] = useState<ReviewTheme[]>(review.themes);
	const save = useMutation(
		trpc.reviews.correct.mutationOptions({
			onSuccess: async () => {
				await askAgain();
				onDone();
			},
		}),
	);
	return (
		<div className="line review-edit">
			<Select
				ref={focusWhenShown}
				mode="multiple"
				aria-label={t`Themes`}
				className="grow"
				value={themes}
				onChange={setThemes}
				options={REVIEW_THEMES.map((value) => ({ value, label: i18n._(THEME_WORDS[value]) }))}
			/>
			<Button type="primary" loading={save.isPending} onClick={() => save.mutate({ reviewId: review.reviewId, themes })}>{t`Save`}</Button>
			<Button onClick={onDone}>{t`Cancel`}</Button>
		</div>
	);
}

function SkuChoice({ of: review, onDone }: { of: ReviewView; onDone: () => void }) {
	const { t } = useLingui();
	const { data } = useQuery(trpc.catalogue.coverage.queryOptions({ view: 'all', limit: MOST_SKUS }));
	const link = useMutation(
		trpc.reviews.link.mutationOptions({
			onSuccess: async () => {
				await askAgain();
				onDone();
			},
		}),
	);
	return (
		<div className="line review-edit">
			<Select
				ref={focusWhenShown}
				showSearch
				aria-label={t`SKU`}
				placeholder={t`SKU`}
				className="grow"
				loading={!data || link.isPending}
				value={review.sku?.skuId}
				optionFilterProp="label"
				onChange={(skuId: string) => link.mutate({ reviewId: review.reviewId, skuId })}
				options={data?.rows.map((row) => ({ value: row.skuId, label: `${row.code} · ${row.title}` })) ?? []}
			/>
			<Button loading={link.isPending} onClick={() => link.mutate({ reviewId: review.reviewId, skuId: null })}>
				{t`As its listing`}
			</Button>
			<Button onClick={onDone}>{t`Cancel`}</Button>
		</div>
	);
}

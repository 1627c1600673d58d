import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { UploadOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { PLATFORMS, REVIEW_THEMES } from '@pangea/domain';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { useKeys } from '../../keys.ts';
import { useMay, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Empty } from '../../ui/empty.tsx';
import { siteName, storeLabel } from '../../ui/site.tsx';
import { CarryButton } from './carry-button.tsx';
import type { ReviewsSearch } from './filter.ts';
import { Matrix } from './matrix.tsx';
import { ReadReviews } from './read-reviews.tsx';
import { ReviewImport } from './review-import.tsx';
import { Stream } from './stream.tsx';
import { Topics } from './topics.tsx';
import { THEME_WORDS } from './words.ts';
import './reviews.css';

const route = getRouteApi('/workbench/reviews');

/** What buyers say in public, in one list, and by SKU and site. */
export function ReviewsScreen() {
	const { t } = useLingui();
	const mayRead = useMay('catalogue.read');
	if (mayRead) return <Reviews />;
	return <Empty alone title={t`Reviews are not open to your role`} />;
}

function Reviews() {
	const { t } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const { stores } = useStores();
	const { view, ...filter } = search;
	const change = (next: ReviewsSearch): void => void navigate({ search: next, replace: true });
	useKeys({ v: () => void navigate({ search: view === 'matrix' ? filter : { ...filter, view: 'matrix' } }) });
	const narrowed = stores.filter(
		(store) =>
			(search.platform === undefined || store.platform === search.platform) &&
			(search.country === undefined || store.country === search.country) &&
			(search.store === undefined || store.storeId === search.store),
	);
	const chosen = narrowed.length === stores.length ? undefined : narrowed.map(({ storeId }) => storeId);
	return (
		<div className="reviews">
			<HeaderSlot>
				<h1 className="unseen">{t`Reviews`}</h1>
				<nav className="tabs halves" aria-label={t`Views of the reviews`}>
					<button type="button" aria-current={view === undefined ? 'page' : undefined} onClick={() => void navigate({ search: filter })}>
						{t`One by one`}
					</button>
					<button
						type="button"
						aria-current={view === 'matrix' ? 'page' : undefined}
						onClick={() => void navigate({ search: { ...filter, view: 'matrix' } })}
					>
						{t`SKU by site`}
					</button>
				</nav>
			</HeaderSlot>
			<Filters search={search} onChange={change} />
			{search.sku !== undefined && view !== 'matrix' && <Topics sku={search.sku} stores={chosen} />}
			{view === 'matrix' ? <Matrix stores={chosen} /> : <Stream key={JSON.stringify(search)} search={search} stores={chosen} />}
			<ReadReviews />
		</div>
	);
}

interface FiltersProps {
	search: ReviewsSearch;
	onChange: (next: ReviewsSearch) => void;
}

function Filters({ search, onChange }: FiltersProps) {
	const { t, i18n } = useLingui();
	const { stores } = useStores();
	const { data: reads } = useQuery(trpc.reviews.stores.queryOptions());
	const mayGive = useMay('stores.manage');
	const mayAlarm = useMay('notices.manage');
	const [importing, setImporting] = useState(false);
	const read = new Set(reads?.flatMap((one) => (one.read || one.topics || one.imported > 0 ? [one.storeId] : [])));
	const byFile = new Set(reads?.flatMap((one) => (one.read ? [] : [one.storeId])));
	const givable = stores.filter(({ storeId }) => byFile.has(storeId));
	const own = stores.filter(({ storeId }) => read.has(storeId));
	const set = <Key extends keyof ReviewsSearch>(key: Key, value: ReviewsSearch[Key] | undefined): void => {
		const { [key]: _, ...rest } = search;
		onChange(value === undefined ? rest : { ...rest, [key]: value });
	};
	return (
		<div className="filters">
			<Select
				aria-label={t`Platform`}
				placeholder={t`Platform`}
				className="wide"
				allowClear
				value={search.platform}
				onChange={(value?: string) => set('platform', value)}
				options={[...new Set(own.map(({ platform }) => platform))].map((value) => ({ value, label: PLATFORMS[value].name }))}
			/>
			<Select
				aria-label={t`Site`}
				placeholder={t`Site`}
				className="wide"
				allowClear
				value={search.country}
				onChange={(value?: string) => set('country', value)}
				options={[...new Set(own.map(({ country }) => country))].map((value) => ({ value, label: siteName(value) }))}
			/>
			<Select
				aria-label={t`Store`}
				placeholder={t`Store`}
				className="wide"
				allowClear
				value={search.store}
				onChange={(value?: string) => set('store', value)}
				options={own.map((store) => ({ value: store.storeId, label: storeLabel(store) }))}
			/>
			{search.view === undefined && (
				<>
					<Select
						aria-label={t`Stars`}
						placeholder={t`Stars`}
						className="wide"
						allowClear
						value={search.stars}
						onChange={(value?: string) => set('stars', value)}
						options={[
							{ value: '12', label: t`1 or 2 stars` },
							...['1', '2', '3', '4', '5'].map((value) => ({ value, label: '★'.repeat(Number(value)) })),
						]}
					/>
					<Select
						aria-label={t`Theme`}
						placeholder={t`Theme`}
						className="wide"
						allowClear
						value={search.theme}
						onChange={(value?: ReviewsSearch['theme']) => set('theme', value)}
						options={REVIEW_THEMES.map((value) => ({ value, label: i18n._(THEME_WORDS[value]) }))}
					/>
					{search.sku !== undefined && (
						<button type="button" className="plain-link" onClick={() => set('sku', undefined)}>{t`Of all SKUs`}</button>
					)}
				</>
			)}
			{search.sku !== undefined && search.view === undefined && <CarryButton skuId={search.sku} />}
			{mayAlarm && search.sku === undefined && <Alarm />}
			{mayGive && givable.length > 0 && (
				<Button icon={<UploadOutlined aria-hidden />} onClick={() => setImporting(true)}>
					{t`Import reviews`}
				</Button>
			)}
			{importing && <ReviewImport stores={givable} onClose={() => setImporting(false)} />}
		</div>
	);
}

/** From how few stars on reviews written from now on are told as notices. */
function Alarm() {
	const { t } = useLingui();
	const { data } = useQuery(trpc.reviews.alarm.queryOptions());
	const set = useMutation(
		trpc.reviews.setAlarm.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.reviews.pathFilter()) }),
	);
	if (!data) return null;
	return (
		<Select<number>
			className="alarm"
			aria-label={t`Alarm for low stars`}
			loading={set.isPending}
			value={data.rating ?? 0}
			onChange={(rating) => set.mutate({ rating: rating === 0 ? null : rating })}
			options={[
				{ value: 0, label: t`No alarm` },
				{ value: 1, label: t`Alarm: 1 star` },
				{ value: 2, label: t`Alarm: 2 stars or fewer` },
				{ value: 3, label: t`Alarm: 3 stars or fewer` },
			]}
		/>
	);
}

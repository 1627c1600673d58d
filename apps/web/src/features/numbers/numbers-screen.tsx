import { DownloadOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert, Button, Segmented, Select } from 'antd';
import { COMPARISONS, PLATFORM_IDS, PLATFORMS } from '@pangea/domain';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useNow } from '../../clock.tsx';
import { dayIn, lastDays } from '../../day.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { useKeys } from '../../keys.ts';
import { sentence } from '../../problems.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { alone, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Blocks, Empty } from '../../ui/empty.tsx';
import '../../ui/filters.css';
import { ExportButton } from '../exports/export-button.tsx';
import { filterOf as orderFilterOf, queryOf } from '../orders/filter.ts';
import { PeriodChoice } from '../../ui/period-choice.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { SavedViews } from '../views/saved-views.tsx';
import { Basis } from './basis.tsx';
import { ordersOf } from './drill.ts';
import { type DayClock, downloadAddress, filterOf, type NumbersFilter, searchOf, searchOfView, viewOf } from './filter.ts';
import { Groups } from './groups.tsx';
import { Headline } from './headline.tsx';
import './numbers.css';
import { NumbersTabs } from './numbers-tabs.tsx';
import { Profit } from './profit.tsx';
import { Skus } from './skus.tsx';
import { Trend } from './trend.tsx';
import { COMPARISON_WORDS } from './words.ts';

const route = getRouteApi('/workbench/numbers');
const RatesPanel = lazy(async () => ({ default: (await import('./rates-panel.tsx')).RatesPanel }));
const REFRESH_MS = 60_000;
const PRESETS = [7, 30, 90];
/** Offered beside the currencies of the stores. */
const COMMON = ['CNY', 'USD', 'EUR'];

export function NumbersScreen() {
	const { t } = useLingui();
	const may = useMay('numbers.read');
	return (
		<div className="numbers">
			<HeaderSlot>
				<NumbersTabs />
			</HeaderSlot>
			{may ? (
				<Numbers />
			) : (
				<Empty title={t`The numbers are not open to your role`}>
					<Trans>Owners, managers and analysts of the workspace see them.</Trans>
				</Empty>
			)}
		</div>
	);
}

function Numbers() {
	const { t, i18n } = useLingui();
	const { membership } = useSession();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const { stores, byId } = useStores();
	const [ratesOpen, setRatesOpen] = useState(false);
	const [exporting, setExporting] = useState(false);
	const now = useNow();
	const today = dayIn(now, membership.zone);
	const filter = filterOf(search, today);
	const baseOf = (shown: NumbersFilter): string => shown.base ?? membership.baseCurrency;
	const questionOf = (shown: NumbersFilter) => {
		const { from, until, compare, clock, by, platforms } = shown;
		return trpc.numbers.overview.queryOptions(
			{ from, until, compare, clock, by, base: baseOf(shown), stores: shown.stores, platforms },
			alone,
		);
	};
	const go = (change: Partial<NumbersFilter>): void => {
		const next = { ...filter, ...change };
		// Asked for before the screen is drawn for it, which takes as long as the answer.
		void queryClient.prefetchQuery(questionOf(next));
		void navigate({ search: searchOf(next, today), replace: true });
	};
	const base = baseOf(filter);
	const currencies = [...new Set([membership.baseCurrency, ...COMMON, ...stores.map((s) => s.currency)])];
	const numbers = useQuery({
		...questionOf(filter),
		refetchInterval: REFRESH_MS,
		placeholderData: (before) => before,
	});
	// A day is over when it is over in each store.
	const firstOpenDay = (filter.clock === 'store' && stores.map((store) => dayIn(now, store.zone)).toSorted()[0]) || today;
	const keys = useMemo(
		() => ({
			b: () => go({ base: currencies[(currencies.indexOf(base) + 1) % currencies.length] ?? null }),
			s: () => go({ left: filter.left === 'sku' ? 'groups' : 'sku' }),
			p: () => {
				const shown = PRESETS.findIndex((n) => lastDays(today, n).from === filter.from && filter.until === today);
				go(lastDays(today, PRESETS[(shown + 1) % PRESETS.length] ?? 30));
			},
		}),
		// Made anew with each address.
		// oxlint-disable-next-line react-hooks/exhaustive-deps
		[JSON.stringify(filter), today, currencies.join()],
	);
	useKeys(keys);
	return (
		<>
			<search className="filters" aria-label={t`What the figures are of`}>
				<PeriodChoice
					bound
					from={filter.from}
					until={filter.until}
					zone={filter.clock === 'store' ? null : membership.zone}
					onChange={({ from, until }) => from && until && go({ from, until })}
				/>
				<Select
					size="small"
					aria-label={t`Compared with`}
					value={filter.compare}
					onChange={(compare) => go({ compare })}
					options={COMPARISONS.map((value) => ({ value, label: i18n._(COMPARISON_WORDS[value]) }))}
					popupMatchSelectWidth={false}
				/>
				<Select
					size="small"
					aria-label={t`Base currency`}
					title={t`Base currency (B)`}
					value={base}
					onChange={(value) => go({ base: value === membership.baseCurrency ? null : value })}
					options={currencies.map((value) => ({ value, label: value }))}
				/>
				<Segmented<DayClock>
					size="small"
					aria-label={t`Whose days`}
					value={filter.clock}
					onChange={(clock) => go({ clock })}
					options={[
						{ value: 'store', label: t`Store days` },
						{ value: 'workspace', label: t`Workspace days` },
					]}
				/>
				<Select
					size="small"
					mode="multiple"
					className="wide"
					allowClear
					placeholder={t`All platforms`}
					aria-label={t`Platforms`}
					maxTagCount="responsive"
					value={filter.platforms}
					onChange={(platforms) => go({ platforms })}
					options={PLATFORM_IDS.map((value) => ({ value, label: PLATFORMS[value].name }))}
					popupMatchSelectWidth={false}
				/>
				<Select
					size="small"
					mode="multiple"
					className="wide"
					allowClear
					placeholder={t`All stores`}
					aria-label={t`Stores`}
					maxTagCount="responsive"
					optionFilterProp="label"
					value={filter.stores}
					onChange={(chosen) => go({ stores: chosen })}
					options={stores.map((store) => ({ value: store.storeId, label: storeLabel(store) }))}
					popupMatchSelectWidth={false}
				/>
				<span className="grow" />
				<SavedViews
					screen="numbers"
					query={viewOf(filter, today)}
					viewId={search.view}
					empty={t`No saved views yet. Choose what the figures are of, then give it a name.`}
					onChoose={(chosen, view) => void navigate({ search: { ...searchOfView(chosen, today), view } })}
				/>
				<ExportButton
					label={t`Export orders`}
					what={t`Every order behind these figures`}
					filter={queryOf(orderFilterOf(ordersOf(filter)), membership.zone)}
					orderIds={[]}
					open={exporting}
					onOpen={setExporting}
				/>
				<Button size="small" icon={<DownloadOutlined aria-hidden />} href={downloadAddress(membership.workspaceId, filter, base)}>
					{t`Download CSV`}
				</Button>
			</search>
			{search.problem !== undefined && (
				<Alert type="error" showIcon role="alert" title={t`The file could not be made`} description={sentence(i18n, search.problem)} />
			)}
			{numbers.error && !numbers.data ? (
				<Broken error={numbers.error} reset={() => void numbers.refetch()} />
			) : !numbers.data ? (
				<>
					<Blocks className="headline" count={4} height={96} />
					<Blocks className="columns" count={1} height={320} />
				</>
			) : (
				<div className="shown" aria-busy={numbers.isPlaceholderData}>
					<Headline view={numbers.data} />
					<Basis view={numbers.data} onRates={() => setRatesOpen(true)} />
					<Trend view={numbers.data} filter={filter} firstOpenDay={firstOpenDay} onChange={go} />
					<Groups view={numbers.data} filter={filter} stores={byId} onChange={go} />
					<Profit filter={filter} base={base} stores={byId} onChange={go} />
					<Skus filter={filter} stores={byId} />
				</div>
			)}
			<Suspense fallback={null}>{ratesOpen && <RatesPanel base={membership.baseCurrency} onClose={() => setRatesOpen(false)} />}</Suspense>
		</>
	);
}

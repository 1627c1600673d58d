import { DownloadOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { ProfitFiguresView, ProfitView, StoreView } from '@pangea/api';
import { PROFIT_MEASURES, type ProfitMeasureId } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import type { ReactNode } from 'react';
import { formatAmount, formatNumber, formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import type { Language } from '../../preferences.ts';
import { useSession } from '../../session.tsx';
import { alone, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Blocks } from '../../ui/empty.tsx';
import { type Left, type NumbersFilter, profitAddress } from './filter.ts';
import { Place } from './groups.tsx';
import { Sku } from './skus.tsx';
import { GROUPING_WORDS, PROFIT_MEANINGS, PROFIT_WORDS } from './words.ts';

const HEADLINE = [
	'profitSettled',
	'profitEstimated',
	'margin',
	'proceeds',
	'costOfGoods',
	'unitsWithoutCost',
] as const satisfies readonly ProfitMeasureId[];
const COLUMNS = [
	'profitSettled',
	'settledOrders',
	'profitEstimated',
	'profitOrders',
	'margin',
	'proceeds',
	'costOfGoods',
	'unitsWithoutCost',
] as const satisfies readonly ProfitMeasureId[];

interface ProfitProps {
	filter: NumbersFilter;
	base: string;
	stores: ReadonlyMap<string, StoreView>;
	onChange: (change: Partial<NumbersFilter>) => void;
}

/** One part of what is left, as the table names it. */
interface Part {
	key: string;
	name: ReactNode;
	figures: ProfitFiguresView;
}

type Whole = Pick<ProfitView, 'currency' | 'total' | 'compared' | 'gaps' | 'apart'>;

/** What is left of the sales once fees and goods are paid, as far as the platforms and we know. Asked apart, so that the chart does not wait for it. */
export function Profit({ filter, base, stores, onChange }: ProfitProps) {
	const { t, i18n } = useLingui();
	const { workspaceId } = useSession().membership;
	return (
		<section className="panel groups profit" aria-label={t`What is left`}>
			<header>
				<h2>{t`What is left`}</h2>
				<Segmented<Left>
					size="small"
					aria-label={t`What is left, told apart by`}
					value={filter.left}
					onChange={(left) => onChange({ left })}
					options={[
						{ value: 'groups', label: i18n._(GROUPING_WORDS[filter.by]) },
						{ value: 'sku', label: t`SKU` },
					]}
				/>
				<span className="grow" />
				<Link to="/numbers/costs">{t`Costs of goods`}</Link>
				<Button size="small" icon={<DownloadOutlined aria-hidden />} href={profitAddress(workspaceId, filter, base)}>
					{t`Download what is left as CSV`}
				</Button>
			</header>
			{filter.left === 'sku' ? <BySku filter={filter} base={base} /> : <ByGroup filter={filter} base={base} stores={stores} />}
		</section>
	);
}

function ByGroup({ filter, base, stores }: Omit<ProfitProps, 'onChange'>) {
	const { i18n } = useLingui();
	const { from, until, clock, by, platforms } = filter;
	const profit = useQuery({
		...trpc.numbers.profit.queryOptions({ from, until, clock, by, base, platforms, stores: filter.stores, compare: 'none' }, alone),
		placeholderData: (before) => before,
	});
	if (!profit.data) return <Waiting error={profit.error} retry={() => void profit.refetch()} />;
	const parts = ranked(profit.data.groups).map(({ key, figures }) => ({
		key,
		name: <Place group={{ key }} filter={filter} stores={stores} />,
		figures,
	}));
	return <Told view={profit.data} head={i18n._(GROUPING_WORDS[by])} parts={parts} />;
}

function BySku({ filter, base }: Pick<ProfitProps, 'filter' | 'base'>) {
	const { t } = useLingui();
	const { from, until, clock, platforms } = filter;
	const profit = useQuery({
		...trpc.numbers.skuProfit.queryOptions({ from, until, clock, base, platforms, stores: filter.stores, compare: 'none' }, alone),
		placeholderData: (before) => before,
	});
	if (!profit.data) return <Waiting error={profit.error} retry={() => void profit.refetch()} />;
	const { rows, rest } = profit.data;
	const parts: Part[] = rows.map(({ sellerSku, title, figures }) => ({
		key: `sku ${sellerSku ?? ''}`,
		name: sellerSku === null ? <span className="faint">{t`No SKU`}</span> : <Sku row={{ sellerSku, title }} filter={filter} />,
		figures,
	}));
	if (rest) {
		const more = rest.skus;
		const name = <Plural value={more} one="# more SKU, in the file by itself" other="# more SKUs, in the file one by one" />;
		parts.push({ key: 'rest', name: <span className="faint">{name}</span>, figures: rest.figures });
	}
	return (
		<>
			<Told view={profit.data} head={t`SKU`} parts={parts} />
			<p className="faint pad">
				<Trans>
					What an order brings is parted among its lines by their price, to the cent. An order of several SKUs counts with each of them.
				</Trans>
			</p>
		</>
	);
}

function Waiting({ error, retry }: { error: unknown; retry: () => void }) {
	return error ? <Broken error={error} reset={retry} /> : <Blocks className="columns" count={1} height={160} />;
}

/** Most left first; of what cannot be said, most orders. */
function ranked(groups: ProfitView['groups']): ProfitView['groups'] {
	const rank = (figures: ProfitFiguresView): number =>
		figures.profitSettled === null && figures.profitEstimated === null
			? Number.NEGATIVE_INFINITY
			: Number(figures.profitSettled ?? 0) + Number(figures.profitEstimated ?? 0);
	return groups.toSorted((a, b) => rank(b.figures) - rank(a.figures) || Number(b.figures.orders) - Number(a.figures.orders));
}

function Told({ view, head, parts }: { view: Whole; head: string; parts: readonly Part[] }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const word = (id: ProfitMeasureId) => (
		<>
			{i18n._(PROFIT_WORDS[id])}
			{PROFIT_MEASURES[id].unit === 'money' && <span className="faint"> {view.currency}</span>}
		</>
	);
	return (
		<>
			<dl className="headline small left">
				{HEADLINE.map((id) => (
					<div key={id} title={i18n._(PROFIT_MEANINGS[id])}>
						<dt>{word(id)}</dt>
						<dd className="num">
							<b>{textOf(language, id, view.total, view.currency)}</b>
							{id === 'unitsWithoutCost' && <Share figures={view.total} />}
						</dd>
					</div>
				))}
			</dl>
			<ProfitBasis view={view} />
			{parts.length > 0 && (
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				<section className="scroll" tabIndex={0} aria-label={t`What is left, part by part`}>
					<table>
						<thead>
							<tr>
								<th scope="col">{head}</th>
								{COLUMNS.map((id) => (
									<th key={id} scope="col" className="right" title={i18n._(PROFIT_MEANINGS[id])}>
										{word(id)}
									</th>
								))}
							</tr>
						</thead>
						<tbody>
							{parts.map(({ key, name, figures }) => (
								<tr key={key}>
									<th scope="row">{name}</th>
									{COLUMNS.map((id) => (
										<td key={id} className="num right">
											{textOf(language, id, figures, view.currency)}
											{(id === 'profitOrders' || id === 'settledOrders') && (
												<span className="faint"> / {formatNumber(language, Number(figures.orders))}</span>
											)}
											{id === 'unitsWithoutCost' && <Share figures={figures} />}
										</td>
									))}
								</tr>
							))}
						</tbody>
					</table>
				</section>
			)}
		</>
	);
}

/** Of how many orders this is said, and why not of the others. */
function ProfitBasis({ view }: { view: Whole }) {
	const language = shownLanguage();
	const { total, gaps } = view;
	const settled = formatNumber(language, Number(total.settledOrders));
	const told = formatNumber(language, Number(total.profitOrders));
	const money = (amountMinor: string): string => `${formatAmount(language, { amountMinor, currency: view.currency })} ${view.currency}`;
	const all = formatNumber(language, Number(total.orders));
	return (
		<div className="basis pad">
			<ul>
				<li>
					<Trans>
						Settled for {settled}, estimated for {told} of {all} orders
					</Trans>
				</li>
				{total.unnamed !== null && total.unnamed !== '0' && (
					<li>
						<Trans>Statements book {money(total.unnamed)} without a name</Trans>
					</li>
				)}
				{total.difference !== null && (
					<li>
						<Plural
							value={view.compared}
							one={`Settled beyond what # order told: ${money(total.difference)}`}
							other={`Settled beyond what # orders told: ${money(total.difference)}`}
						/>
					</li>
				)}
				{gaps.proceedsUntold > 0 && (
					<li>
						<Plural
							value={gaps.proceedsUntold}
							one="# order tells neither its fees nor its payout, and no statement covers it yet"
							other="# orders tell neither their fees nor their payout, and no statement covers them yet"
						/>
					</li>
				)}
				{gaps.costMissing > 0 && (
					<li>
						<Link to="/numbers/costs">
							<Plural value={gaps.costMissing} one="# order has a unit without a cost" other="# orders have a unit without a cost" />
						</Link>
					</li>
				)}
				{gaps.rateMissing > 0 && (
					<li>
						<Plural value={gaps.rateMissing} one="# order has no exchange rate" other="# orders have no exchange rate" />
					</li>
				)}
			</ul>
			{view.apart.length > 0 && (
				<output className="apart">
					<Trans>No exchange rate, so in no sum:</Trans>{' '}
					{view.apart.map((a) => (
						<span key={a.currency} className="num">
							{formatAmount(language, { amountMinor: a.costMinor, currency: a.currency })} {a.currency}
						</span>
					))}
				</output>
			)}
		</div>
	);
}

function Share({ figures }: { figures: ProfitFiguresView }) {
	const units = Number(figures.units);
	if (units === 0) return null;
	return <span className="faint"> {formatPercent(shownLanguage(), Number(figures.unitsWithoutCost) / units)}</span>;
}

function textOf(language: Language, id: ProfitMeasureId, figures: ProfitFiguresView, currency: string): string {
	const value = figures[id];
	if (value === null) return '—';
	switch (PROFIT_MEASURES[id].unit) {
		case 'money':
			return formatAmount(language, { amountMinor: value, currency });
		case 'count':
			return formatNumber(language, Number(value));
		case 'share':
			return formatPercent(language, Number(value));
	}
}

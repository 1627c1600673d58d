import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { ProfitFiguresView, ProfitView, StoreView } from '@pangea/api';
import { PROFIT_MEASURES, type ProfitMeasureId } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatAmount, formatNumber, formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import type { Language } from '../../preferences.ts';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Blocks } from '../../ui/empty.tsx';
import type { NumbersFilter } from './filter.ts';
import { Place } from './groups.tsx';
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
}

/** What is left of the sales once fees and goods are paid, as far as the platforms and we know. Asked apart: it is read from every line. */
export function Profit({ filter, base, stores }: ProfitProps) {
	const { t } = useLingui();
	const { from, until, clock, by, platforms } = filter;
	const profit = useQuery({
		...trpc.numbers.profit.queryOptions({ from, until, clock, by, base, platforms, stores: filter.stores, compare: 'none' }),
		placeholderData: (before) => before,
	});
	return (
		<section className="panel groups profit" aria-label={t`What is left`} aria-busy={profit.isPlaceholderData}>
			<header>
				<h2>{t`What is left`}</h2>
				<Link to="/numbers/costs">{t`Costs of goods`}</Link>
			</header>
			{profit.error && !profit.data ? (
				<Broken error={profit.error} reset={() => void profit.refetch()} />
			) : profit.data ? (
				<Told view={profit.data} filter={filter} stores={stores} />
			) : (
				<Blocks className="columns" count={1} height={160} />
			)}
		</section>
	);
}

function Told({ view, filter, stores }: { view: ProfitView; filter: NumbersFilter; stores: ProfitProps['stores'] }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const rank = (figures: ProfitFiguresView): number =>
		figures.profitSettled === null && figures.profitEstimated === null
			? Number.NEGATIVE_INFINITY
			: Number(figures.profitSettled ?? 0) + Number(figures.profitEstimated ?? 0);
	const groups = view.groups.toSorted((a, b) => rank(b.figures) - rank(a.figures) || Number(b.figures.orders) - Number(a.figures.orders));
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
			{groups.length > 0 && (
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				<section className="scroll" tabIndex={0} aria-label={t`What is left, part by part`}>
					<table>
						<thead>
							<tr>
								<th scope="col">{i18n._(GROUPING_WORDS[filter.by])}</th>
								{COLUMNS.map((id) => (
									<th key={id} scope="col" className="right" title={i18n._(PROFIT_MEANINGS[id])}>
										{word(id)}
									</th>
								))}
							</tr>
						</thead>
						<tbody>
							{groups.map(({ key, figures }) => (
								<tr key={key}>
									<th scope="row">
										<Place group={{ key }} filter={filter} stores={stores} />
									</th>
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
function ProfitBasis({ view }: { view: ProfitView }) {
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

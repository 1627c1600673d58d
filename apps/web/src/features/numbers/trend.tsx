import { Trans, useLingui } from '@lingui/react/macro';
import type { NumbersView } from '@pangea/api';
import { MEASURES } from '@pangea/domain';
import { Link, useNavigate } from '@tanstack/react-router';
import { Segmented, Select } from 'antd';
import { lazy, Suspense } from 'react';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { ordersOf } from './drill.ts';
import { changeOf, figureText } from './figure.ts';
import { type NumbersFilter, TRENDS } from './filter.ts';
import { Change } from './headline.tsx';
import { COMPARISON_WORDS, MEASURE_MEANINGS, MEASURE_WORDS } from './words.ts';

const TrendChart = lazy(async () => ({ default: (await import('./trend-chart.tsx')).TrendChart }));

interface TrendProps {
	view: NumbersView;
	filter: NumbersFilter;
	/** From this day on a day is not over everywhere. */
	firstOpenDay: string;
	onChange: (change: Partial<NumbersFilter>) => void;
}

/** One measure day by day, as a picture or as a table. */
export function Trend({ view, filter, firstOpenDay, onChange }: TrendProps) {
	const { t, i18n } = useLingui();
	const navigate = useNavigate();
	const { trend } = filter;
	const { currency } = view.basis;
	const name = i18n._(MEASURE_WORDS[trend]);
	const unit = MEASURES[trend].unit === 'money' ? `${name}, ${currency}` : name;
	const before = view.compared ? i18n._(COMPARISON_WORDS[filter.compare]) : null;
	const notOver = t`not over yet`;
	const openDay = (day: string): void =>
		void navigate({ to: '/orders', search: ordersOf(filter, { from: day, until: day, measure: trend }) });
	return (
		<section className="panel trend">
			<header>
				<h2 title={i18n._(MEASURE_MEANINGS[trend])}>{unit}</h2>
				<span className="row">
					<Select
						size="small"
						aria-label={t`Measure of the trend`}
						value={trend}
						onChange={(value) => onChange({ trend: value })}
						options={TRENDS.map((value) => ({ value, label: i18n._(MEASURE_WORDS[value]) }))}
						popupMatchSelectWidth={false}
					/>
					<Segmented
						size="small"
						aria-label={t`Shown as`}
						value={filter.table ? 'table' : 'chart'}
						onChange={(value) => onChange({ table: value === 'table' })}
						options={[
							{ value: 'chart', label: t`Chart` },
							{ value: 'table', label: t`Table` },
						]}
					/>
				</span>
			</header>
			{filter.table ? (
				<Days view={view} filter={filter} firstOpenDay={firstOpenDay} />
			) : (
				<Suspense fallback={<div className="chart" />}>
					<TrendChart
						days={view.days}
						trend={trend}
						currency={currency}
						now={t`This period`}
						before={before}
						firstOpenDay={firstOpenDay}
						notOver={notOver}
						label={t`${unit} by day. The same figures stand in the table.`}
						onDay={openDay}
					/>
				</Suspense>
			)}
			{!filter.table && view.days.some(({ day }) => day >= firstOpenDay) && (
				<p className="faint open-days">
					<Trans>Hollow point: the day is not over in every store.</Trans>
				</p>
			)}
		</section>
	);
}

function Days({ view, filter, firstOpenDay }: Omit<TrendProps, 'onChange'>) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const { trend } = filter;
	const said = (day: string): string => formatDay(language, `${day}T12:00:00Z`, 'UTC');
	return (
		// What scrolls has to be reachable by keys.
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
		<section className="scroll days" tabIndex={0} aria-label={t`Figures by day`}>
			<table>
				<thead>
					<tr>
						<th scope="col">{t`Day`}</th>
						<th scope="col" className="right">
							{i18n._(MEASURE_WORDS[trend])}
						</th>
						{view.compared && (
							<>
								<th scope="col" className="right">{t`Compared day`}</th>
								<th scope="col" className="right">{t`Then`}</th>
								<th scope="col" className="right">{t`Change`}</th>
							</>
						)}
					</tr>
				</thead>
				<tbody>
					{view.days.toReversed().map((day) => (
						<tr key={day.day}>
							<th scope="row">
								<Link to="/orders" search={ordersOf(filter, { from: day.day, until: day.day, measure: trend })}>
									{said(day.day)}
								</Link>
								{day.day >= firstOpenDay && <small className="faint"> {t`not over yet`}</small>}
							</th>
							<td className="num right">{figureText(language, trend, day.figures[trend], view.basis.currency)}</td>
							{view.compared && (
								<>
									<td className="num right faint">{day.comparedDay === null ? '' : said(day.comparedDay)}</td>
									<td className="num right soft">{figureText(language, trend, day.compared?.[trend] ?? null, view.basis.currency)}</td>
									<td className="num right">
										<Change id={trend} share={changeOf(trend, day.figures, day.compared)} />
									</td>
								</>
							)}
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

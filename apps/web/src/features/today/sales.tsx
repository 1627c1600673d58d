import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { SalesView, StoreView } from '@pangea/api';
import { useNow } from '../../clock.tsx';
import { formatAmount, formatNumber, formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { changeShare } from './change-share.ts';
import { unreadLastWeek } from './unread.ts';

/** Sales of the day so far, one line a currency: amounts of different currencies are never added. */
export function Sales({ sales: told, stores }: { sales: SalesView[]; stores: StoreView[] }) {
	const { t } = useLingui();
	const unread = unreadLastWeek(stores, useNow());
	const sales = told.toSorted((a, b) => b.orders - a.orders);
	const orders = sales.reduce((sum, s) => sum + s.orders, 0);
	const most = Math.max(1, ...sales.map((s) => s.orders));
	return (
		<section className="panel sales">
			<header>
				<h2>{t`Sales today`}</h2>
				<span className="soft num">
					<Plural value={orders} one="# order" other="# orders" />
				</span>
			</header>
			{sales.length === 0 ? (
				<p className="faint pad">{t`No order yet on this day of the stores.`}</p>
			) : (
				// What scrolls has to be reachable by keys.
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				<section className="scroll" tabIndex={0} aria-label={t`Sales today`}>
					<table>
						<thead>
							<tr>
								<th scope="col">{t`Currency`}</th>
								<th scope="col" className="right">{t`So far`}</th>
								<th scope="col" className="right">{t`Same hours last week`}</th>
								<th scope="col" className="right">{t`Change`}</th>
								<th scope="col" className="right">{t`Orders`}</th>
							</tr>
						</thead>
						<tbody>
							{sales.map((line) => (
								<Line key={line.currency} line={line} most={most} unread={unread.has(line.currency)} />
							))}
						</tbody>
					</table>
				</section>
			)}
			<footer className="faint">
				<Trans>Order totals as the platforms tell them, by each store's own day. Currencies are not added up.</Trans>
			</footer>
		</section>
	);
}

function Line({ line, most, unread }: { line: SalesView; most: number; unread: boolean }) {
	const { t } = useLingui();
	const language = shownLanguage();
	const amount = (minor: string) => formatAmount(language, { amountMinor: minor, currency: line.currency });
	return (
		<tr>
			<th scope="row">
				{line.currency}
				<i className="share" aria-hidden style={{ width: `${(line.orders / most) * 100}%` }} />
			</th>
			<td className="num right">
				<b>{amount(line.totalMinor)}</b>
				{line.withoutTotal > 0 && <small className="faint">{t`${line.withoutTotal} without an amount yet`}</small>}
			</td>
			{unread ? (
				<>
					<td className="right faint" title={t`The history of a store with this currency is not read back to last week yet.`}>
						<small>{t`history still being read`}</small>
					</td>
					<td className="right faint">—</td>
				</>
			) : (
				<>
					<td className="num right soft">{amount(line.lastWeekMinor)}</td>
					<td className="num right">
						<Change now={line.totalMinor} before={line.lastWeekMinor} />
					</td>
				</>
			)}
			<td className="num right">
				{formatNumber(language, line.orders)} {!unread && <small className="faint">/ {formatNumber(language, line.lastWeekOrders)}</small>}
			</td>
		</tr>
	);
}

function Change({ now, before }: { now: string; before: string }) {
	const { t } = useLingui();
	const share = changeShare(now, before);
	if (share === null)
		return (
			<span className="faint" title={t`Nothing to compare with`}>
				—
			</span>
		);
	return <span className={share > 0 ? 'up' : share < 0 ? 'down' : 'soft'}>{formatPercent(shownLanguage(), share, true)}</span>;
}

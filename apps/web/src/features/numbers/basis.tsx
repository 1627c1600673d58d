import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { NumbersView } from '@pangea/api';
import { Link } from '@tanstack/react-router';
import { formatAmount, formatDay, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { When } from '../../ui/figures.tsx';
import { SOURCE_WORDS } from './words.ts';

/** What the figures stand on, always beside them: a fall in sales and a dead feed must never look alike. */
export function Basis({ view, onRates }: { view: NumbersView; onRates: () => void }) {
	const { t, i18n } = useLingui();
	const { basis, total } = view;
	const language = shownLanguage();
	const day = (text: string): string => formatDay(language, `${text}T12:00:00Z`, 'UTC');
	const amount = (minor: string): string => formatAmount(language, { amountMinor: minor, currency: basis.currency });
	const read = basis.stores.map((s) => s.freshTo).filter((at) => at !== null);
	const oldest = read.toSorted()[0];
	const late = basis.stores.filter((s) => s.late).length;
	const sources = basis.rates.sources.map((source) => i18n._(SOURCE_WORDS[source])).join(', ');
	const short = basis.stores.filter(
		(s) => s.historyFrom === null || s.historyFrom.slice(0, 10) > (basis.comparedFrom ?? basis.from),
	).length;
	return (
		<section className="basis" aria-label={t`What the figures stand on`}>
			<ul>
				<li>
					{day(basis.from)} – {day(basis.until)}
					{basis.comparedFrom !== null && basis.comparedUntil !== null && (
						<span className="faint">
							{' '}
							<Trans>
								against {day(basis.comparedFrom)} – {day(basis.comparedUntil)}
							</Trans>
						</span>
					)}
				</li>
				<li>{basis.zone === null ? t`Days as in each store` : t`Days as in ${basis.zone}`}</li>
				<li>
					{oldest === undefined ? (
						t`No store is read yet`
					) : (
						<Trans>
							All stores read up to <When at={oldest} relative />
						</Trans>
					)}
					{late > 0 && (
						<Link to="/stores" className="risk">
							<Plural value={late} one="# store is behind" other="# stores are behind" />
						</Link>
					)}
					{short > 0 && (
						<Link to="/stores" className="warn">
							<Plural value={short} one="# store's history begins later" other="# stores' history begins later" />
						</Link>
					)}
				</li>
				<li>
					<button type="button" className="as-link" onClick={onRates}>
						{basis.rates.oldest === null || basis.rates.newest === null ? (
							<Trans>No exchange rate needed</Trans>
						) : (
							<Trans>
								Rates of each order's day, {day(basis.rates.oldest)} – {day(basis.rates.newest)}: {sources}
							</Trans>
						)}
					</button>
					{basis.rates.carried > 0 && (
						<span className="faint">
							<Trans>days with the last rate before: {formatNumber(language, basis.rates.carried)}</Trans>
						</span>
					)}
				</li>
				<li title={t`Goods as they are priced, never added up`}>
					<Trans>
						Goods priced with tax {amount(basis.goods.gross)}, without {amount(basis.goods.net)}, untold {amount(basis.goods.unknown)}
					</Trans>
				</li>
				{basis.taxUntoldMinor !== '0' && (
					<li>
						<Trans>Bills that tell no tax: {amount(basis.taxUntoldMinor)}</Trans>
					</li>
				)}
				{total.fees !== null && (
					<li>
						<Trans>
							Fees are told of {formatNumber(language, Number(basis.feeOrders))} of {formatNumber(language, Number(total.orders))} orders
						</Trans>
					</li>
				)}
				{basis.untoldOrders !== '0' && (
					<li>
						<Trans>Orders without an amount yet: {formatNumber(language, Number(basis.untoldOrders))}</Trans>
					</li>
				)}
			</ul>
			{basis.apart.length > 0 && (
				<output className="apart">
					<Trans>No exchange rate, so in no sum:</Trans>{' '}
					{basis.apart.map((a) => (
						<span key={a.currency} className="num">
							{formatAmount(language, { amountMinor: a.grossMinor, currency: a.currency })} {a.currency}
						</span>
					))}
					<button type="button" className="as-link" onClick={onRates}>
						{t`Exchange rates`}
					</button>
				</output>
			)}
		</section>
	);
}

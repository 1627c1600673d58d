import { Trans, useLingui } from '@lingui/react/macro';
import type { ChangeView, FigureId, NumbersView } from '@pangea/api';
import { MEASURES } from '@pangea/domain';
import { formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { changeOf, figureText, MORE_IS_BETTER, signedAmount } from './figure.ts';
import { MEASURE_MEANINGS, MEASURE_WORDS } from './words.ts';

const FIRST = ['gross', 'net', 'orders', 'units'] as const satisfies readonly FigureId[];
const MORE = ['averageOrder', 'refunded', 'returnRate', 'cancelled', 'fees', 'tax'] as const satisfies readonly FigureId[];

export function Headline({ view }: { view: NumbersView }) {
	const { t } = useLingui();
	return (
		<section aria-label={t`Headline figures`}>
			<dl className="headline">
				{FIRST.map((id) => (
					<Figure key={id} id={id} view={view} large />
				))}
			</dl>
			<dl className="headline small">
				{MORE.map((id) => (
					<Figure key={id} id={id} view={view} />
				))}
			</dl>
		</section>
	);
}

function Figure({ id, view, large = false }: { id: FigureId; view: NumbersView; large?: boolean }) {
	const { i18n } = useLingui();
	const { currency } = view.basis;
	const split = id === 'gross' || id === 'net' ? view.split?.[id] : undefined;
	return (
		<div className="panel" title={i18n._(MEASURE_MEANINGS[id])}>
			<dt>
				{i18n._(MEASURE_WORDS[id])}
				{MEASURES[id].unit === 'money' && <span className="faint"> {currency}</span>}
			</dt>
			<dd className="num">
				<b>{figureText(shownLanguage(), id, view.total[id], currency)}</b>
				{view.compared && <Change id={id} share={changeOf(id, view.total, view.compared)} />}
			</dd>
			{large && split && <Split split={split} currency={currency} />}
		</div>
	);
}

/** Green and red only where more is plainly better; elsewhere the sign says it. */
export function Change({ id, share }: { id: FigureId; share: number | null }) {
	const { t } = useLingui();
	if (share === null)
		return (
			<span className="faint" title={t`Nothing to compare with`}>
				—
			</span>
		);
	const tone = !MORE_IS_BETTER.has(id) ? 'soft' : share > 0 ? 'up' : share < 0 ? 'down' : 'soft';
	return <span className={tone}>{formatPercent(shownLanguage(), share, true)}</span>;
}

function Split({ split, currency }: { split: ChangeView; currency: string }) {
	const amount = (minor: string): string => signedAmount(shownLanguage(), minor, currency);
	return (
		<dd className="split num soft">
			<span>
				<Trans>Trade {amount(split.tradeMinor)}</Trans>
			</span>
			<span>
				<Trans>Exchange {amount(split.exchangeMinor)}</Trans>
			</span>
		</dd>
	);
}

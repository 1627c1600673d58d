import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { MoneyView, OrderDetailView, OrderProfitView, SettledView } from '@pangea/api';
import { BILLS } from '@pangea/domain';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatAmount, formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { Amount } from '../../ui/figures.tsx';
import { FEE_WORDS, SETTLEMENT_WORDS } from '../../words.ts';

/** From the bill down to what is left, each part by its name; what cannot be said is said. */
export function Profit({ order, profit }: { order: OrderDetailView; profit: OrderProfitView }) {
	const { t } = useLingui();
	return (
		<>
			<dl className="sums">
				{profit.settled ? <Settled settled={profit.settled} /> : <Told order={order} profit={profit} />}
				<Part name={profit.settled ? t`Settled proceeds` : t`Proceeds`} money={profit.proceeds} sum />
				{profit.goods.map((money) => (
					<Part key={`goods ${money.currency}`} name={t`Cost of goods`} money={less(money)} />
				))}
				{profit.inbound.map((money) => (
					<Part key={`inbound ${money.currency}`} name={t`Inbound shipping`} money={less(money)} />
				))}
				<Part name={profit.settled ? t`Settled profit` : t`Estimated profit`} money={profit.profit} sum />
			</dl>
			<p className="faint">
				<Gap order={order} profit={profit} />
				<Beside profit={profit} />
				{profit.rateDay !== null && (
					<>
						{' '}
						<Trans>Costs at the rate of {formatDay(shownLanguage(), `${profit.rateDay}T12:00:00Z`, 'UTC')}.</Trans>
					</>
				)}
			</p>
		</>
	);
}

/** What the order itself tells. */
function Told({ order, profit }: { order: OrderDetailView; profit: OrderProfitView }) {
	const { t, i18n } = useLingui();
	const wordOf = (kind: string): string => {
		const word = FEE_WORDS[kind];
		return word ? i18n._(word) : kind;
	};
	const tax = BILLS[order.platform].tax === 'held' ? order.money.tax : undefined;
	return (
		<>
			<Part name={t`Bill before refunds`} money={profit.gross} />
			{isSome(profit.refund) && <Part name={t`Refunded`} money={profit.refund} />}
			{profit.proceeds !== null && isSome(tax ?? null) && <Part name={t`Tax`} money={less(tax ?? null)} />}
			{order.fees
				.filter((fee) => fee.amount.currency === order.currency)
				.map((fee) => (
					<Part
						key={fee.externalId}
						name={
							<>
								{wordOf(fee.kind)} <small className="raw">{fee.rawKind}</small>
							</>
						}
						money={less(fee.amount)}
					/>
				))}
			{isSome(profit.remainder) && <Part name={t`Kept by the platform without a name`} money={less(profit.remainder)} />}
		</>
	);
}

/** What the platform's statements book for the order. */
function Settled({ settled }: { settled: SettledView }) {
	const { i18n } = useLingui();
	return settled.parts.map(({ kind, amount }) => <Part key={kind} name={i18n._(SETTLEMENT_WORDS[kind])} money={amount} />);
}

/** What is held back, and how far the statements and the order's own word lie apart. */
function Beside({ profit }: { profit: OrderProfitView }) {
	const { held, settled } = profit;
	const language = shownLanguage();
	const text = (money: MoneyView): string => `${formatAmount(language, money)} ${money.currency}`;
	return (
		<>
			{isSome(held) && held && (
				<>
					{' '}
					<Trans>The platform announces {text(held)} and holds it back.</Trans>
				</>
			)}
			{isSome(settled?.difference ?? null) && settled?.estimate && settled.difference && (
				<>
					{' '}
					<Trans>
						The order told {text(settled.estimate)}; the statements differ by {text(settled.difference)}.
					</Trans>
				</>
			)}
		</>
	);
}

function Part({ name, money, sum = false }: { name: ReactNode; money: MoneyView | null; sum?: boolean }) {
	return (
		<div className={sum ? 'sum' : ''}>
			<dt>{name}</dt>
			<dd>{money === null ? <span className="faint">—</span> : <Amount money={money} />}</dd>
		</div>
	);
}

function Gap({ order, profit }: { order: OrderDetailView; profit: OrderProfitView }) {
	const { t } = useLingui();
	switch (profit.gap) {
		case 'proceedsUntold':
			return t`The platform does not tell with the order what it charges, and no statement covers it yet. So nobody can say the profit.`;
		case 'costMissing': {
			const [first] = order.lines.flatMap((line) => line.sellerSku ?? []);
			return (
				<>
					{order.lines.length === 0 ? (
						t`The platform has not told any item of this order.`
					) : (
						<Plural
							value={profit.unitsWithoutCost}
							one="# unit has no cost on the day of the order."
							other="# units have no cost on the day of the order."
						/>
					)}{' '}
					{first !== undefined && (
						<Link to="/numbers/costs" search={{ sku: first }}>
							{t`State a cost`}
						</Link>
					)}
				</>
			);
		}
		case 'rateMissing':
			return t`There is no exchange rate of the day for the currency of a cost.`;
		case null:
			return profit.settled
				? t`Settled: as the platform's statements book it, before overheads.`
				: t`An estimate: as the order tells it, before ads and overheads.`;
	}
}

function isSome(money: MoneyView | null): boolean {
	return money !== null && money.amountMinor !== '0';
}

/** The same amount taken off. */
function less(money: MoneyView | null): MoneyView | null {
	if (money === null || money.amountMinor === '0') return money;
	const { amountMinor, currency } = money;
	return { amountMinor: amountMinor.startsWith('-') ? amountMinor.slice(1) : `-${amountMinor}`, currency };
}

import { Trans, useLingui } from '@lingui/react/macro';
import type { CopyRulesView } from '@pangea/api';
import { type DraftGap, endPrice, formatDecimal, type ListingDraft, PRICE_ENDINGS, type PriceEnding } from '@pangea/domain';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { formatDay, formatMoney } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { Field } from './attribute-field.tsx';
import { ENDING_WORDS } from './words.ts';

interface PriceFieldProps {
	told: CopyRulesView;
	price: ListingDraft['price'];
	gap: DraftGap | undefined;
	onChange: (price: ListingDraft['price']) => void;
}

/** The price in the currency that the store asks for, with what the best seller's price would be there. */
export function PriceField({ told: { rules, proposal, floor }, price, gap, onChange }: PriceFieldProps) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const [ending, setEnding] = useState<PriceEnding>('ninetyNine');
	const say = (amount: string): void => onChange(amount === '' ? null : { amount, currency: rules.currency });
	const propose = (): string => {
		const base = BigInt(proposal?.amount.amountMinor ?? '0');
		// No literal: the compiler of components loses those of bigint.
		const least = BigInt(floor?.amountMinor ?? '0');
		return formatDecimal({ amountMinor: endPrice(base > least ? base : least, rules.currency, ending), currency: rules.currency });
	};
	const label =
		rules.price === 'paid' ? t`What the buyer pays, in ${rules.currency}` : t`What is left to you of one unit, in ${rules.currency}`;
	return (
		<div className="copy-price">
			<Field
				label={label}
				required
				gap={gap}
				id="copy-price"
				hint={
					rules.price === 'received'
						? t`The platform adds its fees and freight: the buyer pays more than this.`
						: rules.price === 'proposed'
							? t`Your proposal: the platform reviews it, and sets by itself what buyers pay.`
							: undefined
				}
			>
				<Input
					id="copy-price"
					inputMode="decimal"
					suffix={rules.currency}
					value={price?.amount ?? ''}
					{...(gap && { status: 'warning' as const })}
					onChange={(event) => say(event.target.value.trim())}
				/>
			</Field>
			{proposal && (
				<div className="copy-proposal">
					<small className="soft">
						<Trans>
							The best seller's price, {formatMoney(language, proposal.from)}, is {formatMoney(language, proposal.amount)} here
						</Trans>
						{proposal.rateDay !== null && <> · {t`rate of ${formatDay(language, `${proposal.rateDay}T12:00:00Z`, 'UTC')}`}</>}
						{floor && <> · {t`a unit costs ${formatMoney(language, floor)}, landed`}</>}
					</small>
					<span>
						<Select
							size="small"
							aria-label={t`How prices end`}
							value={ending}
							options={PRICE_ENDINGS.map((value) => ({ value, label: i18n._(ENDING_WORDS[value]) }))}
							onChange={(next: PriceEnding) => setEnding(next)}
						/>
						<Button size="small" onClick={() => say(propose())}>
							{t`Take ${propose()}`}
						</Button>
					</span>
				</div>
			)}
		</div>
	);
}

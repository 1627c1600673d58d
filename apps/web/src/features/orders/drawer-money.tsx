import { useLingui } from '@lingui/react/macro';
import type { OrderDetailView } from '@pangea/api';
import { MONEY_PARTS } from '@pangea/domain';
import { useMay } from '../../session.tsx';
import { FEE_WORDS, MONEY_WORDS, TAX_WORDS } from '../../words.ts';
import { Amount } from '../../ui/figures.tsx';

export function Money({ order }: { order: OrderDetailView }) {
	const { t, i18n } = useLingui();
	const may = useMay('fields.revenue');
	const told = MONEY_PARTS.filter((part) => order.money[part] !== undefined);
	if (!may) return <p className="faint">{t`Amounts are hidden from you. An owner of the workspace can show them.`}</p>;
	if (told.length === 0) return <p className="faint">{t`The platform has not told any amount of this order.`}</p>;
	return (
		<>
			<dl className="sums">
				{told.map((part) => (
					<div key={part} className={part === 'total' ? 'sum' : ''}>
						<dt>{i18n._(MONEY_WORDS[part])}</dt>
						<dd>
							<Amount money={order.money[part] ?? null} computed={part === 'total' && order.totalComputed} />
						</dd>
					</div>
				))}
			</dl>
			<p className="faint">
				{i18n._(TAX_WORDS[order.taxBasis])}
				{order.totalComputed && ` · ${t`The total is summed by us: the platform sends none.`}`}
			</p>
		</>
	);
}

export function Fees({ order }: { order: OrderDetailView }) {
	const { i18n } = useLingui();
	return (
		<dl className="sums">
			{order.fees.map((fee) => {
				const word = FEE_WORDS[fee.kind];
				return (
					<div key={fee.externalId}>
						<dt>
							{word ? i18n._(word) : fee.kind} <small className="raw">{fee.rawKind}</small>
						</dt>
						<dd>
							<Amount money={fee.amount} />
						</dd>
					</div>
				);
			})}
		</dl>
	);
}

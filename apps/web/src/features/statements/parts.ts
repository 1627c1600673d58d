import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { StatementView } from '@pangea/api';
import type { SettlementKind } from '@pangea/domain';

/** Columns of a statement, each with the kinds of lines that it adds up. A payout is the total itself. */
export const PARTS = [
	{ id: 'goods', name: msg`Goods less refunds`, kinds: ['sale', 'refund'] },
	{ id: 'fees', name: msg`Fees`, kinds: ['commission', 'service', 'fulfilment'] },
	{ id: 'advertising', name: msg`Advertising`, kinds: ['advertising'] },
	{ id: 'shipping', name: msg`Shipping`, kinds: ['shippingCharged', 'shippingPaid'] },
	{ id: 'tax', name: msg`Tax`, kinds: ['tax'] },
	{ id: 'adjustment', name: msg`Adjustments`, kinds: ['adjustment'] },
	{ id: 'reserve', name: msg`Reserve`, kinds: ['reserve'] },
	{ id: 'unknown', name: msg`Without a name`, kinds: ['unknown'] },
] as const satisfies readonly { id: string; name: MessageDescriptor; kinds: readonly SettlementKind[] }[];

/** Minor units of the statement's currency. */
export function partOf(row: StatementView, kinds: readonly SettlementKind[]): string {
	return row.parts
		.filter(({ kind }) => kinds.includes(kind))
		.reduce((sum, { amount }) => sum + BigInt(amount.amountMinor), 0n)
		.toString();
}

/** The platforms' words for where a payout stands, as far as their documents name them. */
export const PAYOUT_WORDS: Readonly<Record<string, MessageDescriptor>> = {
	PAID: msg`paid out`,
	PROCESSING: msg`on its way`,
	FAILED: msg`failed`,
};

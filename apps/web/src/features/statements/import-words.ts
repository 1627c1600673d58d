import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { SettlementKind, StatementCause, StatementColumn } from '@pangea/domain';

export const STATEMENT_COLUMN_WORDS: Record<StatementColumn, MessageDescriptor> = {
	booking: msg`Number of the booking`,
	order: msg`Order number`,
	word: msg`What it is`,
	amount: msg`Amount, below zero for what is kept`,
	currency: msg`Currency`,
	day: msg`Booked on`,
	sku: msg`Seller SKU`,
};

/** What is wrong with a row, and what to do about it. */
export const STATEMENT_CAUSE_WORDS: Record<StatementCause, MessageDescriptor> = {
	wordMissing: msg`Nothing says what the row is`,
	amountMissing: msg`The amount is missing`,
	amountWrong: msg`This is no number; check which sign parts the fraction`,
	tooManyDecimals: msg`More decimals than the currency has`,
	currencyMissing: msg`There is no currency; choose one for all rows, or a column`,
	currencyUnknown: msg`This is no currency code such as CNY`,
	dayMissing: msg`There is no day; choose one for all rows, or a column`,
	dayWrong: msg`This is no day such as 2026-11-28`,
	tooLong: msg`Longer than 200 characters`,
};

export const KIND_WORDS: Record<SettlementKind, MessageDescriptor> = {
	sale: msg`Goods sold`,
	refund: msg`Refund of goods`,
	commission: msg`Commission`,
	fulfilment: msg`Fulfilment`,
	advertising: msg`Advertising`,
	service: msg`Service fee`,
	shippingCharged: msg`Shipping paid by the buyer`,
	shippingPaid: msg`Shipping paid by the seller`,
	tax: msg`Tax`,
	adjustment: msg`Adjustment`,
	reserve: msg`Reserve`,
	payout: msg`Payout`,
	unknown: msg`Without a name`,
};

import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { CostCause, CostColumn } from '@pangea/domain';

export const COST_COLUMN_WORDS: Record<CostColumn, MessageDescriptor> = {
	sku: msg`Seller SKU`,
	day: msg`Holds from`,
	amount: msg`Cost of one unit`,
	currency: msg`Currency`,
	inbound: msg`Inbound shipping of one unit`,
};

/** What is wrong with a row, and what to do about it. */
export const COST_CAUSE_WORDS: Record<CostCause, MessageDescriptor> = {
	skuMissing: msg`The SKU is missing`,
	skuTooLong: msg`The SKU is longer than 255 characters`,
	dayMissing: msg`There is no day; choose one for all rows, or a column`,
	dayWrong: msg`This is no day such as 2026-11-28`,
	amountMissing: msg`The cost is missing`,
	amountWrong: msg`This is no number; check which sign parts the fraction`,
	amountNegative: msg`A cost is not below zero`,
	tooManyDecimals: msg`More decimals than the currency has`,
	currencyMissing: msg`There is no currency; choose one for all rows, or a column`,
	currencyUnknown: msg`This is no currency code such as CNY`,
	twice: msg`The same SKU and day as in an earlier row`,
};

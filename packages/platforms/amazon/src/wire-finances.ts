import { LONGEST_ID, LONGEST_NUMBER } from '@pangea/platform-contract';
import * as z from 'zod';

/* What Amazon says of money (contract §12). Only fields that we read are named; most "enums" are open. */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);
const text = z
	.union([z.string(), z.number()])
	.transform(String)
	.nullish()
	.transform((value) => value || null);
const records = z
	.array(z.unknown())
	.nullish()
	.transform((value) => value ?? []);

/** A JSON number of the major unit, which lossless reading keeps as the text that was sent. */
const amount = z.union([z.string().max(LONGEST_NUMBER), z.number()]).transform(String);
const money = z.object({ currencyAmount: amount, currencyCode: id });
export type WireAmount = z.infer<typeof money>;

export const wireTransactions = z.object({ payload: z.object({ nextToken: text, transactions: records }) });

/** One step of the tree that tells how an amount comes about. */
export const wireBreakdown = z.object({ breakdownType: id, breakdownAmount: money, breakdowns: z.unknown().optional() });

const context = z.object({ contextType: text, sku: text });

export const wireTransactionItem = z.object({
	totalAmount: money.nullish(),
	breakdowns: z.unknown().optional(),
	contexts: z.array(context).nullish(),
});
export type WireTransactionItem = z.infer<typeof wireTransactionItem>;

export const wireTransaction = z.object({
	transactionId: id,
	transactionType: id,
	transactionStatus: id,
	postedDate: id,
	totalAmount: money,
	relatedIdentifiers: z.array(z.object({ relatedIdentifierName: text, relatedIdentifierValue: text })).nullish(),
	items: z.array(wireTransactionItem).nullish(),
	breakdowns: z.unknown().optional(),
});
export type WireTransaction = z.infer<typeof wireTransaction>;

/** Of a record that may be unreadable otherwise: which it is, and where it belongs. */
export const wireTransactionKey = z.object({
	transactionId: text,
	marketplaceDetails: z.object({ marketplaceId: text }).nullish(),
	sellingPartnerMetadata: z.object({ marketplaceId: text }).nullish(),
});

const moneyV0 = z.object({ CurrencyAmount: amount, CurrencyCode: id });

export const wireGroups = z.object({ payload: z.object({ NextToken: text, FinancialEventGroupList: records }) });

/** A settlement period. */
export const wireGroup = z.object({
	FinancialEventGroupId: id,
	ProcessingStatus: text,
	FundTransferStatus: text,
	OriginalTotal: moneyV0.nullish(),
	TraceId: text,
	FinancialEventGroupEnd: text,
});
export type WireGroup = z.infer<typeof wireGroup>;

import {
	type Money,
	MoneyError,
	parseInstant,
	parseMoney,
	type Settlement,
	type SettlementKind,
	type SettlementLine,
	type SettlementState,
	type Statement,
} from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { type WireAmount, wireBreakdown, type WireGroup, type WireTransaction, type WireTransactionItem } from './wire-finances.ts';

/**
 * Amazon publishes no list of its words; these are plain in themselves. Of a path the innermost word that is known tells the kind; any other is
 * booked without one.
 */
const KINDS: Readonly<Record<string, SettlementKind>> = {
	ProductCharges: 'sale',
	Principal: 'sale',
	OurPricePrincipal: 'sale',
	OurPriceDiscount: 'sale',
	GiftwrapPrincipal: 'sale',
	GoodwillPrincipal: 'refund',
	RestockingDeductionPrincipal: 'refund',
	Shipping: 'shippingCharged',
	ShippingPrincipal: 'shippingCharged',
	ShippingDiscount: 'shippingCharged',
	ShippingChargeback: 'shippingPaid',
	Commission: 'commission',
	RefundCommission: 'commission',
	FBAFees: 'fulfilment',
	FBAPerUnitFulfillmentFee: 'fulfilment',
	FBAStorageFee: 'fulfilment',
	FBALongTermStorageFee: 'fulfilment',
	FBAInboundTransportationFee: 'fulfilment',
	FBAInboundConvenienceFee: 'fulfilment',
	FBARemovalFee: 'fulfilment',
	FBADisposalFee: 'fulfilment',
	AdvertisingFee: 'advertising',
	AdvertisingFeeRefund: 'advertising',
	AmazonFees: 'service',
	Subscription: 'service',
	PaidServicesFee: 'service',
	GiftwrapChargeback: 'service',
	Tax: 'tax',
	OurPriceTax: 'tax',
	ShippingTax: 'tax',
	GiftwrapTax: 'tax',
	RestockingDeductionTax: 'tax',
	FBAInventoryReimbursement: 'adjustment',
	FBAReversedReimbursement: 'adjustment',
	ReserveCredit: 'reserve',
	ReserveDebit: 'reserve',
	FundTransfer: 'payout',
};
/** Taxes that Amazon collects and pays itself come with what they are on. */
const TAX_FAMILIES = ['MarketplaceFacilitatorTax-', 'MarketplaceFacilitatorVAT-', 'LowValueGoodsTax-'];
const PAID_BACK = new Set(['Refund', 'GuaranteeClaim', 'Chargeback']);
const PAYOUT = 'Transfer';

const STATES: Readonly<Record<string, SettlementState>> = {
	DEFERRED: 'deferred',
	RELEASED: 'released',
	// Its release is booked as a transaction of its own (contract §12).
	DEFERRED_RELEASED: 'replaced',
};

/** Deeper trees are not walked: what lies below is booked under the last name. */
const DEEPEST = 12;

export class UnknownStatusError extends Error {
	override name = 'UnknownStatusError';
}

/**
 * Pure.
 * @throws MoneyError, TimeError; UnknownStatusError for a status of which nobody can say whether it is final
 */
export function toSettlement(wire: WireTransaction, knownAt: string): Settlement {
	const named = (name: string): string | null =>
		(wire.relatedIdentifiers ?? []).find((one) => one.relatedIdentifierName === name)?.relatedIdentifierValue ?? null;
	const state = entryOf(STATES, wire.transactionStatus.toUpperCase());
	if (!state) throw new UnknownStatusError(`transactionStatus ${JSON.stringify(wire.transactionStatus)} is not one that we know`);
	const replaces = named('DEFERRED_TRANSACTION_ID');
	return {
		externalId: wire.transactionId,
		statementId: named('FINANCIAL_EVENT_GROUP_ID'),
		externalOrderId: named('ORDER_ID'),
		rawType: wire.transactionType,
		state,
		postedAt: parseInstant(wire.postedDate),
		knownAt,
		lines: linesOf(wire),
		...(state === 'released' && replaces !== null && { replaces }),
	};
}

/** Null for a period that is still open. Pure. @throws MoneyError, TimeError */
export function toStatement(wire: WireGroup, knownAt: string): Statement | null {
	const { OriginalTotal: total, FinancialEventGroupEnd: end, ProcessingStatus: processing } = wire;
	if (!total || end === null || processing?.toUpperCase() === 'OPEN') return null;
	return {
		externalId: wire.FinancialEventGroupId,
		total: parseMoney(total.CurrencyAmount, total.CurrencyCode),
		closedAt: parseInstant(end),
		rawStatus: wire.FundTransferStatus ?? processing ?? '',
		payoutId: wire.TraceId,
		knownAt,
	};
}

/**
 * The same money is told twice, by item and for the whole. The items' word is taken where it comes to the whole, since it names SKUs; else the
 * whole's. What either leaves open is a line without a kind, so the lines always come to the total, to the minor unit.
 */
function linesOf(wire: WireTransaction): SettlementLine[] {
	const { currencyCode: currency } = wire.totalAmount;
	const total = minorOf(wire.totalAmount, currency);
	const items = wire.items ?? [];
	const ofItem = (item: WireTransactionItem): bigint => (item.totalAmount ? minorOf(item.totalAmount, currency) : 0n);
	const isWhole = items.some(({ breakdowns }) => listOf(breakdowns).length > 0) && sum(items.map(ofItem)) === total;
	const of = (sku: string | null) => ({ currency, sku, type: wire.transactionType });
	const [only] = items;
	const lines = isWhole
		? items.flatMap((item) => {
				const about = of(skuOf(item));
				return whole(['items', 'totalAmount'], ofItem(item), tree([], item.breakdowns, about), about);
			})
		: tree([], wire.breakdowns, of(only && items.length === 1 ? skuOf(only) : null));
	return whole(['totalAmount'], total, lines, of(null)).filter(({ amount }) => amount.amountMinor !== 0n);
}

interface About {
	currency: string;
	sku: string | null;
	/** Of the transaction. */
	type: string;
}

function tree(path: readonly string[], breakdowns: unknown, about: About): SettlementLine[] {
	return listOf(breakdowns).flatMap((record) => {
		const step = wireBreakdown.safeParse(record);
		// Its money is in what the step above it leaves open.
		if (!step.success) return [];
		const { breakdownType, breakdownAmount, breakdowns: below } = step.data;
		const here = [...path, breakdownType];
		const amountMinor = minorOf(breakdownAmount, about.currency);
		const steps = here.length < DEEPEST ? listOf(below) : [];
		return steps.length === 0 ? [line(here, amountMinor, about)] : whole(here, amountMinor, tree(here, steps, about), about);
	});
}

/** The lines within an amount, and what they leave open of it. */
function whole(path: readonly string[], amountMinor: bigint, lines: SettlementLine[], about: About): SettlementLine[] {
	const rest = amountMinor - sum(lines.map(({ amount }) => amount.amountMinor));
	return [...lines, { ...line(path, rest, about), kind: 'unknown' }];
}

function line(path: readonly string[], amountMinor: bigint, { currency, sku, type }: About): SettlementLine {
	const amount: Money = { amountMinor, currency };
	return { kind: kindOf(path, type), rawKind: path.join(' / '), externalLineId: null, sellerSku: sku, amount };
}

function kindOf(path: readonly string[], type: string): SettlementKind {
	if (type === PAYOUT) return 'payout';
	for (const word of path.toReversed()) {
		// The published example writes words apart, answers do not.
		const kind = entryOf(KINDS, word.replaceAll(' ', ''));
		if (kind) return kind === 'sale' && PAID_BACK.has(type) ? 'refund' : kind;
		if (TAX_FAMILIES.some((family) => word.startsWith(family))) return 'tax';
	}
	return 'unknown';
}

function skuOf({ contexts }: WireTransactionItem): string | null {
	return (contexts ?? []).find(({ contextType }) => contextType === 'ProductContext')?.sku ?? null;
}

/** A list, or the list within an object of the same name, as the published example has it. */
function listOf(breakdowns: unknown): unknown[] {
	if (Array.isArray(breakdowns)) return breakdowns;
	const inner: unknown = typeof breakdowns === 'object' && breakdowns !== null && 'breakdowns' in breakdowns ? breakdowns.breakdowns : null;
	return Array.isArray(inner) ? inner : [];
}

/** @throws MoneyError also for an amount of another currency, which is in no sum of its transaction */
function minorOf({ currencyAmount, currencyCode }: WireAmount, currency: string): bigint {
	if (currencyCode !== currency) throw new MoneyError(`An amount in ${currencyCode} within one in ${currency}`);
	return parseMoney(currencyAmount, currencyCode).amountMinor;
}

function sum(minor: readonly bigint[]): bigint {
	return minor.reduce((all, one) => all + one, 0n);
}

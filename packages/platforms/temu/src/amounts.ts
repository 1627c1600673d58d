import {
	addMoney,
	currencyExponent,
	MoneyError,
	type Money,
	type MoneyPart,
	negateMoney,
	type OrderMoney,
	type TaxBasis,
} from '@pangea/domain';
import { entryOf, type Json, type RawReply, type StoreContext } from '@pangea/platform-contract';
import { callForStore } from './client.ts';
import { AMOUNT_VARIANT_ELSEWHERE, hasCode, isNotGranted, STILL_CALCULATING, TemuError } from './errors.ts';
import type { Permissions } from './permissions.ts';
import { siteById } from './sites.ts';
import { amountSchema, causeOf, moneySchema } from './wire.ts';

/**
 * Decimals of the integer `amount` by currency, where they are not the ISO ones or not certain. The documentation says "minor units" and
 * prints whole-number listing prices for JPY, KRW and NOK; no live reply confirms any of these four (contract §11, §15.3).
 */
const UNCONFIRMED_SCALES: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, NOK: 2, HUF: 2 };

/** Decimals by currency that an operator has checked against a live order; they replace the assumption and its warning. */
export type ConfirmedScales = Readonly<Record<string, number>>;

export interface LineAmounts {
	unitPrice: Money | null;
	discount: Money | null;
	tax: Money | null;
}

export interface OrderAmounts {
	parentOrderSn: string;
	money: OrderMoney;
	lines: Map<string, LineAmounts>;
	warnings: string[];
}

/**
 * Turns Temu's integer into minor units of ISO 4217. `assumed` says that the currency's scale is not confirmed.
 * @throws MoneyError for a currency ISO 4217 does not have and for a fraction it cannot express.
 */
export function toMoney(wire: { currency: string; amount: string }, confirmed: ConfirmedScales): { money: Money; assumed: boolean } {
	const { currency } = wire;
	const amount = BigInt(wire.amount);
	const exponent = currencyExponent(currency);
	const known = entryOf(confirmed, currency);
	const assumption = known === undefined ? entryOf(UNCONFIRMED_SCALES, currency) : undefined;
	const shift = exponent - (known ?? assumption ?? exponent);
	const assumed = assumption !== undefined;
	if (shift >= 0) return { money: { amountMinor: amount * 10n ** BigInt(shift), currency }, assumed };
	const divisor = 10n ** BigInt(-shift);
	if (amount % divisor !== 0n) throw new MoneyError(`${currency} has no such fraction`);
	return { money: { amountMinor: amount / divisor, currency }, assumed };
}

type Fields = Readonly<Record<string, unknown>>;

/** Takes money by field name, in one currency, and remembers what it could not take. */
class Purse {
	currency: string | null = null;
	readonly warnings = new Set<string>();
	readonly #confirmed: ConfirmedScales;

	constructor(confirmed: ConfirmedScales) {
		this.#confirmed = confirmed;
	}

	take(fields: Fields, name: string): Money | null {
		const wire = fields[name];
		if (wire === null || wire === undefined) return null;
		const parsed = moneySchema.safeParse(wire);
		if (!parsed.success) return this.#refuse(`order_amount_unreadable:${name}`);
		if (parsed.data.currency !== (this.currency ?? parsed.data.currency)) return this.#refuse(`order_amount_currency_differs:${name}`);
		try {
			const { money, assumed } = toMoney(parsed.data, this.#confirmed);
			this.currency = money.currency;
			if (assumed && money.amountMinor !== 0n) this.warnings.add(`order_amount_scale_unconfirmed:${money.currency}`);
			return money;
		} catch (error) {
			if (!(error instanceof MoneyError)) throw error;
			return this.#refuse(`order_amount_unreadable:${name}`);
		}
	}

	/** The first of the named fields that has money. */
	first(fields: Fields, ...names: string[]): Money | null {
		for (const name of names) {
			const money = this.take(fields, name);
			if (money) return money;
		}
		return null;
	}

	#refuse(warning: string): null {
		this.warnings.add(warning);
		return null;
	}
}

function sum(...amounts: (Money | null)[]): Money | null {
	return amounts.reduce((total, money) => (total && money ? addMoney(total, money) : (total ?? money)), null);
}

function minus(money: Money | null): Money | null {
	return money && negateMoney(money);
}

type Parts = Record<Exclude<MoneyPart, 'giftWrap'>, Money | null>;

/**
 * Reads the result of an amount API in any of its three forms. Parts that are absent stay absent.
 * @throws ZodError when the document is no amount document.
 */
export function readAmounts(result: Json, confirmed: ConfirmedScales): OrderAmounts {
	const { parentOrderMap, orderList, warning } = amountSchema.parse(result);
	const purse = new Purse(confirmed);
	const proceeds = asFields(parentOrderMap['salesProceeds']);
	const paid = asFields(parentOrderMap['customerPaid']);
	const layered = proceeds !== null && paid !== null && !moneySchema.safeParse(paid).success;
	const { parts, taxBasis } = layered ? layeredParts(purse, proceeds, paid) : flatParts(purse, parentOrderMap);
	const lines = new Map(orderList.map((line) => [line.orderSn, layered ? layeredLine(purse, line, taxBasis) : flatLine(purse, line)]));
	return {
		parentOrderSn: parentOrderMap.parentOrderSn,
		money: { currency: purse.currency ?? '', taxBasis, parts: present(parts), totalComputed: false },
		lines,
		warnings: [...warning, ...purse.warnings],
	};
}

function asFields(value: unknown): Fields | null {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : null;
}

function present(parts: Parts): Partial<Record<MoneyPart, Money>> {
	return Object.fromEntries(Object.entries(parts).flatMap(([part, money]) => (money === null ? [] : [[part, money]])));
}

// bg.order.amount.query. customerPaid = retailPriceTotal + shippingAmountTotal + taxTotal − refundsTotal + signOnDelivery − totalDiscount.
function flatParts(purse: Purse, map: Fields): { parts: Parts; taxBasis: TaxBasis } {
	const total = purse.take(map, 'customerPaid');
	const items = purse.first(map, 'retailPriceTotal', 'retailPriceTotalTaxExcl');
	const parts: Parts = {
		items,
		shipping: purse.take(map, 'shippingAmountTotal'),
		tax: purse.take(map, 'taxTotal'),
		otherCharges: purse.take(map, 'signOnDelivery'),
		sellerDiscount: minus(purse.take(map, 'discountFromSeller')),
		platformDiscount: minus(purse.take(map, 'discountFromTEMU')),
		shippingDiscount: null,
		refund: minus(purse.take(map, 'refundsTotal')),
		total,
		estimatedPayout: purse.take(map, 'estimatedRevenue'),
	};
	return { parts, taxBasis: flatBasis(purse, map, parts) };
}

// The formula adds tax to the retail price, so the price is net. Where a reply does not obey it, nobody knows what the price contains.
function flatBasis(purse: Purse, map: Fields, parts: Parts): TaxBasis {
	if (!parts.items || !parts.total) return 'unknown';
	const discount = purse.take(map, 'totalDiscount') ?? minus(sum(parts.sellerDiscount, parts.platformDiscount));
	const billed = sum(parts.items, parts.shipping, parts.tax, parts.otherCharges, parts.refund, minus(discount));
	if (billed?.amountMinor === parts.total.amountMinor) return 'net';
	purse.warnings.add('order_amount_formula_differs');
	return 'unknown';
}

function flatLine(purse: Purse, line: Fields): LineAmounts {
	return {
		unitPrice: purse.first(line, 'unitRetailPriceVatExcl', 'unitRetailPrice'),
		discount: minus(sum(purse.take(line, 'discountFromSeller'), purse.take(line, 'discountFromTEMU'))),
		tax: purse.take(line, 'productTaxAmount'),
	};
}

// temu.order.amount.v2.query, and v3 whose inner fields no mirror lists: the names with and without tax are both tried.
function layeredParts(purse: Purse, proceeds: Fields, paid: Fields): { parts: Parts; taxBasis: TaxBasis } {
	const net = purse.take(paid, 'retailPriceTotalTaxExcl');
	const items = net ?? purse.take(paid, 'retailPriceTotalTaxIncl');
	const parts: Parts = {
		items,
		shipping: purse.first(paid, 'shippingTotalTaxExcl', 'shippingTotalTaxIncl'),
		tax: sum(purse.take(paid, 'productTaxCustomerTotal'), purse.take(paid, 'shippingTaxCustomerTotal')),
		otherCharges: null,
		sellerDiscount: minus(purse.first(paid, 'retailPriceSellerDiscountTaxExcl', 'retailPriceSellerDiscountTaxIncl')),
		platformDiscount: minus(purse.first(paid, 'retailPriceTemuDiscountTaxExcl', 'retailPriceTemuDiscountTaxIncl')),
		shippingDiscount: minus(purse.first(paid, 'shippingTemuTotalTaxExcl', 'shippingTemuTotalTaxIncl')),
		refund: minus(purse.take(paid, 'productRefundsTotal')),
		total: purse.take(paid, 'customerPaidTotal'),
		estimatedPayout: purse.take(proceeds, 'estimatedSettlementTotal'),
	};
	return { parts, taxBasis: net ? 'net' : items ? 'gross' : 'unknown' };
}

function layeredLine(purse: Purse, line: Fields, basis: TaxBasis): LineAmounts {
	const full = purse.take(line, 'retailPriceTotalTaxExcl');
	const discounted = purse.take(line, 'retailPriceDiscountedTotalTaxExcl');
	return {
		unitPrice: purse.take(line, basis === 'gross' ? 'unitRetailPriceTaxIncl' : 'unitRetailPriceTaxExcl'),
		discount: full && discounted ? sum(discounted, minus(full)) : null,
		tax: purse.take(line, 'productTax'),
	};
}

/** Amounts of an order, or the reason why there are none, as a warning an operator can look up in the README. */
export type AmountsOrGap = { amounts: OrderAmounts } | { gap: string };

const NOT_GRANTED = 'order_amount_not_granted';
const CALCULATING = 'order_amount_calculating';

const REFUSED = /^[a-z_]+_refused:/;

/** Whether a warning names what may be told later: it is being computed, or was refused for this order and not for want of a permission. */
export function isPassing(warning: string): boolean {
	return warning === CALCULATING || REFUSED.test(warning);
}

const V1 = 'bg.order.amount.query';
const V2 = 'temu.order.amount.v2.query';
const V3 = 'temu.order.amount.v3.query';

/** The amount APIs of a site, the one with more certain fields first. */
export function amountApis(siteId: string | null): readonly string[] {
	const site = siteById(siteId);
	if (site?.country === 'JP' || site?.country === 'KR') return [V2, V1];
	return site?.host === 'eu' ? [V1, V3] : [V1];
}

/**
 * Asks for the amounts of one order: one request, or one more where a site has another variant. The answer is read when it is asked for.
 * @throws PlatformError only for what makes asking again worthwhile or any further call pointless.
 */
export async function fetchAmounts(
	context: StoreContext,
	permissions: Permissions,
	confirmed: ConfirmedScales,
	order: { parentOrderSn: string; siteId: string | null },
): Promise<{ read: () => AmountsOrGap; replies: RawReply[] }> {
	let gap = NOT_GRANTED;
	for (const api of amountApis(order.siteId).filter((name) => permissions.allows(name))) {
		try {
			const { result, reply } = await callForStore(context, 'amount', api, { parentOrderSn: order.parentOrderSn });
			return { read: () => readOrGap(result, confirmed, order.parentOrderSn), replies: [reply] };
		} catch (error) {
			gap = gapOf(error);
			if (isNotGranted(error) || hasCode(error, [AMOUNT_VARIANT_ELSEWHERE])) permissions.refuse(api);
			else break;
		}
	}
	return { read: () => ({ gap }), replies: [] };
}

function readOrGap(result: Json, confirmed: ConfirmedScales, parentOrderSn: string): AmountsOrGap {
	try {
		const amounts = readAmounts(result, confirmed);
		return amounts.parentOrderSn === parentOrderSn ? { amounts } : { gap: 'order_amount_of_another_order' };
	} catch (error) {
		return { gap: `order_amount_unreadable: ${causeOf(error)}` };
	}
}

function gapOf(error: unknown): string {
	if (!(error instanceof TemuError)) throw error;
	if (isNotGranted(error) || hasCode(error, [AMOUNT_VARIANT_ELSEWHERE])) return NOT_GRANTED;
	if (hasCode(error, STILL_CALCULATING)) return CALCULATING;
	if (error.kind === 'rejected' || error.kind === 'notFound') return `order_amount_refused:${error.code}`;
	throw error;
}

import { addMoney, type Money, type MoneyPart, negateMoney, type OrderMoney, parseMoney, type TaxBasis, zeroMoney } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import type { WireBreakdown, WireItemBreakdown, WireMoney, WireOrder } from './wire.ts';

/** Amounts without currency or number mean "absent", not zero (contract §11). @throws MoneyError */
export function toMoney(wire: WireMoney | null | undefined): Money | null {
	if (!wire?.currencyCode || !wire.amount) return null;
	return parseMoney(wire.amount, wire.currencyCode);
}

/** The price of one piece when the line's price divides without a rest; Amazon states line prices as unit price × quantity. */
export function exactUnitPrice(linePrice: Money | null, quantity: number): Money | null {
	if (!linePrice || quantity <= 0) return null;
	const pieces = BigInt(quantity);
	return linePrice.amountMinor % pieces === 0n ? { amountMinor: linePrice.amountMinor / pieces, currency: linePrice.currency } : null;
}

/** The sum of the breakdowns of a type; a discount is negative whichever sign was sent. Null when the type is absent. */
export function partOf(breakdowns: readonly WireBreakdown[], type: string): Money | null {
	const amounts = breakdowns.filter((b) => b.type === type).flatMap((b) => toMoney(b.subtotal) ?? []);
	const sum = sumOf(amounts);
	return sum && type === 'DISCOUNT' ? negative(sum) : sum;
}

export function sumOf(amounts: readonly Money[]): Money | null {
	const [first, ...rest] = amounts;
	return first ? rest.reduce(addMoney, first) : null;
}

export function negative(amount: Money): Money {
	return amount.amountMinor > 0n ? negateMoney(amount) : amount;
}

const PART_OF_TYPE: Readonly<Record<string, MoneyPart>> = { ITEM: 'items', SHIPPING: 'shipping', GIFT_WRAP: 'giftWrap', TAX: 'tax' };

/**
 * The order's money from `proceeds`: the order's own breakdowns where it has them, else those of its items. Without PROCEEDS and while
 * PENDING there are no parts. `total` is Amazon's grand total, else the sum of the items' totals. @throws MoneyError
 */
export function orderMoney(wire: WireOrder, siteCurrency: string): OrderMoney {
	const own = wire.proceeds?.breakdowns ?? [];
	const ofItems = wire.orderItems.flatMap((i) => i.proceeds?.breakdowns ?? []);
	const breakdowns: readonly WireBreakdown[] = own.length > 0 ? own : ofItems;
	const parts: Partial<Record<MoneyPart, Money>> = {};
	const add = (part: MoneyPart, amount: Money): void => {
		const before = parts[part];
		parts[part] = before ? addMoney(before, amount) : amount;
	};
	for (const breakdown of breakdowns) {
		const amount = toMoney(breakdown.subtotal);
		if (amount && breakdown.type !== 'DISCOUNT') add(entryOf(PART_OF_TYPE, breakdown.type) ?? 'otherCharges', amount);
	}
	const discount = partOf(breakdowns, 'DISCOUNT');
	if (discount) {
		const shipping = shippingShare(ofItems, discount);
		if (shipping) add('shippingDiscount', shipping);
		const rest = shipping ? addMoney(discount, negateMoney(shipping)) : discount;
		if (!shipping || rest.amountMinor !== 0n) add('sellerDiscount', rest);
	}
	const stated = toMoney(wire.proceeds?.grandTotal);
	const itemTotals = wire.orderItems.map((i) => toMoney(i.proceeds?.proceedsTotal));
	const summed = stated || itemTotals.includes(null) ? null : sumOf(itemTotals.flatMap((m) => m ?? []));
	const total = stated ?? summed;
	const taxBasis = basisOf(parts, total);
	if (total) parts.total = total;
	const currency = Object.values(parts)[0]?.currency ?? siteCurrency;
	// One order has one currency; parts in two would be added somewhere as if they were one.
	sumOf(Object.values(parts));
	return { currency, taxBasis, parts, totalComputed: stated === null && summed !== null };
}

/** What of the order's discount is for shipping, where its items tell it apart; only they have details (model `ItemProceedsBreakdown`). */
function shippingShare(ofItems: readonly WireItemBreakdown[], whole: Money): Money | null {
	const details = ofItems.filter((b) => b.type === 'DISCOUNT').flatMap((b) => b.detailedBreakdowns ?? []);
	const share = sumOf(details.filter((d) => d.subtype === 'SHIPPING').flatMap((d) => toMoney(d.value) ?? []));
	if (!share || share.currency !== whole.currency) return null;
	const off = negative(share);
	// More for shipping than at all: the details are of something else.
	return off.amountMinor < whole.amountMinor ? null : off;
}

/**
 * Amazon names no tax basis; the arithmetic of the document does. The parts reach the total only with the tax: prices are net. They reach
 * it without: prices contain it. Neither, or no tax: unknown.
 */
function basisOf(parts: Partial<Record<MoneyPart, Money>>, total: Money | null): TaxBasis {
	const { tax, ...rest } = parts;
	if (!tax || tax.amountMinor === 0n || !total) return 'unknown';
	const withoutTax = sumOf(Object.values(rest)) ?? zeroMoney(total.currency);
	if (addMoney(withoutTax, tax).amountMinor === total.amountMinor) return 'net';
	return withoutTax.amountMinor === total.amountMinor ? 'gross' : 'unknown';
}

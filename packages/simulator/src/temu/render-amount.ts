import { allocate } from '../core/money.ts';
import type { SimLine, SimOrder } from '../core/order.ts';
import { orderSn, parentOrderSn } from './ids.ts';
import { temuSite } from './sites.ts';

const vat: Record<string, number> = { DE: 0.19, JP: 0.1, MX: 0.16 };

/** What one line came to, in minor units. Retail prices are split into tax and the rest where they include it. */
interface LineMoney {
	line: SimLine;
	unitBase: number;
	base: number;
	retail: number;
	tax: number;
	shipping: number;
	shippingTax: number;
	fromSeller: number;
	fromTemu: number;
	rate: number;
}

/** The declared price is what the seller earns, four fifths of what the buyer sees: Temu alone sets the latter (contract temu §5, §7). */
function moneyOf(order: SimOrder): LineMoney[] {
	const rate = vat[order.store.country] ?? 0;
	const within = (amount: number) => amount - Math.round(amount / (1 + rate));
	const shippingOff = allocate(
		order.shippingSellerDiscount,
		order.lines.map((l) => l.shipping),
	);
	return order.lines.map((line, i) => {
		const gross = line.unitPrice * line.quantity;
		const unitBase = Math.round(line.unitPrice * 0.8);
		return {
			line,
			unitBase,
			base: unitBase * line.quantity,
			retail: gross - within(gross),
			tax: within(gross) + line.tax,
			shipping: line.shipping - within(line.shipping),
			shippingTax: within(line.shipping) + line.shippingTax,
			fromSeller: line.sellerDiscount + (shippingOff[i] ?? 0),
			fromTemu: line.platformDiscount,
			rate,
		};
	});
}

const sum = (rows: readonly LineMoney[], of: (row: LineMoney) => number) => rows.reduce((total, row) => total + of(row), 0);

function refunds(order: SimOrder): number {
	if (order.status === 'cancelled') return order.steps.some((s) => s.kind === 'paid') ? order.total : 0;
	return order.return?.state === 'refunded' ? order.return.lines.reduce((total, l) => total + l.amount + l.tax, 0) : 0;
}

/** `bg.order.amount.query`, integer minor units. The US answer is short, the other gateways' split taxes off. */
export function renderAmount(order: SimOrder): Record<string, unknown> {
	const rows = moneyOf(order);
	const money = (amount: number) => ({ currency: order.currency, amount });
	const us = temuSite(order.store.country).gateway === 'us';
	const [base, shipping, retail] = [sum(rows, (r) => r.base), sum(rows, (r) => r.shipping), sum(rows, (r) => r.retail)];
	const [productTax, shipTax] = [sum(rows, (r) => r.tax), sum(rows, (r) => r.shippingTax)];
	const [seller, temu] = [sum(rows, (r) => r.fromSeller), sum(rows, (r) => r.fromTemu)];
	const refunded = refunds(order);
	const parent = {
		parentOrderSn: parentOrderSn(order),
		basePriceTotal: money(base),
		shippingAmountTotal: money(shipping),
		taxTotal: money(productTax + shipTax),
		discountFromSeller: money(seller),
		discountFromTEMU: money(temu),
		refundsTotal: money(refunded),
		estimatedRevenueDeduction: money(seller),
		estimatedRevenue: money(base + shipping - seller),
		retailPriceTotal: money(retail),
		customerPaid: money(retail + shipping + productTax + shipTax - refunded - seller - temu),
		totalDiscount: money(seller + temu),
	};
	const other = {
		shipTaxAmount: money(shipTax),
		shipAmountTotalTaxIncl: money(shipping + shipTax),
		retailPriceTotalTaxIncl: money(retail + productTax),
		retailPriceTotalTaxExcl: money(retail),
		productTaxAmount: money(productTax),
		temuTaxTotal: money(0),
		taxTotalAfterDiscount: money(productTax + shipTax),
	};
	return {
		parentOrderMap: us ? { ...parent, signOnDelivery: money(0) } : { ...parent, ...other },
		orderList: rows.map((row) => amountLine(order, row, us)),
		warning: [],
	};
}

function amountLine(order: SimOrder, row: LineMoney, us: boolean): Record<string, unknown> {
	const money = (amount: number) => ({ currency: order.currency, amount });
	const { line } = row;
	const common = {
		orderSn: orderSn(order, line.number),
		quantity: line.quantity,
		unitBasePrice: money(row.unitBase),
		basePrice: money(row.base),
		unitRetailPrice: money(line.unitPrice),
		discountFromSeller: money(row.fromSeller),
		discountFromTEMU: money(row.fromTemu),
	};
	if (us) return { ...common, shipAmountTotal: money(row.shipping) };
	return {
		...common,
		shipTaxAmount: money(row.shippingTax),
		shipAmountTotalTaxIncl: money(row.shipping + row.shippingTax),
		retailPriceTotalTaxIncl: money(row.retail + row.tax),
		unitRetailPriceVatIncl: money(line.unitPrice),
		unitRetailPriceVatExcl: money(Math.round(row.retail / line.quantity)),
		productTaxAmount: money(row.tax),
		shipTaxRate: row.rate,
		productTaxRate: row.rate,
	};
}

/** `temu.order.amount.v2.query` (Japan, Korea) and `.v3.query` (Europe): proceeds and payment apart. */
export function renderAmountApart(order: SimOrder): Record<string, unknown> {
	const rows = moneyOf(order);
	const money = (amount: number) => ({ currency: order.currency, amount });
	const total = (of: (row: LineMoney) => number) => money(sum(rows, of));
	const shippingTax = total((r) => r.shippingTax);
	return {
		parentOrderMap: {
			parentOrderSn: parentOrderSn(order),
			salesProceeds: {
				basePriceTotal: total((r) => r.base),
				basePriceOff: money(0),
				basePriceSellerDiscount: total((r) => r.fromSeller),
				basePriceDiscountedTotal: total((r) => r.base - r.fromSeller),
				...shippingPart(total),
				productTax: total((r) => r.tax),
				productTaxCustomerDiscounted: total((r) => r.tax),
				productTaxTemu: money(0),
				shippingTax,
				shippingTaxCustomerDiscounted: shippingTax,
				shippingTaxTemu: money(0),
				taxTemuDiscount: money(0),
				estimatedDeduction: money(0),
				estimatedSettlementTotal: total(settlement),
			},
			customerPaid: {
				retailPriceTotalTaxExcl: total((r) => r.retail),
				retailPriceTotalTaxIncl: total((r) => r.retail + r.tax),
				retailPriceSellerDiscountTaxExcl: total((r) => r.fromSeller),
				retailPriceTemuDiscountTaxExcl: total((r) => r.fromTemu),
				retailPriceCustomerTotalTaxExcl: total((r) => r.retail - r.fromSeller - r.fromTemu),
				...shippingPart(total),
				shippingTotalTaxIncl: total((r) => r.shipping + r.shippingTax),
				shippingTax,
				shippingTaxCustomerTotal: shippingTax,
				shippingTaxTemuTotal: money(0),
				productTaxCustomerTotal: total((r) => r.tax),
				productRefundsTotal: money(refunds(order)),
				customerPaidTotal: money(sum(rows, paid) - refunds(order)),
			},
		},
		orderList: rows.map((row) => apartLine(order, row)),
		warning: [],
	};
}

const settlement = (r: LineMoney) => r.base - r.fromSeller + r.shipping + r.tax + r.shippingTax;
const paid = (r: LineMoney) => r.retail + r.tax + r.shipping + r.shippingTax - r.fromSeller - r.fromTemu;

function shippingPart(total: (of: (row: LineMoney) => number) => unknown): Record<string, unknown> {
	return {
		shippingTotalTaxExcl: total((r) => r.shipping),
		shippingCustomerTotalTaxExcl: total((r) => r.shipping),
		shippingTemuTotalTaxExcl: total(() => 0),
	};
}

function apartLine(order: SimOrder, row: LineMoney): Record<string, unknown> {
	const money = (amount: number) => ({ currency: order.currency, amount });
	const { line } = row;
	return {
		orderSn: orderSn(order, line.number),
		quantity: line.quantity,
		unitBasePrice: money(row.unitBase),
		basePriceTotal: money(row.base),
		basePriceOff: money(0),
		basePriceSellerDiscount: money(row.fromSeller),
		basePriceDiscountedTotal: money(row.base - row.fromSeller),
		unitRetailPriceTaxExcl: money(Math.round(row.retail / line.quantity)),
		unitRetailPriceTaxIncl: money(line.unitPrice),
		retailPriceTotalTaxExcl: money(row.retail),
		retailPriceTotalTaxIncl: money(row.retail + row.tax),
		retailPriceTemuDiscountTaxExcl: money(row.fromTemu),
		retailPriceDiscountedTotalTaxExcl: money(row.retail - row.fromSeller - row.fromTemu),
		shippingTotalTaxExcl: money(row.shipping),
		shippingTotalTaxIncl: money(row.shipping + row.shippingTax),
		shippingCustomerTotalTaxExcl: money(row.shipping),
		shippingTemuTotalTaxExcl: money(0),
		productTax: money(row.tax),
		productTaxCustomerDiscounted: money(row.tax),
		productTaxTemu: money(0),
		shippingTax: money(row.shippingTax),
		shippingTaxCustomerDiscounted: money(row.shippingTax),
		shippingTaxTemu: money(0),
		taxTemuDiscount: money(0),
		estimatedDeduction: money(0),
		productTaxRate: row.rate,
		shipTaxRate: row.rate,
		estimatedSettlementTotal: money(settlement(row)),
	};
}

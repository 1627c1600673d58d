import type { Fulfilment, Instant, Order, OrderLine, OrderMoney, OrderReturn, OrderState, Parcel } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { type AmountsOrGap, isPassing, type LineAmounts } from './amounts.ts';
import { siteById, siteByRegion } from './sites.ts';
import type { WireLine, WireOrder } from './wire.ts';

/** Everything known about one order. */
export interface OrderParts {
	order: WireOrder;
	/** Null when amounts are not due yet: a pending order has none. */
	amounts: AmountsOrGap | null;
	parcels: Parcel[];
	returns: OrderReturn[];
	/** What could not be learnt, and why. */
	warnings: readonly string[];
}

const STATES: Readonly<Record<string, OrderState>> = {
	// The buyer may still change everything and nothing may be shipped.
	1: 'onHold',
	2: 'toShip',
	3: 'cancelled',
	4: 'shipped',
	41: 'partlyShipped',
	5: 'delivered',
};
const PARTLY_DELIVERED = '51';

export const PENDING = '1';

/**
 * Pure: the parent order (PO) is the order, its child orders (O) are the lines.
 * Delivery and cancellation times stay null: Temu gives deadlines and the time of the last change, never these events.
 */
export function toOrder(parts: OrderParts, fallbackCurrency: string): Order {
	const { parentOrderMap: parent, orderList } = parts.order;
	const found = parts.amounts && 'amounts' in parts.amounts ? parts.amounts.amounts : null;
	const site = siteById(parent.siteId);
	return {
		externalId: parent.parentOrderSn,
		externalGroupId: null,
		siteId: parent.siteId,
		state: stateOf(parts.order),
		rawStatus: parent.parentOrderStatus,
		fulfilment: fulfilmentOf(orderList),
		placedAt: parent.parentOrderTime,
		paidAt: null,
		shipBy: parent.expectShipLatestTime,
		deliverBy: parent.latestDeliveryTime,
		shippedAt: parent.parentShippingTime,
		deliveredAt: null,
		cancelledAt: null,
		updatedAt: parent.updateTime ?? lastKnownTime(parts.order),
		buyerCountry: buyerCountryOf(parts.order),
		externalBuyerId: null,
		isTest: false,
		money: moneyOf(found?.money, site?.currency ?? fallbackCurrency),
		...(parts.amounts && 'gap' in parts.amounts && { amountsUntold: true as const }),
		lines: orderList.map((line) => toLine(line, found?.lines.get(line.orderSn), parts.parcels)),
		parcels: parts.parcels,
		returns: parts.returns,
		fees: [],
		buyer: null,
		warnings: warningsOf(parts, found?.warnings ?? []),
		...(mayBeTold(parts) && { askAgain: true as const }),
	};
}

function stateOf({ parentOrderMap, orderList }: WireOrder): OrderState {
	if (parentOrderMap.parentOrderStatus !== PARTLY_DELIVERED) return entryOf(STATES, parentOrderMap.parentOrderStatus) ?? 'unknown';
	// Something has arrived; whether everything has left is told by the lines alone.
	return orderList.some((line) => line.orderStatus === '2' || line.orderStatus === '41') ? 'partlyShipped' : 'shipped';
}

function moneyOf(found: OrderMoney | undefined, siteCurrency: string): OrderMoney {
	if (found && found.currency !== '') return found;
	return { currency: siteCurrency, taxBasis: 'unknown', parts: {}, totalComputed: false };
}

function fulfilmentOf(lines: readonly WireLine[]): Fulfilment {
	// A cooperative warehouse is one the seller has hired; Temu itself ships nothing in the modes that have orders.
	const sellers = ['fulfillBySeller', 'fulfillByCooperativeWarehouse'];
	return lines.length > 0 && lines.every((line) => line.fulfillmentType !== null && sellers.includes(line.fulfillmentType))
		? 'seller'
		: 'unknown';
}

// Details lack updateTime. The newest time they hold is no later than the true one, so such an order never displaces newer news.
function lastKnownTime(order: WireOrder): Instant {
	const parent = order.parentOrderMap;
	const times = [
		parent.parentOrderTime,
		parent.parentOrderPendingFinishTime,
		parent.parentConfirmTime,
		parent.parentShippingTime,
		...order.orderList.map((line) => line.orderShippingTime),
	];
	return times.reduce<Instant>((newest, time) => (time !== null && time > newest ? time : newest), parent.parentOrderTime);
}

const TO_CANADA = ['US_to_CA', 'is_US_to_CA_BBC'];

function buyerCountryOf(order: WireOrder): string | null {
	const { regionId, siteId } = order.parentOrderMap;
	if (order.orderList.some((line) => setLabels(line.orderLabel).some((name) => TO_CANADA.includes(name)))) return 'CA';
	return (siteByRegion(regionId) ?? siteById(siteId))?.country ?? null;
}

function toLine(line: WireLine, amounts: LineAmounts | undefined, parcels: readonly Parcel[]): OrderLine {
	const cancelled = line.canceledQuantityBeforeShipment ?? 0;
	return {
		externalId: line.orderSn,
		externalListingId: line.goodsId,
		externalVariantId: line.skuId,
		sellerSku: sellerSkuOf(line),
		title: line.goodsName ?? line.originalGoodsName ?? '',
		variant: line.spec ?? line.originalSpecName,
		imageUrl: line.thumbUrl !== null && /^https?:\/\//.test(line.thumbUrl) ? line.thumbUrl : null,
		// `quantity` is what is left of the original after cancellations.
		quantity: line.originalOrderQuantity ?? line.quantity + cancelled,
		quantityCancelled: cancelled,
		quantityShipped: quantityShippedOf(line, parcels),
		unitPrice: amounts?.unitPrice ?? null,
		discount: amounts?.discount ?? null,
		tax: amounts?.tax ?? null,
		rawStatus: line.orderStatus,
	};
}

/** The seller's code, when the line is one product; a set of several has several codes and none of its own. */
function sellerSkuOf(line: WireLine): string | null {
	const codes = new Set(line.productList.flatMap((product) => product.extCode ?? []));
	const [only] = codes;
	return codes.size === 1 && only !== undefined ? only : null;
}

function quantityShippedOf(line: WireLine, parcels: readonly Parcel[]): number | null {
	if (line.orderStatus === '1' || line.orderStatus === '2') return 0;
	if (line.orderStatus === '4' || line.orderStatus === '5') return line.quantity;
	const pieces = parcels.flatMap((parcel) => parcel.lines).filter((content) => content.lineExternalId === line.orderSn);
	return pieces.length === 0 ? null : pieces.reduce((total, content) => total + content.quantity, 0);
}

/** Amounts, parcels or cases were refused as still being computed or not found, which they are at first (contract §5, §9). */
function mayBeTold({ amounts, warnings }: OrderParts): boolean {
	return [...(amounts && 'gap' in amounts ? [amounts.gap] : []), ...warnings].some(isPassing);
}

function setLabels(labels: readonly { name: string; value: number | null }[]): string[] {
	return labels.filter((label) => label.value === 1).map((label) => label.name);
}

function warningsOf(parts: OrderParts, amountWarnings: readonly string[]): string[] {
	const { parentOrderMap: parent, orderList } = parts.order;
	const all = [
		...setLabels(parent.parentOrderLabel),
		...parent.fulfillmentWarning,
		...orderList.flatMap((line) => [...setLabels(line.orderLabel), ...line.fulfillmentWarning, ...line.packageAbnormalTypeList]),
		...(parent.orderPaymentType === 'COD' ? ['COD'] : []),
		// An internal hiccup may empty the labels (contract §5): then nobody may conclude that the order is none of Y2, custom-made or pre-sale.
		...(orderList.some((line) => line.orderLabel.length === 0) ? ['order_label_missing'] : []),
		...(parts.amounts && 'gap' in parts.amounts ? [parts.amounts.gap] : amountWarnings),
		...parts.warnings,
	];
	return [...new Set(all)];
}

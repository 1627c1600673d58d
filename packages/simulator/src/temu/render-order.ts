import type { SimLine, SimOrder } from '../core/order.ts';
import { hash } from '../core/random.ts';
import { lineGoodsId, lineSkuId, orderSn, packageSn, parentOrderSn, productId, productSkuId } from './ids.ts';
import { temuSite } from './sites.ts';

const DAY = 86_400;
export const seconds = (at: number) => Math.floor(at / 1000);
const when = (order: SimOrder, kind: SimOrder['steps'][number]['kind']) => {
	const at = order.steps.find((s) => s.kind === kind)?.at;
	return at === undefined ? null : seconds(at);
};
const isSemi = (order: SimOrder) => order.store.mode === 'semi-managed';

/** 1 pending, 2 unshipped, 3 canceled, 4 shipped, 41 partly shipped (local stores only), 5 delivered (contract temu §5). */
export function parentStatus(order: SimOrder): number {
	if (order.status === 'cancelled') return 3;
	if (order.status === 'unpaid' || order.status === 'onHold') return 1;
	if (order.status === 'paid') return 2;
	if (order.status === 'delivered' || order.status === 'completed') return 5;
	const sent = order.parcels.reduce((sum, p) => sum + p.lines.length, 0);
	if (sent < order.lines.length) return isSemi(order) ? 2 : 41;
	return 4;
}

export function lineStatus(order: SimOrder, line: SimLine): number {
	const parent = parentStatus(order);
	if (parent === 1 || parent === 3 || parent === 5) return parent;
	return order.parcels.some((p) => p.lines.some((l) => l.line === line.number)) ? 4 : 2;
}

/** One in ten lines of a semi-managed store leaves China per order with integrated logistics. */
function isY2(order: SimOrder): boolean {
	return isSemi(order) && hash(order.store.number, order.index, 52) % 10 === 0;
}

const label = (name: string, on: boolean) => ({ name, value: on ? 1 : 0 });

/** By when the seller must send, in seconds; null while the order is pending. */
export function shipByOf(order: SimOrder): number | null {
	const released = when(order, 'released');
	return released === null ? null : released + (isY2(order) ? 9 : 2) * DAY;
}

/** The flags of a parent order; `now` decides what is overdue. */
export function labelsOf(order: SimOrder, now: number): { name: string; value: number }[] {
	const shipBy = shipByOf(order);
	const waiting = parentStatus(order) === 2 && shipBy !== null;
	return [
		label('soon_to_be_overdue', waiting && shipBy - seconds(now) < DAY && shipBy > seconds(now)),
		label('past_due', waiting && shipBy <= seconds(now)),
		label('pending_buyer_cancellation', order.cancellation !== null && order.cancellation.at === null),
		label('pending_buyer_address_change', false),
		label('pending_risk_control_alert', false),
		label('signature_required_on_delivery', false),
	];
}

/** `now` decides what is overdue. The US gateway has fields that the others lack (contract temu §13). */
function renderParent(order: SimOrder, now: number): Record<string, unknown> {
	const site = temuSite(order.store.country);
	const released = when(order, 'released');
	const shipBy = shipByOf(order);
	const us = site.gateway === 'us';
	return {
		parentOrderSn: parentOrderSn(order),
		parentOrderStatus: parentStatus(order),
		parentOrderTime: seconds(order.placedAt),
		parentOrderPendingFinishTime: released,
		parentConfirmTime: released,
		expectShipLatestTime: shipBy,
		latestDeliveryTime: shipBy === null ? null : shipBy + 7 * DAY,
		parentShippingTime: when(order, 'shipped'),
		updateTime: seconds(order.updatedAt),
		regionId: site.regionId,
		siteId: site.siteId,
		parentOrderLabel: labelsOf(order, now),
		fulfillmentWarning: hash(order.store.number, order.index, 53) % 25 === 0 ? ['RESTRICT_USPS_SELF_SHIPPING'] : [],
		hasShippingFee: order.shipping === order.shippingSellerDiscount,
		orderPaymentType: 'PPD',
		batchOrderNumberList: null,
		shippingMethod: 1,
		...(us ? { isShipmentConsolidatedByMainMall: false } : {}),
	};
}

function renderLine(order: SimOrder, line: SimLine): Record<string, unknown> {
	const cancelled = order.status === 'cancelled';
	const released = when(order, 'released');
	const y2 = isY2(order);
	const parcel = order.parcels.find((p) => p.lines.some((l) => l.line === line.number));
	const us = temuSite(order.store.country).gateway === 'us';
	return {
		orderSn: orderSn(order, line.number),
		orderStatus: lineStatus(order, line),
		goodsId: lineGoodsId(order.store, line),
		skuId: lineSkuId(order.store, line),
		goodsName: line.title,
		originalGoodsName: line.sku.good.titles.en,
		spec: line.variant,
		originalSpecName: line.variant,
		thumbUrl: `https://img.example.com/${productSkuId(line.sku)}.jpeg`,
		quantity: cancelled ? 0 : line.quantity,
		originalOrderQuantity: line.quantity,
		canceledQuantityBeforeShipment: cancelled ? line.quantity : 0,
		productList: [{ productId: productId(line.sku), productSkuId: productSkuId(line.sku), soldFactor: 1, extCode: line.sku.code }],
		orderLabel: [
			label('customized_products', false),
			label('US_to_CA', false),
			label('Y2_advance_sale', y2),
			label('pre_sale_order', false),
		],
		fulfillmentWarning: [],
		packageAbnormalTypeList: [],
		fulfillmentType: 'fulfillBySeller',
		inventoryDeductionWarehouseId: y2 ? 'WH-03541043300000009' : null,
		inventoryDeductionWarehouseName: y2 ? 'MSS-Y2纽约1号仓' : null,
		orderPaymentType: 'PPD',
		isCancelledDuringPending: cancelled && released === null,
		...(us
			? {
					isShipmentConsolidatedByMainMall: false,
					earliestTimeBuyShippingLabel: y2 && released !== null ? released + 3600 : null,
					earliestTimeGetShippingDocument: y2 && released !== null ? released + 5 * DAY : null,
				}
			: {}),
		orderShippingTime: parcel ? seconds(parcel.shippedAt) : null,
		orderCreateTime: seconds(order.placedAt),
		qualificationUploadEndTime: null,
	};
}

/** One entry of `bg.order.list.v2.get`. */
export function renderListed(order: SimOrder, now: number): Record<string, unknown> {
	return { parentOrderMap: renderParent(order, now), orderList: order.lines.map((l) => renderLine(order, l)) };
}

/** `bg.order.detail.v2.get`: the same two objects, with the place and the packages, without `updateTime`. */
export function renderDetail(order: SimOrder, now: number): Record<string, unknown> {
	const { updateTime: _, isShipmentConsolidatedByMainMall: __, ...parent } = renderParent(order, now);
	return {
		parentOrderMap: {
			...parent,
			regionName1: order.address.countryName,
			regionName2: order.address.state,
			regionName3: order.address.city,
			paymentInfo: null,
		},
		orderList: order.lines.map((line) => ({
			...renderLine(order, line),
			packageSnInfo: order.parcels
				.filter((p) => p.lines.some((l) => l.line === line.number))
				.map((p) => ({ packageSn: packageSn(order, p.number), packageDeliveryType: 1, callSuccess: true })),
			hasUploadedEvidence: false,
		})),
	};
}

/** `bg.logistics.shipment.v2.get` for one line. */
export function renderShipments(order: SimOrder, line: SimLine): Record<string, unknown> {
	const parcels = order.parcels.filter((p) => p.lines.some((l) => l.line === line.number));
	return {
		shipmentInfoDTO: parcels.map((p) => ({
			packageSn: packageSn(order, p.number),
			packageDeliveryType: 1,
			carrierId: carrierId(p.carrier),
			carrierName: p.carrier,
			trackingNumber: p.tracking,
			trackingWarningLabel: 0,
			skuId: lineSkuId(order.store, line),
			quantity: p.lines.find((l) => l.line === line.number)?.quantity ?? 0,
			cooperativeWarehouseDTO: null,
			subPackageShipmentInfoList: [],
		})),
	};
}

function carrierId(name: string): number {
	return 900_000_000 + (hash(...Buffer.from(name)) % 99_999_999);
}

/** Name, phone and mail as shown before decryption; the phone is a proxy and the mail a relay (contract temu §5). */
export function renderAddress(order: SimOrder, decrypted: boolean): Record<string, unknown> {
	const { address, buyer } = order;
	const last = decrypted ? buyer.last : `${buyer.last === '' ? '' : String.fromCodePoint(buyer.last.codePointAt(0) ?? 42)}***`;
	const proxy = String(6_235_550_000 + (buyer.number % 10_000));
	return {
		receiptName: decrypted ? buyer.name : `${buyer.first} ${last}`.trim(),
		receiptAdditionalName: null,
		mobile: `${buyer.phone.split(' ')[0] ?? '+1'} ${proxy}-${String(1000 + (order.index % 9000))}`,
		backupMobile: null,
		mail: `sim${String(order.store.number)}${String(buyer.number).padStart(10, '0')}@g.shipping.temuemail.com`,
		regionName1: address.countryName,
		regionName2: address.state,
		regionName3: address.city,
		regionName4: null,
		addressLine1: address.line1,
		addressLine2: address.line2 === '' ? null : address.line2,
		addressLine3: null,
		addressLineAll: address.line2 === '' ? address.line1 : `${address.line1}, ${address.line2}`,
		postCode: address.postalCode,
		taxCode: buyer.taxId === '' ? null : buyer.taxId,
		taxCodeType: null,
		addressExtra: {
			firstName: buyer.first,
			lastName: last,
			additionalFirstName: null,
			additionalLastName: null,
			contactlessDropPoint: null,
		},
		...(decrypted ? {} : { warning: { isRestriction: false, reason: null } }),
	};
}

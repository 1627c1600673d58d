import type { SimOrder, SimReturn } from '../core/order.ts';
import { afterSalesSn, lineGoodsId, lineSkuId, orderSn, parentAfterSalesSn, parentOrderSn, productSkuId } from './ids.ts';
import { seconds } from './render-order.ts';

const DAY = 86_400_000;
const reasons: Record<string, number> = {
	'Arrived damaged': 24,
	'Wrong item sent': 15,
	'Does not match the description': 18,
	'No longer needed': 34,
	'Parts missing': 36,
};
const states: Record<SimReturn['state'], number> = { requested: 10, approved: 8, rejected: 7, shipped: 2, received: 3, refunded: 5 };
const groups: Record<number, number> = { 1: 1, 3: 1, 8: 1, 10: 2, 2: 3, 11: 4, 5: 5, 7: 6, 6: 7 };

/** An order that somebody wants money back for. */
export type Returned = SimOrder & { return: SimReturn };
export const isReturned = (order: SimOrder | null): order is Returned => order !== null && order.return !== null;

/** 1 refund asked, 10 return asked, 8 label due, 2 on its way, 3 received, 5 refunded, 7 rejected (contract temu §9). */
export function afterSalesStatus(returned: SimReturn): number {
	return returned.refundOnly && returned.state === 'requested' ? 1 : states[returned.state];
}

export const afterSalesGroup = (returned: SimReturn) => groups[afterSalesStatus(returned)] ?? 1;

/** A row of `bg.aftersales.parentaftersales.list.get`: times in seconds, the deadline in milliseconds. */
export function renderAfterSales(order: Returned): Record<string, unknown> {
	const returned = order.return;
	const status = afterSalesStatus(returned);
	const open = status === 1 || status === 3 || status === 8 || status === 10;
	return {
		parentAfterSalesSn: parentAfterSalesSn(order, 'R1'),
		parentOrderSn: parentOrderSn(order),
		afterSalesType: returned.refundOnly ? 1 : 2,
		parentAfterSalesStatus: status,
		afterSalesStatusGroup: afterSalesGroup(returned),
		returnDeliveryType: returned.refundOnly ? null : 1,
		availableOperateList: open ? [3] : [],
		operateExpireTimeMs: open ? returned.updatedAt + 2 * DAY : null,
		createAt: seconds(returned.requestedAt),
		updateAt: seconds(returned.updatedAt),
	};
}

/** Rows of `bg.aftersales.aftersales.list.get`. */
export function renderAfterSalesLines(order: Returned): Record<string, unknown>[] {
	return order.return.lines.flatMap((returned) => {
		const line = order.lines[returned.line];
		if (!line) return [];
		return [
			{
				parentAfterSalesSn: parentAfterSalesSn(order, 'R1'),
				afterSalesSn: afterSalesSn(order, line.number, 'R1'),
				afterSalesType: order.return.refundOnly ? 1 : 2,
				afterSalesStatus: afterSalesStatus(order.return),
				goodsId: lineGoodsId(order.store, line),
				skuId: lineSkuId(order.store, line),
				productSkuId: productSkuId(line.sku),
				productList: [{ productSkuId: productSkuId(line.sku), extCode: line.sku.code }],
				applyAfterSalesGoodsNumber: returned.quantity,
			},
		];
	});
}

/** `temu.aftersales.parentaftersales.detail.get`: times in milliseconds, money in minor units. */
export function renderAfterSalesDetail(order: Returned): Record<string, unknown> {
	const returned = order.return;
	const money = (amount: number) => ({ currency: order.currency, amount });
	const goods = returned.lines.reduce((sum, l) => sum + l.amount, 0);
	const tax = returned.lines.reduce((sum, l) => sum + l.tax, 0);
	return {
		parentAfterSalesSn: parentAfterSalesSn(order, 'R1'),
		parentOrderSn: parentOrderSn(order),
		afterSalesType: returned.refundOnly ? 1 : 2,
		parentAfterSalesStatus: afterSalesStatus(returned),
		availableOperateList: renderAfterSales(order)['availableOperateList'],
		createAtMillis: returned.requestedAt,
		lastUpdateAtMillis: returned.updatedAt,
		refundSummary: {
			buyerTotalRefund: money(goods + tax),
			retailPriceRefundTaxExcl: money(goods),
			shippingAmountRefundTaxExcl: money(0),
			taxTotalRefund: money(tax),
			discountFromSellerRefund: money(0),
			discountFromTEMURefund: money(0),
		},
		afterSalesList: returned.lines.flatMap((part) => {
			const line = order.lines[part.line];
			if (!line) return [];
			return [
				{
					afterSalesSn: afterSalesSn(order, line.number, 'R1'),
					orderSn: orderSn(order, line.number),
					afterSalesStatus: afterSalesStatus(returned),
					afterSalesReasonCode: reasons[returned.reason] ?? 61,
					afterSalesReasonDesc: returned.reason,
					buyerComment: order.note,
					applyAfterSalesGoodsNumber: part.quantity,
					applyRefundAmount: money(part.amount + part.tax),
					afterSalesGoodsInfo: {
						goodsId: lineGoodsId(order.store, line),
						skuId: lineSkuId(order.store, line),
						productSkuId: productSkuId(line.sku),
						productList: [{ productSkuId: productSkuId(line.sku), extCode: line.sku.code }],
					},
				},
			];
		}),
	};
}

/** An order whose buyer asked to cancel. */
export type CancelAsked = SimOrder & { cancellation: NonNullable<SimOrder['cancellation']> & { requestedAt: number } };
export const isCancelAsked = (order: SimOrder | null): order is CancelAsked =>
	order !== null && typeof order.cancellation?.requestedAt === 'number';

/** 8 pending, 9 approved; an unanswered request passes by itself. */
export const cancelGroup = (order: CancelAsked) => (order.cancellation.at === null ? 8 : 9);

/** A row of `bg.aftersales.cancel.list.get`. */
export function renderCancel(order: CancelAsked): Record<string, unknown> {
	return {
		parentAfterSalesSn: parentAfterSalesSn(order, 'C1'),
		parentAfterSalesStatus: order.cancellation.at === null ? 1 : 5,
		afterSalesInfoList: order.lines.map((line) => ({
			afterSalesSn: afterSalesSn(order, line.number, 'C1'),
			parentOrderSn: parentOrderSn(order),
			orderSn: orderSn(order, line.number),
			goodsId: lineGoodsId(order.store, line),
			productSkuId: productSkuId(line.sku),
			productList: [{ productSkuId: productSkuId(line.sku), extCode: line.sku.code }],
			applyGoodsNumber: line.quantity,
			createAtMillis: order.cancellation.requestedAt,
		})),
	};
}

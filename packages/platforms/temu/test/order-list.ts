import type { Order } from '@pangea/domain';
import type { Outcome, Page, StoreContext } from '@pangea/platform-contract';
import { temu } from '../src/index.ts';
import { ok, type Responder } from './gateway.ts';

export const LIST = 'bg.order.list.v2.get';
export const DETAIL = 'bg.order.detail.v2.get';
export const AMOUNT = 'bg.order.amount.query';
export const SHIPMENT = 'bg.logistics.shipment.v2.get';
export const CANCELS = 'bg.aftersales.cancel.list.get';
export const RETURNS = 'bg.aftersales.parentaftersales.list.get';
export const CASE = 'temu.aftersales.parentaftersales.detail.get';

export const WINDOW = { from: '2025-10-09T00:00:00.000Z', until: '2025-10-10T00:00:00.000Z', order: 'newest' as const };
export const START = Date.parse(WINDOW.from) / 1000;
export const END = Date.parse(WINDOW.until) / 1000 - 1;

export interface Known {
	sn: string;
	updateTime: number;
	status?: number;
	regionId?: number;
}

export function item({ sn, updateTime, status = 1, regionId = 211 }: Known) {
	return {
		parentOrderMap: { parentOrderSn: sn, parentOrderStatus: status, parentOrderTime: START - 5000, updateTime, regionId, siteId: 100 },
		orderList: [
			{
				orderSn: sn.replace('PO-', ''),
				orderStatus: status,
				goodsId: 1,
				skuId: 2,
				goodsName: 'Mug',
				quantity: 2,
				orderLabel: [{ name: 'x', value: 0 }],
				orderShippingTime: status >= 4 ? START : null,
			},
		],
	};
}

/** A list API over some orders, as the contract describes it: inclusive seconds, newest first, 1-based pages. */
export function listOf(known: readonly Known[]): Responder {
	return ({ fields }) => {
		const names = fields['parentOrderSnList'] as string[] | undefined;
		const found = known
			.filter((one) => names === undefined || names.includes(one.sn))
			.filter((one) => fields['regionId'] === undefined || one.regionId === fields['regionId'])
			.filter((one) => fields['updateAtStart'] === undefined || one.updateTime >= Number(fields['updateAtStart']))
			.filter((one) => fields['updateAtEnd'] === undefined || one.updateTime <= Number(fields['updateAtEnd']))
			.toSorted((a, b) => b.updateTime - a.updateTime);
		const size = Number(fields['pageSize']);
		const from = (Number(fields['pageNumber']) - 1) * size;
		return ok({ totalItemNum: found.length, pageItems: found.slice(from, from + size).map(item) });
	};
}

export const usd = (amount: number) => ({ currency: 'USD', amount });
export const amountOf: Responder = ({ fields }) =>
	ok({
		parentOrderMap: { parentOrderSn: fields['parentOrderSn'], customerPaid: usd(500), retailPriceTotal: usd(500) },
		orderList: [],
		warning: [],
	});
export const noCases = { [CANCELS]: ok({ total: 0, data: [] }), [RETURNS]: ok({ total: 0, data: [] }) };

export async function pull(context: StoreContext, window = WINDOW, cursor: string | null = null): Promise<Page<Order>[]> {
	const pages: Page<Order>[] = [];
	for await (const page of temu.orders.pull(context, window, cursor)) pages.push(page);
	return pages;
}

export const idsOf = (items: readonly Outcome<Order>[]) => items.map((one) => (one.ok ? one.value.externalId : one.externalId));
export const valueOf = (outcome: Outcome<Order> | undefined): Order => {
	if (!outcome?.ok) throw new Error('the outcome failed');
	return outcome.value;
};

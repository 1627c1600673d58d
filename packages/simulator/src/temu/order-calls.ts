import type { WireCall } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { SimOrder } from '../core/order.ts';
import type { Listing } from '../core/world.ts';
import type { Arguments } from './arguments.ts';
import type { TemuToken } from './grants.ts';
import type { MadeGoods } from './made-goods.ts';
import { orderSn as lineSn, parentOrderSn, readSn, skuId } from './ids.ts';
import { renderAmount, renderAmountApart } from './render-amount.ts';
import { labelsOf, parentStatus, renderAddress, renderDetail, renderListed, renderShipments, shipByOf } from './render-order.ts';
import { TemuRefusal } from './replies.ts';
import { temuSite } from './sites.ts';

/** One call that passed the gateway. */
export interface Call {
	context: PlatformContext;
	token: TemuToken;
	args: Arguments;
	/** Goods that were made here, by all shops. */
	goods: MadeGoods;
	/** Milliseconds. */
	now: number;
	strikes: WireCall['strikes'];
}

/** What a call answers; `records` is the list inside `result` that faults may damage. */
export interface Answer {
	result: unknown;
	records?: unknown[];
	/** For lists: the order of each record. */
	orders?: SimOrder[];
}

/** Amounts and addresses of a fresh order are worked out for a minute after it is confirmed. */
const COMPUTING = 60_000;
const everything = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** @throws TemuRefusal 140020001 for a fully managed store: it has no consumer orders by API (contract temu §2). */
export function demandOrders({ token }: Call): void {
	if (token.store.mode !== 'fully-managed') return;
	throw new TemuRefusal(
		140020001,
		'This interface does not support cross-border sellers. Please check whether the store bound to the token is a SEMI or LOCAL store!',
	);
}

function findOrder(call: Call, sn: string | null): SimOrder | null {
	const meaning = sn === null ? null : readSn(sn);
	const order = meaning && meaning.store === call.token.store.number ? call.context.world.order(meaning, call.now) : null;
	return order && parentOrderSn(order) === sn ? order : null;
}

/** The store's order by its parent number. @throws TemuRefusal 140020002. */
function orderOf(call: Call, sn: string | null): SimOrder {
	const order = findOrder(call, sn);
	if (!order || call.strikes('notYet')) throw new TemuRefusal(140020002, 'Order not found');
	return order;
}

interface Filters {
	plain: boolean;
	keeps: (order: SimOrder) => boolean;
	created: Window | null;
	updated: Window | null;
}

interface Window {
	from: number;
	to: number;
}

const within = (at: number, window: Window | null) => !window || (at >= window.from && at < window.to);

/** Everything a list may be narrowed by, besides numbers and pages. */
function readFilters({ args, token, now }: Call): Filters {
	const status = args.number('parentOrderStatus') ?? 0;
	const created = args.window('createAfter', 'createBefore');
	const updated = args.window('updateAtStart', 'updateAtEnd');
	const confirmed = args.window('parentConfirmTimeStart', 'parentConfirmTimeEnd');
	const shipBy = args.window('expectShipLatestTimeStart', 'expectShipLatestTimeEnd');
	const region = args.number('regionId');
	const fulfilment = args.texts('fulfillmentTypeList');
	const labels = args.texts('parentOrderLabel');
	const sku = args.number('skuId');
	// No line here is fulfilled by a cooperative warehouse, pre-sold or in need of a qualification, and no package is abnormal.
	const none =
		(region !== null && region !== temuSite(token.store.country).regionId) ||
		(fulfilment.length > 0 && !fulfilment.includes('fulfillBySeller')) ||
		args.texts('packageAbnormalTypeList').length > 0 ||
		args.flag('hasPreSaleOrder') === true ||
		args.flag('hasQualificationRequiredOrder') === true;
	return {
		plain: status === 0 && !confirmed && !shipBy && labels.length === 0 && sku === null && !none,
		created,
		updated,
		keeps: (order) =>
			!none &&
			(status === 0 || parentStatus(order) === status) &&
			within(order.placedAt, created) &&
			within(order.updatedAt, updated) &&
			(!confirmed || within(order.steps.find((s) => s.kind === 'released')?.at ?? -1, confirmed)) &&
			(!shipBy || within((shipByOf(order) ?? -1) * 1000, shipBy)) &&
			labels.every((name) => labelsOf(order, now).some((l) => l.name === name && l.value === 1)) &&
			(sku === null || order.lines.some((l) => skuId(order.store, l.sku) === sku)),
	};
}

/** `bg.order.list.v2.get`: newest first by time of creation, or of the last change with `sortby` updateTime. */
export function listOrders(call: Call): Answer {
	demandOrders(call);
	const { args, token, now, context } = call;
	const [number, size] = [args.count('pageNumber', 1, 1_000_000), args.count('pageSize', 10, 100)];
	const sns = args.texts('parentOrderSnList');
	const sort = args.text('sortby') ?? 'createTime';
	if (sort !== 'createTime' && sort !== 'updateTime') throw args.wrong('sortby');
	const { plain, keeps, created, updated } = readFilters(call);
	const by = sort === 'updateTime' ? 'updated' : 'placed';
	const [own, other] = by === 'updated' ? [updated, created] : [created, updated];
	const listing: Listing = { stores: [token.store], by, ...(own ?? other ?? everything), at: now, descending: true };
	let orders: Iterable<SimOrder>;
	let total: number;
	if (plain && sns.length === 0 && !other) {
		orders = walk(call, listing);
		total = context.world.count(listing);
	} else {
		// Only a window over the other time narrows the walk; its order is then made up for.
		const walked: Listing = own === null && other !== null ? { ...listing, by: by === 'updated' ? 'placed' : 'updated' } : listing;
		const found = (sns.length > 0 ? sns.flatMap((sn) => findOrder(call, sn) ?? []) : [...walk(call, walked)]).filter(keeps);
		const time = (order: SimOrder) => (by === 'updated' ? order.updatedAt : order.placedAt);
		orders = found.sort((a, b) => time(b) - time(a) || b.index - a.index);
		total = found.length;
	}
	const page = take(orders, (number - 1) * size, size);
	const pageItems = page.map((order) => renderListed(order, now));
	// Asked for by its number an order is there, whatever the list leaves out.
	return { result: { totalItemNum: total, pageItems }, records: pageItems, ...(sns.length === 0 && { orders: page }) };
}

function* walk(call: Call, listing: Listing): Generator<SimOrder> {
	for (const position of call.context.world.scan(listing)) {
		const order = call.context.world.order(position, listing.at);
		if (order) yield order;
	}
}

/** The page of a listing that starts after `skip` members. */
export function take<T>(members: Iterable<T>, skip: number, size: number): T[] {
	const page: T[] = [];
	let seen = 0;
	for (const member of members) {
		if (page.length === size) break;
		if (seen++ >= skip) page.push(member);
	}
	return page;
}

export function orderDetail(call: Call): Answer {
	demandOrders(call);
	return one(renderDetail(orderOf(call, call.args.text('parentOrderSn')), call.now));
}

export function shippingInfo(decrypted: boolean): (call: Call) => Answer {
	return (call) => {
		demandOrders(call);
		return one(renderAddress(orderOf(call, call.args.text('parentOrderSn')), decrypted));
	};
}

/** The three amount calls: one for all, one for Japan and Korea, one for Europe. */
export function amounts(version: 1 | 2 | 3): (call: Call) => Answer {
	return (call) => {
		demandOrders(call);
		const site = temuSite(call.token.store.country);
		if (version === 2 && site.country !== 'JP' && site.country !== 'KR') {
			throw new TemuRefusal(140020015, 'This API is currently available only for the Japan and South Korea sites.');
		}
		if (version === 3 && site.gateway !== 'eu')
			throw new TemuRefusal(140020015, 'This API is currently available only for the European sites.');
		const order = orderOf(call, call.args.text('parentOrderSn'));
		const released = order.steps.find((s) => s.kind === 'released')?.at;
		const computing = parentStatus(order) === 1 || (released !== undefined && call.now - released < COMPUTING);
		if (computing) throw new TemuRefusal(140020008, 'Some amount fields are still undergoing system calculation. Please try again later.');
		return one(version === 1 ? renderAmount(order) : renderAmountApart(order));
	};
}

/** `bg.logistics.shipment.v2.get`. */
export function shipments(call: Call): Answer {
	demandOrders(call);
	const order = orderOf(call, call.args.text('parentOrderSn'));
	const sn = call.args.text('orderSn') ?? '';
	const line = order.lines.find((l) => lineSn(order, l.number) === sn);
	if (!line) {
		throw new TemuRefusal(120012007, 'The parentOrder or Order is invalid. Please check if the parentOrder matches the Order');
	}
	return one(renderShipments(order, line));
}

/** `bg.logistics.shippingservices.get`: here ids go beyond 2^53 and are written as bare numbers. */
export function shippingServices(call: Call): Answer {
	demandOrders(call);
	const site = temuSite(call.token.store.country);
	const channel = (number: bigint, company: string, type: string, amount: string) => ({
		channelId: 897_039_159_485_005_824n + number,
		shipCompanyId: 202_398_511 + Number(number),
		shippingCompanyName: company,
		shipLogisticsType: type,
		estimatedAmount: amount,
		estimatedCurrencyCode: site.currency,
		estimatedText: '2-5 business days',
		infoNeeded: [],
		signServiceId: null,
		signServiceName: null,
		pickupRules: null,
		availablePickupTimeSlotList: [],
		channelRules: null,
		isNoContactDeliveryChannel: false,
		supportInterlineShipping: false,
		interlineChannelInfoList: [],
		payWayCode: 1,
	});
	const refused = {
		channelId: 897_039_159_485_005_999n,
		shipCompanyId: 699_272_611,
		shippingCompanyName: 'FedEx',
		shipLogisticsType: 'Ground',
		estimatedText: null,
		unavailableReason: 'Package weight out of range (demo text)',
		supportInterlineShipping: false,
		unavailableInterlineChannelList: [],
	};
	return {
		result: {
			onlineChannelDtoList: [channel(1n, 'USPS', 'Ground Advantage', '4.35'), channel(3n, 'UPS', 'Ground', '7.10')],
			unavailableChannelDtoList: [refused],
		},
	};
}

/** A result that is itself the one record. */
export function one(record: Record<string, unknown>): Answer {
	const records: unknown[] = [record];
	return {
		records,
		get result() {
			return records[0];
		},
	};
}

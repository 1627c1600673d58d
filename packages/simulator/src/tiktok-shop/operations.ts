import { scanSteps } from '../core/events.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import { type PageMark, queryDigest, readPageToken, writePageToken } from '../core/paging.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { lastStepAt, LIFETIME, type Plan, type Step, type StepKind } from '../core/timeline.ts';
import type { Listing, Position } from '../core/world.ts';
import { cancelSteps, renderCancellation, renderPriceDetail, renderReturn, returnSteps } from './aftersales.ts';
import { badParameter, fail, ok } from './dialect.ts';
import type { TikTokIds } from './ids.ts';
import { fieldsOf, type ShopCall } from './shop-call.ts';
import { renderOrder, statusOfSteps } from './order.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => (call: WireCall) => WireReply;

/** Orders, returns and cancellations. */
export function orderOperations(context: PlatformContext, ids: TikTokIds, shopLevel: ShopLevel): Operation[] {
	const byIds = ({ call, store }: ShopCall): WireReply => {
		const wanted = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '');
		if (wanted.length === 0 || wanted.length > 50) return badParameter(call, 'ids must hold 1 to 50 order ids.');
		const orders: unknown[] = [];
		for (const id of wanted) {
			const order = findOrder(context, ids, id, call.now);
			if (order !== null && order.store.number !== store.number) return fail(call, 'foreignOrder');
			if (order !== null && !call.strikes('notYet')) orders.push(renderOrder(ids, order, true));
		}
		return ok(call, { orders }, orders);
	};
	return [
		{
			name: 'orders.search',
			method: 'POST',
			path: '/order/202309/orders/search',
			handle: shopLevel('seller.order.info', (shop) => searchOrders(context, ids, shop)),
		},
		{ name: 'orders.detail', method: 'GET', path: '/order/202507/orders', handle: shopLevel('seller.order.info', byIds) },
		{ name: 'orders.detail', method: 'GET', path: '/order/202309/orders', handle: shopLevel('seller.order.info', byIds) },
		{
			name: 'orders.priceDetail',
			method: 'GET',
			path: '/order/202407/orders/:orderId/price_detail',
			handle: shopLevel('seller.order.info', ({ call, store }) => {
				const order = findOrder(context, ids, call.params['orderId'] ?? '', call.now);
				return order === null || order.store.number !== store.number ? fail(call, 'foreignOrder') : ok(call, renderPriceDetail(ids, order));
			}),
		},
		{
			name: 'returns.search',
			method: 'POST',
			path: '/return_refund/202309/returns/search',
			handle: shopLevel('seller.return_refund.basic', (shop) =>
				searchCases(context, ids, shop, {
					kinds: returnSteps,
					field: 'return_orders',
					idField: 'return_ids',
					statusField: 'return_status',
					typeField: 'return_types',
					typeName: 'return_type',
					render: (order) => renderReturn(ids, order),
				}),
			),
		},
		{
			name: 'cancellations.search',
			method: 'POST',
			path: '/return_refund/202309/cancellations/search',
			handle: shopLevel('seller.return_refund.basic', (shop) =>
				searchCases(context, ids, shop, {
					kinds: cancelSteps,
					field: 'cancellations',
					idField: 'cancel_ids',
					statusField: 'cancel_status',
					typeField: 'cancel_types',
					typeName: 'cancel_type',
					render: (order) => renderCancellation(ids, order),
				}),
			),
		},
	];
}

interface Paged {
	size: number;
	descending: boolean;
	field: 'create_time' | 'update_time';
	mark: PageMark | null;
	digest: number;
}

/** Page size, order and token; a token of other filters is refused. */
function readPaging(shop: ShopCall, body: Record<string, unknown>, cap: number, sort: 'ASC' | 'DESC'): Paged | string {
	const { query } = shop.call;
	const size = Number(query.get('page_size') ?? Number.NaN);
	if (!Number.isInteger(size) || size < 1 || size > cap) return `page_size must be between 1 and ${cap}.`;
	const order = query.get('sort_order') ?? sort;
	if (order !== 'ASC' && order !== 'DESC') return 'sort_order must be ASC or DESC.';
	const field = query.get('sort_field') ?? 'create_time';
	if (field !== 'create_time' && field !== 'update_time') return 'sort_field must be create_time or update_time.';
	const digest = queryDigest([shop.store.number, order, field, body]);
	const token = query.get('page_token') ?? '';
	const mark = token === '' ? null : readPageToken(token);
	if (token !== '' && mark?.query !== digest) return 'page_token is invalid.';
	return { size, descending: order === 'DESC', field, mark, digest };
}

interface Window {
	from: number;
	to: number;
}

/** A half-open window in seconds from the body, in milliseconds; a text tells what is wrong. */
function readWindow(body: Record<string, unknown>, name: string): Window | string {
	const read = (end: string, otherwise: number): number => {
		const value = body[`${name}_${end}`];
		if (value === undefined) return otherwise;
		return typeof value === 'number' && Number.isInteger(value) ? value * 1000 : Number.NaN;
	};
	const window = { from: read('ge', Number.NEGATIVE_INFINITY), to: read('lt', Number.MAX_SAFE_INTEGER) };
	return Number.isNaN(window.from) || Number.isNaN(window.to) ? `${name} must be Unix seconds.` : window;
}

function searchOrders(context: PlatformContext, ids: TikTokIds, shop: ShopCall): WireReply {
	const { call, store } = shop;
	const body = fieldsOf(call);
	const paging = readPaging(shop, body, 100, 'DESC');
	if (typeof paging === 'string') return badParameter(call, paging);
	const created = readWindow(body, 'create_time');
	const updated = readWindow(body, 'update_time');
	if (typeof created === 'string') return badParameter(call, created);
	if (typeof updated === 'string') return badParameter(call, updated);
	const listing = orderListing(context, ids, store, body, paging, created, updated, call.now);
	const total = paging.mark?.total ?? context.world.count(listing);
	const { orders, next } = context.world.page(listing, paging.size, paging.mark?.after);
	const records: unknown[] = orders.map((order) => renderOrder(ids, order, false));
	const data = {
		next_page_token: next === null ? '' : writePageToken({ after: next, query: paging.digest, issuedAt: call.now, total }),
		total_count: total,
		orders: records,
	};
	return { ...ok(call, data, records), orders };
}

function orderListing(
	context: PlatformContext,
	ids: TikTokIds,
	store: StoreSeed,
	body: Record<string, unknown>,
	paging: Paged,
	created: Window,
	updated: Window,
	at: number,
): Listing {
	const byUpdate = paging.field === 'update_time';
	const listing: Listing = {
		stores: [store],
		by: byUpdate ? 'updated' : 'placed',
		// The other window bounds this one too: an order changes no later than a lifetime after it was placed.
		from: byUpdate ? Math.max(updated.from, created.from) : Math.max(created.from, updated.from - LIFETIME),
		to: byUpdate ? Math.min(updated.to, created.to + LIFETIME) : Math.min(created.to, updated.to),
		at,
		descending: paging.descending,
	};
	const checks: ((steps: readonly Step[], order: () => SimOrder | null, plan: Plan) => boolean)[] = [];
	const inside = (time: number | undefined, window: Window): boolean => time !== undefined && time >= window.from && time < window.to;
	const bounded = byUpdate ? created : updated;
	if (isBounded(bounded)) checks.push((steps) => inside(byUpdate ? steps[0]?.at : lastStepAt(steps, at)?.at, bounded));
	const status = body['order_status'];
	if (typeof status === 'string') checks.push((steps, _order, plan) => statusOfSteps(steps, plan.split) === status);
	const buyer = body['buyer_user_id'];
	if (typeof buyer === 'string') checks.push((_steps, order) => buyer === userOf(ids, order()));
	const wish = body['is_buyer_request_cancel'];
	if (typeof wish === 'boolean') checks.push((_steps, order) => (order()?.cancellation?.at === null) === wish);
	const shipping = body['shipping_type'];
	if (typeof shipping === 'string' && shipping !== 'TIKTOK') checks.push(() => false);
	const warehouses = body['warehouse_ids'];
	if (Array.isArray(warehouses) && warehouses.length > 0 && !warehouses.includes(ids.warehouse(store))) checks.push(() => false);
	if (checks.length > 0) {
		listing.accepts = (steps, plan, _store, ref) => checks.every((check) => check(steps, () => context.world.order(ref, at), plan));
	}
	return listing;
}

interface CaseKind {
	kinds: readonly StepKind[];
	field: string;
	idField: string;
	statusField: string;
	typeField: string;
	typeName: string;
	render: (order: SimOrder) => Record<string, unknown> | null;
}

function searchCases(context: PlatformContext, ids: TikTokIds, shop: ShopCall, kind: CaseKind): WireReply {
	const { call, store } = shop;
	const { world } = context;
	const body = fieldsOf(call);
	const paging = readPaging(shop, body, 50, 'ASC');
	if (typeof paging === 'string') return badParameter(call, paging);
	const created = readWindow(body, 'create_time');
	const updated = readWindow(body, 'update_time');
	if (typeof created === 'string') return badParameter(call, created);
	if (typeof updated === 'string') return badParameter(call, updated);
	const wanted = (name: string): string[] | null => (Array.isArray(body[name]) && body[name].length > 0 ? body[name].map(String) : null);
	const byId = wanted(kind.idField);
	const byOrder = wanted('order_ids');
	const statuses = wanted(kind.statusField);
	const types = wanted(kind.typeField);
	const fits = (record: Record<string, unknown>): boolean => {
		const at = (name: string): number => Number(record[name]) * 1000;
		if (
			at('create_time') < created.from ||
			at('create_time') >= created.to ||
			at('update_time') < updated.from ||
			at('update_time') >= updated.to
		)
			return false;
		if (statuses !== null && !statuses.includes(String(record[kind.statusField]))) return false;
		return types === null || types.includes(String(record[kind.typeName]));
	};
	const rendered = (position: { store: number; index: number }): Record<string, unknown> | null => {
		const order = world.order(position, call.now);
		const record = order === null || order.store.number !== store.number ? null : kind.render(order);
		return record !== null && fits(record) ? record : null;
	};
	if (byId !== null || byOrder !== null) {
		const refs = byId === null ? (byOrder ?? []).map((id) => ids.findOrder(id)) : byId.map((id) => ids.findAfterSales(id));
		const records: unknown[] = refs.flatMap((ref) => (ref === null ? [] : [rendered(ref)])).filter((r) => r !== null);
		return ok(call, { [kind.field]: records, total_count: records.length, next_page_token: '' }, records);
	}
	const byUpdate = paging.field === 'update_time';
	const scan = (after?: Position): Generator<Position> =>
		scanSteps(
			world,
			{
				stores: [store],
				kinds: kind.kinds,
				which: byUpdate ? 'last' : 'first',
				from: byUpdate ? Math.max(updated.from, created.from) : Math.max(created.from, updated.from - LIFETIME),
				to: byUpdate ? updated.to : Math.min(created.to, updated.to),
				at: call.now,
				descending: paging.descending,
			},
			after,
		);
	// Without a filter that only the rendered record can answer, the positions are the count.
	const plain = kind.kinds === returnSteps && statuses === null && types === null && (byUpdate ? !isBounded(created) : !isBounded(updated));
	let total = paging.mark?.total ?? 0;
	if (paging.mark === null) total = countCases([...scan()], plain, rendered);
	const records: unknown[] = [];
	let last: Position | null = null;
	let more = false;
	for (const position of scan(paging.mark?.after)) {
		const record = rendered(position);
		if (record === null) continue;
		if (records.length === paging.size) {
			more = true;
			break;
		}
		records.push(record);
		last = position;
	}
	const token = more && last !== null ? writePageToken({ after: last, query: paging.digest, issuedAt: call.now, total }) : '';
	return ok(call, { [kind.field]: records, total_count: total, next_page_token: token }, records);
}

function findOrder(context: PlatformContext, ids: TikTokIds, id: string, at: number): SimOrder | null {
	const ref = ids.findOrder(id);
	const order = ref === null ? null : context.world.order(ref, at);
	return order !== null && order.store.platform === 'tiktok-shop' ? order : null;
}

function userOf(ids: TikTokIds, order: SimOrder | null): string | null {
	return order === null ? null : ids.user(order.store, order.buyer.number);
}

function countCases(positions: readonly Position[], plain: boolean, rendered: (position: Position) => unknown): number {
	return plain ? positions.length : positions.filter((position) => rendered(position) !== null).length;
}

function isBounded(window: Window): boolean {
	return Number.isFinite(window.from) || window.to !== Number.MAX_SAFE_INTEGER;
}

import { scanSteps } from '../core/events.ts';
import type { SimOrder } from '../core/order.ts';
import type { StepKind } from '../core/timeline.ts';
import { parentAfterSalesSn, parentOrderSn, readSn } from './ids.ts';
import { type Answer, type Call, demandOrders, one, take } from './order-calls.ts';
import {
	afterSalesGroup,
	cancelGroup,
	isCancelAsked,
	isReturned,
	type Returned,
	renderAfterSales,
	renderAfterSalesDetail,
	renderAfterSalesLines,
	renderCancel,
} from './render-aftersales.ts';

const DAY = 86_400_000;
/** Lists without a window reach back this far; the real reach is not published. */
const REACH = 90 * DAY;
const returnKinds: readonly StepKind[] = [
	'returnRequested',
	'returnApproved',
	'returnRejected',
	'returnShipped',
	'returnReceived',
	'refunded',
];

interface Window {
	from: number;
	to: number;
}

function* withSteps(call: Call, kinds: readonly StepKind[], which: 'first' | 'last', window: Window): Generator<SimOrder> {
	const { context, token, now } = call;
	for (const position of scanSteps(context.world, { stores: [token.store], kinds, which, ...window, at: now, descending: true })) {
		const order = context.world.order(position, now);
		if (order) yield order;
	}
}

function named(call: Call, sns: readonly string[], name: (order: SimOrder) => string): SimOrder[] {
	return sns.flatMap((sn) => {
		const meaning = readSn(sn);
		const order = meaning && meaning.store === call.token.store.number ? call.context.world.order(meaning, call.now) : null;
		return order && name(order) === sn ? [order] : [];
	});
}

function page(call: Call, rows: readonly unknown[], size: number, number: number): Answer {
	const data = take(rows, (number - 1) * size, size);
	return { result: { pageNumber: number, total: rows.length, data }, records: data };
}

/** `bg.aftersales.parentaftersales.list.get`: newest first by last change, or by creation when that window is given. */
export function listAfterSales(call: Call): Answer {
	demandOrders(call);
	const { args, now } = call;
	const [number, size] = [args.count('pageNo', 1, 1_000_000), args.count('pageSize', 10, 200)];
	const updated = args.window('updateAtStart', 'updateAtEnd');
	const created = args.window('createAtStart', 'createAtEnd');
	const group = args.number('afterSalesStatusGroup');
	const orders = args.texts('parentOrderSnList', 200);
	const cases = args.texts('parentAfterSalesSnList', 200);
	const recent = { from: now - REACH, to: now + 1 };
	let found: Iterable<SimOrder>;
	if (cases.length > 0) found = named(call, cases, (o) => parentAfterSalesSn(o, 'R1'));
	else if (orders.length > 0) found = named(call, orders, parentOrderSn);
	else if (updated) found = withSteps(call, returnKinds, 'last', updated);
	else found = withSteps(call, returnKinds, 'first', created ?? recent);
	const rows: Record<string, unknown>[] = [];
	for (const order of found) {
		if (!isReturned(order) || (group !== null && afterSalesGroup(order.return) !== group)) continue;
		if (updated && !within(order.return.updatedAt, updated)) continue;
		if (created && !within(order.return.requestedAt, created)) continue;
		rows.push(renderAfterSales(order));
	}
	return page(call, rows, size, number);
}

const within = (at: number, window: Window) => at >= window.from && at < window.to;

/** `bg.aftersales.aftersales.list.get`: the lines of given cases. */
export function listAfterSalesLines(call: Call): Answer {
	demandOrders(call);
	const { args } = call;
	const [number, size] = [args.count('pageNo', 1, 1_000_000), args.count('pageSize', 10, 200)];
	const rows = named(call, args.texts('parentAfterSalesSnList', 200), (o) => parentAfterSalesSn(o, 'R1')).flatMap((order) =>
		isReturned(order) ? renderAfterSalesLines(order) : [],
	);
	return page(call, rows, size, number);
}

/** `temu.aftersales.parentaftersales.detail.get`. */
export function afterSalesDetail(call: Call): Answer {
	demandOrders(call);
	const sn = call.args.text('parentAfterSalesSn') ?? '';
	const order = named(call, [sn], (o) => parentAfterSalesSn(o, 'R1')).find((o): o is Returned => isReturned(o));
	if (!order || call.args.text('parentOrderSn') !== parentOrderSn(order)) throw call.args.wrong('parentAfterSalesSn');
	return one(renderAfterSalesDetail(order));
}

/** `bg.aftersales.cancel.list.get`: what buyers asked to cancel, newest first. */
export function listCancellations(call: Call): Answer {
	demandOrders(call);
	const { args, now } = call;
	const [number, size] = [args.count('pageNo', 1, 1_000_000), args.count('pageSize', 10, 200)];
	const group = args.number('afterSalesStatusGroup');
	const orders = args.texts('parentOrderSnList', 200);
	const cases = args.texts('parentAfterSalesSnList', 200);
	let found: Iterable<SimOrder>;
	if (cases.length > 0) found = named(call, cases, (o) => parentAfterSalesSn(o, 'C1'));
	else if (orders.length > 0) found = named(call, orders, parentOrderSn);
	else found = withSteps(call, ['cancelRequested'], 'first', { from: now - REACH, to: now + 1 });
	const rows: Record<string, unknown>[] = [];
	for (const order of found) {
		if (isCancelAsked(order) && (group === null || cancelGroup(order) === group)) rows.push(renderCancel(order));
	}
	return page(call, rows, size, number);
}

import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import { queryDigest, readPageToken, writePageToken } from '../core/paging.ts';
import type { PlatformContext } from '../core/platform.ts';
import { badParameter, ok } from './dialect.ts';
import type { TikTokIds } from './ids.ts';
import { type DayStatement, type Extra, feesOf, Ledger, revenueOf, type Settled, settlementOf, shippingOf } from './ledger.ts';
import { amount, present, seconds } from './order.ts';
import type { ShopCall } from './shop-call.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => (call: WireCall) => WireReply;

const SCOPE = 'seller.finance.info';
const DAY = 86_400_000;
/** A statement is there half an hour after its cut, and paid three days after. */
const READY_AFTER = 30 * 60_000;
const PAID_AFTER = 3 * DAY;

/** Statements, their transactions, and what is not settled yet (contract §9). */
export function financeOperations(context: PlatformContext, ids: TikTokIds, shopLevel: ShopLevel): Operation[] {
	const ledger = new Ledger(context);
	const statements = (shop: ShopCall): WireReply => {
		const { call, store } = shop;
		const from = time(call, 'statement_time_ge', 0);
		const until = time(call, 'statement_time_lt', Number.MAX_SAFE_INTEGER);
		if (Number.isNaN(from) || Number.isNaN(until)) return badParameter(call, 'statement_time must be Unix seconds.');
		const ready = Math.min(until, call.now - READY_AFTER + 1);
		const status = call.query.get('payment_status');
		const found = ledger
			.statements(store, from, ready)
			.map((one) => renderStatement(ids, one, shop))
			.filter((one) => status === null || one['payment_status'] === status);
		return paged(shop, 'statement_time', found, (page, token) => ({ next_page_token: token, statements: page }));
	};
	const transactions = (shop: ShopCall): WireReply => {
		const { call, store } = shop;
		const day = ids.findStatement(store, call.params['statementId'] ?? '');
		const found = day === null ? null : ledger.statement(store, day);
		if (!found || found.cutAt + READY_AFTER > call.now) return badParameter(call, 'statement_id is invalid.');
		const rows = [
			...found.settled.map((one) => renderSettled(ids, one)),
			...found.extras.map((one) => renderExtra(ids, shop, found.day, one)),
		];
		return paged(shop, 'order_create_time', rows, (page, token) => ({
			next_page_token: token,
			...renderTotals(ids, found, shop),
			total_count: rows.length,
			transactions: page,
		}));
	};
	const unsettled = (shop: ShopCall): WireReply => {
		const { call, store } = shop;
		const from = time(call, 'search_time_ge', 0);
		const until = time(call, 'search_time_lt', Number.MAX_SAFE_INTEGER);
		if (Number.isNaN(from) || Number.isNaN(until)) return badParameter(call, 'search_time must be Unix seconds.');
		const open = ledger.unsettled(store, call.now).filter(({ order }) => order.placedAt >= from && order.placedAt < until);
		const money = (of: (one: Settled) => number): string =>
			amount(
				open.reduce((sum, one) => sum + of(one), 0),
				store.currency,
			);
		const rows = open.map((one) => renderUnsettled(ids, one));
		return paged(shop, 'order_create_time', rows, (page, token) => ({
			next_page_token: token,
			total_count: rows.length,
			sum_est_settlement_amount: money(settlementOf),
			sum_est_revenue_amount: money(revenueOf),
			sum_est_adjustment_amount: '0',
			sum_est_fee_amount: money(feesOf),
			transactions: page,
		}));
	};
	return [
		{ name: 'finance.statements', method: 'GET', path: '/finance/202309/statements', handle: shopLevel(SCOPE, statements) },
		{
			name: 'finance.transactions',
			method: 'GET',
			path: '/finance/202501/statements/:statementId/statement_transactions',
			handle: shopLevel(SCOPE, transactions),
		},
		{ name: 'finance.unsettled', method: 'GET', path: '/finance/202507/orders/unsettled', handle: shopLevel(SCOPE, unsettled) },
	];
}

/** Unix seconds of the query in milliseconds; NaN for what is no time. */
function time(call: WireCall, name: string, otherwise: number): number {
	const text = call.query.get(name);
	if (text === null) return otherwise;
	return /^\d+$/.test(text) ? Number(text) * 1000 : Number.NaN;
}

/** Rows come oldest first. A missing or other `sort_field` is refused without a name for it, as the platform does. */
function paged(
	{ call, store }: ShopCall,
	sortField: string,
	rows: Record<string, unknown>[],
	render: (page: Record<string, unknown>[], token: string) => object,
): WireReply {
	if (call.query.get('sort_field') !== sortField) return badParameter(call, 'request is invalid.');
	const size = Number(call.query.get('page_size') ?? 20);
	if (!Number.isInteger(size) || size < 1 || size > 100) return badParameter(call, 'page_size must be between 1 and 100.');
	const filters = [...call.query].filter(([name]) => !['page_token', 'sign', 'timestamp'].includes(name));
	const query = queryDigest([store.number, call.path, filters]);
	const token = call.query.get('page_token') ?? '';
	const mark = token === '' ? null : readPageToken(token);
	if (token !== '' && mark?.query !== query) return badParameter(call, 'page_token is invalid.');
	const sorted = call.query.get('sort_order') === 'DESC' ? rows.toReversed() : rows;
	const start = mark?.after.index ?? 0;
	const end = start + size;
	const page = sorted.slice(start, end);
	const next =
		end < sorted.length
			? writePageToken({ after: { time: 0, store: store.number, index: end }, query, issuedAt: call.now, total: sorted.length })
			: '';
	return ok(call, render(page, next), page);
}

function sums(statement: DayStatement) {
	const all = (of: (one: Settled) => number): number => statement.settled.reduce((sum, one) => sum + of(one), 0);
	const extra = (reserve: boolean): number =>
		statement.extras.filter((one) => (one.type === 'RESERVE') === reserve).reduce((sum, one) => sum + one.amount, 0);
	const revenue = all(revenueOf);
	const shipping = all(shippingOf);
	const fees = all(feesOf);
	const adjustment = extra(false);
	return { revenue, shipping, fees, adjustment, settlement: revenue + shipping + fees + adjustment, reserve: extra(true) };
}

function renderStatement(ids: TikTokIds, statement: DayStatement, { call, store }: ShopCall): Record<string, unknown> {
	const money = (minor: number): string => amount(minor, store.currency);
	const { revenue, shipping, fees, adjustment, settlement } = sums(statement);
	const paid = call.now >= statement.cutAt + PAID_AFTER;
	return {
		id: ids.statement(store, statement.day),
		statement_time: seconds(statement.cutAt),
		settlement_amount: money(settlement),
		currency: store.currency,
		revenue_amount: money(revenue),
		fee_amount: money(fees),
		adjustment_amount: money(adjustment),
		payment_status: paid ? 'PAID' : 'PROCESSING',
		payment_id: paid ? ids.payment(store, statement.day) : '',
		net_sales_amount: money(revenue),
		shipping_cost_amount: money(shipping),
	};
}

function renderTotals(ids: TikTokIds, statement: DayStatement, { store }: ShopCall): Record<string, unknown> {
	const money = (minor: number): string => amount(minor, store.currency);
	const { revenue, shipping, fees, adjustment, settlement, reserve } = sums(statement);
	return {
		id: ids.statement(store, statement.day),
		create_time: seconds(statement.cutAt),
		status: 'SETTLED',
		currency: store.currency,
		payable_amount: money(settlement + reserve),
		total_reserve_amount: money(reserve),
		total_settlement_amount: money(settlement),
		total_settlement_breakdown: {
			total_revenue_amount: money(revenue),
			total_shipping_cost_amount: money(shipping),
			total_fee_tax_amount: money(fees),
			total_adjustment_amount: money(adjustment),
		},
	};
}

function breakdowns(one: Settled) {
	const money = (minor: number): string => amount(minor, one.order.currency);
	const less = (minor: number): string => money(minor === 0 ? 0 : -minor);
	return {
		revenue_breakdown: {
			subtotal_before_discount_amount: money(one.goods),
			seller_discount_amount: less(one.sellerDiscount),
			refund_subtotal_before_discount_amount: less(one.refund),
			seller_discount_refund_amount: money(one.refundedDiscount),
			cod_service_fee_amount: '0',
			refund_cod_service_fee_amount: '0',
		},
		shipping_cost_breakdown: {
			actual_shipping_fee_amount: less(one.shippingCost),
			shipping_fee_discount_amount: '0',
			customer_paid_shipping_fee_amount: money(one.shippingPaid),
			return_shipping_fee_amount: '0',
			// Explains the fee above once more: who adds it counts twice.
			supplementary_component: { fbm_shipping_cost_amount: less(one.shippingCost) },
		},
		fee_tax_breakdown: {
			fee: {
				platform_commission_amount: less(one.commission),
				transaction_fee_amount: less(one.transaction),
				affiliate_commission_amount: less(one.affiliate),
				affiliate_ads_commission_amount: '0',
			},
			tax: { vat_amount: '0', import_vat_amount: less(one.importTax), customs_duty_amount: '0' },
		},
	};
}

function renderSettled(ids: TikTokIds, one: Settled): Record<string, unknown> {
	const { order } = one;
	const ref = { store: order.store.number, index: order.index };
	const money = (minor: number): string => amount(minor, order.currency);
	return {
		id: ids.transaction(ref),
		type: 'ORDER',
		order_id: ids.order(ref),
		order_create_time: seconds(order.placedAt),
		settlement_amount: money(settlementOf(one)),
		revenue_amount: money(revenueOf(one)),
		shipping_cost_amount: money(shippingOf(one)),
		fee_tax_amount: money(feesOf(one)),
		adjustment_amount: '0',
		...breakdowns(one),
	};
}

function renderExtra(ids: TikTokIds, { store }: ShopCall, day: number, one: Extra): Record<string, unknown> {
	const money = (minor: number): string => amount(minor, store.currency);
	const order = one.order ? ids.order({ store: store.number, index: one.order.index }) : undefined;
	const id = ids.extra(store, day, one.number);
	if (one.type === 'RESERVE')
		return present({
			id,
			type: one.type,
			reserve_id: ids.extra(store, one.collectedOn ?? day, 2).slice(-8),
			reserve_amount: money(one.amount),
			associated_order_id: order,
			reserve_status: one.amount < 0 ? 'COLLECTED' : 'RELEASED',
			estimated_release_time: String(seconds(((one.collectedOn ?? day) + 8) * DAY)),
		});
	return present({
		id,
		type: one.type,
		adjustment_id: ids.extra(store, day, one.number),
		adjustment_order_id: order,
		adjustment_amount: money(one.amount),
		settlement_amount: money(one.amount),
	});
}

function renderUnsettled(ids: TikTokIds, one: Settled): Record<string, unknown> {
	const { order } = one;
	const ref = { store: order.store.number, index: order.index };
	const money = (minor: number): string => amount(minor, order.currency);
	const delivered = order.steps.find((step) => step.kind === 'delivered');
	return present({
		id: ids.unsettled(ref),
		type: 'ORDER',
		status: 'UNSETTLED',
		currency: order.currency,
		estimated_settlement: delivered ? String(seconds(delivered.at + 8 * DAY)) : '8 days after delivery',
		unsettled_reason: delivered ? 'Order still within after-sales period' : 'Waiting for delivery',
		order_create_time: seconds(order.placedAt),
		order_delivery_time: delivered && seconds(delivered.at),
		order_id: ids.order(ref),
		est_settlement_amount: money(settlementOf(one)),
		est_revenue_amount: money(revenueOf(one)),
		est_shipping_cost_amount: money(shippingOf(one)),
		est_fee_tax_amount: money(feesOf(one)),
		est_adjustment_amount: '0',
		...breakdowns(one),
	});
}

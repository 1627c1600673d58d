import { lineCosts, type orderDetail, orderSettled, ratesFor, type Scope, settledOfOrder } from '@pangea/db';
import {
	type Conversion,
	costsAsOne,
	grossOf,
	isPlatformId,
	type OrderTold,
	proceedsOf,
	RateBook,
	remainderOf,
	SETTLEMENT_KINDS,
} from '@pangea/domain';
import type { MoneyView } from '../shapes.ts';
import type { Reader } from './orders.view.ts';
import type { OrderProfitView, SettledView } from './profit-shapes.ts';

type FoundOrder = NonNullable<Awaited<ReturnType<typeof orderDetail>>>['order'];

const NOT_COUNTING = ['unpaid', 'cancelled'];

/** What is left of one order. @returns null for a reader who does not see all of it, and for an order that does not count */
export async function orderProfit(scope: Scope, order: FoundOrder, reader: Reader): Promise<OrderProfitView | null> {
	const { platform, currency, local_day: day } = order;
	if (!reader.sees('revenue') || !reader.sees('cost') || !isPlatformId(platform)) return null;
	if (order.is_test || NOT_COUNTING.includes(order.state)) return null;
	const lines = await lineCosts(scope, order.order_id);
	const goods = new Map<string, bigint>();
	const inbound = new Map<string, bigint>();
	const costs = new Map<string, bigint>();
	let units = 0n;
	let without = 0n;
	for (const line of lines) {
		units += line.units;
		if (!line.cost) without += line.units;
		else {
			add(goods, line.cost.currency, line.units * line.cost.amountMinor);
			if (line.cost.inboundMinor !== null) add(inbound, line.cost.currency, line.units * line.cost.inboundMinor);
			add(costs, line.cost.currency, line.units * (line.cost.amountMinor + (line.cost.inboundMinor ?? 0n)));
		}
	}
	const rates = await ratesFor(scope, { currencies: [currency, ...costs.keys()], from: day, until: day, asOf: null });
	const book = new RateBook(rates);
	const used: Conversion[] = [];
	const cost =
		costs.size === 0
			? null
			: costsAsOne(costs, (of) => {
					const conversion = book.convert(of, currency, day);
					if (conversion) used.push(conversion);
					return conversion;
				});
	const told: OrderTold = {
		platform,
		total: minorOf(order.total_minor),
		refund: minorOf(order.money['refund']),
		tax: minorOf(order.money['tax']),
		payout: minorOf(order.money['estimatedPayout']),
		fees: minorOf(order.fee_minor),
	};
	const estimate = proceedsOf(told);
	const booked = await orderSettled(scope, order.order_id);
	const proceeds = booked.proceedsMinor ?? estimate;
	const complete = lines.length > 0 && without === 0n;
	const gap = proceeds === null ? 'proceedsUntold' : !complete ? 'costMissing' : cost === null ? 'rateMissing' : null;
	const money = (amount: bigint | null): MoneyView | null => (amount === null ? null : { amountMinor: amount.toString(), currency });
	const each = (amounts: ReadonlyMap<string, bigint>): MoneyView[] =>
		[...amounts].map(([of, amount]) => ({ amountMinor: amount.toString(), currency: of }));
	return {
		gross: money(grossOf(told)),
		refund: money(told.refund),
		fees: money(told.fees),
		proceeds: money(proceeds),
		remainder: money(remainderOf(told)),
		goods: each(goods),
		inbound: each(inbound),
		cost: money(cost),
		rateDay: used.find((one) => one.rateDay !== null)?.rateDay ?? null,
		units: Number(units),
		unitsWithoutCost: Number(without),
		settled: booked.proceedsMinor === null ? null : await settledView(scope, order, booked.proceedsMinor, estimate),
		held: money(booked.heldMinor),
		profit: gap === null && proceeds !== null && cost !== null ? money(proceeds - cost) : null,
		gap,
	};
}

async function settledView(
	scope: Scope,
	{ store_id: storeId, external_id: externalId, currency }: FoundOrder,
	proceeds: bigint,
	estimate: bigint | null,
): Promise<SettledView> {
	const sums = await settledOfOrder(scope, storeId, externalId);
	const money = (amount: bigint): MoneyView => ({ amountMinor: amount.toString(), currency });
	return {
		parts: sums
			.filter(({ state, kind }) => state === 'released' && kind !== 'reserve' && kind !== 'payout')
			.toSorted((a, b) => SETTLEMENT_KINDS.indexOf(a.kind) - SETTLEMENT_KINDS.indexOf(b.kind))
			.map(({ kind, amountMinor }) => ({ kind, amount: money(amountMinor) })),
		estimate: estimate === null ? null : money(estimate),
		difference: estimate === null ? null : money(proceeds - estimate),
	};
}

function add(sums: Map<string, bigint>, currency: string, minor: bigint): void {
	sums.set(currency, (sums.get(currency) ?? 0n) + minor);
}

function minorOf(text: string | null | undefined): bigint | null {
	return text === null || text === undefined ? null : BigInt(text);
}

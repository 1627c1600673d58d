import type { PlatformContext } from '../core/platform.ts';
import type { SimOrder } from '../core/order.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { LIFETIME, type StepKind } from '../core/timeline.ts';

const DAY = 86_400_000;
const FINAL: ReadonlySet<StepKind> = new Set(['completed', 'refunded']);
/** Of a hundred days. */
const PENALTIES = 12;
const RESERVES = 15;
const RESERVED_DAYS = 7;

/** What one order comes to, in minor units; what is kept is below zero. */
export interface Settled {
	order: SimOrder;
	goods: number;
	sellerDiscount: number;
	refund: number;
	refundedDiscount: number;
	shippingCost: number;
	shippingPaid: number;
	commission: number;
	transaction: number;
	affiliate: number;
	importTax: number;
	/** A fee that no part of the breakdown names. */
	unnamed: number;
}

export const revenueOf = (s: Settled): number => s.goods - s.sellerDiscount - s.refund + s.refundedDiscount;
export const shippingOf = (s: Settled): number => s.shippingPaid - s.shippingCost;
export const feesOf = (s: Settled): number => -(s.commission + s.transaction + s.affiliate + s.importTax + s.unnamed);
export const settlementOf = (s: Settled): number => revenueOf(s) + shippingOf(s) + feesOf(s);

/** What is booked beside orders, as amounts in minor units. */
export interface Extra {
	/** 0 to 3 within a day. */
	number: number;
	type: 'PLATFORM_PENALTY' | 'GMV_PAYMENT_FOR_ADS' | 'RESERVE';
	order: SimOrder | null;
	amount: number;
	/** Only of a reserve: the day on which it was collected. */
	collectedOn: number | null;
}

/** One day's statement of a shop; days are counted from 1970 in UTC and end with the cut. */
export interface DayStatement {
	day: number;
	cutAt: number;
	settled: Settled[];
	extras: Extra[];
}

/** What a shop is settled, made of its orders alone: each day those that became final in it. */
export class Ledger {
	readonly #context: PlatformContext;

	constructor(context: PlatformContext) {
		this.#context = context;
	}

	/** Statements cut in [from, until), oldest first; a day without a booking has none. */
	statements(store: StoreSeed, from: number, until: number): DayStatement[] {
		const oldest = this.#context.world.oldest([store]);
		const first = Math.ceil(Math.max(from, oldest) / DAY);
		const end = Math.ceil(until / DAY);
		const found: DayStatement[] = [];
		for (let cut = first; cut < end; cut++) {
			const statement = this.statement(store, cut - 1);
			if (statement) found.push(statement);
		}
		return found;
	}

	/** The statement about one day; null without a booking. */
	statement(store: StoreSeed, day: number): DayStatement | null {
		const settled = this.#settledOn(store, day);
		const extras = this.#extrasOn(store, day, settled);
		return settled.length + extras.length === 0 ? null : { day, cutAt: (day + 1) * DAY, settled, extras };
	}

	/** Orders that were paid and are not settled at the moment, oldest first. */
	unsettled(store: StoreSeed, at: number): Settled[] {
		const { world } = this.#context;
		const positions = world.scan({
			stores: [store],
			by: 'placed',
			from: at - LIFETIME,
			to: at + 1,
			at,
			accepts: (steps) =>
				steps.some((s) => s.kind === 'paid') && !steps.some((s) => s.kind === 'cancelled' || (FINAL.has(s.kind) && cutAfter(s.at) <= at)),
		});
		return [...positions].flatMap((position) => {
			const order = world.order(position, at);
			return order ? [this.#settle(order)] : [];
		});
	}

	#settledOn(store: StoreSeed, day: number): Settled[] {
		const { world } = this.#context;
		const cut = (day + 1) * DAY;
		const found = world.decisiveSteps(store, FINAL, 'first', day * DAY, cut, cut - 1);
		return found
			.toSorted((a, b) => a.time - b.time || a.index - b.index)
			.flatMap((position) => {
				const order = world.order(position, cut - 1);
				return order ? [this.#settle(order)] : [];
			});
	}

	#settle(order: SimOrder): Settled {
		const { seed } = this.#context.world;
		const chance = (salt: number): number => hash(seed, order.store.number, order.index, salt) % 1000;
		const sum = (of: (line: SimOrder['lines'][number]) => number): number => order.lines.reduce((all, line) => all + of(line), 0);
		const back = order.return?.state === 'refunded' ? order.return.lines : [];
		const ofBack = (of: (line: SimOrder['lines'][number]) => number): number =>
			back.reduce((all, { line, quantity }) => {
				const whole = order.lines[line];
				return whole ? all + (of(whole) / whole.quantity) * quantity : all;
			}, 0);
		const settled: Settled = {
			order,
			goods: sum((l) => l.unitPrice * l.quantity),
			sellerDiscount: sum((l) => l.sellerDiscount),
			refund: ofBack((l) => l.unitPrice * l.quantity),
			refundedDiscount: ofBack((l) => l.sellerDiscount),
			shippingCost: order.shipping,
			shippingPaid: order.shipping - order.shippingSellerDiscount,
			commission: 0,
			transaction: 0,
			affiliate: 0,
			importTax: 0,
			unnamed: 0,
		};
		const kept = Math.max(0, revenueOf(settled));
		settled.commission = Math.round((kept * 9) / 100);
		settled.transaction = order.store.country === 'GB' ? 0 : Math.round((kept * 2) / 100);
		settled.affiliate = chance(210) < 300 ? Math.round((kept * 8) / 100) : 0;
		settled.importTax = order.store.country === 'MX' || order.store.country === 'BR' ? Math.round((kept * 3) / 100) : 0;
		settled.unnamed = chance(211) < 20 && kept > 0 ? 10 : 0;
		return settled;
	}

	#extrasOn(store: StoreSeed, day: number, settled: readonly Settled[]): Extra[] {
		const { seed } = this.#context.world;
		const chance = (salt: number, of = day): number => hash(seed, store.number, of, salt) % 100;
		const [first] = settled;
		const extras: Extra[] = [];
		if (first && chance(220) < PENALTIES)
			extras.push({ number: 0, type: 'PLATFORM_PENALTY', order: first.order, amount: -550, collectedOn: null });
		const revenue = settled.reduce((all, one) => all + revenueOf(one), 0);
		if (day % 7 === 0 && revenue > 0)
			extras.push({ number: 1, type: 'GMV_PAYMENT_FOR_ADS', order: null, amount: -Math.round(revenue / 20), collectedOn: null });
		const reserve = this.#reserveOf(settled);
		if (reserve && chance(221) < RESERVES)
			extras.push({ number: 2, type: 'RESERVE', order: reserve.order, amount: -reserve.amount, collectedOn: day });
		const before = day - RESERVED_DAYS;
		const released = chance(221, before) < RESERVES ? this.#reserveOf(this.#settledOn(store, before)) : null;
		if (released) extras.push({ number: 3, type: 'RESERVE', order: released.order, amount: released.amount, collectedOn: before });
		return extras;
	}

	#reserveOf(settled: readonly Settled[]): { order: SimOrder; amount: number } | null {
		const [first] = settled;
		const amount = first ? Math.floor(settlementOf(first) / 10) : 0;
		return first && amount > 0 ? { order: first.order, amount } : null;
	}
}

function cutAfter(at: number): number {
	return (Math.floor(at / DAY) + 1) * DAY;
}

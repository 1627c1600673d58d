import type { SimLine, SimOrder } from '../core/order.ts';
import type { PlatformContext } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { StepKind } from '../core/timeline.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A settlement period; they follow each other from 1970 on. */
const PERIOD = 14 * DAY;
/** Money of a delivered order is held back so long, where it is (deferral policy DD7). */
const HELD = 7 * DAY;
/** A booking shows up at most so late. */
const LATEST = 48 * HOUR;
/** Nothing changes in a period that ended so long ago. */
const AT_REST = 60 * DAY;

/** What one line of an order comes to, by Amazon's words, in minor units; what is kept is below zero. */
export interface BookedLine {
	line: SimLine;
	charges: Readonly<Record<string, number>>;
	taxes: Readonly<Record<string, number>>;
	fees: Readonly<Record<string, number>>;
	/** Among the fees, and named by no part of them. */
	unnamed: number;
}

/** One transaction. */
export interface Transaction {
	/** Of its kind, unique within the store. */
	key: string;
	type: 'Shipment' | 'Refund' | 'ServiceFee' | 'ProductAdsPayment' | 'Transfer';
	description: string;
	store: StoreSeed;
	postedAt: number;
	status: 'DEFERRED' | 'RELEASED' | 'DEFERRED_RELEASED';
	order: SimOrder | null;
	lines: BookedLine[];
	/** Of what is not about an order: the word for it. */
	beside: { word: string; amount: number } | null;
	/** When what is held back is let go, and null when nobody can say yet. */
	maturesAt: number | null;
	/** The transaction that this one releases, or by which this one was released. */
	counterpart: string | null;
}

/** A settlement period of a store. */
export interface Period {
	store: StoreSeed;
	number: number;
	startsAt: number;
	endsAt: number;
	total: number;
}

const sumOf = (amounts: Readonly<Record<string, number>>): number => Object.values(amounts).reduce((all, one) => all + one, 0);
export const chargesOf = ({ charges, taxes }: BookedLine): number => sumOf(charges) + sumOf(taxes);
export const feesOf = ({ fees, unnamed }: BookedLine): number => sumOf(fees) + unnamed;
export const totalOf = ({ lines, beside }: Transaction): number =>
	(beside?.amount ?? 0) + lines.reduce((all, one) => all + chargesOf(one) + feesOf(one), 0);
export const periodOf = (at: number): number => Math.floor(at / PERIOD);

/** What sellers are paid, made of their orders alone. */
export class AmazonLedger {
	readonly #context: PlatformContext;
	readonly #totals = new Map<string, number>();

	constructor(context: PlatformContext) {
		this.#context = context;
	}

	/** Transactions posted in [from, until) that show at the moment, oldest first. */
	transactions(stores: readonly StoreSeed[], from: number, until: number, at: number): Transaction[] {
		return stores
			.flatMap((store) => this.#posted(store, from, until, at))
			.filter((one) => this.#showsAt(one) <= at)
			.toSorted((a, b) => a.postedAt - b.postedAt || a.store.number - b.store.number || (a.key < b.key ? -1 : 1));
	}

	/** Periods that opened in [from, until), oldest first; what an open one comes to is what it has so far. */
	periods(stores: readonly StoreSeed[], from: number, until: number, at: number): Period[] {
		const oldest = this.#context.world.oldest(stores);
		const first = Math.ceil(Math.max(from, oldest - PERIOD) / PERIOD);
		const found: Period[] = [];
		for (let number = first; number * PERIOD < Math.min(until, at); number++)
			for (const store of stores) found.push(this.period(store, number, at));
		return found;
	}

	period(store: StoreSeed, number: number, at: number): Period {
		const [startsAt, endsAt] = [number * PERIOD, (number + 1) * PERIOD];
		const key = `${store.number} ${number}`;
		const known = this.#totals.get(key);
		const total =
			known ??
			this.#booked(store, startsAt, endsAt, at)
				.filter(({ status }) => status === 'RELEASED')
				.reduce((all, one) => all + totalOf(one), 0);
		if (endsAt + AT_REST < at) this.#totals.set(key, total);
		return { store, number, startsAt, endsAt, total };
	}

	#posted(store: StoreSeed, from: number, until: number, at: number): Transaction[] {
		const transfers: Transaction[] = [];
		for (let number = Math.ceil(from / PERIOD) - 1; (number + 1) * PERIOD < Math.min(until, at); number++) {
			if ((number + 1) * PERIOD < from) continue;
			const { total, endsAt } = this.period(store, number, at);
			if (total > 0) transfers.push(beside(store, `transfer-${number}`, 'Transfer', 'FundTransfer', endsAt, -total));
		}
		return [...this.#booked(store, from, until, at), ...transfers];
	}

	/** All but payouts, whether they show or not. */
	#booked(store: StoreSeed, from: number, until: number, at: number): Transaction[] {
		const end = Math.min(until, at + 1);
		return [
			...this.#ofSteps(store, 'shipped', from, end, at).map((order) => this.#shipment(order, at)),
			...this.#ofSteps(store, 'delivered', from - HELD, end - HELD, at).flatMap((order) => this.#release(order)),
			...this.#ofSteps(store, 'refunded', from, end, at).map((order) => this.#refund(order)),
			...this.#overheads(store, from, end),
		];
	}

	#ofSteps(store: StoreSeed, kind: StepKind, from: number, until: number, at: number): SimOrder[] {
		const { world } = this.#context;
		return world
			.decisiveSteps(store, new Set([kind]), 'first', from, until, at)
			.toSorted((a, b) => a.time - b.time || a.index - b.index)
			.flatMap((position) => world.order(position, at) ?? []);
	}

	#shipment(order: SimOrder, at: number): Transaction {
		const held = this.#isHeld(order);
		const deliveredAt = timeOf(order, 'delivered');
		const maturesAt = held && deliveredAt !== null ? deliveredAt + HELD : null;
		const released = maturesAt !== null && maturesAt <= at;
		return {
			key: `shipment-${order.index}`,
			type: 'Shipment',
			description: 'Order Payment',
			store: order.store,
			postedAt: timeOf(order, 'shipped') ?? order.placedAt,
			status: !held ? 'RELEASED' : released ? 'DEFERRED_RELEASED' : 'DEFERRED',
			order,
			lines: this.#lines(order),
			beside: null,
			maturesAt,
			counterpart: released ? `release-${order.index}` : null,
		};
	}

	#release(order: SimOrder): Transaction[] {
		const deliveredAt = timeOf(order, 'delivered');
		if (!this.#isHeld(order) || deliveredAt === null) return [];
		const shipment = this.#shipment(order, deliveredAt + HELD);
		return [
			{
				...shipment,
				key: `release-${order.index}`,
				postedAt: deliveredAt + HELD,
				status: 'RELEASED',
				maturesAt: null,
				counterpart: shipment.key,
			},
		];
	}

	#refund(order: SimOrder): Transaction {
		const back = new Map((order.return?.lines ?? []).map((one) => [one.line, one]));
		const lines = order.lines.flatMap((line): BookedLine[] => {
			const one = back.get(line.number);
			if (!one) return [];
			const kept = Math.round((one.amount * 15) / 100);
			const taxes: Record<string, number> = one.tax === 0 ? {} : { OurPriceTax: -one.tax, 'MarketplaceFacilitatorTax-Principal': one.tax };
			return [
				{
					line,
					charges: { OurPricePrincipal: -one.amount },
					taxes,
					fees: { Commission: kept, RefundCommission: -Math.round(kept / 5) },
					unnamed: 0,
				},
			];
		});
		const postedAt = timeOf(order, 'refunded') ?? order.updatedAt;
		const about = { store: order.store, postedAt, order, lines, beside: null, maturesAt: null, counterpart: null };
		return { key: `refund-${order.index}`, type: 'Refund', description: 'Refund Order', status: 'RELEASED', ...about };
	}

	/** Ads each week, storage and the subscription on the first of a month. */
	#overheads(store: StoreSeed, from: number, until: number): Transaction[] {
		const found: Transaction[] = [];
		const first = Math.max(from, this.#context.world.oldest([store]));
		for (let day = Math.ceil(first / DAY); day * DAY < until; day++) {
			const amount = (salt: number, least: number, most: number): number =>
				-(least + (hash(this.#context.world.seed, store.number, day, salt) % (most - least)));
			if (day % 7 === 0) found.push(beside(store, `ads-${day}`, 'ProductAdsPayment', 'AdvertisingFee', day * DAY, amount(301, 2000, 9000)));
			if (new Date(day * DAY).getUTCDate() !== 1) continue;
			found.push(beside(store, `subscription-${day}`, 'ServiceFee', 'Subscription', day * DAY, -3999));
			found.push(beside(store, `storage-${day}`, 'ServiceFee', 'FBAStorageFee', day * DAY, amount(302, 500, 5000)));
		}
		return found;
	}

	#lines(order: SimOrder): BookedLine[] {
		const odd = this.#chance(order, 311) < 20;
		return order.lines.map((line) => {
			const goods = line.unitPrice * line.quantity;
			const off = line.sellerDiscount + line.platformDiscount;
			const commission = Math.round(((goods - off) * 15) / 100);
			const freeShipping = line.number === 0 ? order.shippingSellerDiscount : 0;
			const charges = {
				OurPricePrincipal: goods,
				OurPriceDiscount: -off,
				ShippingPrincipal: line.shipping,
				ShippingDiscount: -freeShipping,
			};
			const taxes = {
				OurPriceTax: line.tax,
				'MarketplaceFacilitatorTax-Principal': -line.tax,
				ShippingTax: line.shippingTax,
				'MarketplaceFacilitatorTax-Shipping': -line.shippingTax,
			};
			const byAmazon = order.fulfilledByPlatform;
			const fees = {
				Commission: -commission,
				FBAPerUnitFulfillmentFee: byAmazon ? -Math.round(goods / 10) : 0,
				ShippingChargeback: byAmazon ? -(line.shipping - freeShipping) : 0,
			};
			return { line, charges, taxes, fees, unnamed: odd && line.number === 0 ? -10 : 0 };
		});
	}

	#isHeld(order: SimOrder): boolean {
		return this.#chance(order, 310) < 400;
	}

	#chance(order: SimOrder, salt: number): number {
		return hash(this.#context.world.seed, order.store.number, order.index, salt) % 1000;
	}

	#showsAt({ store, order, postedAt, key }: Transaction): number {
		if (!order) return postedAt;
		return postedAt + (hash(this.#context.world.seed, store.number, order.index, key.length) % LATEST);
	}
}

function beside(store: StoreSeed, key: string, type: Transaction['type'], word: string, postedAt: number, amount: number): Transaction {
	const about = { store, postedAt, order: null, lines: [], beside: { word, amount }, maturesAt: null, counterpart: null };
	return { key, type, description: word, status: 'RELEASED', ...about };
}

function timeOf(order: SimOrder, kind: StepKind): number | null {
	return order.steps.find((step) => step.kind === kind)?.at ?? null;
}

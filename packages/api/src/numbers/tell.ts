import {
	addDays,
	CELL_COLUMNS,
	type Grouping,
	type Rate,
	RateBook,
	type RateSource,
	RATE_SOURCES,
	roundExact,
	splitChange,
	type TaxBasis,
} from '@pangea/domain';
import type { SalesCell, Whole } from '@pangea/db';
import { DaySums, plus } from './day-sums.ts';
import { Converter, figuresOf, Sum } from './figures.ts';
import { daysBetween } from './period.ts';
import type { BasisView, ChangeView, NumbersDayView, NumbersGroupView, NumbersView } from './shapes.ts';

export interface Telling {
	base: string;
	now: PeriodSums;
	/** The comparison period, day by day; null without one. */
	before: PeriodSums | null;
	rates: readonly Rate[];
}

/** The sums of a period in the currencies of the sales. */
export interface PeriodSums {
	days: readonly string[];
	whole: DaySums;
	parts: ReadonlyMap<string, DaySums>;
	/** How goods are priced. */
	goods: ReadonlyMap<TaxBasis, DaySums>;
}

/** Empty text where a store has none. */
export type Place = Record<Exclude<Grouping, 'store' | 'currency'>, string>;

/** @param placeOf of each store: what its cells are grouped under */
export function addUp(
	cells: Iterable<SalesCell>,
	[from, until]: readonly [string, string],
	by: Grouping,
	placeOf: ReadonlyMap<string, Place>,
): PeriodSums {
	const days = Array.from({ length: daysBetween(from, until) }, (_, n) => addDays(from, n));
	const numberOf = new Map(days.map((day, n) => [day, n]));
	const parts = new Map<string, DaySums>();
	const goods = new Map<TaxBasis, DaySums>();
	for (const { storeId, day, currency, taxBasis, sums } of cells) {
		const n = numberOf.get(day) ?? 0;
		const key = by === 'store' ? storeId : by === 'currency' ? currency : (placeOf.get(storeId)?.[by] ?? '');
		into(parts, key, () => new DaySums(days.length, WIDTH)).add(currency, n, sums);
		into(goods, taxBasis, () => new DaySums(days.length, 1)).add(currency, n, [sums[GOODS] ?? 0]);
	}
	const whole = new DaySums(days.length, WIDTH);
	for (const part of parts.values()) whole.addAll(part);
	return { days, whole, parts, goods };
}

/** The figures and what of their basis follows from sums and rates. Pure. */
export function tell({ base, rates, ...of }: Telling): Pick<NumbersView, 'total' | 'compared' | 'split' | 'days' | 'groups'> & {
	basis: Pick<BasisView, 'rates' | 'goods' | 'taxUntoldMinor' | 'untoldOrders' | 'feeOrders' | 'apart'>;
} {
	const converter = new Converter(new RateBook(rates), base);
	const now = converted(of.now, converter);
	const before = of.before && converted(of.before, converter);
	const keys = new Set([...now.groups.keys(), ...(before?.groups.keys() ?? [])]);
	const empty = new Sum();
	const groups: NumbersGroupView[] = [...keys].map((key) => ({
		key,
		figures: figuresOf(now.groups.get(key) ?? empty),
		compared: before && figuresOf(before.groups.get(key) ?? empty),
	}));
	const money = (group: NumbersGroupView): bigint => BigInt(group.figures.gross ?? 0);
	groups.sort((a, b) => (money(a) === money(b) ? (a.key < b.key ? -1 : 1) : money(a) > money(b) ? -1 : 1));
	const days: NumbersDayView[] = of.now.days.map((day, n) => ({
		day,
		figures: figuresOf(now.days[n] ?? empty),
		comparedDay: of.before?.days[n] ?? null,
		compared: before && figuresOf(before.days[n] ?? empty),
	}));
	return {
		total: figuresOf(now.total),
		compared: before && figuresOf(before.total),
		split: before && of.before && splitOf({ sums: of.now, converted: now }, { sums: of.before, converted: before }, converter),
		days,
		groups,
		basis: {
			rates: ratesUsed(of.before ? [of.now, of.before] : [of.now], converter),
			goods: Object.fromEntries(BASES.map((b) => [b, goodsOf(of.now, b, converter).toString()])) as BasisView['goods'],
			taxUntoldMinor: now.total.money('tax_untold_minor').toString(),
			untoldOrders: now.total.count('untold').toString(),
			feeOrders: now.total.count('fee_orders').toString(),
			apart: apartOf(of.now, converter),
		},
	};
}

const BASES = ['gross', 'net', 'unknown'] as const satisfies readonly TaxBasis[];
const WIDTH = CELL_COLUMNS.length;
const GOODS = CELL_COLUMNS.indexOf('goods_minor');
const GROSS = CELL_COLUMNS.indexOf('gross_minor');
const ORDERS = CELL_COLUMNS.indexOf('orders');

/** A period in one currency; days in the order of its days. */
interface Converted {
	total: Sum;
	days: readonly Sum[];
	groups: ReadonlyMap<string, Sum>;
}

function converted({ days: dates, whole, parts }: PeriodSums, converter: Converter): Converted {
	const days = dates.map(() => new Sum());
	whole.each((currency, n, sumOf) => days[n]?.convert(sumOf, converter.on(currency, dates[n] ?? '')));
	const total = new Sum();
	for (const day of days) total.add(day);
	const groups = new Map<string, Sum>();
	for (const [key, part] of parts) {
		const group = into(groups, key, () => new Sum());
		part.each((currency, n, sumOf) => group.convert(sumOf, converter.on(currency, dates[n] ?? '')));
	}
	return { total, days, groups };
}

/** Minor units of the goods that are priced in a way. */
function goodsOf({ days, goods }: PeriodSums, basis: TaxBasis, converter: Converter): bigint {
	let exact = 0n;
	goods.get(basis)?.each((currency, n, sumOf) => {
		exact += BigInt(sumOf(0)) * (converter.on(currency, days[n] ?? '')?.factor ?? 0n);
	});
	return roundExact(exact);
}

function into<T>(all: Map<string, T>, key: string, make: () => T): T {
	let known = all.get(key);
	if (known === undefined) {
		known = make();
		all.set(key, known);
	}
	return known;
}

interface Told {
	sums: PeriodSums;
	converted: Converted;
}

/** Null where a day of the comparison period has no rate: then nobody knows what the rates did. */
function splitOf(now: Told, before: Told, converter: Converter): NumbersView['split'] {
	const former = new Sum();
	let isKnown = true;
	now.sums.whole.each((currency, n, sumOf) => {
		const then = converter.on(currency, before.sums.days[n] ?? '');
		if (!then && converter.on(currency, now.sums.days[n] ?? '')) isKnown = false;
		former.convert(sumOf, then);
	});
	if (!isKnown) return null;
	const view = (a: bigint, b: bigint, c: bigint): ChangeView => {
		const { change, trade, exchange } = splitChange(a, b, c);
		return { changeMinor: change.toString(), tradeMinor: trade.toString(), exchangeMinor: exchange.toString() };
	};
	const [of, then] = [now.converted.total, before.converted.total];
	return {
		gross: view(of.money('gross_minor'), former.money('gross_minor'), then.money('gross_minor')),
		net: view(of.net, former.net, then.net),
	};
}

function ratesUsed(periods: readonly PeriodSums[], converter: Converter): BasisView['rates'] {
	const sources = new Set<RateSource>();
	const carried = new Set<string>();
	let oldest: string | null = null;
	let newest: string | null = null;
	for (const { whole, days } of periods) {
		whole.each((currency, n) => {
			const day = days[n] ?? '';
			const used = converter.on(currency, day);
			if (!used || used.rateDay === null) return;
			for (const source of used.sources) sources.add(source);
			if (oldest === null || used.rateDay < oldest) oldest = used.rateDay;
			if (newest === null || used.rateDay > newest) newest = used.rateDay;
			if (used.rateDay < day) carried.add(`${currency} ${day}`);
		});
	}
	return { sources: RATE_SOURCES.filter((source) => sources.has(source)), oldest, newest, carried: carried.size };
}

function apartOf({ whole, days }: PeriodSums, converter: Converter): BasisView['apart'] {
	const apart = new Map<string, { gross: Whole; orders: Whole }>();
	whole.each((currency, n, sumOf) => {
		if (converter.on(currency, days[n] ?? '')) return;
		const known = apart.get(currency) ?? { gross: 0, orders: 0 };
		apart.set(currency, { gross: plus(known.gross, sumOf(GROSS)), orders: plus(known.orders, sumOf(ORDERS)) });
	});
	return [...apart]
		.filter(([, { gross, orders }]) => BigInt(gross) !== 0n || BigInt(orders) !== 0n)
		.map(([currency, { gross, orders }]) => ({ currency, grossMinor: gross.toString(), orders: orders.toString() }));
}

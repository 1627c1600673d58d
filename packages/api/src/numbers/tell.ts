import {
	addDays,
	CELL_COLUMNS,
	dayCount,
	ExactSums,
	type Grouping,
	type RateBook,
	type RateSource,
	RATE_SOURCES,
	splitChange,
	type TaxBasis,
	type Whole,
} from '@pangea/domain';
import type { SalesCell } from '@pangea/db';
import { DaySums, plus } from './day-sums.ts';
import { Converter, figuresOf, into, Sum } from './figures.ts';
import type { BasisView, ChangeView, NumbersDayView, NumbersGroupView, NumbersView } from './shapes.ts';

export interface Telling {
	base: string;
	now: PeriodSums;
	/** The comparison period, day by day; null without one. */
	before: PeriodSums | null;
	book: RateBook;
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
	const days = Array.from({ length: dayCount(from, until) }, (_, n) => addDays(from, n));
	const numberOf = new Map(days.map((day, n) => [day, n]));
	const parts = new Map<string, DaySums>();
	const goods = new Map<TaxBasis, DaySums>();
	// Cells of a day mostly follow one another as those of the day before did: what they are added to is looked up once.
	const places: { storeId: string; currency: string; taxBasis: TaxBasis; part: DaySums; goods: DaySums }[] = [];
	let at = 0;
	let now = { day: '', n: 0 };
	const oneGood: Whole[] = [0];
	for (const { storeId, day, currency, taxBasis, sums } of cells) {
		if (day !== now.day) {
			now = { day, n: numberOf.get(day) ?? 0 };
			at = 0;
		}
		let place = places[at];
		if (place?.storeId !== storeId || place.currency !== currency || place.taxBasis !== taxBasis) {
			const key = by === 'store' ? storeId : by === 'currency' ? currency : (placeOf.get(storeId)?.[by] ?? '');
			place = {
				storeId,
				currency,
				taxBasis,
				part: into(parts, key, () => new DaySums(days.length, WIDTH)),
				goods: into(goods, taxBasis, () => new DaySums(days.length, 1)),
			};
			places[at] = place;
		}
		at++;
		place.part.add(currency, now.n, sums);
		oneGood[0] = sums[GOODS] ?? 0;
		place.goods.add(currency, now.n, oneGood);
	}
	const whole = new DaySums(days.length, WIDTH);
	for (const part of parts.values()) whole.addAll(part);
	return { days, whole, parts, goods };
}

/** The figures and what of their basis follows from sums and rates. Pure. */
export function tell({ base, book, ...of }: Telling): Pick<NumbersView, 'total' | 'compared' | 'split' | 'days' | 'groups'> & {
	basis: Pick<BasisView, 'rates' | 'goods' | 'taxUntoldMinor' | 'untoldOrders' | 'feeOrders' | 'apart'>;
} {
	const converter = new Converter(book, base);
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
	const rates = (currency: string) => converter.over(currency, dates);
	whole.each(rates, (of, n, sumOf) => days[n]?.convert(sumOf, of[n] ?? null));
	const total = new Sum();
	for (const day of days) total.add(day);
	const groups = new Map<string, Sum>();
	for (const [key, part] of parts) {
		const group = into(groups, key, () => new Sum());
		part.each(rates, (of, n, sumOf) => group.convert(sumOf, of[n] ?? null));
	}
	return { total, days, groups };
}

/** Minor units of the goods that are priced in a way. */
function goodsOf({ days, goods }: PeriodSums, basis: TaxBasis, converter: Converter): bigint {
	const sum = new ExactSums(1);
	goods.get(basis)?.each(
		(currency) => converter.over(currency, days),
		(of, n, sumOf) => {
			const conversion = of[n];
			if (conversion) sum.add(0, sumOf(0), conversion);
		},
	);
	return sum.rounded(0);
}

interface Told {
	sums: PeriodSums;
	converted: Converted;
}

/** Null where a day of the comparison period has no rate: then nobody knows what the rates did. */
function splitOf(now: Told, before: Told, converter: Converter): NumbersView['split'] {
	const former = new Sum();
	let isKnown = true;
	now.sums.whole.each(
		(currency) => ({ former: converter.over(currency, before.sums.days), own: converter.over(currency, now.sums.days) }),
		(of, n, sumOf) => {
			const then = of.former[n] ?? null;
			if (!then && of.own[n]) isKnown = false;
			former.convert(sumOf, then);
		},
	);
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
		whole.each(
			(currency) => ({ currency, rates: converter.over(currency, days) }),
			(of, n) => {
				const day = days[n] ?? '';
				const used = of.rates[n];
				if (!used || used.rateDay === null) return;
				for (const source of used.sources) sources.add(source);
				if (oldest === null || used.rateDay < oldest) oldest = used.rateDay;
				if (newest === null || used.rateDay > newest) newest = used.rateDay;
				if (used.rateDay < day) carried.add(`${of.currency} ${day}`);
			},
		);
	}
	return { sources: RATE_SOURCES.filter((source) => sources.has(source)), oldest, newest, carried: carried.size };
}

function apartOf({ whole, days }: PeriodSums, converter: Converter): BasisView['apart'] {
	const apart = new Map<string, { gross: Whole; orders: Whole }>();
	whole.each(
		(currency) => ({ currency, rates: converter.over(currency, days) }),
		({ currency, rates }, n, sumOf) => {
			if (rates[n]) return;
			const known = apart.get(currency) ?? { gross: 0, orders: 0 };
			apart.set(currency, { gross: plus(known.gross, sumOf(GROSS)), orders: plus(known.orders, sumOf(ORDERS)) });
		},
	);
	return [...apart]
		.filter(([, { gross, orders }]) => BigInt(gross) !== 0n || BigInt(orders) !== 0n)
		.map(([currency, { gross, orders }]) => ({ currency, grossMinor: gross.toString(), orders: orders.toString() }));
}

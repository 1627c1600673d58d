import {
	addDays,
	type Grouping,
	type Rate,
	RateBook,
	type RateSource,
	RATE_SOURCES,
	roundExact,
	splitChange,
	type TaxBasis,
} from '@pangea/domain';
import type { SalesCell } from '@pangea/db';
import { additionOf, Converter, figuresOf, Sum } from './figures.ts';
import { daysBetween } from './period.ts';
import type { BasisView, ChangeView, NumbersDayView, NumbersGroupView, NumbersView } from './shapes.ts';

export interface Telling {
	base: string;
	from: string;
	until: string;
	/** By how many days the comparison period lies earlier; null without one. */
	shift: number | null;
	cells: readonly SalesCell[];
	compared: readonly SalesCell[];
	rates: readonly Rate[];
	by: Grouping;
	/** Of each store: what its cells are grouped under. */
	placeOf: ReadonlyMap<string, Place>;
}

/** Empty text where a store has none. */
export type Place = Record<Exclude<Grouping, 'store' | 'currency'>, string>;

/** The figures and what of their basis follows from cells and rates. Pure. */
export function tell(of: Telling): Pick<NumbersView, 'total' | 'compared' | 'split' | 'days' | 'groups'> & {
	basis: Pick<BasisView, 'rates' | 'goods' | 'taxUntoldMinor' | 'untoldOrders' | 'feeOrders' | 'apart'>;
} {
	const converter = new Converter(new RateBook(of.rates), of.base);
	const now = sums(of, of.cells, converter);
	const before = of.shift === null ? null : sums(of, of.compared, converter);
	const keys = new Set([...now.groups.keys(), ...(before?.groups.keys() ?? [])]);
	const empty = (): Sum => new Sum();
	const groups: NumbersGroupView[] = [...keys].map((key) => ({
		key,
		figures: figuresOf(now.groups.get(key) ?? empty()),
		compared: before && figuresOf(before.groups.get(key) ?? empty()),
	}));
	const money = (group: NumbersGroupView): bigint => BigInt(group.figures.gross ?? 0);
	groups.sort((a, b) => (money(a) === money(b) ? (a.key < b.key ? -1 : 1) : money(a) > money(b) ? -1 : 1));
	const days: NumbersDayView[] = Array.from({ length: daysBetween(of.from, of.until) }, (_, n) => {
		const day = addDays(of.from, n);
		const comparedDay = of.shift === null ? null : addDays(day, -of.shift);
		return {
			day,
			figures: figuresOf(now.days.get(day) ?? empty()),
			comparedDay,
			compared: comparedDay === null || !before ? null : figuresOf(before.days.get(comparedDay) ?? empty()),
		};
	});
	return {
		total: figuresOf(now.total),
		compared: before && figuresOf(before.total),
		split: before && of.shift !== null ? splitOf(of.cells, converter, of.shift, now.total, before.total) : null,
		days,
		groups,
		basis: {
			rates: ratesUsed([...of.cells, ...of.compared], converter),
			goods: Object.fromEntries(BASES.map((b) => [b, roundExact(now.goods.get(b) ?? 0n).toString()])) as BasisView['goods'],
			taxUntoldMinor: now.total.money('tax_untold_minor').toString(),
			untoldOrders: now.total.count('untold').toString(),
			feeOrders: now.total.count('fee_orders').toString(),
			apart: apartOf(of.cells, converter),
		},
	};
}

const BASES = ['gross', 'net', 'unknown'] as const satisfies readonly TaxBasis[];

function sums({ by, placeOf }: Telling, cells: readonly SalesCell[], converter: Converter) {
	const total = new Sum();
	const days = new Map<string, Sum>();
	const groups = new Map<string, Sum>();
	const goods = new Map<TaxBasis, bigint>();
	for (const cell of cells) {
		const conversion = converter.on(cell.currency, cell.day);
		const addition = additionOf(cell, conversion);
		total.add(addition);
		into(days, cell.day).add(addition);
		const key = by === 'store' ? cell.storeId : by === 'currency' ? cell.currency : (placeOf.get(cell.storeId)?.[by] ?? '');
		into(groups, key).add(addition);
		if (conversion) goods.set(cell.taxBasis, (goods.get(cell.taxBasis) ?? 0n) + cell.sums.goods_minor * conversion.factor);
	}
	return { total, days, groups, goods };
}

function into(sums: Map<string, Sum>, key: string): Sum {
	const known = sums.get(key) ?? new Sum();
	sums.set(key, known);
	return known;
}

/** Null where a day of the comparison period has no rate: then nobody knows what the rates did. */
function splitOf(cells: readonly SalesCell[], converter: Converter, shift: number, now: Sum, before: Sum): NumbersView['split'] {
	const former = new Sum();
	for (const cell of cells) {
		const then = converter.on(cell.currency, addDays(cell.day, -shift));
		if (!then && converter.on(cell.currency, cell.day)) return null;
		former.add(additionOf(cell, then));
	}
	const view = (a: bigint, b: bigint, c: bigint): ChangeView => {
		const { change, trade, exchange } = splitChange(a, b, c);
		return { changeMinor: change.toString(), tradeMinor: trade.toString(), exchangeMinor: exchange.toString() };
	};
	return {
		gross: view(now.money('gross_minor'), former.money('gross_minor'), before.money('gross_minor')),
		net: view(now.net, former.net, before.net),
	};
}

function ratesUsed(cells: readonly SalesCell[], converter: Converter): BasisView['rates'] {
	const sources = new Set<RateSource>();
	const carried = new Set<string>();
	let oldest: string | null = null;
	let newest: string | null = null;
	for (const { currency, day } of cells) {
		const used = converter.on(currency, day);
		if (!used || used.rateDay === null) continue;
		for (const source of used.sources) sources.add(source);
		if (oldest === null || used.rateDay < oldest) oldest = used.rateDay;
		if (newest === null || used.rateDay > newest) newest = used.rateDay;
		if (used.rateDay < day) carried.add(`${currency} ${day}`);
	}
	return { sources: RATE_SOURCES.filter((source) => sources.has(source)), oldest, newest, carried: carried.size };
}

function apartOf(cells: readonly SalesCell[], converter: Converter): BasisView['apart'] {
	const apart = new Map<string, { gross: bigint; orders: bigint }>();
	for (const { currency, day, sums } of cells) {
		if (converter.on(currency, day)) continue;
		const known = apart.get(currency) ?? { gross: 0n, orders: 0n };
		apart.set(currency, { gross: known.gross + sums.gross_minor, orders: known.orders + sums.orders });
	}
	return [...apart]
		.filter(([, { gross, orders }]) => gross !== 0n || orders !== 0n)
		.map(([currency, { gross, orders }]) => ({ currency, grossMinor: gross.toString(), orders: orders.toString() }));
}

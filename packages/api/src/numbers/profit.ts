import type { ProfitCells, ProfitDay } from '@pangea/db';
import {
	type Conversion,
	ExactSums,
	type Grouping,
	PROFIT_GAPS,
	type ProfitGap,
	type RateBook,
	roundExact,
	type Whole,
} from '@pangea/domain';
import { plus } from './day-sums.ts';
import { Converter, into, quotient } from './figures.ts';
import type { ProfitFiguresView, ProfitView } from './shapes.ts';
import type { Place } from './tell.ts';

export const SHARE_DECIMALS = 4;

/** What is summed up in money, by basis where there are two. */
const PLACES = [
	'gross',
	'proceedsSettled',
	'proceedsEstimated',
	'costSettled',
	'costEstimated',
	'allCosts',
	'unnamed',
	'difference',
] as const;
const PLACE = Object.fromEntries(PLACES.map((name, n) => [name, n])) as Record<(typeof PLACES)[number], number>;

class ProfitSum {
	orders = 0;
	compared = 0;
	#told = { settled: 0, estimated: 0 };
	#units: Whole = 0;
	#costedUnits: Whole = 0;
	readonly #money = new ExactSums(PLACES.length);

	/** @param own what converts the cell's money @param isTold whether it can be said what is left of its orders */
	add(cells: ProfitCells, cell: number, own: Conversion | null, isTold: boolean): void {
		const orders = Number(cells.sum(cell, 'orders'));
		this.orders += orders;
		this.#units = plus(this.#units, cells.sum(cell, 'units'));
		this.#costedUnits = plus(this.#costedUnits, cells.sum(cell, 'costedUnits'));
		if (!isTold || own === null) return;
		const isSettled = cells.isSettled(cell);
		this.#told[isSettled ? 'settled' : 'estimated'] += orders;
		this.#money.add(PLACE.gross, cells.sum(cell, 'gross'), own);
		this.#money.add(isSettled ? PLACE.proceedsSettled : PLACE.proceedsEstimated, cells.sum(cell, 'proceeds'), own);
		this.#money.add(PLACE.unnamed, cells.sum(cell, 'unnamed'), own);
		this.#money.add(PLACE.difference, cells.sum(cell, 'difference'), own);
		this.compared += Number(cells.sum(cell, 'compared'));
	}

	/** One of a cell's costs. */
	addCost(minor: Whole, conversion: Conversion, isTold: boolean, isSettled: boolean): void {
		this.#money.add(PLACE.allCosts, minor, conversion);
		if (isTold) this.#money.add(isSettled ? PLACE.costSettled : PLACE.costEstimated, minor, conversion);
	}

	addAll(other: ProfitSum): void {
		this.orders += other.orders;
		this.compared += other.compared;
		this.#units = plus(this.#units, other.#units);
		this.#costedUnits = plus(this.#costedUnits, other.#costedUnits);
		this.#money.addAll(other.#money);
		for (const basis of ['settled', 'estimated'] as const) this.#told[basis] += other.#told[basis];
	}

	figures(): ProfitFiguresView {
		const { settled, estimated } = this.#told;
		const exact = (place: keyof typeof PLACE): bigint => this.#money.exact(PLACE[place]);
		const profit = {
			settled: exact('proceedsSettled') - exact('costSettled'),
			estimated: exact('proceedsEstimated') - exact('costEstimated'),
		};
		const [gross, units, costed] = [exact('gross'), BigInt(this.#units), BigInt(this.#costedUnits)];
		const none = settled + estimated === 0;
		const some = (orders: number, sum: bigint): string | null => (orders === 0 ? null : roundExact(sum).toString());
		return {
			orders: this.orders.toString(),
			settledOrders: settled.toString(),
			profitOrders: estimated.toString(),
			units: units.toString(),
			unitsWithoutCost: (units - costed).toString(),
			costOfGoods: costed === 0n ? null : roundExact(exact('allCosts')).toString(),
			gross: some(settled + estimated, gross),
			proceeds: some(settled + estimated, exact('proceedsSettled') + exact('proceedsEstimated')),
			profitSettled: some(settled, profit.settled),
			profitEstimated: some(estimated, profit.estimated),
			margin: none || gross <= 0n ? null : quotient(profit.settled + profit.estimated, gross, SHARE_DECIMALS),
			unnamed: some(settled, exact('unnamed')),
			difference: some(this.compared, exact('difference')),
		};
	}
}

export interface ProfitTelling {
	base: string;
	days: readonly ProfitDay[];
	book: RateBook;
	by: Grouping;
	placeOf: ReadonlyMap<string, Place>;
}

/** What belongs to the numbers of stores and currencies of cells that were read together. */
interface Ground {
	/** Of each currency, by the place of the day. */
	rates: readonly (readonly (Conversion | null)[])[];
	/** Of each group of cells. */
	keys: readonly string[];
	sums: (ProfitSum | undefined)[];
}

/** What is left, told apart like the sales, and of how many orders it cannot be said and why. Pure. */
export function tellProfit({
	base,
	days,
	book,
	by,
	placeOf,
}: ProfitTelling): Pick<ProfitView, 'total' | 'groups' | 'gaps' | 'apart' | 'compared'> {
	const converter = new Converter(book, base);
	const dates = days.map(({ day }) => day);
	const total = new ProfitSum();
	const groups = new Map<string, ProfitSum>();
	const keyOfStore = (store: string): string => (by === 'store' || by === 'currency' ? store : (placeOf.get(store)?.[by] ?? ''));
	// Cells that were read together count stores and currencies alike.
	const grounds = new Map<ProfitCells['stores'], Ground>();
	const groundOf = ({ stores, currencies }: ProfitCells): Ground => ({
		rates: currencies.map((currency) => converter.over(currency, dates)),
		keys: by === 'currency' ? currencies : stores.map(keyOfStore),
		sums: [],
	});
	const apart = new Map<string, bigint>();
	const gaps = Object.fromEntries(PROFIT_GAPS.map((gap) => [gap, 0])) as Record<ProfitGap, number>;
	for (const [n, { cells }] of days.entries()) {
		const { rates, keys, sums } = into(grounds, cells.stores, () => groundOf(cells));
		for (let cell = 0; cell < cells.length; cell++) {
			const own = rates[cells.currency(cell)]?.[n] ?? null;
			const end = cells.firstCost(cell + 1);
			let converts = own !== null;
			for (let cost = cells.firstCost(cell); cost < end; cost++) converts &&= (rates[cells.costCurrency(cost)]?.[n] ?? null) !== null;
			const gap = gapOf(cells, cell, converts);
			if (gap !== null) gaps[gap] += Number(cells.sum(cell, 'orders'));
			const part = by === 'currency' ? cells.currency(cell) : cells.store(cell);
			const sum = (sums[part] ??= into(groups, keys[part] ?? '', () => new ProfitSum()));
			sum.add(cells, cell, own, gap === null);
			for (let cost = cells.firstCost(cell); cost < end; cost++) {
				const currency = cells.costCurrency(cost);
				const conversion = rates[currency]?.[n];
				if (conversion) sum.addCost(cells.cost(cost), conversion, gap === null, cells.isSettled(cell));
				else setApart(apart, cells.currencies[currency] ?? '', cells.cost(cost));
			}
		}
	}
	for (const group of groups.values()) total.addAll(group);
	return {
		total: total.figures(),
		groups: [...groups].map(([key, sum]) => ({ key, figures: sum.figures() })),
		gaps,
		compared: total.compared,
		apart: [...apart].map(([currency, minor]) => ({ currency, costMinor: minor.toString() })),
	};
}

/** Costs that no rate converts: they are in no sum. */
function setApart(apart: Map<string, bigint>, currency: string, minor: Whole): void {
	apart.set(currency, (apart.get(currency) ?? 0n) + BigInt(minor));
}

/** @param converts whether there is a rate for the cell's money and for each of its costs */
function gapOf(cells: ProfitCells, cell: number, converts: boolean): ProfitGap | null {
	if (!cells.isTold(cell)) return 'proceedsUntold';
	if (!cells.isCosted(cell)) return 'costMissing';
	return converts ? null : 'rateMissing';
}

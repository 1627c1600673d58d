import type { ProfitCell } from '@pangea/db';
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

	add(cell: ProfitCell, gap: ProfitGap | null, rates: CellRates): void {
		this.orders += cell.orders;
		this.#units = plus(this.#units, cell.units);
		this.#costedUnits = plus(this.#costedUnits, cell.costedUnits);
		const isTold = gap === null && rates.own !== null;
		const [proceeds, cost] = cell.settled ? [PLACE.proceedsSettled, PLACE.costSettled] : [PLACE.proceedsEstimated, PLACE.costEstimated];
		for (let n = 0; n < cell.costs.length; n++) {
			const [conversion, minor] = [rates.costs[n], cell.costs[n]?.[1] ?? 0];
			if (!conversion) continue;
			this.#money.add(PLACE.allCosts, minor, conversion);
			if (isTold) this.#money.add(cost, minor, conversion);
		}
		if (!isTold || rates.own === null) return;
		this.#told[cell.settled ? 'settled' : 'estimated'] += cell.orders;
		this.#money.add(PLACE.gross, cell.grossMinor, rates.own);
		this.#money.add(proceeds, cell.proceedsMinor ?? 0, rates.own);
		this.#money.add(PLACE.unnamed, cell.unnamedMinor, rates.own);
		this.#money.add(PLACE.difference, cell.differenceMinor, rates.own);
		this.compared += cell.compared;
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
	cells: readonly ProfitCell[];
	book: RateBook;
	by: Grouping;
	placeOf: ReadonlyMap<string, Place>;
}

/** What is left, told apart like the sales, and of how many orders it cannot be said and why. Pure. */
export function tellProfit({
	base,
	cells,
	book,
	by,
	placeOf,
}: ProfitTelling): Pick<ProfitView, 'total' | 'groups' | 'gaps' | 'apart' | 'compared'> {
	const converter = new Converter(book, base);
	const total = new ProfitSum();
	const groups = new Map<string, ProfitSum>();
	const apart = new Map<string, bigint>();
	const gaps = Object.fromEntries(PROFIT_GAPS.map((gap) => [gap, 0])) as Record<ProfitGap, number>;
	for (const cell of cells) {
		const rates = ratesOf(cell, converter);
		const gap = gapOf(cell, rates);
		apartOf(apart, cell, rates);
		if (gap !== null) gaps[gap] += cell.orders;
		const key = by === 'store' ? cell.storeId : by === 'currency' ? cell.currency : (placeOf.get(cell.storeId)?.[by] ?? '');
		into(groups, key, () => new ProfitSum()).add(cell, gap, rates);
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
function apartOf(apart: Map<string, bigint>, { costs }: ProfitCell, rates: CellRates): void {
	for (let n = 0; n < costs.length; n++) {
		const cost = costs[n];
		if (cost && !rates.costs[n]) apart.set(cost[0], (apart.get(cost[0]) ?? 0n) + BigInt(cost[1]));
	}
}

/** What converts a cell's money, and each of its costs in their order. */
interface CellRates {
	own: Conversion | null;
	costs: readonly (Conversion | null)[];
}

function ratesOf({ currency, day, costs }: ProfitCell, converter: Converter): CellRates {
	const rates: (Conversion | null)[] = [];
	for (const cost of costs) rates.push(converter.on(cost[0], day));
	return { own: converter.on(currency, day), costs: rates };
}

function gapOf(cell: ProfitCell, { own, costs }: CellRates): ProfitGap | null {
	if (cell.proceedsMinor === null) return 'proceedsUntold';
	if (!cell.costed) return 'costMissing';
	return own === null || costs.includes(null) ? 'rateMissing' : null;
}

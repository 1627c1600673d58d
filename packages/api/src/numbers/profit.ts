import type { ProfitCell, Whole } from '@pangea/db';
import { type Grouping, PROFIT_GAPS, type ProfitGap, type Rate, RateBook, roundExact } from '@pangea/domain';
import { Converter, quotient } from './figures.ts';
import type { ProfitFiguresView, ProfitView } from './shapes.ts';
import type { Place } from './tell.ts';

export const SHARE_DECIMALS = 4;

const exact = (minor: Whole, factor: bigint): bigint => (minor === 0 ? 0n : BigInt(minor) * factor);

/** Money exact, times the scale of a conversion's factor. */
class ProfitSum {
	orders = 0;
	compared = 0;
	#told = { settled: 0, estimated: 0 };
	#units = 0n;
	#costedUnits = 0n;
	#gross = 0n;
	#proceeds = { settled: 0n, estimated: 0n };
	#cost = { settled: 0n, estimated: 0n };
	#allCosts = 0n;
	#unnamed = 0n;
	#difference = 0n;

	add(cell: ProfitCell, gap: ProfitGap | null, converter: Converter): void {
		this.orders += cell.orders;
		this.#units += BigInt(cell.units);
		this.#costedUnits += BigInt(cell.costedUnits);
		let cost = 0n;
		for (const [currency, minor] of cell.costs) cost += exact(minor, converter.on(currency, cell.day)?.factor ?? 0n);
		this.#allCosts += cost;
		const conversion = converter.on(cell.currency, cell.day);
		if (gap !== null || conversion === null) return;
		const basis = cell.settled ? 'settled' : 'estimated';
		this.#told[basis] += cell.orders;
		this.#gross += exact(cell.grossMinor, conversion.factor);
		this.#proceeds[basis] += exact(cell.proceedsMinor ?? 0, conversion.factor);
		this.#cost[basis] += cost;
		this.#unnamed += exact(cell.unnamedMinor, conversion.factor);
		this.#difference += exact(cell.differenceMinor, conversion.factor);
		this.compared += cell.compared;
	}

	addAll(other: ProfitSum): void {
		this.orders += other.orders;
		this.compared += other.compared;
		this.#units += other.#units;
		this.#costedUnits += other.#costedUnits;
		this.#gross += other.#gross;
		this.#allCosts += other.#allCosts;
		this.#unnamed += other.#unnamed;
		this.#difference += other.#difference;
		for (const basis of ['settled', 'estimated'] as const) {
			this.#told[basis] += other.#told[basis];
			this.#proceeds[basis] += other.#proceeds[basis];
			this.#cost[basis] += other.#cost[basis];
		}
	}

	figures(): ProfitFiguresView {
		const { settled, estimated } = this.#told;
		const profitOf = (basis: 'settled' | 'estimated'): bigint => this.#proceeds[basis] - this.#cost[basis];
		const none = settled + estimated === 0;
		const some = (orders: number, exact: bigint): string | null => (orders === 0 ? null : roundExact(exact).toString());
		return {
			orders: this.orders.toString(),
			settledOrders: settled.toString(),
			profitOrders: estimated.toString(),
			units: this.#units.toString(),
			unitsWithoutCost: (this.#units - this.#costedUnits).toString(),
			costOfGoods: this.#costedUnits === 0n ? null : roundExact(this.#allCosts).toString(),
			gross: some(settled + estimated, this.#gross),
			proceeds: some(settled + estimated, this.#proceeds.settled + this.#proceeds.estimated),
			profitSettled: some(settled, profitOf('settled')),
			profitEstimated: some(estimated, profitOf('estimated')),
			margin: none || this.#gross <= 0n ? null : quotient(profitOf('settled') + profitOf('estimated'), this.#gross, SHARE_DECIMALS),
			unnamed: some(settled, this.#unnamed),
			difference: some(this.compared, this.#difference),
		};
	}
}

export interface ProfitTelling {
	base: string;
	cells: readonly ProfitCell[];
	rates: readonly Rate[];
	by: Grouping;
	placeOf: ReadonlyMap<string, Place>;
}

/** What is left, told apart like the sales, and of how many orders it cannot be said and why. Pure. */
export function tellProfit({
	base,
	cells,
	rates,
	by,
	placeOf,
}: ProfitTelling): Pick<ProfitView, 'total' | 'groups' | 'gaps' | 'apart' | 'compared'> {
	const converter = new Converter(new RateBook(rates), base);
	const total = new ProfitSum();
	const groups = new Map<string, ProfitSum>();
	const gaps = Object.fromEntries(PROFIT_GAPS.map((gap) => [gap, 0])) as Record<ProfitGap, number>;
	for (const cell of cells) {
		const gap = gapOf(cell, converter);
		if (gap !== null) gaps[gap] += cell.orders;
		const key = by === 'store' ? cell.storeId : by === 'currency' ? cell.currency : (placeOf.get(cell.storeId)?.[by] ?? '');
		const group = groups.get(key) ?? new ProfitSum();
		groups.set(key, group);
		group.add(cell, gap, converter);
	}
	for (const group of groups.values()) total.addAll(group);
	return {
		total: total.figures(),
		groups: [...groups].map(([key, sum]) => ({ key, figures: sum.figures() })),
		gaps,
		compared: total.compared,
		apart: apartOf(cells, converter),
	};
}

/** Costs that no rate converts: they are in no sum. */
function apartOf(cells: readonly ProfitCell[], converter: Converter): ProfitView['apart'] {
	const apart = new Map<string, bigint>();
	for (const { day, costs } of cells)
		for (const [currency, minor] of costs)
			if (!converter.on(currency, day)) apart.set(currency, (apart.get(currency) ?? 0n) + BigInt(minor));
	return [...apart].map(([currency, minor]) => ({ currency, costMinor: minor.toString() }));
}

function gapOf(cell: ProfitCell, converter: Converter): ProfitGap | null {
	if (cell.proceedsMinor === null) return 'proceedsUntold';
	if (!cell.costed) return 'costMissing';
	if (converter.on(cell.currency, cell.day) === null) return 'rateMissing';
	for (const [currency] of cell.costs) if (converter.on(currency, cell.day) === null) return 'rateMissing';
	return null;
}

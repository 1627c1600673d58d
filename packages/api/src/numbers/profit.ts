import type { ProfitCell } from '@pangea/db';
import { type Grouping, PROFIT_GAPS, type ProfitGap, type Rate, RateBook, roundExact } from '@pangea/domain';
import { Converter, quotient } from './figures.ts';
import type { ProfitFiguresView, ProfitView } from './shapes.ts';
import type { Place } from './tell.ts';

const SHARE_DECIMALS = 4;

/** Money exact, times the scale of a conversion's factor. */
class ProfitSum {
	orders = 0;
	estimated = 0;
	units = 0n;
	costedUnits = 0n;
	#gross = 0n;
	#proceeds = 0n;
	#cost = 0n;
	#allCosts = 0n;

	add(cell: ProfitCell, gap: ProfitGap | null, converter: Converter): void {
		this.orders += cell.orders;
		this.units += cell.units;
		this.costedUnits += cell.costedUnits;
		let cost = 0n;
		for (const [currency, minor] of cell.costs) cost += minor * (converter.on(currency, cell.day)?.factor ?? 0n);
		this.#allCosts += cost;
		const conversion = converter.on(cell.currency, cell.day);
		if (gap !== null || conversion === null) return;
		this.estimated += cell.orders;
		this.#gross += cell.grossMinor * conversion.factor;
		this.#proceeds += (cell.proceedsMinor ?? 0n) * conversion.factor;
		this.#cost += cost;
	}

	figures(): ProfitFiguresView {
		const none = this.estimated === 0;
		const profit = this.#proceeds - this.#cost;
		return {
			orders: this.orders.toString(),
			profitOrders: this.estimated.toString(),
			units: this.units.toString(),
			unitsWithoutCost: (this.units - this.costedUnits).toString(),
			costOfGoods: this.costedUnits === 0n ? null : roundExact(this.#allCosts).toString(),
			gross: none ? null : roundExact(this.#gross).toString(),
			proceeds: none ? null : roundExact(this.#proceeds).toString(),
			profitEstimated: none ? null : roundExact(profit).toString(),
			margin: none || this.#gross <= 0n ? null : quotient(profit, this.#gross, SHARE_DECIMALS),
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
export function tellProfit({ base, cells, rates, by, placeOf }: ProfitTelling): Pick<ProfitView, 'total' | 'groups' | 'gaps' | 'apart'> {
	const converter = new Converter(new RateBook(rates), base);
	const total = new ProfitSum();
	const groups = new Map<string, ProfitSum>();
	const gaps = Object.fromEntries(PROFIT_GAPS.map((gap) => [gap, 0])) as Record<ProfitGap, number>;
	for (const cell of cells) {
		const gap = gapOf(cell, converter);
		if (gap !== null) gaps[gap] += cell.orders;
		total.add(cell, gap, converter);
		const key = by === 'store' ? cell.storeId : by === 'currency' ? cell.currency : (placeOf.get(cell.storeId)?.[by] ?? '');
		const group = groups.get(key) ?? new ProfitSum();
		groups.set(key, group);
		group.add(cell, gap, converter);
	}
	return {
		total: total.figures(),
		groups: [...groups].map(([key, sum]) => ({ key, figures: sum.figures() })),
		gaps,
		apart: apartOf(cells, converter),
	};
}

/** Costs that no rate converts: they are in no sum. */
function apartOf(cells: readonly ProfitCell[], converter: Converter): ProfitView['apart'] {
	const apart = new Map<string, bigint>();
	for (const { day, costs } of cells)
		for (const [currency, minor] of costs) if (!converter.on(currency, day)) apart.set(currency, (apart.get(currency) ?? 0n) + minor);
	return [...apart].map(([currency, minor]) => ({ currency, costMinor: minor.toString() }));
}

function gapOf(cell: ProfitCell, converter: Converter): ProfitGap | null {
	if (cell.proceedsMinor === null) return 'proceedsUntold';
	if (!cell.costed) return 'costMissing';
	const known = [cell.currency, ...cell.costs.keys()].every((currency) => converter.on(currency, cell.day) !== null);
	return known ? null : 'rateMissing';
}

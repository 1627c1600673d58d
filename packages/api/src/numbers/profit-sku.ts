import type { DayFactor, ProfitDay, SkuProfit } from '@pangea/db';
import { FACTOR_SCALE } from '@pangea/domain';
import { type Converter, quotient } from './figures.ts';
import { SHARE_DECIMALS } from './profit.ts';
import type { ProfitFiguresView, SkuProfitView } from './shapes.ts';

/** The currencies of bills and of costs. */
export const currenciesOf = (days: readonly ProfitDay[]): string[] => [...new Set(days.flatMap(({ cells }) => cells.currencies))].sort();

/** The factors of all currencies of days, on all of these; what has no rate is left out. */
export function factorsOf(days: readonly ProfitDay[], converter: Converter): DayFactor[] {
	const dates = [...new Set(days.map(({ day }) => day))];
	return currenciesOf(days).flatMap((currency) =>
		dates.flatMap((day) => {
			const conversion = converter.on(currency, day);
			return conversion === null ? [] : [{ day, currency, factor: conversion.factor }];
		}),
	);
}

type MoneyId = 'gross' | 'proceeds' | 'costOfGoods' | 'profitSettled' | 'profitEstimated' | 'unnamed' | 'difference';

/** Exact, and null where the figure is not told: as the whole tells it. */
const MONEY: Record<MoneyId, (of: SkuProfit) => bigint | null> = {
	gross: (of) => (isTold(of) ? of.gross : null),
	proceeds: (of) => (isTold(of) ? of.proceeds.settled + of.proceeds.estimated : null),
	costOfGoods: (of) => (of.costedUnits === 0n ? null : of.cost),
	profitSettled: (of) => (of.settledOrders === 0 ? null : of.proceeds.settled - of.costs.settled),
	profitEstimated: (of) => (of.estimatedOrders === 0 ? null : of.proceeds.estimated - of.costs.estimated),
	unnamed: (of) => (of.settledOrders === 0 ? null : of.unnamed),
	difference: (of) => (of.compared === 0 ? null : of.difference),
};
const MONEY_IDS = Object.keys(MONEY) as MoneyId[];

const isTold = (of: SkuProfit): boolean => of.settledOrders + of.estimatedOrders > 0;

/**
 * The figures of SKUs, their money rounded so that it adds up to the whole's. Pure.
 * @param total the whole, read from the same orders @param most so many are named, all others are one rest
 */
export function tellSkuProfit(skus: readonly SkuProfit[], total: ProfitFiguresView, most: number): Pick<SkuProfitView, 'rows' | 'rest'> {
	const rounded = new Map(
		MONEY_IDS.map((id) => {
			const exact = skus.map((of) => MONEY[id](of));
			return [id, apportioned(exact, BigInt(total[id] ?? 0))] as const;
		}),
	);
	const rows = skus.map((of, n) => {
		const money = Object.fromEntries(MONEY_IDS.map((id) => [id, rounded.get(id)?.[n] ?? null])) as Record<MoneyId, bigint | null>;
		return { of, money, sellerSku: of.sellerSku, title: of.title };
	});
	rows.sort((a, b) => byLeft(a.of, b.of));
	// What has no SKU is never hidden among the rest.
	const named = new Set(rows.filter(({ sellerSku }, n) => n < most || sellerSku === null));
	const others = rows.filter((row) => !named.has(row));
	return {
		rows: [...named].map(({ of, money, sellerSku, title }) => ({ sellerSku, title, figures: figuresOf([of], money) })),
		rest: others.length === 0 ? null : { skus: others.length, figures: restOf(others) },
	};
}

function restOf(rows: readonly { of: SkuProfit; money: Record<MoneyId, bigint | null> }[]): ProfitFiguresView {
	const money = Object.fromEntries(
		MONEY_IDS.map((id) => [
			id,
			rows.reduce<bigint | null>((sum, row) => (row.money[id] === null ? sum : (sum ?? 0n) + row.money[id]), null),
		]),
	) as Record<MoneyId, bigint | null>;
	return figuresOf(
		rows.map(({ of }) => of),
		money,
	);
}

/** Most left first, those of which nothing can be said last, and of these most pieces. */
function byLeft(a: SkuProfit, b: SkuProfit): number {
	if (isTold(a) !== isTold(b)) return isTold(a) ? -1 : 1;
	const differ = profitOf(b) - profitOf(a) || b.units - a.units;
	return differ === 0n ? 0 : differ < 0n ? -1 : 1;
}

const profitOf = ({ proceeds, costs }: SkuProfit): bigint => proceeds.settled + proceeds.estimated - costs.settled - costs.estimated;

function figuresOf(of: readonly SkuProfit[], money: Record<MoneyId, bigint | null>): ProfitFiguresView {
	const count = (read: (one: SkuProfit) => number): string => of.reduce((sum, one) => sum + read(one), 0).toString();
	const units = of.reduce((sum, one) => sum + one.units, 0n);
	const profit = of.reduce((sum, one) => sum + profitOf(one), 0n);
	const gross = of.reduce((sum, one) => sum + one.gross, 0n);
	const text = Object.fromEntries(MONEY_IDS.map((id) => [id, money[id]?.toString() ?? null])) as Record<MoneyId, string | null>;
	return {
		...text,
		orders: count((one) => one.orders),
		settledOrders: count((one) => one.settledOrders),
		profitOrders: count((one) => one.estimatedOrders),
		units: units.toString(),
		unitsWithoutCost: (units - of.reduce((sum, { costedUnits }) => sum + costedUnits, 0n)).toString(),
		margin: money.gross === null || gross <= 0n ? null : quotient(profit, gross, SHARE_DECIMALS),
	};
}

/**
 * Exact amounts as whole minor units whose sum is the whole's: each is rounded down, and what is left over goes to those that lost most.
 * @param exact times the scale of a conversion's factor; their sum, rounded, is `whole`
 */
function apportioned(exact: readonly (bigint | null)[], whole: bigint): (bigint | null)[] {
	const floors = exact.map((one) => (one === null ? null : floorOf(one)));
	let left = whole - floors.reduce<bigint>((sum, one) => sum + (one ?? 0n), 0n);
	const lost = exact
		.flatMap((one, n) => (one === null ? [] : [{ n, by: one - (floors[n] ?? 0n) * FACTOR_SCALE }]))
		.toSorted((a, b) => (a.by === b.by ? a.n - b.n : a.by > b.by ? -1 : 1));
	const raised = new Set<number>();
	for (const { n } of lost) {
		if (left <= 0n) break;
		raised.add(n);
		left--;
	}
	return floors.map((one, n) => (one !== null && raised.has(n) ? one + 1n : one));
}

function floorOf(exact: bigint): bigint {
	const whole = exact / FACTOR_SCALE;
	return exact % FACTOR_SCALE < 0n ? whole - 1n : whole;
}

import {
	forgetHalfHours,
	profitLock,
	recheckProfit,
	recordSalesCheck,
	recountSales,
	type SalesDay,
	salesSpans,
	type Scope,
	storeOrdersLock,
	tellSkuSpans,
} from '@pangea/db';
import { addMillis } from '@pangea/domain';
import type { Engine } from './engine.ts';

const DAY = 86_400_000;
/** The newest days of a store are always compared: most news arrive for them. */
const NEWEST = 3;
/** And so many others, drawn anew each night. */
const DRAWN = 7;
/** Half hours are compared for the newest days only; what is drawn may be older than they are kept. */
const ROLLUPS = ['sales_day', 'sales_clock_day', 'sales_half_hour'] as const;
const KEPT_FOR_EVER = ['sales_day', 'sales_clock_day'] as const;

/**
 * Compares a sample of every store's days with its orders, puts right what differs and keeps what was found, which becomes a notice. Each day is a
 * transaction of its own, in which nobody else writes the store's orders. Then tells pieces of SKUs of months that are over.
 */
export async function checkSales(
	engine: Pick<Engine, 'database' | 'now' | 'log'>,
	workspaceId: string,
	draw: () => number = Math.random,
): Promise<{ cells: number; wrong: number }> {
	const all = { cells: 0, wrong: 0 };
	for (const { storeId, from, until } of await engine.database.inWorkspace(workspaceId, salesSpans)) {
		const found = { cells: 0, wrong: 0 };
		for (const day of from === null || until === null ? [] : sample(storeId, from, until, draw)) {
			const work = { lock: storeOrdersLock(storeId) };
			const { cells, wrong } = await engine.database.inWorkspace(workspaceId, (scope) => compare(scope, day), work);
			found.cells += cells;
			found.wrong += wrong;
			if (wrong > 0) engine.log.error({ workspaceId, ...day, wrong }, 'sales differed from their orders and were put right');
		}
		const at = engine.now().toISOString();
		await engine.database.inWorkspace(workspaceId, (scope) => recordSalesCheck(scope, storeId, at, found));
		all.cells += found.cells;
		all.wrong += found.wrong;
	}
	await engine.database.inWorkspace(workspaceId, forgetHalfHours);
	while (await engine.database.inWorkspace(workspaceId, tellSkuSpans, { lock: profitLock(workspaceId) }));
	return all;
}

/** What is left is compared with the sales of the store's own day. */
async function compare(scope: Scope, day: SalesDay): Promise<{ cells: number; wrong: number }> {
	const sales = await recountSales(scope, day);
	return day.rollup === 'sales_day' ? { cells: sales.cells + 1, wrong: sales.wrong + (await recheckProfit(scope, day)) } : sales;
}

function sample(storeId: string, from: string, until: string, draw: () => number): SalesDay[] {
	const days = Math.round((Date.parse(until) - Date.parse(from)) / DAY) + 1;
	const back = (n: number): string => addMillis(new Date(until).toISOString(), -n * DAY).slice(0, 10);
	const newest = Array.from({ length: Math.min(NEWEST, days) }, (_, n) => back(n));
	const drawn = Array.from({ length: Math.min(DRAWN, Math.max(0, days - NEWEST)) }, () =>
		back(NEWEST + Math.floor(draw() * (days - NEWEST))),
	);
	return [
		...newest.flatMap((day) => ROLLUPS.map((rollup) => ({ storeId, day, rollup }))),
		// The workspace's clock may be ahead of the store's.
		{ storeId, day: back(-1), rollup: 'sales_clock_day' },
		...[...new Set(drawn)].flatMap((day) => KEPT_FOR_EVER.map((rollup) => ({ storeId, day, rollup }))),
	];
}

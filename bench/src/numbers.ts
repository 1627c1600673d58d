import { readFileSync } from 'node:fs';
import { answerNumbers, answerProfit, answerSkus, numbersQuestion, type NumbersReader } from '@pangea/api';
import { addRates, addUpStaleProfit, createEmptyWorkspace, Database, newestRates, profitLock, salesToday, tellSkuSpans } from '@pangea/db';
import { addDays } from '@pangea/domain';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { type BenchDatabase, openBenchDatabase } from './database.ts';
import { quantile, round } from './figures.ts';
import { takeIndexes } from './lists-fill.ts';
import { measurePainted } from './numbers-painted.ts';
import { measureUpkeep } from './numbers-upkeep.ts';
import { forgetStatements, statementMillis } from './statements.ts';
import { createNumbersStores, DAYS, fillStatements, keepCosts, keepRates, LINES_EACH, type NumbersStore } from './numbers-world.ts';

const NAME = 'bench numbers';
const ROWS = 1_000_000;
const STORES = 40;
const ROUNDS = 20;
/** Orders of one statement while filling. */
const CHUNK = 100_000;
/** Milliseconds at p95: totals in the database, every other view as a whole. */
const GOALS = { twoYears: 20, month: 6, view: 100 } as const;

interface World {
	workspaceId: string;
	stores: NumbersStore[];
	orders: number;
	now: Date;
}

/** Something that the Numbers screen asks, and how long it may take. */
interface View {
	name: string;
	ask: () => Promise<unknown>;
	/** What has to be so before it is asked. */
	before?: (owner: pg.Client) => Promise<unknown>;
	/** Of the statements alone, by the server's own clock, or as the caller sees it. */
	goal: { of: 'database' | 'whole'; p95: number };
}

interface Measured {
	view: string;
	/** The first time it was asked: what is not in the server's memory yet is read and parted. */
	first: number;
	p50: number;
	p95: number;
	databaseP50: number;
	databaseP95: number;
	/** Milliseconds of a processor at p50, of the server and of this process: waiting is not in them. Null where they are not told. */
	serverCpu: number | null;
	ownCpu: number;
	goal: string;
	met: boolean;
}

/**
 * What the Numbers screen asks of order lines over two years, forty stores and twelve currencies, through the product's own functions: milliseconds at
 * p50 and p95 as the caller sees them and inside the database. Limit: raw SQL that adds up the day cells of two years in one currency each. Then
 * what keeping the rollups costs: as a share of ingest, of a late refund, and how many cells a corrected rate writes.
 */
export async function benchNumbers(rows: number | null, step: (text: string) => void): Promise<object> {
	const home = await openBenchDatabase({ max_wal_size: '8GB' });
	const database = new Database({ url: home.url, name: NAME, maxConnections: 2, onIdleError: () => {} });
	const owner = new pg.Client({ connectionString: home.url });
	await owner.connect();
	try {
		const world = await fill(home, database, Math.ceil((rows ?? ROWS) / LINES_EACH), step);
		await owner.query('create extension if not exists pg_stat_statements');
		const profitMicros = await addUpProfit(owner, database, world, step);
		const measured: Measured[] = [];
		const limit: number[] = [];
		for (const view of viewsOf(database, world)) {
			await view.before?.(owner);
			const one = await measure(owner, view);
			measured.push(one);
			step(
				`${one.view}: first ${one.first}, p50 ${one.p50}, p95 ${one.p95} ms; in the database ${one.databaseP50}, ${one.databaseP95} ms; on a processor ${one.serverCpu} and ${one.ownCpu} ms; ${one.goal}${one.met ? '' : ', MISSED'}`,
			);
			for (let n = 0; n < 3; n++) limit.push(await timed(() => rawTotals(owner, world)));
		}
		const painted = await measurePainted(database, home.url, world, step);
		const upkeep = await measureUpkeep({ owner, database, ...world }, step);
		const first = measured[0];
		return {
			value: first?.databaseP50,
			limit: round(quantile(limit, 0.5)),
			ratio: round((first?.databaseP50 ?? 0) / quantile(limit, 0.5)),
			unit: 'ms in the database for the totals of two years by day (value), for raw sums of the same cells (limit)',
			rows: world.orders * LINES_EACH,
			cells: Number((await owner.query<{ n: string }>('select count(*) as n from sales_day')).rows[0]?.n),
			profitMicros,
			missed: [...measured, ...painted].filter((one) => !one.met).map((one) => one.view),
			...upkeep,
			views: measured,
			painted,
		};
	} finally {
		await owner.end();
		await database.close();
		await home.close();
	}
}

async function fill(home: BenchDatabase, database: Database, orders: number, step: (text: string) => void): Promise<World> {
	const workspaceId = uuidv7();
	const now = new Date();
	const today = now.toISOString().slice(0, 10);
	const stores = await database.inWorkspace(workspaceId, async (scope) => {
		await createEmptyWorkspace(scope, { name: 'Numbers', baseCurrency: 'CNY', zone: 'Asia/Shanghai' });
		return await createNumbersStores(scope, STORES);
	});
	await keepRates(database, workspaceId, today);
	await keepCosts(database, workspaceId, today);
	const owner = new pg.Client({ connectionString: home.url });
	await owner.connect();
	const started = performance.now();
	try {
		const tables = ['orders', 'order_line'];
		const later = await takeIndexes(owner, tables);
		// Nothing that would look up a row for each row, but the rollups are kept as they are in use.
		await owner.query(`set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '1GB'`);
		const kept = await keptTriggers(owner);
		for (const trigger of kept) await owner.query(`alter table ${trigger.table} enable always trigger ${trigger.name}`);
		for (let from = 0; from < orders; from += CHUNK) {
			const chunk = fillStatements(workspaceId, stores, now.toISOString(), [from, Math.min(orders, from + CHUNK)]);
			await owner.query(chunk.orders);
			await owner.query(chunk.lines);
		}
		for (const trigger of kept) await owner.query(`alter table ${trigger.table} enable trigger ${trigger.name}`);
		step(`${orders} orders with ${orders * LINES_EACH} lines are in; building indexes`);
		for (const make of later) await owner.query(make);
		for (const table of [...tables, 'sales_day', 'sales_clock_day', 'sales_half_hour', 'fx_rate', 'sku_cost'])
			await owner.query(`vacuum analyze ${table}`);
		await owner.query('checkpoint');
	} finally {
		await owner.end();
	}
	step(`Filled in ${Math.round((performance.now() - started) / 1000)} s`);
	return { workspaceId, stores, orders, now };
}

/** Adds up what is left of all days, as the worker does after a fill. @returns microseconds an order */
async function addUpProfit(
	owner: pg.Client,
	database: Database,
	{ workspaceId, orders }: World,
	step: (text: string) => void,
): Promise<number> {
	const millis = await timed(async () => {
		while (await database.inWorkspace(workspaceId, addUpStaleProfit, { lock: profitLock(workspaceId) }));
	});
	const micros = round((millis * 1000) / orders, 1);
	step(`What is left of all days was added up in ${Math.round(millis / 1000)} s, ${micros} µs an order`);
	const night = await timed(async () => {
		while (await database.inWorkspace(workspaceId, tellSkuSpans, { lock: profitLock(workspaceId) }));
	});
	step(`Months and years of SKUs were told in ${Math.round(night / 1000)} s`);
	for (const table of ['profit_day', 'profit_clock_day', 'profit_stale', 'sku_day', 'sku_span'])
		await owner.query(`vacuum analyze ${table}`);
	return micros;
}

/** Triggers of our own that follow inserts; foreign keys are the server's. */
async function keptTriggers(owner: pg.Client): Promise<{ table: string; name: string }[]> {
	const { rows } = await owner.query<{ table: string; name: string }>(
		`select tgrelid::regclass::text as table, quote_ident(tgname) as name from pg_trigger
			where not tgisinternal and tgrelid in ('orders'::regclass, 'order_line'::regclass)`,
	);
	return rows;
}

function viewsOf(database: Database, { workspaceId, stores, now }: World): View[] {
	const reader: NumbersReader = {
		storeScope: null,
		sees: () => true,
		scoped: (work) => database.inWorkspace(workspaceId, work),
		services: { now: () => now, registry: new Map() },
	};
	const until = now.toISOString().slice(0, 10);
	const since = (days: number): string => addDays(until, 1 - days);
	const asked = (days: number, more: object = {}) => numbersQuestion.parse({ from: since(days), until, compare: 'none', ...more });
	const sales = (name: string, days: number, more: object = {}, goal: View['goal'] = { of: 'whole', p95: GOALS.view }): View => ({
		name,
		ask: () => answerNumbers(reader, asked(days, more)),
		goal,
	});
	const profit = (name: string, days: number, more: object = {}): View => ({
		name,
		ask: () => answerProfit(reader, asked(days, more)),
		goal: { of: 'whole', p95: GOALS.view },
	});
	const skus = (name: string, days: number, more: object = {}): View => ({
		name,
		ask: () => answerSkus(reader, asked(days, more)),
		goal: { of: 'whole', p95: GOALS.view },
	});
	const some = stores.slice(10, 13).map((store) => store.storeId);
	return [
		sales('totals by day, 24 months', DAYS, {}, { of: 'database', p95: GOALS.twoYears }),
		sales('totals by day, 30 days', 30, {}, { of: 'database', p95: GOALS.month }),
		sales('24 months, as a whole', DAYS),
		sales('30 days, compared with those before', 30, { compare: 'before' }),
		sales('12 months, compared with a year before', 364, { compare: 'year' }),
		...(['site', 'store', 'entity', 'group', 'owner', 'currency'] as const).map((by) => sales(`24 months by ${by}`, DAYS, { by })),
		...['EUR', 'JPY', 'BRL'].map((base) => sales(`24 months in ${base}`, DAYS, { base })),
		sales('24 months of three stores', DAYS, { stores: some }),
		sales('24 months of one platform', DAYS, { platforms: ['temu'] }),
		sales('30 days by the workspace’s clock', 30, { clock: 'workspace' }),
		sales('90 days by the workspace’s clock', 90, { clock: 'workspace' }),
		sales('24 months by the workspace’s clock', DAYS, { clock: 'workspace' }),
		profit('profit, 30 days', 30),
		profit('profit, 24 months', DAYS),
		profit('profit by store, 24 months', DAYS, { by: 'store' }),
		profit('profit of three stores, 90 days', 90, { stores: some }),
		profit('profit, 30 days by the workspace’s clock', 30, { clock: 'workspace' }),
		skus('SKUs by site, 30 days', 30),
		skus('SKUs by site, 90 days by the workspace’s clock', 90, { clock: 'workspace' }),
		skus('SKUs by site, 24 months', DAYS),
		skus('SKUs by site, 24 months of three stores', DAYS, { stores: some }),
		{
			...profit('profit, 24 months, with news of today in each store', DAYS),
			before: (owner) =>
				owner.query('insert into profit_stale (workspace_id, store_id, day) select workspace_id, store_id, current_date from store'),
		},
		{
			name: 'today’s sales',
			ask: () => reader.scoped((scope) => salesToday(scope, null, now.toISOString())),
			goal: { of: 'whole', p95: GOALS.view },
		},
		{ name: 'newest rates', ask: () => reader.scoped((scope) => newestRates(scope)), goal: { of: 'whole', p95: GOALS.view } },
		{
			name: 'rates corrected',
			ask: () =>
				reader.scoped((scope) =>
					addRates(
						scope,
						[{ currency: 'USD', against: 'EUR', day: since(100), source: 'hand', rate: (1 + Math.random()).toFixed(5) }],
						null,
					),
				),
			goal: { of: 'whole', p95: GOALS.view },
		},
	];
}

/** A view that takes seconds is asked less often. */
const PATIENCE_MILLIS = 15_000;

async function measure(owner: pg.Client, { name, ask, goal }: View): Promise<Measured> {
	const whole: number[] = [];
	const inside: number[] = [];
	const server: number[] = [];
	const own: number[] = [];
	const first = await timed(ask);
	const { rows: workers } = await owner.query<{ pid: number }>('select pid from pg_stat_activity where application_name = $1', [NAME]);
	const started = performance.now();
	for (let n = 0; n < ROUNDS && (n < 3 || performance.now() - started < PATIENCE_MILLIS); n++) {
		await forgetStatements(owner);
		const [before, used] = [processorMillis(workers), process.cpuUsage()];
		whole.push(await timed(ask));
		const { user, system } = process.cpuUsage(used);
		own.push((user + system) / 1000);
		const after = processorMillis(workers);
		if (before !== null && after !== null) server.push(after - before);
		inside.push(await statementMillis(owner));
	}
	const p95 = quantile(goal.of === 'whole' ? whole : inside, 0.95);
	return {
		view: name,
		first: round(first),
		p50: round(quantile(whole, 0.5)),
		p95: round(quantile(whole, 0.95)),
		databaseP50: round(quantile(inside, 0.5)),
		databaseP95: round(quantile(inside, 0.95)),
		serverCpu: server.length === 0 ? null : round(quantile(server, 0.5)),
		ownCpu: round(quantile(own, 0.5)),
		goal: `goal ${goal.p95} ms ${goal.of === 'whole' ? 'as a whole' : 'in the database'}`,
		met: p95 <= goal.p95,
	};
}

/** What processes have had of a processor so far, as Linux tells it; null elsewhere. */
function processorMillis(processes: readonly { pid: number }[]): number | null {
	try {
		return processes.reduce((sum, { pid }) => sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);
	} catch {
		return null;
	}
}

async function rawTotals(owner: pg.Client, { workspaceId }: World): Promise<unknown> {
	return await owner.query({
		name: 'raw totals',
		text: 'select day, currency, sum(gross_minor), sum(orders) from sales_day where workspace_id = $1 group by 1, 2',
		values: [workspaceId],
	});
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await work();
	return performance.now() - started;
}

import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createEmptyWorkspace, Database, upsertConnection, upsertStores } from '@pangea/db';
import { newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { v7 as uuidv7 } from 'uuid';
import { Crew, type Figures } from './crew.ts';
import { openBenchDatabase } from './database.ts';
import { fillTo } from './fill.ts';
import { median, quantile, round } from './figures.ts';
import { type IngestJob, ORDER_TABLES } from './ingest-work.ts';
import { recordTape } from './record.ts';
import { readTape, type Tape } from './tape.ts';

const ROUNDS = 3;
/** A longer tape says nothing more; a fuller table is made inside the database. */
const LONGEST_TAPE = 40_000;
const ROWS = 20_000;

/**
 * Platform pages as bytes, four platforms mixed, through adapter and sync into committed rows with every index, evidence and event, in orders
 * a second. Limit: the same bytes through the adapter beside a COPY of the same columns into tables without an index, in the same run. The
 * percentiles are of single orders as after a webhook, in milliseconds from the platform's answer to the commit.
 */
export async function benchIngest(rows: number | null, step: (text: string) => void): Promise<object> {
	const wanted = rows ?? ROWS;
	const tapeFolder = await recordTape(join(tmpdir(), 'pangea-bench-tape'), Math.ceil(Math.min(wanted, LONGEST_TAPE) / 4), step);
	const tape = readTape(tapeFolder);
	step(`${tape.orders} orders of ${tape.stores.length} stores in ${Math.round(tape.bytes / 1e6)} MB of answers`);
	const database = await openBenchDatabase();
	const copies = mkdtempSync(join(tmpdir(), 'pangea-bench-copies-'));
	const owner = new pg.Client({ connectionString: database.url });
	await owner.connect();
	const key = newMasterKeyText();
	const crew = new Crew(database.url, key);
	// Its own processes, so that what is told of the workers' memory is the product's alone.
	const limits = new Crew(database.url, key);
	try {
		const stores = await makeStores(database.url, tape);
		const job = (mode: IngestJob['mode'], data: IngestJob['data'], copied: IngestJob['copies'] = []): IngestJob => ({
			mode,
			tape: tapeFolder,
			data,
			stores,
			copies: copied,
		});
		const intoFilled = async (): Promise<object> => {
			await crew.run(1, job('product', 'plain'));
			const rowsBefore = await fillTo(owner, wanted, step);
			const { rate: filledRate, result } = await crew.run(1, job('product', 'plain'));
			return {
				filledRows: rowsBefore,
				intoFilled: round(filledRate, 0),
				filledOverEmpty: round(filledRate / rate('one')),
				filledRssMb: round(result.rssMb, 0),
			};
		};
		const found: Record<'one' | 'two' | 'mapped' | 'parsed', Figures[]> = { one: [], two: [], mapped: [], parsed: [] };
		// Once to warm up, and to know the rows that the limit copies.
		await crew.run(1, job('product', 'plain'));
		const files = await dumpTables(owner, copies);
		for (let i = 0; i < ROUNDS; i++) {
			for (const workers of [1, 2] as const) {
				await empty(owner);
				found[workers === 1 ? 'one' : 'two'].push(await crew.run(workers, job('product', 'plain')));
			}
			for (const mode of ['mapped', 'parsed'] as const) {
				await owner.query(`truncate ${ORDER_TABLES.map((t) => `bare.${t}`).join(', ')}`);
				found[mode].push(await limits.run(1, job(mode, 'plain', files)));
			}
			step(
				`Round ${i + 1}: ${Object.entries(found)
					.map(([name, list]) => `${name} ${Math.round(list.at(-1)?.rate ?? 0)}/s (${Math.round(list.at(-1)?.result.cpuMicros ?? 0)} µs)`)
					.join(', ')}`,
			);
		}
		const before = await rowsWritten(owner);
		const again = await crew.run(1, job('product', 'plain'));
		const written = (await rowsWritten(owner)) - before;
		const changed = await crew.run(1, job('product', 'changed'));
		const rate = (name: keyof typeof found): number => median(found[name].map((f) => f.rate));
		await empty(owner);
		const { millisEach } = (await crew.run(1, job('single', 'plain'))).result;
		step(`Second pass ${Math.round(again.rate)}/s, one in ten changed ${Math.round(changed.rate)}/s, ${millisEach.length} single orders`);
		const filled = wanted > tape.orders ? await intoFilled() : {};
		return {
			value: round(rate('one'), 0),
			limit: round(rate('mapped'), 0),
			ratio: round(rate('one') / rate('mapped')),
			unit: 'orders/s',
			rows: tape.orders,
			stores: tape.stores.length,
			bytesPerOrder: Math.round(tape.bytes / tape.orders),
			twoWorkers: round(rate('two'), 0),
			plainParseLimit: round(rate('parsed'), 0),
			plainParseRatio: round(rate('one') / rate('parsed')),
			unchanged: round(again.rate, 0),
			unchangedOverNew: round(again.rate / rate('one')),
			unchangedRowsWritten: written,
			tenthChanged: round(changed.rate, 0),
			tenthChangedOrders: changed.result.outcomes.changed,
			p50: round(quantile(millisEach, 0.5)),
			p95: round(quantile(millisEach, 0.95)),
			p99: round(quantile(millisEach, 0.99)),
			...filled,
			quarantined: found.one[0]?.result.outcomes.quarantined,
			cpuMicrosPerOrder: round(median(found.one.map((f) => f.result.cpuMicros)), 0),
			workerRssMb: round(Math.max(...found.one.map((f) => f.result.rssMb)), 0),
		};
	} finally {
		await crew.close();
		await limits.close();
		await owner.end();
		await database.close();
		rmSync(copies, { recursive: true, force: true });
	}
}

/** The tape's stores in a workspace of their own. */
export async function makeStores(url: string, tape: Tape): Promise<IngestJob['stores']> {
	const database = new Database({ url, name: 'bench stores', onIdleError: () => {} });
	const workspaceId = uuidv7();
	try {
		return await database.inWorkspace(workspaceId, async (scope) => {
			await createEmptyWorkspace(scope, { name: 'Bench', baseCurrency: 'USD', zone: 'UTC' });
			const stores: IngestJob['stores'] = [];
			for (const [taped, { platform, store, zone, currency }] of tape.stores.entries()) {
				const connectionId = await upsertConnection(scope, {
					platform,
					externalAccountId: `bench-${taped}`,
					accountName: 'Bench',
					host: 'bench',
					scopes: [],
					accessExpiresAt: null,
					grantExpiresAt: null,
				});
				const [made] = await upsertStores(scope, connectionId, [
					{ ...store, platform, country: 'XX', currency, zone, language: 'en', problem: null },
				]);
				if (made) stores.push({ taped, workspaceId, storeId: made.storeId });
			}
			return stores;
		});
	} finally {
		await database.close();
	}
}

/** Leaves stores and keys, takes every order and what hangs on it. */
async function empty(owner: pg.Client): Promise<void> {
	await owner.query(
		`truncate ${[...ORDER_TABLES, 'event', 'order_annotation', 'sales_day', 'sales_clock_day', 'sales_half_hour'].join(', ')} cascade`,
	);
	await owner.query('checkpoint');
}

/** The rows as COPY takes them, and tables of the same columns without key, index, check or policy. */
async function dumpTables(owner: pg.Client, folder: string): Promise<IngestJob['copies']> {
	mkdirSync(folder, { recursive: true });
	await owner.query('create schema bare');
	const files: IngestJob['copies'] = [];
	for (const table of ORDER_TABLES) {
		await owner.query(`create table bare.${table} as table ${table} with no data`);
		const file = join(folder, `${table}.copy`);
		await pipeline(owner.query(copyTo(`copy (table ${table}) to stdout (format binary)`)), createWriteStream(file));
		files.push({ table: `bare.${table}`, file });
	}
	return files;
}

/** A backend that handed in its counts less than a second ago keeps the next ones until it has been idle for ten. */
const COUNTED_MILLIS = 11_000;

/** Row versions written in all tables so far. */
async function rowsWritten(owner: pg.Client): Promise<number> {
	await new Promise((resolve) => setTimeout(resolve, COUNTED_MILLIS));
	const { rows } = await owner.query<{ n: string }>(
		"select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as n from pg_stat_user_tables where schemaname = 'public'",
	);
	return Number(rows[0]?.n ?? 0);
}

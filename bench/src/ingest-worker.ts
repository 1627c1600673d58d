import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Database } from '@pangea/db';
import { startJobs } from '@pangea/jobs';
import { registry } from '@pangea/platform-registry';
import { createEngine, DEFAULT_PARALLELISM, type Engine, ingestPage, keepHeapSmall } from '@pangea/sync';
import { masterKeyFromText } from '@pangea/vault';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { IngestJob, IngestResult } from './ingest-work.ts';
import { serve } from './serve.ts';
import { type Exchange, readTape, replayContext, type Tape, TapeData, type TapedPull, type TapedStore } from './tape.ts';

// As the worker does.
keepHeapSmall();
const url = process.env['DATABASE_URL'] ?? '';
const silent = { info: () => {}, warn: () => {}, error: () => {} };
/** Stores that one worker reads at the same time, as its queue lets it. */
const LANES = DEFAULT_PARALLELISM.backfill;

const database = new Database({ url, name: 'bench', maxConnections: LANES + 2, onIdleError: () => {} });
const jobs = await startJobs({ url, name: 'bench', maintains: false, onError: () => {} });
const engine = createEngine({ database, jobs, registry, master: masterKeyFromText(process.env['PANGEA_MASTER_KEY'] ?? ''), log: silent });

serve(run);

async function run(job: IngestJob): Promise<IngestResult> {
	const tape = readTape(job.tape);
	const data = new TapeData(job.tape, job.data);
	const outcomes = { added: 0, changed: 0, quarantined: 0 };
	const cpu = process.cpuUsage();
	const started = performance.now();
	const millisEach: number[] = [];
	const orders =
		job.mode === 'product'
			? await ingest(job, tape, data, outcomes)
			: job.mode === 'single'
				? await ingestEach(job, tape, data, millisEach)
				: await copy(job, tape, data);
	const millis = performance.now() - started;
	const used = process.cpuUsage(cpu);
	data.close();
	return {
		orders,
		millis,
		cpuMicros: (used.user + used.system) / Math.max(1, orders),
		rssMb: process.resourceUsage().maxRSS / 1024,
		millisEach,
		outcomes,
	};
}

async function ingest(job: IngestJob, tape: Tape, data: TapeData, outcomes: IngestResult['outcomes']): Promise<number> {
	const waiting = [...job.stores];
	let orders = 0;
	const lane = async (): Promise<void> => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const taped = tape.stores[next.taped];
			if (!taped) continue;
			const target = { workspaceId: next.workspaceId, storeId: next.storeId, platform: taped.platform, zone: taped.zone };
			for await (const page of pagesOf(engine, taped, data)) {
				const tally = await ingestPage(engine, target, page, 'pull');
				orders += page.size ?? page.items.length;
				outcomes.added += tally.added;
				outcomes.changed += tally.changed;
				outcomes.quarantined += tally.quarantined;
			}
		}
	};
	await Promise.all(Array.from({ length: LANES }, lane));
	return orders;
}

async function ingestEach(job: IngestJob, tape: Tape, data: TapeData, millisEach: number[]): Promise<number> {
	for (const { taped: index, workspaceId, storeId } of job.stores) {
		const taped = tape.stores[index];
		const adapter = taped && engine.registry.get(taped.platform);
		if (!taped || !adapter) continue;
		const target = { workspaceId, storeId, platform: taped.platform, zone: taped.zone };
		for (const { id, now, exchanges } of taped.fetches) {
			const started = performance.now();
			const context = replayContext(taped, now, new Map(exchanges.map((e) => [e.key, e])), data);
			await ingestPage(engine, target, await adapter.orders.fetch(context, [id]), 'intake');
			millisEach.push(performance.now() - started);
		}
	}
	return millisEach.length;
}

/** The store's pages as the adapter makes them from the taped bytes. */
async function* pagesOf(engine: Pick<Engine, 'registry'>, taped: TapedStore, data: TapeData) {
	const adapter = engine.registry.get(taped.platform);
	if (!adapter) throw new Error(`No adapter for ${taped.platform}`);
	for (const pull of taped.pulls) {
		if (pull.pages.length === 0) continue;
		const context = replayContext(taped, pull.now, exchangesOf(pull), data);
		let left = pull.pages.length;
		for await (const page of adapter.orders.pull(context, pull.window, null)) {
			yield page;
			if (--left === 0) break;
		}
	}
}

function exchangesOf(pull: TapedPull): Map<string, Exchange> {
	return new Map(pull.pages.flatMap((page) => page.exchanges.map((exchange) => [exchange.key, exchange] as const)));
}

/** The limit: reading the same bytes while the same columns go by COPY into tables without an index, all in one stream a table. */
async function copy(job: IngestJob, tape: Tape, data: TapeData): Promise<number> {
	let sum = 0;
	const reading = (async () => {
		for (const { taped: index } of job.stores) {
			const taped = tape.stores[index];
			if (!taped) continue;
			for await (const n of job.mode === 'mapped' ? mapped(taped, data) : parsed(taped, data)) {
				sum += n;
				// The streams below get their turn, as they do between two pages of the product.
				await new Promise(setImmediate);
			}
		}
	})();
	await Promise.all([reading, ...job.copies.map(copyFile)]);
	return sum;
}

async function* mapped(taped: TapedStore, data: TapeData): AsyncGenerator<number> {
	for await (const page of pagesOf(engine, taped, data)) yield page.items.filter((item) => item.ok).length;
}

async function* parsed(taped: TapedStore, data: TapeData): AsyncGenerator<number> {
	for (const page of taped.pulls.flatMap((pull) => pull.pages)) {
		for (const exchange of page.exchanges) JSON.parse(data.body(exchange).toString('utf8'));
		yield page.orders;
		await Promise.resolve();
	}
}

async function copyFile({ table, file }: IngestJob['copies'][number]): Promise<void> {
	const handle = await open(file);
	const { size } = await handle.stat();
	await handle.close();
	if (size === 0) return;
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await pipeline(createReadStream(file), client.query(copyFrom(`copy ${table} from stdin (format binary)`)));
	} finally {
		await client.end();
	}
}

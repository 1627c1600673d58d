import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@pangea/db';
import type { LocalPostgres } from '@pangea/local-postgres';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { quantile, round } from './figures.ts';
import { findSamples, listCases } from './lists-cases.ts';
import { type FilledDatabase, filledDatabase } from './lists-fill.ts';
import { PAGE, type Place, placesOf } from './lists-places.ts';
import { buffersOf, countQuestion, pageQuestion, type Question, todayQuestions } from './lists-questions.ts';
import { forgetStatements, statementMillis } from './statements.ts';

const ROWS = 10_000_000;
const ROUNDS = 12;
/** Pages that are asked cold: each costs a restart of the server. */
const COLD_PAGES = 24;

interface Warm {
	/** Per question, one a round. */
	millis: Map<Question, number[]>;
	/** The same by the server's own clock, without scope and driver. */
	inside: Map<Question, number[]>;
	buffers: Map<Question, number>;
	limit: number[];
}

/**
 * Every tab and filter of the order list at ten million orders, in milliseconds a page of 50 as the product's own queries see them (scope,
 * row-level security, driver), with the tab counts and the figures of Today. Limit: raw SQL that reads 50 entries of the list's index.
 */
export async function benchLists(rows: number | null, step: (text: string) => void): Promise<object> {
	const filled = await filledDatabase(rows ?? ROWS, step);
	const { workspaceId } = filled.world;
	let server = await filled.start();
	try {
		const questions = await makeQuestions(filled, server, step);
		step(`Asking ${questions.length} questions ${ROUNDS} times`);
		const warm = await measureWarm(server, workspaceId, questions);
		const slowest = Math.max(...questions.filter(isPage).map((one) => quantile(warm.millis.get(one) ?? [0], 0.95)));
		step(`With the data in memory the slowest of the pages takes ${round(slowest)} ms at p95`);
		step(`Asking for ${COLD_PAGES} pages once more, with nothing of the data in memory`);
		const cold = new Map<Question, number>();
		for (const one of spreadOver(questions.filter(isPage), COLD_PAGES)) {
			await server.stop();
			forget(filled.folder);
			server = await filled.start();
			cold.set(one, await coldMillis(server, workspaceId, one));
		}
		printTable(questions, warm, cold);
		return { rows: filled.world.orders, ...summary(questions, warm, cold) };
	} finally {
		await server.stop();
	}
}

async function makeQuestions(filled: FilledDatabase, server: LocalPostgres, step: (text: string) => void): Promise<Question[]> {
	const { world } = filled;
	const owner = new pg.Client({ connectionString: server.url('pangea'), options: '-c timezone=UTC' });
	await owner.connect();
	try {
		const samples = await filled.remember('samples', () => findSamples(owner, world));
		const cases = listCases(world, samples);
		step(`Working out the pages of ${cases.length} filters by plain SQL`);
		const places = await filled.remember('places', async () => {
			const found: Record<string, Place[]> = {};
			for (const one of cases) found[one.name] = await placesOf(owner, world, one);
			return found;
		});
		return [
			...cases.flatMap((one) => [...(places[one.name] ?? []).map((place) => pageQuestion(one, place)), countQuestion(one)]),
			...todayQuestions(world.now),
		];
	} finally {
		await owner.end();
	}
}

/** Whether the product told what plain SQL finds. What is looked through may come in short pages, each with the place to go on. */
function isTold({ expected, lookedThrough }: Question, ids: string[] | null): boolean {
	if (expected === null || ids === null) return expected === null;
	const asFar = lookedThrough ? expected.slice(0, ids.length) : expected;
	return JSON.stringify(ids) === JSON.stringify(asFar);
}

async function measureWarm(server: LocalPostgres, workspaceId: string, questions: readonly Question[]): Promise<Warm> {
	const url = server.url('pangea');
	const database = new Database({ url, name: 'bench lists', maxConnections: 1, onIdleError: () => {} });
	const owner = new pg.Client({ connectionString: url });
	await owner.connect();
	const warm: Warm = { millis: new Map(), inside: new Map(), buffers: new Map(), limit: [] };
	const different: string[] = [];
	try {
		await owner.query('create extension if not exists pg_stat_statements');
		await owner.query(`alter database pangea set pg_stat_statements.track_planning = on`);
		for (const one of questions) {
			let ids: string[] | null = null;
			const buffers = await buffersOf(owner, async () => {
				({ ids } = await database.inWorkspace(workspaceId, (scope) => one.ask(scope)));
			});
			if (!isTold(one, ids)) different.push(`${one.name}, ${one.kind}`);
			warm.buffers.set(one, buffers);
			warm.millis.set(one, []);
			warm.inside.set(one, []);
		}
		if (different.length > 0) throw new Error(`Other orders than plain SQL finds: ${different.join('; ')}`);
		// Round after round, so that a noisy minute touches every question and the limit alike.
		for (let n = 0; n < ROUNDS; n++) {
			for (const one of questions) {
				await forgetStatements(owner);
				warm.millis.get(one)?.push(await database.inWorkspace(workspaceId, (scope) => timed(() => one.ask(scope))));
				warm.inside.get(one)?.push(await statementMillis(owner));
				warm.limit.push(await timed(() => fiftyEntries(owner, workspaceId)));
			}
		}
		return warm;
	} finally {
		await owner.end();
		await database.close();
	}
}

/** As many of them, at even distances: some of every tab, filter and depth. */
function spreadOver<T>(all: readonly T[], wanted: number): T[] {
	const step = Math.max(1, all.length / wanted);
	return all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

function isPage(one: Question): boolean {
	return one.kind === 'first' || one.kind === 'deep' || one.kind === 'last';
}

/** The least that a page of the list costs: its keys out of their index. */
async function fiftyEntries(owner: pg.Client, workspaceId: string): Promise<unknown> {
	return await owner.query({
		name: 'fifty entries',
		text: `select placed_at, order_id from orders where workspace_id = $1 order by placed_at desc, order_id desc limit ${PAGE}`,
		values: [workspaceId],
	});
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await work();
	return performance.now() - started;
}

/** A question put to a server that has read nothing of the data yet. */
async function coldMillis(server: LocalPostgres, workspaceId: string, one: Question): Promise<number> {
	const database = new Database({ url: server.url('pangea'), name: 'bench lists', maxConnections: 1, onIdleError: () => {} });
	try {
		// In a workspace without orders: the connection then knows the tables, and of the orders nothing.
		await database.inWorkspace(uuidv7(), (scope) => one.ask(scope));
		return await database.inWorkspace(workspaceId, (scope) => timed(() => one.ask(scope)));
	} finally {
		await database.close();
	}
}

/** Takes the files of the tables out of the system's cache, and nobody else's. */
function forget(folder: string): void {
	for (const entry of readdirSync(join(folder, 'base'), { recursive: true, withFileTypes: true })) {
		if (entry.isFile())
			spawnSync('dd', [`of=${join(entry.parentPath, entry.name)}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
	}
}

function printTable(questions: readonly Question[], warm: Warm, cold: ReadonlyMap<Question, number>): void {
	const line = (name: string, figures: readonly (string | number)[]): void => {
		process.stdout.write(`${name.padEnd(68)}${figures.map((f) => String(f).padStart(9)).join('')}\n`);
	};
	line('milliseconds', ['p50', 'p95', 'p99', 'cold', 'buffers']);
	for (const one of questions) {
		const millis = warm.millis.get(one) ?? [];
		const at = [0.5, 0.95, 0.99].map((q) => round(quantile(millis, q)));
		line(`${one.name}, ${one.kind}`, [...at, cold.has(one) ? round(cold.get(one) ?? 0) : '', warm.buffers.get(one) ?? 0]);
	}
}

function summary(questions: readonly Question[], warm: Warm, cold: ReadonlyMap<Question, number>): object {
	const at = (one: Question, q: number): number => quantile(warm.millis.get(one) ?? [], q);
	const pages = questions.filter(isPage);
	const spread = (some: readonly Question[]) => {
		const all = some.flatMap((one) => warm.millis.get(one) ?? []);
		const worst = some.toSorted((a, b) => at(b, 0.95) - at(a, 0.95))[0];
		return {
			p50: round(quantile(all, 0.5)),
			p95: round(quantile(all, 0.95)),
			p99: round(quantile(all, 0.99)),
			worstP95: worst ? round(at(worst, 0.95)) : 0,
			worst: worst ? `${worst.name}, ${worst.kind}` : '',
		};
	};
	const deeper = pages.flatMap((one) => {
		const first = one.kind === 'first' ? undefined : pages.find((other) => other.kind === 'first' && other.name === one.name);
		return first ? [{ name: `${one.name}, ${one.kind}`, ratio: at(one, 0.5) / at(first, 0.5) }] : [];
	});
	const deepest = deeper.toSorted((a, b) => b.ratio - a.ratio)[0];
	const coldPages = [...cold.values()];
	const limit = quantile(warm.limit, 0.5);
	const all = spread(pages);
	const inside = pages.flatMap((one) => warm.inside.get(one) ?? []);
	return {
		value: all.p50,
		limit: round(limit),
		ratio: round(all.p50 / limit),
		unit: 'ms a page of 50',
		...all,
		databaseP50: round(quantile(inside, 0.5)),
		databaseP95: round(quantile(inside, 0.95)),
		limitP95: round(quantile(warm.limit, 0.95)),
		deepOverFirst: round(
			quantile(
				deeper.map((d) => d.ratio),
				0.5,
			),
		),
		deepOverFirstWorst: round(deepest?.ratio ?? 0),
		deepOverFirstWorstCase: deepest?.name ?? '',
		coldP50: round(quantile(coldPages, 0.5)),
		coldP95: round(quantile(coldPages, 0.95)),
		counts: spread(questions.filter((one) => one.kind === 'counts')),
		today: spread(questions.filter((one) => one.kind === 'today')),
	};
}

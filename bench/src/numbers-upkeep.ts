import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addRates, type Database } from '@pangea/db';
import { newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { Crew } from './crew.ts';
import { openBenchDatabase } from './database.ts';
import { median, quantile, round } from './figures.ts';
import { makeStores } from './ingest.ts';
import { orderIdFrom } from './numbers-world.ts';
import { recordTape } from './record.ts';
import { readTape } from './tape.ts';

const REFUNDS = 1000;
const ROUNDS = 5;
/** Orders of the tape, of each platform. */
const TAPED_EACH = 1000;
const GOALS = { ingestShare: 0.12, refundMicros: 50 } as const;

interface Kept {
	owner: pg.Client;
	database: Database;
	workspaceId: string;
	orders: number;
}

/** What keeping the rollups costs: of ingest, of late refunds, and of a corrected rate. */
export async function measureUpkeep(kept: Kept, step: (text: string) => void) {
	const rewritten = await correctRate(kept);
	step(`A corrected rate wrote ${rewritten} cells`);
	const refunds = await lateRefunds(kept);
	step(
		`A late refund, ${REFUNDS} in a statement: ${refunds.micros} µs of keeping sums of ${refunds.whole} µs; goal ${GOALS.refundMicros} µs`,
	);
	const share = await shareOfIngest(step);
	return {
		ingestShare: share,
		ingestShareMet: share <= GOALS.ingestShare,
		refundMicros: refunds.micros,
		refundWholeMicros: refunds.whole,
		refundMet: refunds.micros <= GOALS.refundMicros,
		cellsWrittenByRate: rewritten,
	};
}

async function correctRate({ owner, database, workspaceId }: Kept): Promise<number> {
	const version = async (): Promise<Set<string>> =>
		new Set((await owner.query<{ v: string }>(`select xmin || ' ' || ctid as v from sales_day`)).rows.map((row) => row.v));
	const before = await version();
	const day = new Date().toISOString().slice(0, 10);
	await database.inWorkspace(workspaceId, (scope) =>
		addRates(scope, [{ currency: 'USD', against: 'EUR', day, source: 'hand', rate: '1.23456' }], null),
	);
	return [...(await version())].filter((one) => !before.has(one)).length;
}

/**
 * Refunds of orders drawn from all days and stores, with the triggers and without them in turn; everything is undone. Microseconds a refund: what
 * the triggers took, and the whole statement.
 */
async function lateRefunds({ owner, workspaceId, orders }: Kept): Promise<{ micros: number; whole: number }> {
	const micros: number[] = [];
	const whole: number[] = [];
	for (let turn = 0; turn < ROUNDS; turn++) {
		const { rows } = await owner.query<{ order_id: string }>(
			`select order_id from orders where workspace_id = $1 and state = 'completed' and order_id >= $2::uuid order by order_id limit ${REFUNDS * 20}`,
			[workspaceId, orderIdFrom(Math.floor((orders * turn) / ROUNDS))],
		);
		const ids = rows.filter((_, n) => n % 20 === 0).map((row) => row.order_id);
		await owner.query('begin');
		const { rows: plan } = await owner.query<{ 'QUERY PLAN': [Explained] }>(
			`explain (analyze, format json) update orders set money = money || '{"refund": "-123"}', returned = true, ext_updated_at = now()
				where workspace_id = $1 and order_id = any($2::uuid[])`,
			[workspaceId, ids],
		);
		await owner.query('rollback');
		const [explained] = plan[0]?.['QUERY PLAN'] ?? [];
		if (!explained) throw new Error('The server explained nothing');
		const triggers = explained.Triggers.filter((one) => !one['Trigger Name'].startsWith('RI_')).reduce((sum, one) => sum + one.Time, 0);
		micros.push((triggers * 1000) / ids.length);
		whole.push((explained['Execution Time'] * 1000) / ids.length);
	}
	return { micros: round(median(micros), 1), whole: round(median(whole), 1) };
}

interface Explained {
	'Execution Time': number;
	Triggers: { 'Trigger Name': string; Time: number }[];
}

/** Of the time in which one worker takes pages of four platforms in: what the statements inside the triggers took by the server's clock. */
async function shareOfIngest(step: (text: string) => void): Promise<number> {
	const folder = await recordTape(join(tmpdir(), 'pangea-bench-tape-numbers'), TAPED_EACH, step);
	const home = await openBenchDatabase({ 'pg_stat_statements.track': 'all' });
	const owner = new pg.Client({ connectionString: home.url });
	await owner.connect();
	const crew = new Crew(home.url, newMasterKeyText());
	try {
		await owner.query('create extension if not exists pg_stat_statements');
		const tape = readTape(folder);
		const shares: number[] = [];
		for (let n = 0; n <= ROUNDS; n++) {
			// A workspace of its own each time, so that all orders are new.
			const stores = await makeStores(home.url, tape);
			await owner.query('select pg_stat_statements_reset()');
			const { result } = await crew.run(1, { mode: 'product', tape: folder, data: 'plain', stores, copies: [] });
			const { rows } = await owner.query<{ millis: number | null }>(
				'select sum(total_exec_time) as millis from pg_stat_statements where not toplevel and query ~ $1',
				['sales_day'],
			);
			const millis = rows[0]?.millis ?? 0;
			if (n === 0) continue;
			shares.push(millis / result.millis);
			step(
				`Ingest of ${result.orders} orders: ${round((result.millis * 1000) / result.orders, 0)} µs each, of which the rollups ${round((millis * 1000) / result.orders, 1)} µs`,
			);
		}
		return round(quantile(shares, 0.5), 3);
	} finally {
		await crew.close();
		await owner.end();
		await home.close();
	}
}

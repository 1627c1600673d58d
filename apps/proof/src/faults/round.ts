import { setTimeout as sleep } from 'node:timers/promises';
import { lockStoreOrders } from '@pangea/db';
import type { ArmedFault, FaultKind } from '@pangea/simulator';
import { replayQuarantine, requestBackfill } from '@pangea/sync';
import { sql } from 'kysely';
import { checkAgainstTruth } from '../checker/index.ts';
import type { FaultHome } from './home.ts';
import { endsAccessAt, mayTakeGrants, plansOf } from './plans.ts';
import type { Stirrer } from './stir.ts';

export interface RoundOptions {
	/** Changes of orders while the faults are armed, at least. */
	changes: number;
	/** So often each kind must have struck before the round goes on, and how long it is waited for. */
	strikes: number;
	armedMillis: number;
	/** Stores that lose their history and walk it again meanwhile. */
	forgetful: readonly string[];
	/** Minutes of the platforms' time after which a store that has not caught up counts as stopped. */
	patienceMinutes: number;
}

export interface RoundReport {
	faults: readonly FaultKind[];
	/** How often each kind struck. */
	strikes: Partial<Record<FaultKind, number>>;
	/** Minutes of the platforms' time from the last fault until every store had caught up. */
	minutes: number;
	/** Connections that a person had to bind again. */
	reconnected: number;
	/** Records that went into quarantine and were understood later. */
	quarantined: number;
	/** Calls that a platform refused because its budget was empty, beyond the armed refusals; and all that were counted. */
	refused: number;
	asked: number;
	problems: string[];
}

/** Milliseconds of the machine between two changes in the world. */
const PAUSE = 25;

/** One combination of faults from the first strike to the last order made good. */
export async function runRound(
	home: FaultHome,
	faults: readonly FaultKind[],
	stirrer: Stirrer,
	options: RoundOptions,
): Promise<RoundReport> {
	const { control } = home.simulator;
	const problems: string[] = [];
	const before = tally(home);
	const since = new Date().toISOString();
	for (const store of options.forgetful) await forget(home, store);
	const armed = faults.flatMap((kind) => plansOf(kind).map((plan) => control.arm(plan)));
	for (const kind of faults) for (const platform of endsAccessAt(kind)) control.expireTokens(platform);
	const latest = Date.now() + options.armedMillis;
	await stirrer.stir(
		options.changes,
		PAUSE,
		() => Date.now() > latest || faults.every((kind) => struckEnough(kind, armed, options.strikes)),
	);
	control.disarm();
	const disarmed = control.clock.now();
	const strikes: RoundReport['strikes'] = {};
	for (const fault of armed) strikes[fault.kind] = (strikes[fault.kind] ?? 0) + fault.struck;
	for (const kind of faults) if (strikes[kind] === 0) problems.push(`${kind} never struck`);
	const reconnected = await heal(home, { faults, disarmed, patienceMinutes: options.patienceMinutes }, problems);
	const minutes = (control.clock.now() - disarmed) / 60_000;
	if (faults.includes('drift'))
		await readAgain(home, { faults, disarmed: control.clock.now(), patienceMinutes: options.patienceMinutes }, problems);
	const quarantined = await settleQuarantine(home, faults, since, problems);
	if (faults.includes('poison') && quarantined === 0) problems.push('poison set nothing aside');
	problems.push(...(await compare(home)));
	const after = tally(home);
	return {
		faults,
		strikes,
		minutes: Math.round(minutes * 10) / 10,
		reconnected,
		quarantined,
		refused: after.refused - before.refused,
		asked: after.asked - before.asked,
		problems,
	};
}

/** A fault that is used up has struck as often as it can. */
function struckEnough(kind: FaultKind, armed: readonly ArmedFault[], wanted: number): boolean {
	const own = armed.filter((fault) => fault.kind === kind);
	const struck = own.reduce((sum, fault) => sum + fault.struck, 0);
	return struck >= wanted || own.every((fault) => fault.count !== undefined && fault.struck >= fault.count);
}

function tally(home: FaultHome): { asked: number; refused: number } {
	const sum = { asked: 0, refused: 0 };
	for (const { asked, refused } of home.simulator.control.buckets.tally().values()) {
		sum.asked += asked;
		sum.refused += refused;
	}
	return sum;
}

async function compare(home: FaultHome): Promise<string[]> {
	const { problems } = await checkAgainstTruth({ databaseUrl: home.databaseUrl, simulatorUrl: home.simulator.url });
	return problems.map((one) => `${one.kind}: ${one.where}: expected ${one.expected}, found ${one.found}`);
}

/** Everything of a store's orders is gone, as from a database that was restored too old, and its history is asked for again. */
async function forget(home: FaultHome, storeId: string): Promise<void> {
	await home.database.inWorkspace(home.workspaceId, async (scope) => {
		await lockStoreOrders(scope, storeId);
		for (const table of ['orders', 'raw_reply', 'quarantine'] as const)
			await scope.db.deleteFrom(table).where('workspace_id', '=', home.workspaceId).where('store_id', '=', storeId).execute();
	});
	await requestBackfill(home.engine, { workspaceId: home.workspaceId, storeId });
}

/** The platform speaks its old words again: a person who sees "unknown" on a store asks for its history once more. */
async function readAgain(home: FaultHome, healing: Healing, problems: string[]): Promise<void> {
	const { rows } = await home.database.inWorkspace(home.workspaceId, ({ db }) =>
		sql<{ store_id: string }>`select distinct store_id from orders o where o.state = 'unknown' or o.fulfilment = 'unknown'
			or exists (select from parcel p where p.order_id = o.order_id and p.state = 'unknown')
			or exists (select from order_return r where r.order_id = o.order_id and r.state = 'unknown')`.execute(db),
	);
	for (const { store_id: storeId } of rows) await requestBackfill(home.engine, { workspaceId: home.workspaceId, storeId });
	await heal(home, healing, problems);
}

interface Healing {
	faults: readonly FaultKind[];
	disarmed: number;
	patienceMinutes: number;
}

/** Waits until nothing is open any more; a person binds again what a fault has cost its grant. @returns how many connections. */
async function heal(home: FaultHome, { faults, disarmed, patienceMinutes }: Healing, problems: string[]): Promise<number> {
	let reconnected = 0;
	for (const end = disarmed + patienceMinutes * 60_000; ; ) {
		const dead = await deadConnections(home);
		if (dead.length > 0) {
			if (!mayTakeGrants(faults)) problems.push(...dead.map((d) => `${d.platform}: a connection stopped with ${d.code ?? 'no reason'}`));
			for (const platform of new Set(dead.map((d) => d.platform))) await home.reconnect(platform);
			reconnected += dead.length;
		}
		const open = await unfinished(home, new Date(disarmed).toISOString());
		if (open.length === 0 && dead.length === 0) return reconnected;
		if (home.simulator.control.clock.now() > end) {
			problems.push(...open);
			return reconnected;
		}
		await sleep(500);
	}
}

async function deadConnections(home: FaultHome): Promise<{ platform: string; code: string | null }[]> {
	return await home.database.inWorkspace(home.workspaceId, async ({ db }) => {
		const rows = await db.selectFrom('connection').select(['platform', 'error_code']).where('state', '<>', 'active').execute();
		return rows.map((row) => ({ platform: row.platform, code: row.error_code }));
	});
}

/** What has not caught up with the instant, in words. */
async function unfinished(home: FaultHome, instant: string): Promise<string[]> {
	return await home.database.inWorkspace(home.workspaceId, async ({ db }) => {
		const polls = await sql<{ external_id: string; platform: string; watermark: string; error_code: string | null }>`
			select s.external_id, s.platform, p.watermark, s.error_code from pull_cursor p join store s using (workspace_id, store_id)
			where s.enabled and s.active and p.watermark <= ${instant}`.execute(db);
		const histories = await sql<{ external_id: string; platform: string; state: string; error_code: string | null }>`
			select s.external_id, s.platform, b.state, b.error_code from backfill b join store s using (workspace_id, store_id)
			where s.enabled and s.active and b.state <> 'done'`.execute(db);
		const pushes = await sql<{ platform: string; n: string; error: string | null }>`
			select platform, count(*) as n, max(error) as error from intake where state = 'waiting' group by platform`.execute(db);
		return [
			...polls.rows.map((r) => `${r.platform} ${r.external_id}: the poll stands at ${r.watermark} (${r.error_code ?? 'no error'})`),
			...histories.rows.map((r) => `${r.platform} ${r.external_id}: the history is ${r.state} (${r.error_code ?? 'no error'})`),
			...pushes.rows.map((r) => `${r.platform}: ${r.n} pushes wait (${r.error ?? 'no error'})`),
		];
	});
}

/** A cause says which part of the record was not understood. */
const TRUE_CAUSE = /[a-z_]+.*(expected|invalid|not|no |plausible|older|holds)/i;

/** Looks at what was set aside, asks for it again as a person would with one click, and expects that nothing waits any more. */
async function settleQuarantine(home: FaultHome, faults: readonly FaultKind[], since: string, problems: string[]): Promise<number> {
	const { rows } = await home.database.inWorkspace(home.workspaceId, ({ db }) =>
		sql<{ quarantine_id: string; platform: string; cause: string; state: string }>`
			select quarantine_id, platform, cause, state from quarantine where last_at >= ${since} or state = 'waiting'`.execute(db),
	);
	const explains = faults.some((kind) => kind === 'poison' || kind === 'drift' || kind === 'htmlError');
	for (const row of rows) {
		if (!explains) problems.push(`${row.platform}: a good record was set aside: ${row.cause}`);
		else if (!TRUE_CAUSE.test(row.cause)) problems.push(`${row.platform}: a cause that tells nothing: ${row.cause}`);
	}
	const waiting = rows.filter((row) => row.state === 'waiting').map((row) => row.quarantine_id);
	const { waiting: still } = await replayQuarantine(home.engine, home.workspaceId, waiting, AbortSignal.timeout(60_000));
	if (still > 0) problems.push(`${still} records are still in quarantine after the replay`);
	return rows.length;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { latenessMillis } from '@pangea/platform-contract';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { type FaultHome, openFaultHome } from '../faults/home.ts';
import { chanceOf, Stirrer } from '../faults/stir.ts';
import type { Pace } from '../faults/fast-time.ts';
import { fleet } from './stores.ts';

export interface FleetOptions {
	databaseUrl: string;
	stores: number;
	connections: number;
	/** Orders of the past, over all stores. */
	size: number;
	/** Changes that happen while the history is read. */
	changes: number;
	/** How long the fleet is watched after its history is in, in minutes of its own time. */
	minutes: number;
	seed: string;
	pace: Pace;
	onTrouble: (error: unknown) => void;
}

export interface FleetReport {
	stores: number;
	connections: number;
	orders: number;
	/** Calls that a budget of a platform counted, those that it refused, and their share. */
	asked: number;
	refused: number;
	refusedShare: number;
	/** How far the store that is read least lies behind, in allowed lags of its platform (three polls and what the platform holds back). */
	worstLag: number;
	/** Longest that a due push, pull, or read or reply of messages stood behind work of the history that began meanwhile, in milliseconds. */
	behindHistoryMillis: number;
	/** The kind of job that stood there longest. */
	behindHistoryJob: string | null;
	seconds: number;
}

const LOOK_MILLIS = 250;

/** Binds the fleet, reads its history while things happen in it, watches it for a while, and tells what the platforms and the stores saw. */
export async function runFleet(options: FleetOptions): Promise<FleetReport> {
	const began = Date.now();
	const home = await openFaultHome({
		databaseUrl: options.databaseUrl,
		stores: fleet(options.stores, options.connections),
		size: options.size,
		seed: options.seed,
		past: { days: 20, endedDaysAgo: 0 },
		withoutNight: true,
		pace: options.pace,
		onTrouble: options.onTrouble,
	});
	const client = new pg.Client({ connectionString: options.databaseUrl, application_name: 'fleet' });
	client.on('error', options.onTrouble);
	await client.connect();
	const watch = new Watch(client, home);
	try {
		const bound = await watch.bound();
		const stirrer = new Stirrer(home.simulator.control, chanceOf(20261128));
		let history = true;
		const stirring = stirrer.stir(options.changes, 200, () => !history);
		while (await watch.historyLeft()) await watch.look();
		history = false;
		await stirring;
		const end = home.simulator.control.clock.now() + options.minutes * 60_000;
		while (home.simulator.control.clock.now() < end) await watch.look();
		let [asked, refused] = [0, 0];
		for (const bucket of home.simulator.control.buckets.tally().values()) {
			asked += bucket.asked;
			refused += bucket.refused;
		}
		return {
			...bound,
			orders: await watch.orders(),
			asked,
			refused,
			refusedShare: refused / Math.max(1, asked),
			worstLag: watch.worstLag,
			behindHistoryMillis: watch.behindHistoryMillis,
			behindHistoryJob: watch.behindHistoryJob,
			seconds: Math.round((Date.now() - began) / 1000),
		};
	} finally {
		await client.end();
		await home.stop();
	}
}

/** Looks into the database again and again, and keeps the worst. */
class Watch {
	readonly #client: pg.Client;
	readonly #home: FaultHome;
	/** Slices of history that ran, and news that waited, when it was looked last. */
	#running = new Set<string>();
	#seen = new Set<string>();
	/** Since when news is behind history. */
	readonly #waiting = new Map<string, number>();
	worstLag = 0;
	behindHistoryMillis = 0;
	behindHistoryJob: string | null = null;

	constructor(client: pg.Client, home: FaultHome) {
		this.#client = client;
		this.#home = home;
	}

	async bound(): Promise<{ stores: number; connections: number }> {
		const { rows } = await this.#client.query<{ stores: number; connections: number }>(
			'select count(*)::int as stores, count(distinct connection_id)::int as connections from store',
		);
		return rows[0] ?? { stores: 0, connections: 0 };
	}

	async orders(): Promise<number> {
		const { rows } = await this.#client.query<{ n: number }>('select count(*)::int as n from orders');
		return rows[0]?.n ?? 0;
	}

	async historyLeft(): Promise<boolean> {
		const { rows } = await this.#client.query<{ n: number }>("select count(*)::int as n from backfill where state <> 'done'");
		return (rows[0]?.n ?? 0) > 0;
	}

	async look(): Promise<void> {
		await sleep(LOOK_MILLIS);
		const now = this.#home.simulator.control.clock.now();
		const read = await this.#client.query<{ platform: string; watermark: string }>(
			'select s.platform, p.watermark::text from store s join pull_cursor p using (workspace_id, store_id) where p.last_success_at is not null',
		);
		for (const { platform, watermark } of read.rows) {
			const manifest = [...registry.values()].find((one) => one.id === platform)?.manifest;
			if (manifest) this.worstLag = Math.max(this.worstLag, (now - Date.parse(watermark)) / latenessMillis(manifest));
		}
		await this.#lookAtQueue();
	}

	/** History that begins while news which was due before it still waits: the news is behind it from then until it begins. */
	async #lookAtQueue(): Promise<void> {
		const at = Date.now();
		const { rows } = await this.#client.query<{ job_id: string; name: string; history: boolean }>(
			`select j.job_id, j.name, j.name = 'store.backfill' as history from jobs.job j
				where (j.name = 'store.backfill' and j.lease_until is not null)
					or (j.name in ('intake.process', 'store.pull', 'messages.pull', 'message.send') and j.lease_until is null and j.run_at <= now()
						and not exists (select from jobs.job r where r.name = j.name and r.job_group = j.job_group and r.lease_until is not null))`,
		);
		const began = rows.filter((row) => row.history && !this.#running.has(row.job_id));
		for (const row of rows.filter((one) => !one.history)) {
			const behindSince = this.#waiting.get(row.job_id) ?? (began.length > 0 && this.#seen.has(row.job_id) ? at : null);
			if (behindSince === null) continue;
			this.#waiting.set(row.job_id, behindSince);
			if (at - behindSince <= this.behindHistoryMillis) continue;
			this.behindHistoryMillis = at - behindSince;
			this.behindHistoryJob = row.name;
		}
		this.#running = new Set(rows.flatMap((row) => (row.history ? [row.job_id] : [])));
		this.#seen = new Set(rows.flatMap((row) => (row.history ? [] : [row.job_id])));
		for (const id of this.#waiting.keys()) if (!this.#seen.has(id)) this.#waiting.delete(id);
	}
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostVariable, loadConfig } from '@pangea/config';
import { Database } from '@pangea/db';
import type { PlatformId } from '@pangea/domain';
import { type DemoPlatform, demoPlatforms, type Way } from '@pangea/launcher/demo-platforms';
import { nightRound } from '@pangea/jobs';
import { createLogger } from '@pangea/logging';
import { registry } from '@pangea/platform-registry';
import { type RunningServer, startServer } from '@pangea/server';
import { type FaultPlan, type Simulator, startSimulator, type StoreSeed } from '@pangea/simulator';
import { authorizeUrl, bindConnection, type Engine, saveApp } from '@pangea/sync';
import { type RunningWorker, startWorker } from '@pangea/worker';
import pg from 'pg';
import { z } from 'zod';
import { type FastTime, type Pace, startFastTime } from './fast-time.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const VERIFIER = 'a-verifier-long-enough-for-the-proof-of-key-exchange';
const NIGHT_CRON = '10 3 * * *';
const DAY = 86_400_000;
/** How far back the stores' history is walked, of a world without a past and of one with it. */
const YOUNG_DAYS = 4;
const OLD_DAYS = 110;

export interface FaultHomeOptions {
	/** A migrated database of its own. */
	databaseUrl: string;
	stores: readonly StoreSeed[];
	/** Orders of the past, over all stores; with none, history is what the run itself makes. */
	size: number;
	seed: string;
	/** Days of the past, and how many days before the clock's first reading it ends. */
	past?: { days: number; endedDaysAgo: number };
	/** Armed before anything is bound. */
	faults?: readonly FaultPlan[];
	/** Leaves the night's work to the proof: a worker without a planned night does it at once, before there is anything to compare. */
	withoutNight?: boolean;
	pace: Pace;
	onTrouble: (error: unknown) => void;
}

/** The adapters with a history as long as this world's: years of empty windows would only cost calls. */
function shortened(historyDays: number): typeof registry {
	return new Map(
		[...registry].map(([id, adapter]) => {
			const { manifest } = adapter;
			return [id, { ...adapter, manifest: { ...manifest, pull: { ...manifest.pull, historyDays } } }];
		}),
	);
}

/** The whole product bound to the simulator: server, worker, real adapters, every store of the world, one clock. */
export interface FaultHome {
	databaseUrl: string;
	workspaceId: string;
	simulator: Simulator;
	database: Database;
	engine: Engine;
	/** Binds a platform's accounts again, as a person would whose grants have died. */
	reconnect(platform: string): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Starts the parts, oldest first. All live by the simulator's clock, which runs faster than the machine's; what waits in the database
 * runs with it. The past ends a month before the clock's first reading, so that nothing moves but what a proof moves.
 */
export async function openFaultHome(options: FaultHomeOptions): Promise<FaultHome> {
	const at = Date.now();
	const past = options.past ?? { days: 73, endedDaysAgo: 32 };
	const parts: { stop(): Promise<unknown> }[] = [];
	const stop = async (): Promise<void> => {
		for (const part of parts.splice(0).reverse()) await part.stop();
	};
	try {
		const simulator = await startSimulator({
			stores: options.stores,
			size: options.size,
			seed: options.seed,
			years: past.days / 365,
			since: at - past.endedDaysAgo * DAY,
			clock: { at, speed: options.pace.busy },
			deliveryScale: 1 / options.pace.idle,
		});
		parts.push(simulator);
		for (const fault of options.faults ?? []) simulator.control.arm(fault);
		const now = (): Date => new Date(simulator.control.clock.now());
		const platforms = demoPlatforms(simulator.platforms);
		const port = await freePort();
		const publicUrl = `http://127.0.0.1:${port}`;
		const config = loadConfig({
			DATABASE_URL: options.databaseUrl,
			PANGEA_MASTER_KEY: Buffer.alloc(32, 7).toString('hex'),
			PANGEA_PORT: String(port),
			PANGEA_PUBLIC_URL: publicUrl,
			PANGEA_LOG_LEVEL: 'silent',
			PANGEA_RATES_URL: 'off',
			...Object.fromEntries(
				platforms.flatMap((p) => Object.entries(p.hosts).map(([key, url]) => [`PANGEA_HOST_${hostVariable(p.platform, key)}`, url])),
			),
		});
		const database = new Database({ url: options.databaseUrl, name: 'proof', onIdleError: options.onTrouble });
		parts.push({ stop: () => database.close() });
		await database.inWorkspace(WORKSPACE, ({ db }) =>
			db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'Proof', base_currency: 'USD', zone: 'UTC' }).execute(),
		);
		if (options.withoutNight) await planNightFar(options.databaseUrl);
		const webFolder = mkdtempSync(join(tmpdir(), 'pangea-proof-'));
		parts.push({ stop: async () => rmSync(webFolder, { recursive: true, force: true }) });
		const server: RunningServer = await startServer(config, { webFolder, now });
		parts.push(server);
		const worker: RunningWorker = await startWorker({
			config,
			registry: shortened(options.size === 0 ? YOUNG_DAYS : Math.min(OLD_DAYS, past.days + past.endedDaysAgo + YOUNG_DAYS)),
			roundSeconds: 1,
			nightCron: NIGHT_CRON,
			// Work in one process, where calls mostly wait for each other: more of it under way makes a slow machine bearable.
			parallel: { intake: 4, pull: 12, backfill: 10 },
			// A call that hangs is given up after two seconds of the machine; thirty of them would be half an hour here. Nor is a budget waited for
			// inside a job: there the machine's seconds count, outside the world runs fast.
			engine: { now, http: { timeoutMillis: 2000 }, options: { queueWaitSeconds: 1, queueRestSeconds: 1, budgetPatienceMillis: 250 } },
			logger: createLogger({ name: 'proof', level: 'silent' }),
		});
		parts.push(worker);
		const time: FastTime = await startFastTime(options.databaseUrl, simulator, options.pace, options.onTrouble);
		parts.push(time);
		const { engine } = worker;
		const home: FaultHome = {
			databaseUrl: options.databaseUrl,
			workspaceId: WORKSPACE,
			simulator,
			database,
			engine,
			async reconnect(platform) {
				if (platform === 'temu') for (const store of deadMalls(simulator)) simulator.control.configure('temu', { authorize: store });
				const demo = demoPlatforms(simulator.control.facts()['platforms']).find((p) => p.platform === platform);
				if (!demo) throw new Error(`The simulator does not run ${platform}`);
				for (const way of demo.ways) await bind(engine, demo, way, publicUrl);
			},
			stop,
		};
		for (const demo of platforms) await connect(home, demo, publicUrl);
		return home;
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Plans the night's work for a day that no run lives to see. */
async function planNightFar(databaseUrl: string): Promise<void> {
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	try {
		const plan = `insert into jobs.schedule (name, cron, zone, payload, next_at) values ($1, $2, 'UTC', '{}', now() + interval '100 days')`;
		await client.query(plan, [nightRound.name, NIGHT_CRON]);
	} finally {
		await client.end();
	}
}

/** What a person does once for a platform: the app's settings there and here, then every account. */
async function connect(home: FaultHome, demo: DemoPlatform, publicUrl: string): Promise<void> {
	const { control } = home.simulator;
	const { settings, target } = demo.console({
		redirect: redirectUri(publicUrl, demo.platform),
		webhook: `${publicUrl}/webhooks/${demo.platform}/${home.workspaceId}`,
	});
	const platform = idOf(demo.platform);
	if (settings) control.configure(platform, settings);
	if (target !== null) control.addTarget(platform, { url: target });
	await saveApp(home.engine, home.workspaceId, platform, demo.appFields);
	for (const way of demo.ways) await bind(home.engine, demo, way, publicUrl);
}

async function bind(engine: Engine, demo: DemoPlatform, way: Way, publicUrl: string): Promise<void> {
	const platform = idOf(demo.platform);
	if (way.kind === 'paste') {
		await bindConnection(engine, WORKSPACE, platform, { kind: 'paste', fields: way.fields, host: way.host });
		return;
	}
	const uri = redirectUri(publicUrl, platform);
	const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url');
	const page = new URL(await authorizeUrl(engine, WORKSPACE, platform, { state: 's', redirectUri: uri, codeChallenge, host: way.host }));
	if (way.account !== null) page.searchParams.set('account', way.account);
	const location = (await fetch(page, { redirect: 'manual' })).headers.get('location');
	if (location === null) throw new Error(`The consent page of ${platform} sent nobody back`);
	const params = Object.fromEntries(new URL(location).searchParams);
	await bindConnection(engine, WORKSPACE, platform, { kind: 'redirect', params, redirectUri: uri, codeVerifier: VERIFIER, host: way.host });
}

function redirectUri(publicUrl: string, platform: string): string {
	return `${publicUrl}/connected/${platform}`;
}

function idOf(platform: string): PlatformId {
	for (const id of registry.keys()) if (id === platform) return id;
	throw new Error(`No adapter for ${platform}`);
}

const malls = z.object({
	temu: z.object({ stores: z.array(z.object({ id: z.string(), tokens: z.record(z.string(), z.string().nullable()) })) }),
});

/** Temu's stores without a living token at one of their gateways: their sellers must authorise again. */
function deadMalls(simulator: Simulator): string[] {
	const { temu } = malls.parse(simulator.control.facts()['platforms']);
	return temu.stores.filter((store) => Object.values(store.tokens).includes(null)).map((store) => store.id);
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}

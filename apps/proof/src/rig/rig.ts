import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORKER_FLAGS } from '@pangea/config';
import { migrate } from '@pangea/db';
import { type Child, startChild } from '@pangea/launcher/children';
import { masterKey } from '@pangea/launcher/data-folder';
import { type DemoPlatform, demoMailServers, type Way } from '@pangea/launcher/demo-platforms';
import { type DemoLogin, seedDemo } from '@pangea/launcher/demo-seed';
import { freePort } from '@pangea/launcher/ports';
import { hostOverrides, type SimulatorFacts } from '@pangea/launcher';
import { type LocalPostgres, startLocalPostgres } from '@pangea/local-postgres';
import pg from 'pg';
import { ControlDoor } from '../checker/index.ts';
import { Cutter } from './cutter.ts';
import { childrenOf, isGone, killNow } from './processes.ts';
import { type Ballast, scarceFolder } from './scarce.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const DATABASE = 'pangea';
const DAY = 86_400_000;
/** Orders live for a month at most: a past that ended before stands still, and only what a round does changes the truth. */
const PAST_ENDED_DAYS = 62;
/** All that ever happened in that past lies between so many days ago. */
export const PAST_DAYS = { from: PAST_ENDED_DAYS + 24, until: PAST_ENDED_DAYS - 31 };

export interface RigOptions {
	/** Orders in the past of the simulated world. */
	orders: number;
	seed: string;
	/** First port to try for the server. */
	port: number;
	/** The accounts that are bound. */
	binds: (demo: DemoPlatform, way: Way) => boolean;
	/** Workers at the start. */
	workers?: number;
	/** New orders a minute that live on by themselves. Default 0. */
	live?: number;
	/** A store of the simulator that lists so many variants more. */
	shelf?: { store: string; listings: number };
	step?: (text: string) => void;
}

export type Part = 'server' | 'worker' | 'database';

/**
 * The whole workbench as real processes which can be killed and started again one by one: simulator, embedded PostgreSQL, server, workers.
 * What the workers say to the database and to the platforms, and people and platforms to the server, goes over lines that can be cut.
 */
export class Rig {
	readonly url: string;
	readonly door: ControlDoor;
	readonly simulatorUrl: string;
	readonly toPlatforms: Cutter;
	readonly toDatabase: Cutter;
	readonly toServer: Cutter;
	readonly ballast: Ballast;
	logins: DemoLogin[] = [];
	readonly #folder: string;
	readonly #simulator: Child;
	readonly #environment: Record<string, string>;
	readonly #workerEnvironment: Record<string, string>;
	#database: LocalPostgres;
	#server: Child | null = null;
	readonly #workers: (Child | null)[] = [];
	#stopped: Promise<void> | null = null;

	private constructor(parts: {
		folder: string;
		ballast: Ballast;
		port: number;
		simulator: Child;
		database: LocalPostgres;
		key: Record<string, string>;
		toPlatforms: Cutter;
		toDatabase: Cutter;
		toServer: Cutter;
	}) {
		const facts = parts.simulator.ready as SimulatorFacts;
		this.#folder = parts.folder;
		this.#simulator = parts.simulator;
		this.#database = parts.database;
		this.ballast = parts.ballast;
		this.toPlatforms = parts.toPlatforms;
		this.toDatabase = parts.toDatabase;
		this.toServer = parts.toServer;
		this.url = `http://localhost:${parts.toServer.port}`;
		this.simulatorUrl = facts.url;
		this.door = new ControlDoor(facts.url);
		const hosts = hostOverrides(facts);
		this.#environment = {
			...parts.key,
			...hosts,
			DATABASE_URL: this.databaseUrl,
			PANGEA_PORT: String(parts.port),
			PANGEA_PUBLIC_URL: this.url,
			PANGEA_LOG_LEVEL: 'warn',
			PANGEA_RATES_URL: 'off',
			PANGEA_MAIL_SERVERS: demoMailServers(facts.platforms),
		};
		const line = `http://127.0.0.1:${parts.toPlatforms.port}`;
		// Links to documents name the simulator itself; they are followed only when they lie at the host that is configured.
		const cut = Object.entries(hosts).map(([name, host]) => [name, name.endsWith('_DOCUMENTS') ? host : host.replace(facts.url, line)]);
		this.#workerEnvironment = {
			...this.#environment,
			...Object.fromEntries(cut),
			DATABASE_URL: `postgres://pangea@127.0.0.1:${parts.toDatabase.port}/${DATABASE}`,
		};
	}

	/** @throws Error with a sentence; what had been started is stopped. */
	static async start(options: RigOptions): Promise<Rig> {
		const step = options.step ?? (() => {});
		const folder = mkdtempSync(join(tmpdir(), 'pangea-rig-'));
		const ballast = scarceFolder(join(folder, 'postgres'));
		const stops: (() => Promise<void> | void)[] = [() => ballast.remove(), () => rmSync(folder, { recursive: true, force: true })];
		try {
			mkdirSync(join(folder, 'logs'), { recursive: true });
			const key = masterKey(folder);
			step('database');
			const database = await startDatabase(folder);
			stops.unshift(() => database.stop());
			await database.ensureDatabase(DATABASE);
			await migrate(database.url(DATABASE));
			step('simulator');
			const port = await freePort(options.port);
			const simulator = await startPart(folder, 'simulator', 'packages/simulator/src/main.ts', {
				SIMULATOR_PORT: '0',
				SIMULATOR_SEED: options.seed,
				SIMULATOR_SIZE: String(options.orders),
				SIMULATOR_LIVE: String(options.live ?? 0),
				...(options.shelf ? { SIMULATOR_SHELF: `${options.shelf.store}:${options.shelf.listings}` } : {}),
				// Past deliveries are tried again within seconds instead of hours.
				SIMULATOR_DELIVERY_SCALE: '0.02',
				...(options.live ? {} : { SIMULATOR_SINCE: new Date(Date.now() - PAST_ENDED_DAYS * DAY).toISOString(), SIMULATOR_YEARS: '0.06' }),
			});
			stops.unshift(() => simulator.stop());
			const toPlatforms = await Cutter.open({ host: '127.0.0.1', port: Number(new URL((simulator.ready as SimulatorFacts).url).port) });
			const socket = new URL(database.url(DATABASE)).hostname;
			const toDatabase = await Cutter.open({ path: join(decodeURIComponent(socket), '.s.PGSQL.5432') });
			const toServer = await Cutter.open({ host: '127.0.0.1', port });
			const rig = new Rig({ folder, key, ballast, port, simulator, database, toPlatforms, toDatabase, toServer });
			await rig.door.post('/configure', { platform: 'amazon', settings: { reportSeconds: 1, rateFactor: 300 } });
			stops.unshift(() => rig.stop());
			step('server');
			await rig.revive('server');
			step('accounts');
			rig.logins = await seedDemo({ url: rig.url, simulator: simulator.ready as SimulatorFacts, binds: options.binds });
			step('worker');
			for (let i = 0; i < (options.workers ?? 1); i++) await rig.startWorker();
			return rig;
		} catch (error) {
			for (const stop of stops) await stop();
			throw error;
		}
	}

	/** The owner's, past all cuts. */
	get databaseUrl(): string {
		return this.#database.url(DATABASE);
	}

	/** Pids of what runs, by name. */
	get pids(): Record<string, number> {
		const workers = this.#workers.flatMap((w, i): [string, number][] => (w ? [[`worker${i + 1}`, w.pid]] : []));
		return {
			simulator: this.#simulator.pid,
			database: this.#database.pid,
			...(this.#server ? { server: this.#server.pid } : {}),
			...Object.fromEntries(workers),
		};
	}

	logFile(name: string): string {
		return join(this.#folder, 'logs', `${name}.log`);
	}

	/** SIGKILL, without a word to anybody. The database loses its postmaster and every process of it at once. */
	async kill(part: Part): Promise<void> {
		if (part === 'database') {
			const { pid } = this.#database;
			await killNow([pid, ...childrenOf(pid)]);
			return;
		}
		const children = part === 'server' ? [this.#server] : this.#workers;
		for (const child of children) {
			if (child === null) continue;
			await killNow([child.pid]);
			await child.exited;
		}
		if (part === 'server') this.#server = null;
		else this.#workers.fill(null);
	}

	/** Starts again what was killed or stopped. */
	async revive(part: Part): Promise<void> {
		if (part === 'database') this.#database = await startDatabase(this.#folder);
		else if (part === 'server') this.#server ??= await startPart(this.#folder, 'server', 'apps/server/src/main.ts', this.#environment);
		else for (const [i, worker] of this.#workers.entries()) if (worker === null) this.#workers[i] = await this.#newWorker(i);
	}

	/** Stops as a deploy does: told to, with time to finish. */
	async stopPart(part: Part, which = 0): Promise<void> {
		if (part === 'database') return await this.#database.stop();
		if (part === 'server') {
			await this.#server?.stop();
			this.#server = null;
			return;
		}
		await this.#workers[which]?.stop();
		this.#workers[which] = null;
	}

	/** Starts again what ended without being told to, and names it. */
	async raiseFallen(): Promise<string[]> {
		const fallen: string[] = [];
		if (this.#server && isGone(this.#server.pid)) {
			fallen.push('server');
			this.#server = null;
			await this.revive('server');
		}
		for (const [i, worker] of this.#workers.entries()) {
			if (worker === null || !isGone(worker.pid)) continue;
			fallen.push(`worker${i + 1}`);
			this.#workers[i] = null;
		}
		await this.revive('worker');
		return fallen;
	}

	async startWorker(): Promise<void> {
		const index = this.#workers.length;
		this.#workers.push(await this.#newWorker(index));
	}

	/** Stops the oldest worker, as a deploy does once the new one runs. */
	async retireWorker(): Promise<void> {
		await this.#workers.shift()?.stop();
	}

	/** Ends the last worker that was added. */
	async dropWorker(): Promise<void> {
		await this.#workers.pop()?.stop();
	}

	async query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
		const client = new pg.Client({ connectionString: this.databaseUrl, application_name: 'pangea proof', connectionTimeoutMillis: 5000 });
		client.on('error', () => {});
		await client.connect();
		try {
			return (await client.query<R>(text, values)).rows;
		} finally {
			await client.end();
		}
	}

	/** Ends every process and takes the folder away; asked twice, it is done once. */
	stop(): Promise<void> {
		this.#stopped ??= this.#stop();
		return this.#stopped;
	}

	async #stop(): Promise<void> {
		for (const worker of this.#workers.splice(0)) await worker?.stop();
		await this.#server?.stop();
		await this.#simulator.stop();
		await this.toServer.close();
		await this.toPlatforms.close();
		await this.toDatabase.close();
		await this.#database.stop();
		this.ballast.remove();
		rmSync(this.#folder, { recursive: true, force: true });
	}

	#newWorker(index: number): Promise<Child> {
		return startPart(this.#folder, `worker${index + 1}`, 'apps/worker/src/main.ts', this.#workerEnvironment, WORKER_FLAGS);
	}
}

function startDatabase(folder: string): Promise<LocalPostgres> {
	return startLocalPostgres({
		folder: join(folder, 'postgres'),
		settings: { max_wal_size: '128MB', min_wal_size: '32MB', shared_buffers: '128MB' },
	});
}

function startPart(folder: string, name: string, file: string, env: Record<string, string>, flags?: readonly string[]): Promise<Child> {
	const inherited = Object.fromEntries(Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
	return startChild({ name, file: join(ROOT, file), flags, logs: join(folder, 'logs'), env: { ...inherited, ...env } });
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostVariable, WORKER_FLAGS } from '@pangea/config';
import { migrate } from '@pangea/db';
import { type LocalPostgres, startLocalPostgres } from '@pangea/local-postgres';
import { type Child, startChild } from './children.ts';
import { demoMailServers, demoPlatforms } from './demo/bindings.ts';
import { claimFolder, DATABASE, databaseFolder, masterKey } from './data-folder.ts';
import { startMailCatcher } from './demo/mail-catcher.ts';
import { type DemoLogin, seedDemo } from './demo/seed.ts';
import type { LauncherOptions } from './options.ts';
import { freePort } from './ports.ts';

export interface Workbench {
	url: string;
	simulatorUrl: string | null;
	/** Folder in which the demo's mail is caught; null: mail goes where the environment says, or nowhere. */
	mailFolder: string | null;
	databaseUrl: string;
	logins: DemoLogin[];
	/** Resolves with the name of a process that ended by itself. */
	failed: Promise<string>;
	/** Pids by name, for tests that kill. */
	pids: Record<string, number>;
	stop(): Promise<void>;
}

export interface WorkbenchOptions extends Omit<LauncherOptions, 'fresh'> {
	/** The repository. */
	root: string;
	step(text: string): void;
	/** Further environment of server and worker. */
	env?: Record<string, string>;
}

/** What stays the same from start to start, so that the demo world and its addresses do not change under the data. */
interface Remembered {
	simulatorPort: number;
	world: { since: string; orders: number; live: number };
}

/** Starts everything in order: database, schema, simulator, server, worker, demo. @throws Error with a sentence; what had been started is stopped. */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
	const started: { stop(): Promise<void> }[] = [];
	const stop = async (): Promise<void> => {
		// The database last: the others still write while they stop.
		for (const part of started.reverse()) await part.stop();
		started.length = 0;
	};
	try {
		started.push(claimFolder(options.data));
		return await startParts(options, started, stop);
	} catch (error) {
		await stop();
		throw error;
	}
}

async function startParts(options: WorkbenchOptions, started: { stop(): Promise<void> }[], stop: () => Promise<void>): Promise<Workbench> {
	const { data, root } = options;
	const step = (text: string): void => options.step(text);
	const logs = join(data, 'logs');
	mkdirSync(logs, { recursive: true });
	const children: Child[] = [];
	const start: StartChild = async (name, file, env, flags) => {
		const child = await startChild({ name, file: join(root, file), flags, logs, env: { ...inherited(), ...env } });
		children.push(child);
		started.push(child);
		return child;
	};

	// Before there is a database: a key that is missing beside an old one must not be made anew.
	const key = masterKey(data);
	const port = await freePort(options.port);
	if (port !== options.port) step(`Port ${options.port} is taken; using ${port}`);
	const url = `http://localhost:${port}`;
	// Neither needs the other. When one fails the other must have started before all is stopped.
	const [databaseStart, simulatorStart] = await Promise.allSettled([readyDatabase(options, started), startSimulator(options, port, start)]);
	if (databaseStart.status === 'rejected') throw databaseStart.reason;
	if (simulatorStart.status === 'rejected') throw simulatorStart.reason;
	const databaseUrl = databaseStart.value;
	const simulator = simulatorStart.value;

	const mailFolder = options.demo && !process.env['PANGEA_SMTP_URL'] ? join(data, 'mail') : null;
	const environment = {
		...(mailFolder === null ? {} : await caughtMail(mailFolder, started)),
		// The demo asks nobody outside: it brings rates of its own.
		...(options.demo ? { PANGEA_RATES_URL: 'off' } : {}),
		...options.env,
		DATABASE_URL: databaseUrl,
		PANGEA_FILES: process.env['PANGEA_FILES'] ?? join(data, 'files'),
		PANGEA_PORT: String(port),
		PANGEA_PUBLIC_URL: url,
		...key,
		...(simulator ? hostOverrides(simulator) : {}),
	};
	step('Starting the server');
	await start('server', 'apps/server/src/main.ts', environment);
	let logins: DemoLogin[] = [];
	if (simulator) {
		// Before the worker starts: after a restart the simulator knows the former grants no more.
		step('Binding the demo seller’s stores');
		logins = await seedDemo({ url, simulator });
	}
	step('Starting the worker');
	await start('worker', 'apps/worker/src/main.ts', environment, WORKER_FLAGS);
	return {
		url,
		simulatorUrl: simulator?.url ?? null,
		mailFolder,
		databaseUrl,
		logins,
		failed: Promise.race(children.map((child) => child.exited.then(() => child.name))),
		pids: Object.fromEntries(children.map((child) => [child.name, child.pid])),
		stop,
	};
}

/** The demo sends nothing out: its mail is kept where a person can read it. */
async function caughtMail(folder: string, started: { stop(): Promise<void> }[]): Promise<Record<string, string>> {
	const catcher = await startMailCatcher(folder);
	started.push(catcher);
	return { PANGEA_SMTP_URL: catcher.url, PANGEA_MAIL_FROM: 'Pangea <pangea@localhost.localdomain>' };
}

type StartChild = (name: string, file: string, env: Record<string, string>, flags?: readonly string[]) => Promise<Child>;

async function startSimulator(options: WorkbenchOptions, port: number, start: StartChild): Promise<SimulatorFacts | null> {
	if (!options.demo) return null;
	const { simulatorPort, world } = await rememberWorld(options, port);
	options.step(`Starting the simulated platforms with ${world.orders} orders`);
	const child = await start('simulator', 'packages/simulator/src/main.ts', {
		SIMULATOR_PORT: String(simulatorPort),
		SIMULATOR_SIZE: String(world.orders),
		SIMULATOR_LIVE: String(world.live),
		SIMULATOR_SINCE: world.since,
	});
	return child.ready as SimulatorFacts;
}

async function readyDatabase(options: WorkbenchOptions, started: { stop(): Promise<void> }[]): Promise<string> {
	const url = await database(options, started);
	options.step('Bringing the schema up to date');
	await migrate(url);
	return url;
}

/** The demo world of this data folder: made at the first start, the same ever after. */
async function rememberWorld(options: WorkbenchOptions, port: number): Promise<Remembered> {
	const file = join(options.data, 'launcher.json');
	const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Remembered) : null;
	const wanted = { orders: options.orders, live: options.live };
	const world = known?.world ?? { since: new Date().toISOString(), ...wanted };
	if (world.orders !== wanted.orders || world.live !== wanted.live) {
		options.step(`The demo keeps its world of ${world.orders} orders and ${world.live} a minute; --fresh makes another`);
	}
	const remembered = { simulatorPort: await freePort(known?.simulatorPort ?? port + 1, new Set([port])), world };
	writeFileSync(file, JSON.stringify(remembered));
	return remembered;
}

/** What the simulator says of itself when it is ready. */
export interface SimulatorFacts {
	url: string;
	platforms: Record<string, unknown>;
}

/** Addresses of the simulated platforms as server and worker take them. */
export function hostOverrides(simulator: SimulatorFacts): Record<string, string> {
	const hosts = demoPlatforms(simulator.platforms).flatMap(({ platform, hosts }) =>
		Object.entries(hosts).map(([host, url]) => [`PANGEA_HOST_${hostVariable(platform, host)}`, url]),
	);
	return {
		...Object.fromEntries(hosts),
		PANGEA_MAIL_SERVERS: demoMailServers(simulator.platforms),
		PANGEA_PICTURE_GATEWAY: `${simulator.url}/pictures`,
	};
}

async function database(options: WorkbenchOptions, started: { stop(): Promise<void> }[]): Promise<string> {
	if (options.databaseUrl !== null) {
		options.step('Using the PostgreSQL that DATABASE_URL names');
		return options.databaseUrl;
	}
	options.step('Starting the embedded PostgreSQL');
	const server: LocalPostgres = await startLocalPostgres({ folder: databaseFolder(options.data) });
	started.push(server);
	if (server.adopted) options.step('Took over the database server that an earlier run had left behind');
	await server.ensureDatabase(DATABASE);
	return server.url(DATABASE);
}

function inherited(): Record<string, string> {
	return Object.fromEntries(Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

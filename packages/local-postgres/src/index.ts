import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { nativeFolder } from './binaries.ts';
import { type Runner, runner } from './identity.ts';

export interface LocalPostgres {
	/** Connection string of a database on this server. */
	url(database: string): string;
	/** Creates the database when it is missing. */
	ensureDatabase(name: string): Promise<void>;
	/** True when a server of this folder was already running (its former owner was killed). */
	adopted: boolean;
	/** How it runs, for the person: user, version. */
	description: string;
	pid: number;
	stop(): Promise<void>;
}

export interface LocalPostgresOptions {
	/** Holds everything of the server: `data/` and `postgres.log`. */
	folder: string;
	/** Tests trade safety on power loss for speed. */
	durable?: boolean;
	/** Further settings, e.g. `{ max_connections: '200' }`. */
	settings?: Record<string, string>;
}

const USER = 'pangea';

/**
 * Starts the embedded PostgreSQL of a folder, or takes over the one that still runs there. The server listens on a private socket only.
 * @throws Error with a sentence for the person, including the end of the server's log.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
	const native = nativeFolder();
	const postgres = join(native, 'bin', 'postgres');
	const run = runner(postgres);
	const data = join(options.folder, 'data');
	const log = join(options.folder, 'postgres.log');
	const socket = socketFolder(options.folder);
	mkdirSync(options.folder, { recursive: true, mode: 0o700 });
	mkdirSync(socket, { recursive: true, mode: 0o700 });
	run.own(socket);

	const running = runningServer(data);
	const handle = (pid: number, adopted: boolean): LocalPostgres => ({
		url: (database) => connectionString(socket, database),
		ensureDatabase: (name) => ensureDatabase(socket, name),
		adopted,
		description: `PostgreSQL 18 ${run.description}`,
		pid,
		stop: async () => {
			await stopServer(pid);
			rmSync(socket, { recursive: true, force: true });
		},
	});
	if (running !== null) {
		if (await answers(socket)) return handle(running, true);
		await stopServer(running);
	}
	rmSync(join(data, 'postmaster.pid'), { force: true });
	await stopStray(socket);
	if (!existsSync(join(data, 'PG_VERSION'))) initialise(native, run, data, options.durable !== false);

	const args = Object.entries({ ...settings(options.durable !== false), ...options.settings }).flatMap(([k, v]) => ['-c', `${k}=${v}`]);
	const call = run.command(postgres, ['-D', data, '-k', socket, '-c', 'listen_addresses=', ...args]);
	const out = openSync(log, 'a', 0o600);
	const child = spawn(call.program, call.args, {
		// Its own process group: Ctrl-C reaches the launcher first, which stops the database last.
		detached: true,
		stdio: ['ignore', out, out],
		env: { ...process.env, ...ALLOCATOR },
		...(run.user ? { uid: run.user.uid, gid: run.user.gid } : {}),
	});
	let exited = false;
	child.once('exit', () => (exited = true));
	child.once('error', () => (exited = true));
	child.unref();
	for (let waited = 0; waited < 60_000; waited += 25) {
		if (exited) break;
		if (await answers(socket)) return handle(child.pid ?? 0, false);
		await sleep(25);
	}
	throw new Error(`The embedded PostgreSQL did not start. The end of ${log}:\n${tail(log)}`);
}

function connectionString(socket: string, database: string): string {
	return `postgres://${USER}@${encodeURIComponent(socket)}/${encodeURIComponent(database)}`;
}

function initialise(native: string, run: Runner, data: string, durable: boolean): void {
	const fresh = `${data}.new`;
	rmSync(fresh, { recursive: true, force: true });
	mkdirSync(dirname(data), { recursive: true });
	mkdirSync(fresh, { mode: 0o700 });
	run.own(fresh);
	const args = [
		'-D',
		fresh,
		'-U',
		USER,
		'--encoding=UTF8',
		'--locale-provider=builtin',
		'--builtin-locale=C.UTF-8',
		'--locale=C',
		'--auth=trust',
	];
	const call = run.command(join(native, 'bin', 'initdb'), durable ? args : [...args, '--no-sync']);
	const done = spawnSync(call.program, call.args, { encoding: 'utf8', ...(run.user ? { uid: run.user.uid, gid: run.user.gid } : {}) });
	if (done.status !== 0) {
		rmSync(fresh, { recursive: true, force: true });
		throw new Error(`Cannot create the database folder ${data}:\n${done.stderr || String(done.error)}`);
	}
	// The folder gets its name only when it is complete, so an interrupted first start leaves nothing that looks usable.
	renameSync(fresh, data);
}

// glibc gives memory back after every statement and asks for it again at the next: a sixth of what a small statement costs.
const ALLOCATOR = { MALLOC_TRIM_THRESHOLD_: String(64 * 1024 * 1024), MALLOC_TOP_PAD_: String(1024 * 1024) };

function settings(durable: boolean): Record<string, string> {
	const buffers = Math.max(128, Math.min(4096, Math.floor(totalmem() / 4 / 1024 / 1024)));
	const shared = {
		max_connections: '200',
		random_page_cost: '1.1',
		jit: 'off',
		// Only pglz is in this build: compressing page images costs twenty times what it saves.
		wal_compression: 'off',
		log_timezone: 'UTC',
		timezone: 'UTC',
		log_min_messages: 'warning',
		shared_preload_libraries: 'pg_stat_statements',
	};
	if (!durable)
		return { ...shared, shared_buffers: '256MB', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '1GB' };
	return { ...shared, shared_buffers: `${buffers}MB`, max_wal_size: '4GB', checkpoint_timeout: '15min' };
}

function runningServer(data: string): number | null {
	const file = join(data, 'postmaster.pid');
	if (!existsSync(file)) return null;
	const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
	return Number.isInteger(pid) && pid > 1 && isAlive(pid) ? pid : null;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

async function withClient<T>(socket: string, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: connectionString(socket, database), connectionTimeoutMillis: 2000 });
	client.on('error', () => {});
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

async function answers(socket: string): Promise<boolean> {
	try {
		return await withClient(socket, 'postgres', async (client) => (await client.query('select 1')).rowCount === 1);
	} catch {
		return false;
	}
}

async function ensureDatabase(socket: string, name: string): Promise<void> {
	await withClient(socket, 'postgres', async (client) => {
		const found = await client.query('select 1 from pg_database where datname = $1', [name]);
		if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
	});
}

/** Stops the server of a folder that a killed run left behind, if there is one. */
export async function stopLocalPostgres(folder: string): Promise<void> {
	const pid = runningServer(join(folder, 'data'));
	if (pid !== null) await stopServer(pid);
	await stopStray(socketFolder(folder));
}

// A server whose data folder was deleted under it still holds the socket.
async function stopStray(socket: string): Promise<void> {
	const lock = join(socket, '.s.PGSQL.5432.lock');
	if (!existsSync(lock)) return;
	const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
	if (Number.isInteger(pid) && pid > 1) await stopServer(pid);
	rmSync(lock, { force: true });
	rmSync(join(socket, '.s.PGSQL.5432'), { force: true });
}

// A socket path may have 107 bytes, so it cannot lie in a folder of any length.
function socketFolder(folder: string): string {
	return join(tmpdir(), `pangea-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

async function stopServer(pid: number): Promise<void> {
	// SIGINT is PostgreSQL's fast shutdown: connections end, data are written.
	if (isAlive(pid)) process.kill(pid, 'SIGINT');
	for (let waited = 0; waited < 30_000 && isAlive(pid); waited += 20) await sleep(20);
	if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
}

function tail(file: string): string {
	return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-20).join('\n') : '(no log)';
}

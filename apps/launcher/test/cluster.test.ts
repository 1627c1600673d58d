import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { WORKER_FLAGS } from '@pangea/config';
import { backup, restore } from '@pangea/db';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { masterKeyIds, newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Child, startChild } from '../src/children.ts';
import { Visitor } from '../src/demo/client.ts';
import { type DemoLogin, seedDemo } from '../src/demo/seed.ts';
import { hostOverrides, type SimulatorFacts } from '../src/workbench.ts';
import { type FrontProxy, freePorts, startFrontProxy } from './front-proxy.ts';

// Two servers and two workers behind a proxy, as infra/ sets them up, on a demo world of all four platforms; then its backup and restore.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const KEY = newMasterKeyText();
/** The store whose platform pushes at once. */
const STORE = 'tiktok-us';
const PATIENCE = 240_000;

let folder: string;
let home: TestDatabase;
let restored: TestDatabase;
let admin: pg.Client;
let simulator: Child;
let facts: SimulatorFacts;
let proxy: FrontProxy;
let ports: number[] = [];
let logins: DemoLogin[];
let workspaceId: string;
const servers: Child[] = [];
const workers: Child[] = [];
const operators: Operator[] = [];

interface Operator {
	socket: Socket;
	seqs: Set<number>;
	/** The last number without a hole before it. */
	last(): number;
}

const environment = (databaseUrl: string, publicUrl: string): Record<string, string> => ({
	PATH: process.env['PATH'] ?? '',
	DATABASE_URL: databaseUrl,
	PANGEA_MASTER_KEY: KEY,
	PANGEA_RATES_URL: 'off',
	PANGEA_PUBLIC_URL: publicUrl,
	PANGEA_TRUSTED_PROXIES: '1',
	PANGEA_ADMIN_PORT: '0',
	PANGEA_LOG_LEVEL: 'warn',
	...hostOverrides(facts),
});
const startServer = (name: string, env: Record<string, string>, port: number): Promise<Child> =>
	startChild({ name, file: join(ROOT, 'apps/server/src/main.ts'), logs: folder, env: { ...env, PANGEA_PORT: String(port) } });
const startWorker = (name: string, env: Record<string, string>): Promise<Child> =>
	startChild({ name, file: join(ROOT, 'apps/worker/src/main.ts'), flags: WORKER_FLAGS, logs: folder, env });

async function until(what: string, good: () => boolean | Promise<boolean>): Promise<void> {
	for (const end = Date.now() + PATIENCE; !(await good()); await sleep(100)) if (Date.now() > end) throw new Error(`Not in time: ${what}`);
}
const one = async <T>(sql: string, client = admin): Promise<T> => (await client.query<{ v: T }>(sql)).rows[0]?.v as T;

async function operate(login: DemoLogin): Promise<Operator> {
	const visitor = new Visitor(proxy.url);
	await visitor.enter({ ...login, name: login.email });
	const start = Number(await one<string>('select last_seq as v from workspace_sequence'));
	const socket = io(proxy.url, {
		path: '/live',
		transports: ['websocket'],
		auth: { workspaceId },
		extraHeaders: { cookie: visitor.cookie },
	});
	const seqs = new Set<number>();
	const last = (): number => {
		let n = start;
		while (seqs.has(n + 1)) n++;
		return n;
	};
	socket.on('event', (event: { seq: string }) => seqs.add(Number(event.seq)));
	// As the web app does: after each connection it asks for what it has not heard.
	socket.on('connect', () => {
		socket.emit('since', String(last()), (answer: { events: { seq: string }[] }) => {
			for (const event of answer.events) seqs.add(Number(event.seq));
		});
	});
	const operator = { socket, seqs, last };
	operators.push(operator);
	await until('a socket', () => socket.connected);
	return operator;
}

async function createOrder(): Promise<string> {
	const reply = await fetch(`${facts.url}/_control/orders`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ store: STORE }),
	});
	if (!reply.ok) throw new Error(await reply.text());
	return ((await reply.json()) as { id: string }).id;
}
const stored = (ids: readonly string[]): Promise<boolean> =>
	one<boolean>(`select count(*) = ${ids.length} as v from orders where external_id in (${ids.map((id) => `'${id}'`).join()})`);
const heardAll = async (): Promise<boolean> => {
	const newest = Number(await one<string>('select last_seq as v from workspace_sequence'));
	return operators.every((operator) => operator.last() === newest);
};

function adminUrl(child: Child, path: string): string {
	return `http://127.0.0.1:${(child.ready as { adminPort: number }).adminPort}${path}`;
}
async function figure(child: Child, name: string): Promise<number> {
	const text = await (await fetch(adminUrl(child, '/metrics'))).text();
	return Number(
		text
			.split('\n')
			.find((line) => line.startsWith(name))
			?.split(' ')
			.at(-1),
	);
}

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'pangea cluster '));
	[home, restored] = [await createTestDatabase(), await createTestDatabase()];
	admin = new pg.Client({ connectionString: home.url });
	await admin.connect();
	const [front = 0, ...more] = await freePorts(5200, 6);
	ports = more;
	simulator = await startChild({
		name: 'simulator',
		file: join(ROOT, 'packages/simulator/src/main.ts'),
		logs: folder,
		env: { PATH: process.env['PATH'] ?? '', SIMULATOR_PORT: String(ports[2]), SIMULATOR_SIZE: '300', SIMULATOR_LIVE: '0' },
	});
	facts = simulator.ready as SimulatorFacts;
	proxy = await startFrontProxy(join(folder, 'proxy'), front, ports.slice(0, 2));
	const env = environment(home.url, proxy.url);
	servers.push(await startServer('server-1', env, ports[0] ?? 0), await startServer('server-2', env, ports[1] ?? 0));
	logins = await seedDemo({ url: proxy.url, simulator: facts });
	workspaceId = await one<string>('select workspace_id as v from workspace');
	workers.push(await startWorker('worker-1', env), await startWorker('worker-2', env));
}, 600_000);
afterAll(async () => {
	for (const { socket } of operators) socket.disconnect();
	await proxy?.stop();
	for (const child of [...workers, ...servers, simulator]) await child?.stop();
	await admin.end();
	await home.drop();
	await restored.drop();
	rmSync(folder, { recursive: true });
}, 120_000);

test('an order arrives live at operators on both servers', { timeout: 600_000 }, async () => {
	const past = `select bool_and(b.state = 'done') as v from backfill b join store s using (workspace_id, store_id) where s.platform = 'tiktok-shop'`;
	await until('the whole past of the platform', () => one<boolean>(past));
	for (const login of logins) await operate(login);
	// The proxy seats people by their session; with four of them, both servers have some, or more are let in.
	const crowd = async (): Promise<number[]> => await Promise.all(servers.map((server) => figure(server, 'pangea_sockets')));
	for (let more = 0; (await crowd()).includes(0) && more < 12; more++) await operate(logins[more % logins.length] as DemoLogin);
	expect((await crowd()).every((sockets) => sockets > 0)).toBe(true);

	const ids = [await createOrder(), await createOrder()];
	await until('the orders in the database', () => stored(ids));
	await until('the events at every operator', heardAll);
});

test('health and metrics of every process are served on their own port only', { timeout: 120_000 }, async () => {
	for (const child of [...servers, ...workers]) {
		expect((await fetch(adminUrl(child, '/health/live'))).status).toBe(200);
		expect(await (await fetch(adminUrl(child, '/health/ready'))).json()).toMatchObject({ ready: true });
	}
	expect(await (await fetch(`${proxy.url}/health/ready`)).json()).toEqual({ status: 'ready' });
	expect((await fetch(`${proxy.url}/metrics`)).status).toBe(404);
	const [server, worker] = [servers[0] as Child, workers[0] as Child];
	expect(await figure(server, 'pangea_procedure_seconds_count')).toBeGreaterThan(0);
	expect(await figure(server, 'pangea_http_request_seconds_count')).toBeGreaterThan(0);
	expect(await figure(worker, 'pangea_store_sync_lag_seconds')).toBeGreaterThanOrEqual(0);
	expect(await figure(worker, 'pangea_store_backfill_left_seconds')).toBeGreaterThanOrEqual(0);
});

test('killing a server and a worker loses nothing', { timeout: 600_000 }, async () => {
	const ids = [await createOrder()];
	const [server, worker] = [servers.shift() as Child, workers.shift() as Child];
	process.kill(server.pid, 'SIGKILL');
	process.kill(worker.pid, 'SIGKILL');
	await Promise.all([server.exited, worker.exited]);
	for (let i = 0; i < 4; i++) ids.push(await createOrder());
	await until('the orders in the database', () => stored(ids));
	await until('every operator on the other server', () => operators.every(({ socket }) => socket.connected));
	await until('the events at every operator', heardAll);
	expect(await one<string>('select count(*) - count(distinct (store_id, external_id)) as v from orders')).toBe('0');
	// The page and the list are served as if nothing had happened.
	const visitor = await signedIn(proxy.url);
	expect((await visitor.query<{ memberships: unknown[] }>('session.me')).memberships).toHaveLength(1);
});

test('a backup of it restores to equal numbers, and work and event numbers go on', { timeout: 600_000 }, async () => {
	// A push that nobody has processed yet is part of the moment.
	for (const worker of workers.splice(0)) await worker.stop();
	const late = await createOrder();
	await until('the push', () => one<boolean>(`select count(*) > 0 as v from intake where state = 'waiting'`));
	const file = join(folder, 'backup');
	const done = await backup({ url: home.url, file });
	expect(done.head.masterKeyIds).toEqual(masterKeyIds(KEY));
	const plain = zstdDecompressSync(readFileSync(file).subarray(8)).toString('latin1');
	for (const secret of secretsOf(facts.platforms)) expect(plain).not.toContain(secret);

	await restore({ url: restored.url, file, hasMasterKey: (id) => masterKeyIds(KEY).includes(id) });
	const copy = new pg.Client({ connectionString: restored.url });
	await copy.connect();
	try {
		expect(await checksums(copy)).toEqual(await checksums(admin));
		const newest = Number(await one<string>('select last_seq as v from workspace_sequence', copy));
		// The former installation ends, the restored one takes its place behind the same address.
		for (const server of servers.splice(0)) await server.stop();
		const env = environment(restored.url, proxy.url);
		servers.push(await startServer('server-restored', env, ports[0] ?? 0));
		workers.push(await startWorker('worker-restored', env));
		const fresh = await createOrder();
		const there = `select count(*) = 2 as v from orders where external_id in ('${late}', '${fresh}')`;
		await until('the push of before and the order of after', () => one<boolean>(there, copy));
		const events = await copy.query<{ seq: string }>('select seq from event order by seq');
		const seqs = events.rows.map((row) => Number(row.seq));
		expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
		expect(seqs.at(-1)).toBeGreaterThan(newest);
		expect((await (await signedIn(proxy.url)).query<{ memberships: unknown[] }>('session.me')).memberships).toHaveLength(1);
	} finally {
		await copy.end();
	}
});

async function signedIn(url: string): Promise<Visitor> {
	const visitor = new Visitor(url);
	await visitor.enter({ ...(logins[0] as DemoLogin), name: 'x' });
	return visitor;
}

/** A digest of the rows of every table but people's sessions, in whatever order they lie. */
async function checksums(client: pg.Client): Promise<Map<string, string>> {
	const tables = await client.query<{ t: string }>(
		`select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname in ('public', 'auth')
			and tablename not in ('kysely_migration', 'kysely_migration_lock', 'session', 'verification') order by 1`,
	);
	const found = new Map<string, string>();
	for (const { t } of tables.rows) {
		const rows = await client.query<{ row: string }>(`select row from (select x::text as row from ${t} x) rows order by row collate "C"`);
		found.set(
			t,
			`${rows.rows.length} ${createHash('sha256')
				.update(rows.rows.map((r) => r.row).join('\n'))
				.digest('hex')}`,
		);
	}
	return found;
}

/** Every secret and token that the simulated platforms gave out. */
function secretsOf(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		typeof inner === 'string' && inner.length > 12 && /secret|token$/i.test(key) && !inner.startsWith('http') ? [inner] : secretsOf(inner),
	);
}

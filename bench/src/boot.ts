import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { round } from './figures.ts';
import { cookiesOf } from './people.ts';
import { usageOf } from './processes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What the issue asks: milliseconds from the command to the first useful screen of a second start. */
const LIMIT = 5000;
const SECOND_STARTS = 3;
const FIRST_PORT = 5780;
const PATIENCE = 300_000;
const REST_MILLIS = 15_000;
const LOAD_MILLIS = 20_000;
const LISTS_AT_ONCE = 4;
/** The processes whose memory is told, by what their command line holds. */
const PARTS: Record<string, string> = {
	launcher: 'apps/launcher/src/main.ts',
	server: 'apps/server/src/main.ts',
	worker: 'apps/worker/src/main.ts',
	simulator: 'packages/simulator/src/main.ts',
};
const LOGIN = { email: 'owner@demo.pangea.test', password: 'pangea-demo-2026' };

interface Start {
	/** Milliseconds since the command: the sign-in page with its script, the first orders after signing in, the ready line. */
	page: number;
	orders: number;
	ready: number;
}

/**
 * From the command `npm start` to the first useful screen, and the memory of each process. The fresh start makes database, demo world and
 * accounts; the packages are installed already.
 */
export async function benchBoot(_rows: number | null, step: (text: string) => void): Promise<object> {
	const data = mkdtempSync(join(tmpdir(), 'pangea-bench-boot-'));
	rmSync(data, { recursive: true });
	try {
		step('Fresh start');
		const first = new Running(data);
		const fresh = await first.measure();
		step(`Sign-in page after ${fresh.page} ms, orders after ${fresh.orders} ms, ready after ${fresh.ready} ms; history comes in`);
		const filling = await first.watch(LOAD_MILLIS, () => first.list());
		await first.stop();
		const starts: Start[] = [];
		let rest: Memory = {};
		let load: Memory = {};
		for (let i = 0; i < SECOND_STARTS; i++) {
			const next = new Running(data);
			const times = await next.measure();
			starts.push(times);
			step(`Second start: sign-in page after ${times.page} ms, orders after ${times.orders} ms, ready after ${times.ready} ms`);
			if (i === SECOND_STARTS - 1) {
				rest = await next.watch(REST_MILLIS, () => sleep(500));
				load = await next.watch(LOAD_MILLIS, () => next.list());
			}
			await next.stop();
		}
		const second = starts.toSorted((a, b) => a.orders - b.orders)[Math.floor(starts.length / 2)];
		if (!second) throw new Error('Nothing was measured');
		return {
			value: second.orders,
			limit: LIMIT,
			ratio: round(second.orders / LIMIT),
			unit: 'ms from npm start to the first list of orders, second start',
			p50: second.orders,
			p95: Math.max(...starts.map((s) => s.orders)),
			p99: Math.max(...starts.map((s) => s.orders)),
			rows: starts.length,
			fresh,
			second,
			memoryAtRest: rest,
			memoryUnderLists: load,
			memoryWhileHistoryComes: filling,
		};
	} finally {
		rmSync(data, { recursive: true, force: true });
	}
}

type Memory = Record<string, { rssMb: number; pssMb: number }>;

/** One `npm start` as a person gives it. */
class Running {
	readonly #process: ChildProcess;
	readonly #began = performance.now();
	#output = '';
	#cookie = '';
	#workspaceId = '';
	#url = '';

	constructor(data: string) {
		const args = ['start', '--', '--data', data, '--port', String(FIRST_PORT), '--live', '60'];
		this.#process = spawn('npm', args, { cwd: ROOT, env: personsEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
		for (const stream of [this.#process.stdout, this.#process.stderr]) {
			stream?.on('data', (chunk: Buffer) => {
				this.#output += chunk.toString('utf8');
			});
		}
	}

	async measure(): Promise<Start> {
		const page = await this.#until(() => this.#page());
		const orders = await this.#until(() => this.#firstOrders());
		const ready = await this.#until(() => Promise.resolve(this.#output.includes('Pangea is ready')));
		return { page, orders, ready };
	}

	async #until(done: () => Promise<boolean>): Promise<number> {
		for (;;) {
			if (await done().catch(() => false)) return round(performance.now() - this.#began, 0);
			if (this.#process.exitCode !== null || performance.now() - this.#began > PATIENCE) {
				throw new Error(`npm start did not come so far:\n${this.#output.slice(-2000)}`);
			}
			await sleep(20);
		}
	}

	/** The page and the script that it names. */
	async #page(): Promise<boolean> {
		const taken = /using (\d+)/.exec(this.#output);
		this.#url = `http://localhost:${taken?.[1] ?? FIRST_PORT}`;
		const reply = await fetch(this.#url, { headers: { accept: 'text/html' } });
		const script = /src="([^"]+\.js)"/.exec(await reply.text())?.[1];
		if (!reply.ok || script === undefined) return false;
		return (await fetch(new URL(script, this.#url))).ok;
	}

	async #firstOrders(): Promise<boolean> {
		if (this.#cookie === '') {
			const headers = { 'content-type': 'application/json', origin: this.#url };
			const reply = await fetch(`${this.#url}/auth/sign-in/email`, { method: 'POST', headers, body: JSON.stringify(LOGIN) });
			if (!reply.ok) {
				// Too many attempts would be refused for a minute.
				await sleep(300);
				return false;
			}
			this.#cookie = cookiesOf(reply);
		}
		if (this.#workspaceId === '') {
			const me = await this.#query<{ memberships: { workspaceId: string }[] }>('session.me');
			this.#workspaceId = me.memberships[0]?.workspaceId ?? '';
			if (this.#workspaceId === '') return false;
		}
		return (await this.list()) > 0;
	}

	/** How many orders the first page of the list has. */
	async list(): Promise<number> {
		const page = await this.#query<{ rows: unknown[] }>('orders.list', {});
		return page.rows.length;
	}

	async #query<T>(path: string, input?: object): Promise<T> {
		const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
		const headers = { cookie: this.#cookie, ...(this.#workspaceId === '' ? {} : { 'x-pangea-workspace': this.#workspaceId }) };
		const reply = await fetch(`${this.#url}/trpc/${path}${query}`, { headers });
		const body = (await reply.json()) as { result?: { data: T } };
		if (body.result === undefined) throw new Error(`${path} was answered with ${reply.status}`);
		return body.result.data;
	}

	/** The most that each process takes while `work` is repeated, side by side. */
	async watch(millis: number, work: () => Promise<unknown>): Promise<Memory> {
		const end = performance.now() + millis;
		const most: Memory = {};
		const repeat = async (): Promise<void> => {
			while (performance.now() < end) await work();
		};
		const watching = async (): Promise<void> => {
			for (; performance.now() < end; await sleep(500)) {
				for (const [name, pid] of this.#pids()) {
					const { rssMb, pssMb } = usageOf(pid, name === 'database');
					const before = most[name] ?? { rssMb: 0, pssMb: 0 };
					most[name] = { rssMb: Math.max(before.rssMb, round(rssMb, 0)), pssMb: Math.max(before.pssMb, round(pssMb, 0)) };
				}
			}
		};
		await Promise.all([watching(), ...Array.from({ length: LISTS_AT_ONCE }, repeat)]);
		return most;
	}

	#pids(): [string, number][] {
		const parents = new Map<number, number>();
		for (const name of readdirSync('/proc')) {
			const pid = Number(name);
			if (Number.isInteger(pid)) parents.set(pid, parentOf(pid));
		}
		const isOurs = (pid: number): boolean => pid === this.#process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
		return [...parents.keys()].filter(isOurs).flatMap((pid): [string, number][] => {
			const command = textOf(`/proc/${pid}/cmdline`);
			const part = Object.entries(PARTS).find(([, file]) => command.includes(file) && !command.includes('go.mjs'));
			if (part) return [[part[0], pid]];
			return /^[^\0]*bin\/postgres\0-D/.test(command) ? [['database', pid]] : [];
		});
	}

	async stop(): Promise<void> {
		const ended = once(this.#process, 'exit');
		if (this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGINT');
		await ended;
	}
}

/** Without the newer Node and the tools that the bench itself runs with: a person starts with what the machine has. */
function personsEnvironment(): NodeJS.ProcessEnv {
	const ours = new Set([dirname(process.execPath), join(ROOT, 'node_modules', '.bin')]);
	const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !ours.has(folder));
	return { ...process.env, PATH: path.join(delimiter) };
}

function parentOf(pid: number): number {
	const text = textOf(`/proc/${pid}/stat`);
	return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function textOf(file: string): string {
	try {
		return readFileSync(file, 'latin1');
	} catch {
		return '';
	}
}

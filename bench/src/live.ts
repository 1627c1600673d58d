import { setTimeout as sleep } from 'node:timers/promises';
import { WORKER_FLAGS } from '@pangea/config';
import { Database } from '@pangea/db';
import { freePort } from '@pangea/launcher/ports';
import { recordEvent } from '@pangea/realtime';
import { newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { v4 as uuidv4 } from 'uuid';
import { BenchChild } from './children.ts';
import { openBenchDatabase } from './database.ts';
import { quantile, round } from './figures.ts';
import { type Heard, OPERATORS_A_WORKSPACE, type Operator, type Push, type Sent, WORKSPACES } from './live-plan.ts';
import { openScreens, type Screens } from './live-screens.ts';
import type { SimulatorReady } from './live-simulator.ts';
import { hostVariables, type LiveWorld, makeWorld, signIn } from './live-world.ts';
import { serverVariables } from './people.ts';
import { usageOf } from './processes.ts';

const SECONDS = 20;
/** The worker's compiler is done after some fifteen seconds. */
const WARM_SECONDS = 20;
/** What is pushed, how many a second, and how the database tells which event told of it. */
export interface LiveSubject {
	rates: readonly number[];
	pushes(world: LiveWorld): Push[];
	/** Key of the push, workspace and number of the event, the commit in milliseconds since 1970, and the conversation that a screen shows. */
	facts: string;
	/** In so many workspaces somebody looks at the inbox in a browser while the last rate is driven once more: browsers are no part of a server's machine. */
	screens: number;
}

const ORDERS: LiveSubject = {
	rates: [50, 100, 300],
	screens: 0,
	pushes: (world) => world.pushes,
	facts: `select o.store_id || ' ' || o.external_id as key, e.workspace_id || ':' || e.seq as event,
			extract(epoch from pg_xact_commit_timestamp(o.xmin)) * 1000 as committed, null as shown
		from event e cross join lateral jsonb_array_elements_text(e.ids) as i(id)
		join orders o on o.workspace_id = e.workspace_id and o.order_id = i.id::uuid
		where e.kind = 'orders.changed' and e.at > now() - interval '5 minutes'`,
};
/** Each conversation once: what its buyer said was read nowhere before. */
export const MESSAGES: LiveSubject = {
	rates: [100],
	screens: 3,
	pushes: (world) => world.messagePushes,
	facts: `select c.store_id || ' ' || c.external_id as key, e.workspace_id || ':' || e.seq as event,
			extract(epoch from pg_xact_commit_timestamp(c.xmin)) * 1000 as committed, c.conversation_id as shown
		from event e cross join lateral jsonb_array_elements_text(e.ids) as i(id)
		join conversation c on c.workspace_id = e.workspace_id and c.conversation_id = i.id::uuid
		where e.kind = 'conversation.changed' and e.at > now() - interval '5 minutes'`,
};
const FAN_OUT_PER_SECOND = 500;
const FAN_OUT_SECONDS = 8;

interface Cast {
	databaseUrl: string;
	url: string;
	world: LiveWorld;
	operators: Operator[];
	pids: Record<string, number>;
	generator: BenchChild;
	browsers: BenchChild;
	raw: BenchChild;
	rawPort: number;
	screens: Screens | null;
}

/**
 * From the POST of a platform's push to an operator's websocket, in milliseconds: verified, kept, answered, fetched from the platform, stored with its
 * event, sent. 1,000 operators in rooms of 20; generator, operators, simulator, server, worker and database are processes of their own.
 * Limit: what a delivery costs a plain websocket server with the same bytes and rooms, in CPU time.
 */
export async function benchLive(rows: number | null, step: (text: string) => void, subject = ORDERS): Promise<object> {
	const seconds = rows === null ? SECONDS : Math.max(2, Math.round(rows / 300));
	// Browsers, where there are any, see the last rate once more.
	const rates = [...subject.rates, ...(subject.screens > 0 ? subject.rates.slice(-1) : [])];
	const wanted = rates.reduce((sum, rate) => sum + rate * (seconds + WARM_SECONDS), 0);
	const home = await openBenchDatabase({ track_commit_timestamp: 'on' });
	const children: BenchChild[] = [];
	let screens: Screens | null = null;
	const start: typeof BenchChild.start = async (...of) => {
		const started = await BenchChild.start(...of);
		children.unshift(started.child);
		return started;
	};
	try {
		const port = await freePort(15700);
		const url = `http://localhost:${port}`;
		step('Starting the simulated platforms');
		const { child: simulator, ready } = await start('simulator', './live-simulator.ts', {
			// Several orders are of one buyer, and so of one conversation.
			SIMULATOR_SIZE: String(Math.ceil(wanted * (subject === MESSAGES ? 3 : 1.2))),
			SERVER_URL: url,
			SIMULATOR_MESSAGES: subject === MESSAGES ? '1' : '',
		});
		const around = { databaseUrl: home.url, masterKey: newMasterKeyText(), url, simulator: ready as SimulatorReady };
		step(`Binding the stores of ${WORKSPACES} workspaces`);
		const world = await makeWorld(around);
		const env = { ...serverVariables(around), ...hostVariables(around.simulator) };
		const { child: server } = await start('server', '../../apps/server/src/main.ts', env);
		const { child: worker } = await start('worker', '../../apps/worker/src/main.ts', env, WORKER_FLAGS);
		const { child: generator } = await start('generator', './live-generator.ts');
		const { child: browsers } = await start('operators', './live-operators.ts');
		const { child: raw, ready: rawPort } = await start('raw', './live-raw.ts');
		const operators = await signIn(url, world);
		step(`Connecting ${operators.length} operators`);
		const pids = { generator: generator.pid, operators: browsers.pid, simulator: simulator.pid, server: server.pid, worker: worker.pid };
		const cast: Cast = {
			databaseUrl: home.url,
			url,
			world,
			operators,
			pids: { ...pids, database: home.pid },
			generator,
			browsers,
			raw,
			rawPort: Number(rawPort),
			screens: null,
		};
		await browsers.ask({ url: `ws://localhost:${port}/live/?EIO=4&transport=websocket`, operators });
		const pushes = subject.pushes(world);
		const runs: LiveRun[] = [];
		for (const [i, rate] of rates.entries()) {
			if (i >= subject.rates.length) {
				step(`Opening ${subject.screens} browsers`);
				screens = await openScreens(url, operators[0]?.cookie ?? '', world.workspaceIds.slice(0, subject.screens));
				cast.screens = screens;
			}
			step(`${rate} pushes a second for ${seconds} s, after ${WARM_SECONDS} s to warm up`);
			await drive(cast, pushes.splice(0, rate * WARM_SECONDS), rate, subject);
			const run = await drive(cast, pushes.splice(0, rate * seconds), rate, subject);
			step(JSON.stringify(run));
			runs.push(run);
		}
		// What a browser asks upon an event is no part of telling it.
		await screens?.close();
		screens = null;
		step('Fanning out alone, then by plain websockets');
		const fanOut = await measureFanOut(cast);
		const top = runs.findLast((run) => run.painted === null);
		if (!top) throw new Error('Nothing was measured');
		return {
			value: top.socket.p50,
			limit: fanOut.rawMicros,
			ratio: round(fanOut.ourMicros / fanOut.rawMicros),
			unit: 'ms from POST to socket (value), µs of CPU a delivery (limit, ratio)',
			...top.socket,
			rows: top.pushes,
			operators: operators.length,
			roomsOf: OPERATORS_A_WORKSPACE,
			fanOutMicros: fanOut.ourMicros,
			runs,
		};
	} finally {
		await screens?.close();
		for (const child of children) await child.stop();
		await home.close();
	}
}

interface Quantiles {
	p50: number;
	p95: number;
	p99: number;
}

interface LiveRun {
	perSecond: number;
	pushes: number;
	refused: number;
	/** Of which no operator heard, or that have no row. */
	lost: number;
	/** Of which the row stood there before: the simulated platform had told of the order by itself. */
	known: number;
	events: number;
	socket: Quantiles;
	answer: Quantiles;
	row: Quantiles;
	rowToSocket: Quantiles;
	/** From the push to the frame that shows it in a browser, of those workspaces where one is open; null where none is. */
	painted: (Quantiles & { of: number }) | null;
	/** Share of one core that each process used, and for which it waited: where it is much, the machine and not the product is measured. */
	cores: Record<string, number>;
	coresWaitedFor: Record<string, number>;
	rssMb: Record<string, number>;
}

async function drive(cast: Cast, pushes: Push[], perSecond: number, subject: LiveSubject): Promise<LiveRun> {
	if (pushes.length === 0) throw new Error('The world has too little to tell');
	await cast.browsers.ask('collect');
	await cast.screens?.painted();
	const before = usages(cast);
	const began = performance.now();
	const sent = (await cast.generator.ask({ url: cast.url, pushes, perSecond })) as Sent;
	const elapsed = performance.now() - began;
	const after = usages(cast);
	const facts = await factsOf(cast.databaseUrl, pushes, subject);
	const heard = (await cast.browsers.ask('collect')) as Heard;
	const arrivals = new Map(heard.events);
	const frames = (await cast.screens?.painted()) ?? new Map<string, number>();
	const times = {
		painted: [] as number[],
		socket: [] as number[],
		answer: [] as number[],
		row: [] as number[],
		rowToSocket: [] as number[],
	};
	let [lost, known] = [0, 0];
	for (const [order, posted, answered] of sent.posts) {
		times.answer.push(answered - posted);
		const fact = facts.get(order);
		if (fact && fact.committed < posted) {
			known++;
			continue;
		}
		const at = fact && arrivals.get(fact.event);
		if (!fact || !at) {
			lost++;
			continue;
		}
		times.row.push(fact.committed - posted);
		const frame = fact.shown === null ? undefined : frames.get(fact.shown);
		if (frame !== undefined) times.painted.push(frame - posted);
		for (const moment of at) {
			times.socket.push(moment - posted);
			times.rowToSocket.push(moment - fact.committed);
		}
	}
	const share = (of: 'cpuMillis' | 'waitMillis') =>
		Object.fromEntries(Object.entries(after).map(([name, use]) => [name, round((use[of] - (before[name]?.[of] ?? 0)) / elapsed)]));
	return {
		perSecond: round((pushes.length * 1000) / elapsed, 0),
		pushes: pushes.length,
		refused: sent.refused,
		lost,
		known,
		events: heard.events.length,
		socket: quantiles(times.socket),
		answer: quantiles(times.answer),
		row: quantiles(times.row),
		rowToSocket: quantiles(times.rowToSocket),
		painted: cast.screens && { ...quantiles(times.painted), of: times.painted.length },
		cores: share('cpuMillis'),
		coresWaitedFor: share('waitMillis'),
		rssMb: Object.fromEntries(Object.entries(after).map(([name, use]) => [name, round(name === 'database' ? use.pssMb : use.rssMb, 0)])),
	};
}

function usages(cast: Cast): Record<string, ReturnType<typeof usageOf>> {
	return Object.fromEntries(Object.entries(cast.pids).map(([name, pid]) => [name, usageOf(pid, name === 'database')]));
}

function quantiles(values: number[]): Quantiles {
	const of = (q: number): number => round(quantile(values, q), 1);
	return { p50: of(0.5), p95: of(0.95), p99: of(0.99) };
}

interface OrderFact {
	/** Workspace and number of the event that told of the order. */
	event: string;
	/** Milliseconds since 1970. */
	committed: number;
	/** The conversation. */
	shown: string | null;
}

/** When each was committed, as PostgreSQL noted it, and by which event it was told; waits until all are there. */
async function factsOf(databaseUrl: string, pushes: Push[], subject: LiveSubject): Promise<Map<string, OrderFact>> {
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	const wanted = new Set(pushes.map((p) => p.order));
	try {
		for (const end = performance.now() + 15_000; ; await sleep(500)) {
			const { rows } = await client.query<{ key: string; event: string; committed: string; shown: string | null }>(subject.facts);
			const mine = rows.filter((r) => wanted.has(r.key));
			// A moment more, for the last sockets.
			if (new Set(mine.map((r) => r.key)).size >= wanted.size || performance.now() > end) {
				await sleep(300);
				return new Map(mine.map((r) => [r.key, { event: r.event, committed: Number(r.committed), shown: r.shown }]));
			}
		}
	} finally {
		await client.end();
	}
}

/** CPU microseconds a delivery: of the server when only events come, and of a plain websocket server. */
async function measureFanOut(cast: Cast): Promise<{ ourMicros: number; rawMicros: number }> {
	const database = new Database({ url: cast.databaseUrl, name: 'bench events', onIdleError: () => {} });
	const count = FAN_OUT_PER_SECOND * FAN_OUT_SECONDS;
	const rooms = cast.world.workspaceIds;
	try {
		const emit = async (n: number): Promise<void> => {
			const began = performance.now();
			const running: Promise<unknown>[] = [];
			for (let i = 0; i < n; i++) {
				const due = began + (i * 1000) / FAN_OUT_PER_SECOND;
				if (due > performance.now()) await sleep(due - performance.now());
				const workspaceId = rooms[i % rooms.length] ?? '';
				running.push(
					database.inWorkspace(workspaceId, (scope) => recordEvent(scope, { kind: 'orders.changed', storeId: uuidv4(), ids: [uuidv4()] })),
				);
			}
			await Promise.all(running);
			await sleep(500);
		};
		await emit(FAN_OUT_PER_SECOND);
		await cast.browsers.ask('collect');
		const before = usageOf(cast.pids['server'] ?? 0).cpuMillis;
		await emit(count);
		const spent = usageOf(cast.pids['server'] ?? 0).cpuMillis - before;
		const heard = (await cast.browsers.ask('collect')) as Heard;
		await cast.browsers.ask({ url: `ws://127.0.0.1:${cast.rawPort}/`, operators: cast.operators });
		const text = `42["event",${JSON.stringify({ seq: '123456', kind: 'orders.changed', storeId: uuidv4(), ids: [uuidv4()], at: new Date().toISOString() })}]`;
		const messages = Array.from({ length: count }, (_, i) => ({ workspaceId: rooms[i % rooms.length] ?? '', text }));
		await cast.raw.ask({ messages: messages.slice(0, FAN_OUT_PER_SECOND), perSecond: FAN_OUT_PER_SECOND });
		await cast.browsers.ask('collect');
		const micros = Number(await cast.raw.ask({ messages, perSecond: FAN_OUT_PER_SECOND }));
		const plain = (await cast.browsers.ask('collect')) as Heard;
		return { ourMicros: round((spent * 1000) / heard.deliveries, 1), rawMicros: round(micros / plain.deliveries, 1) };
	} finally {
		await database.close();
	}
}

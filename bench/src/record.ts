import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoPlatform, demoPlatforms, type Way } from '@pangea/launcher/demo-platforms';
import { type Grant, memoryBudgets, type PlatformAdapter, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { registry } from '@pangea/platform-registry';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { Changer } from './changed.ts';
import { type Exchange, requestKey, TAPE_FILES, type Tape, type TapedPull, type TapedStore } from './tape.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const DAY = 86_400_000;
/** Amazon answers longer windows with a report instead of JSON pages. */
const WINDOW_DAYS = 2;
const MOST_WINDOWS = 60;
const FETCHES = 20;
/** A platform's orders come from so many stores, so that no store's walk is the length of the run. */
const STORES_EACH = 4;
const REDIRECT = 'http://127.0.0.1:1/connected';
const VERIFIER = 'a-verifier-long-enough-for-the-proof-of-key-exchange';

/** Records what four platforms answer for so many orders each; kept in `cache` for the next run over the same sources. */
export async function recordTape(cache: string, ordersEach: number, step: (text: string) => void): Promise<string> {
	const folder = join(cache, `tape-${sourceDigest(ordersEach)}`);
	if (existsSync(join(folder, TAPE_FILES.index))) return folder;
	rmSync(cache, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const simulator = await startSimulator({ clock: { at: NOW, frozen: true }, size: 2_000_000, seed: 'bench' });
	const writer = new Writer(folder);
	const tape: Tape = { stores: [], orders: 0, bytes: 0 };
	try {
		for (const demo of demoPlatforms(simulator.platforms)) {
			const adapter = [...registry.values()].find((a) => a.id === demo.platform);
			if (!adapter) throw new Error(`No adapter for ${demo.platform}`);
			const stores = await recordPlatform(simulator, adapter, demo, ordersEach, writer);
			const orders = stores.flatMap((s) => s.pulls.flatMap((p) => p.pages)).reduce((sum, p) => sum + p.orders, 0);
			step(`Recorded ${orders} orders of ${demo.platform}`);
			tape.stores.push(...stores);
			tape.orders += orders;
		}
	} finally {
		await simulator.stop();
		tape.bytes = writer.close();
	}
	writeFileSync(join(folder, TAPE_FILES.index), JSON.stringify(tape));
	return folder;
}

class Writer {
	readonly #plain: number;
	readonly #changed: number;
	readonly #changer = new Changer();
	#offset = 0;

	constructor(folder: string) {
		this.#plain = openSync(join(folder, TAPE_FILES.plain), 'w');
		this.#changed = openSync(join(folder, TAPE_FILES.changed), 'w');
	}

	write(body: Buffer, operation: string, platform: string): number {
		const at = this.#offset;
		writeSync(this.#plain, body);
		writeSync(this.#changed, this.#changer.bytes(body, operation, platform));
		this.#offset += body.length;
		return at;
	}

	close(): number {
		closeSync(this.#plain);
		closeSync(this.#changed);
		return this.#offset;
	}
}

async function recordPlatform(
	simulator: Simulator,
	adapter: PlatformAdapter,
	demo: DemoPlatform,
	wanted: number,
	writer: Writer,
): Promise<TapedStore[]> {
	const { control } = simulator;
	// Waiting for a budget moves the simulator's clock, not ours.
	const sleep = async (millis: number): Promise<void> => void control.setClock({ advance: Math.ceil(millis) });
	const app = testContext(adapter.manifest, {
		app: demo.appFields,
		hosts: demo.hosts,
		now: () => new Date(control.clock.now()),
		http: {
			budgets: memoryBudgets(adapter.manifest, { now: () => control.clock.now(), sleep }),
			sleep,
			attempts: 1000,
			maxWaitMillis: 3_600_000,
		},
	});
	const { settings } = demo.console({ redirect: REDIRECT, webhook: REDIRECT });
	if (settings) control.configure(adapter.id, settings);
	const taped: TapedStore[] = [];
	let left = wanted;
	for (const way of demo.ways) {
		const context = testGrantContext(adapter, app, await consent(adapter, app, way));
		for (const store of await adapter.stores.list(context)) {
			if (left <= 0) return taped;
			if (!store.active || store.mode === 'fullyManaged' || !adapter.manifest.sites.some((s) => s.id === store.siteId)) continue;
			const share = Math.min(left, Math.ceil(wanted / STORES_EACH));
			const found = await recordStore(adapter, testStoreContext(adapter, context, store), share, writer);
			if (!found) continue;
			taped.push(found);
			left -= found.pulls.flatMap((p) => p.pages).reduce((sum, p) => sum + p.orders, 0);
		}
	}
	return taped;
}

async function consent(adapter: PlatformAdapter, context: StoreContext | ReturnType<typeof testContext>, way: Way): Promise<Grant> {
	if (way.kind === 'paste') return await adapter.authorization.exchange(context, { kind: 'paste', fields: way.fields, host: way.host });
	const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url');
	const address = adapter.authorization.authorizeUrl?.(context, { state: 's', redirectUri: REDIRECT, codeChallenge, host: way.host });
	if (address === undefined) throw new Error(`${adapter.id} has no consent page`);
	const page = new URL(address);
	if (way.account !== null) page.searchParams.set('account', way.account);
	const location = (await fetch(page, { redirect: 'manual' })).headers.get('location');
	if (location === null) throw new Error(`The consent page of ${adapter.id} sent nobody back`);
	const params = Object.fromEntries(new URL(location).searchParams);
	return await adapter.authorization.exchange(context, {
		kind: 'redirect',
		params,
		redirectUri: REDIRECT,
		codeVerifier: VERIFIER,
		host: way.host,
	});
}

async function recordStore(adapter: PlatformAdapter, context: StoreContext, wanted: number, writer: Writer): Promise<TapedStore | null> {
	let exchanges: Exchange[] = [];
	const recording: StoreContext = {
		...context,
		http: {
			...context.http,
			async send(request) {
				const reply = await context.http.send(request);
				const { body } = reply;
				exchanges.push({
					operation: request.operation,
					key: requestKey(request),
					status: reply.status,
					headers: { 'content-type': reply.headers['content-type'] ?? '' },
					offset: writer.write(body, request.operation, adapter.id),
					length: body.length,
				});
				return reply;
			},
		},
	};
	const { app, hosts, store, zone, currency } = context;
	const pulls: TapedPull[] = [];
	const fetches: TapedStore['fetches'] = [];
	let seen = 0;
	for (let i = 0; i < MOST_WINDOWS && seen < wanted; i++) {
		// Some days back nothing changes any more while the recording moves the clock.
		const until = NOW - (1 + i) * WINDOW_DAYS * DAY;
		const window = {
			from: new Date(until - WINDOW_DAYS * DAY + DAY / 24).toISOString(),
			until: new Date(until).toISOString(),
			order: 'newest',
		} as const;
		const pull: TapedPull = { window, now: context.now().toISOString(), pages: [] };
		try {
			for await (const page of adapter.orders.pull(recording, window, null)) {
				pull.pages.push({ orders: page.items.length, exchanges });
				exchanges = [];
				seen += page.items.length;
				const bad = page.items.find((item) => !item.ok);
				if (bad && !bad.ok) throw new Error(`${adapter.id} does not understand its own simulator: ${bad.cause}`);
				for (const item of page.items) {
					if (!item.ok || fetches.length >= FETCHES || !item.value.updatedAt) continue;
					fetches.push({ id: item.value.externalId, now: '', exchanges: [] });
				}
				if (seen >= wanted) break;
			}
		} catch (error) {
			if (error instanceof PlatformError && error.kind === 'rejected') return null;
			throw error;
		}
		exchanges = [];
		pulls.push(pull);
	}
	for (const fetch of fetches) {
		fetch.now = context.now().toISOString();
		await adapter.orders.fetch(recording, [fetch.id]);
		fetch.exchanges = exchanges;
		exchanges = [];
	}
	return seen === 0
		? null
		: { platform: adapter.id, hosts: { ...hosts }, app, grant: context.grant(), store, zone, currency, pulls, fetches };
}

/** Of everything that decides what a tape holds: the simulator, the adapters and this folder. */
function sourceDigest(ordersEach: number): string {
	const hash = createHash('sha256').update(String(ordersEach));
	for (const room of ['packages/simulator/src', 'packages/platforms', 'bench/src/record.ts', 'bench/src/tape.ts', 'bench/src/changed.ts']) {
		for (const file of filesOf(room)) hash.update(file).update(readFileSync(file));
	}
	return hash.digest('hex').slice(0, 16);
}

function filesOf(path: string): string[] {
	if (path.endsWith('.ts')) return [path];
	return readdirSync(path, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts') && name.includes('src') === path.endsWith('platforms') && !name.includes('node_modules'))
		.sort()
		.map((name) => join(path, name));
}

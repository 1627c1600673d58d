import { createHash } from 'node:crypto';
import { addMember, createWorkspace, Database } from '@pangea/db';
import { hostVariable } from '@pangea/config';
import { startJobs } from '@pangea/jobs';
import { type DemoPlatform, demoPlatforms, type Way } from '@pangea/launcher';
import { registry } from '@pangea/platform-registry';
import { sealTemuEvent, signTikTokShopWebhook } from '@pangea/simulator';
import { authorizeUrl, bindConnection, createEngine, type Engine, saveApp } from '@pangea/sync';
import { isPlatformId } from '@pangea/domain';
import { masterKeyFromText } from '@pangea/vault';
import pg from 'pg';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { benchStores, type Operator, OPERATORS_A_WORKSPACE, type Push, WORKSPACES } from './live-plan.ts';
import type { SimulatorReady } from './live-simulator.ts';
import { authOf, enter, type Place } from './people.ts';

/** What server and worker are started with. */
export interface LiveSurroundings extends Place {
	simulator: SimulatorReady;
}

export interface LiveWorld {
	workspaceIds: string[];
	people: { email: string; password: string }[];
	/** All pushes, in the order in which they are sent. */
	pushes: Push[];
	messagePushes: Push[];
}

/** Base URLs that lead to the simulator, by host key of each platform. */
function hostsOf(demo: readonly DemoPlatform[], platform: string): Record<string, string> {
	return demo.find((d) => d.platform === platform)?.hosts ?? {};
}

export function hostVariables(simulator: SimulatorReady): Record<string, string> {
	return Object.fromEntries(
		demoPlatforms(simulator.platforms).flatMap(({ platform, hosts }) =>
			Object.entries(hosts).map(([host, url]) => [`PANGEA_HOST_${hostVariable(platform, host)}`, url]),
		),
	);
}

/** Workspaces with their stores bound at the simulator, and people who are members of all of them, some with a scope of stores. */
export async function makeWorld(around: LiveSurroundings): Promise<LiveWorld> {
	const { databaseUrl } = around;
	const demo = demoPlatforms(around.simulator.platforms);
	const database = new Database({ url: databaseUrl, name: 'bench', onIdleError: () => {} });
	const jobs = await startJobs({ url: databaseUrl, name: 'bench', maintains: false, onError: () => {} });
	const auth = authOf(around);
	const engine = createEngine({
		database,
		jobs,
		registry,
		master: masterKeyFromText(around.masterKey),
		log: { info: () => {}, warn: () => {}, error: () => {} },
		hosts: (adapter) => ({ ...adapter.manifest.hosts, ...hostsOf(demo, adapter.id) }),
	});
	try {
		const people = Array.from({ length: OPERATORS_A_WORKSPACE }, (_, i) => ({
			name: `Operator ${i}`,
			email: `operator-${i}@bench.test`,
			password: `bench-password-${i}`,
		}));
		const userIds: string[] = [];
		for (const person of people) userIds.push(await auth.ensureUser(person));
		const [owner = ''] = userIds;
		const workspaceIds = Array.from({ length: WORKSPACES }, () => uuidv7());
		for (const [i, workspaceId] of workspaceIds.entries()) {
			await database.inWorkspace(workspaceId, (scope) =>
				createWorkspace(
					scope,
					{ name: `Bench ${i}`, baseCurrency: 'USD', zone: 'UTC' },
					{ userId: owner, name: 'Owner', email: 'owner@bench.test' },
				),
			);
			for (const [platform, way] of waysOf(demo, i)) await bind(engine, demo, workspaceId, platform, way, around.url);
		}
		const stores = await storesOf(databaseUrl);
		for (const workspaceId of workspaceIds) {
			const own = stores.filter((s) => s.workspaceId === workspaceId).map((s) => s.storeId);
			await database.inWorkspace(workspaceId, async (scope) => {
				for (const [i, userId] of userIds.entries()) {
					if (i === 0) continue;
					// A quarter has a scope: most of those see the stores, some nothing at all.
					const storeScope = i % 4 !== 1 ? null : i === 1 ? [uuidv4()] : own;
					await addMember(scope, { userId, name: `Operator ${i}`, email: people[i]?.email ?? '', role: 'agent', storeScope });
				}
			});
		}
		const { orders, conversations } = around.simulator;
		const pushes = pushesOf(orders, around.simulator, stores, (store, order) => sign(demo, store, order));
		const messagePushes = pushesOf(conversations, around.simulator, stores, (store, id) => {
			const data = { conversation_id: id, message_id: id, type: 'TEXT', sender: { role: 'BUYER' } };
			return signTikTok(demo, store, 14, `8${id.slice(-17)}`, data);
		});
		return { workspaceIds, people, pushes, messagePushes };
	} finally {
		await jobs.stop(0);
		await auth.close();
		await database.close();
	}
}

/** The ways in of the i-th workspace: its TikTok Shop seller, and for the first ones a seller of another platform. */
function waysOf(demo: readonly DemoPlatform[], i: number): [string, Way][] {
	const of = (platform: string, n: number): [string, Way][] => {
		const way = demo.find((d) => d.platform === platform)?.ways[n];
		return way ? [[platform, way]] : [];
	};
	return [...of('tiktok-shop', i), ...of('mercado-libre', i), ...of('temu', i)];
}

async function bind(
	engine: Engine,
	demo: readonly DemoPlatform[],
	workspaceId: string,
	platform: string,
	way: Way,
	url: string,
): Promise<void> {
	if (!isPlatformId(platform)) throw new Error(`${platform} is no platform`);
	const fields = demo.find((d) => d.platform === platform)?.appFields ?? {};
	await saveApp(engine, workspaceId, platform, fields);
	if (way.kind === 'paste') {
		await bindConnection(engine, workspaceId, platform, { kind: 'paste', fields: way.fields, host: way.host });
		return;
	}
	const adapter = engine.registry.get(platform);
	if (!adapter?.authorization.authorizeUrl) throw new Error(`${platform} has no consent page`);
	const codeVerifier = uuidv4().repeat(2);
	const redirectUri = `${url}/connected/${platform}`;
	const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
	const consent = new URL(
		await authorizeUrl(engine, workspaceId, platform, { state: 'bench', redirectUri, codeChallenge, host: way.host }),
	);
	if (way.account !== null) consent.searchParams.set('account', way.account);
	const back = (await fetch(consent, { redirect: 'manual' })).headers.get('location');
	if (back === null) throw new Error(`The consent page of ${platform} leads nowhere`);
	const params = Object.fromEntries(new URL(back, redirectUri).searchParams);
	await bindConnection(engine, workspaceId, platform, { kind: 'redirect', params, redirectUri, codeVerifier, host: way.host });
}

interface StoreRow {
	workspaceId: string;
	storeId: string;
	platform: string;
	externalId: string;
	account: string;
}

/** The stores as bound. History, conversations, listings, reviews and statements are declared read and no job is left: the bench is about pushes alone. */
async function storesOf(databaseUrl: string): Promise<StoreRow[]> {
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	try {
		await client.query(`update backfill set state = 'done'`);
		await client.query('delete from jobs.job');
		await client.query(
			`insert into message_pull (workspace_id, store_id, read_until, tried_at, state) select workspace_id, store_id, now(), now(), 'read' from store`,
		);
		await client.query(
			`insert into listing_read (workspace_id, store_id, read_until, whole_at, tried_at, low_rated_at, state)
				select workspace_id, store_id, now(), now(), now(), now(), 'read' from store`,
		);
		await client.query(
			`insert into finance_read (workspace_id, store_id, read_from, read_until, tried_at, state)
				select workspace_id, store_id, now() - interval '2 years', now(), now(), 'read' from store`,
		);
		const { rows } = await client.query<StoreRow>(`
			select s.workspace_id as "workspaceId", s.store_id as "storeId", s.platform, s.external_id as "externalId",
				c.external_account_id as account
			from store s join connection c using (workspace_id, connection_id)`);
		return rows;
	} finally {
		await client.end();
	}
}

type Signed = Pick<Push, 'headers' | 'body'>;

/** One push for each subject of each store, the platforms mixed as they stand in the world. */
function pushesOf(
	told: Record<string, string[]>,
	simulator: SimulatorReady,
	stores: readonly StoreRow[],
	signed: (store: StoreRow, id: string) => Signed,
): Push[] {
	const seeds = benchStores();
	const all: { push: Push; at: number }[] = [];
	for (const [seedId, orders] of Object.entries(told)) {
		const seed = seeds.find((s) => s.id === seedId);
		const n = seeds.filter((s) => s.platform === seed?.platform).findIndex((s) => s.id === seedId);
		const store = seed && bound(stores, simulator, seed.platform, n);
		if (!store) throw new Error(`${seedId} is not bound`);
		for (const [i, order] of orders.entries()) {
			const { headers, body } = signed(store, order);
			const push: Push = {
				platform: store.platform,
				path: `/webhooks/${store.platform}/${store.workspaceId}`,
				headers,
				body,
				order: `${store.storeId} ${order}`,
			};
			// Spread evenly over the run, each store at its own pace.
			all.push({ push, at: (i + n / 100) / orders.length });
		}
	}
	return all.sort((a, b) => a.at - b.at).map(({ push }) => push);
}

function bound(stores: readonly StoreRow[], simulator: SimulatorReady, platform: string, n: number): StoreRow | undefined {
	const facts = JSON.stringify(simulator.platforms[platform]);
	const own = stores.filter((s) => s.platform === platform);
	// Each was bound in the workspace of its number.
	const workspaces = [...new Set(stores.map((s) => s.workspaceId))].sort();
	return own.find((s) => s.workspaceId === workspaces[n] && facts.includes(s.externalId));
}

function signTikTok(demo: readonly DemoPlatform[], store: StoreRow, type: number, id: string, data: object): Signed {
	const fields = demo.find((d) => d.platform === store.platform)?.appFields ?? {};
	const timestamp = Math.floor(Date.now() / 1000);
	const body = JSON.stringify({ type, tts_notification_id: id, shop_id: store.externalId, timestamp, data });
	const authorization = signTikTokShopWebhook(fields['appKey'] ?? '', fields['appSecret'] ?? '', body);
	return { headers: { 'content-type': 'application/json', authorization }, body };
}

function sign(demo: readonly DemoPlatform[], store: StoreRow, order: string): Signed {
	const fields = demo.find((d) => d.platform === store.platform)?.appFields ?? {};
	const seconds = Math.floor(Date.now() / 1000);
	if (store.platform === 'tiktok-shop') {
		const data = { order_id: order, order_status: 'AWAITING_SHIPMENT', is_on_hold_order: false, update_time: seconds };
		return signTikTok(demo, store, 1, `7${order.slice(-17)}`, data);
	}
	if (store.platform === 'mercado-libre') {
		const at = new Date().toISOString();
		const told = { _id: uuidv4(), resource: `/orders/${order}`, user_id: Number(store.account), topic: 'orders_v2' };
		const body = JSON.stringify({ ...told, application_id: Number(fields['clientId']), attempts: 1, sent: at, received: at });
		return { headers: { 'content-type': 'application/json' }, body };
	}
	const gateway = Object.keys(fields)
		.find((key) => key.endsWith('AppKey') && order.startsWith(REGIONS[key.slice(0, -6)] ?? '-'))
		?.slice(0, -6);
	const plain = JSON.stringify({
		mallId: Number(store.externalId),
		parentOrderSn: order,
		orderSn: order.slice(3),
		orderStatus: 2,
		updateTime: seconds,
	});
	const envelope = {
		appKey: fields[`${gateway}AppKey`] ?? '',
		eventCode: 'bg_order_status_change_event',
		timestampMs: Date.now(),
		extParam: '{}',
	};
	return sealTemuEvent(envelope, plain, fields[`${gateway}AppSecret`] ?? '');
}

/** How parent orders of the bench's Temu stores begin, by gateway. */
const REGIONS: Record<string, string> = { us: 'PO-211', eu: 'PO-076', global: 'PO-128' };

/** Signs the people in and makes one socket for each in each workspace. */
export async function signIn(url: string, world: LiveWorld): Promise<Operator[]> {
	const cookies: string[] = [];
	for (const person of world.people) cookies.push(await enter(url, person));
	return world.workspaceIds.flatMap((workspaceId) => cookies.map((cookie) => ({ workspaceId, cookie })));
}

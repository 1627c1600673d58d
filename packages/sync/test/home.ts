import { Database } from '@pangea/db';
import { type Jobs, startJobs } from '@pangea/jobs';
import type { PlatformAdapter } from '@pangea/platform-contract';
import { createTestDatabase } from '@pangea/testing';
import { masterKeyFromText } from '@pangea/vault';
import { sql } from 'kysely';
import { bindConnection, createEngine, type Engine, type EngineSetup, saveApp, type SyncOptions } from '../src/index.ts';
import { scriptedAdapter, type ScriptedPlatform, startScriptedPlatform } from './scripted-platform.ts';

export const MASTER = Buffer.alloc(32, 3).toString('hex');
export const WORKSPACE = '11111111-1111-7111-8111-111111111111';
export const OTHER_WORKSPACE = '22222222-2222-7222-8222-222222222222';

export interface Home {
	url: string;
	database: Database;
	jobs: Jobs;
	platform: ScriptedPlatform;
	engine: Engine;
	/** Another engine over the same database, as a second process would have. */
	another(adapter: PlatformAdapter, options?: Partial<SyncOptions>): Engine;
	close(): Promise<void>;
}

/** A database of its own, two workspaces, a scripted platform and an engine that speaks with it. */
export async function openHome(
	options: Partial<SyncOptions> = {},
	setup: Pick<EngineSetup, 'mail' | 'hookOrigins' | 'publicUrl'> = {},
): Promise<Home> {
	const home = await createTestDatabase();
	const platform = await startScriptedPlatform();
	const database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	const jobs = await startJobs({ url: home.url, name: 'test', maintains: false, onError: () => {} });
	const another = (adapter: PlatformAdapter, more: Partial<SyncOptions> = {}): Engine =>
		createEngine({
			database,
			jobs,
			registry: new Map([[adapter.id, adapter]]),
			master: masterKeyFromText(MASTER),
			log: { info: () => {}, warn: () => {}, error: () => {} },
			options: { ...options, ...more },
			http: { attempts: 1 },
			...setup,
		});
	for (const workspaceId of [WORKSPACE, OTHER_WORKSPACE]) {
		await database.inWorkspace(workspaceId, ({ db }) =>
			db.insertInto('workspace').values({ workspace_id: workspaceId, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
		);
	}
	return {
		url: home.url,
		database,
		jobs,
		platform,
		engine: another(scriptedAdapter({ url: platform.url })),
		another,
		async close() {
			await jobs.stop(1000);
			await database.close();
			await platform.close();
			await home.drop();
		},
	};
}

/** Binds the scripted account and returns its store; the pull starts at `since`. */
export async function bindStore(
	engine: Engine,
	workspaceId = WORKSPACE,
	since?: string,
): Promise<{ workspaceId: string; storeId: string; connectionId: string }> {
	await saveApp(engine, workspaceId, 'temu', { secret: 'abcdef' });
	const { connectionId, stores } = await bindConnection(engine, workspaceId, 'temu', { kind: 'paste', fields: {}, host: 'api' });
	const storeId = stores[0]!.storeId;
	if (since !== undefined) {
		await engine.database.inWorkspace(workspaceId, ({ db }) => db.updateTable('pull_cursor').set({ watermark: since }).execute());
	}
	return { workspaceId, storeId, connectionId };
}

/** Everything the database holds of a workspace that a page writes, without what differs from run to run. */
export async function contents(database: Database, workspaceId = WORKSPACE) {
	return await database.inWorkspace(workspaceId, async ({ db }) => ({
		orders: await db
			.selectFrom('orders')
			.select(['order_id', 'external_id', 'raw_status', 'ext_updated_at', 'changed_at'])
			.orderBy('external_id')
			.execute(),
		parcels: await db
			.selectFrom('parcel')
			.select(['order_id', 'external_id', 'state'])
			.orderBy('order_id')
			.orderBy('external_id')
			.execute(),
		lines: await db.selectFrom('order_line').select(['order_id', 'external_id', 'title']).orderBy('order_id').execute(),
		history: Number((await db.selectFrom('order_history').select(sql<string>`count(*)`.as('n')).executeTakeFirstOrThrow()).n),
		replies: Number((await db.selectFrom('raw_reply').select(sql<string>`count(*)`.as('n')).executeTakeFirstOrThrow()).n),
		buyers: Number((await db.selectFrom('buyer_data').select(sql<string>`count(*)`.as('n')).executeTakeFirstOrThrow()).n),
		buyerIds: Number((await db.selectFrom('orders').select(sql<string>`count(external_buyer_id)`.as('n')).executeTakeFirstOrThrow()).n),
		quarantine: await db
			.selectFrom('quarantine')
			.select(['quarantine_id', 'external_id', 'cause', 'state'])
			.orderBy('external_id')
			.execute(),
		events: await db.selectFrom('event').select(['seq', 'kind']).orderBy('seq').execute(),
	}));
}

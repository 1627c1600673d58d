import type { Order } from '@pangea/domain';
import type { Outcome, PlatformAdapter } from '@pangea/platform-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acceptDelivery, bindConnection, processIntake, replayQuarantine, saveApp } from '../src/index.ts';
import { contents, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter, type WireOrder } from './scripted-platform.ts';

const SIGNAL = new AbortController().signal;
let home: Home;
beforeEach(async () => void (home = await openHome()));
afterEach(() => home.close());

/** One account that sells on two sites; like the real ones, a store is told its own orders alone, as far as they can be read. */
function twoSites(reads: 'everything' | 'nothing' = 'everything'): PlatformAdapter {
	const adapter = scriptedAdapter({ url: home.platform.url });
	const shop = (externalId: string, siteId: string) => ({ externalId, name: externalId, siteId, mode: 'local' as const, active: true });
	return {
		...adapter,
		stores: {
			list: () =>
				Promise.resolve([
					{ ...shop('shop-x', 'XS'), attributes: {} },
					{ ...shop('shop-y', 'YS'), attributes: {} },
				]),
		},
		orders: {
			...adapter.orders,
			fetch: async (context, ids) => {
				if (ids.length === 0) return { items: [], replies: [], next: null, watermark: context.now().toISOString(), total: null };
				const page = await adapter.orders.fetch(context, ids);
				return { ...page, items: page.items.filter((item: Outcome<Order>) => !item.ok || item.value.siteId === context.store.siteId) };
			},
			read: (document, store) => (reads === 'everything' ? adapter.orders.read(document, store) : null),
		},
	};
}

function put(id: string, more: Partial<WireOrder>): void {
	home.platform.orders.set(id, { id, updatedAt: Date.now() - 3_600_000, status: 'PAID', ...more });
}

async function bind(adapter: PlatformAdapter) {
	const engine = home.another(adapter);
	await saveApp(engine, WORKSPACE, 'temu', { secret: 'abcdef' });
	await bindConnection(engine, WORKSPACE, 'temu', { kind: 'paste', fields: {}, host: 'api' });
	return engine;
}

async function push(engine: Home['engine'], ids: string[]): Promise<void> {
	const body = Buffer.from(JSON.stringify({ delivery: ids.join(), account: 'seller-1', ids }));
	await acceptDelivery(engine, { workspaceId: WORKSPACE, platform: 'temu' }, { headers: { 'x-secret': 'abcdef' }, url: '/', body });
	await processIntake(engine, { workspaceId: WORKSPACE, platform: 'temu', account: 'seller-1' }, SIGNAL);
}

/** `order@store`, sorted. */
const placed = (): Promise<string[]> =>
	home.database.inWorkspace(WORKSPACE, async ({ db }) => {
		const rows = await db
			.selectFrom('orders')
			.innerJoin('store', 'store.store_id', 'orders.store_id')
			.select(['orders.external_id as order', 'store.external_id as store'])
			.execute();
		return rows.map((row) => `${row.order}@${row.store}`).sort();
	});
const intakes = () =>
	home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('intake').select(['state', 'error']).orderBy('intake_id').execute());
const enabled = (store: string, is: boolean) =>
	home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable('store').set({ enabled: is }).where('external_id', '=', store).execute());

describe('news of an account that sells on two sites', () => {
	test('bring each order into the store of its own site, whichever store is asked first', async () => {
		const engine = await bind(twoSites());
		put('of-x', { site: 'XS' });
		put('of-y', { site: 'YS' });
		await push(engine, ['of-x', 'of-y']);
		await push(engine, ['of-y']);
		expect(await placed()).toEqual(['of-x@shop-x', 'of-y@shop-y']);
		expect(await intakes()).toEqual([
			{ state: 'done', error: null },
			{ state: 'done', error: null },
		]);
	});
	test('do not bring an order of a site that was switched off into the other store', async () => {
		const engine = await bind(twoSites());
		await enabled('shop-y', false);
		put('of-y', { site: 'YS' });
		await push(engine, ['of-y']);
		expect(await placed()).toEqual([]);
	});
});

describe('a record set aside for an account that sells on two sites', () => {
	const setAside = async (engine: Home['engine']): Promise<{ quarantine_id: string }> => {
		await push(engine, ['bad']);
		const [record] = (await contents(home.database)).quarantine;
		expect(record).toMatchObject({ external_id: 'bad', state: 'waiting' });
		return record!;
	};
	test.each(['XS', 'YS'])('goes to the store of its own site %s once its text is understood', async (site) => {
		const engine = await bind(twoSites());
		put('bad', { site, poison: true });
		const { quarantine_id } = await setAside(engine);
		expect(await replayQuarantine(engine, WORKSPACE, [quarantine_id], SIGNAL)).toEqual({ replayed: 1, waiting: 0 });
		expect(await placed()).toEqual([`bad@shop-${site[0]!.toLowerCase()}`]);
	});
	test.each(['XS', 'YS'])('goes to the store of its own site %s when the platform is asked again', async (site) => {
		const engine = await bind(twoSites('nothing'));
		put('bad', { site, poison: true });
		const { quarantine_id } = await setAside(engine);
		put('bad', { site });
		expect(await replayQuarantine(engine, WORKSPACE, [quarantine_id], SIGNAL)).toEqual({ replayed: 1, waiting: 0 });
		expect(await placed()).toEqual([`bad@shop-${site[0]!.toLowerCase()}`]);
	});
	test('waits with the cause where its site is no store of the account', async () => {
		const engine = await bind(twoSites());
		put('bad', { site: 'ZS', poison: true });
		const { quarantine_id } = await setAside(engine);
		put('bad', { site: 'ZS' });
		expect(await replayQuarantine(engine, WORKSPACE, [quarantine_id], SIGNAL)).toEqual({ replayed: 0, waiting: 1 });
		expect(await placed()).toEqual([]);
		const [record] = (await contents(home.database)).quarantine;
		expect(record).toMatchObject({ state: 'waiting', cause: 'the platform knows no such order of any store of the account' });
	});
});

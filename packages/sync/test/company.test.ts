import { storePull } from '@pangea/jobs';
import { type PlatformAdapter, PlatformError } from '@pangea/platform-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bindConnection, pullStore, runRound, saveApp } from '../src/index.ts';
import { contents, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const SIGNAL = new AbortController().signal;
const HOUR = 3_600_000;
const SITES = ['XS', 'YS', 'ZS'];
let home: Home;
let now: number;
let ids: Record<string, { workspaceId: string; storeId: string }>;
let engine: Home['engine'];
/** What is asked for together. */
let asked: string[];
let failing: ((sites: readonly string[], page: number) => PlatformError | null) | null;

const error = (kind: PlatformError['kind']): PlatformError =>
	new PlatformError({ kind, userMessage: { code: 'platformRefused' }, detail: kind, retryAfter: 1000 });

/** A grant with three sites, of which a search may name several; a cursor keeps those it began with. */
function together(): PlatformAdapter {
	const adapter = scriptedAdapter({ url: home.platform.url });
	const { manifest } = adapter;
	return {
		...adapter,
		manifest: {
			...manifest,
			sites: [...manifest.sites, { id: 'ZS', country: 'MX', currency: 'MXN', zone: 'UTC', language: 'es-MX', host: 'api' }],
			pull: { ...manifest.pull, togetherUpToSeconds: 86_400 },
		},
		stores: {
			list: () =>
				Promise.resolve(
					SITES.map((siteId) => ({
						externalId: `shop-${siteId}`,
						name: siteId,
						siteId,
						mode: 'local' as const,
						active: true,
						attributes: {},
					})),
				),
		},
		orders: {
			...adapter.orders,
			async *pull(context, window, cursor) {
				const [kept = '', at = null] = cursor?.split(' ') ?? [];
				const sites = cursor === null ? [context.store.siteId, ...(context.alongside ?? [])] : kept.split('+');
				let page = at === null ? 0 : Number(at);
				for await (const found of adapter.orders.pull(context, window, at)) {
					asked.push(sites.join('+'));
					const refused = failing?.(sites, page);
					if (refused) throw refused;
					page += found.items.length;
					const items = found.items.filter((item) => item.ok && sites.includes(item.value.siteId ?? ''));
					yield { ...found, items, next: found.next === null ? null : `${sites.join('+')} ${found.next}` };
				}
			},
		},
	};
}

beforeEach(async () => {
	home = await openHome();
	now = Date.now();
	asked = [];
	failing = null;
	engine = home.another(together());
	await saveApp(engine, WORKSPACE, 'temu', { secret: 'abcdef' });
	const { stores } = await bindConnection(engine, WORKSPACE, 'temu', { kind: 'paste', fields: {}, host: 'api' });
	ids = Object.fromEntries(stores.map((s) => [s.externalId.slice(-2), { workspaceId: WORKSPACE, storeId: s.storeId }]));
	for (let i = 0; i < 12; i++) {
		const site = SITES[i % 3] ?? '';
		home.platform.orders.set(`${site}-${i}`, { id: `${site}-${i}`, site, updatedAt: now - 2 * HOUR + i * 60_000, status: 'PAID' });
	}
	await home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.updateTable('pull_cursor')
			.set({ watermark: new Date(now - 3 * HOUR).toISOString() })
			.execute(),
	);
});
afterEach(() => home.close());

const pull = (site: string) => pullStore(engine, ids[site]!, SIGNAL);
const stored = (): Promise<string[]> =>
	home.database.inWorkspace(WORKSPACE, async ({ db }) => {
		const rows = await db
			.selectFrom('orders')
			.innerJoin('store', 'store.store_id', 'orders.store_id')
			.select(['orders.external_id as order', 'store.site_id as site'])
			.execute();
		expect(rows.filter((row) => !row.order.startsWith(row.site))).toEqual([]);
		return rows.map((row) => row.order).sort();
	});
const cursors = () =>
	home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db.selectFrom('pull_cursor').select(['watermark', 'window_until', 'page_cursor']).distinct().execute(),
	);
const change = (site: string, set: { enabled?: boolean; error_code?: string }) =>
	home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable('store').set(set).where('site_id', '=', site).execute());
const everything = () => [...home.platform.orders.keys()].sort();

describe('stores of a grant that are polled together', () => {
	test('get each their own orders from one walk, and none of them asks again a moment later', async () => {
		expect(await pull('YS')).toMatchObject({ state: 'done', value: { added: 12 } });
		expect(await stored()).toEqual(everything());
		expect(new Set(asked)).toEqual(new Set(['YS+XS+ZS']));
		expect(await cursors()).toMatchObject([{ window_until: null }]);
		const calls = asked.length;
		for (const site of SITES) await pull(site);
		expect(asked).toHaveLength(calls);
	});
	test('go on where the walk was when the budget ended it, whichever is pulled next', async () => {
		failing = (_, page) => (page === 5 ? error('rateLimited') : null);
		expect((await pull('XS')).state).toBe('wait');
		expect(await cursors()).toMatchObject([{ page_cursor: 'XS+YS+ZS 5' }]);
		failing = null;
		const before = asked.length;
		expect((await pull('ZS')).state).toBe('done');
		expect(asked.slice(before)).toEqual(['XS+YS+ZS', 'XS+YS+ZS']);
		expect(await stored()).toEqual(everything());
		expect(await cursors()).toHaveLength(1);
		expect((await contents(home.database)).history).toBe(12);
	});
	test('are asked for one by one when the platform refuses them together', async () => {
		failing = (sites) => (sites.length > 1 || sites[0] === 'ZS' ? error('forbidden') : null);
		for (const site of ['XS', 'YS', 'ZS']) await pull(site);
		expect(await stored()).toEqual(everything().filter((id) => !id.startsWith('ZS')));
		failing = (sites) => (sites.includes('ZS') ? error('forbidden') : null);
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db
				.updateTable('pull_cursor')
				.set({ watermark: new Date(now - 3 * HOUR).toISOString(), window_until: null, page_cursor: null })
				.execute(),
		);
		asked = [];
		await pull('XS');
		// The one with a problem of its own is left out from then on.
		expect(new Set(asked)).toEqual(new Set(['XS+YS']));
	});
	test('go on alone when the platform has come to refuse them in mid-walk', async () => {
		failing = (_, page) => (page === 5 ? error('rateLimited') : null);
		await pull('XS');
		failing = (sites) => (sites.length > 1 ? error('forbidden') : null);
		expect((await pull('XS')).state).toBe('done');
		expect((await stored()).filter((id) => id.startsWith('XS'))).toHaveLength(4);
	});
	test('do not wait for one that is far behind, nor for one that is switched off', async () => {
		await change('ZS', { enabled: false });
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db
				.updateTable('pull_cursor')
				.set({ watermark: new Date(now - 40 * HOUR).toISOString() })
				.where('store_id', '=', ids['YS']!.storeId)
				.execute(),
		);
		await pull('XS');
		expect(new Set(asked)).toEqual(new Set(['XS']));
		asked = [];
		await pull('YS');
		expect(new Set(asked)).toEqual(new Set(['YS']));
		expect(await stored()).toEqual(everything().filter((id) => !id.startsWith('ZS')));
	});
	test('are sent one poll a round, and one that has a problem its own', async () => {
		const due = async (): Promise<number> => {
			await home.database.inWorkspace(WORKSPACE, async ({ client, db }) => {
				await client.query('delete from jobs.job');
				await db.updateTable('pull_cursor').set({ last_attempt_at: null }).execute();
			});
			await runRound(engine);
			return await home.jobs.pending(storePull.name);
		};
		expect(await due()).toBe(1);
		await change('ZS', { error_code: 'scopeMissing' });
		expect(await due()).toBe(2);
	});
});

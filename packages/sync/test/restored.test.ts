import { openGap } from '@pangea/db';
import { gapCheck, gapRefill, intakeSubscribe, storesRefresh } from '@pangea/jobs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refreshStores, runNight } from '../src/index.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const SIGNAL = new AbortController().signal;
let home: Home;
beforeEach(async () => void (home = await openHome()));
afterEach(() => home.close());

test('the night sends again what a restored database has lost, once however often it comes', async () => {
	const adapter = scriptedAdapter({ url: home.platform.url });
	const told: string[] = [];
	const subscribe = async (_: unknown, url: string): Promise<void> => void told.push(url);
	const engine = {
		...home.another({ ...adapter, webhooks: { ...adapter.webhooks!, subscribe } }),
		callbackUrl: () => 'https://pangea.example/webhooks',
	};
	const ids = await bindStore(engine);
	const gap = {
		storeId: ids.storeId,
		from: '2026-01-01T00:00:00.000Z',
		until: '2026-01-02T00:00:00.000Z',
		ours: 1,
		theirs: 2,
		source: 'total' as const,
		missing: [],
	};
	await home.database.inWorkspace(WORKSPACE, async (scope) => {
		await openGap(scope, gap);
		// As restored: rows without jobs.
		await scope.client.query('delete from jobs.job');
	});
	await runNight(engine);
	await runNight(engine);
	const pending = async (): Promise<number[]> =>
		await Promise.all([gapRefill, gapCheck, storesRefresh, intakeSubscribe].map(({ name }) => home.jobs.pending(name)));
	expect(await pending()).toEqual([1, 1, 1, 0]);
	await refreshStores(engine, ids, SIGNAL);
	expect(await pending()).toEqual([1, 1, 1, 1]);
});

test('the night leaves gaps alone whose store was switched off', async () => {
	const ids = await bindStore(home.engine);
	await home.database.inWorkspace(WORKSPACE, async (scope) => {
		await openGap(scope, {
			storeId: ids.storeId,
			from: '2026-01-01T00:00:00.000Z',
			until: '2026-01-02T00:00:00.000Z',
			ours: 1,
			theirs: 2,
			source: 'total',
			missing: [],
		});
		await scope.db.updateTable('store').set({ enabled: false }).execute();
	});
	await runNight(home.engine);
	expect(await home.jobs.pending(gapRefill.name)).toBe(0);
});

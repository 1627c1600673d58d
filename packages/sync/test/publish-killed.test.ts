import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { copiesOfSku, queueCopy, saveCopy } from '@pangea/db';
import { emptyDraft } from '@pangea/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishCopy } from '../src/listings/publish.ts';
import { bindStore, type Home, MASTER, openHome, WORKSPACE } from './home.ts';
import { publishingAdapter } from './publishing-adapter.ts';

const COPY = '33333333-3333-7333-8333-333333333333';
const SKU = '44444444-4444-7444-8444-444444444444';
let home: Home;

beforeEach(async () => {
	home = await openHome();
});
afterEach(() => home.close());

test('a worker killed between its request and the answer leaves a listing that the next one finds, and none is made twice', async () => {
	const engine = home.another(publishingAdapter(home.platform.url));
	const ids = await bindStore(engine);
	await home.database.inWorkspace(WORKSPACE, async (scope) => {
		const sku = { workspace_id: WORKSPACE, sku_id: SKU, code: 'LMP-1', title: 'Lamp', variant: null, image_url: null };
		await scope.db.insertInto('sku').values(sku).execute();
		const at = new Date().toISOString();
		await saveCopy(scope, { copyId: COPY, skuId: SKU, storeId: ids.storeId, draft: emptyDraft('LMP-1'), gaps: null, by: 'anna', at });
		await queueCopy(scope, COPY, 'anna');
	});
	home.platform.makeDelay = 60_000;
	const facts = JSON.stringify({ ids: { ...ids, copyId: COPY }, url: home.url, platformUrl: home.platform.url, master: MASTER, times: 0 });
	const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), ['publish', facts], { execArgv: [] });
	await once(child, 'message');
	child.send('go');
	while (home.platform.made.size === 0) await sleep(5);
	child.kill('SIGKILL');
	await once(child, 'exit');
	home.platform.makeDelay = 0;
	const run = () => publishCopy(engine, { workspaceId: WORKSPACE, copyId: COPY }, new AbortController().signal);
	const copy = () => home.database.inWorkspace(WORKSPACE, async (scope) => (await copiesOfSku(scope, null, SKU))[0]);
	expect(await copy()).toMatchObject({ state: 'sending', externalListingId: null });
	// What was made a moment ago may not be found yet.
	expect(await run()).toMatchObject({ state: 'wait' });
	await home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db.updateTable('listing_copy').set({ attempted_at: '2026-01-01T00:00:00.000Z' }).execute(),
	);
	expect(await run()).toMatchObject({ state: 'done' });
	expect(await copy()).toMatchObject({ state: 'published', externalListingId: 'P1' });
	expect([...home.platform.made]).toEqual([['LMP-1', ['P1']]]);
}, 60_000);

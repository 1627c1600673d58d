import { Database } from '@pangea/db';
import { startJobs } from '@pangea/jobs';
import { masterKeyFromText } from '@pangea/vault';
import { backfillStore, createEngine, createStoreContext, pullStore } from '../src/index.ts';
import { sendOffers } from '../src/listings/offers.ts';
import { publishCopy } from '../src/listings/publish.ts';
import { publishingAdapter } from './publishing-adapter.ts';
import { scriptedAdapter } from './scripted-platform.ts';

// A process of its own for tests that kill or race: `child.ts pull|backfill|renew|storm|publish|offers <json of ids, url, platformUrl, master>`.
const [task, text = '{}'] = process.argv.slice(2);
const { ids, url, platformUrl, master, times } = JSON.parse(text) as {
	ids: { workspaceId: string; storeId: string; copyId?: string; batchId?: string };
	/** Renewals of a storm. */
	times: number;
	url: string;
	platformUrl: string;
	master: string;
};
const database = new Database({ url, name: 'child', onIdleError: () => {} });
const jobs = await startJobs({ url, name: 'child', maintains: false, onError: () => {} });
const adapter = task === 'publish' || task === 'offers' ? publishingAdapter(platformUrl) : scriptedAdapter({ url: platformUrl });
const log = { info: () => {}, warn: () => {}, error: () => {} };
const engine = createEngine({
	database,
	jobs,
	registry: new Map([[adapter.id, adapter]]),
	master: masterKeyFromText(master),
	log,
	options: { backfillWindowDays: 20 },
});
const { signal } = new AbortController();
// Both processes of a race hold the same grant before either renews it.
const open = task === 'renew' ? await createStoreContext(engine, ids, { signal, urgent: true }) : null;
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
if (task === 'pull') process.send?.(await pullStore(engine, ids, signal));
if (task === 'backfill') process.send?.(await backfillStore(engine, ids, signal));
if (task === 'publish') process.send?.(await publishCopy(engine, { ...ids, copyId: ids.copyId ?? '' }, signal));
if (task === 'offers') process.send?.(await sendOffers(engine, { ...ids, batchId: ids.batchId ?? '' }, signal));
if (open) {
	const grants = await Promise.all([open.context.renew(), open.context.renew()]);
	process.send?.(grants.map((g) => g.secrets['refresh']));
}
if (task === 'storm') {
	const failed: string[] = [];
	for (let i = 0; i < times; i++) {
		// Each holds the newest grant, as work does that has just begun, and finds it refused.
		const { context } = await createStoreContext(engine, ids, { signal, urgent: true });
		await context.renew().catch((error: unknown) => failed.push(String(error)));
	}
	process.send?.(failed);
}
await jobs.stop(500);
await database.close();
process.disconnect?.();

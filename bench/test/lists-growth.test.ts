import type { Order } from '@pangea/domain';
import type { Page } from '@pangea/platform-contract';
import { acceptDelivery, ingestPage, processIntake } from '@pangea/sync';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { bindStore, type Home, openHome, WORKSPACE } from '../../packages/sync/test/home.ts';
import { readWire, type WireOrder } from '../../packages/sync/test/scripted-platform.ts';
import { findSamples, listCases } from '../src/lists-cases.ts';
import { fillTables } from '../src/lists-fill.ts';
import { placesOf } from '../src/lists-places.ts';
import { buffersOf, countQuestion, pageQuestion, todayQuestions } from '../src/lists-questions.ts';
import { createListStores, type ListWorld } from '../src/lists-world.ts';

const ORDERS = 20_000;
const DAYS = 60;
const MOST_GROWTH = 1.5;
/** A page more here and there, as trees grow by a level. */
const SLACK = 30;

interface Work {
	/** Pages of the database touched. */
	buffers: number;
	/** Orders in the answer, which may grow up to the page's size or the count's cap. */
	found: number;
	lookedThrough: boolean;
}

interface Measured {
	work: Map<string, Work>;
	/** Questions whose answer differs from plain SQL's. */
	wrong: string[];
}

let small: Measured;
let doubled: Measured;

beforeAll(async () => {
	const now = new Date().toISOString();
	small = await measure(ORDERS, DAYS, now);
	doubled = await measure(2 * ORDERS, 2 * DAYS, now);
}, 300_000);

describe('twice as many orders', () => {
	test('are listed as plain SQL lists them, under every filter and at every depth', () => {
		expect([...small.wrong, ...doubled.wrong]).toEqual([]);
	});
	test('cost no page, count, figure of Today, ingest or webhook more than half as much again', () => {
		expect(small.work.size).toBeGreaterThan(150);
		const grown = [...small.work].flatMap(([name, before]) => {
			const after = doubled.work.get(name);
			if (!after || before.lookedThrough) return [];
			const answer = Math.max(1, after.found / Math.max(1, before.found));
			return after.buffers > MOST_GROWTH * answer * before.buffers + SLACK ? [`${name}: ${before.buffers} → ${after.buffers}`] : [];
		});
		expect(grown).toEqual([]);
	});
	test('are never walked through for one answer', () => {
		// The whole table has some two thousand pages, and an index that is read from end to end several hundred.
		const heavy = [...doubled.work].filter(([, { buffers }]) => buffers > 2500).map(([name, { buffers }]) => `${name}: ${buffers}`);
		expect(heavy).toEqual([]);
	});
});

/** All questions, one order pulled and one order told of by a webhook, in a workspace of so many orders. */
async function measure(orders: number, days: number, now: string): Promise<Measured> {
	const home = await openHome();
	const owner = new pg.Client({ connectionString: home.url, options: '-c timezone=UTC' });
	await owner.connect();
	try {
		await owner.query('create extension if not exists pg_stat_statements');
		const stores = await createListStores(home.database, WORKSPACE, 40);
		const world: ListWorld = { workspaceId: WORKSPACE, stores, orders, days, now };
		await fillTables(home.url, world, 1, () => {});
		const { storeId } = await bindStore(home.engine);
		const measured: Measured = { work: new Map(), wrong: [] };
		const { work, wrong } = measured;
		const cases = listCases(world, await findSamples(owner, world));
		const questions = [...todayQuestions(now)];
		for (const one of cases) {
			for (const place of await placesOf(owner, world, one)) questions.push(pageQuestion(one, place));
			questions.push(countQuestion(one));
		}
		for (const one of questions) {
			const name = `${one.name}, ${one.kind}`;
			let answer: Awaited<ReturnType<typeof one.ask>> = { ids: null, found: 0 };
			const buffers = await buffersOf(owner, async () => {
				answer = await home.database.inWorkspace(WORKSPACE, (scope) => one.ask(scope));
			});
			if (one.expected !== null && JSON.stringify(answer.ids) !== JSON.stringify(one.expected)) wrong.push(name);
			work.set(name, { buffers, found: answer.found, lookedThrough: one.lookedThrough });
		}
		const target = { workspaceId: WORKSPACE, storeId, platform: 'temu' as const, zone: 'UTC' };
		await ingestPage(home.engine, target, onePage('warm'), 'pull');
		work.set('one order', {
			buffers: await buffersOf(owner, () => ingestPage(home.engine, target, onePage('one'), 'pull')),
			found: 1,
			lookedThrough: false,
		});
		await webhook(home, 'w0');
		work.set('one webhook', { buffers: await buffersOf(owner, () => webhook(home, 'w1')), found: 1, lookedThrough: false });
		return measured;
	} finally {
		await owner.end();
		await home.close();
	}
}

function onePage(id: string): Page<Order> {
	const wire: WireOrder[] = [{ id, updatedAt: Date.now(), status: 'PAID' }];
	const fetchedAt = new Date().toISOString();
	return {
		items: readWire(wire),
		replies: [{ operation: 'orders', fetchedAt, body: Buffer.from(JSON.stringify({ items: wire })) }],
		next: null,
		watermark: fetchedAt,
		total: null,
	};
}

/** A push of the platform until its order is stored. */
async function webhook(home: Home, id: string): Promise<void> {
	home.platform.orders.set(id, { id, updatedAt: Date.now(), status: 'PAID' });
	const body = Buffer.from(JSON.stringify({ delivery: id, account: 'shop-1', ids: [id] }));
	const answer = await acceptDelivery(
		home.engine,
		{ workspaceId: WORKSPACE, platform: 'temu' },
		{ headers: { 'x-secret': 'abcdef' }, url: '/', body },
	);
	expect(answer).toMatchObject({ accepted: true });
	await processIntake(home.engine, { workspaceId: WORKSPACE, platform: 'temu', account: 'shop-1' }, AbortSignal.timeout(10_000));
	const stored = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db.selectFrom('orders').select('order_id').where('external_id', '=', id).execute(),
	);
	expect(stored).toHaveLength(1);
}

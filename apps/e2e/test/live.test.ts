import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { openOrders, rowsShown, sightings, walkRows, watchRows } from '../src/orders-list.ts';
import { Simulator } from '../src/simulator.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);

/** The simulator pushes at once, so nothing is allowed on top of the promised second. */
const PROMISED_MS = 1_000;
const ORDERS = 5;

let browser: Browser;
let operator: Visitor;
let api: Api;

beforeAll(async () => {
	const login = loginOf(logins, 'agent');
	api = await demoApi(url, login);
	await firstOrders(api);
	browser = await launchBrowser();
	operator = await visit(browser, url, { cookies: login.cookies });
	await watchRows(operator.page);
	await openOrders(operator.page);
	await operator.page.locator('.live.live').waitFor();
}, 150_000);

afterAll(async () => {
	await simulator.setClockRight();
	await browser?.close();
});

/** Milliseconds from an instant until the order stood on the screen. */
async function seenAfter(id: string, start: number, patience = 10_000): Promise<number> {
	const at = await until(`order ${id} on the screen`, patience, async () => (await sightings(operator.page)).first[id], 50);
	return at - start;
}

async function rowOf(id: string) {
	return (await rowsShown(operator.page)).find((row) => row.externalId === id);
}

function report(text: string): void {
	process.stdout.write(`  ${text}\n`);
}

/** Stores with the steps that change what their platform says of an order, and what it says then. */
const STORES: [store: string, life: [steps: string[], state: string][]][] = [
	[
		'tiktok-us',
		[
			[['paid'], 'onHold'],
			[['released'], 'toShip'],
			[['cancelled'], 'cancelled'],
		],
	],
	[
		'meli-mlb',
		[
			[['paid'], 'toShip'],
			[['released', 'shipped'], 'shipped'],
			[['collected', 'delivered'], 'delivered'],
		],
	],
	[
		'temu-us',
		[
			[['paid', 'released'], 'toShip'],
			[['cancelled'], 'cancelled'],
		],
	],
];

/** One stall of a busy machine is not the product's. */
const median = (all: number[]): number => all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) / 2)] ?? Number.POSITIVE_INFINITY;

describe.each(STORES)('the open order list, for %s', (store, life) => {
	test('shows a new order within a second of its being placed, without a reload', async () => {
		const taken: number[] = [];
		for (let i = 0; i < ORDERS; i++) {
			const start = Date.now();
			const { id } = await simulator.createOrder(store);
			taken.push(await seenAfter(id, start));
		}
		report(`${store}: on the screen ${taken.join(', ')} ms after the order was placed`);
		expect(median(taken)).toBeLessThanOrEqual(PROMISED_MS);
		expect(operator.documents()).toBe(1);
	});

	test('changes the state of an order where it stands', async () => {
		const { page } = operator;
		const { id } = await simulator.createOrder(store);
		await seenAfter(id, Date.now());
		const before = await rowOf(id);
		await page.locator(`[data-order="${before?.orderId}"]`).evaluate((row) => row.setAttribute('data-the-same', ''));
		const taken: number[] = [];
		for (const [steps, state] of life) {
			expect((await rowOf(id))?.state).not.toBe(state);
			for (const step of steps.slice(0, -1)) await simulator.advance({ store, id }, step);
			const start = Date.now();
			await simulator.advance({ store, id }, steps.at(-1) ?? '');
			await until(`${id} being ${state}`, 10_000, async () => (await rowOf(id))?.state === state, 20);
			taken.push(Date.now() - start);
		}
		report(`${store}: state changes on the screen after ${taken.join(', ')} ms`);
		expect(await page.locator(`[data-order="${before?.orderId}"][data-the-same]`).count()).toBe(1);
		expect((await rowOf(id))?.place).toBe(before?.place);
		expect(median(taken)).toBeLessThanOrEqual(PROMISED_MS);
	});
});

test('an order that was placed earlier goes to where it belongs below the first page, without a reload', async () => {
	const { page } = operator;
	const first = await api.orders.list.query({ limit: 200 });
	const second = await api.orders.list.query({ limit: 200, ...(first.next !== null && { after: first.next }) });
	// Two neighbours with time between them.
	const at = second.rows.findIndex(
		(row, i) => i > 20 && Date.parse(row.placedAt) - Date.parse(second.rows[i + 1]?.placedAt ?? '') > 60_000,
	);
	const [above, below] = second.rows.slice(at, at + 2);
	if (!above || !below) throw new Error('The second page has no two orders a minute apart');
	const known = await walkRows(page, 400);
	expect(known.map((row) => row.externalId)).toContain(below.externalId);
	await page.locator('[role=grid]').evaluate((grid) => grid.scrollTo(0, 0));

	const placedAt = (Date.parse(above.placedAt) + Date.parse(below.placedAt)) / 2;
	const { id } = await simulator.createOrder('tiktok-us', { placedAt });
	// What is dated in the past is told to nobody; its next step is.
	await simulator.advance({ store: 'tiktok-us', id }, 'paid');
	const stored = await until('the late order in the database', 20_000, async () => (await api.orders.list.query({ search: id })).rows[0]);
	await until('the late order in the list', 10_000, async () => {
		const ids = (await walkRows(page, 400)).map((row) => row.externalId);
		const place = ids.indexOf(id);
		return place > 0 && ids[place - 1] === above.externalId && ids[place + 1] === below.externalId;
	});
	expect(stored.placedAt < above.placedAt && stored.placedAt > below.placedAt).toBe(true);
	expect(operator.documents()).toBe(1);
	await page.locator('[role=grid]').evaluate((grid) => grid.scrollTo(0, 0));
});

test('an order of Amazon comes through its queue, or at the latest with the next poll', { timeout: 300_000 }, async () => {
	await until('the subscription of the queue', 60_000, async () =>
		(await simulator.calls()).some((call) => call.operation === 'createSubscription'),
	);
	const store = (await api.stores.list.query()).find((s) => s.platform === 'amazon');
	const patience = (store?.pollSeconds ?? 0) * 1_000;
	const start = Date.now();
	const { id } = await simulator.createOrder('amazon-us');
	const ms = await seenAfter(id, start, patience);
	report(`amazon-us: on the screen ${ms} ms after the order was placed (queue; a poll every ${store?.pollSeconds} s)`);
	expect(ms).toBeLessThanOrEqual(patience);
});

test('nothing stood in the list twice, the page never reloaded and nothing went wrong in it', async () => {
	expect((await sightings(operator.page)).doubled).toEqual([]);
	expect(operator.documents()).toBe(1);
	expect(operator.errors).toEqual([]);
});

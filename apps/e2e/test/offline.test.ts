import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { openOrders, rowsShown, sightings, walkRows, watchRows } from '../src/orders-list.ts';
import { Simulator, type Truth } from '../src/simulator.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);

/** How long the line is cut. */
const OFFLINE_SECONDS = Number(process.env['PANGEA_OFFLINE_SECONDS'] ?? 60);
const ORDERS = 30;
/** Stores whose platforms push; news of them are in the database long before the line is back. */
const STORES = ['tiktok-us', 'meli-mlb', 'temu-us', 'tiktok-gb', 'meli-mla'];

/** States that the simulator's words may have in ours; platforms tell more or less. */
const MEANING: Record<string, readonly string[]> = {
	unpaid: ['unpaid', 'onHold'],
	paid: ['toShip'],
	cancelled: ['cancelled'],
};

let browser: Browser;
let operator: Visitor;
let api: Api;

beforeAll(async () => {
	const login = loginOf(logins, 'agent');
	api = await demoApi(url, login);
	await firstOrders(api);
	browser = await launchBrowser();
	// High enough for all of them at once: what is not scrolled to is not in the document.
	operator = await visit(browser, url, { cookies: login.cookies, height: 2_000 });
	await watchRows(operator.page);
	await openOrders(operator.page);
	await operator.page.locator('.live.live').waitFor();
}, 150_000);

afterAll(async () => {
	await simulator.setClockRight();
	await browser?.close();
});

test(`${OFFLINE_SECONDS} s without network lose nothing and double nothing`, { timeout: (OFFLINE_SECONDS + 60) * 1_000 }, async () => {
	const { page, context } = operator;
	// One that stands on the screen already changes meanwhile too.
	const early = await simulator.createOrder('tiktok-us');
	await until('the first order on the screen', 10_000, async () => (await sightings(page)).first[early.id]);

	const cutAt = Date.now();
	await context.setOffline(true);
	await page.locator('.live.offline').waitFor({ timeout: 5_000 });
	process.stdout.write(`  the screen said so ${Date.now() - cutAt} ms after the network went\n`);
	expect(await page.locator('.live').innerText()).toMatch(/^Offline since \d\d:\d\d$/);
	const onScreenBefore = (await rowsShown(page)).map((row) => row.externalId);

	const made: Truth[] = [early];
	await simulator.advance(early, 'paid');
	await simulator.advance(early, 'released');
	for (let i = 0; i < ORDERS; i++) {
		const order = await simulator.createOrder(STORES[i % STORES.length] ?? '');
		made.push(order);
		if (i % 3 === 1) await simulator.advance(order, 'cancelled');
		if (i % 3 === 2) {
			await simulator.advance(order, 'paid');
			await simulator.advance(order, 'released');
		}
	}
	// The product knows them while the screen cannot.
	for (const { id } of made)
		await until(`${id} in the database`, 30_000, async () =>
			(await api.orders.list.query({ search: id })).rows.some((row) => row.externalId === id),
		);
	expect((await rowsShown(page)).map((row) => row.externalId)).toEqual(onScreenBefore);
	await pause(Math.max(0, cutAt + OFFLINE_SECONDS * 1_000 - Date.now()));
	expect(await page.locator('.live.offline').count()).toBe(1);

	await context.setOffline(false);
	const backAt = Date.now();
	await page.locator('.live.live').waitFor({ timeout: 30_000 });
	for (const { id } of made) await until(`${id} on the screen`, 15_000, async () => (await shown()).has(id));
	process.stdout.write(`  everything was on the screen ${Date.now() - backAt} ms after the network came back\n`);

	const rows = await walkRows(page, 200);
	for (const order of made) {
		const mine = rows.filter((row) => row.externalId === order.id);
		const listed = (await api.orders.list.query({ search: order.id })).rows.filter((row) => row.externalId === order.id);
		expect(mine.map(({ externalId, state, rawStatus }) => ({ externalId, state, rawStatus }))).toEqual(
			listed.map(({ externalId, state, rawStatus }) => ({ externalId, state, rawStatus })),
		);
		expect(mine.map((row) => row.externalId)).toEqual([order.id]);
		expect(MEANING[(await simulator.truthOf(order)).order.status]).toContain(mine[0]?.state);
	}
	const ids = rows.map((row) => row.orderId);
	expect(new Set(ids).size).toBe(ids.length);
	// Row by row what the server lists now.
	const { rows: listed } = await api.orders.list.query({ limit: 200 });
	expect(ids.slice(0, made.length)).toEqual(listed.slice(0, made.length).map((row) => row.orderId));
	expect((await sightings(page)).doubled).toEqual([]);
	expect(operator.documents()).toBe(1);
	expect(operator.errors.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);

	async function shown(): Promise<Set<string>> {
		return new Set(Object.keys((await sightings(page)).first));
	}
});

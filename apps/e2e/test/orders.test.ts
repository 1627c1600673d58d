import { ORDER_STATES } from '@pangea/domain';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { openOrders, rowsShown } from '../src/orders-list.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');

/** A part of the world that no longer changes once its history is read: TikTok Shop's is there within seconds. */
const STILL = 'platforms=tiktok-shop';
const STILL_FILTER = { platforms: ['tiktok-shop'] };

let browser: Browser;
let api: Api;
let visitor: Visitor;

beforeAll(async () => {
	api = await demoApi(url, owner);
	await firstOrders(api);
	await until('the history of TikTok Shop', 60_000, async () =>
		(await api.stores.list.query()).every((store) => store.platform !== 'tiktok-shop' || store.backfill?.state === 'done'),
	);
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: owner.cookies });
}, 200_000);

afterAll(async () => {
	await browser?.close();
});

/** External ids from the top of the list as the API gives them. */
async function listed(filter: Parameters<Api['orders']['list']['query']>[0], most = 15): Promise<string[]> {
	return (await api.orders.list.query({ ...filter, limit: most })).rows.map((row) => row.externalId);
}

async function top(page: Visitor['page'], most = 15): Promise<string[]> {
	return (await rowsShown(page)).slice(0, most).map((row) => row.externalId);
}

/** Waits until the top of the list is what is expected. */
async function showsTop(page: Visitor['page'], expected: string[]): Promise<void> {
	await expect.poll(() => top(page, expected.length)).toEqual(expected);
}

describe('the order list', () => {
	test('has a tab with the true count for every state, and each tab lists that state only', async () => {
		const { page } = visitor;
		await openOrders(page, `?${STILL}`);
		const counts = await api.orders.counts.query(STILL_FILTER);
		await page.locator('[role=tab] .count').filter({ hasText: /\d/ }).first().waitFor();
		const tabs = await page
			.locator('[role=tab]')
			.evaluateAll((elements) => elements.map((tab) => Number(tab.querySelector('.count')?.textContent.replace(/\D/g, ''))));
		const told = [counts.all, ...ORDER_STATES.map((state) => counts[state])].filter(
			({ count }, i) => i === 0 || count > 0 || !['unknown', 'partlyShipped', 'onHold'].includes(ORDER_STATES[i - 1] ?? ''),
		);
		expect(tabs).toEqual(told.map(({ count }) => count));
		expect(tabs[0]).toBe(tabs.slice(1).reduce((sum, n) => sum + n, 0));

		for (const [word, state] of [
			['Delivered', 'delivered'],
			['Cancelled', 'cancelled'],
		] as const) {
			await page.getByRole('tab', { name: word }).click();
			await showsTop(page, await listed({ ...STILL_FILTER, state }));
			expect(new URL(page.url()).searchParams.get('state')).toBe(state);
			expect(new Set((await rowsShown(page)).map((row) => row.state))).toEqual(new Set([state]));
		}
	});

	test('finds an order by its number at the platform', async () => {
		const { page } = visitor;
		const [, , wanted] = (await api.orders.list.query({ ...STILL_FILTER, limit: 3 })).rows;
		if (!wanted) throw new Error('There is no third order');
		await openOrders(page);
		await page.getByLabel('Search orders').fill(wanted.externalId);
		await showsTop(page, [wanted.externalId]);
		expect(await rowsShown(page)).toHaveLength(1);
		expect(new URL(page.url()).searchParams.get('q')).toBe(wanted.externalId);
	});

	test('opens at the order whose number is pasted into the palette, with Enter', async () => {
		const { page } = visitor;
		const [, wanted] = (await api.orders.list.query({ ...STILL_FILTER, limit: 2 })).rows;
		if (!wanted) throw new Error('There is no second order');
		await page.goto('/numbers');
		await page.locator('.live.live').waitFor();
		await page.keyboard.press('ControlOrMeta+k');
		await page.locator('.palette input:focus').waitFor();
		// Whole, so that nothing is in the list when the server answers.
		await page.keyboard.insertText(wanted.externalId);
		const found = page.getByRole('option', { name: wanted.externalId });
		await expect.poll(() => found.getAttribute('aria-selected')).toBe('true');
		await page.keyboard.press('Enter');
		await page.waitForURL(`**/orders?**${wanted.orderId}**`);
		await page.locator('aside.drawer h2', { hasText: wanted.externalId }).waitFor();
	});

	test('keeps filters in the address, so that another browser shows the same view from the copied link', async () => {
		const { page } = visitor;
		await openOrders(page);
		await page.getByLabel('Platforms').click();
		await page.locator('.ant-select-item-option').filter({ hasText: 'TikTok Shop' }).click();
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Period' }).click();
		await page.getByRole('button', { name: 'Last 90 days' }).click();
		await page.getByRole('columnheader', { name: 'Ship within' }).getByRole('button').click();
		await page.getByRole('tab', { name: 'To ship' }).click();
		await expect.poll(() => new URL(page.url()).searchParams.get('state')).toBe('toShip');
		const params = new URL(page.url()).searchParams;
		expect(Object.fromEntries(params)).toMatchObject({ platforms: 'tiktok-shop', state: 'toShip', sort: 'shipBy' });
		expect(params.get('from')).toMatch(/^\d{4}-\d\d-\d\d$/);
		const rows = await until('rows', 8_000, async () => {
			const shown = await rowsShown(page);
			return shown.length > 0 && shown.every((row) => row.state === 'toShip') && shown;
		});

		const other = await visit(browser, url, { cookies: owner.cookies });
		await other.page.goto(page.url());
		await showsTop(
			other.page,
			rows.slice(0, 15).map((row) => row.externalId),
		);
		expect(await other.page.getByRole('tab', { selected: true }).innerText()).toContain('To ship');
		expect(await other.page.getByRole('button', { name: 'Last 90 days' }).count()).toBe(1);
		expect(other.page.url()).toBe(page.url());
		await other.context.close();
	});

	test('keeps a filter under a name, for everybody when asked', async () => {
		const { page } = visitor;
		const name = `Cancelled at TikTok ${Date.now()}`;
		await openOrders(page, `?${STILL}&state=cancelled`);
		await page.getByRole('button', { name: 'Views' }).click();
		await page.getByLabel('Name of this filter').fill(name);
		await page.getByRole('checkbox', { name: 'For everybody here' }).check();
		await page.getByRole('button', { name: 'Save view' }).click();
		await page.getByRole('button', { name }).waitFor();
		expect(new URL(page.url()).searchParams.get('view')).toMatch(/^[0-9a-f-]{36}$/);

		const colleague = await visit(browser, url, { cookies: loginOf(logins, 'analyst').cookies });
		await openOrders(colleague.page);
		await colleague.page.getByRole('button', { name: 'Views' }).click();
		await colleague.page.getByRole('button', { name }).click();
		await showsTop(colleague.page, await listed({ ...STILL_FILTER, state: 'cancelled' }));
		await colleague.context.close();
	});

	test('is worked with the keyboard alone', async () => {
		const { page } = visitor;
		await openOrders(page, `?${STILL}`);
		const ids = await top(page, 6);
		const active = () => page.locator('[role=row].active .number').innerText();
		const chosen = () => page.locator('[role=row][aria-selected=true] .number').allInnerTexts();
		const title = () => page.locator('aside h2').innerText();

		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await expect.poll(active).toBe(ids[1]);
		await page.keyboard.press('k');
		await expect.poll(active).toBe(ids[0]);
		await page.keyboard.press('x');
		await expect.poll(chosen).toEqual([ids[0]]);
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await page.keyboard.press('Shift+X');
		await expect.poll(chosen).toEqual(ids.slice(0, 3));

		await page.keyboard.press('f');
		await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Red flag');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await expect.poll(async () => (await listed({ ...STILL_FILTER, flag: 'orange' })).toSorted()).toEqual(ids.slice(0, 3).toSorted());
		await expect.poll(chosen).toEqual([]);
		await page.getByRole('img', { name: 'Orange flag' }).first().waitFor();

		await page.keyboard.press('x');
		await expect.poll(async () => (await chosen()).length).toBe(1);
		await page.keyboard.press('Escape');
		await expect.poll(chosen).toEqual([]);

		await page.keyboard.press('Enter');
		await expect.poll(title).toContain(ids[2]);
		await page.keyboard.press(']');
		await expect.poll(title).toContain(ids[3]);
		await page.keyboard.press('[');
		await page.keyboard.press('[');
		await expect.poll(title).toContain(ids[1]);
		expect(new URL(page.url()).searchParams.get('order')).toMatch(/^[0-9a-f-]{36}$/);
		await page.keyboard.press('Escape');
		await expect.poll(() => page.locator('aside.drawer').count()).toBe(0);
		await expect.poll(active).toBe(ids[1]);

		await page.keyboard.press('/');
		await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Search orders');
		await page.keyboard.type('jjx');
		expect(await page.getByLabel('Search orders').inputValue()).toBe('jjx');
		await page.keyboard.press('Escape');
	});
});

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { firstOrders } from '../src/wait.ts';

const { url, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
	api = await demoApi(url, owner);
	await firstOrders(api);
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: owner.cookies }));
}, 150_000);

afterAll(async () => {
	await browser?.close();
});

const DAY = 86_400_000;
const days = {
	from: new Date(Date.now() - 20 * DAY).toISOString().slice(0, 10),
	until: new Date(Date.now() - 3 * DAY).toISOString().slice(0, 10),
};
const period = `from=${days.from}&until=${days.until}`;
const digits = (text: string): number => Number(text.replace(/\D/g, ''));

/** The figure and the list it leads to are asked together until they agree: the history may still be coming in, so both may have grown since. */
async function sameOrders({ from, until, stores }: { from: string; until: string; stores: string[] }, atLeast: number): Promise<void> {
	const differ = async (): Promise<number> => {
		const [{ total }, { all }] = await Promise.all([
			api.numbers.overview.query({ from, until, stores }),
			api.orders.counts.query({ ...(stores.length > 0 && { stores }), days: { from, until }, attention: 'counting' }),
		]);
		expect(all.count).toBeGreaterThanOrEqual(atLeast);
		return Number(total.orders) - all.count;
	};
	await expect.poll(differ, { timeout: 20_000, interval: 500 }).toBe(0);
}

describe('what is left', () => {
	test('is told by SKU with a key, adds up to the whole, and is had as a file', async () => {
		await page.goto(`/numbers?${period}`);
		const part = page.getByRole('region', { name: 'What is left', exact: true });
		await part.getByRole('table').waitFor();
		await page.keyboard.press('s');
		await page.waitForURL('**left=sku**');
		await part.getByText('parted among its lines').waitFor();
		const view = await api.numbers.skuProfit.query(days);
		expect(view.rows.length).toBeGreaterThan(1);
		const units = [...view.rows, ...(view.rest ? [view.rest] : [])].reduce((sum, row) => sum + Number(row.figures.units), 0);
		expect(units).toBe(Number(view.total.units));
		const first = view.rows.find((row) => row.sellerSku !== null)?.sellerSku ?? '';
		await part.getByRole('row', { name: new RegExp(first) }).waitFor();
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			part.getByRole('link', { name: 'Download what is left as CSV' }).click(),
		]);
		expect(download.suggestedFilename()).toMatch(/^pangea-profit-sku-/);
		const { violations } = await new AxeBuilder({ page }).include('.profit').analyze();
		expect(violations.map((one) => one.id)).toEqual([]);
	});
});

describe('the numbers', () => {
	test('are reached by keyboard and say on what they stand', async () => {
		await page.goto('/');
		await page.getByText('Ship within 24 h').first().waitFor();
		await page.keyboard.press('g');
		await page.keyboard.press('n');
		await page.waitForURL('**/numbers');
		const basis = page.getByRole('region', { name: 'What the figures stand on' });
		await basis.waitFor();
		expect(await basis.innerText()).toMatch(/Days as in each store/);
		expect(await basis.innerText()).toMatch(/made up for the demo/);
		expect(await basis.innerText()).toMatch(/All stores read up to/);
	});

	test('lead from a part to exactly the orders that make it', async () => {
		await page.goto(`/numbers?${period}&by=store`);
		const row = page.locator('.groups tbody tr').first();
		await row.waitFor();
		const told = digits(await row.locator('td').nth(2).innerText());
		expect(told).toBeGreaterThan(0);
		await row.locator('th a').click();
		await page.waitForURL('**/orders?**');
		const address = new URL(page.url()).searchParams;
		expect(Object.fromEntries(address)).toMatchObject({ ...days, days: 'store', attention: 'counting' });
		await sameOrders({ ...days, stores: [address.get('stores') ?? ''] }, told);
	});

	test('of a day lead to its orders from the table, and the address holds what is shown', async () => {
		await page.goto(`/numbers?${period}&table=1&trend=orders`);
		const rows = page.locator('.trend tbody tr');
		await rows.first().waitFor();
		expect(await rows.count()).toBe(18);
		const told = digits(await rows.nth(1).locator('td').first().innerText());
		await rows.nth(1).locator('th a').click();
		await page.waitForURL('**/orders?**');
		const address = new URL(page.url()).searchParams;
		const day = address.get('from') ?? '';
		await sameOrders({ from: day, until: day, stores: [] }, told);
	});

	test('change their currency with a key, and are those of the API', async () => {
		await page.goto(`/numbers?${period}`);
		const headline = page.locator('.headline dd b');
		await headline.first().waitFor();
		const before = await headline.nth(0).innerText();
		await page.keyboard.press('b');
		await page.waitForURL('**base=USD**');
		await page.waitForFunction((was) => document.querySelector('.headline dd b')?.textContent !== was, before);
		// The history may still be coming in, so screen and answer are asked together until both say the same.
		await expect
			.poll(
				async () => {
					await page.reload();
					await headline.first().waitFor();
					const { total } = await api.numbers.overview.query({ ...days, base: 'USD' });
					const shown = [digits(await headline.nth(0).innerText()), digits(await headline.nth(2).innerText())];
					return JSON.stringify(shown) === JSON.stringify([Number(total.gross), Number(total.orders)]);
				},
				{ timeout: 45_000 },
			)
			.toBe(true);
	});

	test('are kept under a name by keyboard, and found again from anywhere, with days that end today', async () => {
		await page.goto('/numbers?base=USD');
		await page.locator('.headline dd b').first().waitFor();
		await page.keyboard.press('p');
		await page.waitForURL('**from=**');
		await page.getByRole('button', { name: 'Views' }).focus();
		await page.keyboard.press('Enter');
		await page.getByText('No saved views yet. Choose what the figures are of').waitFor();
		const { violations } = await new AxeBuilder({ page }).include('.views').analyze();
		expect(violations.map((one) => one.id)).toEqual([]);
		await page.getByRole('textbox', { name: 'Name of this filter' }).fill('A quarter in dollars');
		await page.keyboard.press('Enter');
		await page.getByRole('button', { name: 'A quarter in dollars' }).waitFor();
		await page.waitForURL('**view=**');
		const [view] = await api.views.list.query({ screen: 'numbers' });
		expect(view).toMatchObject({ name: 'A quarter in dollars', mine: true, query: { base: 'USD', days: '90' } });
		const shown = new URL(page.url()).search;
		await page.goto('/orders');
		await page.locator('.live.live').waitFor();
		await page.keyboard.press('ControlOrMeta+k');
		const found = page.getByRole('option', { name: 'A quarter in dollars' });
		await page.locator('.palette input:focus').waitFor();
		await page.keyboard.type('quarter in');
		await expect.poll(() => found.getAttribute('aria-selected')).toBe('true');
		await page.keyboard.press('Enter');
		await page.waitForURL('**/numbers?**');
		await page.locator('.headline dd b').first().waitFor();
		const searchOf = (text: string) => Object.fromEntries(new URLSearchParams(text));
		expect(searchOf(new URL(page.url()).search)).toEqual(searchOf(shown));
		await api.views.remove.mutate({ viewId: view?.viewId ?? '' });
	});

	test('hand the orders behind them to the export centre', async () => {
		await page.goto(`/numbers?${period}&platforms=temu`);
		await page.getByRole('button', { name: 'Export orders' }).click();
		await page.locator('.export-panel').getByRole('button', { name: 'Make the file' }).click();
		await page.waitForURL('**/exports');
		const temu = (await api.stores.list.query()).filter((store) => store.platform === 'temu');
		const runs = await api.exports.list.query();
		const entities = new Set(temu.map((store) => store.entity));
		expect(runs.slice(0, entities.size).reduce((sum, run) => sum + run.stores, 0)).toBe(temu.length);
	});

	test('of a SKU lead to its orders, and a day that is not over says so', async () => {
		await page.goto('/numbers?table=1');
		await page.locator('.trend tbody tr', { hasText: 'not over yet' }).first().waitFor();
		const row = page.locator('.skus tbody tr').first();
		await row.waitFor();
		const sku = await row.locator('th b').innerText();
		await row.locator('th a').click();
		await page.waitForURL('**/orders?**');
		expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ q: sku, attention: 'counting' });
		await page.locator('[data-order]').first().waitFor();
	});

	test('are closed to a role without them, and so is the way there', async () => {
		const agent = await visit(browser, url, { cookies: loginOf(logins, 'agent').cookies });
		await agent.page.goto('/numbers');
		await agent.page.getByText('The numbers are not open to your role').waitFor();
		expect(await agent.page.getByRole('navigation', { name: 'Places' }).first().getByText('Numbers').count()).toBe(0);
		await agent.page.goto('/');
		await agent.page.getByText('Ship within 24 h').first().waitFor();
		expect(await agent.page.getByText('Sales today').count()).toBe(0);
		await agent.context.close();
	});
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf, storeOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');
const COMPANY = '杭州云帆贸易有限公司';

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
	const stores = await api.stores.list.query();
	const nothing = { entity: null, group: null, ownerId: null, colour: null, mark: null, mode: null };
	await api.stores.adopt.mutate({ storeIds: stores.map((store) => store.storeId), change: nothing });
	await browser?.close();
});

test('a store is given company, group, owner, colour and mark from its card, with the keyboard', async () => {
	const store = await storeOf(api, 'amazon', 'DE');
	await page.goto(`/stores?store=${store.storeId}`);
	await page.locator(`#store-${store.storeId}`).getByRole('button', { name: 'More for' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('menuitem', { name: 'Company, group, owner …' }).press('Enter');
	const drawer = page.getByRole('dialog');
	await drawer.getByLabel('Company that sells').fill(COMPANY);
	await drawer.getByLabel('Group').fill('Home');
	await drawer.getByRole('radio', { name: 'Blue' }).check();
	await drawer.getByLabel('One or two letters').fill('云帆X');
	expect(await drawer.getByLabel('One or two letters').inputValue()).toBe('云帆');
	expect(await axe(page)).toEqual([]);
	await drawer.getByLabel('One or two letters').press('Enter');
	await expect.poll(() => drawer.count()).toBe(0);
	expect(await storeOf(api, 'amazon', 'DE')).toMatchObject({ entity: COMPANY, group: 'Home', colour: 'blue', mark: '云帆' });
	await page.locator(`#store-${store.storeId} .belongs`).filter({ hasText: COMPANY }).waitFor();
});

test('stores stand together by company, and all of one are changed at once', async () => {
	await page.goto('/stores?by=entity');
	await page.getByRole('region', { name: COMPANY }).locator('article.card').first().waitFor();
	const rest = page.getByRole('region', { name: 'Not assigned yet' });
	expect(await rest.locator('article.card').count()).toBe((await api.stores.list.query()).length - 1);
	await page.getByRole('region', { name: COMPANY }).getByRole('button', { name: 'Change for all …' }).click();
	const drawer = page.getByRole('dialog');
	await drawer.getByLabel('Group').fill('Kitchen');
	await drawer.getByRole('button', { name: 'Save' }).first().click();
	await expect.poll(async () => (await storeOf(api, 'amazon', 'DE')).group).toBe('Kitchen');
});

test('orders are narrowed to a company, in the address too, and their rows carry the mark', async () => {
	const store = await storeOf(api, 'amazon', 'DE');
	// Its platform is read slowly: in a fresh workbench others have orders long before.
	await until('orders of the store', 60_000, async () => (await api.orders.list.query({ stores: [store.storeId] })).rows[0]);
	await page.goto('/orders');
	await page.locator('[role=row][data-order]').first().waitFor();
	await page.getByLabel('Company, group, owner').click();
	await page.locator('.ant-select-item-option').filter({ hasText: COMPANY }).click();
	await expect.poll(() => new URL(page.url()).searchParams.get('entities')).toBe(encodeURIComponent(COMPANY));
	// Orders go on coming in, so what is shown is compared with what there is then.
	const isNewest = async (): Promise<boolean> => {
		const { rows } = await api.orders.list.query({ stores: [store.storeId] });
		return (await page.locator('[role=row][data-order]').first().getAttribute('data-order')) === rows[0]?.orderId;
	};
	await expect.poll(isNewest).toBe(true);
	expect(await page.locator('[role=row][data-order] .store-badge').first().innerText()).toBe('云帆');
	await page.reload();
	await expect.poll(isNewest).toBe(true);
});

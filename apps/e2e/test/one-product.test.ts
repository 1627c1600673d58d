import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf, storeOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { CopyForm } from '../src/copy-form.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);
const PICTURE = 'https://m.media-amazon.com/images/I/sim-1.jpg';
/** By the simulator's names. */
const SHOPS = ['amazon-us', 'tiktok-gb', 'meli-mlm', 'temu-de'];

let browser: Browser;
let owner: Visitor;
let api: Api;

beforeAll(async () => {
	const login = loginOf(logins, 'owner');
	api = await demoApi(url, login);
	await until('the goods that one store sells', 150_000, async () => (await onlyInAmerica()) !== undefined, 1000);
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
}, 180_000);
afterAll(async () => {
	await browser?.close();
});

/** What sells on Amazon in the United States and is listed nowhere else. */
async function onlyInAmerica() {
	const { storeId } = await storeOf(api, 'amazon', 'US');
	const { rows } = await api.catalogue.coverage.query({ view: 'gaps', limit: 200 });
	return rows.find(({ cells, sold }) => sold > 0 && cells.length === 1 && cells[0]?.storeId === storeId && cells[0].state === 'live');
}

/** A buyer in each of the four stores pays for two pieces. */
async function sellEverywhere(code: string): Promise<void> {
	for (const store of SHOPS) {
		const order = await simulator.createOrder(store, { lines: [{ sku: code, quantity: 2 }] });
		await simulator.advance(order, 'paid');
	}
	await simulator.setClockRight();
}

test('a best seller of one store is sold in three more on three platforms, and seen as one product', async () => {
	const { page } = owner;
	const row = (await onlyInAmerica())!;
	const targets = [await storeOf(api, 'tiktok-shop', 'GB'), await mexico(), await storeOf(api, 'temu', 'DE')];
	const [shop, item, goods] = targets.map(({ storeId }) => ({ skuId: row.skuId, storeId }));
	const form = new CopyForm(page);

	// It sells here and is absent there, which is the first thing that the catalogue shows.
	await page.goto('/catalogue');
	await page.locator('.coverage tbody tr').first().waitFor();
	await page.keyboard.press('/');
	await page.keyboard.type(row.code);
	await page.locator('.coverage').getByRole('button', { name: row.code }).click();
	await page.locator('.sku-pane').getByRole('link', { name: 'Sell elsewhere' }).click();
	await page.locator('.copy-targets').waitFor();

	await form.open(shop!);
	expect(await page.locator('.copy-gaps li').count()).toBe(1);
	await form.takeCategory();
	expect(await page.locator('.copy-foot summary').innerText()).toMatch(/steps are missing/);
	await form.allWords('Drawer organizer boxes', 'Twelve boxes of three sizes.');
	await form.offer(PICTURE);
	await form.productAttributes(PICTURE);
	await form.save();

	await form.open(item!);
	await form.takeCategory();
	await form.allWords('Cajas organizadoras de cajones', 'Doce cajas de tres tamaños.');
	await form.offer('https://http2.mlstatic.com/D_1-O.jpg');
	await form.itemAttributes();
	await form.save();

	await form.open(goods!);
	await form.takeCategoryIn('Kitchen');
	await form.takeCategory();
	await form.allWords('Drawer organizer boxes', 'Twelve boxes of three sizes.');
	await form.offer(PICTURE);
	await form.goodsAttributes();
	await form.save();

	await page.getByRole('button', { name: 'Publish all 3 drafts' }).press('Enter');
	const listed = async () =>
		(await api.copies.targets.query({ skuId: row.skuId })).targets.filter(
			({ copy, state }) => state === 'listed' && copy?.state === 'published',
		);
	await until('three listings', 90_000, async () => (await listed()).length === 3, 500);
	// Temu and TikTok Shop look at new goods first; what became of that is seen without anybody asking.
	await until('all on sale', 150_000, async () => (await listed()).every(({ listing }) => listing?.state === 'live'), 1000);

	await sellEverywhere(row.code);
	const pieces = async () => (await api.catalogue.sku.query({ skuId: row.skuId })).listings.map(({ sold }) => sold);
	await until('all four sold', 120_000, async () => (await pieces()).length === 4 && (await pieces()).every((sold) => sold >= 2), 1000);

	await page.goto('/reviews');
	await page.getByRole('button', { name: 'Import reviews' }).press('Enter');
	const drawer = page.locator('.file-import');
	await drawer.getByRole('combobox', { name: 'Store' }).fill('Yunfan GB');
	await page.keyboard.press('Enter');
	await drawer
		.getByRole('textbox', { name: 'Pasted cells' })
		.fill(`Review ID,SKU,Reviewer,Date,Rating,Text\nG1,${row.code},Jo,2026-11-20,5,Fits my drawer\nG2,${row.code},Al,2026-11-21,4,Good\n`);
	await drawer.getByRole('button', { name: 'Try what is pasted' }).press('Enter');
	await drawer.getByRole('textbox', { name: 'Who says that these texts may be used' }).fill('Jo of the brand');
	await drawer.getByRole('textbox', { name: 'On what ground' }).fill('Our own export, whose terms allow it');
	await drawer.getByRole('button', { name: 'Take all rows over' }).press('Enter');
	await page.getByText('Reviews taken over: 2').waitFor();

	// One row for the four: its sites, what each sold, what its buyers say.
	await page.goto('/reviews?view=matrix');
	const line = page.locator('.review-matrix tbody tr', { hasText: row.code });
	await line.waitFor();
	const inMatrix = (await api.reviews.matrix.query({})).rows.find(({ skuId }) => skuId === row.skuId)!;
	expect(inMatrix.cells.map(({ platform }) => platform)).toEqual(['amazon', 'mercado-libre', 'temu', 'tiktok-shop']);
	expect(inMatrix).toMatchObject({ average: 4.5, ratings: 2, sold: (await pieces()).reduce((sum, sold) => sum + sold, 0) });
	expect(await axe(page)).toEqual([]);
	await line.getByRole('link', { name: row.code }).click();
	await page.locator('.sku-whole').waitFor();
	expect(await page.locator('.sku-whole').innerText()).toContain('in 4 stores');
	expect(await page.locator('.sku-pane > ul > li').count()).toBe(4);
	expect(await axe(page)).toEqual([]);
	expect(owner.errors).toEqual([]);
}, 480_000);

/** The store of Mexico whose parcels the seller sends. */
async function mexico() {
	const stores = await api.stores.list.query();
	return stores.find(({ platform, country, name }) => platform === 'mercado-libre' && country === 'MX' && !name.includes('fulfillment'))!;
}

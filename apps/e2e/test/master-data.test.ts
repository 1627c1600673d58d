import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { typedMaster } from '@pangea/domain';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf, storeOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { until } from '../src/wait.ts';

const { url, logins } = inject('workbench');
const login = loginOf(logins, 'owner');

let browser: Browser;
let owner: Visitor;
let api: Api;
/** Of a SKU that a shop takes reviews for. */
let skuId: string;

beforeAll(async () => {
	api = await demoApi(url, login);
	const shop = await storeOf(api, 'tiktok-shop', 'GB');
	const shown = (await api.stores.list.query()).flatMap(({ platform, storeId }) => (platform === 'mercado-libre' ? [storeId] : []));
	// Reviews of what sells are read first.
	const inShop = async () => {
		const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
		return rows.find(
			({ cells }) =>
				cells.some(({ storeId }) => storeId === shop.storeId) && cells.some(({ storeId, sold }) => sold > 0 && shown.includes(storeId)),
		);
	};
	await until('a SKU in a shop', 120_000, async () => (await inShop()) !== undefined, 1000);
	skuId = (await inShop())?.skuId ?? '';
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
}, 180_000);
afterAll(async () => {
	await browser?.close();
});

describe('the master data of a SKU', () => {
	test('are said by keyboard, held to what they can be, and shown with what is missing for what', async () => {
		const { page } = owner;
		await page.goto(`/catalogue?view=all&sku=${skuId}`);
		const section = page.getByRole('region', { name: 'Master data' });
		await section.getByText('As its first listing told it').waitFor();
		expect(await section.locator('li').first().innerText()).toBe('Customs missing: HS code, Country of origin, Materials, Packed weight');
		await page.keyboard.press('m');
		const form = page.locator('.master-form');
		await form.getByLabel('HS code').fill('9405');
		await form.getByLabel('Packed weight').fill('450');
		await page.keyboard.press('Control+Enter');
		await form.getByText('An HS code has 6 to 12 digits').waitFor();
		expect(await form.getByLabel('HS code').evaluate((field) => field === document.activeElement)).toBe(true);
		expect(await axe(page)).toEqual([]);
		await page.keyboard.type('.21');
		await form.getByLabel('Country of origin').click();
		await page.keyboard.type('China');
		await page.keyboard.press('Enter');
		await form.getByLabel('Materials').fill('ABS');
		await page.keyboard.press('Control+Enter');
		await form.waitFor({ state: 'detached' });
		await section.getByText('940521').waitFor();
		expect(await section.locator('li').first().innerText()).toBe('Customs complete');
		expect(await axe(page)).toEqual([]);
		expect(owner.errors).toEqual([]);
	});

	test('that somebody else changes meanwhile lose neither word', async () => {
		const { page } = owner;
		await page.goto(`/catalogue?view=all&sku=${skuId}`);
		await page.getByRole('region', { name: 'Master data' }).waitFor();
		await page.keyboard.press('m');
		const form = page.locator('.master-form');
		await form.getByLabel('Brand').fill('Lumora');
		await form.getByLabel('Pieces per pack').fill('2');
		const { version, data } = await api.catalogue.master.query({ skuId });
		await api.catalogue.saveMaster.mutate({ skuId, version, typed: { ...typedMaster(data), brand: 'Umbra', weight: '500' } });
		await page.keyboard.press('Control+Enter');
		await form.getByText('Meanwhile somebody said: Umbra').waitFor();
		expect(await axe(page)).toEqual([]);
		expect(await form.getByLabel('Brand').inputValue()).toBe('Lumora');
		expect(await form.getByLabel('Packed weight').inputValue()).toBe('500');
		await page.keyboard.press('Control+Enter');
		await form.waitFor({ state: 'detached' });
		expect((await api.catalogue.master.query({ skuId })).data).toMatchObject({ brand: 'Lumora', weight: 500, pieces: 2 });
		expect(owner.errors.splice(0)).toEqual([expect.stringContaining('409 (Conflict)')]);
	});
});

test('reviews of a SKU are saved as a file for a shop, once somebody says by what right', { timeout: 180_000 }, async () => {
	const { page } = owner;
	await until(
		'reviews of the SKU',
		120_000,
		async () => {
			const { plan } = await api.reviews.carryPlan.query({ skuId });
			return plan !== null && plan.sources.some(({ rightless }) => rightless > 0);
		},
		1000,
	);
	await page.goto(`/catalogue?view=all&sku=${skuId}`);
	await page.getByRole('button', { name: 'Take reviews along' }).waitFor();
	await page.keyboard.press('c');
	const drawer = page.locator('.carry');
	await drawer
		.getByText(/waiting for a right: \d+/)
		.first()
		.waitFor();
	expect(await axe(page)).toEqual([]);
	await drawer.getByLabel('Who says that these texts may be used').fill('Ana of the brand');
	await drawer.getByLabel('On what ground').fill('Each buyer agreed, kept in our files');
	const button = drawer.getByRole('button', { name: /^Save a file with/ });
	const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
	expect(download.suggestedFilename()).toMatch(/^pangea-reviews-.*\.json$/);
	const bodies = JSON.parse(readFileSync(await download.path(), 'utf8')) as { product_review: { review_records: { content: string }[] } }[];
	const records = bodies.flatMap(({ product_review }) => product_review.review_records);
	expect(records.length).toBe(Number(/\d+/.exec(await button.innerText())?.[0]));
	await page.getByText('Nothing was sent.').waitFor();
	expect(owner.errors).toEqual([]);
});

test('the product feed is asked for by keyboard and is a file for each store', async () => {
	const { page } = owner;
	await page.goto('/catalogue?view=all');
	await page.locator('.coverage tbody tr').first().waitFor();
	await page.keyboard.press('e');
	const panel = page.locator('.export-panel');
	await panel.getByRole('combobox', { name: 'Report' }).click();
	await page.getByTitle('Product feed').last().click();
	await panel.getByText('Each store gets a file of its own').waitFor();
	const { violations } = await new AxeBuilder({ page }).include('.export-panel').analyze();
	expect(violations.map((one) => one.id)).toEqual([]);
	await panel.getByRole('button', { name: 'Make the file' }).click();
	await page.waitForURL('**/exports');
	const shop = await storeOf(api, 'tiktok-shop', 'GB');
	const feed = async () => (await api.exports.list.query()).find(({ report, storeId }) => report === 'feed' && storeId === shop.storeId);
	await expect.poll(async () => (await feed())?.state, { timeout: 60_000 }).toBe('done');
	const run = await feed();
	const live = new Set<string>();
	for (const { skuId: sku } of (await api.catalogue.coverage.query({ view: 'all', limit: 200 })).rows)
		for (const { storeId, listingId, state } of (await api.catalogue.sku.query({ skuId: sku })).listings)
			if (storeId === shop.storeId && (state === 'live' || state === 'soldOut')) live.add(listingId);
	// Listings that wait to be paired are in the file too.
	expect(run?.rows).toBeGreaterThanOrEqual(live.size);
	expect(live.size).toBeGreaterThan(5);
	await page
		.locator('.export-runs li')
		.filter({ hasText: `Product feed · ${shop.name} · GB` })
		.first()
		.waitFor();
});

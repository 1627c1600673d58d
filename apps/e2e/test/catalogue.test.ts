import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { until } from '../src/wait.ts';

const { url, logins } = inject('workbench');

let browser: Browser;
let owner: Visitor;
let api: Api;

beforeAll(async () => {
	const login = loginOf(logins, 'owner');
	api = await demoApi(url, login);
	await until(
		'the stores of three platforms read',
		120_000,
		async () => (await api.catalogue.stores.query()).every(({ state }) => state === 'read' || state === 'none' || state === 'elsewhere'),
		500,
	);
	// Listings find their SKUs after they are read.
	let before = -1;
	const paired = async (): Promise<boolean> => {
		const { waiting } = await api.catalogue.queue.query({});
		const settled = waiting === before;
		before = waiting;
		return settled;
	};
	await until('all are paired', 30_000, paired, 1500);
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
}, 180_000);
afterAll(async () => {
	await browser?.close();
});

describe('the catalogue', () => {
	test('holds each product of several shops as one SKU, and begins with what is at stake', async () => {
		const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
		expect(rows.filter(({ cells }) => cells.length > 1).length).toBeGreaterThan(20);
		expect(rows.map(({ atStake }) => atStake)).toEqual(rows.map(({ atStake }) => atStake).toSorted((a, b) => b - a));
	});

	test('shows a column for each store that is read and names the platform of whose shops some are not', async () => {
		const { page } = owner;
		await page.goto('/catalogue?view=all');
		await page.locator('.coverage tbody tr').first().waitFor();
		const read = (await api.catalogue.stores.query()).filter(({ state }) => state === 'read');
		expect(new Set(read.map(({ platform }) => platform))).toEqual(new Set(['amazon', 'mercado-libre', 'temu', 'tiktok-shop']));
		expect(await page.locator('.coverage thead .cell').count()).toBe(read.length);
		expect(await page.locator('.read-listings').innerText()).toMatch(/Temu/);
		expect(await axe(page)).toEqual([]);
	});

	test('names what platforms keep from sale, by reason, and leads to the SKU behind it', async () => {
		const { page } = owner;
		const groups = await api.catalogue.problems.query({});
		expect(groups.map(({ platform }) => platform)).toEqual(expect.arrayContaining(['amazon', 'mercado-libre']));
		await page.goto('/catalogue?view=problems');
		await page.locator('.behind li').first().waitFor();
		expect(await page.locator('.kept-reasons li').count()).toBe(groups.length);
		expect(await page.locator('.behind h2').innerText()).toBe(groups[0]?.cause);
		await page.keyboard.press('j');
		await until('the next reason is open', 5000, async () => (await page.locator('.behind h2').innerText()) === groups[1]?.cause, 100);
		expect(await axe(page)).toEqual([]);
		await page.locator('.behind li button').first().click();
		await page.locator('.sku-pane .warn').first().waitFor();
		expect(await axe(page)).toEqual([]);
	});

	test('says how ready a SKU is for each store that lacks it, and leads to where a step is done', async () => {
		const { page } = owner;
		const stores = (await api.catalogue.stores.query()).filter(({ state }) => state === 'read');
		const { rows } = await api.catalogue.coverage.query({ view: 'gaps', limit: 50 });
		const row = rows.find(({ cells }) => cells.length < stores.length)!;
		await page.goto(`/catalogue?sku=${row.skuId}`);
		await page.locator('.ready li').first().waitFor();
		await page.locator('.coverage .ready-mark').first().waitFor();
		expect(await page.locator('.ready-score b').first().innerText()).toMatch(/^\d of \d$/);
		expect(await axe(page)).toEqual([]);
		await page.locator('.ready-steps a[href*="/catalogue/copy"]').first().focus();
		await page.keyboard.press('Enter');
		await page.locator('.copy-target').waitFor();
		expect(owner.errors).toEqual([]);
	});

	test('lets a listing be taken out, and worked off in the queue by keys', async () => {
		const { page } = owner;
		const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
		const sku = rows.find(({ cells }) => cells.length > 2)!;
		const before = (await api.catalogue.queue.query({})).waiting;
		await page.goto(`/catalogue?view=all&sku=${sku.skuId}`);
		await page.locator('.sku-pane li .line button').last().click();
		await until('it waits', 10_000, async () => (await api.catalogue.queue.query({})).waiting === before + 1, 200);
		await page.goto('/catalogue?view=queue');
		await page.locator('.compare').waitFor();
		expect(await axe(page)).toEqual([]);
		const taken = (await api.catalogue.queue.query({ limit: 200 })).rows.find(({ proposals }) => proposals.length === 0)!;
		await page.goto(`/catalogue?view=queue&listing=${taken.listingId}`);
		await page.locator('.compare').waitFor();
		await page.keyboard.press('n');
		await until('it is a SKU of its own', 10_000, async () => (await api.catalogue.queue.query({})).waiting === before, 200);
		expect(owner.errors).toEqual([]);
	});
});

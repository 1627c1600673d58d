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
	const all = async (): Promise<boolean> => {
		const read = (await api.reviews.stores.query()).filter((store) => store.read);
		return read.length > 0 && read.every(({ products, asked }) => products > 0 && asked === products);
	};
	await until('the reviews of all products read', 150_000, all, 1000);
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
}, 200_000);
afterAll(async () => {
	await browser?.close();
});

describe('reviews', () => {
	test('stand in one list with their source, and the screen says whose are not read', async () => {
		const { page } = owner;
		await page.goto('/reviews');
		await page.locator('.review-stream li').first().waitFor();
		expect(await page.locator('.review-stream li .site-mark').count()).toBeGreaterThan(10);
		for (const name of ['Amazon', 'TikTok Shop', 'Temu']) expect(await page.locator('.read-reviews').innerText()).toContain(name);
		expect(await axe(page)).toEqual([]);
	});

	test('are gone through by keys, and their themes corrected', async () => {
		const { page } = owner;
		// Of products: what is said of a store is tied to no SKU.
		const stores = (await api.stores.list.query()).flatMap(({ platform, storeId }) => (platform === 'mercado-libre' ? [storeId] : []));
		const low = async () => (await api.reviews.list.query({ ratings: [1, 2], stores })).rows;
		await page.goto('/reviews?stars=12&platform=mercado-libre');
		await page.locator('.review-stream li.current').waitFor();
		await page.keyboard.press('j');
		await until('the second is current', 5000, async () =>
			((await page.locator('.review-stream li').nth(1).getAttribute('class')) ?? '').includes('current'),
		);
		const [, second] = await low();
		await api.reviews.correct.mutate({ reviewId: second!.reviewId, themes: ['price'] });
		const now = async () => (await low()).find((row) => row.reviewId === second!.reviewId);
		expect(await now()).toMatchObject({ themes: ['price'], themesCorrected: true });
		await page.keyboard.press('l');
		await page.locator('.review-stream li.current .review-edit').waitFor();
		expect(await axe(page)).toEqual([]);
	});

	test('of a SKU are compared site by site, and a cell opens the words behind it', async () => {
		const { page } = owner;
		const { rows } = await api.reviews.matrix.query({});
		const averages = rows.map(({ average }) => average ?? 0);
		expect(averages).toEqual(averages.toSorted((a, b) => a - b));
		expect(rows.some(({ cells }) => cells.length > 1)).toBe(true);
		await page.goto('/reviews?view=matrix');
		await page.locator('.review-matrix tbody tr').first().waitFor();
		expect(await page.locator('.review-matrix tbody tr').count()).toBe(rows.length);
		expect(await axe(page)).toEqual([]);
		await page.locator('a.review-cell').first().click();
		await page.locator('.review-stream li').first().waitFor();
		expect(new URL(page.url()).searchParams.get('sku')).toBe(rows[0]?.skuId);
		expect(owner.errors).toEqual([]);
	});
});

describe('the alarm for low stars', () => {
	test('is switched on for two stars or fewer', async () => {
		const { page } = owner;
		await page.goto('/reviews');
		await page.getByRole('combobox', { name: 'Alarm for low stars' }).press('Enter');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await until('the alarm on', 5000, async () => (await api.reviews.alarm.query()).rating === 2);
		const shown = async () => (await page.locator('.reviews .alarm').innerText()).includes('Alarm: 2 stars or fewer');
		await until('the choice shown', 5000, shown);
		expect(await axe(page)).toEqual([]);
		await api.reviews.setAlarm.mutate({ rating: null });
	});
});

describe('a file of reviews', () => {
	test('is tried, taken over with who says that it may be used, shown as imported, and taken back', async () => {
		const { page } = owner;
		const sku = (await api.catalogue.coverage.query({ view: 'all' })).rows[0]?.code ?? '';
		await page.goto('/reviews');
		await page.getByRole('button', { name: 'Import reviews' }).press('Enter');
		const drawer = page.locator('.file-import');
		await drawer.getByRole('combobox', { name: 'Store' }).fill('Temu');
		await page.keyboard.press('Enter');
		const file = `Review ID,SKU,Reviewer,Date,Rating,Text\nR1,${sku},Jo,2026-11-20,1,It arrived damaged\nR2,${sku},Al,2026-11-21,9,Good\n`;
		await drawer.getByRole('textbox', { name: 'Pasted cells' }).fill(file);
		await drawer.getByRole('button', { name: 'Try what is pasted' }).press('Enter');
		await drawer.getByText('New reviews: 1').waitFor();
		await drawer.getByText('These are not one to five whole stars').waitFor();
		expect(await drawer.getByRole('button', { name: 'Take only the good rows over' }).count()).toBe(0);
		await drawer.getByRole('textbox', { name: 'Who says that these texts may be used' }).fill('Jo of the brand');
		await drawer.getByRole('textbox', { name: 'On what ground' }).fill('Our own export, whose terms allow it');
		expect(await axe(page)).toEqual([]);
		await drawer.getByRole('button', { name: 'Take only the good rows over' }).press('Enter');
		await page.getByText('Reviews taken over: 1').waitFor();
		await page.locator('.review-stream').getByText('It arrived damaged').waitFor();
		expect(await page.locator('.review-stream li', { hasText: 'It arrived damaged' }).innerText()).toContain('imported');
		await page.getByText('1 review from files').waitFor();

		await page.getByRole('button', { name: 'Import reviews' }).press('Enter');
		await drawer.getByText('Jo of the brand says that they may be used: Our own export, whose terms allow it').waitFor();
		await drawer.getByRole('button', { name: 'Take back' }).press('Enter');
		await page.locator('.ant-popconfirm').getByRole('button', { name: 'Take back' }).press('Enter');
		await page.getByText('The import is taken back').waitFor();
		await until('the review gone', 5000, async () => (await api.reviews.list.query({})).rows.every((row) => !row.imported));
		expect(owner.errors).toEqual([]);
	});
});

describe('topics', () => {
	test('of Amazon stand as topics beside the reviews, with their source and never as reviews', async () => {
		const { page } = owner;
		await page.goto('/reviews?view=matrix');
		const link = page.locator('.review-cell a[href*="platform=amazon"]').first();
		await link.waitFor();
		await link.focus();
		await page.keyboard.press('Enter');
		const topics = page.locator('.review-topics');
		await topics.waitFor({ timeout: 20_000 });
		expect(await topics.locator('a[href*="customer-feedback"]').count()).toBeGreaterThan(0);
		// Some products have too few reviews, which is said.
		expect(await topics.locator('li, p').count()).toBeGreaterThan(0);
		expect(await page.locator('.review-stream li').count()).toBe(0);
		expect(await axe(page)).toEqual([]);
		expect(owner.errors).toEqual([]);
	});
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { CopyForm } from '../src/copy-form.ts';
import { until } from '../src/wait.ts';

const { url, logins } = inject('workbench');

const READ = ['read', 'elsewhere'];
const PICTURE = 'https://m.media-amazon.com/images/I/sim-1.jpg';

let browser: Browser;
let owner: Visitor;
let form: CopyForm;
let api: Api;

beforeAll(async () => {
	const login = loginOf(logins, 'owner');
	api = await demoApi(url, login);
	await until('the stores read', 120_000, async () => (await api.catalogue.stores.query()).every(({ state }) => READ.includes(state)), 500);
	await until('SKUs paired', 30_000, async () => (await api.catalogue.coverage.query({ view: 'gaps', limit: 1 })).rows.length > 0, 500);
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
	form = new CopyForm(owner.page);
}, 180_000);
afterAll(async () => {
	await browser?.close();
});

/** What sells most of those that Mexico lists and another site of the account does not. */
async function bestSeller(): Promise<{ skuId: string; storeId: string }> {
	const stores = (await api.stores.list.query()).filter(({ platform }) => platform === 'mercado-libre');
	const mexico = stores.filter(({ country }) => country === 'MX').map(({ storeId }) => storeId);
	const brazil = stores.find(({ country }) => country === 'BR')!.storeId;
	const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
	const row = rows.find(
		({ cells }) =>
			cells.some(({ storeId, state }) => mexico.includes(storeId) && state === 'live') && !cells.some(({ storeId }) => storeId === brazil),
	)!;
	return { skuId: row.skuId, storeId: brazil };
}

/** What Amazon's United States sell and a site of another platform does not list, rather what none of its sites lists at all. */
async function onlyOn(platform: 'tiktok-shop' | 'temu' | 'amazon', country: string): Promise<{ skuId: string; storeId: string }> {
	const stores = await api.stores.list.query();
	const amazon = stores.find((store) => store.platform === 'amazon' && store.country === 'US')!.storeId;
	const others = stores.filter((store) => store.platform === platform).map(({ storeId }) => storeId);
	const target = stores.find((store) => store.platform === platform && store.country === country)!.storeId;
	const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
	const [row] = rows
		.filter(
			({ cells }) =>
				// What one store alone sells is taken everywhere by another test.
				cells.length > 1 &&
				cells.some(({ storeId, state }) => storeId === amazon && state === 'live') &&
				!cells.some(({ storeId }) => storeId === target),
		)
		.toSorted((a, b) => listedIn(a.cells, others) - listedIn(b.cells, others));
	return { skuId: row!.skuId, storeId: target };
}

function listedIn(cells: readonly { storeId: string }[], stores: readonly string[]): number {
	return cells.filter(({ storeId }) => stores.includes(storeId)).length;
}

/** The screen says that it is done, and the workbench has the listing as its platform tells it. */
async function published({ skuId, storeId }: { skuId: string; storeId: string }, listing: object): Promise<void> {
	expect(await axe(owner.page)).toEqual([]);
	const { targets } = await api.copies.targets.query({ skuId });
	expect(targets.find((target) => target.storeId === storeId)).toMatchObject({ state: 'listed', copy: { state: 'published' }, listing });
	expect(owner.errors).toEqual([]);
}

describe('copying a listing', () => {
	test('puts a best seller of one site on sale on another, with what is missing named until it is there', async () => {
		const { page } = owner;
		const { skuId, storeId } = await bestSeller();
		await form.open({ skuId, storeId });
		expect(await page.locator('.copy-gaps li').count()).toBe(1);
		expect(await axe(page)).toEqual([]);
		await form.takeCategory();
		expect(await axe(page)).toEqual([]);
		expect(await page.locator('.copy-foot button[type=submit]').isDisabled()).toBe(true);
		for (const language of ['pt-BR', 'en']) await form.words(language, `Luminária ${language}`, 'Boa luz');
		await form.offer('https://http2.mlstatic.com/D_1-O.jpg');
		await form.itemAttributes();
		await form.publish();
		await page.locator('.copy-done').waitFor({ timeout: 40_000 });
		expect(await page.locator('.copy-done .copy-state').getAttribute('class')).toContain('is-live');
		await published({ skuId, storeId }, { state: 'live', rawStatus: 'active' });
	}, 90_000);

	test('puts what Amazon sells on a shop of TikTok as a new product, with its picture carried over', async () => {
		const { page } = owner;
		const { skuId, storeId } = await onlyOn('tiktok-shop', 'GB');
		await form.open({ skuId, storeId });
		await form.takeCategory();
		expect(await axe(page)).toEqual([]);
		await form.words('en-GB', 'A thing for the home', 'Works at once.\n\nOne year of guarantee.');
		await form.offer(PICTURE);
		await page.locator('#copy-sku').fill('NEW IN GB');
		await form.productAttributes(PICTURE);
		await page.locator('.copy-foot summary').click();
		// This platform takes no spaces in a code, which is named before anything is sent.
		expect(await page.locator('.copy-gaps li').count()).toBe(1);
		await page.locator('#copy-sku').fill('NEW-IN-GB');
		await form.publish();
		await page.locator('.copy-done').waitFor({ timeout: 40_000 });
		// The platform looks at a new product for a while before buyers see it.
		await published({ skuId, storeId }, { rawStatus: 'PENDING', state: 'draft' });
	}, 90_000);

	test('puts what Amazon sells on a shop of Temu in Europe, through the levels of its categories', async () => {
		const { page } = owner;
		const { skuId, storeId } = await onlyOn('temu', 'DE');
		await form.open({ skuId, storeId });
		expect(await axe(page)).toEqual([]);
		await form.takeCategoryIn('Kitchen');
		expect(await axe(page)).toEqual([]);
		await form.takeCategory();
		expect(await page.locator('section h2 + p bdi').first().textContent()).toMatch(/^Kitchen › /);
		expect(await axe(page)).toEqual([]);
		await form.words('en', 'A thing for the home');
		await form.offer(PICTURE);
		await page.locator('#copy-sku').fill('NEW-IN-EU');
		await form.goodsAttributes();
		await form.publish();
		await page.locator('.copy-done').waitFor({ timeout: 60_000 });
		// Temu looks at new goods before buyers see them.
		await published({ skuId, storeId }, { rawStatus: 'INCOMPLETE / 4002', state: 'draft' });
	}, 120_000);

	test('puts what Amazon sells on another of its marketplaces, in the words of that marketplace and after its check', async () => {
		const { page } = owner;
		const { skuId, storeId } = await onlyOn('amazon', 'DE');
		await form.open({ skuId, storeId });
		await form.takeCategory();
		expect(await axe(page)).toEqual([]);
		await form.words('de-DE', 'Ein Ding für das Haus', 'Geht sofort.');
		await form.offer(PICTURE);
		await page.locator('#copy-sku').fill('NEW IN DE');
		await form.attribute('brand', 'Yunfan');
		await form.attribute('bullet_point', 'Leicht');
		await form.choice('country_of_origin', 'China');
		await form.choice('condition_type', 'New');
		await form.attribute('item_weight', '480');
		// What needs batteries says which: Amazon's own check names what no field of the form is marked for.
		const battery = page.locator('#copy-attribute-batteries_required');
		const isAsked = (await battery.count()) > 0 && (await battery.isVisible());
		if (isAsked) await form.choice('batteries_required', 'true');
		await form.publish();
		if (isAsked) {
			const refusal = page.locator('.copy-refusal');
			await refusal.waitFor({ timeout: 60_000 });
			expect(await refusal.textContent()).toContain("'battery' is required but not supplied.");
			expect(await axe(page)).toEqual([]);
			await form.choice('batteries_required', 'false');
			await form.publish();
		}
		await page.locator('.copy-done').waitFor({ timeout: 60_000 });
		await published({ skuId, storeId }, { state: 'live' });
	}, 120_000);

	test('offers on a product that Amazon’s catalogue has, once a person has compared both', async () => {
		const { page } = owner;
		const stores = await api.stores.list.query();
		const storeId = stores.find(({ platform, country }) => platform === 'amazon' && country === 'MX')!.storeId;
		const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
		let skuId = '';
		for (const row of rows.filter(({ cells }) => cells.length > 1 && !cells.some((cell) => cell.storeId === storeId))) {
			const found = await api.copies.categories.query({ skuId: row.skuId, storeId, words: 'lamp' });
			if (!found.some(({ offersOn }) => offersOn)) continue;
			skuId = row.skuId;
			break;
		}
		expect(skuId).not.toBe('');
		await form.open({ skuId, storeId });
		await page
			.locator('.copy-proposals button')
			.filter({ has: page.locator('.copy-kind') })
			.first()
			.click();
		await page.locator('.copy-same').waitFor();
		expect(await axe(page)).toEqual([]);
		await page.locator('.copy-proposal button').click();
		await page.locator('#copy-stock').fill('5');
		await page.locator('#copy-sku').fill('OFFER IN MX');
		await form.choice('condition_type', 'New');
		expect(await page.locator('.copy-foot button[type=submit]').isDisabled()).toBe(true);
		await page.locator('section:has(.copy-same) input[type=checkbox]').check();
		await form.publish();
		await page.locator('.copy-done').waitFor({ timeout: 60_000 });
		await published({ skuId, storeId }, { state: 'live' });
	}, 120_000);
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { until } from '../src/wait.ts';

const { url, logins } = inject('workbench');

const READ = ['mercado-libre', 'amazon', 'tiktok-shop'];

let browser: Browser;
let owner: Visitor;
let api: Api;

beforeAll(async () => {
	const login = loginOf(logins, 'owner');
	api = await demoApi(url, login);
	await until(
		'the stores read',
		120_000,
		async () => (await api.catalogue.stores.query()).every(({ platform, state }) => !READ.includes(platform) || state === 'read'),
		500,
	);
	await until('SKUs paired', 30_000, async () => (await api.catalogue.coverage.query({ view: 'gaps', limit: 1 })).rows.length > 0, 500);
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
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

/** What Amazon's United States sell and TikTok Shop's Great Britain does not list, rather what no shop there lists at all. */
async function onlyOnAmazon(): Promise<{ skuId: string; storeId: string }> {
	const stores = await api.stores.list.query();
	const amazon = stores.find(({ platform, country }) => platform === 'amazon' && country === 'US')!.storeId;
	const shops = stores.filter(({ platform }) => platform === 'tiktok-shop').map(({ storeId }) => storeId);
	const britain = stores.find(({ platform, country }) => platform === 'tiktok-shop' && country === 'GB')!.storeId;
	const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
	const [row] = rows
		.filter(
			({ cells }) =>
				cells.some(({ storeId, state }) => storeId === amazon && state === 'live') && !cells.some(({ storeId }) => storeId === britain),
		)
		.toSorted((a, b) => listedIn(a.cells, shops) - listedIn(b.cells, shops));
	return { skuId: row!.skuId, storeId: britain };
}

function listedIn(cells: readonly { storeId: string }[], stores: readonly string[]): number {
	return cells.filter(({ storeId }) => stores.includes(storeId)).length;
}

describe('copying a listing', () => {
	test('puts a best seller of one site on sale on another, with what is missing named until it is there', async () => {
		const { page } = owner;
		const { skuId, storeId } = await bestSeller();
		await page.goto(`/catalogue/copy?sku=${skuId}&store=${storeId}`);
		await page.locator('.copy-proposals button').first().waitFor({ timeout: 20_000 });
		expect(await page.locator('.copy-gaps li').count()).toBe(1);
		expect(await axe(page)).toEqual([]);
		await page.locator('.copy-proposals button').first().click();
		await page.locator('#copy-price').waitFor({ timeout: 20_000 });
		expect(await axe(page)).toEqual([]);
		const publish = page.locator('.copy-foot button[type=submit]');
		expect(await publish.isDisabled()).toBe(true);
		for (const language of ['pt-BR', 'en']) {
			await page.locator(`#copy-title-${language}`).fill(`Luminária ${language}`);
			await page.locator(`#copy-description-${language}`).fill('Boa luz');
		}
		await page.locator('#copy-images').fill('https://http2.mlstatic.com/D_1-O.jpg');
		await page.locator('.copy-proposal button').click();
		await page.locator('#copy-stock').fill('12');
		// Some sellers' barcodes are mistyped, which the form says; without one it goes as well.
		await page.locator('#copy-gtin').fill('');
		await page.locator('#copy-attribute-BRAND').fill('Generic');
		await page.locator('#copy-attribute-MODEL').fill('One');
		for (const side of ['HEIGHT', 'LENGTH', 'WIDTH']) await page.locator(`#copy-attribute-PACKAGE_${side}`).fill('12');
		await page.locator('#copy-attribute-PACKAGE_WEIGHT').fill('480');
		await page.locator('#copy-attribute-ITEM_CONDITION').click();
		await page.keyboard.press('Enter');
		await until('nothing is missing', 5000, async () => await publish.isEnabled(), 100);
		await publish.focus();
		await page.keyboard.press('Enter');
		await page.locator('.copy-done').waitFor({ timeout: 40_000 });
		expect(await page.locator('.copy-done .copy-state').getAttribute('class')).toContain('is-live');
		expect(await axe(page)).toEqual([]);
		const { targets } = await api.copies.targets.query({ skuId });
		expect(targets.find((target) => target.storeId === storeId)).toMatchObject({
			state: 'listed',
			copy: { state: 'published' },
			listing: { state: 'live', rawStatus: 'active' },
		});
		expect(owner.errors).toEqual([]);
	}, 90_000);

	test('puts what Amazon sells on a shop of TikTok as a new product, with its picture carried over', async () => {
		const { page } = owner;
		const { skuId, storeId } = await onlyOnAmazon();
		await page.goto(`/catalogue/copy?sku=${skuId}&store=${storeId}`);
		const category = page.locator('.copy-proposals button:not(:has(.copy-kind))').first();
		await category.waitFor({ timeout: 20_000 });
		await category.click();
		await page.locator('#copy-price').waitFor({ timeout: 20_000 });
		expect(await axe(page)).toEqual([]);
		await page.locator('#copy-title-en-GB').fill('A thing for the home');
		await page.locator('#copy-description-en-GB').fill('Works at once.\n\nOne year of guarantee.');
		await page.locator('#copy-images').fill('https://m.media-amazon.com/images/I/sim-1.jpg');
		await page.locator('.copy-proposal button').click();
		await page.locator('#copy-stock').fill('12');
		await page.locator('#copy-sku').fill('NEW IN GB');
		await page.locator('#copy-gtin').fill('');
		await page.locator('#copy-attribute-100392').fill('Metal');
		await page.locator('#copy-attribute-PACKAGE_WEIGHT').fill('480');
		for (const side of ['HEIGHT', 'LENGTH', 'WIDTH']) await page.locator(`#copy-attribute-PACKAGE_${side}`).fill('12');
		const certificate = page.locator('[id="copy-attribute-CERTIFICATE 602362"]');
		if ((await certificate.count()) > 0) await certificate.fill('https://m.media-amazon.com/images/I/sim-1.jpg');
		const publish = page.locator('.copy-foot button[type=submit]');
		await page.locator('.copy-foot summary').click();
		// This platform takes no spaces in a code, which is named before anything is sent.
		expect(await page.locator('.copy-gaps li').count()).toBe(1);
		await page.locator('#copy-sku').fill('NEW-IN-GB');
		await until('nothing is missing', 5000, async () => await publish.isEnabled(), 100);
		await publish.focus();
		await page.keyboard.press('Enter');
		await page.locator('.copy-done').waitFor({ timeout: 40_000 });
		expect(await axe(page)).toEqual([]);
		const { targets } = await api.copies.targets.query({ skuId });
		// The platform looks at a new product for a while before buyers see it.
		expect(targets.find((target) => target.storeId === storeId)).toMatchObject({
			state: 'listed',
			copy: { state: 'published' },
			listing: { rawStatus: 'PENDING', state: 'draft' },
		});
		expect(owner.errors).toEqual([]);
	}, 90_000);
});

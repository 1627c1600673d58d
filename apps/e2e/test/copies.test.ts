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
		'the stores of Mercado Libre read',
		120_000,
		async () => (await api.catalogue.stores.query()).every(({ platform, state }) => platform !== 'mercado-libre' || state === 'read'),
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
});

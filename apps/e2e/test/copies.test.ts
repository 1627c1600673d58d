import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { until } from '../src/wait.ts';

const { url, logins } = inject('workbench');

const READ = ['read', 'elsewhere'];

let browser: Browser;
let owner: Visitor;
let api: Api;

beforeAll(async () => {
	const login = loginOf(logins, 'owner');
	api = await demoApi(url, login);
	await until('the stores read', 120_000, async () => (await api.catalogue.stores.query()).every(({ state }) => READ.includes(state)), 500);
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
				cells.some(({ storeId, state }) => storeId === amazon && state === 'live') && !cells.some(({ storeId }) => storeId === target),
		)
		.toSorted((a, b) => listedIn(a.cells, others) - listedIn(b.cells, others));
	return { skuId: row!.skuId, storeId: target };
}

function listedIn(cells: readonly { storeId: string }[], stores: readonly string[]): number {
	return cells.filter(({ storeId }) => stores.includes(storeId)).length;
}

/** Into a field of which the words are looked up. */
async function chosen(id: string, name: string): Promise<void> {
	await owner.page.locator(`[id="copy-attribute-${id}"]`).fill(name);
	await owner.page.keyboard.press('Enter');
}

async function packed(): Promise<void> {
	await owner.page.locator('#copy-attribute-PACKAGE_WEIGHT').fill('480');
	for (const side of ['HEIGHT', 'LENGTH', 'WIDTH']) await owner.page.locator(`#copy-attribute-PACKAGE_${side}`).fill('12');
}

async function publishByKey(): Promise<void> {
	const publish = owner.page.locator('.copy-foot button[type=submit]');
	await until('nothing is missing', 5000, async () => await publish.isEnabled(), 100);
	await publish.focus();
	await owner.page.keyboard.press('Enter');
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
		await packed();
		await page.locator('#copy-attribute-ITEM_CONDITION').click();
		await page.keyboard.press('Enter');
		await publishByKey();
		await page.locator('.copy-done').waitFor({ timeout: 40_000 });
		expect(await page.locator('.copy-done .copy-state').getAttribute('class')).toContain('is-live');
		await published({ skuId, storeId }, { state: 'live', rawStatus: 'active' });
	}, 90_000);

	test('puts what Amazon sells on a shop of TikTok as a new product, with its picture carried over', async () => {
		const { page } = owner;
		const { skuId, storeId } = await onlyOn('tiktok-shop', 'GB');
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
		await packed();
		const certificate = page.locator('[id="copy-attribute-CERTIFICATE 602362"]');
		if ((await certificate.count()) > 0) await certificate.fill('https://m.media-amazon.com/images/I/sim-1.jpg');
		await page.locator('.copy-foot summary').click();
		// This platform takes no spaces in a code, which is named before anything is sent.
		expect(await page.locator('.copy-gaps li').count()).toBe(1);
		await page.locator('#copy-sku').fill('NEW-IN-GB');
		await publishByKey();
		await page.locator('.copy-done').waitFor({ timeout: 40_000 });
		// The platform looks at a new product for a while before buyers see it.
		await published({ skuId, storeId }, { rawStatus: 'PENDING', state: 'draft' });
	}, 90_000);

	test('puts what Amazon sells on a shop of Temu in Europe, through the levels of its categories', async () => {
		const { page } = owner;
		const { skuId, storeId } = await onlyOn('temu', 'DE');
		await page.goto(`/catalogue/copy?sku=${skuId}&store=${storeId}`);
		const proposals = page.locator('.copy-proposals button');
		await proposals.first().waitFor({ timeout: 20_000 });
		expect(await axe(page)).toEqual([]);
		// Into a group by keyboard, and to a category in it.
		await proposals.filter({ hasText: 'Kitchen' }).last().focus();
		await page.keyboard.press('Enter');
		await page.locator('.copy-groups').waitFor();
		await until('the group is read', 10_000, async () => (await page.locator('.copy-proposals .anticon').count()) === 0, 100);
		expect(await axe(page)).toEqual([]);
		await proposals.first().click();
		await page.locator('#copy-price').waitFor({ timeout: 20_000 });
		expect(await page.locator('section h2 + p bdi').first().textContent()).toMatch(/^Kitchen › /);
		expect(await axe(page)).toEqual([]);
		await page.locator('#copy-title-en').fill('A thing for the home');
		await page.locator('#copy-images').fill('https://m.media-amazon.com/images/I/sim-1.jpg');
		await page.locator('.copy-proposal button').click();
		await page.locator('#copy-stock').fill('12');
		await page.locator('#copy-sku').fill('NEW-IN-EU');
		await chosen('12', 'Wood');
		// Of wood the kind is asked for, and of no other material.
		await chosen('7317', 'Composite');
		await page.locator('[id="copy-attribute-VARIATION 1001"]').fill('Walnut');
		await page.keyboard.press('Escape');
		await chosen('SHIPPING_TEMPLATE', 'Standard');
		await page.locator('#copy-attribute-HANDLING_DAYS').fill('1');
		await chosen('TRADEMARK', 'No trademark');
		await packed();
		await publishByKey();
		await page.locator('.copy-done').waitFor({ timeout: 60_000 });
		// Temu looks at new goods before buyers see them.
		await published({ skuId, storeId }, { rawStatus: 'INCOMPLETE / 4002', state: 'draft' });
	}, 120_000);

	test('puts what Amazon sells on another of its marketplaces, in the words of that marketplace and after its check', async () => {
		const { page } = owner;
		const { skuId, storeId } = await onlyOn('amazon', 'DE');
		await page.goto(`/catalogue/copy?sku=${skuId}&store=${storeId}`);
		const type = page.locator('.copy-proposals button').first();
		await type.waitFor({ timeout: 20_000 });
		await type.click();
		await page.locator('#copy-price').waitFor({ timeout: 20_000 });
		expect(await axe(page)).toEqual([]);
		await page.locator('#copy-title-de-DE').fill('Ein Ding für das Haus');
		await page.locator('#copy-description-de-DE').fill('Geht sofort.');
		await page.locator('#copy-images').fill('https://m.media-amazon.com/images/I/sim-1.jpg');
		await page.locator('.copy-proposal button').click();
		await page.locator('#copy-stock').fill('12');
		await page.locator('#copy-sku').fill('NEW IN DE');
		await page.locator('#copy-gtin').fill('');
		await page.locator('#copy-attribute-brand').fill('Yunfan');
		await page.locator('#copy-attribute-bullet_point').fill('Leicht');
		await chosen('country_of_origin', 'China');
		await chosen('condition_type', 'New');
		await page.locator('#copy-attribute-item_weight').fill('480');
		const publish = page.locator('.copy-foot button[type=submit]');
		// What needs batteries says which: Amazon's own check names what no field of the form is marked for.
		const battery = page.locator('#copy-attribute-batteries_required');
		const isAsked = (await battery.count()) > 0 && (await battery.isVisible());
		if (isAsked) await chosen('batteries_required', 'true');
		await publishByKey();
		if (isAsked) {
			const refusal = page.locator('.copy-refusal');
			await refusal.waitFor({ timeout: 60_000 });
			expect(await refusal.textContent()).toContain("'battery' is required but not supplied.");
			expect(await axe(page)).toEqual([]);
			await chosen('batteries_required', 'false');
			await publish.focus();
			await page.keyboard.press('Enter');
		}
		await page.locator('.copy-done').waitFor({ timeout: 60_000 });
		await published({ skuId, storeId }, { state: 'live' });
	}, 120_000);
});

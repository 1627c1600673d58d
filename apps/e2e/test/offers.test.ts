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
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
}, 180_000);
afterAll(async () => {
	await browser?.close();
});

/** As a spreadsheet hands it over. */
async function paste(text: string): Promise<void> {
	await owner.page.evaluate((copied) => {
		const clipboardData = new DataTransfer();
		clipboardData.setData('text/plain', copied);
		document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
	}, text);
}

const cell = (row: number, field: 'title' | 'price' | 'stock') =>
	owner.page.locator(`.offer-grid tbody tr[aria-rowindex="${row + 2}"] td.${field}`);

describe('prices and stock', () => {
	test('are pasted from a spreadsheet, tried, applied and seen at the platform, and put back', async () => {
		const { page } = owner;
		const stores = await api.stores.list.query();
		const store = stores.find(({ platform, country }) => platform === 'amazon' && country === 'US')!.storeId;
		const listed = async () => (await api.offers.list.query({ stores: [store] })).rows;
		const before = await listed();
		const isFree = (place: number): boolean => {
			const row = before[place];
			return row !== undefined && row.priceBar === null && row.stockBar === null && row.floor === null;
		};
		const first = before.findIndex((_, place) => isFree(place) && isFree(place + 1) && isFree(place + 2));
		const [one, two, three] = before.slice(first, first + 3);
		const dearer = (row: typeof one): string => String(Number(row!.price!.amountMinor) + 100);
		const typed = (minor: string): string => `${minor.slice(0, -2)},${minor.slice(-2)}`;

		await page.goto(`/catalogue?view=offers&store=${store}`);
		await cell(first, 'price').click();
		expect(await axe(page)).toEqual([]);
		await paste(`${typed(dearer(one))}\t${one!.stock! + 5}\r\n$${typed(dearer(two))}\t\r\nsoon\t\r\n`);
		const apply = page.locator('.offer-side footer .ant-btn-primary');
		await until('the dry run', 10_000, async () => (await apply.isEnabled()) && /3/.test((await apply.textContent()) ?? ''), 100);
		expect(await page.locator('.offer-side .verdicts li.is-refused').count()).toBe(1);
		expect(await cell(first + 2, 'price').getAttribute('class')).toContain('is-refused');
		expect(await axe(page)).toEqual([]);
		// Nothing has been sent so far.
		expect(await listed()).toEqual(before);

		await page.keyboard.press('Control+Enter');
		await until('the result', 60_000, async () => (await page.locator('.offer-side li.is-applied').count()) === 3, 200);
		expect(await axe(page)).toEqual([]);
		const now = await listed();
		const told = (rows: typeof before, id: string) => {
			const row = rows.find(({ listingId }) => listingId === id);
			return [row?.price?.amountMinor, row?.stock];
		};
		expect(told(now, one!.listingId)).toEqual([dearer(one), one!.stock! + 5]);
		expect(told(now, two!.listingId)).toEqual([dearer(two), two!.stock]);
		expect(told(now, three!.listingId)).toEqual(told(before, three!.listingId));

		await page.locator('.offer-side footer button').first().focus();
		await page.keyboard.press('u');
		const isBack = async (): Promise<boolean> => {
			const rows = await listed();
			return [one, two].every((row) => String(told(rows, row!.listingId)) === String(told(before, row!.listingId)));
		};
		await until('what was there before', 60_000, isBack, 300);
		expect((await api.offers.batches.query()).slice(0, 2)).toMatchObject([
			{ isUndo: true, states: { applied: 3 } },
			{ isUndo: false, states: { undone: 3 } },
		]);
		expect(owner.errors).toEqual([]);
	}, 180_000);

	test('titles are replaced over a selection, applied and put back', async () => {
		const { page } = owner;
		const stores = await api.stores.list.query();
		const store = stores.find(({ platform, country }) => platform === 'amazon' && country === 'GB')!.storeId;
		const titles = async () => new Map((await api.offers.list.query({ stores: [store] })).rows.map((row) => [row.listingId, row.title]));
		const { rows } = await api.offers.list.query({ stores: [store] });
		const first = rows.findIndex((row, place) => row.titleBar === null && rows[place + 1]?.titleBar === null);
		const [one, two] = rows.slice(first, first + 2);
		const before = await titles();
		await page.goto(`/catalogue?view=offers&store=${store}`);
		await cell(first, 'title').click();
		await page.keyboard.press('Shift+ArrowDown');
		await page.getByLabel('How titles change').click({ force: true });
		await page.getByTitle('put behind').click();
		await page.getByLabel('New words').fill('for gifts');
		await page.keyboard.press('Enter');
		const apply = page.locator('.offer-side footer .ant-btn-primary');
		await until('the dry run', 10_000, async () => (await apply.isEnabled()) && /2/.test((await apply.textContent()) ?? ''), 100);
		expect(await axe(page)).toEqual([]);
		await page.keyboard.press('Control+Enter');
		await until('the result', 60_000, async () => (await page.locator('.offer-side li.is-applied').count()) === 2, 200);
		const now = await titles();
		for (const row of [one, two]) expect(now.get(row!.listingId)).toBe(`${before.get(row!.listingId)} for gifts`);
		await page.locator('.offer-side footer button').first().click();
		await until('the old titles', 60_000, async () => (await titles()).get(one!.listingId) === before.get(one!.listingId), 300);
		expect(owner.errors).toEqual([]);
	}, 180_000);

	test('are edited by keys alone: typed, taken back, filled over a selection', async () => {
		const { page } = owner;
		const stores = await api.stores.list.query();
		const store = stores.find(({ platform, country }) => platform === 'amazon' && country === 'DE')!.storeId;
		const { rows } = await api.offers.list.query({ stores: [store] });
		const first = rows.findIndex((row, place) => row.stockBar === null && rows[place + 1]?.stockBar === null);
		await page.goto(`/catalogue?view=offers&store=${store}`);
		await cell(first, 'stock').click();
		await page.keyboard.type('8');
		await page.keyboard.press('Enter');
		expect(await cell(first, 'stock').textContent()).toContain('8');
		expect(await cell(first + 1, 'stock').getAttribute('class')).toContain('is-current');
		await page.keyboard.type('99');
		await page.keyboard.press('Escape');
		expect(await cell(first + 1, 'stock').getAttribute('class')).not.toContain('is-edited');
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('Shift+ArrowDown');
		await page.keyboard.press('f');
		await page.keyboard.type('31');
		await page.keyboard.press('Enter');
		for (const row of [first, first + 1]) expect(await cell(row, 'stock').textContent()).toContain('31');
		await page.keyboard.press('Delete');
		expect(await page.locator('.offer-cell.is-edited').count()).toBe(0);
		// A title is opened by Enter; letters keep their meaning.
		await cell(first, 'title').click();
		await page.keyboard.press('Enter');
		await page.keyboard.type('x'.repeat(201));
		expect(await page.locator('.offer-cell .length').textContent()).toBe('201 / 200');
		expect(await axe(page)).toEqual([]);
		await page.keyboard.press('Enter');
		await page.locator('.offer-side li.is-refused').waitFor();
		expect(await page.locator('.offer-side li.is-refused').textContent()).toContain('at most 200 characters');
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('Delete');
		expect(await page.locator('.offer-cell.is-edited, .offer-cell.is-refused').count()).toBe(0);
		// What a platform does not take stands in its cell, with why.
		await page.goto('/catalogue?view=offers&platform=temu');
		await cell(0, 'price').waitFor();
		expect(await cell(0, 'price').getAttribute('aria-readonly')).toBe('true');
		expect(await cell(0, 'price').textContent()).toContain('Set by the platform');
		expect(await axe(page)).toEqual([]);
		expect(owner.errors).toEqual([]);
	}, 120_000);
});

import type { StoreView } from '@pangea/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf, storeOf } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { type Language, said } from '../src/catalog.ts';
import { Evidence } from '../src/database.ts';
import { Simulator } from '../src/simulator.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, simulatorUrl, databaseUrl, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');
const simulator = new Simulator(simulatorUrl);

let browser: Browser;
let page: Page;
let api: Api;
let database: Evidence;

beforeAll(async () => {
	api = await demoApi(url, owner);
	await firstOrders(api);
	database = new Evidence(databaseUrl);
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: owner.cookies }));
}, 150_000);

afterAll(async () => {
	await browser?.close();
	await database?.close();
});

const cardOf = (on: Page, store: StoreView) => on.locator(`#store-${store.storeId}`);

async function openStores(on: Page, search = ''): Promise<void> {
	await on.goto(`/stores${search}`);
	await on.locator('article.card').first().waitFor();
}

describe('the stores screen', () => {
	test('has a card for every store that says how far it is read', async () => {
		await openStores(page);
		const stores = await api.stores.list.query();
		expect(await page.locator('article.card').count()).toBe(stores.length);
		const shownOf = (store: StoreView) => cardOf(page, store).locator('dl.facts time').first().getAttribute('datetime');
		const agree = async ({ storeId }: StoreView): Promise<boolean> => {
			const store = (await api.stores.list.query()).find((one) => one.storeId === storeId);
			if (!store) return false;
			// The card may be a poll behind or ahead of what was asked here.
			const apart = Math.abs(Date.parse((await shownOf(store)) ?? '') - Date.parse(store.freshTo ?? ''));
			return apart < store.pollSeconds * 1_000;
		};
		// One that was late catches up in one leap, between the two looks: the card follows with its next look.
		for (const store of stores.filter((s) => s.freshTo !== null)) await until(`${store.name} to agree`, 20_000, () => agree(store));
	});

	test('shows the history being read, and moves on without being asked', async () => {
		// Read once more: the first reading may be over by now.
		const store = await storeOf(api, 'mercado-libre', 'MX');
		await api.stores.backfill.mutate({ storeId: store.storeId });
		await openStores(page);
		const progress = () => page.locator('.backfill').allInnerTexts();
		const start = await progress();
		expect(start.length).toBeGreaterThan(0);
		await until('the history going on', 50_000, async () => (await progress()).join() !== start.join(), 500);
		for (const bar of await page.getByRole('progressbar').all()) {
			const now = Number(await bar.getAttribute('aria-valuenow'));
			expect(now).toBeGreaterThanOrEqual(0);
			expect(now).toBeLessThanOrEqual(100);
		}
	});

	test.each(['en', 'zh-CN', 'pt-BR', 'es-MX'] as const)('says in %s what to do when a consent has run out', async (language) => {
		const reader = await visit(browser, url, { language, cookies: owner.cookies });
		await openStores(reader.page, '?problem=authorizationExpired');
		const alert = reader.page.getByRole('alert');
		expect(await alert.innerText()).toContain(said(language, 'The store was not bound'));
		expect(await alert.innerText()).toContain(said(language, 'The consent took too long or was used before. Start binding again.'));
		await alert.getByRole('button').click();
		await expect.poll(() => new URL(reader.page.url()).search).toBe('');
		await reader.context.close();
	});
});

/** Takes a store's connection off with the mouse and checks what the dialog says against the database. */
async function disconnect(store: StoreView): Promise<void> {
	const siblings = (await api.stores.list.query()).filter((s) => s.connectionId === store.connectionId);
	const ids = siblings.map((s) => s.storeId);
	const orders = async () =>
		Number((await database.rows<{ n: string }>('select count(*) as n from orders where store_id = any($1)', [ids]))[0]?.n);
	const buyers = async () =>
		Number(
			(
				await database.rows<{ n: string }>(
					'select count(*) as n from buyer_data b join orders o using (workspace_id, order_id) where o.store_id = any($1)',
					[ids],
				)
			)[0]?.n,
		);
	const secrets = () => database.rows('select 1 from connection_secret where connection_id = $1', [store.connectionId]);
	expect(await secrets()).toHaveLength(1);
	// What it takes to read the buyers' mail goes with the grant.
	const mailboxes = await database.rows('select 1 from mailbox where connection_id = $1', [store.connectionId]);

	await openStores(page);
	await cardOf(page, store).getByRole('button', { name: 'More for' }).click();
	await page.getByRole('menuitem', { name: 'Disconnect …' }).click();
	await page.getByRole('button', { name: 'Disconnect and delete buyers' }).click();
	const dialog = page.getByRole('dialog').filter({ hasText: 'Disconnected' });
	await dialog.locator('dl.result').waitFor();
	const terms = await dialog.locator('dt').allInnerTexts();
	const values = await dialog.locator('dd').allInnerTexts();
	const result = Object.fromEntries(terms.map((term, i) => [term, values[i]]));
	const [trail] = await database.rows<{ detail: Record<string, number> }>(
		`select detail from audit where action = 'stores.disconnect' and subject = $1 order by at desc limit 1`,
		[store.connectionId],
	);
	expect(result['Stores stopped']).toBe(String(siblings.length));
	expect(result['Secrets deleted']).toBe(String(1 + mailboxes.length));
	expect(result['Buyers’ records deleted'] ?? result["Buyers' records deleted"]).toBe(
		new Intl.NumberFormat('en').format(trail?.detail['buyerRecordsDeleted'] ?? -1),
	);
	expect(trail?.detail['buyerRecordsDeleted']).toBeGreaterThan(0);
	expect(result['Orders kept']).toBe(new Intl.NumberFormat('en').format(await orders()));
	expect(await orders()).toBeGreaterThan(0);
	expect(await buyers()).toBe(0);
	expect(await secrets()).toEqual([]);
	await dialog.getByRole('button', { name: 'Done' }).click();
	expect(await dialog.count()).toBe(0);
}

/** What there is once the store is bound again: the same store with its orders, none twice. */
async function boundAgain(store: StoreView, ordersBefore: number): Promise<void> {
	await expect.poll(async () => (await storeOf(api, store.platform, store.country)).connectionState).toBe('active');
	expect((await storeOf(api, store.platform, store.country)).storeId).toBe(store.storeId);
	expect(await database.rows('select 1 from connection_secret where connection_id = $1', [store.connectionId])).toHaveLength(1);
	const doubled = await database.rows('select external_id from orders where store_id = $1 group by external_id having count(*) > 1', [
		store.storeId,
	]);
	expect(doubled).toEqual([]);
	const { all } = await api.orders.counts.query({ stores: [store.storeId] });
	expect(all.count).toBeGreaterThanOrEqual(ordersBefore);
}

describe('a store of TikTok Shop', () => {
	/** What the seller answers: the simulated page asks nobody, so it stands in its address. */
	let answer: Record<string, string> = {};

	// For as long as the page lives: taken off while the next page loads, it leaves that page's requests hanging in the browser.
	beforeAll(async () => {
		await page.route('**/tiktok-shop-services/**', async (route) => {
			const at = new URL(route.request().url());
			for (const [name, value] of Object.entries(answer)) at.searchParams.set(name, value);
			await route.continue({ url: at.href });
		});
	});

	/** Goes to the consent page as the seller of an account, or as one who refuses. */
	async function consent(on: Page, given: Record<string, string>): Promise<void> {
		answer = given;
		await on.goto('/stores?bind=choose');
		await on.locator('.bind .choice button').filter({ hasText: 'TikTok Shop' }).click();
		await on.getByRole('button', { name: 'Go to TikTok Shop' }).click();
		await on.waitForURL((at) => at.pathname === '/stores' && (at.searchParams.has('bound') || at.searchParams.has('problem')));
	}

	test('is taken off, saying what was deleted, and bound again with a consent at the platform', async () => {
		const store = await storeOf(api, 'tiktok-shop', 'BR');
		const before = (await api.orders.counts.query({ stores: [store.storeId] })).all.count;
		await disconnect(store);
		await consent(page, { account: 'brazil' });
		await expect.poll(() => page.getByRole('alert').innerText()).toContain(`Bound: ${store.name}`);
		await boundAgain(store, before);
		const { id } = await simulator.createOrder('tiktok-br');
		await until('news of the store', 10_000, async () => (await api.orders.list.query({ search: id })).rows[0]);
	});

	test('stays unbound when the seller refuses, with a sentence and nothing written', async () => {
		const before = await database.counts(['connection', 'connection_secret', 'store']);
		await consent(page, { deny: '1' });
		const alert = await page.getByRole('alert').innerText();
		expect(alert).toContain('The store was not bound');
		expect(alert).not.toMatch(/unexpected|\(\w+\)/i);
		expect(await database.counts(['connection', 'connection_secret', 'store'])).toEqual(before);
	});
});

describe('a store of Amazon', () => {
	async function paste(on: Page, language: Language, fields: { sellerId: string; refreshToken: string }, region: RegExp): Promise<void> {
		const words = (text: string) => said(language, text);
		await on.goto('/stores?bind=amazon');
		await on
			.locator('.bind .ant-segmented-item')
			.filter({ hasText: words('Paste a token') })
			.click();
		await on.getByLabel(words('Region of the store')).click();
		await on.locator('.ant-select-item-option').filter({ hasText: region }).click();
		await on.getByLabel(words('Seller ID')).fill(fields.sellerId);
		await on.getByLabel(words('Refresh token')).fill(fields.refreshToken);
		await on
			.locator('.bind')
			.getByRole('button', { name: words('Bind the store') })
			.click();
	}

	async function farEast(): Promise<{ sellerId: string; refreshToken: string }> {
		const { amazon } = (await simulator.platforms()) as {
			amazon: { accounts: { account: string; sellingPartnerId: string; refreshToken: string }[] };
		};
		const account = amazon.accounts.find((a) => a.account === 'fe');
		if (!account) throw new Error('The simulator has no account in the far east');
		return { sellerId: account.sellingPartnerId, refreshToken: account.refreshToken };
	}

	test('is taken off and bound again with a pasted token', async () => {
		const store = await storeOf(api, 'amazon', 'JP');
		const before = (await api.orders.counts.query({ stores: [store.storeId] })).all.count;
		await disconnect(store);
		await paste(page, 'en', await farEast(), /JP/);
		await expect.poll(() => page.locator('.bind').count(), { timeout: 15_000 }).toBe(0);
		await boundAgain(store, before);
	});

	test.each(['en', 'zh-CN'] as const)('with a wrong token ends in a sentence in %s, and nothing half-written stays', async (language) => {
		const before = await database.counts(['connection', 'connection_secret', 'store']);
		const reader = await visit(browser, url, { language, cookies: owner.cookies });
		await paste(reader.page, language, { sellerId: 'A3TH9S8BH6GOGM', refreshToken: 'Atzr|not-a-token-of-anybody' }, /JP/);
		const alert = reader.page.locator('.bind [role=alert]');
		await alert.waitFor();
		expect(await alert.innerText()).toBe(
			said(language, 'The permission was withdrawn at the platform. The store’s owner has to grant it again: reconnect.'.replace('’', "'")),
		);
		// What was typed is still there.
		expect(await reader.page.getByLabel(said(language, 'Seller ID')).inputValue()).toBe('A3TH9S8BH6GOGM');
		expect(await database.counts(['connection', 'connection_secret', 'store'])).toEqual(before);
		await reader.context.close();
	});

	test('refuses what cannot be a token before asking the platform', async () => {
		await page.goto('/stores?bind=amazon');
		await page.locator('.bind .ant-segmented-item').filter({ hasText: 'Paste a token' }).click();
		await page.getByLabel('Refresh token').fill('no token');
		await page.getByLabel('Seller ID').fill('A3TH9S8BH6GOGM');
		await page.getByText('This does not look like the platform').waitFor();
		expect(await page.getByRole('button', { name: 'Bind the store' }).isDisabled()).toBe(true);
	});
});

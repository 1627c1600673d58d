import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, apiOf, demoApi, loginOf } from '../src/account.ts';
import { launchBrowser, signIn, type Visitor, visit } from '../src/browser.ts';
import { said } from '../src/catalog.ts';
import { openOrders, sightings, watchRows } from '../src/orders-list.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');
const PASSWORD = 'a-password-of-mine';
const anAddress = (who: string) => `${who}.${Date.now()}@example.com`;

let browser: Browser;
let ownerApi: Api;

beforeAll(async () => {
	ownerApi = await demoApi(url, owner);
	browser = await launchBrowser();
});

afterAll(async () => {
	await browser?.close();
});

/** Fills in the form that makes an account, on the page that asks for it. */
async function signUp(page: Page, email: string): Promise<void> {
	await page.getByLabel('Your name').fill('Alba Núñez');
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Create account' }).click();
}

describe('signing in', () => {
	test.each(['en', 'zh-CN'] as const)('with a wrong password says so in %s and lets nobody in', async (language) => {
		const { page, context } = await visit(browser, url, { language });
		await page.goto('/sign-in');
		await page.locator('input[type=email]').fill(owner.email);
		await page.locator('input[type=password]').fill('not-the-password');
		await page.locator('button[type=submit]').click();
		await page
			.getByRole('alert')
			.filter({ hasText: said(language, 'E-mail or password is not right.') })
			.waitFor();
		expect(await page.locator('input[type=email]').inputValue()).toBe(owner.email);
		await page.goto('/orders');
		await page.waitForURL('**/sign-in**');
		await context.close();
	});

	test('leads in, and signing out leads out', async () => {
		const { page, context } = await visit(browser, url);
		await signIn(page, owner);
		await page.getByRole('link', { name: 'Orders' }).first().waitFor();
		await page.locator('button.me').click();
		await page.getByRole('menuitem', { name: 'Sign out' }).click();
		await page.waitForURL('**/sign-in');
		await page.goto('/orders');
		await page.waitForURL('**/sign-in**');
		expect(await context.request.get('/trpc/session.me').then((reply) => reply.json())).toMatchObject({ result: { data: null } });
		await context.close();
	});
});

test('a newcomer makes an account and a workspace, and every empty screen says what to do first', async () => {
	const { page, context, errors } = await visit(browser, url);
	await page.goto('/sign-in');
	await page.getByRole('link', { name: 'Create one' }).click();
	await signUp(page, anAddress('newcomer'));
	await page.waitForURL('**/welcome');
	await page.getByLabel('Name', { exact: true }).fill('Alba Trading');
	await page.getByRole('button', { name: 'Create workspace' }).click();
	await page.getByRole('heading', { name: 'No store is bound yet' }).waitFor();
	expect(new URL(page.url()).pathname).toBe('/');
	expect(await page.getByRole('link', { name: 'Bind the first store' }).count()).toBe(1);
	await page.getByRole('link', { name: /Orders$/ }).click();
	await page.getByRole('heading', { name: 'No store is bound yet' }).waitFor();
	await page.getByRole('link', { name: /Stores$/ }).click();
	await page.getByText('You need the store').waitFor();
	await page.getByRole('link', { name: /Members$/ }).click();
	await page.locator('.people li').first().waitFor();
	expect(await page.locator('.people li').count()).toBe(1);
	expect(await page.locator('.people li').innerText()).toContain('Owner');
	expect(errors).toEqual([]);
	await context.close();
});

describe('a member with a store scope', () => {
	let guest: Visitor;
	let api: Api;
	let inside: string;
	let outside: string;

	beforeAll(async () => {
		const stores = await ownerApi.stores.list.query();
		inside = stores.find((store) => store.platform === 'tiktok-shop' && store.country === 'MX')?.storeId ?? '';
		outside = stores.find((store) => store.platform === 'tiktok-shop' && store.country === 'US')?.storeId ?? '';
		for (const stores of [[inside], [outside]])
			await until('orders', 60_000, async () => (await ownerApi.orders.list.query({ stores, limit: 1 })).rows[0]);
	}, 90_000);

	afterAll(async () => {
		await guest?.context.close();
	});

	test('joins with the link that the owner made', async () => {
		const email = anAddress('scoped');
		const host = await visit(browser, url, { cookies: owner.cookies });
		await host.page.goto('/members');
		await host.page.getByRole('button', { name: 'Invite' }).click();
		const dialog = host.page.getByRole('dialog');
		await dialog.getByLabel('E-mail').fill(email);
		await dialog.getByRole('radio', { name: 'Agent' }).check();
		await dialog.getByRole('radio', { name: 'Only these' }).check();
		await dialog.getByRole('combobox', { name: 'Stores' }).fill('Yunfan MX');
		await host.page.locator('.ant-select-item-option').filter({ hasText: 'Yunfan MX · MX' }).click();
		await host.page.keyboard.press('Escape');
		await dialog.getByRole('button', { name: 'Make the link' }).click();
		const link = await host.page.getByLabel('Invitation link').inputValue();
		expect(new URL(link).origin).toBe(url);
		await host.context.close();

		guest = await visit(browser, url);
		await watchRows(guest.page);
		await guest.page.goto(link);
		await guest.page.getByRole('link', { name: 'Create an account' }).click();
		await signUp(guest.page, email);
		await guest.page.getByRole('button', { name: 'Join the workspace' }).click();
		await guest.page.waitForURL((at) => at.pathname === '/');
		const cookies = await guest.context.cookies();
		const me = await apiOf(url, cookies).session.me.query();
		expect(me?.memberships).toMatchObject([{ role: 'agent', storeScope: [inside] }]);
		api = await demoApi(url, { email, password: PASSWORD, role: 'agent', cookies });

		// The link is used up.
		await guest.page.goto(link);
		await guest.page.getByRole('button', { name: 'Join the workspace' }).click();
		await guest.page.getByRole('alert').waitFor();
	});

	test('sees that store only, in list, counts, cards and filters', async () => {
		const { page } = guest;
		await openOrders(page);
		const { rows } = await api.orders.list.query({ limit: 200 });
		expect(new Set(rows.map((row) => row.storeId))).toEqual(new Set([inside]));
		const mine = await ownerApi.orders.counts.query({ stores: [inside] });
		expect(await api.orders.counts.query({})).toEqual(mine);
		await expect.poll(() => page.locator('[role=tab] .count').first().innerText()).toBe(String(mine.all.count));
		// Asked for by name, the others stay away.
		expect((await api.orders.list.query({ stores: [outside] })).rows).toEqual([]);
		await page.goto('/stores');
		await page.locator('article.card').first().waitFor();
		expect(await page.locator('article.card').evaluateAll((cards) => cards.map((card) => card.id))).toEqual([`store-${inside}`]);
	});

	test('cannot open another store’s order by its address', async () => {
		const { page } = guest;
		const [foreign] = (await ownerApi.orders.list.query({ stores: [outside], limit: 1 })).rows;
		await page.goto(`/orders?order=${foreign?.orderId}`);
		await page.getByRole('heading', { name: 'The order could not be read' }).waitFor();
		await page.getByText('it lies outside your stores').waitFor();
		expect(await page.content()).not.toContain(foreign?.externalId);
	});

	test('is told nothing of other stores on the live line', async () => {
		const { page } = guest;
		const heard: string[] = [];
		page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
		await openOrders(page);
		await page.locator('.live.live').waitFor();
		const simulator = new Simulator(simulatorUrl);
		const foreign = await simulator.createOrder('tiktok-us');
		const row = await until(
			'the foreign order in the workspace',
			10_000,
			async () => (await ownerApi.orders.list.query({ search: foreign.id })).rows[0],
		);
		const own = await simulator.createOrder('tiktok-mx');
		await until('the own order on the screen', 10_000, async () => (await sightings(page)).first[own.id]);
		expect((await sightings(page)).first[foreign.id]).toBeUndefined();
		const [ownRow] = (await api.orders.list.query({ search: own.id })).rows;
		expect(heard.some((frame) => frame.includes(ownRow?.orderId ?? '?'))).toBe(true);
		expect(heard.filter((frame) => frame.includes(row.orderId) || frame.includes(outside))).toEqual([]);
	});
});

describe.each([
	{ role: 'owner', stores: true, invite: true, flag: true },
	{ role: 'manager', stores: true, invite: true, flag: true },
	{ role: 'agent', stores: false, invite: false, flag: true },
	{ role: 'analyst', stores: false, invite: false, flag: false },
])('as $role', ({ role, stores, invite, flag }) => {
	test('only that can be pressed which the role allows', async () => {
		const { page, context } = await visit(browser, url, { cookies: loginOf(logins, role).cookies });
		await page.goto('/stores');
		await page.locator('article.card').first().waitFor();
		expect((await page.getByRole('button', { name: 'Bind a store' }).count()) > 0).toBe(stores);
		expect((await page.getByRole('switch').count()) > 0).toBe(stores);
		expect((await page.getByRole('button', { name: 'More for' }).count()) > 0).toBe(stores);
		await page.goto('/stores?bind=choose');
		await page.locator('article.card').first().waitFor();
		await expect.poll(() => page.locator('.bind .choice').count()).toBe(stores ? 1 : 0);

		await page.goto('/members');
		await page.locator('.people li').first().waitFor();
		expect((await page.getByRole('button', { name: 'Invite' }).count()) > 0).toBe(invite);
		expect((await page.getByRole('button', { name: 'Change' }).count()) > 0).toBe(invite);

		await openOrders(page);
		await page.keyboard.press('j');
		await page.keyboard.press('f');
		expect((await page.getByRole('toolbar', { name: 'Selected orders' }).count()) > 0).toBe(flag);
		await page.keyboard.press('Escape');
		await page.keyboard.press('Escape');
		await page.locator('[role=row][data-order] .number').first().click();
		await page.locator('aside.drawer section').first().waitFor();
		expect((await page.locator('aside.drawer').getByRole('group', { name: 'Flag' }).count()) > 0).toBe(flag);
		expect((await page.locator('aside.drawer').getByRole('textbox', { name: 'Note' }).count()) > 0).toBe(flag);
		await context.close();
	});
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loginOf } from '../src/account.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { catalog, said } from '../src/catalog.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const NOBODYS_ORDER = '01a00000-0000-7000-8000-000000000000';

let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: loginOf(logins, 'owner').cookies });
});

afterAll(async () => {
	await browser?.close();
});

test.each(['/nowhere', '/orders/nowhere', '/stores/1/2/3', '/%F0%9F%8C%8D', '/join', '/a%20b'])(
	'%s says that there is no such page and leads on',
	async (path) => {
		const { page } = visitor;
		await page.goto(path);
		await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
		await page.getByRole('link', { name: 'To Today' }).click();
		await page.getByText('Ship within 24 h').first().waitFor();
		expect(new URL(page.url()).pathname).toBe('/');
	},
);

test.each([
	'?state=lost&sort=best&platforms=ebay.amazon&stores=1.2.3&from=2026-13-40&until=yesterday&flag=pink&attention=none&fulfilment=me',
	`?q=${'9'.repeat(400)}`,
	'?state=%00&q=%00',
	'?q=%25%27%22%3Cscript%3E&state[]=1&order=',
	'?from=0000-00-00&until=9999-99-99',
	'?from=9999-12-31&until=0001-01-01',
	'?view=not-a-view',
	'?=&&&%',
])('orders with a malformed address %s show a list, or say why it is empty', async (search) => {
	const { page } = visitor;
	await page.goto(`/orders${search}`);
	await page.getByLabel('Search orders').waitFor();
	const shown = page.locator('[role=row][data-order], .list .empty h2').first();
	await shown.waitFor();
	expect(await page.getByText('This could not be shown').count()).toBe(0);
	expect(await page.getByText('The orders could not be read').count()).toBe(0);
});

test.each([NOBODYS_ORDER, 'not-an-id', '1%27%20or%201=1', '%00'])(
	'an order %s that is not ours is told in the drawer, with the list beside it',
	async (id) => {
		const { page } = visitor;
		await page.goto(`/orders?order=${id}`);
		const drawer = page.locator('aside.drawer');
		await drawer.getByRole('heading', { name: 'The order could not be read' }).waitFor();
		expect((await drawer.locator('.empty p').innerText()).length).toBeGreaterThan(20);
		await page.locator('[role=row][data-order]').first().waitFor();
		await drawer.getByRole('button', { name: 'Close' }).click();
		await expect.poll(() => drawer.count()).toBe(0);
	},
);

test('an order without an id is no order: no drawer opens and the server is not asked', async () => {
	const { page } = visitor;
	const refused: string[] = [];
	page.on('response', (response) => void (response.status() >= 400 && refused.push(response.url())));
	await page.goto('/orders?order=');
	await page.locator('[role=row][data-order]').first().waitFor();
	await page.waitForLoadState('networkidle');
	expect(await page.locator('aside.drawer').count()).toBe(0);
	expect(refused).toEqual([]);
});

test.each(['?bind=ebay', '?show=nothing', '?store=not-an-id', '?bound=not-an-id', '?problem=%3Cscript%3E', '?show=gaps&store=1'])(
	'stores with a malformed address %s show the stores',
	async (search) => {
		const { page } = visitor;
		await page.goto(`/stores${search}`);
		await page.locator('article.card').first().waitFor();
		expect(await page.getByText('This could not be shown').count()).toBe(0);
	},
);

test.each([
	'?action=sold&store=1&from=2026-13-40&until=yesterday',
	`?member=${'9'.repeat(400)}`,
	'?member=%00&store=%00',
	'?from=9999-99-99',
])('the audit trail with a malformed address %s says what it left out, above the whole trail', async (search) => {
	const { page } = visitor;
	await page.goto(`/settings/audit${search}`);
	await page.getByRole('alert').filter({ hasText: 'The address asks for something there is not' }).waitFor();
	await page.locator('.trail .body .record').first().waitFor();
	expect(await page.getByText('This could not be shown').count()).toBe(0);
});

test.each(['?member=nobody', `?store=${NOBODYS_ORDER}`, '?from=2026-11-20&until=2026-11-01'])(
	'the audit trail where nothing can be, %s, says so and leads to the whole',
	async (search) => {
		const { page } = visitor;
		await page.goto(`/settings/audit${search}`);
		await page.getByRole('heading', { name: 'No record fits this filter' }).waitFor();
		await page.getByRole('button', { name: 'Show the whole trail' }).click();
		await page.locator('.trail .body .record').first().waitFor();
		expect(new URL(page.url()).search).toBe('');
	},
);

test('an invitation that does not exist says whom to ask', async () => {
	const { page } = visitor;
	await page.goto('/join/no-such-token');
	await page.getByRole('button', { name: 'Join the workspace' }).click();
	const sentence = 'This invitation has been used, withdrawn or is older than seven days. Ask for a new link.';
	expect(catalog('en').has(sentence)).toBe(true);
	await page.getByRole('alert').filter({ hasText: sentence }).waitFor();
});

test('an unknown page speaks the reader’s language', async () => {
	const chinese = await visit(browser, url, { language: 'zh-CN', cookies: loginOf(logins, 'owner').cookies });
	await chinese.page.goto('/nowhere');
	await chinese.page.locator('.empty h1').waitFor();
	expect(await chinese.page.locator('.empty h1').innerText()).toBe(said('zh-CN', 'There is no such page'));
	await chinese.context.close();
});

test('nobody signed in is asked to sign in and comes out where the link led', async () => {
	const guest = await visit(browser, url);
	await guest.page.goto('/orders?platforms=temu&q=PO');
	await guest.page.waitForURL('**/sign-in**');
	const { email, password } = loginOf(logins, 'analyst');
	await guest.page.locator('input[type=email]').fill(email);
	await guest.page.locator('input[type=password]').fill(password);
	await guest.page.locator('button[type=submit]').click();
	await guest.page.getByLabel('Search orders').waitFor();
	const params = new URL(guest.page.url()).searchParams;
	expect(Object.fromEntries(params)).toEqual({ platforms: 'temu', q: 'PO' });
	await guest.context.close();
});

test.each(['//evil.example/', '/\\evil.example', simulatorUrl, 'javascript:alert(1)'])(
	'signing in with ?to=%s leads to no other site',
	async (to) => {
		const guest = await visit(browser, url);
		await guest.page.goto(`/sign-in?${new URLSearchParams({ to })}`);
		const { email, password } = loginOf(logins, 'analyst');
		await guest.page.locator('input[type=email]').fill(email);
		await guest.page.locator('input[type=password]').fill(password);
		await guest.page.locator('button[type=submit]').click();
		await guest.page.waitForURL((at) => !at.pathname.startsWith('/sign-in'));
		expect(new URL(guest.page.url()).href).toBe(`${new URL(url).origin}/`);
		await guest.context.close();
	},
);

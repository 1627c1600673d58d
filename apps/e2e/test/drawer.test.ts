import type { OrderDetailView } from '@pangea/api';
import { currencyExponent, PLATFORM_IDS, type PlatformId } from '@pangea/domain';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { Evidence } from '../src/database.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, logins, databaseUrl } = inject('workbench');

let browser: Browser;
let page: Page;
let api: Api;
let database: Evidence;

beforeAll(async () => {
	const manager = loginOf(logins, 'manager');
	api = await demoApi(url, manager);
	await firstOrders(api);
	database = new Evidence(databaseUrl);
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: manager.cookies }));
}, 150_000);

afterAll(async () => {
	await browser?.close();
	await database?.close();
});

async function details(platform: PlatformId): Promise<OrderDetailView[]> {
	const { rows } = await api.orders.list.query({ platforms: [platform], limit: 25 });
	return await Promise.all(rows.map((row) => api.orders.detail.query({ orderId: row.orderId })));
}

/** The order with the most to show. */
async function fullest(platform: PlatformId): Promise<OrderDetailView> {
	const weight = (o: OrderDetailView) => o.parcels.length * 2 + o.returns.length * 4 + o.lines.length + o.history.length;
	const [found] = (await details(platform)).toSorted((a, b) => weight(b) - weight(a));
	if (!found) throw new Error(`There is no order of ${platform}`);
	return found;
}

/** An amount as it stands in a cell: digits and sign only, the currency behind it. */
function written(money: { amountMinor: string; currency: string }): string {
	const digits = currencyExponent(money.currency);
	const value = Number(money.amountMinor) / 10 ** digits;
	return `${new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)}${money.currency}`;
}

const bare = (text: string) => text.replace(/\s+/gu, '');

async function openDrawer(on: Page, orderId: string): Promise<void> {
	await on.goto(`/orders?order=${orderId}`);
	await on.locator('aside.drawer .body section').first().waitFor();
}

/** Texts of the elements in the drawer's section of that name, without the spaces between their parts. */
async function inSection(name: string, selector: string): Promise<string[]> {
	const section = page.locator('aside.drawer section').filter({ has: page.getByRole('heading', { name, exact: true }) });
	return (await section.locator(selector).allTextContents()).map(bare);
}

describe.each(PLATFORM_IDS.map((id) => [id]))('the drawer of an order of %s', (platform) => {
	test('holds what the API says of it: lines, money by part, parcels, cases, states and times', async () => {
		const order = await fullest(platform);
		await openDrawer(page, order.orderId);
		expect(await page.locator('aside.drawer h2').innerText()).toContain(order.externalId);
		expect(await page.locator('aside.drawer header .facts .raw').textContent()).toBe(order.rawStatus);

		const lines = await inSection('Items', 'li');
		expect(lines).toHaveLength(order.lines.length);
		for (const [i, line] of order.lines.entries()) {
			const told = [bare(line.title), `×${line.quantity}`, line.sellerSku, line.unitPrice && written(line.unitPrice)];
			for (const text of told.filter((part) => part !== null)) expect(lines[i]).toContain(text);
		}

		const sums = (await inSection('Money', 'dd')).map((text) => text.replace('≈', ''));
		const told = Object.values(order.money);
		expect(sums.toSorted()).toEqual(told.map(written).toSorted());
		const head = bare((await page.locator('aside.drawer header strong').textContent()) ?? '');
		expect(head.replace('≈', '')).toBe(order.money.total ? written(order.money.total) : '—');

		const parcels = await inSection('Parcels', 'li');
		expect(parcels).toHaveLength(order.parcels.length);
		for (const [i, parcel] of order.parcels.entries()) {
			for (const text of [parcel.trackingNumber, parcel.carrier].filter((part) => part !== null)) expect(parcels[i]).toContain(bare(text));
		}

		const cases = await inSection('Returns and claims', 'li');
		expect(cases).toHaveLength(order.returns.length);
		for (const [i, one] of order.returns.entries()) {
			expect(cases[i]).toContain(one.externalId);
			expect(cases[i]).toContain(bare(one.rawStatus));
		}

		expect(await inSection('History', '.raw')).toEqual(order.history.map((step) => bare(step.rawStatus)));
		const moments = await page
			.locator('aside.drawer .history time')
			.evaluateAll((times) => times.map((time) => time.getAttribute('datetime')));
		expect(moments).toEqual(order.history.flatMap((step) => [step.at, step.seenAt]));
		const dates = await page.locator('aside.drawer .dates time').evaluateAll((times) => times.map((time) => time.getAttribute('datetime')));
		expect(dates).toContain(order.placedAt);
		expect(dates).toContain(order.externalUpdatedAt);
	});

	test('shows the platform’s reply as it came, with people masked', async () => {
		const { orderId } = await fullest(platform);
		// A store that was taken off and bound again, as another of these files does, reads its history anew.
		const order = await until(`evidence of ${orderId}`, 40_000, async () => {
			const detail = await api.orders.detail.query({ orderId });
			return detail.evidence.length > 0 ? detail : undefined;
		});
		const [first] = order.evidence;
		if (!first) throw new Error(`No reply is kept of ${order.externalId}`);
		const document = await api.orders.evidence.query({ rawReplyId: first.rawReplyId });
		await openDrawer(page, order.orderId);
		expect(await inSection('Evidence', 'code')).toEqual(order.evidence.map((reply) => reply.operation));
		await page.locator('aside.drawer .evidence button').first().click();
		await page.locator('pre.payload').waitFor();
		expect(bare((await page.locator('pre.payload').textContent()) ?? '')).toBe(bare(document.text));
		// A reply about parcels need not name the order, but one of them does.
		const texts = await Promise.all(order.evidence.map(({ rawReplyId }) => api.orders.evidence.query({ rawReplyId })));
		expect(texts.some(({ text }) => text.includes(order.externalId))).toBe(true);
	});
});

describe('a buyer’s name and address', () => {
	test('are shown for a reason only, which stands in the audit trail', async () => {
		const order = (await Promise.all(PLATFORM_IDS.map(details))).flat().find((o) => o.buyer === 'held');
		if (!order) throw new Error('No order holds a buyer’s data');
		const audit = () =>
			database.rows<{ user_id: string; detail: { reason: string; words?: string } }>(
				`select user_id, detail from audit where action = 'orders.reveal' and subject = $1`,
				[order.orderId],
			);
		await openDrawer(page, order.orderId);
		expect(await page.locator('aside.drawer .buyer').innerText()).toContain('•••••');
		expect(await audit()).toEqual([]);

		await page.getByRole('button', { name: 'Show buyer' }).click();
		const show = page.getByRole('button', { name: 'Show and log' });
		expect(await show.isDisabled()).toBe(true);
		await page.getByRole('radio', { name: 'Something else' }).check();
		expect(await show.isDisabled()).toBe(true);
		const words = page.getByLabel('In your words');
		await words.fill('ok');
		expect(await show.isDisabled()).toBe(true);
		await page.getByRole('radio', { name: 'Carrier asks' }).check();
		await words.fill('Which door of the street');
		await show.click();
		await page.locator('aside.drawer .buyer.revealed').waitFor();
		expect(await page.locator('aside.drawer .buyer.revealed dd').count()).toBe(5);

		const me = await api.session.me.query();
		expect(await audit()).toEqual([{ user_id: me?.userId, detail: { reason: 'delivery', words: 'Which door of the street' } }]);
		// Gone with the drawer: the next look asks again.
		await page.keyboard.press('Escape');
		await openDrawer(page, order.orderId);
		expect(await page.locator('aside.drawer .buyer.revealed').count()).toBe(0);
	});

	test('are nothing an analyst can get at, on the screen or past it', async () => {
		const login = loginOf(logins, 'analyst');
		const analyst = await demoApi(url, login);
		const order = (await Promise.all(PLATFORM_IDS.map(details))).flat().find((o) => o.buyer === 'held');
		if (!order) throw new Error('No order holds a buyer’s data');
		const visitor = await visit(browser, url, { cookies: login.cookies });
		await openDrawer(visitor.page, order.orderId);
		expect(await visitor.page.getByRole('button', { name: 'Show buyer' }).count()).toBe(0);
		expect(await visitor.page.locator('aside.drawer .buyer').innerText()).toContain('hidden from you');
		await expect(analyst.orders.reveal.mutate({ orderId: order.orderId, reason: 'delivery' })).rejects.toMatchObject({
			data: { problem: { code: 'notAllowed' } },
		});
		const me = await analyst.session.me.query();
		expect(await database.rows('select 1 from audit where action = $1 and user_id = $2', ['orders.reveal', me?.userId])).toEqual([]);
		await visitor.context.close();
	});
});

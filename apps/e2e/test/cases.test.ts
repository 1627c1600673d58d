import type { ConversationRowView } from '@pangea/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { Evidence } from '../src/database.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, databaseUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);

const evidence = new Evidence(databaseUrl);

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: owner.cookies }));
}, 60_000);
afterAll(async () => {
	await simulator.setClockRight();
	await browser?.close();
	await evidence.close();
});

/** An order of a store that a buyer wants to give back. */
async function returned(store: string): Promise<{ store: string; id: string }> {
	const order = await simulator.createOrder(store);
	for (const step of ['paid', 'shipped', 'delivered', 'returnRequested']) await simulator.advance(order, step);
	return order;
}

/** The newest conversation of a kind that waits for us. */
async function waiting(kind: ConversationRowView['kind'], known: ReadonlySet<string>): Promise<ConversationRowView> {
	return await until(`a new ${kind}`, 60_000, async () => {
		const { rows } = await api.inbox.list.query({ view: 'all', limit: 200 });
		return rows.find((row) => row.kind === kind && row.waitingSince !== null && !known.has(row.conversationId));
	});
}

async function knownIds(): Promise<ReadonlySet<string>> {
	return new Set((await api.inbox.list.query({ view: 'all', limit: 200 })).rows.map((row) => row.conversationId));
}

async function show(row: ConversationRowView): Promise<void> {
	await page.goto(`/inbox?view=all&conversation=${row.conversationId}`);
	await page.locator('.case-panel').waitFor();
}

describe('claims and cases in the inbox', () => {
	test('a claim shows where it stands and what is open to us, and is answered by keyboard', async () => {
		const known = await knownIds();
		await returned('meli-mlm');
		await show(await waiting('claim', known));
		const panel = page.locator('.case-panel');
		expect(await panel.locator('.case-head').textContent()).toContain('Claim');
		expect(await panel.locator('.case-action.must').textContent()).toContain('Write to the buyer');
		expect(await panel.locator('.case-foot').textContent()).toContain('goes to the buyer');
		expect(await panel.getByRole('link').getAttribute('href')).toMatch(/^https:\/\/.*mercadoli/);
		expect(await axe(page)).toEqual([]);
		await page.locator('.thread .said').focus();
		await page.keyboard.press('r');
		await page.keyboard.type('Le devolvemos su dinero.');
		await page.keyboard.press('Enter');
		// The platform waits for the buyer now.
		await panel.locator('.case-action.must').waitFor({ state: 'detached', timeout: 30_000 });
		expect(await page.locator('.thread .bubble').filter({ hasText: 'Le devolvemos su dinero.' }).count()).toBe(1);
	});

	test('a case of Temu is shown to read, with its deadline and no field to write in', async () => {
		const known = await knownIds();
		await returned('temu-us');
		await show(await waiting('case', known));
		expect(await page.locator('.composer textarea').count()).toBe(0);
		await page.getByText('This platform has no way for sellers to write here.').waitFor();
		await page.locator('.case-panel').getByText('The platform wants it by').waitFor();
		expect(await page.locator('.case-panel').getByRole('link').getAttribute('href')).toContain('seller');
		expect(await axe(page)).toEqual([]);
	});
});

describe('claims due', () => {
	test('stand on Today with their number, and one key leads to them', async () => {
		const known = await knownIds();
		await returned('temu-us');
		const row = await waiting('case', known);
		const due = async (): Promise<number> => (await api.today.summary.query()).claimsDue?.count ?? 0;
		const before = await due();
		// Platforms give days: the one that they gave is as if nearly over.
		// The next look at the orders would bring the platform's day back.
		await evidence.rows('update pull_cursor set last_attempt_at = now() where store_id = $1', [row.storeId]);
		const nearlyOver = async (): Promise<unknown> =>
			await evidence.rows(
				`update conversation set case_facts = jsonb_set(case_facts, '{dueAt}', to_jsonb($2::text)) where conversation_id = $1`,
				[row.conversationId, new Date(Date.now() - 60_000).toISOString()],
			);
		await nearlyOver();
		expect(await due()).toBe(before + 1);
		await page.goto('/');
		const counter = page.getByRole('link', { name: 'Claims due' });
		await until('the number', 10_000, async () => (await counter.textContent())?.startsWith(String(before + 1)));
		expect(await axe(page)).toEqual([]);
		// So would a push that was late.
		await nearlyOver();
		await page.keyboard.press('d');
		const shown = page.locator(`[data-conversation="${row.conversationId}"]`);
		await shown.waitFor();
		// News of the case that comes in between brings the platform's day back, and the tab counts what was so then.
		const tab = page.locator('.tabs [aria-current="page"]');
		await until('the tab to count it', 30_000, async () => {
			if ((await tab.textContent()) === `Due today ${before + 1}`) return true;
			await nearlyOver();
			await page.reload();
			await shown.waitFor();
			return false;
		});
		expect(await tab.textContent()).toBe(`Due today ${before + 1}`);
		expect(await axe(page)).toEqual([]);
		await page.goto('/');
		await counter.click();
		await page.waitForURL('**/inbox?view=due');
	});
});

describe('messages about an order of Amazon', () => {
	test('are offered as Amazon allows them, asked about before they go, and go once', async () => {
		const order = await simulator.createOrder('amazon-us');
		await simulator.advance(order, 'paid');
		const found = await until('the order', 60_000, async () => (await api.orders.list.query({ search: order.id })).rows[0]);
		await page.goto(`/orders?order=${found.orderId}`);
		const section = page.locator('.order-messages');
		await section.getByRole('button', { name: 'Ask Amazon what may be sent' }).press('Enter');
		await section.getByRole('button', { name: 'Ask about the order' }).press('Enter');
		expect(await section.getByRole('button', { name: 'Ask for a review' }).count()).toBe(0);
		await section.getByRole('textbox').fill('Which colour would you like?');
		expect(await axe(page)).toEqual([]);
		await section.getByRole('button', { name: 'Send …' }).press('Enter');
		await page.getByText('Send this to the buyer?').waitFor();
		await page.getByRole('tooltip').getByRole('button', { name: 'Send', exact: true }).press('Enter');
		await section.locator('[data-order-message="orderDetails"][data-state="accepted"]').waitFor({ timeout: 30_000 });
		const { amazon } = (await simulator.platforms()) as { amazon: { orderMessages: { orderId: string; text: string }[] } };
		expect(amazon.orderMessages.filter((one) => one.orderId === order.id)).toEqual([
			{ orderId: order.id, kind: 'confirmOrderDetails', text: 'Which colour would you like?' },
		]);
	});
});

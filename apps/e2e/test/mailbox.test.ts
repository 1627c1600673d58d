import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);
const STORE = 'amazon-uk';

let browser: Browser;
let visitor: Visitor;
let api: Api;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	await until(
		'the mailboxes to be read',
		60_000,
		async () => (await api.mailboxes.list.query()).some((one) => one.readUntil !== null),
		300,
	);
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: owner.cookies });
}, 150_000);
afterAll(async () => {
	await browser?.close();
});

describe('buyers who write by mail', () => {
	test('stand in the inbox, and an answer reaches them', async () => {
		const { page } = visitor;
		const externalId = await simulator.buyerWrites(STORE, 'Is the kettle loud?');
		await page.goto('/inbox?view=all');
		await page.locator('[data-conversation]').filter({ hasText: 'Is the kettle loud?' }).click();
		await page.locator('.composer textarea, .thread textarea').first().fill('Hardly: 60 decibels.');
		await page.keyboard.press('Enter');
		const answers = async () =>
			(await simulator.conversations(STORE))
				.find((one) => one.id === externalId)
				?.messages.flatMap(({ from, text }) => (from === 'seller' ? [text] : []));
		await expect.poll(answers, { timeout: 30_000 }).toContain('Hardly: 60 decibels.');
	});

	test('come through a mailbox that is tried before it is kept, without a pointer', async () => {
		const { page } = visitor;
		await page.goto('/stores');
		const button = page.locator('section.platform button:has(.anticon-mail)').first();
		await button.focus();
		await page.keyboard.press('Enter');
		await page.locator('.mailbox button').first().focus();
		await page.keyboard.press('Enter');
		await page.locator('.mailbox-form input[type=password]').fill('not the password');
		await page.keyboard.press('Enter');
		await expect.poll(() => page.locator('.mailbox-form [role=alert]').textContent(), { timeout: 20_000 }).toContain('127.0.0.1');
		expect(await axe(page)).toEqual([]);
		expect(visitor.errors.filter((error) => !error.includes('412'))).toEqual([]);
	});
});

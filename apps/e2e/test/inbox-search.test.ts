import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	const api = await demoApi(url, owner);
	await new Simulator(simulatorUrl).buyerWrites('tiktok-br', 'Minha luminária ornitorrinco chegou quebrada');
	await until(
		'the message to be found',
		30_000,
		async () => (await api.inbox.search.mutate({ question: 'ornitorrinco' })).hits.length === 1,
		300,
	);
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: owner.cookies });
	await visitor.page.goto('/inbox?view=open');
	await visitor.page.locator('[data-conversation]').first().waitFor();
}, 90_000);
afterAll(() => browser?.close());

describe('the search of the inbox in a browser', () => {
	test('goes by keyboard alone: slash, words without accents, Enter, and Escape back to the list', async () => {
		const { page } = visitor;
		await page.keyboard.press('/');
		await page.keyboard.type('luminaria ornito');
		const hit = page.locator('[data-found]');
		await hit.waitFor();
		expect(await hit.locator('mark').allInnerTexts()).toEqual(['luminária', 'ornito']);
		expect(await axe(page)).toEqual([]);
		await page.keyboard.press('Enter');
		const marked = page.locator('.thread .bubble mark');
		await marked.first().waitFor();
		expect(await marked.allInnerTexts()).toEqual(['luminária', 'ornito']);
		expect(new URL(page.url()).search).not.toContain('ornito');
		await page.keyboard.press('Escape');
		await page.locator('[data-conversation]').first().waitFor();
		expect(await page.locator('mark').count()).toBe(0);
	});

	test('says what it could not find', async () => {
		const { page } = visitor;
		await page.keyboard.press('/');
		await page.keyboard.type('xylographer');
		await page.getByText('No message holds these words').waitFor();
		await page.keyboard.press('Escape');
		await page.locator('[data-conversation]').first().waitFor();
		expect(await page.locator('[data-found]').count()).toBe(0);
	});
});

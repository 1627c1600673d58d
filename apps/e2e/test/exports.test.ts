import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, type Login, loginOf } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { firstOrders } from '../src/wait.ts';

const { url, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
	api = await demoApi(url, owner);
	await firstOrders(api);
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: owner.cookies }));
}, 150_000);

afterAll(async () => {
	await browser?.close();
});

const cookieOf = ({ cookies }: Pick<Login, 'cookies'>) => cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

describe('an export', () => {
	test('is asked for by keyboard, written in the background, and taken as a file', async () => {
		await page.goto('/orders');
		await page.locator('[data-order]').first().waitFor();
		await page.keyboard.press('j');
		await page.keyboard.press('x');
		await page.keyboard.press('e');
		const panel = page.locator('.export-panel');
		await panel.getByText('Selected orders: 1').waitFor();
		const { violations } = await new AxeBuilder({ page }).include('.export-panel').analyze();
		expect(violations.map((one) => one.id)).toEqual([]);
		await panel.getByRole('button', { name: 'Make the file' }).press('Enter');
		await page.waitForURL('**/exports');
		const run = page.locator('.export-runs li').first();
		await run.getByText('Rows: 1,').waitFor();
		const [download] = await Promise.all([page.waitForEvent('download'), run.getByRole('button', { name: /^Download/ }).click()]);
		expect(download.suggestedFilename()).toMatch(/^pangea-orders-.*\.xlsx$/);
		const file = readFileSync(await download.path());
		expect(file.subarray(0, 2).toString()).toBe('PK');
	});

	test('has a link that is no good to who is not signed in, and says so where it is opened', async () => {
		const [run] = await api.exports.list.query();
		const { address } = await api.exports.link.mutate({ runId: run?.runId ?? '' });
		const ask = (who: Pick<Login, 'cookies'> | null) =>
			fetch(`${url}${address}`, { redirect: 'manual', headers: { accept: '*/*', ...(who && { cookie: cookieOf(who) }) } });
		expect((await ask(null)).status).toBe(401);
		const answer = await ask(owner);
		expect(answer.status).toBe(200);
		expect((await answer.arrayBuffer()).byteLength).toBe(run?.fileSize);
		await page.goto(address.replace(/signature=[^&]*/, 'signature=forged'));
		await page.waitForURL('**/exports?problem=exportLinkOver');
		await page.getByText('The file could not be given').waitFor();
	});
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apiOf, signUpByHand } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { said } from '../src/catalog.ts';
import { Evidence } from '../src/database.ts';
import { Simulator } from '../src/simulator.ts';

const { url, simulatorUrl, databaseUrl } = inject('workbench');

let browser: Browser;
let database: Evidence;

beforeAll(async () => {
	database = new Evidence(databaseUrl);
	browser = await launchBrowser();
});

afterAll(async () => {
	await browser?.close();
	await database?.close();
});

test.each(['en', 'zh-CN'] as const)(
	'wrong app credentials end in a sentence that says what to do, in %s, and nothing half-written stays',
	async (language) => {
		const words = (text: string) => said(language, text);
		const cookies = await signUpByHand(url, {
			name: 'Newcomer',
			email: `credentials.${language}.${Date.now()}@example.com`,
			password: 'a-long-password',
		});
		const { workspaceId } = await apiOf(url, cookies).workspace.create.mutate({ name: 'New', baseCurrency: 'CNY', zone: 'Asia/Shanghai' });
		const written = async () =>
			Object.fromEntries(
				await Promise.all(
					['connection', 'connection_secret', 'store', 'pull_cursor', 'backfill', 'orders'].map(async (table) => [
						table,
						(await database.rows(`select 1 from ${table} where workspace_id = $1`, [workspaceId])).length,
					]),
				),
			) as Record<string, number>;
		const { amazon } = (await new Simulator(simulatorUrl).platforms()) as {
			amazon: { clientId: string; accounts: { sellingPartnerId: string; refreshToken: string }[] };
		};

		const { page, context } = await visit(browser, url, { language, cookies });
		await page.goto('/stores?bind=amazon');
		await page.getByLabel(words('Client ID')).fill(amazon.clientId);
		await page.getByLabel(words('Client secret')).fill('amzn1.oa2-cs.v1.this-is-not-the-secret');
		await page.getByRole('button', { name: words('Store credentials') }).click();
		await page
			.locator('.bind .ant-segmented-item')
			.filter({ hasText: words('Paste a token') })
			.click();
		await page.getByLabel(words('Seller ID')).fill(amazon.accounts[0]?.sellingPartnerId ?? '');
		await page.getByLabel(words('Refresh token')).fill(amazon.accounts[0]?.refreshToken ?? '');
		await page
			.locator('.bind')
			.getByRole('button', { name: words('Bind the store') })
			.click();
		const alert = page.locator('.bind [role=alert]');
		await alert.waitFor();
		expect(await alert.innerText()).toBe(
			words('The platform refuses the app credentials. Check the key and the secret and enter them again.'),
		);
		expect(Object.values(await written())).toEqual([0, 0, 0, 0, 0, 0]);
		expect(await page.content()).not.toContain('this-is-not-the-secret');
		await page.keyboard.press('Escape');
		await page.getByRole('heading', { name: words('No store is bound yet') }).waitFor();
		await context.close();
	},
);

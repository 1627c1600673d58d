import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Api, apiOf, signUpByHand } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { Simulator } from '../src/simulator.ts';

const { url, simulatorUrl } = inject('workbench');
const simulator = new Simulator(simulatorUrl);
const COMPANY = '杭州云帆贸易有限公司';

interface Facts {
	amazon: {
		clientId: string;
		clientSecret: string;
		applicationId: string;
		accounts: { account: string; sellingPartnerId: string; refreshToken: string }[];
	};
	temu: {
		gateways: Record<string, { appKey: string; appSecret: string }>;
		stores: { id: string; tokens: Record<string, string | null> }[];
	};
}

let browser: Browser;
let page: Page;
let api: Api;
let facts: Facts;

beforeAll(async () => {
	facts = (await simulator.platforms()) as unknown as Facts;
	const cookies = await signUpByHand(url, { name: 'Opener', email: `opener.${Date.now()}@example.com`, password: 'a-long-password' });
	const { workspaceId } = await apiOf(url, cookies).workspace.create.mutate({ name: 'Opens', baseCurrency: 'CNY', zone: 'Asia/Shanghai' });
	api = apiOf(url, cookies, workspaceId);
	const { appKey = '', appSecret = '' } = facts.temu.gateways['us'] ?? {};
	await api.stores.saveApp.mutate({ platform: 'temu', fields: { usAppKey: appKey, usAppSecret: appSecret } });
	const { clientId, clientSecret, applicationId } = facts.amazon;
	await api.stores.saveApp.mutate({ platform: 'amazon', fields: { clientId, clientSecret, applicationId } });
	const accessToken = facts.temu.stores.find((one) => one.id === 'temu-us')?.tokens['us'] ?? '';
	await api.stores.paste.mutate({ platform: 'temu', host: 'us', fields: { accessToken } });
	const [sister] = await api.stores.list.query();
	await api.stores.adopt.mutate({ storeIds: [sister?.storeId ?? ''], change: { entity: COMPANY, group: 'Home', colour: 'blue' } });
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies }));
}, 90_000);
afterAll(async () => {
	await browser?.close();
	for (const store of await api.stores.list.query()) await api.stores.setEnabled.mutate({ storeId: store.storeId, enabled: false });
}, 60_000);

async function choose(label: string, option: string): Promise<void> {
	const field = page.getByLabel(label, { exact: true });
	await field.click();
	// A long list holds only what is in sight.
	if (await field.isEditable()) await field.fill(option);
	await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).first().click();
}

test('a paper is written down with its file, and shown with its end', async () => {
	await page.goto('/stores/dossier');
	await page.getByRole('button', { name: 'Add a paper' }).press('Enter');
	const drawer = page.getByRole('dialog');
	await choose('Kind of paper', 'Bank account');
	await choose('Holds in', 'Hong Kong');
	await drawer.getByLabel('Number', { exact: true }).fill('6222020200112233445');
	await drawer.getByLabel('Valid until').fill('2020-01-31');
	await drawer.getByLabel('Number', { exact: true }).press('Enter');
	await drawer.getByRole('button', { name: 'Add a file' }).waitFor();
	await drawer
		.getByLabel('File of the paper')
		.setInputFiles({ name: 'account.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 the account') });
	const [download] = await Promise.all([page.waitForEvent('download'), drawer.getByRole('link', { name: 'account.pdf' }).click()]);
	expect(download.suggestedFilename()).toBe('account.pdf');
	expect(await axe(page)).toEqual([]);
	await page.keyboard.press('Escape');
	const row = page.getByRole('region', { name: COMPANY }).getByRole('row').filter({ hasText: 'Bank account' });
	await row.filter({ hasText: 'has ended' }).filter({ hasText: '3445' }).waitFor();
	expect(await page.content()).not.toContain('6222020200112233445');
	expect((await api.dossier.list.query()).papers[0]).toMatchObject({ entity: COMPANY, country: 'HK', validUntil: '2020-01-31' });
});

test('a store is opened from the choice of its site to the bound store that is made like its sister', async () => {
	await page.goto('/stores/next');
	await choose('Platform', 'Amazon');
	await choose('Site', 'Japan');
	await choose('Company that opens it', COMPANY);
	await page.locator('.ant-segmented-item').filter({ hasText: 'From abroad' }).click();
	await page.locator('[data-step=papers]').filter({ hasText: 'not confirmed' }).waitFor();
	await page.getByRole('button', { name: 'Begin this opening' }).click();

	const done = page.getByLabel('Done: Register');
	await done.focus();
	await page.keyboard.press('Space');
	await page.locator('[data-step=register]').filter({ hasText: '✓ Opener' }).waitFor();
	await page.getByRole('button', { name: 'Note: Register' }).click();
	await page.getByLabel('Note: Register').fill('Waiting for the letter');
	await page.locator('[data-step=register]').getByRole('button', { name: 'Save' }).click();
	await page.locator('[data-step=register]').getByText('Waiting for the letter').waitFor();
	expect(await axe(page)).toEqual([]);

	const seller = facts.amazon.accounts.find((one) => one.account === 'fe');
	await page.locator('[data-step=bind]').getByRole('button', { name: 'Bind the store', exact: true }).click();
	await page.locator('.bind .ant-segmented-item').filter({ hasText: 'Paste a token' }).click();
	// The region follows from the site.
	await page.locator('.bind').filter({ hasText: 'JP' }).waitFor();
	await page.locator('.bind input[id$="sellerId"]').fill(seller?.sellingPartnerId ?? '');
	await page.locator('.bind input[id$="refreshToken"]').fill(seller?.refreshToken ?? '');
	await page.locator('.bind').getByRole('button', { name: 'Bind the store' }).click();
	await expect.poll(() => page.locator('.bind').count(), { timeout: 20_000 }).toBe(0);
	await page.getByRole('button', { name: 'This is the store' }).click();

	await choose('Make it like', 'US');
	await page.getByRole('row').filter({ hasText: 'Company that sells' }).filter({ hasText: COMPANY }).waitFor();
	await page.getByRole('button', { name: /^Copy to / }).click();
	await page.getByText('The two do not differ').waitFor();
	const store = (await api.stores.list.query()).find((one) => one.platform === 'amazon');
	expect(store).toMatchObject({ country: 'JP', entity: COMPANY, group: 'Home', colour: 'blue' });
	const [opening] = await api.openings.list.query();
	expect(opening).toMatchObject({ storeId: store?.storeId, way: 'crossBorder', endedAt: expect.any(String) });
	expect(await axe(page)).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { said } from '../src/catalog.ts';
import { Evidence } from '../src/database.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, databaseUrl, logins, mailFolder } = inject('workbench');
const owner = loginOf(logins, 'owner');
const RECORDS = 12;
/** A folder into which what is seen is photographed. */
const SCREENSHOTS = process.env['PANGEA_SCREENSHOTS'];

let browser: Browser;
let page: Page;
let database: Evidence;
let storeId: string;

beforeAll(async () => {
	const api = await demoApi(url, owner);
	await firstOrders(api);
	const [store] = await api.stores.list.query();
	storeId = store?.storeId ?? '';
	database = new Evidence(databaseUrl);
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: owner.cookies }));
}, 150_000);
afterAll(async () => {
	await database?.rows(`delete from quarantine where cause = 'made for a test'`);
	await browser?.close();
	await database?.close();
});

async function photograph(on: Page, name: string): Promise<void> {
	if (SCREENSHOTS) await on.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** Mails that the demo's catcher keeps. */
function mails(): string[] {
	return readdirSync(mailFolder).map((name) => readFileSync(join(mailFolder, name), 'utf8'));
}

/** Has the worker look for notices now instead of at its next round. */
async function lookNow(): Promise<void> {
	await database.rows(`insert into jobs.job (name, payload, key) values ('notices.look', '{}', 'all') on conflict do nothing`);
}

describe('notices', () => {
	test('are sent by mail where an owner says so, and a test says at once whether it arrives', { timeout: 60_000 }, async () => {
		await page.goto('/settings');
		const panel = page.locator('#channels');
		await panel.getByRole('button', { name: 'Add' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.waitFor();
		await photograph(page, 'channel-form');
		await dialog.getByRole('button', { name: 'Add' }).click();
		await panel.locator('li').waitFor();
		await panel.getByRole('button', { name: 'Send a test to' }).click();
		await page.getByText('The test has arrived at').waitFor();
		expect(mails().filter((mail) => mail.includes('Subject: Pangea: a test') && mail.includes(`To: ${owner.email}`))).toHaveLength(1);
	});

	test('say what is wrong with a group chat that cannot be reached', { timeout: 60_000 }, async () => {
		const panel = page.locator('#channels');
		await panel.getByRole('button', { name: 'Add' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('combobox').first().click();
		await page.locator('.ant-select-item-option').filter({ hasText: 'Feishu' }).click();
		await dialog.getByLabel('Name of the group').fill('Night shift');
		await dialog.getByLabel('Webhook address of the bot').fill('http://127.0.0.1:8065/open-apis/bot/v2/hook/x');
		await dialog.getByRole('button', { name: 'Add' }).click();
		const row = panel.locator('li').filter({ hasText: 'Night shift' });
		await row.getByRole('button', { name: 'Send a test to' }).click();
		await row.getByRole('alert').waitFor();
		expect(await row.getByRole('alert').innerText()).toContain('lies inside a network');
		expect(await axe(page)).toEqual([]);
		await photograph(page, 'channels');
		await row.getByRole('button', { name: 'Remove' }).click();
		await page.locator('.ant-popover').getByRole('button', { name: 'Remove' }).click();
		await row.waitFor({ state: 'detached' });
	});

	test('come by themselves, lead where something can be done, and settle when it is over', { timeout: 240_000 }, async () => {
		await page.goto('/orders');
		const bell = page.locator('.bell');
		await bell.waitFor();
		const before = (await bell.getAttribute('aria-label')) ?? '';
		await database.rows(
			`insert into quarantine (workspace_id, quarantine_id, store_id, platform, cause, digest, sealed)
				select workspace_id, gen_random_uuid(), store_id, platform, 'made for a test', sha256(gen_random_uuid()::text::bytea), '\\x00'
				from store, generate_series(1, $2::int) where store_id = $1`,
			[storeId, RECORDS],
		);
		await lookNow();
		await until('the bell', 100_000, async () => (await bell.getAttribute('aria-label')) !== before, 500);
		await page.keyboard.press('g');
		await page.keyboard.press('a');
		const drawer = page.getByRole('dialog', { name: 'Notices' });
		const notice = drawer.locator('.notices li').filter({ hasText: `Records are set aside · ${RECORDS} records` });
		await notice.waitFor();
		expect(await axe(page)).toEqual([]);
		await photograph(page, 'notices-en-desk');
		await until('the mail', 30_000, () => Promise.resolve(mails().some((mail) => mail.includes('Subject: Records are set aside'))), 500);
		for (const look of [
			{ language: 'zh-CN', dark: true, width: 390, height: 844 },
			{ language: 'zh-CN', dark: false, width: 1440, height: 900 },
		] as const) {
			const reader = await visit(browser, url, { ...look, cookies: owner.cookies });
			await reader.page.goto('/');
			await reader.page.locator('.bell').click();
			await reader.page.getByText(said('zh-CN', 'Records are set aside')).waitFor();
			expect(await axe(reader.page)).toEqual([]);
			await photograph(reader.page, `notices-zh-${look.width}`);
			await reader.context.close();
		}
		await notice.getByRole('link', { name: 'Go there' }).press('Enter');
		await page.waitForURL((at) => at.pathname === '/stores' && at.searchParams.get('store') === storeId);
		await database.rows(`delete from quarantine where cause = 'made for a test'`);
		await lookNow();
		await bell.click();
		await until('the end of it', 100_000, async () => (await notice.innerText()).includes('Settled'), 500);
		expect(mails().filter((mail) => mail.includes('Subject: Records are set aside'))).toHaveLength(1);
	});
});

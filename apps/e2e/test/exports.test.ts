import { AxeBuilder } from '@axe-core/playwright';
import { SFTP_LOGIN, startSftpServer } from '@pangea/testing';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, type Login, loginOf } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { firstOrders } from '../src/wait.ts';

const { url, logins, sftpPort } = inject('workbench');
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

describe('the answer times', () => {
	test('are had as a file by keyboard, with a row for each wait that the screen counts', async () => {
		await page.goto('/numbers/answers');
		await page.getByRole('table').first().waitFor();
		await page.keyboard.press('e');
		const panel = page.locator('.export-panel');
		await panel.getByText('A row for each wait of these days').waitFor();
		const { violations } = await new AxeBuilder({ page }).include('.export-panel').analyze();
		expect(violations.map((one) => one.id)).toEqual([]);
		await panel.getByRole('button', { name: 'Make the file' }).press('Enter');
		await page.waitForURL('**/exports');
		const done = async () => {
			const [run] = await api.exports.list.query();
			return run?.report === 'answers' && run.state === 'done' ? run : null;
		};
		await expect.poll(done).not.toBeNull();
		const until = new Date().toISOString().slice(0, 10);
		const from = new Date(Date.now() - 91 * 86_400_000).toISOString().slice(0, 10);
		const asked = { report: 'answers', format: 'csv', filter: { days: { from, until } }, zone: 'UTC', together: true } as const;
		const { runIds } = await api.exports.ask.mutate(asked);
		const ours = async () => (await api.exports.list.query()).find(({ runId, state }) => runId === runIds[0] && state === 'done')?.rows;
		await expect.poll(ours).toBeGreaterThan(0);
		const { rows } = await api.inbox.performance.query({ from, until });
		const waits = rows.reduce((sum, row) => sum + row.decided + row.open + row.later + row.leftOut, 0);
		// The demo's buyers write on: the screen is asked after the file.
		expect(await ours()).toBeLessThanOrEqual(waits);
		expect(await ours()).toBeGreaterThan(waits - 10);
	});
});

describe('the listings', () => {
	test('are had with their stock from the catalogue', async () => {
		await page.goto('/catalogue');
		await page.getByRole('button', { name: 'Export', exact: true }).waitFor();
		await page.keyboard.press('e');
		await page.locator('.export-panel').getByRole('button', { name: 'Make the file' }).press('Enter');
		await page.waitForURL('**/exports');
		const rows = async () => (await api.exports.list.query()).find(({ report, state }) => report === 'stock' && state === 'done')?.rows;
		await expect.poll(rows).toBeGreaterThan(0);
		await page.getByText('Stock and listings').first().waitFor();
	});
});

describe('an export template', () => {
	test('is made, put in order and given a schedule by keyboard, and makes its file', async () => {
		await page.goto('/exports');
		await page.getByRole('button', { name: 'New template' }).press('Enter');
		const form = page.locator('.template-form');
		await form.getByLabel('Name').fill('Each morning');
		for (const column of ['total', 'order_number']) {
			await form.getByRole('combobox', { name: 'Add a column' }).fill(column);
			await page.keyboard.press('Enter');
			await form.locator('.column-order li', { hasText: column }).waitFor();
		}
		await form.getByRole('button', { name: 'order_number: further up' }).press('Enter');
		await form.getByRole('radio', { name: 'Daily' }).press('Space');
		await form.getByLabel('Time of day').fill('07:30');
		const { violations } = await new AxeBuilder({ page }).include('.template-form').analyze();
		expect(violations.map((one) => one.id)).toEqual([]);
		await form.getByRole('button', { name: 'Keep template' }).press('Enter');
		const row = page.locator('.export-templates li', { hasText: 'Each morning' });
		await row.getByText('Daily, 07:30').waitFor();
		const [template] = await api.exports.templates.query();
		expect(template).toMatchObject({ columns: ['order_number', 'total'], schedule: { every: 'daily', time: '07:30', covers: 'period' } });
		const before = (await api.exports.list.query()).length;
		await row.getByRole('button', { name: 'Make now: Each morning' }).press('Enter');
		await expect.poll(async () => (await api.exports.list.query()).length).toBeGreaterThan(before);
		const { violations: onScreen } = await new AxeBuilder({ page }).include('.exports').analyze();
		expect(onScreen.map((one) => one.id)).toEqual([]);
	});

	test('keeps the filter of a list, and goes with its schedule when it is removed', async () => {
		await page.goto('/orders?state=toShip');
		await page.locator('[data-order]').first().waitFor();
		await page.keyboard.press('e');
		await page.locator('.export-panel').getByLabel('Name of a template').fill('Parcels to ship');
		await page.keyboard.press('Enter');
		await page.waitForURL('**/exports');
		const row = page.locator('.export-templates li', { hasText: 'Parcels to ship' });
		await row.waitFor();
		const kept = (await api.exports.templates.query()).find((one) => one.name === 'Parcels to ship');
		expect(kept?.filter).toMatchObject({ state: 'toShip' });
		await row.getByRole('button', { name: 'Change Parcels to ship' }).press('Enter');
		await page.locator('.template-form').getByRole('button', { name: 'Remove' }).press('Enter');
		await page.locator('.ant-popconfirm').getByRole('button', { name: 'Remove' }).press('Enter');
		await row.waitFor({ state: 'detached' });
	});
});

describe('a destination of exports', () => {
	test('is entered by keyboard, and a server inside a network is not called', async () => {
		await page.goto('/settings');
		const panel = page.locator('.destinations');
		await panel.getByRole('button', { name: 'Add a destination' }).press('Enter');
		await panel.getByLabel('Name').fill('Books');
		await panel.getByLabel('Server', { exact: true }).fill('127.0.0.1');
		await panel.getByText('Nothing of yours is sent before you have accepted it').waitFor();
		await panel.getByRole('button', { name: 'Look at the server' }).press('Enter');
		await panel.getByRole('alert').getByText('127.0.0.1 lies inside a network').waitFor();
		expect(await panel.getByRole('button', { name: 'Try and keep' }).isDisabled()).toBe(true);
		const { violations } = await new AxeBuilder({ page }).include('.destinations').analyze();
		expect(violations.map((one) => one.id)).toEqual([]);
		await panel.getByRole('button', { name: 'Cancel' }).press('Enter');
	});

	test('gets the file of a schedule whole, as the export centre has it, and says so there', { timeout: 200_000 }, async () => {
		const server = await startSftpServer({ port: sftpPort });
		try {
			await page.goto('/settings');
			const panel = page.locator('.destinations');
			await panel.getByRole('button', { name: 'Add a destination' }).press('Enter');
			await panel.getByLabel('Name').fill('Books');
			await panel.getByLabel('Server', { exact: true }).fill('127.0.0.1');
			await panel.getByLabel('Port').fill(String(sftpPort));
			await panel.getByRole('button', { name: 'Look at the server' }).press('Enter');
			await panel.getByRole('checkbox').press('Space');
			expect(server.signIns).toEqual([]);
			await panel.getByLabel('User').fill(SFTP_LOGIN.user);
			await panel.getByLabel('Folder').fill('/in');
			await panel.getByRole('textbox', { name: 'Password' }).fill(SFTP_LOGIN.password);
			await panel.getByRole('button', { name: 'Try and keep' }).press('Enter');
			await panel.getByText('No schedule names it').waitFor();
			expect(await page.content()).not.toContain(SFTP_LOGIN.password);

			await page.goto('/exports');
			await page.getByRole('button', { name: 'New template' }).press('Enter');
			const form = page.locator('.template-form');
			await form.getByLabel('Name').fill('For the books');
			await form.getByRole('radio', { name: 'Daily' }).press('Space');
			const zone = (await api.session.me.query())?.memberships[0]?.zone;
			const soon = new Date(Date.now() + 70_000).toLocaleTimeString('en-GB', {
				timeZone: zone,
				hour: '2-digit',
				minute: '2-digit',
			});
			await form.getByLabel('Time of day').fill(soon);
			await form.getByRole('combobox', { name: 'Brought to' }).press('ArrowDown');
			await page.getByRole('option', { name: 'Brought to Books' }).waitFor({ state: 'attached' });
			await page.keyboard.press('ArrowDown');
			await page.keyboard.press('Enter');
			await form.getByRole('button', { name: 'Keep template' }).press('Enter');
			await page.locator('.export-templates li', { hasText: 'For the books' }).getByText(`Daily, ${soon}`).waitFor();

			const arrived = (): string | undefined => [...server.files.keys()].find((path) => path.startsWith('/in/pangea-'));
			await expect.poll(arrived, { timeout: 150_000, interval: 500 }).toBeDefined();
			const run = page.locator('.export-runs li', { hasText: 'By schedule' }).first();
			await run.getByText('Brought to Books').waitFor();
			expect(await run.getByRole('button').count()).toBe(1);
			const [download] = await Promise.all([page.waitForEvent('download'), run.getByRole('button', { name: /^Download/ }).click()]);
			expect(readFileSync(await download.path()).equals(server.files.get(arrived() ?? '') ?? Buffer.alloc(0))).toBe(true);
			// Neither what was written to try the server nor a part of a file is left.
			expect([...server.files.keys()]).toEqual([arrived()]);
			const { violations } = await new AxeBuilder({ page }).include('.exports').analyze();
			expect(violations.map((one) => one.id)).toEqual([]);
		} finally {
			await server.close();
		}
	});
});

describe('a file of bookings', () => {
	test('is tried, its words are named, and it is taken over', async () => {
		await page.goto('/numbers/statements');
		await page.getByRole('button', { name: 'Import a file' }).press('Enter');
		const drawer = page.locator('.file-import');
		await drawer.getByRole('combobox', { name: 'Store' }).fill('Temu');
		await page.keyboard.press('Enter');
		const file = 'Order No.,Fee type,Amount,Currency,Date\nPO-1,Sale,10.00,USD,2026-11-02\nPO-1,Commission,-1.50,USD,2026-11-02\n';
		await drawer.locator('input[type=file]').setInputFiles({ name: 'temu.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
		await drawer.getByText('New bookings: 2').waitFor();
		await drawer.getByRole('combobox', { name: 'Kind of Sale' }).press('Enter');
		// From the last kind around to the first.
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await drawer.locator('.statement-words').getByText('Goods sold').first().waitFor();
		const { violations } = await new AxeBuilder({ page }).include('.file-import').analyze();
		expect(violations.map((one) => one.id)).toEqual([]);
		await drawer.getByRole('button', { name: 'Take all rows over' }).press('Enter');
		await page.getByText('Bookings taken over: 2').waitFor();
		await page.getByText('from files that were given').waitFor();
	});
});

import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, apiOf, demoApi, type Login, loginOf, signUpByHand } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { Evidence } from '../src/database.ts';
import { firstOrders } from '../src/wait.ts';

const { url, databaseUrl, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');

let browser: Browser;
let page: Page;
let api: Api;
let database: Evidence;
let workspaceId: string;
let store: { storeId: string; name: string };

beforeAll(async () => {
	api = await demoApi(url, owner);
	await firstOrders(api);
	database = new Evidence(databaseUrl);
	workspaceId = (await apiOf(url, owner.cookies).session.me.query())?.memberships[0]?.workspaceId ?? '';
	const [first] = await api.stores.list.query();
	if (!first) throw new Error('There is no store');
	store = first;
	await api.stores.rename.mutate({ storeId: store.storeId, name: `${store.name} =new` });
	await api.stores.rename.mutate({ storeId: store.storeId, name: store.name });
	const [order] = (await api.orders.list.query({ stores: [store.storeId], limit: 1 })).rows;
	if (order) {
		await api.orders.annotate.mutate({ orderIds: [order.orderId], flag: 'blue' });
		await api.orders.annotate.mutate({ orderIds: [order.orderId], flag: null });
	}
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: owner.cookies }));
}, 150_000);

afterAll(async () => {
	await browser?.close();
	await database?.close();
});

const entries = () => page.locator('.trail .body .record');

/** Puts so many records into the trail, as if people had been busy for weeks. */
async function fill(many: number): Promise<void> {
	await database.rows(
		`insert into audit (workspace_id, audit_id, at, user_id, actor_name, action, subject, subject_name, store_id, detail)
			select $1, gen_random_uuid(), now() - interval '400 days' - i * interval '1 second', null, null, 'sync.backfill', 's', 'busy ' || i, $2, '{}'
			from generate_series(1, $3::int) i`,
		[workspaceId, store.storeId, many],
	);
}

const cookieOf = ({ cookies }: Pick<Login, 'cookies'>) => cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

const download = (who: Pick<Login, 'cookies'> | null, query: Record<string, string>, accept = '*/*') =>
	fetch(`${url}/download/audit.csv?${new URLSearchParams(query)}`, {
		redirect: 'manual',
		headers: { accept, ...(who && { cookie: cookieOf(who) }) },
	});

describe('the audit trail', () => {
	test('is reached by keyboard and tells a change with before and after', async () => {
		await page.goto('/');
		await page.getByText('Ship within 24 h').first().waitFor();
		await page.keyboard.press('Control+k');
		await page.getByPlaceholder('A place, an order number').waitFor();
		await page.keyboard.type('audit tr');
		await page.getByRole('option', { name: 'Audit trail' }).waitFor();
		await page.keyboard.press('Enter');
		await page.waitForURL('**/settings/audit');
		await entries().first().waitFor();
		const renamed = entries().filter({ hasText: 'Store changed' }).first();
		expect(await renamed.locator('del bdi').innerText()).toBe(`${store.name} =new`);
		expect(await renamed.locator('ins bdi').innerText()).toBe(store.name);
	});

	test('keeps its filter in the address, which opens the same again', async () => {
		await page.goto('/settings/audit');
		await page.getByLabel('Action').click();
		await page.getByTitle('Flag or note changed').last().click();
		await page.waitForURL((at) => at.searchParams.get('action') === 'orders.annotate');
		await expect.poll(async () => new Set(await entries().locator('.what').allInnerTexts())).toEqual(new Set(['Flag or note changed']));
		await page.goto(`/settings/audit?store=${store.storeId}&action=stores.change`);
		await expect.poll(async () => new Set(await entries().locator('.what').allInnerTexts())).toEqual(new Set(['Store changed']));
		await page.locator('.filters .ant-btn', { hasText: 'Clear' }).click();
		await page.waitForURL((at) => at.search === '');
	});

	test('holds few rows in the document however long it is, and reads on', async () => {
		await fill(3_000);
		await page.goto(`/settings/audit?action=sync.backfill`);
		await entries().first().waitFor();
		const grid = page.getByRole('grid', { name: 'Audit trail' });
		const seen = new Set<string>();
		for (let turn = 0; turn < 400 && !seen.has('busy 700'); turn++) {
			for (const text of await entries().locator('.subject').allInnerTexts()) seen.add(text);
			expect(await entries().count()).toBeLessThan(120);
			await grid.evaluate((element) => element.scrollBy(0, element.clientHeight / 2));
			await page.waitForTimeout(20);
		}
		expect(Array.from({ length: 700 }, (_, i) => `busy ${i + 1}`).filter((name) => !seen.has(name))).toEqual([]);
	});

	test.each(['light', 'dark'] as const)('can be read by everybody, in %s', async (theme) => {
		await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
		await page.goto('/settings/audit');
		await entries().first().waitFor();
		const { violations } = await new AxeBuilder({ page })
			.setLegacyMode(true)
			.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
			.analyze();
		expect(violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(' ')}`))).toEqual([]);
	});

	test('comes as a file at a press', async () => {
		await page.goto(`/settings/audit?store=${store.storeId}&action=stores.change`);
		await entries().first().waitFor();
		const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()]);
		expect(file.suggestedFilename()).toMatch(/^pangea-audit-\d{4}-\d{2}-\d{2}\.csv$/);
		const text = readFileSync(await file.path(), 'utf8');
		expect(text.startsWith('\uFEFFtime_utc,')).toBe(true);
		expect(text.split('\r\n')).toHaveLength(1 + (await entries().count()) + 1);
	});

	test('is closed to agents and analysts, on the screen and as a file', async () => {
		for (const role of ['agent', 'analyst']) {
			const login = loginOf(logins, role);
			const reader = await visit(browser, url, { cookies: login.cookies });
			await reader.page.goto('/settings/audit');
			await reader.page.getByRole('heading', { name: 'The audit trail is not open to your role' }).waitFor();
			await reader.page.goto('/settings');
			await reader.page.getByRole('heading', { name: 'Settings' }).waitFor();
			expect(await reader.page.getByRole('link', { name: 'Audit trail' }).count()).toBe(0);
			await reader.context.close();
			expect((await download(login, { workspace: workspaceId })).status).toBe(403);
		}
	});
});

describe('the file', () => {
	test('is for the browser to keep, not to show, and nobody caches it', async () => {
		const reply = await download(owner, { workspace: workspaceId });
		expect(reply.status).toBe(200);
		expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
		expect(reply.headers.get('content-disposition')).toMatch(/^attachment; filename="[a-z0-9.-]+"$/);
		expect(reply.headers.get('cache-control')).toBe('no-store');
		expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
		await reply.text();
	});

	test('asks for the session and the workspace, and says what is wrong', async () => {
		const stranger = {
			cookies: await signUpByHand(url, { name: 'S', email: 'stranger-of-the-trail@example.test', password: 'long enough 1' }),
		};
		expect((await download(null, { workspace: workspaceId })).status).toBe(401);
		expect((await download(stranger, { workspace: workspaceId })).status).toBe(403);
		expect((await download(owner, {})).status).toBe(403);
		const wrong = await download(owner, { workspace: workspaceId, from: 'yesterday' });
		expect([wrong.status, await wrong.json()]).toEqual([400, { problem: { code: 'inputWrong', params: { field: 'from' } } }]);
	});

	test('leads a person to a screen with the sentence', async () => {
		expect((await download(null, { workspace: workspaceId }, 'text/html')).headers.get('location')).toBe('/sign-in?to=%2Fsettings%2Faudit');
		await page.goto(`/download/audit.csv?workspace=${workspaceId}&from=yesterday`);
		await page.getByRole('alert').filter({ hasText: 'The file could not be made' }).waitFor();
	});
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { Evidence } from '../src/database.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, databaseUrl, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');

let browser: Browser;
let page: Page;
let api: Api;
let database: Evidence;

beforeAll(async () => {
	api = await demoApi(url, owner);
	await firstOrders(api);
	database = new Evidence(databaseUrl);
	browser = await launchBrowser();
	({ page } = await visit(browser, url, { cookies: owner.cookies }));
}, 150_000);
afterAll(async () => {
	await browser?.close();
	await database?.close();
});

describe('the sync console', () => {
	test('has a row for every store and stands one click from the stores', async () => {
		await page.goto('/stores');
		await page.getByRole('link', { name: 'Sync', exact: true }).click();
		await page.locator('.stores-in-sync tbody tr').first().waitFor();
		const bound = (await api.stores.list.query()).filter((s) => s.connectionState !== 'disconnected');
		expect(await page.locator('.stores-in-sync tbody tr').count()).toBe(bound.length);
	});

	test('compares a store with its platform at a press, shows both counts, and what lacked when it was filled', {
		timeout: 120_000,
	}, async () => {
		// A store whose last days are in, and one of its orders that is taken away behind the product's back.
		const IN_REACH = `ext_updated_at between now() - interval '40 hours' and now() - interval '1 hour'`;
		const store = await until(
			'a store whose last days are read',
			90_000,
			async () => {
				const [found] = await database.rows<{ storeId: string }>(
					`select s.store_id as "storeId" from store s join backfill b using (workspace_id, store_id)
					where s.platform = 'tiktok-shop' and b.reached < now() - interval '4 days'
						and exists (select from orders o where o.store_id = s.store_id and ${IN_REACH}) limit 1`,
				);
				return found;
			},
			500,
		);
		const lost = await database.rows(
			`delete from orders where order_id = (select order_id from orders where store_id = $1 and ${IN_REACH} order by ext_updated_at limit 1)
				returning order_id`,
			[store.storeId],
		);
		expect(lost).toHaveLength(1);
		await page.goto(`/stores/sync?store=${store.storeId}`);
		const drawer = page.locator('.sync-store');
		await drawer.waitFor();
		await page.getByRole('button', { name: 'Compare now' }).click();
		await until('the gap, filled', 60_000, async () => (await drawer.innerText()).includes('were missing, all came'), 500);
		const rows = await drawer.locator('.ours-and-theirs tbody tr').all();
		expect(rows.length).toBeGreaterThan(0);
		for (const row of rows) {
			const cells = await row.locator('td').allInnerTexts();
			expect(cells[2]).toBe(cells[3]);
		}
		// The loss is a matter of record.
		expect(await database.rows(`select lacked, state from gap where store_id = $1`, [store.storeId])).toContainEqual({
			lacked: 1,
			state: 'filled',
		});
	});

	test('lets a given-up job be tried again', async () => {
		const [store] = await api.stores.list.query();
		await database.rows(
			`insert into jobs.dead (job_id, name, payload, attempts, error, created_at)
				select coalesce(max(job_id), 0) + 1000000, 'store.pull', jsonb_build_object('workspaceId', workspace_id, 'storeId', store_id), 4, 'PlatformError', now()
				from store left join jobs.dead on true where store_id = $1 group by workspace_id, store_id`,
			[store?.storeId],
		);
		await page.goto('/stores/sync');
		const panel = page.getByRole('region', { name: 'Jobs given up' });
		await panel.getByText('Ask for changed orders').waitFor();
		await panel.getByRole('button', { name: 'Try again' }).click();
		await panel.getByText('None: every job ended well').waitFor();
		expect(await database.rows('select 1 from jobs.dead')).toEqual([]);
	});

	test('stops every change at the platforms with the keyboard alone, says so, and allows them again', async () => {
		await page.goto('/stores/sync');
		await page.getByRole('button', { name: 'Stop all changes …' }).focus();
		await page.keyboard.press('Enter');
		const sure = page.getByRole('button', { name: 'Stop all changes', exact: true });
		await sure.waitFor();
		await sure.focus();
		await page.keyboard.press('Enter');
		const banner = page.getByRole('alert').filter({ hasText: 'Changes at all platforms are stopped' });
		await banner.waitFor();
		expect(await database.rows('select 1 from workspace where writes_stopped_at is not null')).toHaveLength(1);
		expect(await axe(page)).toEqual([]);
		await banner.getByRole('button', { name: 'Allow changes again' }).click();
		await expect.poll(() => banner.count()).toBe(0);
		expect(await database.rows('select 1 from workspace where writes_stopped_at is not null')).toEqual([]);
	});

	test('stops the changes of one store and marks it in the table', async () => {
		const [store] = await api.stores.list.query();
		await page.goto(`/stores/sync?store=${store?.storeId}`);
		const allowed = page.getByRole('switch', { name: 'Allow changes at the platform for this store' });
		await allowed.focus();
		await page.keyboard.press('Space');
		await page.locator('.writes').getByText('stopped since').waitFor();
		await page.keyboard.press('Escape');
		await expect.poll(() => page.locator('.stores-in-sync .tag').filter({ hasText: 'no changes' }).count()).toBe(1);
		await page.goto(`/stores/sync?store=${store?.storeId}`);
		await allowed.click();
		await page.locator('.writes').getByText('allowed').waitFor();
	});
});

import { type ModelServer, startModelServer } from '@pangea/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { CopyForm } from '../src/copy-form.ts';
import { until } from '../src/wait.ts';

const { url, logins, modelPort } = inject('workbench');

let host: ModelServer;
let browser: Browser;
let owner: Visitor;
let form: CopyForm;
let api: Api;

beforeAll(async () => {
	host = await startModelServer(modelPort);
	const login = loginOf(logins, 'owner');
	api = await demoApi(url, login);
	await until(
		'the stores read',
		120_000,
		async () => (await api.catalogue.stores.query()).every(({ state }) => ['read', 'elsewhere'].includes(state)),
		500,
	);
	await until('SKUs paired', 30_000, async () => (await api.catalogue.coverage.query({ view: 'gaps', limit: 1 })).rows.length > 0, 500);
	await api.translator.save.mutate({ baseUrl: host.url, model: 'stand-in-1', key: host.key });
	browser = await launchBrowser();
	owner = await visit(browser, url, { cookies: login.cookies });
	form = new CopyForm(owner.page);
}, 180_000);
afterAll(async () => {
	await api.translator.remove.mutate();
	await browser?.close();
	await host?.close();
});

/** A SKU that Japan does not list and that has a title in English. */
async function target(): Promise<{ skuId: string; storeId: string }> {
	const stores = await api.stores.list.query();
	const japan = stores.find(({ platform, country }) => platform === 'amazon' && country === 'JP')!.storeId;
	const america = stores.find(({ platform, country }) => platform === 'amazon' && country === 'US')!.storeId;
	const { rows } = await api.catalogue.coverage.query({ view: 'all', limit: 200 });
	const spoken = new Set(
		(await api.catalogue.readiness.query({ skuIds: rows.map(({ skuId }) => skuId) })).skus
			.filter(({ languages }) => !languages.includes('ja'))
			.map(({ skuId }) => skuId),
	);
	const skuIds = rows
		.filter(
			({ skuId, cells }) =>
				spoken.has(skuId) && cells.some(({ storeId }) => storeId === america) && !cells.some(({ storeId }) => storeId === japan),
		)
		.map(({ skuId }) => skuId);
	for (const skuId of skuIds) {
		const { sources } = await api.copies.draft.query({ skuId, storeId: japan });
		// Only drafts have descriptions, and one of another test may give way to its listing at any time.
		if (sources.length > 0 && sources.every(({ description }) => description === '')) return { skuId, storeId: japan };
	}
	throw new Error('Every SKU has a draft elsewhere');
}

describe('texts of a copy', () => {
	test('are translated on a key, stay marked until a person confirms them, and are remembered', async () => {
		const { page } = owner;
		const { skuId, storeId } = await target();
		await page.goto('/settings');
		await page.locator('.glossary > button').click();
		await page.locator('.glossary-form .ant-input').first().fill('Yunfan');
		await page.locator('.glossary-form button[type=submit]').click();
		await page.locator('.glossary-term').first().waitFor();
		expect(await axe(page)).toEqual([]);
		await form.open({ skuId, storeId });
		await form.takeCategory();
		await page.locator('#copy-title-ja-JP').focus();
		await page.keyboard.press('Control+.');
		await page.locator('.copy-machine').first().waitFor();
		expect(host.asked).toHaveLength(1);
		expect(await page.locator('#copy-title-ja-JP').inputValue()).toMatch(/^«.+»$/);
		expect(await axe(page)).toEqual([]);
		await page.locator('.copy-foot summary').click();
		expect(await page.locator('.copy-gaps').innerText()).toContain('Written by a machine');
		await page.locator('.copy-mark button').first().click();
		await page.locator('.copy-foot button').first().click();
		await until(
			'it is saved',
			10_000,
			async () => {
				const { draft, confirmers } = await api.copies.draft.query({ skuId, storeId });
				return draft.texts.some(({ marks }) => marks?.title?.kind === 'confirmed') && Object.keys(confirmers).length === 1;
			},
			200,
		);
		// What is like it elsewhere is shown with what differs.
		await page.reload();
		await page.locator('.copy-memory').first().waitFor();
		expect(await page.locator('.copy-memory button').first().isDisabled()).toBe(true);
		expect(await axe(page)).toEqual([]);
		expect(owner.errors).toEqual([]);
	}, 120_000);
});

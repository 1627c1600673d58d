import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';

const { url } = inject('workbench');
/** The texts of a language, built in a file of their own. */
const WORDS = '**/assets/messages-*.js';

let browser: Browser;
beforeAll(async () => {
	browser = await launchBrowser();
});
afterAll(() => browser?.close());

test.each([
	['zh-CN', '页面没有加载完', '重试'],
	['en', 'The page did not load completely', 'Try again'],
	['pt-BR', 'A página não carregou por completo', 'Tentar de novo'],
	['es-MX', 'La página no cargó por completo', 'Intentar de nuevo'],
])('a page whose words do not come says so in %s, and begins anew on a key', async (language, title, again) => {
	const visitor = await visit(browser, url, { language });
	const { page } = visitor;
	await page.route(WORDS, (route) => route.abort());
	await page.goto('/sign-in');
	await page.getByRole('heading', { name: title }).waitFor();
	expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
	expect(await axe(page)).toEqual([]);
	await page.unroute(WORDS);
	const before = visitor.documents();
	await page.getByRole('button', { name: again }).focus();
	await page.keyboard.press('Enter');
	await page.locator('input[type=email]').waitFor();
	expect(visitor.documents()).toBe(before + 1);
});

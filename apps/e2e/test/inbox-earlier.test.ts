import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { conversationsRead } from '../src/inbox.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);
const STORE = 'tiktok-br';
const WRITTEN = 130;

let browser: Browser;
let visitor: Visitor;
let api: Api;

const textOf = (n: number): string => `Linha ${String(n).padStart(3, '0')}${n === 2 ? ' do quetzalcoatl' : ''}`;
const numbers = (from: number, until_: number): number[] => Array.from({ length: until_ - from + 1 }, (_, i) => from + i);

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	await conversationsRead(api);
	for (const n of numbers(1, WRITTEN)) await simulator.buyerWrites(STORE, textOf(n));
	await until(
		'all lines to be read',
		60_000,
		async () =>
			(await api.inbox.search.mutate({ question: textOf(WRITTEN) })).hits.length === 1 &&
			(await api.inbox.search.mutate({ question: 'quetzalcoatl' })).hits.length === 1,
		300,
	);
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: owner.cookies });
	await visitor.page.goto('/inbox?view=open');
	await visitor.page
		.locator('[data-conversation]')
		.filter({ hasText: textOf(WRITTEN) })
		.click();
	await visitor.page
		.locator('.thread .bubble')
		.filter({ hasText: textOf(WRITTEN) })
		.waitFor();
}, 150_000);
afterAll(async () => {
	await simulator.setClockRight();
	await browser?.close();
});

/** Numbers of the lines shown, from the top down. */
const shown = async (page: Page): Promise<number[]> =>
	(await page.locator('.thread .bubble').allInnerTexts()).flatMap((text) =>
		/^Linha (\d+)/.exec(text)?.[1] ? [Number(/^Linha (\d+)/.exec(text)?.[1])] : [],
	);
/** How far a line lies below the upper edge of what is said. */
const below = async (page: Page, n: number): Promise<number> => {
	const line = await page
		.locator('.thread .bubble')
		.filter({ hasText: textOf(n) })
		.boundingBox();
	const box = await page.locator('.said').boundingBox();
	if (!line || !box) throw new Error(`Line ${n} is not shown`);
	return line.y - box.y;
};

describe('earlier messages', () => {
	test('come by the keyboard alone, and what is read stays in its place', async () => {
		const { page } = visitor;
		const first = (await shown(page))[0] ?? 0;
		expect(await shown(page)).toEqual(numbers(first, WRITTEN));
		expect(first).toBeGreaterThan(50);
		await page.locator('.said').focus();
		await page.keyboard.press('Home');
		await until('older lines', 5_000, async () => ((await shown(page))[0] ?? first) < first);
		// A line that was at the upper edge is still there, not pushed out of sight.
		expect(Math.abs(await below(page, first))).toBeLessThan(120);
		expect(await axe(page)).toEqual([]);
	});

	test('neither lose nor double lines when news comes, and nobody is torn away from what they read', async () => {
		const { page } = visitor;
		const first = (await shown(page))[0] ?? 0;
		const middle = first + 20;
		await page
			.locator('.thread .bubble')
			.filter({ hasText: textOf(middle) })
			.evaluate((line) => line.scrollIntoView({ block: 'center' }));
		const place = await below(page, middle);
		for (const n of numbers(WRITTEN + 1, WRITTEN + 12)) await simulator.buyerWrites(STORE, textOf(n));
		await until('the news', 20_000, async () => (await shown(page)).at(-1) === WRITTEN + 12);
		expect(await shown(page)).toEqual(numbers(first, WRITTEN + 12));
		expect(Math.abs((await below(page, middle)) - place)).toBeLessThan(3);
		await page.getByRole('button', { name: 'New messages' }).click();
		await until(
			'the end',
			5_000,
			async () => (await below(page, WRITTEN + 12)) < 900 && (await page.getByRole('button', { name: 'New messages' }).count()) === 0,
		);
	});

	test('show a search hit in its place, however old it is', async () => {
		const { page } = visitor;
		await page.reload();
		await page.locator('[data-conversation]').first().waitFor();
		await page.keyboard.press('Escape');
		await page.keyboard.press('/');
		await page.keyboard.type('quetzalcoatl');
		await page.locator('[data-found]').waitFor();
		await page.keyboard.press('Enter');
		const marked = page.locator('.thread .bubble mark');
		await marked.first().waitFor();
		await until('it to be in sight', 5_000, async () => {
			const place = await below(page, 2);
			return place >= 0 && place < 800;
		});
		expect((await shown(page)).filter((n) => n > 2)).toEqual(numbers(3, WRITTEN + 12));
		expect(visitor.errors).toEqual([]);
	});
});

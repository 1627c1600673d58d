import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { conversationsRead, openInbox } from '../src/inbox.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);

let browser: Browser;
let visitor: Visitor;
let api: Api;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	await conversationsRead(api);
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: owner.cookies });
	await openInbox(visitor.page);
}, 150_000);
afterAll(async () => {
	await browser?.close();
});

const STAYS = 'The buyer’s newest message had not been read yet, so it stays open.';
const rowOf = (text: string) => visitor.page.locator('[data-conversation]').filter({ hasText: text });
const bubble = (text: string) => visitor.page.locator('.thread .bubble').filter({ hasText: text });

async function isDone(externalId: string): Promise<boolean | undefined> {
	return (await api.inbox.list.query({ view: 'all' })).rows.find((row) => row.externalId === externalId)?.done;
}

/** In the page: presses the key that closes right when words have come up. From out here it may be a second later on a busy machine. */
async function pressAsItComes(text: string): Promise<void> {
	const shown = (): boolean => [...document.querySelectorAll('.thread .bubble')].some((one) => one.textContent.includes(text));
	while (!shown()) await new Promise((resolve) => requestAnimationFrame(resolve));
	const said = document.querySelector<HTMLElement>('.thread .said');
	said?.focus();
	said?.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', code: 'KeyE', bubbles: true }));
}

/** Opens a conversation, presses the key that closes as soon as its words have come up, and is told that it stays open. */
async function closeAtSight(text: string): Promise<void> {
	const pressed = visitor.page.evaluate(pressAsItComes, text);
	await rowOf(text).click();
	await pressed;
	await visitor.page.getByText(STAYS).waitFor();
}

describe('a conversation that is opened again', () => {
	test('is not closed over words that came behind what was kept of it', async () => {
		const { page } = visitor;
		const order = (await simulator.createOrder('tiktok-br')).id;
		const conversation = await simulator.buyerWrites('tiktok-br', 'Tem em azul?', { order });
		await simulator.buyerWrites('tiktok-br', 'É pesado?', { order: (await simulator.createOrder('tiktok-br')).id });
		await rowOf('Tem em azul?').click();
		await bubble('Tem em azul?').waitFor();
		await rowOf('É pesado?').click();
		await bubble('É pesado?').waitFor();
		await simulator.buyerWrites('tiktok-br', 'Melhor em verde', { order });
		await rowOf('Melhor em verde').waitFor();
		await closeAtSight('Melhor em verde');
		expect(await isDone(conversation)).toBe(false);
		// The desk has gone on to the next one. Whoever comes back has time to read.
		await rowOf('Melhor em verde').click();
		await bubble('Melhor em verde').waitFor();
		await page.waitForTimeout(1_000);
		await page.locator('.thread .said').focus();
		await page.keyboard.press('e');
		await until('it to be done', 10_000, async () => await isDone(conversation));
	}, 60_000);

	test('is not closed by a key that was meant for the one before', async () => {
		const { page } = visitor;
		await page.getByText(STAYS).waitFor({ state: 'detached' });
		const conversation = await simulator.buyerWrites('tiktok-br', 'Tem garantia?', {
			order: (await simulator.createOrder('tiktok-br')).id,
		});
		await rowOf('Tem garantia?').waitFor();
		await closeAtSight('Tem garantia?');
		expect(await isDone(conversation)).toBe(false);
		// The server's no to either, and nothing else.
		expect(visitor.errors.filter((error) => !error.includes('409'))).toEqual([]);
	}, 60_000);
});

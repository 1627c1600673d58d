import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { conversationsRead, openInbox } from '../src/inbox.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);
const STORE = 'tiktok-br';
const PROMISED_MS = 1_000;

let browser: Browser;
let first: Visitor;
let second: Visitor;
let api: Api;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	await conversationsRead(api);
	browser = await launchBrowser();
	first = await visit(browser, url, { cookies: owner.cookies });
	second = await visit(browser, url, { cookies: loginOf(logins, 'agent').cookies });
	for (const { page } of [first, second]) {
		await openInbox(page);
	}
}, 150_000);
afterAll(async () => {
	await simulator.setClockRight();
	await browser?.close();
});

const rowOf = ({ page }: Visitor, text: string) => page.locator('[data-conversation]').filter({ hasText: text });
const bubble = ({ page }: Visitor, text: string) => page.locator('.thread .bubble').filter({ hasText: text });

/** A buyer writes; both operators see it. @returns the conversation's id at the platform */
async function bothHear(text: string): Promise<string> {
	const conversation = await simulator.buyerWrites(STORE, text);
	await Promise.all([first, second].map((one) => rowOf(one, text).waitFor()));
	return conversation;
}

/** How often the seller's side said it at the platform. */
async function saidThere(conversation: string, text: string): Promise<number> {
	const found = (await simulator.conversations(STORE)).find((one) => one.id === conversation);
	return found?.messages.filter((message) => message.from === 'seller' && message.text === text).length ?? 0;
}

describe('the inbox of two operators', () => {
	test('shows both a buyer’s message within a second of its being written, without a reload', async () => {
		await bothHear('Is there a first one?');
		const taken: number[] = [];
		for (const text of ['É à prova d’água?', 'E é leve?', 'E vem com cabo?']) {
			const started = Date.now();
			await bothHear(text);
			taken.push(Date.now() - started);
		}
		// One stall of a busy machine is not the product's.
		expect(taken.toSorted((a, b) => a - b)[1]).toBeLessThan(PROMISED_MS);
	});

	test('is answered by keyboard alone; the other operator sees it, and the platform has it once', async () => {
		const conversation = await bothHear('Tem garantia?');
		for (const one of [first, second]) await rowOf(one, 'Tem garantia?').click();
		await bubble(first, 'Tem garantia?').waitFor();
		await first.page.locator('.thread .said').focus();
		await first.page.keyboard.press('r');
		await first.page.keyboard.type('Sim, doze meses.');
		// It stands in the thread before the server has answered.
		const { promise: seen, resolve: goOn } = Promise.withResolvers<void>();
		await first.page.route('**/trpc/**inbox.send**', async (route) => {
			await seen;
			await route.continue();
		});
		await first.page.keyboard.press('Enter');
		await bubble(first, 'Sim, doze meses.').waitFor();
		// News that comes in between does not know it.
		const conversationId = new URL(first.page.url()).searchParams.get('conversation') ?? '';
		await api.inbox.addNote.mutate({ conversationId, noteId: crypto.randomUUID(), text: 'Garantia de um ano', mentions: [] });
		await first.page.locator('[data-note]').filter({ hasText: 'Garantia de um ano' }).waitFor();
		expect(await bubble(first, 'Sim, doze meses.').count()).toBe(1);
		goOn();
		await bubble(second, 'Sim, doze meses.').waitFor();
		await until('the platform to have it', 10_000, async () => (await saidThere(conversation, 'Sim, doze meses.')) === 1);
		await first.page.locator('[data-state=accepted]').filter({ hasText: 'Sim, doze meses.' }).waitFor();
		expect(await first.page.getByLabel('Answer', { exact: true }).inputValue()).toBe('');
		expect(await saidThere(conversation, 'Sim, doze meses.')).toBe(1);
	});

	test('never sends with the Enter that ends a word of an input method', async () => {
		const conversation = await bothHear('你好，什么时候发货？');
		await rowOf(first, '你好，什么时候发货？').click();
		const field = first.page.getByLabel('Answer', { exact: true });
		await field.fill('今天发');
		for (const press of [
			{ isComposing: true, keyCode: 13 },
			{ isComposing: false, keyCode: 229 },
		])
			await field.dispatchEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...press });
		expect(await field.inputValue()).toBe('今天发');
		expect(await saidThere(conversation, '今天发')).toBe(0);
		await field.press('Enter');
		await until('the platform to have it', 10_000, async () => (await saidThere(conversation, '今天发')) === 1);
	});

	test('takes letters for the answer, and for no command, while the conversation is on its way', async () => {
		await bothHear('Tem na cor azul?');
		const { promise: asked, resolve: goOn } = Promise.withResolvers<void>();
		await first.page.goto('/inbox?view=open');
		await rowOf(first, 'Tem na cor azul?').waitFor();
		await first.page.route('**/trpc/**inbox.open**', async (route) => {
			await asked;
			await route.continue();
		});
		await rowOf(first, 'Tem na cor azul?').click();
		// Each of these would do something: close it, take it, open its tags.
		await first.page.keyboard.type('real');
		goOn();
		await bubble(first, 'Tem na cor azul?').waitFor();
		await first.page.unroute('**/trpc/**inbox.open**');
		await first.page.keyboard.type('Sim');
		expect(await first.page.getByLabel('Answer', { exact: true }).inputValue()).toBe('Sim');
		expect(await rowOf(first, 'Tem na cor azul?').count()).toBe(1);
		await first.page.getByLabel('Answer', { exact: true }).fill('');
	});

	test('keeps what was begun for the next visit, on another device too', async () => {
		await bothHear('Pode trocar a cor?');
		await rowOf(first, 'Pode trocar a cor?').click();
		await bubble(first, 'Pode trocar a cor?').waitFor();
		await first.page.getByLabel('Answer', { exact: true }).fill('Claro, qual cor');
		await first.page.locator('.thread .said').focus();
		const row = (await api.inbox.list.query({ view: 'all' })).rows.find((one) => one.preview === 'Pode trocar a cor?');
		await until('the draft', 5_000, async () => (await api.inbox.open.query({ conversationId: row?.conversationId ?? '' })).draft !== '');
		const other = await visit(browser, url, { cookies: loginOf(logins, 'owner').cookies });
		await other.page.goto(`/inbox?view=all&conversation=${row?.conversationId}`);
		await until(
			'the draft there',
			10_000,
			async () => (await other.page.getByLabel('Answer', { exact: true }).inputValue()) === 'Claro, qual cor',
		);
		expect(await other.page.getByLabel('Answer', { exact: true }).inputValue()).toBe('Claro, qual cor');
		await other.context.close();
		await first.page.getByLabel('Answer', { exact: true }).fill('');
		await first.page.locator('.thread .said').focus();
	});

	test('is worked off with the keyboard: done closes one and brings the next', async () => {
		await bothHear('Obrigado!');
		await rowOf(first, 'Obrigado!').click();
		await bubble(first, 'Obrigado!').waitFor();
		await first.page.locator('.thread .said').focus();
		// Nobody has read what came up a moment ago in a conversation that was open: closed at once it would stay open.
		await first.page.waitForTimeout(1_000);
		await first.page.keyboard.press('e');
		await rowOf(first, 'Obrigado!').waitFor({ state: 'detached' });
		await rowOf(second, 'Obrigado!').waitFor({ state: 'detached' });
		expect(await first.page.locator('[data-conversation][aria-current]').count()).toBe(1);
	});

	test('shows what buyers write as text, whatever it looks like', async () => {
		const text = '<img src=x onerror="document.title=1"><b>bold</b> https://evil.example \u202Etxt.exe';
		await bothHear(text);
		await rowOf(first, '<b>bold</b>').click();
		await bubble(first, '<b>bold</b>').waitFor();
		expect(await first.page.locator('.thread .bubble img, .thread .bubble b, .thread .bubble a').count()).toBe(0);
		expect(await first.page.title()).not.toBe('1');
	});

	test('is closed to who does not see buyers, and the way there is not shown', async () => {
		const analyst = await visit(browser, url, { cookies: loginOf(logins, 'analyst').cookies });
		await analyst.page.goto('/inbox');
		await analyst.page.getByText('The inbox is not open to your role').waitFor();
		expect(await analyst.page.getByRole('link', { name: 'Inbox' }).count()).toBe(0);
		await analyst.context.close();
	});

	test('has no finding of axe and no error in the console', async () => {
		expect(await axe(first.page)).toEqual([]);
		expect([...first.errors, ...second.errors]).toEqual([]);
	});
});

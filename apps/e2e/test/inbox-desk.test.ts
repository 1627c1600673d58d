import { join } from 'node:path';
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
const SCREENSHOTS = process.env['PANGEA_SCREENSHOTS'];

let browser: Browser;
let first: Visitor;
let second: Visitor;
let api: Api;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	await conversationsRead(api);
	// A platform's clock is never quite ours: what is written after the buyer's words may be dated before them.
	await simulator.setClockAhead(5_000);
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

/** A buyer writes; both operators see it and open it. */
async function bothOpen(text: string): Promise<string> {
	const conversation = await simulator.buyerWrites(STORE, text);
	for (const one of [first, second]) {
		await rowOf(one, text).waitFor();
		await rowOf(one, text).click();
		await bubble(one, text).waitFor();
		await one.page.locator('.thread .said').focus();
	}
	return conversation;
}

async function saidThere(conversation: string): Promise<(string | null)[]> {
	const found = (await simulator.conversations(STORE)).find((one) => one.id === conversation);
	return found?.messages.filter((message) => message.from === 'seller').map((message) => message.text) ?? [];
}

describe('the desk of two operators', () => {
	test('writes a note by keyboard that the other sees at once and the buyer never', async () => {
		const conversation = await bothOpen('Quero trocar o presente');
		await first.page.keyboard.press('n');
		await first.page.getByLabel('Note', { exact: true }).fill('Troca autorizada');
		await first.page.keyboard.press('Enter');
		await second.page.locator('[data-note]').filter({ hasText: 'Troca autorizada' }).waitFor();
		expect(await axe(first.page)).toEqual([]);
		expect(await saidThere(conversation)).not.toContain('Troca autorizada');
	});

	test('takes an answer back before it goes, with its words in the field again', async () => {
		const conversation = await bothOpen('Qual o peso?');
		await first.page.keyboard.press('r');
		await first.page.keyboard.type('Dois quilos');
		await first.page.keyboard.press('Enter');
		await bubble(second, 'Dois quilos').waitFor();
		await first.page.locator('.thread .said').focus();
		await first.page.keyboard.press('u');
		await bubble(second, 'Dois quilos').waitFor({ state: 'detached' });
		expect(await first.page.getByLabel('Answer', { exact: true }).inputValue()).toBe('Dois quilos');
		await first.page.waitForTimeout(6_000);
		expect(await saidThere(conversation)).not.toContain('Dois quilos');
		await first.page.getByLabel('Answer', { exact: true }).fill('');
	});

	test('asks before an answer goes that was begun before the buyer’s last words', async () => {
		const conversation = await bothOpen('Quero o azul');
		await first.page.keyboard.press('r');
		await first.page.keyboard.type('Segue o azul');
		await simulator.buyerWrites(STORE, 'Não, o verde');
		await bubble(first, 'Não, o verde').waitFor();
		await first.page.keyboard.press('Enter');
		await first.page.getByText('The buyer has written since you began.').waitFor();
		expect(await bubble(first, 'Segue o azul').count()).toBe(0);
		await first.page.keyboard.press('Enter');
		await until('the platform to have it', 15_000, async () => (await saidThere(conversation)).includes('Segue o azul'));
	});

	test('snoozes by keyboard for both, and wakes again', async () => {
		await bothOpen('Amanhã respondo');
		await first.page.keyboard.press('z');
		await first.page.getByRole('menuitem', { name: 'For an hour' }).click();
		for (const one of [first, second]) await rowOf(one, 'Amanhã respondo').waitFor({ state: 'detached' });
		await first.page.getByRole('button', { name: 'Snoozed' }).click();
		await rowOf(first, 'Amanhã respondo').click();
		await first.page.getByRole('button', { name: 'Wake' }).click();
		await rowOf(second, 'Amanhã respondo').waitFor();
		expect(await rowOf(second, 'Amanhã respondo').count()).toBe(1);
		await first.page.goto('/inbox?view=open');
	});

	test('joins two of one buyer by keyboard, sees each beside the other, and holds them apart again', async () => {
		await bothOpen('Outra pergunta minha');
		await first.page.keyboard.press('x');
		await first.page.keyboard.press('j');
		await first.page.keyboard.press('x');
		await first.page.keyboard.press('m');
		const beside = first.page.locator('.context .buyer');
		await beside.getByText('Joined by hand').waitFor();
		if (SCREENSHOTS) await first.page.screenshot({ path: join(SCREENSHOTS, 'buyer.png') });
		expect(await axe(first.page)).toEqual([]);
		await first.page.keyboard.press('b');
		await first.page.keyboard.press('Enter');
		await bubble(first, 'Outra pergunta minha').waitFor();
		await beside.getByText('Joined by hand').waitFor();
		await beside
			.getByRole('button', { name: /hold .* apart/ })
			.first()
			.click();
		await beside.getByText('Held apart by hand').waitFor();
	});

	test('tags, hands out and closes many at once', async () => {
		await bothOpen('Primeiro de dois');
		const page = first.page;
		await page.locator('.thread .said').focus();
		await page.keyboard.press('x');
		await page.keyboard.press('j');
		await page.keyboard.press('X');
		await page.getByRole('toolbar', { name: 'Selected conversations' }).getByText('2 selected').waitFor();
		await page.keyboard.press('l');
		await page.getByLabel('New tag').fill('Gift');
		await page.getByLabel('New tag').press('Enter');
		await until('both tags', 5_000, async () => (await second.page.locator('.tag').filter({ hasText: 'Gift' }).count()) === 2);
		expect(await axe(page)).toEqual([]);
		await page.keyboard.press('Escape');
		await page.locator('.tag-panel').waitFor({ state: 'detached' });
		await page.locator('.conversations').focus();
		await page.keyboard.press('a');
		await until('both to be mine', 5_000, async () => (await api.inbox.list.query({ view: 'mine' })).rows.length >= 2);
		// The list shows a window of many, so the server is asked.
		const closed = async (): Promise<number> => (await api.inbox.list.query({ view: 'done', limit: 200 })).rows.length;
		const before = await closed();
		await page.keyboard.press('e');
		await until('both to be done', 5_000, async () => (await closed()) >= before + 2);
	});

	test('answers with a macro by keyboard, and never sends a place that nothing fills', async () => {
		const conversation = await bothOpen('Cadê o meu pacote?');
		const { page } = first;
		const saved = async (name: string, text: string, quickKey: string | null = null): Promise<void> => {
			await api.inbox.saveMacro.mutate({ macroId: crypto.randomUUID(), name, texts: [{ language: 'pt-BR', text }], quickKey });
		};
		await saved('Where it is', 'Aqui é a loja {store}.');
		await saved('Obrigado', 'Obrigado pela paciência', '3');
		await page.keyboard.press('r');
		await page.keyboard.press('Control+/');
		await page.keyboard.type('where');
		await page.getByRole('option', { name: /Where it is/ }).waitFor();
		expect(await axe(page)).toEqual([]);
		await page.keyboard.press('Enter');
		const field = page.getByLabel('Answer', { exact: true });
		await until('the filled text', 5_000, async () => (await field.inputValue()).startsWith('Aqui é a loja '));
		expect(await field.inputValue()).not.toContain('{store}');
		await page.keyboard.type(' Rastreio: {tracking}');
		await page.keyboard.press('Enter');
		await page.getByRole('alert').filter({ hasText: 'Tracking number' }).waitFor();
		await page.keyboard.press('Control+a');
		await page.keyboard.press('Control+/');
		await page.getByRole('option', { name: /Obrigado/ }).waitFor();
		await page.keyboard.press('3');
		await until('the other text', 5_000, async () => (await field.inputValue()) === 'Obrigado pela paciência');
		await page.keyboard.press('Enter');
		await until('the answer at the platform', 20_000, async () => (await saidThere(conversation)).includes('Obrigado pela paciência'));
		expect((await saidThere(conversation)).filter((text) => text?.includes('Rastreio'))).toEqual([]);
	});

	test('never sends with the key by which an input method ends a word', async () => {
		const conversation = await bothOpen('有现货吗？');
		const { page } = first;
		const line = await page.context().newCDPSession(page);
		const press = (key: string, code: number) =>
			line.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: 'Enter', windowsVirtualKeyCode: code });
		await page.keyboard.press('r');
		// Chinese: the candidates are open while Enter is pressed.
		await line.send('Input.imeSetComposition', { text: 'you', selectionStart: 3, selectionEnd: 3 });
		await press('Process', 229);
		await press('Enter', 13);
		await line.send('Input.insertText', { text: '有货' });
		// Japanese, as a browser tells it that ends the composition before the key.
		await line.send('Input.imeSetComposition', { text: 'はい', selectionStart: 2, selectionEnd: 2 });
		await line.send('Input.insertText', { text: 'はい' });
		await press('Enter', 229);
		await page.waitForTimeout(300);
		const field = page.getByLabel('Answer', { exact: true });
		expect(await field.inputValue()).toBe('有货はい');
		expect(await bubble(first, '有货').count()).toBe(0);
		await page.keyboard.press('Enter');
		await until('the platform to have it', 20_000, async () => (await saidThere(conversation)).includes('有货はい'));
		expect((await saidThere(conversation)).filter((text) => text?.startsWith('有货'))).toHaveLength(1);
	});

	test('says who is given conversations that nobody holds', async () => {
		const page = second.page;
		const owner = await visit(browser, url, { cookies: loginOf(logins, 'owner').cookies });
		try {
			await owner.page.goto('/settings');
			const panel = owner.page.getByRole('region', { name: 'Who is given conversations' });
			await panel.getByRole('button', { name: 'Add a rota' }).click();
			await panel.getByLabel('Name').fill('Weekend');
			await panel.getByLabel(/^People/).click();
			await owner.page.keyboard.press('Enter');
			await owner.page.keyboard.press('Escape');
			await panel.getByLabel(/^Open conversations/).fill('20');
			await panel.getByLabel('Only while they are at work').check();
			await panel.getByLabel('From', { exact: true }).fill('22:00');
			await panel.getByLabel('Until', { exact: true }).fill('06:00');
			await panel.getByText('Until the next day.').waitFor();
			expect(await axe(owner.page)).toEqual([]);
			if (SCREENSHOTS) await owner.page.screenshot({ path: join(SCREENSHOTS, 'rota-form.png'), fullPage: true });
			await panel.getByRole('button', { name: 'Keep the rota' }).click();
			await panel.getByText('at most 20 open each').waitFor();
			await panel.getByText('22:00–06:00 (Asia/Shanghai)').waitFor();
			expect(await axe(owner.page)).toEqual([]);
			await panel.getByRole('switch').click();
			await until('it to be off', 5_000, async () => (await api.inbox.rotas.query()).every(({ isOn }) => !isOn));
			await panel.getByRole('button', { name: 'Remove the rota Weekend' }).click();
			await owner.page.getByRole('tooltip').getByRole('button', { name: 'Remove' }).click();
			await until('it to be gone', 5_000, async () => (await api.inbox.rotas.query()).length === 0);
			expect(owner.errors).toEqual([]);
		} finally {
			await owner.page.close();
		}
		// Whoever may not manage the inbox is not asked.
		await page.goto('/settings');
		await page.getByRole('heading', { name: 'Language' }).waitFor();
		expect(await page.getByRole('region', { name: 'Who is given conversations' }).count()).toBe(0);
		await openInbox(page);
	});

	test('has no finding of axe and no error in the console', async () => {
		expect(await axe(first.page)).toEqual([]);
		expect([...first.errors, ...second.errors]).toEqual([]);
	});
});

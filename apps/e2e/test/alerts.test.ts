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

interface Told {
	title: string;
	body: string;
}

let browser: Browser;
let visitor: Visitor;
let other: Page;
let api: Api;
let me: string;
/** Orders come all the time; one buyer writes here. */
let order: string;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	me = (await api.session.me.query())?.userId ?? '';
	await conversationsRead(api);
	order = (await simulator.createOrder(STORE)).id;
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: owner.cookies });
	// A browser without a screen denies whatever is granted to it.
	await visitor.context.addInitScript(() => {
		class Stand extends EventTarget {
			static get permission(): string {
				return localStorage.getItem('stand.permission') ?? 'default';
			}
			static requestPermission(): Promise<string> {
				localStorage.setItem('stand.asked', String(Number(localStorage.getItem('stand.asked') ?? 0) + 1));
				localStorage.setItem('stand.permission', 'granted');
				return Promise.resolve('granted');
			}
			constructor(title: string, options: { body: string }) {
				super();
				const told = JSON.parse(localStorage.getItem('stand.told') ?? '[]') as object[];
				localStorage.setItem('stand.told', JSON.stringify([...told, { title, body: options.body }]));
			}
			close(): void {}
		}
		Object.assign(globalThis, { Notification: Stand });
	});
	other = await visitor.context.newPage();
	await other.goto('/orders');
	await other.locator('.live.live').waitFor();
	await visitor.page.goto('/settings');
}, 150_000);
afterAll(async () => {
	await browser?.close();
});

const kept = async (name: string): Promise<string | null> => await other.evaluate((key) => localStorage.getItem(key), `stand.${name}`);
const told = async (): Promise<Told[]> => JSON.parse((await kept('told')) ?? '[]') as Told[];

/** A buyer writes in a conversation that I hold. @returns its id here */
async function writtenToMe(text: string): Promise<string> {
	const conversation = await simulator.buyerWrites(STORE, text, { order });
	const row = await until('the conversation', 20_000, async () => {
		const { rows } = await api.inbox.list.query({ view: 'all' });
		return rows.find((one) => one.externalId === conversation && one.preview === text);
	});
	return row.conversationId;
}

describe('notifications beside the page', () => {
	test('are off until somebody switches them on, and only then the browser asks', async () => {
		const conversationId = await writtenToMe('Oi?');
		await api.inbox.change.mutate({ conversationIds: [conversationId], assigneeId: me });
		expect(await kept('asked')).toBeNull();
		expect(await told()).toEqual([]);
		expect(await axe(visitor.page)).toEqual([]);
		await visitor.page.getByText('On', { exact: true }).click();
		await until('the browser to be asked', 5_000, async () => (await kept('asked')) === '1');
		expect(await axe(visitor.page)).toEqual([]);
	}, 60_000);

	test('come once over all tabs, without the buyer’s words', async () => {
		await other.reload();
		await other.locator('.live.live').waitFor();
		await visitor.page.waitForTimeout(1500);
		await writtenToMe('Onde está o meu pacote secreto?');
		await until('the message', 15_000, async () => (await told()).some(({ title }) => title === 'A buyer of yours has written'));
		await visitor.page.waitForTimeout(1500);
		const all = (await told()).filter(({ title }) => title === 'A buyer of yours has written');
		expect(all).toHaveLength(1);
		expect(JSON.stringify(await told())).not.toContain('secreto');
		expect(all[0]?.body).toContain('TikTok Shop');
	}, 60_000);

	test('hold the buyer’s words for who wants that', async () => {
		await visitor.page.getByText("The buyer's name and words").click();
		await writtenToMe('Quero ver isto na tela');
		await until('the words', 15_000, async () => (await told()).some(({ body }) => body.includes('Quero ver isto na tela')));
		await visitor.page.getByText('Only that there is something').click();
		expect(visitor.errors).toEqual([]);
	}, 60_000);

	test('are not given of what is on the screen, in whichever tab, nor of what nobody holds', async () => {
		const conversationId = await writtenToMe('Antes de abrir');
		await until('the message', 15_000, async () => (await told()).length > 1);
		await other.goto(`/inbox?view=all&conversation=${conversationId}`);
		await other.locator('.thread .bubble').filter({ hasText: 'Antes de abrir' }).waitFor();
		await other.locator('.live.live').waitFor();
		await other.waitForTimeout(2500);
		const before = (await told()).length;
		await simulator.buyerWrites(STORE, 'Enquanto olham', { order });
		await other.locator('.thread .bubble').filter({ hasText: 'Enquanto olham' }).waitFor();
		await other.waitForTimeout(2500);
		expect((await told()).length).toBe(before);
		await other.goto('/orders');
		await other.locator('.live.live').waitFor();
		await api.inbox.change.mutate({ conversationIds: [conversationId], assigneeId: null });
		await other.waitForTimeout(1500);
		await writtenToMe('Ninguém cuida');
		await other.waitForTimeout(2500);
		expect((await told()).length).toBe(before);
	}, 90_000);

	test('tell who is given a conversation', async () => {
		const conversationId = await writtenToMe('Para quem?');
		const before = (await told()).length;
		await api.inbox.change.mutate({ conversationIds: [conversationId], assigneeId: me });
		await until('the message', 15_000, async () =>
			(await told()).slice(before).some(({ title }) => title === 'A conversation was given to you'),
		);
		expect(visitor.errors).toEqual([]);
	}, 60_000);
});

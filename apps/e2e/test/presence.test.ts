import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { conversationsRead, openInbox } from '../src/inbox.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);
const ONE = 'Chega antes do Natal?';
const OTHER = 'Is there a warranty?';

let browser: Browser;
let first: Visitor;
let second: Visitor;
/** What the two are called. */
let names: [string, string];

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	const agent = loginOf(logins, 'agent');
	const api = await demoApi(url, owner);
	await conversationsRead(api);
	const { members } = await api.workspace.members.query();
	const nameOf = (email: string): string => members.find((member) => member.email === email)?.name ?? '';
	names = [nameOf(owner.email), nameOf(agent.email)];
	browser = await launchBrowser();
	first = await visit(browser, url, { cookies: owner.cookies });
	second = await visit(browser, url, { cookies: agent.cookies });
	for (const { page } of [first, second]) {
		await openInbox(page);
	}
	await simulator.buyerWrites('tiktok-br', ONE);
	await simulator.buyerWrites('tiktok-th', OTHER);
}, 150_000);
afterAll(async () => {
	await browser?.close();
});

const rowOf = ({ page }: Visitor, text: string) => page.locator('[data-conversation]').filter({ hasText: text });
const markOf = (visitor: Visitor, text: string) => rowOf(visitor, text).locator('.mark-others');
const headOf = ({ page }: Visitor) => page.locator('.thread .others');

async function opens(visitor: Visitor, text: string): Promise<void> {
	await rowOf(visitor, text).click();
	await visitor.page.locator('.thread .bubble').filter({ hasText: text }).waitFor();
}

describe('two operators in one inbox', () => {
	test('see in the list who has a conversation open before they open it', async () => {
		await opens(first, ONE);
		await markOf(second, ONE).getByText(`${names[0]} is here`).waitFor({ state: 'attached' });
		expect(await markOf(second, OTHER).count()).toBe(0);
		// Nobody is told of themselves.
		expect(await markOf(first, ONE).count()).toBe(0);
	});

	test('see in its head who is there and who writes, until they stop', async () => {
		await opens(second, ONE);
		await headOf(first).getByText(`${names[1]} is here`).waitFor();
		await headOf(second).getByText(`${names[0]} is here`).waitFor();
		await first.page.keyboard.press('r');
		await first.page.keyboard.type('Chega sim');
		await headOf(second).getByText(`${names[0]} is writing`).waitFor();
		expect(await axe(second.page)).toEqual([]);
		// Words that stand there untouched are not being written.
		await headOf(second).getByText(`${names[0]} is here`).waitFor();
		await first.page.keyboard.type(', dia 20');
		await headOf(second).getByText(`${names[0]} is writing`).waitFor();
		await first.page.getByLabel('Answer', { exact: true }).fill('');
		await headOf(second).getByText(`${names[0]} is here`).waitFor();
	});

	test('see that somebody goes over to another one, and leaves', async () => {
		await opens(first, OTHER);
		await markOf(second, OTHER).waitFor();
		await until('the head to be empty', 10_000, async () => (await headOf(second).getByText(names[0]).count()) === 0);
		await first.page.goto('/today');
		await markOf(second, OTHER).waitFor({ state: 'detached' });
		expect(await second.page.locator('.mark-others').count()).toBe(0);
	});

	test('know it again when the line comes back', async () => {
		await first.page.goto('/inbox?view=open');
		await opens(first, OTHER);
		await markOf(second, OTHER).waitFor();
		await second.context.setOffline(true);
		await markOf(second, OTHER).waitFor({ state: 'detached' });
		await second.context.setOffline(false);
		await markOf(second, OTHER).waitFor();
		expect(await markOf(second, OTHER).textContent()).toContain(names[0]);
	});

	test('throw no error meanwhile', () => {
		const own = [...first.errors, ...second.errors].filter((error) => !error.includes('ERR_INTERNET_DISCONNECTED'));
		expect(own).toEqual([]);
	});
});

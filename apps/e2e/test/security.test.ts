import { totp } from '@pangea/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { apiOf, signUpByHand } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, signIn, type Visitor, visit } from '../src/browser.ts';

const { url } = inject('workbench');
const PASSWORD = 'a-password-of-mine';

let browser: Browser;
let owner: Visitor;
let workspaceId: string;
const boss = { name: 'Alba Núñez', email: `boss.${Date.now()}@example.com`, password: PASSWORD };
const guest = { name: 'Bruno Díaz', email: `guest.${Date.now()}@example.com`, password: PASSWORD };
let secret = '';
let codes: string[] = [];

beforeAll(async () => {
	browser = await launchBrowser();
	const cookies = await signUpByHand(url, boss);
	const api = apiOf(url, cookies);
	({ workspaceId } = await api.workspace.create.mutate({ name: 'Alba Trading', baseCurrency: 'MXN', zone: 'America/Mexico_City' }));
	const { link } = await apiOf(url, cookies, workspaceId).workspace.invite.mutate({ email: guest.email, role: 'agent', storeScope: null });
	const token = new URL(link).pathname.split('/').at(-1) ?? '';
	await apiOf(url, await signUpByHand(url, guest)).workspace.acceptInvitation.mutate({ token });
	owner = await visit(browser, url, { cookies });
});

afterAll(async () => {
	await browser?.close();
});

/** From the password to the codes, in whatever shows the enrolment. @returns what the person keeps. */
async function enrol(page: Page): Promise<{ secret: string; codes: string[] }> {
	await page.getByLabel('Your password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Go on' }).click();
	await page.getByRole('img', { name: 'QR code' }).waitFor();
	const key = (await page.locator('code.secret').innerText()).replaceAll(/\s/g, '');
	await page.getByLabel('The six digits').fill(totp(key));
	await page.getByRole('button', { name: 'Switch on' }).click();
	await page.locator('.backup-codes li').first().waitFor();
	const kept = await page.locator('.backup-codes li').allInnerTexts();
	await page.getByRole('button', { name: 'I have kept them' }).click();
	return { secret: key, codes: kept };
}

async function password(page: Page, person: typeof boss): Promise<void> {
	await page.goto('/sign-in');
	await page.locator('input[type=email]').fill(person.email);
	await page.locator('input[type=password]').fill(person.password);
	await page.locator('button[type=submit]').click();
}

describe('the second factor', () => {
	test('is set up with a code from the app, and the codes for a lost telephone are shown once', async () => {
		const { page, errors } = owner;
		await page.goto('/settings/security');
		await page.locator('.sessions li').first().waitFor();
		await page.getByRole('button', { name: 'Set up' }).click();
		({ secret, codes } = await enrol(page));
		expect(codes).toHaveLength(10);
		await page.getByText('10 codes are left').waitFor();
		expect(await page.content()).not.toContain(codes[0]);
		expect(await axe(page)).toEqual([]);
		expect(errors).toEqual([]);
	});

	test('is asked for at sign-in, by keyboard alone, and a wrong code says so', async () => {
		const { page, context } = await visit(browser, url);
		await password(page, boss);
		const code = page.getByLabel('Code', { exact: true });
		await code.waitFor();
		await page.keyboard.type('000000');
		await page.keyboard.press('Enter');
		await page.getByRole('alert').filter({ hasText: 'This code is not right' }).waitFor();
		await page.goto('/orders');
		await page.waitForURL('**/sign-in**');
		await password(page, boss);
		await code.waitFor();
		expect(await axe(page)).toEqual([]);
		await page.keyboard.type(totp(secret));
		await page.keyboard.press('Enter');
		await page.waitForURL((at) => at.pathname === '/');
		await context.close();
	});

	test('can be passed with a backup code when the telephone is lost', async () => {
		const { page, context } = await visit(browser, url);
		await password(page, boss);
		await page.getByRole('button', { name: 'I do not have the telephone' }).click();
		await page.getByLabel('Backup code').fill(codes[0] ?? '');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.waitForURL((at) => at.pathname === '/');
		await page.goto('/settings/security');
		await page.locator('.setting', { hasText: 'Backup codes' }).waitFor();
		expect(await page.locator('.setting', { hasText: 'Backup codes' }).innerText()).toContain('9 codes are left');
		await context.close();
	});
});

describe('sessions', () => {
	test('elsewhere end at a press, and the one who sat there is out', async () => {
		const { page } = owner;
		const other = await visit(browser, url);
		await password(other.page, boss);
		await other.page.getByLabel('Code', { exact: true }).fill(totp(secret));
		await other.page.getByRole('button', { name: 'Sign in' }).click();
		await other.page.waitForURL((at) => at.pathname === '/');
		await page.goto('/settings/security');
		await page.locator('.sessions li').nth(1).waitFor();
		expect(await page.locator('.sessions li').first().innerText()).toContain('this one');
		expect(await page.locator('.sessions li').nth(1).innerText()).toContain('on Linux');
		await page.getByRole('button', { name: 'End all others' }).click();
		await page.getByRole('button', { name: 'End them' }).click();
		await expect.poll(() => page.locator('.sessions li').count()).toBe(1);
		await other.page.goto('/settings');
		await other.page.waitForURL('**/sign-in**');
		await other.context.close();
	});
});

describe('a workspace that asks for a second factor', () => {
	test('leads a member without one to set it up, also one who is at work, and shows nothing before', async () => {
		const member = await visit(browser, url);
		await signIn(member.page, guest);
		await member.page.locator('.live.live').waitFor();
		await owner.page.goto('/settings/security');
		await owner.page.getByText('1 member has none yet').waitFor();
		await owner.page.getByRole('switch').click();
		await member.page.waitForURL('**/second-factor');
		const asGuest = apiOf(url, await member.context.cookies(), workspaceId);
		await expect(asGuest.orders.list.query({})).rejects.toMatchObject({ data: { problem: { code: 'secondFactorMissing' } } });
		const csv = await member.context.request.get(`/download/audit.csv?workspace=${workspaceId}`);
		expect(csv.status()).toBe(403);
		await member.page.goto('/orders');
		await member.page.waitForURL('**/second-factor');
		expect(await axe(member.page)).toEqual([]);
		await enrol(member.page);
		await member.page.waitForURL((at) => at.pathname === '/');
		await owner.page.goto('/members');
		await expect.poll(() => owner.page.locator('.people .tag', { hasText: 'second factor' }).count()).toBe(2);
		await member.context.close();
	});
});

describe('what a member sees of orders', () => {
	test('is chosen by an owner on the member’s form, and the member’s screens follow', async () => {
		const { page } = owner;
		await page.goto('/members');
		await page.getByRole('button', { name: `Change ${guest.name}` }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('radiogroup', { name: 'Revenue' }).getByText('Hidden', { exact: true }).click();
		await dialog.getByRole('radiogroup', { name: 'Cost' }).getByText('Shown', { exact: true }).click();
		expect(await axe(page)).toEqual([]);
		await dialog.getByRole('button', { name: 'Save' }).click();
		const line = page.locator('.people li', { hasText: guest.name });
		await expect.poll(() => line.innerText()).toContain('without Revenue');
		expect(await line.innerText()).toContain('also Cost');
		await page.goto('/settings/audit?action=members.change');
		await page.locator('.trail .body .record').first().waitFor();
		expect(await page.locator('.trail .body .record').first().innerText()).toContain('Revenue');
	});
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, apiOf, demoApi, loginOf, signUpByHand, storeOf } from '../src/account.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { said } from '../src/catalog.ts';
import { Evidence } from '../src/database.ts';
import { Simulator } from '../src/simulator.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, simulatorUrl, databaseUrl, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');
const simulator = new Simulator(simulatorUrl);
const ACCOUNT = 'brazil';

let browser: Browser;
let api: Api;
let database: Evidence;

beforeAll(async () => {
	api = await demoApi(url, owner);
	await firstOrders(api);
	database = new Evidence(databaseUrl);
	browser = await launchBrowser();
}, 150_000);

afterAll(async () => {
	await browser?.close();
	await database?.close();
});

interface Grant {
	version: number;
	state: string;
}

/** The sealed grant's version and the connection's state: what a renewal changes. */
async function grantOf(connectionId: string): Promise<Grant | undefined> {
	const [row] = await database.rows<Grant & Record<string, unknown>>(
		'select x.version, c.state from connection c join connection_secret x using (workspace_id, connection_id) where connection_id = $1',
		[connectionId],
	);
	return row;
}

const tokenOf = (link: string) => link.slice(link.lastIndexOf('/') + 1);

async function makeLink(connectionId: string): Promise<string> {
	for (const link of await api.links.list.query({ connectionId }))
		if (link.state === 'open') await api.links.revoke.mutate({ linkId: link.linkId });
	return (await api.links.make.mutate({ connectionId })).link;
}

async function knock(door: string, body: unknown): Promise<{ status: number; body: unknown; cookie: string }> {
	const reply = await fetch(`${url}/reconnect-link/${door}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: url },
		body: JSON.stringify(body),
	});
	return { status: reply.status, body: await reply.json(), cookie: reply.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

/** Walks to the platform and consents as a seller, without a browser. @returns where the platform leads back to, with what the browser holds */
async function consentByHand(link: string, account: string | null): Promise<{ back: string; cookie: string }> {
	const begun = await knock('consent', { token: tokenOf(link) });
	const page = new URL((begun.body as { url: string }).url);
	if (account !== null) page.searchParams.set('account', account);
	const back = (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? '';
	return { back, cookie: begun.cookie };
}

async function comeBack({ back, cookie }: { back: string; cookie: string }): Promise<string | null> {
	return (await fetch(back, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } })).headers.get('location');
}

const NOT_OPEN = '/reconnected?problem=linkNotOpen';

/** As whom a page consents. */
const sellers = new WeakMap<Page, string>();

/** Goes to the consent page as the seller of an account: the simulated page asks nobody, so the account stands in its address. */
async function consentAs(page: Page, account: string): Promise<string> {
	let back = '';
	const isFirst = !sellers.has(page);
	sellers.set(page, account);
	// For as long as the page lives: what is on its way while requests cease to be looked at may never come.
	if (isFirst)
		await page.route('**/tiktok-shop-services/**', async (route) => {
			const at = new URL(route.request().url());
			at.searchParams.set('account', sellers.get(page) ?? '');
			await route.continue({ url: at.href });
		});
	const note = (request: { url(): string }) => {
		if (new URL(request.url()).pathname.startsWith('/connected/')) back = request.url();
	};
	page.on('request', note);
	await page.locator('form.reconnect button[type=submit]').click();
	await page.waitForURL((at) => at.pathname === '/reconnected');
	page.off('request', note);
	return back;
}

describe('a link for a platform with a consent page', () => {
	test('renews a broken grant without a login, for the right account only, and once', { timeout: 120_000 }, async () => {
		const store = await storeOf(api, 'tiktok-shop', 'BR');
		await simulator.expireTokens('tiktok-shop', ACCOUNT, true);
		await until('the store in need of its owner', 30_000, async () => (await grantOf(store.connectionId))?.state === 'needsReconnect');

		const { page } = await visit(browser, url, { cookies: owner.cookies });
		await page.goto('/stores');
		const card = page.locator(`#store-${store.storeId}`);
		await card.getByRole('button', { name: 'Let the owner do it …' }).click();
		await page.getByRole('button', { name: 'Make a link' }).click();
		const link = await page.getByRole('textbox', { name: 'Reconnect link' }).inputValue();
		const before = await grantOf(store.connectionId);

		const visitor = await visit(browser, url, { language: 'zh-CN' });
		const heard: string[] = [];
		visitor.page.on('response', (response) => {
			if (!response.url().includes('/reconnect-link/')) return;
			// The answer to a page that has been left cannot be read any more.
			response.text().then(
				(text) => heard.push(text),
				() => {},
			);
		});
		await visitor.page.goto(link);
		await visitor.page.locator('form.reconnect').waitFor();
		const me = await apiOf(url, owner.cookies).session.me.query();
		const told = (await visitor.page.locator('body').innerText()) + heard.join(' ');
		expect(told).toContain('TikTok Shop');
		for (const secret of [store.name, store.accountName, store.storeId, store.connectionId, me?.memberships[0]?.name, me?.name])
			if (secret) expect(told).not.toContain(secret);

		const accounts = ((await simulator.platforms())['tiktok-shop'] as { accounts: { account: string }[] }).accounts;
		const other = accounts.find((a) => a.account !== ACCOUNT)?.account ?? '';
		await consentAs(visitor.page, other);
		expect(await visitor.page.getByRole('alert').innerText()).toBe(
			said(
				'zh-CN',
				'This is another account of the platform than the one that was asked for. Nothing was changed. Sign in there with the right account and open the link again.',
			),
		);
		expect(await grantOf(store.connectionId)).toEqual(before);

		await visitor.page.goto(link);
		const back = await consentAs(visitor.page, ACCOUNT);
		await visitor.page.getByRole('heading', { name: said('zh-CN', 'The permission is renewed') }).waitFor();
		expect((await grantOf(store.connectionId))?.state).toBe('active');
		const trail = await database.rows('select user_id, connection_id from audit where action = $1 and connection_id = $2', [
			'links.use',
			store.connectionId,
		]);
		expect(trail).toEqual([{ user_id: null, connection_id: store.connectionId }]);

		await visitor.page.goto(back);
		await visitor.page.waitForURL((at) => at.pathname + at.search === NOT_OPEN);
		await visitor.page.goto(link);
		expect(await visitor.page.getByRole('alert').innerText()).toBe(
			said(
				'zh-CN',
				'This link is not valid. It may have been used or withdrawn, or its time is over. Ask the person who sent it for a new one.',
			),
		);
		expect((await api.links.list.query({ connectionId: store.connectionId }))[0]?.state).toBe('used');
		await visitor.context.close();
		await page.context().close();
	});

	test('gives the same answer for links that are unknown, used, revoked, run out or tampered with', async () => {
		const { connectionId } = await storeOf(api, 'tiktok-shop', 'BR');
		const used = await makeLink(connectionId);
		expect(await comeBack(await consentByHand(used, ACCOUNT))).toBe('/reconnected');
		const old = await makeLink(connectionId);
		await database.rows(`update reconnect_link set expires_at = now() - interval '1 second' where used_at is null and revoked_at is null`);
		const revoked = await makeLink(connectionId);
		const open = await makeLink(connectionId);
		const tampered = `${tokenOf(open).slice(0, -1)}${open.endsWith('A') ? 'B' : 'A'}`;
		const answers = [];
		for (const token of [tokenOf(used), tokenOf(old), tokenOf(revoked), tampered, 'x'.repeat(43), '', '../..', 'a\0b'])
			for (const door of ['read', 'consent', 'paste']) answers.push(await knock(door, { token }));
		answers.push(await knock('read', {}), await knock('read', { token: 1 }));
		for (const answer of answers)
			expect(answer).toEqual({ status: 404, body: { problem: { code: 'linkNotOpen', params: {} } }, cookie: '' });
		expect((await knock('read', { token: tokenOf(open) })).status).toBe(200);
	});

	test('cannot be finished in another browser, with another link’s consent, or after it was revoked or ran out', async () => {
		const { connectionId } = await storeOf(api, 'tiktok-shop', 'BR');
		const before = await grantOf(connectionId);
		const link = await makeLink(connectionId);
		const mine = await consentByHand(link, ACCOUNT);
		expect(await comeBack({ back: mine.back, cookie: '' })).toBe(NOT_OPEN);
		expect(await comeBack({ back: mine.back, cookie: (await consentByHand(link, ACCOUNT)).cookie })).toBe(NOT_OPEN);

		// The consent of this link, given out as that of another store's.
		const elsewhere = (await api.stores.list.query()).find((s) => s.platform === 'tiktok-shop' && s.connectionId !== connectionId);
		const foreign = await consentByHand(await makeLink(elsewhere?.connectionId ?? ''), ACCOUNT);
		const swapped = new URL(mine.back);
		const [prefix, , sealed] = (swapped.searchParams.get('state') ?? '').split('.');
		const digest = (new URL(foreign.back).searchParams.get('state') ?? '').split('.')[1];
		swapped.searchParams.set('state', `${prefix}.${digest}.${sealed}`);
		expect(await comeBack({ back: swapped.href, cookie: mine.cookie })).toBe(NOT_OPEN);

		const [listed] = await api.links.list.query({ connectionId });
		await api.links.revoke.mutate({ linkId: listed?.linkId ?? '' });
		expect(await comeBack(mine)).toBe(NOT_OPEN);
		const late = await consentByHand(await makeLink(connectionId), ACCOUNT);
		await database.rows(`update reconnect_link set expires_at = now() - interval '1 second' where connection_id = $1`, [connectionId]);
		expect(await comeBack(late)).toBe(NOT_OPEN);
		expect(await grantOf(connectionId)).toEqual(before);
	});

	test('lets one of two who come back at once win', async () => {
		const { connectionId } = await storeOf(api, 'tiktok-shop', 'BR');
		const link = await makeLink(connectionId);
		const both = await Promise.all([consentByHand(link, ACCOUNT), consentByHand(link, ACCOUNT)]);
		const before = (await grantOf(connectionId))?.version ?? 0;
		const outcomes = await Promise.all(both.map(comeBack));
		expect(new Set(outcomes)).toEqual(new Set(['/reconnected', NOT_OPEN]));
		expect((await grantOf(connectionId))?.version).toBe(before + 1);
	});

	test('belongs to its workspace: another one can neither make, list nor revoke it', async () => {
		const { connectionId } = await storeOf(api, 'tiktok-shop', 'BR');
		await makeLink(connectionId);
		const [link] = await api.links.list.query({ connectionId });
		const cookies = await signUpByHand(url, { name: 'S', email: 'stranger-with-links@example.test', password: 'long enough 1' });
		const { workspaceId } = await apiOf(url, cookies).workspace.create.mutate({ name: 'Theirs', baseCurrency: 'USD', zone: 'UTC' });
		const theirs = apiOf(url, cookies, workspaceId);
		await expect(theirs.links.make.mutate({ connectionId })).rejects.toThrow('notFound');
		await expect(theirs.links.list.query({ connectionId })).rejects.toThrow('notFound');
		await expect(theirs.links.revoke.mutate({ linkId: link?.linkId ?? '' })).rejects.toThrow('notFound');
		await expect(api.links.make.mutate({ connectionId, hours: 10_000 })).rejects.toThrow('too_big');
	});

	test('leads every account of Mercado Libre to the log-in where it is known', async () => {
		const connections = new Set((await api.stores.list.query()).filter((s) => s.platform === 'mercado-libre').map((s) => s.connectionId));
		expect(connections.size).toBeGreaterThan(1);
		for (const connectionId of connections)
			expect(await comeBack(await consentByHand(await makeLink(connectionId), null))).toBe('/reconnected');
	});

	test('is kept as a digest only', async () => {
		const { connectionId } = await storeOf(api, 'tiktok-shop', 'BR');
		const link = await makeLink(connectionId);
		const rows = await database.rows('select l::text as row from reconnect_link l union all select a::text from audit a');
		expect(JSON.stringify(rows)).not.toContain(tokenOf(link));
	});
});

describe('a link for a platform whose tokens are pasted', () => {
	interface TemuFacts {
		stores: { id: string; mallId: string; tokens: Record<string, string | null> }[];
	}
	const temu = async () => (await simulator.platforms())['temu'] as TemuFacts;

	test('takes the token of this account and refuses that of another', { timeout: 120_000 }, async () => {
		const connections = await database.rows<{ connectionId: string; host: string; account: string }>(
			`select connection_id as "connectionId", host, external_account_id as account from connection
				where platform = 'temu' and host not in ('us', 'partner') order by created_at`,
		);
		const facts = await temu();
		const known = connections.flatMap((c) => {
			const store = facts.stores.find((s) => s.mallId === c.account && typeof s.tokens[c.host] === 'string');
			return store ? [{ ...c, store }] : [];
		});
		const mine = known[0];
		if (!mine) throw new Error('There is no Temu store whose token is pasted');
		await simulator.configure('temu', { authorize: mine.store.id });
		const fresh = (await temu()).stores.find((s) => s.id === mine.store.id)?.tokens[mine.host] ?? '';
		const foreign = (await temu()).stores.find((s) => s.id !== mine.store.id && typeof s.tokens[mine.host] === 'string')?.tokens[mine.host];
		const before = await grantOf(mine.connectionId);
		const link = await makeLink(mine.connectionId);

		const { page, context } = await visit(browser, url, { language: 'pt-BR' });
		await page.goto(link);
		const field = page.getByLabel(said('pt-BR', 'Access token'));
		const send = page.getByRole('button', { name: said('pt-BR', 'Renew the permission') });
		if (foreign) {
			await field.fill(foreign);
			await send.click();
			expect(await page.getByRole('alert').innerText()).toBe(
				said(
					'pt-BR',
					'This is another account of the platform than the one that was asked for. Nothing was changed. Sign in there with the right account and open the link again.',
				),
			);
			expect((await grantOf(mine.connectionId))?.version).toBe(before?.version);
		}
		await field.fill(fresh);
		await send.click();
		await page.waitForURL((at) => at.pathname === '/reconnected');
		await page.getByRole('heading', { name: said('pt-BR', 'The permission is renewed') }).waitFor();
		expect(await grantOf(mine.connectionId)).toEqual({ version: (before?.version ?? 0) + 1, state: 'active' });
		await context.close();
	});

	test('takes the token of a private app of Amazon, and not that of another seller under this one’s name', {
		timeout: 60_000,
	}, async () => {
		const { amazon } = (await simulator.platforms()) as {
			amazon: { accounts: { account: string; sellingPartnerId: string; refreshToken: string }[] };
		};
		const [mine, other] = await Promise.all(
			['na', 'eu'].map(async (host) => {
				const [row] = await database.rows<{ connectionId: string; account: string; orders: string }>(
					`select c.connection_id as "connectionId", c.external_account_id as account,
							(select count(*) from orders o join store s using (workspace_id, store_id) where s.connection_id = c.connection_id) as orders
						from connection c where c.platform = 'amazon' and c.host = $1 and c.state = 'active' order by 3 desc limit 1`,
					[host],
				);
				const facts = amazon.accounts.find((a) => a.sellingPartnerId === row?.account);
				if (!row || !facts) throw new Error(`There is no account of Amazon in ${host}`);
				return { ...row, token: facts.refreshToken };
			}),
		);
		if (!mine || !other) throw new Error('There are no two accounts of Amazon');
		expect(Number(mine.orders)).toBeGreaterThan(0);
		const before = await grantOf(mine.connectionId);
		const token = tokenOf(await makeLink(mine.connectionId));
		const paste = (refreshToken: string) => knock('paste', { token, fields: { sellerId: mine.account, refreshToken } });
		// The other's token under this account's name.
		const refused = await paste(other.token);
		expect(refused.status).toBeGreaterThanOrEqual(400);
		expect(await grantOf(mine.connectionId)).toEqual(before);
		expect((await paste(mine.token)).status).toBe(200);
		expect((await grantOf(mine.connectionId))?.version).toBe((before?.version ?? 0) + 1);
	});
});

// Last: it uses up what this address may ask in a minute.
test('who tries links by guessing is soon asked to wait', async () => {
	const statuses: number[] = [];
	for (let i = 0; i < 40; i++) statuses.push((await knock('paste', { token: `${i}`.padStart(43, 'x') })).status);
	expect(new Set(statuses)).toEqual(new Set([404, 429]));
	expect(statuses.at(-1)).toBe(429);
});

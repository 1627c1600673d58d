import type { StoreView } from '@pangea/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, apiOf, signUpByHand } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { said } from '../src/catalog.ts';
import { Evidence } from '../src/database.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, databaseUrl } = inject('workbench');
const simulator = new Simulator(simulatorUrl);

interface Facts {
	amazon: {
		clientId: string;
		clientSecret: string;
		applicationId: string;
		accounts: { account: string; sellingPartnerId: string; refreshToken: string }[];
	};
	'tiktok-shop': { appKey: string; appSecret: string; serviceId: string };
	'mercado-libre': { clientId: string; clientSecret: string };
	temu: {
		gateways: Record<string, { appKey: string; appSecret: string }>;
		stores: { id: string; mode: string; tokens: Record<string, string | null> }[];
	};
}

let browser: Browser;
let page: Page;
let api: Api;
let binder = '';
/** What the seller answers: the simulated pages ask nobody, so it stands in their addresses. */
let answer: Record<string, string> = {};

beforeAll(async () => {
	browser = await launchBrowser();
	const cookies = await signUpByHand(url, { name: 'Binder', email: `binder.${Date.now()}@example.com`, password: 'a-long-password' });
	({ workspaceId: binder } = await apiOf(url, cookies).workspace.create.mutate({
		name: 'Binds',
		baseCurrency: 'CNY',
		zone: 'Asia/Shanghai',
	}));
	api = apiOf(url, cookies, binder);
	({ page } = await visit(browser, url, { cookies }));
	await page.route(/\/(tiktok-shop-services|amazon-seller-central|mercado-libre\/auth)\//, async (route) => {
		const at = new URL(route.request().url());
		for (const [name, value] of Object.entries(answer)) at.searchParams.set(name, value);
		await route.continue({ url: at.href });
	});
}, 60_000);

afterAll(async () => {
	await browser?.close();
	// A second reader of the same shops would slow what the other tests time.
	for (const store of await stores()) await api.stores.setEnabled.mutate({ storeId: store.storeId, enabled: false });
	// A shop tells one address of an app its news: the demo's workspace takes it back, and no night may take it away again. Disconnecting by
	// the API would revoke at the platform what the demo's grants stand on.
	const database = new Evidence(databaseUrl);
	await database.rows(`update connection set state = 'disconnected' where workspace_id = $1`, [binder]);
	const ours = `name = 'intake.subscribe' and payload ->> 'workspaceId' <> $1`;
	await database.rows(
		`insert into jobs.job (name, payload, key, job_group)
			select 'intake.subscribe', jsonb_build_object('workspaceId', workspace_id, 'connectionId', connection_id), connection_id, connection_id
			from connection where workspace_id <> $1 and platform = 'tiktok-shop' on conflict do nothing`,
		[binder],
	);
	await until(
		'the demo’s subscriptions',
		50_000,
		async () => (await database.rows(`select 1 from jobs.job where ${ours}`, [binder])).length === 0,
	);
	await database.close();
}, 60_000);

const facts = async (): Promise<Facts> => (await simulator.platforms()) as unknown as Facts;

async function stores(): Promise<StoreView[]> {
	return await api.stores.list.query();
}

/** Types the credentials of the app, found by the names of their fields. */
async function enterApp(platform: string, fields: Record<string, string>): Promise<void> {
	await page.goto(`/stores?bind=${platform}`);
	for (const [key, value] of Object.entries(fields)) await page.locator(`.bind input[id$="${key}"]`).fill(value);
	await page.getByRole('button', { name: 'Store credentials' }).click();
	await page.getByText('they never come back to the browser').waitFor();
}

/** Opens the last step of the wizard in a way and a region. */
async function permission(platform: string, way: 'Consent at the platform' | 'Paste a token' | null, region: RegExp | null): Promise<void> {
	await page.goto(`/stores?bind=${platform}`);
	if (way !== null) await page.locator('.bind .ant-segmented-item').filter({ hasText: way }).click();
	if (region === null) return;
	await page.getByLabel('Region of the store').click();
	await page.locator('.ant-select-item-option').filter({ hasText: region }).first().click();
}

async function consent(given: Record<string, string>): Promise<URL> {
	answer = given;
	await page
		.locator('.bind')
		.getByRole('button', { name: /^Go to / })
		.click();
	await page.waitForURL((at) => at.pathname === '/stores' && (at.searchParams.has('bound') || at.searchParams.has('problem')));
	return new URL(page.url());
}

async function paste(fields: Record<string, string>): Promise<void> {
	for (const [key, value] of Object.entries(fields)) await page.locator(`.bind input[id$="${key}"]`).fill(value);
	await page.locator('.bind').getByRole('button', { name: 'Bind the store' }).click();
	await expect.poll(() => page.locator('.bind').count(), { timeout: 20_000 }).toBe(0);
}

describe('Amazon', () => {
	beforeAll(async () => {
		const { amazon } = await facts();
		await enterApp('amazon', { clientId: amazon.clientId, clientSecret: amazon.clientSecret, applicationId: amazon.applicationId });
	}, 60_000);

	test.each([
		['na', /US/, ['CA', 'MX', 'US']],
		['eu', /GB/, ['DE', 'GB']],
	] as const)('binds by consent in the region %s, one grant with every marketplace', async (account, region, countries) => {
		await permission('amazon', 'Consent at the platform', region);
		const end = await consent({ account });
		const own = (await stores()).filter((store) => store.connectionId === end.searchParams.get('bound'));
		expect(own.map((store) => store.country).sort()).toEqual(countries);
		await page.getByRole('alert').filter({ hasText: 'Bound:' }).waitFor();
	});

	test('binds with a pasted token, in a grant of its own', async () => {
		const seller = (await facts()).amazon.accounts.find((one) => one.account === 'fe');
		await permission('amazon', 'Paste a token', /JP/);
		await paste({ sellerId: seller?.sellingPartnerId ?? '', refreshToken: seller?.refreshToken ?? '' });
		const amazon = (await stores()).filter((store) => store.platform === 'amazon');
		expect(amazon.filter((store) => store.country === 'JP')).toHaveLength(1);
		expect(new Set(amazon.map((store) => store.connectionId)).size).toBe(3);
	});

	test('says that a token belongs to another region, and keeps what was typed', async () => {
		const seller = (await facts()).amazon.accounts.find((one) => one.account === 'fe');
		await permission('amazon', 'Paste a token', /GB/);
		await page.locator('.bind input[id$="sellerId"]').fill(seller?.sellingPartnerId ?? '');
		await page.locator('.bind input[id$="refreshToken"]').fill(seller?.refreshToken ?? '');
		await page.locator('.bind').getByRole('button', { name: 'Bind the store' }).click();
		const alert = page.locator('.bind [role=alert]');
		await alert.waitFor();
		expect(await alert.innerText()).toBe(
			said('en', 'The store belongs to another region than the one chosen. Reconnect and choose its region.'),
		);
		expect(await page.locator('.bind input[id$="sellerId"]').inputValue()).toBe(seller?.sellingPartnerId);
		expect(await axe(page)).toEqual([]);
	});
});

describe('TikTok Shop', () => {
	beforeAll(async () => {
		const { appKey, appSecret, serviceId } = (await facts())['tiktok-shop'];
		await enterApp('tiktok-shop', { appKey, appSecret, serviceId });
	}, 60_000);

	test('binds by consent, every shop of the seller', async () => {
		await permission('tiktok-shop', null, null);
		const end = await consent({ account: 'brazil' });
		const own = (await stores()).filter((store) => store.connectionId === end.searchParams.get('bound'));
		expect(own.map((store) => store.country)).toEqual(['BR']);
	});

	test('binds shops of the United States at their own host', async () => {
		await permission('tiktok-shop', null, /United States|US/);
		const end = await consent({ account: 'global' });
		const own = (await stores()).filter((store) => store.connectionId === end.searchParams.get('bound'));
		expect(own.map((store) => store.country)).toContain('US');
		expect(own.length).toBeGreaterThan(1);
	});

	test('says whom to ask when the seller did not agree', async () => {
		await permission('tiktok-shop', null, null);
		await consent({ deny: '1' });
		expect(await page.getByRole('alert').innerText()).toContain(
			said('en', "The seller did not agree at the platform. Ask the store's owner to start binding again and to agree there."),
		);
	});
});

describe('Mercado Libre', () => {
	beforeAll(async () => {
		const { clientId, clientSecret } = (await facts())['mercado-libre'];
		await enterApp('mercado-libre', { clientId, clientSecret });
	}, 60_000);

	test('binds a global seller by consent with a proof of key, as one store for each marketplace user', async () => {
		await permission('mercado-libre', null, /Global Selling/);
		let asked: URL | null = null;
		page.on('request', (request) => {
			if (request.url().includes('/authorization?')) asked = new URL(request.url());
		});
		const end = await consent({});
		const own = (await stores()).filter((store) => store.connectionId === end.searchParams.get('bound'));
		expect(own.length).toBe(5);
		expect(new Set(own.map((store) => store.mode))).toEqual(new Set(['crossBorder', 'platformFulfilled']));
		const seen = asked as URL | null;
		expect(seen?.searchParams.get('code_challenge_method')).toBe('S256');
		expect(seen?.searchParams.get('code_challenge')).toHaveLength(43);
	});

	test('binds a seller of one country', async () => {
		await permission('mercado-libre', null, /Argentina|AR/);
		const end = await consent({});
		const own = (await stores()).filter((store) => store.connectionId === end.searchParams.get('bound'));
		expect(own.map(({ country, mode }) => [country, mode])).toEqual([['AR', 'local']]);
	});

	test('says whom to ask when the seller did not agree', async () => {
		await permission('mercado-libre', null, /Global Selling/);
		await consent({ deny: '1' });
		expect(await page.getByRole('alert').innerText()).toContain(
			said('en', "The seller did not agree at the platform. Ask the store's owner to start binding again and to agree there."),
		);
	});
});

describe('Temu', () => {
	beforeAll(async () => {
		const { gateways } = (await facts()).temu;
		const fields = Object.entries(gateways).flatMap(([key, { appKey, appSecret }]) => [
			[`${key}AppKey`, appKey] as const,
			[`${key}AppSecret`, appSecret] as const,
		]);
		await enterApp('temu', Object.fromEntries(fields));
	}, 60_000);

	/** Regions as the wizard names them: by their first country, else by the gateway's own name. */
	test.each([
		['us', 'temu-us', /^(United States|US)$/, 'US'],
		['eu', 'temu-de', /DE/, 'DE'],
		['global', 'temu-jp', /JP/, 'JP'],
	] as const)('binds with a token of the gateway %s', async (gateway, id, region, country) => {
		const token = (await facts()).temu.stores.find((one) => one.id === id)?.tokens[gateway] ?? '';
		await permission('temu', 'Paste a token', region);
		await paste({ accessToken: token });
		expect((await stores()).filter((store) => store.platform === 'temu' && store.country === country)).not.toEqual([]);
	});

	test('offers every gateway that a seller has a token for', async () => {
		const temu = (await api.stores.platforms.query()).find((one) => one.id === 'temu');
		const hosts = temu?.authorization.find((way) => way.kind === 'paste')?.hosts.map((host) => host.key) ?? [];
		expect(hosts).toEqual(expect.arrayContaining(['us', 'eu', 'global', 'partner', 'cn']));
	});

	test('binds the PARTNER token of a semi-managed seller beside the one of its region', async () => {
		const token = (await facts()).temu.stores.find((one) => one.id === 'temu-us')?.tokens['partner'] ?? '';
		await permission('temu', 'Paste a token', /PARTNER/i);
		await paste({ accessToken: token });
		const temu = (await stores()).filter((store) => store.platform === 'temu');
		expect(temu.filter((store) => store.country === 'XX')).toHaveLength(1);
		expect(temu.filter((store) => store.country === 'US').map((store) => store.mode)).toEqual(['semiManaged']);
	});
});

import type { GrantContext, PlatformError } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { authorization } from '../src/authorization.ts';
import { amazon } from '../src/index.ts';
import { stores } from '../src/stores.ts';
import { APP, contextOf, GRANT, type Said, startFakeAmazon } from './fake-amazon.ts';

const w = witness('amazon');
const fake = await startFakeAmazon();
beforeEach(() => {
	fake.heard.length = 0;
	fake.answer = () => ({ status: 404 });
});

const token = { access_token: 'Atza|new', token_type: 'bearer', expires_in: 3600, refresh_token: 'Atzr|new' };
const form = (i = 0): Record<string, string> => Object.fromEntries(new URLSearchParams(fake.heard[i]!.body));
const denied = (details?: string): Said => ({
	status: 403,
	json: { errors: [{ code: 'Unauthorized', message: 'Access to requested resource is denied.', details }] },
});
const participation = (id: string, more: object = {}): object => ({
	marketplace: {
		id,
		countryCode: 'US',
		name: 'Amazon.com',
		defaultCurrencyCode: 'USD',
		defaultLanguageCode: 'en_US',
		domainName: 'www.amazon.com',
	},
	storeName: 'BestSellerStore',
	participation: { isParticipating: true, hasSuspendedListings: false },
	...more,
});
const errorOf = async (promise: Promise<unknown>): Promise<PlatformError> =>
	promise.then(
		() => expect.unreachable(),
		(e: PlatformError) => e,
	);

describe('Consent', () => {
	const request = { state: 's&1', redirectUri: 'https://pangea.example/callback', codeChallenge: 'unused', host: 'eu' };

	test.each([
		['na', 'sellercentral.amazon.com'],
		['eu', 'sellercentral-europe.amazon.com'],
		['A19VAU5U5O7RUS', 'sellercentral.amazon.sg'],
	])('for %s is asked at %s', (host, expected) => {
		const { grant } = contextOf(fake);
		const url = new URL(authorization.authorizeUrl!(grant, { ...request, host }));
		expect([url.protocol, url.host, url.pathname]).toEqual(['https:', expected, '/apps/authorize/consent']);
		expect(Object.fromEntries(url.searchParams)).toEqual({
			application_id: APP.applicationId,
			state: 's&1',
			redirect_uri: request.redirectUri,
		});
	});

	test('of a draft app says so', () => {
		const { grant } = contextOf(fake, { app: { ...APP, applicationVersion: 'beta' } });
		expect(new URL(authorization.authorizeUrl!(grant, request)).searchParams.get('version')).toBe('beta');
	});

	test('needs an application id and a known region', () => {
		const { applicationId: _none, ...app } = APP;
		const asking = (scene: object, host: string) => () => authorization.authorizeUrl!(contextOf(fake, scene).grant, { ...request, host });
		expect(asking({ app }, 'eu')).toThrow('applicationId');
		expect(asking({}, 'moon')).toThrow('consent-moon');
	});

	test('brings a code that is exchanged once for a grant of a year', async () => {
		fake.answer = () => ({ json: token });
		const params = { spapi_oauth_code: 'code-1', selling_partner_id: 'A3TH9S8BH6GOGM', state: 's' };
		const grant = await authorization.exchange(contextOf(fake).grant, {
			kind: 'redirect',
			params,
			redirectUri: request.redirectUri,
			codeVerifier: '',
			host: 'A1PA6795UKMFR9',
		});
		expect(form()).toEqual({
			grant_type: 'authorization_code',
			code: 'code-1',
			redirect_uri: request.redirectUri,
			client_id: APP.clientId,
			client_secret: APP.clientSecret,
		});
		expect(fake.heard[0]).toMatchObject({ method: 'POST', path: '/auth/o2/token' });
		expect(grant).toEqual({
			secrets: { accessToken: 'Atza|new', refreshToken: 'Atzr|new' },
			accessExpiresAt: '2026-11-22T13:00:00.000Z',
			grantExpiresAt: '2027-11-22T12:00:00.000Z',
			externalAccountId: 'A3TH9S8BH6GOGM',
			accountName: null,
			scopes: [],
			host: 'eu',
		});
	});

	test('pasted as a refresh token is proven at once and keeps that token', async () => {
		fake.answer = () => ({ json: { ...token, refresh_token: undefined } });
		const fields = { sellerId: ' A3TH9S8BH6GOGM ', refreshToken: 'Atzr|pasted' };
		const grant = await authorization.exchange(contextOf(fake).grant, { kind: 'paste', fields, host: 'fe' });
		expect(form()).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'Atzr|pasted' });
		expect(grant).toMatchObject({
			secrets: { refreshToken: 'Atzr|pasted' },
			grantExpiresAt: null,
			externalAccountId: 'A3TH9S8BH6GOGM',
			host: 'fe',
		});
	});

	test('with a missing part or an unknown region is refused', async () => {
		fake.answer = () => ({ json: token });
		const { grant } = contextOf(fake);
		const paste = (fields: Record<string, string>, host = 'na') => authorization.exchange(grant, { kind: 'paste', fields, host });
		await expect(paste({ sellerId: 'A1' })).rejects.toMatchObject({ kind: 'rejected' });
		await expect(paste({ refreshToken: 'Atzr|x' })).rejects.toMatchObject({ kind: 'rejected', message: 'exchange: sellerId is missing' });
		await expect(paste({ sellerId: 'A1', refreshToken: 'Atzr|x' }, 'moon')).rejects.toMatchObject({ userMessage: { code: 'wrongRegion' } });
	});
});

describe('Refreshing', () => {
	test('takes a new refresh token when one is sent and keeps everything else', async () => {
		fake.answer = () => ({ json: token });
		const grant = await authorization.refresh!(contextOf(fake).grant, { ...GRANT, grantExpiresAt: '2027-01-01T00:00:00.000Z' });
		expect(form()).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'Atzr|family' });
		expect(grant).toEqual({
			...GRANT,
			grantExpiresAt: '2027-01-01T00:00:00.000Z',
			secrets: { accessToken: 'Atza|new', refreshToken: 'Atzr|new' },
			accessExpiresAt: '2026-11-22T13:00:00.000Z',
		});
	});

	test.each([
		[400, 'invalid_grant', 'auth', 'grantRevoked'],
		[401, 'invalid_client', 'forbidden', 'appCredentialsWrong'],
		[400, 'unauthorized_client', 'forbidden', 'appCredentialsWrong'],
		[400, 'invalid_scope', 'forbidden', 'appCredentialsWrong'],
		[400, 'news', 'rejected', 'platformRefused'],
	])('refused with %i %s is %s', async (status, error, kind, code) => {
		fake.answer = () => ({ status, json: { error, error_description: `about ${APP.clientSecret} and Atzr|family` } });
		const thrown = await errorOf(authorization.refresh!(contextOf(fake).grant, GRANT));
		expect(thrown).toMatchObject({ kind, userMessage: { code } });
		expect(JSON.stringify([thrown.message, thrown.userMessage])).not.toMatch(/secret-of-the-app|Atzr/);
	});

	test('a code that is used up asks for a new one, not for a new grant', async () => {
		fake.answer = () => ({ status: 400, json: { error: 'invalid_grant' } });
		const exchange = authorization.exchange(contextOf(fake).grant, {
			kind: 'redirect',
			params: { spapi_oauth_code: 'used', selling_partner_id: 'A1' },
			redirectUri: 'https://x',
			codeVerifier: '',
			host: 'na',
		});
		await expect(exchange).rejects.toMatchObject({ kind: 'rejected', userMessage: { code: 'codeExpired' } });
		expect(fake.heard).toHaveLength(1);
	});

	test.each([
		[503, '<html><body>Service Unavailable</body></html>', 'unavailable'],
		[429, 'slow down', 'rateLimited'],
		[200, 'not json', 'unexpected'],
		[200, '{"access_token":""}', 'unexpected'],
	])('answered %i %s is %s', async (status, body, kind) => {
		fake.answer = () => ({ status, body });
		await expect(authorization.refresh!(contextOf(fake).grant, GRANT)).rejects.toMatchObject({ kind });
	});

	test('needs the app’s credentials and a refresh token', async () => {
		await expect(authorization.refresh!(contextOf(fake, { app: {} }).grant, GRANT)).rejects.toMatchObject({
			userMessage: { code: 'appCredentialsWrong' },
		});
		await expect(authorization.refresh!(contextOf(fake).grant, { ...GRANT, secrets: {} })).rejects.toMatchObject({ kind: 'auth' });
		expect(fake.heard).toEqual([]);
	});
});

describe('A call', () => {
	const list = (context: GrantContext): Promise<unknown> => stores.list(context);

	test('carries token and user-agent and is as published', async () => {
		fake.answer = () => ({ json: { payload: [participation('ATVPDKIKX0DER')] } });
		const { grant, watched } = contextOf(fake, { witness: w });
		await list(grant);
		expect(fake.heard[0]!.headers).toMatchObject({
			'x-amz-access-token': 'Atza|first',
			'user-agent': expect.stringContaining('Language=TypeScript'),
		});
		expect(watched?.violations ?? []).toEqual([]);
	});

	test.each([
		['403 that speaks of an expired token', denied('The access token you provided has expired.')],
		['403 that speaks of a revoked token', denied('The access token you provided is revoked, malformed or invalid.')],
		['401', { status: 401, json: { errors: [{ code: 'Unauthorized', message: null }] } }],
	])('refused with a %s renews the token once and is sent again', async (_name, refusal) => {
		fake.answer = ({ path, headers }) => {
			if (path === '/auth/o2/token') return { json: token };
			return headers['x-amz-access-token'] === 'Atza|new' ? { json: { payload: [] } } : refusal;
		};
		await list(contextOf(fake).grant);
		expect(fake.heard.map((h) => h.path)).toEqual([
			'/sellers/v1/marketplaceParticipations',
			'/auth/o2/token',
			'/sellers/v1/marketplaceParticipations',
		]);
	});

	test('refused for its token twice needs a person', async () => {
		fake.answer = ({ path }) => (path === '/auth/o2/token' ? { json: token } : denied('The access token has expired'));
		await expect(list(contextOf(fake).grant)).rejects.toMatchObject({ kind: 'auth', userMessage: { code: 'grantExpired' } });
		expect(fake.heard).toHaveLength(3);
	});

	test('renews a token that dies within a minute before it is used', async () => {
		fake.answer = ({ path }) => (path === '/auth/o2/token' ? { json: token } : { json: { payload: [] } });
		await list(contextOf(fake, { grant: { accessExpiresAt: '2026-11-22T12:00:59.000Z' } }).grant);
		expect(fake.heard.map((h) => h.path)).toEqual(['/auth/o2/token', '/sellers/v1/marketplaceParticipations']);
	});

	test.each<[string, Said, object]>([
		['403 without words', denied(), { kind: 'forbidden', userMessage: { code: 'scopeMissing' } }],
		['403 of another region', denied('The seller is not in this region'), { kind: 'forbidden', userMessage: { code: 'wrongRegion' } }],
		['404', { status: 404, json: { errors: [{ code: 'NOT_FOUND', message: 'x' }] } }, { kind: 'notFound' }],
		['413', { status: 413, body: '' }, { kind: 'rejected' }],
		['415', { status: 415, json: { errors: [] } }, { kind: 'rejected' }],
		['500', { status: 500, json: { errors: [{ code: 'InternalFailure', message: 'x' }] } }, { kind: 'unavailable' }],
		['502 in HTML', { status: 502, body: '<html>Bad gateway</html>' }, { kind: 'unavailable' }],
		['503 with Retry-After', { status: 503, body: '', headers: { 'retry-after': '120' } }, { kind: 'unavailable', retryAfter: 120_000 }],
		['204', { status: 204 }, { kind: 'unexpected' }],
	])('answered %s becomes the right error', async (_name, said, error) => {
		fake.answer = () => said;
		await expect(list(contextOf(fake).grant)).rejects.toMatchObject(error);
	});

	test('limited without a word waits as long as one token takes, by the header or the manifest', async () => {
		const limited = (headers: Record<string, string>): void => {
			fake.answer = () => ({ status: 429, json: { errors: [{ code: 'QuotaExceeded', message: 'You exceeded your quota' }] }, headers });
		};
		limited({ 'x-amzn-ratelimit-limit': '0.05' });
		await expect(list(contextOf(fake).grant)).rejects.toMatchObject({ kind: 'rateLimited', retryAfter: 20_000 });
		limited({});
		await expect(list(contextOf(fake).grant)).rejects.toMatchObject({ kind: 'rateLimited', retryAfter: 62_500 });
	});

	test('learns the rate that Amazon states', async () => {
		fake.answer = () => ({ json: { payload: [] }, headers: { 'x-amzn-ratelimit-limit': '0.5' } });
		const { grant } = contextOf(fake);
		const learnt: unknown[] = [];
		const http = { ...grant.http, adjustBudget: async (operation: string, seen: object) => void learnt.push([operation, seen]) };
		await list({ ...grant, http });
		expect(learnt).toEqual([['getMarketplaceParticipations', { rate: 0.5 }]]);
	});

	test('to a region that is not configured goes nowhere', async () => {
		await expect(list(contextOf(fake, { grant: { host: 'moon' } }).grant)).rejects.toMatchObject({ userMessage: { code: 'wrongRegion' } });
		expect(fake.heard).toEqual([]);
	});
});

describe('Stores', () => {
	test('are the seller on each marketplace, without those that are none', async () => {
		fake.answer = () => ({
			json: {
				payload: [
					participation('ATVPDKIKX0DER'),
					participation('A2EUQ1WTGCTBG2', { storeName: '', participation: { isParticipating: false, hasSuspendedListings: true } }),
					participation('A2ZV50J4W1RKNI', { storeName: 'Non-Amazon US' }),
					participation('AUNKNOWN'),
				],
			},
		});
		expect(await stores.list(contextOf(fake).grant)).toEqual([
			{
				externalId: 'A3TH9S8BH6GOGM:ATVPDKIKX0DER',
				name: 'BestSellerStore',
				siteId: 'ATVPDKIKX0DER',
				mode: 'unknown',
				active: true,
				attributes: { currency: 'USD', language: 'en_US', domain: 'www.amazon.com' },
			},
			expect.objectContaining({
				externalId: 'A3TH9S8BH6GOGM:A2EUQ1WTGCTBG2',
				name: 'Amazon.com',
				active: false,
				attributes: expect.objectContaining({ listings: 'suspended' }),
			}),
		]);
	});
});

describe('The manifest', () => {
	test('covers the 23 marketplaces, each in a region with its host', () => {
		const { sites, hosts } = amazon.manifest;
		expect(sites).toHaveLength(23);
		expect(new Set(sites.map((s) => s.id)).size).toBe(23);
		for (const site of sites) {
			expect(hosts).toHaveProperty(site.host);
			expect(hosts[`consent-${site.id}`]).toMatch(/^https:\/\/sellercentral/);
			expect(() => new Intl.DateTimeFormat('en', { timeZone: site.zone })).not.toThrow();
			expect(Intl.getCanonicalLocales(site.language)).toEqual([site.language]);
		}
	});

	test('has fields whose examples match their patterns', () => {
		const fields = [...amazon.manifest.appFields, ...amazon.manifest.authorization.flatMap((a) => a.fields)];
		expect(fields.length).toBeGreaterThan(8);
		expect(fields.filter((field) => !new RegExp(field.pattern).test(field.example)).map((field) => field.key)).toEqual([]);
	});

	test.skipIf(!w)('has the marketplaces, currencies and zones of the contract', () => {
		const rows = [
			...w!
				.read('README.md')
				.matchAll(/^\| ([A-Z]{2})(?: \(ISO GB\))? \| (A[0-9A-Z]+) \| ([A-Z]{3})[^|]*\| ([a-z]{2}_[A-Z]{2})[^|]*\| ([\w/]+)/gm),
		];
		expect(rows).toHaveLength(23);
		expect(rows.map(([, code, id, currency, , zone]) => [code === 'UK' ? 'GB' : code, id, currency, zone])).toEqual(
			amazon.manifest.sites.map((s) => [s.country, s.id, s.currency, s.zone]),
		);
	});

	test.skipIf(!w)('has the budgets that the published models state', () => {
		const models = ['orders_2026-01-01', 'sellers', 'reports_2021-06-30'].map((m) => w!.json(`models/openapi/${m}.json`) as Published);
		const stated = new Map(
			models.flatMap((m) =>
				Object.values(m.paths).flatMap((path) =>
					Object.values(path).map(({ operationId, description = '' }) => [
						operationId,
						/\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|/.exec(description)?.slice(1).map(Number),
					]),
				),
			),
		);
		const counted = amazon.manifest.budgets.filter((b) => stated.has(b.operation));
		expect(counted).toHaveLength(6);
		for (const { operation, rate, burst } of counted) expect([operation, rate, burst]).toEqual([operation, ...stated.get(operation)!]);
	});
});

interface Published {
	paths: Record<string, Record<string, { operationId?: string; description?: string }>>;
}

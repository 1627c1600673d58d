import { PlatformError } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { authorization } from '../src/authorization.ts';
import { stores } from '../src/stores.ts';
import { app, contextFor, grant, type ScriptedPlatform, scripted } from './platform.ts';

const published = witness('tiktok-shop');
let platform: ScriptedPlatform | undefined;
afterEach(async () => {
	await platform?.close();
	platform = undefined;
});

const redirect = (params: Record<string, string>) => ({
	kind: 'redirect' as const,
	params,
	redirectUri: 'https://pangea.example/oauth',
	codeVerifier: '',
	host: 'global',
});

async function failure(promise: Promise<unknown>): Promise<PlatformError> {
	const error: unknown = await promise.catch((e: unknown) => e);
	expect(error).toBeInstanceOf(PlatformError);
	return error as PlatformError;
}

describe('the consent link', () => {
	const link = (host: string) => {
		const context = contextFor('http://127.0.0.1:9');
		const hosts = { ...context.hosts, consentGlobal: 'https://services.tiktokshop.com', consentUs: 'https://services.tiktokshops.us' };
		return authorization.authorizeUrl?.({ ...context, hosts }, { state: 's&1', redirectUri: 'https://x', codeChallenge: 'c', host });
	};

	it('differs for US shops and carries service and state only', () => {
		expect(link('global')).toBe('https://services.tiktokshop.com/open/authorize?service_id=7012345678901234567&state=s%261');
		expect(link('us')).toBe('https://services.tiktokshops.us/open/authorize?service_id=7012345678901234567&state=s%261');
	});
});

describe.skipIf(!published)('the published token answers', () => {
	const answer = (name: string) => published?.json(`samples/${name}`) as { data: Record<string, unknown> };

	it('of an exchange become a grant with absolute expiry', async () => {
		platform = await scripted(() => ({ body: answer('token-get.json') }));
		const made = await authorization.exchange(contextFor(platform.base), redirect({ code: 'TTP_code', state: 's', app_key: app.appKey }));
		expect(made).toEqual({
			secrets: {
				accessToken: 'ROW_DEMOaccess0AAAAAB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV',
				refreshToken: 'ROW_DEMOrefreshNTUxZTNhYTQ2ZDk2YmRmZWNmYWY2',
			},
			accessExpiresAt: '2026-11-23T08:15:00.000Z',
			grantExpiresAt: new Date(1826352900_000).toISOString(),
			externalAccountId: 'VIyStQAAAADEMO40s4TzOSSOEIWbM5O9cod3vK8OytW8m',
			accountName: 'Lumora Living HK Limited',
			scopes: answer('token-get.json').data['granted_scopes'],
			host: 'global',
		});
		expect(platform.calls[0]).toMatchObject({
			method: 'GET',
			path: '/api/v2/token/get',
			query: { app_key: app.appKey, app_secret: app.appSecret, auth_code: 'TTP_code', grant_type: 'authorized_code' },
		});
	});

	it('of a refresh bring the new refresh token', async () => {
		platform = await scripted(() => ({ body: answer('token-refresh.json') }));
		const made = await authorization.refresh?.(contextFor(platform.base), grant);
		expect(made?.secrets).toEqual({
			accessToken: 'ROW_DEMOaccess1BBBBBC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1v',
			refreshToken: 'ROW_DEMOrefresh2MjI0ZTNhYTQ2ZDk2YmRmZWNmYWY3',
		});
		expect(platform.calls[0]).toMatchObject({
			path: '/api/v2/token/refresh',
			query: { refresh_token: 'ROW_first_refresh', grant_type: 'refresh_token' },
		});
	});

	it('of an account that is no seller are refused', async () => {
		const creator = { ...answer('token-get.json'), data: { ...answer('token-get.json').data, user_type: 1 } };
		platform = await scripted(() => ({ body: creator }));
		expect((await failure(authorization.exchange(contextFor(platform.base), redirect({ code: 'c' })))).kind).toBe('rejected');
	});
});

describe('a callback', () => {
	it.each([
		['of a seller who refused', { code: 'null', error: 'auth_denied' }, 'consentRefused'],
		['without a code', {}, 'codeExpired'],
		['with the word null as code', { code: 'null' }, 'codeExpired'],
		['for another app', { code: 'c', app_key: 'other' }, 'appCredentialsWrong'],
	])('%s is refused before any call', async (_what, params, sentence) => {
		platform = await scripted(() => ({ data: {} }));
		const error = await failure(authorization.exchange(contextFor(platform.base), redirect(params)));
		expect(error.userMessage.code).toBe(sentence);
		expect(platform.calls).toEqual([]);
	});

	it('whose code is used up is not tried twice', async () => {
		platform = await scripted(() => ({ body: { code: 36004003, message: 'auth_code is expired', data: null, request_id: 'r' } }));
		const error = await failure(authorization.exchange(contextFor(platform.base), redirect({ code: 'spent-code' })));
		expect([error.kind, error.userMessage.code]).toEqual(['auth', 'codeExpired']);
		expect(platform.calls).toHaveLength(1);
		expect(`${error.message}${error.stack}`).not.toMatch(/spent-code|0123456789abcdef/);
	});

	it('pasted by hand is not a way', async () => {
		expect(
			(await failure(authorization.exchange(contextFor('http://127.0.0.1:9'), { kind: 'paste', fields: {}, host: 'global' }))).kind,
		).toBe('rejected');
	});
});

describe.skipIf(!published)('shops', () => {
	const shops = published?.json('samples/authorized-shops.json') as { data: { shops: Record<string, string>[] } };

	it('of the published and composed samples become stores; those not listed as active are not', async () => {
		for (const name of ['authorized-shops.json', 'authorized-shops.published.json']) {
			const sample = published?.json(`samples/${name}`) as typeof shops;
			platform = await scripted((call) =>
				call.path.startsWith('/authorization') ? { body: sample } : { data: { shops: sample.data.shops.slice(0, 2) } },
			);
			const listed = await stores.list(contextFor(platform.base));
			expect(listed).toEqual(
				sample.data.shops.map((shop, i) => ({
					externalId: shop['id'],
					name: shop['name'],
					siteId: shop['region'],
					mode: 'crossBorder',
					active: i < 2,
					attributes: { cipher: shop['cipher'], code: shop['code'] },
				})),
			);
			await platform.close();
		}
		platform = undefined;
	});

	it('are all active as far as we know when the second list is not permitted', async () => {
		platform = await scripted((call) =>
			call.path.startsWith('/authorization') ? { body: shops } : { body: { code: 105005, message: 'Access denied.' } },
		);
		expect((await stores.list(contextFor(platform.base))).map((s) => s.active)).toEqual([true, true, true, true, true]);
	});

	it('with a new seller type and unknown fields pass', async () => {
		const odd = { id: 7495900000000000, name: null, region: 'PL', seller_type: 'GALACTIC', cipher: 'c', novel: {} };
		platform = await scripted((call) => ({ data: { shops: call.path.startsWith('/authorization') ? [odd] : [] } }));
		expect(await stores.list(contextFor(platform.base))).toEqual([
			{
				externalId: '7495900000000000',
				name: '7495900000000000',
				siteId: 'PL',
				mode: 'unknown',
				active: false,
				attributes: { cipher: 'c' },
			},
		]);
	});

	it('are released one by one', async () => {
		platform = await scripted((call) => (call.method === 'GET' ? { body: shops } : { data: {} }));
		await authorization.revoke?.(contextFor(platform.base));
		expect(platform.calls.slice(1).map((c) => [c.method, c.path, c.query['shop_cipher']])).toEqual(
			shops.data.shops.map((shop) => ['DELETE', '/authorization/202403/shops', shop['cipher']]),
		);
	});
});

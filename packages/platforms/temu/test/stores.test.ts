import type { ExchangeRequest } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { describe, expect, it } from 'vitest';
import { temu } from '../src/index.ts';
import { APP, failed, grantContext, grantOf, MALL, ok, type Responder, startGateway, TOKEN } from './gateway.ts';

const INFO = 'bg.open.accesstoken.info.get';
const GOODS_INFO = 'bg.open.accesstoken.info.get.global';
const CREATE = 'bg.open.accesstoken.create';
const LIST = 'bg.order.list.v2.get';
const contract = witness('temu');
const sample = (name: string): unknown => contract?.json(`samples/${name}.json`);
const info = (fields: object) => ok({ mallId: 635517726820000, expiredTime: 1791536000, apiScopeList: [LIST], ...fields });

const pasted = (host: string, accessToken = TOKEN): ExchangeRequest => ({ kind: 'paste', fields: { accessToken }, host });
const returned = (params: Record<string, string>, host = 'us'): ExchangeRequest => ({
	kind: 'redirect',
	params,
	redirectUri: 'https://pangea.example/back',
	codeVerifier: '',
	host,
});

describe('a pasted token', () => {
	it('is tested at its gateway and becomes a grant without refresh', async () => {
		await using gateway = await startGateway({ [INFO]: info({ mallType: 100, regionId: 211 }) });
		const grant = await temu.authorization.exchange(grantContext(gateway), pasted('us', ` ${TOKEN}\n`));
		expect(grant).toEqual({
			secrets: { accessToken: TOKEN },
			accessExpiresAt: '2026-10-09T08:53:20.000Z',
			grantExpiresAt: '2026-10-09T08:53:20.000Z',
			externalAccountId: MALL,
			accountName: null,
			scopes: [LIST],
			host: 'us',
		});
		expect(gateway.seen).toMatchObject([{ gateway: 'us', fields: { access_token: TOKEN } }]);
		expect('refresh' in temu.authorization).toBe(false);
	});

	it('of the PARTNER gateway is tested by its own API', async () => {
		await using gateway = await startGateway({
			[GOODS_INFO]: ok({ mallName: 'Demo', uniqueId: 'u-1', expiredTime: 1791536000, apiScopeList: [] }),
		});
		const grant = await temu.authorization.exchange(grantContext(gateway), pasted('partner'));
		expect(grant).toMatchObject({ externalAccountId: 'u-1', accountName: 'Demo', host: 'partner' });
		expect(gateway.seen).toMatchObject([{ gateway: 'partner' }]);
	});

	it.each([
		['us', '', 'rejected'],
		['us', '   ', 'rejected'],
		['moon', TOKEN, 'rejected'],
		['eu', TOKEN, 'auth'],
	])('at %s reading %j is %s', async (host, token, kind) => {
		await using gateway = await startGateway({ [INFO]: failed(3000031) });
		await expect(temu.authorization.exchange(grantContext(gateway), pasted(host, token))).rejects.toMatchObject({
			name: 'PlatformError',
			kind,
		});
	});

	it('is never part of an error', async () => {
		await using gateway = await startGateway({ [INFO]: ok({ mallId: null }) });
		const error: unknown = await temu.authorization.exchange(grantContext(gateway), pasted('us')).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ kind: 'unexpected', message: expect.stringContaining('mallId') });
		expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(TOKEN);
	});
});

describe('a returned code', () => {
	const created = () =>
		ok({
			mallId: 1,
			mallType: 100,
			regionId: 211,
			expiredTime: 1791536000,
			apiScopeList: [],
			accessToken: 'new-token-0000000000',
			associatedMallTokenList: [{ mallId: 2, accessToken: 'branch-token-000000' }],
		});

	it('is exchanged with itself as the token, at the gateway the return names', async () => {
		await using gateway = await startGateway({ [CREATE]: created() });
		const grant = await temu.authorization.exchange(
			grantContext(gateway),
			returned({
				code: 'c0de',
				callback_host: (gateway.hosts['eu'] ?? '').replace('http://', ''),
				app_key: APP['euAppKey'] ?? '',
				state: 's',
			}),
		);
		expect(grant).toMatchObject({
			secrets: { accessToken: 'new-token-0000000000', 'accessToken:2': 'branch-token-000000' },
			externalAccountId: '1',
			host: 'eu',
		});
		expect(gateway.seen).toMatchObject([{ api: CREATE, gateway: 'eu', fields: { code: 'c0de', access_token: 'c0de' } }]);
	});

	it('finds its gateway by a bare host', async () => {
		await using gateway = await startGateway({ [CREATE]: created() });
		const hosts = Object.fromEntries(
			Object.entries(gateway.hosts).map(([key, base]) => [key, key === 'eu' ? base : base.replace('127.0.0.1', 'localhost')]),
		);
		const callback_host = new URL(gateway.hosts['eu'] ?? '').host;
		const grant = await temu.authorization.exchange({ ...grantContext(gateway), hosts }, returned({ code: 'c0de', callback_host }));
		expect(grant.host).toBe('eu');
	});

	it('goes nowhere when callback_host is not one of the five', async () => {
		await using gateway = await startGateway({ [CREATE]: created() });
		for (const callback_host of [
			'evil.example',
			'https://openapi-b-us.temu.com.evil.example',
			'seller.temu.com',
			'::',
			'javascript:alert(1)',
		]) {
			await expect(temu.authorization.exchange(grantContext(gateway), returned({ code: 'c', callback_host }))).rejects.toMatchObject({
				kind: 'rejected',
				userMessage: { code: 'wrongRegion' },
			});
		}
		expect(gateway.seen).toEqual([]);
	});

	it('of another app, or without a code, is refused before any call', async () => {
		await using gateway = await startGateway({ [CREATE]: created() });
		await expect(temu.authorization.exchange(grantContext(gateway), returned({ code: 'c', app_key: 'foreign' }))).rejects.toMatchObject({
			kind: 'rejected',
		});
		await expect(temu.authorization.exchange(grantContext(gateway), returned({}))).rejects.toMatchObject({ kind: 'rejected' });
		expect(gateway.seen).toEqual([]);
	});

	it('that is spent asks the person to start again, and is not sent twice', async () => {
		await using gateway = await startGateway({ [CREATE]: failed(110020002) });
		await expect(temu.authorization.exchange(grantContext(gateway), returned({ code: 'c' }))).rejects.toMatchObject({
			kind: 'auth',
			userMessage: { code: 'codeExpired' },
		});
		await using down = await startGateway({ [CREATE]: failed(110020001) });
		await expect(temu.authorization.exchange(grantContext(down), returned({ code: 'c' }))).rejects.toMatchObject({ kind: 'unavailable' });
		expect(down.seen.length).toBe(1);
	});

	it('is asked for on the consent page of US local stores, and nowhere else', async () => {
		await using gateway = await startGateway({});
		const request = { state: 's&t', redirectUri: 'https://pangea.example/back?x=1', codeChallenge: '', host: 'us' };
		const url = new URL(temu.authorization.authorizeUrl?.(grantContext(gateway), request) ?? '');
		expect(url.origin + url.pathname).toBe('https://seller.temu.com/open-platform/client-manage/authorization');
		expect(Object.fromEntries(url.searchParams)).toEqual({ appKey: APP['usAppKey'], redirect_uri: request.redirectUri, state: 's&t' });
		expect(() => temu.authorization.authorizeUrl?.(grantContext(gateway), { ...request, host: 'eu' })).toThrow('consent page');
	});
});

/** An order list that holds so many orders per region. */
function ordersIn(regions: Record<number, number>): Responder {
	return ({ fields }) => {
		const wanted = fields['regionId'] as number | undefined;
		const totalItemNum = wanted === undefined ? Object.values(regions).reduce((a, b) => a + b, 0) : (regions[wanted] ?? 0);
		return ok({ totalItemNum, pageItems: [] });
	};
}

describe('stores', () => {
	it('of a local mall are one, on the site of its company, with all its orders', async () => {
		await using gateway = await startGateway({ [INFO]: info({ mallType: 100, regionId: 128 }) });
		expect(await temu.stores.list(grantContext(gateway, { grant: grantOf({ host: 'global' }) }))).toEqual([
			{
				externalId: MALL,
				name: `Temu MX ${MALL}`,
				siteId: '110',
				mode: 'local',
				active: true,
				attributes: { mallId: MALL, mallType: '100', gateway: 'global', regionId: '128', orders: 'mall' },
			},
		]);
	});

	it('of a grant with branches come from each of its tokens', async () => {
		await using gateway = await startGateway({
			[INFO]: (({ fields }) =>
				fields['access_token'] === 'branch'
					? info({ mallId: 2, mallType: 100, regionId: 76 })
					: info({ mallType: 100, regionId: 69 })) satisfies Responder,
		});
		const grant = grantOf({ host: 'eu', secrets: { accessToken: TOKEN, 'accessToken:2': 'branch' } });
		const found = await temu.stores.list(grantContext(gateway, { grant }));
		expect(found.map((store) => [store.externalId, store.siteId])).toEqual([
			[MALL, '106'],
			['2', '105'],
		]);
	});

	it('of a semi-managed mall are one for each site with orders, the home site always', async () => {
		await using gateway = await startGateway({
			[INFO]: info({ mallType: 1, regionId: 69, semiUniqueId: 'u-1' }),
			[LIST]: ordersIn({ 76: 4, 162: 1 }),
		});
		const found = await temu.stores.list(grantContext(gateway, { grant: grantOf({ host: 'eu' }) }));
		expect(found.map((store) => [store.externalId, store.siteId, store.mode, store.attributes['orders']])).toEqual([
			[`${MALL}-106`, '106', 'semiManaged', 'region'],
			[`${MALL}-105`, '105', 'semiManaged', 'region'],
			[`${MALL}-112`, '112', 'semiManaged', 'region'],
		]);
		expect(found[0]?.attributes).toMatchObject({ semiUniqueId: 'u-1', regionId: '69', gateway: 'eu' });
	});

	it('of a semi-managed mall with orders outside all sites give them to the home store', async () => {
		await using gateway = await startGateway({ [INFO]: info({ mallType: 1, regionId: 69 }), [LIST]: ordersIn({ 69: 2, 133: 1 }) });
		const found = await temu.stores.list(grantContext(gateway, { grant: grantOf({ host: 'eu' }) }));
		expect(found.map((store) => store.attributes['orders'])).toEqual(['rest']);
	});

	it('of a semi-managed mall at a gateway of one site need no asking around', async () => {
		await using gateway = await startGateway({ [INFO]: info({ mallType: 1, regionId: 43 }), [LIST]: ordersIn({}) });
		const found = await temu.stores.list(grantContext(gateway));
		expect(found).toMatchObject([{ externalId: MALL, siteId: '100', mode: 'semiManaged', attributes: { orders: 'mall' } }]);
		expect(gateway.of(LIST).length).toBe(1);
	});

	it('of a fully managed mall are shown as such, with orders not served', async () => {
		await using gateway = await startGateway({ [INFO]: info({ mallType: 1, regionId: 69 }), [LIST]: failed(140020001) });
		expect(await temu.stores.list(grantContext(gateway, { grant: grantOf({ host: 'global' }) }))).toMatchObject([
			{ externalId: MALL, siteId: 'CN', mode: 'fullyManaged', active: true, attributes: { orders: 'none' } },
		]);
		for (const [semiManagedMall, mode] of [
			[false, 'fullyManaged'],
			[true, 'semiManaged'],
			[null, 'unknown'],
		] as const) {
			await using cn = await startGateway({ [INFO]: info({}), 'bg.mall.info.get': ok({ semiManagedMall }) });
			expect(await temu.stores.list(grantContext(cn, { grant: grantOf({ host: 'cn' }) }))).toMatchObject([
				{ mode, siteId: 'CN', attributes: { orders: 'none' } },
			]);
		}
	});

	it('of a goods token are one whose mode it does not tell', async () => {
		await using gateway = await startGateway({ [GOODS_INFO]: ok({ mallName: 'Demo', uniqueId: 'u-1', apiScopeList: [] }) });
		expect(await temu.stores.list(grantContext(gateway, { grant: grantOf({ host: 'partner' }) }))).toMatchObject([
			{ externalId: 'u-1', name: 'Demo', mode: 'unknown' },
		]);
	});

	it('of a local mall in a country we do not know are refused, not guessed', async () => {
		await using gateway = await startGateway({ [INFO]: info({ mallType: 100, regionId: 999 }) });
		await expect(temu.stores.list(grantContext(gateway))).rejects.toMatchObject({
			kind: 'unexpected',
			message: expect.stringContaining('999'),
		});
	});

	it('stand on sites that the manifest has', async () => {
		const ids = new Set(temu.manifest.sites.map((site) => site.id));
		expect(ids.size).toBe(temu.manifest.sites.length);
		expect(ids).toContain('CN');
	});
});

describe.skipIf(!contract)('token samples of the contract', () => {
	it('accesstoken-info opens a US store', async () => {
		await using gateway = await startGateway({ [INFO]: sample('accesstoken-info') });
		const grant = await temu.authorization.exchange(grantContext(gateway), pasted('us'));
		expect(grant.scopes).toContain('temu.local.goods.brand.trademark.V2.get');
		expect(await temu.stores.list(grantContext(gateway, { grant }))).toMatchObject([{ siteId: '100', mode: 'local' }]);
	});

	it('accesstoken-create gives a grant of one mall, and of two', async () => {
		for (const [name, malls] of [
			['accesstoken-create', 1],
			['accesstoken-create.two-malls', 2],
		] as const) {
			await using gateway = await startGateway({ [CREATE]: sample(name) });
			const grant = await temu.authorization.exchange(grantContext(gateway), returned({ code: 'c' }));
			expect(Object.keys(grant.secrets).length).toBe(malls);
			expect(grant).toMatchObject({ externalAccountId: MALL, grantExpiresAt: '2026-10-09T08:53:20.000Z' });
		}
	});

	it('accesstoken-info-global and mall-info-cn are read', async () => {
		await using partner = await startGateway({ [GOODS_INFO]: sample('accesstoken-info-global') });
		expect(await temu.authorization.exchange(grantContext(partner), pasted('partner'))).toMatchObject({ accountName: 'Demo Semi Store' });
		await using cn = await startGateway({ [INFO]: sample('accesstoken-info'), 'bg.mall.info.get': sample('mall-info-cn') });
		expect(await temu.stores.list(grantContext(cn, { grant: grantOf({ host: 'cn' }) }))).toMatchObject([{ mode: 'semiManaged' }]);
	});
});

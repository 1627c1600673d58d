import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { witness } from '@pangea/testing';
import { mercadoLibre } from '../src/index.ts';
import { grantContext, serve, startStub, type Stub } from './stub-platform.ts';

let stub: Stub;
beforeEach(async () => void (stub = await startStub()));
afterEach(() => stub.close());

const w = witness('mercado-libre');

describe.skipIf(!w)('stores of a grant', () => {
	const sample = (name: string) => w!.json(`samples/${name}.json`) as Record<string, unknown>;

	it('are the marketplace users of a Global Selling account', async () => {
		stub.on(serve('/users/me', { ...sample('users-me-cbt'), id: 2560656533 }));
		stub.on(serve('/marketplace/users/2560656533', sample('marketplace-user-mapping')));
		const stores = await mercadoLibre.stores.list(grantContext(stub));
		expect(stores.map((s) => [s.externalId, s.siteId, s.mode])).toEqual([
			['2560656535', 'MLM', 'crossBorder'],
			['2565546850', 'MLB', 'crossBorder'],
			['2565546852', 'MLC', 'crossBorder'],
			['2565546854', 'MCO', 'crossBorder'],
		]);
		expect(stores[0]).toEqual({
			externalId: '2560656535',
			name: 'MLMCBT · MLM · remote',
			siteId: 'MLM',
			mode: 'crossBorder',
			active: true,
			attributes: { apiFamily: 'globalSelling', globalUserId: '2560656533', logisticType: 'remote' },
		});
	});

	it('are the account itself for a local seller', async () => {
		stub.on(serve('/users/me', sample('user-public')));
		await expect(mercadoLibre.stores.list(grantContext(stub))).resolves.toEqual([
			{ externalId: '202593498', name: 'TETE2870021', siteId: 'MLA', mode: 'local', active: true, attributes: { apiFamily: 'local' } },
		]);
	});
});

describe('stores nobody announced', () => {
	const list = (marketplaces: unknown) => {
		stub.on(serve('/users/me', { id: '1', site_id: 'CBT' }));
		stub.on(serve('/marketplace/users/1', { user_id: 1, site_id: 'CBT', marketplaces }));
		return mercadoLibre.stores.list(grantContext(stub));
	};

	it('come through as the mapping tells them: a new site, a second logistic type, a mode without a name', async () => {
		const stores = await list([
			{ user_id: 11, site_id: 'MLM', logistic_type: 'remote' },
			{ user_id: '12', site_id: 'MLM', logistic_type: 'fulfillment' },
			{ user_id: 13, site_id: 'MXX', logistic_type: 'teleport' },
			{ user_id: 14, site_id: 'MLU', logistic_type: null },
		]);
		expect(stores.map((s) => [s.externalId, s.siteId, s.mode, s.attributes['logisticType']])).toEqual([
			['11', 'MLM', 'crossBorder', 'remote'],
			['12', 'MLM', 'platformFulfilled', 'fulfillment'],
			['13', 'MXX', 'unknown', 'teleport'],
			['14', 'MLU', 'unknown', 'unknown'],
		]);
	});

	it('are none before the account has a marketplace', async () => {
		await expect(list(null)).resolves.toEqual([]);
	});

	it('are not guessed from an answer of another shape', async () => {
		await expect(list([{ user_id: 11 }])).rejects.toMatchObject({ kind: 'unexpected' });
	});

	it('show a suspended local account as inactive', async () => {
		stub.on(serve('/users/me', { id: 5, site_id: 'MLB', status: { site_status: 'deactive' } }));
		await expect(mercadoLibre.stores.list(grantContext(stub))).resolves.toMatchObject([{ name: '5', active: false }]);
	});
});

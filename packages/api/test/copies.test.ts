import { registry } from '@pangea/platform-registry';
import { addRates, stateCost, upsertConnection, upsertStores } from '@pangea/db';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { LAMP_DRAFT } from './lamp-draft.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const SKU = '01a00000-0000-7000-8000-0000000000d1';

let api: TestApi;
let owner: SessionUser;
let workspaceId: string;
let stores: { mx: string; ar: string; temu: string };
const as = () => createCaller({ services: { ...api.services, registry }, user: owner, workspaceId });

beforeAll(async () => {
	api = await createTestApi();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		const bind = async (platform: 'mercado-libre' | 'temu', siteId: string, currency: string) => {
			const grant = { host: 'api', accountName: null, scopes: [], accessExpiresAt: null, grantExpiresAt: null };
			const connectionId = await upsertConnection(scope, { platform, externalAccountId: siteId, ...grant });
			const facts = {
				name: siteId,
				mode: 'local',
				active: true,
				attributes: {},
				country: 'MX',
				zone: 'UTC',
				language: 'es',
				problem: null,
			} as const;
			const [store] = await upsertStores(scope, connectionId, [{ platform, externalId: siteId, siteId, currency, ...facts }]);
			return store?.storeId ?? '';
		};
		const bound = {
			mx: await bind('mercado-libre', 'MLM', 'MXN'),
			ar: await bind('mercado-libre', 'MLA', 'ARS'),
			temu: await bind('temu', 'US', 'USD'),
		};
		const day = new Date().toISOString().slice(0, 10);
		await addRates(
			scope,
			[
				{ currency: 'USD', against: 'EUR', day, source: 'ecb', rate: '1' },
				{ currency: 'MXN', against: 'EUR', day, source: 'ecb', rate: '20' },
				{ currency: 'CNY', against: 'EUR', day, source: 'ecb', rate: '8' },
			],
			null,
		);
		return bound;
	});
	const admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	await admin.query(`insert into sku (workspace_id, sku_id, code, title, gtins) values ($1, $2, 'LMP-WH', 'Lamp', '{00036000291452}')`, [
		workspaceId,
		SKU,
	]);
	await admin.query(
		`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
				price_minor, currency, stock, digest, pairing_state, sku_id, sold_units, image_url)
			values ($1, $2, $3, 'MLM1', '', '{}', 'Lámpara', 'live', 'active', '{}', 39900, 'MXN', 9, 'd', 'paired', $2, 40, 'https://example.com/a.jpg')`,
		[workspaceId, SKU, stores.mx],
	);
	await admin.query(`insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $2, '{}')`, [
		workspaceId,
		SKU,
	]);
	for (const storeId of [stores.mx, stores.ar])
		await admin.query(`insert into listing_read (workspace_id, store_id, state) values ($1, $2, 'read')`, [workspaceId, storeId]);
	await admin.end();
});
afterAll(() => api.close());

describe('copying a listing', () => {
	test('names where the SKU is, could be, and cannot be', async () => {
		const { sku, targets } = await as().copies.targets({ skuId: SKU });
		expect(sku.code).toBe('LMP-WH');
		expect(Object.fromEntries(targets.map(({ storeId, state }) => [storeId, state]))).toEqual({
			[stores.mx]: 'listed',
			[stores.ar]: 'open',
			[stores.temu]: 'notServed',
		});
	});

	test('proposes what other stores list, in the language of the store', async () => {
		expect(await as().copies.draft({ skuId: SKU, storeId: stores.ar })).toMatchObject({
			isSaved: false,
			words: 'Lámpara',
			searchLanguage: 'es-AR',
			draft: {
				texts: [{ language: 'es-AR', title: 'Lámpara' }],
				images: ['https://example.com/a.jpg'],
				stock: 9,
				sellerSku: 'LMP-WH',
				gtin: '0036000291452',
				price: null,
			},
		});
	});

	test('proposes a price at the rate of the day, and no price below the landed cost', async () => {
		const asked = { skuId: SKU, storeId: stores.ar, categoryId: 'C1' };
		const before = await as().copies.rules(asked);
		expect(before).toMatchObject({
			proposal: { from: { amountMinor: '39900', currency: 'MXN' }, amount: { amountMinor: '1995', currency: 'USD' } },
			floor: null,
		});
		await api.database.inWorkspace(workspaceId, (scope) =>
			stateCost(
				scope,
				{ sellerSku: 'LMP-WH', validFrom: '2026-01-01', currency: 'CNY', amountMinor: 8000n, inboundMinor: 2400n },
				owner.id,
			),
		);
		expect((await as().copies.rules(asked)).floor).toEqual({ amountMinor: '1300', currency: 'USD' });
		await as().copies.save({ skuId: SKU, storeId: stores.ar, draft: LAMP_DRAFT });
		expect(await as().copies.publish({ skuId: SKU, storeIds: [stores.ar] })).toEqual([
			{
				storeId: stores.ar,
				outcome: 'gaps',
				gaps: [{ field: 'price', reason: 'belowFloor', source: 'ours', bound: '13.00' }],
				code: null,
			},
		]);
	});

	test('tells each target by itself, and sends a draft once', async () => {
		await as().copies.save({ skuId: SKU, storeId: stores.ar, draft: { ...LAMP_DRAFT, price: { amount: '13', currency: 'USD' } } });
		const sent = () => api.calls.filter(({ name }) => name === 'publishCopy').length;
		const outcomes = await as().copies.publish({ skuId: SKU, storeIds: [stores.ar, stores.temu] });
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['queued', 'missing']);
		expect((await as().copies.publish({ skuId: SKU, storeIds: [stores.ar] }))[0]?.outcome).toBe('underWay');
		expect(sent()).toBe(1);
		await expect(as().copies.save({ skuId: SKU, storeId: stores.ar, draft: LAMP_DRAFT })).rejects.toThrow('copyUnderWay');
		const { targets } = await as().copies.targets({ skuId: SKU });
		expect(targets.find(({ storeId }) => storeId === stores.ar)?.copy).toMatchObject({ state: 'queued', reasons: [] });
	});
});

import { addMember, foundSku, pairingLock, skuMasters, upsertConnection, upsertStores } from '@pangea/db';
import { type MasterTyped, typedMaster } from '@pangea/domain';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const SKU = '01a00000-0000-7000-8000-0000000000d1';
const OTHER = '01a00000-0000-7000-8000-0000000000d2';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let manager: SessionUser;
let workspaceId: string;
let storeId: string;
const as = (user: SessionUser) => createCaller({ services: { ...api.services, registry }, user, workspaceId });

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	manager = await api.user('manager');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	storeId = await api.database.inWorkspace(workspaceId, async (scope) => {
		const grant = { host: 'api', accountName: null, scopes: [], accessExpiresAt: null, grantExpiresAt: null };
		const connectionId = await upsertConnection(scope, { platform: 'mercado-libre', externalAccountId: 'a', ...grant });
		const facts = { name: 'Tienda', mode: 'local', active: true, country: 'MX', zone: 'UTC', language: 'es', problem: null } as const;
		const place = { platform: 'mercado-libre', externalId: 'm', siteId: 'MLM', currency: 'MXN', attributes: {} } as const;
		const [store] = await upsertStores(scope, connectionId, [{ ...place, ...facts }]);
		await addMember(scope, { userId: manager.id, name: 'Mia Manager', email: manager.email, role: 'manager', storeScope: null });
		return store?.storeId ?? '';
	});
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

beforeEach(async () => {
	for (const table of ['listing', 'sku', 'pairing', 'audit'])
		await admin.query(`delete from ${table} where workspace_id = $1`, [workspaceId]);
	for (const [sku, code] of [
		[SKU, 'LMP-WH'],
		[OTHER, 'LMP-BK'],
	]) {
		await admin.query(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, $3, 'Lamp')`, [workspaceId, sku, code]);
		await admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
					price_minor, currency, stock, digest, pairing_state, sku_id, seller_sku, image_url, url)
				values ($1, $2, $3, $4::text, '', '{}', 'Lámpara', 'live', 'active', '{}', 2500, 'MXN', 3, 'd', 'paired', $2, $4::text,
					'https://img.example/1.jpg', 'https://shop.example/1')`,
			[workspaceId, sku, storeId, code],
		);
		await admin.query(`insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $2, '{}')`, [
			workspaceId,
			sku,
		]);
	}
});

async function typedNow(skuId = SKU): Promise<{ version: number; typed: MasterTyped }> {
	const { version, data } = await as(owner).catalogue.master({ skuId });
	return { version, typed: typedMaster(data) };
}
async function say(user: SessionUser, change: Partial<MasterTyped>, version?: number): Promise<number> {
	const now = await typedNow();
	const told = { skuId: SKU, version: version ?? now.version, typed: { ...now.typed, ...change } };
	return (await as(user).catalogue.saveMaster(told)).version;
}

describe('what people say of a SKU', () => {
	test('is kept with who said it, and stands in the trail with before and after', async () => {
		expect(await say(owner, { brand: 'Lumora', hsCode: '9405.21', origin: 'cn', weight: '450', gtins: '036000291452' })).toBe(2);
		expect(await say(manager, { hsCode: '9405210010', weight: '' })).toBe(3);
		const told = await as(owner).catalogue.master({ skuId: SKU });
		expect(told).toMatchObject({ version: 3, changedBy: 'Mia Manager' });
		expect(told.data).toMatchObject({ brand: 'Lumora', hsCode: '9405210010', origin: 'CN', weight: null, gtins: ['00036000291452'] });
		const { rows } = await as(owner).audit.list({ action: 'catalogue.master' });
		expect(rows.map(({ subjectName, changes }) => [subjectName, changes])).toEqual([
			[
				'LMP-WH',
				[
					{ field: 'hsCode', before: '940521', after: '9405210010' },
					{ field: 'weight', before: 450, after: null },
				],
			],
			[
				'LMP-WH',
				[
					{ field: 'gtins', before: [], after: ['00036000291452'] },
					{ field: 'brand', before: null, after: 'Lumora' },
					{ field: 'hsCode', before: null, after: '940521' },
					{ field: 'origin', before: null, after: 'CN' },
					{ field: 'weight', before: null, after: 450 },
				],
			],
		]);
	});

	test('over what somebody else said meanwhile is refused, and changes nothing', async () => {
		await say(owner, { brand: 'Lumora' });
		await expect(say(manager, { brand: 'Umbra' }, 1)).rejects.toThrow('masterMeanwhile');
		expect((await typedNow()).typed.brand).toBe('Lumora');
		expect(await say(manager, { materials: 'ABS' }, 2)).toBe(3);
	});

	test('by two people at once is said by one of them', async () => {
		const { version, typed } = await typedNow();
		const both = await Promise.allSettled(
			['Lumora', 'Umbra'].map((brand) => as(owner).catalogue.saveMaster({ skuId: SKU, version, typed: { ...typed, brand } })),
		);
		expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
		expect((await typedNow()).version).toBe(2);
	});

	test('that is the same again is no change and leaves no trace', async () => {
		expect(await say(owner, {})).toBe(1);
		expect((await as(owner).audit.list({ action: 'catalogue.master' })).rows).toEqual([]);
	});

	test('gives no two SKUs one code, also when two ask at once', async () => {
		await expect(say(owner, { code: 'LMP-BK' })).rejects.toThrow('codeTaken');
		const ask = async (skuId: string) => {
			const { version, typed } = await typedNow(skuId);
			return await as(owner).catalogue.saveMaster({ skuId, version, typed: { ...typed, code: 'NEW' } });
		};
		const both = await Promise.allSettled([ask(SKU), ask(OTHER)]);
		expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
	});

	test('is held to what it can be', async () => {
		await expect(say(owner, { hsCode: '12' })).rejects.toThrow('inputWrong');
		await expect(say(owner, { title: '' })).rejects.toThrow('inputWrong');
		await expect(as(owner).catalogue.saveMaster({ skuId: workspaceId, version: 1, typed: (await typedNow()).typed })).rejects.toThrow(
			'notFound',
		);
	});

	test('stays when a platform tells something else and when another listing becomes the SKU', async () => {
		await say(owner, { title: 'Sunset lamp', image: 'https://own.example/lamp.jpg', gtins: '036000291452' });
		const listing = crypto.randomUUID();
		await admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
					digest, image_url) values ($1, $2, $3, 'new', '', '{4006381333931}', 'Otra lámpara', 'live', 'active', '{}', 'd', 'https://img.example/2.jpg')`,
			[workspaceId, listing, storeId],
		);
		await as(owner).catalogue.pair({ listingId: listing, skuId: SKU });
		await admin.query(`update listing set title = 'Renamed', image_url = null where workspace_id = $1`, [workspaceId]);
		expect((await typedNow()).typed).toMatchObject({
			title: 'Sunset lamp',
			image: 'https://own.example/lamp.jpg',
			gtins: '00036000291452',
		});
	});

	test('of a SKU that a listing founds begins as the listing tells it', async () => {
		const skuId = crypto.randomUUID();
		const row = {
			listingId: SKU,
			storeId,
			platform: 'mercado-libre',
			language: 'es',
			externalListingId: 'x',
			externalVariantId: '',
			sellerSku: 'NEW-1',
			gtins: ['036000291452', '1'],
			title: 'Lámpara',
			variant: null,
			originKey: null,
			imageUrl: null,
			skuId: null,
			refused: [],
		};
		const master = await api.database.inWorkspace(
			workspaceId,
			async (scope) => {
				await foundSku(scope, row, { skuId, pairingId: crypto.randomUUID(), by: null });
				return await skuMasters(scope, [skuId]);
			},
			{ lock: pairingLock(workspaceId) },
		);
		expect(master).toMatchObject([{ version: 1, changedAt: null, data: { code: 'NEW-1', gtins: ['00036000291452'], brand: null } }]);
	});

	test('is what machines read of an offer where the listing is silent, and says whose it is', async () => {
		const score = async () => (await as(owner).catalogue.forMachines({ skuId: SKU }))[0];
		const before = await score();
		expect(before).toMatchObject({ ours: [], fields: { gtin: 'missing' } });
		await say(owner, { brand: 'Lumora', materials: 'ABS', gtins: '036000291452', weight: '450', length: '200' });
		const after = await score();
		expect(after).toMatchObject({ ours: ['gtin', 'brand', 'material', 'parcel'], fields: { gtin: 'missing' }, told: before?.told });
		expect(JSON.parse(after?.jsonLd ?? '')).toMatchObject({
			gtin: '00036000291452',
			brand: { '@type': 'Brand', name: 'Lumora' },
			material: 'ABS',
			offers: { shippingDetails: { weight: { value: 450, unitCode: 'GRM' }, depth: { value: 200, unitCode: 'MMT' } } },
		});
		await admin.query(`update listing set gtins = '{4006381333931}' where workspace_id = $1 and sku_id = $2`, [workspaceId, SKU]);
		expect(await score()).toMatchObject({ ours: ['brand', 'material', 'parcel'], fields: { gtin: 'told' } });
	});
});

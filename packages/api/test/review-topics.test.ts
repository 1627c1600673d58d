import { addMember, upsertConnection, upsertStores } from '@pangea/db';
import { PlatformError } from '@pangea/platform-contract';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const SKU = '01a00000-0000-7000-8000-0000000000b1';
const SITES = { us: 'ATVPDKIKX0DER', ca: 'A2EUQ1WTGCTBG2', de: 'A1PA6795UKMFR9' };

let api: TestApi;
let owner: SessionUser;
let narrow: SessionUser;
let workspaceId: string;
let stores: { us: string; ca: string; de: string };

beforeAll(async () => {
	api = await createTestApi();
	[owner, narrow] = [await api.user('owner'), await api.user('narrow')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		const grant = { host: 'na', accountName: null, scopes: [], accessExpiresAt: null, grantExpiresAt: null };
		const connectionId = await upsertConnection(scope, { platform: 'amazon', externalAccountId: 'A1', ...grant });
		const facts = {
			name: 'S',
			mode: 'local' as const,
			active: true,
			attributes: {},
			country: 'US',
			zone: 'UTC',
			language: 'en',
			problem: null,
		};
		const made = await upsertStores(
			scope,
			connectionId,
			Object.values(SITES).map((siteId) => ({ platform: 'amazon' as const, externalId: siteId, siteId, currency: 'USD', ...facts })),
		);
		const idOf = (siteId: string): string => made.find((store) => store.externalId === siteId)?.storeId ?? '';
		stores = { us: idOf(SITES.us), ca: idOf(SITES.ca), de: idOf(SITES.de) };
		await addMember(scope, { userId: narrow.id, name: 'narrow', email: narrow.email, role: 'manager', storeScope: [stores.ca] });
	});
	const admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	await admin.query(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, 'LMP', 'Lamp')`, [workspaceId, SKU]);
	for (const [place, storeId] of Object.values(stores).entries()) {
		const id = `01a00000-0000-7000-8000-0000000000e${place}`;
		await admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
					digest, pairing_state, sku_id)
				values ($1, $2, $3, $4, 'LMP', '{}', 'Lamp', 'live', 'BUYABLE', '{}', 'd', 'paired', $5)`,
			[workspaceId, id, storeId, `B0LAMP00${place}`, SKU],
		);
		await admin.query(`insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $3, '{}')`, [
			workspaceId,
			id,
			SKU,
		]);
	}
	await admin.end();
});
afterAll(() => api.close());

type Read = (workspaceId: string, of: { storeId: string; externalListingId: string }) => Promise<null>;

function as(user: SessionUser, read?: Read) {
	const operations = read ? { ...api.services.operations, reviewTopics: read } : api.services.operations;
	return createCaller({ services: { ...api.services, registry, operations }, user, workspaceId });
}

describe('topics of reviews', () => {
	test('are asked of the stores whose platform tells them there, and name their source', async () => {
		const views = await as(owner).reviews.topics({ skuId: SKU });
		expect(new Set(views.map(({ storeId }) => storeId))).toEqual(new Set([stores.us, stores.de]));
		expect(views[0]).toMatchObject({
			language: 'en',
			source: expect.stringContaining('customer-feedback'),
			told: { topics: [{ topic: 'Quality', mentions: 12 }] },
			code: null,
		});
		const [only] = await as(owner).reviews.topics({ skuId: SKU, stores: [stores.de] });
		expect(only?.storeId).toBe(stores.de);
	});

	test('of stores that a member does not see are not asked for', async () => {
		const asked: string[] = [];
		const read: Read = async (_, { storeId }) => await Promise.resolve(void asked.push(storeId)).then(() => null);
		expect(await as(narrow, read).reviews.topics({ skuId: SKU, stores: [stores.us, stores.ca] })).toEqual([]);
		expect(asked).toEqual([]);
	});

	test('that one store does not tell keep the others from nothing', async () => {
		const read: Read = async (_, { storeId }) => {
			if (storeId === stores.de) throw new PlatformError({ kind: 'forbidden', userMessage: { code: 'scopeMissing' }, detail: 'no role' });
			return await Promise.resolve(null);
		};
		const views = await as(owner, read).reviews.topics({ skuId: SKU });
		expect(Object.fromEntries(views.map(({ storeId, told, code }) => [storeId, [told, code]]))).toEqual({
			[stores.us]: [null, null],
			[stores.de]: [null, 'scopeMissing'],
		});
	});
});

import { addMember, upsertConnection, upsertStores } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, importReviews, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

type Platform = 'amazon' | 'mercado-libre' | 'tiktok-shop';

const SKU = '01a00000-0000-7000-8000-0000000000a1';
const FAN = '01a00000-0000-7000-8000-0000000000a2';
const IN_SHOP = '01a00000-0000-7000-8000-0000000000b1';
const DAY = 86_400_000;
const RIGHTS = { by: 'Ana of the brand', ground: 'Each buyer agreed, kept in our files' };

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let narrow: SessionUser;
let workspaceId: string;
let stores: Record<Platform | 'elsewhere', string>;
const as = (user = owner) => createCaller({ services: { ...api.services, registry }, user, workspaceId });

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, narrow] = [await api.user('owner'), await api.user('narrow')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		const bind = async (platform: Platform, externalId: string) => {
			const account = { externalAccountId: externalId, accountName: null, host: 'us', scopes: [], accessExpiresAt: null };
			const connectionId = await upsertConnection(scope, { platform, ...account, grantExpiresAt: null });
			const site = { siteId: 'US', country: 'US', currency: 'USD', zone: 'UTC', language: 'en', problem: null };
			const store = { platform, externalId, name: externalId, mode: 'local' as const, active: true, attributes: {}, ...site };
			return (await upsertStores(scope, connectionId, [store]))[0]?.storeId ?? '';
		};
		return {
			amazon: await bind('amazon', 'amazon'),
			'mercado-libre': await bind('mercado-libre', 'mercado'),
			'tiktok-shop': await bind('tiktok-shop', 'shop'),
			elsewhere: await bind('tiktok-shop', 'shop two'),
		};
	});
	await api.database.inWorkspace(workspaceId, (scope) =>
		addMember(scope, {
			userId: narrow.id,
			name: 'narrow',
			email: narrow.email,
			role: 'manager',
			storeScope: [stores.amazon, stores.elsewhere],
		}),
	);
	await admin.query(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, 'LMP/1', 'Lamp'), ($1, $3, 'FAN', 'Fan')`, [
		workspaceId,
		SKU,
		FAN,
	]);
	const listing = async (listingId: string, store: string, product: string, variant: string, sku: string) => {
		await admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, seller_sku, gtins, title, state, raw_status,
					issues, digest, pairing_state, sku_id)
				values ($1, $2, $3, $4, $5, 'S', '{}', 'Lamp here', 'live', '1', '{}', 'd', 'paired', $6)`,
			[workspaceId, listingId, store, product, variant, sku],
		);
		await admin.query(`insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $3, '{}')`, [
			workspaceId,
			listingId,
			sku,
		]);
	};
	await listing(IN_SHOP, stores['tiktok-shop'], '1729500000000000201', '17', SKU);
	await listing(crypto.randomUUID(), stores['tiktok-shop'], '1729500000000000201', '18', SKU);
	await listing(crypto.randomUUID(), stores.amazon, 'B0LAMP', '', SKU);
	await listing(crypto.randomUUID(), stores['mercado-libre'], 'MLA1', '', SKU);
	await listing(crypto.randomUUID(), stores.amazon, 'B0FAN', '', FAN);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});
beforeEach(async () => {
	for (const table of ['review', 'review_import', 'audit']) await admin.query(`delete from ${table}`);
	await give('amazon', ['R1,B0LAMP,Jo Smith,2026-11-02,1,Broken,It came damaged', 'R2,B0LAMP,Al,2026-11-03,5,,Love it']);
	await give('amazon', ['R3,B0FAN,Bo,2026-11-04,4,,Cool']);
	await read({ id: '900', text: 'La amo', rating: 4 });
	await read({ id: '901', text: null, rating: 5 });
});

async function give(store: Platform, lines: readonly string[]): Promise<void> {
	const file = ['Review ID,ASIN,Reviewer,Date,Rating,Title,Body', ...lines].join('\r\n');
	const query = { store: stores[store], take: 'all', name: 'a.csv', rightsBy: 'The brand', rightsGround: 'Its own export' };
	await importReviews({ ...api.services, registry }, owner, workspaceId, query, Buffer.from(file));
}

/** A review as Mercado Libre shows it. */
async function read({ id, text, rating }: { id: string; text: string | null; rating: number }): Promise<void> {
	const reviewId = crypto.randomUUID();
	const sealed = text === null ? null : api.box.seal(JSON.stringify({ title: null, text, former: [] }), `review ${reviewId}`);
	await admin.query(
		`insert into review (workspace_id, review_id, store_id, external_listing_id, external_id, rating, written_at, themes, sealed, digest, dies_at)
			values ($1, $2, $3, 'MLA1', $4, $5, '2026-11-05T00:00:00Z', '{}', $6, '', $7)`,
		[workspaceId, reviewId, stores['mercado-libre'], id, rating, sealed, new Date(Date.now() + 90 * DAY)],
	);
}

interface Body {
	product_review: {
		product: { identifiers: { tiktok_product_id: string } };
		review_records: { external_review_id: string; rating: number; content: string; title?: string; source: string }[];
	};
}
async function carried(rights: typeof RIGHTS | null, listingId = IN_SHOP) {
	const file = await as().reviews.carry({ skuId: SKU, listingId, rights });
	return { ...file, made: JSON.parse(file.text) as Body[] };
}

describe('reviews that go along to another store', () => {
	test('are told first: where they can go, what goes by which right, and what stays', async () => {
		const { targets, plan } = await as().reviews.carryPlan({ skuId: SKU });
		expect(targets).toEqual([
			{
				listingId: expect.any(String) as string,
				storeId: stores['tiktok-shop'],
				externalListingId: '1729500000000000201',
				title: 'Lamp here',
			},
		]);
		expect(plan).toMatchObject({ most: 50, whole: true, rule: expect.stringContaining('tiktok.com') as string });
		const none = { rightful: 0, rights: [], rightless: 0, wordless: 0, tooLong: 0 };
		expect(plan?.sources.toSorted((a, b) => b.rightful - a.rightful)).toEqual([
			{ ...none, storeId: stores.amazon, rightful: 2, rights: [{ by: 'The brand', ground: 'Its own export' }] },
			{ ...none, storeId: stores['mercado-libre'], rightless: 1, wordless: 1 },
		]);
	});

	test('are those of the SKU whose right was stated, with all stars, and nobody’s name', async () => {
		const { made, fileName, text, reviews, bodies } = await carried(null);
		expect([fileName.slice(0, 21), reviews, bodies]).toEqual(['pangea-reviews-LMP-1-', 2, 1]);
		const [only] = made;
		expect(only?.product_review.product.identifiers).toEqual({ tiktok_product_id: '1729500000000000201' });
		expect(only?.product_review.review_records.map(({ rating, title, content, source }) => [rating, title, content, source])).toEqual([
			[1, 'Broken', 'It came damaged', 'Amazon'],
			[5, undefined, 'Love it', 'Amazon'],
		]);
		expect(text).not.toContain('Smith');
		const [record] = (await as().audit.list({ action: 'reviews.carry' })).rows;
		expect(record).toMatchObject({ subjectName: 'LMP/1', storeId: stores['tiktok-shop'], facts: [{ field: 'count', value: 2 }] });
	});

	test('take those along that a platform shows only where a member states the right, which stands in the trail', async () => {
		const { made } = await carried(RIGHTS);
		expect(made[0]?.product_review.review_records.map(({ content, source }) => [content, source])).toEqual([
			['It came damaged', 'Amazon'],
			['Love it', 'Amazon'],
			['La amo', 'Mercado Libre'],
		]);
		const [record] = (await as().audit.list({ action: 'reviews.carry' })).rows;
		expect(record?.facts).toEqual([
			{ field: 'rightsBy', value: RIGHTS.by },
			{ field: 'rightsGround', value: RIGHTS.ground },
			{ field: 'count', value: 3 },
		]);
		await expect(as().reviews.carry({ skuId: SKU, listingId: IN_SHOP, rights: { by: 'A', ground: 'yes' } })).rejects.toThrow('Too small');
	});

	test('have the same numbers each time, so that carrying them twice is carrying them once', async () => {
		const numbers = (made: Body[]) => made.flatMap(({ product_review }) => product_review.review_records.map((r) => r.external_review_id));
		const before = numbers((await carried(null)).made);
		await give('amazon', ['R1,B0LAMP,Jo Smith,2026-11-02,2,Broken,It came damaged, then was replaced']);
		expect(numbers((await carried(null)).made)).toEqual(before);
	});

	test('go no further than the right: an import that is taken back takes them along', async () => {
		for (const { importId } of await as().reviews.imports()) await as().reviews.takeBack({ importId });
		await expect(carried(null)).rejects.toThrow('inputWrong');
		expect((await as().audit.list({ action: 'reviews.carry' })).rows).toEqual([]);
	});

	test('are of stores that the member sees, and go to one of them', async () => {
		expect(await as(narrow).reviews.carryPlan({ skuId: SKU })).toEqual({ targets: [], plan: null });
		await expect(as(narrow).reviews.carry({ skuId: SKU, listingId: IN_SHOP, rights: RIGHTS })).rejects.toThrow('notFound');
		await expect(carried(null, FAN)).rejects.toThrow('notFound');
		await give('tiktok-shop', ['T1,1729500000000000201,X,2026-11-03,5,,From here']);
		expect((await carried(RIGHTS)).text).not.toContain('From here');
	});
});

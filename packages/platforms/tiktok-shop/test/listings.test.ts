import { witness } from '@pangea/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { listings, toListing } from '../src/listings.ts';
import { WireProduct } from '../src/wire-listings.ts';
import { type ScriptedPlatform, scripted, contextFor } from './platform.ts';

const published = witness('tiktok-shop');

let platform: ScriptedPlatform;
afterEach(async () => {
	await platform?.close();
});

const PRODUCT = {
	id: '1729500000000000201',
	status: 'ACTIVATE',
	title: 'Sunset Lamp',
	main_images: [{ urls: ['https://img.example/main.jpeg'], thumb_urls: [] }],
	skus: [
		{
			id: '1729500000000001201',
			seller_sku: 'LMP-WH',
			price: { sale_price: '19.99', currency: 'GBP' },
			inventory: [{ quantity: 4 }, { quantity: 3 }],
			identifier_code: { code: '5060000000017', type: 'EAN' },
			sales_attributes: [{ value_name: 'White' }],
			status_info: { status: 'NORMAL' },
		},
	],
	update_time: 1_794_632_400,
};

describe.skipIf(!published)('the published product', () => {
	it('becomes one listing a variant, equal to its source', () => {
		const body = published?.json('samples/product-detail.json') as { data: unknown };
		const product = WireProduct.parse(body.data);
		const [white] = product.skus.map((sku) => toListing(product, sku, 'GBP'));
		expect(white).toEqual({
			externalListingId: '1729500000000000201',
			externalVariantId: '1729500000000001201',
			originKey: expect.any(String),
			sellerSku: 'LMP-WH',
			gtins: ['5060000000017'],
			title: 'Lumora Sunset Projection Lamp',
			variant: 'White',
			state: 'live',
			rawStatus: 'ACTIVATE',
			issues: [],
			price: { amountMinor: 1999n, currency: 'GBP' },
			stock: 412,
			imageUrl: 'https://p16-oec-va.ibyteimg.com/demo/lamp-white-thumb.jpeg',
			url: null,
			updatedAt: '2026-11-14T05:00:00.000Z',
		});
	});
});

describe('listings', () => {
	it('are asked for by their last change, from that second on', async () => {
		platform = await scripted(({ path }) => ({
			data: path.endsWith('/search') ? { products: [{ id: PRODUCT.id }], total_count: 1, next_page_token: '' } : PRODUCT,
		}));
		const pages = [];
		for await (const page of listings.pull(contextFor(platform.base), '2026-11-20T10:00:00.500Z')) pages.push(page);
		expect(platform.calls[0]?.body).toEqual({ status: 'ALL', update_time_ge: Date.parse('2026-11-20T10:00:00Z') / 1000 });
		expect(pages[0]?.items).toMatchObject([
			{ ok: true, value: { stock: 7, imageUrl: 'https://img.example/main.jpeg', originKey: PRODUCT.skus[0]?.id } },
		]);
	});

	it('that cannot be read are told with their number, beside those that can', async () => {
		platform = await scripted(({ path }) => {
			if (path.endsWith('/search')) return { data: { products: [{ id: '1' }, { id: '2' }, { id: PRODUCT.id }, { odd: true }] } };
			if (path.endsWith('/1')) return { data: { ...PRODUCT, id: '1', title: 7 } };
			if (path.endsWith('/2')) return { body: { code: 36_009_004, message: 'Invalid parameter. product_id is invalid.', data: null } };
			return { data: PRODUCT };
		});
		for await (const page of listings.pull(contextFor(platform.base), null)) {
			expect(page.items.map((item) => (item.ok ? item.value.externalListingId : [item.externalId]))).toEqual([
				['1'],
				PRODUCT.id,
				['2'],
				[null],
			]);
		}
	});

	it('of an unknown product are none', async () => {
		platform = await scripted(() => ({ body: { code: 36_009_004, message: 'Invalid parameter. product_id is invalid.', data: null } }));
		expect((await listings.fetch(contextFor(platform.base), ['9'])).items).toEqual([]);
	});

	it('are in the platform’s own state, and say why they are blocked', () => {
		const product = WireProduct.parse({
			...PRODUCT,
			status: 'PLATFORM_DEACTIVATED',
			audit_failed_reasons: [{ position: 'Title', reasons: ['Brand not allowed'] }],
		});
		const [sku] = product.skus;
		expect(sku && toListing(product, sku, 'GBP')).toMatchObject({ state: 'blocked', issues: ['Brand not allowed'] });
	});

	it('of a replica are known by the SKU they were made from', () => {
		const product = WireProduct.parse({
			...PRODUCT,
			skus: [{ ...PRODUCT.skus[0], global_listing_policy: { replicate_source: { product_id: '5', sku_id: '55' } } }],
		});
		const [sku] = product.skus;
		expect(sku && toListing(product, sku, 'GBP').originKey).toBe('55');
	});
});

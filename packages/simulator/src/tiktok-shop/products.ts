import { exponentOf } from '../core/money.ts';
import { type Offer, offersOf } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import { readPageToken, queryDigest, writePageToken } from '../core/paging.ts';
import type { PlatformContext } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { badParameter, ok } from './dialect.ts';
import type { TikTokIds } from './ids.ts';
import { amount, seconds } from './order.ts';
import { fieldsOf, type ShopCall } from './shop-call.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => (call: WireCall) => WireReply;

const STATUSES = ['ALL', 'DRAFT', 'PENDING', 'FAILED', 'ACTIVATE', 'SELLER_DEACTIVATED', 'PLATFORM_DEACTIVATED', 'FREEZE', 'DELETED'];
/** Of a hundred goods of a shop that is not an account's first. */
const REPLICATED = 70;

interface Product {
	id: string;
	good: number;
	store: StoreSeed;
	offers: [Offer, ...Offer[]];
}

/** Products of a shop: search, detail and where it was replicated (contract §8). */
export function productOperations(context: PlatformContext, ids: TikTokIds, shopLevel: ShopLevel): Operation[] {
	const productsOf = (store: StoreSeed): Product[] => {
		const byGood = new Map<number, [Offer, ...Offer[]]>();
		for (const offer of offersOf(context.world.seed, store)) {
			const offers = byGood.get(offer.sku.goodNumber);
			if (offers) offers.push(offer);
			else byGood.set(offer.sku.goodNumber, [offer]);
		}
		return [...byGood].map(([good, offers]) => ({ id: ids.product(store, good), good, store, offers }));
	};
	const search = ({ call, store }: ShopCall): WireReply => {
		const size = Number(call.query.get('page_size') ?? Number.NaN);
		if (!Number.isInteger(size) || size < 1 || size > 100) return badParameter(call, 'page_size must be between 1 and 100.');
		const body = fieldsOf(call);
		const status = body['status'] ?? 'ALL';
		if (typeof status !== 'string' || !STATUSES.includes(status)) return badParameter(call, 'status is invalid.');
		const since = body['update_time_ge'] ?? 0;
		const until = body['update_time_le'] ?? Number.MAX_SAFE_INTEGER;
		if (typeof since !== 'number' || typeof until !== 'number') return badParameter(call, 'update_time must be Unix seconds.');
		const query = queryDigest([store.number, status, since, until]);
		const token = call.query.get('page_token') ?? '';
		const mark = token === '' ? null : readPageToken(token);
		if (token !== '' && mark?.query !== query) return badParameter(call, 'page_token is invalid.');
		const all = productsOf(store).filter((product) => {
			const at = seconds(updatedAt(product));
			return at >= since && at <= until && (status === 'ALL' || statusOf(product) === status);
		});
		const start = mark?.after.index ?? 0;
		const products = all.slice(start, start + size).map((product) => renderFound(ids, product));
		const end = start + size;
		const next =
			end < all.length
				? writePageToken({ after: { time: 0, store: store.number, index: end }, query, issuedAt: call.now, total: all.length })
				: '';
		return ok(call, { total_count: all.length, products, next_page_token: next }, products);
	};
	const byId = (handle: (shop: ShopCall, product: Product) => WireReply) =>
		shopLevel('seller.product.basic', (shop) => {
			const product = productsOf(shop.store).find(({ id }) => id === shop.call.params['productId']);
			return product ? handle(shop, product) : badParameter(shop.call, 'product_id is invalid.');
		});
	const sourceOf = (store: StoreSeed): StoreSeed | undefined =>
		context.stores.find(({ account, number }) => account === store.account && number < store.number);
	return [
		{
			name: 'products.search',
			method: 'POST',
			path: '/product/202502/products/search',
			handle: shopLevel('seller.product.basic', search),
		},
		{
			name: 'products.detail',
			method: 'GET',
			path: '/product/202309/products/:productId',
			handle: byId(({ call, store }, product) => {
				const first = sourceOf(store);
				const replicated = first !== undefined && hash(context.world.seed, store.number, product.good, 110) % 100 < REPLICATED;
				return ok(call, renderProduct(ids, product, replicated ? first : null));
			}),
		},
	];
}

function updatedAt({ offers }: Product): number {
	return Math.max(...offers.map((offer) => offer.updatedAt));
}

function statusOf({ offers: [first] }: Product): string {
	return { live: 'ACTIVATE', blocked: 'PLATFORM_DEACTIVATED', inactive: 'SELLER_DEACTIVATED' }[first.state];
}

function renderFound(ids: TikTokIds, product: Product) {
	const { id, store, offers } = product;
	return {
		id,
		title: offers[0].title,
		status: statusOf(product),
		skus: offers.map((offer) => renderSku(ids, store, offer)),
		sales_regions: [store.site],
		create_time: seconds(offers[0].createdAt),
		update_time: seconds(updatedAt(product)),
		is_not_for_sale: false,
		audit: { status: offers[0].state === 'blocked' ? 'FAILED' : 'APPROVED', pre_approved_reasons: [] },
		has_draft: false,
	};
}

function renderSku(ids: TikTokIds, store: StoreSeed, { sku, code, price, stock }: Offer) {
	const money = (minor: number): string => amount(minor, store.currency);
	const net = Math.round(price / 1.2 / 10 ** exponentOf(store.currency)) * 10 ** exponentOf(store.currency);
	return {
		id: ids.sku(store, sku.number),
		...(code === null ? {} : { seller_sku: code }),
		price: { currency: store.currency, tax_exclusive_price: money(net), sale_price: money(price) },
		inventory: [{ warehouse_id: ids.warehouse(store), quantity: stock }],
		status_info: { status: 'NORMAL' },
	};
}

function renderProduct(ids: TikTokIds, product: Product, source: StoreSeed | null) {
	const { id, store, good, offers } = product;
	const image = (name: string) => ({
		height: 1200,
		width: 1200,
		thumb_urls: [`https://p16-oec-va.ibyteimg.com/sim/${name}-thumb.jpeg`],
		uri: `tos-maliva-i-sim/${name}`,
		urls: [`https://p16-oec-va.ibyteimg.com/sim/${name}.jpeg`],
	});
	return {
		id,
		status: statusOf(product),
		product_status: statusOf(product),
		title: offers[0].title,
		main_images: [image(`good-${good}`)],
		description: `<p>${offers[0].title}</p>`,
		package_weight: { value: (offers[0].sku.good.grams / 1000).toFixed(2), unit: 'KILOGRAM' },
		skus: offers.map((offer) => ({
			...renderSku(ids, store, offer),
			...(offer.gtin === null ? {} : { identifier_code: { code: offer.gtin, type: 'EAN' } }),
			sales_attributes: [
				{
					id: '100000',
					name: 'Specification',
					value_id: String(1_001_000 + offer.sku.number),
					value_name: offer.sku.variant,
					sku_img: image(`${offer.sku.number}`),
				},
			],
			...(source === null
				? {}
				: {
						global_listing_policy: {
							price_sync: false,
							inventory_type: 'MANUAL',
							replicate_source: {
								product_id: ids.product(source, good),
								shop_id: ids.shop(source),
								sku_id: ids.sku(source, offer.sku.number),
							},
						},
					}),
		})),
		create_time: seconds(offers[0].createdAt),
		update_time: seconds(updatedAt(product)),
		audit: { status: offers[0].state === 'blocked' ? 'FAILED' : 'APPROVED', pre_approved_reasons: [] },
		...(offers[0].state === 'blocked'
			? { audit_failed_reasons: [{ position: 'Title', reasons: ['The required qualification is missed.'], suggestions: [] }] }
			: {}),
		has_draft: false,
		is_replicated: source !== null,
		is_not_for_sale: false,
	};
}

import { ChangedOffers } from '../core/changed-offers.ts';
import { exponentOf } from '../core/money.ts';
import { isAmount, type NewProducts } from './new-products.ts';
import { type Offer, offersOf } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import { readPageToken, queryDigest, writePageToken } from '../core/paging.ts';
import type { PlatformContext } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { badParameter, ok, requestId } from './dialect.ts';
import type { TikTokIds } from './ids.ts';
import { amount, seconds } from './order.ts';
import { fieldsOf, type ShopCall } from './shop-call.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => (call: WireCall) => WireReply;

const STATUSES = ['ALL', 'DRAFT', 'PENDING', 'FAILED', 'ACTIVATE', 'SELLER_DEACTIVATED', 'PLATFORM_DEACTIVATED', 'FREEZE', 'DELETED'];
/** Of a hundred goods of a shop that is not an account's first. */
const REPLICATED = 70;

/** The audit of a copy, or of what was made here, takes so long. */
const AUDIT = 60_000;
/** Of a hundred variants: a running promotion holds their price. */
const PROMOTED = 4;
const MOST_STOCK = 999_999;
/** Characters of a title, by market; 25 to 255 elsewhere. */
const LONGEST_TITLE: Readonly<Record<string, number>> = { BR: 300, MX: 300 };
const SHORT_TITLES = ['US', 'GB', 'JP', 'DE', 'ES', 'FR', 'IE', 'IT', 'BR', 'MX'];
/** What no audit lets pass. */
const BANNED = /\b(replica|fake)\b/i;

interface Product {
	id: string;
	good: number;
	store: StoreSeed;
	offers: [Offer, ...Offer[]];
	/** Set where the platform copied it for another market, on somebody's word. */
	replica?: { source: StoreSeed; at: number };
	/** Set where somebody made it. */
	madeAt?: number;
	/** The title that somebody wants, and whether the audit refuses it. */
	edit?: { title: string; at: number; refused: boolean };
	skuId?: string;
	description?: string;
	imageUris?: string[];
}

/** Products of a shop: search, detail and where it was replicated (contract §8). */
export function productOperations(context: PlatformContext, ids: TikTokIds, made: NewProducts, shopLevel: ShopLevel): Operation[] {
	const changed = new ChangedOffers();
	const edits = new Map<string, NonNullable<Product['edit']>>();
	const asItIs = (product: Product, now: number): Product => {
		const [first, ...rest] = product.offers;
		const at = (offer: Offer): Offer => changed.over(skuIdOf(ids, product, offer), offer, now);
		const edit = edits.get(product.id);
		return { ...product, ...(edit && { edit }), offers: [at(first), ...rest.map(at)] };
	};
	const productsAt = (store: StoreSeed, now: number): Product[] => productsOf(store).map((product) => asItIs(product, now));
	/** Those of the world by their id: a pure function of it, and asked for one by one. */
	const known = new Map<StoreSeed, Map<string, Product>>();
	const knownIn = (store: StoreSeed): Map<string, Product> => {
		const found = known.get(store) ?? catalogueOf(store);
		known.set(store, found);
		return found;
	};
	const catalogueOf = (store: StoreSeed): Map<string, Product> => {
		const byGood = new Map<number, [Offer, ...Offer[]]>();
		for (const offer of offersOf(context.world.seed, store)) {
			const offers = byGood.get(offer.sku.goodNumber);
			if (offers) offers.push(offer);
			else byGood.set(offer.sku.goodNumber, [offer]);
		}
		const products = [...byGood].map(([good, offers]) => ({ id: ids.product(store, good), good, store, offers }));
		return new Map(products.map((product) => [product.id, product]));
	};
	/** Those that were made here. */
	const madeIn = (store: StoreSeed): Product[] => [...replicas, ...made.products].filter((product) => product.store === store);
	const productsOf = (store: StoreSeed): Product[] => [...knownIn(store).values(), ...madeIn(store)];
	const replicas: Product[] = [];

	/** Replicates a product; what is wrong with a market is told for it alone. */
	const replicate = ({ call, store }: ShopCall, product: Product): WireReply => {
		const targets = fieldsOf(call)['replicate_target'];
		if (!Array.isArray(targets) || targets.length === 0) return badParameter(call, 'replicate_target is required.');
		if (statusOf(product, call.now) !== 'ACTIVATE') return badParameter(call, 'the product is not active.');
		const errors: { code: number; message: string; detail: { region: string } }[] = [];
		for (const target of targets as { region?: unknown; skus?: unknown }[]) {
			const region = typeof target.region === 'string' ? target.region : '';
			const refuse = (code: number, message: string) => void errors.push({ code, message, detail: { region } });
			const shop = context.stores.find(({ account, site }) => account === store.account && site === region);
			if (!shop || shop === store) {
				refuse(12_052_221, 'the seller has no other shop in the region.');
				continue;
			}
			if (productsOf(shop).some(({ good }) => good === product.good)) {
				refuse(12_052_222, 'the product is replicated to the region already.');
				continue;
			}
			const skus = (Array.isArray(target.skus) ? target.skus : []) as {
				source_sku_id?: unknown;
				price?: { currency?: unknown; sale_price?: unknown };
			}[];
			const told = product.offers.map((offer) => skus.find((sku) => sku.source_sku_id === ids.sku(store, offer.sku.number))?.price);
			if (told.includes(undefined)) refuse(12_052_224, 'all SKUs of the source product must be included.');
			else if (told.some((price) => price?.currency !== shop.currency))
				refuse(12_052_225, `the currency of the price must be ${shop.currency}.`);
			else if (told.some((price) => !isAmount(price?.sale_price, shop.currency))) refuse(12_052_226, 'the sale_price is invalid.');
			else {
				const [first, ...rest] = product.offers.map((offer, place): Offer => {
					const price = Math.round(Number(told[place]?.sale_price) * 10 ** exponentOf(shop.currency));
					return { ...offer, price, state: 'live', createdAt: call.now, updatedAt: call.now };
				});
				if (first)
					replicas.push({
						id: ids.product(shop, product.good),
						good: product.good,
						store: shop,
						offers: [first, ...rest],
						replica: { source: store, at: call.now },
					});
			}
		}
		return ok(call, { errors });
	};
	const replicasOf = ({ call, store }: ShopCall, product: Product): WireReply =>
		ok(call, {
			replicated_products: replicas
				.filter(({ good, replica }) => good === product.good && replica?.source === store)
				.map((one) => ({
					region: one.store.site,
					shop_id: ids.shop(one.store),
					product_id: one.id,
					product_status: statusOf(one, call.now),
				})),
		});
	const search = ({ call, store }: ShopCall): WireReply => {
		const size = Number(call.query.get('page_size') ?? Number.NaN);
		if (!Number.isInteger(size) || size < 1 || size > 100) return badParameter(call, 'page_size must be between 1 and 100.');
		const body = fieldsOf(call);
		const status = body['status'] ?? 'ALL';
		if (typeof status !== 'string' || !STATUSES.includes(status)) return badParameter(call, 'status is invalid.');
		const since = body['update_time_ge'] ?? 0;
		const until = body['update_time_le'] ?? Number.MAX_SAFE_INTEGER;
		if (typeof since !== 'number' || typeof until !== 'number') return badParameter(call, 'update_time must be Unix seconds.');
		const codes = body['seller_skus'] ?? [];
		if (!Array.isArray(codes)) return badParameter(call, 'seller_skus must be a list.');
		const query = queryDigest([store.number, status, since, until, codes.join(' ')]);
		const token = call.query.get('page_token') ?? '';
		const mark = token === '' ? null : readPageToken(token);
		if (token !== '' && mark?.query !== query) return badParameter(call, 'page_token is invalid.');
		const all = productsAt(store, call.now).filter((product) => {
			const at = seconds(updatedAt(product, call.now));
			const isAsked = codes.length === 0 || product.offers.some(({ code }) => codes.includes(code));
			return isAsked && at >= since && at <= until && (status === 'ALL' || statusOf(product, call.now) === status);
		});
		const start = mark?.after.index ?? 0;
		const products = all.slice(start, start + size).map((product) => renderFound(ids, product, call.now));
		const end = start + size;
		const next =
			end < all.length
				? writePageToken({ after: { time: 0, store: store.number, index: end }, query, issuedAt: call.now, total: all.length })
				: '';
		return ok(call, { total_count: all.length, products, next_page_token: next }, products);
	};
	const byId = (handle: (shop: ShopCall, product: Product) => WireReply, scope = 'seller.product.basic') =>
		shopLevel(scope, (shop) => {
			const id = shop.call.params['productId'] ?? '';
			const product = knownIn(shop.store).get(id) ?? madeIn(shop.store).find((one) => one.id === id);
			return product ? handle(shop, asItIs(product, shop.call.now)) : badParameter(shop.call, 'product_id is invalid.');
		});
	/** Prices of variants; one that is wrong refuses them all. */
	const updatePrices = ({ call, store }: ShopCall, product: Product): WireReply => {
		const rows = rowsOf(call);
		if (statusOf(product, call.now) !== 'ACTIVATE') return badParameter(call, 'the product is not active.');
		// Sellers of Brazil are local ones here.
		const name = store.site === 'BR' ? 'amount' : 'sale_price';
		const wanted = rows.map(({ id, price }) => ({
			offer: product.offers.find((offer) => skuIdOf(ids, product, offer) === id),
			price: (typeof price === 'object' && price !== null ? price : {}) as Record<string, unknown>,
		}));
		if (wanted.length === 0) return badParameter(call, 'skus is required.');
		for (const { offer, price } of wanted) {
			if (!offer) return badParameter(call, 'the sku id is invalid.');
			if (price['currency'] !== store.currency || !isAmount(price[name], store.currency))
				return badParameter(call, 'the price is invalid.');
			if (hash(context.world.seed, store.number, offer.sku.number, 111) % 100 < PROMOTED) {
				const message = 'The price is locked by a promotion.';
				return { status: 200, body: { code: 12_052_038, message, data: null, request_id: requestId(call) } };
			}
		}
		for (const { offer, price } of wanted)
			if (offer)
				changed.change(
					skuIdOf(ids, product, offer),
					{ price: Math.round(Number(price[name]) * 10 ** exponentOf(store.currency)) },
					call.now,
				);
		return ok(call, {});
	};
	/** Stocks of variants; what is wrong with one is told for it alone. */
	const updateInventory = ({ call, store }: ShopCall, product: Product): WireReply => {
		const rows = rowsOf(call);
		if (statusOf(product, call.now) !== 'ACTIVATE') return badParameter(call, 'the product is not active.');
		if (rows.length === 0) return badParameter(call, 'skus is required.');
		const errors: unknown[] = [];
		for (const { id, inventory } of rows) {
			const refuse = (code: number, message: string): void => {
				const extra_errors = [{ warehouse_id: ids.warehouse(store), code, message }];
				errors.push({ code: 12_052_990, message: 'Check failed', detail: { sku_id: String(id), extra_errors } });
			};
			const offer = product.offers.find((one) => skuIdOf(ids, product, one) === id);
			const [place, ...others] = (Array.isArray(inventory) ? inventory : []) as { warehouse_id?: unknown; quantity?: unknown }[];
			const quantity = place?.quantity;
			if (!offer) refuse(12_052_048, 'The SKU does not exist');
			else if (place?.warehouse_id !== ids.warehouse(store) || others.length > 0) refuse(12_052_097, 'The warehouse does not exist');
			else if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 0 || quantity > MOST_STOCK)
				refuse(12_052_033, 'The quantity is invalid');
			else changed.change(String(id), { stock: quantity }, call.now);
		}
		return ok(call, { errors });
	};
	/** A title that is audited while the old one is sold. */
	const partialEdit = ({ call, store }: ShopCall, product: Product): WireReply => {
		const { title, ...rest } = fieldsOf(call);
		if (Object.keys(rest).length > 0 || typeof title !== 'string') return badParameter(call, 'only the title is simulated.');
		const length = Array.from(title).length;
		const least = SHORT_TITLES.includes(store.site) ? 1 : 25;
		if (length < least || length > (LONGEST_TITLE[store.site] ?? 255)) return badParameter(call, 'the length of the title is invalid.');
		const refused = BANNED.test(title);
		edits.set(product.id, { title, at: call.now, refused });
		if (!refused) for (const offer of product.offers) changed.change(skuIdOf(ids, product, offer), { title }, call.now, AUDIT);
		return ok(call, { product_id: product.id, skus: [], warnings: [] });
	};
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
				const source = product.replica?.source ?? (replicated ? first : null);
				const { edit } = product;
				const isShown = call.query.get('return_under_review_version') === 'true' && edit !== undefined && call.now < edit.at + AUDIT;
				return ok(call, { ...renderProduct(ids, product, source, call.now), ...(isShown && { title: edit.title }) });
			}),
		},
		{
			name: 'products.replicate',
			method: 'POST',
			path: '/product/202507/products/:productId/global_replicate',
			handle: byId(replicate, 'seller.product.write'),
		},
		{
			name: 'products.prices',
			method: 'POST',
			path: '/product/202309/products/:productId/prices/update',
			handle: byId(updatePrices, 'seller.product.write'),
		},
		{
			name: 'products.edit',
			method: 'POST',
			path: '/product/202509/products/:productId/partial_edit',
			handle: byId(partialEdit, 'seller.product.write'),
		},
		{
			name: 'products.inventory',
			method: 'POST',
			path: '/product/202309/products/:productId/inventory/update',
			handle: byId(updateInventory, 'seller.product.write'),
		},
		{
			name: 'products.replicas',
			method: 'GET',
			path: '/product/202507/products/:productId/replicated_products',
			handle: byId(replicasOf),
		},
	];
}

/** When its audit ends; 0 for what was never audited here. */
function auditedAt({ replica, madeAt }: Product): number {
	const since = replica?.at ?? madeAt;
	return since === undefined ? 0 : since + AUDIT;
}

function updatedAt(product: Product, now: number): number {
	const audited = auditedAt(product);
	return Math.max(...product.offers.map((offer) => offer.updatedAt), now >= audited ? audited : 0);
}

function statusOf(product: Product, now: number): string {
	if (now < auditedAt(product)) return 'PENDING';
	const [first] = product.offers;
	return { live: 'ACTIVATE', blocked: 'PLATFORM_DEACTIVATED', inactive: 'SELLER_DEACTIVATED' }[first.state];
}

/** How the last audit ended, or that it goes on. */
function auditOf({ offers, edit }: Product, now: number) {
	const failed = (reason: string) => ({
		audit: { status: 'FAILED', pre_approved_reasons: [] },
		audit_failed_reasons: [{ position: 'Title', reasons: [reason], suggestions: [] }],
	});
	if (edit && now < edit.at + AUDIT) return { audit: { status: 'AUDITING', pre_approved_reasons: [] } };
	if (edit?.refused) return failed('The product title contains prohibited content.');
	if (offers[0].state === 'blocked') return failed('The required qualification is missed.');
	return { audit: { status: 'APPROVED', pre_approved_reasons: [] } };
}

function renderFound(ids: TikTokIds, product: Product, now: number) {
	const { id, store, offers } = product;
	return {
		id,
		title: offers[0].title,
		status: statusOf(product, now),
		skus: offers.map((offer) => renderSku(ids, product, offer)),
		sales_regions: [store.site],
		create_time: seconds(offers[0].createdAt),
		update_time: seconds(updatedAt(product, now)),
		is_not_for_sale: false,
		audit: { status: offers[0].state === 'blocked' ? 'FAILED' : 'APPROVED', pre_approved_reasons: [] },
		has_draft: false,
	};
}

/** The rows of a change. */
function rowsOf(call: WireCall): Record<string, unknown>[] {
	const body = call.json();
	const rows = typeof body === 'object' && body !== null && 'skus' in body ? body.skus : [];
	return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
}

function skuIdOf(ids: TikTokIds, { store, skuId }: Product, { sku }: Offer): string {
	return skuId ?? ids.sku(store, sku.number);
}

function renderSku(ids: TikTokIds, product: Product, offer: Offer) {
	const { store } = product;
	const { code, price, stock } = offer;
	const money = (minor: number): string => amount(minor, store.currency);
	const net = Math.round(price / 1.2 / 10 ** exponentOf(store.currency)) * 10 ** exponentOf(store.currency);
	return {
		id: skuIdOf(ids, product, offer),
		...(code === null ? {} : { seller_sku: code }),
		price: { currency: store.currency, tax_exclusive_price: money(net), sale_price: money(price) },
		inventory: [{ warehouse_id: ids.warehouse(store), quantity: stock }],
		status_info: { status: 'NORMAL' },
	};
}

function renderProduct(ids: TikTokIds, product: Product, source: StoreSeed | null, now: number) {
	const { id, good, offers } = product;
	const image = (name: string) => ({
		height: 1200,
		width: 1200,
		thumb_urls: [`https://p16-oec-va.ibyteimg.com/sim/${name}-thumb.jpeg`],
		uri: `tos-maliva-i-sim/${name}`,
		urls: [`https://p16-oec-va.ibyteimg.com/sim/${name}.jpeg`],
	});
	return {
		id,
		status: statusOf(product, now),
		product_status: statusOf(product, now),
		title: offers[0].title,
		main_images: product.imageUris?.map((uri) => image(uri.slice(uri.lastIndexOf('/') + 1))) ?? [image(`good-${good}`)],
		description: product.description ?? `<p>${offers[0].title}</p>`,
		package_weight: { value: (offers[0].sku.good.grams / 1000).toFixed(2), unit: 'KILOGRAM' },
		skus: offers.map((offer) => ({
			...renderSku(ids, product, offer),
			...(offer.gtin === null ? {} : { identifier_code: { code: offer.gtin, type: 'EAN' } }),
			sales_attributes:
				product.skuId !== undefined
					? []
					: [
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
		update_time: seconds(updatedAt(product, now)),
		...auditOf(product, now),
		has_draft: false,
		is_replicated: source !== null,
		is_not_for_sale: false,
	};
}

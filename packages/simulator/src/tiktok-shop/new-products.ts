import { type Sku, skus } from '../core/catalogue.ts';
import { exponentOf } from '../core/money.ts';
import type { Offer } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import { sizeOfPicture } from '../core/pictures.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { World } from '../core/world.ts';
import { ATTRIBUTES, type Leaf, leafOf, rulesOf, titleBounds, versionOf } from './categories.ts';
import { badParameter, ok, requestId } from './dialect.ts';
import type { Grant } from './grants.ts';
import type { TikTokIds } from './ids.ts';
import { fieldsOf, type ShopCall } from './shop-call.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => Operation['handle'];
type SellerLevel = (scope: string, handle: (call: WireCall, grant: Grant) => WireReply | Promise<WireReply>) => Operation['handle'];
type Fields = Record<string, unknown>;

/** A product that somebody made through the API. */
export interface NewProduct {
	id: string;
	good: number;
	store: StoreSeed;
	offers: [Offer, ...Offer[]];
	madeAt: number;
	skuId: string;
	description: string;
	imageUris: string[];
}

interface Fault {
	code: number;
	message: string;
}

const USE_CASES = ['MAIN_IMAGE', 'ATTRIBUTE_IMAGE', 'DESCRIPTION_IMAGE', 'CERTIFICATION_IMAGE', 'SIZE_CHART_IMAGE'];
const MOST_BYTES = 10_000_000;
const MOST_IMAGES = 9;
const LONGEST_DESCRIPTION = 10_000;
const LONGEST_CODE = 50;
const MOST_STOCK = 99_999;
/** By length; books and Japanese codes come under names of their own, with the same lengths. */
const CODE_LENGTHS: Record<string, number[]> = { GTIN: [14], EAN: [8, 13, 14], UPC: [12], ISBN: [10, 13], JAN: [8, 13] };
/** Beyond any that the catalogue has. */
const FIRST_NUMBER = 5000;

/** Products made through the API since the start: pictures, the check before, the creation (contract §8). */
export class NewProducts {
	readonly products: NewProduct[] = [];
	readonly #ids: TikTokIds;
	readonly #world: World;
	/** Pictures by their URI, with the seller who uploaded them. */
	readonly #images = new Map<string, { account: string; useCase: string }>();
	/** What each idempotency key of a shop has made. */
	readonly #keys = new Map<string, NewProduct>();

	constructor(ids: TikTokIds, world: World) {
		this.#ids = ids;
		this.#world = world;
	}

	operations(shopLevel: ShopLevel, sellerLevel: SellerLevel): Operation[] {
		return [
			{
				name: 'images.upload',
				method: 'POST',
				path: '/product/202309/images/upload',
				handle: sellerLevel('seller.product.write', (call, grant) => this.#upload(call, grant)),
			},
			{
				name: 'logistics.warehouses',
				method: 'GET',
				path: '/logistics/202309/warehouses',
				handle: shopLevel('seller.logistics', ({ call, store }) => ok(call, { warehouses: [this.#warehouse(store)] })),
			},
			{
				name: 'products.check',
				method: 'POST',
				path: '/product/202309/products/listing_check',
				handle: shopLevel('seller.product.write', ({ call, store }) => {
					const faults = this.#faults(store, fieldsOf(call));
					return ok(call, faults.length === 0 ? { check_result: 'PASS' } : { check_result: 'FAILED', fail_reasons: faults });
				}),
			},
			{
				name: 'products.create',
				method: 'POST',
				path: '/product/202309/products',
				handle: shopLevel('seller.product.write', (shop) => this.#create(shop)),
			},
		];
	}

	async #upload(call: WireCall, grant: Grant): Promise<WireReply> {
		const type = call.headers['content-type'] ?? '';
		if (!type.startsWith('multipart/form-data')) return badParameter(call, 'the content type must be multipart/form-data.');
		const form = await new Response(new Uint8Array(call.body), { headers: { 'content-type': type } }).formData().catch(() => null);
		const file = form?.get('data');
		if (!(file instanceof Blob)) return badParameter(call, 'data is required.');
		const useCase = form?.get('use_case') ?? 'MAIN_IMAGE';
		if (typeof useCase !== 'string' || !USE_CASES.includes(useCase)) return badParameter(call, 'use_case is invalid.');
		if (file.size > MOST_BYTES) return badParameter(call, 'the image is larger than 10MB.');
		const size = sizeOfPicture(Buffer.from(await file.arrayBuffer()));
		if (!size) return badParameter(call, 'the image format is not supported.');
		const [least, most] = useCase === 'MAIN_IMAGE' ? [300, 4000] : [100, 20_000];
		if ([size.width, size.height].some((side) => side < least || side > most))
			return badParameter(call, `the image must have ${least} to ${most} pixels a side.`);
		const uri = `tos-maliva-i-sim/up-${this.#images.size + 1}`;
		this.#images.set(uri, { account: grant.account, useCase });
		return ok(call, { uri, url: `https://p16-oec-va.ibyteimg.com/${uri}.jpeg`, ...size, use_case: useCase });
	}

	#warehouse(store: StoreSeed) {
		return {
			id: this.#ids.warehouse(store),
			name: `${store.site} sales`,
			effect_status: 'ENABLED',
			type: 'SALES_WAREHOUSE',
			sub_type: 'CB_OVERSEA_WAREHOUSE',
			is_default: true,
			address: { region_code: store.country },
		};
	}

	#create({ call, store }: ShopCall): WireReply {
		const body = fieldsOf(call);
		const key = body['idempotency_key'];
		const held = typeof key === 'string' ? this.#keys.get(`${store.number} ${key}`) : undefined;
		if (held) return this.#made(call, held);
		// The check's document knows no version, the creation's does.
		if ((body['category_version'] ?? 'v1') !== versionOf(store.site)) return badParameter(call, 'category_version does not fit the shop.');
		const [fault] = this.#faults(store, body);
		const leaf = leafOf(versionOf(store.site), body['category_id']);
		if (fault || !leaf) return { status: 200, body: { ...fault, data: {}, request_id: requestId(call) } };
		if (body['save_mode'] !== undefined && body['save_mode'] !== 'LISTING') return badParameter(call, 'drafts are not simulated.');
		const product = this.#keep(store, body, leaf, call.now);
		if (typeof key === 'string') this.#keys.set(`${store.number} ${key}`, product);
		return this.#made(call, product);
	}

	#made(call: WireCall, { id, skuId, offers: [{ code }] }: NewProduct): WireReply {
		return ok(call, { product_id: id, skus: [{ id: skuId, seller_sku: code ?? '', sales_attributes: [] }], warnings: [] });
	}

	#keep(store: StoreSeed, body: Fields, leaf: Leaf, now: number): NewProduct {
		const [one = {}] = listOf(body['skus']);
		const code = textOf(one['seller_sku']);
		const number = FIRST_NUMBER + this.products.length;
		const price = recordOf(one['price']);
		const offer: Offer = {
			sku: skuOf(code, number, leaf),
			state: 'live',
			code,
			gtin: textOf(recordOf(one['identifier_code'])['code']) || null,
			title: textOf(body['title']),
			price: Math.round(Number(price['sale_price'] ?? price['amount']) * 10 ** exponentOf(store.currency)),
			stock: listOf(one['inventory']).reduce((sum, { quantity }) => sum + Number(quantity), 0),
			createdAt: now,
			updatedAt: now,
		};
		const product: NewProduct = {
			id: this.#ids.product(store, number),
			good: number,
			store,
			offers: [offer],
			madeAt: now,
			skuId: this.#ids.sku(store, number),
			description: textOf(body['description']),
			imageUris: listOf(body['main_images']).map(({ uri }) => textOf(uri)),
		};
		this.products.push(product);
		this.#world.noteListed(store, offer.sku.code, { product: product.id, variant: product.skuId });
		return product;
	}

	/** What the platform would not take, all at once. */
	#faults(store: StoreSeed, body: Fields): Fault[] {
		const faults: Fault[] = [];
		const refuse = (code: number, message: string) => void faults.push({ code, message });
		const { least, most } = titleBounds(store.site);
		const length = Array.from(textOf(body['title'])).length;
		if (length < least || length > most) refuse(12_052_010, `The product title must have ${least} to ${most} characters.`);
		const description = textOf(body['description']);
		if (description === '' || Array.from(description).length > LONGEST_DESCRIPTION)
			refuse(12_052_014, `The product description must have 1 to ${LONGEST_DESCRIPTION} characters.`);
		const version = versionOf(store.site);
		const leaf = leafOf(version, body['category_id']);
		if (!leaf) refuse(12_052_048, 'The category is invalid.');
		const images = listOf(body['main_images']);
		if (images.length === 0 || images.length > MOST_IMAGES) refuse(12_052_020, `The product must have 1 to ${MOST_IMAGES} main images.`);
		if (!images.every(({ uri }) => this.#isImage(store, uri, 'MAIN_IMAGE'))) refuse(12_052_021, 'A main image is invalid.');
		packageFaults(body, leaf, store.site, refuse);
		if (leaf) {
			attributeFaults(listOf(body['product_attributes']), refuse);
			for (const { id, name } of rulesOf(leaf, store.site).product_certifications) {
				const shown = listOf(body['certifications']).find((one) => one['id'] === id);
				const pictures = listOf(shown?.['images']);
				if (pictures.length === 0 || !pictures.every(({ uri }) => this.#isImage(store, uri, 'CERTIFICATION_IMAGE')))
					refuse(12_052_070, `The certification is missing: ${name}.`);
			}
		}
		this.#skuFaults(store, body, refuse);
		return faults;
	}

	#isImage(store: StoreSeed, uri: unknown, useCase: string): boolean {
		const held = this.#images.get(textOf(uri));
		return held?.account === store.account && held.useCase === useCase;
	}

	#skuFaults(store: StoreSeed, body: Fields, refuse: (code: number, message: string) => void): void {
		const [one, ...more] = listOf(body['skus']);
		if (!one || more.length > 0) return refuse(12_052_030, 'Exactly one SKU is simulated.');
		const code = textOf(one['seller_sku']);
		if (code === '' || code.length > LONGEST_CODE || /\s/.test(code))
			refuse(12_052_031, 'The seller_sku must have 1 to 50 characters without spaces.');
		const price = recordOf(one['price']);
		// Sellers of Brazil are local ones here.
		const amount = price[store.site === 'BR' ? 'amount' : 'sale_price'];
		if (price['currency'] !== store.currency) refuse(12_052_225, `The currency of the price must be ${store.currency}.`);
		else if (!isAmount(amount, store.currency)) refuse(12_052_226, 'The price is invalid.');
		const inventory = listOf(one['inventory']);
		const isStocked = ({ warehouse_id: id, quantity }: Fields): boolean =>
			id === this.#ids.warehouse(store) && Number.isInteger(quantity) && Number(quantity) >= 1 && Number(quantity) <= MOST_STOCK;
		if (inventory.length === 0 || !inventory.every(isStocked))
			refuse(12_052_033, `The quantity must be 1 to ${MOST_STOCK} in a warehouse of the shop.`);
		if (one['identifier_code'] === undefined) return;
		const { code: gtin, type } = recordOf(one['identifier_code']);
		if (!CODE_LENGTHS[textOf(type)]?.includes(textOf(gtin).length) || !/^\d+$/.test(textOf(gtin)))
			refuse(12_052_034, 'The identifier code is invalid.');
	}
}

export function isAmount(value: unknown, currency: string): boolean {
	if (typeof value !== 'string' || !/^\d{1,9}(\.\d+)?$/.test(value)) return false;
	return (value.split('.')[1] ?? '').length <= exponentOf(currency) && Number(value) > 0;
}

function packageFaults(body: Fields, leaf: Leaf | null, site: string, refuse: (code: number, message: string) => void): void {
	const { value, unit } = recordOf(body['package_weight']);
	const units = site === 'US' ? ['KILOGRAM', 'POUND'] : ['BR', 'JP', 'MX'].includes(site) ? ['KILOGRAM', 'GRAM'] : ['KILOGRAM'];
	const places = { GRAM: 0, KILOGRAM: 3, POUND: 2 }[textOf(unit)] ?? 0;
	const isNumber = /^\d+(\.\d+)?$/.test(textOf(value)) && Number(value) > 0 && (textOf(value).split('.')[1] ?? '').length <= places;
	if (!units.includes(textOf(unit)) || !isNumber) refuse(12_052_040, 'The package weight is invalid.');
	const sides = body['package_dimensions'];
	if (sides === undefined) {
		if (leaf && rulesOf(leaf, site).package_dimension.is_required) refuse(12_052_041, 'The package dimensions are required.');
		return;
	}
	const { unit: length, ...rest } = recordOf(sides);
	const allowed = site === 'US' ? ['CENTIMETER', 'INCH'] : ['CENTIMETER'];
	const isWhole = ['height', 'length', 'width'].every((side) => /^[1-9]\d*$/.test(textOf(rest[side])));
	const isMetric = textOf(unit) !== 'POUND';
	if (!allowed.includes(textOf(length)) || !isWhole || isMetric !== (length === 'CENTIMETER'))
		refuse(12_052_042, 'The package dimensions are invalid.');
}

function attributeFaults(given: Fields[], refuse: (code: number, message: string) => void): void {
	const chosen = (id: string): Fields[] => listOf(given.find((one) => one['id'] === id)?.['values']);
	for (const {
		id,
		name,
		type,
		is_requried: required,
		is_customizable: open,
		values = [],
		value_data_format: format,
		...rest
	} of ATTRIBUTES) {
		if (type === 'SALES_PROPERTY') continue;
		const conditions = rest.requirement_conditions ?? [];
		const isAsked = required || conditions.some((one) => chosen(one.attribute_id).some((value) => value['id'] === one.attribute_value_id));
		const taken = chosen(id);
		if (isAsked && taken.length === 0) refuse(12_052_050, `The attribute is required: ${name}.`);
		if (taken.some((value) => (value['id'] === undefined ? !open : !values.some((known) => known.id === value['id']))))
			refuse(12_052_051, `The value of the attribute is invalid: ${name}.`);
		if (format && taken.some((value) => !/^\d+(\.\d+)?$/.test(textOf(value['name']))))
			refuse(12_052_052, `The attribute must be a number: ${name}.`);
	}
}

/** The seller's variant of that code, or one that nobody knew. */
function skuOf(code: string, number: number, { good, goodNumber }: Leaf): Sku {
	const known = skus.find((sku) => sku.code === code);
	return known ?? { number, code, good, goodNumber, variant: '' };
}

function recordOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): Fields[] {
	return Array.isArray(value) ? value.map(recordOf) : [];
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js';
import ajvFormats from 'ajv-formats';
import { skus } from '../core/catalogue.ts';
import { goods } from '../core/goods.ts';
import { exponentOf } from '../core/money.ts';
import type { Offer } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { denied, failure, invalid } from './dialect.ts';
import type { AmazonIds } from './ids.ts';
import { type AmazonListings, attributesOf } from './listings.ts';
import type { AmazonCatalogue } from './catalogue-items.ts';
import { OFFER_TYPE, offerSchemaOf, PRODUCT_TYPES, type ProductType, schemaOf, typesFor } from './product-types.ts';
import { marketplaceOf } from './sites.ts';

type Fields = Record<string, unknown>;
type Seller = (handle: (call: WireCall) => WireReply) => Operation['handle'];

interface Issue {
	code: string;
	message: string;
	severity: 'ERROR';
	attributeNames?: string[];
	categories: string[];
}

/** Words that the published vocabulary adds to JSON Schema; those of them that only inform are let pass. */
const INFORMING = ['editable', 'hidden', 'enumNames', 'selectors', 'minUniqueItems', 'replaces', 'enumDeprecated'];
const FIRST_NUMBER = 5000;
const UNKNOWN_PRODUCT: Issue = {
	code: '8560',
	message: "The value of 'merchant_suggested_asin' does not match any ASIN of this marketplace.",
	severity: 'ERROR',
	attributeNames: ['merchant_suggested_asin'],
	categories: ['INVALID_ATTRIBUTE'],
};

/** Product type definitions, and listings that are made of them (contract amazon §13). */
export class AmazonSubmissions {
	readonly #context: PlatformContext;
	readonly #ids: AmazonIds;
	readonly #listings: AmazonListings;
	readonly #catalogue: AmazonCatalogue;
	readonly #checks = new Map<string, ValidateFunction>();

	constructor(context: PlatformContext, ids: AmazonIds, listings: AmazonListings, catalogue: AmazonCatalogue) {
		this.#context = context;
		this.#ids = ids;
		this.#listings = listings;
		this.#catalogue = catalogue;
	}

	operations(stores: readonly StoreSeed[], account: string, seller: Seller, documents: string): Operation[] {
		const inMarket = (handle: (call: WireCall, store: StoreSeed) => WireReply) =>
			seller((call) => {
				const asked = (call.query.get('marketplaceIds') ?? '').split(',').filter((id) => id !== '');
				const store = stores.find((one) => marketplaceOf(one).id === asked[0]);
				if (asked.length !== 1) return invalid('marketplaceIds must name one marketplace.');
				if (!store) return denied('');
				if (call.params['sellerId'] !== undefined && call.params['sellerId'] !== this.#ids.seller(account)) return denied('');
				return handle(call, store);
			});
		const definitions = '/definitions/2020-09-01/productTypes';
		const item = '/listings/2021-08-01/items/:sellerId/:sku';
		return [
			{ name: 'searchDefinitionsProductTypes', method: 'GET', path: definitions, handle: inMarket(search) },
			{
				name: 'getDefinitionsProductType',
				method: 'GET',
				path: `${definitions}/:productType`,
				handle: inMarket((call, store) => define(call, store, this.#context.origin() + documents)),
			},
			{ name: 'getListingsItem', method: 'GET', path: item, handle: inMarket((call, store) => this.#listings.item(call, store)) },
			{ name: 'putListingsItem', method: 'PUT', path: item, handle: inMarket((call, store) => this.#put(call, store)) },
			{ name: 'patchListingsItem', method: 'PATCH', path: item, handle: inMarket((call, store) => this.#patch(call, store)) },
		];
	}

	/** `GET {documents}/schemas/{store}/{productType}`: what the presigned link leads to. */
	schema(call: WireCall): WireReply {
		const store = this.#context.stores.find(({ id }) => id === call.params['store']);
		if (store && call.params['productType'] === OFFER_TYPE) return { status: 200, body: offerSchemaOf(store) };
		const type = PRODUCT_TYPES.find(({ name }) => name === call.params['productType']);
		return store && type ? { status: 200, body: schemaOf(type, store) } : { status: 404, body: '' };
	}

	#put(call: WireCall, store: StoreSeed): WireReply {
		const mode = call.query.get('mode');
		if (mode !== null && mode !== 'VALIDATION_PREVIEW') return invalid('mode is not valid.');
		const body = call.json();
		if (typeof body !== 'object' || body === null) return invalid('The body is no JSON object.');
		const { productType, requirements = 'LISTING', attributes } = { ...body } as Fields;
		if (productType === OFFER_TYPE) return this.#putOffer(call, store, requirements, attributes);
		const type = PRODUCT_TYPES.find(({ name }) => name === productType);
		if (!type) return invalid('productType is not valid.');
		if (requirements !== 'LISTING') return invalid('Only whole listings are simulated.');
		if (typeof attributes !== 'object' || attributes === null) return invalid('attributes is missing.');
		const sku = call.params['sku'] ?? '';
		const issues = this.#issues(type, store, { ...attributes });
		const told = { sku, submissionId: call.requestId, issues };
		if (issues.length > 0) return { status: 200, body: { ...told, status: 'INVALID' } };
		if (mode === null) this.#listings.keep(store, this.#offer(sku, type, store, { ...attributes }, call.now));
		return { status: 200, body: { ...told, status: mode === null ? 'ACCEPTED' : 'VALID' } };
	}

	/** An offer on a product of the catalogue: what the product is stands there already. */
	#putOffer(call: WireCall, store: StoreSeed, requirements: unknown, attributes: unknown): WireReply {
		if (requirements !== 'LISTING_OFFER_ONLY') return invalid('Only offers are made of this product type.');
		if (typeof attributes !== 'object' || attributes === null) return invalid('attributes is missing.');
		const given: Fields = { ...attributes };
		const [asin] = (given['merchant_suggested_asin'] ?? []) as { value?: unknown }[];
		const product = this.#catalogue.find(store, String(asin?.value));
		const issues = this.#broken(`offer ${store.id}`, () => offerSchemaOf(store), given);
		if (issues.length === 0 && !product) issues.push(UNKNOWN_PRODUCT);
		const sku = call.params['sku'] ?? '';
		const told = { sku, submissionId: call.requestId, issues };
		const type = PRODUCT_TYPES.find(({ category }) => category === product?.good.category);
		if (issues.length > 0 || !product || !type) return { status: 200, body: { ...told, status: 'INVALID' } };
		const isPreview = call.query.get('mode') !== null;
		if (!isPreview) {
			const title = [{ value: product.good.titles.en }];
			const offer = this.#offer(sku, type, store, { ...given, item_name: title }, call.now);
			this.#listings.keep(store, { ...offer, sku: { ...product, code: sku }, onlyOffer: true });
		}
		return { status: 200, body: { ...told, status: isPreview ? 'VALID' : 'ACCEPTED' } };
	}

	/** Only whole attributes can be patched; the title and those of an offer are simulated. */
	#patch(call: WireCall, store: StoreSeed): WireReply {
		const mode = call.query.get('mode');
		if (mode !== null && mode !== 'VALIDATION_PREVIEW') return invalid('mode is not valid.');
		const body = call.json();
		if (typeof body !== 'object' || body === null) return invalid('The body is no JSON object.');
		const { productType, patches } = { ...body } as Fields;
		const sku = call.params['sku'] ?? '';
		const offer = this.#listings.find(store, sku, call.now);
		if (!offer) return failure(404, 'NotFound', 'SKU not found in marketplace.');
		const type = PRODUCT_TYPES.find(({ name }) => name === productType);
		if (!type || type.category !== offer.sku.good.category) return invalid('productType is not valid.');
		if (!Array.isArray(patches) || patches.length === 0) return invalid('patches must not be empty.');
		const given: Fields = {};
		for (const { op, path, value } of patches as Fields[]) {
			const attribute = /^\/attributes\/(item_name|purchasable_offer|fulfillment_availability)$/.exec(String(path))?.[1];
			if (attribute === undefined) return invalid('path is not valid.');
			if (op !== 'replace' || !Array.isArray(value)) return invalid('Only replace is simulated.');
			given[attribute] = value;
		}
		const issues = this.#issues(type, store, given, Object.keys(given));
		const told = { sku, submissionId: call.requestId, issues };
		if (issues.length > 0) return { status: 200, body: { ...told, status: 'INVALID' } };
		if (mode === null) {
			const { title, price, stock } = this.#offer(sku, type, store, { ...attributesOf(store, offer), ...given }, call.now);
			const what = {
				...('item_name' in given && { title }),
				...('purchasable_offer' in given && { price }),
				...('fulfillment_availability' in given && { stock }),
			};
			this.#listings.patch(store, sku, what, call.now);
		}
		return { status: 200, body: { ...told, status: mode === null ? 'ACCEPTED' : 'VALID' } };
	}

	#issues(type: ProductType, store: StoreSeed, attributes: Fields, only?: string[]): Issue[] {
		return this.#broken(
			`${type.name} ${store.id} ${only?.join(' ') ?? ''}`,
			() => ({ ...schemaOf(type, store), ...(only && { required: only, allOf: [] }) }),
			attributes,
		);
	}

	/** @param key names the schema, which is compiled once */
	#broken(key: string, schema: () => Fields, attributes: Fields): Issue[] {
		const check = this.#checks.get(key) ?? compile(schema());
		this.#checks.set(key, check);
		if (check(attributes)) return [];
		const found = (check.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(issueOf);
		return found.filter(({ message }, place) => found.findIndex((one) => one.message === message) === place);
	}

	#offer(code: string, { category, name }: ProductType, store: StoreSeed, attributes: Fields, now: number): Offer {
		const one = (attribute: string): Fields => {
			const [first] = Array.isArray(attributes[attribute]) ? (attributes[attribute] as Fields[]) : [];
			return first ?? {};
		};
		const [price] = one('purchasable_offer')['our_price'] as { schedule: { value_with_tax: number }[] }[];
		const goodNumber = goods.findIndex((good) => good.category === category);
		const good = goods[goodNumber];
		if (!good) throw new RangeError(`No good of type ${name}`);
		const unknown = { number: FIRST_NUMBER + this.#listings.madeCount, code, good, goodNumber, variant: '' };
		const known = skus.find((sku) => sku.code === code);
		return {
			sku: known ?? unknown,
			state: 'live',
			code,
			gtin: null,
			title: String(one('item_name')['value']),
			price: Math.round((price?.schedule[0]?.value_with_tax ?? 0) * 10 ** exponentOf(store.currency)),
			stock: Number(one('fulfillment_availability')['quantity']),
			createdAt: now,
			updatedAt: now,
		};
	}
}

function search(call: WireCall, store: StoreSeed): WireReply {
	const itemName = call.query.get('itemName');
	const keywords = call.query.get('keywords');
	if (itemName !== null && keywords !== null) return invalid('itemName cannot be used with keywords.');
	const found = itemName === null && keywords === null ? PRODUCT_TYPES : typesFor(itemName ?? keywords ?? '');
	const marketplaceIds = [marketplaceOf(store).id];
	return {
		status: 200,
		body: {
			productTypes: found.map(({ name, displayName }) => ({ name, displayName, marketplaceIds })),
			productTypeVersion: 'U8L4z4Ud95N16tZlR7rsmbQ==',
		},
	};
}

function define(call: WireCall, store: StoreSeed, documents: string): WireReply {
	const requirements = call.query.get('requirements') ?? 'LISTING';
	if (requirements !== 'LISTING' && requirements !== 'LISTING_OFFER_ONLY') return invalid('requirements is not simulated.');
	const isOffer = requirements === 'LISTING_OFFER_ONLY';
	const offers: ProductType = { name: OFFER_TYPE, displayName: 'Product', category: 'home' };
	const named = call.params['productType'];
	const type = isOffer ? [offers].find(({ name }) => name === named) : PRODUCT_TYPES.find(({ name }) => name === named);
	if (!type) return failure(404, 'NotFound', 'The product type does not exist.');
	const { id, language } = marketplaceOf(store);
	const link = (path: string) => ({
		link: { resource: `${documents}/${path}`, verb: 'GET' },
		checksum: 'c7af9479ca7261645cea9db56c5f720d',
	});
	return {
		status: 200,
		body: {
			metaSchema: link('schemas/meta'),
			schema: link(`schemas/${store.id}/${type.name}`),
			requirements,
			requirementsEnforced: 'ENFORCED',
			propertyGroups: {
				offer: {
					title: 'Offer',
					description: 'Your offer',
					propertyNames: ['purchasable_offer', 'fulfillment_availability', 'list_price'],
				},
			},
			locale: language,
			marketplaceIds: [id],
			productType: type.name,
			displayName: type.displayName,
			productTypeVersion: { version: 'U8L4z4Ud95N16tZlR7rsmbQ==', latest: true, releaseCandidate: false },
		},
	};
}

function compile(schema: Fields): ValidateFunction {
	const ajv = new Ajv2019({ allErrors: true, strict: false, validateSchema: false });
	ajvFormats.default(ajv);
	ajv.addVocabulary(INFORMING);
	ajv.addKeyword({
		keyword: 'maxUniqueItems',
		type: 'array',
		schemaType: 'number',
		validate: (most: number, list: unknown[]) => list.length <= most,
	});
	ajv.addKeyword({
		keyword: 'maxUtf8ByteLength',
		type: 'string',
		schemaType: 'number',
		validate: (most: number, text: string) => Buffer.byteLength(text) <= most,
	});
	// The dialect is named by an address that nobody serves.
	const { $schema: _dialect, ...rest } = schema;
	return ajv.compile(rest);
}

/** As the platform words it; the codes of its sandbox where it has one. */
function issueOf({ keyword, instancePath, params, message }: ErrorObject): Issue {
	const [, attribute = '', ...inner] = instancePath.split('/');
	if (keyword === 'required') {
		const missing = String((params as { missingProperty: string }).missingProperty);
		const named = attribute === '' ? missing : attribute;
		return {
			code: '90220',
			message: `'${[attribute, ...inner.filter((step) => !/^\d+$/.test(step)), missing].filter((part) => part !== '').join('.')}' is required but not supplied.`,
			severity: 'ERROR',
			attributeNames: [named],
			categories: ['MISSING_ATTRIBUTE'],
		};
	}
	if (keyword === 'additionalProperties' && attribute === '') {
		const name = String((params as { additionalProperty: string }).additionalProperty);
		return { code: '90000900', message: 'The attributes are invalid.', severity: 'ERROR', attributeNames: [name], categories: [] };
	}
	return {
		code: '90000901',
		message: `The value of '${attribute}' is invalid: ${message ?? keyword}.`,
		severity: 'ERROR',
		attributeNames: [attribute],
		categories: ['INVALID_ATTRIBUTE'],
	};
}

import { type Good, goods } from '../core/goods.ts';
import type { StoreSeed } from '../core/stores.ts';
import { marketplaceOf } from './sites.ts';

/* Product types and their schemas as the meta-schema of the Selling Partner API writes them (contract amazon §13). */

type Schema = Record<string, unknown>;

export interface ProductType {
	name: string;
	displayName: string;
	category: Good['category'];
}

const NAMES: Readonly<Record<Good['category'], [string, string]>> = {
	home: ['HOME', 'Home'],
	beauty: ['BEAUTY', 'Beauty'],
	electronics: ['CONSUMER_ELECTRONICS', 'Consumer Electronics'],
	kitchen: ['KITCHEN', 'Kitchen'],
	outdoor: ['OUTDOOR_LIVING', 'Outdoor Living'],
	pets: ['PET_SUPPLIES', 'Pet Supplies'],
	fashion: ['APPAREL', 'Apparel'],
	toys: ['TOYS_AND_GAMES', 'Toys and Games'],
};

export const PRODUCT_TYPES: readonly ProductType[] = Object.entries(NAMES).map(([category, [name, displayName]]) => ({
	name,
	displayName,
	category: category as Good['category'],
}));

/** The type under which goods of a category are listed. */
export function typeOf(category: Good['category']): string {
	return NAMES[category][0];
}

export function wordsOf(text: string): string[] {
	return text
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word.length > 2);
}

/** Types whose goods' titles share words with a text, best first. */
export function typesFor(text: string): ProductType[] {
	const words = wordsOf(text);
	const fits = ({ category }: ProductType): number =>
		goods
			.filter((good) => good.category === category)
			.reduce((most, { titles }) => {
				const known = new Set(wordsOf(Object.values(titles).join(' ')));
				return Math.max(most, words.filter((word) => known.has(word)).length);
			}, 0);
	return PRODUCT_TYPES.map((type) => ({ type, fit: fits(type) }))
		.filter(({ fit }) => fit > 0)
		.toSorted((a, b) => b.fit - a.fit)
		.map(({ type }) => type);
}

const MARKETPLACE = { $ref: '#/$defs/marketplace_id' };
const LANGUAGE = { $ref: '#/$defs/language_tag' };

interface Shape {
	title: string;
	/** Of one value, without its selectors. */
	properties: Record<string, Schema>;
	required: string[];
	language?: true;
	most?: number;
}

/** A list of values, one for each marketplace and language, as every attribute is. */
function attribute({ title, properties, required, language, most = 1 }: Shape): Schema {
	const selectors = language ? ['marketplace_id', 'language_tag'] : ['marketplace_id'];
	return {
		title,
		type: 'array',
		minItems: 1,
		minUniqueItems: 1,
		maxUniqueItems: most,
		selectors,
		items: {
			type: 'object',
			required: [...required, ...(language ? ['language_tag'] : []), 'marketplace_id'],
			properties: { ...properties, ...(language && { language_tag: LANGUAGE }), marketplace_id: MARKETPLACE },
			additionalProperties: false,
		},
	};
}

const text = (title: string, bound: Schema = {}): Schema => ({ title, type: 'string', editable: true, ...bound });
const oneText = (title: string, bound: Schema): Schema =>
	attribute({ title, properties: { value: text(title, bound) }, required: ['value'], language: true });
const choice = (title: string, values: readonly (readonly [string, string])[]): Schema => ({
	title,
	type: 'string',
	enum: values.map(([id]) => id),
	enumNames: values.map(([, name]) => name),
});
const weight = {
	value: { title: 'Value', type: 'number', minimum: 0 },
	unit: choice('Unit', [
		['grams', 'Grams'],
		['kilograms', 'Kilograms'],
		['pounds', 'Pounds'],
	]),
};
const length = {
	type: 'object',
	required: ['value', 'unit'],
	additionalProperties: false,
	properties: {
		value: { title: 'Value', type: 'number', minimum: 0 },
		unit: choice('Unit', [
			['centimeters', 'Centimeters'],
			['inches', 'Inches'],
		]),
	},
};
const picture = (title: string): Schema =>
	attribute({
		title,
		properties: { media_location: { title: 'Media Location', type: 'string', format: 'uri', pattern: '^https?://' } },
		required: ['media_location'],
	});

/** Under which offers on products of the catalogue are made. */
export const OFFER_TYPE = 'PRODUCT';
const OF_OFFERS = ['condition_type', 'purchasable_offer', 'fulfillment_availability', 'list_price'];

/** The schema of an offer on a product that the catalogue has: which one, and nothing of the product itself. */
export function offerSchemaOf(store: StoreSeed): Schema {
	const [any] = PRODUCT_TYPES;
	const whole = any ? schemaOf(any, store) : {};
	const properties = whole['properties'] as Record<string, Schema>;
	return {
		...whole,
		$id: `https://schemas.amazon.com/selling-partners/definitions/product-types/schema/v1/${OFFER_TYPE}`,
		required: ['merchant_suggested_asin', 'condition_type', 'purchasable_offer', 'fulfillment_availability'],
		properties: {
			merchant_suggested_asin: attribute({
				title: 'Merchant Suggested ASIN',
				properties: { value: text('Merchant Suggested ASIN', { pattern: '^[A-Z0-9]{10}$' }) },
				required: ['value'],
			}),
			...Object.fromEntries(OF_OFFERS.map((name) => [name, properties[name]])),
		},
		allOf: [],
	};
}

/** The schema of a type in a marketplace. */
export function schemaOf(type: ProductType, store: StoreSeed): Schema {
	const { id, language } = marketplaceOf(store);
	const powered = type.category === 'electronics' || type.category === 'home';
	return {
		$schema: 'https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1',
		$id: `https://schemas.amazon.com/selling-partners/definitions/product-types/schema/v1/${type.name}`,
		$defs: {
			marketplace_id: { type: 'string', enum: [id], default: id, hidden: true, editable: false },
			language_tag: { type: 'string', enum: [language], default: language, hidden: true, editable: false },
		},
		type: 'object',
		required: [
			'item_name',
			'brand',
			'bullet_point',
			'product_description',
			'country_of_origin',
			'condition_type',
			'item_weight',
			'main_product_image_locator',
			'purchasable_offer',
			'fulfillment_availability',
			...(powered ? ['batteries_required'] : []),
		],
		properties: {
			item_name: oneText('Item Name', { minLength: 1, maxLength: 200, maxUtf8ByteLength: 500 }),
			brand: oneText('Brand Name', { minLength: 1, maxLength: 100 }),
			bullet_point: attribute({
				title: 'Bullet Point',
				properties: { value: text('Bullet Point', { minLength: 1, maxLength: 700 }) },
				required: ['value'],
				language: true,
				most: 5,
			}),
			product_description: oneText('Product Description', { minLength: 1, maxLength: 2000 }),
			country_of_origin: attribute({
				title: 'Country of Origin',
				properties: {
					value: choice('Country of Origin', [
						['CN', 'China'],
						['DE', 'Germany'],
						['MX', 'Mexico'],
						['US', 'United States'],
					]),
				},
				required: ['value'],
			}),
			condition_type: attribute({
				title: 'Item Condition',
				properties: {
					value: choice('Item Condition', [
						['new_new', 'New'],
						['used_good', 'Used - Good'],
					]),
				},
				required: ['value'],
			}),
			color: attribute({
				title: 'Color',
				properties: {
					value: {
						title: 'Color',
						anyOf: [
							{ type: 'string', maxLength: 50 },
							choice('Color', [
								['Black', 'Black'],
								['White', 'White'],
							]),
						],
					},
				},
				required: ['value'],
				language: true,
			}),
			item_weight: attribute({ title: 'Item Weight', properties: weight, required: ['value', 'unit'] }),
			item_dimensions: attribute({
				title: 'Item Dimensions',
				properties: {
					length: { title: 'Length', ...length },
					width: { title: 'Width', ...length },
					height: { title: 'Height', ...length },
				},
				required: ['length', 'width', 'height'],
			}),
			list_price: attribute({
				title: 'List Price',
				properties: {
					currency: { title: 'Currency', type: 'string', enum: [store.currency] },
					value_with_tax: { title: 'List Price', type: 'number', exclusiveMinimum: 0 },
				},
				required: ['currency', 'value_with_tax'],
			}),
			batteries_required: attribute({
				title: 'Are batteries required?',
				properties: { value: { title: 'Are batteries required?', type: 'boolean' } },
				required: ['value'],
			}),
			battery: attribute({
				title: 'Battery',
				properties: {
					cell_composition: {
						title: 'Battery Cell Composition',
						type: 'array',
						minItems: 1,
						items: {
							type: 'object',
							required: ['value'],
							additionalProperties: false,
							properties: {
								value: choice('Cell Composition', [
									['alkaline', 'Alkaline'],
									['lithium_ion', 'Lithium Ion'],
								]),
							},
						},
					},
				},
				required: ['cell_composition'],
			}),
			externally_assigned_product_identifier: attribute({
				title: 'External Product ID',
				properties: {
					type: choice('Type', [
						['ean', 'EAN'],
						['gtin', 'GTIN'],
						['upc', 'UPC'],
					]),
					value: text('External Product ID', { minLength: 12, maxLength: 14, pattern: '^\\d+$' }),
				},
				required: ['type', 'value'],
			}),
			main_product_image_locator: picture('Main Image'),
			other_product_image_locator_1: picture('Other Image 1'),
			other_product_image_locator_2: picture('Other Image 2'),
			purchasable_offer: attribute({
				title: 'Purchasable Offer',
				properties: {
					audience: { type: 'string', enum: ['ALL'] },
					currency: { title: 'Currency', type: 'string', enum: [store.currency] },
					our_price: {
						title: 'Your Price',
						type: 'array',
						minItems: 1,
						items: {
							type: 'object',
							required: ['schedule'],
							additionalProperties: false,
							properties: {
								schedule: {
									type: 'array',
									minItems: 1,
									items: {
										type: 'object',
										required: ['value_with_tax'],
										additionalProperties: false,
										properties: { value_with_tax: { type: 'number', exclusiveMinimum: 0 } },
									},
								},
							},
						},
					},
				},
				required: ['currency', 'our_price'],
			}),
			fulfillment_availability: {
				title: 'Fulfillment Availability',
				type: 'array',
				minItems: 1,
				maxUniqueItems: 1,
				selectors: ['fulfillment_channel_code'],
				items: {
					type: 'object',
					required: ['fulfillment_channel_code', 'quantity'],
					additionalProperties: false,
					properties: {
						fulfillment_channel_code: { type: 'string', enum: ['DEFAULT', 'AMAZON_NA', 'AMAZON_EU', 'AMAZON_JP'] },
						quantity: { type: 'integer', minimum: 0 },
					},
				},
			},
		},
		additionalProperties: false,
		// What needs batteries says which.
		allOf: [
			{
				if: {
					required: ['batteries_required'],
					properties: { batteries_required: { contains: { required: ['value'], properties: { value: { const: true } } } } },
				},
				// oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
				then: { required: ['battery'] },
			},
		],
	};
}

import { goods, type Good } from '../core/goods.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import { callerOf, callerOfFamily, type Desk } from './caller.ts';
import { badRequest, notFound } from './replies.ts';
import { meliSites } from './sites.ts';

const LEAF = 71_792;
const ROOT = 1_000;
const MOST_FOUND = 8;

/** Bounds of every category here; 60 characters are typical (contract mercado-libre §6.5). */
export const LONGEST_TITLE = 60;
export const LONGEST_DESCRIPTION = 50_000;
export const MOST_PICTURES = 12;

export interface Leaf {
	id: string;
	root: string;
	good: Good;
	goodNumber: number;
}

/** The category in which a good belongs: one for each, the same on every site. */
export function categoryOf(root: string, goodNumber: number): string {
	return `${root}${LEAF + goodNumber}`;
}

/** A category in which something can be listed; null for others. */
export function leafOf(id: string): Leaf | null {
	const [, root = '', digits = ''] = /^([A-Z]{3})(\d{4,6})$/.exec(id) ?? [];
	const goodNumber = Number(digits) - LEAF;
	const good = goods[goodNumber];
	return good === undefined || digits === '' ? null : { id, root, good, goodNumber };
}

const KINDS = [...new Set(goods.map(({ category }) => category))];

/** What a category asks. `required` in the sense of any tag that keeps an item out. */
export const ATTRIBUTES = [
	{ id: 'BRAND', name: 'Brand', tags: { catalog_required: true }, hierarchy: 'PARENT_PK', relevance: 1, value_type: 'string' },
	{ id: 'MODEL', name: 'Model', tags: { required: true }, hierarchy: 'PARENT_PK', relevance: 1, value_type: 'string' },
	{
		id: 'COLOR',
		name: 'Color',
		tags: { allow_variations: true },
		hierarchy: 'CHILD_PK',
		relevance: 1,
		value_type: 'string',
		values: ['Black', 'White', 'Blue', 'Green', 'Pink', 'Red'].map((name, place) => ({ id: String(52_049 + place), name })),
	},
	{
		id: 'POWER_SUPPLY_TYPE',
		name: 'Power supply type',
		tags: {},
		hierarchy: 'FAMILY',
		relevance: 2,
		value_type: 'list',
		values: ['Mains', 'Battery', 'USB', 'None'].map((name, place) => ({ id: String(7_425_100 + place), name })),
	},
	{
		id: 'LENGTH',
		name: 'Length',
		tags: {},
		hierarchy: 'FAMILY',
		relevance: 2,
		value_type: 'number_unit',
		allowed_units: ['cm', 'mm', 'm'].map((name) => ({ id: name, name })),
		default_unit: 'cm',
	},
	{
		id: 'GTIN',
		name: 'Universal product code',
		tags: { multivalued: true, variation_attribute: true, used_hidden: true, validate: true },
		hierarchy: 'PRODUCT_IDENTIFIER',
		relevance: 1,
		type: 'product_identifier',
		value_type: 'string',
		tooltip: 'It is an 8 to 14 digit number next to the barcode.',
		hint: 'It may be an EAN, UPC or another GTIN.',
	},
	{
		id: 'ITEM_CONDITION',
		name: 'Item condition',
		tags: { hidden: true },
		hierarchy: 'ITEM',
		relevance: 2,
		value_type: 'list',
		values: [{ id: '2230284', name: 'New' }],
	},
	{
		id: 'SELLER_SKU',
		name: 'SKU',
		tags: { hidden: true, variation_attribute: true },
		hierarchy: 'ITEM',
		relevance: 1,
		value_type: 'string',
	},
].map((attribute) => ({
	...attribute,
	...(attribute.value_type === 'string' ? { value_max_length: 255 } : {}),
	attribute_group_id: 'OTHERS',
	attribute_group_name: 'Others',
}));

/** Categories, their attributes, and which of them fit some words (contract mercado-libre §6.5). */
export function categoryOperations(desk: Desk): Operation[] {
	return [
		{
			name: 'categories.predict',
			method: 'GET',
			path: '/marketplace/domain_discovery/search',
			handle: (call) => discovery(callerOfFamily(desk, call, 'global') && 'CBT', call),
		},
		{
			name: 'categories.predict.local',
			method: 'GET',
			path: '/sites/:site/domain_discovery/search',
			handle: (call) => {
				callerOf(desk, call);
				const site = call.params['site'] ?? '';
				if (!meliSites.some(({ id }) => id === site)) throw notFound();
				return discovery(site, call);
			},
		},
		{ name: 'categories.get', method: 'GET', path: '/categories/:id', handle: (call) => category(desk, call) },
		{ name: 'categories.attributes', method: 'GET', path: '/categories/:id/attributes', handle: (call) => attributes(desk, call) },
	];
}

function discovery(root: string, call: WireCall): WireReply {
	const words = new Set(wordsOf(call.query.get('q') ?? ''));
	const limit = Number(call.query.get('limit') ?? '3');
	if (words.size === 0) throw badRequest('q is required');
	if (!Number.isInteger(limit) || limit < 1 || limit > MOST_FOUND) throw badRequest(`limit must be 1 to ${MOST_FOUND}`);
	const found = goods
		.map((good, goodNumber) => {
			const titles = new Set(wordsOf(root === 'CBT' ? good.titles.en : Object.values(good.titles).join(' ')));
			return { good, goodNumber, fits: [...words].filter((word) => titles.has(word)).length };
		})
		.filter(({ fits }) => fits > 0)
		.toSorted((a, b) => b.fits - a.fits)
		.slice(0, limit);
	const body = found.map(({ good, goodNumber }) => ({
		domain_id: `${root}-${good.category.toUpperCase()}`,
		domain_name: titled(good.category),
		category_id: categoryOf(root, goodNumber),
		category_name: nameOf(good),
		attributes: [{ id: 'BRAND', name: 'Brand', value_id: '276243', value_name: 'Generic' }],
	}));
	return { status: 200, body };
}

function wordsOf(text: string): string[] {
	return text
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word.length > 2);
}

function titled(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}

function nameOf({ titles }: Good): string {
	return (titles.en.split(',')[0] ?? titles.en).trim();
}

function category(desk: Desk, call: WireCall): WireReply {
	callerOf(desk, call);
	const id = call.params['id'] ?? '';
	const leaf = leafOf(id);
	const kind = KINDS[Number(id.slice(3)) - ROOT];
	if (!leaf && !kind) throw notFound('Category not found');
	const root = id.slice(0, 3);
	const parent = {
		id: `${root}${ROOT + KINDS.indexOf(leaf?.good.category ?? kind ?? 'home')}`,
		name: titled(leaf?.good.category ?? kind ?? ''),
	};
	const self = leaf ? { id, name: nameOf(leaf.good) } : parent;
	const children = leaf
		? []
		: goods.flatMap((good, number) =>
				good.category === kind ? [{ id: categoryOf(root, number), name: nameOf(good), total_items_in_this_category: 0 }] : [],
			);
	const currency = root === 'CBT' ? 'USD' : (meliSites.find((site) => site.id === root)?.currency ?? 'USD');
	return {
		status: 200,
		body: {
			...self,
			picture: null,
			permalink: null,
			total_items_in_this_category: 0,
			path_from_root: leaf ? [parent, self] : [parent],
			children_categories: children,
			attribute_types: 'attributes',
			settings: {
				adult_content: false,
				buying_allowed: true,
				buying_modes: ['auction', 'buy_it_now'],
				catalog_domain: `${root}-${(leaf?.good.category ?? kind ?? '').toUpperCase()}`,
				coverage_areas: 'not_allowed',
				currencies: [currency],
				fragile: false,
				immediate_payment: 'required',
				item_conditions: ['new'],
				items_reviews_allowed: false,
				listing_allowed: leaf !== null,
				max_description_length: LONGEST_DESCRIPTION,
				max_pictures_per_item: MOST_PICTURES,
				max_pictures_per_item_var: 10,
				max_sub_title_length: 70,
				max_title_length: LONGEST_TITLE,
				maximum_price: null,
				minimum_price: 1,
				mirror_category: null,
				mirror_master_category: null,
				mirror_slave_categories: [],
				price: 'required',
				reservation_allowed: 'not_allowed',
				restrictions: [],
				rounded_address: false,
				seller_contact: 'not_allowed',
				shipping_options: ['carrier', 'custom'],
				shipping_profile: 'optional',
				show_contact_information: false,
				simple_shipping: 'optional',
				stock: 'required',
				sub_vertical: leaf?.good.category ?? kind,
				subscribable: false,
				tags: [],
				vertical: 'consumer_electronics',
				vip_subdomain: 'articulo',
				buyer_protection_programs: null,
				status: 'enabled',
			},
			meta_categ_id: null,
			attributable: false,
			date_created: '2019-09-03T14:22:51.000Z',
		},
	};
}

function attributes(desk: Desk, call: WireCall): WireReply {
	callerOf(desk, call);
	const id = call.params['id'] ?? '';
	if (!leafOf(id)) throw notFound('Category not found');
	return { status: 200, body: ATTRIBUTES };
}

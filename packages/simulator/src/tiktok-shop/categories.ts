import { type Good, goods } from '../core/goods.ts';
import type { Operation, WireReply } from '../core/operation.ts';
import { badParameter, ok } from './dialect.ts';
import { fieldsOf, type ShopCall } from './shop-call.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => Operation['handle'];

/** Two trees with numbers of their own: the second is that of US shops (contract §8). */
const TREES = { v1: { root: 600_000, leaf: 610_000 }, v2: { root: 800_000, leaf: 810_000 } } as const;
type Version = keyof typeof TREES;

const KINDS = [...new Set(goods.map(({ category }) => category))];
const EU = ['DE', 'ES', 'FR', 'IE', 'IT'];
/** Of titles, by the product calls' own documents. */
const SHORT = ['US', 'GB', 'JP', ...EU];
const LONG = ['BR', 'MX'];

export interface Leaf {
	id: string;
	good: Good;
	goodNumber: number;
}

/** The category tree in which a shop lists. */
export function versionOf(site: string): Version {
	return site === 'US' ? 'v2' : 'v1';
}

/** Bounds of a title in a market, in characters. */
export function titleBounds(site: string): { least: number; most: number } {
	return SHORT.includes(site) ? { least: 1, most: 255 } : LONG.includes(site) ? { least: 1, most: 300 } : { least: 25, most: 255 };
}

/** A category in which something can be listed; null for others. */
export function leafOf(version: Version, id: unknown): Leaf | null {
	const goodNumber = Number(id) - TREES[version].leaf;
	const good = goods[goodNumber];
	return typeof id === 'string' && good ? { id, good, goodNumber } : null;
}

export interface AttributeSeed {
	id: string;
	name: string;
	type: 'SALES_PROPERTY' | 'PRODUCT_PROPERTY';
	is_requried: boolean;
	is_customizable: boolean;
	is_multiple_selection: boolean;
	values?: { id: string; name: string }[];
	value_data_format?: string;
	requirement_conditions?: { condition_type: string; attribute_id: string; attribute_value_id: string }[];
}

const values = (first: number, ...names: string[]) => names.map((name, place) => ({ id: String(first + place), name }));
const property = { type: 'PRODUCT_PROPERTY', is_requried: false, is_customizable: false, is_multiple_selection: false } as const;
const whenPowered = (value: number) => [{ condition_type: 'VALUE_ID_MATCH', attribute_id: '100701', attribute_value_id: String(value) }];

/** What every category asks. The misspelt field is the platform's own. */
export const ATTRIBUTES: readonly AttributeSeed[] = [
	{ ...property, id: '100000', name: 'Color', type: 'SALES_PROPERTY', values: values(1_000_001, 'Black', 'White', 'Blue', 'Pink') },
	{
		...property,
		id: '100392',
		name: 'Material',
		is_requried: true,
		is_customizable: true,
		values: values(1_001_533, 'Plastic', 'Metal', 'Textile', 'Wood'),
	},
	{ ...property, id: '100701', name: 'Power source', values: values(1_024_358, 'Mains', 'Battery', 'USB', 'None') },
	{
		...property,
		id: '101610',
		name: 'Battery type',
		values: values(1_024_401, 'Lithium ion', 'Alkaline'),
		requirement_conditions: whenPowered(1_024_359),
	},
	{
		...property,
		id: '101611',
		name: 'Voltage',
		is_customizable: true,
		value_data_format: 'POSITIVE_INT_OR_DECIMAL',
		requirement_conditions: whenPowered(1_024_358),
	},
];

/** What a category asks beside attributes. */
export function rulesOf({ good }: Leaf, site: string) {
	return {
		product_certifications:
			good.category === 'toys'
				? [{ id: '602362', name: 'Toy safety certificate', is_required: true, expiration_date: { is_required: false } }]
				: [],
		size_chart: { is_supported: good.category === 'fashion', is_required: false },
		cod: { is_supported: false },
		package_dimension: { is_required: !['ID', 'TH', 'VN'].includes(site) },
		epr: { is_required: false },
		responsible_person: { is_required: EU.includes(site) },
		manufacturer: { is_required: EU.includes(site) },
		allowed_special_product_types: [],
		fees: [],
	};
}

/** Categories of a shop, what each asks, and which fits a title (contract §8). */
export function categoryOperations(shopLevel: ShopLevel): Operation[] {
	const byLeaf = (handle: (shop: ShopCall, leaf: Leaf) => WireReply) =>
		shopLevel('seller.product.basic', (shop) => {
			const { call, store } = shop;
			const version = versionOf(store.site);
			if ((call.query.get('category_version') ?? 'v1') !== version) return badParameter(call, 'category_version does not fit the shop.');
			const leaf = leafOf(version, call.params['categoryId']);
			return leaf ? handle(shop, leaf) : badParameter(call, 'category_id is not a leaf category.');
		});
	return [
		{ name: 'categories.list', method: 'GET', path: '/product/202309/categories', handle: shopLevel('seller.product.basic', list) },
		{
			name: 'categories.recommend',
			method: 'POST',
			path: '/product/202309/categories/recommend',
			handle: shopLevel('seller.product.basic', recommend),
		},
		{
			name: 'categories.attributes',
			method: 'GET',
			path: '/product/202309/categories/:categoryId/attributes',
			handle: byLeaf(({ call }) => ok(call, { attributes: ATTRIBUTES })),
		},
		{
			name: 'categories.rules',
			method: 'GET',
			path: '/product/202309/categories/:categoryId/rules',
			handle: byLeaf(({ call, store }, leaf) => ok(call, rulesOf(leaf, store.site))),
		},
	];
}

function list({ call, store }: ShopCall): WireReply {
	const version = versionOf(store.site);
	if ((call.query.get('category_version') ?? 'v1') !== version) return badParameter(call, 'category_version does not fit the shop.');
	const keyword = (call.query.get('keyword') ?? '').toLowerCase();
	const { root, leaf } = TREES[version];
	const rows = [
		...KINDS.map((kind, place) => ({ id: String(root + place), parent_id: '0', local_name: titled(kind), is_leaf: false })),
		...goods.map((good, place) => ({
			id: String(leaf + place),
			parent_id: String(root + KINDS.indexOf(good.category)),
			local_name: nameOf(good),
			is_leaf: true,
		})),
	];
	return ok(call, {
		categories: rows
			.filter(({ local_name: name }) => name.toLowerCase().includes(keyword))
			.map((row) => ({ ...row, permission_statuses: ['AVAILABLE'] })),
	});
}

function recommend({ call, store }: ShopCall): WireReply {
	const body = fieldsOf(call);
	const version = versionOf(store.site);
	if ((body['category_version'] ?? 'v1') !== version) return badParameter(call, 'category_version does not fit the shop.');
	const title = body['product_title'];
	const { least, most } = titleBounds(store.site);
	if (typeof title !== 'string' || Array.from(title).length < least || Array.from(title).length > most)
		return badParameter(call, `product_title must have ${least} to ${most} characters.`);
	const words = wordsOf(title);
	const [best] = goods
		.map((good, goodNumber) => {
			const known = new Set(wordsOf(Object.values(good.titles).join(' ')));
			return { good, goodNumber, fits: words.filter((word) => known.has(word)).length };
		})
		.filter(({ fits }) => fits > 0)
		.toSorted((a, b) => b.fits - a.fits);
	if (!best) return ok(call, { categories: [] });
	const { root, leaf } = TREES[version];
	const id = String(leaf + best.goodNumber);
	const kind = best.good.category;
	const own = { permission_statuses: ['AVAILABLE'] };
	return ok(call, {
		categories: [
			{ ...own, id: String(root + KINDS.indexOf(kind)), name: titled(kind), level: 1, is_leaf: false },
			{ ...own, id, name: nameOf(best.good), level: 2, is_leaf: true },
		],
		leaf_category_id: id,
	});
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

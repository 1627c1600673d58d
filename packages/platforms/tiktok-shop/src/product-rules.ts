import type { AttributeRule, DraftRules } from '@pangea/domain';
import { PlatformError, pathStep, type StoreContext } from '@pangea/platform-contract';
import { call } from './client.ts';
import { manifest } from './manifest.ts';
import { cipherOf } from './stores.ts';
import {
	type WireAttribute,
	WireAttributes,
	WireCategories,
	type WireCategory,
	WireCategoryRules,
	WireRecommended,
	WireWarehouses,
} from './wire-publish.ts';

const SOURCE = 'https://partner.tiktokshop.com/docv2/page/create-product-202309';
const MOST_FOUND = 8;
const MOST_PICTURES = 9;
/** Of a description in HTML. */
const LONGEST_DESCRIPTION = 10_000;
const LONGEST_SELLER_SKU = 50;
/** Of a value in the seller's own words. */
const LONGEST_VALUE = 2000;
/** Titles of other markets have 25 to 255 characters (contract §8). */
const TITLES: Readonly<Record<string, { least: number; most: number }>> = Object.fromEntries([
	...['US', 'GB', 'JP', 'DE', 'ES', 'FR', 'IE', 'IT'].map((site) => [site, { least: 1, most: 255 }]),
	...['BR', 'MX'].map((site) => [site, { least: 1, most: 300 }]),
]);

/** Fields of a product that are no attributes of its category, by the id under which a draft holds them. */
export const FIELD = {
	weight: 'PACKAGE_WEIGHT',
	length: 'PACKAGE_LENGTH',
	width: 'PACKAGE_WIDTH',
	height: 'PACKAGE_HEIGHT',
	warehouse: 'WAREHOUSE',
	sizeChart: 'SIZE_CHART',
	responsible: 'RESPONSIBLE_PERSON',
	manufacturer: 'MANUFACTURER',
} as const;
/** Before the id of a certificate: the address of its picture, and the day until which it is valid. */
export const CERTIFICATE = 'CERTIFICATE ';
export const VALID_UNTIL = 'VALID_UNTIL ';

/** US shops list in a tree of their own (contract §8); what is not said means the first. */
export function versionIn({ store }: StoreContext): { category_version?: string } {
	return store.siteId === 'US' ? { category_version: 'v2' } : {};
}

/** In which a shop's buyers read. */
export function languageIn({ siteId }: { siteId: string }): string {
	return manifest.sites.find(({ id }) => id === siteId)?.language ?? 'en';
}

/** Characters of a title. */
export function titleBounds({ siteId }: { siteId: string }): { least: number; most: number } {
	return TITLES[siteId] ?? { least: 25, most: 255 };
}

function readCategory<S extends Parameters<typeof call>[2]>(
	context: StoreContext,
	path: string,
	schema: S,
	query: { keyword?: string } = {},
) {
	return call(
		context,
		{
			operation: 'categories.read',
			method: 'GET',
			path: `/product/202309/categories${path}`,
			query: { ...versionIn(context), ...query },
			cipher: cipherOf(context),
			idempotent: true,
		},
		schema,
	);
}

/** The category that the platform recommends for a title, then those whose names hold the words. */
export async function suggestCategories(context: StoreContext, text: string) {
	const words = text.trim();
	if (words === '') return [];
	const [recommended, named] = await Promise.all([
		recommend(context, words),
		readCategory(context, '', WireCategories, { keyword: words }),
	]);
	const found = [
		...recommended,
		...named.data.categories.filter(isOpen).map(({ id, local_name: name }) => ({ id, name, path: [], attributes: [] })),
	];
	return found.filter(({ id }, place) => found.findIndex((one) => one.id === id) === place).slice(0, MOST_FOUND);
}

async function recommend(context: StoreContext, words: string) {
	const { least, most } = titleBounds(context.store);
	const length = Array.from(words).length;
	// What is no title there the platform refuses.
	if (length < least || length > most) return [];
	const { data } = await call(
		context,
		{
			operation: 'categories.read',
			method: 'POST',
			path: '/product/202309/categories/recommend',
			cipher: cipherOf(context),
			body: { product_title: words, ...versionIn(context) },
			idempotent: true,
		},
		WireRecommended,
	);
	const leaf = data.categories.find(({ id }) => id === data.leaf_category_id);
	if (!leaf) return [];
	const above = data.categories.filter((one) => one !== leaf).toSorted((a, b) => (a.level ?? 0) - (b.level ?? 0));
	return [{ id: leaf.id, name: leaf.name, path: above.map(({ name }) => name), attributes: [] }];
}

/** Whether the shop may list in it: every other state of permission keeps it out. */
function isOpen({ is_leaf: isLeaf, permission_statuses: states }: WireCategory): boolean {
	return isLeaf === true && (states.length === 0 || states.includes('AVAILABLE'));
}

/**
 * What a shop asks of a new product in a category.
 * @throws PlatformError kind `notFound` for a category in which the shop may list nothing
 */
export async function productRules(context: StoreContext, categoryId: string): Promise<DraftRules> {
	const tree = new Map((await readCategory(context, '', WireCategories)).data.categories.map((one) => [one.id, one]));
	const category = tree.get(categoryId);
	if (!category || !isOpen(category)) {
		throw new PlatformError({
			kind: 'notFound',
			userMessage: { code: 'notFoundAtPlatform' },
			detail: 'categories.read: nothing can be listed in this category',
		});
	}
	const base = `/${pathStep(categoryId)}`;
	const [attributes, rules, warehouses] = await Promise.all([
		readCategory(context, `${base}/attributes`, WireAttributes),
		readCategory(context, `${base}/rules`, WireCategoryRules),
		salesWarehouses(context),
	]);
	const own = attributes.data.attributes.filter(({ type }) => type !== 'SALES_PROPERTY').map(toRule);
	return {
		categoryId,
		categoryName: pathOf(tree, category).join(' › '),
		languages: [languageIn(context.store)],
		title: titleBounds(context.store),
		description: { required: true, most: LONGEST_DESCRIPTION },
		images: { least: 1, most: MOST_PICTURES },
		stock: 'asked',
		currency: context.currency,
		price: 'paid',
		leastPrice: null,
		gtin: 'optional',
		sellerSku: { most: LONGEST_SELLER_SKU, spaces: false },
		attributes: [
			...own.toSorted((a, b) => Number(b.required) - Number(a.required)),
			...packageRules(rules.data.package_dimension?.is_required === true),
			...(warehouses.length === 1 ? [] : [warehouseRule(warehouses)]),
			...otherRules(rules.data),
		],
		source: SOURCE,
	};
}

/** Warehouses from which a shop can sell now, its default first. */
export async function salesWarehouses(context: StoreContext): Promise<{ id: string; name: string }[]> {
	const { data } = await call(
		context,
		{
			operation: 'logistics.warehouses',
			method: 'GET',
			path: '/logistics/202309/warehouses',
			cipher: cipherOf(context),
			idempotent: true,
		},
		WireWarehouses,
	);
	return data.warehouses
		.filter(({ type, effect_status: state }) => type === 'SALES_WAREHOUSE' && state === 'ENABLED')
		.toSorted((a, b) => Number(b.is_default === true) - Number(a.is_default === true))
		.map(({ id, name }) => ({ id, name: name ?? id }));
}

function pathOf(tree: ReadonlyMap<string, WireCategory>, category: WireCategory): string[] {
	const path = [category.local_name];
	const seen = new Set([category.id]);
	for (let above = tree.get(category.parent_id ?? ''); above && !seen.has(above.id); above = tree.get(above.parent_id ?? '')) {
		seen.add(above.id);
		path.unshift(above.local_name);
	}
	return path;
}

const PLAIN: Omit<AttributeRule, 'id' | 'name'> = {
	required: false,
	source: 'category',
	kind: 'text',
	choices: [],
	open: true,
	units: [],
	most: null,
};

function conditionsOf(conditions: WireAttribute['requirement_conditions']): Pick<AttributeRule, 'requiredWith'> {
	const known = conditions.filter(({ condition_type: type }) => type === 'VALUE_ID_MATCH');
	return known.length === 0 ? {} : { requiredWith: known.map((one) => ({ id: one.attribute_id, valueId: one.attribute_value_id })) };
}

function toRule(wire: WireAttribute): AttributeRule {
	const choices = wire.values.map(({ id, name }) => ({ id, name }));
	return {
		...PLAIN,
		id: wire.id,
		name: wire.name,
		required: wire.is_requried === true,
		kind: choices.length > 0 ? 'choice' : wire.value_data_format === 'POSITIVE_INT_OR_DECIMAL' ? 'number' : 'text',
		choices,
		open: choices.length === 0 || wire.is_customizable === true,
		most: LONGEST_VALUE,
		...conditionsOf(wire.requirement_conditions),
	};
}

/** Metric everywhere: each market takes kilograms and centimetres. */
function packageRules(required: boolean): AttributeRule[] {
	const side = (id: string, name: string): AttributeRule => ({ ...PLAIN, id, name, required, kind: 'measure', units: ['cm'] });
	return [
		{ ...PLAIN, id: FIELD.weight, name: 'Package weight', required: true, source: 'platform', kind: 'measure', units: ['g', 'kg'] },
		side(FIELD.length, 'Package length'),
		side(FIELD.width, 'Package width'),
		side(FIELD.height, 'Package height'),
	];
}

function warehouseRule(choices: AttributeRule['choices']): AttributeRule {
	return {
		...PLAIN,
		id: FIELD.warehouse,
		name: 'Sales warehouse',
		required: true,
		source: 'platform',
		kind: 'choice',
		choices,
		open: false,
	};
}

/** What is asked by its number at the platform or as a picture, where the category asks it at all. */
function otherRules(rules: WireCategoryRules): AttributeRule[] {
	const numbered = (asked: { is_required?: boolean | null | undefined } | null | undefined, id: string, name: string): AttributeRule[] =>
		asked?.is_required === true ? [{ ...PLAIN, id, name, required: true }] : [];
	return [
		...numbered(rules.size_chart, FIELD.sizeChart, 'Size chart template, number'),
		...numbered(rules.responsible_person, FIELD.responsible, 'Responsible person, number'),
		...numbered(rules.manufacturer, FIELD.manufacturer, 'Manufacturer, number'),
		...rules.product_certifications.flatMap((certificate): AttributeRule[] => {
			const asked = { required: certificate.is_required === true, ...conditionsOf(certificate.requirement_conditions) };
			const picture = {
				...PLAIN,
				...asked,
				id: `${CERTIFICATE}${certificate.id}`,
				name: `${certificate.name}, https:// address of a picture`,
			};
			return certificate.expiration_date?.is_required === true
				? [
						picture,
						{ ...PLAIN, ...asked, id: `${VALID_UNTIL}${certificate.id}`, name: `${certificate.name}, valid until YYYY-MM-DD`, most: 10 },
					]
				: [picture];
		}),
	];
}

import { type AttributeRule, type DraftRules, LONGEST_SELLER_SKU } from '@pangea/domain';
import { type CategoryProposal, PlatformError, type StoreContext } from '@pangea/platform-contract';
import type { z } from 'zod';
import { callForStore, type Params } from './client.ts';
import { isNotGranted, notUnderstood } from './errors.ts';
import { permissionsOf } from './permissions.ts';
import { causeOf } from './wire.ts';
import {
	attributesSchema,
	categoriesSchema,
	recommendedSchema,
	templatesSchema,
	trademarksSchema,
	variationsSchema,
	type WireAttribute,
	type WireCategory,
	type WireVariation,
} from './wire-publish.ts';
import { skuPageSchema, skuSchema } from './wire-listings.ts';

const SOURCE =
	'https://partner.temu.com/documentation?menu_code=fb16b05f7a904765aac4af3a24b87d4a&sub_menu_code=b49f03d2b1744700ab762b9fe80d1af7';
/** All sites take English, and the guide takes nothing but English letters in names (contract, samples/_sites.json). */
export const LANGUAGE = 'en';
const ROOT = '0';
/** Between the numbers of a category and of those above it: Temu names a category only among its sisters. */
const STEP = '/';
const DEEPEST = 12;
const AVAILABLE = 0;
/** Published with the errors of `temu.local.goods.v2.add` and its guide. */
export const LONGEST_NAME = 500;
const LONGEST_DESCRIPTION = 2000;
const MOST_IMAGES = 10;
const LONGEST_VALUE = 500;

/** Fields of a product that are no attributes of its category, by the id under which a draft holds them. */
export const FIELD = {
	template: 'SHIPPING_TEMPLATE',
	handling: 'HANDLING_DAYS',
	trademark: 'TRADEMARK',
	weight: 'PACKAGE_WEIGHT',
	length: 'PACKAGE_LENGTH',
	width: 'PACKAGE_WIDTH',
	height: 'PACKAGE_HEIGHT',
} as const;
export const NO_TRADEMARK = 'none';
/** Before the number of a kind of variation. */
export const VARIATION = 'VARIATION ';
/** After the number of an attribute whose choice takes a number besides. */
export const NUMBER = ' NUMBER';

/** US shops weigh in pounds and measure in inches, all others in grams and centimetres (contract §11). */
export function isImperial({ store }: Pick<StoreContext, 'store'>): boolean {
	return store.siteId === '100';
}

/** Least base price of a site in major units (contract, samples/_sites.json). */
const LEAST_PRICES: Readonly<Record<string, string>> = { '101': '2.00', '118': '2', '119': '2', '124': '2', '137': '5', '138': '5' };

/** @throws PlatformError */
export async function ask<S extends z.ZodType>(context: StoreContext, api: string, params: Params, schema: S): Promise<z.output<S>> {
	const { result } = await callForStore(context, 'read', api, params);
	const told = schema.safeParse(result ?? {});
	if (!told.success) throw notUnderstood(api, causeOf(told.error), told.error);
	return told.data;
}

async function categoriesUnder(context: StoreContext, parentCatId: string): Promise<WireCategory[]> {
	const { goodsCatsList } = await ask(
		context,
		'bg.local.goods.cats.get',
		{ parentCatId: BigInt(parentCatId), language: LANGUAGE },
		categoriesSchema,
	);
	return goodsCatsList.filter(({ availableStatus }) => availableStatus === null || availableStatus === AVAILABLE);
}

/** What Temu recommends for a name, by number alone and with one of the shop's own goods in it, then the first level of all categories. */
export async function suggestCategories(context: StoreContext, words: string): Promise<CategoryProposal[]> {
	const goodsName = words.trim();
	if (goodsName === '') return await browseCategories(context, null);
	const { catId, catIdList } = await ask(context, 'bg.local.goods.category.recommend', { goodsName }, recommendedSchema);
	const ids = [...new Set([...(catId === null ? [] : [catId]), ...catIdList])].slice(0, 5);
	const recommended: CategoryProposal[] = [];
	for (const id of ids) recommended.push({ id, name: id, path: [], attributes: [], ...(await exampleOf(context, id)) });
	return [...recommended, ...(await browseCategories(context, null))];
}

/** Temu tells no name of a category it recommends; what the shop lists there says what it is. */
async function exampleOf(context: StoreContext, categoryId: string): Promise<{ example?: string }> {
	const params = { skuSearchType: 'ALL', pageSize: 1, catIdList: [categoryId] };
	const { skuList } = await ask(context, 'temu.local.sku.list.retrieve', params, skuPageSchema);
	const first = skuSchema.safeParse(skuList[0]);
	return first.success && first.data.goodsName !== null ? { example: first.data.goodsName } : {};
}

/** The categories below one, or the first level. */
export async function browseCategories(context: StoreContext, under: string | null): Promise<CategoryProposal[]> {
	const above = under === null ? [] : stepsOf(under);
	const found = await categoriesUnder(context, above.at(-1) ?? ROOT);
	return found.map(({ catId, catName, leaf }) => ({
		id: [...above, catId].join(STEP),
		name: catName,
		path: [],
		attributes: [],
		...(leaf ? {} : { isGroup: true as const }),
	}));
}

/** @throws PlatformError kind `notFound` for what is no category's number */
function stepsOf(categoryId: string): string[] {
	const steps = categoryId.split(STEP);
	if (steps.length > DEEPEST || !steps.every((step) => /^\d{1,18}$/.test(step))) throw noCategory();
	return steps;
}

function noCategory(): PlatformError {
	return new PlatformError({
		kind: 'notFound',
		userMessage: { code: 'notFoundAtPlatform' },
		detail: 'bg.local.goods.cats.get: nothing can be listed in this category',
	});
}

/** The category's own number, without those above it. */
export function leafOf(categoryId: string): bigint {
	return BigInt(stepsOf(categoryId).at(-1) ?? ROOT);
}

/**
 * What a shop asks of new goods in a category.
 * @throws PlatformError kind `notFound` for a category in which nothing can be listed
 */
export async function goodsRules(context: StoreContext, categoryId: string): Promise<DraftRules> {
	const path = await pathOf(context, stepsOf(categoryId));
	const about = { catId: leafOf(categoryId), language: LANGUAGE };
	const { attributeList } = await ask(context, 'temu.local.product.attributes.get', about, attributesSchema);
	const { variations } = await ask(context, 'temu.local.product.variation.get', about, variationsSchema);
	const { templateList } = await ask(context, 'bg.freight.template.list.query', {}, templatesSchema);
	return {
		categoryId,
		categoryName: path.length === 0 ? categoryId : path.join(' › '),
		languages: [LANGUAGE],
		title: { least: 1, most: LONGEST_NAME },
		description: { required: false, most: LONGEST_DESCRIPTION },
		images: { least: 1, most: MOST_IMAGES },
		stock: 'asked',
		currency: context.currency,
		// The base price is what each sale brings (contract §7).
		price: 'proposed',
		leastPrice: LEAST_PRICES[context.store.siteId] ?? '0.02',
		// Kinds of bar codes are numbers whose meaning is not published.
		gtin: 'none',
		sellerSku: { most: LONGEST_SELLER_SKU, spaces: true },
		attributes: [
			...attributeRules(attributeList).toSorted((a, b) => Number(b.required) - Number(a.required)),
			...variationRules(variations),
			...(await offerRules(context, templateList)),
			...packageRules(isImperial(context)),
		],
		source: SOURCE,
	};
}

/** Names from the root on; empty for a category whose place is not known. */
async function pathOf(context: StoreContext, steps: readonly string[]): Promise<string[]> {
	if (steps.length === 1) return [];
	const names: string[] = [];
	for (const [place, step] of steps.entries()) {
		const found = (await categoriesUnder(context, steps[place - 1] ?? ROOT)).find(({ catId }) => catId === step);
		if (!found || found.leaf !== (place === steps.length - 1)) throw noCategory();
		names.push(found.catName);
	}
	return names;
}

const PLAIN: Omit<AttributeRule, 'id' | 'name'> = {
	required: false,
	source: 'category',
	kind: 'text',
	choices: [],
	open: true,
	units: [],
	most: LONGEST_VALUE,
};

/** How an attribute is filled, by the guide's numbers; others are not published. */
const CONTROL = { choice: 1, both: 16, either: 19 } as const;
const DATES: Readonly<Record<number, string>> = {
	5: 'YYYY-MM-DD',
	6: 'YYYY-MM-DD,YYYY-MM-DD',
	7: 'YYYY-MM',
	8: 'YYYY-MM,YYYY-MM',
};

type Trigger = { id: string; valueId: string; groupId: string | null };

/** Which choices of other attributes bring an attribute about, and with which of its own groups of choices. */
function triggersOf(all: readonly WireAttribute[]): Map<string, Trigger[]> {
	const found = new Map<string, Trigger[]>();
	for (const { refPid, attributeValueDetail } of all)
		for (const { attributeValueList } of attributeValueDetail)
			for (const { vid, childAttribute } of attributeValueList)
				for (const { childAttributeId, childAttributeValueGroupId } of childAttribute) {
					const trigger = { id: refPid, valueId: vid, groupId: childAttributeValueGroupId };
					found.set(childAttributeId, [...(found.get(childAttributeId) ?? []), trigger]);
				}
	return found;
}

/** The attributes of a category as a draft fills them. */
export function attributeRules(all: readonly WireAttribute[]): AttributeRule[] {
	const triggers = triggersOf(all);
	return all.flatMap((wire) => {
		const own = triggers.get(wire.refPid) ?? [];
		const choices = choicesOf(wire, own);
		const control = wire.attributeRules?.controlType ?? null;
		const units = wire.attributeValueUnitList.map(({ valueUnitName }) => valueUnitName);
		const conditions = own.map(({ id, valueId }) => ({ id, valueId }));
		const asked =
			own.length === 0 ? { required: wire.required } : { onlyWith: conditions, ...(wire.required && { requiredWith: conditions }) };
		const base: AttributeRule = { ...PLAIN, ...asked, id: wire.refPid, name: wire.attributeName };
		const date = DATES[control ?? -1];
		if (date !== undefined) return [{ ...base, name: `${wire.attributeName}, ${date}`, most: date.length }];
		if (control === CONTROL.both) return [{ ...base, kind: 'choice', open: false, choices }, numberBeside(base, units, choices)];
		if (choices.length > 0) return [{ ...base, kind: 'choice', open: control === CONTROL.either, choices }];
		if (units.length > 0) return [{ ...base, kind: 'measure', units }];
		const { minValue, maxValue } = wire.attributeRules?.attributeValueRules ?? { minValue: null, maxValue: null };
		return [minValue !== null || maxValue !== null ? { ...base, kind: 'number' } : base];
	});
}

/** Such as the share of a material: asked for with each choice. */
function numberBeside(choice: AttributeRule, units: string[], choices: AttributeRule['choices']): AttributeRule {
	const any = choices.map(({ id }) => ({ id: choice.id, valueId: id }));
	return {
		...PLAIN,
		id: `${choice.id}${NUMBER}`,
		name: `${choice.name}, number`,
		onlyWith: any,
		requiredWith: any,
		...(units.length > 0 ? { kind: 'measure', units } : { kind: 'number' }),
	};
}

function choicesOf({ attributeValueDetail }: WireAttribute, triggers: readonly Trigger[]): AttributeRule['choices'] {
	return attributeValueDetail.flatMap(({ groupId, attributeValueList }) => {
		const bring = triggers.filter((one) => one.groupId === groupId).map(({ id, valueId }) => ({ id, valueId }));
		return attributeValueList.map(({ vid, value }) => ({ id: vid, name: value, ...(bring.length > 0 && { onlyWith: bring }) }));
	});
}

/** What buyers choose by: one kind at least is asked for, and Temu takes two. */
function variationRules(variations: readonly WireVariation[]): AttributeRule[] {
	const isAsked = variations.some(({ required }) => required);
	return variations.map(({ parentSpecId, parentSpecName, variationType, required, specList }, place) => {
		const choices = specList.map(({ specId, specName }) => ({ id: specId, name: specName }));
		// 0: choices alone, 1: own words alone, 2: both (guide).
		const kind = choices.length > 0 && variationType !== 1 ? 'choice' : 'text';
		return {
			...PLAIN,
			id: `${VARIATION}${parentSpecId}`,
			name: parentSpecName,
			required: required || (!isAsked && place === 0),
			source: 'platform',
			kind,
			choices: kind === 'choice' ? choices : [],
			open: variationType !== 0,
		};
	});
}

async function offerRules(context: StoreContext, templates: z.output<typeof templatesSchema>['templateList']): Promise<AttributeRule[]> {
	const asked = { ...PLAIN, required: true, source: 'platform' } as const;
	const choice = { ...asked, kind: 'choice', open: false } as const;
	return [
		{
			...choice,
			id: FIELD.template,
			name: 'Shipping template',
			choices: templates.map(({ templateId, templateName }) => ({ id: templateId, name: templateName ?? templateId })),
		},
		{ ...asked, id: FIELD.handling, name: 'Handling time, days', kind: 'number' },
		{
			...choice,
			id: FIELD.trademark,
			name: 'Trademark',
			choices: [{ id: NO_TRADEMARK, name: 'No trademark' }, ...(await trademarksOf(context))],
		},
	];
}

async function trademarksOf(context: StoreContext): Promise<AttributeRule['choices']> {
	const api = 'temu.local.goods.brand.trademark.V2.get';
	if (!permissionsOf(context).allows(api)) return [];
	try {
		const { trademarkList } = await ask(context, api, { page: 1, size: 100 }, trademarksSchema);
		return trademarkList.map(({ trademarkId, trademarkName, brandName }) => ({
			id: trademarkId,
			name: trademarkName ?? brandName ?? trademarkId,
		}));
	} catch (error) {
		if (!isNotGranted(error)) throw error;
		return [];
	}
}

function packageRules(imperial: boolean): AttributeRule[] {
	const side = (id: string, name: string, units: string[]): AttributeRule => ({
		...PLAIN,
		id,
		name,
		required: true,
		source: 'platform',
		kind: 'measure',
		units,
	});
	const length = imperial ? ['in'] : ['cm'];
	return [
		side(FIELD.weight, 'Package weight', imperial ? ['lb'] : ['g', 'kg']),
		side(FIELD.length, 'Package length', length),
		side(FIELD.width, 'Package width', length),
		side(FIELD.height, 'Package height', length),
	];
}

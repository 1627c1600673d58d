import { type AttributeRule, type DraftRules, type DraftText, type ListingDraft, LONGEST_SELLER_SKU } from '@pangea/domain';
import { DraftRefusedError, type Json, type Publish, pathStep, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { answer, apiUrl, read, readOptional, sendAs } from './client.ts';
import { notUnderstood, understand } from './errors.ts';
import { childrenOf } from './listings.ts';
import { GLOBAL_SELLING, SITES } from './manifest.ts';
import { refusalReasons } from './refusal.ts';
import { isGlobalSelling } from './stores.ts';
import { wireItemIds } from './wire-listings.ts';
import {
	type WireAttribute,
	wireAttributes,
	type WireCategory,
	wireCategory,
	wireDiscovery,
	wireGlobalItem,
	wireMadeItem,
} from './wire-publish.ts';

const SOURCE = 'https://global-selling.mercadolibre.com/devsite/global-listing';
const LOCAL_SOURCE = 'https://developers.mercadolibre.com.ar/es_ar/publica-productos';
const MOST_PROPOSALS = 8;
/** Where a category tells none (contract §6.5). */
const TYPICAL_TITLE = 60;
const TYPICAL_PICTURES = 12;
const LONGEST_DESCRIPTION = 50_000;

/** Under which terms an item is listed: a field of the item, shown among the attributes of the category. */
export const LISTING_TYPE = 'LISTING_TYPE';
/** Asked of every item of Global Selling, whatever its category (contract §6.2). */
const PACKAGE = ['PACKAGE_HEIGHT', 'PACKAGE_LENGTH', 'PACKAGE_WIDTH', 'PACKAGE_WEIGHT'] as const;
const PACKAGE_NAMES: Record<(typeof PACKAGE)[number], string> = {
	PACKAGE_HEIGHT: 'Package height',
	PACKAGE_LENGTH: 'Package length',
	PACKAGE_WIDTH: 'Package width',
	PACKAGE_WEIGHT: 'Package weight',
};
/** Fields of the draft of their own. */
const OWN: readonly string[] = ['GTIN', 'SELLER_SKU'];
const REQUIRED_TAGS = ['required', 'catalog_required', 'new_required'];

/**
 * Items of sellers of one country are made on their site; those of Global Selling are one item of the account, in English and dollars, with an item a site.
 */
export const publish: Publish = {
	searchLanguage: (store) => (isGlobalSelling({ store }) ? 'en' : languageOf({ store })),

	async suggest(context, words) {
		const isGlobal = isGlobalSelling(context);
		const { json } = await read(context, {
			operation: 'categories.predict',
			path: isGlobal ? '/marketplace/domain_discovery/search' : `/sites/${pathStep(context.store.siteId)}/domain_discovery/search`,
			query: { q: words, ...(isGlobal ? {} : { limit: String(MOST_PROPOSALS) }) },
		});
		return understand('categories.predict', wireDiscovery, json)
			.slice(0, MOST_PROPOSALS)
			.map((row) => ({
				id: row.category_id,
				name: row.category_name,
				path: row.domain_name ? [row.domain_name] : [],
				attributes: (row.attributes ?? []).flatMap(({ id, value_id: valueId, value_name: value }) =>
					value ? [{ id, valueId: valueId ?? null, value }] : [],
				),
			}));
	},

	async rules(context, categoryId) {
		const base = `/categories/${pathStep(categoryId)}`;
		const category = understand('categories.read', wireCategory, (await read(context, { operation: 'categories.read', path: base })).json);
		const root = isGlobalSelling(context) ? GLOBAL_SELLING : context.store.siteId;
		const hasChildren = (category.children_categories ?? []).length > 0;
		if (!category.id.startsWith(root) || hasChildren || category.settings.listing_allowed === false) {
			throw new PlatformError({
				kind: 'notFound',
				userMessage: { code: 'notFoundAtPlatform' },
				detail: 'categories.read: nothing can be listed in this category',
			});
		}
		const told = await read(context, { operation: 'categories.read', path: `${base}/attributes` });
		return toRules(context, category, understand('categories.read', wireAttributes, told.json));
	},

	async find(context, { sellerSku }) {
		try {
			return (await itemsUnder(context, context.store.externalId, sellerSku))[0] ?? null;
		} catch (error) {
			// Whether an account's token may ask for the items of its marketplace user is not published (contract §6.1); the other way is.
			if (!isGlobalSelling(context) || !(error instanceof PlatformError) || (error.kind !== 'forbidden' && error.kind !== 'notFound'))
				throw error;
			return (await childrenOf(context, await itemsUnder(context, accountOf(context), sellerSku)))[0] ?? null;
		}
	},

	async create(context, draft) {
		if (!isGlobalSelling(context)) {
			const json = await write(context, '/items', localBody(context, draft));
			return understand('items.write', wireMadeItem, json).id;
		}
		// An item of the account that is there already gets one more site.
		const [parent] = await itemsUnder(context, accountOf(context), draft.sellerSku);
		const json =
			parent === undefined
				? await write(context, '/global/items', globalBody(context, draft))
				: await write(context, `/global/items/${pathStep(parent)}`, { sites_to_sell: [siteRow(context, draft)] });
		const made = understand('items.write', wireGlobalItem, json);
		const { siteId, externalId } = context.store;
		const rows = (made.site_items ?? []).filter((row) => row.site_id === siteId);
		const row = rows.find((one) => one.seller_id === externalId) ?? rows[0];
		if (row?.item_id) return row.item_id;
		// The account has its item and the site has none: asked again, the site is added to it.
		if (row) throw new DraftRefusedError('items.write: the site refused', refusalReasons(row.error));
		throw notUnderstood('items.write', `no row for the site ${siteId}`);
	},

	async complete(context, externalListingId, draft) {
		const text = textIn(draft, languageOf(context)).description;
		if (text === '') return;
		const isGlobal = isGlobalSelling(context);
		const path = `${isGlobal ? '/marketplace' : ''}/items/${pathStep(externalListingId)}/description`;
		const query: Record<string, string> = isGlobal ? { site_id: context.store.siteId, logistic_type: logisticOf(context) } : {};
		const held = await readOptional(context, { operation: 'items.read', path, query }, ['notFound']);
		await sendAs(context, {
			operation: 'items.write',
			method: held === null ? 'POST' : 'PUT',
			url: apiUrl(context, path, query),
			headers: { 'content-type': 'application/json', accept: 'application/json' },
			body: JSON.stringify({ plain_text: text }),
			idempotent: true,
			writes: true,
		});
	},
};

async function write(context: StoreContext, path: string, body: Json): Promise<Json> {
	const reply = await sendAs(context, {
		operation: 'items.write',
		method: 'POST',
		url: apiUrl(context, path),
		headers: { 'content-type': 'application/json', accept: 'application/json' },
		body: JSON.stringify(body),
		idempotent: false,
		writes: true,
	});
	return answer(context, 'items.write', reply).json;
}

async function itemsUnder(context: StoreContext, user: string, sellerSku: string): Promise<string[]> {
	const { json } = await read(context, {
		operation: 'items.search',
		path: `/users/${pathStep(user)}/items/search`,
		query: { seller_sku: sellerSku },
	});
	return understand('items.search', wireItemIds, json).results;
}

function accountOf(context: StoreContext): string {
	return context.store.attributes['globalUserId'] ?? context.store.externalId;
}

function logisticOf(context: StoreContext): string {
	return context.store.attributes['logisticType'] ?? 'remote';
}

function languageOf({ store }: { store: Pick<StoreContext['store'], 'siteId'> }): string {
	return SITES.find(({ id }) => id === store.siteId)?.language ?? 'en';
}

function textIn({ texts }: ListingDraft, language: string): DraftText {
	return texts.find((text) => text.language === language) ?? { language, title: '', description: '' };
}

/** Pure but for the context's facts. */
function toRules(context: StoreContext, category: WireCategory, attributes: readonly WireAttribute[]): DraftRules {
	const isGlobal = isGlobalSelling(context);
	const { settings } = category;
	const gtin = attributes.find(({ id }) => id === 'GTIN');
	const currencies = settings.currencies ?? [];
	const known = attributes.flatMap(toRule);
	const names = new Set(known.map(({ id }) => id));
	return {
		categoryId: category.id,
		categoryName: [...(category.path_from_root ?? []).map(({ name }) => name), category.name]
			.filter((name, place, all) => all.indexOf(name) === place)
			.join(' › '),
		languages: isGlobal ? [languageOf(context), 'en'] : [languageOf(context)],
		title: { least: 1, most: settings.max_title_length ?? TYPICAL_TITLE },
		description: { required: false, most: settings.max_description_length ?? LONGEST_DESCRIPTION },
		images: { least: 1, most: settings.max_pictures_per_item ?? TYPICAL_PICTURES },
		stock: 'asked',
		currency: isGlobal ? 'USD' : currencies.includes(context.currency) ? context.currency : (currencies[0] ?? context.currency),
		price: isGlobal ? 'received' : 'paid',
		leastPrice: settings.minimum_price ?? null,
		gtin: gtin === undefined ? 'none' : isRequired(gtin) ? 'required' : 'optional',
		sellerSku: { most: LONGEST_SELLER_SKU, spaces: true },
		attributes: [
			...known.toSorted((a, b) => Number(b.required) - Number(a.required)),
			...(isGlobal ? PACKAGE.filter((id) => !names.has(id)).map(packageRule) : []),
			listingType(!isGlobal),
		],
		source: isGlobal ? SOURCE : LOCAL_SOURCE,
	};
}

function isRequired({ tags }: WireAttribute): boolean {
	return REQUIRED_TAGS.some((tag) => tags?.[tag] === true);
}

function toRule(wire: WireAttribute): AttributeRule[] {
	const required = isRequired(wire);
	const hidden = wire.tags?.['hidden'] === true && wire.id !== 'ITEM_CONDITION' && !PACKAGE.some((id) => id === wire.id);
	if (OWN.includes(wire.id) || wire.tags?.['read_only'] === true || (hidden && !required)) return [];
	const choices = (wire.values ?? []).map(({ id, name }) => ({ id, name }));
	const units = (wire.allowed_units ?? []).flatMap(({ name }) => name ?? []);
	const isList = wire.value_type === 'list' || wire.value_type === 'boolean';
	return [
		{
			id: wire.id,
			name: wire.name,
			// Every item says whether it is new (contract §6.2), tagged or not.
			required: required || wire.id === 'ITEM_CONDITION' || PACKAGE.some((id) => id === wire.id),
			source: required ? 'category' : 'platform',
			kind:
				wire.value_type === 'number_unit' ? 'measure' : wire.value_type === 'number' ? 'number' : choices.length > 0 ? 'choice' : 'text',
			choices,
			open: !isList,
			units,
			most: wire.value_max_length ?? null,
		},
	];
}

function packageRule(id: (typeof PACKAGE)[number]): AttributeRule {
	const units = id === 'PACKAGE_WEIGHT' ? ['g', 'kg'] : ['cm'];
	return { id, name: PACKAGE_NAMES[id], required: true, source: 'platform', kind: 'measure', choices: [], open: true, units, most: null };
}

/** Which terms there are is published (contract §6.1); what they cost differs by category and is told elsewhere. */
function listingType(required: boolean): AttributeRule {
	const choices = [
		{ id: 'gold_special', name: 'Classic' },
		{ id: 'gold_pro', name: 'Premium' },
	];
	return {
		id: LISTING_TYPE,
		name: 'Listing type',
		required,
		source: 'platform',
		kind: 'choice',
		choices,
		open: false,
		units: [],
		most: null,
	};
}

type Body = { [name: string]: Json };

function attributesBody({ attributes, sellerSku, gtin }: ListingDraft): Body[] {
	return [
		...attributes
			.filter(({ id, value }) => id !== LISTING_TYPE && value.trim() !== '')
			.map(({ id, valueId, value }) => ({ id, ...(valueId === null ? {} : { value_id: valueId }), value_name: value.trim() })),
		...(gtin === null || gtin.trim() === '' ? [] : [{ id: 'GTIN', value_name: gtin.trim() }]),
		{ id: 'SELLER_SKU', value_name: sellerSku.trim() },
	];
}

function listingTypeOf({ attributes }: ListingDraft): string | null {
	return attributes.find(({ id }) => id === LISTING_TYPE)?.valueId ?? null;
}

/** An amount as a number of JSON: decimal text of so few digits is exact in it. */
function amountOf({ price }: ListingDraft): number {
	return Number(price?.amount ?? 0);
}

function picturesBody({ images }: ListingDraft): Body[] {
	return images.map((source) => ({ source }));
}

function siteRow(context: StoreContext, draft: ListingDraft): Body {
	const type = listingTypeOf(draft);
	return {
		site_id: context.store.siteId,
		logistic_type: logisticOf(context),
		title: textIn(draft, languageOf(context)).title.trim(),
		net_proceeds: amountOf(draft),
		...(type === null ? {} : { listing_type_id: type }),
	};
}

function globalBody(context: StoreContext, draft: ListingDraft): Body {
	const { title, description } = textIn(draft, 'en');
	return {
		sites_to_sell: [siteRow(context, draft)],
		title: title.trim(),
		category_id: draft.categoryId,
		currency_id: 'USD',
		available_quantity: draft.stock ?? 0,
		catalog_listing: false,
		attributes: attributesBody(draft),
		pictures: picturesBody(draft),
		...(description.trim() === '' ? {} : { description: { plain_text: description.trim() } }),
	};
}

/** The local twin (contract §6.3); condition and buying mode as a category of goods has them. */
function localBody(context: StoreContext, draft: ListingDraft): Body {
	return {
		site_id: context.store.siteId,
		title: textIn(draft, languageOf(context)).title.trim(),
		category_id: draft.categoryId,
		price: amountOf(draft),
		currency_id: draft.price?.currency ?? context.currency,
		available_quantity: draft.stock ?? 0,
		buying_mode: 'buy_it_now',
		condition: 'new',
		listing_type_id: listingTypeOf(draft),
		attributes: attributesBody(draft),
		pictures: picturesBody(draft),
	};
}

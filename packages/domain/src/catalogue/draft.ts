import { foldGtin } from './gtin.ts';
import { currencyExponent, formatDecimal, isCurrency, type Money, MoneyError, parseMoney } from '../money.ts';

/** Title and description in one language. */
export interface DraftText {
	/** BCP 47, as the platform's rules name it. */
	language: string;
	title: string;
	description: string;
	/** The text of which it is the translation. */
	from?: { language: string; title: string; description: string };
	/** Of what a machine wrote. What a person wrote has none. */
	marks?: Partial<Record<TextField, TextMark>>;
}

export const TEXT_FIELDS = ['title', 'description'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** A machine's text: nobody has confirmed it, or who did, and when. */
export type TextMark = { kind: 'machine' } | { kind: 'confirmed'; by: string; at: string };

/** One attribute of a category, filled. */
export interface DraftAttribute {
	id: string;
	/** The platform's id of a choice; null for words of one's own. */
	valueId: string | null;
	value: string;
}

/** What a SKU is to be in a store that does not list it yet. */
export interface ListingDraft {
	categoryId: string | null;
	texts: DraftText[];
	/** Addresses from which the platform can fetch them; the first is the cover. */
	images: string[];
	/** Decimal text in major units. */
	price: { amount: string; currency: string } | null;
	stock: number | null;
	/** The seller's own code, by which a listing is found again. */
	sellerSku: string;
	gtin: string | null;
	attributes: DraftAttribute[];
	/** Of a draft that is to be an offer on a product of the platform's catalogue: the product that a person has compared with the SKU and found the same. */
	sameProduct?: string | null;
}

/** A product of a platform's own catalogue, on which several sellers offer. */
export interface CatalogueProduct {
	/** The platform's id of it. */
	id: string;
	title: string;
	brand: string | null;
	imageUrl: string | null;
}

/** `measure`: a number with one of the units. `choice`: one of the choices, or own words where the attribute is open. */
export const ATTRIBUTE_KINDS = ['text', 'number', 'measure', 'choice'] as const;
export type AttributeKind = (typeof ATTRIBUTE_KINDS)[number];

/** Who asks for something: the category, the platform of every listing, or we, because we find the listing again by it. */
export type RuleSource = 'category' | 'platform' | 'ours';

/** Choices of other attributes, one of which is taken. */
export type AttributeCondition = readonly { id: string; valueId: string }[];

export interface AttributeChoice {
	id: string;
	name: string;
	/** Taken only where one of these is. */
	onlyWith?: AttributeCondition;
}

export interface AttributeRule {
	id: string;
	/** In the platform's words. */
	name: string;
	required: boolean;
	source: RuleSource;
	kind: AttributeKind;
	choices: AttributeChoice[];
	/** Whether own words are taken beside the choices. */
	open: boolean;
	units: string[];
	/** Most characters; null where none is told. */
	most: number | null;
	/** Asked for as well once one of these choices of other attributes is taken. */
	requiredWith?: AttributeCondition;
	/** Taken only where one of these is. */
	onlyWith?: AttributeCondition;
}

/** What one store asks of a listing in one category, as the platform tells it. Lengths in characters. */
export interface DraftRules {
	categoryId: string;
	categoryName: string;
	/** Languages in which title and description are asked for; buyers read the first. None where the platform takes them from what it copies. */
	languages: string[];
	title: { least: number; most: number };
	description: { required: boolean; most: number };
	/** None are asked for where at most none are taken. */
	images: { least: number; most: number };
	/** `shared`: the account's stock is the store's as well. */
	stock: 'asked' | 'shared';
	/** The currency in which prices are told, which need not be the buyers'. */
	currency: string;
	/**
	 * What the price means: what the buyer pays; what is left to the seller after fees and freight, which the platform adds; or what is left to the
	 * seller and waits for the platform's word, which alone sets what buyers pay.
	 */
	price: 'paid' | 'received' | 'proposed';
	/** Decimal text; null where none is told. */
	leastPrice: string | null;
	gtin: 'required' | 'optional' | 'none';
	/** What the seller's own code may be. */
	sellerSku: { most: number; spaces: boolean };
	attributes: AttributeRule[];
	/** The product on which the draft becomes an offer: what is said of it is the platform's, and a person has to see that it is the same. */
	offersOn?: CatalogueProduct;
	/** The published page on which the rules are described. */
	source: string;
}

export type DraftField =
	| 'category'
	| 'product'
	| 'title'
	| 'description'
	| 'images'
	| 'price'
	| 'stock'
	| 'sellerSku'
	| 'gtin'
	| 'attribute';

export const GAP_REASONS = [
	'missing',
	'tooShort',
	'tooLong',
	'tooFew',
	'tooMany',
	'wrongCurrency',
	'noAmount',
	'belowLeast',
	'noChoice',
	'noNumber',
	'noUnit',
	'noGtin',
	'noAddress',
	'noWholeNumber',
	'belowFloor',
	'noSpaces',
	'notConfirmed',
	'notCompared',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** One step that a draft lacks until the store can take it. */
export interface DraftGap {
	field: DraftField;
	reason: GapReason;
	source: RuleSource;
	/** Of texts. */
	language?: string;
	/** Of attributes: the platform's id and name. */
	attribute?: { id: string; name: string };
	/** The bound, where the reason has one. */
	bound?: string;
}

/** Mirrors take no more; some platforms take less. */
export const LONGEST_SELLER_SKU = 255;

/** An empty draft of a SKU. */
export function emptyDraft(sellerSku: string): ListingDraft {
	return { categoryId: null, texts: [], images: [], price: null, stock: null, sellerSku, gtin: null, attributes: [] };
}

/** Characters as platforms count them: by code point. */
function lengthOf(text: string): number {
	return Array.from(text.trim()).length;
}

function within(length: number, { least, most }: { least: number; most: number }): [GapReason, number] | null {
	if (length < least) return ['tooShort', least];
	return length > most ? ['tooLong', most] : null;
}

/**
 * Everything that a draft lacks, in the order of the form; none: it can be published. Without rules only the category is asked for, since all else hangs
 * on it.
 * @param floor what a unit costs, landed, in the rules' currency: no price is below it. Null where that is not known.
 */
export function draftGaps(draft: ListingDraft, rules: DraftRules | null, floor: Money | null = null): DraftGap[] {
	if (rules === null || draft.categoryId !== rules.categoryId) return [{ field: 'category', reason: 'missing', source: 'platform' }];
	return [
		...productGaps(draft, rules),
		...textGaps(draft, rules),
		...imageGaps(draft, rules),
		...priceGaps(draft, rules, floor),
		...stockGaps(draft, rules),
		...identityGaps(draft, rules),
		...attributesGaps(draft, rules),
	];
}

function productGaps({ sameProduct = null }: ListingDraft, { offersOn }: DraftRules): DraftGap[] {
	return offersOn === undefined || offersOn.id === sameProduct ? [] : [{ field: 'product', reason: 'notCompared', source: 'ours' }];
}

function textGaps({ texts }: ListingDraft, rules: DraftRules): DraftGap[] {
	return rules.languages.flatMap((language) => {
		const { title = '', description = '', marks = {} } = texts.find((text) => text.language === language) ?? {};
		const gaps: DraftGap[] = [];
		const add = (field: 'title' | 'description', reason: GapReason, bound?: number) =>
			gaps.push({ field, reason, source: 'platform', language, ...(bound === undefined ? {} : { bound: String(bound) }) });
		const bad = within(lengthOf(title), rules.title);
		if (lengthOf(title) === 0) add('title', 'missing');
		else if (bad) add('title', ...bad);
		if (lengthOf(description) === 0) {
			if (rules.description.required) add('description', 'missing');
		} else if (lengthOf(description) > rules.description.most) add('description', 'tooLong', rules.description.most);
		for (const field of TEXT_FIELDS)
			if (marks[field]?.kind === 'machine' && lengthOf(field === 'title' ? title : description) > 0)
				gaps.push({ field, reason: 'notConfirmed', source: 'ours', language });
		return gaps;
	});
}

function imageGaps({ images }: ListingDraft, { images: { least, most } }: DraftRules): DraftGap[] {
	const gap = (reason: GapReason, bound?: number): DraftGap[] => [
		{ field: 'images', reason, source: 'platform', ...(bound === undefined ? {} : { bound: String(bound) }) },
	];
	if (most === 0) return [];
	if (images.some((image) => !URL.canParse(image) || new URL(image).protocol !== 'https:')) return gap('noAddress');
	if (images.length < least) return images.length === 0 ? gap('missing') : gap('tooFew', least);
	return images.length > most ? gap('tooMany', most) : [];
}

function priceGaps({ price }: ListingDraft, rules: DraftRules, floor: Money | null): DraftGap[] {
	const gap = (reason: GapReason, bound?: string, source: RuleSource = 'platform'): DraftGap[] => [
		{ field: 'price', reason, source, ...(bound === undefined ? {} : { bound }) },
	];
	if (price === null || price.amount.trim() === '') return gap('missing');
	if (price.currency !== rules.currency) return gap('wrongCurrency', rules.currency);
	const amount = draftAmount(price);
	if (amount === null || amount <= 0n) return gap('noAmount');
	const least = rules.leastPrice === null ? null : draftAmount({ amount: rules.leastPrice, currency: rules.currency });
	if (least !== null && amount < least) return gap('belowLeast', rules.leastPrice ?? '');
	return floor?.currency === rules.currency && amount < floor.amountMinor ? gap('belowFloor', formatDecimal(floor), 'ours') : [];
}

/** A draft's price in minor units; null for what is no amount. */
export function draftAmount({ amount, currency }: { amount: string; currency: string }): bigint | null {
	if (!isCurrency(currency)) return null;
	try {
		return parseMoney(amount, currency).amountMinor;
	} catch (error) {
		if (!(error instanceof MoneyError)) throw error;
		return null;
	}
}

function stockGaps({ stock }: ListingDraft, rules: DraftRules): DraftGap[] {
	if (rules.stock === 'shared') return [];
	if (stock === null) return [{ field: 'stock', reason: 'missing', source: 'platform' }];
	return Number.isSafeInteger(stock) && stock > 0 ? [] : [{ field: 'stock', reason: 'noWholeNumber', source: 'platform' }];
}

function identityGaps({ sellerSku, gtin }: ListingDraft, rules: DraftRules): DraftGap[] {
	const gaps: DraftGap[] = [];
	const { most, spaces } = rules.sellerSku;
	if (lengthOf(sellerSku) === 0) gaps.push({ field: 'sellerSku', reason: 'missing', source: 'ours' });
	else if (lengthOf(sellerSku) > most)
		gaps.push({ field: 'sellerSku', reason: 'tooLong', source: most === LONGEST_SELLER_SKU ? 'ours' : 'platform', bound: String(most) });
	else if (!spaces && /\s/.test(sellerSku.trim())) gaps.push({ field: 'sellerSku', reason: 'noSpaces', source: 'platform' });
	if (gtin === null || gtin.trim() === '') {
		if (rules.gtin === 'required') gaps.push({ field: 'gtin', reason: 'missing', source: 'category' });
	} else if (foldGtin(gtin) === null) gaps.push({ field: 'gtin', reason: 'noGtin', source: 'platform' });
	return gaps;
}

const MEASURE = /^(\d{1,12}(?:\.\d{1,6})?)\s*(\S.*)$/;

/** A number and its unit as a measure is written, `1.2 kg`; null for what is none. */
export function readMeasure(text: string): { number: string; unit: string } | null {
	const [, number, unit] = MEASURE.exec(text.trim()) ?? [];
	return number === undefined || unit === undefined ? null : { number, unit };
}

/** Whether a draft with these attributes has to have one. */
export function isAsked({ required, requiredWith = [] }: AttributeRule, attributes: readonly DraftAttribute[]): boolean {
	return required || holds(requiredWith, attributes);
}

function holds(condition: AttributeCondition, attributes: readonly DraftAttribute[]): boolean {
	return condition.some((other) => attributes.some(({ id, valueId }) => id === other.id && valueId === other.valueId));
}

/** Whether a draft with these attributes may have one. */
export function isTaken({ onlyWith }: Pick<AttributeRule, 'onlyWith'>, attributes: readonly DraftAttribute[]): boolean {
	return onlyWith === undefined || holds(onlyWith, attributes);
}

/** The attributes that a draft may have: one that a choice had brought about goes with that choice, and takes with it what it brought about itself. */
export function takenAttributes(rules: readonly AttributeRule[], attributes: readonly DraftAttribute[]): DraftAttribute[] {
	const kept = attributes.filter(({ id }) => {
		const rule = rules.find((one) => one.id === id);
		return rule === undefined || isTaken(rule, attributes);
	});
	return kept.length === attributes.length ? kept : takenAttributes(rules, kept);
}

/** The choices that a draft with these attributes has. */
export function choicesIn({ choices }: AttributeRule, attributes: readonly DraftAttribute[]): AttributeChoice[] {
	return choices.filter((choice) => isTaken(choice, attributes));
}

function attributesGaps({ attributes }: ListingDraft, { attributes: rules }: DraftRules): DraftGap[] {
	const taken = takenAttributes(rules, attributes);
	return rules.flatMap((rule) => attributeGaps(taken, rule));
}

function attributeGaps(attributes: readonly DraftAttribute[], rule: AttributeRule): DraftGap[] {
	const gap = (reason: GapReason, bound?: string): DraftGap[] => [
		{
			field: 'attribute',
			reason,
			source: rule.source,
			attribute: { id: rule.id, name: rule.name },
			...(bound === undefined ? {} : { bound }),
		},
	];
	const filled = attributes.find(({ id }) => id === rule.id);
	if (!isTaken(rule, attributes)) return [];
	if (filled === undefined || filled.value.trim() === '') return isAsked(rule, attributes) ? gap('missing') : [];
	const { value, valueId } = filled;
	switch (rule.kind) {
		case 'choice':
			return choicesIn(rule, attributes).some(({ id, name }) => (valueId === null ? rule.open || name === value : id === valueId))
				? []
				: gap('noChoice');
		case 'number':
			return /^-?\d{1,12}(\.\d{1,6})?$/.test(value.trim()) ? [] : gap('noNumber');
		case 'measure': {
			const measure = readMeasure(value);
			if (measure === null) return gap('noNumber');
			return rule.units.length === 0 || rule.units.includes(measure.unit) ? [] : gap('noUnit', rule.units.join(', '));
		}
		case 'text':
			return rule.most !== null && lengthOf(value) > rule.most ? gap('tooLong', String(rule.most)) : [];
	}
}

/** How a converted price is rounded up: to the currency's minor unit, or so that it ends as shop prices do. */
export const PRICE_ENDINGS = ['exact', 'whole', 'ninetyNine'] as const;
export type PriceEnding = (typeof PRICE_ENDINGS)[number];

/** The next price that ends as asked, never lower. Currencies without decimals end in whole tens, or nine below. */
export function endPrice(amountMinor: bigint, currency: string, ending: PriceEnding): bigint {
	if (ending === 'exact') return amountMinor;
	const exponent = currencyExponent(currency);
	const step = exponent === 0 ? 10n : 10n ** BigInt(exponent);
	const up = ((amountMinor + step - 1n) / step) * step;
	if (ending === 'whole') return up;
	return up - 1n >= amountMinor ? up - 1n : up + step - 1n;
}

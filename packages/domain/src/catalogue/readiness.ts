import type { PaperKind, PaperStanding } from '../opening/index.ts';
import type { DraftField, DraftGap } from './draft.ts';

/** What it takes to sell a SKU in a store, in the order in which people go about it. */
export const READINESS_STEPS = ['language', 'attributes', 'identifier', 'compliance', 'customs', 'price', 'stock'] as const;
export type ReadinessStep = (typeof READINESS_STEPS)[number];

/** `unknown`: not known yet, and so never done. `notAsked`: nobody asks for it there. `hidden`: the member does not see what it hangs on. */
export type StepState = 'done' | 'missing' | 'unknown' | 'notAsked' | 'hidden';

export type StepReason =
	/** No text in the site's language; one by a machine that nobody has confirmed; one that is too short, too long or not whole. */
	| 'noText'
	| 'machineText'
	| 'textGaps'
	/** No category is chosen; what it asks for has not been read; something that it asks for lacks; the platform says itself what is wrong. */
	| 'noCategory'
	| 'rulesNotRead'
	| 'attributeGaps'
	| 'platformSays'
	| 'noGtin'
	/** Whether a barcode is asked for hangs on the category. */
	| 'gtinPerhaps'
	| 'noCompany'
	| 'papersLack'
	/** How the store sells is not told, and with it which papers it needs. */
	| 'wayNotTold'
	| 'noFacts'
	| 'noCost'
	| 'noPrice'
	| 'belowFloor'
	| 'noRate'
	| 'noStock'
	| 'stockNotTold';

export interface StepReading {
	state: StepState;
	reason: StepReason | null;
	/** Of `attributes`: what of a draft lacks. */
	gaps: ReadinessGap[];
	/** Of `attributes`: why the platform keeps it from sale, in its words. */
	words: string[];
	/** Of `compliance`: papers that lack, or will. */
	papers: PaperReading[];
	/** Of `customs`: facts of the SKU that lack. */
	facts: CustomsFact[];
}

export const CUSTOMS_FACTS = ['weight', 'hsCode', 'origin'] as const;
/** What a parcel that crosses a border declares of a SKU. */
export type CustomsFact = (typeof CUSTOMS_FACTS)[number];

/** A paper that goods need in a store, and how the company's dossier answers. */
export interface PaperReading {
	kind: PaperKind;
	/** Null: the dossier has none that fits. */
	standing: PaperStanding | null;
	/** False: needed in one way of selling only, and which way it is nobody has said. */
	certain: boolean;
}

/** What is known of a SKU whatever the store. */
export interface SkuReadiness {
	skuId: string;
	/** Languages in which some store has a title of it, without region. */
	languages: string[];
	/** Whether one of its numbers is a valid GTIN. */
	gtin: boolean;
	stock: 'some' | 'none' | 'notTold';
	cost: 'known' | 'notKnown' | 'hidden';
	lacks: CustomsFact[];
}

/** What is known of a store whatever the SKU. */
export interface StoreReadiness {
	storeId: string;
	/** Of its buyers, a BCP 47 tag. */
	language: string;
	/** `hidden`: the member sees no dossier. `noCompany`: nobody has said whose store it is. */
	papers: 'hidden' | 'noCompany' | PaperReading[];
	crossesBorder: boolean;
}

export type PriceStanding = 'kept' | 'below' | 'missing' | 'noRate' | 'hidden';

/** What is known of a SKU in one store: a draft for it, or a listing that its platform keeps from sale. */
export interface PlacedReadiness {
	skuId: string;
	storeId: string;
	kind: 'draft' | 'blocked';
	/** `machine`: by a machine, and nobody has confirmed it. */
	text: 'told' | 'machine' | 'missing';
	/** Of a draft: what it lacked by the rules of its category when it was saved or looked at last; null where they were not read. */
	gaps: ReadinessGap[] | null;
	hasCategory: boolean;
	gtin: boolean;
	stock: boolean;
	price: PriceStanding;
	/** Of a blocked listing: why, in the platform's words. */
	issues: string[];
}

/** A gap of a draft as far as everybody may know it: no bound, which may be a price. */
export interface ReadinessGap {
	field: DraftField;
	/** Of an attribute, in the platform's words. */
	name: string | null;
}

export interface Readiness {
	steps: Record<ReadinessStep, StepReading>;
	/** How many of those that are asked for and can be seen are done. */
	done: number;
	of: number;
}

export function readinessGap({ field, attribute }: DraftGap): ReadinessGap {
	return { field, name: attribute?.name ?? null };
}

/** Language without region: what a platform of one country says is understood in another that speaks so. */
export function primaryLanguage(tag: string): string {
	return tag.split('-')[0]?.toLowerCase() ?? '';
}

function step(state: StepState, reason: StepReason | null = null, more: Partial<StepReading> = {}): StepReading {
	return { state, reason, gaps: [], words: [], papers: [], facts: [], ...more };
}

const DONE = step('done');
const NOT_ASKED = step('notAsked');
const HIDDEN = step('hidden');

/** How far a SKU is from being sold in a store. Pure; what no fact tells is not known, and never done. */
export function readinessOf(sku: SkuReadiness, store: StoreReadiness, placed: PlacedReadiness | null): Readiness {
	const steps: Readiness['steps'] = {
		language: languageStep(sku, store, placed),
		attributes: attributesStep(placed),
		identifier: identifierStep(sku, placed),
		compliance: complianceStep(store),
		customs: customsStep(sku, store),
		price: priceStep(sku, placed),
		stock: stockStep(sku, placed),
	};
	const asked = Object.values(steps).filter(({ state }) => state !== 'notAsked' && state !== 'hidden');
	return { steps, done: asked.filter(({ state }) => state === 'done').length, of: asked.length };
}

function lacking(placed: PlacedReadiness | null, fields: readonly DraftField[]): ReadinessGap[] {
	return (placed?.gaps ?? []).filter(({ field }) => fields.includes(field));
}

function languageStep(sku: SkuReadiness, store: StoreReadiness, placed: PlacedReadiness | null): StepReading {
	if (!placed) return sku.languages.includes(primaryLanguage(store.language)) ? DONE : step('missing', 'noText');
	if (placed.text === 'machine') return step('missing', 'machineText');
	// With rules they alone say which texts are asked for: a copied product needs none.
	if (placed.gaps === null) return placed.text === 'told' ? DONE : step('missing', 'noText');
	if (lacking(placed, ['title', 'description']).length === 0) return DONE;
	return step('missing', placed.text === 'told' ? 'textGaps' : 'noText');
}

function attributesStep(placed: PlacedReadiness | null): StepReading {
	if (!placed) return step('unknown', 'noCategory');
	if (placed.kind === 'blocked') return step('missing', 'platformSays', { words: placed.issues });
	if (!placed.hasCategory || lacking(placed, ['category']).length > 0) return step('unknown', 'noCategory');
	if (placed.gaps === null) return step('unknown', 'rulesNotRead');
	const gaps = lacking(placed, ['product', 'attribute', 'images', 'sellerSku']);
	if (gaps.length === 0) return DONE;
	return step('missing', 'attributeGaps', { gaps });
}

function identifierStep(sku: SkuReadiness, placed: PlacedReadiness | null): StepReading {
	const isKnown = placed?.kind === 'draft' ? placed.gtin : sku.gtin || placed?.gtin === true;
	if (placed?.kind === 'draft' && placed.gaps !== null) {
		if (lacking(placed, ['gtin']).length > 0) return step('missing', 'noGtin');
		return isKnown ? DONE : NOT_ASKED;
	}
	return isKnown ? DONE : step('unknown', 'gtinPerhaps');
}

function complianceStep({ papers }: StoreReadiness): StepReading {
	if (papers === 'hidden') return HIDDEN;
	if (papers === 'noCompany') return step('unknown', 'noCompany');
	if (papers.length === 0) return NOT_ASKED;
	const lack = papers.filter(({ standing }) => standing !== 'held' && standing !== 'ending');
	if (lack.length === 0) return step('done', null, { papers: papers.filter(({ standing }) => standing === 'ending') });
	return lack.some(({ certain }) => certain)
		? step('missing', 'papersLack', { papers: lack })
		: step('unknown', 'wayNotTold', { papers: lack });
}

function customsStep({ lacks }: SkuReadiness, { crossesBorder }: StoreReadiness): StepReading {
	if (!crossesBorder) return NOT_ASKED;
	return lacks.length === 0 ? DONE : step('missing', 'noFacts', { facts: lacks });
}

function priceStep({ cost }: SkuReadiness, placed: PlacedReadiness | null): StepReading {
	if (cost === 'hidden' || placed?.price === 'hidden') return HIDDEN;
	if (cost === 'notKnown') return step('missing', 'noCost');
	switch (placed?.price) {
		case 'kept':
			return DONE;
		case 'below':
			return step('missing', 'belowFloor');
		case 'noRate':
			return step('unknown', 'noRate');
		case 'missing':
		case undefined:
			return step('missing', 'noPrice');
	}
}

function stockStep({ stock }: SkuReadiness, placed: PlacedReadiness | null): StepReading {
	if (placed?.stock === true || stock === 'some') return DONE;
	return stock === 'none' ? step('missing', 'noStock') : step('unknown', 'stockNotTold');
}

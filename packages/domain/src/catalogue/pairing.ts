import { foldGtin } from './gtin.ts';
import { readSellerCode, type SellerCode } from './seller-code.ts';
import { likeness, readTitle, telling, type TitleWords } from './title.ts';
import { readTraits, type Traits } from './traits.ts';

/** What pairing looks at in a listing. */
export interface PairingFacts {
	storeId: string;
	/** The platform's id of the product whose variants stand together. */
	externalListingId: string;
	sellerSku: string | null;
	/** As the platform tells them; what is no trade item number is passed over. */
	gtins: readonly string[];
	title: string;
	variant: string | null;
	/** Of the store's buyers, e.g. `pt`. */
	language: string;
	/** The platform's own key of a product that it knows in several stores; null where it tells none. */
	originKey: string | null;
}

export const PAIRING_REASONS = [
	'gtinSame',
	'gtinDiffers',
	'codeSame',
	'codeAlike',
	'codeDiffers',
	'codeOfSister',
	'originSame',
	'sistersPaired',
	'titleSame',
	'titleAlike',
	'titleUnlike',
	'variantSame',
	'variantUnstated',
	'modelSame',
	'packDiffers',
	'packUnstated',
	'colourDiffers',
	'sizeDiffers',
	'measureDiffers',
	'modelDiffers',
	'severalFit',
] as const;
export type PairingReason = (typeof PAIRING_REASONS)[number];

/** Facts, read once. */
export interface PairingProfile {
	storeId: string;
	externalListingId: string;
	gtins: ReadonlySet<string>;
	code: SellerCode;
	words: TitleWords;
	variantWords: string;
	traits: Traits;
	language: string;
	originKey: string | null;
}

export interface PairingCandidate {
	skuId: string;
	/** Sisters of the listing are paired with sisters of this SKU: only which variant it is remains open. */
	ofSisters?: boolean;
	members: readonly PairingProfile[];
}

export interface PairingMatch {
	skuId: string;
	/** From 0 to 1. */
	confidence: number;
	reasons: PairingReason[];
}

/** `automatic`: the first match is paired. `queue`: a person decides among the matches. `none`: nothing we hold looks like it. */
export interface PairingVerdict {
	outcome: 'automatic' | 'queue' | 'none';
	/** Best first. */
	matches: PairingMatch[];
}

const AUTOMATIC = 0.9;
const WORTH_A_LOOK = 0.2;
const MOST_MATCHES = 5;

/**
 * What each finding adds. The sum goes through the logistic function, so that one strong key without a word against it is enough and two that
 * contradict each other are not. Set by hand on the generator's seeds 1 to 3; the proof counts on another.
 */
const WEIGHTS: Readonly<Record<PairingReason, number>> = {
	gtinSame: 7.5,
	gtinDiffers: -3,
	codeSame: 8.8,
	codeAlike: 6.5,
	codeDiffers: -1,
	codeOfSister: -4.5,
	originSame: 8,
	sistersPaired: 7.2,
	titleSame: 3,
	titleAlike: 2,
	titleUnlike: -4,
	variantSame: 1,
	variantUnstated: -1.5,
	modelSame: 5.5,
	packDiffers: -4,
	packUnstated: -1.5,
	colourDiffers: -4,
	sizeDiffers: -4,
	measureDiffers: -3,
	modelDiffers: -3,
	severalFit: 0,
};
const START = -5;
/** With one of these a person decides, whatever else is the same. */
const NEVER_ALONE: ReadonlySet<PairingReason> = new Set([
	'packDiffers',
	'packUnstated',
	'colourDiffers',
	'sizeDiffers',
	'measureDiffers',
	'modelDiffers',
	'titleUnlike',
]);

/** Pure. */
export function profileOf(facts: PairingFacts): PairingProfile {
	return {
		storeId: facts.storeId,
		externalListingId: facts.externalListingId,
		gtins: new Set(facts.gtins.flatMap((gtin) => foldGtin(gtin) ?? [])),
		code: readSellerCode(facts.sellerSku),
		words: readTitle(facts.title),
		variantWords: [...readTitle(facts.variant ?? '').keys()].sort().join(' '),
		traits: readTraits(facts.title, facts.variant),
		language: facts.language,
		originKey: facts.originKey,
	};
}

/** Under these keys two listings find each other; who shares none is never compared. At most a dozen a listing. */
export function pairingKeys({ gtins, code, words, traits, originKey }: PairingProfile): string[] {
	const keys = [...gtins].slice(0, 4).map((gtin) => `g:${gtin}`);
	if (code.core !== null) keys.push(`c:${code.core}`, ...code.alike.map((other) => `c:${other}`));
	if (originKey !== null) keys.push(`o:${originKey}`);
	for (const model of [...traits.models].slice(0, 2)) if (model.length >= 5) keys.push(`m:${model}`);
	const [a, b, c, d] = telling(words);
	if (a !== undefined && b !== undefined) keys.push(`t:${a} ${b}`);
	if (a !== undefined && c !== undefined) keys.push(`t:${a} ${c}`);
	if (b !== undefined && c !== undefined) keys.push(`t:${b} ${c}`);
	if (c !== undefined && d !== undefined) keys.push(`t:${c} ${d}`);
	return keys;
}

/** What speaks for and against two listings being one SKU. Pure and symmetric. */
export function compareListings(a: PairingProfile, b: PairingProfile): PairingReason[] {
	const reasons: PairingReason[] = [];
	if (a.gtins.size > 0 && b.gtins.size > 0) reasons.push(meet(a.gtins, b.gtins) ? 'gtinSame' : 'gtinDiffers');
	if (a.originKey !== null && a.originKey === b.originKey) reasons.push('originSame');
	const code = compareCodes(a.code, b.code);
	if (code !== null) reasons.push(code);
	const alike = likeness(a.words, b.words);
	if (alike >= 0.8) reasons.push('titleSame');
	else if (alike >= 0.5) reasons.push('titleAlike');
	else if (alike < 0.15 && a.language === b.language) reasons.push('titleUnlike');
	reasons.push(...compareTraits(a, b));
	return reasons;
}

/**
 * Decides where a listing belongs. Variants that stand together in one product of one store are never one SKU, and packs, colours and sizes
 * that both sides state differently are never paired without a person.
 */
export function judgeListing(listing: PairingProfile, candidates: readonly PairingCandidate[]): PairingVerdict {
	const matches = candidates
		.flatMap(({ skuId, members, ofSisters }) => {
			if (members.some((member) => areSiblings(member, listing))) return [];
			const all = members.map((member) => compareListings(listing, member)).sort((a, b) => sum(b) - sum(a));
			const [best] = all;
			if (best === undefined) return [];
			// A word against it from any of the SKU's listings counts.
			const against = all.flat().filter((reason) => NEVER_ALONE.has(reason) && reason !== 'titleUnlike' && reason !== 'packUnstated');
			const reasons = [...new Set([...best, ...against])];
			if (ofSisters === true && all.some((found) => found.includes('variantSame'))) reasons.push('sistersPaired');
			const match = { skuId, reasons, confidence: 1 / (1 + Math.exp(-sum(reasons))) };
			// What may not be paired without a person never looks as if it might.
			return [isSure(match) ? match : { ...match, confidence: Math.min(match.confidence, AUTOMATIC - 0.01) }];
		})
		.filter(({ confidence, reasons }) => confidence >= WORTH_A_LOOK || reasons.includes('gtinSame') || reasons.includes('codeSame'))
		.sort((a, b) => b.confidence - a.confidence || (a.skuId < b.skuId ? -1 : 1))
		.slice(0, MOST_MATCHES);
	const [first, second] = matches;
	if (first === undefined) return { outcome: 'none', matches };
	if (!isSure(first)) return { outcome: 'queue', matches };
	if (second !== undefined && isSure(second) && !areOne(candidates, first.skuId, second.skuId)) {
		return { outcome: 'queue', matches: matches.map((match) => ({ ...match, reasons: [...match.reasons, 'severalFit'] })) };
	}
	return { outcome: 'automatic', matches };
}

function isSure({ confidence, reasons }: PairingMatch): boolean {
	if (confidence < AUTOMATIC || reasons.some((reason) => NEVER_ALONE.has(reason))) return false;
	if (reasons.includes('codeOfSister') && !reasons.includes('sistersPaired')) return false;
	// Where the key is the product's, the variant has to be told by something else.
	return reasons.some((reason) => reason === 'gtinSame' || reason === 'codeSame' || reason === 'codeAlike' || reason === 'variantSame');
}

/** Two SKUs that were founded for one product: whichever is taken, a person can join them later. */
function areOne(candidates: readonly PairingCandidate[], a: string, b: string): boolean {
	const [one, other] = [a, b].map((skuId) => candidates.find((candidate) => candidate.skuId === skuId)?.members ?? []);
	const reasons = (one ?? []).flatMap((member) => (other ?? []).map((sister) => compareListings(member, sister)));
	const speaks = reasons.some((found) => found.some((reason) => reason === 'gtinSame' || reason === 'codeSame' || reason === 'titleSame'));
	return speaks && !reasons.flat().some((reason) => NEVER_ALONE.has(reason));
}

function sum(reasons: readonly PairingReason[]): number {
	return reasons.reduce((total, reason) => total + WEIGHTS[reason], START);
}

function areSiblings(a: PairingProfile, b: PairingProfile): boolean {
	return a.storeId === b.storeId && a.externalListingId === b.externalListingId;
}

function compareCodes(a: SellerCode, b: SellerCode): PairingReason | null {
	if (a.core === null || b.core === null) return null;
	if (a.core === b.core) return a.distinctive ? 'codeSame' : 'codeAlike';
	if (a.alike.includes(b.core) || b.alike.includes(a.core)) return 'codeAlike';
	return areCodesOfSisters(a.core, b.core) ? 'codeOfSister' : 'codeDiffers';
}

/** Codes that differ only in their last letters are how sellers tell variants apart. */
function areCodesOfSisters(a: string, b: string): boolean {
	let alike = 0;
	while (alike < a.length && a[alike] === b[alike]) alike++;
	return alike >= 5 && alike >= 0.6 * Math.max(a.length, b.length);
}

function compareTraits(a: PairingProfile, b: PairingProfile): PairingReason[] {
	const reasons: PairingReason[] = [];
	const [x, y] = [a.traits, b.traits];
	let same = a.variantWords !== '' && a.variantWords === b.variantWords;
	if (x.pack !== null && y.pack !== null) {
		if (x.pack === y.pack) same = true;
		else reasons.push('packDiffers');
	} else if ((x.pack ?? 1) !== (y.pack ?? 1)) reasons.push('packUnstated');
	if (x.colours.size > 0 && y.colours.size > 0) {
		if (meet(x.colours, y.colours)) same = true;
		else reasons.push('colourDiffers');
	}
	if (x.sizes.size > 0 && y.sizes.size > 0) {
		if (meet(x.sizes, y.sizes)) same = true;
		else reasons.push('sizeDiffers');
	}
	for (const [unit, values] of x.measures) {
		const others = y.measures.get(unit);
		if (others === undefined) continue;
		if (meet(values, others)) same = true;
		else if (!reasons.includes('measureDiffers')) reasons.push('measureDiffers');
	}
	if (x.models.size > 0 && y.models.size > 0) reasons.push(meet(x.models, y.models) ? 'modelSame' : 'modelDiffers');
	if (speaksOfVariant(x) !== speaksOfVariant(y) || (!same && speaksOfVariant(x) && !reasons.some((reason) => NEVER_ALONE.has(reason))))
		reasons.push('variantUnstated');
	if (same) reasons.push('variantSame');
	return reasons;
}

function speaksOfVariant({ pack, colours, sizes, measures }: Traits): boolean {
	return pack !== null || colours.size > 0 || sizes.size > 0 || measures.size > 0;
}

function meet<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
	for (const value of a) if (b.has(value)) return true;
	return false;
}

import { formatDecimal, isCurrency, type Money, MoneyError, parseMoney } from '../money.ts';
import type { Listing } from './listing.ts';

/** What of a listing that is on sale can be changed. */
export const OFFER_FIELDS = ['title', 'price', 'stock'] as const;
export type OfferField = (typeof OFFER_FIELDS)[number];

/**
 * Why a title, a price or a stock is not changed from here. `titleAfterSales`: the platform keeps the title of what has been sold. `platformTitle`:
 * the platform makes the title itself. `platformPrice`: the platform alone sets what buyers pay. `platformStock`: the platform's
 * warehouse keeps it, or the platform tells none. `sharedStock`: it counts in other stores as well. `severalWarehouses`: it lies in more than one
 * place, and a sum does not say where. `onePriceForAll`: all variants have one price. `notOnSale`: the platform takes it of what is on sale only.
 * `untold`: the platform does not tell what it is now.
 */
export const OFFER_OBSTACLES = [
	'notServed',
	'titleAfterSales',
	'platformTitle',
	'platformPrice',
	'platformStock',
	'sharedStock',
	'severalWarehouses',
	'onePriceForAll',
	'notOnSale',
	'untold',
] as const;
export type OfferObstacle = (typeof OFFER_OBSTACLES)[number];

/** What of a listing decides what can be changed of it, as the mirror has it. */
export type OfferFacts = Pick<Listing, 'externalVariantId' | 'state' | 'rawStatus' | 'price' | 'received' | 'stock'> & {
	/** Pieces sold in thirty days; nothing where nobody has counted. */
	sold?: number;
};

/** What a platform takes for a title. */
export interface TitleTerms {
	/** In characters. `most` null: as many as the category takes, which the mirror does not tell. */
	least: number;
	most: number | null;
	/** Whether a product's variants have one title, or each its own. */
	of: 'product' | 'variant';
	/** Whether the platform looks at a new title first, while buyers see the old one. */
	reviewed: boolean;
}

/** What a platform takes for a listing; null: it takes it. */
export interface OfferTerms {
	title: OfferObstacle | null;
	price: OfferObstacle | null;
	stock: OfferObstacle | null;
	/** What the price means: what the buyer pays, or what is left to the seller, on which the platform adds fees and freight. */
	pricing: 'paid' | 'received';
	titles: TitleTerms;
}

/** Nothing can be changed. */
export const NO_OFFERS: OfferTerms = {
	title: 'notServed',
	price: 'notServed',
	stock: 'notServed',
	pricing: 'paid',
	titles: { least: 1, most: null, of: 'product', reviewed: false },
};

/** The price that is changed: what buyers pay, or what is left. Null where the platform does not tell it. */
export function changeablePrice({ price, received }: Pick<OfferFacts, 'price' | 'received'>, { pricing }: OfferTerms): Money | null {
	return (pricing === 'received' ? received : price) ?? null;
}

/** Why a change is not sent, beside the obstacles. */
export const OFFER_REFUSALS = [
	...OFFER_OBSTACLES,
	'same',
	'wrongCurrency',
	'noAmount',
	'noWholeNumber',
	'noTitle',
	'titleTooShort',
	'titleTooLong',
	'severalTitles',
	'belowFloor',
	'underWay',
	'reconnect',
	'writesStopped',
	'changedSince',
	'notFound',
] as const;
export type OfferRefusal = (typeof OFFER_REFUSALS)[number];

/** What a person should look at twice; it does not stop a change. */
export const OFFER_WARNINGS = ['bigChange', 'soldOut', 'allVariants', 'reviewed'] as const;
export type OfferWarning = (typeof OFFER_WARNINGS)[number];

/** A price that moves by more than so many percent is probably a slip. */
export const BIG_CHANGE_PERCENT = 30n;
/** As many pieces as any of the platforms takes. */
export const MOST_STOCK = 999_999;

export interface OfferVerdict {
	/** The words of a title, minor units of a price, pieces of a stock; null where it is none. */
	shall: string | null;
	refusal: OfferRefusal | null;
	/** What the refusal stands on: a least amount, a currency. */
	bound: string | null;
	warnings: OfferWarning[];
}

/**
 * Whether a price may be sent.
 * @param asked decimal text in major units
 * @param was what it is now
 * @param floor what a unit costs, landed, in the same currency; null where that is not known
 */
export function judgePrice(
	asked: { amount: string; currency: string },
	{ was, floor, obstacle }: { was: Money | null; floor: Money | null; obstacle: OfferObstacle | null },
): OfferVerdict {
	const no = (refusal: OfferRefusal, bound: string | null = null, shall: bigint | null = null): OfferVerdict => ({
		shall: shall === null ? null : String(shall),
		refusal,
		bound,
		warnings: [],
	});
	if (obstacle !== null) return no(obstacle);
	if (was === null) return no('untold');
	if (asked.currency !== was.currency) return no('wrongCurrency', was.currency);
	const amount = amountOf(asked);
	if (amount === null || amount <= 0n) return no('noAmount');
	if (amount === was.amountMinor) return no('same', null, amount);
	if (floor?.currency === was.currency && amount < floor.amountMinor) return no('belowFloor', formatDecimal(floor), amount);
	const moved = amount > was.amountMinor ? amount - was.amountMinor : was.amountMinor - amount;
	const isBig = moved * 100n > was.amountMinor * BIG_CHANGE_PERCENT;
	return { shall: String(amount), refusal: null, bound: null, warnings: isBig ? ['bigChange'] : [] };
}

/** Whether a stock may be sent. */
export function judgeStock(asked: number, { was, obstacle }: { was: number | null; obstacle: OfferObstacle | null }): OfferVerdict {
	const no = (refusal: OfferRefusal): OfferVerdict => ({ shall: null, refusal, bound: null, warnings: [] });
	if (obstacle !== null) return no(obstacle);
	if (was === null) return no('untold');
	if (!Number.isSafeInteger(asked) || asked < 0 || asked > MOST_STOCK) return no('noWholeNumber');
	if (asked === was) return { ...no('same'), shall: String(asked) };
	return { shall: String(asked), refusal: null, bound: null, warnings: asked === 0 ? ['soldOut'] : [] };
}

/** A title as it is sent and compared: in one line, without marks that nobody sees. */
export function plainTitle(text: string): string {
	return text
		.normalize('NFC')
		.replace(/[\u200b\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
		.replace(/[\s\p{Cc}]+/gu, ' ')
		.trim();
}

/**
 * Whether a title may be sent.
 * @param isOneOfSeveral whether the product has variants beside this one
 */
export function judgeTitle(
	asked: string,
	{ was, obstacle, titles, isOneOfSeveral }: { was: string; obstacle: OfferObstacle | null; titles: TitleTerms; isOneOfSeveral: boolean },
): OfferVerdict {
	const shall = plainTitle(asked);
	const no = (refusal: OfferRefusal, bound: number | null = null): OfferVerdict => ({
		shall: shall === '' ? null : shall,
		refusal,
		bound: bound === null ? null : String(bound),
		warnings: [],
	});
	if (obstacle !== null) return no(obstacle);
	const length = Array.from(shall).length;
	if (length === 0) return no('noTitle');
	if (shall === plainTitle(was)) return no('same');
	if (length < titles.least) return no('titleTooShort', titles.least);
	if (titles.most !== null && length > titles.most) return no('titleTooLong', titles.most);
	const warnings: OfferWarning[] = [];
	if (isOneOfSeveral && titles.of === 'product') warnings.push('allVariants');
	if (titles.reviewed) warnings.push('reviewed');
	return { shall, refusal: null, bound: null, warnings };
}

function amountOf({ amount, currency }: { amount: string; currency: string }): bigint | null {
	if (!isCurrency(currency)) return null;
	try {
		return parseMoney(amount, currency).amountMinor;
	} catch (error) {
		if (!(error instanceof MoneyError)) throw error;
		return null;
	}
}

/**
 * `queued`, `sending`: on its way. `accepted`: the platform took it and does not show it yet. `applied`: the platform shows it. `refused`: it says no.
 * `failed`: it could not be handed over, or was taken and never shown. `undone`: applied, and taken back by a later change.
 */
export const OFFER_CHANGE_STATES = ['queued', 'sending', 'accepted', 'applied', 'refused', 'failed', 'undone'] as const;
export type OfferChangeState = (typeof OFFER_CHANGE_STATES)[number];

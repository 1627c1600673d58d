import { foldGtin } from './gtin.ts';
import type { Listing } from './listing.ts';
import { formatDecimal } from '../money.ts';

/** What a machine that compares offers looks for first, in schema.org's sense. */
export const MACHINE_FIELDS = ['name', 'gtin', 'sku', 'image', 'price', 'availability', 'url', 'rating'] as const;
export type MachineField = (typeof MACHINE_FIELDS)[number];

/** `wrong`: told, and no machine can use it. `hidden`: the member does not see it. `untold`: the platform tells it to nobody. */
export type MachineFieldState = 'told' | 'missing' | 'wrong' | 'hidden' | 'untold';

/** A listing as its mirror knows it, with the place in which it is sold. */
export interface MachineFacts
	extends Pick<Listing, 'title' | 'variant' | 'gtins' | 'sellerSku' | 'state' | 'price' | 'stock' | 'imageUrl' | 'url'> {
	seller: string;
	/** ISO 3166; null where the site stands for no country. */
	country: string | null;
	/** Null where nobody has rated it or the platform tells no stars. */
	rating: { average: number; ratings: number } | null;
	/** What the platform never tells of any listing, and what the member does not see. */
	untold: readonly MachineField[];
	hidden: readonly MachineField[];
}

export interface MachineReading {
	fields: Record<MachineField, MachineFieldState>;
	/** How many of those that can be told are. */
	told: number;
	of: number;
	/** A schema.org Product with one Offer. Source: https://schema.org/Product, https://schema.org/Offer */
	product: Record<string, unknown>;
}

/** How well a machine can read an offer, and the offer as schema.org has it. */
export function readAsMachine(facts: MachineFacts): MachineReading {
	const gtin = facts.gtins.map(foldGtin).find((one) => one !== null) ?? null;
	const known: Record<MachineField, MachineFieldState> = {
		name: stateOf(facts.title.trim() !== ''),
		gtin: gtin === null && facts.gtins.length > 0 ? 'wrong' : stateOf(gtin !== null),
		sku: stateOf(facts.sellerSku !== null),
		image: stateOf(isSecure(facts.imageUrl)),
		price: stateOf(facts.price !== null),
		availability: stateOf(availabilityOf(facts) !== null),
		url: stateOf(isSecure(facts.url)),
		rating: stateOf(facts.rating !== null),
	};
	for (const field of facts.hidden) known[field] = 'hidden';
	for (const field of facts.untold) if (known[field] === 'missing') known[field] = 'untold';
	const states = Object.values(known);
	return {
		fields: known,
		told: states.filter((state) => state === 'told').length,
		of: states.filter((state) => state !== 'hidden' && state !== 'untold').length,
		product: productOf(facts, gtin),
	};
}

function stateOf(told: boolean): MachineFieldState {
	return told ? 'told' : 'missing';
}

function isSecure(url: string | null): boolean {
	return url !== null && URL.canParse(url) && new URL(url).protocol === 'https:';
}

function availabilityOf({ state, stock }: MachineFacts): string | null {
	if (state === 'live') return stock === 0 ? 'OutOfStock' : 'InStock';
	return state === 'unknown' ? null : 'OutOfStock';
}

function productOf(facts: MachineFacts, gtin: string | null): Record<string, unknown> {
	const availability = availabilityOf(facts);
	const { price, rating } = facts;
	return withoutNull({
		'@context': 'https://schema.org',
		'@type': 'Product',
		name: [facts.title, facts.variant].filter((part) => part !== null && part !== '').join(' · '),
		sku: facts.sellerSku,
		gtin,
		image: isSecure(facts.imageUrl) ? facts.imageUrl : null,
		offers: withoutNull({
			'@type': 'Offer',
			url: isSecure(facts.url) ? facts.url : null,
			price: price && formatDecimal(price),
			priceCurrency: price && price.currency,
			availability: availability && `https://schema.org/${availability}`,
			eligibleRegion: facts.country && { '@type': 'Country', name: facts.country },
			seller: { '@type': 'Organization', name: facts.seller },
		}),
		aggregateRating: rating && {
			'@type': 'AggregateRating',
			ratingValue: rating.average,
			ratingCount: rating.ratings,
			bestRating: 5,
			worstRating: 1,
		},
	});
}

function withoutNull(fields: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** As it may stand inside an HTML page's script element: no title can end the element. */
export function writeJsonLd(product: unknown): string {
	return JSON.stringify(product, null, 2).replaceAll('<', '\\u003c');
}

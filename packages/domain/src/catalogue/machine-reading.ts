import { foldGtin } from './gtin.ts';
import type { Listing } from './listing.ts';
import type { MasterData } from './master-data.ts';
import { formatDecimal } from '../money.ts';

/** What a machine that compares offers looks for first, in schema.org's sense. */
export const MACHINE_FIELDS = ['name', 'gtin', 'sku', 'image', 'price', 'availability', 'url', 'rating'] as const;
export type MachineField = (typeof MACHINE_FIELDS)[number];

/** `wrong`: told, and no machine can use it. `hidden`: the member does not see it. `untold`: the platform tells it to nobody. */
export type MachineFieldState = 'told' | 'missing' | 'wrong' | 'hidden' | 'untold';

/** What of a product the seller's own master data say, where the listing does not. `parcel`: its packed weight and size. */
export const MACHINE_OWN = ['gtin', 'brand', 'material', 'parcel'] as const;
export type MachineOwn = (typeof MACHINE_OWN)[number];

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
	/** What people say of the SKU; null for a listing that is none. */
	own: Pick<MasterData, 'gtins' | 'brand' | 'materials' | 'weight' | 'length' | 'width' | 'height'> | null;
}

export interface MachineReading {
	fields: Record<MachineField, MachineFieldState>;
	/** How many of those that can be told are. Counts what the listing tells alone: only that is read at the platform. */
	told: number;
	of: number;
	/** What of `product` no listing tells. */
	ours: MachineOwn[];
	/** The listing's own number, else that of the master data; fourteen digits. */
	gtin: string | null;
	/** schema.org's word; null where the platform did not say. */
	availability: 'InStock' | 'OutOfStock' | null;
	/** A schema.org Product with one Offer. Source: https://schema.org/Product, https://schema.org/Offer */
	product: Record<string, unknown>;
}

/** How well a machine can read an offer, and the offer as schema.org has it. */
export function readAsMachine(facts: MachineFacts): MachineReading {
	const gtin = facts.gtins.map(foldGtin).find((one) => one !== null) ?? null;
	const own = gtin ?? facts.own?.gtins[0] ?? null;
	const availability = availabilityOf(facts);
	const known: Record<MachineField, MachineFieldState> = {
		name: stateOf(facts.title.trim() !== ''),
		gtin: gtin === null && facts.gtins.length > 0 ? 'wrong' : stateOf(gtin !== null),
		sku: stateOf(facts.sellerSku !== null),
		image: stateOf(isSecure(facts.imageUrl)),
		price: stateOf(facts.price !== null),
		availability: stateOf(availability !== null),
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
		ours: oursOf(facts, gtin),
		gtin: own,
		availability,
		product: productOf(facts, own, availability),
	};
}

function stateOf(told: boolean): MachineFieldState {
	return told ? 'told' : 'missing';
}

function oursOf({ own }: MachineFacts, listed: string | null): MachineOwn[] {
	if (own === null) return [];
	const said: Record<MachineOwn, boolean> = {
		gtin: listed === null && own.gtins.length > 0,
		brand: own.brand !== null,
		material: own.materials !== null,
		parcel: parcelOf(own) !== null,
	};
	return MACHINE_OWN.filter((part) => said[part]);
}

/** Whether an address is one under which a machine finds something, safely. */
export function isSecure(url: string | null): boolean {
	return url !== null && URL.canParse(url) && new URL(url).protocol === 'https:';
}

function availabilityOf({ state, stock }: MachineFacts): MachineReading['availability'] {
	if (state === 'live') return stock === 0 ? 'OutOfStock' : 'InStock';
	return state === 'unknown' ? null : 'OutOfStock';
}

/** The name under which machines know an offer. */
export function offerName({ title, variant }: Pick<Listing, 'title' | 'variant'>): string {
	return [title, variant].filter((part) => part !== null && part !== '').join(' · ');
}

function productOf(facts: MachineFacts, gtin: string | null, availability: MachineReading['availability']): Record<string, unknown> {
	const { price, rating, own } = facts;
	return withoutNull({
		'@context': 'https://schema.org',
		'@type': 'Product',
		name: offerName(facts),
		brand: own && own.brand !== null ? { '@type': 'Brand', name: own.brand } : null,
		sku: facts.sellerSku,
		gtin,
		material: own && own.materials,
		image: isSecure(facts.imageUrl) ? facts.imageUrl : null,
		offers: withoutNull({
			'@type': 'Offer',
			url: isSecure(facts.url) ? facts.url : null,
			price: price && formatDecimal(price),
			priceCurrency: price && price.currency,
			availability: availability && `https://schema.org/${availability}`,
			eligibleRegion: facts.country && { '@type': 'Country', name: facts.country },
			seller: { '@type': 'Organization', name: facts.seller },
			shippingDetails: own && parcelOf(own),
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

/** As a unit is packed, in units of UN/CEFACT. Source: https://schema.org/OfferShippingDetails */
function parcelOf({ weight, length, width, height }: NonNullable<MachineFacts['own']>): Record<string, unknown> | null {
	const measured = (value: number | null, unitCode: 'GRM' | 'MMT') => value && { '@type': 'QuantitativeValue', value, unitCode };
	const parcel = withoutNull({
		weight: measured(weight, 'GRM'),
		depth: measured(length, 'MMT'),
		width: measured(width, 'MMT'),
		height: measured(height, 'MMT'),
	});
	return Object.keys(parcel).length === 0 ? null : { '@type': 'OfferShippingDetails', ...parcel };
}

function withoutNull(fields: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** As it may stand inside an HTML page's script element: no title can end the element. */
export function writeJsonLd(product: unknown): string {
	return JSON.stringify(product, null, 2).replaceAll('<', '\\u003c');
}

import { formatDecimal } from '../money.ts';
import { PLATFORMS, type PlatformId } from '../platform.ts';
import { shortGtin } from './gtin.ts';
import { isSecure, MACHINE_FIELDS, type MachineFacts, type MachineField, offerName, readAsMachine } from './machine-reading.ts';

/** A listing that can be bought, with what a shopping feed asks beyond what machines read. */
export interface FeedFacts extends Omit<MachineFacts, 'hidden'> {
	externalListingId: string;
	/** Empty where the product has no variants. */
	externalVariantId: string;
	/** Whether other variants of its product can be bought too. */
	hasSisters: boolean;
}

/**
 * A line of a shopping feed; null is what nobody tells.
 * Source: Google's product data specification, https://support.google.com/merchants/answer/7052112
 */
export interface FeedLine {
	id: string;
	title: string;
	link: string | null;
	image_link: string | null;
	availability: 'in_stock' | 'out_of_stock' | null;
	/** `12.34 EUR` */
	price: string | null;
	brand: string | null;
	gtin: string | null;
	gtin_from: 'listing' | 'master data' | null;
	item_group_id: string | null;
	material: string | null;
	shipping_weight: string | null;
	shipping_length: string | null;
	shipping_width: string | null;
	shipping_height: string | null;
	shipping_country: string | null;
	/** How many of the fields that can be told a machine can read; whoever asks, a price that is told counts. */
	machine_told: number;
	machine_of: number;
	/** Those that it cannot. */
	machine_lacks: string | null;
}

/** Pure. */
export function feedLineOf(facts: FeedFacts): FeedLine {
	const { price, own, country, externalListingId, externalVariantId } = facts;
	const { fields, told, of, ours, gtin, availability } = readAsMachine({ ...facts, hidden: [] });
	const lacks = MACHINE_FIELDS.filter((field) => fields[field] === 'missing' || fields[field] === 'wrong');
	return {
		id: [externalListingId, externalVariantId].filter((part) => part !== '').join('_'),
		title: offerName(facts),
		link: isSecure(facts.url) ? facts.url : null,
		image_link: isSecure(facts.imageUrl) ? facts.imageUrl : null,
		availability: availability && (availability === 'InStock' ? 'in_stock' : 'out_of_stock'),
		price: price && `${formatDecimal(price)} ${price.currency}`,
		brand: own?.brand ?? null,
		gtin: gtin && shortGtin(gtin),
		gtin_from: gtin === null ? null : ours.includes('gtin') ? 'master data' : 'listing',
		item_group_id: facts.hasSisters ? externalListingId : null,
		material: own?.materials ?? null,
		shipping_weight: own?.weight == null ? null : `${own.weight} g`,
		shipping_length: centimetres(own?.length),
		shipping_width: centimetres(own?.width),
		shipping_height: centimetres(own?.height),
		shipping_country: country,
		machine_told: told,
		machine_of: of,
		machine_lacks: lacks.length === 0 ? null : lacks.join(' '),
	};
}

/** Feeds take no millimetres. */
function centimetres(millimetres: number | null | undefined): string | null {
	return millimetres == null ? null : `${millimetres / 10} cm`;
}

/** What the columns of a feed stand on, for its manifest. @param untold what each platform tells of none of its listings */
export function feedNotes(platforms: readonly PlatformId[], untold: (platform: PlatformId) => readonly MachineField[]): string[] {
	return [
		"columns id to shipping_country are named as in Google's product data specification",
		'id: unique within one store',
		'description, condition, mpn: always empty, since no platform tells them to us',
		'brand, material, shipping_weight, shipping_length, shipping_width, shipping_height: from the master data of the SKU, empty where nobody stated them',
		'gtin: as the listing tells it where it is valid, else from the master data; gtin_from says which',
		'machine_told of machine_of: how many of title, gtin, seller code, picture, price, availability, page and rating the listing itself tells, of those that its platform can tell',
		...[...new Set(platforms)].toSorted().flatMap((platform) => {
			const never = untold(platform);
			if (never.length === 0) return [];
			const columns = never.map((field) => (field === 'url' ? 'link' : field));
			return [`${PLATFORMS[platform].name} never tells: ${columns.join(', ')}`];
		}),
	];
}

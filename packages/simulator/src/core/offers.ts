import { isTaken, priceOf, type Sku, skus, titleOf } from './catalogue.ts';
import { goods } from './goods.ts';
import { hash } from './random.ts';
import type { StoreSeed } from './stores.ts';

/** A variant as one store offers it. */
export interface Offer {
	sku: Sku;
	state: 'live' | 'blocked' | 'inactive';
	/** The seller's code as it was typed in this store: with marks, in other letters, or missing. */
	code: string | null;
	/** Missing or mistyped in some stores. */
	gtin: string | null;
	title: string;
	/** Somebody has named it through the API: then the title stands as it was given. */
	named?: true;
	/** Made on a product of the catalogue, of which its seller states nothing. */
	onlyOffer?: true;
	/** Minor units of the store's currency. */
	price: number;
	stock: number;
	createdAt: number;
	updatedAt: number;
}

const DAY = 86_400_000;
/** Of a hundred. */
const ABSENT = 14;
const BLOCKED = 5;
const INACTIVE = 4;
const EMPTY = 8;

/** What a store offers: most of the catalogue, with the slips of whoever typed it in. Pure. */
export function offersOf(seed: number, store: StoreSeed): Offer[] {
	const own = catalogueOffers(seed, store);
	return store.shelf === undefined ? own : [...own, ...shelfOf(seed, store, store.shelf)];
}

function catalogueOffers(seed: number, store: StoreSeed): Offer[] {
	return skus.flatMap((sku) => {
		const draw = (what: number): number => hash(seed, store.number, sku.number, what) % 100;
		if (!isTaken(sku, store) || draw(101) < ABSENT) return [];
		const state = draw(102);
		const createdAt = Date.UTC(2026, 0, 5) + (hash(seed, store.number, sku.goodNumber, 103) % 120) * DAY;
		return [
			{
				sku,
				state: state < BLOCKED ? 'blocked' : state < BLOCKED + INACTIVE ? 'inactive' : 'live',
				code: codeOf(sku, store, draw(104)),
				gtin: gtinOf(sku, draw(105)),
				title: draw(106) < 12 ? sku.good.titles.en : titleOf(sku, store),
				price: priceOf(seed, sku, store),
				stock: draw(107) < EMPTY ? 0 : 3 + (hash(seed, store.number, sku.number, 108) % 400),
				createdAt,
				updatedAt: createdAt + (hash(seed, store.number, sku.number, 109) % 90) * DAY,
			},
		];
	});
}

/** Variants to a product of a shelf. */
const A_PRODUCT = 4;
/** Further than the catalogue will ever reach. */
const FIRST_ON_SHELF = 10_000;

/** Goods of which the catalogue knows nothing: each told as it is, so that a store of any size can be read and compared. */
function shelfOf(seed: number, store: StoreSeed, count: number): Offer[] {
	return Array.from({ length: count }, (_, place) => {
		const product = Math.floor(place / A_PRODUCT);
		const good = goods[product % goods.length];
		if (good === undefined) throw new RangeError('There are no goods');
		const sku = {
			number: FIRST_ON_SHELF + place,
			goodNumber: FIRST_ON_SHELF + product,
			code: `SHELF-${place}`,
			good,
			variant: `No. ${place % A_PRODUCT}`,
		};
		const createdAt = Date.UTC(2026, 0, 5) + (hash(seed, store.number, product, 141) % 120) * DAY;
		return {
			sku,
			state: hash(seed, store.number, product, 142) % 100 < BLOCKED ? 'blocked' : 'live',
			code: sku.code,
			gtin: null,
			title: `${titleOf(sku, store)} ${product}`,
			price: priceOf(seed, sku, store),
			stock: hash(seed, store.number, place, 143) % 400,
			createdAt,
			updatedAt: createdAt,
		};
	});
}

function codeOf({ code }: Sku, store: StoreSeed, draw: number): string | null {
	if (draw < 6) return null;
	const written = draw < 20 ? code.toLowerCase().replaceAll('-', '_') : code;
	return store.number % 3 === 0 ? `${store.country}-${written}` : written;
}

function gtinOf({ number }: Sku, draw: number): string | null {
	if (draw < 35) return null;
	const gtin = barcodeOf(number);
	return draw < 40 ? `${gtin.slice(0, 12)}${(Number(gtin[12]) + 3) % 10}` : gtin;
}

/** What is printed on the goods: thirteen digits. @param number of the variant */
export function barcodeOf(number: number): string {
	const twelve = `69${String(20_000 + number).padStart(10, '0')}`;
	const sum = Array.from(twelve).reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
	return `${twelve}${(10 - (sum % 10)) % 10}`;
}

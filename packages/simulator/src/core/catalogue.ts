import { goods, type Good } from './goods.ts';
import { exponentOf } from './money.ts';
import { hash, type Random } from './random.ts';
import type { StoreSeed } from './stores.ts';

/** A sellable variant of the seller's master catalogue. */
export interface Sku {
	/** 0 based, the same in every store: the same goods sold in many countries. */
	number: number;
	/** The seller's own code. Some contain `/`, spaces or `+`, as sellers' codes do. */
	code: string;
	good: Good;
	goodNumber: number;
	variant: string;
}

export const skus: readonly Sku[] = goods
	.flatMap((good, goodNumber) => good.variants.map(([suffix, label]) => ({ good, goodNumber, suffix, label })))
	.map((v, number) => ({
		number,
		code: number % 17 === 5 ? `${v.good.code}/${v.suffix} +A` : `${v.good.code}-${v.suffix}`,
		good: v.good,
		goodNumber: v.goodNumber,
		variant: v.label,
	}));

/** The title in the language of the store's buyers, English where the seller never translated it. */
export function titleOf(sku: Sku, store: StoreSeed): string {
	return sku.good.titles[store.language] ?? sku.good.titles.en;
}

/** List price of one unit in minor units of the store's currency, ending the way shops end prices. */
export function priceOf(seed: number, sku: Sku, store: StoreSeed): number {
	const level = 0.92 + (hash(seed, store.number, sku.number, 11) / 4294967296) * 0.16;
	const cents = sku.good.cents * store.rate * level;
	const exponent = exponentOf(store.currency);
	if (exponent === 0) return Math.max(10, Math.round(cents / 10) * 10);
	if (cents > 10_000_000) return Math.round(cents / 1_000_00) * 1_000_00;
	return Math.max(99, Math.round(cents / 100) * 100 - 1);
}

/** The variant with the seller's code. Throws RangeError when there is none. */
export function findSku(code: string): Sku {
	const sku = skus.find((s) => s.code === code);
	if (sku === undefined) throw new RangeError(`No sku ${code} in the catalogue`);
	return sku;
}

/** A variant that sells well where the seller has tried it, and is offered nowhere else so far. */
const TRIED = { code: 'ORG-DRAWER-12P', platform: 'amazon', site: 'US' };

/** Whether a store has anything to do with a variant. */
export function isTaken({ code }: Sku, { platform, site }: StoreSeed): boolean {
	return code !== TRIED.code || (platform === TRIED.platform && site === TRIED.site);
}

/** A variant of a store by its share of sales: the first goods sell most. */
export function drawSku(random: Random, store: StoreSeed): Sku {
	for (let position = Math.floor(random.unit() ** 2.2 * skus.length); ; position--) {
		const sku = skus[position];
		if (sku === undefined) throw new RangeError('The catalogue is empty');
		if (isTaken(sku, store)) return sku;
	}
}

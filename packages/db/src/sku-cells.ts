import { ToldReader } from './told.ts';

/** The number of lines that name no SKU; SKUs have numbers from 1 on. */
export const NO_SKU = 0;
/** What ends a number in a text of pieces. */
export const SKU_END = ' ';

/** How many pieces of each of some SKUs were sold. */
export interface SkuPieces {
	/** Numbers of SKUs, each of them once. */
	skus: Int32Array;
	units: Int32Array | Float64Array;
}

/** By the number of a SKU; of one that has no place the store had no line. */
export type Pieces = (number | undefined)[];

/** Reads a text that tells each SKU's number and its pieces, one after the other. */
export function piecesIn(told: string): SkuPieces {
	const skus: number[] = [];
	const units: number[] = [];
	const reader = new ToldReader(told, SKU_END);
	while (reader.more) {
		skus.push(Number(reader.whole()));
		units.push(Number(reader.whole()));
	}
	const isSmall = units.every((count) => count === (count | 0));
	return { skus: Int32Array.from(skus), units: isSmall ? Int32Array.from(units) : Float64Array.from(units) };
}

/** Of two years there are millions of terms, so that no object is made for any. */
export function addPieces(pieces: Pieces, { skus, units }: SkuPieces): void {
	for (let n = 0; n < skus.length; n++) addTo(pieces, skus[n] ?? NO_SKU, units[n] ?? 0);
}

export function addTo(pieces: Pieces, sku: number, units: number): void {
	pieces[sku] = (pieces[sku] ?? 0) + units;
}

/** As a text like those that they were added up from. */
export function tellPieces(pieces: Pieces): string {
	return pieces.map((units, sku) => (units === undefined ? '' : `${sku}${SKU_END}${units}${SKU_END}`)).join('');
}

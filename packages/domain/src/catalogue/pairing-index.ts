import { judgeListing, type PairingProfile, type PairingVerdict, pairingKeys } from './pairing.ts';

/** A key that so many SKUs share tells nothing. */
export const MOST_SKUS_A_KEY = 40;
/** So many listings of a SKU stand for it. */
export const MOST_MEMBERS = 8;

/** SKUs in memory by the keys of their listings: the cost of a judgement does not grow with how many there are. */
export class PairingIndex {
	readonly #byKey = new Map<string, Set<string>>();
	readonly #members = new Map<string, PairingProfile[]>();
	readonly #byProduct = new Map<string, Set<string>>();

	/** Adds a listing to a SKU, which it founds where it is the first. */
	add(skuId: string, profile: PairingProfile): void {
		const members = this.#members.get(skuId);
		if (members === undefined) this.#members.set(skuId, [profile]);
		else if (members.length < MOST_MEMBERS) members.push(profile);
		for (const key of pairingKeys(profile)) addTo(this.#byKey, key, skuId);
		addTo(this.#byProduct, productOf(profile), skuId);
	}

	judge(profile: PairingProfile): PairingVerdict {
		const found = new Set<string>();
		for (const key of pairingKeys(profile)) {
			const skus = this.#byKey.get(key);
			if (skus === undefined || skus.size > MOST_SKUS_A_KEY) continue;
			for (const skuId of skus) found.add(skuId);
		}
		const sisters = this.#sisters(profile);
		return judgeListing(
			profile,
			[...new Set([...found, ...sisters])].map((skuId) => ({
				skuId,
				members: this.#members.get(skuId) ?? [],
				ofSisters: sisters.has(skuId),
			})),
		);
	}

	/** SKUs that stand somewhere in one product with a SKU with which a sister of the listing is paired. */
	#sisters(profile: PairingProfile): Set<string> {
		const sisters = new Set<string>();
		for (const paired of this.#byProduct.get(productOf(profile)) ?? [])
			for (const member of this.#members.get(paired) ?? [])
				for (const skuId of this.#byProduct.get(productOf(member)) ?? []) if (sisters.size < MOST_SKUS_A_KEY) sisters.add(skuId);
		return sisters;
	}
}

function productOf({ storeId, externalListingId }: PairingProfile): string {
	return `${storeId} ${externalListingId}`;
}

function addTo(sets: Map<string, Set<string>>, key: string, skuId: string): void {
	const skus = sets.get(key);
	if (skus === undefined) sets.set(key, new Set([skuId]));
	else if (skus.size <= MOST_SKUS_A_KEY) skus.add(skuId);
}

import type { Offer } from './offers.ts';

interface Change {
	price?: number;
	stock?: number;
	at: number;
	/** From when on it is shown. */
	shownAt: number;
}

/** Prices and stocks that somebody changed since the start; the world itself is a function of its seed and stays what it is. */
export class ChangedOffers {
	readonly #changes = new Map<string, Change[]>();

	/** The offer as it is shown now. */
	over(key: string, offer: Offer, now: number): Offer {
		const shown = (this.#changes.get(key) ?? []).filter(({ shownAt }) => shownAt <= now);
		return shown.reduce(
			(known, { price = known.price, stock = known.stock, at }) => ({ ...known, price, stock, updatedAt: Math.max(known.updatedAt, at) }),
			offer,
		);
	}

	change(key: string, what: { price?: number; stock?: number }, now: number, delay = 0): void {
		this.#changes.set(key, [...(this.#changes.get(key) ?? []), { ...what, at: now, shownAt: now + delay }]);
	}
}

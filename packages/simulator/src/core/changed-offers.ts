import type { Offer } from './offers.ts';

/** What of an offer somebody sets. */
interface Wanted {
	title?: string;
	price?: number;
	stock?: number;
}

interface Change extends Wanted {
	at: number;
	/** From when on it is shown. */
	shownAt: number;
}

/** Titles, prices and stocks that somebody changed since the start; the world itself is a function of its seed and stays what it is. */
export class ChangedOffers {
	readonly #changes = new Map<string, Change[]>();

	/** The offer as it is shown now. */
	over(key: string, offer: Offer, now: number): Offer {
		const shown = (this.#changes.get(key) ?? []).filter(({ shownAt }) => shownAt <= now);
		return shown.reduce(
			(known, { title, price = known.price, stock = known.stock, at }) => ({
				...known,
				...(title !== undefined && { title, named: true as const }),
				price,
				stock,
				updatedAt: Math.max(known.updatedAt, at),
			}),
			offer,
		);
	}

	change(key: string, what: Wanted, now: number, delay = 0): void {
		this.#changes.set(key, [...(this.#changes.get(key) ?? []), { ...what, at: now, shownAt: now + delay }]);
	}
}

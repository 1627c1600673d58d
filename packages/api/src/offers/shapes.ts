import type { OfferChangeState, OfferField, OfferRefusal, OfferWarning, PlatformId } from '@pangea/domain';
import type { CellState } from '../catalogue/shapes.ts';
import type { MoneyView } from '../shapes.ts';

/** A listing with what can be changed of it. */
export interface OfferRowView {
	listingId: string;
	storeId: string;
	platform: PlatformId;
	/** The SKU's own code; null where the listing is none yet. */
	code: string | null;
	sellerSku: string | null;
	title: string;
	variant: string | null;
	imageUrl: string | null;
	state: CellState;
	/** Pieces sold in thirty days. */
	sold: number;
	/** The price that is changed; null where it is not told, or for who does not see prices. */
	price: MoneyView | null;
	/** What that price means: what buyers pay, or what is left to the seller. */
	pricing: 'paid' | 'received';
	/** What buyers pay, where the price that is changed is another. */
	paid: MoneyView | null;
	stock: number | null;
	/** Landed cost of a unit in the currency of the price; null where it is not known or not to be seen. */
	floor: MoneyView | null;
	/** Characters of a title; `most` null: as its category says. */
	titleLength: { least: number; most: number | null };
	/** Why it is not changed from here; null: it can be. */
	titleBar: OfferRefusal | null;
	priceBar: OfferRefusal | null;
	stockBar: OfferRefusal | null;
}

export interface OfferPageView {
	rows: OfferRowView[];
	next: string | null;
}

/** What would become of one field that was asked for. */
export interface OfferVerdictView {
	listingId: string;
	field: OfferField;
	/** Of a price. */
	currency: string | null;
	/** The words of a title, minor units of a price, pieces of a stock; null where it is not told. */
	was: string | null;
	/** Null where what was asked for is no such thing. */
	shall: string | null;
	/** Why it is not sent; null: it is. */
	refusal: OfferRefusal | null;
	/** What the refusal stands on: a least amount, a currency. */
	bound: string | null;
	warnings: OfferWarning[];
}

export interface OfferOutcomeView {
	batchId: string;
	verdicts: OfferVerdictView[];
	/** How many changes are on their way. */
	sent: number;
}

export interface OfferChangeView {
	changeId: string;
	listingId: string;
	storeId: string;
	title: string;
	variant: string | null;
	sellerSku: string | null;
	field: OfferField;
	currency: string | null;
	/** Null for who does not see prices. */
	was: string | null;
	shall: string | null;
	state: OfferChangeState;
	/** Why it did not come about: a sentence's code. */
	code: string | null;
	/** The platform's own reasons, in its words. */
	reasons: string[];
	/** Whether it took another change back. */
	isUndo: boolean;
}

/** What was changed together. */
export interface OfferBatchView {
	batchId: string;
	madeBy: string;
	madeAt: string;
	stores: number;
	isUndo: boolean;
	states: Partial<Record<OfferChangeState, number>>;
}

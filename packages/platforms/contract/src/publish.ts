import type { DraftField, DraftRules, ListingDraft, StoreDescription } from '@pangea/domain';
import type { StoreContext } from './adapter.ts';
import { PlatformError } from './error.ts';

/** A category that a platform proposes for some words. */
export interface CategoryProposal {
	id: string;
	name: string;
	/** Where it stands, from the root, without itself; empty where the platform does not tell. */
	path: string[];
}

/** One reason for which a platform does not take a listing. */
export interface RefusalReason {
	/** The field of the draft it is about, where that can be told. */
	field: DraftField | null;
	/** The platform's own code. */
	code: string;
	/** The platform's own words. */
	words: string;
}

/** The platform does not take the listing and says why. Nothing was made. */
export class DraftRefusedError extends PlatformError {
	override name = 'DraftRefusedError';
	readonly reasons: readonly RefusalReason[];

	/** @param detail for logs: codes, nothing that was sent */
	constructor(detail: string, reasons: readonly RefusalReason[]) {
		super({ kind: 'rejected', userMessage: { code: 'listingRefused' }, detail });
		this.reasons = reasons;
	}
}

/** What of a SKU is listed by the same account already, which a platform may copy itself. */
export interface CopySource {
	/** The store's id at the platform. */
	storeExternalId: string;
	externalListingId: string;
	externalVariantId: string;
}

/** What is known of a draft beside its fields. */
export interface DraftOrigin {
	/** Ours, the same for each attempt. */
	copyId: string;
	/** Listings of the SKU in other stores of the same grant. */
	sources: readonly CopySource[];
}

/**
 * Making listings. What a store asks of them is read from the platform each time, since categories change; prices and titles are never guessed here.
 */
export interface Publish {
	/** The language of the words by which categories are found. */
	searchLanguage(store: Pick<StoreDescription, 'siteId' | 'attributes'>): string;
	/** Categories for some words, best first. @throws PlatformError */
	suggest(context: StoreContext, words: string): Promise<CategoryProposal[]>;
	/** What the store asks of a listing in a category. @throws PlatformError kind `notFound` for a category in which nothing can be sold */
	rules(context: StoreContext, categoryId: string): Promise<DraftRules>;
	/** The store's listing under a seller code, where there is one, whatever its state. @returns its id. @throws PlatformError */
	find(context: StoreContext, sellerSku: string): Promise<string | null>;
	/**
	 * Makes a listing. Never repeated by itself: whoever does not know whether it was made has to look (`find`).
	 * @returns the platform's id of the listing
	 * @throws DraftRefusedError with the platform's reasons, PlatformError kind `unavailable` when nobody knows
	 */
	create(context: StoreContext, draft: ListingDraft, origin: DraftOrigin): Promise<string>;
	/** What the platform takes only of a listing that exists, such as its description. May be repeated. @throws PlatformError */
	complete?(context: StoreContext, externalListingId: string, draft: ListingDraft): Promise<void>;
}

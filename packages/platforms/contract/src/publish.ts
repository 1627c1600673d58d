import type { CatalogueProduct, DraftAttribute, DraftRules, Instant, ListingDraft, StoreDescription } from '@pangea/domain';
import type { StoreContext } from './adapter.ts';

/** A category that a platform proposes for some words. */
export interface CategoryProposal {
	id: string;
	name: string;
	/** Where it stands, from the root, without itself; empty where the platform does not tell. */
	path: string[];
	/** What the platform reads out of the words besides, for a person to confirm. */
	attributes: DraftAttribute[];
	/** Not a category but several: what stands below it is told by `browse`. */
	isGroup?: true;
	/** Something that the store lists in it, where the platform does not name what it recommends. */
	example?: string;
	/** Not a category but a product of the account, which the platform would copy; it stands in the place of the category. */
	isProduct?: true;
	/** Not a category but a product of the platform's catalogue with one of the SKU's barcodes, on which the store would offer; for a person to compare. */
	offersOn?: CatalogueProduct;
}

/** What of a SKU is listed by the same account already, which a platform may copy itself. */
export interface CopySource {
	/** The store's id at the platform, and what is needed to call for it. */
	storeExternalId: string;
	siteId: string;
	attributes: Readonly<Record<string, string>>;
	externalListingId: string;
	externalVariantId: string;
}

/** What is known of a draft beside its fields. */
export interface DraftOrigin {
	/** Ours, the same for each attempt. */
	copyId: string;
	/** When the draft got its present words: with the copy's id it names what is to be made, once. */
	writtenAt: Instant;
	/** Listings of the SKU in other stores of the same grant. */
	sources: readonly CopySource[];
}

/**
 * Making listings. What a store asks of them is read from the platform each time, since categories change; prices and titles are never guessed here.
 */
export interface Publish {
	/** Whether listings of the store are made here; absent where those of every one are. */
	serves?(store: Pick<StoreDescription, 'attributes'>): boolean;
	/** The language of the words by which categories are found. */
	searchLanguage(store: Pick<StoreDescription, 'siteId' | 'attributes'>): string;
	/** True where the platform copies a product that the account lists elsewhere: such products stand among the proposed categories. */
	readonly copiesOwn?: true;
	/**
	 * Categories for some words, best first.
	 * @param gtins of the SKU, valid and of fourteen digits
	 * @throws PlatformError
	 */
	suggest(context: StoreContext, words: string, sources: readonly CopySource[], gtins?: readonly string[]): Promise<CategoryProposal[]>;
	/** What stands below a group of categories. @throws PlatformError */
	browse?(context: StoreContext, groupId: string): Promise<CategoryProposal[]>;
	/** What the store asks of a listing in a category. @throws PlatformError kind `notFound` for a category in which nothing can be sold */
	rules(context: StoreContext, categoryId: string, sources: readonly CopySource[]): Promise<DraftRules>;
	/** The store's listing of a draft, known by its seller code, where there is one, whatever its state. @returns its id. @throws PlatformError */
	find(context: StoreContext, draft: ListingDraft, origin: DraftOrigin): Promise<string | null>;
	/**
	 * Makes a listing. Never repeated by itself: whoever does not know whether it was made has to look (`find`).
	 * @returns the platform's id of the listing
	 * @throws DraftRefusedError with the platform's reasons, PlatformError kind `unavailable` when nobody knows
	 */
	create(context: StoreContext, draft: ListingDraft, origin: DraftOrigin): Promise<string>;
	/** What the platform takes only of a listing that exists, such as its description. May be repeated. @throws PlatformError */
	complete?(context: StoreContext, externalListingId: string, draft: ListingDraft): Promise<void>;
}

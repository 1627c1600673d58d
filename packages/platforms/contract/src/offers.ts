import type { Money, OfferFacts, OfferTerms, StoreDescription } from '@pangea/domain';
import type { StoreContext } from './adapter.ts';
import { DraftRefusedError, type RefusalReason } from './draft-refused.ts';
import { PlatformError, type UserMessageCode } from './error.ts';

/** One variant as its listing names it, and what is to be changed of it: a whole title, price or stock, never a difference. */
export type OfferChange = { externalVariantId: string; sellerSku: string | null } & (
	| { field: 'title'; title: string }
	| { field: 'price'; price: Money }
	| { field: 'stock'; stock: number }
);

/** What the platform says to one change. `accepted`: it took it; that it also shows it is seen by reading the listing. */
export type OfferOutcome =
	| { state: 'accepted' }
	/** Nothing was changed. `code` is ours where it was not the platform that said no. */
	| { state: 'refused'; code: UserMessageCode; reasons: readonly RefusalReason[] };

/** What a platform's refusal comes to for the changes it is about; it says nothing of others. @throws the error itself where it is no refusal */
export function refusedOutcome(error: unknown): OfferOutcome {
	if (error instanceof DraftRefusedError) return { state: 'refused', code: 'offerRefused', reasons: error.reasons };
	if (!(error instanceof PlatformError) || (error.kind !== 'rejected' && error.kind !== 'notFound')) throw error;
	const { code = '', message = code } = error.userMessage.params ?? {};
	return { state: 'refused', code: error.userMessage.code, reasons: message === '' ? [] : [{ field: null, code, words: message }] };
}

/** What is not changed for a reason of ours. */
export function refusedFor(code: UserMessageCode): OfferOutcome {
	return { state: 'refused', code, reasons: [] };
}

/** Titles of one product that has but one: the first is sent, the same ones share what becomes of it, and another one is refused. */
export async function changeOneTitle(
	changes: readonly OfferChange[],
	send: (title: string) => Promise<OfferOutcome>,
): Promise<Map<OfferChange, OfferOutcome>> {
	const [first, ...others] = changes.filter((change) => change.field === 'title');
	if (!first) return new Map();
	const outcome = await send(first.title).catch(refusedOutcome);
	return new Map([first, ...others].map((change) => [change, change.title === first.title ? outcome : refusedFor('offerSeveralTitles')]));
}

/** Changing the title, the price and the stock of listings that exist. What is asked for is absolute, so that a change may be sent again. */
export interface Offers {
	/** What the store takes for a listing, as far as store and mirror tell. A listing may turn out to be another case when it is changed. */
	terms(store: Pick<StoreDescription, 'siteId' | 'mode' | 'attributes'>, listing: OfferFacts): OfferTerms;
	/**
	 * Changes variants of one product.
	 * @param requestKey ours, the same when the same changes are sent again
	 * @returns one outcome a change, in their order
	 * @throws PlatformError kinds `rejected` and `notFound` where it says no to all of them at once, else as any call
	 */
	change(
		context: StoreContext,
		externalListingId: string,
		changes: readonly OfferChange[],
		requestKey: string,
	): Promise<readonly OfferOutcome[]>;
	/**
	 * Why a title that was accepted is refused after all, where the platform looks at it and tells; null while it does not say so.
	 * @throws PlatformError
	 */
	titleRefusal?(context: StoreContext, externalListingId: string): Promise<readonly RefusalReason[] | null>;
}

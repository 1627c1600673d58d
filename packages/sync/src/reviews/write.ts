import type { KnownReview, ReviewWrite } from '@pangea/db';
import { addMillis, type Instant, type Review, type ReviewBody, themesOf } from '@pangea/domain';
import type { Outcome } from '@pangea/platform-contract';
import type { SealedBox } from '@pangea/vault';
import type { OpenStore } from '../context.ts';
import { sha256 } from '../digest.ts';
import type { Engine } from '../engine.ts';
import { newId } from '../ids.ts';
import { PLACES } from '../keyring.ts';

const DAY = 86_400_000;
/** How long words are kept that the platform shows no more. */
export const KEPT_DAYS = 90;

/** What every review of a store is written with. */
export interface Making {
	box: SealedBox;
	now: Instant;
	diesAt: Instant;
	/** Of the site: the platform names none. */
	language: string;
}

export async function makingFor(engine: Engine, store: OpenStore, now: Instant): Promise<Making> {
	const site = store.adapter.manifest.sites.find(({ id }) => id === store.context.store.siteId);
	const box = await engine.keys.box(store.target.workspaceId);
	return { box, now, diesAt: addMillis(now, KEPT_DAYS * DAY), language: site?.language ?? '' };
}

/** A review with what it is about: the platform's product, empty for the store itself, and the order where the platform names it. */
export interface PlacedReview extends Review {
	externalListingId: string;
	externalOrderId: string | null;
}

/** Nothing for a review of which the same is known. An edited one keeps its former words. @param told by which it is known to be the same */
export function toWrite(
	{ box, now, diesAt, language }: Making,
	review: PlacedReview,
	told: unknown,
	known: KnownReview | undefined,
): ReviewWrite[] {
	const { title, text, ...facts } = review;
	const digest = sha256(JSON.stringify(told));
	if (known?.digest.equals(digest)) return [];
	const reviewId = known?.reviewId ?? newId();
	const former = known?.sealed ? (JSON.parse(box.open(known.sealed, PLACES.review(reviewId)).toString('utf8')) as ReviewBody) : null;
	const body: ReviewBody = { title, text, former: former?.former ?? [] };
	if (known && former && (known.rating !== review.rating || former.title !== title || former.text !== text))
		body.former = [...body.former, { rating: known.rating, title: former.title, text: former.text, until: now }];
	const themes = themesOf([title, text].filter((part) => part !== null).join('. '), language);
	return [{ ...facts, reviewId, themes, sealed: box.seal(JSON.stringify(body), PLACES.review(reviewId)), digest, diesAt }];
}

/** What of a reply was understood; the rest is counted and named in the log. */
export function understood<T>(engine: Engine, storeId: string, items: readonly Outcome<T>[], total: { unreadable: number }): T[] {
	return items.flatMap((item) => {
		if (item.ok) return [item.value];
		total.unreadable++;
		engine.log.warn({ storeId, externalId: item.externalId, cause: item.cause }, 'a review could not be read');
		return [];
	});
}

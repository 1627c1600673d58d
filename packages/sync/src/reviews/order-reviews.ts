import { probeReviews, type ReviewWrite, storeListingsLock, writeReviews } from '@pangea/db';
import { addMillis, type Instant, type ReviewBody, themesOf } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import { sha256 } from '../digest.ts';
import type { Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { newId } from '../ids.ts';
import { PLACES } from '../keyring.ts';

const DAY = 86_400_000;
/** How long words are kept that the platform shows no more. */
export const KEPT_DAYS = 90;

/** What a buyer says of an order that the platform names. */
export interface OrderReview {
	/** Ours: no platform gives these a number. */
	externalId: string;
	externalOrderId: string;
	/** Empty: it is about the store. */
	externalListingId: string;
	rating: number;
	text: string | null;
	writtenAt: Instant;
}

/** Keeps reviews that name their order. @returns how many were new or changed */
export async function keepOrderReviews(engine: Engine, store: OpenStore, reviews: readonly OrderReview[], now: Instant): Promise<number> {
	const { workspaceId, storeId } = store.target;
	const told = new Map(reviews.map((review) => [review.externalId, review]));
	const box = await engine.keys.box(workspaceId);
	const language = store.adapter.manifest.sites.find(({ id }) => id === store.context.store.siteId)?.language ?? '';
	return await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			await guard(scope, storeId);
			const known = await probeReviews(scope, storeId, [...told.keys()]);
			const writes = [...told.values()].flatMap(({ rating, text, ...review }): ReviewWrite[] => {
				const before = known.get(review.externalId);
				const digest = sha256(JSON.stringify([rating, text]));
				if (before?.digest.equals(digest)) return [];
				const reviewId = before?.reviewId ?? newId();
				const body: ReviewBody = { title: null, text, former: [] };
				return [
					{
						...review,
						reviewId,
						rating,
						rawStatus: null,
						themes: text === null ? [] : themesOf(text, language),
						sealed: box.seal(JSON.stringify(body), PLACES.review(reviewId)),
						digest,
						diesAt: addMillis(now, KEPT_DAYS * DAY),
					},
				];
			});
			await writeReviews(scope, storeId, writes);
			if (writes.length > 0) await recordEvent(scope, { kind: 'reviews.changed', storeId, ids: [] });
			return writes.length;
		},
		{ lock: storeListingsLock(storeId) },
	);
}

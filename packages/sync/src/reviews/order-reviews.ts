import { probeReviews, storeListingsLock, writeReviews } from '@pangea/db';
import type { Instant } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { makingFor, toWrite } from './write.ts';

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

/** Keeps reviews that name their order. Their time may be ours, so it makes none of them another. @returns how many were new or changed */
export async function keepOrderReviews(engine: Engine, store: OpenStore, reviews: readonly OrderReview[], now: Instant): Promise<number> {
	const { workspaceId, storeId } = store.target;
	const told = new Map(reviews.map((review) => [review.externalId, review]));
	const making = await makingFor(engine, store, now);
	return await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			await guard(scope, storeId);
			const known = await probeReviews(scope, storeId, [...told.keys()]);
			const writes = [...told.values()].flatMap((review) =>
				toWrite(making, { ...review, title: null, rawStatus: null }, [review.rating, review.text], known.get(review.externalId)),
			);
			await writeReviews(scope, storeId, writes);
			if (writes.length > 0) await recordEvent(scope, { kind: 'reviews.changed', storeId, ids: [] });
			return writes.length;
		},
		{ lock: storeListingsLock(storeId) },
	);
}

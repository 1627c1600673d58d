import {
	addStars,
	lowRatedReadAt,
	noteLowRatedRead,
	probeReviews,
	type ReviewWrite,
	starsUntil,
	storeListingsLock,
	writeReviews,
} from '@pangea/db';
import { addMillis, type Instant, type ReviewBody } from '@pangea/domain';
import { type LowRatedOrder, PlatformError, type Ratings, type StarsTold } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import { sha256 } from '../digest.ts';
import type { Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { newId } from '../ids.ts';
import { PLACES } from '../keyring.ts';

const SECOND = 1000;
const DAY = 86_400_000;
const KEPT_DAYS = 90;
const NO_WORDS: ReviewBody = { title: null, text: null, former: [] };

/** Adds the stars that a product was given since they were read last. @throws PlatformError */
export async function readStars(engine: Engine, store: OpenStore, ratings: Ratings, externalListingId: string): Promise<void> {
	const { workspaceId, storeId } = store.target;
	const from = await engine.database.inWorkspace(workspaceId, (scope) => starsUntil(scope, storeId, externalListingId));
	const told = await starsOf(store, ratings, externalListingId, from);
	const at = engine.now().toISOString();
	await engine.database.inWorkspace(workspaceId, (scope) => addStars(scope, { storeId, externalListingId }, { at, from, told }), {
		lock: storeListingsLock(storeId),
	});
}

/** Null where the platform does not know the product any more, which keeps the others from nothing. */
async function starsOf(store: OpenStore, ratings: Ratings, externalListingId: string, from: string | null): Promise<StarsTold | null> {
	try {
		return await ratings.starsSince(store.context, externalListingId, from);
	} catch (error) {
		if (error instanceof PlatformError && (error.kind === 'notFound' || error.kind === 'rejected')) return null;
		throw error;
	}
}

/**
 * Keeps the orders whose buyers gave few stars, as reviews without words, where the platform names them and it is their turn. No time of a review is
 * told: on the first reading that of the delivery stands for it, later the moment at which it is met first, so that the alarm tells of what is new.
 * @throws PlatformError
 */
export async function readLowRated(
	engine: Engine,
	store: OpenStore,
	ratings: Ratings,
	total: { written: number; unreadable: number },
): Promise<void> {
	const { workspaceId, storeId } = store.target;
	const { lowRated } = ratings;
	const seconds = store.adapter.manifest.reviews?.lowRatedSeconds;
	if (!lowRated?.serves(store.context.store) || seconds === undefined) return;
	const now = engine.now().toISOString();
	const readAt = await engine.database.inWorkspace(workspaceId, (scope) => lowRatedReadAt(scope, storeId));
	if (readAt !== null && readAt > addMillis(now, -seconds * SECOND)) return;
	for await (const page of lowRated.pull(store.context)) {
		const orders = page.flatMap((item) => {
			if (item.ok) return [item.value];
			total.unreadable++;
			engine.log.warn({ storeId, cause: item.cause }, 'an order with few stars could not be read');
			return [];
		});
		total.written += await keepLowRated(engine, store, orders, { now, isFirst: readAt === null });
	}
	await engine.database.inWorkspace(workspaceId, (scope) => noteLowRatedRead(scope, storeId, now));
}

async function keepLowRated(
	engine: Engine,
	store: OpenStore,
	orders: readonly LowRatedOrder[],
	{ now, isFirst }: { now: Instant; isFirst: boolean },
): Promise<number> {
	const { workspaceId, storeId } = store.target;
	const told = new Map(orders.map((order) => [`order ${order.externalOrderId} ${order.externalVariantId}`, order]));
	const box = await engine.keys.box(workspaceId);
	return await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			await guard(scope, storeId);
			const known = await probeReviews(scope, storeId, [...told.keys()]);
			const writes = [...told].flatMap(([externalId, order]): ReviewWrite[] => {
				const before = known.get(externalId);
				if (before?.rating === order.rating) return [];
				const reviewId = before?.reviewId ?? newId();
				return [
					{
						reviewId,
						externalListingId: order.externalListingId,
						externalId,
						rating: order.rating,
						writtenAt: (isFirst ? order.deliveredAt : null) ?? now,
						rawStatus: null,
						themes: [],
						sealed: box.seal(JSON.stringify(NO_WORDS), PLACES.review(reviewId)),
						digest: sha256(String(order.rating)),
						diesAt: addMillis(now, KEPT_DAYS * DAY),
						externalOrderId: order.externalOrderId,
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

import { addStars, lowRatedRead, noteLowRatedRead, starsUntil, storeListingsLock } from '@pangea/db';
import { addMillis } from '@pangea/domain';
import { PlatformError, type Ratings, type StarsTold } from '@pangea/platform-contract';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { keepOrderReviews } from './order-reviews.ts';
import { understood } from './write.ts';

const SECOND = 1000;

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
	const { readAt } = await engine.database.inWorkspace(workspaceId, (scope) => lowRatedRead(scope, storeId));
	if (readAt !== null && readAt > addMillis(now, -seconds * SECOND)) return;
	for await (const page of lowRated.pull(store.context)) {
		const orders = understood(engine, storeId, page, total);
		total.written += await keepOrderReviews(
			engine,
			store,
			orders.map(({ externalOrderId, externalListingId, externalVariantId, rating, deliveredAt }) => ({
				externalId: `order ${externalOrderId} ${externalVariantId}`,
				externalOrderId,
				externalListingId,
				rating,
				text: null,
				writtenAt: (readAt === null ? deliveredAt : null) ?? now,
			})),
			now,
		);
	}
	await engine.database.inWorkspace(workspaceId, (scope) => noteLowRatedRead(scope, storeId, now, null));
}

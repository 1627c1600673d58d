import {
	countReviewProducts,
	dueReviewProducts,
	keepReviewsAlive,
	noteReviewsRead,
	noteReviewsRefused,
	probeReviews,
	storeListingsLock,
	writeReviews,
} from '@pangea/db';
import { addMillis } from '@pangea/domain';
import { PlatformError, type ProductReviews } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { readFeedback } from './feedback.ts';
import { readLowRated, readStars } from './ratings.ts';
import { KEPT_DAYS, makingFor, toWrite, understood } from './write.ts';

/** Products in one run; the next round goes on. */
const A_RUN = 200;
const SECOND = 1000;
const DAY = 86_400_000;
/** What is still shown is written again only this often. */
const RENEWED_DAYS = 30;

export interface ReviewsRead {
	products: number;
	/** New or changed. */
	written: number;
	unreadable: number;
	/** In how many seconds to look again for a file that the platform is making; null: none is waited for. */
	lookIn: number | null;
}

/**
 * Reads the reviews of products whose turn it is, or their stars where a platform shows no texts. Each product is one transaction; one that tells nothing
 * new writes no review.
 * @throws PlatformError kinds `unavailable` and `unexpected`.
 */
export async function pullReviews(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	signal: AbortSignal,
): Promise<StoreRun<ReviewsRead>> {
	return await withStore(engine, ids, { signal, urgent: false, patient: true }, async (store) => {
		const total: ReviewsRead = { products: 0, written: 0, unreadable: 0, lookIn: null };
		try {
			await read(engine, store, total, signal);
			await engine.database.inWorkspace(ids.workspaceId, (scope) => noteReviewsRefused(scope, ids.storeId, null));
		} catch (error) {
			if (!(error instanceof PlatformError && error.userMessage.code === 'scopeMissing')) throw error;
			const now = engine.now().toISOString();
			await engine.database.inWorkspace(ids.workspaceId, (scope) => noteReviewsRefused(scope, ids.storeId, now));
		}
		return total;
	});
}

async function read(engine: Engine, store: OpenStore, total: ReviewsRead, signal: AbortSignal): Promise<void> {
	const { workspaceId, storeId } = store.target;
	const { reviews, ratings, feedback, manifest } = store.adapter;
	if (!manifest.reviews) return;
	if (feedback) total.lookIn = await readFeedback(engine, store, feedback, total);
	else if (ratings) await readLowRated(engine, store, ratings, total);
	if (!reviews && !ratings) return;
	const before = addMillis(engine.now().toISOString(), -manifest.reviews.pollSeconds * SECOND);
	const due = await engine.database.inWorkspace(workspaceId, (scope) => dueReviewProducts(scope, storeId, before, A_RUN));
	for (const product of due) {
		if (reviews) {
			const told = (await reviews.ofProduct(store.context, product)) ?? { items: [], stars: null };
			const kept = await keepReviews(engine, store, product, told);
			total.written += kept.written;
			total.unreadable += kept.unreadable;
		} else if (ratings) await readStars(engine, store, ratings, product);
		total.products++;
		signal.throwIfAborted();
	}
	if (due.length > 0)
		await engine.database.inWorkspace(workspaceId, (scope) => countReviewProducts(scope, storeId), { lock: storeListingsLock(storeId) });
}

async function keepReviews(
	engine: Engine,
	store: OpenStore,
	product: string,
	{ items, stars }: ProductReviews,
): Promise<Pick<ReviewsRead, 'written' | 'unreadable'>> {
	const { workspaceId, storeId } = store.target;
	const counted = { unreadable: 0 };
	const told = new Map(understood(engine, storeId, items, counted).map((review) => [review.externalId, review]));
	const now = engine.now().toISOString();
	const making = await makingFor(engine, store, now);
	const written = await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			await guard(scope, storeId);
			const known = await probeReviews(scope, storeId, [...told.keys()]);
			const writes = [...told.values()].flatMap((review) => {
				const { rating, title, text, writtenAt, rawStatus } = review;
				const placed = { ...review, externalListingId: product, externalOrderId: null };
				return toWrite(making, placed, [rating, title, text, writtenAt, rawStatus], known.get(review.externalId));
			});
			const renewed = addMillis(now, (KEPT_DAYS - RENEWED_DAYS) * DAY);
			const written = new Set(writes.map(({ reviewId }) => reviewId));
			const old = [...known.values()].filter(({ reviewId, diesAt }) => diesAt < renewed && !written.has(reviewId));
			await writeReviews(scope, storeId, writes);
			await keepReviewsAlive(
				scope,
				old.map(({ reviewId }) => reviewId),
				making.diesAt,
			);
			await noteReviewsRead(scope, storeId, product, now, stars);
			if (writes.length > 0) await recordEvent(scope, { kind: 'reviews.changed', storeId, ids: [] });
			return writes.length;
		},
		{ lock: storeListingsLock(storeId) },
	);
	return { written, unreadable: counted.unreadable };
}

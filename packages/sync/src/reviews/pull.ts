import {
	countReviewProducts,
	dueReviewProducts,
	keepReviewsAlive,
	type KnownReview,
	noteReviewsRead,
	noteReviewsRefused,
	probeReviews,
	type ReviewWrite,
	storeListingsLock,
	writeReviews,
} from '@pangea/db';
import { addMillis, type Review, type ReviewBody, themesOf } from '@pangea/domain';
import { PlatformError, type ProductReviews } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import type { OpenStore } from '../context.ts';
import { sha256 } from '../digest.ts';
import type { Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { newId } from '../ids.ts';
import { PLACES } from '../keyring.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { readFeedback } from './feedback.ts';
import { KEPT_DAYS } from './order-reviews.ts';
import { readLowRated, readStars } from './ratings.ts';

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
	const told = new Map<string, Review>();
	let unreadable = 0;
	for (const item of items) {
		if (item.ok) told.set(item.value.externalId, item.value);
		else {
			unreadable++;
			engine.log.warn({ storeId, externalId: item.externalId, cause: item.cause }, 'a review could not be read');
		}
	}
	const now = engine.now().toISOString();
	const site = store.adapter.manifest.sites.find(({ id }) => id === store.context.store.siteId);
	const box = await engine.keys.box(workspaceId);
	const making: Making = { box, product, now, diesAt: addMillis(now, KEPT_DAYS * DAY), language: site?.language ?? '' };
	const written = await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			await guard(scope, storeId);
			const known = await probeReviews(scope, storeId, [...told.keys()]);
			const writes = [...told.values()].flatMap((review) => toWrite(making, review, known.get(review.externalId)));
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
	return { written, unreadable };
}

interface Making {
	box: SealedBox;
	product: string;
	now: string;
	diesAt: string;
	/** Of the site: the platform names none. */
	language: string;
}

function toWrite({ box, product, now, diesAt, language }: Making, review: Review, known: KnownReview | undefined): ReviewWrite[] {
	const { title, text, rating } = review;
	const digest = sha256(JSON.stringify([rating, title, text, review.writtenAt, review.rawStatus]));
	if (known?.digest.equals(digest)) return [];
	const reviewId = known?.reviewId ?? newId();
	const former = known?.sealed ? (JSON.parse(box.open(known.sealed, PLACES.review(reviewId)).toString('utf8')) as ReviewBody) : null;
	const body: ReviewBody = { title, text, former: former?.former ?? [] };
	if (known && former && (known.rating !== rating || former.title !== title || former.text !== text))
		body.former = [...body.former, { rating: known.rating, title: former.title, text: former.text, until: now }];
	return [
		{
			reviewId,
			externalListingId: product,
			externalId: review.externalId,
			rating,
			writtenAt: review.writtenAt,
			rawStatus: review.rawStatus,
			themes: themesOf([title, text].filter((part) => part !== null).join('. '), language),
			sealed: box.seal(JSON.stringify(body), PLACES.review(reviewId)),
			digest,
			diesAt,
			externalOrderId: null,
		},
	];
}

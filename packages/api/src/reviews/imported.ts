import { createHash } from 'node:crypto';
import type { ImportedReview, ImportedWrite, RestoredReview, ReviewProduct } from '@pangea/db';
import { addMillis, type FormerReview, type ReviewBody, type ReviewRow, startOfDay, themesOf } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { v7 as uuid } from 'uuid';

const DAY = 86_400_000;
/** How long words of a file are kept that no later file said again. */
export const IMPORTED_DAYS = 365;

/** What a review is sealed under. */
export const reviewPlace = (reviewId: string): string => `review ${reviewId}`;

export function openReview(box: SealedBox, reviewId: string, sealed: Buffer): ReviewBody {
	return JSON.parse(box.open(sealed, reviewPlace(reviewId)).toString('utf8')) as ReviewBody;
}

const sha256 = (value: unknown): Buffer => createHash('sha256').update(JSON.stringify(value)).digest();

function digestOf({ rating, title, text, writtenAt }: Pick<FormerReview, 'rating' | 'title' | 'text'> & { writtenAt: string }): Buffer {
	return sha256([rating, title, text, writtenAt]);
}

/**
 * What a review is known by: its id, or product, author, day and text together, of which only the digest is kept. Whoever changes the text of a
 * review without an id has written another one.
 * @param storeId a digest tells nothing about the same words elsewhere
 */
export function knownBy(storeId: string, { externalId, author, day, title, text }: ReviewRow, product: ReviewProduct): string {
	if (externalId !== null) return externalId;
	const said = [storeId, product.externalListingId || product.skuId, author, day, text ?? title];
	return `file ${sha256(said).toString('base64url')}`;
}

/** How reviews of one import are made. */
export interface Making {
	box: SealedBox;
	importId: string;
	zone: string;
	/** Of the site, unless the file is in another one. */
	language: string;
	now: string;
}

export type Verdict = 'fresh' | 'changed' | 'same';

/** What a row does to what is known; null: nothing. */
export function toImported(
	{ box, zone, language, now }: Making,
	row: ReviewRow,
	of: { externalId: string; product: ReviewProduct },
	known: ImportedReview | undefined,
): ImportedWrite | null {
	const { rating, title, text, day } = row;
	const writtenAt = startOfDay(day, zone);
	const digest = digestOf({ rating, title, text, writtenAt });
	if (known?.sealed && known.digest.equals(digest)) return null;
	const reviewId = known?.reviewId ?? uuid();
	const former: FormerReview[] = [];
	if (known) {
		const body = known.sealed && openReview(box, reviewId, known.sealed);
		const told = known.importId !== null && {
			told: { importId: known.importId, writtenAt: known.writtenAt, diesAt: known.diesAt },
		};
		former.push(...(body?.former ?? []), {
			rating: known.rating,
			title: body?.title ?? null,
			text: body?.text ?? null,
			until: now,
			...told,
		});
	}
	return {
		reviewId,
		externalListingId: of.product.externalListingId,
		skuId: of.product.skuId,
		externalId: of.externalId,
		rating,
		writtenAt,
		themes: themesIn({ title, text }, language),
		sealed: box.seal(JSON.stringify({ title, text, former } satisfies ReviewBody), reviewPlace(reviewId)),
		digest,
		diesAt: addMillis(now, IMPORTED_DAYS * DAY),
	};
}

function themesIn({ title, text }: Pick<ReviewBody, 'title' | 'text'>, language: string): string[] {
	return themesOf([title, text].filter((part) => part !== null).join('. '), language);
}

/** What becomes of reviews of which an import said something, once it is taken back. */
export function withoutImport(
	{ box, importId, language }: Pick<Making, 'box' | 'importId' | 'language'>,
	reviews: readonly ImportedReview[],
): { gone: string[]; restored: RestoredReview[]; faded: string[] } {
	const gone: string[] = [];
	const restored: RestoredReview[] = [];
	const faded: string[] = [];
	for (const review of reviews) {
		const { reviewId, sealed } = review;
		// Without words nobody knows any more what was said before.
		if (sealed === null) {
			(review.importId === importId ? gone : faded).push(reviewId);
			continue;
		}
		const body = openReview(box, reviewId, sealed);
		const before = body.former.at(-1);
		const seal = (next: ReviewBody): Buffer => box.seal(JSON.stringify(next), reviewPlace(reviewId));
		if (review.importId !== importId) {
			const former = body.former.filter(({ told }) => told?.importId !== importId);
			restored.push({ ...review, themes: null, sealed: seal({ ...body, former }), edited: former.length > 0 });
		} else if (before?.told) {
			const { rating, title, text, told } = before;
			const former = body.former.slice(0, -1);
			restored.push({
				...told,
				reviewId,
				rating,
				themes: review.corrected ? null : themesIn(before, language),
				sealed: seal({ title, text, former }),
				digest: digestOf({ rating, title, text, writtenAt: told.writtenAt }),
				edited: former.length > 0,
			});
		} else gone.push(reviewId);
	}
	return { gone, restored, faded };
}

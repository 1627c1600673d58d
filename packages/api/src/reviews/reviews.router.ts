import {
	correctThemes,
	linkReview,
	listingReads,
	listingsOfSku,
	listReviews,
	lockReviewImports,
	noteTakenBack,
	restoreReviews,
	type ReviewCell,
	reviewCells,
	reviewedSkus,
	type ReviewAlarm,
	reviewAlarm,
	reviewImports,
	reviewImportToTakeBack,
	reviewReads,
	type ReviewRow,
	reviewsOfImport,
	setReviewAlarm,
	settleReview,
	reviewToDecide,
	type Scope,
	skuCode,
	type StoreScope,
	writeAudit,
} from '@pangea/db';
import { averageOf, isPlatformId, type PlatformId, REVIEW_THEMES, type ReviewTheme, sumOfStars } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { adapterOf } from '../adapter.ts';
import { problem, problemOf } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { carryProcedures } from './carry.ts';
import { openReview, withoutImport } from './imported.ts';
import type {
	ReviewCellView,
	ReviewImportRowView,
	ReviewMatrixRowView,
	ReviewMatrixView,
	ReviewPageView,
	ReviewStoreView,
	ReviewTopicsView,
	ReviewView,
} from './shapes.ts';

/** In one look; the rest is behind the cursor. */
const MOST_SKUS = 60;
const MOST_IMPORTS = 200;
/** Stores asked at once for topics. */
const MOST_TOPICS = 12;
const stores = z.array(z.uuid()).max(500).optional();
const theme = z.enum(REVIEW_THEMES);

/** The stores asked for, as far as the member may see them. */
function chosen({ storeScope }: Member, asked: readonly string[] | undefined): StoreScope {
	if (asked === undefined) return storeScope;
	return storeScope === null ? asked : asked.filter((id) => storeScope.includes(id));
}

function themesIn(words: readonly string[]): ReviewTheme[] {
	return REVIEW_THEMES.filter((one) => words.includes(one));
}

function toReview(box: SealedBox, row: ReviewRow): ReviewView {
	const { sealed, skuId, skuCode: code, themes, externalListingId, edited: __, externalOrderId, orderId, ...rest } = row;
	const body = sealed && openReview(box, row.reviewId, sealed);
	return {
		...rest,
		ofStore: externalListingId === '',
		order: externalOrderId === null ? null : { externalId: externalOrderId, orderId },
		sku: skuId !== null && code !== null ? { skuId, code } : null,
		title: body?.title ?? null,
		text: body?.text ?? null,
		former: (body?.former ?? []).map(({ told: ___, ...before }) => before),
		forgotten: body === null,
		themes: themesIn(themes),
	};
}

function cellsOf(
	cells: readonly ReviewCell[],
	isRead: (platform: PlatformId) => boolean,
	hasTopics: (platform: PlatformId, siteId: string) => boolean,
): ReviewCellView[] {
	return cells.flatMap(({ platform, siteId, stars: counted, fileStars, reviews, sold, complaint, complaints }) => {
		if (!isPlatformId(platform)) return [];
		const isTold = counted?.some((count) => count > 0) === true;
		const source = !isTold && fileStars.some((count) => count > 0) ? 'file' : 'platform';
		const stars = source === 'file' ? fileStars : counted;
		return [
			{
				platform,
				siteId,
				source,
				stars,
				...averageOf(stars),
				reviews,
				read: isRead(platform),
				topics: hasTopics(platform, siteId),
				sold,
				complaint: REVIEW_THEMES.find((one) => one === complaint) ?? null,
				complaints,
			},
		];
	});
}

/** One decision about a review that the member may see, with its record and event. */
async function decide(
	member: Member,
	reviewId: string,
	action: 'reviews.link' | 'reviews.themes' | 'reviews.settle',
	work: (scope: Scope, row: { themes: string[] }) => Promise<Pick<Parameters<typeof writeAudit>[1], 'before' | 'after' | 'facts'>>,
): Promise<void> {
	await member.scoped(async (scope) => {
		const row = await reviewToDecide(scope, member.storeScope, reviewId);
		if (!row) throw problem('notFound');
		const facts = await work(scope, row);
		await writeAudit(scope, {
			userId: member.user.id,
			action,
			subject: reviewId,
			subjectName: row.externalId,
			storeId: row.storeId,
			...facts,
		});
		await recordEvent(scope, { kind: 'reviews.changed', storeId: row.storeId, ids: [] });
	});
}

export const reviewsRouter = router({
	...carryProcedures,

	/** Reviews of the member's stores, newest first. */
	list: memberProcedure('catalogue.read')
		.input(
			z.object({
				stores,
				ratings: z.array(z.int().min(1).max(5)).max(5).optional(),
				theme: theme.optional(),
				skuId: z.uuid().optional(),
				cursor: z.string().max(300).optional(),
				limit: z.int().min(1).max(200).default(60),
			}),
		)
		.query(async ({ ctx: { member }, input }): Promise<ReviewPageView> => {
			const box = await member.services.operations.box(member.workspaceId);
			const filter = {
				stores: chosen(member, input.stores),
				ratings: input.ratings ?? null,
				theme: input.theme ?? null,
				skuId: input.skuId ?? null,
			};
			const { rows, next } = await member.scoped((scope) => listReviews(scope, filter, input.cursor ?? null, input.limit));
			return { rows: rows.map((row) => toReview(box, row)), next };
		}),

	/** What buyers say of SKUs, one cell a site; worst average first. */
	matrix: memberProcedure('catalogue.read')
		.input(z.object({ stores, cursor: z.string().max(200).optional(), limit: z.int().min(1).max(MOST_SKUS).default(MOST_SKUS) }))
		.query(({ ctx: { member }, input }): Promise<ReviewMatrixView> => {
			const of = chosen(member, input.stores);
			return member.scoped(async (scope) => {
				const { rows: skus, next } = await reviewedSkus(scope, of, { after: input.cursor, limit: input.limit });
				const ids = skus.map(({ skuId }) => skuId);
				const said = Map.groupBy(await reviewCells(scope, of, ids), ({ skuId }) => skuId);
				const isRead = (platform: PlatformId): boolean => {
					const adapter = member.services.registry.get(platform);
					return adapter?.reviews !== undefined || adapter?.ratings !== undefined;
				};
				const hasTopics = (platform: PlatformId, siteId: string): boolean =>
					member.services.registry.get(platform)?.reviewTopics?.serves({ siteId }) === true;
				const rows = skus.map((sku): ReviewMatrixRowView => {
					const own = cellsOf(said.get(sku.skuId) ?? [], isRead, hasTopics);
					const sold = own.reduce((sum, cell) => sum + cell.sold, 0);
					// Stars of all buyers and stars of the rows of a file are never one sum.
					const told = own.filter(({ source, ratings }) => source === 'platform' && ratings > 0);
					const source = told.length > 0 ? 'platform' : 'file';
					return { ...sku, source, ...averageOf(sumOfStars(told.length > 0 ? told : own)), sold, cells: own };
				});
				return { rows, next };
			});
		}),

	/** What platforms that show no reviews say that buyers write about a SKU, asked at this moment; one store that does not answer keeps the others from nothing. */
	topics: memberProcedure('catalogue.read')
		.input(z.object({ skuId: z.uuid(), stores }))
		.query(async ({ ctx: { member }, input: { skuId, stores: asked } }): Promise<ReviewTopicsView[]> => {
			const of = chosen(member, asked);
			const places = await member.scoped(async (scope) => {
				const sites = new Map((await listingReads(scope, of)).map((store) => [store.storeId, store]));
				const listings = (await listingsOfSku(scope, of, skuId)).filter(({ gone }) => !gone);
				return [...new Map(listings.map((one) => [one.storeId, one])).values()].flatMap(({ storeId, externalListingId }) => {
					const store = sites.get(storeId);
					const reader = store && adapterOf(member, store.platform)?.reviewTopics;
					return store && reader?.serves(store) ? [{ storeId, externalListingId, reader }] : [];
				});
			});
			const views: ReviewTopicsView[] = [];
			for (const { storeId, externalListingId, reader } of places.slice(0, MOST_TOPICS)) {
				const { language, source } = reader;
				try {
					const told = await member.services.operations.reviewTopics(member.workspaceId, { storeId, externalListingId });
					views.push({ storeId, language, source, told, code: null });
				} catch (error) {
					const { code } = problemOf(error);
					if (code === 'internal') throw error;
					views.push({ storeId, language, source, told: null, code });
				}
			}
			return views;
		}),

	/** How far each store's reviews are read, and whose platform shows none, so that an empty place never passes for praise. */
	stores: memberProcedure('catalogue.read').query(async ({ ctx: { member } }): Promise<ReviewStoreView[]> => {
		const reads = await member.scoped((scope) => reviewReads(scope, member.storeScope));
		return reads.flatMap(({ platform, siteId, ...read }) => {
			if (!isPlatformId(platform)) return [];
			const adapter = member.services.registry.get(platform);
			return [
				{
					...read,
					platform,
					read: adapter?.reviews !== undefined,
					stars: adapter?.ratings !== undefined,
					topics: adapter?.reviewTopics?.serves({ siteId }) === true,
				},
			];
		});
	}),

	/** Says which SKU a review is about; null: that of its listing. */
	link: memberProcedure('catalogue.pair')
		.input(z.object({ reviewId: z.uuid(), skuId: z.uuid().nullable() }))
		.mutation(async ({ ctx: { member }, input: { reviewId, skuId } }) => {
			await decide(member, reviewId, 'reviews.link', async (scope) => {
				const code = skuId === null ? null : await skuCode(scope, skuId);
				if (skuId !== null && code === null) throw problem('notFound');
				await linkReview(scope, reviewId, skuId, member.user.id);
				return code === null ? {} : { after: { name: code } };
			});
			return { linked: 1 };
		}),

	/** Says what a review is about, whatever its words. */
	correct: memberProcedure('catalogue.pair')
		.input(z.object({ reviewId: z.uuid(), themes: z.array(theme).max(REVIEW_THEMES.length) }))
		.mutation(async ({ ctx: { member }, input: { reviewId, themes } }) => {
			const next = themesIn(themes);
			await decide(member, reviewId, 'reviews.themes', async (scope, row) => {
				await correctThemes(scope, reviewId, next, member.user.id);
				return { before: { name: themesIn(row.themes).join(', ') }, after: { name: next.join(', ') } };
			});
			return { corrected: 1 };
		}),

	/** Files of reviews that were taken over, newest first, with who said that their texts may be used. */
	imports: memberProcedure('catalogue.read').query(async ({ ctx: { member } }): Promise<ReviewImportRowView[]> => {
		const rows = await member.scoped((scope) => reviewImports(scope, member.storeScope, MOST_IMPORTS));
		return rows.map((row) => ({
			importId: row.import_id,
			storeId: row.store_id,
			fileName: row.file_name,
			rightsBy: row.rights_by,
			rightsGround: row.rights_ground,
			importedAt: row.imported_at,
			importedBy: row.by,
			fresh: row.fresh,
			changed: row.changed,
			takenBackAt: row.taken_back_at,
			takenBackBy: row.taken_back_by,
		}));
	}),

	/** Takes an import back whole: what it brought goes, what it changed says again what was said before. */
	takeBack: memberProcedure('stores.manage')
		.input(z.object({ importId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { importId } }) => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const given = await reviewImportToTakeBack(scope, member.storeScope, importId);
				if (!given) throw problem('notFound');
				await lockReviewImports(scope, given.store_id);
				const reviews = await reviewsOfImport(scope, given.store_id, importId);
				const change = withoutImport({ box, importId, language: given.language }, reviews);
				await restoreReviews(scope, importId, change);
				await noteTakenBack(scope, importId, { userId: member.user.id, at: member.services.now().toISOString() });
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'reviews.takeBack',
					subject: importId,
					subjectName: given.file_name,
					storeId: given.store_id,
					before: { count: reviews.length },
					facts: { rightsBy: given.rights_by, rightsGround: given.rights_ground },
				});
				await recordEvent(scope, { kind: 'reviews.changed', storeId: given.store_id, ids: [] });
				return { removed: change.gone.length, restored: change.restored.length };
			});
		}),

	/** From how few stars on a new review is told as a notice. */
	alarm: memberProcedure('catalogue.read').query(
		async ({ ctx: { member } }): Promise<ReviewAlarm> => await member.scoped((scope) => reviewAlarm(scope)),
	),

	/** Chooses from how few stars on reviews written from now on are told; null: none is. */
	setAlarm: memberProcedure('notices.manage')
		.input(z.object({ rating: z.int().min(1).max(3).nullable() }))
		.mutation(async ({ ctx: { member }, input: { rating } }) => {
			await member.scoped(async (scope) => {
				const before = await reviewAlarm(scope);
				if (before.rating === rating) return;
				await setReviewAlarm(scope, rating, member.services.now().toISOString());
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'reviews.setAlarm',
					subject: member.workspaceId,
					before: { stars: before.rating },
					after: { stars: rating },
				});
				await recordEvent(scope, { kind: 'reviews.changed', storeId: null, ids: [] });
			});
			return { rating };
		}),

	/** Says that a review is dealt with; its notice is over. */
	settle: memberProcedure('inbox.answer')
		.input(z.object({ reviewId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { reviewId } }) => {
			await decide(member, reviewId, 'reviews.settle', async (scope) => {
				await settleReview(scope, reviewId, { userId: member.user.id, at: member.services.now().toISOString() });
				return {};
			});
			return { settled: 1 };
		}),
});

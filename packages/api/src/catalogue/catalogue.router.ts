import {
	countWaiting,
	foundSku,
	type ListingCell,
	listingCells,
	listingReads,
	listingsOfSku,
	listingToDecide,
	pairingLock,
	pairListings,
	problemGroups,
	problemListings,
	refuseProposals,
	type Scope,
	SKU_VIEWS,
	skuCode,
	skuFaces,
	skuPage,
	type StoreScope,
	unpairListing,
	waitingListings,
	writeAudit,
} from '@pangea/db';
import { averageOf, isPlatformId, PAIRING_REASONS, type PairingReason, type PlatformId, sumOfStars } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { adapterOf } from '../adapter.ts';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { forMachines } from './for-machines.ts';
import { readinessFacts } from './readiness.ts';
import { masterProcedures } from './master.ts';
import { cellState, stateOf } from './states.ts';
import type {
	CellState,
	CoverageCellView,
	CoveragePageView,
	ListingProblemView,
	ListingStoreView,
	MachineReadingView,
	PairingQueueView,
	ProblemGroupView,
	ReadinessView,
	SkuView,
} from './shapes.ts';

const stores = z.array(z.uuid()).max(500).optional();
const MOST_GROUPS = 200;
const MOST_PROBLEMS = 200;
const MOST_SKUS = 200;
const page = { cursor: z.string().max(100).optional(), limit: z.int().min(1).max(200).default(60) };

/** The stores asked for, as far as the member may see them. */
function chosen({ storeScope }: Member, asked: readonly string[] | undefined): StoreScope {
	if (asked === undefined) return storeScope;
	return storeScope === null ? asked : asked.filter((id) => storeScope.includes(id));
}

function reasonsOf(words: readonly string[]): PairingReason[] {
	return PAIRING_REASONS.filter((reason) => words.includes(reason));
}

const BEST: readonly CellState[] = ['live', 'soldOut', 'blocked', 'draft', 'inactive', 'unknown'];

function toCells(member: Member, cells: readonly ListingCell[]): CoverageCellView[] {
	return [...Map.groupBy(cells, (cell) => cell.storeId)].map(([storeId, of]) => {
		const [best = of[0]] = of.toSorted((a, b) => BEST.indexOf(cellState(a)) - BEST.indexOf(cellState(b)));
		return {
			storeId,
			state: best ? cellState(best) : 'unknown',
			listings: of.length,
			stock: best?.stock ?? null,
			price: priceOf(member, best),
			sold: of.reduce((sum, cell) => sum + cell.sold, 0),
			issues: best?.issues ?? [],
		};
	});
}

/** Null for who does not see what goods bring in. */
function priceOf(member: Member, listing: { priceMinor: string | null; currency: string | null } | undefined) {
	if (!member.sees('revenue')) return null;
	return listing?.priceMinor != null && listing.currency !== null ? { amountMinor: listing.priceMinor, currency: listing.currency } : null;
}

interface Decision {
	action: 'catalogue.pair' | 'catalogue.refuse' | 'catalogue.unpair';
	listingId: string;
}

/** One decision at a time about a listing that the member may see, with its record and event. */
async function decide(
	member: Member,
	{ action, listingId }: Decision,
	work: (scope: Scope, row: ListingRow) => Promise<Facts>,
): Promise<void> {
	await member.services.database.inWorkspace(
		member.workspaceId,
		async (scope) => {
			const row = await listingToDecide(scope, member.storeScope, listingId);
			if (!row) throw problem('notFound');
			const facts = await work(scope, row);
			await writeAudit(scope, {
				userId: member.user.id,
				action,
				subject: listingId,
				subjectName: row.title,
				storeId: row.storeId,
				...facts,
			});
			await recordEvent(scope, { kind: 'listings.changed', storeId: row.storeId, ids: [] });
		},
		{ lock: pairingLock(member.workspaceId) },
	);
}
type ListingRow = NonNullable<Awaited<ReturnType<typeof listingToDecide>>>;
type Facts = Pick<Parameters<typeof writeAudit>[1], 'before' | 'after' | 'facts'>;

export const catalogueRouter = router({
	...masterProcedures,

	/** SKUs by store: where each can be bought. `gaps`: what sells in one store and cannot be bought in another, by what is at stake. */
	coverage: memberProcedure('catalogue.read')
		.input(z.object({ view: z.enum(SKU_VIEWS).default('gaps'), search: z.string().trim().min(1).max(200).optional(), stores, ...page }))
		.query(async ({ ctx: { member }, input }): Promise<CoveragePageView> => {
			const scope = chosen(member, input.stores);
			return await member.scoped(async (db) => {
				const { rows, next } = await skuPage(db, {
					view: input.view,
					search: input.search,
					stores: scope,
					after: input.cursor,
					limit: input.limit,
				});
				const ids = rows.map(({ skuId }) => skuId);
				const cells = Map.groupBy(await listingCells(db, scope, ids), (cell) => cell.skuId);
				return { rows: rows.map((row) => ({ ...row, cells: toCells(member, cells.get(row.skuId) ?? []) })), next };
			});
		}),

	/** How far each store's listings are read, so that an empty cell never passes for one that nobody has looked at. */
	stores: memberProcedure('catalogue.read').query(async ({ ctx: { member } }): Promise<ListingStoreView[]> => {
		const reads = await member.scoped((scope) => listingReads(scope, member.storeScope));
		return reads.map(({ storeId, platform, attributes, state, readUntil, unreadable }) => {
			const adapter = adapterOf(member, platform);
			const known = state === 'read' || state === 'scopeMissing' ? state : 'waiting';
			return {
				storeId,
				platform: platform as PlatformId,
				state: !adapter?.listings ? 'none' : adapter.listings.serves?.({ attributes }) === false ? 'elsewhere' : known,
				readUntil,
				unreadable: unreadable ?? 0,
			};
		});
	}),

	/** Listings that wait for a person, what sells most first, with the SKUs that may fit. */
	queue: memberProcedure('catalogue.read')
		.input(z.object({ stores, ...page }))
		.query(async ({ ctx: { member }, input }): Promise<PairingQueueView> => {
			const scope = chosen(member, input.stores);
			return await member.scoped(async (db) => {
				const { rows, next } = await waitingListings(db, { stores: scope, after: input.cursor, limit: input.limit });
				const faces = await skuFaces(
					db,
					rows.flatMap(({ proposals }) => proposals.map(({ skuId }) => skuId)),
				);
				const face = new Map(faces.map((sku) => [sku.skuId, sku]));
				return {
					rows: rows.map((row) => ({
						...row,
						state: stateOf(row.state),
						proposals: row.proposals.flatMap(({ skuId, confidence, reasons }) => {
							const sku = face.get(skuId);
							return sku ? [{ sku, confidence, reasons: reasonsOf(reasons) }] : [];
						}),
					})),
					next,
					waiting: await countWaiting(db, scope),
				};
			});
		}),

	/** What platforms keep from sale, by their reason; what is most at stake first. */
	problems: memberProcedure('catalogue.read')
		.input(z.object({ stores }))
		.query(async ({ ctx: { member }, input }): Promise<ProblemGroupView[]> => {
			const groups = await member.scoped((db) => problemGroups(db, chosen(member, input.stores), MOST_GROUPS));
			return groups.flatMap(({ platform, ...group }) => (isPlatformId(platform) ? [{ platform, ...group }] : []));
		}),

	/** The listings of one platform that have one reason. */
	problem: memberProcedure('catalogue.read')
		.input(z.object({ stores, platform: z.string().max(40), cause: z.string().max(5000) }))
		.query(async ({ ctx: { member }, input }): Promise<ListingProblemView[]> => {
			const rows = await member.scoped((db) => problemListings(db, chosen(member, input.stores), input, MOST_PROBLEMS));
			return rows.map((row) => ({ ...row, state: stateOf(row.state) }));
		}),

	sku: memberProcedure('catalogue.read')
		.input(z.object({ skuId: z.uuid() }))
		.query(
			async ({ ctx: { member }, input }): Promise<SkuView> =>
				member.scoped(async (scope) => {
					const [sku] = await skuFaces(scope, [input.skuId]);
					const listings = await listingsOfSku(scope, member.storeScope, input.skuId);
					if (!sku || listings.length === 0) throw problem('notFound');
					const taking = new Set(
						(await listingReads(scope, member.storeScope)).flatMap(({ storeId, platform }) =>
							adapterOf(member, platform)?.reviewCarry ? [storeId] : [],
						),
					);
					// Variants of a product have its stars in common.
					const products = [...new Map(listings.map((one) => [`${one.storeId} ${one.externalListingId}`, one])).values()];
					return {
						sku,
						whole: {
							sold: listings.reduce((sum, { sold }) => sum + sold, 0),
							stores: new Set(listings.filter(({ gone }) => !gone).map(({ storeId }) => storeId)).size,
							rating: averageOf(sumOfStars(products)),
						},
						takesReviews: listings.some(({ gone, storeId }) => !gone && taking.has(storeId)),
						listings: listings.map(({ gone, priceMinor, currency, stars, ...listing }) => ({
							...listing,
							rating: averageOf(stars),
							state: gone ? 'gone' : cellState(listing),
							price: priceOf(member, { priceMinor, currency }),
							reasons: reasonsOf(listing.reasons),
						})),
					};
				}),
		),

	/** How well machines can read each listing of a SKU. */
	forMachines: memberProcedure('catalogue.read')
		.input(z.object({ skuId: z.uuid() }))
		.query(({ ctx: { member }, input: { skuId } }): Promise<MachineReadingView[]> => forMachines(member, skuId)),

	/** What is known of how ready some SKUs are for the stores that lack them, for a page of the matrix at once. */
	readiness: memberProcedure('catalogue.read')
		.input(z.object({ skuIds: z.array(z.uuid()).max(MOST_SKUS), stores }))
		.query(({ ctx: { member }, input }): Promise<ReadinessView> => readinessFacts(member, chosen(member, input.stores), input.skuIds)),

	/** Says which SKU a listing is; without one it becomes a SKU of its own. */
	pair: memberProcedure('catalogue.pair')
		.input(z.object({ listingId: z.uuid(), skuId: z.uuid().nullable() }))
		.mutation(async ({ ctx: { member }, input: { listingId, skuId } }) => {
			await decide(member, { action: 'catalogue.pair', listingId }, async (scope, row) => {
				const by = member.user.id;
				if (skuId === null) {
					await foundSku(scope, row, { skuId: uuidv7(), pairingId: uuidv7(), by });
					return { after: { name: row.sellerSku ?? row.title } };
				}
				const code = await skuCode(scope, skuId);
				if (code === null) throw problem('notFound');
				await pairListings(scope, [{ pairingId: uuidv7(), listingId, skuId, by, confidence: null, reasons: [] }]);
				return { after: { name: code } };
			});
			return { paired: 1 };
		}),

	/** Says of some SKUs that a listing is none of them. */
	refuse: memberProcedure('catalogue.pair')
		.input(z.object({ listingId: z.uuid(), skuIds: z.array(z.uuid()).min(1).max(20) }))
		.mutation(async ({ ctx: { member }, input: { listingId, skuIds } }) => {
			await decide(member, { action: 'catalogue.refuse', listingId }, async (scope) => {
				await refuseProposals(scope, listingId, skuIds);
				return { facts: { count: skuIds.length } };
			});
			return { refused: skuIds.length };
		}),

	/** Takes a listing out of its SKU from now on; what was sold until now stays where it was counted. */
	unpair: memberProcedure('catalogue.pair')
		.input(z.object({ listingId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { listingId } }) => {
			await decide(member, { action: 'catalogue.unpair', listingId }, async (scope, row) => {
				if (row.skuId === null) throw problem('notFound');
				const code = await skuCode(scope, row.skuId);
				await unpairListing(scope, listingId, member.user.id);
				return { before: { name: code ?? '' } };
			});
			return { unpaired: 1 };
		}),
});

import { listingsOfSku, reviewsToCarry, type ReviewToCarry, type Scope, skuCode, storeById, writeAudit } from '@pangea/db';
import { isPlatformId, PLATFORMS } from '@pangea/domain';
import type { CarriedReview, CarryBar, ReviewCarry } from '@pangea/platform-contract';
import { z } from 'zod';
import { adapterOf } from '../adapter.ts';
import { problem } from '../problem.ts';
import { type Member, memberProcedure } from '../trpc.ts';
import { openReview } from './imported.ts';
import { SHORTEST_RIGHT } from './rights.ts';
import type { CarryFileView, CarryPlanView, CarrySourceView, CarryTargetView } from './shapes.ts';

/** So many of the newest are looked at; where there are more, the plan says so. */
const MOST_CARRIED = 10_000;

const rights = z.object({
	by: z.string().trim().min(SHORTEST_RIGHT.by).max(120),
	ground: z.string().trim().min(SHORTEST_RIGHT.ground).max(500),
});

/** Reviews of a SKU that go along to another store of it, as a file in the form of that store's platform. Nothing is sent. */
export const carryProcedures = {
	/** Where reviews of a SKU can be carried to, and what of them would go there. */
	carryPlan: memberProcedure('catalogue.publish')
		.input(z.object({ skuId: z.uuid(), listingId: z.uuid().optional() }))
		.query(
			async ({ ctx: { member }, input: { skuId, listingId } }): Promise<CarryPlanView> =>
				member.scoped(async (scope) => {
					const targets = await targetsOf(scope, member, skuId);
					const target = targets.find(({ shown }) => shown.listingId === listingId) ?? targets[0];
					if (!target) return { targets: [], plan: null };
					const { weighed, whole } = await weigh(scope, member, skuId, target);
					const sources = [...Map.groupBy(weighed, ({ row }) => row.storeId)].map(([storeId, of]) => toSource(storeId, of));
					const plan = { listingId: target.shown.listingId, sources, whole, most: target.carry.most, rule: target.carry.rule };
					return { targets: targets.map((one) => one.shown), plan };
				}),
		),

	/**
	 * Makes the file. Reviews that a platform itself shows go only where the member says by what right; all stars go, since no platform lets sellers choose.
	 * @throws notFound, inputWrong where nothing may go
	 */
	carry: memberProcedure('catalogue.publish')
		.input(z.object({ skuId: z.uuid(), listingId: z.uuid(), rights: rights.nullable() }))
		.mutation(
			async ({ ctx: { member }, input }): Promise<CarryFileView> =>
				member.scoped(async (scope) => {
					const target = (await targetsOf(scope, member, input.skuId)).find(({ shown }) => shown.listingId === input.listingId);
					if (!target) throw problem('notFound');
					const { weighed } = await weigh(scope, member, input.skuId, target);
					const going = weighed.filter(({ row, bar }) => bar === null && (row.rights !== null || input.rights !== null));
					if (going.length === 0) throw problem('inputWrong', { field: 'rights' });
					const bodies = target.carry.bodies(
						target.shown,
						going.map(({ review }) => review),
					);
					const code = (await skuCode(scope, input.skuId)) ?? '';
					const usesRight = going.some(({ row }) => row.rights === null);
					await writeAudit(scope, {
						userId: member.user.id,
						action: 'reviews.carry',
						subject: input.skuId,
						subjectName: code,
						storeId: target.shown.storeId,
						facts: {
							count: going.length,
							...(usesRight && input.rights && { rightsBy: input.rights.by, rightsGround: input.rights.ground }),
						},
					});
					const name = code.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
					return {
						fileName: `pangea-reviews-${name}-${member.services.now().toISOString().slice(0, 10)}.json`,
						text: `${JSON.stringify(bodies, null, '\t')}\n`,
						reviews: going.length,
						bodies: bodies.length,
					};
				}),
		),
};

interface Target {
	shown: CarryTargetView;
	carry: ReviewCarry;
}

/** Products of the SKU, in stores that the member sees, whose platform takes reviews from elsewhere. */
async function targetsOf(scope: Scope, member: Member, skuId: string): Promise<Target[]> {
	const found = new Map<string, Target>();
	for (const { listingId, storeId, externalListingId, title, gone } of await listingsOfSku(scope, member.storeScope, skuId)) {
		const product = `${storeId} ${externalListingId}`;
		if (gone || found.has(product)) continue;
		const store = await storeById(scope, storeId);
		const carry = store && adapterOf(member, store.platform)?.reviewCarry;
		if (carry) found.set(product, { shown: { listingId, storeId, externalListingId, title }, carry });
	}
	return [...found.values()];
}

interface Weighed {
	row: ReviewToCarry;
	review: CarriedReview;
	bar: CarryBar | null;
}

/** What is known of a SKU's reviews elsewhere, each with whether the platform can take it. */
async function weigh(
	scope: Scope,
	member: Member,
	skuId: string,
	{ shown: { storeId }, carry }: Target,
): Promise<{ weighed: Weighed[]; whole: boolean }> {
	const box = await member.services.operations.box(member.workspaceId);
	const to = await storeById(scope, storeId);
	const found = await reviewsToCarry(scope, { stores: member.storeScope, skuId, except: storeId, limit: MOST_CARRIED + 1 });
	const whole = found.length <= MOST_CARRIED;
	const weighed = (whole ? found : found.slice(1)).map((row) => {
		const body = row.sealed && openReview(box, row.reviewId, row.sealed);
		const review = {
			identity: JSON.stringify([to?.platform, to?.external_id, row.platform, row.storeExternalId, row.externalId]),
			source: isPlatformId(row.platform) ? PLATFORMS[row.platform].name : row.platform,
			rating: row.rating,
			title: body?.title ?? null,
			text: body?.text ?? null,
			writtenAt: row.writtenAt,
		};
		return { row, review, bar: carry.barOf(review) };
	});
	return { weighed, whole };
}

function toSource(storeId: string, of: readonly Weighed[]): CarrySourceView {
	const free = of.filter(({ bar }) => bar === null);
	const rightful = free.flatMap(({ row }) => row.rights ?? []);
	return {
		storeId,
		rightful: rightful.length,
		rights: [...new Map(rightful.map((one) => [`${one.by}\n${one.ground}`, one])).values()],
		rightless: free.length - rightful.length,
		wordless: of.filter(({ bar }) => bar === 'wordless').length,
		tooLong: of.filter(({ bar }) => bar === 'tooLong').length,
	};
}

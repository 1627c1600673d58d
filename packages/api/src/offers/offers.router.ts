import {
	addListingChanges,
	type ListingChangeRow,
	listingChangesOf,
	type NewListingChange,
	offerPage,
	type OfferRow,
	offersNamed,
	recentChangeBatches,
	type Scope,
	writeAudit,
} from '@pangea/db';
import {
	type AuditAction,
	isPlatformId,
	type Money,
	OFFER_CHANGE_STATES,
	OFFER_FIELDS,
	type OfferField,
	PLATFORM_IDS,
	type PlatformId,
} from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { cellState } from '../catalogue/states.ts';
import { problem } from '../problem.ts';
import type { MoneyView } from '../shapes.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { barOf, missing, type Offered, offeredOf, valueOf, verdictsOf } from './judge.ts';
import type { OfferBatchView, OfferChangeView, OfferOutcomeView, OfferPageView, OfferRowView, OfferVerdictView } from './shapes.ts';

const MOST_ROWS = 500;
const BATCHES = 20;
const stores = z.array(z.uuid()).max(500).optional();
const asked = z
	.array(
		z.strictObject({
			listingId: z.uuid(),
			title: z.string().max(2000).optional(),
			price: z.object({ amount: z.string().max(30), currency: z.string().max(3) }).optional(),
			stock: z.number().optional(),
		}),
	)
	.min(1)
	.max(MOST_ROWS)
	.refine((rows) => new Set(rows.map(({ listingId }) => listingId)).size === rows.length, 'a listing stands in one row');

/** The stores asked for, as far as the member may see them. */
function chosen({ storeScope }: Member, wanted: readonly string[] | undefined) {
	if (wanted === undefined) return storeScope;
	return storeScope === null ? wanted : wanted.filter((id) => storeScope.includes(id));
}

function moneyView(money: Money | null): MoneyView | null {
	return money && { amountMinor: String(money.amountMinor), currency: money.currency };
}

function requireSight(member: Member, rows: readonly { price?: unknown }[]): void {
	if (rows.some(({ price }) => price !== undefined) && !member.sees('revenue'))
		throw problem('notAllowed', { permission: 'fields.revenue' });
}

function rowView(member: Member, one: Offered): OfferRowView {
	const { row, terms, price, floor } = one;
	const seesPrices = member.sees('revenue');
	return {
		listingId: row.listingId,
		storeId: row.storeId,
		platform: row.platform as PlatformId,
		code: row.skuCode,
		sellerSku: row.sellerSku,
		title: row.title,
		variant: row.variant,
		imageUrl: row.imageUrl,
		state: cellState(row),
		sold: row.sold,
		price: seesPrices ? moneyView(price) : null,
		pricing: terms.pricing,
		paid: seesPrices && terms.pricing === 'received' ? paidOf(row) : null,
		stock: row.stock,
		floor: moneyView(floor),
		titleLength: { least: terms.titles.least, most: terms.titles.most },
		titleBar: barOf(one, 'title'),
		priceBar: barOf(one, 'price'),
		stockBar: barOf(one, 'stock'),
	};
}

function paidOf({ priceMinor, currency }: OfferRow): MoneyView | null {
	return priceMinor === null || currency === null ? null : { amountMinor: priceMinor, currency };
}

function changeView(member: Member, row: ListingChangeRow): OfferChangeView {
	const { undoes, reasons, was, shall, ...change } = row;
	const isSeen = row.field !== 'price' || member.sees('revenue');
	return {
		...change,
		field: fieldOf(row),
		was: isSeen ? was : null,
		shall: isSeen ? shall : null,
		state: OFFER_CHANGE_STATES.find((state) => state === row.state) ?? 'failed',
		// A platform's words may name the price.
		reasons: isSeen ? reasons.map(({ words, code }) => words || code).filter((text) => text !== '') : [],
		isUndo: undoes !== null,
	};
}

function fieldOf({ field }: { field: string }): OfferField {
	return OFFER_FIELDS.find((one) => one === field) ?? 'stock';
}

interface Batch {
	batchId: string;
	action: Extract<AuditAction, 'catalogue.changeOffers' | 'catalogue.undoOffers'>;
}

/** Keeps what may be sent and sends it on its way, one job and one record a store. */
async function sendAll(
	scope: Scope,
	member: Member,
	{ batchId, action }: Batch,
	verdicts: readonly OfferVerdictView[],
	changes: readonly NewListingChange[],
): Promise<OfferOutcomeView> {
	const at = member.services.now().toISOString();
	const kept = new Set(await addListingChanges(scope, { batchId, by: member.user.id, at }, changes));
	const sent = changes.filter(({ changeId }) => kept.has(changeId));
	for (const [storeId, own] of Map.groupBy(sent, (change) => change.storeId)) {
		await member.services.operations.sendOffers(scope, { batchId, storeId });
		await writeAudit(scope, { userId: member.user.id, action, subject: batchId, storeId, facts: { count: own.length } });
		await recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] });
	}
	const isSent = (verdict: OfferVerdictView): boolean =>
		sent.some(({ listingId, field }) => listingId === verdict.listingId && field === verdict.field);
	return {
		batchId,
		// Somebody was faster.
		verdicts: verdicts.map((verdict) => (verdict.refusal === null && !isSent(verdict) ? { ...verdict, refusal: 'underWay' } : verdict)),
		sent: sent.length,
	};
}

/** Changes titles, prices and stocks of listings that exist, many at once. */
export const offersRouter = router({
	/** Listings with their title, price and stock, what sells most first, and why a field cannot be changed. */
	list: memberProcedure('catalogue.read')
		.input(
			z.object({
				stores,
				platform: z.enum(PLATFORM_IDS).optional(),
				text: z.string().trim().max(200).optional(),
				cursor: z.string().max(100).optional(),
				limit: z.int().min(1).max(200).default(100),
			}),
		)
		.query(
			async ({ ctx: { member }, input }): Promise<OfferPageView> =>
				member.scoped(async (scope) => {
					const { rows, next } = await offerPage(scope, {
						stores: chosen(member, input.stores),
						platform: input.platform ?? null,
						text: input.text ? input.text : null,
						after: input.cursor,
						limit: input.limit,
					});
					const offered = await offeredOf(
						scope,
						member,
						rows.filter(({ platform }) => isPlatformId(platform)),
					);
					return { rows: offered.map((one) => rowView(member, one)), next };
				}),
		),

	/**
	 * What would become of changes, without making any: by what is known here. Amazon's own check of each comes when it is sent. A mutation because so
	 * many rows fit no address.
	 */
	preview: memberProcedure('catalogue.publish')
		.input(z.object({ rows: asked }))
		.mutation(async ({ ctx: { member }, input: { rows } }): Promise<OfferVerdictView[]> => {
			requireSight(member, rows);
			return await member.scoped(async (scope) => {
				const named = await offersNamed(
					scope,
					member.storeScope,
					rows.map(({ listingId }) => listingId),
				);
				return verdictsOf(await offeredOf(scope, member, named), rows);
			});
		}),

	/** Sends what passes; the rest comes back with why not. Under the same batch asked for twice it is sent once. */
	change: memberProcedure('catalogue.publish')
		.input(z.object({ batchId: z.uuid(), rows: asked }))
		.mutation(async ({ ctx: { member }, input: { batchId, rows } }): Promise<OfferOutcomeView> => {
			requireSight(member, rows);
			return await member.scoped(async (scope) => {
				const named = await offersNamed(
					scope,
					member.storeScope,
					rows.map(({ listingId }) => listingId),
				);
				const storeOf = new Map(named.map(({ listingId, storeId }) => [listingId, storeId]));
				const verdicts = verdictsOf(await offeredOf(scope, member, named), rows);
				const changes = verdicts.flatMap(({ listingId, field, currency, refusal, was, shall }): NewListingChange[] => {
					const storeId = storeOf.get(listingId);
					if (refusal !== null || was === null || shall === null || storeId === undefined) return [];
					return [{ changeId: uuidv7(), listingId, storeId, field, currency, was, shall, undoes: null }];
				});
				return await sendAll(scope, member, { batchId, action: 'catalogue.changeOffers' }, verdicts, changes);
			});
		}),

	/** What was changed last, newest first. */
	batches: memberProcedure('catalogue.publish').query(async ({ ctx: { member } }): Promise<OfferBatchView[]> => {
		const rows = await member.scoped((scope) => recentChangeBatches(scope, member.storeScope, BATCHES));
		return rows;
	}),

	/** What became of the changes of a batch. */
	batch: memberProcedure('catalogue.publish')
		.input(z.object({ batchId: z.uuid() }))
		.query(async ({ ctx: { member }, input: { batchId } }): Promise<OfferChangeView[]> => {
			const rows = await member.scoped((scope) => listingChangesOf(scope, member.storeScope, batchId));
			return rows.map((row) => changeView(member, row));
		}),

	/** Takes a batch back as a new one: each field to what it was, where the platform still shows what was set. */
	undo: memberProcedure('catalogue.publish')
		.input(z.object({ batchId: z.uuid(), undoes: z.uuid() }))
		.mutation(
			async ({ ctx: { member }, input: { batchId, undoes } }): Promise<OfferOutcomeView> =>
				member.scoped(async (scope) => {
					const done = (await listingChangesOf(scope, member.storeScope, undoes)).filter(({ state }) => state === 'applied');
					if (done.length === 0) throw problem('nothingToUndo');
					if (done.some(({ field }) => field === 'price') && !member.sees('revenue'))
						throw problem('notAllowed', { permission: 'fields.revenue' });
					const named = await offersNamed(
						scope,
						member.storeScope,
						done.map(({ listingId }) => listingId),
					);
					const offered = new Map((await offeredOf(scope, member, named)).map((one) => [one.row.listingId, one]));
					const verdicts = done.map((change) => undoVerdict(change, offered.get(change.listingId)));
					const changes = verdicts.flatMap(({ refusal }, place): NewListingChange[] => {
						const change = done[place];
						if (refusal !== null || !change) return [];
						const { listingId, storeId, field, currency, changeId, was, shall } = change;
						return [{ changeId: uuidv7(), listingId, storeId, field, currency, was: shall, shall: was, undoes: changeId }];
					});
					return await sendAll(scope, member, { batchId, action: 'catalogue.undoOffers' }, verdicts, changes);
				}),
		),
});

/** Nobody else's change is undone: what is shown has to be what was set. */
function undoVerdict(change: ListingChangeRow, one: Offered | undefined): OfferVerdictView {
	const field = fieldOf(change);
	if (!one) return missing(change.listingId, field);
	const isOurs = valueOf(one, field) === change.shall && (field !== 'price' || one.price?.currency === change.currency);
	return {
		listingId: change.listingId,
		field,
		currency: change.currency,
		was: change.shall,
		shall: change.was,
		refusal: barOf(one, field) ?? (isOurs ? null : 'changedSince'),
		bound: null,
		warnings: [],
	};
}

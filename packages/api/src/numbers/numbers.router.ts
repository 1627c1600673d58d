import {
	addRates,
	lastSeq,
	mostSold,
	newestRates,
	profitDays,
	ratesTold,
	type Scope,
	salesCells,
	skuProfits,
	storeOverview,
	workspaceOf,
	writeAudit,
} from '@pangea/db';
import { addDays, COMPARISONS, dayCount, GROUPINGS, isDay, isRate, type PlatformId } from '@pangea/domain';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { currencyInput } from '../money-input.ts';
import { isLate } from '../stores/stores.view.ts';
import type { Services } from '../context.ts';
import { type Member, memberProcedure, platformInput, router } from '../trpc.ts';
import { shiftOf } from './period.ts';
import { bookOf, Converter } from './figures.ts';
import { tellProfit } from './profit.ts';
import { currenciesOf, factorsOf, tellSkuProfit } from './profit-sku.ts';
import { requireSight } from './sight.ts';
import type { NumbersView, ProfitView, RateView, SkuProfitView, SkusView, StatementsView } from './shapes.ts';
import { answerStatements, statementsQuestion } from './statements.ts';
import { tellSkus } from './skus.ts';
import { addUp, type Place, tell } from './tell.ts';

/** Two years and a leap day: as far as figures are kept ready. */
const MOST_DAYS = 731;
const MOST_RATES = 3000;
/** As many as one looks through. */
const MOST_SKUS = 30;
const MOST_PROFIT_SKUS = 100;

const day = z.string().refine(isDay);

export const numbersQuestion = z
	.object({
		/** First and last day. */
		from: day,
		until: day,
		compare: z.enum(COMPARISONS).default('before'),
		/** In which currency; the workspace's own by default. */
		base: currencyInput.optional(),
		/** Whose days: each store's own, or the workspace's. */
		clock: z.enum(['store', 'workspace']).default('store'),
		/** Rates as they were known then; as they are known by now by default. */
		asOf: z.iso.datetime().optional(),
		stores: z.array(z.uuid()).max(500).default([]),
		platforms: z.array(platformInput).max(20).default([]),
		by: z.enum(GROUPINGS).default('platform'),
	})
	.refine((q) => q.from <= q.until && dayCount(q.from, q.until) <= MOST_DAYS);

export type NumbersQuestion = z.output<typeof numbersQuestion>;

const rate = z.object({
	currency: currencyInput,
	against: currencyInput,
	day,
	rate: z.string().refine(isRate),
	/** Rates of an example are told as such. */
	source: z.enum(['hand', 'demo']).default('hand'),
});

export const numbersRouter = router({
	overview: memberProcedure('numbers.read')
		.input(numbersQuestion)
		.query(({ ctx: { member }, input }): Promise<NumbersView> => answerNumbers(member, input)),

	profit: memberProcedure('numbers.read')
		.input(numbersQuestion)
		.query(({ ctx: { member }, input }): Promise<ProfitView> => answerProfit(member, input)),

	/** What is left, SKU by SKU. */
	skuProfit: memberProcedure('numbers.read')
		.input(numbersQuestion)
		.query(({ ctx: { member }, input }): Promise<SkuProfitView> => answerSkuProfit(member, input, MOST_PROFIT_SKUS)),

	statements: memberProcedure('numbers.read')
		.input(statementsQuestion)
		.query(({ ctx: { member }, input }): Promise<StatementsView> => answerStatements(member, input)),

	skus: memberProcedure('numbers.read')
		.input(numbersQuestion)
		.query(({ ctx: { member }, input }): Promise<SkusView> => answerSkus(member, input)),

	rates: memberProcedure('numbers.read').query(
		({ ctx: { member } }): Promise<RateView[]> => member.scoped(async (scope) => await newestRates(scope)),
	),

	setRates: memberProcedure('stores.manage')
		.input(z.object({ rates: z.array(rate).min(1).max(MOST_RATES) }))
		.mutation(async ({ ctx: { member }, input: { rates } }) => {
			if (rates.some((r) => r.currency === r.against || r.currency === 'EUR')) throw problem('inputWrong', { field: 'currency' });
			return await member.scoped(async (scope) => {
				const added = await addRates(scope, rates, member.user.id);
				const [first] = rates;
				const one =
					rates.length === 1 && first ? { currency: first.currency, against: first.against, day: first.day, rate: first.rate } : {};
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'numbers.setRate',
					subject: member.workspaceId,
					subjectName: first?.currency ?? null,
					after: { count: rates.length, ...one },
				});
				return { added };
			});
		}),
});

function placeOf(store: Awaited<ReturnType<typeof storeOverview>>[number]): Place {
	const { platform, site_id, entity, store_group, owner_id } = store;
	return { platform, site: `${platform}/${site_id}`, entity: entity ?? '', group: store_group ?? '', owner: owner_id ?? '' };
}

/** Who asks for figures. */
export type NumbersReader = Pick<Member, 'storeScope' | 'sees' | 'scoped'> & { services: Pick<Services, 'now' | 'registry'> };

/** In which currency, by whose clock and of which stores a question is meant. */
async function groundOf(scope: Scope, member: NumbersReader, q: NumbersQuestion) {
	const workspace = await workspaceOf(scope);
	if (!workspace) throw problem('noWorkspace');
	const stores = (await storeOverview(scope, member.storeScope)).filter(
		(s) =>
			(q.stores.length === 0 || q.stores.includes(s.store_id)) && (q.platforms.length === 0 || q.platforms.some((p) => p === s.platform)),
	);
	const all = member.storeScope === null && q.stores.length === 0 && q.platforms.length === 0;
	return {
		base: q.base ?? workspace.base_currency,
		zone: q.clock === 'workspace' ? workspace.zone : null,
		stores,
		ids: all ? null : stores.map((s) => s.store_id),
	};
}

/** What is left of the orders of a period; see `docs/measures.md`. @throws notAllowed */
export async function answerProfit(member: NumbersReader, q: NumbersQuestion): Promise<ProfitView> {
	requireSight(member);
	return await member.scoped(async (scope) => (await profitOf(scope, member, q)).view, { snapshot: true });
}

async function profitOf(scope: Scope, member: NumbersReader, q: NumbersQuestion) {
	const { base, zone, stores, ids } = await groundOf(scope, member, q);
	const asked = { stores: ids, from: q.from, until: q.until, zone };
	const days = await profitDays(scope, asked);
	const book = bookOf(
		await ratesTold(scope, { currencies: [base, ...currenciesOf(days)], from: q.from, until: q.until, asOf: q.asOf ?? null }),
	);
	const placeOfStore = new Map(stores.map((s) => [s.store_id, placeOf(s)]));
	const view: ProfitView = { currency: base, ...tellProfit({ base, days, book, by: q.by, placeOf: placeOfStore }) };
	return { view, asked, days, converter: new Converter(book, base) };
}

/**
 * What is left of the same orders, SKU by SKU. An order's money is parted among its lines, so the rows add up to the whole.
 * @param most so many SKUs are named, all others are one rest @throws notAllowed
 */
export async function answerSkuProfit(member: NumbersReader, q: NumbersQuestion, most: number): Promise<SkuProfitView> {
	requireSight(member);
	return await member.scoped(
		async (scope) => {
			const { view, asked, days, converter } = await profitOf(scope, member, q);
			const { groups: _, ...whole } = view;
			return { ...whole, ...tellSkuProfit(await skuProfits(scope, asked, factorsOf(days, converter)), view.total, most) };
		},
		{ snapshot: true },
	);
}

/** What was sold most on the days and in the stores of a question, in pieces: no amount is told. */
export async function answerSkus(member: NumbersReader, q: NumbersQuestion): Promise<SkusView> {
	return await member.scoped(
		async (scope) => {
			const { zone, stores, ids } = await groundOf(scope, member, q);
			const sold = await mostSold(scope, { stores: ids, from: q.from, until: q.until, zone }, MOST_SKUS);
			return tellSkus(sold, new Map(stores.map((s) => [s.store_id, placeOf(s).site])));
		},
		{ snapshot: true },
	);
}

/**
 * The figures of a period with all they stand on, from one moment of the database. Sums and fees stand side by side, so who does not see one of
 * them sees none.
 * @throws notAllowed
 */
export async function answerNumbers(member: NumbersReader, q: NumbersQuestion): Promise<NumbersView> {
	requireSight(member);
	const now = member.services.now();
	const asOf = q.asOf ?? null;
	return await member.scoped(
		async (scope) => {
			const seq = await lastSeq(scope);
			const { base, zone, stores, ids } = await groundOf(scope, member, q);
			const shift = shiftOf(q.compare, q.from, q.until);
			const comparedFrom = shift === null ? null : addDays(q.from, -shift);
			const comparedUntil = shift === null ? null : addDays(q.until, -shift);
			const placeOfStore = new Map(stores.map((s) => [s.store_id, placeOf(s)]));
			const sumsOf = async (from: string, until: string) =>
				addUp(await salesCells(scope, { stores: ids, from, until, zone }), [from, until], q.by, placeOfStore);
			const sums = await sumsOf(q.from, q.until);
			const before = comparedFrom === null || comparedUntil === null ? null : await sumsOf(comparedFrom, comparedUntil);
			const currencies = [base, ...sums.whole.currencies, ...(before?.whole.currencies ?? [])];
			const book = bookOf(await ratesTold(scope, { currencies, from: comparedFrom ?? q.from, until: q.until, asOf }));
			const { basis, ...told } = tell({ base, now: sums, before, book });
			return {
				...told,
				basis: {
					...basis,
					currency: base,
					from: q.from,
					until: q.until,
					comparedFrom,
					comparedUntil,
					zone,
					asOf: asOf ?? now.toISOString(),
					stores: stores
						.filter((s) => s.enabled && s.connection_state !== 'disconnected')
						.map((s) => ({
							storeId: s.store_id,
							platform: s.platform as PlatformId,
							freshTo: s.watermark,
							late: isLate(s, member.services.registry, now),
							historyFrom: s.backfill_state === 'done' ? s.history_from : s.reached,
						})),
				},
				seq,
			};
		},
		{ snapshot: true },
	);
}

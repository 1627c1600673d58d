import { costHistory, listCosts, type SkuCostRow, skusWithoutCost, stateCost, takeBackCost, writeAudit } from '@pangea/db';
import { addDays, isDay, LONGEST_SKU, MoneyError, parseMoney } from '@pangea/domain';
import { z } from 'zod';
import { currencyInput } from '../money-input.ts';
import { problem } from '../problem.ts';
import type { MoneyView } from '../shapes.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { todayOf } from '../workspace/today.ts';
import type { CostView, CostWordView, MissingCostView } from './shapes.ts';

/** SKUs that nobody bought for longer need no cost now. */
const LOOKED_BACK_DAYS = 30;
const MISSING_SHOWN = 200;

const sku = z.string().trim().min(1).max(LONGEST_SKU);
const day = z.string().refine(isDay);
/** Decimal text in major units. */
const amount = z.string().regex(/^\d{1,15}(\.\d{1,4})?$/);

/** Costs of goods. Who does not see costs gets none of it. */
export const costsRouter = router({
	list: memberProcedure('fields.cost')
		.input(
			z.object({
				search: z.string().trim().max(LONGEST_SKU).default(''),
				after: z.string().max(1000).nullable().default(null),
				limit: z.number().int().min(1).max(200).default(100),
			}),
		)
		.query(
			({ ctx: { member }, input }): Promise<{ rows: CostView[]; next: string | null }> =>
				member.scoped(async (scope) => {
					const { rows, next } = await listCosts(scope, { ...input, today: await todayOf(scope, member) });
					return { rows: rows.map(toCost), next };
				}),
		),

	history: memberProcedure('fields.cost')
		.input(z.object({ sellerSku: sku }))
		.query(
			({ ctx: { member }, input }): Promise<CostWordView[]> =>
				member.scoped(async (scope) =>
					(await costHistory(scope, input.sellerSku)).map(({ currency, amountMinor, inboundMinor, ...word }) => ({
						...word,
						amount: moneyOf(amountMinor, currency),
						inbound: moneyOf(inboundMinor, currency),
					})),
				),
		),

	missing: memberProcedure('fields.cost').query(
		({ ctx: { member } }): Promise<MissingCostView[]> =>
			member.scoped(async (scope) => {
				const today = await todayOf(scope, member);
				const since = addDays(today, -LOOKED_BACK_DAYS);
				return await skusWithoutCost(scope, { storeScope: member.storeScope, since, today: addDays(today, 1), limit: MISSING_SHOWN });
			}),
	),

	set: memberProcedure('stores.manage')
		.input(z.object({ sellerSku: sku, validFrom: day, currency: currencyInput, amount, inbound: amount.nullable().default(null) }))
		.mutation(async ({ ctx: { member }, input: { sellerSku, validFrom, currency, ...told } }) => {
			requireSight(member);
			const minor = (field: 'amount' | 'inbound', text: string): bigint => {
				try {
					return parseMoney(text, currency).amountMinor;
				} catch (error) {
					if (error instanceof MoneyError) throw problem('inputWrong', { field });
					throw error;
				}
			};
			const cost = {
				sellerSku,
				validFrom,
				currency,
				amountMinor: minor('amount', told.amount),
				inboundMinor: told.inbound === null ? null : minor('inbound', told.inbound),
			};
			return await member.scoped(async (scope) => {
				const stated = await stateCost(scope, cost, member.user.id);
				// The amount stays out of the trail: not everybody who reads it sees costs. Who said what when stands with the cost itself.
				if (stated)
					await writeAudit(scope, {
						userId: member.user.id,
						action: 'costs.set',
						subject: sellerSku,
						subjectName: sellerSku,
						after: { day: validFrom, currency },
					});
				return { stated };
			});
		}),

	takeBack: memberProcedure('stores.manage')
		.input(z.object({ sellerSku: sku, validFrom: day }))
		.mutation(async ({ ctx: { member }, input: { sellerSku, validFrom } }) => {
			requireSight(member);
			await member.scoped(async (scope) => {
				if (!(await takeBackCost(scope, sellerSku, validFrom, member.user.id))) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'costs.takeBack',
					subject: sellerSku,
					subjectName: sellerSku,
					before: { day: validFrom },
				});
			});
		}),
});

function requireSight(member: Member): void {
	if (!member.sees('cost')) throw problem('notAllowed', { permission: 'fields.cost' });
}

function moneyOf(minor: string | null, currency: string): MoneyView | null {
	return minor === null ? null : { amountMinor: minor, currency };
}

function toCost({ sellerSku, validFrom, currency, amountMinor, inboundMinor, days }: SkuCostRow): CostView {
	return {
		sellerSku,
		validFrom,
		amount: { amountMinor: amountMinor.toString(), currency },
		inbound: inboundMinor === null ? null : { amountMinor: inboundMinor.toString(), currency },
		days,
	};
}

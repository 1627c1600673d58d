import {
	annotateOrders,
	buyerDataChoices,
	countOrders,
	EVERY_STATE,
	lastSeq,
	listedAmong,
	listOrders,
	orderDetail,
	placesOfStores,
	orderRows,
	sealedBuyer,
	sealedReply,
	writeAudit,
} from '@pangea/db';
import { FIELDS, FULFILMENTS, isPlatformId, ORDER_STATES, REVEAL_REASONS, type OrderState } from '@pangea/domain';
import { buyerDataRule } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { problem } from '../problem.ts';
import type { CountView, EvidenceDocument, OrderDetailView, OrderPageView, RevealedBuyer } from '../shapes.ts';
import { memberProcedure, router } from '../trpc.ts';
import { annotationEntry } from '../audit/entry.ts';
import { readEvidence } from './evidence.ts';
import { toDetail, toRow } from './orders.view.ts';
import { messageProcedures } from './message.procedures.ts';
import { orderProfit } from './profit.ts';

export const FLAGS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;

export const orderFilter = z.object({
	stores: z.array(z.uuid()).max(500).optional(),
	platforms: z.array(z.string().max(40)).max(20).optional(),
	entities: z.array(z.string().max(80)).max(100).optional(),
	groups: z.array(z.string().max(80)).max(100).optional(),
	owners: z.array(z.string().max(100)).max(100).optional(),
	search: z.string().max(200).optional(),
	from: z.iso.datetime({ offset: true }).optional(),
	until: z.iso.datetime({ offset: true }).optional(),
	flag: z.enum(FLAGS).optional(),
	fulfilment: z.enum(FULFILMENTS).optional(),
	/** First and last calendar day of each order's own store. */
	days: z.object({ from: z.iso.date(), until: z.iso.date() }).optional(),
	/** `counting`: orders that figures count. */
	attention: z.enum(['late', 'soon', 'returns', 'warnings', 'counting']).optional(),
});

export const orderView = orderFilter.extend({
	state: z.enum(ORDER_STATES).optional(),
	sort: z.enum(['newest', 'shipBy']).default('newest'),
});

const page = orderView.extend({
	after: z.string().max(500).optional(),
	limit: z.int().min(1).max(200).default(100),
});

/** Why somebody looks at personal data; kept in the trail. What is on no list has to be said. */
const revealInput = z
	.object({ orderId: z.uuid(), reason: z.enum(REVEAL_REASONS), words: z.string().trim().max(300).optional() })
	.refine(({ reason, words }) => reason !== 'other' || (words?.length ?? 0) >= 3, { path: ['words'] });

export const ordersRouter = router({
	...messageProcedures,

	list: memberProcedure('orders.read')
		.input(page)
		.query(
			async ({ ctx: { member }, input }): Promise<OrderPageView> =>
				member.scoped(async (scope) => {
					const seq = await lastSeq(scope);
					const { rows, next } = await listOrders(scope, { ...input, storeScope: member.storeScope });
					return { rows: rows.map((row) => toRow(row, member)), next, seq };
				}),
		),

	counts: memberProcedure('orders.read')
		.input(orderFilter)
		.query(
			async ({ ctx: { member }, input }): Promise<Record<OrderState | 'all', CountView>> =>
				member.scoped((scope) => countOrders(scope, { ...input, storeScope: member.storeScope }, EVERY_STATE)),
		),

	/** Those of the named orders that belong into a list, in no order. */
	among: memberProcedure('orders.read')
		.input(orderView.extend({ orderIds: z.array(z.uuid()).max(200) }))
		.query(async ({ ctx: { member }, input: { orderIds, ...asked } }) =>
			(await member.scoped((scope) => listedAmong(scope, { ...asked, storeScope: member.storeScope }, orderIds))).map((row) =>
				toRow(row, member),
			),
		),

	rows: memberProcedure('orders.read')
		.input(z.object({ orderIds: z.array(z.uuid()).max(200) }))
		.query(async ({ ctx: { member }, input }) =>
			(await member.scoped((scope) => orderRows(scope, member.storeScope, input.orderIds))).map((row) => toRow(row, member)),
		),

	detail: memberProcedure('orders.read')
		.input(z.object({ orderId: z.uuid() }))
		.query(async ({ ctx: { member }, input }): Promise<OrderDetailView> => {
			const { found, choices, profit, mode } = await member.scoped(async (scope) => {
				const order = await orderDetail(scope, member.storeScope, input.orderId);
				return {
					found: order,
					choices: await buyerDataChoices(scope),
					profit: order && (await orderProfit(scope, order.order, member)),
					mode: (order && (await placesOfStores(scope, [order.order.store_id])).get(order.order.store_id)?.mode) ?? '',
				};
			});
			if (!found) throw problem('notFound');
			const { services } = member;
			const now = services.now();
			const platform = found.order.platform;
			const adapter = isPlatformId(platform) ? services.registry.get(platform) : undefined;
			const manifest = adapter?.manifest;
			const rule = manifest && buyerDataRule(manifest, now);
			const life = rule ? { days: choices.get(platform) ?? rule.days, openDays: rule.openDays } : null;
			const takesMessages = adapter?.orderMessages !== undefined && (adapter.orderMessages.serves?.({ mode }) ?? true);
			return { ...toDetail(found, member, life, now), profit, takesMessages };
		}),

	reveal: memberProcedure('fields.buyer')
		.input(revealInput)
		.mutation(async ({ ctx: { member }, input }): Promise<RevealedBuyer> => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const [row] = await orderRows(scope, member.storeScope, [input.orderId]);
				const found = row && (await sealedBuyer(scope, input.orderId));
				// Past its date it is gone, though the run that deletes it comes at night.
				if (!found || Date.parse(found.dies_at) <= member.services.now().getTime()) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'orders.reveal',
					subject: input.orderId,
					subjectName: row.external_id,
					storeId: row.store_id,
					facts: { reason: input.reason, ...(input.words ? { words: input.words } : {}) },
				});
				const buyer = JSON.parse(box.open(found.sealed, `buyer ${input.orderId}`).toString('utf8')) as Omit<RevealedBuyer, 'diesAt'>;
				return { ...buyer, diesAt: found.dies_at };
			});
		}),

	annotate: memberProcedure('orders.annotate')
		.input(
			z.object({
				orderIds: z.array(z.uuid()).min(1).max(1000),
				flag: z.enum(FLAGS).nullable().optional(),
				note: z.string().trim().max(4000).nullable().optional(),
			}),
		)
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const after = { flag: input.flag, note: input.note === '' ? null : input.note };
				const changed = await annotateOrders(scope, {
					...after,
					orderIds: input.orderIds,
					storeScope: member.storeScope,
					userId: member.user.id,
				});
				await writeAudit(scope, ...changed.flatMap((order) => annotationEntry(member.user.id, order, after)));
				const ids = changed.map((order) => order.orderId);
				if (ids.length > 0) await recordEvent(scope, { kind: 'orders.changed', storeId: null, ids });
				return { changed: changed.length };
			}),
		),

	/** A document whose form is the platform's may tell anything, so only who sees every field reads it. */
	evidence: memberProcedure('evidence.read')
		.input(z.object({ rawReplyId: z.uuid() }))
		.query(async ({ ctx: { member }, input }): Promise<EvidenceDocument> => {
			for (const field of FIELDS) if (!member.sees(field)) throw problem('notAllowed', { permission: `fields.${field}` });
			const found = await member.scoped((scope) => sealedReply(scope, member.storeScope, input.rawReplyId));
			if (!found) throw problem('notFound');
			return readEvidence(found, await member.services.operations.box(member.workspaceId));
		}),
});

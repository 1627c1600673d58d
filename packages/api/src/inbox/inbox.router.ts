import {
	changeConversations,
	CONVERSATION_VIEWS,
	conversationRows,
	countConversations,
	draftOf,
	keepDraft,
	lastSeq,
	listConversations,
	memberOf,
	messagePulls,
	messagesOf,
	orderOfConversation,
	placesOfStores,
	type Scope,
	writeAudit,
} from '@pangea/db';
import { allows, checkMessage, isPlatformId, LONGEST_MESSAGE, type Permission, type PlatformId } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { dueOf, replyKindOf, toConversationRow, toMessage } from './inbox.view.ts';
import type {
	ConversationCountsView,
	ConversationPageView,
	ConversationRowView,
	InboxStoreView,
	OpenConversationView,
	PolicyFindingView,
} from './shapes.ts';

const MESSAGES_A_PAGE = 50;
const stores = z.array(z.uuid()).max(500).optional();
const conversationIds = z.array(z.uuid()).min(1).max(200);
const text = z.string().trim().min(1).max(LONGEST_MESSAGE);

/** All that is read here is what buyers say, so who does not see buyers' data sees nothing of it. */
function inboxProcedure(permission: Permission) {
	return memberProcedure(permission).use(({ ctx, next }) => {
		if (!ctx.member.sees('buyer')) throw problem('notAllowed', { permission: 'fields.buyer' });
		return next({ ctx });
	});
}

function findingsIn({ services }: Member, row: Awaited<ReturnType<typeof conversationRows>>[number], words: string): PolicyFindingView[] {
	const policy = isPlatformId(row.platform) ? services.registry.get(row.platform)?.manifest.messagePolicy : undefined;
	if (!policy) return [];
	const known = row.external_order_id === null ? [] : [row.external_order_id];
	return checkMessage(policy, { text: words, kind: replyKindOf(row.kind), known }).map((finding) => ({
		...finding,
		rewrite: finding.rewrite ?? null,
	}));
}

async function toRows(
	{ services }: Member,
	scope: Scope,
	rows: Awaited<ReturnType<typeof conversationRows>>,
	box: SealedBox,
): Promise<ConversationRowView[]> {
	const places = await placesOfStores(
		scope,
		rows.map((row) => row.store_id),
	);
	return rows.map((row) => {
		const adapter = isPlatformId(row.platform) ? services.registry.get(row.platform) : undefined;
		return toConversationRow(row, box, dueOf(row, places.get(row.store_id), adapter?.manifest.replyClocks ?? []));
	});
}

export const inboxRouter = router({
	list: inboxProcedure('inbox.read')
		.input(
			z.object({
				view: z.enum(CONVERSATION_VIEWS).default('open'),
				stores,
				cursor: z.string().max(500).optional(),
				limit: z.int().min(1).max(200).default(60),
			}),
		)
		.query(async ({ ctx: { member }, input }): Promise<ConversationPageView> => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const seq = await lastSeq(scope);
				const { rows, next } = await listConversations(scope, {
					...input,
					after: input.cursor,
					storeScope: member.storeScope,
					userId: member.user.id,
				});
				return { rows: await toRows(member, scope, rows, box), next, seq };
			});
		}),

	counts: inboxProcedure('inbox.read')
		.input(z.object({ stores }))
		.query(async ({ ctx: { member }, input }): Promise<ConversationCountsView> => {
			const counts = await member.scoped((scope) =>
				countConversations(scope, { ...input, storeScope: member.storeScope, userId: member.user.id }),
			);
			const view = ({ count, more }: { count: number; more: boolean }) => ({ count, capped: more });
			return {
				waiting: view(counts.waiting),
				mine: view(counts.mine),
				open: view(counts.open),
				done: view(counts.done),
				all: view(counts.all),
			};
		}),

	/** How far each store's conversations are read, so that an empty inbox never passes for a quiet one. */
	stores: inboxProcedure('inbox.read').query(async ({ ctx: { member } }): Promise<InboxStoreView[]> => {
		const pulls = await member.scoped((scope) => messagePulls(scope, member.storeScope));
		return pulls.map(({ storeId, platform, state, readUntil, code }) => {
			const adapter = isPlatformId(platform) ? member.services.registry.get(platform) : undefined;
			const known = state === 'read' || state === 'scopeMissing' || state === 'mailbox' ? state : 'waiting';
			return { storeId, platform: platform as PlatformId, state: adapter?.messages ? known : 'none', readUntil, code };
		});
	}),

	rows: inboxProcedure('inbox.read')
		.input(z.object({ conversationIds }))
		.query(async ({ ctx: { member }, input }): Promise<ConversationRowView[]> => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) =>
				toRows(member, scope, await conversationRows(scope, member.storeScope, input.conversationIds), box),
			);
		}),

	open: inboxProcedure('inbox.read')
		.input(z.object({ conversationId: z.uuid(), before: z.string().max(500).optional() }))
		.query(async ({ ctx: { member }, input }): Promise<OpenConversationView> => {
			const { conversationId, before } = input;
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const seq = await lastSeq(scope);
				const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!row) throw problem('notFound');
				const page = await messagesOf(scope, conversationId, { before, limit: MESSAGES_A_PAGE });
				const draft = await draftOf(scope, conversationId, member.user.id);
				const adapter = isPlatformId(row.platform) ? member.services.registry.get(row.platform) : undefined;
				const [conversation] = await toRows(member, scope, [row], box);
				if (!conversation) throw problem('notFound');
				return {
					conversation,
					messages: page.rows.toReversed().map((message) => toMessage(message, box)),
					before: page.next,
					orderId: await orderOfConversation(scope, row),
					draft: draft ? box.open(draft.sealed, `draft ${draft.draftId}`).toString('utf8') : '',
					longestText: adapter?.messages?.longestText ?? LONGEST_MESSAGE,
					seq,
				};
			});
		}),

	/** What the platform's rules find in a text. A mutation, since what is written to a buyer must not stand in an address. */
	check: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), text }))
		.mutation(async ({ ctx: { member }, input }): Promise<PolicyFindingView[]> => {
			const [row] = await member.scoped((scope) => conversationRows(scope, member.storeScope, [input.conversationId]));
			if (!row) throw problem('notFound');
			return findingsIn(member, row, input.text);
		}),

	/**
	 * Who may override sends what a rule of the platform blocks all the same, and the trail keeps it.
	 * @throws notFound, storeStopped, messagePolicy, notAllowed, inputWrong for a text that the platform would cut
	 */
	send: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), messageId: z.uuid(), text, override: z.boolean().default(false) }))
		.mutation(async ({ ctx: { member }, input }): Promise<{ sentAt: string }> => {
			const { conversationId, messageId } = input;
			const row = await member.scoped(async (scope) => {
				const [found] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!found) throw problem('notFound');
				const adapter = isPlatformId(found.platform) ? member.services.registry.get(found.platform) : undefined;
				if (input.text.length > (adapter?.messages?.longestText ?? LONGEST_MESSAGE)) throw problem('inputWrong', { field: 'text' });
				const rules = findingsIn(member, found, input.text).flatMap(({ rule, severity }) => (severity === 'blocks' ? [rule] : []));
				if (rules.length > 0) {
					if (!input.override) throw problem('messagePolicy', { rules: rules.join(', ') });
					if (!allows(member.powers, 'inbox.override')) throw problem('notAllowed', { permission: 'inbox.override' });
				}
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.send',
					subject: conversationId,
					subjectName: found.external_id,
					storeId: found.store_id,
					facts: { noteLength: input.text.length, ...(rules.length > 0 && { rules }) },
				});
				await keepDraft(scope, { conversationId, userId: member.user.id }, null);
				return found;
			});
			return await member.services.operations.sendReply(member.workspaceId, member.storeScope, {
				conversationId: row.conversation_id,
				messageId,
				userId: member.user.id,
				text: input.text,
			});
		}),

	sendAgain: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), messageId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped(async (scope) => {
				const [row] = await conversationRows(scope, member.storeScope, [input.conversationId]);
				if (!row) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.sendAgain',
					subject: input.conversationId,
					subjectName: row.external_id,
					storeId: row.store_id,
				});
			});
			await member.services.operations.sendReplyAgain(member.workspaceId, member.storeScope, input.messageId);
			return { queued: 1 };
		}),

	/** Who takes conversations, and whether they are done. */
	change: inboxProcedure('inbox.answer')
		.input(
			z
				.object({ conversationIds, done: z.boolean().optional(), assigneeId: z.string().max(100).nullable().optional() })
				.refine(({ done, assigneeId }) => done !== undefined || assigneeId !== undefined, { path: ['done'] }),
		)
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const { assigneeId, done } = input;
				if (typeof assigneeId === 'string' && !(await memberOf(scope, assigneeId))) throw problem('inputWrong', { field: 'assigneeId' });
				const changed = await changeConversations(scope, member.storeScope, input.conversationIds, { done, assigneeId });
				if (changed.length === 0) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.change',
					subject: changed[0]?.conversationId ?? '',
					storeId: changed[0]?.storeId ?? null,
					after: {
						count: changed.length,
						...(done === undefined ? {} : { state: done ? 'done' : 'open' }),
						...(assigneeId === undefined ? {} : { member: assigneeId }),
					},
				});
				for (const [storeId, of] of Map.groupBy(changed, (c) => c.storeId))
					await recordEvent(scope, { kind: 'conversation.changed', storeId, ids: of.map((c) => c.conversationId) });
				return { changed: changed.length };
			}),
		),

	/** Somebody has looked at it: nothing of it is unread for the team. */
	seen: inboxProcedure('inbox.read')
		.input(z.object({ conversationId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const changed = await changeConversations(scope, member.storeScope, [input.conversationId], { seen: true });
				const [one] = changed;
				if (!one) throw problem('notFound');
				await recordEvent(scope, { kind: 'conversation.changed', storeId: one.storeId, ids: [one.conversationId] });
				return { changed: 1 };
			}),
		),

	/** Keeps what was begun; an empty text forgets it. */
	saveDraft: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), text: z.string().max(LONGEST_MESSAGE) }))
		.mutation(async ({ ctx: { member }, input }) => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const [row] = await conversationRows(scope, member.storeScope, [input.conversationId]);
				if (!row) throw problem('notFound');
				const seal = (draftId: string): Buffer => box.seal(input.text, `draft ${draftId}`);
				await keepDraft(scope, { conversationId: input.conversationId, userId: member.user.id }, input.text.trim() === '' ? null : seal);
				return { kept: input.text.length };
			});
		}),
});

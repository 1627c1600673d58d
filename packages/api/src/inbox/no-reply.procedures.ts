import {
	changeConversations,
	conversationRows,
	holdConversation,
	markNoReply,
	newestMessage,
	placesOfStores,
	type Schema,
	summariseConversation,
	unmarkNoReply,
	writeAudit,
} from '@pangea/db';
import { chooseClock, replyKindOf } from '@pangea/domain';
import type { PlatformAdapter } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { adapterOf } from '../adapter.ts';
import { problem } from '../problem.ts';
import { inboxProcedure } from './inbox.procedure.ts';

/** Whether the platform knows the mark that a message needs no reply, for a buyer who waits now. No platform takes it from other programs. */
export function knowsNoReply(
	adapter: PlatformAdapter | undefined,
	row: Pick<Selectable<Schema['conversation']>, 'waiting_since' | 'kind' | 'case_facts'>,
	{ siteId, zone }: { siteId: string; zone: string },
): boolean {
	if (!adapter || row.waiting_since === null || row.case_facts !== null) return false;
	const asked = { site: siteId, kind: replyKindOf(row.kind), at: row.waiting_since, zone };
	const rule = chooseClock(adapter.manifest.replyClocks, asked)?.rule;
	return rule !== undefined && rule.standing === 'platform' && rule.stops.noReplyNeeded;
}

export const noReplyProcedures = {
	/**
	 * Marks that what the buyer said last needs no reply, and closes the conversation; or takes the mark back and opens it. The platform is not told:
	 * none takes it from us.
	 * @throws notFound, noReplyUnknown where the platform knows no such mark or nobody waits, writtenMeanwhile when the buyer has written after what was seen
	 */
	noReply: inboxProcedure('inbox.answer')
		.input(
			z.object({
				conversationId: z.uuid(),
				needed: z.boolean().default(false),
				/** The buyer's newest message that was read; null when none was. */
				seenMessageId: z.uuid().nullable().optional(),
			}),
		)
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const { conversationId, needed, seenMessageId } = input;
				await holdConversation(scope, conversationId);
				const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
				const place = row && (await placesOfStores(scope, [row.store_id])).get(row.store_id);
				if (!row || !place) throw problem('notFound');
				if (needed) {
					if (!(await unmarkNoReply(scope, conversationId))) throw problem('noReplyUnknown');
				} else {
					const adapter = adapterOf(member, row.platform);
					if (!knowsNoReply(adapter, row, place)) throw problem('noReplyUnknown');
					const newest = await newestMessage(scope, conversationId, 'buyer');
					if (seenMessageId !== undefined && (newest?.messageId ?? null) !== seenMessageId) throw problem('writtenMeanwhile');
					await markNoReply(scope, { conversationId, userId: member.user.id, now: member.services.now().toISOString() });
				}
				await summariseConversation(scope, conversationId, { reopen: false });
				await changeConversations(scope, member.storeScope, [conversationId], { done: !needed });
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.noReply',
					subject: conversationId,
					subjectName: row.external_id,
					storeId: row.store_id,
					after: { state: needed ? 'open' : 'done' },
				});
				await recordEvent(scope, { kind: 'conversation.changed', storeId: row.store_id, ids: [conversationId] });
				return { changed: 1 };
			}),
		),
};

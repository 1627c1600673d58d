import { type conversationRows, placesOfStores, type Scope, tagsOfConversations } from '@pangea/db';
import { isPlatformId, type Permission } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure } from '../trpc.ts';
import { dueOf, toConversationRow } from './inbox.view.ts';
import type { ConversationRowView } from './shapes.ts';

export const conversationIds = z.array(z.uuid()).min(1).max(200);

/** All that is read here is what buyers say, so who does not see buyers' data sees nothing of it. */
export function inboxProcedure(permission: Permission) {
	return memberProcedure(permission).use(({ ctx, next }) => {
		if (!ctx.member.sees('buyer')) throw problem('notAllowed', { permission: 'fields.buyer' });
		return next({ ctx });
	});
}

/** Conversations as lists show them, in the order given. */
export async function toRows(
	{ services }: Member,
	scope: Scope,
	rows: Awaited<ReturnType<typeof conversationRows>>,
	box: SealedBox,
): Promise<ConversationRowView[]> {
	const places = await placesOfStores(
		scope,
		rows.map((row) => row.store_id),
	);
	const tags = await tagsOfConversations(
		scope,
		rows.map((row) => row.conversation_id),
	);
	return rows.map((row) => {
		const adapter = isPlatformId(row.platform) ? services.registry.get(row.platform) : undefined;
		return toConversationRow(
			row,
			box,
			tags.get(row.conversation_id) ?? [],
			dueOf(row, places.get(row.store_id), adapter?.manifest.replyClocks ?? []),
		);
	});
}

import { type AuditEntry, channels, memberOf, notices, removeChannel, writeAudit } from '@pangea/db';
import { type ChannelKind, HOOK_KINDS, LANGUAGES, type NoticeKind, type NoticeLevel } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { problem } from '../problem.ts';
import type { ChannelView, NoticesView } from './shapes.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';

const DAY = 86_400_000;
/** How long a closed notice is still listed. */
const CLOSED_DAYS = 7;

const common = { name: z.string().trim().min(1).max(60), language: z.enum(LANGUAGES) };
const channelInput = z.discriminatedUnion('kind', [
	z.object({ ...common, kind: z.literal('email'), userId: z.string().max(100) }),
	z.object({
		...common,
		kind: z.enum(HOOK_KINDS),
		url: z.url({ protocol: /^https?$/ }).max(500),
		secret: z.string().trim().max(200).nullable(),
	}),
]);

export const noticesRouter = router({
	/** What stands, and what was closed in the last days, of the stores the member sees. */
	list: memberProcedure('stores.read').query(async ({ ctx: { member } }): Promise<NoticesView> => {
		const since = new Date(member.services.now().getTime() - CLOSED_DAYS * DAY).toISOString();
		const rows = await member.scoped((scope) => notices(scope, { userId: member.user.id, storeScope: member.storeScope }, since));
		return {
			open: rows.filter((row) => row.resolved_at === null).length,
			notices: rows.map((row) => ({
				noticeId: row.notice_id,
				kind: row.kind as NoticeKind,
				level: row.level as NoticeLevel,
				// A member is not told of stores that they do not see.
				storeIds: row.store_ids.filter((id) => member.storeScope === null || member.storeScope.includes(id)),
				detail: row.detail,
				since: row.first_at,
				resolvedAt: row.resolved_at,
			})),
		};
	}),

	channels: memberProcedure('notices.manage').query(async ({ ctx: { member } }): Promise<ChannelView[]> => {
		const rows = await member.scoped((scope) => channels(scope));
		return rows.map((row) => ({
			channelId: row.channel_id,
			kind: row.kind as ChannelKind,
			name: row.name,
			language: row.language,
			email: row.email,
			sentAt: row.sent_at,
			problem: row.error_code === null ? null : { code: row.error_code, params: { words: row.error_words ?? '' }, at: row.error_at },
		}));
	}),

	addChannel: memberProcedure('notices.manage')
		.input(channelInput)
		.mutation(async ({ ctx: { member }, input }) => {
			const { operations } = member.services;
			const { name, language } = input;
			let channelId: string;
			if (input.kind === 'email') {
				const { userId } = input;
				if (!(await member.scoped((scope) => memberOf(scope, userId)))) throw problem('notFound');
				channelId = await operations.saveChannel(member.workspaceId, { kind: 'email', name, language, userId });
			} else {
				const hook = { url: input.url, secret: input.secret === '' ? null : input.secret };
				channelId = await operations.saveChannel(member.workspaceId, { kind: input.kind, name, language, hook });
			}
			const entry: AuditEntry = { userId: member.user.id, action: 'notices.addChannel', subject: channelId, subjectName: name };
			await trail(member, { ...entry, after: { channel: input.kind, name } });
			return { channelId };
		}),

	removeChannel: memberProcedure('notices.manage')
		.input(z.object({ channelId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			const { channelId } = input;
			await member.scoped(async (scope) => {
				const was = await removeChannel(scope, channelId);
				if (!was) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'notices.removeChannel',
					subject: channelId,
					subjectName: was.name,
					before: { channel: was.kind, name: was.name },
				});
				await recordEvent(scope, { kind: 'notice.changed', storeId: null, ids: [] });
			});
			return { removed: true };
		}),

	/** Sends a test and waits for the answer. @throws the problem of the channel. */
	testChannel: memberProcedure('notices.manage')
		.input(z.object({ channelId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.services.operations.testChannel(member.workspaceId, input.channelId);
			await trail(member, { userId: member.user.id, action: 'notices.testChannel', subject: input.channelId });
			return { sent: true };
		}),
});

async function trail(member: Member, entry: AuditEntry): Promise<void> {
	await member.scoped(async (scope) => {
		await writeAudit(scope, entry);
		await recordEvent(scope, { kind: 'notice.changed', storeId: null, ids: [] });
	});
}

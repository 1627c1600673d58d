import {
	addNote,
	changeConversations,
	chosenFiles,
	conversationRows,
	holdConversation,
	inboxTags,
	keepDraft,
	membersSeeing,
	MOST_TAGS,
	newestMessage,
	removeInboxTag,
	replyState,
	saveInboxTag,
	type Scope,
	tagConversations,
	writeAudit,
} from '@pangea/db';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';
import { toChosen } from './chosen-files.ts';
import { conversationIds, inboxProcedure, toRows } from './inbox.procedure.ts';
import type { ChosenFileView, InboxTagView } from './shapes.ts';
import { ownWords } from './translation.procedures.ts';

const LONGEST_NOTE = 4000;
const MOST_MENTIONS = 20;
/** Nobody means a conversation to sleep longer; a mistyped year is refused. */
const LONGEST_SLEEP = 90 * 86_400_000;
const tagIds = z.array(z.uuid()).max(MOST_TAGS).default([]);

/** What members do with conversations among themselves. */
export const deskProcedures = {
	/**
	 * Who takes conversations, whether they are done, until when they sleep, and their tags; one or many at once, all or none.
	 * @throws notFound, inputWrong for a member who does not see the stores or a time that is over, snoozePastClock with the time by which a buyer
	 * has to be answered, takenMeanwhile when one is held by somebody else than `heldBy`, writtenMeanwhile when the buyer has written after
	 * what was seen, answerNotHere when the answer that closes one has not come in (asking again is worth while), answerLost when it was not taken
	 */
	change: inboxProcedure('inbox.answer')
		.input(
			z.object({
				conversationIds,
				done: z.boolean().optional(),
				/** The buyer's newest message that was seen of the only conversation; null: there was none. */
				seenMessageId: z.uuid().nullable().optional(),
				/** The answer for the sake of which the only conversation is closed, which may still be on its way. */
				answerId: z.uuid().optional(),
				assigneeId: z.string().max(100).nullable().optional(),
				/** Who held them when it was decided who shall; of two who take one at once the second is refused. */
				heldBy: z.string().max(100).nullable().optional(),
				snoozedUntil: z.iso.datetime({ offset: true }).nullable().optional(),
				addTags: tagIds,
				removeTags: tagIds,
			}),
		)
		.mutation(async ({ ctx: { member }, input }) => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const { assigneeId, heldBy, done, seenMessageId, snoozedUntil, addTags, removeTags } = input;
				const [only] = input.conversationIds;
				if (seenMessageId !== undefined && only !== undefined && input.conversationIds.length === 1) {
					const [seen] = await conversationRows(scope, member.storeScope, [only]);
					if (!seen) throw problem('notFound');
					await holdConversation(scope, only);
					if (((await newestMessage(scope, only, 'buyer'))?.messageId ?? null) !== seenMessageId) throw problem('writtenMeanwhile');
					if (done === true && input.answerId !== undefined) {
						const state = await replyState(scope, { conversationId: only, messageId: input.answerId });
						if (state === null) throw problem('answerNotHere');
						if (state === 'failed' || state === 'rejected') throw problem('answerLost');
					}
				}
				if (typeof snoozedUntil === 'string') await checkSleep(member, scope, box, input.conversationIds, snoozedUntil);
				const changed = await changeConversations(scope, member.storeScope, input.conversationIds, {
					done,
					assigneeId,
					heldBy,
					snoozedUntil,
				});
				if (heldBy !== undefined && changed.length < (await conversationRows(scope, member.storeScope, input.conversationIds)).length)
					throw problem('takenMeanwhile');
				const [first] = changed;
				if (!first) throw problem('notFound');
				const ids = changed.map((one) => one.conversationId);
				if (typeof assigneeId === 'string') {
					const stores = changed.map((one) => one.storeId);
					if ((await membersSeeing(scope, [assigneeId], stores)).length === 0) throw problem('inputWrong', { field: 'assigneeId' });
				}
				await tagConversations(scope, ids, { add: addTags, remove: removeTags });
				if (typeof snoozedUntil === 'string') await member.services.operations.wakeConversations(scope, snoozedUntil);
				const names = new Map((await inboxTags(scope)).map((tag) => [tag.tagId, tag.name]));
				const named = (some: readonly string[]): string[] => some.flatMap((id) => names.get(id) ?? []);
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.change',
					subject: first.conversationId,
					storeId: first.storeId,
					after: {
						count: changed.length,
						...(done === undefined ? {} : { state: done ? 'done' : 'open' }),
						...(assigneeId === undefined ? {} : { member: assigneeId }),
						...(snoozedUntil === undefined ? {} : { until: snoozedUntil }),
						...(addTags.length > 0 && { tags: named(addTags) }),
						...(removeTags.length > 0 && { tagsRemoved: named(removeTags) }),
					},
				});
				for (const [storeId, of] of Map.groupBy(changed, (one) => one.storeId))
					await recordEvent(scope, { kind: 'conversation.changed', storeId, ids: of.map((one) => one.conversationId) });
				return { changed: changed.length };
			});
		}),

	/**
	 * Takes back a reply that the platform has not been given; its words are a draft again, its writer's own beside them, its files are chosen ones.
	 * @throws replyUnderWay when it is too late
	 */
	takeBack: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), messageId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }): Promise<{ text: string; own: string; files: ChosenFileView[] }> => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const { conversationId, messageId } = input;
				const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!row) throw problem('notFound');
				const of = { messageId, userId: member.user.id };
				const own = await ownWords(scope, box, messageId);
				const text = await member.services.operations.takeBackReply(scope, box, member.storeScope, of);
				if (text === null) throw problem('replyUnderWay');
				const mine = { conversationId, userId: member.user.id };
				const seal = (words: string) => (words === '' ? null : (draftId: string): Buffer => box.seal(words, `draft ${draftId}`));
				await keepDraft(scope, { ...mine, part: 'answer' }, seal(text));
				if (own !== '') await keepDraft(scope, { ...mine, part: 'own' }, seal(own));
				const files = await chosenFiles(scope, mine);
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.takeBack',
					subject: conversationId,
					subjectName: row.external_id,
					storeId: row.store_id,
					facts: { noteLength: text.length },
				});
				return { text, own, files: files.map((file) => toChosen(file, box)) };
			});
		}),

	/**
	 * Keeps a note that no buyer sees, and tells the members who are named in it.
	 * @throws notFound, inputWrong for a member who does not see the store
	 */
	addNote: inboxProcedure('inbox.answer')
		.input(
			z.object({
				conversationId: z.uuid(),
				/** Made where it was written: the same note twice is one. */
				noteId: z.uuid(),
				text: z.string().trim().min(1).max(LONGEST_NOTE),
				mentions: z.array(z.string().max(100)).max(MOST_MENTIONS).default([]),
			}),
		)
		.mutation(async ({ ctx: { member }, input }) => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const { conversationId, noteId, text } = input;
				const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!row) throw problem('notFound');
				const mentions = [...new Set(input.mentions)];
				const seeing = await membersSeeing(scope, mentions, [row.store_id]);
				if (seeing.length < mentions.length) throw problem('inputWrong', { field: 'mentions' });
				const note = { noteId, conversationId, userId: member.user.id, sealed: box.seal(text, `note ${noteId}`), mentions };
				if (!(await addNote(scope, note))) return { kept: text.length };
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.note',
					subject: conversationId,
					subjectName: row.external_id,
					storeId: row.store_id,
					facts: { noteLength: text.length },
				});
				if (mentions.length > 0) await member.services.operations.lookForNotices(scope);
				await recordEvent(scope, { kind: 'conversation.changed', storeId: row.store_id, ids: [conversationId] });
				return { kept: text.length };
			});
		}),

	tags: inboxProcedure('inbox.read').query(async ({ ctx: { member } }): Promise<InboxTagView[]> => member.scoped(inboxTags)),

	/** Adds a tag to the workspace's list or gives one another name. @throws tagTaken, inputWrong when there are too many */
	saveTag: inboxProcedure('inbox.manage')
		.input(z.object({ tagId: z.uuid(), name: z.string().trim().min(1).max(40) }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const { tagId, name } = input;
				const all = await inboxTags(scope);
				if (all.length >= MOST_TAGS && all.every((tag) => tag.tagId !== tagId)) throw problem('inputWrong', { field: 'name' });
				const before = await saveInboxTag(scope, tagId, name);
				if (before === undefined) throw problem('tagTaken');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.saveTag',
					subject: tagId,
					subjectName: name,
					...(before !== null && { before: { name: before } }),
					after: { name },
				});
				await tellAll(scope);
				return { tagId };
			}),
		),

	/** Takes a tag off all conversations and out of the list. @throws notFound */
	removeTag: inboxProcedure('inbox.manage')
		.input(z.object({ tagId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const name = await removeInboxTag(scope, input.tagId);
				if (name === undefined) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.removeTag',
					subject: input.tagId,
					subjectName: name,
					before: { name },
				});
				await tellAll(scope);
				return { removed: true };
			}),
		),
};

/** @throws inputWrong, snoozePastClock */
async function checkSleep(member: Member, scope: Scope, box: SealedBox, ids: readonly string[], until: string): Promise<void> {
	const ahead = Date.parse(until) - member.services.now().getTime();
	if (ahead <= 0 || ahead > LONGEST_SLEEP) throw problem('inputWrong', { field: 'snoozedUntil' });
	const rows = await toRows(member, scope, await conversationRows(scope, member.storeScope, ids), box);
	const [first] = rows.flatMap((row) => row.due?.at ?? []).toSorted((a, b) => Date.parse(a) - Date.parse(b));
	if (first !== undefined && Date.parse(until) > Date.parse(first))
		throw problem('snoozePastClock', { time: new Date(first).toISOString() });
}

async function tellAll(scope: Scope): Promise<void> {
	await recordEvent(scope, { kind: 'conversation.changed', storeId: null, ids: [] });
}

import {
	changeConversations,
	chosenFiles,
	CONVERSATION_VIEWS,
	conversationRows,
	countConversations,
	draftOf,
	filesOfMessages,
	keepDraft,
	keepOwnWords,
	lastSeq,
	listConversations,
	holdConversation,
	isReplyKept,
	newestAnswerOfOthers,
	newestMessage,
	notesOf,
	messagePulls,
	messagesBackTo,
	messagesOf,
	orderOfConversation,
	placeOfMessage,
	placesOfStores,
	readingOf,
	readMentions,
	translatorOf,
	writeAudit,
} from '@pangea/db';
import { languageTeller } from '@pangea/translation';
import {
	allows,
	checkMessage,
	isPlatformId,
	LANGUAGES,
	LONGEST_MESSAGE,
	type PlatformId,
	replyKindOf,
	unfilledVariables,
} from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { adapterOf } from '../adapter.ts';
import { problem } from '../problem.ts';
import { type Member, router } from '../trpc.ts';
import { buyerProcedures } from './buyer.procedures.ts';
import { deskProcedures } from './desk.procedures.ts';
import { chosenFileProcedures, fileRulesOf, filesOfAnswer, toChosen } from './chosen-files.ts';
import { fileLink } from './files.ts';
import { conversationIds, inboxProcedure, toRows } from './inbox.procedure.ts';
import { buyerLanguage } from './known.ts';
import { macroProcedures } from './macro.procedures.ts';
import { knowsNoReply, noReplyProcedures } from './no-reply.procedures.ts';
import { performanceProcedures } from './performance.procedure.ts';
import { rotaProcedures } from './rota.procedures.ts';
import { longestOf, sellerCentreOf, toMessage, toNote } from './inbox.view.ts';
import { searchProcedures } from './search.procedure.ts';
import { openDraft, sealRendering, translationProcedures } from './translation.procedures.ts';
import type {
	ConversationCountsView,
	ConversationPageView,
	ConversationRowView,
	InboxStoreView,
	OpenConversationView,
	PolicyFindingView,
} from './shapes.ts';

const MESSAGES_A_PAGE = 50;
/** So many messages are shown before one that was asked for, so that it can be understood. */
const MESSAGES_AROUND = 20;
/** With less time left for an answer than this, none is held back so that it can be undone. */
const NO_HOLD_MILLIS = 600_000;
const stores = z.array(z.uuid()).max(500).optional();
const text = z.string().trim().min(1).max(LONGEST_MESSAGE);

function findingsIn({ services }: Member, row: Awaited<ReturnType<typeof conversationRows>>[number], words: string): PolicyFindingView[] {
	const policy = isPlatformId(row.platform) ? services.registry.get(row.platform)?.manifest.messagePolicy : undefined;
	if (!policy) return [];
	const known = row.external_order_id === null ? [] : [row.external_order_id];
	return checkMessage(policy, { text: words, kind: replyKindOf(row.kind), known }).map((finding) => ({
		...finding,
		rewrite: finding.rewrite ?? null,
	}));
}

export const inboxRouter = router({
	...buyerProcedures,
	...deskProcedures,
	...chosenFileProcedures,
	...macroProcedures,
	...noReplyProcedures,
	...performanceProcedures,
	...rotaProcedures,
	...searchProcedures,
	...translationProcedures,

	list: inboxProcedure('inbox.read')
		.input(
			z.object({
				view: z.enum(CONVERSATION_VIEWS).default('open'),
				stores,
				tagId: z.uuid().optional(),
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
		.input(z.object({ stores, tagId: z.uuid().optional() }))
		.query(async ({ ctx: { member }, input }): Promise<ConversationCountsView> => {
			const counts = await member.scoped((scope) =>
				countConversations(scope, { ...input, storeScope: member.storeScope, userId: member.user.id }),
			);
			const view = ({ count, more }: { count: number; more: boolean }) => ({ count, capped: more });
			return {
				waiting: view(counts.waiting),
				due: view(counts.due),
				mine: view(counts.mine),
				nobody: view(counts.nobody),
				snoozed: view(counts.snoozed),
				open: view(counts.open),
				done: view(counts.done),
				all: view(counts.all),
			};
		}),

	/** How far each store's conversations are read, so that an empty inbox never passes for a quiet one. */
	stores: inboxProcedure('inbox.read').query(async ({ ctx: { member } }): Promise<InboxStoreView[]> => {
		const pulls = await member.scoped((scope) => messagePulls(scope, member.storeScope));
		return pulls.map(({ storeId, platform, state, readUntil, code }) => {
			const adapter = adapterOf(member, platform);
			const known = state === 'read' || state === 'scopeMissing' || state === 'mailbox' ? state : 'waiting';
			return {
				storeId,
				platform: platform as PlatformId,
				state: adapter?.messages ? known : adapter?.cases ? 'cases' : 'none',
				readUntil,
				code,
			};
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

	/**
	 * A conversation with its newest messages. With `before` or `through` it reaches back: nothing between there and the newest is left out, so that
	 * asking the same again tells what has changed in all that is shown. A `through` of another conversation is as none.
	 */
	open: inboxProcedure('inbox.read')
		.input(
			z.object({
				conversationId: z.uuid(),
				/** A page of before this place as well. */
				before: z.string().max(500).optional(),
				/** Back to this message and some before it. */
				through: z.uuid().optional(),
			}),
		)
		.query(async ({ ctx: { member }, input }): Promise<OpenConversationView> => {
			const { conversationId, through } = input;
			const box = await member.services.operations.box(member.workspaceId);
			const teller = await languageTeller();
			return await member.scoped(async (scope) => {
				const seq = await lastSeq(scope);
				const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!row) throw problem('notFound');
				const before = through === undefined ? (input.before ?? null) : await placeOfMessage(scope, conversationId, through);
				const limit = through === undefined || before === null ? MESSAGES_A_PAGE : MESSAGES_AROUND;
				const page = await (before === null
					? messagesOf(scope, conversationId, { limit })
					: messagesBackTo(scope, conversationId, { before, limit }));
				const files = await filesOfMessages(
					scope,
					page.rows.map((message) => message.message_id),
				);
				const shown = { files: Map.groupBy(files, (file) => file.messageId), link: (fileId: string) => fileLink(member, fileId) };
				const notes = await notesOf(scope, conversationId);
				const mine = { conversationId, userId: member.user.id };
				const draft = await draftOf(scope, { ...mine, part: 'answer' });
				const ownDraft = await draftOf(scope, { ...mine, part: 'own' });
				const chosen = await chosenFiles(scope, mine);
				const adapter = adapterOf(member, row.platform);
				const [conversation] = await toRows(member, scope, [row], box);
				const place = (await placesOfStores(scope, [row.store_id])).get(row.store_id);
				if (!conversation || !place) throw problem('notFound');
				const newestFirst = page.rows.map((message) => toMessage(message, box, { ...shown, teller, likely: place.language }));
				const languages = newestFirst.flatMap(({ sender, language }) => (sender === 'buyer' ? [language] : []));
				return {
					conversation,
					messages: newestFirst.toReversed(),
					notes: notes.map((note) => toNote(note, box)),
					mentioned: notes.some((note) => note.unread_by.includes(member.user.id)),
					before: page.next,
					orderId: await orderOfConversation(scope, row),
					draft: openDraft(box, draft),
					ownDraft: openDraft(box, ownDraft),
					longestText: longestOf(adapter, row.kind),
					fileRules: fileRulesOf(adapter, row.kind),
					chosenFiles: chosen.map((file) => toChosen(file, box)),
					language: place.language,
					buyerLanguage: buyerLanguage(languages, place.language),
					reading: await readingOf(scope, conversationId, member.user.id),
					translator: (await translatorOf(scope)) === null ? 'phraseBook' : 'model',
					caseFacts: row.case_facts,
					sellerCentre: sellerCentreOf(adapter, place),
					knowsNoReply: knowsNoReply(adapter, row, place),
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
	 * Who may override sends what a rule of the platform blocks all the same, and the trail keeps it. Reply, trail and the end of the draft are one
	 * transaction: a crash loses none of them.
	 * @throws notFound, storeStopped, variableUnfilled with the variables of a macro that have no fact, messagePolicy with all findings, notAllowed, newerMessage when
	 * the buyer has written after what the writer saw, filesNotTaken, answeredMeanwhile when somebody else has, inputWrong for a text that the platform would cut
	 */
	send: inboxProcedure('inbox.answer')
		.input(
			z.object({
				conversationId: z.uuid(),
				messageId: z.uuid(),
				/** Empty where the platform takes files alone. */
				text: z.string().trim().max(LONGEST_MESSAGE),
				/** Chosen before by the same member, in their order. */
				messageFileIds: z.array(z.uuid()).max(25).default([]),
				override: z.boolean().default(false),
				/** Rules that only warn, of which the writer was told; any other is told of before the reply is taken. Without it none that warns is. */
				readRules: z.array(z.string().max(100)).max(100).optional(),
				/** The buyer's newest message that the writer saw. */
				seenMessageId: z.uuid().optional(),
				/** The newest answer of somebody else that the writer saw; null: there was none. */
				seenAnswerId: z.uuid().nullable().optional(),
				/** The writer's own words, of which the text is a translation; they are kept beside it. */
				own: z.object({ text, language: z.enum(LANGUAGES) }).optional(),
				/** For so long the writer may take it back. */
				holdSeconds: z.int().min(0).max(15).default(0),
			}),
		)
		.mutation(async ({ ctx: { member }, input }): Promise<{ sentAt: string; heldSeconds: number }> => {
			const { conversationId, messageId, seenMessageId, seenAnswerId } = input;
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const [found] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!found) throw problem('notFound');
				const adapter = adapterOf(member, found.platform);
				const isEmpty = input.text === '' && input.messageFileIds.length === 0;
				if (isEmpty || input.text.length > longestOf(adapter, found.kind)) throw problem('inputWrong', { field: 'text' });
				const unfilled = unfilledVariables(input.text);
				if (unfilled.length > 0) throw problem('variableUnfilled', { variables: unfilled.join(', ') });
				const findings = findingsIn(member, found, input.text);
				const rules = findings.flatMap(({ rule, severity }) => (severity === 'blocks' ? [rule] : []));
				const unread = findings.some(({ rule, severity }) => severity === 'warns' && input.readRules?.includes(rule) === false);
				if (!input.override && (rules.length > 0 || unread)) throw problem('messagePolicy', { rules: rules.join(', ') }, findings);
				if (rules.length > 0) {
					if (!allows(member.powers, 'inbox.override')) throw problem('notAllowed', { permission: 'inbox.override' });
				}
				await holdConversation(scope, conversationId);
				// Asked for again, since the first answer was lost on the way: what came after it is no reason to refuse.
				if (await isReplyKept(scope, { conversationId, messageId, userId: member.user.id }))
					return { sentAt: member.services.now().toISOString(), heldSeconds: 0 };
				if (seenAnswerId !== undefined && (await newestAnswerOfOthers(scope, conversationId, member.user.id)) !== seenAnswerId)
					throw problem('answeredMeanwhile');
				if (seenMessageId !== undefined) {
					const newest = await newestMessage(scope, conversationId, 'buyer');
					if (newest && newest.messageId !== seenMessageId) throw problem('newerMessage');
				}
				const rulesOfFiles = fileRulesOf(adapter, found.kind);
				const files = await filesOfAnswer(member, scope, box, { ...input, fileIds: input.messageFileIds, rules: rulesOfFiles });
				const [view] = await toRows(member, scope, [found], box);
				const left = view?.due ? Date.parse(view.due.at) - member.services.now().getTime() : Infinity;
				const holdSeconds = left < NO_HOLD_MILLIS ? 0 : input.holdSeconds;
				const reply = { conversationId, messageId, userId: member.user.id, text: input.text, files, holdSeconds };
				const { sentAt, isNew } = await member.services.operations.sendReply(scope, box, member.storeScope, reply);
				if (!isNew) return { sentAt, heldSeconds: holdSeconds };
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.send',
					subject: conversationId,
					subjectName: found.external_id,
					storeId: found.store_id,
					facts: { noteLength: input.text.length, ...(rules.length > 0 && { rules }), ...(files.length > 0 && { files: files.length }) },
				});
				const { own } = input;
				if (own)
					await keepOwnWords(scope, {
						messageId,
						target: own.language,
						seal: (id) => sealRendering(box, id, { kind: 'own', text: own.text }),
					});
				for (const part of ['answer', 'own'] as const) await keepDraft(scope, { conversationId, userId: member.user.id, part }, null);
				return { sentAt, heldSeconds: holdSeconds };
			});
		}),

	sendAgain: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), messageId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped(async (scope) => {
				const [row] = await conversationRows(scope, member.storeScope, [input.conversationId]);
				if (!row) throw problem('notFound');
				await member.services.operations.sendReplyAgain(scope, member.storeScope, input.messageId);
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.sendAgain',
					subject: input.conversationId,
					subjectName: row.external_id,
					storeId: row.store_id,
				});
			});
			return { queued: 1 };
		}),

	/** Asks once more for a file that could not be had. @throws notFound */
	askForFile: inboxProcedure('inbox.answer')
		.input(z.object({ messageFileId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped((scope) => member.services.operations.askForFile(scope, member.storeScope, input.messageFileId));
			return { asked: 1 };
		}),

	/** Somebody has looked at it: nothing of it is unread for the team, and no note that names them waits for them. */
	seen: inboxProcedure('inbox.read')
		.input(z.object({ conversationId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const [before] = await conversationRows(scope, member.storeScope, [input.conversationId]);
				const changed = await changeConversations(scope, member.storeScope, [input.conversationId], { seen: true });
				const [one] = changed;
				if (!one) throw problem('notFound');
				// Nothing unread here is nothing unread there.
				if (before && before.unread > 0) await member.services.operations.tellSeen(scope, one.conversationId);
				if (await readMentions(scope, one.conversationId, member.user.id)) await member.services.operations.lookForNotices(scope);
				await recordEvent(scope, { kind: 'conversation.changed', storeId: one.storeId, ids: [one.conversationId] });
				return { changed: 1 };
			}),
		),

	/** Keeps what was begun, and the own words of which it is a translation; an empty text forgets it. */
	saveDraft: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), text: z.string().max(LONGEST_MESSAGE), own: z.string().max(LONGEST_MESSAGE).optional() }))
		.mutation(async ({ ctx: { member }, input }) => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const [row] = await conversationRows(scope, member.storeScope, [input.conversationId]);
				if (!row) throw problem('notFound');
				const mine = { conversationId: input.conversationId, userId: member.user.id };
				const sealed = (words: string) => (words.trim() === '' ? null : (draftId: string) => box.seal(words, `draft ${draftId}`));
				await keepDraft(scope, { ...mine, part: 'answer' }, sealed(input.text));
				if (input.own !== undefined) await keepDraft(scope, { ...mine, part: 'own' }, sealed(input.own));
				return { kept: input.text.length };
			});
		}),
});

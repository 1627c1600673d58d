import {
	claimTranslations,
	conversationRows,
	type draftOf,
	dropClaims,
	keepTranslations,
	type KeptTranslation,
	messagesById,
	messagesOf,
	orderDetail,
	orderOfConversation,
	placesOfStores,
	type Scope,
	type ShownMessage,
	setReading,
	translationsOf,
} from '@pangea/db';
import { LANGUAGES, LONGEST_MESSAGE, type Rendering, type TextToRender } from '@pangea/domain';
import { draftFromFacts, type LanguageTeller, languageTeller } from '@pangea/translation';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { askModel, modelSettings, translatorFor } from '../translator/open.ts';
import type { Member } from '../trpc.ts';
import { inboxProcedure } from './inbox.procedure.ts';
import { openBody } from './inbox.view.ts';
import { buyerLanguage, knownIn } from './known.ts';
import { factsOf } from './order-facts.ts';
import type { FactDraftView, RenderedView } from './shapes.ts';

const MOST_MESSAGES = 60;
/** So many of the last messages tell the buyer's language, and what a draft has to answer. */
const LOOKED_AT = 12;
const messageIds = z.array(z.uuid()).max(MOST_MESSAGES);

/** Reading and answering in another language than the buyer's. */
export const translationProcedures = {
	/**
	 * What messages of a conversation say in the reader's language. What is kept is not asked for again; the rest goes out as one batch, and what
	 * somebody else is asking for at this moment is left to them. A mutation, since it may cost something.
	 * @throws notFound, ModelError
	 */
	translate: inboxProcedure('inbox.read')
		.input(
			z.object({
				conversationId: z.uuid(),
				messageIds: messageIds.min(1),
				into: z.enum(LANGUAGES),
				/** Of these the kept one, which was refused, is not good enough. */
				again: messageIds.default([]),
			}),
		)
		.mutation(async ({ ctx: { member }, input }): Promise<RenderedView> => {
			const { conversationId, into } = input;
			const box = await member.services.operations.box(member.workspaceId);
			const teller = await languageTeller();
			const found = await member.scoped(async (scope) => {
				const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!row) throw problem('notFound');
				const likely = (await placesOfStores(scope, [row.store_id])).get(row.store_id)?.language ?? '';
				const mine = (await messagesById(scope, input.messageIds)).filter((one) => one.conversation_id === conversationId);
				const texts = mine.flatMap((message): TextToRender[] => {
					const { text } = openBody(message, box);
					return text === null || text === '' || sameLanguage(teller.of(text, likely), into) ? [] : [{ id: message.message_id, text }];
				});
				const ids = texts.map((one) => one.id);
				const settings = await modelSettings(scope, box);
				const again = input.again.filter((id) => ids.includes(id));
				const before = await translationsOf(scope, ids, into);
				const wanted = ids.filter((id) => again.includes(id) || !before.some((one) => one.messageId === id && one.done));
				const claimed = settings
					? await claimTranslations(scope, {
							messageIds: wanted,
							target: into,
							again,
							seal: (id) => sealRendering(box, id, { kind: 'none' }),
						})
					: new Map<string, string>();
				return { texts, settings, claimed, kept: before, known: claimed.size > 0 ? await knownIn(scope, row, box) : NOBODY };
			});
			const { texts, settings, claimed, kept } = found;
			const translator = translatorFor(member, settings, found.known);
			const asked = texts.filter(({ id }) => (settings ? claimed.has(id) : !kept.some((one) => one.messageId === id && one.done)));
			const made = await rendered(member, box, { asked, into, claimed }, () => translator.render(asked, into));
			return {
				translator: translator.kind,
				renderings: input.messageIds.map((messageId) => {
					if (!texts.some((one) => one.id === messageId)) return { messageId, kind: 'none' };
					const one = made.get(messageId) ?? openKept(box, kept, messageId);
					return { messageId, ...(one ?? { kind: 'underWay' }) };
				}),
			};
		}),

	/** Whether one conversation, or without one every other, is read with translations. @throws notFound */
	setReading: inboxProcedure('inbox.read')
		.input(z.object({ conversationId: z.uuid().nullable(), translated: z.boolean() }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const { conversationId } = input;
				if (conversationId !== null && (await conversationRows(scope, member.storeScope, [conversationId])).length === 0)
					throw problem('notFound');
				await setReading(scope, { ...input, userId: member.user.id });
				return { translated: input.translated };
			}),
		),

	/**
	 * A member's own words in the buyer's language, for them to read and send. Nothing is sent or kept by it.
	 * @throws notFound, modelMissing, translationRefused, ModelError
	 */
	translateAnswer: inboxProcedure('inbox.answer')
		.input(
			z.object({
				conversationId: z.uuid(),
				text: z.string().trim().min(1).max(LONGEST_MESSAGE),
				/** Another language than the buyer's messages tell, a BCP 47 tag. */
				into: z
					.string()
					.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$/)
					.optional(),
			}),
		)
		.mutation(async ({ ctx: { member }, input }): Promise<{ text: string; into: string }> => {
			const box = await member.services.operations.box(member.workspaceId);
			const found = await member.scoped((scope) => lookInto(member, scope, box, input.conversationId));
			const into = input.into ?? found.language;
			askModel(member, found.settings);
			const translator = translatorFor(member, found.settings, found.known);
			const made = (await translator.render([{ id: 'answer', text: input.text }], into)).get('answer');
			if (made?.kind === 'none') return { text: input.text, into };
			if (made?.kind !== 'translation') throw problem('translationRefused');
			return { text: made.text, into };
		}),

	/**
	 * An answer in the buyer's language from what the order says, each stretch with the field it comes from, for a member to read and change. Nothing
	 * is sent or kept by it.
	 * @throws notFound, modelMissing, factsMissing where no order stands beside the conversation, draftRefused, ModelError
	 */
	draftFromFacts: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }): Promise<FactDraftView> => {
			const box = await member.services.operations.box(member.workspaceId);
			const found = await member.scoped(async (scope) => {
				const seen = await lookInto(member, scope, box, input.conversationId);
				const orderId = await orderOfConversation(scope, seen.row);
				const order = orderId === null ? null : await orderDetail(scope, member.storeScope, orderId);
				return { ...seen, order };
			});
			const { ask, host } = askModel(member, found.settings);
			if (!found.order) throw problem('factsMissing');
			const { language, known, zone } = found;
			const facts = factsOf(found.order, { language, zone, revenue: member.sees('revenue') });
			const said = found.messages.toReversed().flatMap((message) => {
				const { text } = openBody(message, box);
				return text ? [{ from: message.sender === 'seller' ? ('shop' as const) : ('buyer' as const), text }] : [];
			});
			const draft = await draftFromFacts(ask, { language, facts, said, known, host });
			if ('fault' in draft) throw problem('draftRefused');
			return { text: draft.text, cites: draft.cites.map(({ start, end, fact }) => ({ start, end, field: fact.field, value: fact.value })) };
		}),
};

const NOBODY = { people: [], codes: [] };

/** What it takes to write to the buyer of a conversation. @throws notFound */
async function lookInto(member: Member, scope: Scope, box: SealedBox, conversationId: string) {
	const teller = await languageTeller();
	const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
	const place = row && (await placesOfStores(scope, [row.store_id])).get(row.store_id);
	if (!row || !place) throw problem('notFound');
	const { rows: messages } = await messagesOf(scope, conversationId, { limit: LOOKED_AT });
	const { language } = buyerLanguage(languagesOfBuyer(teller, messages, box, place.language), place.language);
	const settings = await modelSettings(scope, box);
	return { row, messages, language, zone: place.zone, settings, known: await knownIn(scope, row, box) };
}

function* languagesOfBuyer(
	teller: LanguageTeller,
	messages: readonly ShownMessage[],
	box: SealedBox,
	likely: string,
): Generator<string | null> {
	for (const message of messages) {
		const text = message.sender === 'buyer' ? openBody(message, box).text : null;
		if (text !== null) yield teller.of(text, likely);
	}
}

/** Asks, and keeps what comes; where nothing comes the next may ask at once. @throws ModelError */
async function rendered(
	member: Member,
	box: SealedBox,
	of: { asked: readonly TextToRender[]; into: string; claimed: ReadonlyMap<string, string> },
	ask: () => Promise<Map<string, Rendering>>,
): Promise<Map<string, Rendering>> {
	if (of.asked.length === 0) return new Map();
	const claims = [...of.claimed.values()];
	try {
		const made = await ask();
		await member.scoped((scope) =>
			keepTranslations(
				scope,
				[...made].flatMap(([messageId, rendering]) => {
					const translationId = of.claimed.get(messageId);
					return translationId === undefined ? [] : [{ translationId, sealed: sealRendering(box, translationId, rendering) }];
				}),
			),
		);
		return made;
	} catch (error) {
		await member.scoped((scope) => dropClaims(scope, claims));
		throw error;
	}
}

function sameLanguage(told: string | null, into: string): boolean {
	return told !== null && told === into.split('-')[0];
}

export function sealRendering(box: SealedBox, translationId: string, rendering: Rendering): Buffer {
	return box.seal(JSON.stringify(rendering), `translation ${translationId}`);
}

// Written by ourselves.
function openKept(box: SealedBox, kept: readonly KeptTranslation[], messageId: string): Rendering | null {
	const one = kept.find((found) => found.messageId === messageId && found.done);
	return one ? (JSON.parse(box.open(one.sealed, `translation ${one.translationId}`).toString('utf8')) as Rendering) : null;
}

/** The words of a reply's own writer that are kept beside it; empty where there are none. */
export async function ownWords(scope: Scope, box: SealedBox, messageId: string): Promise<string> {
	for (const language of LANGUAGES) {
		const kept = openKept(box, await translationsOf(scope, [messageId], language), messageId);
		if (kept?.kind === 'own') return kept.text;
	}
	return '';
}

/** What stands in a draft; empty where there is none. */
export function openDraft(box: SealedBox, draft: Awaited<ReturnType<typeof draftOf>>): string {
	return draft ? box.open(draft.sealed, `draft ${draft.draftId}`).toString('utf8') : '';
}

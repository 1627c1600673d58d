import type { Thread } from '@pangea/domain';
import type { Messages, Outcome, Page, StoreContext } from '@pangea/platform-contract';
import { CLAIM, claimNow, openedClaims, writeToClaim } from './claims.ts';
import { fetchFile } from './message-files.ts';
import { packOfMessage, markPurchaseRead, purchaseThread, sendToPurchase, unreadPacks } from './purchase-messages.ts';
import { answerQuestion, QUESTION, questionNow, questionsSince } from './questions.ts';

/** Reference to the purchase a message belongs to, where a notification names only the message; `fetch` takes it like a conversation's id. */
export const MESSAGE_REFERENCE = 'message:';

/** Questions before a sale, claims, and what is said about purchases. A purchase goes by its pack's id, or its order's where it has no pack. */
export const messages: Messages = {
	// A question's answer; messages of a purchase are shorter, which the rules of what may be written say.
	longestText: 2000,

	async *pull(context, since) {
		for await (const items of questionsSince(context, since)) yield pageOf(context, items);
		// The platform lists unread purchases only: what was read elsewhere comes by its notification.
		for (const pack of await unreadPacks(context)) yield pageOf(context, await purchaseThread(context, pack, since));
		for await (const items of openedClaims(context, since)) yield pageOf(context, items);
	},

	async fetch(context, externalIds, since) {
		const items: Outcome<Thread>[] = [];
		for (const externalId of externalIds) {
			if (externalId.startsWith(QUESTION)) {
				items.push(...(await questionNow(context, externalId.slice(QUESTION.length))));
				continue;
			}
			if (externalId.startsWith(CLAIM)) {
				items.push(...(await claimNow(context, externalId.slice(CLAIM.length), since)));
				continue;
			}
			const pack = externalId.startsWith(MESSAGE_REFERENCE)
				? await packOfMessage(context, externalId.slice(MESSAGE_REFERENCE.length))
				: externalId;
			if (pack !== null) items.push(...(await purchaseThread(context, pack, since)));
		}
		return pageOf(context, items);
	},

	async send(context, externalConversationId, text, reply) {
		const files = reply?.files ?? [];
		if (externalConversationId.startsWith(CLAIM))
			return await writeToClaim(context, externalConversationId.slice(CLAIM.length), text, files);
		return externalConversationId.startsWith(QUESTION)
			? await answerQuestion(context, externalConversationId.slice(QUESTION.length), text)
			: await sendToPurchase(context, externalConversationId, text, files);
	},

	file: fetchFile,

	async markRead(context, externalConversationId) {
		// Questions and claims know no such mark.
		if (!externalConversationId.startsWith(QUESTION) && !externalConversationId.startsWith(CLAIM))
			await markPurchaseRead(context, externalConversationId);
	},
};

function pageOf(context: StoreContext, items: Outcome<Thread>[]): Page<Thread> {
	return { items, replies: [], next: null, watermark: context.now().toISOString(), total: null };
}

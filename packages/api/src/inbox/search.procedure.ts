import {
	type AskedMarks,
	conversationRows,
	cursorAfter,
	hitsOfConversation,
	type MessageHit,
	messageHits,
	messagesById,
	type Scope,
	type ShownMessage,
} from '@pangea/db';
import {
	holdsTerms,
	LONGEST_SEARCH,
	type MessageKind,
	type Sender,
	type SearchTerm,
	searchStretches,
	searchTerms,
	type Stretch,
} from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { inboxProcedure, toRows } from './inbox.procedure.ts';
import { openBody, openFace } from './inbox.view.ts';
import type { SearchHitView, SearchPageView } from './shapes.ts';

/** So many times the database is asked for one page, when what it names does not hold what was looked for. */
const MOST_ROUNDS = 6;
/** So many older messages of a conversation are looked into when its newest does not hold it. */
const OLDER = 20;
/** What a snippet shows before the first word found, and in all. */
const BEFORE = 32;
const SNIPPET = 160;

export const searchProcedures = {
	/**
	 * Conversations with a message that holds all words of the question, the newest such message first: words by their beginnings, ids whole or by
	 * their last characters. A mutation, since what is looked for in buyers' words must not stand in an address.
	 */
	search: inboxProcedure('inbox.read')
		.input(
			z.object({
				question: z.string().max(LONGEST_SEARCH),
				cursor: z.string().max(500).optional(),
				limit: z.int().min(1).max(100).default(40),
			}),
		)
		.mutation(async ({ ctx: { member }, input }): Promise<SearchPageView> => {
			const terms = searchTerms(input.question);
			if (terms.length === 0) return { hits: [], next: null, tooShort: true };
			const box = await member.services.operations.box(member.workspaceId);
			const marks = terms.flatMap((term) => term.marks.map((group) => group.flatMap((mark) => box.digestsOf(mark))));
			return await member.scoped(async (scope) => {
				const search: Search = { scope, box, terms, marks };
				const found: Omit<SearchHitView, 'conversation'>[] = [];
				const rows: Awaited<ReturnType<typeof conversationRows>> = [];
				let after = input.cursor;
				let next: string | null = null;
				for (let round = 0; round < MOST_ROUNDS && found.length < input.limit; round++) {
					const wanted = input.limit - found.length;
					const hits = await messageHits(scope, { marks, stores: member.storeScope, after, limit: wanted });
					const last = hits.at(-1);
					next = hits.length === wanted && last ? cursorAfter(last) : null;
					after = next ?? undefined;
					const conversations = new Map(
						(
							await conversationRows(
								scope,
								member.storeScope,
								hits.map((hit) => hit.conversationId),
							)
						).map((row) => [row.conversation_id, row]),
					);
					const messages = new Map(
						(
							await messagesById(
								scope,
								hits.map((hit) => hit.messageId),
							)
						).map((row) => [row.message_id, row]),
					);
					for (const hit of hits) {
						const conversation = conversations.get(hit.conversationId);
						const shown = conversation && (await heldBy(search, hit, messages.get(hit.messageId), conversation));
						if (!conversation || !shown) continue;
						rows.push(conversation);
						found.push(shown);
					}
					if (next === null) break;
				}
				const views = await toRows(member, scope, rows, box);
				return {
					hits: views.flatMap((conversation, i) => {
						const hit = found[i];
						return hit ? [{ conversation, ...hit }] : [];
					}),
					next,
					tooShort: false,
				};
			});
		}),
};

interface Search {
	scope: Scope;
	box: SealedBox;
	terms: readonly SearchTerm[];
	marks: AskedMarks;
}

type ConversationRow = Awaited<ReturnType<typeof conversationRows>>[number];

/** The newest message of the conversation that really holds what was looked for: marks cut to 64 bits, and pairs of signs, only promise it. */
async function heldBy(
	{ scope, box, terms, marks }: Search,
	hit: MessageHit,
	newest: ShownMessage | undefined,
	conversation: ConversationRow,
): Promise<Omit<SearchHitView, 'conversation'> | null> {
	const face = openFace(conversation, box);
	const look = (message: ShownMessage): Omit<SearchHitView, 'conversation'> | null => {
		const body = openBody(message, box);
		const texts = [
			body.text,
			face.buyerName,
			face.subject,
			message.external_order_id,
			message.external_listing_id,
			conversation.external_order_id,
			...(body.attachments ?? []).map((file) => file.name),
		];
		if (!holdsTerms(texts, terms)) return null;
		return {
			messageId: message.message_id,
			sentAt: message.sent_at,
			sender: message.sender as Sender,
			kind: message.kind as MessageKind,
			...snippetOf(body.text, terms),
		};
	};
	const first = newest && look(newest);
	if (first) return first;
	for (const message of await hitsOfConversation(scope, hit.conversationId, marks, OLDER)) {
		const shown = look(message);
		if (shown) return shown;
	}
	return null;
}

function snippetOf(text: string | null, terms: readonly SearchTerm[]): { snippet: string | null; hits: Stretch[] } {
	if (text === null || text === '') return { snippet: null, hits: [] };
	const stretches = searchStretches(text, terms);
	const first = stretches[0]?.start ?? 0;
	let from = first <= BEFORE ? 0 : first - BEFORE;
	// Neither half a word nor half a character begins it.
	if (from > 0) {
		const space = text.slice(from, first).search(/\s/);
		if (space >= 0) from += space + 1;
		else if (/[\uDC00-\uDFFF\p{M}]/u.test(text[from] ?? '')) from++;
	}
	const until = Math.min(text.length, from + SNIPPET);
	const [head, tail] = [from > 0 ? '…' : '', until < text.length ? '…' : ''];
	const hits = stretches
		.filter(({ start, end }) => start >= from && end <= until)
		.map(({ start, end }) => ({ start: start - from + head.length, end: end - from + head.length }));
	return { snippet: `${head}${text.slice(from, until)}${tail}`, hits };
}

import type { Conversation, Instant, Message, Thread } from '@pangea/domain';
import { entryOf, type Json, jsonText, type Outcome, pathStep, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { apiUrl, read, readFresh, readOptional, sendAs } from './client.ts';
import { idOf } from './documents.ts';
import { describeIssues, understand } from './errors.ts';
import { isGlobalSelling } from './stores.ts';
import { wireItem, type WireQuestion, wireQuestion, wireQuestions } from './wire-messages.ts';

/** Before the platform's id of a question: packs, the other conversations, have ids of the same form. */
export const QUESTION = 'question:';
const ANSWER = 'answer:';

const A_PAGE = 50;
/** Rows beyond are not reached (contract §7.1). */
const MOST = 1000;

/** Questions about the store's items that came at or after `since`, newest first, in pages. */
export async function* questionsSince(context: StoreContext, since: Instant): AsyncGenerator<Outcome<Thread>[]> {
	for (let offset = 0; offset < MOST; offset += A_PAGE) {
		const rows = await searchPage(context, offset);
		const items: Outcome<Thread>[] = [];
		let isPast = false;
		for (const row of rows) {
			const wire = wireQuestion.safeParse(row);
			if (!wire.success) items.push(damaged(row, describeIssues(wire.error)));
			else if (wire.data.date_created < since) isPast = true;
			else items.push(...(await threadOf(context, wire.data)));
		}
		yield items;
		if (isPast || rows.length < A_PAGE) return;
	}
}

async function searchPage(context: StoreContext, offset: number): Promise<Json[]> {
	const isGlobal = isGlobalSelling(context);
	const { json } = await read(context, {
		operation: 'questions.read',
		path: isGlobal ? '/marketplace/questions/search' : '/questions/search',
		query: {
			// Questions of a cross-border seller are kept for the account, not for its sites (sample marketplace-questions-search).
			seller_id: isGlobal ? accountOf(context) : context.store.externalId,
			sort_fields: 'date_created',
			sort_types: 'DESC',
			limit: String(A_PAGE),
			offset: String(offset),
			...(isGlobal ? {} : { api_version: '4' }),
		},
	});
	return understand('questions.read', wireQuestions, json).questions ?? [];
}

/** A question as it is now; nothing when it is gone or another store's. @param externalId the platform's own */
export async function questionNow(context: StoreContext, externalId: string): Promise<Outcome<Thread>[]> {
	const wire = await readQuestion(context, externalId);
	return wire ? await threadOf(context, wire) : [];
}

async function readQuestion(context: StoreContext, externalId: string): Promise<WireQuestion | null> {
	const isGlobal = isGlobalSelling(context);
	try {
		const { json } = await readFresh(context, {
			operation: 'questions.read',
			path: `${isGlobal ? '/marketplace' : ''}/questions/${pathStep(externalId)}`,
			query: isGlobal ? {} : { api_version: '4' },
		});
		return understand('questions.read', wireQuestion, json);
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'notFound') return null;
		throw error;
	}
}

/** Answers a question, once and for all. @throws PlatformError kind `rejected` code `alreadyAnswered` when somebody else has. */
export async function answerQuestion(context: StoreContext, externalId: string, text: string): Promise<string> {
	try {
		await sendAs(context, {
			operation: 'messages.write',
			method: 'POST',
			url: apiUrl(context, isGlobalSelling(context) ? '/marketplace/answers' : '/answers'),
			headers: { 'content-type': 'application/json', accept: 'application/json' },
			body: JSON.stringify({ question_id: Number(externalId), text }),
			idempotent: false,
			writes: true,
		});
		// One question has one answer, which has no id of its own.
		return ANSWER + externalId;
	} catch (error) {
		// How a second answer is refused is not published: the question itself tells.
		if (!(error instanceof PlatformError) || error.kind !== 'rejected') throw error;
		const now = await readQuestion(context, externalId);
		if (!now || stateOf(now).canSend) throw error;
		throw new PlatformError({
			kind: 'rejected',
			userMessage: { code: now.answer ? 'alreadyAnswered' : 'conversationClosed' },
			detail: error.message,
			cause: error,
		});
	}
}

async function threadOf(context: StoreContext, wire: WireQuestion): Promise<Outcome<Thread>[]> {
	const externalListingId = wire.marketplace_item_id ?? wire.item_id ?? null;
	if (isGlobalSelling(context) && typeof wire.site_id === 'string' && wire.site_id !== context.store.siteId) return [];
	const item = externalListingId === null ? null : await readItem(context, externalListingId);
	// Two stores of an account may sell on one site; the item tells whose question it is.
	if (item && item.owner !== null && item.owner !== context.store.externalId && item.owner !== accountOf(context)) return [];
	const conversation: Conversation = {
		externalId: QUESTION + wire.id,
		kind: 'question',
		externalBuyerId: wire.from?.id ?? null,
		buyerName: null,
		externalOrderId: null,
		externalListingId,
		subject: item?.title ?? null,
		...stateOf(wire),
	};
	return [{ ok: true, value: { conversation, messages: messagesOf(wire) }, replies: [] }];
}

async function readItem(context: StoreContext, id: string): Promise<{ title: string | null; owner: string | null } | null> {
	const path = `${isGlobalSelling(context) ? '/marketplace' : ''}/items/${pathStep(id)}`;
	const found = await readOptional(context, { operation: 'items.read', path, query: { attributes: 'id,title,site_id,seller_id' } });
	const item = wireItem.safeParse(found?.json);
	return item.success ? { title: item.data.title ?? null, owner: item.data.seller_id ?? null } : null;
}

function accountOf(context: StoreContext): string {
	return context.store.attributes['globalUserId'] ?? context.store.externalId;
}

/** Whether it can be answered; the platform's word where it cannot. */
function stateOf(wire: WireQuestion): { canSend: boolean; closedBy: string | null } {
	const status = (wire.status ?? '').toLowerCase();
	if (wire.deleted_from_listing === true) return { canSend: false, closedBy: 'deleted' };
	if (status === 'unanswered' && wire.hold === true) return { canSend: false, closedBy: 'under_review' };
	return status === 'unanswered' ? { canSend: true, closedBy: null } : { canSend: false, closedBy: status || 'unknown' };
}

const REFUSED: Readonly<Record<string, string>> = { banned: 'moderated', disabled: 'moderated' };

function messagesOf(wire: WireQuestion): Message[] {
	const none = { kind: 'text', imageUrl: null, externalOrderId: null, externalListingId: null } as const;
	const question: Message = {
		...none,
		kind: wire.text ? 'text' : 'other',
		externalId: QUESTION + wire.id,
		sender: 'buyer',
		sentAt: wire.date_created,
		position: '0',
		text: wire.text || null,
		refusedFor: null,
	};
	const { answer } = wire;
	if (!answer) return [question];
	return [
		question,
		{
			...none,
			kind: answer.text ? 'text' : 'other',
			externalId: ANSWER + wire.id,
			sender: 'seller',
			sentAt: answer.date_created ?? wire.date_created,
			position: '1',
			text: answer.text || null,
			refusedFor: entryOf(REFUSED, (answer.status ?? '').toLowerCase()) ?? null,
		},
	];
}

function damaged(row: Json, cause: string): Outcome<Thread> {
	return { ok: false, externalId: idOf(row), cause, raw: jsonText(row), replies: [] };
}

import { createHash } from 'node:crypto';
import type { CaseFacts, CaseTurn, Instant, Message, ReturnKind, Sender, Thread } from '@pangea/domain';
import {
	entryOf,
	type Json,
	jsonText,
	type Outcome,
	type OutgoingFile,
	pathStep,
	PlatformError,
	type StoreContext,
} from '@pangea/platform-contract';
import { answer, apiUrl, read, readFresh, readOptional, sendAs } from './client.ts';
import { idOf } from './documents.ts';
import { describeIssues, understand } from './errors.ts';
import { uploadFiles } from './message-files.ts';
import { isGlobalSelling } from './stores.ts';
import {
	type WireClaim,
	type WireClaimDetail,
	type WireClaimMessage,
	wireClaim,
	wireClaimDetail,
	wireClaimMessage,
	wireClaimMessages,
	wireClaims,
} from './wire-claims.ts';

/** Before the platform's id of a claim: other conversations have ids of the same form. */
export const CLAIM = 'claim:';

const A_PAGE = 100;
/** Rows beyond are not reached (contract §3.3). */
const MOST = 9999;

/** Whom the seller may write to, by the action that the platform lists (contract §7.4: only what is listed may be done). */
const RECEIVERS: Readonly<Record<string, 'complainant' | 'mediator'>> = {
	send_message_to_complainant: 'complainant',
	send_message_to_mediator: 'mediator',
};

/** The store's opened claims with all that was said, in pages. That one was closed is told by its notification. */
export async function* openedClaims(context: StoreContext, since: Instant): AsyncGenerator<Outcome<Thread>[]> {
	for (let offset = 0; offset < MOST; offset += A_PAGE) {
		const rows = await searchPage(context, offset);
		const items: Outcome<Thread>[] = [];
		for (const row of rows) {
			const wire = wireClaim.safeParse(row);
			if (wire.success) items.push(...(await threadOf(context, wire.data, since)));
			else items.push({ ok: false, externalId: idOf(row), cause: describeIssues(wire.error), raw: jsonText(row), replies: [] });
		}
		yield items;
		if (rows.length < A_PAGE) return;
	}
}

async function searchPage(context: StoreContext, offset: number): Promise<Json[]> {
	const seller = context.store.externalId;
	const { json } = await read(context, {
		operation: 'claims.read',
		path: `${base(context)}/search`,
		query: {
			...(isGlobalSelling(context) ? { user_id: seller } : { 'players.user_id': seller, 'players.role': 'respondent' }),
			status: 'opened',
			sort: 'last_updated:asc',
			limit: String(A_PAGE),
			offset: String(offset),
		},
	});
	return understand('claims.read', wireClaims, json).data ?? [];
}

function base(context: StoreContext): string {
	return isGlobalSelling(context) ? '/marketplace/v2/claims' : '/post-purchase/v1/claims';
}

/** A claim as it is now; nothing when it is gone or another store's. @param externalId the platform's own */
export async function claimNow(context: StoreContext, externalId: string, since: Instant): Promise<Outcome<Thread>[]> {
	const wire = await readClaim(context, externalId);
	return wire ? await threadOf(context, wire, since) : [];
}

async function readClaim(context: StoreContext, externalId: string): Promise<WireClaim | null> {
	try {
		const { json } = await readFresh(context, { operation: 'claims.read', path: `${base(context)}/${pathStep(externalId)}` });
		return understand('claims.read', wireClaim, json);
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'notFound') return null;
		throw error;
	}
}

async function threadOf(context: StoreContext, wire: WireClaim, since: Instant): Promise<Outcome<Thread>[]> {
	const seller = player(wire, 'respondent')?.user_id ?? null;
	if (seller !== context.store.externalId) return [];
	const said = await messagesOf(context, wire.id);
	const detail = await readDetail(context, wire.id);
	// An opened claim waits for its end however old it is.
	const messages = [opening(wire, detail), ...said, ...standing(wire, detail)]
		.filter(({ sentAt }) => wire.status === 'opened' || sentAt >= since)
		.sort((a, b) => (a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : 0));
	const conversation = {
		externalId: CLAIM + wire.id,
		kind: 'claim' as const,
		externalBuyerId: player(wire, 'complainant')?.user_id ?? null,
		buyerName: null,
		externalOrderId: wire.resource === 'order' ? (wire.resource_id ?? null) : null,
		externalListingId: null,
		subject: null,
		...stateOf(wire),
		caseFacts: factsOf(wire, detail),
	};
	return [{ ok: true, value: { conversation, messages }, replies: [] }];
}

function player({ players }: WireClaim, role: string) {
	return players?.find((one) => one.role === role);
}

/** Who may be written to; a mediator, once there is one, before the buyer. */
function receiverOf(wire: WireClaim): 'complainant' | 'mediator' | null {
	if (wire.status !== 'opened') return null;
	const found = (player(wire, 'respondent')?.available_actions ?? []).flatMap(({ action }) => entryOf(RECEIVERS, action ?? '') ?? []);
	return found.includes('mediator') ? 'mediator' : (found[0] ?? null);
}

const KINDS: Readonly<Record<string, ReturnKind>> = {
	return: 'return',
	change: 'replacement',
	cancel_sale: 'cancellation',
	cancel_purchase: 'cancellation',
};

function factsOf(wire: WireClaim, detail: WireClaimDetail | null): CaseFacts {
	const receiver = receiverOf(wire);
	const actions = (player(wire, 'respondent')?.available_actions ?? []).flatMap(({ action, mandatory, due_date: due }) =>
		action ? [{ name: action, mandatory: mandatory ?? false, dueAt: due ?? null }] : [],
	);
	const turn = turnOf(wire, detail);
	const dues = actions.flatMap(({ mandatory, dueAt }) => (mandatory && dueAt !== null ? [dueAt] : []));
	const told = isSellers(detail) ? (detail?.due_date ?? null) : null;
	return {
		kind: entryOf(KINDS, wire.type ?? '') ?? 'claim',
		state: wire.status === 'opened' ? 'requested' : wire.status === 'closed' ? 'completed' : 'unknown',
		rawStatus: wire.status ?? 'unknown',
		stage: wire.stage ?? null,
		reason: wire.reason_id ?? null,
		turn,
		dueAt: turn === 'nobody' ? null : (dues.toSorted()[0] ?? told),
		hasMediator: player(wire, 'mediator') !== undefined || wire.stage === 'dispute',
		answersGoTo: receiver === 'complainant' ? 'buyer' : receiver,
		actions,
	};
}

/** A mandatory action is the seller's, whoever spoke last; what waits for the mediator waits for nobody here. */
function turnOf(wire: WireClaim, detail: WireClaimDetail | null): CaseTurn {
	if (wire.status !== 'opened') return 'nobody';
	const isBound = (player(wire, 'respondent')?.available_actions ?? []).some(({ mandatory }) => mandatory === true);
	if (isBound || isSellers(detail)) return 'seller';
	return detail?.action_responsible === 'mediator' ? 'nobody' : 'lastWord';
}

// The published sample names the mediator only; the seller is taken by either of the platform's words for him.
function isSellers(detail: WireClaimDetail | null): boolean {
	return detail?.action_responsible === 'seller' || detail?.action_responsible === 'respondent';
}

async function readDetail(context: StoreContext, claim: string): Promise<WireClaimDetail | null> {
	const found = await readOptional(context, { operation: 'claims.read', path: `${base(context)}/${pathStep(claim)}/detail` });
	const detail = wireClaimDetail.safeParse(found?.json);
	return detail.success ? detail.data : null;
}

function stateOf(wire: WireClaim): { canSend: boolean; closedBy: string | null } {
	if (receiverOf(wire) !== null) return { canSend: true, closedBy: null };
	return { canSend: false, closedBy: wire.status === 'opened' ? 'claim_without_messages' : 'claim_closed' };
}

/** That a buyer claims wants an answer even where nothing else is said. The words are the platform's. */
function opening(wire: WireClaim, detail: WireClaimDetail | null): Message {
	const words = detail?.problem || [wire.reason_id, wire.type].filter(Boolean).join(' · ');
	return {
		...BARE,
		externalId: `${CLAIM}${wire.id}:opened`,
		kind: 'notice',
		sender: 'buyer',
		sentAt: wire.date_created,
		position: '0',
		text: words || null,
	};
}

/** What the platform says of where the claim stands, once for each time that it says something else. */
function standing(wire: WireClaim, detail: WireClaimDetail | null): Message[] {
	const text = [detail?.title, detail?.description].filter(Boolean).join('. ');
	if (text === '') return [];
	return [
		{
			...BARE,
			externalId: `${CLAIM}${wire.id}:${createHash('sha256').update(text).digest('hex').slice(0, 40)}`,
			kind: 'notice',
			sender: 'platform',
			sentAt: wire.last_updated ?? wire.date_created,
			position: '2',
			text,
		},
	];
}

const BARE = { imageUrl: null, externalOrderId: null, externalListingId: null, refusedFor: null } as const;
// A mediator is the platform's own person.
const SENDERS: Readonly<Record<string, Sender>> = { complainant: 'buyer', respondent: 'seller' };

async function messagesOf(context: StoreContext, claim: string): Promise<Message[]> {
	const { json } = await read(context, { operation: 'claims.read', path: `${base(context)}/${pathStep(claim)}/messages` });
	const found = understand('claims.read', wireClaimMessages, json).flatMap((row) => {
		const wire = wireClaimMessage.safeParse(row);
		return wire.success ? [wire.data] : [];
	});
	// Newest first on the wire. The platform may repeat one; without ids a repetition is the same message.
	const messages = found.toReversed().flatMap((wire, index) => toMessage(claim, wire, index));
	return [...new Map(messages.map((message) => [message.externalId, message])).values()].sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
}

function toMessage(claim: string, wire: WireClaimMessage, index: number): Message[] {
	const sender = entryOf(SENDERS, wire.sender_role) ?? 'platform';
	const isRefused = (wire.message_moderation?.status ?? '').toLowerCase() === 'rejected';
	if (isRefused && sender !== 'seller') return [];
	const attachments = (wire.attachments ?? []).map((file) => ({
		name: file.original_filename ?? file.filename ?? '',
		type: file.type ?? '',
		bytes: file.size ?? 0,
	}));
	return [
		{
			...BARE,
			externalId: CLAIM + digest(claim, wire),
			kind: wire.message ? 'text' : 'other',
			sender,
			sentAt: wire.date_created,
			position: `1.${String(index).padStart(4, '0')}`,
			text: wire.message || null,
			attachments,
			refusedFor: isRefused ? 'moderated' : null,
		},
	];
}

/** Claim messages have no id (contract §7.4); who spoke, when and what stands for one. */
function digest(claim: string, { sender_role, date_created, message }: Pick<WireClaimMessage, 'sender_role' | 'date_created' | 'message'>) {
	return createHash('sha256').update([claim, sender_role, date_created, message].join('\n')).digest('hex').slice(0, 40);
}

/**
 * Writes into a claim, to the mediator where there is one.
 * @throws PlatformError kind `rejected` code `conversationClosed` where the platform lists no message among what the seller may do.
 */
export async function writeToClaim(
	context: StoreContext,
	externalId: string,
	text: string,
	files: readonly OutgoingFile[],
): Promise<string> {
	const wire = await readClaim(context, externalId);
	const receiver = wire && receiverOf(wire);
	if (!receiver)
		throw new PlatformError({
			kind: 'rejected',
			userMessage: { code: 'conversationClosed' },
			detail: 'claims.write: no message is allowed',
		});
	const door = { operation: 'claims.write', url: apiUrl(context, `${base(context)}/${pathStep(externalId)}/attachments`) };
	const attachments = await uploadFiles(context, door, files);
	const before = new Set((await messagesOf(context, externalId)).map((message) => message.externalId));
	const reply = await sendAs(context, {
		operation: 'claims.write',
		method: 'POST',
		url: apiUrl(context, `${base(context)}/${pathStep(externalId)}/actions/send-message`),
		headers: { 'content-type': 'application/json', accept: 'application/json' },
		body: JSON.stringify({ receiver_role: receiver, message: text, ...(attachments.length > 0 && { attachments }) }),
		// Not repeated by the client: the platform knows no key by which it would see that it is the same message.
		idempotent: false,
		writes: true,
	});
	answer(context, 'claims.write', reply);
	// What the platform answers is not published: the claim itself tells under which time the message stands.
	const after = await messagesOf(context, externalId);
	const sent = after.findLast((message) => message.sender === 'seller' && message.text === text && !before.has(message.externalId));
	const own = { sender_role: 'respondent', date_created: context.now().toISOString(), message: text };
	return sent?.externalId ?? CLAIM + digest(externalId, own);
}

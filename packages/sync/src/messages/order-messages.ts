import { markOrderMessage, queueOrderMessage as keepOrderMessage, type Scope, settleOrderMessage, takeOrderMessage } from '@pangea/db';
import { NotActiveError, type OrderMessageKind, type OrderMessageOffer } from '@pangea/domain';
import { orderMessageSend } from '@pangea/jobs';
import { type OrderMessages, PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import { createStoreContext, type OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { PLACES } from '../keyring.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { messageDeath } from './threads.ts';

/** A message that could not be handed over so often is given back to its writer. */
const MOST_ATTEMPTS = 6;

export interface OrderMessageRequest {
	/** Made where it was asked for: the same message twice is one. */
	messageId: string;
	orderId: string;
	storeId: string;
	externalOrderId: string;
	userId: string;
	kind: OrderMessageKind;
	/** Null where the platform writes the words. */
	text: string | null;
}

type End = Parameters<typeof settleOrderMessage>[2];

/** What the platform allows for an order now, asked of it. @throws PlatformError and NotActiveError */
export async function offerOrderMessages(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	externalOrderId: string,
	signal: AbortSignal,
): Promise<OrderMessageOffer> {
	const store = await createStoreContext(engine, ids, { signal, urgent: true });
	return await ofOrderMessages(store).allowed(store.context, externalOrderId);
}

function ofOrderMessages({ adapter }: Pick<OpenStore, 'adapter'>): OrderMessages {
	if (!adapter.orderMessages) throw new NotActiveError('missing', `${adapter.id} has no messages of orders`);
	return adapter.orderMessages;
}

/**
 * Keeps a message about an order and sends the job that hands it over, with the scope's commit.
 * @returns false when it is there already, or another of its kind stands in its way.
 */
export async function queueOrderMessage(engine: Engine, scope: Scope, box: SealedBox, request: OrderMessageRequest): Promise<boolean> {
	const { messageId, text, ...rest } = request;
	const askedAt = engine.now().toISOString();
	const sealed = box.seal(JSON.stringify({ text }), PLACES.orderMessage(messageId));
	const isNew = await keepOrderMessage(scope, { ...rest, messageId, sealed, askedAt, diesAt: messageDeath(engine, askedAt) });
	if (isNew) await engine.jobs.enqueue(orderMessageSend, { workspaceId: scope.workspaceId, messageId }, { scope });
	return isNew;
}

/**
 * Hands a message to its platform, where that still allows it. Where a former try left nobody knowing whether it arrived, nothing can be read back:
 * it stays unknown, but for a request for a review, of which the platform takes one and then offers it no more.
 * @throws PlatformError kinds `unavailable` and `unexpected`, for the job's back-off.
 */
export async function sendOrderMessage(
	engine: Engine,
	ids: { workspaceId: string; messageId: string },
	signal: AbortSignal,
): Promise<StoreRun<void>> {
	const { workspaceId, messageId } = ids;
	const taken = await engine.database.inWorkspace(workspaceId, (scope) => takeOrderMessage(scope, messageId));
	if (!taken) return { state: 'done', value: undefined };
	const box = await engine.keys.box(workspaceId);
	// Written by ourselves.
	const { text } = JSON.parse(box.open(taken.sealed, PLACES.orderMessage(messageId)).toString('utf8')) as { text: string | null };
	const message = { ...taken, messageId, kind: taken.kind as OrderMessageKind, text };
	let end: End | null = null;
	try {
		const run = await withStore(engine, { workspaceId, storeId: taken.store_id }, { signal, urgent: true }, async (store) => {
			end = await handOver(engine, store, message);
		});
		if (run.state === 'notActive' || run.state === 'refused') end ??= { state: 'failed', code: 'storeStopped' };
		return run;
	} catch (error) {
		if (taken.attempts < MOST_ATTEMPTS) throw error;
		end = { state: 'failed', code: error instanceof PlatformError ? error.userMessage.code : 'internal' };
		return { state: 'done', value: undefined };
	} finally {
		if (end !== null) await settle(engine, ids, { orderId: taken.order_id, storeId: taken.store_id }, end);
	}
}

interface Taken {
	messageId: string;
	external_order_id: string;
	kind: OrderMessageKind;
	text: string | null;
	attempted_at: string | null;
}

async function handOver(engine: Engine, store: OpenStore, message: Taken): Promise<End> {
	const { messageId, external_order_id: orderId, kind, text } = message;
	const { workspaceId } = store.target;
	const mark = (at: string | null): Promise<void> =>
		engine.database.inWorkspace(workspaceId, (scope) => markOrderMessage(scope, messageId, at));
	const wasTried = message.attempted_at !== null;
	if (wasTried && kind !== 'reviewRequest') return { state: 'unknown' };
	const orderMessages = ofOrderMessages(store);
	try {
		const { allowed } = await orderMessages.allowed(store.context, orderId);
		if (!allowed.some((one) => one.kind === kind)) return wasTried ? { state: 'accepted' } : { state: 'rejected', code: 'kindNotAllowed' };
		await mark(engine.now().toISOString());
		await orderMessages.send(store.context, orderId, { kind, text });
		return { state: 'accepted' };
	} catch (error) {
		if (error instanceof NotActiveError && error.reason === 'writesStopped') return { state: 'failed', code: 'writesStopped' };
		if (!(error instanceof PlatformError)) throw error;
		if (error.kind === 'rejected' || error.kind === 'notFound' || error.kind === 'forbidden')
			return { state: 'rejected', code: error.userMessage.code };
		// Refused before it was looked at: it surely did not arrive.
		if (error.kind === 'rateLimited' || error.kind === 'auth') await mark(null);
		throw error;
	}
}

async function settle(
	engine: Engine,
	{ workspaceId, messageId }: { workspaceId: string; messageId: string },
	{ orderId, storeId }: { orderId: string; storeId: string },
	end: End,
): Promise<void> {
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		await settleOrderMessage(scope, messageId, end);
		await recordEvent(scope, { kind: 'orders.changed', storeId, ids: [orderId] });
	});
}

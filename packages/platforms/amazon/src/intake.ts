import { createHash } from 'node:crypto';
import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import {
	type AdapterContext,
	PlatformError,
	type PlatformErrorOptions,
	type QueueIntake,
	sleepFor,
	type Tiding,
} from '@pangea/platform-contract';
import { isRecord, jsonOrNull } from './json.ts';
import { manifest } from './manifest.ts';
import { storeExternalId } from './stores.ts';
import { listOf, subscribeToOrders } from './subscription.ts';
import { instantOrNull } from './to-order.ts';
import { SKU_REFERENCE } from './listings.ts';
import { wireListingChange, wireNotification, wireOrderChange } from './wire.ts';

type Received = Awaited<ReturnType<QueueIntake['receive']>>;

/**
 * Notifications from the seller's own SQS queues. Amazon delivers at least once and in any order: a message is a hint, the order is read
 * anew. Without `queueUrls` there is nothing to empty and the wait passes quietly; polling alone suffices (contract §15).
 */
export function createIntake(): QueueIntake {
	const clients = new Map<string, Promise<SQSClient>>();
	const underWay = new WeakMap<AbortSignal, Asked[]>();
	return {
		async receive(context, waitSeconds) {
			const queues = listOf(context.app['queueUrls']);
			if (queues.length === 0) {
				await sleepFor(waitSeconds * 1000, context.signal);
				return [];
			}
			const older = underWay.get(context.signal) ?? [];
			const newer = queues
				.filter((url) => !older.some((asked) => asked.url === url))
				.map((url): Asked => ({ url, answer: receiveFrom(clients, context, url, waitSeconds) }));
			const waiting = [...older, ...newer];
			underWay.set(context.signal, waiting);
			for (;;) {
				const { asked, received } = await firstAnswer(waiting);
				waiting.splice(waiting.indexOf(asked), 1);
				if (received === null) throw asked.failure;
				// An older request that ends empty is asked anew by the next call, while the newer ones still wait.
				if (received.length > 0 || waiting.length === 0 || (older.includes(asked) && newer.length > 0)) return received;
			}
		},
		subscribe: subscribeToOrders,
	};
}

/**
 * A request that waits for messages. It outlives its call, within the call's signal: a quiet queue delays no news of a busy one, and no
 * message is lost with a request that was given up.
 */
interface Asked {
	url: string;
	answer: Promise<Received>;
	failure?: unknown;
}

async function firstAnswer(waiting: readonly Asked[]): Promise<{ asked: Asked; received: Received | null }> {
	return await Promise.race(
		waiting.map(async (asked) => {
			try {
				return { asked, received: await asked.answer };
			} catch (error) {
				asked.failure = error;
				return { asked, received: null };
			}
		}),
	);
}

async function receiveFrom(
	clients: Map<string, Promise<SQSClient>>,
	context: AdapterContext,
	queueUrl: string,
	waitSeconds: number,
): Promise<Received> {
	// Loaded only where a queue is set up.
	const { ReceiveMessageCommand, DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
	const client = await clientFor(clients, context, queueUrl);
	const command = new ReceiveMessageCommand({
		QueueUrl: queueUrl,
		MaxNumberOfMessages: 10,
		WaitTimeSeconds: Math.max(0, Math.min(20, Math.floor(waitSeconds))),
	});
	const { Messages = [] } = await ask(context, 'receiveMessage', () => client.send(command, { abortSignal: context.signal }));
	return Messages.map((message) => {
		const raw = Buffer.from(message.Body ?? '');
		return {
			tidings: toTidings(raw, message.MessageId),
			raw,
			acknowledge: async () => {
				const done = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handleOf(message) });
				await ask(context, 'deleteMessage', () => client.send(done, { abortSignal: context.signal }));
			},
		};
	});
}

function handleOf(message: Message): string {
	if (message.ReceiptHandle) return message.ReceiptHandle;
	throw new PlatformError({
		kind: 'unexpected',
		userMessage: { code: 'answerNotUnderstood' },
		detail: 'receiveMessage: a message without receipt',
	});
}

/** Names what changed. Empty for a message that is no notification, or names no seller. Takes the object bare, from EventBridge, or through SNS. */
export function toTidings(body: Buffer, messageId?: string): Tiding[] {
	const parsed = wireNotification.safeParse(pascal(unwrap(jsonOrNull(body.toString('utf8')))));
	if (!parsed.success) return [];
	const { NotificationType, Payload, NotificationMetadata, EventTime } = parsed.data;
	const deliveryId = NotificationMetadata?.NotificationId || messageId || createHash('sha256').update(body).digest('hex');
	const change = NotificationType === 'ORDER_CHANGE' ? wireOrderChange.safeParse(Payload) : null;
	if (change?.success) {
		const { SellerId, AmazonOrderId, OrderChangeTrigger, Summary } = change.data.OrderChangeNotification;
		const occurredAt = instantOrNull(OrderChangeTrigger?.TimeOfOrderChange) ?? instantOrNull(EventTime);
		return [
			{
				accountExternalId: accountOf(SellerId, Summary?.MarketplaceId),
				kind: 'orders',
				externalIds: [AmazonOrderId],
				deliveryId,
				occurredAt,
			},
		];
	}
	const listing = LISTING_TYPES.has(NotificationType) ? wireListingChange.safeParse(Payload) : null;
	if (listing?.success) {
		const { SellerId, MarketplaceId, Asin, Sku } = listing.data;
		const externalIds = [Asin || SKU_REFERENCE + Sku];
		return [
			{
				accountExternalId: accountOf(SellerId, MarketplaceId),
				kind: 'listings',
				externalIds,
				deliveryId,
				occurredAt: instantOrNull(EventTime),
			},
		];
	}
	const sellerId = findSeller(Payload);
	if (change || sellerId === null) return [];
	return [{ accountExternalId: sellerId, kind: 'other', externalIds: [], deliveryId, occurredAt: instantOrNull(EventTime) }];
}

/** Told through EventBridge, which a seller may lead into a queue of ours (contract §15). Both spellings of the second are published. */
const LISTING_TYPES: ReadonlySet<string> = new Set([
	'LISTINGS_ITEM_ISSUES_CHANGE',
	'LISTINGS_ITEM_STATUS_CHANGE',
	'LISTINGS_ITEM_STATUS_CHANGED',
]);

// The message names seller and marketplace: together they are the store. A marketplace that is no store of ours leaves the seller.
function accountOf(sellerId: string, marketplaceId: string | null | undefined): string {
	const known = marketplaceId && manifest.sites.some((s) => s.id === marketplaceId);
	return known ? storeExternalId(sellerId, marketplaceId) : sellerId;
}

function findSeller(payload: unknown): string | null {
	if (!isRecord(payload)) return null;
	for (const [key, value] of Object.entries(payload)) {
		if (/^(SellerId|SellingPartnerId|MerchantId)$/i.test(key) && typeof value === 'string' && value !== '') return value;
		const inside = findSeller(value);
		if (inside !== null) return inside;
	}
	return null;
}

function unwrap(json: unknown): unknown {
	if (!isRecord(json)) return json;
	if (isRecord(json['detail'])) return unwrap(json['detail']);
	if (json['Type'] === 'Notification' && typeof json['Message'] === 'string') return unwrap(jsonOrNull(json['Message']));
	return json;
}

// Two spellings (contract §15): the envelope's first letters are lower case for some types.
function pascal(json: unknown): unknown {
	if (!isRecord(json) || 'NotificationType' in json) return json;
	const raised = Object.fromEntries(Object.entries(json).map(([k, v]) => [k.charAt(0).toUpperCase() + k.slice(1), v]));
	const metadata = raised['NotificationMetadata'];
	return isRecord(metadata) ? { ...raised, NotificationMetadata: { ...metadata, NotificationId: metadata['notificationId'] } } : raised;
}

/** One client for each region and key; the digest keeps the secret out of the map. */
function clientFor(clients: Map<string, Promise<SQSClient>>, context: AdapterContext, queueUrl: string): Promise<SQSClient> {
	const { awsAccessKeyId: id, awsSecretAccessKey: secret } = context.app;
	const queue = URL.parse(queueUrl);
	if (!queue) {
		const userMessage = { code: 'appCredentialsWrong', params: { code: 'queueUrls' } } as const;
		throw new PlatformError({ kind: 'rejected', userMessage, detail: 'receiveMessage: queueUrls holds no address' });
	}
	const endpoint = configuredEndpoint(context);
	const region = /^sqs\.([a-z0-9-]+)\.amazonaws\./.exec(queue.hostname)?.[1] ?? 'us-east-1';
	const key = createHash('sha256')
		.update(JSON.stringify([endpoint, region, id, secret]))
		.digest('hex');
	const known = clients.get(key);
	if (known) return known;
	const created = import('@aws-sdk/client-sqs').then(
		({ SQSClient: Client }) =>
			new Client({
				region,
				...(endpoint === null ? {} : { endpoint }),
				// Without a key the machine's own role is used.
				...(id && secret ? { credentials: { accessKeyId: id, secretAccessKey: secret } } : {}),
			}),
	);
	clients.set(key, created);
	return created;
}

/** Where configuration sends SQS; null when the queue's own address is to be used. */
function configuredEndpoint(context: AdapterContext): string | null {
	const configured = context.hosts['sqs'];
	return configured === undefined || configured === manifest.hosts['sqs'] ? null : configured;
}

async function ask<T>(context: AdapterContext, operation: string, send: () => Promise<T>): Promise<T> {
	try {
		return await send();
	} catch (error) {
		context.signal.throwIfAborted();
		throw toPlatformError(operation, error);
	}
}

function toPlatformError(operation: string, error: unknown): PlatformError {
	const name = error instanceof Error ? error.name : 'Error';
	const status = httpStatusOf(error);
	const make = (kind: PlatformErrorOptions['kind'], code: PlatformErrorOptions['userMessage']['code']): PlatformError =>
		new PlatformError({
			kind,
			userMessage: { code, params: { operation, code: name } },
			detail: `${operation}: ${name} (HTTP ${status ?? 'none'})`,
		});
	if (/Throttl|RequestLimit|TooManyRequests/i.test(name) || status === 429) return make('rateLimited', 'rateLimited');
	if (/AccessDenied|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient|InvalidSecurity|Credentials/i.test(name)) {
		return make('forbidden', 'appCredentialsWrong');
	}
	if (/QueueDoesNotExist|NonExistentQueue|InvalidAddress/i.test(name)) return make('notFound', 'notFoundAtPlatform');
	if (status === 401 || status === 403) return make('forbidden', 'appCredentialsWrong');
	if (status !== null && status >= 400 && status < 500) return make('rejected', 'platformRefused');
	return make('unavailable', 'platformDown');
}

function httpStatusOf(error: unknown): number | null {
	if (!isRecord(error) && !(error instanceof Error)) return null;
	const metadata = '$metadata' in error ? error.$metadata : null;
	const status = isRecord(metadata) ? metadata['httpStatusCode'] : null;
	return typeof status === 'number' ? status : null;
}

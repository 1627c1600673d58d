import { type AppCredentials, type GrantContext, PlatformError } from '@pangea/platform-contract';
import { requestGrantlessToken } from './authorization.ts';
import { call, callGrantless } from './client.ts';
import { AWS_REGIONS } from './manifest.ts';
import { wireDestination, wireDestinations, wireNothing, wireSubscription } from './wire.ts';

const SCOPE = 'sellingpartnerapi::notifications';
const DESTINATIONS = '/notifications/v1/destinations';
const SUBSCRIPTION = '/notifications/v1/subscriptions/ORDER_CHANGE';

/** Names our destinations; by it we know a subscription that we may move to another queue. */
export const DESTINATION_NAME = 'Pangea orders';

/**
 * What of ORDER_CHANGE we act on, on all marketplaces. The third change type, DeliveryTipChange, changes nothing that we show.
 */
const DIRECTIVE = {
	eventFilter: { eventFilterType: 'ORDER_CHANGE', orderChangeTypes: ['OrderStatusChange', 'BuyerRequestedChange'] },
} as const;

type Destination = NonNullable<ReturnType<typeof wireDestinations.parse>['payload']>[number];
type Subscription = ReturnType<typeof wireSubscription.parse>['payload'];

/**
 * Makes Amazon send a seller's ORDER_CHANGE into one of the app's queues. What exists is looked for first, so repeating changes nothing.
 * A subscription that leads to any of the app's queues is kept; one that leads to a former queue of ours is moved; one that leads elsewhere
 * is somebody's and is refused with `platformRefused`.
 * @throws PlatformError
 */
export async function subscribeToOrders(context: GrantContext): Promise<void> {
	const region = context.grant().host;
	const arns = queueArns(context.app);
	const wanted = arns.find((arn) => arn.split(':')[3] === AWS_REGIONS[region]) ?? arns[0];
	if (wanted === undefined) return;
	const app = appCalls(context, region);
	const existing = await findSubscription(context);
	const destinations = await app.destinations();
	if (existing) {
		const target = destinations.find((d) => d.destinationId === existing.destinationId);
		if (target && arns.includes(arnOf(target))) return;
		if (target?.name !== DESTINATION_NAME) throw takenElsewhere();
		await app.unsubscribe(existing.subscriptionId);
	}
	const destination = destinations.find((d) => arnOf(d) === wanted) ?? (await createDestination(app, wanted));
	await createSubscription(context, destination.destinationId);
}

/**
 * The queues' resource names: `queueArns` as typed, else read from the queues' public addresses
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html).
 * @throws PlatformError kind `rejected` for an address that does not tell, such as that of a private endpoint.
 */
export function queueArns(app: AppCredentials): string[] {
	const given = listOf(app['queueArns']);
	const urls = listOf(app['queueUrls']);
	// Nothing would empty a queue without address.
	if (urls.length === 0) return [];
	return given.length > 0 ? given : urls.map(arnFromUrl);
}

export function listOf(text: string | undefined): string[] {
	return (text ?? '')
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

function arnFromUrl(url: string): string {
	const [, region, account, name] = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com\/(\d{12})\/([A-Za-z0-9_-]{1,80})\/?$/.exec(url) ?? [];
	if (region && account && name) return `arn:aws:sqs:${region}:${account}:${name}`;
	throw new PlatformError({
		kind: 'rejected',
		userMessage: { code: 'appCredentialsWrong', params: { field: 'queueArns' } },
		detail: 'createDestination: the address of a queue does not tell its ARN, and queueArns is empty',
	});
}

function arnOf(destination: Destination): string {
	return destination.resource?.sqs?.arn ?? '';
}

/** The operations that Amazon answers to the app, not to a seller. Destinations belong to a region (amzn/selling-partner-api-models#4286). */
function appCalls(context: GrantContext, region: string) {
	const newToken = (): Promise<string> => requestGrantlessToken(context, SCOPE);
	return {
		async destinations(): Promise<Destination[]> {
			const request = { operation: 'getDestinations', path: DESTINATIONS };
			return (await callGrantless(context, region, newToken, wireDestinations, request)).payload ?? [];
		},
		async create(arn: string): Promise<Destination> {
			const body = { name: DESTINATION_NAME, resourceSpecification: { sqs: { arn } } };
			const request = { operation: 'createDestination', method: 'POST', path: DESTINATIONS, body, writes: true } as const;
			return (await callGrantless(context, region, newToken, wireDestination, request)).payload;
		},
		async unsubscribe(subscriptionId: string): Promise<void> {
			const path = `${SUBSCRIPTION}/${encodeURIComponent(subscriptionId)}`;
			const request = { operation: 'deleteSubscriptionById', method: 'DELETE', path, writes: true } as const;
			await orNull(callGrantless(context, region, newToken, wireNothing, request), 'notFound');
		},
	};
}

// Another process, or a request whose answer was lost, may have made it (409): what is there then is what was wanted.
async function createDestination(app: ReturnType<typeof appCalls>, arn: string): Promise<Destination> {
	try {
		return await app.create(arn);
	} catch (error) {
		if (!(error instanceof PlatformError) || error.kind !== 'rejected') throw error;
		const made = (await app.destinations()).find((d) => arnOf(d) === arn);
		if (!made) throw error;
		return made;
	}
}

async function createSubscription(context: GrantContext, destinationId: string): Promise<void> {
	const body = { payloadVersion: '1.0', destinationId, processingDirective: DIRECTIVE };
	try {
		await call(context, wireSubscription, { operation: 'createSubscription', method: 'POST', path: SUBSCRIPTION, body, writes: true });
	} catch (error) {
		if (!(error instanceof PlatformError) || error.kind !== 'rejected') throw error;
		if ((await findSubscription(context))?.destinationId !== destinationId) throw error;
	}
}

async function findSubscription(context: GrantContext): Promise<Subscription | null> {
	const request = { operation: 'getSubscription', path: SUBSCRIPTION, query: { payloadVersion: '1.0' } };
	return (await orNull(call(context, wireSubscription, request), 'notFound'))?.value.payload ?? null;
}

async function orNull<T>(asked: Promise<T>, kind: PlatformError['kind']): Promise<T | null> {
	try {
		return await asked;
	} catch (error) {
		if (error instanceof PlatformError && error.kind === kind) return null;
		throw error;
	}
}

function takenElsewhere(): PlatformError {
	return new PlatformError({
		kind: 'rejected',
		userMessage: { code: 'platformRefused', params: { operation: 'createSubscription', code: 'Conflict' } },
		detail: 'createSubscription: ORDER_CHANGE of this seller goes to another queue of the app already',
	});
}

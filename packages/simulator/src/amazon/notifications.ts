import type { Change } from '../core/changes.ts';
import type { WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { failure, invalid } from './dialect.ts';
import type { AmazonApp } from './grants.ts';
import type { AmazonIds } from './ids.ts';
import { deliverWindow, fulfillmentStatus, iso, shippedOf, shipWindow } from './order.ts';
import type { Queue } from './queue.ts';
import { marketplaceOf } from './sites.ts';

interface Destination {
	destinationId: string;
	name: string;
	arn: string;
}

interface Subscription {
	subscriptionId: string;
	account: string;
	type: string;
	payloadVersion: string;
	destinationId: string;
	processingDirective: unknown;
}

/** Types a subscription may name; only ORDER_CHANGE is ever sent. */
const types = [
	'ORDER_CHANGE',
	'ANY_OFFER_CHANGED',
	'FEED_PROCESSING_FINISHED',
	'REPORT_PROCESSING_FINISHED',
	'ACCOUNT_STATUS_CHANGED',
	'LISTINGS_ITEM_STATUS_CHANGE',
	'LISTINGS_ITEM_ISSUES_CHANGE',
	'PRICING_HEALTH',
	'TRANSACTION_UPDATE',
];

/** The status in the words of v0, which notifications and flat files still use. */
export function v0Status(order: SimOrder): string {
	return (
		{ PENDING: 'Pending', UNSHIPPED: 'Unshipped', PARTIALLY_SHIPPED: 'PartiallyShipped', SHIPPED: 'Shipped', CANCELLED: 'Canceled' }[
			fulfillmentStatus(order)
		] ?? 'Unfulfillable'
	);
}

/** Destinations and subscriptions, and ORDER_CHANGE messages into queues. */
export class AmazonNotifications {
	readonly #context: PlatformContext;
	readonly #ids: AmazonIds;
	readonly #app: AmazonApp;
	readonly #queues: readonly Queue[];
	readonly #destinations = new Map<string, Destination>();
	readonly #subscriptions = new Map<string, Subscription>();

	constructor(context: PlatformContext, ids: AmazonIds, app: AmazonApp, queues: readonly Queue[]) {
		this.#context = context;
		this.#ids = ids;
		this.#app = app;
		this.#queues = queues;
	}

	createDestination(call: WireCall): WireReply {
		const body = bodyOf(call);
		const specification = body['resourceSpecification'];
		const sqs: unknown = typeof specification === 'object' && specification !== null && 'sqs' in specification ? specification.sqs : null;
		const arn: unknown = typeof sqs === 'object' && sqs !== null && 'arn' in sqs ? sqs.arn : null;
		if (typeof body['name'] !== 'string' || typeof arn !== 'string') return invalid('name and resourceSpecification.sqs.arn are required.');
		if (!this.#queues.some((q) => q.arn === arn))
			return invalid('The queue does not exist or does not allow messages from the notification service.');
		if ([...this.#destinations.values()].some((d) => d.arn === arn)) return failure(409, 'Conflict', 'Destination already exists.');
		const destination = { destinationId: this.#context.newId(), name: body['name'], arn };
		this.#destinations.set(destination.destinationId, destination);
		return { status: 200, body: { payload: renderDestination(destination) } };
	}

	listDestinations(): WireReply {
		return { status: 200, body: { payload: [...this.#destinations.values()].map(renderDestination) } };
	}

	getDestination(call: WireCall): WireReply {
		const destination = this.#destinations.get(call.params['destinationId'] ?? '');
		return destination === undefined
			? failure(404, 'NotFound', 'The destination was not found.')
			: { status: 200, body: { payload: renderDestination(destination) } };
	}

	deleteDestination(call: WireCall): WireReply {
		return this.#destinations.delete(call.params['destinationId'] ?? '')
			? { status: 200, body: {} }
			: failure(404, 'NotFound', 'The destination was not found.');
	}

	createSubscription(call: WireCall, account: string): WireReply {
		const type = call.params['notificationType'] ?? '';
		const body = bodyOf(call);
		if (!types.includes(type)) return invalid(`${type} is not a notification type.`);
		if (body['payloadVersion'] !== '1.0') return invalid('payloadVersion is not supported.');
		if (!this.#destinations.has(String(body['destinationId']))) return failure(404, 'NotFound', 'The destination was not found.');
		if (this.#find(account, type) !== undefined) return failure(409, 'Conflict', 'Subscription already exists.');
		const subscription = {
			subscriptionId: this.#context.newId(),
			account,
			type,
			payloadVersion: '1.0',
			destinationId: String(body['destinationId']),
			processingDirective: body['processingDirective'],
		};
		this.#subscriptions.set(subscription.subscriptionId, subscription);
		return { status: 200, body: { payload: renderSubscription(subscription) } };
	}

	getSubscription(call: WireCall, account: string): WireReply {
		const subscription = this.#find(account, call.params['notificationType'] ?? '');
		return subscription === undefined
			? failure(404, 'NotFound', 'The subscription was not found.')
			: { status: 200, body: { payload: renderSubscription(subscription) } };
	}

	getSubscriptionById(call: WireCall): WireReply {
		const subscription = this.#subscriptions.get(call.params['subscriptionId'] ?? '');
		return subscription === undefined
			? failure(404, 'NotFound', 'The subscription was not found.')
			: { status: 200, body: { payload: renderSubscription(subscription) } };
	}

	deleteSubscription(call: WireCall): WireReply {
		return this.#subscriptions.delete(call.params['subscriptionId'] ?? '')
			? { status: 200, body: {} }
			: failure(404, 'NotFound', 'The subscription was not found.');
	}

	listens(store: StoreSeed): boolean {
		return this.#find(store.account, 'ORDER_CHANGE') !== undefined;
	}

	/** One message per change, also for those that change nothing one can see. */
	onChange(change: Change, order: SimOrder): void {
		const subscription = this.#find(order.store.account, 'ORDER_CHANGE');
		const queue = this.#queues.find((q) => q.arn === this.#destinations.get(subscription?.destinationId ?? '')?.arn);
		if (subscription === undefined || queue === undefined) return;
		const wish = change.step.kind === 'cancelRequested';
		if (!wantsType(subscription, wish ? 'BuyerRequestedChange' : 'OrderStatusChange')) return;
		queue.send('ORDER_CHANGE', order.store.id, JSON.stringify(this.#message(subscription, change, order, wish)));
	}

	#message(subscription: Subscription, change: Change, order: SimOrder, wish: boolean): Record<string, unknown> {
		const ref = { store: change.store, index: change.index };
		const now = iso(this.#context.clock.now());
		const shipped = order.lines.reduce((sum, line) => sum + shippedOf(order, line), 0);
		const ordered = order.lines.reduce((sum, line) => sum + line.quantity, 0);
		const ship = shipWindow(order);
		const deliver = deliverWindow(order);
		return {
			NotificationVersion: '1.0',
			NotificationType: 'ORDER_CHANGE',
			PayloadVersion: '1.0',
			EventTime: now,
			Payload: {
				OrderChangeNotification: {
					NotificationLevel: 'OrderLevel',
					SellerId: this.#ids.seller(order.store.account),
					AmazonOrderId: this.#ids.order(ref),
					OrderChangeType: wish ? 'BuyerRequestedChange' : 'OrderStatusChange',
					OrderChangeTrigger: {
						TimeOfOrderChange: iso(change.step.at),
						ChangeReason: wish ? 'Buyer Requested Cancel' : 'Order status changed',
					},
					Summary: {
						MarketplaceId: marketplaceOf(order.store).id,
						OrderStatus: v0Status(order),
						PurchaseDate: iso(order.placedAt),
						DestinationPostalCode: order.status === 'unpaid' ? null : order.address.postalCode,
						FulfillmentType: order.fulfilledByPlatform ? 'AFN' : 'MFN',
						OrderType: 'StandardOrder',
						NumberOfItemsShipped: shipped,
						NumberOfItemsUnshipped: ordered - shipped,
						EarliestDeliveryDate: deliver.earliestDateTime,
						LatestDeliveryDate: deliver.latestDateTime,
						EarliestShipDate: ship.earliestDateTime,
						LatestShipDate: ship.latestDateTime,
						OrderPrograms: order.business ? ['Business'] : [],
						ShippingPrograms: [],
						OrderItems: order.lines.map((line) => ({
							OrderItemId: this.#ids.item(ref, line.number),
							SellerSKU: line.sku.code,
							SupplySourceId: null,
							OrderItemStatus: shippedOf(order, line) === line.quantity ? 'Shipped' : 'Unshipped',
							Quantity: line.quantity,
							QuantityShipped: shippedOf(order, line),
							IsBuyerRequestedCancel:
								order.cancellation !== null && order.cancellation.requestedAt !== null && order.cancellation.at === null,
						})),
					},
				},
			},
			NotificationMetadata: {
				ApplicationId: this.#app.id,
				SubscriptionId: subscription.subscriptionId,
				PublishTime: now,
				NotificationId: this.#context.newId(),
			},
		};
	}

	#find(account: string, type: string): Subscription | undefined {
		return [...this.#subscriptions.values()].find((s) => s.account === account && s.type === type);
	}
}

function wantsType(subscription: Subscription, type: string): boolean {
	const directive = subscription.processingDirective;
	const filter: unknown = typeof directive === 'object' && directive !== null && 'eventFilter' in directive ? directive.eventFilter : null;
	const wanted: unknown = typeof filter === 'object' && filter !== null && 'orderChangeTypes' in filter ? filter.orderChangeTypes : null;
	return !Array.isArray(wanted) || wanted.includes(type);
}

function renderDestination(destination: Destination): Record<string, unknown> {
	return { destinationId: destination.destinationId, name: destination.name, resource: { sqs: { arn: destination.arn } } };
}

function renderSubscription(subscription: Subscription): Record<string, unknown> {
	const { subscriptionId, payloadVersion, destinationId, processingDirective } = subscription;
	return { subscriptionId, payloadVersion, destinationId, ...(processingDirective === undefined ? {} : { processingDirective }) };
}

function bodyOf(call: WireCall): Record<string, unknown> {
	const value = call.json();
	return typeof value === 'object' && value !== null ? { ...value } : {};
}

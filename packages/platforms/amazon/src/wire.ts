import { LONGEST_ID, LONGEST_NUMBER } from '@pangea/platform-contract';
import * as z from 'zod';

/** What Amazon sends, as loosely as we can use it: unknown fields pass, open enums are text, absent and null are the same. */

// Lossless JSON gives long numbers and decimals as text, short ones as numbers.
const text = z.union([z.string(), z.number()]).transform(String);
const optional = text.nullish();
const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);

/** orders_2026-01-01 `Money`: a decimal text in major units. */
const amount = z
	.union([z.string().max(LONGEST_NUMBER), z.number()])
	.transform(String)
	.nullish();
const money = z.object({ amount, currencyCode: z.string().nullish() });
export type WireMoney = z.infer<typeof money>;

const window = z.object({ earliestDateTime: optional, latestDateTime: optional });

/** Of an order; its details stand at its items. */
const orderBreakdown = z.object({ type: z.string(), subtotal: money.nullish() });

const breakdown = z.object({
	type: z.string(),
	subtotal: money.nullish(),
	detailedBreakdowns: z.array(z.object({ subtype: z.string().nullish(), value: money.nullish() })).nullish(),
});
export type WireBreakdown = z.infer<typeof orderBreakdown>;
export type WireItemBreakdown = z.infer<typeof breakdown>;

const address = z.object({
	name: optional,
	companyName: optional,
	addressLine1: optional,
	addressLine2: optional,
	addressLine3: optional,
	city: optional,
	stateOrRegion: optional,
	postalCode: optional,
	countryCode: optional,
	phone: optional,
});

const item = z.object({
	orderItemId: id,
	quantityOrdered: z.number().int().nonnegative(),
	product: z
		.object({
			asin: optional,
			title: optional,
			sellerSku: optional,
			price: z.object({ unitPrice: money.nullish() }).nullish(),
		})
		.nullish(),
	proceeds: z.object({ proceedsTotal: money.nullish(), breakdowns: z.array(breakdown).nullish() }).nullish(),
	expense: z
		.object({
			pointsCost: z.object({ pointsGranted: z.object({ pointsMonetaryValue: money.nullish() }).nullish() }).nullish(),
		})
		.nullish(),
	cancellation: z
		.object({
			cancellationRequest: z.object({ requester: optional, cancelReason: optional }).nullish(),
			cancellationExecution: z.object({ cancelledBy: optional, cancelReason: optional }).nullish(),
		})
		.nullish(),
	fulfillment: z.object({ quantityFulfilled: z.number().int().nullish(), quantityUnfulfilled: z.number().int().nullish() }).nullish(),
});
export type WireItem = z.infer<typeof item>;

const parcel = z.object({
	packageReferenceId: id,
	packageStatus: z.object({ status: z.string().nullish(), detailedStatus: z.string().nullish() }).nullish(),
	carrier: optional,
	shipTime: optional,
	trackingNumber: optional,
	packageItems: z.array(z.object({ orderItemId: id, quantity: z.number().int() })).nullish(),
});
export type WireParcel = z.infer<typeof parcel>;

/** orders_2026-01-01 `Order`. */
export const wireOrder = z.object({
	orderId: id,
	createdTime: z.string(),
	lastUpdatedTime: z.string(),
	associatedOrders: z.array(z.object({ associationType: z.string().nullish() })).nullish(),
	salesChannel: z.object({ channelName: z.string().nullish(), marketplaceId: z.string().nullish() }).nullish(),
	buyer: z.object({ buyerName: optional, buyerEmail: optional }).nullish(),
	recipient: z.object({ deliveryAddress: address.nullish() }).nullish(),
	proceeds: z.object({ grandTotal: money.nullish(), breakdowns: z.array(orderBreakdown).nullish() }).nullish(),
	tax: z
		.object({
			taxRegistrations: z.array(z.object({ entityType: z.string().nullish(), taxRegistrationNumber: optional })).nullish(),
		})
		.nullish(),
	fulfillment: z
		.object({
			fulfillmentStatus: z.string().nullish(),
			fulfilledBy: z.string().nullish(),
			shipByWindow: window.nullish(),
			deliverByWindow: window.nullish(),
		})
		.nullish(),
	orderItems: z.array(item),
	packages: z.array(parcel).nullish(),
});
export type WireOrder = z.infer<typeof wireOrder>;

/** orders_2026-01-01 `SearchOrdersResponse`; orders are read one by one so that a bad one spoils no page. */
export const wireSearch = z.looseObject({
	orders: z.array(z.unknown()),
	pagination: z.looseObject({ nextToken: z.string().nullish() }).nullish(),
	lastUpdatedBefore: z.string().nullish(),
});

/** orders_2026-01-01 `GetOrderResponse`. */
export const wireGetOrder = z.looseObject({ order: z.record(z.string(), z.unknown()) });

/** ordersV0 `Order`, met only in stored documents. */
export const wireOrderV0 = z.looseObject({
	AmazonOrderId: id,
	PurchaseDate: z.string(),
	LastUpdateDate: z.string(),
	OrderStatus: z.string(),
	FulfillmentChannel: z.string().nullish(),
	SalesChannel: z.string().nullish(),
	MarketplaceId: z.string().nullish(),
	OrderTotal: z.looseObject({ Amount: amount, CurrencyCode: z.string().nullish() }).nullish(),
	LatestShipDate: z.string().nullish(),
	LatestDeliveryDate: z.string().nullish(),
	ShippingAddress: z.looseObject({ CountryCode: optional }).nullish(),
});
export type WireOrderV0 = z.infer<typeof wireOrderV0>;

/** sellers `MarketplaceParticipation`. */
export const wireParticipations = z.looseObject({
	payload: z.array(
		z.looseObject({
			marketplace: z.looseObject({
				id: z.string(),
				countryCode: z.string().nullish(),
				name: z.string().nullish(),
				defaultCurrencyCode: z.string().nullish(),
				defaultLanguageCode: z.string().nullish(),
				domainName: z.string().nullish(),
			}),
			storeName: z.string().nullish(),
			participation: z.looseObject({ isParticipating: z.boolean(), hasSuspendedListings: z.boolean().nullish() }),
		}),
	),
});

/** reports_2021-06-30. */
export const wireCreateReport = z.looseObject({ reportId: text });
export const wireReport = z.looseObject({ reportId: text, processingStatus: z.string(), reportDocumentId: optional });
export const wireReportDocument = z.looseObject({ reportDocumentId: text, url: z.string(), compressionAlgorithm: z.string().nullish() });

/** Login with Amazon. */
export const wireToken = z.looseObject({
	access_token: z.string().min(1),
	refresh_token: z.string().min(1).nullish(),
	expires_in: z.coerce.number().positive(),
});
export const wireTokenError = z.looseObject({ error: z.string() });

/** notifications `Destination`; a queue's, an event bus's, or with the other one null. */
const destination = z.looseObject({
	destinationId: z.string().min(1),
	name: z.string().nullish(),
	resource: z.looseObject({ sqs: z.looseObject({ arn: z.string().nullish() }).nullish() }).nullish(),
});
export const wireDestinations = z.looseObject({ payload: z.array(destination).nullish() });
export const wireDestination = z.looseObject({ payload: destination });
/** notifications `Subscription`. */
export const wireSubscription = z.looseObject({
	payload: z.looseObject({ subscriptionId: z.string().min(1), destinationId: z.string().min(1) }),
});
/** Answers that say nothing but yes. */
export const wireNothing = z.looseObject({});

/** The error envelope of the Selling Partner API; `message` can be null (contract §6). */
export const wireErrors = z.looseObject({
	errors: z.array(z.looseObject({ code: optional, message: optional, details: optional })),
});

/** ORDER_CHANGE and the notifications around it, in Amazon's first spelling (PascalCase). */
export const wireNotification = z.looseObject({
	NotificationType: z.string(),
	EventTime: optional,
	Payload: z.looseObject({}).nullish(),
	NotificationMetadata: z.looseObject({ NotificationId: optional }).nullish(),
});
export const wireOrderChange = z.looseObject({
	OrderChangeNotification: z.looseObject({
		SellerId: z.string().min(1),
		AmazonOrderId: z.string().min(1),
		OrderChangeTrigger: z.looseObject({ TimeOfOrderChange: optional }).nullish(),
		Summary: z.looseObject({ MarketplaceId: z.string().nullish() }).nullish(),
	}),
});

/** LISTINGS_ITEM_ISSUES_CHANGE and LISTINGS_ITEM_STATUS_CHANGE. */
export const wireListingChange = z.looseObject({
	SellerId: z.string().min(1),
	MarketplaceId: z.string().nullish(),
	Asin: z.string().max(LONGEST_ID).nullish(),
	Sku: z.string().min(1).max(LONGEST_ID),
});

import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Grouping } from './grouping.ts';

/** Labels of credential fields by key. A field of a platform we do not know yet is labelled with its key. */
export const FIELD_WORDS: Record<string, MessageDescriptor> = {
	clientId: msg`Client ID`,
	clientSecret: msg`Client secret`,
	appKey: msg`App key`,
	appSecret: msg`App secret`,
	serviceId: msg`Service ID`,
	applicationId: msg`Application ID`,
	applicationVersion: msg`Application version (draft or published)`,
	awsAccessKeyId: msg`AWS access key ID, for the notification queue`,
	awsSecretAccessKey: msg`AWS secret access key`,
	queueUrls: msg`Addresses of the notification queues`,
	queueArns: msg`Names (ARN) of the queues, if their addresses do not tell`,
	refreshToken: msg`Refresh token`,
	accessToken: msg`Access token`,
	sellerId: msg`Seller ID`,
	buyerData: msg`Whether the app may read buyers' data`,
	callbackToken: msg`Secret part of our notification address`,
	notificationIps: msg`Addresses from which the platform notifies`,
	usAppKey: msg`App key, United States`,
	usAppSecret: msg`App secret, United States`,
	euAppKey: msg`App key, Europe`,
	euAppSecret: msg`App secret, Europe`,
	globalAppKey: msg`App key, rest of the world`,
	globalAppSecret: msg`App secret, rest of the world`,
	partnerAppKey: msg`App key, partner platform`,
	partnerAppSecret: msg`App secret, partner platform`,
	cnAppKey: msg`App key, China gateway`,
	cnAppSecret: msg`App secret, China gateway`,
};

/** What a platform does not offer, by subject and level. */
export const LIMITATION_WORDS: Record<string, MessageDescriptor> = {
	'messages.mailRelay': msg`Buyers' messages cannot be read through the interface; they come by e-mail relay only.`,
	'messages.none': msg`Buyers' messages are not offered; answer them in the seller centre.`,
	'messages.casesOnly': msg`Buyers' messages are not offered. Cancellations, refunds and returns are shown in the inbox to read, and are worked in the seller centre.`,
	'messages.unreadOnly': msg`Messages about a purchase are listed only while they are unread at the platform; what is read there first comes by its notification.`,
	'messages.scopeOnRequest': msg`Buyers' messages need a permission the platform grants on request.`,
	'listings.localShopsOnly': msg`Products are made in local shops only. Those of shops that the platform manages come without price and stock; bar codes and pages are never told.`,
	'reviews.topicsOnly': msg`Review texts are not offered, only topics and trends.`,
	'reviews.none': msg`Reviews are not offered.`,
	'reviews.ratingsOnly': msg`Only ratings are offered, no review texts.`,
	'orderMoney.notWhilePending': msg`Amounts are unknown while an order is pending.`,
	'orderMoney.allowListed': msg`Order amounts are given only to apps the platform has approved for it.`,
	'orderMoney.shippingCostNotRead': msg`What shipping costs the seller is not part of an order.`,
	'buyerData.roleNeeded': msg`Names and addresses need an extra role of the app.`,
	'buyerData.maskedByPlatform': msg`The platform masks buyers' names and addresses.`,
	'returns.cancellationsOnly': msg`An order shows cancellations only; returns come in reports.`,
	'returns.claimsInInbox': msg`An order names its claims; what they are about stands in the inbox.`,
	'parcels.sellerFulfilledOnly': msg`Parcels are told only for orders the seller ships.`,
	'orderCount.none': msg`The platform tells no number of orders; ours are compared with its report, which names them.`,
	'fullyManagedOrders.none': msg`Orders of fully managed stores are not offered.`,
	'fullyManaged.notServed': msg`Fully managed selling is not offered through the interface.`,
	'tokenRefresh.none': msg`The permission cannot be renewed by us; the owner has to grant it again when it ends.`,
	'settlements.none': msg`Settlements are not offered.`,
	'webhooks.unsigned': msg`Notifications are not signed, so each one is checked by asking the platform.`,
	'history.twelveMonths': msg`Orders go back twelve months.`,
	'orderFees.afterSettlement': msg`Fees are known after settlement.`,
	'storeZone.assumedInLargeCountries': msg`The store's time zone is not told; in large countries we take the main one.`,
};

/** By what stores are put together. */
export const GROUPING_WORDS: Record<Grouping, MessageDescriptor> = {
	platform: msg`By platform`,
	entity: msg`By company`,
	group: msg`By group`,
	owner: msg`By who answers for them`,
};

import { definePlatform } from '@pangea/platform-contract';
import { authorization } from './authorization.ts';
import { listings } from './listings.ts';
import { manifest } from './manifest.ts';
import { messages } from './messages.ts';
import { orderMessages } from './order-messages.ts';
import { offers } from './offers.ts';
import { publish } from './publish.ts';
import { countOrders, fetchOrders, listOrders, ordersWithin, pull } from './pull.ts';
import { readStored } from './replay.ts';
import { reviews } from './reviews.ts';
import { stores } from './stores.ts';
import { webhooks } from './webhooks.ts';

/** Mercado Libre: Global Selling (CBT) accounts and local sellers. */
export const mercadoLibre = definePlatform(manifest, {
	authorization,
	stores,
	orders: { pull, fetch: fetchOrders, count: countOrders, list: listOrders, within: ordersWithin, read: readStored },
	messages,
	orderMessages,
	listings,
	reviews,
	publish,
	offers,
	webhooks,
});

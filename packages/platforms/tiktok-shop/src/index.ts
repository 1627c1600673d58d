import { definePlatform } from '@pangea/platform-contract';
import { authorization } from './authorization.ts';
import { finances } from './finances.ts';
import { listings } from './listings.ts';
import { manifest } from './manifest.ts';
import { messages } from './messages.ts';
import { offers } from './offers.ts';
import { orders } from './orders.ts';
import { publish } from './publish.ts';
import { ratings } from './ratings.ts';
import { reviewCarry } from './review-carry.ts';
import { stores } from './stores.ts';
import { webhooks } from './webhooks.ts';

/** TikTok Shop: orders with their returns and cancellations, buyers' messages, listings, statements, shops, webhooks. See the README of this package. */
export const tiktokShop = definePlatform(manifest, {
	authorization,
	stores,
	orders,
	messages,
	listings,
	publish,
	offers,
	finances,
	ratings,
	reviewCarry,
	webhooks,
});

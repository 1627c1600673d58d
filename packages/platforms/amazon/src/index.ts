import { definePlatform } from '@pangea/platform-contract';
import { authorization } from './authorization.ts';
import { feedback } from './feedback.ts';
import { createIntake } from './intake.ts';
import { finances } from './finances.ts';
import { listings } from './listings.ts';
import { manifest } from './manifest.ts';
import { messages } from './messages.ts';
import { offers } from './offers.ts';
import { orderMessages } from './order-messages.ts';
import { orders } from './orders.ts';
import { publish } from './publish.ts';
import { reviewTopics } from './review-topics.ts';
import { stores } from './stores.ts';

/** Amazon through the Selling Partner API. */
export const amazon = definePlatform(manifest, {
	authorization,
	stores,
	orders,
	messages,
	orderMessages,
	listings,
	publish,
	offers,
	feedback,
	reviewTopics,
	finances,
	queue: createIntake(),
});

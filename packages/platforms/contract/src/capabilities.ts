import type { MachineField, PlatformId } from '@pangea/domain';
import type { Authorization, Finances, Listings, Orders, QueueIntake, Reviews, Stores, WebhookIntake } from './adapter.ts';
import type { PlatformManifest } from './manifest.ts';
import type { Offers } from './offers.ts';
import type { Cases, Messages, OrderMessages } from './messages.ts';
import type { Publish } from './publish.ts';
import type { ReviewCarry } from './review-carry.ts';
import type { Ratings } from './ratings.ts';
import type { ReviewTopicsReader } from './review-topics.ts';
import type { StoreFeedback } from './store-feedback.ts';

export interface PlatformCapabilities {
	authorization: Authorization;
	stores: Stores;
	orders: Orders;
	messages?: Messages;
	/** Beside `orders`, where nothing of `messages` can be had. */
	cases?: Cases;
	orderMessages?: OrderMessages;
	listings?: Listings;
	reviews?: Reviews;
	/** Where there are no `reviews`. */
	feedback?: StoreFeedback;
	ratings?: Ratings;
	reviewTopics?: ReviewTopicsReader;
	/** Where reviews from elsewhere are taken. */
	reviewCarry?: ReviewCarry;
	finances?: Finances;
	publish?: Publish;
	/** Beside `listings`, which read back what became of a change. */
	offers?: Offers;
	webhooks?: WebhookIntake;
	queue?: QueueIntake;
}

export interface PlatformAdapter extends PlatformCapabilities {
	readonly id: PlatformId;
	readonly manifest: PlatformManifest;
}

/** Joins a manifest and what the platform can do. A capability that is not given does not exist; callers ask first. */
export function definePlatform(manifest: PlatformManifest, capabilities: PlatformCapabilities): PlatformAdapter {
	if (manifest.intake === 'webhook' && !capabilities.webhooks) throw new Error(`${manifest.id} declares webhooks but has none`);
	if (manifest.intake === 'queue' && !capabilities.queue) throw new Error(`${manifest.id} declares a queue but has none`);
	return { id: manifest.id, manifest, ...capabilities };
}

/** What of an offer a platform tells of none of its listings. */
export function untoldBy(adapter: PlatformAdapter | undefined): MachineField[] {
	return [...(adapter?.manifest.listings?.untold ?? []), ...(adapter?.reviews || adapter?.ratings ? [] : (['rating'] as const))];
}

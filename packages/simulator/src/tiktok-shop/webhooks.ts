import type { Change } from '../core/changes.ts';
import type { SimOrder } from '../core/order.ts';
import type { PlatformContext, WebhookTarget } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { cancelSteps, renderCancellation, renderReturn, returnSteps } from './aftersales.ts';
import type { TikTokApp } from './grants.ts';
import type { TikTokIds } from './ids.ts';
import { seconds, statusOf } from './order.ts';
import { signWebhook } from './sign.ts';

/** Topics this simulator sends: `type` number by name. */
const topics = {
	ORDER_STATUS_CHANGE: 1,
	SELLER_DEAUTHORIZATION: 6,
	CANCELLATION_STATUS_CHANGE: 11,
	RETURN_STATUS_CHANGE: 12,
	NEW_MESSAGE: 14,
} as const;
type Topic = keyof typeof topics;

const MINUTE = 60_000;
/** After 2 min, 30 min, 3 h and 12 h, then dropped (contract §11). */
const RETRIES = [2 * MINUTE, 30 * MINUTE, 180 * MINUTE, 720 * MINUTE];

interface Subscription {
	address: string;
	createdAt: number;
	updatedAt: number;
}

/** Addresses per shop and topic, and what is pushed to them. */
export class TikTokWebhooks {
	readonly #context: PlatformContext;
	readonly #ids: TikTokIds;
	readonly #app: TikTokApp;
	readonly #byShop = new Map<number, Map<string, Subscription>>();
	readonly #targets: WebhookTarget[] = [];

	constructor(context: PlatformContext, ids: TikTokIds, app: TikTokApp) {
		this.#context = context;
		this.#ids = ids;
		this.#app = app;
	}

	list(store: StoreSeed): Record<string, unknown>[] {
		return [...(this.#byShop.get(store.number) ?? [])].map(([topic, s]) => ({
			event_type: topic,
			address: s.address,
			create_time: seconds(s.createdAt),
			update_time: seconds(s.updatedAt),
		}));
	}

	put(store: StoreSeed, topic: string, address: string): void {
		const now = this.#context.clock.now();
		const own = this.#byShop.get(store.number) ?? new Map<string, Subscription>();
		own.set(topic, { address, createdAt: own.get(topic)?.createdAt ?? now, updatedAt: now });
		this.#byShop.set(store.number, own);
	}

	remove(store: StoreSeed, topic: string): void {
		this.#byShop.get(store.number)?.delete(topic);
	}

	addTarget(target: WebhookTarget): void {
		this.#targets.push(target);
	}

	listens(store: StoreSeed): boolean {
		return (this.#byShop.get(store.number)?.size ?? 0) > 0 || this.#targets.some((t) => t.store === undefined || t.store === store.id);
	}

	onChange(change: Change, order: SimOrder): void {
		const ref = { store: change.store, index: change.index };
		const orderId = this.#ids.order(ref);
		const at = seconds(change.step.at);
		const { kind } = change.step;
		if (returnSteps.includes(kind)) {
			const rendered = renderReturn(this.#ids, order);
			if (rendered !== null)
				this.#push(order.store, 'RETURN_STATUS_CHANGE', {
					order_id: orderId,
					return_role: 'BUYER',
					return_type: rendered['return_type'],
					return_status: rendered['return_status'],
					return_id: rendered['return_id'],
					create_time: rendered['create_time'],
					update_time: at,
				});
		}
		const cancellation = cancelSteps.includes(kind) ? renderCancellation(this.#ids, order) : null;
		if (cancellation !== null)
			this.#push(order.store, 'CANCELLATION_STATUS_CHANGE', {
				order_id: orderId,
				cancellations_role: cancellation['role'],
				cancel_status: cancellation['cancel_status'],
				cancel_id: cancellation['cancel_id'],
				create_time: cancellation['create_time'],
			});
		if (kind === 'touched' || kind === 'cancelRequested' || (returnSteps.includes(kind) && kind !== 'refunded')) return;
		const status = statusOf(order);
		this.#push(order.store, 'ORDER_STATUS_CHANGE', {
			order_id: orderId,
			order_status: status === 'CANCELLED' ? 'CANCEL' : status,
			is_on_hold_order: status === 'ON_HOLD',
			update_time: at,
		});
	}

	/** Something was said in a chat, by whomever. */
	message(store: StoreSeed, data: Record<string, unknown>): void {
		this.#push(store, 'NEW_MESSAGE', data);
	}

	/** Tells that the seller took the grant back. */
	deauthorized(store: StoreSeed): void {
		this.#push(store, 'SELLER_DEAUTHORIZATION', { message: `Shop_id ${this.#ids.shop(store)} is deauthorized from your APP by merchant.` });
	}

	#push(store: StoreSeed, topic: Topic, data: Record<string, unknown>): void {
		const own = this.#byShop.get(store.number)?.get(topic)?.address;
		const urls =
			own === undefined
				? this.#targets
						.filter((t) => (t.topic === undefined || t.topic === topic) && (t.store === undefined || t.store === store.id))
						.map((t) => t.url)
				: [own];
		for (const url of urls) {
			// A retry and a duplicate carry the same notification id: that is what receivers deduplicate on.
			const id = `7${BigInt(`0x${this.#context.newId().replace(/-/g, '').slice(0, 15)}`)
				.toString()
				.padStart(18, '0')
				.slice(0, 18)}`;
			const body = JSON.stringify({
				type: topics[topic],
				tts_notification_id: id,
				shop_id: this.#ids.shop(store),
				timestamp: seconds(this.#context.clock.now()),
				data,
			});
			this.#context.deliveries.send({
				platform: 'tiktok-shop',
				topic,
				store: store.id,
				url,
				build: () => ({
					headers: { 'content-type': 'application/json', authorization: signWebhook(this.#app.key, this.#app.secret, body) },
					body,
				}),
				retries: RETRIES,
				timeout: 3_000,
				accepted: (status) => status === 200,
			});
		}
	}
}

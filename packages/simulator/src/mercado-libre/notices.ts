import type { Change } from '../core/changes.ts';
import type { SimOrder } from '../core/order.ts';
import type { MountedPlatform, WebhookTarget } from '../core/platform.ts';
import type { DeliveryRecord } from '../core/deliveries.ts';
import type { Desk } from './caller.ts';
import type { Account } from './grants.ts';
import { claimId, orderId, sellerId, shipmentId } from './ids.ts';
import { hasShipment, isSplit } from './render-order.ts';
import { noticeTime } from './wire-time.ts';

const MINUTE = 60_000;
/** Up to eight tries over about an hour; the spacing is not published. */
const RETRIES: readonly number[] = [MINUTE, 2 * MINUTE, 5 * MINUTE, 8 * MINUTE, 12 * MINUTE, 15 * MINUTE, 17 * MINUTE];
const TIMEOUT = 500;

interface Notice {
	topic: string;
	resource: string;
	/** Orders give a number, shipments a text, as published. */
	userId: number | string;
	actions?: readonly string[];
}

/** What the platform tells of one change: one sale fires several notices, and a payment tells twice (contract mercado-libre §9). */
function noticesOf(change: Change, order: SimOrder, family: 'global' | 'local'): Notice[] {
	const seller = sellerId(order.store);
	const global = family === 'global';
	const orders = order.lines.map((l): Notice => {
		const id = orderId(order, l.number);
		return global
			? { topic: 'marketplace_orders', resource: `/marketplace/orders/${id}`, userId: seller }
			: { topic: 'orders_v2', resource: `/orders/${id}`, userId: seller };
	});
	const parts = isSplit(order) ? order.parcels.map((_, i) => i + 1) : [0];
	const shipped = !hasShipment(order)
		? []
		: parts.map(
				(part): Notice => ({
					topic: 'shipments',
					resource: `${global ? '/marketplace' : ''}/shipments/${shipmentId(order, part)}`,
					userId: global ? String(seller) : seller,
				}),
			);
	if (order.return && (change.step.kind.startsWith('return') || change.step.kind === 'refunded'))
		return [...orders, ...shipped, ...order.lines.map((l) => claimNotice(claimId(order, l.number), seller, global))];
	if (change.step.kind === 'paid') return [...orders, ...shipped, ...orders];
	return [...orders, ...shipped];
}

function claimNotice(id: number, seller: number, global: boolean): Notice {
	return global
		? { topic: 'marketplace_claims', resource: `/marketplace/claims/${id}`, userId: String(seller) }
		: { topic: 'post_purchase', resource: `/post-purchase/v1/claims/${id}`, userId: seller, actions: ['claims'] };
}

/** Posts notices to the registered addresses; a topic whose notices were given up is off until an address is registered anew. */
export class Notices implements Pick<MountedPlatform, 'onChange' | 'listens' | 'addTarget'> {
	readonly #desk: Desk;
	readonly #targets: WebhookTarget[] = [];
	readonly #sent = new Map<string, DeliveryRecord[]>();
	readonly #off = new Set<string>();

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	addTarget(target: WebhookTarget): void {
		this.#targets.push(target);
		this.#off.clear();
		this.#sent.clear();
	}

	listens(store: SimOrder['store']): boolean {
		return this.#targets.some((t) => t.store === undefined || t.store === store.id);
	}

	/** A message was said about a purchase; a local seller is told its id alone. */
	message(store: SimOrder['store'], id: string): void {
		const seller = sellerId(store);
		this.#tell(store, ({ family }) =>
			family === 'global'
				? [{ topic: 'marketplace_messages', resource: `/marketplace/messages/${id}`, userId: String(seller) }]
				: [{ topic: 'messages', resource: id, userId: seller, actions: ['created'] }],
		);
	}

	/** A question was asked or answered; those of a cross-border seller are the account's. */
	question(store: SimOrder['store'], id: number): void {
		this.#tell(store, ({ family, userId }) => [
			family === 'global'
				? { topic: 'marketplace_questions', resource: `/marketplace/questions/${id}`, userId: String(userId) }
				: { topic: 'questions', resource: `/questions/${id}`, userId: String(userId) },
		]);
	}

	onChange(change: Change, order: SimOrder): void {
		this.#tell(order.store, ({ family }) => noticesOf(change, order, family));
	}

	#tell(store: SimOrder['store'], noticesFor: (account: Account) => Notice[]): void {
		const account = this.#desk.accounts.find((a) => a.stores.some((s) => s.number === store.number));
		// Without a grant the application hears nothing of the seller.
		if (!account || this.#desk.grants.grantedAt(account) === null) return;
		for (const notice of noticesFor(account)) {
			if (this.#isOff(notice.topic)) continue;
			for (const target of this.#targets) {
				if (target.store !== undefined && target.store !== store.id) continue;
				if (target.topic !== undefined && target.topic !== notice.topic) continue;
				this.#post(target.url, notice, store.id);
			}
		}
	}

	/** Topics switched off because the receiver did not answer. */
	off(): string[] {
		return [...this.#off];
	}

	#isOff(topic: string): boolean {
		if (this.#off.has(topic)) return true;
		const waiting = (this.#sent.get(topic) ?? []).filter((r) => r.state !== 'delivered');
		this.#sent.set(topic, waiting);
		if (waiting.some((r) => r.state === 'dropped' && r.attempts.length > 0)) this.#off.add(topic);
		return this.#off.has(topic);
	}

	#post(url: string, notice: Notice, store: string): void {
		const { context, app } = this.#desk;
		const id = context.newId();
		const received = noticeTime(context.clock.now());
		const record = context.deliveries.send({
			platform: 'mercado-libre',
			topic: notice.topic,
			store,
			url,
			retries: RETRIES,
			timeout: TIMEOUT,
			accepted: (status) => status === 200,
			build: (attempt) => ({
				headers: { 'content-type': 'application/json', accept: 'application/json' },
				body: JSON.stringify({
					_id: id,
					resource: notice.resource,
					user_id: notice.userId,
					topic: notice.topic,
					application_id: app.id,
					attempts: attempt + 1,
					sent: noticeTime(context.clock.now()),
					received,
					...(notice.actions ? { actions: notice.actions } : {}),
				}),
			}),
		});
		this.#sent.get(notice.topic)?.push(record);
	}
}

import type { Change } from '../core/changes.ts';
import type { SimOrder } from '../core/order.ts';
import type { PlatformContext, WebhookTarget } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { StepKind } from '../core/timeline.ts';
import type { TemuApp, TemuGrants } from './grants.ts';
import { mallId, orderSn, parentAfterSalesSn, parentOrderSn } from './ids.ts';
import { afterSalesStatus } from './render-aftersales.ts';
import { lineStatus, seconds } from './render-order.ts';
import { sealEvent } from './signature.ts';
import { temuSite } from './sites.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2 m, 10 m, 30 m, 1 h three times, 12 h twice, then dropped (contract temu §10). */
const RETRIES: readonly number[] = [2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, HOUR, HOUR, 12 * HOUR, 12 * HOUR];
const TIMEOUT = 500;

interface Event {
	code: string;
	payload: Record<string, unknown>;
}

const statusSteps: readonly StepKind[] = ['placed', 'released', 'cancelled', 'shipped', 'shippedRest', 'delivered'];
const returnSteps: readonly StepKind[] = [
	'returnRequested',
	'returnApproved',
	'returnRejected',
	'returnShipped',
	'returnReceived',
	'refunded',
];
/** The only after-sales states that are told. */
const toldStates: readonly number[] = [1, 5, 6, 7, 8, 10];

/** What is told of one change: one event per line for the order's status, one for a case. Listings, stock and messages never. */
function eventsOf({ step }: Change, order: SimOrder): Event[] {
	const mall = mallId(order.store);
	const parent = parentOrderSn(order);
	const events: Event[] = [];
	if (statusSteps.includes(step.kind)) {
		for (const line of order.lines) {
			events.push({
				code: 'bg_order_status_change_event',
				payload: {
					mallId: mall,
					parentOrderSn: parent,
					orderSn: orderSn(order, line.number),
					orderStatus: lineStatus(order, line),
					updateTime: seconds(step.at),
				},
			});
		}
	}
	// While an order is pending the buyer may still edit the address.
	if (step.kind === 'paid' && order.index % 20 === 0) {
		events.push({ code: 'bg_trade_logistics_address_changed', payload: { mallId: mall, parentOrderSn: parent } });
	}
	if (order.return && returnSteps.includes(step.kind) && toldStates.includes(afterSalesStatus(order.return))) {
		events.push({
			code: 'bg_aftersales_status_change',
			payload: {
				mallId: mall,
				afterSalesType: order.return.refundOnly ? 1 : 2,
				parentAfterSalesSn: parentAfterSalesSn(order, 'R1'),
				parentOrderSn: parent,
				updateAt: step.at,
				applyOperatorRole: 1,
				parentAfterSalesStatus: afterSalesStatus(order.return),
			},
		});
	}
	if (step.kind === 'cancelled' && typeof order.cancellation?.requestedAt === 'number') {
		events.push({
			code: 'bg_cancel_order_status_change',
			payload: {
				mallId: mall,
				parentAfterSalesSn: parentAfterSalesSn(order, 'C1'),
				parentOrderSn: parent,
				parentAfterSalesStatus: 5,
				updateAt: step.at,
				applyOperatorRole: 1,
			},
		});
	}
	return events;
}

/** Posts sealed events to the registered addresses, for the stores and events switched on by `bg.tmc.message.update`. */
export class Events {
	readonly #context: PlatformContext;
	readonly #grants: TemuGrants;
	readonly #targets: WebhookTarget[] = [];
	/** Whether events carry `x-tm-ext-param`; whether live ones do is not confirmed. */
	extParam = true;

	constructor(context: PlatformContext, grants: TemuGrants) {
		this.#context = context;
		this.#grants = grants;
	}

	addTarget(target: WebhookTarget): void {
		this.#targets.push(target);
	}

	listens(store: StoreSeed): boolean {
		return store.mode !== 'fully-managed' && this.#targets.some((t) => t.store === undefined || t.store === store.id);
	}

	onChange(change: Change, order: SimOrder): void {
		const { gateway } = temuSite(order.store.country);
		const token = this.#grants.current(order.store, gateway);
		const app = this.#grants.apps.find((a) => a.gateway === gateway);
		if (!token || !app) return;
		for (const event of eventsOf(change, order)) {
			if (!token.subscribed.has(event.code)) continue;
			for (const target of this.#targets) {
				if (target.store !== undefined && target.store !== order.store.id) continue;
				if (target.topic === undefined || target.topic === event.code) this.#post(target.url, event, app, order.store.id);
			}
		}
	}

	#post(url: string, event: Event, app: TemuApp, store: string): void {
		const { deliveries, clock } = this.#context;
		const plain = JSON.stringify(event.payload);
		deliveries.send({
			platform: 'temu',
			topic: event.code,
			store,
			url,
			retries: RETRIES,
			timeout: TIMEOUT,
			accepted: (status) => status === 200,
			build: () =>
				sealEvent(
					{ appKey: app.key, eventCode: event.code, timestampMs: clock.now(), extParam: this.extParam ? '{}' : null },
					plain,
					app.secret,
				),
		});
	}
}

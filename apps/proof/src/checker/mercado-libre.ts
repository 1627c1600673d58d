import type { OrderTruth, SimLine, SimParcel } from '@pangea/simulator';
import { amount, type Expected, iso, isoOf, money, type OrderFacts, stepAt } from './facts.ts';
import type { Untold } from './untold.ts';

/** Where one shipment stands, in our words for parcels. */
type Shipment = { state: 'pending' | 'shipped' | 'inTransit' | 'delivered' | 'cancelled'; parcel: SimParcel | undefined };

/** Contract mercado-libre §4.2 and §5: a purchase of several lines is several orders, each with one line, all in one cart. */
export function mercadoLibre(truth: OrderTruth): Expected[] {
	return truth.order.lines.map((line, index) => orderOf(truth, line, truth.ids[index] ?? ''));
}

/** Sent in two parcels, the cart's shipment becomes two. */
function parcelOf({ order }: OrderTruth, line: SimLine): SimParcel | undefined {
	const [first, second] = order.parcels;
	if (first === undefined || first.lines.length >= order.lines.length) return first;
	return first.lines.some((l) => l.line === line.number) ? first : second;
}

function shipmentOf(truth: OrderTruth, line: SimLine): Shipment | null {
	if (stepAt(truth, 'paid') === null) return null;
	const parcel = parcelOf(truth, line);
	let state: Shipment['state'] = 'pending';
	for (const step of truth.order.steps) {
		if (step.kind === 'cancelled') state = 'cancelled';
		// What the platform's own warehouse has packed has not left it.
		else if (parcel?.shippedAt === step.at && (step.kind === 'shipped' || step.kind === 'shippedRest'))
			state = truth.order.fulfilledByPlatform && step.kind === 'shipped' ? 'pending' : 'shipped';
		else if (step.kind === 'collected' || step.kind === 'touched') state = 'inTransit';
		else if (step.kind === 'delivered') state = 'delivered';
	}
	return { state, parcel };
}

const STATES = { pending: 'toShip', shipped: 'shipped', inTransit: 'shipped', delivered: 'delivered', cancelled: 'onHold' };

/** Money that went back for the line; in Mexico to the buyer's wallet, and then the order stays paid. */
function refunded({ order }: OrderTruth, line: SimLine): boolean {
	return order.return?.state === 'refunded' && order.return.lines.some((l) => l.line === line.number);
}

function orderOf(truth: OrderTruth, line: SimLine, externalId: string): Expected {
	const { order } = truth;
	const paid = stepAt(truth, 'paid');
	const back = refunded(truth, line);
	const gone = order.status === 'cancelled' || (back && order.store.site !== 'MLM');
	const shipment = shipmentOf(truth, line);
	const left = shipment !== null && ['shipped', 'inTransit', 'delivered'].includes(shipment.state);
	const global = order.store.account === 'global';
	const state = gone ? 'cancelled' : shipment === null ? 'unpaid' : STATES[shipment.state];
	const held = back && !gone && state === 'toShip';
	const content = { [line.sku.code]: line.quantity };
	const detail = !global && order.status === 'cancelled' ? order.cancellation : null;
	const factsWith = (refund: number): OrderFacts => ({
		state: held ? 'onHold' : state,
		fulfilment: shipment === null ? 'unknown' : order.fulfilledByPlatform ? 'platform' : 'seller',
		placed: isoOf(order.placedAt),
		updated: isoOf(order.updatedAt),
		paid: iso(paid),
		shipped: left ? iso(stepAt(truth, 'collected')) : null,
		delivered: left ? iso(stepAt(truth, 'delivered')) : null,
		cancelled: iso(detail?.at),
		currency: order.currency,
		money: money({ items: line.net, total: line.net, refund: -refund }),
		lines: [
			{
				sku: line.sku.code,
				title: line.title,
				quantity: line.quantity,
				cancelled: gone ? line.quantity : 0,
				shipped: shipment === null ? null : left ? line.quantity : 0,
				unitPrice: String(line.net / line.quantity),
				discount: null,
				tax: null,
			},
		],
		parcels:
			shipment === null
				? []
				: [
						{
							carrier: shipment.parcel?.carrier ?? null,
							tracking: shipment.parcel?.tracking ?? null,
							state: shipment.state,
							shipped: left ? iso(stepAt(truth, 'collected')) : null,
							delivered: left ? iso(stepAt(truth, 'delivered')) : null,
							content,
						},
					],
		returns: returnsOf(truth, { gone, refund, detail, content }),
	});
	// What the platform cancels for fraud it pays back, also where the truth knows of no payment; that it was fraud only the platform knows.
	const lapsed = order.status === 'cancelled' && order.cancellation?.by === 'platform' && paid === null;
	const refund = (order.status === 'cancelled' && paid !== null) || back ? line.net : 0;
	return {
		externalId,
		facts: factsWith(refund),
		...(lapsed ? { or: factsWith(line.net) } : {}),
		buyer: global || shipment !== null,
		untold: silence(truth, line, { gone, global }),
	};
}

function returnsOf(
	{ order }: OrderTruth,
	known: { gone: boolean; refund: number; detail: OrderTruth['order']['cancellation']; content: Record<string, number> },
): OrderFacts['returns'] {
	const { gone, refund, detail, content } = known;
	const claims = order.return
		? [{ kind: 'claim', state: 'unknown', by: 'unknown', reason: null, requested: null, refund: null, content: {} }]
		: [];
	if (gone) {
		const by = detail === null ? 'unknown' : detail.by === 'platform' ? 'unknown' : detail.by;
		const cancelled = {
			kind: 'cancellation',
			state: 'completed',
			by,
			reason: null,
			requested: iso(detail?.at),
			refund: amount(refund),
			content,
		};
		return [cancelled, ...claims];
	}
	const wallet = { kind: 'refund', state: 'completed', by: 'unknown', reason: null, requested: null, refund: amount(refund), content: {} };
	return refund === 0 ? claims : [...claims, wallet];
}

function silence(truth: OrderTruth, line: SimLine, { gone, global }: { gone: boolean; global: boolean }): Untold[] {
	const { order } = truth;
	const found: [Untold, boolean][] = [
		['mercado-libre.completed', order.status === 'completed'],
		['mercado-libre.onHold', order.status === 'onHold'],
		['mercado-libre.handOver', stepAt(truth, 'shipped') !== null],
		['mercado-libre.cancelDetail', gone && global],
		['mercado-libre.discounts', line.sellerDiscount + line.platformDiscount > 0],
		['mercado-libre.shipping', line.shipping > 0],
		['mercado-libre.claims', order.return !== null],
		['mercado-libre.reason', order.cancellation !== null || order.return !== null],
		['mercado-libre.fraud', gone && order.cancellation?.by === 'platform'],
		['mercado-libre.lapse', stepAt(truth, 'paid') === null],
	];
	return found.flatMap(([name, applies]) => (applies ? [name] : []));
}

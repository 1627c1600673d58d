import type { OrderTruth, SimLine } from '@pangea/simulator';
import {
	amount,
	type Circumstances,
	contentOf,
	type Expected,
	inOrder,
	iso,
	isoOf,
	type LineFacts,
	money,
	type OrderFacts,
	stepAt,
	sum,
} from './facts.ts';
import type { Untold } from './untold.ts';

const REPORT = 'downloadReportDocument';

const STATES: Readonly<Record<OrderTruth['order']['status'], string>> = {
	unpaid: 'unpaid',
	onHold: 'toShip',
	paid: 'toShip',
	partlyShipped: 'partlyShipped',
	shipped: 'shipped',
	inTransit: 'shipped',
	delivered: 'shipped',
	completed: 'shipped',
	cancelled: 'cancelled',
};

/** Contract amazon §9 (orders) and §10 (the report, from which older orders come with less said). */
export function amazon(truth: OrderTruth, { operations }: Pick<Circumstances, 'operations'>): Expected[] {
	const reported = operations(truth.id).includes(REPORT);
	return [reported ? fromReport(truth) : fromOrders(truth)];
}

const priced = (truth: OrderTruth): boolean => stepAt(truth, 'paid') !== null;
const shippedOf = (truth: OrderTruth, line: SimLine): number =>
	sum(truth.order.parcels.flatMap((p) => p.lines.filter((l) => l.line === line.number).map((l) => l.quantity)));

function common(truth: OrderTruth): Omit<OrderFacts, 'lines' | 'parcels' | 'returns' | 'money' | 'shipped'> {
	const { order } = truth;
	return {
		state: STATES[order.status],
		fulfilment: order.fulfilledByPlatform ? 'platform' : 'seller',
		placed: isoOf(order.placedAt),
		updated: isoOf(order.updatedAt),
		paid: null,
		delivered: null,
		cancelled: null,
		currency: order.currency,
	};
}

function silence(truth: OrderTruth): Untold[] {
	const { order } = truth;
	return [
		...(priced(truth) ? (['amazon.paidAt'] as const) : (['amazon.moneyWhilePending'] as const)),
		...(stepAt(truth, 'delivered') === null ? [] : (['amazon.deliveredAt'] as const)),
		...(order.status === 'completed' ? (['amazon.completed'] as const) : []),
		...(order.cancellation?.at ? (['amazon.cancelledAt'] as const) : []),
		...(order.return ? (['amazon.returns'] as const) : []),
		...(order.lines.some((l) => l.platformDiscount > 0) ? (['amazon.discountSplit'] as const) : []),
	];
}

const tax = (line: SimLine): number => line.tax + line.shippingTax;
const discount = (line: SimLine): number => line.sellerDiscount + line.platformDiscount;
const gross = (line: SimLine): number => line.unitPrice * line.quantity;

function fromOrders(truth: OrderTruth): Expected {
	const { order } = truth;
	const own = !order.fulfilledByPlatform;
	const parcels = own ? order.parcels : [];
	const arrived = order.status !== 'cancelled' && parcels.length > 0 && parcels.every((p) => p.deliveredAt !== null);
	const known = priced(truth);
	const lines = order.lines.map((line): LineFacts => {
		const shipped = shippedOf(truth, line);
		const off = discount(line) + (line.number === 0 ? order.shippingSellerDiscount : 0);
		return {
			sku: line.sku.code,
			title: `${line.title}, ${line.variant}`,
			quantity: line.quantity,
			cancelled: order.cancellation?.at ? line.quantity - shipped : 0,
			shipped,
			unitPrice: known ? String(line.unitPrice) : null,
			discount: known ? amount(-off) : null,
			tax: known ? amount(tax(line)) : null,
		};
	});
	const facts: OrderFacts = {
		...common(truth),
		state: arrived && STATES[order.status] === 'shipped' ? 'delivered' : STATES[order.status],
		shipped: parcels.length === 0 ? null : isoOf(Math.min(...parcels.map((p) => p.shippedAt))),
		money: known
			? money({
					items: sum(order.lines.map(gross)),
					shipping: order.shipping,
					tax: order.tax,
					sellerDiscount: -sum(order.lines.map(discount)) - order.shippingSellerDiscount,
					total: order.total,
				})
			: {},
		lines: inOrder(lines),
		parcels: inOrder(
			parcels.map((p) => ({
				carrier: p.carrier,
				tracking: p.tracking,
				state: p.deliveredAt !== null ? 'delivered' : p.collectedAt !== null ? 'inTransit' : 'shipped',
				shipped: iso(p.shippedAt),
				delivered: null,
				content: contentOf(order.lines, p.lines),
			})),
		),
		returns: cancellations(truth),
	};
	const afn: Untold[] = !own && order.parcels.length > 0 ? ['amazon.afnParcels'] : [];
	return { externalId: truth.id, facts, buyer: true, untold: [...silence(truth), ...afn] };
}

/** One for each item; a wish that shipping has answered is a rejected one. */
function cancellations(truth: OrderTruth): OrderFacts['returns'] {
	const { cancellation, lines } = truth.order;
	if (cancellation === null) return [];
	const asked = cancellation.requestedAt !== null;
	return inOrder(
		lines.map((line) => ({
			kind: 'cancellation',
			state: cancellation.at !== null ? 'completed' : shippedOf(truth, line) >= line.quantity ? 'rejected' : 'requested',
			by: asked ? 'buyer' : cancellation.by,
			reason: cancellation.reason,
			requested: null,
			refund: null,
			content: { [line.sku.code]: line.quantity },
		})),
	);
}

function fromReport(truth: OrderTruth): Expected {
	const { order } = truth;
	const known = priced(truth);
	const gone = order.status === 'cancelled';
	const lines = order.lines.map((line): LineFacts => {
		const left = order.parcels.some((p) => p.lines.some((l) => l.line === line.number));
		return {
			sku: line.sku.code,
			title: `${line.title}, ${line.variant}`,
			quantity: gone ? 0 : line.quantity,
			cancelled: 0,
			shipped: left && !gone ? line.quantity : 0,
			unitPrice: known && !gone ? String(line.unitPrice) : null,
			discount: known ? amount(-discount(line)) : null,
			tax: known ? amount(line.tax) : null,
		};
	});
	const facts: OrderFacts = {
		...common(truth),
		shipped: null,
		money: known
			? money({
					items: sum(order.lines.map(gross)),
					shipping: order.shipping,
					tax: order.tax,
					sellerDiscount: -sum(order.lines.map(discount)),
					shippingDiscount: -order.shippingSellerDiscount,
					total: order.total,
				})
			: {},
		lines: inOrder(lines),
		parcels: [],
		returns: [],
	};
	const untold: Untold[] = [
		...silence(truth),
		'amazon.report.buyer',
		...(order.parcels.length > 0 ? (['amazon.report.parcels'] as const) : []),
		...(order.cancellation ? (['amazon.report.cancellation'] as const) : []),
		...(gone ? (['amazon.report.cancelledPieces'] as const) : []),
		...(stepAt(truth, 'delivered') === null ? [] : (['amazon.report.delivered'] as const)),
	];
	return { externalId: truth.id, facts, buyer: false, untold };
}

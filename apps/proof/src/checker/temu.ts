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
	wholeOrder,
} from './facts.ts';
import type { Untold } from './untold.ts';

/** Sites whose prices contain the tax that Temu tells apart. */
const VAT: Readonly<Record<string, number>> = { DE: 0.19, JP: 0.1, MX: 0.16 };

/** For a minute after the review amounts are refused; then the next poll brings them, and polls come every five. */
const AMOUNTS_DUE = 6 * 60_000;

/** The platform's own states: pending, unshipped, cancelled, shipped, partly shipped, delivered. */
type Stage = 'onHold' | 'toShip' | 'cancelled' | 'shipped' | 'partlyShipped' | 'delivered';

/** Contract temu §5 (orders and amounts), §6 (parcels), §9 (cases). */
export function temu(truth: OrderTruth, { now }: Pick<Circumstances, 'now'>): Expected[] {
	const { order } = truth;
	const stage = stageOf(truth);
	const settled = stage !== 'onHold';
	const listed = stage === 'shipped' || stage === 'partlyShipped' || stage === 'delivered';
	const facts: OrderFacts = {
		state: stage,
		fulfilment: 'seller',
		placed: isoOf(order.placedAt),
		updated: isoOf(order.updatedAt),
		paid: null,
		shipped: iso(stepAt(truth, 'shipped')),
		delivered: null,
		cancelled: null,
		currency: order.currency,
		money: settled ? moneyOf(truth) : {},
		lines: inOrder(order.lines.map((line) => lineOf(truth, line, stage))),
		parcels: inOrder(
			(listed ? order.parcels : []).map((p) => ({
				carrier: p.carrier,
				tracking: p.tracking,
				state: stage === 'delivered' ? 'delivered' : 'shipped',
				shipped: iso(p.shippedAt),
				delivered: null,
				content: contentOf(order.lines, p.lines),
			})),
		),
		returns: settled ? inOrder([...returned(truth), ...asked(truth)]) : [],
	};
	const released = stepAt(truth, 'released');
	const computing = settled && released !== null && now - released < AMOUNTS_DUE;
	const bare: OrderFacts = {
		...facts,
		money: {},
		lines: inOrder(facts.lines.map((line) => ({ ...line, unitPrice: null, discount: null, tax: null }))),
	};
	const untold: Untold[] = [...silence(truth, stage), ...(computing ? (['temu.amountsComputing'] as const) : [])];
	return [{ externalId: truth.id, facts, ...(computing ? { or: bare } : {}), buyer: false, untold }];
}

function stageOf({ order }: OrderTruth): Stage {
	if (order.status === 'cancelled') return 'cancelled';
	if (order.status === 'unpaid' || order.status === 'onHold') return 'onHold';
	if (order.status === 'paid') return 'toShip';
	if (order.status === 'delivered' || order.status === 'completed') return 'delivered';
	const sent = sum(order.parcels.map((p) => p.lines.length));
	if (sent >= order.lines.length) return 'shipped';
	return order.store.mode === 'semi-managed' ? 'toShip' : 'partlyShipped';
}

interface LineMoney {
	goods: number;
	goodsTax: number;
	shipping: number;
	shippingTax: number;
	fromSeller: number;
	fromTemu: number;
}

/** Amounts of one line; where prices contain the tax it is told apart. Free shipping is the seller's discount. */
function lineMoney({ order }: OrderTruth, line: SimLine): LineMoney {
	const rate = VAT[order.store.country] ?? 0;
	const without = (withTax: number): number => Math.round(withTax / (1 + rate));
	const gross = line.unitPrice * line.quantity;
	return {
		goods: without(gross),
		goodsTax: gross - without(gross) + line.tax,
		shipping: without(line.shipping),
		shippingTax: line.shipping - without(line.shipping) + line.shippingTax,
		fromSeller: line.sellerDiscount + (line.number === 0 ? order.shippingSellerDiscount : 0),
		fromTemu: line.platformDiscount,
	};
}

function moneyOf(truth: OrderTruth): OrderFacts['money'] {
	const { order } = truth;
	const rows = order.lines.map((line) => lineMoney(truth, line));
	const of = (field: keyof LineMoney): number => sum(rows.map((row) => row[field]));
	const back =
		order.status === 'cancelled'
			? stepAt(truth, 'paid') === null
				? 0
				: order.total
			: order.return?.state === 'refunded'
				? sum(order.return.lines.map((l) => l.amount + l.tax))
				: 0;
	return money({
		items: of('goods'),
		shipping: of('shipping'),
		tax: of('goodsTax') + of('shippingTax'),
		sellerDiscount: -of('fromSeller'),
		platformDiscount: -of('fromTemu'),
		refund: -back,
		total: order.total - back,
	});
}

function lineOf(truth: OrderTruth, line: SimLine, stage: Stage): LineFacts {
	const { order } = truth;
	const known = stage !== 'onHold';
	const { goods, goodsTax, fromSeller, fromTemu } = lineMoney(truth, line);
	const us = order.store.country === 'US';
	const sent = order.parcels.some((p) => p.lines.some((l) => l.line === line.number));
	const left = (stage === 'shipped' || stage === 'partlyShipped' || stage === 'toShip') && sent;
	return {
		sku: line.sku.code,
		title: line.title,
		quantity: line.quantity,
		cancelled: stage === 'cancelled' ? line.quantity : 0,
		shipped: stage === 'cancelled' ? null : left || stage === 'delivered' ? line.quantity : 0,
		unitPrice: known ? String(us ? line.unitPrice : Math.round(goods / line.quantity)) : null,
		discount: known ? amount(-fromSeller - fromTemu) : null,
		tax: known && !us ? amount(goodsTax) : null,
	};
}

const CASES = {
	requested: 'requested',
	approved: 'accepted',
	rejected: 'rejected',
	shipped: 'inTransit',
	received: 'accepted',
	refunded: 'completed',
};

function returned({ order }: OrderTruth): OrderFacts['returns'] {
	const found = order.return;
	if (found === null) return [];
	return [
		{
			kind: found.refundOnly ? 'refund' : 'return',
			state: CASES[found.state],
			by: 'unknown',
			reason: found.reason,
			requested: isoOf(found.requestedAt),
			refund: amount(sum(found.lines.map((l) => l.amount + l.tax))),
			content: contentOf(order.lines, found.lines),
		},
	];
}

function asked({ order }: OrderTruth): OrderFacts['returns'] {
	const found = order.cancellation;
	if (found === null || found.requestedAt === null) return [];
	return [
		{
			kind: 'cancellation',
			state: found.at === null ? 'requested' : 'completed',
			by: 'buyer',
			reason: null,
			requested: isoOf(found.requestedAt),
			refund: null,
			content: wholeOrder(order.lines),
		},
	];
}

function silence(truth: OrderTruth, stage: Stage): Untold[] {
	const { order } = truth;
	const found: [Untold, boolean][] = [
		['temu.buyer', true],
		['temu.paidAt', stepAt(truth, 'paid') !== null],
		['temu.deliveredAt', stepAt(truth, 'delivered') !== null],
		['temu.cancelledAt', stage === 'cancelled'],
		['temu.completed', order.status === 'completed'],
		['temu.unpaid', order.status === 'unpaid'],
		['temu.moneyWhilePending', stage === 'onHold'],
		['temu.lineTax', order.store.country === 'US' && order.tax > 0],
		['temu.partlyShipped', stage === 'toShip' && order.parcels.length > 0],
		['temu.casesWhilePending', stage === 'onHold' && order.cancellation !== null],
		['temu.cancelledBy', order.cancellation !== null && order.cancellation.requestedAt === null],
	];
	return found.flatMap(([name, applies]) => (applies ? [name] : []));
}

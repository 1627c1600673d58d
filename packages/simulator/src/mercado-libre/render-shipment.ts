import { major } from '../core/money.ts';
import type { SimOrder, SimParcel } from '../core/order.ts';
import { hash } from '../core/random.ts';
import { buyerId, lineItemId, orderId, packId, sellerId, shipmentId } from './ids.ts';
import { isSplit, partOf } from './render-order.ts';
import { orderTime, packTime } from './wire-time.ts';

const DAY = 86_400_000;

/** `GET /marketplace/orders/pack/{id}` and `GET /packs/{id}` (contract mercado-libre §4.3). Part 0 is the cart, 1 and 2 its split. */
export function renderPack(order: SimOrder, part: number, family: 'global' | 'local'): Record<string, unknown> {
	const split = isSplit(order);
	const lines = part === 0 ? order.lines : order.lines.filter((l) => partOf(order, l.number) === part);
	const made = part === 0 ? order.placedAt : (order.parcels[0]?.shippedAt ?? order.placedAt);
	const head = {
		id: packId(order, part),
		...packStatus(order, part),
		date_created: packTime(made),
		last_updated: packTime(part === 0 && split ? (order.parcels[0]?.shippedAt ?? order.updatedAt) : order.updatedAt),
	};
	const tail = {
		buyer: { id: buyerId(order) },
		shipment: { id: shipmentId(order, part) },
		orders: lines.map((l) => ({ id: orderId(order, l.number) })),
	};
	return family === 'global' ? { ...head, family_pack_id: part === 0 ? null : packId(order, 0), ...tail } : { ...head, ...tail };
}

function packStatus(order: SimOrder, part: number): { status: string; status_detail: string | null } {
	if (part === 0 && isSplit(order)) return { status: 'cancelled', status_detail: 'splitted' };
	if (order.status === 'cancelled') return { status: 'cancelled', status_detail: null };
	if (order.cancellation?.at === null) return { status: 'pending_cancel', status_detail: null };
	if (order.status === 'unpaid') return { status: 'filling', status_detail: null };
	if (order.status === 'onHold') return { status: 'filled', status_detail: null };
	return { status: part === 0 ? 'released' : 'to_be_shipped', status_detail: null };
}

interface Progress {
	status: string;
	substatus: string | null;
	date: number;
}

/** What the shipment went through so far, oldest first. */
function progressOf(order: SimOrder, part: number): Progress[] {
	const parcel = parcelOf(order, part);
	const full = order.fulfilledByPlatform;
	const found: Progress[] = [];
	const add = (status: string, substatus: string | null, date: number) => found.push({ status, substatus, date });
	for (const step of order.steps) {
		if (step.kind === 'paid') add('handling', 'waiting_for_label_generation', step.at);
		else if (step.kind === 'released') add('ready_to_ship', full ? 'in_warehouse' : 'ready_to_print', step.at);
		else if (step.kind === 'cancelled') add('cancelled', null, step.at);
		else if (step.kind === 'shipped' && parcel?.shippedAt === step.at) add('ready_to_ship', full ? 'packed' : 'dropped_off', step.at);
		else if (step.kind === 'shippedRest' && parcel?.shippedAt === step.at) add('ready_to_ship', 'dropped_off', step.at);
		else if (step.kind === 'collected') add('shipped', null, step.at);
		else if (step.kind === 'touched') add('shipped', 'out_for_delivery', step.at);
		else if (step.kind === 'delivered') add('delivered', null, step.at);
	}
	return found;
}

function parcelOf(order: SimOrder, part: number): SimParcel | undefined {
	return isSplit(order) ? order.parcels[part - 1] : order.parcels[0];
}

/** The lines a shipment carries. */
function linesOf(order: SimOrder, part: number): SimOrder['lines'] {
	return part === 0 ? order.lines : order.lines.filter((l) => partOf(order, l.number) === part);
}

/** `GET /marketplace/shipments/{id}` in the new format (contract mercado-libre §5). The address exists because payment is confirmed. */
export function renderShipment(order: SimOrder, part: number): Record<string, unknown> {
	const progress = progressOf(order, part);
	const now = progress.at(-1);
	const lines = linesOf(order, part);
	const made = progress[0]?.date ?? order.placedAt;
	const gone = part === 0 && isSplit(order);
	const grams = lines.reduce((sum, l) => sum + l.sku.good.grams * l.quantity, 0);
	const declared = lines.reduce((sum, l) => sum + l.net, 0);
	const parcel = gone ? undefined : parcelOf(order, part);
	const lead = leadHead(order, made);
	return {
		id: shipmentId(order, part),
		order_id: orderId(order, lines[0]?.number ?? 0),
		status: gone ? 'cancelled' : (now?.status ?? 'pending'),
		substatus: gone ? null : (now?.substatus ?? null),
		declared_value: major(declared, order.currency),
		currency_id: order.currency,
		date_created: orderTime(made),
		last_updated: orderTime(order.updatedAt),
		tracking_number: parcel?.tracking ?? null,
		tracking_method: parcel?.carrier ?? null,
		origin: { sender_id: sellerId(order.store), shipping_address: originAddress(made), type: 'selling_address' },
		destination: {
			type: 'buying_address',
			receiver_id: buyerId(order),
			receiver_name: order.buyer.name,
			receiver_phone: 'XXXXXXX',
			comments: '',
			shipping_address: destinationAddress(order, made),
			receiver_identification: { number: '', type: '' },
		},
		dimensions: { height: 10, length: 30, weight: grams, width: 20 },
		external_reference: null,
		lead_time: { ...lead, estimated_delivery_time: deliveryEstimate(made) },
		source: { site_id: order.store.site },
		logistic: {
			mode: 'me2',
			type: order.fulfilledByPlatform ? 'fulfillment' : 'drop_off',
			direction: 'forward',
		},
		tags: [],
		sender_id: 0,
	};
}

function leadHead(order: SimOrder, made: number): Record<string, unknown> {
	return {
		option_id: 721_103_001 + (made % 1000),
		shipping_method: { id: 501_645, type: 'standard', name: 'Envío internacional', deliver_to: 'address' },
		currency_id: order.currency,
		cost: major(order.shipping - order.shippingSellerDiscount, order.currency),
		list_cost: major(order.shipping, order.currency),
		cost_type: order.shipping === order.shippingSellerDiscount ? 'free' : 'charged',
		service_id: 721,
	};
}

function deliveryEstimate(made: number): Record<string, unknown> {
	return {
		type: 'known_frame',
		date: orderTime(made + 16 * DAY),
		unit: 'hour',
		offset: { date: orderTime(made + 21 * DAY), shipping: 120 },
		time_frame: { from: null, to: null },
		pay_before: orderTime(made + DAY),
		shipping: 312,
		handling: 72,
		schedule: null,
	};
}

const agency = { agency_id: null, carrier_id: null, description: null, open_hours: null, phone: null, type: null };
const nowhere = { id: null, name: null };

function originAddress(made: number): Record<string, unknown> {
	return {
		address_id: 1_087_531_691,
		address_line: 'XXXXXXX',
		street_name: 'XXXXXXX',
		street_number: 'XXXXXXX',
		comment: null,
		zip_code: 'XXXXXXX',
		city: { id: 'Q04tR0RTaGVuemhlbg', name: 'Shenzhen' },
		state: { id: 'CN-GD', name: 'Guangdong' },
		country: { id: 'CN', name: 'China' },
		neighborhood: nowhere,
		municipality: nowhere,
		agency,
		types: ['default_selling_address', 'shipping'],
		...geolocation(made),
	};
}

function destinationAddress(order: SimOrder, made: number): Record<string, unknown> {
	const { address } = order;
	const [, street = address.line1, number = ''] = /^(.*) (\d+)$/.exec(address.line1) ?? [];
	return {
		address_id: 1_132_000_000 + order.buyer.number,
		address_line: address.line1,
		street_name: street,
		street_number: number,
		comment: address.line2 === '' ? null : address.line2,
		zip_code: address.postalCode,
		city: { id: Buffer.from(address.city).toString('base64url'), name: address.city },
		state: { id: `${address.country}-${address.state}`, name: address.state },
		country: { id: address.country, name: address.countryName },
		neighborhood: { id: null, name: address.district },
		municipality: nowhere,
		agency,
		types: ['default_buying_address'],
		...geolocation(made),
	};
}

function geolocation(made: number): Record<string, unknown> {
	return {
		latitude: 0,
		longitude: 0,
		geolocation_type: 'APPROXIMATE',
		geolocation_last_updated: new Date(made).toISOString(),
		geolocation_source: 'google-maps',
		delivery_preference: 'residential',
	};
}

/** `…/lead_time`. */
export function renderLeadTime(order: SimOrder, part: number): Record<string, unknown> {
	const made = progressOf(order, part)[0]?.date ?? order.placedAt;
	return {
		...leadHead(order, made),
		delivery_type: 'estimated',
		estimated_schedule_limit: { date: null },
		buffering: { date: null },
		estimated_delivery_time: deliveryEstimate(made),
		estimated_delivery_limit: { date: orderTime(made + 40 * DAY), offset: 288 },
		estimated_delivery_final: { date: orderTime(made + 120 * DAY), offset: 1920 },
		estimated_delivery_extended: { date: orderTime(made + 28 * DAY), offset: 120 },
		estimated_handling_limit: { date: orderTime(made + 3 * DAY) },
		delay: (parcelOf(order, part)?.shippedAt ?? made) > made + 3 * DAY ? ['handling_delayed'] : [],
	};
}

/** `…/history`, newest first. */
export function renderHistory(order: SimOrder, part: number): Record<string, unknown>[] {
	return progressOf(order, part)
		.map(({ status, substatus, date }) => ({ status, substatus, date: new Date(date).toISOString() }))
		.reverse();
}

/** `…/items`. Here the order id is a text. */
export function renderShipmentItems(order: SimOrder, part: number): Record<string, unknown>[] {
	return linesOf(order, part).map((line) => ({
		item_id: lineItemId(order.store, line),
		variation_id: null,
		description: line.title,
		quantity: line.quantity,
		manufacturing_time: null,
		dimensions: { height: 10, width: 20, length: 30, weight: line.sku.good.grams },
		order_id: String(orderId(order, line.number)),
		sender_id: sellerId(order.store),
	}));
}

/** `…/costs`. A re-weighing charge may appear days after delivery (contract §5). */
export function renderCosts(order: SimOrder, part: number, now: number): Record<string, unknown> {
	const money = (minor: number) => major(minor, order.currency);
	const lines = linesOf(order, part);
	const gross = Math.round(lines.reduce((sum, l) => sum + l.net, 0) * 0.14);
	const delivered = parcelOf(order, part)?.deliveredAt ?? null;
	const reweighed = delivered !== null && now >= delivered + 3 * DAY && hash(order.store.number, order.index, part, 90) % 8 === 0;
	const buyerPays = money(lines.reduce((sum, l) => sum + (order.shippingSellerDiscount > 0 ? 0 : l.shipping), 0));
	return {
		gross_amount: money(gross),
		currency_id: order.currency,
		receiver: { user_id: buyerId(order), cost: buyerPays, compensation: 0, save: 0, discounts: [], cost_details: [], compensations: [] },
		senders: [
			{
				user_id: sellerId(order.store),
				cost: money(Math.round(gross * 0.7)),
				compensations: reweighed
					? [{ amount: money(Math.round(gross * 0.2)), reason: 'incorrect_dimensions', comment: 'Incorrect package dimensions' }]
					: [],
				save: money(gross - Math.round(gross * 0.7)),
				discounts: [{ rate: 0.3, type: 'mandatory', promoted_amount: money(gross - Math.round(gross * 0.7)) }],
				compensation: 0,
			},
		],
	};
}

/** `…/carrier`. */
export function renderCarrier(order: SimOrder, part: number): Record<string, unknown> {
	const parcel = parcelOf(order, part);
	return { url: parcel ? `https://tracking.example.com/${encodeURIComponent(parcel.tracking)}` : null, name: parcel?.carrier ?? null };
}

/** Local `…/sla`: by when the seller must hand over, and whether he is late. */
export function renderSla(order: SimOrder, part: number, now: number): Record<string, unknown> {
	const made = progressOf(order, part)[0]?.date ?? order.placedAt;
	const expected = made + 3 * DAY;
	const handed = parcelOf(order, part)?.shippedAt ?? null;
	const status = (handed ?? now) > expected ? 'delayed' : handed !== null && handed < expected - 2 * DAY ? 'early' : 'on_time';
	return { status, service: 'xd_same_day', expected_date: orderTime(expected), last_updated: new Date(order.updatedAt).toISOString() };
}

import { type BuyerData, type Fulfilment, type Instant, type OrderLine, type Parcel, type ParcelState, parseInstant } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import type { WireHistory, WireLeadTime, WireOrder, WireShipment, WireShipmentStage, WireSla } from './wire.ts';

/** What the shipment resources told about an order; null where a resource was not there or not asked (contract §5). */
export interface ShipmentFacts {
	shipment: WireShipment;
	leadTime: WireLeadTime | null;
	history: WireHistory | null;
	sla: WireSla | null;
}

const PARCEL_STATES: Record<string, ParcelState> = {
	pending: 'pending',
	to_be_agreed: 'pending',
	handling: 'pending',
	ready_to_ship: 'pending',
	stale_ready_to_ship: 'pending',
	not_specified: 'pending',
	active: 'pending',
	shipped: 'inTransit',
	stale_shipped: 'inTransit',
	delivered: 'delivered',
	not_delivered: 'failed',
	cancelled: 'cancelled',
};

/** Substatuses of `ready_to_ship` in which the goods have left the seller's hands. */
const HANDED_OVER = new Set(['picked_up', 'dropped_off', 'in_hub', 'in_transit']);

const RETURNED = new Set(['returned', 'returned_to_hub', 'returned_to_agency', 'returned_to_warehouse']);

export function parcelState(shipment: WireShipmentStage): ParcelState {
	const { status, substatus } = shipment;
	if (!status) return 'unknown';
	if (status === 'ready_to_ship' && substatus && HANDED_OVER.has(substatus)) return 'shipped';
	if (status === 'not_delivered' && substatus && RETURNED.has(substatus)) return 'returned';
	return entryOf(PARCEL_STATES, status) ?? 'unknown';
}

/** Whether goods are on their way or have been; null when the status is unknown. */
export function hasLeft(state: ParcelState): boolean | null {
	if (state === 'unknown') return null;
	return state === 'shipped' || state === 'inTransit' || state === 'delivered' || state === 'failed' || state === 'returned';
}

export function fulfilmentOf(shipment: WireShipmentStage | undefined): Fulfilment {
	const type = shipment?.logistic?.type;
	if (!type) return 'unknown';
	return type === 'fulfillment' ? 'platform' : 'seller';
}

export function toParcel(facts: ShipmentFacts, lines: readonly OrderLine[]): Parcel {
	const { shipment } = facts;
	return {
		externalId: shipment.id,
		carrier: shipment.tracking_method ?? null,
		trackingNumber: shipment.tracking_number ?? null,
		state: parcelState(shipment),
		rawStatus: [shipment.status, shipment.substatus].filter(Boolean).join('/') || null,
		...milestones(facts),
		// An order travels in one shipment; a cart's shipment carries further orders, which name it too.
		lines: lines.map((line) => ({ lineExternalId: line.externalId, quantity: line.quantity })),
	};
}

/** When the shipment left and arrived, from its history. */
export function milestones(facts: ShipmentFacts | null): { shippedAt: Instant | null; deliveredAt: Instant | null } {
	return { shippedAt: first(facts?.history, 'shipped'), deliveredAt: first(facts?.history, 'delivered') };
}

function first(history: WireHistory | null | undefined, status: string): Instant | null {
	const times = (history ?? []).filter((h) => h.status === status && h.date).map((h) => parseInstant(h.date ?? ''));
	return times.sort()[0] ?? null;
}

/**
 * Until when the seller must hand over: the SLA of a local shipment, else the handling limit of the lead time. The platform's own
 * warehouse keeps its own time.
 */
export function shipByOf(facts: ShipmentFacts | null): Instant | null {
	if (!facts || fulfilmentOf(facts.shipment) === 'platform') return null;
	return instant(
		facts.sla?.expected_date ?? facts.leadTime?.estimated_handling_limit?.date ?? facts.shipment.lead_time?.estimated_handling_limit?.date,
	);
}

/** The delivery time promised to the buyer. */
export function deliverByOf(facts: ShipmentFacts | null): Instant | null {
	return instant(facts?.leadTime?.estimated_delivery_time?.date ?? facts?.shipment.lead_time?.estimated_delivery_time?.date);
}

/** @throws TimeError when the platform sent a time that is none. */
export function instant(text: string | null | undefined): Instant | null {
	return text ? parseInstant(text) : null;
}

/** Delays in the platform's own words, e.g. `handling_delayed`. */
export function delaysOf(facts: ShipmentFacts | null): string[] {
	const sla = facts?.sla?.status === 'delayed' ? ['sla_delayed'] : [];
	return [...(facts?.leadTime?.delay ?? []), ...sla];
}

// Two plain looks: one pattern for both would try a long name of X's in every way there is.
function isMask(text: string): boolean {
	return /^[X*•\s-]+$/i.test(text) && /X{3}|\*{2}/i.test(text);
}

/** The buyer as order and shipment show him; null when neither shows more than an id. The address is hidden until payment is confirmed. */
export function toBuyer(order: WireOrder, facts: ShipmentFacts | null): BuyerData | null {
	const to = facts?.shipment.destination;
	const address = to?.shipping_address;
	const orderName = [order.buyer?.first_name, order.buyer?.last_name].filter(Boolean).join(' ');
	const street = address?.address_line || [address?.street_name, address?.street_number].filter(Boolean).join(' ');
	const shown = {
		name: to?.receiver_name || orderName || null,
		phone: to?.receiver_phone || null,
		taxId: to?.receiver_identification?.number || null,
		addressLines: [street, address?.neighborhood?.name, address?.comment].filter((l): l is string => Boolean(l)),
		city: address?.city?.name || null,
		region: address?.state?.name || null,
		postalCode: address?.zip_code || null,
	};
	const values = Object.values(shown).flat();
	if (values.every((v) => v === null)) return null;
	return { ...shown, email: null, maskedByPlatform: values.some((v) => v !== null && isMask(v)) };
}

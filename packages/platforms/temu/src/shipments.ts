import type { Parcel, ParcelState } from '@pangea/domain';
import type { Json, RawReply, StoreContext } from '@pangea/platform-contract';
import { callForStore } from './client.ts';
import { isNotGranted, TemuError } from './errors.ts';
import type { Permissions } from './permissions.ts';
import { causeOf, shipmentsSchema, type WireLine, type WireShipment } from './wire.ts';

const API = 'bg.logistics.shipment.v2.get';
const SHIPMENTS_NOT_GRANTED = 'shipments_not_granted';

export interface Shipments {
	parcels: Parcel[];
	warnings: string[];
}

/** The answers about an order's parcels, not yet read. */
export interface AskedShipments {
	read: (lines: readonly WireLine[]) => Shipments;
	replies: RawReply[];
}

/** Pending, unshipped and cancelled: nothing has left. */
const NOTHING_LEFT = new Set(['1', '2', '3']);

/** True when a parcel can exist: a status in which something has left, or one we do not know. */
export function mayHaveParcels(status: string | null): boolean {
	return status === null || !NOTHING_LEFT.has(status);
}

/**
 * The parcels of an order, one request a line: the reply names SKUs, and only the line asked for tells two lines of one SKU apart.
 * @throws PlatformError unless the refusal concerns this order or this API alone.
 */
export async function fetchParcels(
	context: StoreContext,
	permissions: Permissions,
	order: { parentOrderSn: string; lines: readonly Pick<WireLine, 'orderSn' | 'orderStatus'>[] },
): Promise<AskedShipments> {
	const replies: RawReply[] = [];
	const told: Told[] = [];
	const notGranted = () => ({ parcels: [], warnings: [SHIPMENTS_NOT_GRANTED] });
	if (!permissions.allows(API)) return { read: notGranted, replies };
	for (const [place, line] of order.lines.entries()) {
		if (!mayHaveParcels(line.orderStatus)) continue;
		try {
			const { result, reply } = await callForStore(context, 'shipment', API, { parentOrderSn: order.parentOrderSn, orderSn: line.orderSn });
			replies.push(reply);
			told.push({ place, result });
		} catch (error) {
			if (isNotGranted(error)) {
				permissions.refuse(API);
				return { read: notGranted, replies };
			}
			if (!(error instanceof TemuError) || (error.kind !== 'rejected' && error.kind !== 'notFound')) throw error;
			told.push({ warning: `shipments_refused:${error.code}` });
		}
	}
	return { read: (lines) => readShipments(told, lines), replies };
}

/** What the platform told about the parcels of a line. */
type Told = { place: number; result: Json } | { warning: string };

function readShipments(told: readonly Told[], lines: readonly WireLine[]): Shipments {
	const byLine: { line: WireLine; shipments: WireShipment[] }[] = [];
	const warnings: string[] = [];
	for (const answer of told) {
		if ('warning' in answer) {
			warnings.push(answer.warning);
			continue;
		}
		const line = lines[answer.place];
		const parsed = shipmentsSchema.safeParse(answer.result);
		if (!parsed.success) warnings.push(`shipments_unreadable: ${causeOf(parsed.error)}`);
		else if (line) byLine.push({ line, shipments: parsed.data.shipmentInfoDTO });
	}
	warnings.push(...byLine.flatMap(({ shipments }) => shipments.flatMap(trackingWarning)));
	return { parcels: toParcels(byLine), warnings };
}

function trackingWarning(shipment: WireShipment): string[] {
	return shipment.trackingWarningLabel ? [`trackingWarningLabel:${shipment.trackingWarningLabel}`] : [];
}

/** Pure: joins the shipments of an order's lines into parcels. A parcel that holds several lines comes once. */
function toParcels(byLine: readonly { line: WireLine; shipments: readonly WireShipment[] }[]): Parcel[] {
	const parcels = new Map<string, Parcel>();
	for (const { line, shipments } of byLine) {
		for (const shipment of shipments) {
			if (shipment.skuId !== null && line.skuId !== null && shipment.skuId !== line.skuId) continue;
			const parcel = parcels.get(shipment.packageSn) ?? emptyParcel(shipment, line);
			parcels.set(shipment.packageSn, parcel);
			if (shipment.quantity) parcel.lines.push({ lineExternalId: line.orderSn, quantity: shipment.quantity });
			// A piece sent in several boxes: Temu does not say which box holds what.
			for (const sub of shipment.subPackageShipmentInfoList) {
				if (!parcels.has(sub.packageSn)) parcels.set(sub.packageSn, emptyParcel(sub, line));
			}
		}
	}
	return [...parcels.values()];
}

function emptyParcel(from: { packageSn: string; carrierName: string | null; trackingNumber: string | null }, line: WireLine): Parcel {
	return parcelOf(from.packageSn, line, from.carrierName, from.trackingNumber);
}

/** Pure: the parcels a detail reply names; it gives neither carrier nor number. */
export function parcelsOfDetail(lines: readonly WireLine[]): Parcel[] {
	const parcels = new Map<string, Parcel>();
	for (const line of lines) {
		for (const { packageSn } of line.packageSnInfo) {
			const parcel = parcels.get(packageSn) ?? parcelOf(packageSn, line, null, null);
			parcels.set(packageSn, parcel);
			// Over several packages nobody says how many pieces each holds.
			if (line.packageSnInfo.length === 1 && line.quantity > 0)
				parcel.lines.push({ lineExternalId: line.orderSn, quantity: line.quantity });
		}
	}
	return [...parcels.values()];
}

function parcelOf(packageSn: string, line: WireLine, carrier: string | null, trackingNumber: string | null): Parcel {
	return {
		externalId: packageSn,
		carrier,
		trackingNumber,
		state: stateOf(line.orderStatus),
		rawStatus: line.orderStatus,
		shippedAt: line.orderShippingTime,
		deliveredAt: null,
		lines: [],
	};
}

// A package has no status of its own here: the line's stands for it, and a partly delivered line does not say which package arrived.
function stateOf(lineStatus: string | null): ParcelState {
	if (lineStatus === '2') return 'pending';
	if (lineStatus === '4' || lineStatus === '41') return 'shipped';
	return lineStatus === '5' ? 'delivered' : 'unknown';
}

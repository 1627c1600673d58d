import { type Instant, type Money, negateMoney, type OrderLine, type Parcel, type ParcelState } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { readAmount, sumOf } from './amounts.ts';
import type { WireOrder, WireUnit } from './wire.ts';

/** A line and the units it stands for. */
export interface UnitGroup {
	line: OrderLine;
	units: WireUnit[];
}

const CANCELLED: ReadonlySet<string> = new Set(['CANCELLED', 'CANCEL']);
const HANDED_OVER: ReadonlySet<string> = new Set(['IN_TRANSIT', 'DELIVERED', 'COMPLETED']);

/**
 * TikTok sends one element per piece. Pieces of one SKU at one price become one line: a gift, or a piece that carries another share
 * of a discount's rounding, stays apart so that quantity × price is always the truth.
 * @throws MoneyError
 */
export function groupUnits(wire: WireOrder, currency: string): UnitGroup[] {
	const groups = new Map<string, WireUnit[]>();
	for (const unit of wire.line_items) {
		const key = JSON.stringify([unit.sku_id ?? unit.id, unit.original_price, unit.sale_price, unit.is_gift]);
		const group = groups.get(key);
		if (group) group.push(unit);
		else groups.set(key, [unit]);
	}
	return [...groups.values()].map((units) => ({ units, line: toLine(wire, units, currency) }));
}

function toLine(wire: WireOrder, units: WireUnit[], currency: string): OrderLine {
	const first = smallest(units);
	const orderCancelled = CANCELLED.has(wire.status);
	const statuses = units.map((unit) => unit.display_status);
	const read = (text: string | null): Money | null => readAmount(text, currency);
	const list = read(first.original_price);
	const discounts = sumOf(units.flatMap((unit) => [read(unit.seller_discount), read(unit.platform_discount)]));
	return {
		externalId: first.id,
		externalListingId: first.product_id,
		externalVariantId: first.sku_id,
		sellerSku: first.seller_sku,
		title: first.product_name ?? first.sku_name ?? first.sku_id ?? first.id,
		variant: first.sku_name,
		imageUrl: first.sku_image,
		quantity: units.length,
		quantityCancelled: statuses.filter((status) => (status === null ? orderCancelled : CANCELLED.has(status))).length,
		quantityShipped: statuses.every((status) => status === null) ? null : statuses.filter((status) => HANDED_OVER.has(status ?? '')).length,
		// Before discounts, so that lines add up to `items`; `sale_price` is after both discounts.
		unitPrice: list ?? read(first.sale_price),
		discount: list && discounts && negateMoney(discounts),
		tax: sumOf(units.flatMap((unit) => unit.item_tax.map((tax) => read(tax.tax_amount)))),
		rawStatus: [...new Set(statuses.filter((status) => status !== null))].join(', ') || null,
	};
}

/** The line keeps its name when the platform sends the pieces in another order. */
function smallest(units: readonly WireUnit[]): WireUnit {
	return units.reduce((a, b) => (b.id.length < a.id.length || (b.id.length === a.id.length && b.id < a.id) ? b : a));
}

/** From the id of a piece to the id of the line that stands for it. */
export function lineIdByUnit(groups: readonly UnitGroup[]): ReadonlyMap<string, string> {
	return new Map(groups.flatMap(({ line, units }) => units.map((unit) => [unit.id, line.externalId] as const)));
}

/**
 * Parcels are named by the order and by its pieces; not every market names both (US and UK local sellers: after shipping only).
 * Times are the order's own and are given to a parcel only when it is the only one.
 */
export function assignParcels(
	wire: WireOrder,
	groups: readonly UnitGroup[],
	times: { shippedAt: Instant | null; deliveredAt: Instant | null },
): Parcel[] {
	const named = wire.line_items.map((unit) => unit.package_id).filter((id) => id !== null);
	const ids = [...new Set([...wire.packages.map((parcel) => parcel.id), ...named])];
	const only = ids.length === 1;
	return ids.map((id) => {
		const units = wire.line_items.filter((unit) => unit.package_id === id);
		const first = units[0];
		return {
			externalId: id,
			carrier: units.find((unit) => unit.shipping_provider_name !== null)?.shipping_provider_name ?? (only ? wire.shipping_provider : null),
			trackingNumber: units.find((unit) => unit.tracking_number !== null)?.tracking_number ?? (only ? wire.tracking_number : null),
			state: parcelState(first),
			rawStatus: first?.package_status ?? null,
			shippedAt: only ? times.shippedAt : null,
			deliveredAt: only ? times.deliveredAt : null,
			lines: groups
				.map((group) => ({
					lineExternalId: group.line.externalId,
					quantity: group.units.filter((unit) => unit.package_id === id).length,
				}))
				.filter((line) => line.quantity > 0),
		};
	});
}

const PARCEL_STATES: Readonly<Record<string, ParcelState>> = {
	TO_FULFILL: 'pending',
	PROCESSING: 'pending',
	FULFILLING: 'inTransit',
	COMPLETED: 'delivered',
	CANCELLED: 'cancelled',
};

function parcelState(unit: WireUnit | undefined): ParcelState {
	return entryOf(PARCEL_STATES, unit?.package_status) ?? 'unknown';
}

import type { Fee, Order, OrderLine, OrderReturn, Parcel } from '@pangea/domain';
import { arrayText, type BulkTable, byteText, type Column } from '../bulk.ts';

/** An order ready to be written into a store. */
export interface OrderWrite {
	orderId: string;
	order: Order;
	/** Of the order's content; equal news with an equal digest changes nothing. */
	digest: Buffer;
	/** The calendar day of `placedAt` in the store's zone. */
	localDay: string;
	/** Replies that stand behind this version. */
	rawReplyIds: string[];
	storeId: string;
	platform: string;
}
export interface ChildWrite<T> {
	orderId: string;
	position: number;
	item: T;
}
/** With the platform's time of the news. */
export interface DatedWrite<T> extends ChildWrite<T> {
	updatedAt: string;
}
export interface HistoryWrite {
	orderId: string;
	historyId: string;
	extAt: string;
	state: string;
	rawStatus: string;
	source: string;
	rawReplyId: string | null;
}
export interface BuyerWrite {
	orderId: string;
	sealed: Buffer;
	purpose: string;
	diesAt: string;
	masked: boolean;
}

function column<R>(name: string, type: string, text: (row: R) => string | null): Column<R> {
	return { name, type, text };
}

const flag = (value: boolean): string => (value ? 't' : 'f');
const whole = (value: number | null): string | null => (value === null ? null : String(value));

export const ORDERS: BulkTable<OrderWrite> = {
	name: 'orders',
	columns: [
		column('order_id', 'uuid', (w) => w.orderId),
		column('store_id', 'uuid', (w) => w.storeId),
		column('platform', 'text', (w) => w.platform),
		column('external_id', 'text', (w) => w.order.externalId),
		column('external_group_id', 'text', (w) => w.order.externalGroupId),
		column('site_id', 'text', (w) => w.order.siteId),
		column('state', 'text', (w) => w.order.state),
		column('raw_status', 'text', (w) => w.order.rawStatus),
		column('fulfilment', 'text', (w) => w.order.fulfilment),
		column('placed_at', 'timestamptz', (w) => w.order.placedAt),
		column('paid_at', 'timestamptz', (w) => w.order.paidAt),
		column('ship_by', 'timestamptz', (w) => w.order.shipBy),
		column('deliver_by', 'timestamptz', (w) => w.order.deliverBy),
		column('shipped_at', 'timestamptz', (w) => w.order.shippedAt),
		column('delivered_at', 'timestamptz', (w) => w.order.deliveredAt),
		column('cancelled_at', 'timestamptz', (w) => w.order.cancelledAt),
		column('ext_updated_at', 'timestamptz', (w) => w.order.updatedAt),
		column('local_day', 'date', (w) => w.localDay),
		column('buyer_country', 'text', (w) => w.order.buyerCountry),
		column('external_buyer_id', 'text', (w) => w.order.externalBuyerId),
		column('is_test', 'boolean', (w) => flag(w.order.isTest)),
		column('currency', 'text', (w) => w.order.money.currency),
		column('tax_basis', 'text', (w) => w.order.money.taxBasis),
		column('total_minor', 'bigint', (w) => w.order.money.parts.total?.amountMinor.toString() ?? null),
		column('total_computed', 'boolean', (w) => flag(w.order.money.totalComputed)),
		column('money', 'jsonb', (w) => partsText(w.order)),
		column('line_count', 'integer', (w) => String(w.order.lines.length)),
		column('unit_count', 'integer', (w) => String(w.order.lines.reduce((sum, l) => sum + l.quantity, 0))),
		column('units_cancelled', 'integer', (w) => String(w.order.lines.reduce((sum, l) => sum + l.quantityCancelled, 0))),
		column('fee_minor', 'bigint', (w) => feesText(w.order)),
		column('first_title', 'text', (w) => w.order.lines[0]?.title ?? null),
		column('warnings', 'text[]', (w) => arrayText(w.order.warnings)),
		column('raw_reply_ids', 'uuid[]', (w) => arrayText(w.rawReplyIds)),
		column('digest', 'bytea', (w) => byteText(w.digest)),
	],
};

function partsText(order: Order): string {
	const parts: Record<string, string> = {};
	for (const [part, money] of Object.entries(order.money.parts)) parts[part] = money.amountMinor.toString();
	return JSON.stringify(parts);
}

/** The fees in the order's own currency; null where the platform tells none. */
function feesText({ fees, money }: Order): string | null {
	if (fees.length === 0) return null;
	return fees.reduce((sum, fee) => (fee.amount.currency === money.currency ? sum + fee.amount.amountMinor : sum), 0n).toString();
}

export const LINES: BulkTable<ChildWrite<OrderLine> & { storeId: string; currency: string }> = {
	name: 'order_line',
	columns: [
		column('order_id', 'uuid', (w) => w.orderId),
		column('store_id', 'uuid', (w) => w.storeId),
		column('external_id', 'text', (w) => w.item.externalId),
		column('position', 'integer', (w) => String(w.position)),
		column('external_listing_id', 'text', (w) => w.item.externalListingId),
		column('external_variant_id', 'text', (w) => w.item.externalVariantId),
		column('seller_sku', 'text', (w) => w.item.sellerSku),
		column('title', 'text', (w) => w.item.title),
		column('variant', 'text', (w) => w.item.variant),
		column('image_url', 'text', (w) => w.item.imageUrl),
		column('quantity', 'integer', (w) => String(w.item.quantity)),
		column('quantity_cancelled', 'integer', (w) => String(w.item.quantityCancelled)),
		column('quantity_shipped', 'integer', (w) => whole(w.item.quantityShipped)),
		column('currency', 'text', (w) => w.item.unitPrice?.currency ?? w.currency),
		column('unit_price_minor', 'bigint', (w) => w.item.unitPrice?.amountMinor.toString() ?? null),
		column('discount_minor', 'bigint', (w) => w.item.discount?.amountMinor.toString() ?? null),
		column('tax_minor', 'bigint', (w) => w.item.tax?.amountMinor.toString() ?? null),
		column('raw_status', 'text', (w) => w.item.rawStatus),
	],
};

export const PARCELS: BulkTable<DatedWrite<Parcel>> = {
	name: 'parcel',
	columns: [
		column('order_id', 'uuid', (w) => w.orderId),
		column('external_id', 'text', (w) => w.item.externalId),
		column('carrier', 'text', (w) => w.item.carrier),
		column('tracking_number', 'text', (w) => w.item.trackingNumber),
		column('state', 'text', (w) => w.item.state),
		column('raw_status', 'text', (w) => w.item.rawStatus),
		column('shipped_at', 'timestamptz', (w) => w.item.shippedAt),
		column('delivered_at', 'timestamptz', (w) => w.item.deliveredAt),
		column('ext_updated_at', 'timestamptz', (w) => w.updatedAt),
		column('lines', 'jsonb', (w) => JSON.stringify(w.item.lines)),
	],
};

export const RETURNS: BulkTable<DatedWrite<OrderReturn>> = {
	name: 'order_return',
	columns: [
		column('order_id', 'uuid', (w) => w.orderId),
		column('external_id', 'text', (w) => w.item.externalId),
		column('kind', 'text', (w) => w.item.kind),
		column('state', 'text', (w) => w.item.state),
		column('raw_status', 'text', (w) => w.item.rawStatus),
		column('reason', 'text', (w) => w.item.reason),
		column('requested_by', 'text', (w) => w.item.requestedBy),
		column('refund_minor', 'bigint', (w) => w.item.refund?.amountMinor.toString() ?? null),
		column('refund_currency', 'text', (w) => w.item.refund?.currency ?? null),
		column('requested_at', 'timestamptz', (w) => w.item.requestedAt),
		column('respond_by', 'timestamptz', (w) => w.item.respondBy),
		column('ext_updated_at', 'timestamptz', (w) => w.updatedAt),
		column('lines', 'jsonb', (w) => JSON.stringify(w.item.lines)),
	],
};

export const FEES: BulkTable<ChildWrite<Fee>> = {
	name: 'fee',
	columns: [
		column('order_id', 'uuid', (w) => w.orderId),
		column('external_id', 'text', (w) => w.item.externalId),
		column('kind', 'text', (w) => w.item.kind),
		column('raw_kind', 'text', (w) => w.item.rawKind),
		column('amount_minor', 'bigint', (w) => w.item.amount.amountMinor.toString()),
		column('currency', 'text', (w) => w.item.amount.currency),
		column('line_external_id', 'text', (w) => w.item.lineExternalId),
	],
};

export const HISTORY: BulkTable<HistoryWrite> = {
	name: 'order_history',
	columns: [
		column('order_id', 'uuid', (w) => w.orderId),
		column('history_id', 'uuid', (w) => w.historyId),
		column('ext_at', 'timestamptz', (w) => w.extAt),
		column('state', 'text', (w) => w.state),
		column('raw_status', 'text', (w) => w.rawStatus),
		column('source', 'text', (w) => w.source),
		column('raw_reply_id', 'uuid', (w) => w.rawReplyId),
	],
};

export const BUYERS: BulkTable<BuyerWrite> = {
	name: 'buyer_data',
	columns: [
		column('order_id', 'uuid', (w) => w.orderId),
		column('sealed', 'bytea', (w) => byteText(w.sealed)),
		column('purpose', 'text', (w) => w.purpose),
		column('dies_at', 'timestamptz', (w) => w.diesAt),
	],
};

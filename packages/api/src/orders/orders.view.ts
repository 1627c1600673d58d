import type { OrderRow, orderDetail } from '@pangea/db';
import type { Field, Fulfilment, MoneyPart, OrderState, ParcelState, PlatformId, ReturnKind, ReturnState, TaxBasis } from '@pangea/domain';
import type { HistoryView, MoneyView, OrderDetailView, OrderRowView } from '../shapes.ts';

type Found = NonNullable<Awaited<ReturnType<typeof orderDetail>>>;

/** Which fields the reader of an answer sees. */
export interface Reader {
	sees(field: Field): boolean;
}

export function toRow(row: OrderRow, reader: Reader): OrderRowView {
	const revenue = reader.sees('revenue');
	return {
		orderId: row.order_id,
		storeId: row.store_id,
		platform: row.platform as PlatformId,
		externalId: row.external_id,
		externalGroupId: row.external_group_id,
		state: row.state as OrderState,
		rawStatus: row.raw_status,
		fulfilment: row.fulfilment as Fulfilment,
		placedAt: row.placed_at,
		shipBy: row.ship_by,
		buyerCountry: row.buyer_country,
		lineCount: row.line_count,
		unitCount: row.unit_count,
		firstTitle: row.first_title,
		total: revenue ? money(row.total_minor, row.currency) : null,
		totalComputed: revenue && row.total_computed,
		openReturns: row.open_returns,
		warnings: row.warnings,
		flag: row.flag,
		hasNote: row.has_note,
		isTest: row.is_test,
		changedAt: row.changed_at,
	};
}

/** How long buyers' data of an order live, in days; null where nobody knows the platform. */
export type Life = { days: number; openDays: number } | null;

export function toDetail(found: Found, reader: Reader, life: Life, now: Date): Omit<OrderDetailView, 'profit' | 'takesMessages'> {
	const { order } = found;
	const revenue = reader.sees('revenue');
	const cost = reader.sees('cost');
	const income = (minor: string | null, currency: string): MoneyView | null => (revenue ? money(minor, currency) : null);
	return {
		...toRow({ ...order, flag: found.annotation?.flag ?? null, has_note: Boolean(found.annotation?.note) }, reader),
		siteId: order.site_id,
		paidAt: order.paid_at,
		deliverBy: order.deliver_by,
		shippedAt: order.shipped_at,
		deliveredAt: order.delivered_at,
		cancelledAt: order.cancelled_at,
		externalUpdatedAt: order.ext_updated_at,
		localDay: order.local_day,
		currency: order.currency,
		taxBasis: order.tax_basis as TaxBasis,
		money: Object.fromEntries(
			// What is paid out tells the fees to who knows the total.
			Object.entries(order.money)
				.filter(([part]) => revenue && (cost || part !== 'estimatedPayout'))
				.map(([part, minor]) => [part, { amountMinor: minor, currency: order.currency }]),
		) as Partial<Record<MoneyPart, MoneyView>>,
		lines: found.lines.map((line) => ({
			externalId: line.external_id,
			externalListingId: line.external_listing_id,
			sellerSku: line.seller_sku,
			title: line.title,
			variant: line.variant,
			imageUrl: line.image_url,
			quantity: line.quantity,
			quantityCancelled: line.quantity_cancelled,
			quantityShipped: line.quantity_shipped,
			unitPrice: income(line.unit_price_minor, line.currency),
			discount: income(line.discount_minor, line.currency),
			tax: income(line.tax_minor, line.currency),
			rawStatus: line.raw_status,
		})),
		parcels: found.parcels.map((parcel) => ({
			externalId: parcel.external_id,
			carrier: parcel.carrier,
			trackingNumber: parcel.tracking_number,
			state: parcel.state as ParcelState,
			rawStatus: parcel.raw_status,
			shippedAt: parcel.shipped_at,
			deliveredAt: parcel.delivered_at,
			lines: parcel.lines,
		})),
		returns: found.returns.map((r) => ({
			externalId: r.external_id,
			kind: r.kind as ReturnKind,
			state: r.state as ReturnState,
			rawStatus: r.raw_status,
			reason: r.reason,
			requestedBy: r.requested_by,
			refund: r.refund_currency === null ? null : income(r.refund_minor, r.refund_currency),
			requestedAt: r.requested_at,
			respondBy: r.respond_by,
			lines: r.lines,
		})),
		fees: (cost ? found.fees : []).map((fee) => ({
			externalId: fee.external_id,
			kind: fee.kind,
			rawKind: fee.raw_kind,
			amount: { amountMinor: fee.amount_minor, currency: fee.currency },
		})),
		history: found.history.map((h) => ({
			at: h.ext_at,
			seenAt: h.seen_at,
			state: h.state as OrderState,
			rawStatus: h.raw_status,
			source: h.source as HistoryView['source'],
			rawReplyId: h.raw_reply_id,
		})),
		evidence: found.evidence.map(({ rawReplyId, operation, fetchedAt, size }) => ({ rawReplyId, operation, fetchedAt, size })),
		note: found.annotation?.note ?? null,
		buyer: buyerState(found, life, now),
	};
}

const DAY = 86_400_000;

/** Where nothing is held any more, whether it was deleted is told by the order's age: nothing is left that could tell. */
function buyerState({ order, buyerDiesAt }: Found, life: Life, now: Date): OrderDetailView['buyer'] {
	if (buyerDiesAt !== null) return Date.parse(buyerDiesAt) <= now.getTime() ? 'purged' : 'held';
	if (life === null) return 'notSent';
	const closed = order.delivered_at ?? order.cancelled_at;
	const death = closed === null ? Date.parse(order.ext_updated_at) + life.openDays * DAY : Date.parse(closed) + life.days * DAY;
	return death <= now.getTime() ? 'purged' : 'notSent';
}

function money(minor: string | null, currency: string): MoneyView | null {
	return minor === null ? null : { amountMinor: minor, currency };
}

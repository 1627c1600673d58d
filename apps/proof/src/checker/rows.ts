import type pg from 'pg';
import { type Content, inOrder, type LineFacts, type OrderFacts } from './facts.ts';
import type { OurStore } from './stores.ts';

/** One order as our tables have it. */
export interface StoredOrder {
	orderId: string;
	externalId: string;
	facts: OrderFacts;
	/** The calls behind the stored version. */
	operations: string[];
	/** The replies that the order names as its evidence, and those of them that exist. */
	evidence: { named: string[]; kept: string[] };
	buyerUntil: string | null;
	/** What the row says of its own parts. */
	counts: { lines: number; units: number; openReturns: number; totalMinor: string | null; history: number };
}

interface OrderRow {
	order_id: string;
	external_id: string;
	state: string;
	fulfilment: string;
	placed_at: Date;
	ext_updated_at: Date;
	paid_at: Date | null;
	shipped_at: Date | null;
	delivered_at: Date | null;
	cancelled_at: Date | null;
	currency: string;
	money: Record<string, string>;
	total_minor: string | null;
	line_count: number;
	unit_count: number;
	open_returns: number;
	raw_reply_ids: string[];
	operations: string[] | null;
	kept: string[] | null;
	dies_at: Date | null;
	history: string;
}
interface LineRow {
	order_id: string;
	external_id: string;
	seller_sku: string | null;
	title: string;
	quantity: number;
	quantity_cancelled: number;
	quantity_shipped: number | null;
	currency: string;
	unit_price_minor: string | null;
	discount_minor: string | null;
	tax_minor: string | null;
}
interface Share {
	lineExternalId: string;
	quantity: number;
}
interface ParcelRow {
	order_id: string;
	carrier: string | null;
	tracking_number: string | null;
	state: string;
	shipped_at: Date | null;
	delivered_at: Date | null;
	lines: Share[];
}
interface ReturnRow {
	order_id: string;
	kind: string;
	state: string;
	requested_by: string;
	reason: string | null;
	requested_at: Date | null;
	refund_minor: string | null;
	lines: Share[];
}

/** All of a workspace's stores, past row-level security: the connection must be the owner's. */
export async function ourStores(client: pg.ClientBase): Promise<OurStore[]> {
	const { rows } = await client.query<OurStore>(
		`select s.workspace_id as "workspaceId", s.store_id as "storeId", s.platform, s.external_id as "externalId",
			c.external_account_id as "accountId", s.site_id as "siteId", s.country
			from store s join connection c using (workspace_id, connection_id) order by s.platform, s.external_id`,
	);
	return rows;
}

/** A reply is a row of its own or a part of a pack: the last four digits of its id then are its place among the parts. */
export async function storedOrders(client: pg.ClientBase, store: OurStore): Promise<StoredOrder[]> {
	const read = async <R extends pg.QueryResultRow>(text: string): Promise<R[]> => (await client.query<R>(text, [store.storeId])).rows;
	const orders = await read<OrderRow>(
		`select o.*, b.dies_at, e.operations, e.kept::text[] as kept,
				(select count(*) from order_history h where h.workspace_id = o.workspace_id and h.order_id = o.order_id) as history
			from orders o left join buyer_data b on b.workspace_id = o.workspace_id and b.order_id = o.order_id
			cross join lateral (
				select array_agg(coalesce(r.operations[r.parts[3 * x.n + 1] + 1], r.operation)) as operations, array_agg(x.id) as kept
				from (select id, ('x' || right(id::text, 4))::bit(16)::int as n from unnest(o.raw_reply_ids) as id) x
				join raw_reply r on r.workspace_id = o.workspace_id
					and (r.raw_reply_id = x.id and r.parts = '{}'
						or r.raw_reply_id = (left(x.id::text, 32) || '0000')::uuid and r.parts[3 * x.n + 2] > 0)
			) e
			where o.store_id = $1`,
	);
	const childrenOf = <R extends { order_id: string }>(rows: R[]): Map<string, R[]> => Map.groupBy(rows, (row) => row.order_id);
	const child = (table: string): string =>
		`select c.* from ${table} c join orders o on o.workspace_id = c.workspace_id and o.order_id = c.order_id where o.store_id = $1`;
	const lines = childrenOf(await read<LineRow>(child('order_line')));
	const parcels = childrenOf(await read<ParcelRow>(child('parcel')));
	const returns = childrenOf(await read<ReturnRow>(child('order_return')));
	return orders.map((row) =>
		stored(store, row, {
			lines: lines.get(row.order_id) ?? [],
			parcels: parcels.get(row.order_id) ?? [],
			returns: returns.get(row.order_id) ?? [],
		}),
	);
}

const time = (at: Date | null): string | null => at?.toISOString() ?? null;
const something = (minor: string | null): string | null => (minor === null || minor === '0' ? null : minor);

function stored(store: OurStore, row: OrderRow, of: { lines: LineRow[]; parcels: ParcelRow[]; returns: ReturnRow[] }): StoredOrder {
	const skus = new Map(of.lines.map((line) => [line.external_id, line.seller_sku ?? line.external_id]));
	const content = (shares: Share[]): Content => {
		const pieces: Content = {};
		for (const { lineExternalId, quantity } of shares) {
			const sku = skus.get(lineExternalId) ?? lineExternalId;
			pieces[sku] = (pieces[sku] ?? 0) + quantity;
		}
		return pieces;
	};
	// The payout is an estimate of the platform's that the neutral truth does not have.
	const { estimatedPayout: _, ...parts } = row.money;
	const facts: OrderFacts = {
		state: row.state,
		fulfilment: row.fulfilment,
		placed: row.placed_at.toISOString(),
		updated: row.ext_updated_at.toISOString(),
		paid: time(row.paid_at),
		shipped: time(row.shipped_at),
		delivered: time(row.delivered_at),
		cancelled: time(row.cancelled_at),
		currency: row.currency,
		money: Object.fromEntries(Object.entries(parts).filter(([, minor]) => minor !== '0')),
		lines: inOrder(of.lines.map(lineFacts)),
		parcels: inOrder(
			of.parcels.map((p) => ({
				carrier: p.carrier,
				tracking: p.tracking_number,
				state: p.state,
				shipped: time(p.shipped_at),
				delivered: time(p.delivered_at),
				content: content(p.lines),
			})),
		),
		returns: inOrder(
			of.returns.map((r) => ({
				kind: r.kind,
				state: r.state,
				by: r.requested_by,
				// Mercado Libre's reasons are codes of its own, of which the neutral truth knows nothing.
				reason: store.platform === 'mercado-libre' ? null : r.reason,
				requested: time(r.requested_at),
				refund: something(r.refund_minor),
				content: content(r.lines),
			})),
		),
	};
	return {
		orderId: row.order_id,
		externalId: row.external_id,
		facts,
		operations: row.operations ?? [],
		evidence: { named: row.raw_reply_ids, kept: row.kept ?? [] },
		buyerUntil: time(row.dies_at),
		counts: {
			lines: row.line_count,
			units: row.unit_count,
			openReturns: row.open_returns,
			totalMinor: row.total_minor,
			history: Number(row.history),
		},
	};
}

function lineFacts(line: LineRow): LineFacts {
	return {
		sku: line.seller_sku ?? '',
		title: line.title,
		quantity: line.quantity,
		cancelled: line.quantity_cancelled,
		shipped: line.quantity_shipped,
		unitPrice: line.unit_price_minor,
		discount: something(line.discount_minor),
		tax: something(line.tax_minor),
	};
}

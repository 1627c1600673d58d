import { type MoneyPart, REPORT_RULES, type ReportId, type ReportRowsOf } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { OrderQuery } from './order-filter.ts';
import { chosenStoreIds, listedOrders } from './order-list.ts';
import { feedSource } from './report-feed.ts';
import type { ReportQuestion, ReportSource } from './report-question.ts';
import { waitSource } from './report-waits.ts';

/** Null where no store is left. */
export async function sourceOf(scope: Scope, report: ReportId, question: ReportQuestion): Promise<ReportSource | null> {
	const { of } = REPORT_RULES[report];
	if (of === 'waits') return waitSource(scope);
	if (of === 'feed') return feedSource(scope);
	if (of === 'listings') return await listingSource(scope, question);
	const asked = await askedOrders(scope, question);
	if (asked === null) return null;
	const part = CHILDREN[report];
	const joined = part && sql` ${sql.raw(part.join)}`;
	const placed = question.sort === 'shipBy' ? sql`orders.ship_by, orders.order_id` : sql`orders.placed_at desc, orders.order_id desc`;
	return {
		from: sql`(${asked.clearOrderBy().selectAll('orders')}) as orders
			join store as s on s.workspace_id = orders.workspace_id and s.store_id = orders.store_id${joined ?? sql``}`,
		order: part ? sql`${placed}, ${sql.raw(part.order)}` : placed,
	};
}

/** About how many rows a report has: of rows that belong to orders, how many orders, unless the orders say it. */
export async function countReport(scope: Scope, report: ReportId, question: ReportQuestion): Promise<number> {
	const source = COUNTED.has(REPORT_RULES[report].of) ? await sourceOf(scope, report, question) : null;
	if (source !== null) {
		const { rows } = await sql<{ n: string }>`select count(*)::text as n from ${source.from}`.execute(scope.db);
		return Number(rows[0]?.n ?? 0);
	}
	const asked = await askedOrders(scope, question);
	if (asked === null) return 0;
	const what = report === 'lines' ? sql<string>`coalesce(sum(orders.line_count), 0)::text` : sql<string>`count(*)::text`;
	const row = await asked.clearOrderBy().select(what.as('n')).executeTakeFirstOrThrow();
	return Number(row.n);
}

/** Whose rows are counted as they are. */
const COUNTED: ReadonlySet<ReportRowsOf> = new Set(['waits', 'listings', 'feed']);

async function askedOrders(scope: Scope, { orderIds, ...question }: ReportQuestion): Promise<OrderQuery | null> {
	const listed = await listedOrders(scope, question);
	if (listed === null) return null;
	return orderIds === undefined ? listed.query : listed.query.where(sql<boolean>`orders.order_id = any(${[...orderIds]}::uuid[])`);
}

/** Null where the platform does not tell it. */
function partOf(part: MoneyPart): string {
	return `(orders.money ->> '${part}')::numeric`;
}

async function listingSource(scope: Scope, question: ReportQuestion): Promise<ReportSource | null> {
	const stores = await chosenStoreIds(scope, question);
	if (stores.length === 0) return null;
	const { workspaceId } = scope;
	return {
		from: sql`store as s join listing as l on l.workspace_id = s.workspace_id and l.store_id = s.store_id and l.gone_at is null
			left join sku as k on k.workspace_id = l.workspace_id and k.sku_id = l.sku_id
			left join listing_read as r on r.workspace_id = s.workspace_id and r.store_id = s.store_id
			where s.workspace_id = ${workspaceId} and s.store_id = any(${stores}::uuid[])`,
		order: sql`s.name, s.store_id, l.external_listing_id, l.external_variant_id`,
	};
}

interface Child {
	/** SQL that joins `c` to `orders`. */
	join: string;
	order: string;
}

const child = (table: string, order: string): Child => ({
	join: `join ${table} as c on c.workspace_id = orders.workspace_id and c.order_id = orders.order_id`,
	order,
});

/** Of an order, everything that is told about tax; `place` keeps the order of the kinds. */
const TAXES = `cross join lateral (
	select 'order' as told_of, 0 as place, null::integer as line, null::text as seller_sku, null::text as raw_kind, orders.currency,
		${partOf('items')} as order_items, ${partOf('tax')} as order_tax, null::numeric as line_items, null::numeric as line_tax,
		null::numeric as fee_tax, null::numeric as statement_tax, '' as id
	union all
	select 'line', 1, x.position + 1, x.seller_sku, null, x.currency, null, null, x.unit_price_minor::numeric * greatest(0, x.quantity - x.quantity_cancelled),
		x.tax_minor, null, null, x.external_id
	from order_line x where x.workspace_id = orders.workspace_id and x.order_id = orders.order_id
	union all
	select 'fee', 2, null, null, x.raw_kind, x.currency, null, null, null, null, -x.amount_minor, null, x.external_id
	from fee x where x.workspace_id = orders.workspace_id and x.order_id = orders.order_id and x.kind = 'tax'
	union all
	select 'statement', 3, null, x.seller_sku, x.raw_kind, x.currency, null, null, null, null, null, x.amount_minor,
		b.external_id || ' ' || lpad(x.position::text, 9, '0')
	from settlement b join settlement_line x on x.workspace_id = b.workspace_id and x.store_id = b.store_id and x.external_id = b.external_id
	where b.workspace_id = orders.workspace_id and b.store_id = orders.store_id and b.external_order_id = orders.external_id
		and b.state = 'released' and x.kind = 'tax'
) as c`;

const CHILDREN: Partial<Record<ReportId, Child>> = {
	lines: child('order_line', 'c.position, c.external_id'),
	fees: child('fee', 'c.external_id'),
	returns: child('order_return', 'c.external_id'),
	tax: { join: TAXES, order: 'c.place, c.line, c.id' },
};

const OF_ORDER: Record<string, string> = {
	order_number: 'orders.external_id',
	pack_number: 'orders.external_group_id',
	platform: 'orders.platform',
	store: 's.name',
	company: 's.entity',
	site: 'orders.site_id',
	state: 'orders.state',
	raw_status: 'orders.raw_status',
	placed_at: 'orders.placed_at',
	store_day: 'orders.local_day',
	fulfilment: 'orders.fulfilment',
	paid_at: 'orders.paid_at',
	ship_by: 'orders.ship_by',
	shipped_at: 'orders.shipped_at',
	delivered_at: 'orders.delivered_at',
	cancelled_at: 'orders.cancelled_at',
	buyer_country: 'orders.buyer_country',
	lines: 'orders.line_count',
	units: 'orders.unit_count',
	units_cancelled: 'orders.units_cancelled',
	first_title: 'orders.first_title',
	currency: 'orders.currency',
	tax_basis: 'orders.tax_basis',
	total: 'orders.total_minor',
	fees: 'orders.fee_minor',
	items: partOf('items'),
	shipping: partOf('shipping'),
	tax: partOf('tax'),
	seller_discount: partOf('sellerDiscount'),
	platform_discount: partOf('platformDiscount'),
	refund: partOf('refund'),
	estimated_payout: partOf('estimatedPayout'),
	test: 'orders.is_test',
};
const OF_REPORT: Record<Exclude<ReportId, 'orders'>, Record<string, string>> = {
	lines: {
		line: 'c.position + 1',
		seller_sku: 'c.seller_sku',
		listing_id: 'c.external_listing_id',
		variant_id: 'c.external_variant_id',
		title: 'c.title',
		variant: 'c.variant',
		quantity: 'c.quantity',
		quantity_cancelled: 'c.quantity_cancelled',
		currency: 'c.currency',
		unit_price: 'c.unit_price_minor',
		discount: 'c.discount_minor',
		tax: 'c.tax_minor',
	},
	fees: {
		kind: 'c.kind',
		raw_kind: 'c.raw_kind',
		line_id: 'c.line_external_id',
		currency: 'c.currency',
		amount: 'c.amount_minor',
	},
	returns: {
		return_number: 'c.external_id',
		kind: 'c.kind',
		return_state: 'c.state',
		reason: 'c.reason',
		requested_by: 'c.requested_by',
		requested_at: 'c.requested_at',
		respond_by: 'c.respond_by',
		currency: 'c.refund_currency',
		refund: 'c.refund_minor',
	},
	tax: {
		month: `to_char(orders.local_day, 'YYYY-MM')`,
		told_of: 'c.told_of',
		line: 'c.line',
		seller_sku: 'c.seller_sku',
		raw_kind: 'c.raw_kind',
		currency: 'c.currency',
		order_items: 'c.order_items',
		order_tax: 'c.order_tax',
		line_items: 'c.line_items',
		line_tax: 'c.line_tax',
		fee_tax: 'c.fee_tax',
		statement_tax: 'c.statement_tax',
	},
	stock: {
		platform: 's.platform',
		site: 's.site_id',
		listing_id: 'l.external_listing_id',
		variant_id: `nullif(l.external_variant_id, '')`,
		seller_sku: 'l.seller_sku',
		sku: 'k.code',
		title: 'l.title',
		variant: 'l.variant',
		state: 'l.state',
		raw_status: 'l.raw_status',
		currency: 'l.currency',
		price: 'l.price_minor',
		stock: 'l.stock',
		sold_30_days: 'l.sold_units',
		changed_at: 'l.changed_at',
		read_up_to: 'r.read_until',
	},
	feed: {
		platform: 's.platform',
		site: 's.site_id',
		// Told by nobody.
		description: 'null::text',
		mpn: 'null::text',
		condition: 'null::text',
		id: 'f.id',
		title: 'f.title',
		link: 'f.link',
		image_link: 'f.image_link',
		availability: 'f.availability',
		price: 'f.price',
		brand: 'f.brand',
		gtin: 'f.gtin',
		item_group_id: 'f.item_group_id',
		material: 'f.material',
		shipping_weight: 'f.shipping_weight',
		shipping_length: 'f.shipping_length',
		shipping_width: 'f.shipping_width',
		shipping_height: 'f.shipping_height',
		shipping_country: 'f.shipping_country',
		sku: 'f.sku',
		seller_sku: 'f.seller_sku',
		gtin_from: 'f.gtin_from',
		machine_told: 'f.machine_told',
		machine_of: 'f.machine_of',
		machine_lacks: 'f.machine_lacks',
		read_up_to: 'r.read_until',
	},
	answers: {
		platform: 's.platform',
		site: 's.site_id',
		kind: 'w.kind',
		rule: 'w.rule',
		rule_standing: 'w.standing',
		conversation: 'w.conversation_id::text',
		buyer_wrote_at: 'w.started_at',
		store_day: `(w.started_at at time zone s.zone)::date`,
		due_at: 'w.due_at',
		answered_at: 'w.ended_at',
		answered_by: 'm.name',
		counted: 'w.outcome is not null',
		not_counted_because: 'w.left_out',
		outcome: 'w.outcome',
	},
};

export interface Value {
	text: string;
	/** Of a money value: the column with its currency. */
	currency: string;
}

export function valueOf(report: ReportId, id: string): Value {
	const own = report === 'orders' ? undefined : OF_REPORT[report];
	const text = own?.[id] ?? OF_ORDER[id];
	if (text === undefined) throw new Error(`The report ${report} has no column ${id}`);
	return { text, currency: own?.['currency'] ?? 'orders.currency' };
}

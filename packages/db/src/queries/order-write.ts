import { sql } from 'kysely';
import { addition, addRows, addTogether, arraysOf, mergeRows, selectList, unnestOf } from '../bulk.ts';
import { type Scope, takeLock } from '../database.ts';
import { IS_RETURN } from '../sales-cells.ts';
import { withKnownAmounts } from './order-amounts.ts';
import {
	BUYERS,
	type BuyerWrite,
	type ChildWrite,
	FEES,
	HISTORY,
	type HistoryWrite,
	LINES,
	ORDERS,
	type OrderWrite,
	PARCELS,
	RETURNS,
} from './order-columns.ts';

/** The lock whose holder is the only writer of a store's orders. */
export function storeOrdersLock(storeId: string): string {
	return `orders ${storeId}`;
}

/** Makes the transaction the only writer of a store's orders until it ends. */
export async function lockStoreOrders(scope: Scope, storeId: string): Promise<void> {
	await takeLock(scope, storeOrdersLock(storeId));
}

export interface KnownOrder {
	orderId: string;
	updatedAt: string;
	digest: Buffer;
	state: string;
	rawStatus: string;
	/** What hung on it was deleted when its store was disconnected. */
	forgotten: boolean;
}

/** What we hold of the named orders of a store, by their external id. */
export async function probeOrders(scope: Scope, storeId: string, externalIds: readonly string[]): Promise<Map<string, KnownOrder>> {
	const result = await scope.client.query<{
		order_id: string;
		external_id: string;
		ext_updated_at: string;
		digest: Buffer;
		state: string;
		raw_status: string;
		forgotten: boolean;
	}>(
		`select o.order_id, o.external_id, o.ext_updated_at, o.digest, o.state, o.raw_status,
				coalesce(o.changed_at <= (select forgotten_at from store where workspace_id = $1 and store_id = $2), false) as forgotten
			from unnest($3::text[]) as x(external_id)
			join orders o on o.workspace_id = $1 and o.store_id = $2 and o.external_id = x.external_id`,
		[scope.workspaceId, storeId, externalIds],
	);
	return new Map(
		result.rows.map((r) => [
			r.external_id,
			{
				orderId: r.order_id,
				updatedAt: r.ext_updated_at,
				digest: r.digest,
				state: r.state,
				rawStatus: r.raw_status,
				forgotten: r.forgotten,
			},
		]),
	);
}

/** One page's worth of order writes, already sorted into what is new, what changed and what is older news. */
export interface OrderBatch {
	added: OrderWrite[];
	changed: OrderWrite[];
	/** Older than what we hold: only parcels and returns we have not seen are taken, and no parcels where the newer version has them all. */
	older: OrderWrite[];
	history: HistoryWrite[];
	buyers: BuyerWrite[];
	/** From how many rows on COPY is used. */
	copyFromRows: number;
}

/**
 * Writes a batch. Lines are the newest version's; parcels and returns are merged, so a later answer that leaves one out erases nothing,
 * unless it says that its parcels are all there are;
 * fees are replaced only by an answer that has fees, amounts only by one that tells amounts.
 * @returns ids of the older orders that brought a parcel or return we had not seen.
 */
export async function writeOrders(scope: Scope, batch: OrderBatch): Promise<Set<string>> {
	const { added, older, copyFromRows } = batch;
	const changed = await withKnownAmounts(scope, batch.changed);
	if (changed.length === 0 && older.length === 0 && added.length < copyFromRows / 10) {
		await addNew(scope, batch);
		return new Set();
	}
	await addRows(scope, ORDERS, added, copyFromRows);
	await updateOrders(scope, changed);
	const newest = [...added, ...changed];
	if (changed.length > 0) await deleteOf(scope, 'order_line', changed);
	await addRows(scope, LINES, newest.flatMap(linesOf), copyFromRows);
	await addRows(scope, PARCELS, added.flatMap(parcelsOf), copyFromRows);
	await mergeRows(scope, PARCELS, changed.flatMap(parcelsOf), PARCEL_MERGE);
	await deleteReplacedParcels(scope, changed);
	await mergeRows(scope, RETURNS, newest.flatMap(returnsOf), RETURN_MERGE);
	const withFees = changed.filter((w) => w.order.fees.length > 0);
	if (withFees.length > 0) await deleteOf(scope, 'fee', withFees);
	await addRows(scope, FEES, newest.flatMap(feesOf), copyFromRows);
	if (newest.length === added.length && older.length === 0) {
		await addRows(scope, HISTORY, batch.history, copyFromRows);
		await addRows(scope, BUYERS, batch.buyers, copyFromRows);
	} else {
		await mergeRows(scope, HISTORY, batch.history, 'on conflict do nothing');
		const told = batch.buyers.filter((b) => !b.masked);
		const masked = batch.buyers.filter((b) => b.masked);
		await mergeRows(scope, BUYERS, told, BUYER_NEWS);
		await mergeRows(scope, BUYERS, masked, BUYER_MASKED);
	}
	const enriched = new Set([
		...(await mergeRows(scope, PARCELS, older.filter((w) => !w.order.parcelsComplete).flatMap(parcelsOf), PARCEL_MERGE)),
		...(await mergeRows(scope, RETURNS, older.flatMap(returnsOf), RETURN_MERGE)),
	]);
	if (enriched.size > 0) await touch(scope, [...enriched]);
	const touched = [...changed, ...older, ...added.filter((w) => w.order.returns.length > 0)];
	if (touched.length > 0)
		await countReturns(
			scope,
			touched.map((w) => w.orderId),
		);
	return enriched;
}

/** A few new orders, as a push brings them. */
async function addNew(scope: Scope, { added, history, buyers }: OrderBatch): Promise<void> {
	await addTogether(scope, [
		addition(ORDERS, added),
		addition(LINES, added.flatMap(linesOf)),
		addition(PARCELS, added.flatMap(parcelsOf)),
		addition(RETURNS, added.flatMap(returnsOf)),
		addition(FEES, added.flatMap(feesOf)),
		addition(HISTORY, history),
		addition(BUYERS, buyers),
	]);
	const returned = added.filter((w) => w.order.returns.length > 0).map((w) => w.orderId);
	if (returned.length > 0) await countReturns(scope, returned);
}

const PARCEL_MERGE = `on conflict (workspace_id, order_id, external_id) do update set
	carrier = coalesce(excluded.carrier, parcel.carrier),
	tracking_number = coalesce(excluded.tracking_number, parcel.tracking_number),
	state = excluded.state, raw_status = excluded.raw_status,
	shipped_at = coalesce(excluded.shipped_at, parcel.shipped_at),
	delivered_at = coalesce(excluded.delivered_at, parcel.delivered_at),
	lines = case when excluded.lines = '[]' then parcel.lines else excluded.lines end,
	ext_updated_at = excluded.ext_updated_at
	where parcel.ext_updated_at is null or parcel.ext_updated_at < excluded.ext_updated_at
		or (parcel.ext_updated_at = excluded.ext_updated_at
			and (parcel.carrier, parcel.tracking_number, parcel.state, parcel.raw_status, parcel.shipped_at, parcel.delivered_at)
				is distinct from (excluded.carrier, excluded.tracking_number, excluded.state, excluded.raw_status, excluded.shipped_at, excluded.delivered_at))`;

const RETURN_MERGE = `on conflict (workspace_id, order_id, external_id) do update set
	kind = excluded.kind, state = excluded.state, raw_status = excluded.raw_status,
	reason = coalesce(excluded.reason, order_return.reason), requested_by = excluded.requested_by,
	refund_minor = coalesce(excluded.refund_minor, order_return.refund_minor),
	refund_currency = coalesce(excluded.refund_currency, order_return.refund_currency),
	requested_at = coalesce(excluded.requested_at, order_return.requested_at),
	respond_by = excluded.respond_by, ext_updated_at = excluded.ext_updated_at,
	lines = case when excluded.lines = '[]' then order_return.lines else excluded.lines end
	where order_return.ext_updated_at is null or order_return.ext_updated_at < excluded.ext_updated_at
		or (order_return.ext_updated_at = excluded.ext_updated_at
			and (order_return.kind, order_return.state, order_return.raw_status, order_return.refund_minor, order_return.respond_by)
				is distinct from (excluded.kind, excluded.state, excluded.raw_status, excluded.refund_minor, excluded.respond_by))`;

const BUYER_NEWS = `on conflict (workspace_id, order_id) do update set
	sealed = excluded.sealed, purpose = excluded.purpose, dies_at = excluded.dies_at`;
// What the platform has masked since would overwrite what it told before; only the date moves.
const BUYER_MASKED = `on conflict (workspace_id, order_id) do update set dies_at = excluded.dies_at`;

/** Fees are replaced only by an answer that has fees, here as in their table; what is kept may be in another currency than the order by now. */
const KEPT_FEES = `coalesce(n.fee_minor, case when o.currency = n.currency then o.fee_minor else (
	select coalesce(sum(f.amount_minor) filter (where f.currency = n.currency), 0) from fee f
	where f.workspace_id = $1 and f.order_id = n.order_id having count(*) > 0) end)`;

async function updateOrders(scope: Scope, rows: OrderWrite[]): Promise<void> {
	if (rows.length === 0) return;
	const kept = new Set(['order_id', 'store_id', 'platform', 'external_id']);
	const news = (name: string): string => (name === 'fee_minor' ? KEPT_FEES : `n.${name}`);
	const set = ORDERS.columns.filter((c) => !kept.has(c.name)).map((c) => `${c.name} = ${news(c.name)}`);
	await scope.client.query(
		`with n as (select ${selectList(ORDERS)} from ${unnestOf(ORDERS, 2)})
			update orders o set ${set.join(', ')}, changed_at = now()
			from n where o.workspace_id = $1 and o.order_id = n.order_id and o.ext_updated_at <= n.ext_updated_at`,
		[scope.workspaceId, ...arraysOf(ORDERS, rows)],
	);
}

async function deleteOf(scope: Scope, table: 'order_line' | 'fee', rows: OrderWrite[]): Promise<void> {
	await scope.client.query(`delete from ${table} where workspace_id = $1 and order_id = any($2::uuid[])`, [
		scope.workspaceId,
		rows.map((w) => w.orderId),
	]);
}

async function deleteReplacedParcels(scope: Scope, rows: OrderWrite[]): Promise<void> {
	const whole = rows.filter((w) => w.order.parcelsComplete);
	if (whole.length === 0) return;
	const kept = whole.flatMap(parcelsOf);
	await scope.client.query(
		`delete from parcel p where p.workspace_id = $1 and p.order_id = any($2::uuid[])
			and not exists (select from unnest($3::uuid[], $4::text[]) as k(order_id, external_id)
				where k.order_id = p.order_id and k.external_id = p.external_id)`,
		[scope.workspaceId, whole.map((w) => w.orderId), kept.map((k) => k.orderId), kept.map((k) => k.item.externalId)],
	);
}

async function touch(scope: Scope, orderIds: string[]): Promise<void> {
	await sql`update orders set changed_at = now() where workspace_id = ${scope.workspaceId} and order_id = any(${orderIds}::uuid[])`.execute(
		scope.db,
	);
}

async function countReturns(scope: Scope, orderIds: string[]): Promise<void> {
	await scope.client.query(
		`with n as (
				select x.order_id, c.open, c.returned from unnest($2::uuid[]) as x(order_id) cross join lateral (
					select count(*) filter (where r.state in ('requested', 'accepted', 'inTransit')) as open,
						coalesce(bool_or(${IS_RETURN}), false) as returned
					from order_return r where r.workspace_id = $1 and r.order_id = x.order_id
				) c
			)
			update orders o set open_returns = n.open, returned = n.returned from n
			where o.workspace_id = $1 and o.order_id = n.order_id and (o.open_returns, o.returned) is distinct from (n.open, n.returned)`,
		[scope.workspaceId, orderIds],
	);
}

function linesOf(w: OrderWrite) {
	const { orderId, storeId } = w;
	return numbered(w.order.lines).map((item, position) => ({ orderId, storeId, position, item, currency: w.order.money.currency }));
}
function parcelsOf(w: OrderWrite) {
	return lastOfEach(w.order.parcels).map((item, position) => ({ orderId: w.orderId, position, item, updatedAt: w.order.updatedAt }));
}
function returnsOf(w: OrderWrite) {
	return lastOfEach(w.order.returns).map((item, position) => ({
		orderId: w.orderId,
		position,
		item,
		updatedAt: item.updatedAt ?? w.order.updatedAt,
	}));
}
function feesOf(w: OrderWrite): ChildWrite<OrderWrite['order']['fees'][number]>[] {
	return numbered(w.order.fees).map((item, position) => ({ orderId: w.orderId, position, item }));
}

// A platform that repeats an id within one order must not cost us the order: lines and fees are told apart by their place.
function numbered<T extends { externalId: string }>(items: readonly T[]): T[] {
	const seen = new Map<string, number>();
	return items.map((item) => {
		const times = (seen.get(item.externalId) ?? 0) + 1;
		seen.set(item.externalId, times);
		return times === 1 ? item : { ...item, externalId: `${item.externalId}#${times}` };
	});
}

function lastOfEach<T extends { externalId: string }>(items: readonly T[]): T[] {
	return [...new Map(items.map((item) => [item.externalId, item])).values()];
}

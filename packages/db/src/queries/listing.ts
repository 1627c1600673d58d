import type { Listing } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { dueStores } from './due-stores.ts';

/** The lock whose holder is the only writer of a store's listings. */
export function storeListingsLock(storeId: string): string {
	return `listings ${storeId}`;
}

/** A listing as it is written, with the keys under which its like are found. */
export interface ListingWrite {
	listingId: string;
	listing: Listing;
	digest: Buffer;
	keys: readonly string[];
}

/** How a listing is named inside its store. */
export function listingName({ externalListingId, externalVariantId }: Pick<Listing, 'externalListingId' | 'externalVariantId'>): string {
	return `${externalListingId}\n${externalVariantId}`;
}

export interface KnownListing {
	listingId: string;
	digest: Buffer;
	gone: boolean;
}

/** What we hold of the named products of a store, by {@link listingName}. */
export async function probeListings(
	scope: Scope,
	storeId: string,
	externalListingIds: readonly string[],
): Promise<Map<string, KnownListing>> {
	const { rows } = await scope.client.query<{ id: string; product: string; variant: string; digest: Buffer; gone: boolean }>(
		`select l.listing_id as id, l.external_listing_id as product, l.external_variant_id as variant, l.digest, l.gone_at is not null as gone
			from unnest($3::text[]) as x(id)
			join listing l on l.workspace_id = $1 and l.store_id = $2 and l.external_listing_id = x.id`,
		[scope.workspaceId, storeId, externalListingIds],
	);
	return new Map(
		rows.map((row) => [
			listingName({ externalListingId: row.product, externalVariantId: row.variant }),
			{ listingId: row.id, digest: row.digest, gone: row.gone },
		]),
	);
}

/** Writes listings that are new or changed; what was decided of a known one stays, and one that waits is looked at again. */
export async function writeListings(scope: Scope, storeId: string, writes: readonly ListingWrite[]): Promise<void> {
	if (writes.length === 0) return;
	const rows = writes.map(({ listingId, listing, digest }) => ({
		listing_id: listingId,
		external_listing_id: listing.externalListingId,
		external_variant_id: listing.externalVariantId,
		origin_key: listing.originKey,
		seller_sku: listing.sellerSku,
		gtins: listing.gtins,
		title: listing.title,
		variant: listing.variant,
		state: listing.state,
		raw_status: listing.rawStatus,
		issues: listing.issues,
		price_minor: listing.price === null ? null : String(listing.price.amountMinor),
		currency: listing.price?.currency ?? null,
		received_minor: listing.received == null ? null : String(listing.received.amountMinor),
		received_currency: listing.received?.currency ?? null,
		stock: listing.stock,
		image_url: listing.imageUrl,
		url: listing.url,
		ext_updated_at: listing.updatedAt,
		digest: `\\x${digest.toString('hex')}`,
	}));
	const told = MIRRORED.map(([name]) => name);
	await scope.client.query(
		`insert into listing as l (workspace_id, store_id, listing_id, external_listing_id, external_variant_id, ${told.join(', ')})
			select $1, $2, x.listing_id, x.external_listing_id, x.external_variant_id, ${told.map((name) => `x.${name}`).join(', ')}
			from jsonb_to_recordset($3::jsonb) as x(listing_id uuid, external_listing_id text, external_variant_id text,
				${MIRRORED.map(([name, type]) => `${name} ${type}`).join(', ')})
			on conflict (workspace_id, store_id, external_listing_id, external_variant_id) do update set
				${told.map((name) => `${name} = excluded.${name}`).join(', ')}, changed_at = now(), gone_at = null,
				pairing_state = case when l.pairing_state = 'waiting' then 'new' else l.pairing_state end
			where l.ext_updated_at is null or excluded.ext_updated_at is null or l.ext_updated_at <= excluded.ext_updated_at`,
		[scope.workspaceId, storeId, JSON.stringify(rows)],
	);
	const ids = writes.map(({ listingId }) => listingId);
	await scope.client.query('delete from listing_key where workspace_id = $1 and listing_id = any($2::uuid[])', [scope.workspaceId, ids]);
	const keyed = writes.flatMap(({ listingId, keys }) => keys.map((key) => [listingId, key] as const));
	await scope.client.query(
		`insert into listing_key (workspace_id, listing_id, key) select $1, x.id, x.key from unnest($2::uuid[], $3::text[]) as x(id, key)
			on conflict do nothing`,
		[scope.workspaceId, keyed.map(([id]) => id), keyed.map(([, key]) => key)],
	);
}

/** What the platform tells, and the types in which it is handed over. */
const MIRRORED = [
	['origin_key', 'text'],
	['seller_sku', 'text'],
	['gtins', 'text[]'],
	['title', 'text'],
	['variant', 'text'],
	['state', 'text'],
	['raw_status', 'text'],
	['issues', 'text[]'],
	['price_minor', 'bigint'],
	['currency', 'text'],
	['received_minor', 'bigint'],
	['received_currency', 'text'],
	['stock', 'integer'],
	['image_url', 'text'],
	['url', 'text'],
	['ext_updated_at', 'timestamptz'],
	['digest', 'bytea'],
] as const;

/** Marks what a walk over everything has not met. @returns how many. */
export async function markGone(scope: Scope, storeId: string, metProducts: ReadonlySet<string>, met: ReadonlySet<string>): Promise<number> {
	const { rows } = await scope.client.query<{ id: string; product: string; variant: string }>(
		`select listing_id as id, external_listing_id as product, external_variant_id as variant from listing
			where workspace_id = $1 and store_id = $2 and gone_at is null`,
		[scope.workspaceId, storeId],
	);
	const gone = rows.filter(
		// Of a product that could not be read nobody knows which variants it has.
		({ product, variant }) =>
			!met.has(listingName({ externalListingId: product, externalVariantId: variant })) && !metProducts.has(product),
	);
	if (gone.length === 0) return 0;
	await scope.client.query(
		'update listing set gone_at = now(), changed_at = now() where workspace_id = $1 and listing_id = any($2::uuid[])',
		[scope.workspaceId, gone.map(({ id }) => id)],
	);
	return gone.length;
}

/** Counts anew what each listing of a store sold in the last thirty days. @returns how many listings have another count */
export async function countSold(scope: Scope, storeId: string, now: string): Promise<number> {
	const began = performance.now();
	const { numAffectedRows } = await sql`
		with sold as (
			select l.external_listing_id, coalesce(l.external_variant_id, '') as external_variant_id,
				sum(greatest(0, l.quantity - l.quantity_cancelled))::integer as units
			from orders o join order_line l on l.workspace_id = o.workspace_id and l.order_id = o.order_id
			where o.workspace_id = ${scope.workspaceId} and o.store_id = ${storeId} and o.placed_at >= ${now}::timestamptz - interval '30 days'
				and o.state not in ('unpaid', 'cancelled') and not o.is_test and l.external_listing_id is not null
			group by 1, 2
		), due as (
			select g.listing_id, coalesce(s.units, 0) as units from listing g left join sold s
				on s.external_listing_id = g.external_listing_id and s.external_variant_id = g.external_variant_id
			where g.workspace_id = ${scope.workspaceId} and g.store_id = ${storeId} and g.sold_units <> coalesce(s.units, 0)
		)
		update listing g set sold_units = due.units from due
		where g.workspace_id = ${scope.workspaceId} and g.listing_id = due.listing_id`.execute(scope.db);
	await sql`
		update listing_read set sold_at = now(), sold_ms = ${Math.ceil(performance.now() - began)},
			sold_until = (select max(ext_updated_at) from orders where workspace_id = ${scope.workspaceId} and store_id = ${storeId})
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId}`.execute(scope.db);
	return Number(numAffectedRows ?? 0);
}

/** A count may take this part of the time, and comes at most once a minute. */
const SOLD_SHARE = 200;

/**
 * Stores whose orders have changed since their pieces were counted. Such a count reads the orders of thirty days, so how often it comes hangs on how long
 * the last one took.
 */
export async function dueSoldCounts(scope: Scope): Promise<string[]> {
	const rows = await prepared(
		scope,
		'due_sold_counts',
		sql<{ store_id: string }>`
		select r.store_id from listing_read r where r.workspace_id = ${scope.workspaceId} and r.state = 'read'
			and (r.sold_at is null or r.sold_at + greatest(interval '1 minute', ${SOLD_SHARE} * make_interval(secs => r.sold_ms / 1000.0)) <= now())
			and (select max(ext_updated_at) from orders o where o.workspace_id = r.workspace_id and o.store_id = r.store_id) is distinct from r.sold_until
		order by r.sold_at nulls first`,
	);
	return rows.map((row) => row.store_id);
}

export interface ListingRead {
	readUntil: string | null;
	wholeAt: string | null;
}

/** How far a store's listings are read. */
export async function listingRead(scope: Scope, storeId: string): Promise<ListingRead> {
	const row = await scope.db
		.selectFrom('listing_read')
		.select(['read_until', 'whole_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.executeTakeFirst();
	return { readUntil: row?.read_until ?? null, wholeAt: row?.whole_at ?? null };
}

/** Notes that a store's listings were asked for, and what came of it. */
export async function noteListingRead(
	scope: Scope,
	storeId: string,
	found: { state: 'read'; readUntil: string; whole: boolean; unreadable: number } | { state: 'scopeMissing' | 'waiting' },
): Promise<void> {
	const read = found.state === 'read' ? found : null;
	const whole = read?.whole === true ? read.readUntil : null;
	await sql`
		insert into listing_read as r (workspace_id, store_id, tried_at, state, read_until, whole_at, unreadable)
		values (${scope.workspaceId}, ${storeId}, now(), ${found.state}, ${read?.readUntil ?? null}, ${whole}, ${read?.unreadable ?? 0})
		on conflict (workspace_id, store_id) do update set tried_at = now(), state = excluded.state,
			read_until = coalesce(excluded.read_until, r.read_until), whole_at = coalesce(excluded.whole_at, r.whole_at),
			unreadable = case when excluded.whole_at is null then greatest(r.unreadable, excluded.unreadable) else excluded.unreadable end`.execute(
		scope.db,
	);
}

/** Stores of active grants whose listings have not been asked for since the rhythm of their platform. */
export async function dueListingReads(scope: Scope, seconds: ReadonlyMap<string, number>): Promise<string[]> {
	return await dueStores(scope, 'listing_read', seconds);
}

import { foldGtin, type PairingMatch } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** The lock whose holder alone decides which listing is which SKU: two that found one at once would make two of it. */
export function pairingLock(workspaceId: string): string {
	return `pairing ${workspaceId}`;
}

/** What pairing reads of a listing. */
export interface PairingRow {
	listingId: string;
	storeId: string;
	platform: string;
	/** Of the store's buyers, e.g. `pt-BR`. */
	language: string;
	externalListingId: string;
	externalVariantId: string;
	sellerSku: string | null;
	gtins: string[];
	title: string;
	variant: string | null;
	originKey: string | null;
	imageUrl: string | null;
	skuId: string | null;
	refused: string[];
}

const FACTS = `l.listing_id as "listingId", l.store_id as "storeId", s.platform, s.language, l.external_listing_id as "externalListingId",
	l.external_variant_id as "externalVariantId", l.seller_sku as "sellerSku", l.gtins, l.title, l.variant, l.origin_key as "originKey",
	l.image_url as "imageUrl", l.sku_id as "skuId", l.refused`;
const STORE = 'join store s on s.workspace_id = l.workspace_id and s.store_id = l.store_id';

/** Listings nobody has looked at yet, in the order of their ids. */
export async function listingsToPair(scope: Scope, after: string | null, limit: number): Promise<PairingRow[]> {
	const { rows } = await scope.client.query<PairingRow>(
		`select ${FACTS} from listing l ${STORE}
			where l.workspace_id = $1 and l.pairing_state = 'new' and l.gone_at is null and ($2::uuid is null or l.listing_id > $2)
			order by l.listing_id limit $3`,
		[scope.workspaceId, after, limit],
	);
	return rows;
}

/**
 * Paired listings of all SKUs that share a key with those to pair, or stand in one product with a SKU of their sisters. At most `members` of
 * each SKU; a key that more than `skus` share finds nobody.
 */
export async function pairingCandidates(
	scope: Scope,
	of: { keys: readonly string[]; products: readonly { storeId: string; externalListingId: string }[]; skus: number; members: number },
): Promise<PairingRow[]> {
	const { rows } = await scope.client.query<PairingRow>(
		`with keyed as materialized (
				select distinct k.key, l.sku_id from unnest($2::text[]) as x(key)
				join listing_key k on k.workspace_id = $1 and k.key = x.key
				join listing l on l.workspace_id = $1 and l.listing_id = k.listing_id
				where l.sku_id is not null
			), own as materialized (
				select distinct l.sku_id from unnest($3::uuid[], $4::text[]) as x(store_id, product)
				join listing l on l.workspace_id = $1 and l.store_id = x.store_id and l.external_listing_id = x.product
				where l.sku_id is not null
			), family as (
				select distinct f.sku_id from own join listing m on m.workspace_id = $1 and m.sku_id = own.sku_id
				join listing f on f.workspace_id = $1 and f.store_id = m.store_id and f.external_listing_id = m.external_listing_id
				where f.sku_id is not null
			), found as (
				select sku_id from keyed where key in (select key from keyed group by key having count(*) <= $5) union select sku_id from family
			)
			select l.* from found cross join lateral (
				select ${FACTS} from listing l ${STORE} where l.workspace_id = $1 and l.sku_id = found.sku_id order by l.listing_id limit $6
			) l`,
		[scope.workspaceId, of.keys, of.products.map((p) => p.storeId), of.products.map((p) => p.externalListingId), of.skus, of.members],
	);
	return rows;
}

export interface PairingDecision {
	pairingId: string;
	listingId: string;
	skuId: string;
	/** The member who decides; null: by itself. */
	by: string | null;
	confidence: number | null;
	reasons: readonly string[];
}

/** Pairs listings; pairings that held until now end and stay in the past. */
export async function pairListings(scope: Scope, decisions: readonly PairingDecision[]): Promise<void> {
	for (const { pairingId, listingId, skuId, by, confidence, reasons } of decisions) {
		await endPairing(scope, listingId, by);
		await scope.db
			.insertInto('pairing')
			.values({
				workspace_id: scope.workspaceId,
				pairing_id: pairingId,
				listing_id: listingId,
				sku_id: skuId,
				decided_by: by,
				confidence,
				reasons: [...reasons],
			})
			.execute();
		await sql`
			update listing set sku_id = ${skuId}, pairing_state = 'paired', proposals = '[]'
			where workspace_id = ${scope.workspaceId} and listing_id = ${listingId}`.execute(scope.db);
	}
}

/** Ends the pairing of a listing, which waits for a person from then on and is not proposed for the same SKU again. */
export async function unpairListing(scope: Scope, listingId: string, by: string): Promise<void> {
	await sql`
		update listing set refused = array_append(refused, sku_id), sku_id = null, pairing_state = 'waiting', proposals = '[]'
		where workspace_id = ${scope.workspaceId} and listing_id = ${listingId} and sku_id is not null`.execute(scope.db);
	await endPairing(scope, listingId, by);
}

async function endPairing(scope: Scope, listingId: string, by: string | null): Promise<void> {
	await sql`
		update pairing set ended_at = now(), ended_by = ${by}
		where workspace_id = ${scope.workspaceId} and listing_id = ${listingId} and ended_at is null`.execute(scope.db);
}

/** A person says that a listing is none of these SKUs. */
export async function refuseProposals(scope: Scope, listingId: string, skuIds: readonly string[]): Promise<void> {
	await sql`
		update listing set refused = refused || ${[...skuIds]}::uuid[],
			proposals = coalesce((select jsonb_agg(p) from jsonb_array_elements(proposals) p where not (p ->> 'skuId')::uuid = any(${[...skuIds]}::uuid[])), '[]')
		where workspace_id = ${scope.workspaceId} and listing_id = ${listingId}`.execute(scope.db);
}

/** Leaves a listing to a person, with what may fit. */
export async function proposePairing(scope: Scope, listingId: string, matches: readonly PairingMatch[]): Promise<void> {
	await sql`
		update listing set pairing_state = 'waiting', proposals = ${JSON.stringify(matches)}::jsonb
		where workspace_id = ${scope.workspaceId} and listing_id = ${listingId} and pairing_state <> 'paired'`.execute(scope.db);
}

/** Makes a SKU of what a listing says and pairs the two. */
export async function foundSku(scope: Scope, row: PairingRow, by: { skuId: string; pairingId: string; by: string | null }): Promise<void> {
	await scope.db
		.insertInto('sku')
		.values({
			workspace_id: scope.workspaceId,
			sku_id: by.skuId,
			code: row.sellerSku ?? `${row.externalListingId} ${row.externalVariantId}`.trim(),
			title: row.title,
			variant: row.variant,
			gtins: row.gtins.flatMap((gtin) => foldGtin(gtin) ?? []),
			image_url: row.imageUrl,
		})
		.execute();
	await pairListings(scope, [{ ...by, listingId: row.listingId, confidence: null, reasons: [] }]);
}

/** One listing inside the stores, locked; null when there is none. */
export async function listingToDecide(scope: Scope, storeScope: StoreScope, listingId: string): Promise<PairingRow | null> {
	const stores = storeScope === null ? '' : 'and l.store_id = any($3::uuid[])';
	const { rows } = await scope.client.query<PairingRow>(
		`select ${FACTS} from listing l ${STORE} where l.workspace_id = $1 and l.listing_id = $2 ${stores} for update of l`,
		[scope.workspaceId, listingId, ...(storeScope === null ? [] : [[...storeScope]])],
	);
	return rows[0] ?? null;
}

/** Whether there is such a SKU, with its code. */
export async function skuCode(scope: Scope, skuId: string): Promise<string | null> {
	const row = await scope.db
		.selectFrom('sku')
		.select('code')
		.where('workspace_id', '=', scope.workspaceId)
		.where('sku_id', '=', skuId)
		.executeTakeFirst();
	return row?.code ?? null;
}

/** How many listings wait for a person. */
export async function countWaiting(scope: Scope, storeScope: StoreScope): Promise<number> {
	const row = await scope.db
		.selectFrom('listing')
		.select((eb) => eb.fn.countAll<string>().as('n'))
		.where('workspace_id', '=', scope.workspaceId)
		.where('pairing_state', '=', 'waiting')
		.where('gone_at', 'is', null)
		.where(inStores('store_id', storeScope))
		.executeTakeFirst();
	return Number(row?.n ?? 0);
}

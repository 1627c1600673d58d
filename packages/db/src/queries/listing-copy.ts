import type { DraftGap, ListingDraft } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { CopyReason } from '../schema-copy.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** A draft of a SKU for a store, and what became of it. */
export interface CopyRow {
	copyId: string;
	storeId: string;
	state: string;
	draft: ListingDraft;
	code: string | null;
	reasons: CopyReason[];
	externalListingId: string | null;
	publishedAt: string | null;
}

/** Drafts of a SKU inside the stores. */
export async function copiesOfSku(scope: Scope, storeScope: StoreScope, skuId: string): Promise<CopyRow[]> {
	return await scope.db
		.selectFrom('listing_copy')
		.select([
			'copy_id as copyId',
			'store_id as storeId',
			'state',
			'draft',
			'code',
			'reasons',
			'external_listing_id as externalListingId',
			'published_at as publishedAt',
		])
		.where('workspace_id', '=', scope.workspaceId)
		.where('sku_id', '=', skuId)
		.where(inStores('store_id', storeScope))
		.execute();
}

/**
 * Keeps a draft; one that was published begins anew, as its listing may be gone.
 * @param copy.gaps what it lacks by the rules that were read last; null where none were
 * @returns its id; null while it is under way to the platform
 */
export async function saveCopy(
	scope: Scope,
	copy: { copyId: string; skuId: string; storeId: string; draft: ListingDraft; gaps: readonly DraftGap[] | null; by: string; at: string },
): Promise<string | null> {
	const { rows } = await sql<{ copy_id: string }>`
		insert into listing_copy as c (workspace_id, copy_id, sku_id, store_id, draft, gaps, written_by, written_at)
		values (${scope.workspaceId}, ${copy.copyId}, ${copy.skuId}, ${copy.storeId}, ${JSON.stringify(copy.draft)}::jsonb,
			${copy.gaps === null ? null : JSON.stringify(copy.gaps)}::jsonb, ${copy.by}, ${copy.at})
		on conflict (workspace_id, sku_id, store_id) do update set draft = excluded.draft, gaps = excluded.gaps, written_by = excluded.written_by, written_at = excluded.written_at,
			state = case when c.state = 'published' then 'draft' else c.state end,
			external_listing_id = case when c.state = 'published' then null else c.external_listing_id end
		where c.state not in ('queued', 'sending')
		returning c.copy_id`.execute(scope.db);
	return rows[0]?.copy_id ?? null;
}

/** Sends a draft on its way. @returns whether it was not under way before */
export async function queueCopy(scope: Scope, copyId: string, by: string): Promise<boolean> {
	const { rows } = await sql<{ copy_id: string }>`
		update listing_copy set state = 'queued', published_by = ${by}, code = null, reasons = '[]', attempts = 0
		where workspace_id = ${scope.workspaceId} and copy_id = ${copyId} and state not in ('queued', 'sending') returning copy_id`.execute(
		scope.db,
	);
	return rows.length > 0;
}

export interface CopyToPublish {
	skuId: string;
	storeId: string;
	draft: ListingDraft;
	attempts: number;
	/** When the draft got its present words. */
	writtenAt: string;
	attemptedAt: string | null;
	attemptedSku: string | null;
	externalListingId: string | null;
	publishedBy: string | null;
}

/** Takes a draft that waits, or one that a worker left behind. Null: there is nothing to do. */
export async function takeCopy(scope: Scope, copyId: string): Promise<CopyToPublish | null> {
	const { rows } = await sql<CopyToPublish>`
		update listing_copy set state = 'sending', attempts = attempts + 1
		where workspace_id = ${scope.workspaceId} and copy_id = ${copyId} and state in ('queued', 'sending')
		returning sku_id as "skuId", store_id as "storeId", draft, attempts, written_at as "writtenAt", attempted_at as "attemptedAt", attempted_sku as "attemptedSku",
			external_listing_id as "externalListingId", published_by as "publishedBy"`.execute(scope.db);
	return rows[0] ?? null;
}

/** Says, before a request that makes a listing, that it may have been made from now on. */
export async function markCopyAttempt(scope: Scope, copyId: string, at: string, sellerSku: string): Promise<void> {
	await scope.db
		.updateTable('listing_copy')
		.set({ attempted_at: at, attempted_sku: sellerSku })
		.where('workspace_id', '=', scope.workspaceId)
		.where('copy_id', '=', copyId)
		.execute();
}

/** The platform has it under this id, whatever comes next. */
export async function noteCopyMade(scope: Scope, copyId: string, externalListingId: string): Promise<void> {
	await scope.db
		.updateTable('listing_copy')
		.set({ external_listing_id: externalListingId })
		.where('workspace_id', '=', scope.workspaceId)
		.where('copy_id', '=', copyId)
		.execute();
}

export type CopyEnd =
	| { state: 'published'; at: string }
	/** The platform says no: nothing was made. */
	| { state: 'refused'; code: string; reasons: readonly CopyReason[] }
	/** It could not be handed over; `isUnknown`: perhaps it was, and the next try has to look. */
	| { state: 'failed'; code: string; isUnknown: boolean }
	/** This try surely handed nothing over, and it waits; `isUnknown`: a former one may have. */
	| { state: 'queued'; isUnknown: boolean };

/** @returns whether it was still under way */
export async function settleCopy(scope: Scope, copyId: string, end: CopyEnd): Promise<boolean> {
	const keepsAttempt = 'isUnknown' in end && end.isUnknown;
	const { rows } = await sql<{ copy_id: string }>`
		update listing_copy set state = ${end.state}, code = ${'code' in end ? end.code : null},
			reasons = ${JSON.stringify('reasons' in end ? end.reasons : [])}::jsonb,
			published_at = ${end.state === 'published' ? end.at : null},
			attempted_at = case when ${keepsAttempt} then attempted_at end, attempted_sku = case when ${keepsAttempt} then attempted_sku end
		where workspace_id = ${scope.workspaceId} and copy_id = ${copyId} and state = 'sending' returning copy_id`.execute(scope.db);
	// What the store asked of it has no more draft to judge.
	if (rows.length > 0 && end.state === 'published')
		await sql`delete from draft_rules r using listing_copy c where c.workspace_id = ${scope.workspaceId} and c.copy_id = ${copyId}
			and r.workspace_id = c.workspace_id and r.sku_id = c.sku_id and r.store_id = c.store_id`.execute(scope.db);
	return rows.length > 0;
}

/** The platform's id of a listing that was made here and is not on sale yet, as far as the mirror knows; null where there is nothing to wait for. */
export async function copyUnderReview(scope: Scope, copyId: string): Promise<string | null> {
	const { rows } = await sql<{ id: string }>`
		select c.external_listing_id as id from listing_copy c where c.workspace_id = ${scope.workspaceId} and c.copy_id = ${copyId}
			and c.state = 'published' and c.external_listing_id is not null and not exists (select from listing l
				where l.workspace_id = c.workspace_id and l.store_id = c.store_id and l.external_listing_id = c.external_listing_id and l.state <> 'draft')`.execute(
		scope.db,
	);
	return rows[0]?.id ?? null;
}

/** A store that could list a SKU, and what speaks against it. */
export interface CopyTarget {
	storeId: string;
	connectionId: string;
	platform: string;
	siteId: string;
	attributes: Record<string, string>;
	connectionState: string;
	writesStopped: boolean;
	/** Whether the mirror knows the store, so that an absent listing is absent. */
	isRead: boolean;
	listing: {
		listingId: string;
		externalListingId: string;
		state: string;
		rawStatus: string;
		issues: string[];
		stock: number | null;
	} | null;
}

/** Stores that are switched on, with the SKU's best listing where there is one. */
export async function copyTargets(scope: Scope, storeScope: StoreScope, skuId: string): Promise<CopyTarget[]> {
	const { rows } = await sql<CopyTarget>`
		select s.store_id as "storeId", s.connection_id as "connectionId", s.platform, s.site_id as "siteId", s.attributes, c.state as "connectionState",
			s.writes_stopped_at is not null or w.writes_stopped_at is not null as "writesStopped",
			coalesce(r.state = 'read', false) as "isRead",
			(select json_build_object('listingId', l.listing_id, 'externalListingId', l.external_listing_id, 'state', l.state, 'rawStatus', l.raw_status,
					'issues', l.issues, 'stock', l.stock)
				from listing l where l.workspace_id = s.workspace_id and l.store_id = s.store_id and l.sku_id = ${skuId} and l.gone_at is null
				order by l.state = 'live' desc, l.listing_id limit 1) as listing
		from store s join workspace w on w.workspace_id = s.workspace_id
			join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id
			left join listing_read r on r.workspace_id = s.workspace_id and r.store_id = s.store_id
		where s.workspace_id = ${scope.workspaceId} and s.enabled and c.state <> 'disconnected' and ${inStores('s.store_id', storeScope)}
		order by s.platform, s.store_id`.execute(scope.db);
	return rows;
}

export interface CopySourceRow {
	storeExternalId: string;
	siteId: string;
	attributes: Record<string, string>;
	externalListingId: string;
	externalVariantId: string;
}

/** Where the same grant has a SKU on sale already, best seller first. */
export async function copySources(scope: Scope, of: { skuId: string; storeId: string }): Promise<CopySourceRow[]> {
	const { rows } = await sql<CopySourceRow>`
		select o.external_id as "storeExternalId", o.site_id as "siteId", o.attributes, l.external_listing_id as "externalListingId", l.external_variant_id as "externalVariantId"
		from store s join store o on o.workspace_id = s.workspace_id and o.connection_id = s.connection_id and o.store_id <> s.store_id
			join listing l on l.workspace_id = o.workspace_id and l.store_id = o.store_id and l.sku_id = ${of.skuId} and l.gone_at is null and l.state = 'live'
		where s.workspace_id = ${scope.workspaceId} and s.store_id = ${of.storeId}
		order by l.sold_units desc, l.listing_id limit 20`.execute(scope.db);
	return rows;
}

/** Every number under which a SKU or one of its listings is known, unchecked. */
export async function gtinsOfSku(scope: Scope, skuId: string): Promise<string[]> {
	const { rows } = await sql<{ gtin: string }>`
		select unnest(gtins) as gtin from sku where workspace_id = ${scope.workspaceId} and sku_id = ${skuId}
		union select unnest(gtins) from listing where workspace_id = ${scope.workspaceId} and sku_id = ${skuId} and gone_at is null`.execute(
		scope.db,
	);
	return rows.map(({ gtin }) => gtin);
}

/** The listings of a product, one a variant. */
export async function variantsOf(scope: Scope, storeId: string, externalListingId: string) {
	return await scope.db
		.selectFrom('listing')
		.select(['listing_id as listingId', 'seller_sku as sellerSku', 'origin_key as originKey', 'pairing_state as pairingState'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('external_listing_id', '=', externalListingId)
		.orderBy('listing_id')
		.execute();
}

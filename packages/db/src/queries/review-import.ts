import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** What a name in a file is of a store. */
export interface ReviewProduct {
	/** Empty: the store lists nothing of the SKU. */
	externalListingId: string;
	/** Null: as the listing's, where all its variants are one. */
	skuId: string | null;
}

/**
 * What names of products mean: a listing of the store by the platform's number, one by the seller's SKU, or a SKU by its code. A name that is
 * nothing of these has no entry.
 */
export async function reviewProducts(scope: Scope, storeId: string, names: readonly string[]): Promise<Map<string, ReviewProduct>> {
	const { rows } = await sql<{ name: string; listing: string; sku: string | null }>`
		with mine as (
			select external_listing_id, seller_sku, sku_id, gone_at is not null as gone from listing
			where workspace_id = ${scope.workspaceId} and store_id = ${storeId}
		), found as (
			select x.name, external_listing_id as listing, null::uuid as sku, 1 as rank, gone
				from unnest(${[...names]}::text[]) as x(name) join mine on external_listing_id = x.name
			union all
			select x.name, external_listing_id, sku_id, 2, gone from unnest(${[...names]}::text[]) as x(name) join mine on seller_sku = x.name
			union all
			select x.name, coalesce(external_listing_id, ''), k.sku_id, 3, coalesce(gone, false) from unnest(${[...names]}::text[]) as x(name)
				join sku k on k.workspace_id = ${scope.workspaceId} and k.code = x.name left join mine on mine.sku_id = k.sku_id
		)
		select distinct on (name) name, listing, sku from found order by name, rank, gone, listing`.execute(scope.db);
	return new Map(rows.map(({ name, listing, sku }) => [name, { externalListingId: listing, skuId: sku }]));
}

/** Makes this transaction the only one that takes reviews of a store over or back, until it ends. */
export async function lockReviewImports(scope: Scope, storeId: string): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${`review import ${storeId}`}, 0))`.execute(scope.db);
}

/** A review as imports left it. */
export interface ImportedReview {
	reviewId: string;
	externalId: string;
	rating: number;
	writtenAt: string;
	digest: Buffer;
	sealed: Buffer | null;
	diesAt: string;
	importId: string | null;
	/** Whether a person said what it is about. */
	corrected: boolean;
}

const IMPORTED = sql`review_id as "reviewId", external_id as "externalId", rating, written_at as "writtenAt", digest, sealed, dies_at as "diesAt",
	import_id as "importId", themes_by is not null as corrected`;

/** What is known of reviews, by their ids. */
export async function knownReviews(scope: Scope, storeId: string, externalIds: readonly string[]): Promise<Map<string, ImportedReview>> {
	const { rows } = await sql<ImportedReview>`select ${IMPORTED} from review
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and external_id = any(${[...externalIds]}::text[])`.execute(
		scope.db,
	);
	return new Map(rows.map((row) => [row.externalId, row]));
}

/** Reviews of which an import said something that still stands. */
export async function reviewsOfImport(scope: Scope, storeId: string, importId: string): Promise<ImportedReview[]> {
	const { rows } = await sql<ImportedReview>`select ${IMPORTED} from review
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and import_id is not null
			and ${importId}::uuid = any(import_ids) for update`.execute(scope.db);
	return rows;
}

export interface ImportedWrite {
	reviewId: string;
	externalListingId: string;
	/** The SKU that the file names; null: that of the listing. */
	skuId: string | null;
	externalId: string;
	rating: number;
	writtenAt: string;
	/** Found by words; what a person said stays. */
	themes: string[];
	sealed: Buffer;
	digest: Buffer;
	diesAt: string;
}

/** Writes reviews that an import brings or says something else of. A review stays with the product under which it came first. */
export async function writeImportedReviews(
	scope: Scope,
	of: { storeId: string; importId: string; userId: string },
	writes: readonly ImportedWrite[],
): Promise<void> {
	if (writes.length === 0) return;
	const rows = writes.map(({ sealed, digest, ...write }) => ({
		...write,
		sealed: `\\x${sealed.toString('hex')}`,
		digest: `\\x${digest.toString('hex')}`,
	}));
	await scope.client.query(
		`insert into review as r (workspace_id, store_id, import_id, import_ids, review_id, external_listing_id, sku_id, linked_by, external_id, rating,
				written_at, themes, sealed, digest, dies_at)
			select $1, $2, $3::uuid, array[$3::uuid], x."reviewId", x."externalListingId", x."skuId", case when x."skuId" is not null then $4 end,
				x."externalId", x.rating, x."writtenAt", x.themes, x.sealed, x.digest, x."diesAt"
			from jsonb_to_recordset($5::jsonb) as x("reviewId" uuid, "externalListingId" text, "skuId" uuid, "externalId" text, rating integer,
				"writtenAt" timestamptz, themes text[], sealed bytea, digest bytea, "diesAt" timestamptz)
			on conflict (workspace_id, store_id, external_id) do update set rating = excluded.rating, written_at = excluded.written_at,
				themes = case when r.themes_by is null then excluded.themes else r.themes end, sealed = excluded.sealed, digest = excluded.digest,
				edited = true, changed_at = now(), dies_at = excluded.dies_at, import_id = excluded.import_id,
				import_ids = r.import_ids || excluded.import_id, settled_at = null, settled_by = null`,
		[scope.workspaceId, of.storeId, of.importId, of.userId, JSON.stringify(rows)],
	);
}

/** What a review says again once an import that said something of it is taken back. */
export interface RestoredReview {
	reviewId: string;
	rating: number;
	writtenAt: string;
	/** Null: what was found or said stays. */
	themes: string[] | null;
	sealed: Buffer;
	digest: Buffer;
	diesAt: string;
	importId: string | null;
	edited: boolean;
}

/** Takes what an import said from its reviews: some go, others say what was said before. */
export async function restoreReviews(
	scope: Scope,
	importId: string,
	{ gone, restored, faded }: { gone: readonly string[]; restored: readonly RestoredReview[]; faded: readonly string[] },
): Promise<void> {
	const ws = scope.workspaceId;
	await sql`delete from review where workspace_id = ${ws} and review_id = any(${[...gone]}::uuid[])`.execute(scope.db);
	for (const { reviewId, rating, writtenAt, themes, sealed, digest, diesAt, importId: now, edited } of restored)
		await sql`update review set rating = ${rating}, written_at = ${writtenAt}, themes = coalesce(${themes}::text[], themes), sealed = ${sealed},
			digest = ${digest}, dies_at = ${diesAt}, import_id = ${now}, import_ids = array_remove(import_ids, ${importId}::uuid), edited = ${edited},
			changed_at = now() where workspace_id = ${ws} and review_id = ${reviewId}`.execute(scope.db);
	await sql`update review set import_ids = array_remove(import_ids, ${importId}::uuid)
		where workspace_id = ${ws} and review_id = any(${[...faded]}::uuid[])`.execute(scope.db);
}

export interface NewReviewImport {
	importId: string;
	storeId: string;
	/** Null: pasted. */
	fileName: string | null;
	rightsBy: string;
	rightsGround: string;
	userId: string;
	at: string;
	fresh: number;
	changed: number;
}

export async function addReviewImport(scope: Scope, given: NewReviewImport): Promise<void> {
	await scope.db
		.insertInto('review_import')
		.values({
			workspace_id: scope.workspaceId,
			import_id: given.importId,
			store_id: given.storeId,
			file_name: given.fileName,
			rights_by: given.rightsBy,
			rights_ground: given.rightsGround,
			user_id: given.userId,
			imported_at: given.at,
			fresh: given.fresh,
			changed: given.changed,
		})
		.execute();
}

/** Imports of the stores, newest first, with who imported and who took back. */
export async function reviewImports(scope: Scope, storeScope: StoreScope, limit: number) {
	return await scope.db
		.selectFrom('review_import as i')
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 'i.workspace_id').onRef('m.user_id', '=', 'i.user_id'))
		.leftJoin('member as b', (join) => join.onRef('b.workspace_id', '=', 'i.workspace_id').onRef('b.user_id', '=', 'i.taken_back_by'))
		.select([
			'i.import_id',
			'i.store_id',
			'i.file_name',
			'i.rights_by',
			'i.rights_ground',
			'i.imported_at',
			'i.fresh',
			'i.changed',
			'i.taken_back_at',
			'm.name as by',
			'b.name as taken_back_by',
		])
		.where('i.workspace_id', '=', scope.workspaceId)
		.where(inStores('i.store_id', storeScope))
		.orderBy('i.imported_at', 'desc')
		.orderBy('i.import_id', 'desc')
		.limit(limit)
		.execute();
}

/** An import that stands, of a store that a member may see, locked for being taken back. */
export async function reviewImportToTakeBack(scope: Scope, storeScope: StoreScope, importId: string) {
	return await scope.db
		.selectFrom('review_import as i')
		.innerJoin('store as s', (join) => join.onRef('s.workspace_id', '=', 'i.workspace_id').onRef('s.store_id', '=', 'i.store_id'))
		.select(['i.store_id', 'i.file_name', 'i.rights_by', 'i.rights_ground', 's.language'])
		.where('i.workspace_id', '=', scope.workspaceId)
		.where('i.import_id', '=', importId)
		.where('i.taken_back_at', 'is', null)
		.where(inStores('i.store_id', storeScope))
		.forUpdate('i')
		.executeTakeFirst();
}

export async function noteTakenBack(scope: Scope, importId: string, by: { userId: string; at: string }): Promise<void> {
	await scope.db
		.updateTable('review_import')
		.set({ taken_back_at: by.at, taken_back_by: by.userId })
		.where('workspace_id', '=', scope.workspaceId)
		.where('import_id', '=', importId)
		.execute();
}

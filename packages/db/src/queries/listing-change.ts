import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { CopyReason } from '../schema-copy.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** A title, a price or a stock that is to be another. */
export interface NewListingChange {
	changeId: string;
	listingId: string;
	storeId: string;
	field: string;
	currency: string | null;
	/** The words of a title, minor units of a price, pieces of a stock. */
	was: string;
	shall: string;
	undoes: string | null;
}

/**
 * Keeps changes of one batch. Asked for twice they are one; what is under way for the same listing and field stands in the way of another.
 * @returns the ids of those that are new
 */
export async function addListingChanges(
	scope: Scope,
	batch: { batchId: string; by: string; at: string },
	changes: readonly NewListingChange[],
): Promise<string[]> {
	if (changes.length === 0) return [];
	const { rows } = await sql<{ change_id: string }>`
		insert into listing_change (workspace_id, change_id, batch_id, listing_id, store_id, field, currency, was, shall, undoes, made_by, made_at)
		select ${scope.workspaceId}, x."changeId", ${batch.batchId}, x."listingId", x."storeId", x.field, x.currency, x.was, x.shall, x.undoes,
			${batch.by}, ${batch.at}
		from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as x("changeId" uuid, "listingId" uuid, "storeId" uuid, field text, currency text,
			was text, shall text, undoes uuid)
		on conflict do nothing returning change_id`.execute(scope.db);
	return rows.map((row) => row.change_id);
}

export interface ChangeToSend {
	changeId: string;
	listingId: string;
	externalListingId: string;
	externalVariantId: string;
	sellerSku: string | null;
	/** `accepted`: the platform took it, and it is only looked for. */
	state: string;
	field: string;
	currency: string | null;
	was: string;
	shall: string;
	attempts: number;
	looks: number;
	undoes: string | null;
}

/** Takes what waits of a batch in a store, what a worker left behind, and what was accepted and is not shown yet. */
export async function takeListingChanges(scope: Scope, of: { batchId: string; storeId: string }): Promise<ChangeToSend[]> {
	const { rows } = await sql<ChangeToSend>`
		update listing_change c set state = case when c.state = 'accepted' then 'accepted' else 'sending' end,
			attempts = c.attempts + case when c.state = 'accepted' then 0 else 1 end
		from listing l
		where c.workspace_id = ${scope.workspaceId} and c.batch_id = ${of.batchId} and c.store_id = ${of.storeId}
			and c.state in ('queued', 'sending', 'accepted') and l.workspace_id = c.workspace_id and l.listing_id = c.listing_id
		returning c.change_id as "changeId", c.listing_id as "listingId", l.external_listing_id as "externalListingId",
			l.external_variant_id as "externalVariantId", l.seller_sku as "sellerSku", c.state, c.field, c.currency, c.was, c.shall,
			c.attempts, c.looks, c.undoes`.execute(scope.db);
	return rows.toSorted((a, b) => (a.externalListingId < b.externalListingId ? -1 : a.externalListingId > b.externalListingId ? 1 : 0));
}

export type ChangeEnd =
	| { state: 'queued' | 'applied' }
	/** `looked`: once more, and not to be seen. */
	| { state: 'accepted'; looked: boolean }
	| { state: 'refused' | 'failed'; code: string; reasons: readonly CopyReason[] };

/** Settles a change; one that took another back marks that as undone. */
export async function settleListingChange(scope: Scope, changeId: string, end: ChangeEnd, at: string): Promise<void> {
	const isOver = end.state !== 'queued' && end.state !== 'accepted';
	await sql`
		with settled as (
			update listing_change set state = ${end.state}, code = ${'code' in end ? end.code : null},
				reasons = ${JSON.stringify('reasons' in end ? end.reasons : [])}::jsonb,
				looks = looks + ${end.state === 'accepted' && end.looked ? 1 : 0}, settled_at = ${isOver ? at : null}
			where workspace_id = ${scope.workspaceId} and change_id = ${changeId} and state in ('queued', 'sending', 'accepted')
			returning undoes
		)
		update listing_change set state = 'undone'
		where workspace_id = ${scope.workspaceId} and state = 'applied' and ${end.state} = 'applied'
			and change_id = (select undoes from settled)`.execute(scope.db);
}

/** A change with what is known of its listing. */
export interface ListingChangeRow {
	changeId: string;
	listingId: string;
	storeId: string;
	title: string;
	variant: string | null;
	sellerSku: string | null;
	field: string;
	currency: string | null;
	was: string;
	shall: string;
	state: string;
	code: string | null;
	reasons: CopyReason[];
	undoes: string | null;
}

/** The changes of a batch inside the stores. */
export async function listingChangesOf(scope: Scope, storeScope: StoreScope, batchId: string): Promise<ListingChangeRow[]> {
	const { rows } = await sql<ListingChangeRow>`
		select c.change_id as "changeId", c.listing_id as "listingId", c.store_id as "storeId", l.title, l.variant, l.seller_sku as "sellerSku",
			c.field, c.currency, c.was, c.shall, c.state, c.code, c.reasons, c.undoes
		from listing_change c join listing l on l.workspace_id = c.workspace_id and l.listing_id = c.listing_id
		where c.workspace_id = ${scope.workspaceId} and c.batch_id = ${batchId} and ${inStores('c.store_id', storeScope)}
		order by l.sold_units desc, l.listing_id, c.field`.execute(scope.db);
	return rows;
}

export interface ChangeBatchRow {
	batchId: string;
	madeBy: string;
	madeAt: string;
	stores: number;
	isUndo: boolean;
	/** How many changes are in which state. */
	states: Record<string, number>;
}

/** What was changed last inside the stores, newest first. */
export async function recentChangeBatches(scope: Scope, storeScope: StoreScope, limit: number): Promise<ChangeBatchRow[]> {
	const { rows } = await sql<ChangeBatchRow>`
		with counted as (
			select c.batch_id, c.state, count(*) as changes from listing_change c
			where c.workspace_id = ${scope.workspaceId} and ${inStores('c.store_id', storeScope)} group by c.batch_id, c.state
		), batches as (
			select c.batch_id, min(c.made_by) as made_by, min(c.made_at) as made_at, count(distinct c.store_id)::integer as stores,
				bool_or(c.undoes is not null) as is_undo
			from listing_change c where c.workspace_id = ${scope.workspaceId} and ${inStores('c.store_id', storeScope)}
			group by c.batch_id order by min(c.made_at) desc limit ${limit}
		)
		select b.batch_id as "batchId", b.made_by as "madeBy", b.made_at as "madeAt", b.stores, b.is_undo as "isUndo",
			(select jsonb_object_agg(n.state, n.changes) from counted n where n.batch_id = b.batch_id) as states
		from batches b order by b.made_at desc, b.batch_id`.execute(scope.db);
	return rows;
}

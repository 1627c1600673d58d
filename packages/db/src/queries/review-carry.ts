import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { ofSku } from './review-read.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** A review with where it was written and by what right it is here. */
export interface ReviewToCarry {
	reviewId: string;
	storeId: string;
	platform: string;
	/** The store's id at its platform. */
	storeExternalId: string;
	externalId: string;
	rating: number;
	writtenAt: string;
	/** Null once its words are gone. */
	sealed: Buffer | null;
	/** Who said that the file's texts may be used, and on what ground; null where the platform itself shows the review. */
	rights: { by: string; ground: string } | null;
}

/** The newest reviews of a SKU that are of other stores than one, oldest of them first. */
export async function reviewsToCarry(
	scope: Scope,
	of: { stores: StoreScope; skuId: string; except: string; limit: number },
): Promise<ReviewToCarry[]> {
	const { rows } = await sql<ReviewToCarry>`
		select * from (
			select r.review_id as "reviewId", r.store_id as "storeId", s.platform, s.external_id as "storeExternalId", r.external_id as "externalId",
				r.rating, r.written_at as "writtenAt", r.sealed,
				case when r.import_id is not null then json_build_object('by', coalesce(i.rights_by, ''), 'ground', coalesce(i.rights_ground, '')) end as rights
			from review r join store s on s.workspace_id = r.workspace_id and s.store_id = r.store_id
			left join review_import i on i.workspace_id = r.workspace_id and i.import_id = r.import_id
			where r.workspace_id = ${scope.workspaceId} and r.store_id <> ${of.except} and ${inStores('r.store_id', of.stores)} and ${ofSku(scope, of.skuId)}
			order by r.written_at desc, r.review_id desc limit ${of.limit}
		) newest order by "writtenAt", "reviewId"`.execute(scope.db);
	return rows;
}

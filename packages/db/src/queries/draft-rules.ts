import type { DraftGap, DraftRules, ListingDraft } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';

interface Place {
	skuId: string;
	storeId: string;
}

/**
 * Keeps what a store asks now, and judges the saved draft of that category by it, where there is one.
 * @param judge what a draft lacks
 */
export async function keepDraftRules(
	scope: Scope,
	of: Place & { rules: DraftRules; at: string },
	judge: (draft: ListingDraft, rules: DraftRules) => DraftGap[],
): Promise<void> {
	const { skuId, storeId, rules, at } = of;
	const kept = { category_id: rules.categoryId, rules: JSON.stringify(rules), read_at: at };
	await scope.db
		.insertInto('draft_rules')
		.values({ workspace_id: scope.workspaceId, sku_id: skuId, store_id: storeId, ...kept })
		.onConflict((c) => c.columns(['workspace_id', 'sku_id', 'store_id']).doUpdateSet(kept))
		.execute();
	const { rows } = await sql<{ draft: ListingDraft }>`
		select draft from listing_copy where workspace_id = ${scope.workspaceId} and sku_id = ${skuId} and store_id = ${storeId}
			and draft->>'categoryId' = ${rules.categoryId} for update`.execute(scope.db);
	const [row] = rows;
	if (row) await keepGaps(scope, of, judge(row.draft, rules));
}

/** What the store asked last of a listing in a category; null where that was not read, or of another one. */
export async function draftRulesKept(scope: Scope, { skuId, storeId }: Place, categoryId: string | null): Promise<DraftRules | null> {
	if (categoryId === null) return null;
	const row = await scope.db
		.selectFrom('draft_rules')
		.select('rules')
		.where('workspace_id', '=', scope.workspaceId)
		.where('sku_id', '=', skuId)
		.where('store_id', '=', storeId)
		.where('category_id', '=', categoryId)
		.executeTakeFirst();
	return row?.rules ?? null;
}

async function keepGaps(scope: Scope, { skuId, storeId }: Place, gaps: readonly DraftGap[]): Promise<void> {
	await scope.db
		.updateTable('listing_copy')
		.set({ gaps: JSON.stringify(gaps) })
		.where('workspace_id', '=', scope.workspaceId)
		.where('sku_id', '=', skuId)
		.where('store_id', '=', storeId)
		.execute();
}

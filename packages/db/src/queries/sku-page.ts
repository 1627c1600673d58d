import type { Scope } from '../database.ts';
import { HOLDS, inStoresOf, LISTING_WORDS, SKU_WORDS, STANDINGS } from './sku-standing.ts';
import type { StoreScope } from './store-scope.ts';

/** A SKU with what its listings sold in thirty days, all stores of the scope together. */
export interface SkuRow {
	skuId: string;
	code: string;
	title: string;
	variant: string | null;
	imageUrl: string | null;
	sold: number;
	/** What it sold while it is missing, blocked or sold out in a store whose listings are read. */
	atStake: number;
}

export const SKU_VIEWS = ['gaps', 'all'] as const;
export type SkuView = (typeof SKU_VIEWS)[number];

interface Place {
	atStake: number;
	sold: number;
	skuId: string;
}

function readPlace(text: string | undefined): Place | null {
	const [, atStake, sold, skuId] = /^(\d{1,12})\.(\d{1,12})\.([0-9a-f-]{36})$/.exec(text ?? '') ?? [];
	return skuId === undefined ? null : { atStake: Math.min(Number(atStake), MOST), sold: Math.min(Number(sold), MOST), skuId };
}

/** Before all places. */
const MOST = 2_147_483_647;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

interface Asked {
	view: SkuView;
	stores: StoreScope;
	search?: string | undefined;
	after: string | undefined;
	limit: number;
}

/**
 * SKUs by what is at stake, then by what they sell. `gaps`: only those that sell somewhere and cannot be bought elsewhere. Searched are the words, codes and
 * numbers of SKUs and of their listings. What they come to is kept, altogether and by store.
 */
export async function skuPage(scope: Scope, asked: Asked): Promise<{ rows: SkuRow[]; next: string | null }> {
	const place = readPlace(asked.after);
	const { rows } = await scope.client.query<SkuRow>(
		`with ${STANDINGS}${asked.stores === null ? '' : asked.search === undefined ? inSome('$8::text is null') : FOUND_IN_SOME},
			read as (
				select count(*)::integer as stores from listing_read where workspace_id = $1 and state = 'read' and ($2::uuid[] is null or store_id = any($2))
			), ranked as (${asked.stores === null ? `${ranked('sku_standing', `and t.workspace_id = $1 and ${HOLDS}`)} union all ${ranked('fresh')}` : ranked('here')})
			select k.sku_id as "skuId", k.code, k.title, k.variant, k.image_url as "imageUrl", r.sold, r.at_stake as "atStake"
			from ranked r join sku k on k.workspace_id = $1 and k.sku_id = r.sku_id
			order by r.at_stake desc, r.sold desc, r.sku_id desc limit $7`,
		[
			scope.workspaceId,
			asked.stores === null ? null : [...asked.stores],
			asked.view,
			place?.atStake ?? MOST,
			place?.sold ?? MOST,
			place?.skuId ?? LAST_ID,
			asked.limit + 1,
			asked.search ?? null,
		],
	);
	const page = rows.slice(0, asked.limit);
	const last = page.at(-1);
	return { rows: page, next: rows.length > asked.limit && last ? `${last.atStake}.${last.sold}.${last.skuId}` : null };
}

/**
 * The first of those of a relation `t` behind the place, as many as the page wants: those with gaps in the order of what they sell, which is what is at
 * stake, then the others in the same order. Of `sku_standing` each is one walk along its index.
 */
function ranked(of: string, also = ''): string {
	const found = `${of === 'here' ? 'true' : `t.listings > 0 and ($8::text is null or strpos(t.words, lower($8)) > 0)`} ${also}`;
	const gap = `t.sold > 0 and t.open_stores < (select stores from read)`;
	return `(select t.sku_id, t.sold, t.sold as at_stake from ${of} t
			where ${found} and ${gap} and $4::integer > 0 and (t.sold, t.sku_id) < ($5::integer, $6::uuid) order by t.sold desc, t.sku_id desc limit $7)
		union all (select t.sku_id, t.sold, 0 from ${of} t
			where ${found} and $3 = 'all' and not (${gap}) and ($4::integer > 0 or (t.sold, t.sku_id) < ($5::integer, $6::uuid))
			order by t.sold desc, t.sku_id desc limit $7)`;
}

/** What SKUs come to in the stores of $2. */
function inSome(where: string): string {
	return `, here as materialized (
		select sku_id, sum(sold)::integer as sold, (count(*) filter (where open))::integer as open_stores
		from (${inStoresOf('sku_id, sold, open', `listings > 0 and ${where}`)}) t group by sku_id
	)`;
}

/** Of what is found among the words of all stores, that which the SKU itself or a listing in those of $2 says. */
const FOUND_IN_SOME = `, found as materialized (
		select t.sku_id from (select sku_id, words from sku_standing t where workspace_id = $1 and ${HOLDS} union all select sku_id, words from fresh) t
		join sku k on k.workspace_id = $1 and k.sku_id = t.sku_id
		where strpos(t.words, lower($8)) > 0 and (strpos(${SKU_WORDS}, lower($8)) > 0 or exists (
			select from listing l where l.workspace_id = $1 and l.sku_id = t.sku_id and l.store_id = any($2) and strpos(${LISTING_WORDS}, lower($8)) > 0))
	)${inSome('t.sku_id in (select sku_id from found)')}`;

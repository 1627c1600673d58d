import type { MasterData } from '@pangea/domain';
import type { Scope } from '../database.ts';
import type { StoreScope } from './store-scope.ts';

/** The lock whose holder alone changes codes of SKUs: two at once could give one code to two of them. */
export function skuCodeLock(workspaceId: string): string {
	return `sku codes ${workspaceId}`;
}

/** What is known of a SKU itself. */
export interface SkuMaster {
	skuId: string;
	data: MasterData;
	/** One more with each change; 1: as its first listing told it. */
	version: number;
	changedAt: string | null;
	/** The name of who changed it last; null where nobody did or they have left. */
	changedBy: string | null;
}

interface Row extends MasterData {
	skuId: string;
	version: number;
	changedAt: string | null;
	changedBy: string | null;
}

const COLUMNS = `k.sku_id as "skuId", k.version, k.changed_at as "changedAt", m.name as "changedBy", k.code, k.title, k.variant, k.image_url as image, k.gtins,
	k.brand, k.materials, k.hs_code as "hsCode", k.origin_country as origin, k.weight_grams as weight, k.length_mm as length, k.width_mm as width,
	k.height_mm as height, k.pack_pieces as pieces`;
const MEMBER = 'left join member m on m.workspace_id = k.workspace_id and m.user_id = k.changed_by';

function toMaster({ skuId, version, changedAt, changedBy, ...data }: Row): SkuMaster {
	return { skuId, version, changedAt, changedBy, data };
}

/** What is known of some SKUs. */
export async function skuMasters(scope: Scope, skuIds: readonly string[]): Promise<SkuMaster[]> {
	const { rows } = await scope.client.query<Row>(
		`select ${COLUMNS} from unnest($2::uuid[]) as x(sku_id) join sku k on k.workspace_id = $1 and k.sku_id = x.sku_id ${MEMBER}`,
		[scope.workspaceId, [...new Set(skuIds)]],
	);
	return rows.map(toMaster);
}

/** One SKU that a store of the scope lists or listed, locked; null when there is none. */
export async function skuToChange(scope: Scope, stores: StoreScope, skuId: string): Promise<SkuMaster | null> {
	const { rows } = await scope.client.query<Row>(
		`select ${COLUMNS} from sku k ${MEMBER} where k.workspace_id = $1 and k.sku_id = $2 and exists (
				select from listing l where l.workspace_id = $1 and l.sku_id = k.sku_id and ($3::uuid[] is null or l.store_id = any($3)))
			for update of k`,
		[scope.workspaceId, skuId, stores === null ? null : [...stores]],
	);
	const [row] = rows;
	return row ? toMaster(row) : null;
}

/** Whether another SKU has a code. */
export async function isCodeTaken(scope: Scope, code: string, skuId: string): Promise<boolean> {
	const row = await scope.db
		.selectFrom('sku')
		.select('sku_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('code', '=', code)
		.where('sku_id', '<>', skuId)
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

/** Writes what somebody says of a SKU that is locked. */
export async function saveMaster(scope: Scope, skuId: string, data: MasterData, by: { userId: string; at: string }): Promise<void> {
	await scope.db
		.updateTable('sku')
		.set((eb) => ({
			code: data.code,
			title: data.title,
			variant: data.variant,
			image_url: data.image,
			gtins: data.gtins,
			brand: data.brand,
			materials: data.materials,
			hs_code: data.hsCode,
			origin_country: data.origin,
			weight_grams: data.weight,
			length_mm: data.length,
			width_mm: data.width,
			height_mm: data.height,
			pack_pieces: data.pieces,
			version: eb('version', '+', 1),
			changed_at: by.at,
			changed_by: by.userId,
		}))
		.where('workspace_id', '=', scope.workspaceId)
		.where('sku_id', '=', skuId)
		.execute();
}

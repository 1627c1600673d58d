import { type Readiness, readinessOf } from '@pangea/domain';
import { useQueries } from '@tanstack/react-query';
import { trpc } from '../../trpc.ts';

/** How ready a SKU is for a store; null where that is not known (yet). */
export type ReadinessIn = (skuId: string, storeId: string) => Readiness | null;

/** Asks once for each page of SKUs; the score of a cell is put together when the cell is looked at. */
export function useReadiness(pages: readonly (readonly string[])[]): ReadinessIn {
	const told = useQueries({
		queries: pages.map((skuIds) => ({ ...trpc.catalogue.readiness.queryOptions({ skuIds: [...skuIds] }), staleTime: 60_000 })),
		combine: (results) => results.flatMap(({ data }) => data ?? []),
	});
	const skus = new Map(told.flatMap((page) => page.skus.map((sku) => [sku.skuId, sku] as const)));
	const stores = new Map(told.flatMap((page) => page.stores.map((store) => [store.storeId, store] as const)));
	const placed = new Map(told.flatMap((page) => page.placed.map((one) => [`${one.skuId} ${one.storeId}`, one] as const)));
	return (skuId, storeId) => {
		const [sku, store] = [skus.get(skuId), stores.get(storeId)];
		return sku && store ? readinessOf(sku, store, placed.get(`${skuId} ${storeId}`) ?? null) : null;
	};
}

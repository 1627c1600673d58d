import type { MostSold } from '@pangea/db';
import type { SkusView } from './shapes.ts';

/** Pieces by site instead of by store. Pure. @param siteOf key of a store's site; stores that are not in it are those that were taken off */
export function tellSkus({ rows, skus, units, unnamed }: MostSold, siteOf: ReadonlyMap<string, string>): SkusView {
	const ofSite = new Map<string, bigint>();
	const add = (sums: Map<string, bigint>, key: string, by: bigint): void => void sums.set(key, (sums.get(key) ?? 0n) + by);
	const told = rows.map((row) => {
		const sites = new Map<string, bigint>();
		for (const [store, pieces] of row.units) {
			const site = siteOf.get(store) ?? '';
			add(sites, site, pieces);
			add(ofSite, site, pieces);
		}
		return {
			sellerSku: row.sellerSku,
			title: row.title,
			units: [...row.units.values()].reduce((sum, pieces) => sum + pieces, 0n).toString(),
			sites: Object.fromEntries([...sites].map(([site, pieces]) => [site, pieces.toString()])),
		};
	});
	const most = [...ofSite].toSorted(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1));
	return { rows: told, sites: most.map(([site]) => site), skus, units: units.toString(), unnamed: unnamed.toString() };
}

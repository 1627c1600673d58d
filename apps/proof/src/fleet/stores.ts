import type { StoreSeed } from '@pangea/simulator';
import { fortyStores } from '../faults/stores.ts';

/** Markets of the forty stores, to be opened again under further accounts. */
const SHOPS = ['tiktok-us', 'tiktok-gb', 'tiktok-mx', 'tiktok-th', 'tiktok-de', 'tiktok-jp', 'tiktok-br'];
const MALLS = ['temu-us-local', 'temu-de', 'temu-gb', 'temu-ca', 'temu-mx', 'temu-br', 'temu-jp', 'temu-us', 'temu-de-2', 'temu-mx-2'];
/** Shops of one account of TikTok Shop. */
const SHOPS_OF_ONE = 5;

/**
 * So many stores under so many connections, as a seller with many brands has them: Amazon's three regions and Mercado Libre's accounts once,
 * then malls of Temu with a token each and accounts of TikTok Shop with five shops each.
 * @throws RangeError when the numbers do not come out.
 */
export function fleet(stores: number, connections: number): StoreSeed[] {
	const fixed = fortyStores.filter((one) => one.platform === 'amazon' || one.platform === 'mercado-libre');
	const accounts = new Set(fixed.map((one) => `${one.platform} ${one.account}`)).size;
	// s shops and m malls: s + m stores, s / 5 + m connections.
	const left = stores - fixed.length;
	const shops = Math.ceil(((left - (connections - accounts)) * SHOPS_OF_ONE) / (SHOPS_OF_ONE - 1));
	const malls = left - shops;
	if (shops < 0 || malls < 0 || Math.ceil(shops / SHOPS_OF_ONE) + malls + accounts !== connections)
		throw new RangeError(`There is no fleet of ${stores} stores over ${connections} connections`);
	const again = (of: readonly string[], i: number): StoreSeed => {
		const seed = fortyStores.find((one) => one.id === of[i % of.length]);
		if (seed === undefined) throw new RangeError(`No store ${of[i % of.length]}`);
		return seed;
	};
	return [
		...fixed,
		...Array.from({ length: malls }, (_, i): StoreSeed => ({ ...again(MALLS, i), id: `mall-${i + 1}`, account: `mall-${i + 1}` })),
		...Array.from({ length: shops }, (_, i): StoreSeed => {
			const account = `brand-${Math.floor(i / SHOPS_OF_ONE) + 1}`;
			return { ...again(SHOPS, i), id: `shop-${i + 1}`, account };
		}),
	].map((seed, i) => ({ ...seed, number: i + 1, weight: 1 }));
}

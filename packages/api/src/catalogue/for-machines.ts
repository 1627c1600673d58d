import { listingReads, listingsOfSku, type PairedListing, skuMasters } from '@pangea/db';
import { averageOf, LISTING_STATES, readAsMachine, type MachineFacts, writeJsonLd } from '@pangea/domain';
import { untoldBy } from '@pangea/platform-contract';
import { adapterOf } from '../adapter.ts';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';
import type { MachineReadingView } from './shapes.ts';

type Store = Awaited<ReturnType<typeof listingReads>>[number];

/** Each listing of a SKU as a machine that compares offers reads it. @throws notFound */
export async function forMachines(member: Member, skuId: string): Promise<MachineReadingView[]> {
	return await member.scoped(async (scope) => {
		const stores = new Map((await listingReads(scope, member.storeScope)).map((store) => [store.storeId, store]));
		const listings = (await listingsOfSku(scope, member.storeScope, skuId)).filter(({ gone }) => !gone);
		if (listings.length === 0) throw problem('notFound');
		const [master] = await skuMasters(scope, [skuId]);
		return listings.flatMap((listing) => {
			const store = stores.get(listing.storeId);
			return store ? [toOffer(member, listing, store, master?.data ?? null)] : [];
		});
	});
}

function toOffer(member: Member, listing: PairedListing, store: Store, own: MachineFacts['own']): MachineReadingView {
	const adapter = adapterOf(member, store.platform);
	const { average, ratings } = averageOf(listing.stars);
	const { fields, told, of, ours, product } = readAsMachine({
		...listing,
		state: LISTING_STATES.find((one) => one === listing.state) ?? 'unknown',
		price:
			member.sees('revenue') && listing.priceMinor !== null && listing.currency !== null
				? { amountMinor: BigInt(listing.priceMinor), currency: listing.currency }
				: null,
		seller: store.name,
		country: store.country === 'XX' ? null : store.country,
		rating: average === null ? null : { average, ratings },
		untold: untoldBy(adapter),
		own,
		hidden: member.sees('revenue') ? [] : ['price'],
	});
	return { listingId: listing.listingId, fields, told, of, ours, jsonLd: writeJsonLd(product) };
}

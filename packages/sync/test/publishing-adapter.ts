import type { Listing } from '@pangea/domain';
import { type Listings, type Offers, type PlatformAdapter, PlatformError, type Publish } from '@pangea/platform-contract';
import { post, scriptedAdapter } from './scripted-platform.ts';

/** The scripted platform with listings that are made over HTTP, so that they outlive the process that asked for them. */
export function publishingAdapter(url: string): PlatformAdapter {
	const idIn = (body: Buffer) => (JSON.parse(body.toString()) as { id: string | null }).id;
	const publish: Publish = {
		searchLanguage: () => 'en',
		suggest: () => Promise.resolve([]),
		rules: () => Promise.reject(new PlatformError({ kind: 'notFound', userMessage: { code: 'notFoundAtPlatform' }, detail: 'scripted' })),
		find: async (context, { sellerSku }) => idIn((await post(context, '/find', { sellerSku })).body),
		create: async (context, { sellerSku }) => idIn((await post(context, '/make', { sellerSku }, { writes: true })).body) ?? '',
	};
	const listings: Listings = {
		async *pull() {},
		fetch: async (context, ids) => {
			const { stock } = JSON.parse((await post(context, '/stock', {})).body.toString()) as { stock: number };
			return {
				items: ids.map((id) => ({ ok: true as const, value: { ...listingOf(id), stock }, replies: [] })),
				replies: [],
				next: null,
				watermark: context.now().toISOString(),
				total: null,
			};
		},
	};
	const offers: Offers = {
		terms: () => ({
			title: null,
			titles: { least: 1, most: 60, of: 'product', reviewed: false },
			price: 'platformPrice',
			stock: null,
			pricing: 'paid',
		}),
		async change(context, _, changes) {
			for (const change of changes) if (change.field === 'stock') await post(context, '/stock', { stock: change.stock }, { writes: true });
			return changes.map(() => ({ state: 'accepted' }));
		},
	};
	return { ...scriptedAdapter({ url }), publish, listings, offers };
}

function listingOf(externalListingId: string): Listing {
	return {
		externalListingId,
		externalVariantId: '',
		originKey: null,
		sellerSku: 'LMP-1',
		gtins: [],
		title: 'Lamp',
		variant: null,
		state: 'live',
		rawStatus: 'active',
		issues: [],
		price: { amountMinor: 1250n, currency: 'MXN' },
		stock: 4,
		imageUrl: null,
		url: null,
		updatedAt: null,
	};
}

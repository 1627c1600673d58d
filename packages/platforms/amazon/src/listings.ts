import { type Listing, type ListingState, MoneyError, parseInstant, parseMoney, TimeError } from '@pangea/domain';
import {
	causeText,
	idText,
	jsonText,
	type Listings,
	type Outcome,
	type Page,
	pathStep,
	type RawReply,
	type StoreContext,
} from '@pangea/platform-contract';
import { call } from './client.ts';
import { describeIssues, misunderstood } from './errors.ts';
import { isRecord } from './json.ts';
import { type WireListing, wireListing, wireListings } from './wire-listings.ts';

/** Published (contract §13): items of a page, and names that one search takes. */
const A_PAGE = 20;

const ASIN = /^(B[0-9A-Z]{9}|\d{9}[\dX])$/;

/** Before a seller's own SKU, where a notification names no ASIN. */
export const SKU_REFERENCE = 'sku:';

/**
 * A search reaches a thousand items at most: it goes from the oldest on, and where its reach ends the next begins with the last one's time.
 * A product is an ASIN and its variants are the seller's SKUs on it, as order lines name them.
 */
export const listings: Listings = {
	async *pull(context, since) {
		for (let createdAfter: string | undefined; ; ) {
			let met = 0;
			let found = 0;
			let newest: string | null = null;
			for await (const page of searchAll(context, {
				sortBy: 'createdDate',
				sortOrder: 'ASC',
				createdAfter,
				lastUpdatedAfter: since ?? undefined,
			})) {
				met += page.rows;
				found = Math.max(found, page.found);
				newest = page.newest ?? newest;
				yield page.page;
			}
			if (met >= found) return;
			if (newest === null || newest === createdAfter)
				throw misunderstood('searchListingsItems', `${found} items and no time of the last one that was reached`);
			createdAfter = newest;
		}
	},

	async fetch(context, externalListingIds) {
		const skus = externalListingIds.flatMap((id) => (id.startsWith(SKU_REFERENCE) ? [id.slice(SKU_REFERENCE.length)] : []));
		const others = externalListingIds.filter((id) => !id.startsWith(SKU_REFERENCE));
		// An item that has no ASIN yet is known by its code.
		const asins = others.filter((id) => ASIN.test(id));
		const codes = [...skus, ...others.filter((id) => !ASIN.test(id))];
		const all: Page<Listing> = { items: [], replies: [], next: null, watermark: context.now().toISOString(), total: null };
		for (const [identifiersType, names] of [
			['ASIN', asins],
			['SKU', codes],
		] as const) {
			for (let start = 0; start < names.length; start += A_PAGE) {
				const identifiers = names.slice(start, start + A_PAGE).join(',');
				for await (const { page } of searchAll(context, { identifiersType, identifiers })) {
					all.items.push(...page.items.map((item) => ({ ...item, replies: item.replies.map((place) => place + all.replies.length) })));
					all.replies.push(...page.replies);
				}
			}
		}
		return all;
	},
};

interface Found {
	page: Page<Listing>;
	rows: number;
	/** How many the search states. */
	found: number;
	/** When the last item of the page was created. */
	newest: string | null;
}

async function* searchAll(context: StoreContext, query: Record<string, string | undefined>): AsyncGenerator<Found> {
	for (let token: string | undefined; ; ) {
		const { value, raw }: Awaited<ReturnType<typeof search>> = await search(context, query, token);
		const items = value.items.flatMap((item) => readItem(context, item));
		const next = value.pagination?.nextToken;
		if (next && next === token) throw misunderstood('searchListingsItems', 'the page names itself as the next one');
		const replies: RawReply[] = [raw];
		yield {
			page: { items, replies, next: next ?? null, watermark: context.now().toISOString(), total: value.numberOfResults },
			rows: value.items.length,
			found: value.numberOfResults,
			newest: createdOf(context, value.items.at(-1)),
		};
		if (!next) return;
		token = next;
	}
}

async function search(context: StoreContext, query: Record<string, string | undefined>, pageToken: string | undefined) {
	return await call(context, wireListings, {
		operation: 'searchListingsItems',
		path: `/listings/2021-08-01/items/${pathStep(context.grant().externalAccountId)}`,
		query: {
			marketplaceIds: context.store.siteId,
			includedData: 'summaries,issues,offers,fulfillmentAvailability',
			pageSize: String(A_PAGE),
			...query,
			pageToken,
		},
	});
}

function createdOf(context: StoreContext, item: unknown): string | null {
	const wire = wireListing.safeParse(item);
	return wire.success ? (summaryOf(wire.data, context.store.siteId)?.createdDate ?? null) : null;
}

function readItem(context: StoreContext, item: unknown): Outcome<Listing>[] {
	const externalId = isRecord(item) ? idText(item['sku']) : null;
	const damaged = (cause: string): Outcome<Listing> => ({ ok: false, externalId, cause, raw: jsonText(item), replies: [0] });
	const wire = wireListing.safeParse(item);
	if (!wire.success) return [damaged(describeIssues(wire.error))];
	try {
		const value = toListing(wire.data, { siteId: context.store.siteId, domain: context.store.attributes['domain'] ?? null });
		return value ? [{ ok: true, value, replies: [0] }] : [];
	} catch (error) {
		if (!(error instanceof MoneyError || error instanceof TimeError)) throw error;
		return [damaged(causeText(error.message))];
	}
}

function summaryOf(item: WireListing, siteId: string) {
	return (item.summaries ?? []).find(({ marketplaceId }) => marketplaceId === siteId);
}

/**
 * Pure. Null for an item that is not offered on the site.
 * @throws MoneyError, TimeError
 */
export function toListing(item: WireListing, { siteId, domain }: { siteId: string; domain: string | null }): Listing | null {
	const summary = summaryOf(item, siteId);
	if (!summary) return null;
	const hindrances = (item.issues ?? []).filter(
		({ severity, marketplaceIds, enforcements }) =>
			severity === 'ERROR' && (!marketplaceIds || marketplaceIds.includes(siteId)) && enforcements?.exemption?.status !== 'EXEMPT',
	);
	const counted = (item.fulfillmentAvailability ?? []).flatMap(({ quantity }) => quantity ?? []);
	const stock = counted.length > 0 ? counted.reduce((sum, quantity) => sum + quantity, 0) : null;
	const price = (item.offers ?? []).find(({ marketplaceId, offerType }) => marketplaceId === siteId && offerType === 'B2C')?.price;
	const asin = summary.asin || null;
	return {
		externalListingId: asin ?? item.sku,
		externalVariantId: item.sku,
		// One product has one ASIN on all sites.
		originKey: asin,
		sellerSku: item.sku,
		// The search tells no trade numbers.
		gtins: [],
		title: summary.itemName || item.sku,
		variant: null,
		state: stateOf(summary.status, hindrances.length > 0, stock),
		rawStatus: summary.status.join(' / ') || 'NONE',
		issues: [...new Set(hindrances.map(({ message }) => message))],
		price: price ? parseMoney(price.amount, price.currencyCode) : null,
		stock,
		imageUrl: summary.mainImage?.link ?? null,
		url: asin !== null && domain !== null ? `https://${domain}/dp/${asin}` : null,
		updatedAt: parseInstant(summary.lastUpdatedDate),
	};
}

/** An offer without stock is not buyable either: then it is sold out and nobody keeps it from sale. */
function stateOf(status: readonly string[], hindered: boolean, stock: number | null): ListingState {
	if (status.includes('BUYABLE')) return 'live';
	if (hindered) return 'blocked';
	return stock === 0 ? 'live' : 'inactive';
}

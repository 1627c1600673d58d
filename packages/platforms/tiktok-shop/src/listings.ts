import { instantFromSeconds, type Listing, type ListingState, parseMoney } from '@pangea/domain';
import {
	entryOf,
	type Json,
	type Listings,
	type Outcome,
	type Page,
	PlatformError,
	type RawReply,
	type StoreContext,
} from '@pangea/platform-contract';
import { call } from './client.ts';
import { rawRecord, rawReply } from './evidence.ts';
import { cipherOf } from './stores.ts';
import { explain } from './wire.ts';
import { ProductKey, ProductPage, WireProduct, type WireSku } from './wire-listings.ts';

const PRODUCTS_A_PAGE = 50;

/** The search names the products and the detail call has their numbers, pictures and origin, so each product of a page costs a call. */
export const listings: Listings = {
	async *pull(context, since) {
		// Inclusive on both sides, unlike orders (contract §8).
		const body: Json = since === null ? { status: 'ALL' } : { status: 'ALL', update_time_ge: Math.floor(Date.parse(since) / 1000) };
		let token: string | null = null;
		do {
			const { data, raw }: Awaited<ReturnType<typeof searchPage>> = await searchPage(context, body, token);
			const found = data.records.map((record) => ({ record, key: ProductKey.safeParse(record) }));
			const ids = found.flatMap(({ key }) => (key.success ? [key.data.id] : []));
			const page = await details(context, ids, [rawReply(context, 'products.search', raw)]);
			const read = new Set(page.items.map((item) => (item.ok ? item.value.externalListingId : item.externalId)));
			for (const id of ids)
				if (!read.has(id))
					page.items.push({ ok: false, externalId: id, cause: 'the search names it, its own call does not', raw: '{}', replies: [0] });
			for (const { record, key } of found)
				if (!key.success) page.items.push({ ok: false, externalId: null, cause: explain(key.error), raw: rawRecord(record), replies: [0] });
			token = data.token;
			yield { ...page, next: token, total: data.total };
		} while (token !== null);
	},

	fetch: async (context, externalListingIds) => await details(context, externalListingIds, []),
};

async function searchPage(context: StoreContext, body: Json, token: string | null) {
	return await call(
		context,
		{
			operation: 'products.search',
			method: 'POST',
			path: '/product/202502/products/search',
			query: { page_size: PRODUCTS_A_PAGE, page_token: token ?? undefined },
			cipher: cipherOf(context),
			body,
			idempotent: true,
		},
		ProductPage,
	);
}

async function details(context: StoreContext, ids: readonly string[], before: RawReply[]): Promise<Page<Listing>> {
	const replies = [...before];
	const items: Outcome<Listing>[] = [];
	for (const id of ids) {
		const answer = await detail(context, id);
		if (answer === null) continue;
		const place = replies.push(rawReply(context, 'products.detail', answer.raw)) - 1;
		const wire = WireProduct.safeParse(answer.data);
		if (!wire.success) {
			items.push({ ok: false, externalId: id, cause: explain(wire.error), raw: rawRecord(answer.data), replies: [place] });
			continue;
		}
		for (const sku of wire.data.skus) items.push(readSku(context, wire.data, sku, place));
	}
	return { items, replies, next: null, watermark: context.now().toISOString(), total: null };
}

/** Null for a product that is not, or no more, of this shop. */
async function detail(context: StoreContext, id: string) {
	try {
		return await call(
			context,
			{
				operation: 'products.detail',
				method: 'GET',
				path: `/product/202309/products/${encodeURIComponent(id)}`,
				cipher: cipherOf(context),
				idempotent: true,
			},
			ProductKey,
		);
	} catch (error) {
		// No code is published for it: an unknown number is a wrong parameter like others.
		if (error instanceof PlatformError && (error.kind === 'notFound' || error.kind === 'rejected')) return null;
		throw error;
	}
}

function readSku(context: StoreContext, product: WireProduct, sku: WireSku, reply: number): Outcome<Listing> {
	try {
		return { ok: true, value: toListing(product, sku, context.currency), replies: [reply] };
	} catch (error) {
		const cause = error instanceof Error ? error.message : String(error);
		return { ok: false, externalId: product.id, cause, raw: rawRecord({ ...product, skus: [sku] }), replies: [reply] };
	}
}

// DELETED is told for a while before it is told no more; the shop does not offer it.
const STATES: Readonly<Record<string, ListingState>> = {
	ACTIVATE: 'live',
	DRAFT: 'draft',
	PENDING: 'draft',
	FAILED: 'blocked',
	FREEZE: 'blocked',
	PLATFORM_DEACTIVATED: 'blocked',
	SELLER_DEACTIVATED: 'inactive',
	DELETED: 'inactive',
};

/** Pure. @throws Error for an amount that is none. */
export function toListing(product: WireProduct, sku: WireSku, storeCurrency: string): Listing {
	const amount = sku.price?.amount ?? sku.price?.sale_price ?? null;
	const off = sku.status_info?.status === 'DEACTIVATED';
	const state = entryOf(STATES, product.status) ?? 'unknown';
	const image = sku.sales_attributes.find((attribute) => attribute.sku_img)?.sku_img ?? product.main_images[0];
	const variant = sku.sales_attributes.flatMap(({ value_name: name }) => name ?? []).join(' / ');
	return {
		externalListingId: product.id,
		externalVariantId: sku.id,
		originKey: originOf(product, sku),
		sellerSku: sku.seller_sku,
		gtins: [...(sku.identifier_code?.code ? [sku.identifier_code.code] : []), ...sku.extra_identifier_codes],
		title: product.title,
		variant: variant === '' ? null : variant,
		state: off && state === 'live' ? 'inactive' : state,
		rawStatus: off ? `${product.status} / DEACTIVATED` : product.status,
		issues: [...new Set(product.audit_failed_reasons.flatMap(({ reasons }) => reasons))],
		price: amount === null ? null : parseMoney(amount, sku.price?.currency ?? storeCurrency),
		stock: sku.inventory ? sku.inventory.reduce((sum, { quantity }) => sum + quantity, 0) : null,
		imageUrl: image?.thumb_urls[0] ?? image?.urls[0] ?? null,
		// The platform tells no address of a product's page.
		url: null,
		updatedAt: product.update_time ? instantFromSeconds(product.update_time) : null,
	};
}

/** The SKU from which it was replicated, else the legacy global SKU; a source itself is known by its own number. */
function originOf(product: WireProduct, sku: WireSku): string {
	const source = sku.global_listing_policy?.replicate_source?.sku_id;
	const legacy = product.global_product_association?.sku_mappings.find(({ local_sku_id: local }) => local === sku.id)?.global_sku_id;
	return source ?? legacy ?? sku.id;
}

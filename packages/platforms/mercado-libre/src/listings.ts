import { type Listing, type ListingState, MoneyError, parseInstant, TimeError } from '@pangea/domain';
import {
	entryOf,
	type Json,
	jsonText,
	type Listings,
	type Outcome,
	type Page,
	pathStep,
	PlatformError,
	type RawReply,
	type StoreContext,
} from '@pangea/platform-contract';
import { mapInFlight, read, readOptional } from './client.ts';
import { idOf, isObject } from './documents.ts';
import { describeIssues, notUnderstood, understand } from './errors.ts';
import { GLOBAL_SELLING } from './manifest.ts';
import { moneyOrNull } from './money.ts';
import { isGlobalSelling } from './stores.ts';
import {
	wireChildren,
	wireInfractions,
	wireItemIds,
	wireItemRow,
	type WireListing,
	wireListing,
	type WireVariation,
} from './wire-listings.ts';

/** Both published (contract §3.3, §6.1). */
const IDS_A_PAGE = 100;
const ITEMS_A_CALL = 20;
const INFRACTIONS_A_PAGE = 20;
/** The newest refusals of an account are looked through this far. */
const MOST_INFRACTIONS = 200;

/** Why items are kept from sale, by the item's id. */
type Refusals = () => Promise<ReadonlyMap<string, readonly string[]>>;

/** Ids come from the scan, which reaches further than pages by offset, and the items themselves twenty a call. */
export const listings: Listings = {
	async *pull(context) {
		const refusals = refusalsOf(context);
		for await (const { ids, reply } of itemIds(context)) yield await details(context, ids, reply, refusals);
	},

	fetch: async (context, externalListingIds) =>
		await details(context, await ownItems(context, externalListingIds), [], refusalsOf(context)),
};

/** Of what a notification names: the items of the store's site, and those made from items of the account. */
async function ownItems(context: StoreContext, ids: readonly string[]): Promise<string[]> {
	const own = ids.filter((id) => id.startsWith(context.store.siteId));
	const parents = isGlobalSelling(context) ? ids.filter((id) => id.startsWith(GLOBAL_SELLING)) : [];
	return [...new Set([...own, ...(await childrenOf(context, parents))])];
}

interface IdPage {
	ids: string[];
	reply: RawReply[];
}

async function* itemIds(context: StoreContext): AsyncGenerator<IdPage> {
	if (!isGlobalSelling(context)) return yield* scan(context, context.store.externalId);
	let begun = false;
	try {
		for await (const page of scan(context, context.store.externalId)) {
			begun = true;
			yield page;
		}
	} catch (error) {
		// Whether an account's token may ask for the items of its marketplace user is not published (contract §6.1); the other way is.
		if (begun || !isRefusal(error)) throw error;
		yield* throughParents(context);
	}
}

/** All ids of a user, a hundred a page. A scroll lives five minutes; one that ended ends the walk. */
async function* scan(context: StoreContext, user: string): AsyncGenerator<IdPage> {
	for (let scroll: string | null = null; ; ) {
		const { json, raw }: Awaited<ReturnType<typeof read>> = await read(context, {
			operation: 'items.search',
			path: `/users/${pathStep(user)}/items/search`,
			query: { search_type: 'scan', limit: String(IDS_A_PAGE), ...(scroll === null ? {} : { scroll_id: scroll }) },
		});
		const page = understand('items.search', wireItemIds, json);
		if (page.results.length === 0) return;
		yield { ids: page.results, reply: [raw] };
		if (!page.scroll_id) return;
		scroll = page.scroll_id;
	}
}

/** The account's own items name those of the sites. */
async function* throughParents(context: StoreContext): AsyncGenerator<IdPage> {
	for await (const { ids, reply } of scan(context, context.store.attributes['globalUserId'] ?? context.store.externalId)) {
		yield { ids: await childrenOf(context, ids), reply };
	}
}

/** The store's items that were made from items of its account. */
export async function childrenOf(context: StoreContext, parents: readonly string[]): Promise<string[]> {
	const families = await mapInFlight(parents, async (id) => {
		const found = await readOptional(context, { operation: 'items.read', path: `/items/${pathStep(id)}/marketplace_items` }, ['notFound']);
		return found ? (understand('items.read', wireChildren, found.json).marketplace_items ?? []) : [];
	});
	return families.flat().flatMap((child) => (child.user_id === context.store.externalId ? [child.item_id] : []));
}

async function details(context: StoreContext, ids: readonly string[], before: RawReply[], refusals: Refusals): Promise<Page<Listing>> {
	const replies = [...before];
	const items: Outcome<Listing>[] = [];
	for (let start = 0; start < ids.length; start += ITEMS_A_CALL) {
		for (const { id, json, raw } of await itemsNow(context, ids.slice(start, start + ITEMS_A_CALL))) {
			const known = replies.indexOf(raw);
			const place = known < 0 ? replies.push(raw) - 1 : known;
			items.push(...(await readItem(context, id, json, place, refusals)));
		}
	}
	return { items, replies, next: null, watermark: context.now().toISOString(), total: null };
}

interface Found {
	id: string;
	json: Json;
	raw: RawReply;
}

/** The items as they are now; what there is not is missing. */
async function itemsNow(context: StoreContext, ids: readonly string[]): Promise<Found[]> {
	const many = await readOptional(context, { operation: 'items.read', path: '/items', query: { ids: ids.join(',') } });
	const rows = many === null ? [] : many.json;
	if (!Array.isArray(rows)) throw notUnderstood('items.read', 'the multiget is no list');
	const found = new Map<string, Found>();
	for (const row of rows) {
		const wire = wireItemRow.safeParse(row);
		const body = isObject(row) ? row['body'] : undefined;
		const id = idOf(body ?? null);
		// A row without a state is cut short, as the published one is: the item's own call has it.
		if (many && wire.success && wire.data.code === 200 && id !== null && isObject(body) && body['status'] !== undefined)
			found.set(id, { id, json: body, raw: many.raw });
	}
	const base = isGlobalSelling(context) ? '/marketplace' : '';
	const alone = await mapInFlight(
		ids.filter((id) => !found.has(id)),
		async (id) => {
			const one = await readOptional(context, { operation: 'items.read', path: `${base}/items/${pathStep(id)}` });
			return one && { id, ...one };
		},
	);
	return [...found.values(), ...alone.filter((one) => one !== null)];
}

async function readItem(context: StoreContext, id: string, json: Json, place: number, refusals: Refusals): Promise<Outcome<Listing>[]> {
	const damaged = (cause: string): Outcome<Listing> => ({ ok: false, externalId: id, cause, raw: jsonText(json), replies: [place] });
	const wire = wireListing.safeParse(json);
	if (!wire.success) return [damaged(describeIssues(wire.error))];
	// A notification names an account; an account has several stores.
	if (wire.data.seller_id !== context.store.externalId) return [];
	const reasons = stateOf(wire.data) === 'blocked' ? ((await refusals()).get(wire.data.id) ?? []) : [];
	try {
		return toListings(wire.data, context.currency, reasons).map((value) => ({ ok: true, value, replies: [place] }));
	} catch (error) {
		if (!(error instanceof MoneyError || error instanceof TimeError)) throw error;
		return [damaged(error.message)];
	}
}

/** Read when the first item needs them. They are published for accounts of Global Selling. */
function refusalsOf(context: StoreContext): Refusals {
	let asked: Promise<ReadonlyMap<string, readonly string[]>> | null = null;
	return async () => await (asked ??= isGlobalSelling(context) ? infractions(context) : Promise.resolve(new Map<string, string[]>()));
}

async function infractions(context: StoreContext): Promise<ReadonlyMap<string, readonly string[]>> {
	const reasons = new Map<string, string[]>();
	for (let offset = 0; offset < MOST_INFRACTIONS; offset += INFRACTIONS_A_PAGE) {
		const answer = await readOptional(context, {
			operation: 'moderations.read',
			path: `/marketplace/moderations/infractions/${pathStep(context.store.externalId)}`,
			query: { limit: String(INFRACTIONS_A_PAGE), offset: String(offset) },
		});
		const rows = answer ? (understand('moderations.read', wireInfractions, answer.json).infractions ?? []) : [];
		for (const { related_item_id: item, element_id: element, reason } of rows) {
			const id = item ?? element;
			if (id && reason) reasons.set(id, [...new Set([...(reasons.get(id) ?? []), reason])]);
		}
		if (rows.length < INFRACTIONS_A_PAGE) break;
	}
	return reasons;
}

function isRefusal(error: unknown): boolean {
	return error instanceof PlatformError && (error.kind === 'forbidden' || error.kind === 'notFound' || error.kind === 'rejected');
}

const STATES: Readonly<Record<string, ListingState>> = {
	active: 'live',
	paused: 'inactive',
	closed: 'inactive',
	under_review: 'blocked',
	inactive: 'blocked',
	not_yet_active: 'draft',
};
/** With these words the platform itself keeps an item from sale, whatever its status. */
const BLOCKING: ReadonlySet<string> = new Set(['forbidden', 'waiting_for_patch', 'held', 'suspended']);

function stateOf({ status, sub_status: words }: WireListing): ListingState {
	if (words?.some((word) => BLOCKING.has(word))) return 'blocked';
	// The platform pauses what is sold out and opens it by itself with the next stock.
	if (status === 'paused' && words?.includes('out_of_stock')) return 'live';
	return entryOf(STATES, status) ?? 'unknown';
}

/**
 * Pure. One listing a variation, or one where there are none.
 * @param reasons why the platform keeps it from sale, in its own words
 * @throws MoneyError, TimeError
 */
export function toListings(item: WireListing, storeCurrency: string, reasons: readonly string[]): Listing[] {
	const currency = item.currency_id ?? storeCurrency;
	const state = stateOf(item);
	const words = item.sub_status ?? [];
	const common = {
		externalListingId: item.id,
		title: item.title,
		state,
		rawStatus: [item.status, ...words].join(' / '),
		issues: reasons.length > 0 ? [...reasons] : state === 'blocked' ? words : [],
		url: item.permalink || null,
		updatedAt: item.last_updated ? parseInstant(item.last_updated) : null,
	};
	const pictures = item.pictures ?? [];
	const first = item.secure_thumbnail || item.thumbnail || pictures[0]?.secure_url || pictures[0]?.url || null;
	if (!item.variations?.length) {
		return [
			{
				...common,
				// What is sold as a product of its own is named so by order lines.
				externalVariantId: item.user_product_id || '',
				originKey: item.cbt_item_id || item.user_product_id || null,
				sellerSku: told(item, 'SELLER_SKU'),
				gtins: gtinsOf(item),
				variant: null,
				price: moneyOrNull(item.price, currency),
				...receivedOf(item, currency),
				stock: item.available_quantity ?? null,
				imageUrl: first,
			},
		];
	}
	return item.variations.map((variation) => {
		const picture = pictures.find(({ id }) => id && id === variation.picture_ids?.[0]);
		return {
			...common,
			externalVariantId: variation.id,
			// The account's item is the whole family: it does not tell one variation from another.
			originKey: null,
			sellerSku: told(variation, 'SELLER_SKU') ?? (variation.seller_custom_field || null),
			gtins: gtinsOf(variation),
			variant: variantOf(variation),
			price: moneyOrNull(variation.price ?? item.price, currency),
			stock: variation.available_quantity ?? null,
			imageUrl: picture?.secure_url || picture?.url || first,
		};
	});
}

/** Told of items that are made from one of an account; of a variation it is not. */
function receivedOf({ cbt_item_id: parent, net_proceeds: left }: WireListing, currency: string): Pick<Listing, 'received'> {
	const received = parent ? moneyOrNull(left?.amount, left?.currency_id ?? currency) : null;
	return received === null ? {} : { received };
}

function variantOf({ attribute_combinations: parts }: WireVariation): string | null {
	const text = (parts ?? []).flatMap(({ value_name: value }) => value || []).join(' / ');
	return text === '' ? null : text;
}

function told({ attributes }: Pick<WireListing, 'attributes'>, name: string): string | null {
	return attributes?.find(({ id }) => id === name)?.value_name || null;
}

/** Several numbers of one item stand in one attribute. */
function gtinsOf(of: Pick<WireListing, 'attributes'>): string[] {
	return (told(of, 'GTIN') ?? '').split(/[,;\s]+/).filter((number) => number !== '');
}

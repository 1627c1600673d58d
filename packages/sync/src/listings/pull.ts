import {
	countReviewProducts,
	countSold,
	type KnownListing,
	listingName,
	listingRead,
	type ListingWrite,
	markGone,
	noteListingRead,
	probeListings,
	storeListingsLock,
	writeListings,
} from '@pangea/db';
import { addMillis, type Listing, pairingKeys, profileOf } from '@pangea/domain';
import { type Listings, type ListingRules, type Page, PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import { sha256 } from '../digest.ts';
import type { Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { newId } from '../ids.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { pairNewListings } from './pair.ts';

const SECOND = 1000;

export interface ListingsRead {
	read: number;
	/** New or changed. */
	written: number;
	gone: number;
	unreadable: number;
}

/**
 * Reads what a store's listings have become since the last look, and all of them once in a while, which finds what is gone. Each page is one
 * transaction; a page that tells nothing new writes no row. Then listings that are new find their SKUs. A platform without listings reads nothing.
 * @throws PlatformError kinds `unavailable` and `unexpected`.
 */
export async function pullListings(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	signal: AbortSignal,
): Promise<StoreRun<ListingsRead>> {
	return await withStore(engine, ids, { signal, urgent: false, patient: true }, async (store) => {
		const total: ListingsRead = { read: 0, written: 0, gone: 0, unreadable: 0 };
		const { listings, manifest } = store.adapter;
		if (!listings || !manifest.listings) return total;
		if (listings.serves?.(store.context.store) === false) {
			await engine.database.inWorkspace(ids.workspaceId, (scope) => noteListingRead(scope, ids.storeId, { state: 'waiting' }));
			return total;
		}
		try {
			await walk(engine, store, listings, manifest.listings, total, signal);
		} catch (error) {
			if (!(error instanceof PlatformError && error.userMessage.code === 'scopeMissing')) throw error;
			await engine.database.inWorkspace(ids.workspaceId, (scope) => noteListingRead(scope, ids.storeId, { state: 'scopeMissing' }));
			return total;
		}
		await pairNewListings(engine, ids.workspaceId);
		return total;
	});
}

/**
 * Reads products anew that a push names. Those of another store are not told; one that is gone is found by the next walk over everything.
 * @returns whether the platform has listings to read.
 * @throws PlatformError
 */
export async function fetchListings(engine: Engine, store: OpenStore, externalIds: readonly string[]): Promise<boolean> {
	const { workspaceId, storeId } = store.target;
	const { listings } = store.adapter;
	if (!listings || listings.serves?.(store.context.store) === false) return false;
	const page = await listings.fetch(store.context, externalIds);
	if ((await storePage(engine, store, page, new Set(), new Set())) === 0) return true;
	await engine.database.inWorkspace(workspaceId, (scope) => recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] }));
	await pairNewListings(engine, workspaceId);
	return true;
}

/**
 * Reads one product anew without looking for its SKU, for who knows it.
 * @returns its variants, by their ids at the platform, as far as they could be read
 * @throws PlatformError
 */
export async function mirrorProduct(engine: Engine, store: OpenStore, externalListingId: string): Promise<Map<string, Listing>> {
	const { listings } = store.adapter;
	if (!listings) return new Map();
	const page = await listings.fetch(store.context, [externalListingId]);
	await storePage(engine, store, page, new Set(), new Set());
	const own = page.items.flatMap((item) => (item.ok && item.value.externalListingId === externalListingId ? [item.value] : []));
	return new Map(own.map((listing) => [listing.externalVariantId, listing]));
}

async function walk(
	engine: Engine,
	store: OpenStore,
	listings: Listings,
	rules: ListingRules,
	total: ListingsRead,
	signal: AbortSignal,
): Promise<void> {
	const { workspaceId, storeId } = store.target;
	const now = engine.now().toISOString();
	const before = await engine.database.inWorkspace(workspaceId, (scope) => listingRead(scope, storeId));
	const whole = before.wholeAt === null || before.wholeAt <= addMillis(now, -rules.wholeSeconds * SECOND);
	const since = whole || before.readUntil === null ? null : addMillis(before.readUntil, -rules.overlapSeconds * SECOND);
	const met = new Set<string>();
	const unreadable = new Set<string>();
	for await (const page of listings.pull(store.context, since)) {
		total.written += await storePage(engine, store, page, met, unreadable);
		signal.throwIfAborted();
	}
	total.read = met.size;
	total.unreadable = unreadable.size;
	await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			if (whole) total.gone = await markGone(scope, storeId, unreadable, met);
			await countSold(scope, storeId, now);
			await noteListingRead(scope, storeId, { state: 'read', readUntil: now, whole, unreadable: total.unreadable });
			await countReviewProducts(scope, storeId);
			if (total.written > 0 || total.gone > 0) await recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] });
		},
		{ lock: storeListingsLock(storeId) },
	);
}

/** @returns how many rows were written. */
async function storePage(
	engine: Engine,
	store: OpenStore,
	page: Page<Listing>,
	met: Set<string>,
	unreadable: Set<string>,
): Promise<number> {
	const { workspaceId, storeId } = store.target;
	const told = new Map<string, Listing>();
	for (const item of page.items) {
		if (item.ok) told.set(listingName(item.value), item.value);
		else {
			engine.log.warn({ storeId, cause: item.cause }, 'a product could not be read');
			unreadable.add(item.externalId ?? `nameless ${unreadable.size}`);
		}
	}
	for (const name of told.keys()) met.add(name);
	return await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			await guard(scope, storeId);
			const known = await probeListings(scope, storeId, [...new Set([...told.values()].map((listing) => listing.externalListingId))]);
			const writes = [...told].flatMap(([name, listing]) => toWrite(listing, known.get(name), storeId));
			await writeListings(scope, storeId, writes);
			return writes.length;
		},
		{ lock: storeListingsLock(storeId) },
	);
}

function toWrite(listing: Listing, known: KnownListing | undefined, storeId: string): ListingWrite[] {
	const { price, received, ...rest } = listing;
	const told = [price, ...(received ? [received] : [])].map((money) => money && [String(money.amountMinor), money.currency]);
	const digest = sha256(JSON.stringify([rest, ...told]));
	if (known !== undefined && !known.gone && known.digest.equals(digest)) return [];
	return [{ listingId: known?.listingId ?? newId(), listing, digest, keys: pairingKeys(profileOf({ ...listing, storeId, language: '' })) }];
}

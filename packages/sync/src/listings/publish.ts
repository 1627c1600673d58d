import {
	copySources,
	type CopyEnd,
	type CopyToPublish,
	gtinsOfSku,
	markCopyAttempt,
	noteCopyMade,
	pairingLock,
	pairListings,
	settleCopy,
	takeCopy,
	variantsOf,
} from '@pangea/db';
import { foldGtin, NotActiveError } from '@pangea/domain';
import {
	type CopySource,
	DraftRefusedError,
	type DraftOrigin,
	type Publish,
	PlatformError,
	type StoreContext,
} from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { createStoreContext, type OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { newId } from '../ids.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { pairNewListings } from './pair.ts';
import { mirrorProduct } from './pull.ts';

/** A draft that could not be handed over so often is given back to its writer. */
const MOST_ATTEMPTS = 6;
/** A platform finds what was made a moment ago only after a while: nobody looks earlier, so that nothing is made twice. */
export const LOOK_AFTER_MILLIS = 60_000;

/**
 * Asks a store something about listings that are still to be made.
 * @throws NotActiveError where the store cannot be called or its platform takes no listings here, PlatformError
 */
export async function withPublisher<T>(
	engine: Engine,
	ids: { workspaceId: string; storeId: string; skuId: string },
	patience: number,
	work: (publish: Publish, context: StoreContext, sources: CopySource[], gtins: string[]) => Promise<T>,
): Promise<T> {
	const { adapter, context } = await createStoreContext(engine, ids, { signal: AbortSignal.timeout(patience), urgent: true });
	if (!adapter.publish) throw new NotActiveError('missing', `${adapter.id} takes no listings`);
	const { sources, gtins } = await engine.database.inWorkspace(ids.workspaceId, async (scope) => ({
		sources: await copySources(scope, ids),
		gtins: (await gtinsOfSku(scope, ids.skuId)).flatMap((gtin) => foldGtin(gtin) ?? []),
	}));
	return await work(adapter.publish, context, sources, [...new Set(gtins)]);
}

/**
 * Makes the listing of a draft, takes it into the mirror at once and pairs it with the SKU it was made from. Where a former try left nobody knowing
 * whether it was made, the store is searched for the seller code first.
 * @throws PlatformError kinds `unavailable` and `unexpected`, for the job's back-off.
 */
export async function publishCopy(
	engine: Engine,
	ids: { workspaceId: string; copyId: string },
	signal: AbortSignal,
): Promise<StoreRun<void>> {
	const { workspaceId, copyId } = ids;
	const taken = await engine.database.inWorkspace(workspaceId, (scope) => takeCopy(scope, copyId));
	if (!taken) return { state: 'done', value: undefined };
	const tooRecent = waitOf(engine, taken);
	if (tooRecent > 0) return { state: 'wait', seconds: tooRecent };
	let end: CopyEnd | null = null;
	// Whether a request that makes something may have reached the platform in this try or a former one.
	let isUnknown = taken.attemptedAt !== null;
	try {
		const run = await withStore(engine, { workspaceId, storeId: taken.storeId }, { signal, urgent: true }, async (store) => {
			const outcome = await make(engine, store, copyId, taken, () => {
				isUnknown = true;
			});
			if (typeof outcome !== 'string') {
				end = outcome;
				return;
			}
			await takeIn(engine, store, taken, outcome);
			end = { state: 'published', at: engine.now().toISOString() };
		});
		// Told to wait, the platform did not carry it out.
		if (run.state === 'wait') end ??= { state: 'queued', isUnknown: taken.attemptedAt !== null };
		else if (run.state !== 'done') end ??= { state: 'failed', code: run.state === 'refused' ? run.code : 'storeStopped', isUnknown };
		return run.state === 'refused' ? { state: 'done', value: undefined } : run;
	} catch (error) {
		if (taken.attempts < MOST_ATTEMPTS) throw error;
		end = { state: 'failed', code: error instanceof PlatformError ? error.userMessage.code : 'internal', isUnknown };
		return { state: 'done', value: undefined };
	} finally {
		if (end !== null) await settle(engine, ids, taken, end);
	}
}

/** Seconds until it makes sense to look for what a former try may have made; 0: now. */
function waitOf(engine: Engine, { attemptedAt, externalListingId }: CopyToPublish): number {
	if (attemptedAt === null || externalListingId !== null) return 0;
	return Math.ceil((Date.parse(attemptedAt) + LOOK_AFTER_MILLIS - engine.now().getTime()) / 1000);
}

/** @returns the platform's id of the listing, or how it ended without one. */
async function make(
	engine: Engine,
	store: OpenStore,
	copyId: string,
	taken: CopyToPublish,
	onSending: () => void,
): Promise<string | CopyEnd> {
	const { publish } = store.adapter;
	const { workspaceId } = store.target;
	if (!publish) return { state: 'failed', code: 'modeNotServed', isUnknown: false };
	let made = taken.externalListingId;
	const sources = await engine.database.inWorkspace(workspaceId, (scope) => copySources(scope, taken));
	const origin: DraftOrigin = { copyId, writtenAt: taken.writtenAt, sources };
	try {
		if (made === null) {
			const sought = { ...taken.draft, sellerSku: taken.attemptedSku ?? taken.draft.sellerSku };
			const found = await publish.find(store.context, sought, origin);
			// Not ours: to take it for the copy would pair what somebody else listed.
			if (found !== null && taken.attemptedAt === null) return { state: 'refused', code: 'sellerSkuTaken', reasons: [] };
			made = found;
		}
		if (made === null) {
			await engine.database.inWorkspace(workspaceId, (scope) =>
				markCopyAttempt(scope, copyId, engine.now().toISOString(), taken.draft.sellerSku),
			);
			onSending();
			made = await publish.create(store.context, taken.draft, origin);
		}
		const id = made;
		await engine.database.inWorkspace(workspaceId, (scope) => noteCopyMade(scope, copyId, id));
		await publish.complete?.(store.context, id, taken.draft);
		return id;
	} catch (error) {
		if (error instanceof NotActiveError && error.reason === 'writesStopped')
			return { state: 'failed', code: 'writesStopped', isUnknown: made !== null };
		if (error instanceof DraftRefusedError && made === null)
			return { state: 'refused', code: error.userMessage.code, reasons: error.reasons.map((reason) => ({ ...reason })) };
		// What exists stays published: its description can be written at the platform.
		if (error instanceof PlatformError && made !== null && isRefusal(error)) {
			engine.log.warn({ storeId: taken.storeId, err: error }, 'a listing was made and could not be completed');
			return made;
		}
		if (error instanceof PlatformError && isRefusal(error)) return { state: 'refused', code: error.userMessage.code, reasons: [] };
		throw error;
	}
}

function isRefusal({ kind }: PlatformError): boolean {
	return kind === 'rejected' || kind === 'notFound' || kind === 'forbidden';
}

/** The mirror shows it before the next walk, as the SKU it was made from. One that cannot be read yet is found by its code later. */
async function takeIn(engine: Engine, store: OpenStore, taken: CopyToPublish, externalListingId: string): Promise<void> {
	const { workspaceId, storeId } = store.target;
	try {
		await mirrorProduct(engine, store, externalListingId);
	} catch (error) {
		if (!(error instanceof PlatformError)) throw error;
		engine.log.warn({ storeId, err: error }, 'a listing that was made could not be read yet');
	}
	await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			const variants = await variantsOf(scope, storeId, externalListingId);
			const sources = await copySources(scope, taken);
			// Sisters that a platform copied along are SKUs of their own.
			const own =
				variants.length === 1
					? variants[0]
					: (variants.find(({ originKey }) =>
							sources.some(({ externalVariantId }) => externalVariantId !== '' && externalVariantId === originKey),
						) ?? variants.find(({ sellerSku }) => sellerSku === taken.draft.sellerSku));
			if (own === undefined || own.pairingState === 'paired') return;
			const { skuId, publishedBy: by } = taken;
			await pairListings(scope, [{ pairingId: newId(), listingId: own.listingId, skuId, by, confidence: null, reasons: [] }]);
		},
		{ lock: pairingLock(workspaceId) },
	);
	await pairNewListings(engine, workspaceId);
}

async function settle(engine: Engine, ids: { workspaceId: string; copyId: string }, taken: CopyToPublish, end: CopyEnd): Promise<void> {
	await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		if (await settleCopy(scope, ids.copyId, end)) await recordEvent(scope, { kind: 'listings.changed', storeId: taken.storeId, ids: [] });
	});
}

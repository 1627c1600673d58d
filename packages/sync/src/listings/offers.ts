import { type ChangeEnd, type ChangeToSend, settleListingChange, takeListingChanges } from '@pangea/db';
import { changeablePrice, type Listing, NotActiveError, plainTitle } from '@pangea/domain';
import { type OfferChange, type Offers, PlatformError, refusedOutcome, type RefusalReason } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { mirrorProduct } from './pull.ts';

/** What could not be handed over so often is given back. */
const MOST_ATTEMPTS = 6;
/** When a change that was taken is looked for, in seconds; after the last look it counts as one that never came about. */
const LOOKS = [15, 60, 300, 900];
/** People may look at a title first, which takes days. */
const TITLE_LOOKS = [...LOOKS, 3_600, 21_600, 86_400, 172_800];

const looksOf = ({ field }: Pick<ChangeToSend, 'field'>) => (field === 'title' ? TITLE_LOOKS : LOOKS);

type Settle = (change: ChangeToSend, end: ChangeEnd) => Promise<void>;

/**
 * Sends the changes of a batch that are for one store, product by product: what the platform shows is read first, so that nothing is sent that is so
 * already and no price is overwritten that somebody else has changed; afterwards it is read again, and only what it shows then counts as applied. As
 * a change is absolute, a try whose answer was lost is simply made again.
 * @returns in how many seconds to look again for what was taken and is not shown yet
 * @throws PlatformError kinds `unavailable` and `unexpected`, for the job's back-off.
 */
export async function sendOffers(
	engine: Engine,
	ids: { workspaceId: string; storeId: string; batchId: string },
	signal: AbortSignal,
): Promise<StoreRun<{ lookIn: number | null }>> {
	const { workspaceId, storeId } = ids;
	const taken = await engine.database.inWorkspace(workspaceId, (scope) => takeListingChanges(scope, ids));
	const left = new Map(taken.map((change) => [change.changeId, change]));
	const looks: number[] = [];
	const settle: Settle = async (change, end) => {
		await engine.database.inWorkspace(workspaceId, async (scope) => {
			await settleListingChange(scope, change.changeId, end, engine.now().toISOString());
			await recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] });
		});
		left.delete(change.changeId);
		if (end.state === 'accepted') looks.push(looksOf(change)[change.looks + (end.looked ? 1 : 0)] ?? 0);
	};
	const giveBack = async (end: ChangeEnd): Promise<void> => {
		for (const change of left.values()) if (change.state === 'sending') await settle(change, end);
	};
	if (taken.length === 0) return { state: 'done', value: { lookIn: null } };
	try {
		const run = await withStore(engine, ids, { signal, urgent: true }, async (store) => {
			try {
				for (const changes of Map.groupBy(taken, (change) => change.externalListingId).values()) {
					signal.throwIfAborted();
					await changeProduct(engine, store, changes, settle);
				}
			} catch (error) {
				if (!(error instanceof NotActiveError) || error.reason !== 'writesStopped') throw error;
				await giveBack({ state: 'failed', code: 'writesStopped', reasons: [] });
			}
		});
		// Told to wait, the platform did not carry it out.
		if (run.state === 'wait') await giveBack({ state: 'queued' });
		else if (run.state === 'refused') await giveBack({ state: 'refused', code: run.code, reasons: [] });
		else if (run.state !== 'done') await giveBack({ state: 'failed', code: 'storeStopped', reasons: [] });
		if (run.state === 'wait') return run;
	} catch (error) {
		if ([...left.values()].some(({ attempts }) => attempts < MOST_ATTEMPTS)) throw error;
		const code = error instanceof PlatformError ? error.userMessage.code : 'internal';
		await giveBack({ state: 'failed', code, reasons: [] });
	}
	return { state: 'done', value: { lookIn: looks.length === 0 ? null : Math.min(...looks) } };
}

/** Everything of one product: read, send, read. */
async function changeProduct(engine: Engine, store: OpenStore, changes: readonly ChangeToSend[], settle: Settle): Promise<void> {
	const { offers } = store.adapter;
	const [first] = changes;
	if (!first) return;
	if (!offers) {
		for (const change of changes) await settle(change, { state: 'failed', code: 'modeNotServed', reasons: [] });
		return;
	}
	const before = await mirrorProduct(engine, store, first.externalListingId);
	const toSend: ChangeToSend[] = [];
	const refusal = await titleRefusal(offers, store, changes, before);
	for (const change of changes) {
		const end = judge(offers, store, change, before.get(change.externalVariantId), change.field === 'title' ? refusal : null);
		if (end) await settle(change, end);
		else toSend.push(change);
	}
	if (toSend.length === 0) return;
	const accepted = await send(offers, store, first.externalListingId, toSend, settle);
	if (accepted.length === 0) return;
	const after = await readBack(engine, store, first.externalListingId);
	for (const change of accepted) {
		const now = valueOf(offers, store, change, after.get(change.externalVariantId));
		await settle(change, isShown(change, now) ? { state: 'applied' } : { state: 'accepted', looked: false });
	}
}

/** Why a title that was taken is refused after all; asked only for one that is not shown yet. */
async function titleRefusal(
	offers: Offers,
	store: OpenStore,
	changes: readonly ChangeToSend[],
	shown: ReadonlyMap<string, Listing>,
): Promise<readonly RefusalReason[] | null> {
	const waiting = changes.find((change) => change.state === 'accepted' && change.field === 'title');
	if (!waiting || isShown(waiting, valueOf(offers, store, waiting, shown.get(waiting.externalVariantId)))) return null;
	return (await offers.titleRefusal?.(store.context, waiting.externalListingId)) ?? null;
}

/** How a change ended that needs nothing sent; null for one that does. */
function judge(
	offers: Offers,
	store: OpenStore,
	change: ChangeToSend,
	shown: Listing | undefined,
	refusal: readonly RefusalReason[] | null,
): ChangeEnd | null {
	const now = valueOf(offers, store, change, shown);
	if (shown && now === change.shall) return { state: 'applied' };
	if (change.state === 'accepted' && isShown(change, now)) return { state: 'applied' };
	if (change.state === 'accepted' && refusal)
		return { state: 'refused', code: 'offerRefused', reasons: refusal.map((reason) => ({ ...reason })) };
	if (change.state === 'accepted')
		return change.looks + 1 < looksOf(change).length
			? { state: 'accepted', looked: true }
			: { state: 'failed', code: 'offerNotShown', reasons: [] };
	if (!shown) return { state: 'refused', code: 'notFoundAtPlatform', reasons: [] };
	// A stock moves with every sale: only who takes a change back means the number itself.
	const isMeant = change.field !== 'stock' || change.undoes !== null;
	if (isMeant && now !== change.was) return { state: 'refused', code: 'offerChangedSince', reasons: [] };
	return null;
}

/** Whether a change that the platform took has come about. Of a stock some pieces may be sold before anybody looks: it is nearer to what it shall be. */
function isShown({ field, was, shall }: ChangeToSend, now: string | null): boolean {
	if (now === null || field !== 'stock') return now === shall;
	return distance(BigInt(now), BigInt(shall)) < distance(BigInt(now), BigInt(was));
}

function distance(a: bigint, b: bigint): bigint {
	return a > b ? a - b : b - a;
}

/** @returns what the platform took. @throws PlatformError, NotActiveError */
async function send(
	offers: Offers,
	store: OpenStore,
	externalListingId: string,
	changes: readonly ChangeToSend[],
	settle: Settle,
): Promise<ChangeToSend[]> {
	const accepted: ChangeToSend[] = [];
	const outcomes = await offers
		.change(store.context, externalListingId, changes.map(toOffer), changes[0]?.changeId ?? '')
		// One product that is refused keeps the others from nothing.
		.catch((error: unknown) => changes.map(() => refusedOutcome(error)));
	for (const [place, change] of changes.entries()) {
		const outcome = outcomes[place];
		if (outcome?.state === 'refused')
			await settle(change, { state: 'refused', code: outcome.code, reasons: outcome.reasons.map((reason) => ({ ...reason })) });
		else accepted.push(change);
	}
	return accepted;
}

function toOffer({ externalVariantId, sellerSku, field, shall, currency }: ChangeToSend): OfferChange {
	if (field === 'title') return { externalVariantId, sellerSku, field: 'title', title: shall };
	return field === 'price'
		? { externalVariantId, sellerSku, field: 'price', price: { amountMinor: BigInt(shall), currency: currency ?? '' } }
		: { externalVariantId, sellerSku, field: 'stock', stock: Number(shall) };
}

/** What was taken is taken, whether or not it can be read now. */
async function readBack(engine: Engine, store: OpenStore, externalListingId: string): Promise<Map<string, Listing>> {
	try {
		return await mirrorProduct(engine, store, externalListingId);
	} catch (error) {
		if (!(error instanceof PlatformError)) throw error;
		engine.log.warn({ storeId: store.target.storeId, err: error }, 'a listing that was changed could not be read yet');
		return new Map();
	}
}

/** What a listing shows of a field: its title, minor units in the change's currency, or pieces; null where it does not tell. */
function valueOf(offers: Offers, { context }: OpenStore, { field, currency }: ChangeToSend, shown: Listing | undefined): string | null {
	if (!shown) return null;
	if (field === 'title') return plainTitle(shown.title);
	if (field === 'stock') return shown.stock === null ? null : String(shown.stock);
	const price = changeablePrice(shown, offers.terms(context.store, shown));
	return price?.currency === currency ? String(price.amountMinor) : null;
}

import { quarantinedRecord, sealedReply, settleQuarantine, storeById, storesOfConnection } from '@pangea/db';
import type { Order } from '@pangea/domain';
import type { Outcome, PlatformAdapter, RawReply } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { unpackBytes } from '@pangea/vault';
import { adapterOf, type Engine } from './engine.ts';
import { ingestPage } from './ingest.ts';
import type { StoreTarget } from './ingest-target.ts';
import { PLACES } from './keyring.ts';
import { withStore } from './trouble.ts';

/** A store as a record may be read for it. */
interface Home {
	target: StoreTarget;
	store: { siteId: string | null; currency: string; zone: string };
}

interface Kept extends Home {
	quarantineId: string;
	externalId: string | null;
	/** The record's own text. */
	text: Buffer;
	/** The reply it came in, when it is still kept. */
	reply: Buffer | null;
	adapter: PlatformAdapter;
}

/**
 * Reads quarantined records again with today's adapter: the record itself, else the reply it came in, else the order as the platform
 * tells it now.
 * @returns how many were understood, and how many still wait.
 */
export async function replayQuarantine(
	engine: Engine,
	workspaceId: string,
	quarantineIds: readonly string[],
	signal: AbortSignal,
): Promise<{ replayed: number; waiting: number }> {
	const result = { replayed: 0, waiting: 0 };
	for (const quarantineId of quarantineIds) {
		const kept = await open(engine, workspaceId, quarantineId);
		if (!kept) continue;
		const understood = (await readAgain(engine, kept)) ?? (await fetchAgain(engine, kept, signal));
		if (understood.ok) result.replayed++;
		else result.waiting++;
		await engine.database.inWorkspace(workspaceId, async (scope) => {
			await settleQuarantine(scope, quarantineId, understood.ok ? { state: 'replayed' } : { state: 'waiting', cause: understood.cause });
			await recordEvent(scope, { kind: 'quarantine.changed', storeId: kept.target.storeId, ids: [quarantineId] });
		});
		signal.throwIfAborted();
	}
	return result;
}

async function open(engine: Engine, workspaceId: string, quarantineId: string): Promise<Kept | null> {
	const box = await engine.keys.box(workspaceId);
	return await engine.database.inWorkspace(workspaceId, async (scope) => {
		const row = await quarantinedRecord(scope, quarantineId);
		const store = row?.store_id ? await storeById(scope, row.store_id) : undefined;
		if (!row || !store) return null;
		const reply = row.raw_reply_id === null ? null : await sealedReply(scope, null, row.raw_reply_id);
		return {
			quarantineId,
			externalId: row.external_id,
			text: unpackBytes(box.open(row.sealed, PLACES.quarantine(quarantineId))),
			reply: reply && unpackBytes(box.open(reply.sealed, PLACES.reply(reply.packId))).subarray(reply.offset, reply.offset + reply.size),
			target: { workspaceId, storeId: store.store_id, platform: store.platform, zone: store.zone },
			store: { siteId: store.site_id, currency: store.currency, zone: store.zone },
			adapter: adapterOf(engine, store.platform),
		};
	});
}

/** A null cause: nothing new is known, so the one on record stays. */
type Understood = { ok: true } | { ok: false; cause: string | null };

/**
 * Null when neither text holds the record as a document that the adapter reads by itself. A kept text that is the record but cannot be read
 * keeps the reply from being asked: where a record is made of several answers, the first alone would be stored as the whole.
 */
async function readAgain(engine: Engine, kept: Kept): Promise<Understood | null> {
	for (const body of [kept.text, kept.reply]) {
		if (body === null) continue;
		const outcome = readFor(kept, kept, body);
		if (!outcome) continue;
		const home = outcome.ok ? await homeOf(engine, kept, outcome.value.siteId) : null;
		const own = home && readFor(home, kept, body);
		if (home === null || !own?.ok) return null;
		const reply: RawReply = { operation: 'replay', fetchedAt: engine.now().toISOString(), body };
		return await store(engine, home.target, [{ ...own, replies: [0] }], [reply]);
	}
	return null;
}

function readFor(home: Home, kept: Kept, body: Buffer): Outcome<Order> | undefined {
	return kept.adapter.orders.read({ name: 'quarantine', body }, home.store)?.find((o) => idOf(o) === kept.externalId);
}

/** Where an order of a site belongs that was set aside for one store of an account. Null when the platform alone can tell. */
async function homeOf(engine: Engine, kept: Kept, siteId: string | null): Promise<Home | null> {
	if (siteId === null || siteId === kept.store.siteId) return kept;
	const others = await siblings(engine, kept);
	const homes = others.filter((o) => o.store.siteId === siteId);
	return others.length === 0 ? kept : homes.length === 1 ? (homes[0] ?? null) : null;
}

/** The other stores of the account. */
async function siblings(engine: Engine, { target }: Kept): Promise<Home[]> {
	const rows = await engine.database.inWorkspace(target.workspaceId, async (scope) => {
		const own = await storeById(scope, target.storeId);
		return own ? await storesOfConnection(scope, own.connection_id) : [];
	});
	return rows
		.filter((row) => row.store_id !== target.storeId)
		.map((row) => ({
			target: { workspaceId: target.workspaceId, storeId: row.store_id, platform: row.platform, zone: row.zone },
			store: { siteId: row.site_id, currency: row.currency, zone: row.zone },
		}));
}

function idOf(outcome: Outcome<Order>): string | null {
	return outcome.ok ? outcome.value.externalId : outcome.externalId;
}

/** A store is told its own orders alone, so the account's other stores are asked where the first does not know the order. */
async function fetchAgain(engine: Engine, kept: Kept, signal: AbortSignal): Promise<Understood> {
	const { externalId } = kept;
	if (externalId === null) return { ok: false, cause: null };
	let silent = false;
	for (const { target } of [kept, ...(await siblings(engine, kept))]) {
		const run = await withStore(engine, target, { signal, urgent: true }, async (open) => {
			const page = await open.adapter.orders.fetch(open.context, [externalId]);
			const own = page.items.filter((o) => idOf(o) === externalId);
			// The id may be that of a cart, which stands for its orders.
			const outcomes = own.length > 0 ? own : page.items;
			if (outcomes.length === 0) return null;
			// An order may be read well beside something of it that is not: both have to be.
			for (const outcome of outcomes) if (!outcome.ok) return { ok: false, cause: outcome.cause } as const;
			return await store(engine, target, outcomes, page.replies);
		});
		if (run.state === 'notActive') silent = true;
		else if (run.state !== 'done') return { ok: false, cause: null };
		else if (run.value !== null) return run.value;
	}
	return { ok: false, cause: silent ? null : 'the platform knows no such order of any store of the account' };
}

async function store(engine: Engine, target: StoreTarget, items: Outcome<Order>[], replies: RawReply[]): Promise<Understood> {
	const watermark = engine.now().toISOString();
	// The answer may be the very one of which this record was set aside.
	const tally = await ingestPage(engine, target, { items, replies, next: null, watermark, total: null }, 'replay', undefined, true);
	const refused = tally.records.find((r) => r.became === 'quarantined');
	return refused ? { ok: false, cause: refused.cause ?? 'cannot be stored' } : { ok: true };
}

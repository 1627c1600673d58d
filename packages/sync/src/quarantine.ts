import { quarantinedRecord, sealedReply, settleQuarantine, storeById } from '@pangea/db';
import type { Order } from '@pangea/domain';
import type { Outcome, PlatformAdapter, RawReply } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { unpackBytes } from '@pangea/vault';
import { adapterOf, type Engine } from './engine.ts';
import { ingestPage } from './ingest.ts';
import type { StoreTarget } from './ingest-target.ts';
import { PLACES } from './keyring.ts';
import { withStore } from './trouble.ts';

interface Kept {
	quarantineId: string;
	externalId: string | null;
	/** The record's own text. */
	text: Buffer;
	/** The reply it came in, when it is still kept. */
	reply: Buffer | null;
	target: StoreTarget;
	store: { siteId: string | null; currency: string; zone: string };
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
		const outcomes = kept.adapter.orders.read({ name: 'quarantine', body }, kept.store);
		const outcome = outcomes?.find((o) => idOf(o) === kept.externalId);
		if (!outcome) continue;
		if (!outcome.ok) return null;
		const reply: RawReply = { operation: 'replay', fetchedAt: engine.now().toISOString(), body };
		return await store(engine, kept, [{ ...outcome, replies: [0] }], [reply]);
	}
	return null;
}

function idOf(outcome: Outcome<Order>): string | null {
	return outcome.ok ? outcome.value.externalId : outcome.externalId;
}

async function fetchAgain(engine: Engine, kept: Kept, signal: AbortSignal): Promise<Understood> {
	const { externalId } = kept;
	if (externalId === null) return { ok: false, cause: null };
	const run = await withStore(engine, kept.target, { signal, urgent: true }, async (open) => {
		const page = await open.adapter.orders.fetch(open.context, [externalId]);
		const outcome = page.items.find((o) => idOf(o) === externalId);
		if (!outcome) return { ok: false, cause: 'the platform does not know the order any more' } as const;
		if (!outcome.ok) return { ok: false, cause: outcome.cause } as const;
		return await store(engine, kept, [outcome], page.replies);
	});
	if (run.state === 'done') return run.value;
	return { ok: false, cause: null };
}

async function store(engine: Engine, kept: Kept, items: Outcome<Order>[], replies: RawReply[]): Promise<Understood> {
	const watermark = engine.now().toISOString();
	// The answer may be the very one of which this record was set aside.
	const tally = await ingestPage(engine, kept.target, { items, replies, next: null, watermark, total: null }, 'replay', undefined, true);
	const refused = tally.records.find((r) => r.became === 'quarantined');
	return refused ? { ok: false, cause: refused.cause ?? 'cannot be stored' } : { ok: true };
}

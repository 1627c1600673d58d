import {
	addReplyPack,
	type BuyerDataLife,
	knowsPage,
	lockStoreMessages,
	MOST_PARTS,
	noteLacking,
	type QuarantineWrite,
	quarantineRecords,
	replyIdOf,
	resolveQuarantine,
	type Scope,
	standAgain,
	storeOrdersLock,
} from '@pangea/db';
import type { EventKind, Order } from '@pangea/domain';
import type { Page } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { packBytes, type SealedBox } from '@pangea/vault';
import { newId } from './ids.ts';
import { canonicalText, pageDigest, sha256 } from './digest.ts';
import { adapterOf, type Engine } from './engine.ts';
import { buyerDataLife, buyerDeath } from './buyer-data.ts';
import { PLACES } from './keyring.ts';
import { type Reading, type Written, writeReadings } from './ingest-orders.ts';
import { firstAsk } from './lacking-pace.ts';
import type { RecordOutcome, Source, StoreTarget } from './ingest-target.ts';
import { writeThreads } from './messages/threads.ts';

export interface Tally {
	/** One entry for each item of the page, in its order. */
	records: RecordOutcome[];
	/** Ids of orders that are new or show something new. */
	orderIds: string[];
	added: number;
	changed: number;
	quarantined: number;
	/** Conversations of cases that show something new. */
	conversationIds: string[];
	/** The list of quarantined records changed. */
	quarantineChanged: boolean;
	/** The page had been stored before, byte by byte. */
	seenBefore: boolean;
}

/** A hint to send when the page is stored. */
export interface Hint {
	kind: EventKind;
	storeId: string | null;
	ids: string[];
}

/** Runs inside the page's transaction before its events: moves the cursor. Throwing undoes the page. */
export type Progress = (scope: Scope, tally: Tally) => Promise<Hint[]>;

export type IngestParts = Pick<Engine, 'database' | 'keys' | 'options' | 'now' | 'registry'>;

/**
 * Stores one page in one transaction: replies as evidence, orders with all that hangs on them, quarantined records, the caller's cursor,
 * the events with one number each as the last writes. A page that was stored before, and after which nothing was taken back, costs
 * one probe and writes nothing; what is older than ours never wins.
 * @param recheck looks at every order even when the page was stored before, as the refill of a gap must.
 */
export async function ingestPage(
	engine: IngestParts,
	target: StoreTarget,
	page: Page<Order>,
	source: Source,
	progress?: Progress,
	recheck = false,
): Promise<Tally> {
	const box = await engine.keys.box(target.workspaceId);
	const digest = digestOf(engine, target, page);
	const work = async (scope: Scope): Promise<Tally> => {
		// A push is seldom told twice in the same words: looking for its order tells as much.
		const seenBefore =
			!recheck && source !== 'intake' && page.replies.length > 0 && (await knowsPage(scope, target.storeId, digest, source === 'replay'));
		const tally = seenBefore
			? unchangedTally(page)
			: await storePage({ engine, scope, target, box, page, digest, source, life: await buyerDataLife(engine, scope, target.platform) });
		const hints = progress ? await progress(scope, tally) : [];
		if (tally.orderIds.length > 0) hints.unshift({ kind: 'orders.changed', storeId: target.storeId, ids: tally.orderIds });
		if (tally.conversationIds.length > 0) hints.push({ kind: 'conversation.changed', storeId: target.storeId, ids: tally.conversationIds });
		if (tally.quarantineChanged) hints.push({ kind: 'quarantine.changed', storeId: target.storeId, ids: [] });
		for (const hint of hints) await recordEvent(scope, hint);
		return tally;
	};
	return await engine.database.inWorkspace(target.workspaceId, work, { lock: storeOrdersLock(target.storeId), savepoint: 'page' });
}

function digestOf(engine: IngestParts, { platform }: StoreTarget, page: Page<Order>): Buffer {
	return pageDigest(
		page.replies.map((reply) => reply.body),
		adapterOf(engine, platform).manifest.volatileFields ?? [],
	);
}

function unchangedTally(page: Page<Order>): Tally {
	return {
		// Only the replay command asks; reading the page's records costs more than all the rest.
		get records() {
			return page.items.map(
				(item): RecordOutcome =>
					item.ok
						? { externalId: item.value.externalId, became: 'unchanged' }
						: { externalId: item.externalId, became: 'quarantined', cause: item.cause },
			);
		},
		orderIds: [],
		conversationIds: [],
		added: 0,
		changed: 0,
		quarantined: 0,
		quarantineChanged: false,
		seenBefore: true,
	};
}

interface Storing {
	engine: IngestParts;
	scope: Scope;
	target: StoreTarget;
	box: SealedBox;
	page: Page<Order>;
	digest: Buffer;
	source: Source;
	life: BuyerDataLife;
}

async function storePage(storing: Storing): Promise<Tally> {
	const { scope, target, page } = storing;
	const packId = replyIdOf(newId(), 0);
	const replyIds = page.replies.slice(0, MOST_PARTS).map((_, i) => replyIdOf(packId, i));
	const readings: Reading[] = page.items.flatMap((item, index) =>
		item.ok ? [{ index, order: item.value, replyIds: item.replies.flatMap((i) => replyIds[i] ?? []) }] : [],
	);
	const written = await writeAround(storing, readings);
	const records: RecordOutcome[] = [];
	const refused: RefusedRecord[] = [];
	const used = new Set<string>();
	const orderIds = new Set<string>();
	page.items.forEach((item, index) => {
		const replies = item.replies.flatMap((i) => replyIds[i] ?? []);
		const outcome = written.get(index);
		if (item.ok && outcome && outcome.became !== 'refused') {
			records.push({ externalId: item.value.externalId, became: outcome.became });
			if (outcome.told) orderIds.add(outcome.orderId);
			if (outcome.became !== 'unchanged') for (const id of replies) used.add(id);
			return;
		}
		const cause = item.ok ? (outcome?.became === 'refused' ? outcome.cause : 'cannot be stored') : item.cause;
		const externalId = item.ok ? item.value.externalId : item.externalId;
		records.push({ externalId, became: 'quarantined', cause });
		for (const id of replies) used.add(id);
		const raw = item.ok ? canonicalText(item.value) : item.raw;
		refused.push({ externalId, cause, raw, rawReplyId: replies[0] ?? null });
	});
	await keepReplies(storing, { packId, replyIds, used, deaths: replyDeaths(storing, readings) });
	const quarantined = await quarantineRecords(scope, await Promise.all(refused.map((record) => quarantineWrite(storing, record))));
	// An order may be read well while something that belongs to it, such as its cancellation, is set aside under its id: then it still lacks that.
	const lacking = new Set(refused.map((record) => record.externalId));
	const good = records.flatMap((r) =>
		r.became !== 'unchanged' && r.externalId !== null && !lacking.has(r.externalId) ? [storable(r.externalId)] : [],
	);
	const resolved = good.length > 0 ? await resolveQuarantine(scope, target.storeId, good) : 0;
	await noteLacks(storing, readings, written);
	const told = readings.flatMap(({ index, order }) => {
		const outcome = written.get(index);
		return outcome && outcome.became !== 'refused' && outcome.told ? [order] : [];
	});
	return {
		records,
		orderIds: [...orderIds],
		conversationIds: await writeCases(storing, told),
		added: records.filter((r) => r.became === 'new').length,
		changed: records.filter((r) => r.became === 'changed').length,
		quarantined: refused.length,
		quarantineChanged: quarantined + resolved > 0,
		seenBefore: false,
	};
}

/**
 * Writes all readings at once; when a row refuses (a number out of range, a key that appeared meanwhile) each on its own, so that one
 * poisonous record costs neither the page nor the cursor.
 */
async function writeAround(storing: Storing, readings: Reading[]): Promise<Map<number, Written>> {
	if (readings.length === 0) return new Map();
	const { scope } = storing;
	const write = (part: Reading[]): Promise<Map<number, Written>> =>
		writeReadings(storing.engine, { scope, target: storing.target, box: storing.box, source: storing.source, life: storing.life }, part);
	// The savepoint stands since the transaction began, and nothing was written since.
	try {
		return await write(readings);
	} catch (error) {
		if (!isRowError(error)) throw error;
		await scope.client.query('rollback to savepoint page');
	}
	const all = new Map<number, Written>();
	for (const reading of readings) {
		await scope.client.query('savepoint record');
		try {
			for (const [index, outcome] of await write([reading])) all.set(index, outcome);
		} catch (error) {
			if (!isRowError(error)) throw error;
			await scope.client.query('rollback to savepoint record');
			all.set(reading.index, { became: 'refused', cause: `cannot be stored (${describeRowError(error)})` });
		}
	}
	return all;
}

// Class 22: the value does not fit its column. Class 23: a constraint or key. Class 54: too long for an index. TimeError and MoneyError come
// from our own rules.
function isRowError(error: unknown): error is Error {
	if (!(error instanceof Error)) return false;
	if (error.name === 'TimeError' || error.name === 'MoneyError') return true;
	return 'code' in error && typeof error.code === 'string' && /^(?:2[23]|54)/.test(error.code);
}

function describeRowError(error: Error): string {
	return 'code' in error && typeof error.code === 'string' ? `database code ${error.code}` : error.name;
}

// PostgreSQL's text cannot hold the zero character; the record's own text is kept as it came.
function storable(text: string): string {
	return text.replaceAll('\0', '\uFFFD');
}

interface RefusedRecord {
	externalId: string | null;
	cause: string;
	raw: string;
	rawReplyId: string | null;
}

async function quarantineWrite({ target, box }: Storing, record: RefusedRecord): Promise<QuarantineWrite> {
	const quarantineId = newId();
	return {
		quarantineId,
		storeId: target.storeId,
		platform: target.platform,
		externalId: record.externalId === null ? null : storable(record.externalId),
		cause: storable(record.cause),
		// With its id: what two orders were answered with may be the same nothing.
		digest: sha256(`${record.externalId ?? ''}\0${record.raw}`),
		sealed: box.seal(await packBytes(Buffer.from(record.raw)), PLACES.quarantine(quarantineId)),
		rawReplyId: record.rawReplyId,
	};
}

async function noteLacks(
	{ engine, scope, target }: Storing,
	readings: readonly Reading[],
	written: ReadonlyMap<number, Written>,
): Promise<void> {
	const lacking = readings.flatMap(({ index, order }) => {
		const outcome = written.get(index);
		return order.askAgain && outcome && outcome.became !== 'refused' ? [outcome.orderId] : [];
	});
	if (lacking.length > 0) await noteLacking(scope, target.storeId, lacking, firstAsk(engine.now()));
}

/** Cases are told with their orders, and are never behind them. */
async function writeCases({ engine, scope, target, box }: Storing, orders: readonly Order[]): Promise<string[]> {
	const { cases } = adapterOf(engine, target.platform);
	const threads = cases ? orders.flatMap((order) => cases.ofOrder(order)) : [];
	if (threads.length === 0) return [];
	await lockStoreMessages(scope, target.storeId);
	return await writeThreads(engine, scope, { target, box, threads });
}

/** When each reply dies because of the buyers in it. */
function replyDeaths({ life }: Storing, readings: readonly Reading[]): ReadonlyMap<string, string> {
	const deaths = new Map<string, string>();
	for (const { order, replyIds } of readings) {
		if (order.buyer === null) continue;
		const death = buyerDeath(order, life);
		for (const id of replyIds) if (death < (deaths.get(id) ?? '9')) deaths.set(id, death);
	}
	return deaths;
}

/** Replies about buyers whose time is over are not kept: a backfill of old orders brings no buyers. */
async function keepReplies(
	{ engine, scope, target, box, page, digest }: Storing,
	pack: { packId: string; replyIds: readonly string[]; used: ReadonlySet<string>; deaths: ReadonlyMap<string, string> },
): Promise<void> {
	if (pack.used.size === 0) {
		await standAgain(scope, target.storeId, digest);
		return;
	}
	const now = engine.now().toISOString();
	const isKept = (id: string): boolean => pack.used.has(id) && (pack.deaths.get(id) ?? '9') > now;
	const kept = page.replies.filter((_, i) => isKept(pack.replyIds[i] ?? ''));
	const plain = await packBytes(Buffer.concat(kept.map((reply) => reply.body)));
	const deaths = [...pack.deaths].flatMap(([id, death]) => (isKept(id) ? [death] : []));
	await addReplyPack(scope, {
		packId: pack.packId,
		storeId: target.storeId,
		platform: target.platform,
		digest,
		parts: pack.replyIds.flatMap((id, i) => {
			const reply = page.replies[i];
			return reply ? [{ operation: reply.operation, fetchedAt: reply.fetchedAt, size: isKept(id) ? reply.body.length : 0 }] : [];
		}),
		sealed: box.seal(plain, PLACES.reply(pack.packId)),
		diesAt: deaths.toSorted()[0] ?? null,
	});
}

import {
	type BuyerDataLife,
	type BuyerWrite,
	countTakenBack,
	type HistoryWrite,
	type KnownOrder,
	moveBuyerDeaths,
	type OrderBatch,
	type OrderWrite,
	probeOrders,
	type Scope,
	writeOrders,
} from '@pangea/db';
import { type Instant, localDay, type Order } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { newId } from './ids.ts';
import { nameId, orderDigest } from './digest.ts';
import { buyerDeath } from './buyer-data.ts';
import type { Engine } from './engine.ts';
import type { Source, StoreTarget } from './ingest-target.ts';
import { PLACES } from './keyring.ts';

/** An order as a page tells it, at its place on the page. */
export interface Reading {
	index: number;
	order: Order;
	replyIds: string[];
}

export type Written =
	/** `told`: screens have something new to show. */
	{ became: 'new' | 'changed' | 'unchanged' | 'older'; orderId: string; told: boolean } | { became: 'refused'; cause: string };

export interface WriteTarget {
	scope: Scope;
	target: StoreTarget;
	box: SealedBox;
	source: Source;
	life: BuyerDataLife;
}

/** Writes readings of one store and says what became of each, by its place on the page. */
export async function writeReadings(
	engine: Pick<Engine, 'options' | 'now'>,
	to: WriteTarget,
	readings: Reading[],
): Promise<Map<number, Written>> {
	const outcomes = new Map<number, Written>();
	for (const layer of layersOf(readings)) {
		const known = await probeOrders(
			to.scope,
			to.target.storeId,
			layer.map((r) => r.order.externalId),
		);
		const batch: OrderBatch = { added: [], changed: [], older: [], history: [], buyers: [], copyFromRows: engine.options.copyFromRows };
		const hidden: { orderId: string; diesAt: Instant }[] = [];
		const older = new Map<string, number>();
		let takenBack = false;
		for (const reading of layer) {
			const have = known.get(reading.order.externalId);
			const digest = orderDigest(reading.order);
			const became = compare(reading.order, digest, have);
			const orderId = have?.orderId ?? newId();
			outcomes.set(reading.index, { became, orderId, told: became === 'new' || became === 'changed' });
			if (became === 'unchanged') continue;
			if (became === 'changed' && reading.order.updatedAt === have?.updatedAt) takenBack = true;
			const diesAt = buyerDeath(reading.order, to.life);
			const isOver = diesAt <= engine.now().toISOString();
			const write = orderWrite(to.target, orderId, isOver ? { ...reading, order: nameless(reading.order) } : reading, digest);
			if (became === 'new') batch.added.push(write);
			else if (became === 'changed') batch.changed.push(write);
			else {
				batch.older.push(write);
				older.set(orderId, reading.index);
			}
			if (isHistory(reading.order, have)) batch.history.push(historyWrite(write, to.source));
			if (became === 'older') continue;
			const buyer = buyerWrite(to.box, write, diesAt);
			if (buyer) batch.buyers.push(buyer);
			else if (became === 'changed') hidden.push({ orderId, diesAt });
		}
		if (takenBack) await countTakenBack(to.scope, to.target.storeId);
		const enriched = await writeOrders(to.scope, batch);
		if (hidden.length > 0) await moveBuyerDeaths(to.scope, hidden);
		for (const orderId of enriched) {
			const index = older.get(orderId);
			if (index !== undefined) outcomes.set(index, { became: 'changed', orderId, told: true });
		}
	}
	return outcomes;
}

/** Several versions of one order on a page are written one after the other, oldest first. */
function layersOf(readings: Reading[]): Reading[][] {
	const layers: Reading[][] = [];
	const times = new Map<string, number>();
	const sorted = [...readings].sort((a, b) =>
		a.order.updatedAt < b.order.updatedAt ? -1 : a.order.updatedAt > b.order.updatedAt ? 1 : a.index - b.index,
	);
	for (const reading of sorted) {
		const depth = times.get(reading.order.externalId) ?? 0;
		times.set(reading.order.externalId, depth + 1);
		(layers[depth] ??= []).push(reading);
	}
	return layers;
}

function compare(order: Order, digest: Buffer, have: KnownOrder | undefined): 'new' | 'changed' | 'unchanged' | 'older' {
	if (!have) return 'new';
	if (order.updatedAt < have.updatedAt) return 'older';
	if (order.updatedAt === have.updatedAt && !have.forgotten && digest.equals(have.digest)) return 'unchanged';
	return 'changed';
}

function orderWrite(target: StoreTarget, orderId: string, reading: Reading, digest: Buffer): OrderWrite {
	const { order, replyIds } = reading;
	return {
		orderId,
		order,
		digest,
		localDay: localDay(order.placedAt, target.zone),
		rawReplyIds: replyIds,
		storeId: target.storeId,
		platform: target.platform,
	};
}

function isHistory(order: Order, have: KnownOrder | undefined): boolean {
	return !have || have.state !== order.state || have.rawStatus !== order.rawStatus;
}

function historyWrite(write: OrderWrite, source: Source): HistoryWrite {
	const { updatedAt, state, rawStatus } = write.order;
	// The same step told twice, by a push and a poll, is one step.
	const historyId = nameId(write.orderId, updatedAt, state, rawStatus);
	return { orderId: write.orderId, historyId, extAt: updatedAt, state, rawStatus, source, rawReplyId: write.rawReplyIds[0] ?? null };
}

/** Data whose time is over is not even stored: a backfill of old orders brings no buyers. */
function nameless(order: Order): Order {
	return { ...order, buyer: null, externalBuyerId: null };
}

function buyerWrite(box: SealedBox, write: OrderWrite, diesAt: Instant): BuyerWrite | null {
	const { buyer } = write.order;
	if (buyer === null) return null;
	return {
		orderId: write.orderId,
		sealed: box.seal(JSON.stringify(buyer), PLACES.buyer(write.orderId)),
		purpose: 'fulfilment',
		diesAt,
		masked: buyer.maskedByPlatform,
	};
}

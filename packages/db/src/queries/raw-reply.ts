import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { arrayText } from '../bulk.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** One answer of a platform within a pack. */
export interface ReplyPart {
	operation: string;
	fetchedAt: string;
	/** Bytes before compression; 0 when the reply is not kept. */
	size: number;
}

/** The replies behind one page, one after the other, compressed and sealed together. */
export interface ReplyPackWrite {
	packId: string;
	storeId: string;
	platform: string;
	/** Of all evidence of the page, also of what was not kept again. */
	digest: Buffer;
	parts: readonly ReplyPart[];
	sealed: Buffer;
	/** When the first of the buyers in it has to be forgotten; null when there are none. */
	diesAt: string | null;
}

/** A reply and where it lies in its pack's plain bytes. */
export interface StoredReply extends ReplyPart {
	rawReplyId: string;
	/** The row that holds it. */
	packId: string;
	offset: number;
}

/** Parts of one pack: their number is the last group of four digits of their ids. */
export const MOST_PARTS = 0x1_0000;

/** The id of a pack's part, from an id whose last four hex digits are free. */
export function replyIdOf(packId: string, part: number): string {
	return `${packId.slice(0, -4)}${part.toString(16).padStart(4, '0')}`;
}

/**
 * Whether a store already holds a page with this digest of its evidence, and nothing was taken back since: a platform that says A, then B at
 * the same time of change, then A again has taken B back, and the page has to be read. One index probe.
 * @param ever whether what was taken back since counts too, as for documents that somebody feeds again.
 */
export async function knowsPage(scope: Scope, storeId: string, digest: Buffer, ever: boolean): Promise<boolean> {
	const rows = await prepared(
		scope,
		'knows_page',
		sql`select from raw_reply r join store s on s.workspace_id = r.workspace_id and s.store_id = r.store_id
			where r.workspace_id = ${scope.workspaceId} and r.store_id = ${storeId} and r.digest = ${digest}
				and (${ever} or r.taken_back = s.taken_back) limit 1`,
	);
	return rows.length > 0;
}

/** The pack that holds a page with this digest of its evidence; null where none does. */
export async function knownPack(scope: Scope, storeId: string, digest: Buffer): Promise<string | null> {
	const [row] = await prepared(
		scope,
		'known_pack',
		sql<{ raw_reply_id: string }>`select raw_reply_id from raw_reply
			where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and digest = ${digest} order by fetched_at desc limit 1`,
	);
	return row?.raw_reply_id ?? null;
}

/** No page that was stored before counts as known until it is read again. */
export async function countTakenBack(scope: Scope, storeId: string): Promise<void> {
	await scope.client.query('update store set taken_back = taken_back + 1 where workspace_id = $1 and store_id = $2', [
		scope.workspaceId,
		storeId,
	]);
}

/** A page that was read again and told nothing new counts as known again. */
export async function standAgain(scope: Scope, storeId: string, digest: Buffer): Promise<void> {
	await scope.client.query(
		`update raw_reply r set taken_back = s.taken_back from store s
			where r.workspace_id = $1 and r.store_id = $2 and r.digest = $3
				and s.workspace_id = $1 and s.store_id = $2 and r.taken_back <> s.taken_back`,
		[scope.workspaceId, storeId, digest],
	);
}

export async function addReplyPack(scope: Scope, pack: ReplyPackWrite): Promise<void> {
	const [first] = pack.parts;
	if (!first) return;
	const operations = [...new Set(pack.parts.map((p) => p.operation))];
	const start = Date.parse(first.fetchedAt);
	const parts = pack.parts.flatMap((p) => [operations.indexOf(p.operation), p.size, Date.parse(p.fetchedAt) - start]);
	await scope.client.query({
		name: 'pangea_add_reply_pack',
		text: `insert into raw_reply (workspace_id, raw_reply_id, store_id, platform, operation, fetched_at, digest, size, sealed, operations,
				parts, dies_at, taken_back)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
				coalesce((select taken_back from store where workspace_id = $1 and store_id = $3), 0))`,
		values: [
			scope.workspaceId,
			pack.packId,
			pack.storeId,
			pack.platform,
			first.operation,
			first.fetchedAt,
			pack.digest,
			pack.parts.reduce((sum, p) => sum + p.size, 0),
			pack.sealed,
			arrayText(operations),
			`{${parts.join(',')}}`,
			pack.diesAt,
		],
	});
}

/** The named replies that are still kept, newest first. */
export async function storedReplies(scope: Scope, replyIds: readonly string[]): Promise<StoredReply[]> {
	if (replyIds.length === 0) return [];
	const rows = await scope.db
		.selectFrom('raw_reply')
		.select(['raw_reply_id', 'operation', 'fetched_at', 'size', 'operations', 'parts'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('raw_reply_id', 'in', rowIdsOf(replyIds))
		.execute();
	const found = [...new Set(replyIds)].flatMap((id) => partOf(id, rows) ?? []);
	return found.sort((a, b) => (a.fetchedAt < b.fetchedAt ? 1 : a.fetchedAt > b.fetchedAt ? -1 : 0));
}

/** A kept reply with the sealed bytes of its pack, when it belongs to one of the stores. */
export async function sealedReply(
	scope: Scope,
	storeScope: StoreScope,
	rawReplyId: string,
): Promise<(StoredReply & { sealed: Buffer }) | null> {
	const rows = await scope.db
		.selectFrom('raw_reply')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('raw_reply_id', 'in', rowIdsOf([rawReplyId]))
		.where(inStores('store_id', storeScope))
		.execute();
	const part = partOf(rawReplyId, rows);
	const row = rows.find((r) => r.raw_reply_id === part?.packId);
	return part && row ? { ...part, sealed: row.sealed } : null;
}

/** A reply is a row of its own, from before there were packs, or a part of the pack whose id it shares but for the last digits. */
function rowIdsOf(replyIds: readonly string[]): string[] {
	return [...new Set(replyIds.flatMap((id) => [id, replyIdOf(id, 0)]))];
}

interface PackRow {
	raw_reply_id: string;
	operation: string;
	fetched_at: string;
	size: number;
	operations: string[];
	parts: number[];
}

function partOf(rawReplyId: string, rows: readonly PackRow[]): StoredReply | null {
	const single = rows.find((r) => r.raw_reply_id === rawReplyId && r.parts.length === 0);
	if (single) {
		const { operation, size } = single;
		return { rawReplyId, packId: rawReplyId, operation, fetchedAt: single.fetched_at, size, offset: 0 };
	}
	const packId = replyIdOf(rawReplyId, 0);
	const pack = rows.find((r) => r.raw_reply_id === packId);
	const number = Number.parseInt(rawReplyId.slice(-4), 16);
	const [operation, size, millis] = pack?.parts.slice(3 * number, 3 * number + 3) ?? [];
	if (!pack || operation === undefined || !size || millis === undefined) return null;
	let offset = 0;
	for (let i = 0; i < number; i++) offset += pack.parts[3 * i + 1] ?? 0;
	const fetchedAt = new Date(Date.parse(pack.fetched_at) + millis).toISOString();
	return { rawReplyId, packId, operation: pack.operations[operation] ?? pack.operation, fetchedAt, size, offset };
}

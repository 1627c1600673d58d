import type { Scope } from '../database.ts';

export interface RawReplyWrite {
	rawReplyId: string;
	storeId: string;
	platform: string;
	operation: string;
	fetchedAt: string;
	digest: Buffer;
	/** Bytes before compression. */
	size: number;
	sealed: Buffer;
}

/** Which of these digests a store already holds, as hex. One index probe for a whole page. */
export async function knownReplies(scope: Scope, storeId: string, digests: readonly Buffer[]): Promise<Set<string>> {
	if (digests.length === 0) return new Set();
	const result = await scope.client.query<{ digest: Buffer }>({
		name: 'known replies',
		text: 'select distinct digest from raw_reply where workspace_id = $1 and store_id = $2 and digest = any($3::bytea[])',
		values: [scope.workspaceId, storeId, digests],
	});
	return new Set(result.rows.map((r) => r.digest.toString('hex')));
}

export async function addReplies(scope: Scope, replies: readonly RawReplyWrite[]): Promise<void> {
	if (replies.length === 0) return;
	await scope.db
		.insertInto('raw_reply')
		.values(
			replies.map((r) => ({
				workspace_id: scope.workspaceId,
				raw_reply_id: r.rawReplyId,
				store_id: r.storeId,
				platform: r.platform,
				operation: r.operation,
				fetched_at: r.fetchedAt,
				digest: r.digest,
				size: r.size,
				sealed: r.sealed,
			})),
		)
		.execute();
}

export async function rawReply(scope: Scope, rawReplyId: string) {
	return await scope.db
		.selectFrom('raw_reply')
		.select(['sealed', 'operation', 'fetched_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('raw_reply_id', '=', rawReplyId)
		.executeTakeFirst();
}

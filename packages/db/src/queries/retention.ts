import { sql } from 'kysely';
import type { Scope } from '../database.ts';

export interface Purged {
	buyerRecords: number;
	rawReplies: number;
	deliveries: number;
}

/** Deletes personal data past its date, evidence fetched before an instant, and the bodies of pushes settled before it. */
export async function purgePersonalData(scope: Scope, now: string, evidenceBefore: string): Promise<Purged> {
	const count = async (query: ReturnType<typeof sql>): Promise<number> => Number((await query.execute(scope.db)).numAffectedRows ?? 0n);
	return {
		buyerRecords: await count(sql`delete from buyer_data where workspace_id = ${scope.workspaceId} and dies_at <= ${now}`),
		// A record in quarantine keeps its own sealed text until somebody decides about it.
		rawReplies: await count(sql`delete from raw_reply where workspace_id = ${scope.workspaceId} and fetched_at < ${evidenceBefore}`),
		deliveries: await count(
			sql`update intake set sealed = ''::bytea where workspace_id = ${scope.workspaceId} and state <> 'waiting' and received_at < ${evidenceBefore} and sealed <> ''::bytea`,
		),
	};
}

/** Moves the death of buyers' data that an order already has. */
export async function moveBuyerDeaths(scope: Scope, deaths: readonly { orderId: string; diesAt: string }[]): Promise<void> {
	await sql`
		update buyer_data b set dies_at = x.dies_at
		from unnest(${deaths.map((d) => d.orderId)}::uuid[], ${deaths.map((d) => d.diesAt)}::timestamptz[]) as x(order_id, dies_at)
		where b.workspace_id = ${scope.workspaceId} and b.order_id = x.order_id and b.dies_at <> x.dies_at`.execute(scope.db);
}

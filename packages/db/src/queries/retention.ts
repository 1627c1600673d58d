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

import type { CaseFacts } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** A buyer who waits for an answer in a conversation that is neither done nor asleep. */
export interface WaitingBuyer {
	conversationId: string;
	storeId: string;
	platform: string;
	kind: string;
	site: string;
	zone: string;
	since: string;
	caseFacts: CaseFacts | null;
	isHeld: boolean;
}

/** Buyers who wait since a time, the longest wait first, in stores that are at work. */
export async function waitingBuyers(scope: Scope, of: { since: string; now: string; limit: number }): Promise<WaitingBuyer[]> {
	const { rows } = await sql<WaitingBuyer>`
		select c.conversation_id as "conversationId", c.store_id as "storeId", c.platform, c.kind, s.site_id as site, s.zone, c.waiting_since as since,
			c.case_facts as "caseFacts", c.assignee_id is not null as "isHeld"
		from conversation c join store s on s.workspace_id = c.workspace_id and s.store_id = c.store_id and s.enabled and s.active
		where c.workspace_id = ${scope.workspaceId} and c.done_at is null and c.waiting_since >= ${of.since}
			and (c.snoozed_until is null or c.snoozed_until <= ${of.now})
		order by c.waiting_since, c.conversation_id limit ${of.limit}`.execute(scope.db);
	return rows;
}

import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

export interface GrantRow {
	connection_id: string;
	platform: string;
	account_name: string | null;
	external_account_id: string;
	state: string;
	grant_expires_at: string | null;
	store_ids: string[];
	/** When somebody consented last, and who; null for somebody with a link, or from before the trail told. */
	granted_at: string | null;
	granted_by: string | null;
}

/** The grants behind the stores a member sees, those that die first before the others and those without a date last. */
export async function grants(scope: Scope, storeScope: StoreScope): Promise<GrantRow[]> {
	const ws = scope.workspaceId;
	const found = await sql<GrantRow>`
		select c.connection_id, c.platform, c.account_name, c.external_account_id, c.state, c.grant_expires_at, s.store_ids,
			t.at as granted_at, t.actor_name as granted_by
		from connection c
		join lateral (select array_agg(s.store_id order by s.created_at) as store_ids from store s
			where s.workspace_id = ${ws} and s.connection_id = c.connection_id and ${inStores('s.store_id', storeScope)}) s on s.store_ids is not null
		left join lateral (select a.at, a.actor_name from audit a
			where a.workspace_id = ${ws} and a.connection_id = c.connection_id and a.action in ('stores.bind', 'links.use')
			order by a.at desc, a.audit_id desc limit 1) t on true
		where c.workspace_id = ${ws} and c.state <> 'disconnected'
		order by c.grant_expires_at nulls last, c.connection_id`.execute(scope.db);
	return found.rows;
}

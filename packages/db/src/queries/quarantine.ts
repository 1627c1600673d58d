import { sql } from 'kysely';
import type { Scope } from '../database.ts';

export interface QuarantineWrite {
	quarantineId: string;
	storeId: string;
	platform: string;
	externalId: string | null;
	/** What we could not understand; holds no values of the record. */
	cause: string;
	digest: Buffer;
	sealed: Buffer;
	rawReplyId: string | null;
}

/** Keeps records that could not be understood. @returns how many of them are new here. */
export async function quarantineRecords(scope: Scope, records: readonly QuarantineWrite[]): Promise<number> {
	let added = 0;
	for (const r of records) {
		const result = await sql<{ added: boolean }>`
			insert into quarantine (workspace_id, quarantine_id, store_id, platform, external_id, cause, digest, sealed, raw_reply_id)
			values (${scope.workspaceId}, ${r.quarantineId}, ${r.storeId}, ${r.platform}, ${r.externalId}, ${r.cause}, ${r.digest}, ${r.sealed}, ${r.rawReplyId})
			on conflict (workspace_id, store_id, digest) do update set attempts = quarantine.attempts + 1, last_at = now(), cause = excluded.cause,
				state = case when quarantine.state = 'dismissed' then 'dismissed' else 'waiting' end
			returning xmax = 0 as added`.execute(scope.db);
		if (result.rows[0]?.added) added++;
	}
	return added;
}

export async function quarantinedRecord(scope: Scope, quarantineId: string) {
	return await scope.db
		.selectFrom('quarantine')
		.select(['quarantine_id', 'store_id', 'platform', 'external_id', 'sealed', 'raw_reply_id', 'state'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('quarantine_id', '=', quarantineId)
		.executeTakeFirst();
}

export async function settleQuarantine(
	scope: Scope,
	quarantineId: string,
	outcome: { state: 'replayed' } | { state: 'waiting'; cause: string | null },
): Promise<void> {
	await scope.db
		.updateTable('quarantine')
		.set((eb) => ({
			state: outcome.state,
			attempts: eb('attempts', '+', 1),
			last_at: new Date().toISOString(),
			...(outcome.state === 'waiting' && outcome.cause !== null ? { cause: outcome.cause } : {}),
		}))
		.where('workspace_id', '=', scope.workspaceId)
		.where('quarantine_id', '=', quarantineId)
		.execute();
}

/** Records whose order has been read well since, for whichever store of the account they were set aside: nothing is missing any more. */
export async function resolveQuarantine(scope: Scope, storeId: string, externalIds: readonly string[]): Promise<number> {
	const result = await scope.client.query({
		name: 'pangea_resolve_quarantine',
		text: `update quarantine set state = 'replayed', last_at = now()
			where workspace_id = $1 and state = 'waiting' and external_id = any($3::text[])
				and store_id = any(array(
					select s.store_id from store own
					join store s on s.workspace_id = own.workspace_id and s.connection_id = own.connection_id
					where own.workspace_id = $1 and own.store_id = $2))`,
		values: [scope.workspaceId, storeId, externalIds],
	});
	return result.rowCount ?? 0;
}

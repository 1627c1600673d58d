import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** The sealed settings of a grant's mailbox; null where nobody has named one. */
export async function mailboxOf(scope: Scope, connectionId: string): Promise<Buffer | null> {
	const row = await scope.db
		.selectFrom('mailbox')
		.select('sealed')
		.where('workspace_id', '=', scope.workspaceId)
		.where('connection_id', '=', connectionId)
		.executeTakeFirst();
	return row?.sealed ?? null;
}

/**
 * Keeps the mailbox of a grant. Its stores are read at once, and from the beginning where it is another one.
 * @param another whether what was read of the former one says nothing about it
 */
export async function saveMailbox(scope: Scope, connectionId: string, sealed: Buffer, another: boolean): Promise<void> {
	const ws = scope.workspaceId;
	await scope.db
		.insertInto('mailbox')
		.values({ workspace_id: ws, connection_id: connectionId, sealed })
		.onConflict((c) => c.columns(['workspace_id', 'connection_id']).doUpdateSet({ sealed, saved_at: new Date().toISOString() }))
		.execute();
	if (another) await forgetCursors(scope, connectionId);
	await sql`update message_pull set tried_at = null where workspace_id = ${ws} and store_id in
		(select store_id from store where workspace_id = ${ws} and connection_id = ${connectionId})`.execute(scope.db);
}

/** Forgets a grant's mailbox. @returns whether there was one. */
export async function removeMailbox(scope: Scope, connectionId: string): Promise<boolean> {
	await forgetCursors(scope, connectionId);
	const gone = await scope.db
		.deleteFrom('mailbox')
		.where('workspace_id', '=', scope.workspaceId)
		.where('connection_id', '=', connectionId)
		.executeTakeFirst();
	return gone.numDeletedRows > 0n;
}

async function forgetCursors(scope: Scope, connectionId: string): Promise<void> {
	const ws = scope.workspaceId;
	await sql`delete from mailbox_cursor where workspace_id = ${ws} and store_id in
		(select store_id from store where workspace_id = ${ws} and connection_id = ${connectionId})`.execute(scope.db);
}

export interface MailboxRow {
	connection_id: string;
	platform: string;
	account_name: string | null;
	external_account_id: string;
	/** Null where nobody has named one. */
	sealed: Buffer | null;
	saved_at: string | null;
	store_ids: string[];
	/** Why messages cannot be read; null where they can, or were not asked for yet. */
	error_code: string | null;
	/** All mail up to here was read by every store. */
	read_until: string | null;
}

/** Grants of some platforms behind the stores a member sees, with their mailboxes and how far these are read. */
export async function mailboxes(scope: Scope, storeScope: StoreScope, platforms: readonly string[]): Promise<MailboxRow[]> {
	const ws = scope.workspaceId;
	const found = await sql<MailboxRow>`
		select c.connection_id, c.platform, c.account_name, c.external_account_id, m.sealed, m.saved_at, s.store_ids, s.error_code, s.read_until
		from connection c
		join lateral (select array_agg(s.store_id order by s.created_at) as store_ids, max(p.error_code) as error_code,
				case when count(p.read_until) = count(*) then min(p.read_until) end as read_until
			from store s left join message_pull p on p.workspace_id = ${ws} and p.store_id = s.store_id
			where s.workspace_id = ${ws} and s.connection_id = c.connection_id and ${inStores('s.store_id', storeScope)}) s on s.store_ids is not null
		left join mailbox m on m.workspace_id = ${ws} and m.connection_id = c.connection_id
		where c.workspace_id = ${ws} and c.state <> 'disconnected' and c.platform = any(${platforms})
		order by c.connection_id`.execute(scope.db);
	return found.rows;
}

/** How far a store has read a folder; null where it never did. */
export async function mailboxCursor(
	scope: Scope,
	storeId: string,
	folder: string,
): Promise<{ uidValidity: string; lastUid: number } | null> {
	const row = await scope.db
		.selectFrom('mailbox_cursor')
		.select(['uid_validity', 'last_uid'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('folder', '=', folder)
		.executeTakeFirst();
	return row ? { uidValidity: String(row.uid_validity), lastUid: Number(row.last_uid) } : null;
}

/** Notes how far a store has read a folder. A former number of the same folder never wins. */
export async function keepMailboxCursor(
	scope: Scope,
	storeId: string,
	folder: string,
	{ uidValidity, lastUid }: { uidValidity: string; lastUid: number },
): Promise<void> {
	await sql`
		insert into mailbox_cursor as c (workspace_id, store_id, folder, uid_validity, last_uid)
		values (${scope.workspaceId}, ${storeId}, ${folder}, ${uidValidity}, ${lastUid})
		on conflict (workspace_id, store_id, folder) do update set uid_validity = excluded.uid_validity,
			last_uid = case when c.uid_validity = excluded.uid_validity then greatest(c.last_uid, excluded.last_uid) else excluded.last_uid end`.execute(
		scope.db,
	);
}

/** The stores of all grants that have a mailbox, for whoever listens at it. */
export async function listenedMailboxes(scope: Scope): Promise<{ connectionId: string; savedAt: string; storeIds: string[] }[]> {
	const ws = scope.workspaceId;
	const rows = await prepared(
		scope,
		'listened_mailboxes',
		sql<{ connection_id: string; saved_at: string; store_ids: string[] }>`
		select m.connection_id, m.saved_at, array_agg(s.store_id) as store_ids from mailbox m
		join connection c on c.workspace_id = m.workspace_id and c.connection_id = m.connection_id and c.state = 'active'
		join store s on s.workspace_id = m.workspace_id and s.connection_id = m.connection_id and s.enabled and s.active
		where m.workspace_id = ${ws} group by m.connection_id, m.saved_at`,
	);
	return rows.map((row) => ({ connectionId: row.connection_id, savedAt: row.saved_at, storeIds: row.store_ids }));
}

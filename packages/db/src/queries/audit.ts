import type { AuditAction, AuditFields } from '@pangea/domain';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';
import { CursorError, packCursor, unpackCursor } from '../keyset.ts';
import { inStores, type StoreScope } from './store-scope.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A time as PostgreSQL writes it in a session in UTC. */
const EXACT_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/;

export interface AuditEntry {
	/** Null for somebody without a login. */
	userId: string | null;
	action: AuditAction;
	/** Id of what it was done to. */
	subject: string;
	/** What that was called then: an order number, a store's or a person's name. Never a buyer's. */
	subjectName?: string | null;
	/** The one store it concerns; else the connection whose stores it concerns; else it concerns the workspace. */
	storeId?: string | null;
	connectionId?: string | null;
	before?: AuditFields;
	after?: AuditFields;
	facts?: AuditFields;
}

/** Appends to the trail, in the transaction of what was done. */
export async function writeAudit(scope: Scope, ...entries: AuditEntry[]): Promise<void> {
	if (entries.length === 0) return;
	const names = new Map<string, string | null>();
	for (const userId of new Set(entries.flatMap((e) => e.userId ?? []))) names.set(userId, await memberName(scope, userId));
	await scope.db
		.insertInto('audit')
		.values(
			entries.map(({ before, after, facts, ...entry }) => ({
				workspace_id: scope.workspaceId,
				audit_id: uuidv7(),
				user_id: entry.userId,
				actor_name: entry.userId === null ? null : (names.get(entry.userId) ?? null),
				action: entry.action,
				subject: entry.subject,
				subject_name: entry.subjectName ?? null,
				store_id: entry.storeId ?? null,
				connection_id: entry.connectionId ?? null,
				detail: JSON.stringify({ ...facts, ...(before && { before }), ...(after && { after }) }),
			})),
		)
		.execute();
}

async function memberName(scope: Scope, userId: string): Promise<string | null> {
	const row = await scope.db
		.selectFrom('member')
		.select('name')
		.where('workspace_id', '=', scope.workspaceId)
		.where('user_id', '=', userId)
		.executeTakeFirst();
	return row?.name ?? null;
}

export interface AuditFilter {
	storeScope: StoreScope;
	userId?: string | undefined;
	action?: string | undefined;
	storeId?: string | undefined;
	/** Included; ISO 8601. */
	from?: string | undefined;
	/** Not included; ISO 8601. */
	until?: string | undefined;
}

export interface AuditRow {
	audit_id: string;
	at: string;
	user_id: string | null;
	actor_name: string | null;
	action: string;
	subject: string;
	subject_name: string | null;
	store_id: string | null;
	connection_id: string | null;
	detail: Record<string, unknown>;
	/** Names of the stores it concerns, as they are called now. */
	stores: string[];
}

/**
 * One page of the trail, newest first, at the same cost at any depth. A member with a store scope sees what concerns one of these stores or
 * none at all. @throws CursorError for a foreign cursor.
 */
export async function listAudit(
	scope: Scope,
	request: AuditFilter & { after?: string | undefined; limit: number },
): Promise<{ rows: AuditRow[]; next: string | null }> {
	const asked = await parts(scope, request);
	if (asked === null) return { rows: [], next: null };
	const most = request.limit + 1;
	const branch = (chosen: RawBuilder<SqlBool>) => sql`
		(select a.* from audit a where a.workspace_id = ${scope.workspaceId} and ${sql.join([...asked.conditions, chosen], sql` and `)}
			order by a.at desc, a.audit_id desc limit ${most})`;
	const found = await sql<AuditRow & { exactly: string }>`
		select a.audit_id, a.at, a.at::text as exactly, a.user_id, a.actor_name, a.action, a.subject, a.subject_name, a.store_id, a.connection_id, a.detail,
			array(select s.name || case s.country when 'XX' then '' else ' · ' || s.country end from store s where s.workspace_id = ${scope.workspaceId}
				and (s.store_id = a.store_id or (a.store_id is null and s.connection_id = a.connection_id))
				and ${inStores('s.store_id', request.storeScope)} order by s.created_at) as stores
		from (${sql.join(asked.branches.map(branch), sql` union all `)}) a
		order by a.at desc, a.audit_id desc limit ${most}`.execute(scope.db);
	const rows = found.rows.slice(0, request.limit);
	const last = rows.at(-1);
	// A time as we show it is cut to milliseconds; a page that began there would leave out what the rest of the millisecond holds.
	return { rows, next: found.rows.length > request.limit && last ? packCursor([last.exactly, last.audit_id]) : null };
}

/** What holds for every row, and the index ranges in which they lie; null when nothing can be found. */
async function parts(
	scope: Scope,
	request: AuditFilter & { after?: string | undefined },
): Promise<{ conditions: RawBuilder<SqlBool>[]; branches: RawBuilder<SqlBool>[] } | null> {
	const conditions: RawBuilder<SqlBool>[] = [];
	if (request.after !== undefined) {
		const [at = '', auditId = ''] = unpackCursor(request.after, 2);
		if (!EXACT_TIME.test(at) || !UUID.test(auditId)) throw new CursorError('Not a page cursor of the trail');
		conditions.push(sql`(a.at, a.audit_id) < (${at}::timestamptz, ${auditId}::uuid)`);
	}
	if (request.userId !== undefined) conditions.push(sql`a.user_id = ${request.userId}`);
	if (request.action !== undefined) conditions.push(sql`a.action = ${request.action}`);
	if (request.from !== undefined) conditions.push(sql`a.at >= ${request.from}::timestamptz`);
	if (request.until !== undefined) conditions.push(sql`a.at < ${request.until}::timestamptz`);
	if (request.storeId === undefined) {
		if (request.storeScope !== null) conditions.push(await withinScope(scope, request.storeScope));
		return { conditions, branches: [sql`true`] };
	}
	if (request.storeScope && !request.storeScope.includes(request.storeId)) return null;
	const [connectionId] = await connectionsOf(scope, [request.storeId]);
	if (connectionId === undefined) return null;
	return {
		conditions,
		branches: [sql`a.store_id = ${request.storeId}`, sql`a.connection_id = ${connectionId} and a.store_id is null`],
	};
}

async function withinScope(scope: Scope, storeScope: readonly string[]): Promise<RawBuilder<SqlBool>> {
	const connections = await connectionsOf(scope, storeScope);
	return sql`case when a.store_id is not null then a.store_id = any(${[...storeScope]}::uuid[])
		when a.connection_id is not null then a.connection_id = any(${connections}::uuid[]) else true end`;
}

async function connectionsOf(scope: Scope, storeIds: readonly string[]): Promise<string[]> {
	if (storeIds.length === 0) return [];
	const rows = await scope.db
		.selectFrom('store')
		.select('connection_id')
		.distinct()
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', 'in', storeIds)
		.execute();
	return rows.map((r) => r.connection_id);
}

/** Everybody in the trail, members and those who have left, with the name they bore last. */
export async function auditPeople(scope: Scope): Promise<{ userId: string; name: string | null }[]> {
	// From one person to the next over the index: a person may have a million records.
	const found = await sql<{ userId: string; name: string | null }>`
		with recursive people as (
			(select user_id from audit where workspace_id = ${scope.workspaceId} and user_id is not null order by user_id limit 1)
			union all
			select (select a.user_id from audit a where a.workspace_id = ${scope.workspaceId} and a.user_id > p.user_id order by a.user_id limit 1)
			from people p where p.user_id is not null
		)
		select p.user_id as "userId",
			(select a.actor_name from audit a where a.workspace_id = ${scope.workspaceId} and a.user_id = p.user_id
				order by a.at desc, a.audit_id desc limit 1) as name
		from people p where p.user_id is not null order by 2, 1`.execute(scope.db);
	return found.rows;
}

import { sql } from 'kysely';
import type { Scope } from '../database.ts';

export async function addReconnectLink(
	scope: Scope,
	link: { linkId: string; connectionId: string; tokenDigest: Buffer; madeBy: string; expiresAt: string },
): Promise<void> {
	await scope.db
		.insertInto('reconnect_link')
		.values({
			workspace_id: scope.workspaceId,
			link_id: link.linkId,
			connection_id: link.connectionId,
			token_digest: link.tokenDigest,
			made_by: link.madeBy,
			expires_at: link.expiresAt,
			busy_until: null,
			used_at: null,
			revoked_at: null,
		})
		.execute();
}

/** Links of a connection with the name of who made them, newest first. */
export async function reconnectLinks(scope: Scope, connectionId: string) {
	return await scope.db
		.selectFrom('reconnect_link as l')
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 'l.workspace_id').onRef('m.user_id', '=', 'l.made_by'))
		.select(['l.link_id', 'l.connection_id', 'l.made_by', 'm.name as maker', 'l.made_at', 'l.expires_at', 'l.used_at', 'l.revoked_at'])
		.where('l.workspace_id', '=', scope.workspaceId)
		.where('l.connection_id', '=', connectionId)
		.orderBy('l.made_at', 'desc')
		.limit(50)
		.execute();
}

export async function reconnectLink(scope: Scope, linkId: string) {
	return await scope.db
		.selectFrom('reconnect_link')
		.select(['link_id', 'connection_id'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('link_id', '=', linkId)
		.executeTakeFirst();
}

/** A link that may still be used; undefined for one that is unknown, used, revoked, too old, or whose connection was taken off. */
export async function openReconnectLink(scope: Scope, tokenDigest: Buffer, now: string) {
	return await scope.db
		.selectFrom('reconnect_link as l')
		.innerJoin('connection as c', (join) =>
			join.onRef('c.workspace_id', '=', 'l.workspace_id').onRef('c.connection_id', '=', 'l.connection_id'),
		)
		.select(['l.link_id', 'l.connection_id', 'c.platform', 'c.host'])
		.where('l.workspace_id', '=', scope.workspaceId)
		.where('l.token_digest', '=', tokenDigest)
		.where('l.used_at', 'is', null)
		.where('l.revoked_at', 'is', null)
		.where('l.expires_at', '>', now)
		.where('c.state', '!=', 'disconnected')
		.executeTakeFirst();
}

/** A link that was neither used nor revoked. */
function unspent(scope: Scope, linkId: string) {
	return scope.db
		.updateTable('reconnect_link')
		.where('workspace_id', '=', scope.workspaceId)
		.where('link_id', '=', linkId)
		.where('used_at', 'is', null)
		.where('revoked_at', 'is', null);
}

/** Lets one visitor at a time exchange a consent; false when the link is not open or another one is at it. */
export async function takeReconnectTurn(scope: Scope, linkId: string, now: string, until: string): Promise<boolean> {
	const result = await unspent(scope, linkId)
		.set({ busy_until: until })
		.where('expires_at', '>', now)
		.where((eb) => eb.or([eb('busy_until', 'is', null), eb('busy_until', '<', now)]))
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

export async function endReconnectTurn(scope: Scope, linkId: string): Promise<void> {
	await scope.db
		.updateTable('reconnect_link')
		.set({ busy_until: null })
		.where('workspace_id', '=', scope.workspaceId)
		.where('link_id', '=', linkId)
		.execute();
}

/** Uses a link up; false when it was used or revoked meanwhile. */
export async function useReconnectLink(scope: Scope, linkId: string, now: string): Promise<boolean> {
	const result = await unspent(scope, linkId).set({ used_at: now, busy_until: null }).executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/** Takes an unused link back; false when there is none. */
export async function revokeReconnectLink(scope: Scope, linkId: string, now: string): Promise<boolean> {
	const result = await unspent(scope, linkId).set({ revoked_at: now }).executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/** The newest order that came through a connection, with its store; undefined when none has. */
export async function newestOrderOf(scope: Scope, connectionId: string): Promise<{ store_id: string; external_id: string } | undefined> {
	const ws = scope.workspaceId;
	const found = await sql<{ store_id: string; external_id: string }>`
		select o.store_id, o.external_id from store s
		join lateral (select o.store_id, o.external_id, o.placed_at from orders o
			where o.workspace_id = ${ws} and o.store_id = s.store_id order by o.placed_at desc, o.order_id desc limit 1) o on true
		where s.workspace_id = ${ws} and s.connection_id = ${connectionId} order by o.placed_at desc limit 1`.execute(scope.db);
	return found.rows[0];
}

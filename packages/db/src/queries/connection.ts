import type { StoreDescription } from '@pangea/domain';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type Scope, takeLock } from '../database.ts';
import type { PurgedStore } from '../schema-upkeep.ts';
import { storeMessagesLock } from './conversation.ts';
import { storeListingsLock } from './listing.ts';
import { removeMailbox } from './mailbox.ts';
import { storeOrdersLock } from './order-write.ts';
import { pairingLock } from './pairing.ts';
import { eraseStores } from './retention.ts';
import type { StoreTable } from '../schema.ts';

export interface Problem {
	code: string;
	params: Record<string, string>;
}

export async function saveAppCredential(scope: Scope, platform: string, sealed: Buffer): Promise<void> {
	const change = { sealed, updated_at: new Date().toISOString() };
	await scope.db
		.insertInto('app_credential')
		.values({ workspace_id: scope.workspaceId, platform, ...change })
		.onConflict((c) => c.columns(['workspace_id', 'platform']).doUpdateSet(change))
		.execute();
}

export async function appCredential(scope: Scope, platform: string): Promise<Buffer | null> {
	const row = await scope.db
		.selectFrom('app_credential')
		.select('sealed')
		.where('workspace_id', '=', scope.workspaceId)
		.where('platform', '=', platform)
		.executeTakeFirst();
	return row?.sealed ?? null;
}

export interface ConnectionWrite {
	platform: string;
	externalAccountId: string;
	accountName: string | null;
	host: string;
	scopes: string[];
	accessExpiresAt: string | null;
	grantExpiresAt: string | null;
}

/** Makes or renews the connection of an account; the id stays the same when the account is bound again. */
export async function upsertConnection(scope: Scope, c: ConnectionWrite): Promise<string> {
	// A renewal under way holds the secret and needs the connection next: it ends first.
	await sql`select from connection_secret s join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id
		where s.workspace_id = ${scope.workspaceId} and c.platform = ${c.platform} and c.external_account_id = ${c.externalAccountId}
			and c.host = ${c.host} for update of s`.execute(scope.db);
	const change = {
		account_name: c.accountName,
		state: 'active',
		scopes: c.scopes,
		access_expires_at: c.accessExpiresAt,
		grant_expires_at: c.grantExpiresAt,
		error_code: null,
		error_params: null,
		error_at: null,
		updated_at: new Date().toISOString(),
	};
	const row = await scope.db
		.insertInto('connection')
		.values({
			workspace_id: scope.workspaceId,
			connection_id: uuidv7(),
			platform: c.platform,
			external_account_id: c.externalAccountId,
			host: c.host,
			...change,
		})
		.onConflict((k) => k.columns(['workspace_id', 'platform', 'external_account_id', 'host']).doUpdateSet(change))
		.returning('connection_id')
		.executeTakeFirstOrThrow();
	return row.connection_id;
}

/** Replaces a connection's sealed grant; the version tells other processes that theirs is old. */
export async function saveSecret(scope: Scope, connectionId: string, sealed: Buffer): Promise<number> {
	const row = await scope.db
		.insertInto('connection_secret')
		.values({ workspace_id: scope.workspaceId, connection_id: connectionId, sealed })
		.onConflict((k) =>
			k.columns(['workspace_id', 'connection_id']).doUpdateSet((eb) => ({
				sealed,
				version: eb('connection_secret.version', '+', 1),
				updated_at: new Date().toISOString(),
			})),
		)
		.returning('version')
		.executeTakeFirstOrThrow();
	return row.version;
}

/** With `lock` nobody else reads the secret for renewal until the transaction ends. */
export async function connectionSecret(
	scope: Scope,
	connectionId: string,
	lock: boolean,
): Promise<{ sealed: Buffer; version: number } | null> {
	let query = scope.db
		.selectFrom('connection_secret')
		.select(['sealed', 'version'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('connection_id', '=', connectionId);
	if (lock) query = query.forUpdate();
	return (await query.executeTakeFirst()) ?? null;
}

export async function saveGrantTimes(
	scope: Scope,
	connectionId: string,
	times: { access: string | null; grant: string | null },
): Promise<void> {
	await scope.db
		.updateTable('connection')
		.set({ access_expires_at: times.access, grant_expires_at: times.grant, updated_at: new Date().toISOString() })
		.where('workspace_id', '=', scope.workspaceId)
		.where('connection_id', '=', connectionId)
		.execute();
}

export async function connectionById(scope: Scope, connectionId: string) {
	return await scope.db
		.selectFrom('connection')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('connection_id', '=', connectionId)
		.executeTakeFirst();
}

/** Changes state and problem of a connection; false when both were so already, and for one that was disconnected: binding alone revives it. */
export async function setConnectionState(scope: Scope, connectionId: string, state: string, problem: Problem | null): Promise<boolean> {
	return await writeState(scope, connectionId, state, problem, sql`state <> 'disconnected'`);
}

/** The same for a connection that is still active: one disconnected or in need of a person meanwhile keeps that state. */
export async function settleActiveConnection(scope: Scope, connectionId: string, state: string, problem: Problem | null): Promise<boolean> {
	return await writeState(scope, connectionId, state, problem, sql`state = 'active'`);
}

async function writeState(
	scope: Scope,
	connectionId: string,
	state: string,
	problem: Problem | null,
	condition: RawBuilder<unknown>,
): Promise<boolean> {
	const result = await sql`
		update connection set state = ${state}, error_code = ${problem?.code ?? null},
			error_params = ${problem === null ? null : JSON.stringify(problem.params)}::jsonb,
			error_at = ${problem === null ? null : sql`now()`}, updated_at = now()
		where workspace_id = ${scope.workspaceId} and connection_id = ${connectionId}
			and ${condition} and (state <> ${state} or error_code is distinct from ${problem?.code ?? null})`.execute(scope.db);
	return (result.numAffectedRows ?? 0n) > 0n;
}

/** Shows or clears a store's problem; false when nothing changed. */
export async function setStoreProblem(scope: Scope, storeId: string, problem: Problem | null): Promise<boolean> {
	const result = await sql`
		update store set error_code = ${problem?.code ?? null},
			error_params = ${problem === null ? null : JSON.stringify(problem.params)}::jsonb,
			error_at = ${problem === null ? null : sql`now()`}, updated_at = now()
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and error_code is distinct from ${problem?.code ?? null}`.execute(
		scope.db,
	);
	return (result.numAffectedRows ?? 0n) > 0n;
}

export interface StoreWrite extends StoreDescription {
	platform: string;
	country: string;
	currency: string;
	zone: string;
	language: string;
	problem: Problem | null;
}

/** Adds stores and brings known ones up to date; a name or switch that people changed stays. */
export async function upsertStores(
	scope: Scope,
	connectionId: string,
	stores: readonly StoreWrite[],
): Promise<{ storeId: string; externalId: string; added: boolean }[]> {
	const written = [];
	for (const s of stores) {
		const told = {
			site_id: s.siteId,
			country: s.country,
			currency: s.currency,
			zone: s.zone,
			language: s.language,
			mode: s.mode,
			active: s.active,
			attributes: JSON.stringify(s.attributes),
			error_code: s.problem?.code ?? null,
			error_params: s.problem === null ? null : JSON.stringify(s.problem.params),
			error_at: s.problem === null ? null : new Date().toISOString(),
			updated_at: new Date().toISOString(),
		};
		const row = await scope.db
			.insertInto('store')
			.values({
				workspace_id: scope.workspaceId,
				store_id: uuidv7(),
				connection_id: connectionId,
				platform: s.platform,
				external_id: s.externalId,
				name: s.name,
				enabled: s.problem === null,
				...told,
			})
			.onConflict((k) => k.columns(['workspace_id', 'connection_id', 'external_id']).doUpdateSet(told))
			.returning(['store_id', sql<boolean>`xmax = 0`.as('added')])
			.executeTakeFirstOrThrow();
		written.push({ storeId: row.store_id, externalId: s.externalId, added: row.added });
	}
	return written;
}

/** What a former grant gave no right to read of an account's stores is asked for again at once: messages, bookings, listings, reviews. */
export async function askRefusedAgain(scope: Scope, connectionId: string): Promise<void> {
	const mine = sql`workspace_id = ${scope.workspaceId}
		and store_id in (select store_id from store where workspace_id = ${scope.workspaceId} and connection_id = ${connectionId})`;
	for (const table of ['message_pull', 'finance_read', 'listing_read'])
		await sql`update ${sql.table(table)} set tried_at = null where ${mine} and state = 'scopeMissing'`.execute(scope.db);
	await sql`update listing_read set reviews_refused_at = null where ${mine} and reviews_refused_at is not null`.execute(scope.db);
}

export async function storeById(scope: Scope, storeId: string) {
	return await scope.db
		.selectFrom('store')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.executeTakeFirst();
}

/** A store with all that calling its platform takes. */
export type StoreForCalls = Selectable<StoreTable> & {
	connection_state: string;
	secret: Buffer | null;
	secret_version: number | null;
	app: Buffer | null;
};

/** Selects {@link StoreForCalls}, with `s` for the store and `c` for its connection; what follows is the condition. */
export const STORE_FOR_CALLS = `
	select s.*, c.state as connection_state, x.sealed as secret, x.version as secret_version, a.sealed as app
	from store s
	join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id
	left join connection_secret x on x.workspace_id = s.workspace_id and x.connection_id = s.connection_id
	left join app_credential a on a.workspace_id = s.workspace_id and a.platform = s.platform`;

/** Everything that is read before a store's platform is called, in one look. */
export async function storeForCalls(scope: Scope, storeId: string): Promise<StoreForCalls | undefined> {
	const result = await scope.client.query<StoreForCalls>(`${STORE_FOR_CALLS} where s.workspace_id = $1 and s.store_id = $2`, [
		scope.workspaceId,
		storeId,
	]);
	return result.rows[0];
}

/** Finds the store when calls for it are wanted: switched on, and its grant alive. */
export const activeStore = (workspaceId: string, storeId: string): string => `
	select 1 from store s join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id
	where s.workspace_id = ${workspaceId} and s.store_id = ${storeId} and s.enabled and c.state = 'active'`;

/** Whether calls for a store are wanted. */
export async function storeIsActive(scope: Scope, storeId: string): Promise<boolean> {
	const result = await scope.client.query({
		name: 'pangea_store_is_active',
		text: activeStore('$1', '$2'),
		values: [scope.workspaceId, storeId],
	});
	return result.rows.length === 1;
}

/** Connections whose grant is alive. */
export async function activeConnections(scope: Scope): Promise<string[]> {
	const rows = await scope.db
		.selectFrom('connection')
		.select('connection_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('state', '=', 'active')
		.execute();
	return rows.map((r) => r.connection_id);
}

/** Switched-on stores with an active grant. */
export async function activeStores(scope: Scope): Promise<string[]> {
	const rows = await scope.db
		.selectFrom('store as s')
		.innerJoin('connection as c', (join) =>
			join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.connection_id', '=', 's.connection_id'),
		)
		.select('s.store_id')
		.where('s.workspace_id', '=', scope.workspaceId)
		.where('s.enabled', '=', true)
		.where('c.state', '=', 'active')
		.execute();
	return rows.map((r) => r.store_id);
}

export async function storesOfConnection(scope: Scope, connectionId: string) {
	return await scope.db
		.selectFrom('store')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('connection_id', '=', connectionId)
		.orderBy('created_at')
		.execute();
}

export async function connectionsOfAccount(scope: Scope, platform: string, externalId: string): Promise<string[]> {
	const rows = await scope.db
		.selectFrom('connection as c')
		.select('c.connection_id')
		.distinct()
		.leftJoin('store as s', (join) => join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.connection_id', '=', 's.connection_id'))
		.where('c.workspace_id', '=', scope.workspaceId)
		.where('c.platform', '=', platform)
		.where((eb) => eb.or([eb('s.external_id', '=', externalId), eb('c.external_account_id', '=', externalId)]))
		.execute();
	return rows.map((r) => r.connection_id);
}

/**
 * Waits until nothing of a connection is being written, and lets nothing new begin until the transaction ends. Takes the locks of many writers,
 * so it goes before anything else that the transaction touches: whoever is waited for may still need what was touched.
 */
export async function lockConnection(scope: Scope, connectionId: string): Promise<void> {
	const stores = (await storesOfConnection(scope, connectionId)).map(({ store_id }) => store_id).sort();
	const locks = [storeOrdersLock, storeMessagesLock, storeListingsLock].flatMap((lockOf) => stores.map(lockOf));
	for (const lock of [...locks, pairingLock(scope.workspaceId)]) await takeLock(scope, lock);
	await connectionSecret(scope, connectionId, true);
}

/** What disconnecting deletes and keeps. */
export interface Erasure {
	secrets: number;
	/** What went of each store that had something to go. */
	erased: PurgedStore[];
	stores: number;
	ordersKept: number;
}

/** Deletes the secrets of a connection and everything personal that came through it; orders stay without their buyers. */
export async function eraseConnection(scope: Scope, connectionId: string): Promise<Erasure> {
	const ws = scope.workspaceId;
	const count = async (query: ReturnType<typeof sql>): Promise<number> => Number((await query.execute(scope.db)).numAffectedRows ?? 0n);
	const mine = sql`(select store_id from store where workspace_id = ${ws} and connection_id = ${connectionId})`;
	const secrets = await count(sql`delete from connection_secret where workspace_id = ${ws} and connection_id = ${connectionId}`);
	const mailboxes = (await removeMailbox(scope, connectionId)) ? 1 : 0;
	const erased = await eraseStores(scope, mine);
	await sql`update reconnect_link set revoked_at = now() where workspace_id = ${ws} and connection_id = ${connectionId}
		and used_at is null and revoked_at is null`.execute(scope.db);
	// Bound again, the store's history is read again, for the buyers and the evidence that were deleted.
	await sql`delete from backfill where workspace_id = ${ws} and store_id in ${mine}`.execute(scope.db);
	const stores = await count(
		sql`update store set active = false, forgotten_at = now(), updated_at = now() where workspace_id = ${ws} and connection_id = ${connectionId}`,
	);
	const kept = await sql<{ n: string }>`select count(*) as n from orders where workspace_id = ${ws} and store_id in ${mine}`.execute(
		scope.db,
	);
	return { secrets: secrets + mailboxes, erased, stores, ordersKept: Number(kept.rows[0]?.n ?? 0) };
}

import {
	activeConnections,
	addPurgeRun,
	askRefusedAgain,
	type Erasure,
	eraseConnection,
	findOverdue,
	lockConnection,
	newestOrderOf,
	planBackfill,
	backfillOf,
	saveAppCredential,
	saveSecret,
	type Scope,
	setConnectionState,
	settleActiveConnection,
	startPullCursor,
	storeForCalls,
	type StoreWrite,
	storesOfConnection,
	upsertConnection,
	upsertStores,
	connectionById,
} from '@pangea/db';
import { addMillis, NotActiveError, OtherAccountError, type PlatformId, type StoreDescription } from '@pangea/domain';
import { intakeSubscribe, storeBackfill, storePull } from '@pangea/jobs';
import { type ExchangeRequest, type Grant, type GrantContext, type PlatformAdapter, PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import { historyJob } from './backfill.ts';
import { buyerDataLives } from './buyer-data.ts';
import { createAppContext, createGrantContext, forStore } from './context.ts';
import { adapterOf, type Engine } from './engine.ts';
import { PLACES } from './keyring.ts';

const DAY = 86_400_000;

/** Keeps the credentials of our app at a platform, sealed. @throws PlatformError `appCredentialsWrong` naming the field that does not fit. */
export async function saveApp(
	engine: Engine,
	workspaceId: string,
	platform: PlatformId,
	fields: Readonly<Record<string, string>>,
): Promise<void> {
	const adapter = adapterOf(engine, platform);
	const app: Record<string, string> = {};
	for (const field of adapter.manifest.appFields) {
		const value = fields[field.key]?.trim() ?? '';
		if (value === '' && field.optional === true) continue;
		if (!new RegExp(field.pattern).test(value)) {
			throw new PlatformError({
				kind: 'rejected',
				userMessage: { code: 'appCredentialsWrong', params: { field: field.key } },
				detail: `${platform}: ${field.key} does not have the expected form`,
			});
		}
		app[field.key] = value;
	}
	const box = await engine.keys.box(workspaceId);
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		await saveAppCredential(scope, platform, box.seal(JSON.stringify(app), PLACES.app(platform)));
		// A queue may have been named only now.
		if (adapter.queue?.subscribe) await sendSubscriptions(engine, scope, platform);
		await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [] });
	});
}

async function sendSubscriptions(engine: Engine, scope: Scope, platform: PlatformId): Promise<void> {
	const { workspaceId } = scope;
	for (const connectionId of await activeConnections(scope)) {
		const connection = await connectionById(scope, connectionId);
		if (connection?.platform === platform) await engine.jobs.enqueue(intakeSubscribe, { workspaceId, connectionId }, { scope });
	}
}

/** The address of the platform's consent page. @throws PlatformError, NotActiveError where the platform has none. */
export async function authorizeUrl(
	engine: Engine,
	workspaceId: string,
	platform: PlatformId,
	request: { state: string; redirectUri: string; codeChallenge: string; host: string },
): Promise<string> {
	const adapter = adapterOf(engine, platform);
	if (!adapter.authorization.authorizeUrl) throw new NotActiveError('missing', `${platform} has no consent page`);
	const context = await createAppContext(engine, { workspaceId, connectionId: null, storeId: null, adapter }, people());
	return adapter.authorization.authorizeUrl(context, request);
}

function people(): { signal: AbortSignal; urgent: boolean } {
	return { signal: AbortSignal.timeout(60_000), urgent: true };
}

export interface BindReport {
	connectionId: string;
	stores: { storeId: string; externalId: string; added: boolean }[];
}

/**
 * Binds an account: exchanges what came back for a grant, asks which stores it opens, then writes connection, secret, stores, cursors and
 * jobs in one transaction. Binding the same account again renews its grant and keeps its stores, cursors and history.
 * @throws PlatformError
 */
export async function bindConnection(
	engine: Engine,
	workspaceId: string,
	platform: PlatformId,
	request: ExchangeRequest,
): Promise<BindReport> {
	const consent = await obtainConsent(engine, workspaceId, platform, request);
	return await engine.database.inWorkspace(workspaceId, (scope) => keepConsent(engine, scope, consent));
}

/**
 * Renews the grant of one connection with a consent of the same account; that of another account changes nothing.
 * @param settle runs first in the transaction that writes the grant; what it throws undoes all of it
 * @throws PlatformError, OtherAccountError, NotActiveError when the connection is not there or was taken off
 */
export async function renewConnection(
	engine: Engine,
	ids: { workspaceId: string; connectionId: string },
	request: ExchangeRequest,
	settle: (scope: Scope) => Promise<void>,
): Promise<void> {
	const connection = await engine.database.inWorkspace(ids.workspaceId, (scope) => connectionById(scope, ids.connectionId));
	if (!connection) throw new NotActiveError('missing', `No connection ${ids.connectionId}`);
	if (connection.state === 'disconnected') throw new NotActiveError('stopped', `Connection ${ids.connectionId} was taken off`);
	const { id: platform } = adapterOf(engine, connection.platform);
	const consent = await obtainConsent(engine, ids.workspaceId, platform, request, {
		account: (grant) => {
			if (grant.externalAccountId !== connection.external_account_id || grant.host !== connection.host)
				throw new OtherAccountError(`The consent is not of the account of connection ${ids.connectionId}`);
		},
		calls: (context) => proveAccount(engine, ids, context),
	});
	await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		await settle(scope);
		const still = await connectionById(scope, ids.connectionId);
		if (!still || still.state === 'disconnected') throw new NotActiveError('stopped', `Connection ${ids.connectionId} was taken off`);
		await keepConsent(engine, scope, consent);
	});
}

interface Consent {
	adapter: PlatformAdapter;
	grant: Grant;
	stores: readonly StoreDescription[];
	box: SealedBox;
}

/**
 * Where nobody but the visitor names the account, a consent has to see the newest order that came through the connection.
 * @throws OtherAccountError
 */
async function proveAccount(engine: Engine, ids: { workspaceId: string; connectionId: string }, context: GrantContext): Promise<void> {
	const known = await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		const order = await newestOrderOf(scope, ids.connectionId);
		const store = order && (await storeForCalls(scope, order.store_id));
		return store && { store, externalId: order.external_id };
	});
	if (!known) return;
	const adapter = adapterOf(engine, known.store.platform);
	if (adapter.authorization.accountIsClaimed !== true) return;
	const page = await adapter.orders.fetch(forStore(context, known.store), [known.externalId]);
	if (page.items.length === 0) throw new OtherAccountError(`The consent does not see the orders of connection ${ids.connectionId}`);
}

/** What a consent has to pass before it is kept: first by what it says, then by what can be seen with it. */
interface Checks {
	account(grant: Grant): void;
	calls(context: GrantContext): Promise<void>;
}

async function obtainConsent(
	engine: Engine,
	workspaceId: string,
	platform: PlatformId,
	request: ExchangeRequest,
	checks?: Checks,
): Promise<Consent> {
	const adapter = adapterOf(engine, platform);
	const context = await createAppContext(engine, { workspaceId, connectionId: null, storeId: null, adapter }, people());
	const grant = await adapter.authorization.exchange(context, request);
	checks?.account(grant);
	let newest = grant;
	const listing: GrantContext = {
		...context,
		grant: () => newest,
		renew: async () => {
			if (!adapter.authorization.refresh)
				throw new PlatformError({ kind: 'auth', userMessage: { code: 'grantExpired' }, detail: `${platform} has no refresh` });
			newest = await adapter.authorization.refresh(context, newest);
			return newest;
		},
	};
	const stores = await adapter.stores.list(listing);
	await checks?.calls(listing);
	return { adapter, grant: newest, stores, box: await engine.keys.box(workspaceId) };
}

async function keepConsent(engine: Engine, scope: Scope, { adapter, grant, stores, box }: Consent): Promise<BindReport> {
	const { workspaceId } = scope;
	const connectionId = await upsertConnection(scope, connectionWrite(adapter.id, grant));
	await saveSecret(scope, connectionId, box.seal(JSON.stringify(grant), PLACES.grant(connectionId)));
	const written = await writeStores(engine, scope, adapter, connectionId, stores);
	await askRefusedAgain(scope, connectionId);
	if (canSubscribe(engine, adapter, workspaceId)) await engine.jobs.enqueue(intakeSubscribe, { workspaceId, connectionId }, { scope });
	await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [connectionId] });
	return { connectionId, stores: written };
}

/** Whether the platform can be told where to send news. */
function canSubscribe(engine: Engine, adapter: PlatformAdapter, workspaceId: string): boolean {
	if (adapter.queue?.subscribe) return true;
	return adapter.webhooks?.subscribe !== undefined && engine.callbackUrl(adapter.id, workspaceId) !== null;
}

function connectionWrite(platform: PlatformId, grant: Grant) {
	const { externalAccountId, accountName, host, scopes, accessExpiresAt, grantExpiresAt } = grant;
	return { platform, externalAccountId, accountName, host, scopes, accessExpiresAt, grantExpiresAt };
}

async function writeStores(
	engine: Engine,
	scope: Scope,
	adapter: PlatformAdapter,
	connectionId: string,
	stores: readonly StoreDescription[],
) {
	const written = await upsertStores(
		scope,
		connectionId,
		stores.map((s) => storeWrite(adapter, s)),
	);
	const now = engine.now().toISOString();
	const { historyDays } = adapter.manifest.pull;
	for (const { storeId } of written) {
		const ids = { workspaceId: scope.workspaceId, storeId };
		await startPullCursor(scope, storeId, now);
		const history = await backfillOf(scope, storeId);
		if (!history) await planBackfill(scope, storeId, addMillis(now, -historyDays * DAY), now);
		if (history?.state !== 'done')
			await engine.jobs.enqueue(storeBackfill, historyJob(engine, ids, { platform: adapter.id, connectionId }), { scope });
		await engine.jobs.enqueue(storePull, ids, { scope });
	}
	return written;
}

function storeWrite(adapter: PlatformAdapter, store: StoreDescription): StoreWrite {
	const site = adapter.manifest.sites.find((s) => s.id === store.siteId);
	const base = { ...store, platform: adapter.id };
	if (site) return { ...base, country: site.country, currency: site.currency, zone: site.zone, language: site.language, problem: null };
	// A market we do not know yet: shown, and not called, until a release knows its currency and zone.
	return {
		...base,
		country: 'XX',
		currency: 'XXX',
		zone: 'UTC',
		language: 'und',
		problem: { code: 'modeNotServed', params: { site: store.siteId } },
	};
}

/** Asks again which stores a grant opens and writes what changed. @throws PlatformError, NotActiveError */
export async function refreshStores(
	engine: Engine,
	ids: { workspaceId: string; connectionId: string },
	signal: AbortSignal,
): Promise<number> {
	const connection = await engine.database.inWorkspace(ids.workspaceId, (scope) => connectionById(scope, ids.connectionId));
	if (connection?.state !== 'active') throw new NotActiveError('stopped', `Connection ${ids.connectionId} is not active`);
	const adapter = adapterOf(engine, connection.platform);
	const context = await createGrantContext(engine, { ...ids, storeId: null, adapter }, { signal, urgent: false });
	const stores = await adapter.stores.list(context);
	return await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		const before = await storesOfConnection(scope, ids.connectionId);
		const written = await writeStores(engine, scope, adapter, ids.connectionId, stores);
		// Heals what was refused for a role that has come since, was taken away at the platform, or got lost on our side.
		if (canSubscribe(engine, adapter, ids.workspaceId)) await engine.jobs.enqueue(intakeSubscribe, ids, { scope });
		const after = await storesOfConnection(scope, ids.connectionId);
		if (describeStores(before) !== describeStores(after)) {
			await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [ids.connectionId] });
		}
		return written.length;
	});
}

function describeStores(rows: Awaited<ReturnType<typeof storesOfConnection>>): string {
	return JSON.stringify(rows.map((s) => [s.store_id, s.site_id, s.mode, s.active, s.attributes]));
}

/**
 * Tells the platform where to send the news of a connection: to our public address, or into the queue that the app's credentials name. A
 * refusal is shown on the connection and is no failure, for polling brings the same news; the next success clears it.
 * @throws PlatformError for the job's back-off when the platform is down, not understood, or asks for silence. @throws NotActiveError
 */
export async function subscribeIntake(
	engine: Engine,
	ids: { workspaceId: string; connectionId: string },
	signal: AbortSignal,
): Promise<void> {
	const connection = await engine.database.inWorkspace(ids.workspaceId, (scope) => connectionById(scope, ids.connectionId));
	if (connection?.state !== 'active') throw new NotActiveError('stopped', `Connection ${ids.connectionId} is not active`);
	const adapter = adapterOf(engine, connection.platform);
	const url = engine.callbackUrl(adapter.id, ids.workspaceId);
	try {
		const context = await createGrantContext(engine, { ...ids, storeId: null, adapter }, { signal, urgent: false });
		if (url !== null) await adapter.webhooks?.subscribe?.(context, url);
		await adapter.queue?.subscribe?.(context);
		await settleConnection(engine, ids, 'active', null);
	} catch (error) {
		if (!(error instanceof PlatformError)) throw error;
		engine.log.warn({ ...ids, kind: error.kind, code: error.userMessage.code, err: error }, 'the platform was not told where to send news');
		if (error.kind === 'rateLimited' || error.kind === 'unavailable' || error.kind === 'unexpected') throw error;
		await settleConnection(engine, ids, error.kind === 'auth' ? 'needsReconnect' : 'active', error);
	}
}

/** A connection that was disconnected or began to need a person meanwhile keeps that state. */
async function settleConnection(
	engine: Engine,
	ids: { workspaceId: string; connectionId: string },
	state: 'active' | 'needsReconnect',
	error: PlatformError | null,
): Promise<void> {
	await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		const problem = error && { code: error.userMessage.code, params: error.userMessage.params ?? {} };
		const changed = await settleActiveConnection(scope, ids.connectionId, state, problem);
		if (changed) await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [ids.connectionId] });
	});
}

export interface DisconnectReport extends Erasure {
	/** False where the platform cannot be told or did not answer; the person should revoke there. */
	revokedAtPlatform: boolean;
}

/**
 * Disconnects an account: revokes the grant where the platform can be told, stops the jobs, deletes secrets, buyers' data and evidence,
 * keeps orders without their buyers. @throws NotActiveError when there is no such connection.
 */
export async function disconnect(engine: Engine, workspaceId: string, connectionId: string): Promise<DisconnectReport> {
	const connection = await engine.database.inWorkspace(workspaceId, (scope) => connectionById(scope, connectionId));
	if (!connection) throw new NotActiveError('missing', `No connection ${connectionId}`);
	const revokedAtPlatform = await revoke(engine, {
		workspaceId,
		connectionId,
		storeId: null,
		adapter: adapterOf(engine, connection.platform),
	});
	return await engine.database.inWorkspace(workspaceId, async (scope) => {
		// Pages under way end first; later ones find the connection closed.
		await lockConnection(scope, connectionId);
		await setConnectionState(scope, connectionId, 'disconnected', null);
		const erased = await eraseConnection(scope, connectionId);
		const at = engine.now().toISOString();
		const left = await findOverdue(scope, await buyerDataLives(engine, scope), at, addMillis(at, -engine.options.evidenceDays * DAY));
		await addPurgeRun(scope, { at, cause: 'disconnect', stores: erased.erased, deliveries: 0, ...left });
		await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [connectionId] });
		return { ...erased, revokedAtPlatform };
	});
}

async function revoke(
	engine: Engine,
	owner: { workspaceId: string; connectionId: string; storeId: null; adapter: PlatformAdapter },
): Promise<boolean> {
	if (!owner.adapter.authorization.revoke) return false;
	try {
		await owner.adapter.authorization.revoke(await createGrantContext(engine, owner, people()));
		return true;
	} catch (error) {
		engine.log.warn({ connectionId: owner.connectionId, err: error }, 'the platform was not told of the disconnection');
		return false;
	}
}

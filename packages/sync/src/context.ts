import { appCredential, connectionSecret, type Scope, saveGrantTimes, saveSecret, type StoreForCalls, storeForCalls } from '@pangea/db';
import { NotActiveError, type OperatingMode } from '@pangea/domain';
import {
	type AdapterContext,
	type AppCredentials,
	createPlatformHttp,
	type Grant,
	type GrantContext,
	type PlatformAdapter,
	PlatformError,
	type StoreContext,
} from '@pangea/platform-contract';
import type { SealedBox } from '@pangea/vault';
import { sharedBudgets } from './budgets.ts';
import { adapterOf, type Engine } from './engine.ts';
import { guardWrite } from './guard.ts';
import type { StoreTarget } from './ingest-target.ts';
import { PLACES } from './keyring.ts';
import { mailboxOfStore } from './mail/settings.ts';
import type { HeldGrant } from './renewals.ts';

export interface CallOptions {
	signal: AbortSignal;
	/** Live pull, intake and people go before history. */
	urgent: boolean;
	/** Waits for a budget where it stands, for work that would begin anew. */
	patient?: boolean;
}

export interface OpenStore {
	adapter: PlatformAdapter;
	context: StoreContext;
	target: StoreTarget;
	connectionId: string;
	/** Whether a problem is shown on the store; cleared by the next success. */
	hasProblem: boolean;
}

/**
 * Everything a call for one store needs.
 * @param known the store as it was read a moment ago.
 * @throws NotActiveError when the store, its switch or its grant forbids calls.
 */
export async function createStoreContext(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	call: CallOptions,
	known?: StoreForCalls,
): Promise<OpenStore> {
	const store = known ?? (await engine.database.inWorkspace(ids.workspaceId, (scope) => storeForCalls(scope, ids.storeId)));
	if (!store) throw new NotActiveError('missing', `No store ${ids.storeId}`);
	if (store.connection_state !== 'active')
		throw new NotActiveError('stopped', `The connection of store ${ids.storeId} is ${store.connection_state}`);
	if (!store.enabled) throw new NotActiveError('stopped', `Store ${ids.storeId} is switched off`);
	const adapter = adapterOf(engine, store.platform);
	const owner = { workspaceId: ids.workspaceId, connectionId: store.connection_id, storeId: store.store_id, adapter };
	const box = await engine.keys.box(ids.workspaceId);
	const base = appContext(engine, owner, call, openApp(box, adapter, store.app));
	if (!store.secret || store.secret_version === null) throw new NotActiveError('stopped', `Connection ${store.connection_id} has no grant`);
	const grant = grantContext(engine, owner, base, box, {
		grant: openGrant(box, store.connection_id, store.secret),
		version: store.secret_version,
	});
	const target = { ...ids, connectionId: store.connection_id };
	const context = { ...forStore(grant, store), mailbox: () => mailboxOfStore(engine, target, call.signal) };
	return {
		adapter,
		context,
		target: { ...ids, platform: store.platform, zone: store.zone },
		connectionId: store.connection_id,
		hasProblem: store.error_code !== null,
	};
}

/** A grant's calls for one of its stores. */
export function forStore(grant: GrantContext, store: StoreForCalls): StoreContext {
	return {
		...grant,
		store: {
			externalId: store.external_id,
			name: store.name,
			siteId: store.site_id,
			mode: modeOf(store.mode),
			active: store.active,
			attributes: store.attributes,
		},
		zone: store.zone,
		currency: store.currency,
	};
}

const MODES: readonly OperatingMode[] = ['local', 'crossBorder', 'semiManaged', 'fullyManaged', 'platformFulfilled', 'unknown'];

function modeOf(text: string): OperatingMode {
	return MODES.find((mode) => mode === text) ?? 'unknown';
}

export interface GrantOwner {
	workspaceId: string;
	connectionId: string;
	storeId: string | null;
	adapter: PlatformAdapter;
}

/** Acts for a stored grant. @throws NotActiveError when there is none. */
export async function createGrantContext(engine: Engine, owner: GrantOwner, call: CallOptions): Promise<GrantContext> {
	const base = await createAppContext(engine, owner, call);
	const box = await engine.keys.box(owner.workspaceId);
	const held = await engine.database.inWorkspace(owner.workspaceId, (scope) => readGrant(scope, box, owner.connectionId, false));
	return grantContext(engine, owner, base, box, held);
}

/** @throws NotActiveError when there is no grant. */
async function readGrant(scope: Scope, box: SealedBox, connectionId: string, lock: boolean): Promise<HeldGrant> {
	const row = await connectionSecret(scope, connectionId, lock);
	if (!row) throw new NotActiveError('stopped', `Connection ${connectionId} has no grant`);
	return { grant: openGrant(box, connectionId, row.sealed), version: row.version };
}

function grantContext(engine: Engine, owner: GrantOwner, base: AdapterContext, box: SealedBox, first: HeldGrant): GrantContext {
	let held = first;

	// The row stays locked while the platform answers, so a refresh token is spent once over all processes, and the new one is
	// committed before anybody can use it.
	const renewUnderLock = (): Promise<HeldGrant> =>
		engine.database.inWorkspace(owner.workspaceId, async (scope) => {
			const newest = await readGrant(scope, box, owner.connectionId, true);
			if (newest.version > held.version) return newest;
			if (!owner.adapter.authorization.refresh) {
				throw new PlatformError({ kind: 'auth', userMessage: { code: 'grantExpired' }, detail: `${owner.adapter.id} has no refresh` });
			}
			const grant = await owner.adapter.authorization.refresh(base, newest.grant);
			const version = await saveSecret(scope, owner.connectionId, box.seal(JSON.stringify(grant), PLACES.grant(owner.connectionId)));
			await saveGrantTimes(scope, owner.connectionId, { access: grant.accessExpiresAt, grant: grant.grantExpiresAt });
			return { grant, version };
		});

	return {
		...base,
		grant: () => held.grant,
		async renew() {
			const had = held.version;
			let newest = await engine.renewals.run(owner.connectionId, renewUnderLock);
			// A renewal that was under way already may have brought only what we had.
			if (newest.version <= had) newest = await engine.renewals.run(owner.connectionId, renewUnderLock);
			if (newest.version > held.version) held = newest;
			return held.grant;
		},
	};
}

interface AppOwner {
	workspaceId: string;
	connectionId: string | null;
	storeId: string | null;
	adapter: PlatformAdapter;
}

/** Acts for our app at a platform, before or without a grant. @throws PlatformError when the app's credentials are missing. */
export async function createAppContext(engine: Engine, owner: AppOwner, call: CallOptions): Promise<AdapterContext> {
	const { adapter, workspaceId } = owner;
	const sealed = await engine.database.inWorkspace(workspaceId, (scope) => appCredential(scope, adapter.id));
	return appContext(engine, owner, call, openApp(await engine.keys.box(workspaceId), adapter, sealed));
}

function appContext(engine: Engine, owner: AppOwner, call: CallOptions, app: AppCredentials): AdapterContext {
	const { adapter } = owner;
	const hosts = engine.hosts(adapter);
	const budgets = sharedBudgets(engine, adapter.manifest, { ...owner, urgent: call.urgent, patient: call.patient ?? false });
	const http = createPlatformHttp({
		...engine.http,
		hosts,
		budgets,
		mayWrite: () => guardWrite(engine, owner),
		signal: call.signal,
		allowedHosts: isDocumentAddress(adapter.manifest),
	});
	return { app, hosts, http, now: () => engine.now(), signal: call.signal };
}

/** @throws PlatformError when nobody has entered the app's credentials yet. */
function openApp(box: SealedBox, adapter: PlatformAdapter, sealed: Buffer | null): AppCredentials {
	if (sealed) return JSON.parse(box.open(sealed, PLACES.app(adapter.id)).toString('utf8')) as AppCredentials;
	if (adapter.manifest.appFields.every((f) => f.optional === true)) return {};
	throw new PlatformError({
		kind: 'forbidden',
		userMessage: { code: 'appMissing' },
		detail: `No app credentials for ${adapter.id}`,
	});
}

function openGrant(box: SealedBox, connectionId: string, sealed: Buffer): Grant {
	return JSON.parse(box.open(sealed, PLACES.grant(connectionId)).toString('utf8')) as Grant;
}

/** Whether an address lies at one of the hosts to which the platform's answers may lead. */
function isDocumentAddress({ documentHosts = [] }: PlatformAdapter['manifest']): (url: URL) => boolean {
	return (url) => url.protocol === 'https:' && documentHosts.some((end) => url.hostname.endsWith(end));
}

import {
	accountIntake,
	connectionsOfAccount,
	countIntakeAttempt,
	keepDeliveries,
	type Scope,
	setConnectionState,
	settleIntakes,
	settleStoredIntakes,
	type StoreOfIntake,
} from '@pangea/db';
import { NotActiveError, type Order } from '@pangea/domain';
import { intakeProcess, jobOf } from '@pangea/jobs';
import { type IncomingRequest, type Outcome, type Page, PlatformError, type Tiding } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from './context.ts';
import { adapterOf, type Engine } from './engine.ts';
import { newId } from './ids.ts';
import { ingestPage } from './ingest.ts';
import type { StoreTarget } from './ingest-target.ts';
import { PLACES } from './keyring.ts';
import { notActive } from './guard.ts';
import { fetchListings } from './listings/pull.ts';
import { fetchThreads, isClosed } from './messages/pull.ts';
import { withStore } from './trouble.ts';

export type DeliveryAnswer =
	/** What the platform must see; the delivery is durable. */
	| { accepted: true; status: number; body: string }
	/** No route for it: unknown platform, no push there, or no app credentials to verify with. */
	| { accepted: false; status: 404; reason: string }
	/** The signature or form is wrong. */
	| { accepted: false; status: 401; reason: string };

/**
 * Takes a push: verified by the adapter, kept durably, answered. Orders are fetched later by a job that is sent in the same transaction;
 * a delivery that is known already gets the same answer and does nothing.
 */
export async function acceptDelivery(
	engine: Engine,
	to: { workspaceId: string; platform: string },
	request: IncomingRequest,
): Promise<DeliveryAnswer> {
	const adapter = findAdapter(engine, to.platform);
	if (!adapter?.webhooks) return { accepted: false, status: 404, reason: 'no push route for this platform' };
	const kept = engine.apps.get(to.workspaceId, to.platform);
	let verdict = kept && adapter.webhooks.verify(kept, request, engine.now());
	if (!verdict?.ok) {
		// The credentials may have been changed a moment ago.
		const app = await engine.apps.read(to.workspaceId, to.platform);
		if (!app) return { accepted: false, status: 404, reason: 'no app credentials to verify with' };
		verdict = adapter.webhooks.verify(app, request, engine.now());
	}
	if (!verdict.ok) return { accepted: false, status: 401, reason: verdict.reason };
	await keepTidings(engine, to, verdict.tidings, request.body);
	return { accepted: true, ...verdict.answer };
}

function findAdapter(engine: Engine, platform: string) {
	try {
		return adapterOf(engine, platform);
	} catch (error) {
		if (error instanceof NotActiveError) return null;
		throw error;
	}
}

/** Keeps what a delivery says, one row a delivery id, and sends the jobs that act on it. @returns how many were new. */
export async function keepTidings(
	engine: Engine,
	to: { workspaceId: string; platform: string },
	tidings: readonly Tiding[],
	body: Buffer,
): Promise<number> {
	if (tidings.length === 0) return 0;
	const box = await engine.keys.box(to.workspaceId);
	const accounts = new Set(tidings.map((t) => t.accountExternalId));
	// A delivery about several accounts is kept once for each: their orders are fetched with different grants.
	const deliveries = Map.groupBy(tidings, (t) => (accounts.size === 1 ? t.deliveryId : `${t.deliveryId} ${t.accountExternalId}`));
	return await keepDeliveries(
		engine.database,
		to.workspaceId,
		to.platform,
		[...deliveries].map(([deliveryId, group]) => {
			const intakeId = newId();
			const account = group[0]?.accountExternalId ?? '';
			const sealed = box.seal(body, PLACES.intake(intakeId));
			return { intakeId, deliveryId, tidings: group, sealed, job: jobOf(intakeProcess, { ...to, account }) };
		}),
	);
}

export interface IntakeAccount {
	workspaceId: string;
	platform: string;
	account: string;
}

/**
 * Acts on the accepted pushes of an account that wait: fetches the named orders as they are now and stores them.
 * @throws PlatformError kinds `unavailable` and `unexpected`, and rate limits, for the job's back-off.
 */
export async function processIntake(engine: Engine, to: IntakeAccount, signal: AbortSignal): Promise<void> {
	for (;;) {
		const { waiting, stores } = await accountIntake(engine.database, to.workspaceId, { ...to, limit: engine.options.intakeBatch });
		if (waiting.length === 0) return;
		const intakeIds = waiting.map((r) => r.intake_id);
		try {
			await actOn(
				engine,
				{ ...to, intakeIds, stores },
				waiting.flatMap((r) => asTidings(r.tidings)),
				signal,
			);
		} catch (error) {
			const code = error instanceof PlatformError ? error.userMessage.code : 'internal';
			await engine.database.inWorkspace(to.workspaceId, (scope) =>
				countIntakeAttempt(scope, intakeIds, code, engine.options.intakeAttempts),
			);
			throw error;
		}
		if (waiting.length < engine.options.intakeBatch) return;
		signal.throwIfAborted();
	}
}

// Written by ourselves from verified deliveries; the column is JSON.
function asTidings(value: unknown[]): Tiding[] {
	return value as Tiding[];
}

interface Account extends IntakeAccount {
	intakeIds: string[];
	stores: StoreOfIntake[];
}

async function actOn(engine: Engine, to: Account, tidings: Tiding[], signal: AbortSignal): Promise<void> {
	const revoked = tidings.some((t) => t.kind === 'grant' && t.grant === 'revoked');
	if (revoked) await engine.database.inWorkspace(to.workspaceId, (scope) => flipAccount(scope, to));
	const idsOf = (kind: Tiding['kind']): string[] => [...new Set(tidings.flatMap((t) => (t.kind === kind ? t.externalIds : [])))];
	// Pushes that tell of nothing else are settled together with what they told.
	const settles = askedStores(to).length === 1 && tidings.every((t) => t.kind === 'messages') ? to.intakeIds : [];
	const talked = await actOnNamed(engine, to, idsOf('messages'), signal, async (open, ids, { last_said: lastSaid }) => {
		await fetchThreads(engine, open, ids, lastSaid ?? {}, settles);
		return true;
	});
	if (talked && settles.length > 0) return;
	const listed = await actOnNamed(engine, to, idsOf('listings'), signal, (open, ids) => fetchListings(engine, open, ids));
	const heard = talked || listed;
	const orderIds = idsOf('orders');
	const settle = (state: 'done' | 'ignored', reason: string | null): Promise<void> =>
		engine.database.inWorkspace(
			to.workspaceId,
			(scope) => settleIntakes(scope, to.intakeIds, state, reason),
			// A push that waits again is acted on again.
			{ volatile: true },
		);
	if (orderIds.length === 0) return await settle(revoked || heard || tidings.some((t) => t.kind === 'grant') ? 'done' : 'ignored', null);
	const { stores } = to;
	if (stores.length === 0) return await settle('ignored', 'unknownStore');
	const targets = stores.map(
		(s): SiteTarget => ({
			workspaceId: to.workspaceId,
			storeId: s.store_id,
			platform: s.platform,
			zone: s.zone,
			siteId: s.site_id,
		}),
	);
	const asked = targets.slice(0, askedStores(to).length);
	let wanted = orderIds;
	let reason: string | null = null;
	for (const [i, target] of asked.entries()) {
		const fetchAndStore = async (store: OpenStore): Promise<boolean> => {
			const page = await store.adapter.orders.fetch(store.context, wanted);
			const found = new Set(page.items.map((item) => (item.ok ? item.value.externalId : item.externalId)));
			wanted = wanted.filter((id) => !found.has(id));
			const last = wanted.length === 0 || i === asked.length - 1;
			return await storeBySite(engine, { asked: target, targets: asked }, page, last && reason === null ? to.intakeIds : []);
		};
		const run = await withStore(engine, target, { signal, urgent: true }, fetchAndStore, stores[i]);
		if (run.state === 'done' && run.value) return;
		if (run.state === 'done' && wanted.length === 0) break;
		if (run.state === 'wait') throw waits(to, run.seconds);
		if (run.state !== 'done') reason = run.state === 'refused' ? run.code : run.state;
	}
	await settle(reason === null || wanted.length === 0 ? 'done' : 'ignored', wanted.length === 0 ? null : reason);
}

/**
 * Reads what pushes name beside orders, each in the store that has it.
 * @param read says whether there was something to read
 * @returns whether there was something to read and nothing is left to.
 */
async function actOnNamed(
	engine: Engine,
	to: Account,
	externalIds: readonly string[],
	signal: AbortSignal,
	read: (open: OpenStore, externalIds: readonly string[], store: StoreOfIntake) => Promise<boolean>,
): Promise<boolean> {
	if (externalIds.length === 0) return false;
	let heard = false;
	for (const store of askedStores(to)) {
		const target = { workspaceId: to.workspaceId, storeId: store.store_id };
		const readOpen = async (open: OpenStore): Promise<boolean> => {
			try {
				return await read(open, externalIds, store);
			} catch (error) {
				if (isClosed(error)) return false;
				throw error;
			}
		};
		const run = await withStore(engine, target, { signal, urgent: true }, readOpen, store);
		if (run.state === 'wait') throw waits(to, run.seconds);
		heard ||= run.state === 'done' && run.value;
	}
	return heard;
}

/** The store that pushes name, or all of their account where they name that. */
function askedStores({ stores, account }: Account): StoreOfIntake[] {
	return stores[0]?.external_id === account ? stores.slice(0, 1) : stores;
}

function waits({ platform }: Account, seconds: number): PlatformError {
	return new PlatformError({
		kind: 'rateLimited',
		userMessage: { code: 'rateLimited' },
		detail: `intake of ${platform}`,
		retryAfter: seconds * 1000,
	});
}

type SiteTarget = StoreTarget & { siteId: string };

/**
 * A push may name an account that sells on several sites: each order goes to the store of its own site, and what names none to the store
 * that was asked.
 * @returns whether the pushes were settled with the last of them.
 */
async function storeBySite(
	engine: Engine,
	{ asked, targets }: { asked: SiteTarget; targets: readonly SiteTarget[] },
	page: Page<Order>,
	intakeIds: readonly string[],
): Promise<boolean> {
	const storeOf = (item: Outcome<Order>): StoreTarget =>
		(item.ok && item.value.siteId !== asked.siteId ? targets.find((t) => t.siteId === item.value.siteId) : undefined) ?? asked;
	const groups = [...Map.groupBy(page.items, storeOf)];
	for (const [i, [target, items]] of groups.entries()) {
		await ingestPage(engine, target, { ...page, items }, 'intake', async (scope) => {
			const settled = i === groups.length - 1 ? intakeIds : [];
			if (!(await settleStoredIntakes(scope, target.storeId, settled))) throw notActive(target.storeId);
			return [];
		});
	}
	return groups.length > 0 && intakeIds.length > 0;
}

async function flipAccount(scope: Scope, to: Account): Promise<void> {
	const changed: string[] = [];
	for (const connectionId of await connectionsOfAccount(scope, to.platform, to.account)) {
		if (await setConnectionState(scope, connectionId, 'needsReconnect', { code: 'grantRevoked', params: {} })) changed.push(connectionId);
	}
	if (changed.length > 0) await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: changed });
}

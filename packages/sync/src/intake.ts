import {
	addIntake,
	appCredential,
	connectionsOfAccount,
	countIntakeAttempt,
	intakeById,
	settleIntakes,
	type Scope,
	setConnectionState,
	storesOfAccount,
	waitingIntakes,
} from '@pangea/db';
import { NotActiveError, type Order } from '@pangea/domain';
import { intakeProcess } from '@pangea/jobs';
import { type IncomingRequest, type Outcome, type Page, PlatformError, type Tiding } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { adapterOf, type Engine } from './engine.ts';
import { ingestPage } from './ingest.ts';
import type { StoreTarget } from './ingest-target.ts';
import { PLACES } from './keyring.ts';
import { guard } from './pull.ts';
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
	const sealedApp = await engine.database.inWorkspace(to.workspaceId, (scope) => appCredential(scope, to.platform));
	if (!sealedApp) return { accepted: false, status: 404, reason: 'no app credentials to verify with' };
	const box = await engine.keys.box(to.workspaceId);
	const app = JSON.parse(box.open(sealedApp, PLACES.app(adapter.id)).toString('utf8')) as Record<string, string>;
	const verdict = adapter.webhooks.verify(app, request, engine.now());
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
	return await engine.database.inWorkspace(to.workspaceId, async (scope) => {
		let added = 0;
		for (const [deliveryId, group] of deliveries) {
			const [first] = group;
			if (!first) continue;
			const intakeId = await addIntake(scope, {
				platform: to.platform,
				deliveryId,
				tidings: group,
				sealed: (id) => box.seal(body, PLACES.intake(id)),
			});
			if (intakeId === null) continue;
			added++;
			await engine.jobs.enqueue(intakeProcess, { workspaceId: to.workspaceId, intakeId, account: first.accountExternalId }, { scope });
		}
		return added;
	});
}

/**
 * Acts on an accepted push, together with all others of its account that wait: fetches the named orders as they are now and stores them.
 * @throws PlatformError kinds `unavailable` and `unexpected`, and rate limits, for the job's back-off.
 */
export async function processIntake(engine: Engine, ids: { workspaceId: string; intakeId: string }, signal: AbortSignal): Promise<void> {
	const waiting = await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		const intake = await intakeById(scope, ids.intakeId);
		if (intake?.state !== 'waiting') return null;
		const account = asTidings(intake.tidings)[0]?.accountExternalId ?? '';
		const rows = await waitingIntakes(scope, intake.platform, account, engine.options.intakeBatch);
		return { platform: intake.platform, account, rows };
	});
	if (!waiting || waiting.rows.length === 0) return;
	const intakeIds = waiting.rows.map((r) => r.intake_id);
	const tidings = waiting.rows.flatMap((r) => asTidings(r.tidings));
	try {
		await actOn(engine, { ...ids, ...waiting, intakeIds }, tidings, signal);
	} catch (error) {
		const code = error instanceof PlatformError ? error.userMessage.code : 'internal';
		await engine.database.inWorkspace(ids.workspaceId, (scope) =>
			countIntakeAttempt(scope, intakeIds, code, engine.options.intakeAttempts),
		);
		throw error;
	}
}

// Written by ourselves from verified deliveries; the column is JSON.
function asTidings(value: unknown[]): Tiding[] {
	return value as Tiding[];
}

interface Account {
	workspaceId: string;
	platform: string;
	account: string;
	intakeIds: string[];
}

async function actOn(engine: Engine, to: Account, tidings: Tiding[], signal: AbortSignal): Promise<void> {
	const revoked = tidings.some((t) => t.kind === 'grant' && t.grant === 'revoked');
	if (revoked) await engine.database.inWorkspace(to.workspaceId, (scope) => flipAccount(scope, to));
	const orderIds = [...new Set(tidings.flatMap((t) => (t.kind === 'orders' ? t.externalIds : [])))];
	const settle = (state: 'done' | 'ignored', reason: string | null): Promise<void> =>
		engine.database.inWorkspace(to.workspaceId, (scope) => settleIntakes(scope, to.intakeIds, state, reason));
	if (orderIds.length === 0) return await settle(revoked || tidings.some((t) => t.kind === 'grant') ? 'done' : 'ignored', null);
	const stores = await engine.database.inWorkspace(to.workspaceId, (scope) => storesOfAccount(scope, to.platform, to.account));
	const [first] = stores;
	if (!first) return await settle('ignored', 'unknownStore');
	const targets = stores.map((s): StoreTarget & { siteId: string } => ({
		workspaceId: to.workspaceId,
		storeId: s.store_id,
		platform: s.platform,
		zone: s.zone,
		siteId: s.site_id,
	}));
	const exact = first.external_id === to.account;
	const run = await withStore(engine, { workspaceId: to.workspaceId, storeId: first.store_id }, { signal, urgent: true }, async (store) => {
		const page = await store.adapter.orders.fetch(store.context, orderIds);
		await storeBySite(engine, exact ? targets.slice(0, 1) : targets, page);
	});
	if (run.state === 'wait') {
		throw new PlatformError({
			kind: 'rateLimited',
			userMessage: { code: 'rateLimited' },
			detail: `intake of ${to.platform}`,
			retryAfter: run.seconds * 1000,
		});
	}
	await settle(run.state === 'done' ? 'done' : 'ignored', run.state === 'refused' ? run.code : run.state === 'done' ? null : run.state);
}

/** A push may name an account that sells on several sites: each order goes to the store of its own site. */
async function storeBySite(engine: Engine, targets: (StoreTarget & { siteId: string })[], page: Page<Order>): Promise<void> {
	const [first] = targets;
	if (!first) return;
	const storeOf = (item: Outcome<Order>): StoreTarget =>
		(item.ok ? targets.find((t) => t.siteId === item.value.siteId) : undefined) ?? first;
	for (const [target, items] of Map.groupBy(page.items, storeOf)) {
		await ingestPage(engine, target, { ...page, items }, 'intake', async (scope) => {
			await guard(scope, target.storeId);
			return [];
		});
	}
}

async function flipAccount(scope: Scope, to: Account): Promise<void> {
	const changed: string[] = [];
	for (const connectionId of await connectionsOfAccount(scope, to.platform, to.account)) {
		if (await setConnectionState(scope, connectionId, 'needsReconnect', { code: 'grantRevoked', params: {} })) changed.push(connectionId);
	}
	if (changed.length > 0) await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: changed });
}

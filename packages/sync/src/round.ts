import {
	activeConnections,
	activeStores,
	addPurgeRun,
	alignBuyerDeaths,
	appCredential,
	dueFinanceReads,
	dueListingReads,
	dueLowRatedReads,
	dueReviewReads,
	dueMessagePulls,
	duePulls,
	dueSoldCounts,
	findOverdue,
	forgetRecountWindows,
	forgottenIntakes,
	hasStaleProfit,
	hasStaleSkus,
	openGaps,
	type PollRhythm,
	purgePersonalData,
	type Scope,
	stalledBackfills,
	waitingFiles,
	waitingMessages,
	waitingOrderMessages,
} from '@pangea/db';
import { addMillis, type PlatformId } from '@pangea/domain';
import {
	fileFetch,
	gapCheck,
	gapRefill,
	intakeProcess,
	listingsRead,
	reviewsRead,
	messageSend,
	messagesPull,
	noticesLook,
	orderMessageSend,
	ratesFetch,
	retentionPurge,
	salesCheck,
	settlementsPull,
	profitAddUp,
	skusAddUp,
	soldCount,
	storeBackfill,
	storePull,
	storesRefresh,
} from '@pangea/jobs';
import { historyJob } from './backfill.ts';
import { buyerDataLives } from './buyer-data.ts';
import type { Engine } from './engine.ts';
import { handOutSoon } from './messages/hand-out.ts';
import { markIfDue } from './messages/marks.ts';

const DAY = 86_400_000;
/** How often is looked what people have to know of. */
const NOTICES_SECONDS = 60;
/** How long comparisons are kept to look back at. */
const RECOUNTS_KEPT = 90 * DAY;
/** A round looks after so many accounts with forgotten pushes of a workspace at most; the next one after the rest. */
const FORGOTTEN_A_ROUND = 200;

/** Of all stores together. */
export interface PurgeSummary {
	buyers: number;
	replies: number;
	setAside: number;
	messages: number;
	deliveries: number;
	overdue: number;
}

/** Sends what is due in all workspaces: polls by each platform's rhythm, pushes and backfills that a crash left behind. */
export async function runRound(engine: Engine): Promise<void> {
	const rhythm = new Map(
		[...engine.registry].map(([id, { manifest }]): [string, PollRhythm] => [
			id,
			{ seconds: manifest.pull.pollSeconds, together: manifest.pull.togetherUpToSeconds !== undefined },
		]),
	);
	for (const workspaceId of await engine.database.workspaceIds()) {
		await engine.database.inWorkspace(workspaceId, (scope) => sendDue(engine, scope, rhythm));
		// A shift may have begun, or somebody may have room again.
		await handOutSoon(engine, workspaceId);
	}
	await engine.jobs.enqueue(noticesLook, {}, { oncePerSeconds: NOTICES_SECONDS });
}

async function sendDue(engine: Engine, scope: Scope, rhythm: ReadonlyMap<string, PollRhythm>): Promise<void> {
	const { workspaceId } = scope;
	for (const storeId of await duePulls(scope, rhythm)) await engine.jobs.enqueue(storePull, { workspaceId, storeId }, { scope });
	for (const of of await forgottenIntakes(scope, engine.options.forgottenSeconds, FORGOTTEN_A_ROUND)) {
		await engine.jobs.enqueue(intakeProcess, { workspaceId, ...of }, { scope });
	}
	const messages = new Map(
		[...engine.registry].flatMap(
			([
				id,
				{
					manifest: { messages: rules },
				},
			]) => (rules ? [[id, rules.pollSeconds]] : []),
		),
	);
	for (const storeId of await dueMessagePulls(scope, messages))
		await engine.jobs.enqueue(messagesPull, { workspaceId, storeId }, { scope });
	const listings = new Map(
		[...engine.registry].flatMap(([id, { manifest }]) => (manifest.listings ? [[id, manifest.listings.pollSeconds]] : [])),
	);
	for (const storeId of await dueListingReads(scope, listings))
		await engine.jobs.enqueue(listingsRead, { workspaceId, storeId }, { scope });
	for (const storeId of await dueSoldCounts(scope)) await engine.jobs.enqueue(soldCount, { workspaceId, storeId }, { scope });
	if (await hasStaleSkus(scope)) await engine.jobs.enqueue(skusAddUp, { workspaceId }, { scope });
	if (await hasStaleProfit(scope)) await engine.jobs.enqueue(profitAddUp, { workspaceId }, { scope });
	const reviews = new Map(
		[...engine.registry].flatMap(([id, { manifest, reviews: texts, ratings }]) =>
			manifest.reviews && (texts || ratings) ? [[id, manifest.reviews.pollSeconds]] : [],
		),
	);
	const lowRated = [...engine.registry].flatMap(([platform, { manifest, ratings, feedback }]) => {
		const seconds = manifest.reviews?.lowRatedSeconds;
		if (seconds === undefined) return [];
		const serves = (siteId: string): boolean => feedback !== undefined || ratings?.lowRated?.serves({ siteId }) === true;
		return manifest.sites.flatMap(({ id }) => (serves(id) ? [{ platform, siteId: id, seconds }] : []));
	});
	const starred = new Set([...(await dueReviewReads(scope, reviews)), ...(await dueLowRatedReads(scope, lowRated))]);
	for (const storeId of starred) await engine.jobs.enqueue(reviewsRead, { workspaceId, storeId }, { scope });
	const finances = new Map(
		[...engine.registry].flatMap(([id, { manifest }]) => (manifest.finances ? [[id, manifest.finances.pollSeconds]] : [])),
	);
	for (const storeId of await dueFinanceReads(scope, finances))
		await engine.jobs.enqueue(settlementsPull, { workspaceId, storeId }, { scope });
	// A worker that died, or a restore, may have lost the job; the message says by itself that it wants to go.
	for (const message of await waitingMessages(scope, engine.options.stalledSeconds, FORGOTTEN_A_ROUND))
		await engine.jobs.enqueue(messageSend, { workspaceId, ...message }, { scope });
	for (const fileId of await waitingFiles(scope, engine.options.stalledSeconds, FORGOTTEN_A_ROUND))
		await engine.jobs.enqueue(fileFetch, { workspaceId, fileId }, { scope });
	for (const messageId of await waitingOrderMessages(scope, engine.options.stalledSeconds, FORGOTTEN_A_ROUND))
		await engine.jobs.enqueue(orderMessageSend, { workspaceId, messageId }, { scope });
	await markIfDue(engine, scope);
	for (const { storeId, ...of } of await stalledBackfills(scope, engine.options.stalledSeconds)) {
		await engine.jobs.enqueue(storeBackfill, historyJob(engine, { workspaceId, storeId }, of), { scope });
	}
}

/** Sends the nightly work of all workspaces. */
export async function runNight(engine: Engine): Promise<void> {
	for (const workspaceId of await engine.database.workspaceIds()) {
		await engine.database.inWorkspace(workspaceId, async (scope) => {
			for (const storeId of await activeStores(scope)) await engine.jobs.enqueue(gapCheck, { workspaceId, storeId }, { scope });
			// One that a worker gave up, or that a restore has lost, waits for nobody else.
			for (const gap of await openGaps(scope)) await engine.jobs.enqueue(gapRefill, { workspaceId, ...gap }, { scope });
			for (const connectionId of await activeConnections(scope))
				await engine.jobs.enqueue(storesRefresh, { workspaceId, connectionId }, { scope });
			await forgetRecountWindows(scope, addMillis(engine.now().toISOString(), -RECOUNTS_KEPT));
			await engine.jobs.enqueue(retentionPurge, { workspaceId }, { scope });
			await engine.jobs.enqueue(salesCheck, { workspaceId }, { scope });
			await engine.jobs.enqueue(ratesFetch, { workspaceId }, { scope });
		});
	}
}

/** Deletes what is personal and past its date, looks whether anything was left, and keeps a record of both. */
export async function purgeExpired(
	engine: Pick<Engine, 'database' | 'options' | 'now' | 'registry'>,
	workspaceId: string,
): Promise<PurgeSummary> {
	const now = engine.now().toISOString();
	const before = addMillis(now, -engine.options.evidenceDays * DAY);
	const deleted = await engine.database.inWorkspace(workspaceId, async (scope) => {
		await alignBuyerDeaths(scope, await buyerDataLives(engine, scope));
		return await purgePersonalData(scope, now, before);
	});
	// A transaction of its own sees what everybody sees.
	return await engine.database.inWorkspace(workspaceId, async (scope) => {
		const found = await findOverdue(scope, await buyerDataLives(engine, scope), now, before);
		await addPurgeRun(scope, { at: now, cause: 'rule', ...deleted, ...found });
		const sum = (kind: 'buyers' | 'replies' | 'setAside' | 'messages'): number =>
			deleted.stores.reduce((n, store) => n + (store[kind] ?? 0), 0);
		const { deliveries } = deleted;
		return {
			buyers: sum('buyers'),
			replies: sum('replies'),
			setAside: sum('setAside'),
			messages: sum('messages'),
			deliveries,
			overdue: found.overdue,
		};
	});
}

/** Workspaces that have app credentials for a platform whose news come over a queue. */
export async function queueOwners(engine: Engine): Promise<{ workspaceId: string; platform: PlatformId }[]> {
	const platforms = [...engine.registry.values()].filter((a) => a.manifest.intake === 'queue' && a.queue).map((a) => a.id);
	if (platforms.length === 0) return [];
	const owners: { workspaceId: string; platform: PlatformId }[] = [];
	for (const workspaceId of await engine.database.workspaceIds()) {
		await engine.database.inWorkspace(workspaceId, async (scope) => {
			for (const platform of platforms) if (await appCredential(scope, platform)) owners.push({ workspaceId, platform });
		});
	}
	return owners;
}

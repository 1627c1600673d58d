import {
	addDelivery,
	alarmingReviews,
	channels,
	endingPapers,
	type FoundNotice,
	forgetNotices,
	missedExports,
	quarantineGrowth,
	type RaisedNotice,
	readyExports,
	reconcileNotices,
	repairedSales,
	type ScheduledFiles,
	type Scope,
	storeOverview,
	unexplainedOrders,
	unreadMentions,
	waitingBuyers,
} from '@pangea/db';
import { addMillis, isPlatformId, type NoticeKind, NOTICE_LEVELS, PAPER_ENDING_DAYS, waitDue } from '@pangea/domain';
import { noticeDeliver } from '@pangea/jobs';
import { latenessMillis } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { Engine } from '../engine.ts';

type StoreRow = Awaited<ReturnType<typeof storeOverview>>[number];

const DAY = 86_400_000;
/** A grant that ends within this time needs a person soon. */
const ENDING_MILLIS = 14 * DAY;
/** A store is late first and stalled later: a restart or a slow hour is nobody's alarm. */
const STALLED_AFTER = 2;
/** How far back windows that lack orders are told: as far as the screen shows them. */
const LACKING_MILLIS = 14 * DAY;
/** So many new records set aside within a day are a growing heap, not a stray one. */
const GROWTH_MILLIS = DAY;
const GROWTH_LEAST = 10;
/** A repair is told for so long: somebody has to find out why it was needed. */
const REPAIRED_MILLIS = 7 * DAY;
/** A file of a schedule is news for so long, and missed when it is not there so long after its time. */
const READY_MILLIS = DAY;
const MISSED_MILLIS = DAY / 24;
/** Beyond these nobody reads one by one. */
const MOST_REVIEWS = 50;
/** An answer is told to all who see the store so long before its time where nobody holds the conversation, and where somebody does. */
const UNHELD_MILLIS = 2 * 3_600_000;
const HELD_MILLIS = 30 * 60_000;
/** What is late for longer is in the report on answers. */
const LATE_MILLIS = DAY / 12;
/** Longer than any platform leaves for an answer. */
const LONGEST_WAIT_MILLIS = 8 * DAY;
const MOST_WAITS = 2000;
const MOST_DUE = 20;
const KEPT_MILLIS = 90 * DAY;
/** A store whose orders the platform keeps to itself is told as such on its card. */
const NOT_SERVED = 'modeNotServed';

/** Brings the notices of all workspaces up to date; one that cannot be looked at keeps the others from nothing. */
export async function lookEverywhere(engine: Engine): Promise<void> {
	for (const workspaceId of await engine.database.workspaceIds()) {
		try {
			await lookForNotices(engine, workspaceId);
		} catch (error) {
			engine.log.error({ workspaceId, err: error }, 'notices could not be looked after');
		}
	}
}

/**
 * Finds what a workspace's people have to know of by now. A condition that is new becomes a notice and goes to every channel once; one that
 * lasts stays the same notice, and one that is over closes it.
 */
export async function lookForNotices(engine: Engine, workspaceId: string): Promise<void> {
	const now = engine.now();
	const since = (millis: number): string => addMillis(now.toISOString(), -millis);
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		const stores = (await storeOverview(scope, null)).filter((s) => s.enabled && s.active && s.connection_state !== 'disconnected');
		const found = [
			...grantNotices(stores, now),
			...stores.flatMap((store) => stalledNotice(engine, store, now)),
			...storeNotices('ordersLacking', await unexplainedOrders(scope, since(LACKING_MILLIS)), 1, stores),
			...storeNotices('quarantineGrowing', await quarantineGrowth(scope, since(GROWTH_MILLIS)), GROWTH_LEAST, stores),
			...(await endingPapers(scope, addMillis(now.toISOString(), PAPER_ENDING_DAYS * DAY).slice(0, 10))).map((paper) =>
				paperNotice(paper, now),
			),
			...(await unreadMentions(scope)).map(mentionNotice),
			...(await readyExports(scope, since(READY_MILLIS))).map((files) => exportNotice('exportReady', files)),
			...(await missedExports(scope, since(MISSED_MILLIS))).map((files) => exportNotice('exportMissed', files)),
			...(await alarmingReviews(scope, MOST_REVIEWS)).map(({ reviewId, storeId, rating, writtenAt }) =>
				noticeOf('lowReview', reviewId, [storeId], { stars: rating, since: writtenAt }),
			),
			...dueNotices(
				engine,
				await waitingBuyers(scope, { since: since(LONGEST_WAIT_MILLIS), now: now.toISOString(), limit: MOST_WAITS }),
				now,
			),
			...storeNotices('salesRepaired', await repairedSales(scope, since(REPAIRED_MILLIS)), 1, stores),
		];
		const { raised, changed, resolved } = await reconcileNotices(scope, found);
		await forgetNotices(scope, since(KEPT_MILLIS));
		await send(engine, scope, raised);
		if (raised.length + changed + resolved > 0) await recordEvent(scope, { kind: 'notice.changed', storeId: null, ids: [] });
	});
}

/** Every channel whose member sees one of the stores; a webhook sees all but what concerns one member alone. */
async function send(engine: Engine, scope: Scope, raised: readonly RaisedNotice[]): Promise<void> {
	if (raised.length === 0) return;
	const { workspaceId } = scope;
	for (const channel of await channels(scope)) {
		const mayKnow = (notice: RaisedNotice): boolean =>
			(notice.userId === undefined || notice.userId === channel.user_id) &&
			(channel.store_scope === null || notice.storeIds.some((id) => channel.store_scope?.includes(id)));
		for (const { noticeId } of raised.filter(mayKnow)) {
			await addDelivery(scope, noticeId, channel.channel_id);
			await engine.jobs.enqueue(noticeDeliver, { workspaceId, noticeId, channelId: channel.channel_id }, { scope });
		}
	}
}

function noticeOf(kind: NoticeKind, subject: string, storeIds: readonly string[], detail: FoundNotice['detail']): FoundNotice {
	return { kind, subject, storeIds: storeIds.toSorted(), level: NOTICE_LEVELS[kind], detail };
}

function grantNotices(stores: readonly StoreRow[], now: Date): FoundNotice[] {
	return [...Map.groupBy(stores, (store) => store.connection_id)].flatMap(([connectionId, of]) => {
		const [first] = of;
		const ids = of.map((store) => store.store_id);
		if (first?.connection_state === 'needsReconnect') return [noticeOf('grantEnded', connectionId, ids, { platform: first.platform })];
		const ends = first?.grant_expires_at ?? null;
		if (!first || ends === null || Date.parse(ends) - now.getTime() > ENDING_MILLIS) return [];
		return [noticeOf('grantEnding', connectionId, ids, { platform: first.platform, endsAt: ends })];
	});
}

/** One a paper, until it is renewed or taken out: the kind changes on the day after its last. */
function paperNotice(paper: Awaited<ReturnType<typeof endingPapers>>[number], now: Date): FoundNotice {
	const { paper_id: paperId, kind: paperKind, country, valid_until: day, store_ids: storeIds } = paper;
	const ended = (day ?? '') < now.toISOString().slice(0, 10);
	return noticeOf(ended ? 'paperEnded' : 'paperEnding', paperId, storeIds ?? [], { paper: paperKind, country, day: day ?? '' });
}

/** One a conversation and member, until they have looked at it. */
function mentionNotice({ conversationId, storeId, userId, count, since }: Awaited<ReturnType<typeof unreadMentions>>[number]): FoundNotice {
	return { ...noticeOf('mentioned', `${conversationId} ${userId}`, [storeId], { conversation: conversationId, count, since }), userId };
}

/** One a wait, until it is answered: whose time is near, the nearest first. A time that is ours alone alarms nobody. */
function dueNotices({ registry }: Pick<Engine, 'registry'>, waits: Awaited<ReturnType<typeof waitingBuyers>>, now: Date): FoundNotice[] {
	const due = waits.flatMap((wait) => {
		const rules = isPlatformId(wait.platform) ? (registry.get(wait.platform)?.manifest.replyClocks ?? []) : [];
		const found = waitDue(rules, wait);
		if (found === null || found.standing === 'ours') return [];
		const left = Date.parse(found.at) - now.getTime();
		return left > (wait.isHeld ? HELD_MILLIS : UNHELD_MILLIS) || left < -LATE_MILLIS ? [] : [{ wait, at: found.at }];
	});
	return due
		.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
		.slice(0, MOST_DUE)
		.map(({ wait, at }) =>
			noticeOf('answerDue', `${wait.conversationId} ${at}`, [wait.storeId], { conversation: wait.conversationId, endsAt: at }),
		);
}

/** One a time of a schedule, for the member alone whose schedule it is. */
function exportNotice(kind: 'exportReady' | 'exportMissed', { templateId, userId, at, files, storeIds }: ScheduledFiles): FoundNotice {
	return { ...noticeOf(kind, `${templateId} ${at}`, storeIds, { count: files, since: at }), userId };
}

function stalledNotice(engine: Engine, store: StoreRow, now: Date): FoundNotice[] {
	const manifest = [...engine.registry.values()].find((adapter) => adapter.id === store.platform)?.manifest;
	const { watermark, connection_state: state, error_code: error } = store;
	if (!manifest || watermark === null || state !== 'active' || error === NOT_SERVED) return [];
	if (now.getTime() - Date.parse(watermark) <= STALLED_AFTER * latenessMillis(manifest)) return [];
	return [noticeOf('syncStalled', store.store_id, [store.store_id], { platform: store.platform, since: watermark })];
}

function storeNotices(
	kind: 'ordersLacking' | 'quarantineGrowing' | 'salesRepaired',
	counts: ReadonlyMap<string, number>,
	least: number,
	stores: readonly StoreRow[],
): FoundNotice[] {
	return stores.flatMap(({ store_id: storeId, platform }) => {
		const count = counts.get(storeId) ?? 0;
		return count < least ? [] : [noticeOf(kind, storeId, [storeId], { platform, count })];
	});
}

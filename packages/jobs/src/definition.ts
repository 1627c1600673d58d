import { z } from 'zod';

/**
 * A kind of background work. Payloads hold ids only: what a job needs it reads when it runs, so a waiting job never carries stale or
 * personal data.
 */
export interface JobDefinition<P extends object> {
	name: string;
	payload: z.ZodType<P>;
	/** Of the jobs of one group at most one runs, over all processes; a process that lost its lease may still be at it. Null: no grouping. */
	group: ((payload: P) => string) | null;
	/** Attempts after the first. */
	retryLimit: number;
	/** Seconds before the first repeat; grows by doubling with jitter up to `retryDelayMax`. */
	retryDelay: number;
	retryDelayMax: number;
	/** A job that runs longer counts as lost and is given to another worker. */
	expireInSeconds: number;
	/** Greater goes first within a queue. */
	priority: number;
	/** Kinds that go before this one: while one of theirs that is due has waited for half a second, a process runs one of this kind at most. */
	yieldsTo: readonly string[];
	/** One waiting job a key is enough; a second send is dropped, and the waiting one starts after the second sender's commit. */
	key: ((payload: P) => string) | null;
}

function define<P extends object>(
	name: string,
	payload: z.ZodType<P>,
	options: Partial<Omit<JobDefinition<P>, 'name' | 'payload'>>,
): JobDefinition<P> {
	return {
		name,
		payload,
		group: null,
		key: null,
		retryLimit: 5,
		retryDelay: 2,
		retryDelayMax: 300,
		expireInSeconds: 900,
		priority: 0,
		yieldsTo: [],
		...options,
	};
}

const id = z.uuid();
const ofStore = z.object({ workspaceId: id, storeId: id });
const ofHistory = ofStore.extend({ turn: z.string().optional() });
const ofConnection = z.object({ workspaceId: id, connectionId: id });
const nothing = z.object({});

export type StoreJob = z.infer<typeof ofStore>;
export type HistoryJob = z.infer<typeof ofHistory>;
export type ConnectionJob = z.infer<typeof ofConnection>;

const storeGroup = (payload: StoreJob): string => payload.storeId;
const connectionGroup = (payload: ConnectionJob): string => payload.connectionId;

/** Looks which stores are due and which accepted pushes were left behind. */
export const syncRound = define('sync.round', nothing, { retryLimit: 0, expireInSeconds: 120 });
/** Nightly: counts compared, open gaps refilled, personal data past its date deleted, store lists and subscriptions refreshed. */
export const nightRound = define('night.round', nothing, { expireInSeconds: 600 });
/** Orders changed since the last poll of a store. The next round repeats it anyway. */
export const storePull = define('store.pull', ofStore, { group: storeGroup, key: storeGroup, retryLimit: 3, retryDelay: 5 });
const ofAccount = z.object({ workspaceId: id, platform: z.string(), account: z.string() });
const account = (p: z.infer<typeof ofAccount>): string => `${p.workspaceId}:${p.platform}:${p.account}`;
/** The accepted pushes of one account that wait. */
export const intakeProcess = define('intake.process', ofAccount, { group: account, key: account, retryLimit: 6 });
/** Conversations with news since a store's were read last. */
export const messagesPull = define('messages.pull', ofStore, {
	group: (p) => `${p.storeId} messages`,
	key: storeGroup,
	retryLimit: 3,
	retryDelay: 10,
});
/** What a store offers, as far as it changed since the last look, and whose SKUs these are. */
export const listingsRead = define('listings.read', ofStore, {
	group: (p) => `${p.storeId} listings`,
	key: storeGroup,
	retryLimit: 3,
	retryDelay: 30,
});
/** What each of a store's listings sold in thirty days. */
export const soldCount = define('listings.count', ofStore, {
	group: (p) => `${p.storeId} listings`,
	key: storeGroup,
	retryLimit: 3,
	retryDelay: 60,
	yieldsTo: [storePull.name, intakeProcess.name, messagesPull.name],
});
/** What the listings of SKUs come to, as far as something has changed. A round repeats it anyway. */
export const skusAddUp = define('skus.addUp', z.object({ workspaceId: id }), {
	group: (p) => p.workspaceId,
	key: (p) => p.workspaceId,
	retryLimit: 0,
	yieldsTo: [storePull.name, intakeProcess.name, messagesPull.name],
});
/** What is left of the orders of noted days. A round repeats it anyway. */
export const profitAddUp = define('profit.addUp', z.object({ workspaceId: id }), {
	group: (p) => `${p.workspaceId} profit`,
	key: (p) => p.workspaceId,
	retryLimit: 0,
	yieldsTo: [storePull.name, intakeProcess.name, messagesPull.name],
});
/** Reviews of those of a store's products whose turn it is, best sold first. */
export const reviewsRead = define('reviews.read', ofStore, {
	group: (p) => `${p.storeId} reviews`,
	key: storeGroup,
	retryLimit: 3,
	retryDelay: 60,
	yieldsTo: [storePull.name, intakeProcess.name, messagesPull.name],
});
/** What a store's platform booked since the last look, then a slice of what it booked before; sends itself again until all is read. */
export const settlementsPull = define('settlements.pull', ofStore, {
	group: (p) => `${p.storeId} settlements`,
	key: storeGroup,
	retryLimit: 3,
	retryDelay: 60,
	yieldsTo: [storePull.name, intakeProcess.name, messagesPull.name],
});
/** Makes one listing in its store. Those of a store go one after the other. */
export const copyPublish = define('copy.publish', z.object({ workspaceId: id, storeId: id, copyId: id }), {
	group: (p) => `${p.storeId} copies`,
	key: (p) => p.copyId,
	retryLimit: 8,
	retryDelay: 5,
});
/** Looks whether a platform has let a listing that was made here come on sale; `asked` times it did before. */
export const copyLook = define('copy.look', z.object({ workspaceId: id, storeId: id, copyId: id, asked: z.int().nonnegative() }), {
	group: (p) => `${p.storeId} listings`,
	key: (p) => `${p.copyId}:${p.asked}`,
	retryDelay: 30,
	yieldsTo: [storePull.name, intakeProcess.name, messagesPull.name],
});
/** Sends changed prices and stocks of one store, then looks whether the platform shows them. */
export const offersSend = define('offers.send', z.object({ workspaceId: id, storeId: id, batchId: id }), {
	group: (p) => `${p.storeId} offers`,
	key: (p) => `${p.storeId} ${p.batchId}`,
	retryLimit: 8,
	retryDelay: 5,
});
const ofMessage = z.object({ workspaceId: id, conversationId: id, messageId: id });
/** Hands one reply to its platform. Those of a conversation go one after the other. */
export const messageSend = define('message.send', ofMessage, {
	group: (p) => p.conversationId,
	key: (p) => p.messageId,
	retryLimit: 8,
	retryDelay: 2,
	retryDelayMax: 120,
	priority: 10,
});
/** Hands one message about an order to its platform. */
export const orderMessageSend = define('orderMessage.send', z.object({ workspaceId: id, messageId: id }), {
	group: (p) => p.messageId,
	key: (p) => p.messageId,
	retryLimit: 8,
	retryDelay: 2,
	retryDelayMax: 120,
	priority: 10,
});
/** Looks whether a platform has taken a reply back that it took so many seconds ago. */
export const messageLook = define('message.look', ofMessage.extend({ seconds: z.int().positive() }), {
	group: (p) => p.conversationId,
	key: (p) => `${p.messageId}:${p.seconds}`,
	retryDelay: 30,
});
/** Fetches one file of a message. */
export const fileFetch = define('file.fetch', z.object({ workspaceId: id, fileId: id }), {
	group: (p) => p.fileId,
	key: (p) => p.fileId,
	retryLimit: 6,
	retryDelay: 10,
	yieldsTo: [storePull.name, messageSend.name],
});
/** Tells a platform that people here have seen a conversation. */
export const conversationSeen = define('conversation.seen', z.object({ workspaceId: id, conversationId: id }), {
	group: (p) => p.conversationId,
	key: (p) => p.conversationId,
	retryLimit: 3,
	retryDelay: 10,
});
/**
 * A slice of a store's history; sends itself again until done. Stores with the same `turn` share a rate budget: one at a time uses it up, and
 * more would hold workers that other stores need. News and messages go first.
 */
export const storeBackfill = define('store.backfill', ofHistory, {
	group: (p) => p.turn ?? p.storeId,
	key: storeGroup,
	retryLimit: 20,
	retryDelayMax: 900,
	yieldsTo: [storePull.name, intakeProcess.name, messageSend.name, messagesPull.name],
});
/** Opens the conversations of a workspace whose sleep is over. */
export const conversationsWake = define('conversations.wake', z.object({ workspaceId: id }), { retryDelay: 2 });
/** Gives the conversations of a workspace that nobody holds to whose turn it is. */
export const conversationsHandOut = define('conversations.handOut', z.object({ workspaceId: id }), {
	group: (p) => p.workspaceId,
	key: (p) => p.workspaceId,
	retryDelay: 2,
	priority: 10,
});
/** A slice of working out what messages are found by; sends itself again until done. */
export const messagesMark = define('messages.mark', z.object({ workspaceId: id }), {
	group: (p) => p.workspaceId,
	key: (p) => p.workspaceId,
	retryDelay: 30,
	yieldsTo: [storePull.name, intakeProcess.name, messageSend.name, messagesPull.name],
});
/** Compares counts per window with the platform. */
export const gapCheck = define('gap.check', ofStore, { group: storeGroup, key: storeGroup, retryLimit: 3, retryDelay: 30 });
/** Pulls the window of one known gap again. */
export const gapRefill = define('gap.refill', z.object({ workspaceId: id, storeId: id, gapId: id }), {
	group: (p) => p.storeId,
	key: (p) => p.gapId,
	retryLimit: 4,
	retryDelay: 30,
});
/** Deletes personal data and evidence past their dates. */
export const retentionPurge = define('retention.purge', z.object({ workspaceId: id }), {
	group: (p) => p.workspaceId,
	key: (p) => p.workspaceId,
});
/** Compares a sample of the rollups with the orders. */
export const salesCheck = define('sales.check', z.object({ workspaceId: id }), { group: (p) => p.workspaceId, key: (p) => p.workspaceId });
/** Fetches exchange rates for a workspace. */
export const ratesFetch = define('rates.fetch', z.object({ workspaceId: id }), {
	group: () => 'rates',
	key: (p) => p.workspaceId,
	retryLimit: 4,
	retryDelay: 60,
	retryDelayMax: 1800,
});
/** Asks the platform again which stores a grant opens. */
export const storesRefresh = define('stores.refresh', ofConnection, {
	group: connectionGroup,
	key: connectionGroup,
	retryLimit: 2,
	retryDelay: 60,
});
/** Tells the platform where to push. */
export const intakeSubscribe = define('intake.subscribe', ofConnection, {
	group: connectionGroup,
	key: connectionGroup,
	retryLimit: 4,
	retryDelay: 30,
});

/** Looks in all workspaces what people have to know of, and sends what is new. */
export const noticesLook = define('notices.look', nothing, { key: () => 'all', retryLimit: 0, expireInSeconds: 120 });
/** One notice to one channel. */
export const noticeDeliver = define('notice.deliver', z.object({ workspaceId: id, noticeId: id, channelId: id }), {
	group: (p) => p.channelId,
	key: (p) => `${p.noticeId}:${p.channelId}`,
	retryLimit: 6,
	retryDelay: 20,
	retryDelayMax: 1800,
});

/** Writes the file of one export. */
export const exportWrite = define('export.write', z.object({ workspaceId: id, runId: id }), {
	group: (p) => p.workspaceId,
	key: (p) => p.runId,
	retryLimit: 5,
	retryDelay: 5,
	expireInSeconds: 7200,
});
/** Brings the file of one export to the destination of its schedule. */
export const exportSend = define('export.send', z.object({ workspaceId: id, runId: id }), {
	group: (p) => p.workspaceId,
	key: (p) => p.runId,
	retryLimit: 8,
	retryDelay: 30,
	retryDelayMax: 1800,
	expireInSeconds: 3600,
});
/** Asks for the files of all schedules that are due. */
export const exportsDue = define('exports.due', nothing, { key: () => 'all', retryLimit: 2, retryDelay: 20, expireInSeconds: 300 });
/** Deletes files of exports past their date. */
export const exportsExpire = define('exports.expire', nothing, { key: () => 'all', retryLimit: 2, retryDelay: 60 });

/** What running a kind of job takes; the payload is checked again when a job runs. */
export interface QueueDefinition {
	name: string;
	retryLimit: number;
	retryDelay: number;
	retryDelayMax: number;
	expireInSeconds: number;
	priority: number;
	yieldsTo: readonly string[];
}

export const JOBS: readonly QueueDefinition[] = [
	syncRound,
	nightRound,
	storePull,
	storeBackfill,
	intakeProcess,
	messageSend,
	messageLook,
	orderMessageSend,
	conversationSeen,
	fileFetch,
	messagesPull,
	listingsRead,
	soldCount,
	skusAddUp,
	profitAddUp,
	reviewsRead,
	settlementsPull,
	copyPublish,
	copyLook,
	offersSend,
	conversationsWake,
	conversationsHandOut,
	messagesMark,
	gapCheck,
	gapRefill,
	retentionPurge,
	salesCheck,
	ratesFetch,
	storesRefresh,
	intakeSubscribe,
	noticesLook,
	noticeDeliver,
	exportWrite,
	exportSend,
	exportsDue,
	exportsExpire,
];

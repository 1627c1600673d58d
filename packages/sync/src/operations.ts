import { gapById, type Scope, type StoreScope } from '@pangea/db';
import {
	type Destination,
	type DraftRules,
	NotActiveError,
	type OrderMessageOffer,
	type PlatformId,
	type ReviewTopics,
} from '@pangea/domain';
import { conversationSeen, copyPublish, exportSend, exportWrite, gapCheck, gapRefill, noticesLook, offersSend } from '@pangea/jobs';
import type { CategoryProposal, ExchangeRequest } from '@pangea/platform-contract';
import type { SealedBox } from '@pangea/vault';
import { requestBackfill } from './backfill.ts';
import { authorizeUrl, bindConnection, disconnect, type DisconnectReport, renewConnection, saveApp } from './connect.ts';
import { createStoreContext } from './context.ts';
import { retryDead } from './dead-jobs.ts';
import { lookAtHostKey, tryDestination } from './destinations/send.ts';
import type { Engine } from './engine.ts';
import { withPublisher } from './listings/publish.ts';
import { forgetMailbox, keepMailbox, type MailboxRequest } from './mail/settings.ts';
import { askForFile } from './messages/files.ts';
import { offerOrderMessages, type OrderMessageRequest, queueOrderMessage } from './messages/order-messages.ts';
import { queueReply, type Reply, sendAgain, takeBack } from './messages/send.ts';
import { wakeAt } from './messages/wake.ts';
import { type ChannelRequest, saveChannel } from './notices/channels.ts';
import { testChannel } from './notices/deliver.ts';
import { replayQuarantine } from './quarantine.ts';

/** What people ask of the engine, as the API calls it. */
export interface EngineOperations {
	box(workspaceId: string): Promise<SealedBox>;
	saveApp(workspaceId: string, platform: PlatformId, fields: Record<string, string>): Promise<void>;
	authorizeUrl(
		workspaceId: string,
		platform: PlatformId,
		request: { state: string; redirectUri: string; codeChallenge: string; host: string },
	): Promise<string>;
	bind(workspaceId: string, platform: PlatformId, request: ExchangeRequest): Promise<{ connectionId: string; stores: number }>;
	renew(workspaceId: string, connectionId: string, request: ExchangeRequest, settle: (scope: Scope) => Promise<void>): Promise<void>;
	disconnect(
		workspaceId: string,
		connectionId: string,
	): Promise<
		Pick<DisconnectReport, 'revokedAtPlatform' | 'ordersKept'> & {
			secretsDeleted: number;
			buyerRecordsDeleted: number;
			repliesDeleted: number;
			setAsideDeleted: number;
			messagesDeleted: number;
			storesStopped: number;
		}
	>;
	requestBackfill(workspaceId: string, storeId: string): Promise<void>;
	checkGaps(workspaceId: string, storeId: string): Promise<void>;
	refillGap(workspaceId: string, gapId: string): Promise<void>;
	replayQuarantine(workspaceId: string, quarantineIds: string[]): Promise<{ replayed: number; waiting: number }>;
	/** Keeps a reply to a buyer and sends its handing over, with the scope's commit. @throws NotActiveError */
	sendReply(scope: Scope, box: SealedBox, storeScope: StoreScope, reply: Reply): Promise<{ sentAt: string; isNew: boolean }>;
	/** What a platform allows to send about an order now. @throws PlatformError, NotActiveError */
	offerOrderMessages(workspaceId: string, storeId: string, externalOrderId: string): Promise<OrderMessageOffer>;
	/** Keeps a message about an order and sends its handing over, with the scope's commit. @returns false where another stands in its way. */
	sendOrderMessage(scope: Scope, box: SealedBox, request: OrderMessageRequest): Promise<boolean>;
	/** Takes back a reply that was not handed over yet, with the scope's commit. @returns its words; null when it is too late. */
	takeBackReply(scope: Scope, box: SealedBox, storeScope: StoreScope, of: { messageId: string; userId: string }): Promise<string | null>;
	/** Wakes conversations that sleep until an instant, with the scope's commit. */
	wakeConversations(scope: Scope, until: string): Promise<void>;
	/** Brings notices up to date soon, with the scope's commit. */
	lookForNotices(scope: Scope): Promise<void>;
	/** Tries a reply that was not taken once more, with the scope's commit. @throws NotActiveError */
	sendReplyAgain(scope: Scope, storeScope: StoreScope, messageId: string): Promise<void>;
	/** Asks once more for a file of a message that could not be had, with the scope's commit. @throws NotActiveError */
	askForFile(scope: Scope, storeScope: StoreScope, fileId: string): Promise<void>;
	/** Keeps the mailbox of a grant, once it works. @throws PlatformError with the cause when it does not */
	saveMailbox(workspaceId: string, connectionId: string, request: MailboxRequest): Promise<void>;
	/** @throws NotActiveError when there is none. */
	removeMailbox(workspaceId: string, connectionId: string): Promise<void>;
	/** Tells the platform, with the scope's commit, that somebody has seen a conversation. */
	tellSeen(scope: Scope, conversationId: string): Promise<void>;
	/** Where notices shall go; what it takes to get there is sealed. @returns the channel's id. */
	saveChannel(workspaceId: string, request: ChannelRequest): Promise<string>;
	/** Sends a test. @throws DeliveryError when the channel does not take it. */
	testChannel(workspaceId: string, channelId: string): Promise<void>;
	/** @returns how many were sent again. */
	retryDead(workspaceId: string, storeScope: StoreScope, of: { name: string; error: string }): Promise<number>;
	/** Sends the writing of an export, with the scope's commit. */
	writeExport(scope: Scope, runId: string): Promise<void>;
	/** The key by which an SFTP server is known. @throws DestinationError */
	lookAtHostKey(place: { host: string; port: number }): Promise<string>;
	/** Whether a destination can be written to. @throws DestinationError */
	tryDestination(destination: Destination): Promise<void>;
	/** Sends the bringing of an export's file, with the scope's commit. */
	sendExport(scope: Scope, runId: string): Promise<void>;
	/** Categories in which a store would put some words, or what stands below a group of them. @throws PlatformError, NotActiveError */
	suggestCategories(
		workspaceId: string,
		of: { storeId: string; skuId: string },
		sought: { words: string } | { groupId: string },
	): Promise<CategoryProposal[]>;
	/** What a platform says that buyers write about a product; null where it says nothing. @throws PlatformError, NotActiveError */
	reviewTopics(workspaceId: string, of: { storeId: string; externalListingId: string }): Promise<ReviewTopics | null>;
	/** What a store asks of a listing in a category. @throws PlatformError, NotActiveError */
	draftRules(workspaceId: string, of: { storeId: string; skuId: string }, categoryId: string): Promise<DraftRules>;
	/** Sends a draft on its way to its store, with the scope's commit. */
	publishCopy(scope: Scope, copy: { copyId: string; storeId: string }): Promise<void>;
	/** Sends changed prices and stocks on their way to their store, with the scope's commit. */
	sendOffers(scope: Scope, of: { batchId: string; storeId: string }): Promise<void>;
}

/** People wait for an answer no longer than this. */
const PATIENCE = 60_000;

/** Long work is sent as jobs; the rest answers at once. Calls that reach a platform throw PlatformError. */
export function createOperations(engine: Engine): EngineOperations {
	return {
		box: (workspaceId) => engine.keys.box(workspaceId),
		saveApp: (workspaceId, platform, fields) => saveApp(engine, workspaceId, platform, fields),
		authorizeUrl: (workspaceId, platform, request) => authorizeUrl(engine, workspaceId, platform, request),
		async bind(workspaceId, platform, request) {
			const { connectionId, stores } = await bindConnection(engine, workspaceId, platform, request);
			return { connectionId, stores: stores.length };
		},
		renew: (workspaceId, connectionId, request, settle) => renewConnection(engine, { workspaceId, connectionId }, request, settle),
		async disconnect(workspaceId, connectionId) {
			const report = await disconnect(engine, workspaceId, connectionId);
			const sum = (kind: 'buyers' | 'replies' | 'setAside' | 'messages'): number =>
				report.erased.reduce((n, store) => n + (store[kind] ?? 0), 0);
			return {
				revokedAtPlatform: report.revokedAtPlatform,
				secretsDeleted: report.secrets,
				buyerRecordsDeleted: sum('buyers'),
				repliesDeleted: sum('replies'),
				setAsideDeleted: sum('setAside'),
				messagesDeleted: sum('messages'),
				storesStopped: report.stores,
				ordersKept: report.ordersKept,
			};
		},
		suggestCategories: (workspaceId, of, sought) =>
			withPublisher(engine, { workspaceId, ...of }, PATIENCE, async (publish, context, sources, gtins) => {
				if ('words' in sought) return await publish.suggest(context, sought.words, sources, gtins);
				return (await publish.browse?.(context, sought.groupId)) ?? [];
			}),
		async reviewTopics(workspaceId, { storeId, externalListingId }) {
			const ids = { workspaceId, storeId };
			const { adapter, context } = await createStoreContext(engine, ids, { signal: AbortSignal.timeout(PATIENCE), urgent: true });
			return (await adapter.reviewTopics?.ofProduct(context, externalListingId)) ?? null;
		},
		draftRules: (workspaceId, of, categoryId) =>
			withPublisher(engine, { workspaceId, ...of }, PATIENCE, (publish, context, sources) => publish.rules(context, categoryId, sources)),
		async publishCopy(scope, copy) {
			await engine.jobs.enqueue(copyPublish, { workspaceId: scope.workspaceId, ...copy }, { scope });
		},
		async sendOffers(scope, of) {
			await engine.jobs.enqueue(offersSend, { workspaceId: scope.workspaceId, ...of }, { scope });
		},
		async writeExport(scope, runId) {
			await engine.jobs.enqueue(exportWrite, { workspaceId: scope.workspaceId, runId }, { scope });
		},
		lookAtHostKey: (place) => lookAtHostKey(engine, place),
		tryDestination: (destination) => tryDestination(engine, destination),
		async sendExport(scope, runId) {
			await engine.jobs.enqueue(exportSend, { workspaceId: scope.workspaceId, runId }, { scope });
		},
		requestBackfill: (workspaceId, storeId) => requestBackfill(engine, { workspaceId, storeId }),
		async checkGaps(workspaceId, storeId) {
			await createStoreContext(engine, { workspaceId, storeId }, { signal: AbortSignal.timeout(PATIENCE), urgent: false });
			await engine.jobs.enqueue(gapCheck, { workspaceId, storeId });
		},
		async refillGap(workspaceId, gapId) {
			const gap = await engine.database.inWorkspace(workspaceId, (scope) => gapById(scope, gapId));
			if (!gap) throw new NotActiveError('missing', `No gap ${gapId}`);
			await engine.jobs.enqueue(gapRefill, { workspaceId, storeId: gap.store_id, gapId });
		},
		replayQuarantine: (workspaceId, quarantineIds) => replayQuarantine(engine, workspaceId, quarantineIds, AbortSignal.timeout(PATIENCE)),
		sendReply: (scope, box, storeScope, reply) => queueReply(engine, scope, box, storeScope, reply),
		offerOrderMessages: (workspaceId, storeId, externalOrderId) =>
			offerOrderMessages(engine, { workspaceId, storeId }, externalOrderId, AbortSignal.timeout(PATIENCE)),
		sendOrderMessage: (scope, box, request) => queueOrderMessage(engine, scope, box, request),
		takeBackReply: (scope, box, storeScope, of) => takeBack(engine, scope, box, storeScope, of),
		wakeConversations: (scope, until) => wakeAt(engine, scope, until),
		async lookForNotices(scope) {
			await engine.jobs.enqueue(noticesLook, {}, { scope });
		},
		sendReplyAgain: (scope, storeScope, messageId) => sendAgain(engine, scope, storeScope, messageId),
		askForFile: (scope, storeScope, fileId) => askForFile(engine, scope, storeScope, fileId),
		saveMailbox: (workspaceId, connectionId, request) => keepMailbox(engine, workspaceId, connectionId, request),
		removeMailbox: (workspaceId, connectionId) => forgetMailbox(engine, workspaceId, connectionId),
		async tellSeen(scope, conversationId) {
			await engine.jobs.enqueue(conversationSeen, { workspaceId: scope.workspaceId, conversationId }, { scope });
		},
		saveChannel: (workspaceId, request) => saveChannel(engine, workspaceId, request),
		testChannel: (workspaceId, channelId) => testChannel(engine, workspaceId, channelId, AbortSignal.timeout(PATIENCE)),
		retryDead: (workspaceId, storeScope, of) => retryDead(engine, workspaceId, storeScope, of),
	};
}

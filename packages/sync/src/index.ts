export { backfillStore, historyJob, requestBackfill } from './backfill.ts';
export { buyerDataLives } from './buyer-data.ts';
export {
	authorizeUrl,
	bindConnection,
	type BindReport,
	disconnect,
	type DisconnectReport,
	refreshStores,
	renewConnection,
	saveApp,
	subscribeIntake,
} from './connect.ts';
export { type CallOptions, createGrantContext, createStoreContext, type OpenStore } from './context.ts';
export { lookAtHostKey, planSending, sendExport, tryDestination, wakeSendings } from './destinations/send.ts';
export { createEngine, type Engine, type EngineLog, type EngineSetup, type RateAddresses } from './engine.ts';
export { checkGaps, refillGap } from './gap.ts';
export { bindHandlers, DEFAULT_PARALLELISM, type Parallelism } from './handlers.ts';
export { keepHeapSmall } from './heap.ts';
export { ingestPage, type Tally } from './ingest.ts';
export type { RecordOutcome, Source, StoreTarget } from './ingest-target.ts';
export { acceptDelivery, type DeliveryAnswer, processIntake } from './intake.ts';
export { createKeyring, type Keyring, PLACES } from './keyring.ts';
export { handOut } from './messages/hand-out.ts';
export { markWaiting } from './messages/marks.ts';
export { waitReader } from './messages/waits.ts';
export { resealAll, type ResealOptions, rewrapKeys, type Rotation } from './vault-rotation.ts';
export { askForLacking } from './lacking.ts';
export type { MailSecurity, MailServer } from './mail/door.ts';
export { listenAtMailbox, type ListenedMailbox, mailboxesToHear } from './mail/listen.ts';
export { deliverNotice, testChannel } from './notices/deliver.ts';
export { type Hook, hookMessage } from './notices/hooks.ts';
export { lookForNotices } from './notices/look.ts';
export type { MailSettings } from './notices/mail.ts';
export { createOperations, type EngineOperations } from './operations.ts';
export { DEFAULT_OPTIONS, type SyncOptions } from './options.ts';
export { pullStore, type PullReport } from './pull.ts';
export { replayQuarantine } from './quarantine.ts';
export { runQueueIntake } from './queue-intake.ts';
export { replayDocuments, type ReplayRecord } from './replay.ts';
export { openReplayStore, ReplayTargetError, type ReplayTarget } from './replay-store.ts';
export { purgeExpired, queueOwners, runNight, runRound } from './round.ts';
export { sharedBudgets } from './budgets.ts';
export { csvIn, fetchRates, readRateRows } from './rates.ts';
export { addUpProfit } from './profit.ts';
export { checkSales } from './sales-check.ts';
export type { StoreRun } from './trouble.ts';

export * from './database.ts';
export * from './backup/index.ts';
export * from './listener.ts';
export type { ProfitCells, ProfitDay } from './profit-cells.ts';
export * from './migrate.ts';
export type * from './schema.ts';
export type * from './schema-inbox.ts';
export type * from './schema-macro.ts';
export type * from './schema-order-message.ts';
export type * from './schema-catalogue.ts';
export type * from './schema-export.ts';
export type * from './schema-opening.ts';
export type * from './schema-translation.ts';
export type * from './schema-upkeep.ts';
export * from './keyset.ts';
export * from './queries/adopt.ts';
export * from './queries/audit.ts';
export * from './queries/conversation.ts';
export * from './queries/conversation-desk.ts';
export * from './queries/dossier.ts';
export * from './queries/macro.ts';
export * from './queries/conversation-list.ts';
export * from './queries/conversation-search.ts';
export * from './queries/conversation-tie.ts';
export * from './queries/inbox-rota.ts';
export * from './queries/no-reply-mark.ts';
export * from './queries/waiting-buyer.ts';
export * from './queries/event.ts';
export * from './queries/listing.ts';
export * from './queries/listing-copy.ts';
export * from './queries/draft-rules.ts';
export * from './queries/content-memory.ts';
export * from './queries/glossary.ts';
export * from './queries/listing-change.ts';
export * from './queries/listing-offer.ts';
export type * from './schema-copy.ts';
export * from './queries/mailbox.ts';
export * from './queries/message.ts';
export * from './queries/order-message.ts';
export * from './queries/translation.ts';
export * from './queries/pairing.ts';
export * from './queries/sku-master.ts';
export * from './queries/job.ts';
export * from './queries/member.ts';
export * from './queries/notice.ts';
export * from './queries/opening.ts';
export * from './queries/order-detail.ts';
export type { Attention, OrderFilter } from './queries/order-filter.ts';
export * from './queries/order-list.ts';
export * from './queries/export-ask.ts';
export * from './queries/destination.ts';
export * from './queries/export-run.ts';
export * from './queries/export-template.ts';
export * from './queries/report.ts';
export type { ReportQuestion } from './queries/report-question.ts';
export { countReport } from './queries/report-source.ts';
export { gatherFeed, type UntoldBy } from './queries/report-feed.ts';
export { gatherWaits } from './queries/report-waits.ts';
export * from './queries/saved-view.ts';
export * from './queries/store-overview.ts';
export * from './queries/store-scope.ts';
export * from './queries/catalogue.ts';
export * from './queries/listing-problems.ts';
export {
	addFiles,
	bytesOfConversation,
	conversationFilesLock,
	failFile,
	fileById,
	fileContent,
	filesOfMessages,
	type FileToFetch,
	keepFile,
	type NamedFile,
	type ShownFile,
	takeFile,
	waitForFile,
	waitingFiles,
} from './queries/message-file.ts';
export * from './queries/sent-file.ts';
export * from './queries/rating.ts';
export * from './queries/review.ts';
export * from './queries/review-alarm.ts';
export * from './queries/review-import.ts';
export * from './queries/review-carry.ts';
export * from './queries/review-read.ts';
export * from './queries/connection.ts';
export * from './queries/grant.ts';
export * from './queries/gap.ts';
export * from './queries/order-lack.ts';
export * from './queries/reconnect-link.ts';
export * from './queries/recount.ts';
export * from './queries/console.ts';
export * from './queries/health.ts';
export * from './queries/intake.ts';
export type * from './queries/order-columns.ts';
export * from './queries/order-write.ts';
export * from './queries/progress.ts';
export { lineCosts } from './queries/profit.ts';
export { addUpStaleProfit, hasStaleProfit, profitDays, profitLock, recheckProfit } from './queries/profit-day.ts';
export * from './queries/profit-sku.ts';
export * from './queries/quarantine.ts';
export * from './queries/rate-bucket.ts';
export * from './queries/raw-reply.ts';
export * from './queries/readiness.ts';
export * from './queries/retention.ts';
export * from './queries/finance-read.ts';
export * from './queries/fx-rate.ts';
export * from './queries/sales.ts';
export * from './queries/sales-check.ts';
export * from './queries/settlement.ts';
export { compareSettlements, newsOfSettlements, newsOfStatements } from './queries/settlement-said.ts';
export * from './queries/sku-cost.ts';
export * from './queries/sku-page.ts';
export * from './queries/sku-sales.ts';
export { tellSkuSpans } from './queries/sku-span.ts';
export { addUpStaleSkus, hasStaleSkus, standingsLock } from './queries/sku-standing.ts';
export * from './queries/sealed.ts';
export * from './queries/workspace-key.ts';
export * from './queries/timed-wait.ts';
export * from './queries/write-stop.ts';
export * from './signing-key.ts';

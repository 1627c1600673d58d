/** Everything of the engine that is a duration, a size or a number of attempts. */
export interface SyncOptions {
	/** Rows from which a page is written by COPY. */
	copyFromRows: number;
	/** First window of a backfill, in days; a small one brings today's work first on platforms that cannot sort by newest. */
	backfillWindowDays: number;
	/** How long one backfill job runs before it lets others take a turn. */
	backfillSliceMillis: number;
	/** A backfill nobody has moved for so long is sent again. */
	stalledSeconds: number;
	/** Accepted pushes that waited longer are sent again. */
	forgottenSeconds: number;
	/** Pushes of one account that are fetched together. */
	intakeBatch: number;
	/** After so many failed attempts a push is given up; the poll brings the same news. */
	intakeAttempts: number;
	/** How many days back counts are compared, in windows of so many hours. */
	gapDays: number;
	gapWindowHours: number;
	/** How long replies are kept as evidence at most; those that hold buyers' data go with these. */
	evidenceDays: number;
	/** How long messages of buyers and answers to them are kept. No platform's documents name a time (contracts, messages); a workspace's own duties may. */
	messageDays: number;
	/** Bytes of one file of a message, and of all files of a conversation, that are kept. */
	fileBytes: number;
	conversationFileBytes: number;
	/** Grants renewed at the same time in one process; each holds a database connection meanwhile. */
	parallelRenewals: number;
	/** A call that would wait longer for its budget gives its worker back and comes again when the budget allows. */
	budgetPatienceMillis: number;
	/** How old what a process knows of a workspace's data keys may be. A new key seals only after twice that time. */
	keyRefreshSeconds: number;
	/** Seconds a queue is asked to wait for messages, and to rest after an error. */
	queueWaitSeconds: number;
	queueRestSeconds: number;
}

export const DEFAULT_OPTIONS: SyncOptions = {
	copyFromRows: 500,
	backfillWindowDays: 2,
	backfillSliceMillis: 10_000,
	stalledSeconds: 300,
	forgottenSeconds: 30,
	intakeBatch: 50,
	intakeAttempts: 8,
	gapDays: 3,
	gapWindowHours: 24,
	evidenceDays: 30,
	messageDays: 180,
	fileBytes: 25_000_000,
	conversationFileBytes: 200_000_000,
	parallelRenewals: 3,
	budgetPatienceMillis: 8_000,
	keyRefreshSeconds: 30,
	queueWaitSeconds: 20,
	queueRestSeconds: 30,
};

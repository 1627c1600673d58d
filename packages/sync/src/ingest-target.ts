export type Source = 'pull' | 'backfill' | 'intake' | 'replay';

/** The store into which a page goes. */
export interface StoreTarget {
	workspaceId: string;
	storeId: string;
	platform: string;
	/** IANA zone in which the store's days are cut. */
	zone: string;
}

export interface RecordOutcome {
	externalId: string | null;
	became: 'new' | 'changed' | 'unchanged' | 'older' | 'quarantined';
	/** Only for quarantined records. */
	cause?: string;
}

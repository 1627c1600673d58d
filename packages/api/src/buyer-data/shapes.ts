import type { PlatformId } from '@pangea/domain';

/** How long buyers' data of a platform's orders are kept. */
export interface BuyerDataRuleView {
	platform: PlatformId;
	/** Days after delivery or cancellation, as it is now. */
	days: number;
	/** Days after the last change of an order that is still open. */
	openDays: number;
	/** What the rule says where nobody chose. */
	ruleDays: number;
	/** What the workspace chose; null: nothing. */
	chosen: number | null;
	/** Whether the platform's documents demand it, and a workspace may only be stricter; or they name no time. */
	standing: 'platform' | 'ours';
	/** Day from which the rule holds. */
	from: string;
	/** The document behind it. */
	source: string;
}

export interface HeldBuyersView {
	storeId: string;
	buyers: number;
	/** When the next of them is deleted. */
	nextAt: string;
}

/** What one run deleted, and what it found when it looked afterwards. */
export interface PurgeRunView {
	runId: string;
	at: string;
	cause: 'rule' | 'disconnect';
	/** Of the stores that the member sees. */
	stores: { storeId: string; buyers: number; replies: number; setAside: number; messages: number }[];
	buyers: number;
	replies: number;
	setAside: number;
	messages: number;
	deliveries: number;
	/** Found afterwards though past its date: anything but zero has to be looked into. */
	overdue: number;
	nextAt: string | null;
}

export interface BuyerDataView {
	rules: BuyerDataRuleView[];
	held: HeldBuyersView[];
	/** Newest first. */
	runs: PurgeRunView[];
}

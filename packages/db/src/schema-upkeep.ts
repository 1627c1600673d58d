import type { ColumnType, Generated } from 'kysely';
import type { Time, DefaultArray, DefaultTime, Json, JsonDefault } from './schema-columns.ts';

/** What went of one store. */
export interface PurgedStore {
	storeId: string | null;
	buyers: number;
	replies: number;
	/** Records set aside that nobody settled in time. */
	setAside: number;
	/** Of buyers and answers to them; absent in records from before there were any. */
	messages?: number;
}

export interface BuyerDataChoiceTable {
	workspace_id: string;
	platform: string;
	days: number;
	chosen_by: string;
	chosen_at: DefaultTime;
}
export interface PurgeRunTable {
	workspace_id: string;
	run_id: string;
	at: Time;
	cause: string;
	stores: Json<PurgedStore[]>;
	deliveries: number;
	overdue: number;
	next_at: string | null;
}
export interface NoticeTable {
	workspace_id: string;
	notice_id: string;
	kind: string;
	subject: string;
	store_ids: string[];
	/** The one member whom it concerns; null: all who see one of the stores. */
	user_id: ColumnType<string | null, string | null | undefined, string | null>;
	level: string;
	detail: JsonDefault<Record<string, string | number>>;
	first_at: DefaultTime;
	last_at: DefaultTime;
	resolved_at: ColumnType<string | null, string | null | undefined, string | null>;
}
export interface NoticeChannelTable {
	workspace_id: string;
	channel_id: string;
	kind: string;
	name: string;
	language: string;
	user_id: string | null;
	sealed: Buffer | null;
	created_at: DefaultTime;
	sent_at: ColumnType<string | null, string | null | undefined, string | null>;
	error_code: ColumnType<string | null, string | null | undefined, string | null>;
	error_words: ColumnType<string | null, string | null | undefined, string | null>;
	error_at: ColumnType<string | null, string | null | undefined, string | null>;
}
export interface NoticeDeliveryTable {
	workspace_id: string;
	notice_id: string;
	channel_id: string;
	state: Generated<string>;
	attempts: Generated<number>;
	error_code: ColumnType<string | null, string | null | undefined, string | null>;
	at: DefaultTime;
}
export interface GapTable {
	workspace_id: string;
	gap_id: string;
	store_id: string;
	window_from: Time;
	window_until: Time;
	ours: number;
	theirs: number;
	state: Generated<string>;
	found_at: DefaultTime;
	filled_at: string | null;
	/** Which second source told it: `report` names orders, `total` counts them. */
	source: Generated<string>;
	/** How many orders lacked when it was found. */
	lacked: Generated<number>;
	/** Their numbers at the platform, where the source names them. */
	missing: DefaultArray<string>;
	/** Where the refill goes on; null at the start of its window. */
	page_cursor: string | null;
}
export interface OrderLackTable {
	workspace_id: string;
	store_id: string;
	order_id: string;
	/** How often it was asked for again. */
	asked: Generated<number>;
	ask_at: Time;
}
export interface RecountTable {
	workspace_id: string;
	store_id: string;
	state: string;
	source: string;
	window_from: string | null;
	window_until: string | null;
	/** Of a second source that takes a while. */
	ticket: string | null;
	error_code: string | null;
	begun_at: Time;
	ended_at: string | null;
}
export interface RecountWindowTable {
	workspace_id: string;
	store_id: string;
	window_from: Time;
	window_until: Time;
	ours: number;
	theirs: number;
	source: string;
	checked_at: Time;
}

import type { ColumnType, Generated } from 'kysely';
import type { Time, DefaultTime, Json, JsonDefault } from './schema-columns.ts';

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

import type { ColumnType, Generated } from 'kysely';
import type { DefaultTime, Json } from './schema-columns.ts';

type Later<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface ExportRunTable {
	workspace_id: string;
	run_id: string;
	/** Null: the member who asked has been removed. */
	user_id: string | null;
	report: string;
	format: string;
	columns: string[];
	/** The list's filter as it was asked, and what is chosen beside it. */
	question: Json<object>;
	/** The stores whose rows the file may hold, as they were when it was asked. */
	store_ids: string[];
	entity: string | null;
	/** Kinds of facts that its columns tell. */
	fields: string[];
	/** The template that it was made from, which may be gone, and the time of its schedule that it is of. */
	template_id: Later<string>;
	due_at: Later<string>;
	state: Generated<string>;
	/** Rows written so far, about; exact when it is done. */
	row_count: Generated<string>;
	row_total: Later<string>;
	file_name: Later<string>;
	file_size: Later<string>;
	sha256: Later<string>;
	/** The number of the last event that the file knows of. */
	as_of_seq: Later<string>;
	error_code: Later<string>;
	asked_at: DefaultTime;
	ended_at: Later<string>;
	expires_at: Later<string>;
}
export interface ExportTemplateTable {
	workspace_id: string;
	template_id: string;
	user_id: string;
	name: string;
	report: string;
	format: string;
	/** In the order of the file; none: every column that the member sees. */
	columns: string[];
	/** The list's filter as it was chosen. */
	filter: Json<object>;
	/** In which instants are shown. */
	zone: string;
	byte_order_mark: boolean;
	together: boolean;
}
export interface ExportScheduleTable {
	workspace_id: string;
	template_id: string;
	every: string;
	weekday: number;
	month_day: number;
	/** On the zone's clock. */
	local_time: string;
	zone: string;
	covers: string;
	announce: boolean;
	/** Where its files are brought besides being kept. */
	destination_id: string | null;
	next_at: string;
	/** The time that was asked for last. */
	last_at: string | null;
	/** Of that time when nothing was left to be made. */
	refused_at: string | null;
}
export interface ExportDestinationTable {
	workspace_id: string;
	destination_id: string;
	name: string;
	/** Where it is and how we get in. */
	sealed: Buffer;
	saved_by: string;
	saved_at: DefaultTime;
}
export interface ExportSendingTable {
	workspace_id: string;
	run_id: string;
	destination_id: string;
	state: Generated<string>;
	error_code: Later<string>;
	tried_at: Later<string>;
	sent_at: Later<string>;
}

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

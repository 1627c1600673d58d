import type { ColumnType } from 'kysely';
import type { DefaultTime, Time } from './schema-columns.ts';

/** date columns that may be empty: ISO days both ways. */
type Day = ColumnType<string | null, string | null, string | null>;

export interface DossierPaperTable {
	workspace_id: string;
	paper_id: string;
	/** The company whose paper it is, by the name that stores bear as theirs. */
	entity: string;
	kind: string;
	country: string;
	valid_from: Day;
	/** Included. */
	valid_until: Day;
	/** Number, names and remarks. */
	sealed: Buffer;
	saved_by: string;
	saved_at: DefaultTime;
}
export interface DossierFileTable {
	workspace_id: string;
	file_id: string;
	paper_id: string;
	/** Of its first bytes, not of what was claimed. */
	type: string;
	/** Bytes before sealing. */
	size: number;
	/** Its name and bytes. */
	sealed: Buffer;
	added_by: string;
	added_at: DefaultTime;
}
export interface OpeningTable {
	workspace_id: string;
	opening_id: string;
	platform: string;
	site_id: string;
	way: string;
	/** The company that opens; null: not said yet. */
	entity: string | null;
	/** The store that came of it. */
	store_id: string | null;
	begun_by: string;
	begun_at: DefaultTime;
	/** Since when nobody walks it any more: a store came of it, or it was given up. */
	ended_at: string | null;
}
export interface OpeningStepTable {
	workspace_id: string;
	opening_id: string;
	step: string;
	/** Null: not done. */
	done_by: string | null;
	done_at: Time | null;
	note: string;
	noted_by: string | null;
	noted_at: Time | null;
}

import type { ColumnType, Generated } from 'kysely';
import type { DefaultTime, Time } from './schema-columns.ts';

export interface ReviewTable {
	workspace_id: string;
	review_id: string;
	store_id: string;
	/** The product under which the platform showed it first. */
	external_listing_id: string;
	external_id: string;
	rating: number;
	written_at: Time;
	raw_status: string | null;
	/** The order, where the platform names it. */
	external_order_id: ColumnType<string | null, string | null | undefined, never>;
	themes: string[];
	/** The member who corrected the themes; null: found by words. */
	themes_by: ColumnType<string | null, string | undefined, string | null>;
	/** The SKU a person named; null: that of the listing. */
	sku_id: ColumnType<string | null, string | undefined, string | null>;
	linked_by: ColumnType<string | null, string | undefined, string | null>;
	/** Null once its time is over. */
	sealed: Buffer | null;
	digest: Buffer;
	/** Whether the buyer changed it since we know it. */
	edited: Generated<boolean>;
	first_seen_at: DefaultTime;
	changed_at: DefaultTime;
	dies_at: Time;
	/** The import that brought what it says now; null: its platform shows it. */
	import_id: ColumnType<string | null, string | undefined, string | null>;
	/** All imports that said something of it and stand, the latest last. */
	import_ids: Generated<string[]>;
	/** When somebody said that it is dealt with, and who. */
	settled_at: ColumnType<string | null, string | undefined, string | null>;
	settled_by: ColumnType<string | null, string | undefined, string | null>;
}

/** One file of reviews that was taken over. */
export interface ReviewImportTable {
	workspace_id: string;
	import_id: string;
	store_id: string;
	/** Null: pasted. */
	file_name: string | null;
	/** Who says that the texts may be used, and on what ground. */
	rights_by: string;
	rights_ground: string;
	/** The member who imported. */
	user_id: string;
	imported_at: Time;
	/** Reviews that were new, and that said something else. */
	fresh: number;
	changed: number;
	taken_back_at: Time | null;
	taken_back_by: string | null;
}

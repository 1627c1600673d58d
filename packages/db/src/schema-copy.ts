import type { DraftGap, DraftRules, ListingDraft } from '@pangea/domain';
import type { ColumnType } from 'kysely';
import type { DefaultTime, Json, JsonDefault } from './schema-columns.ts';

type Later<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** One reason of a platform, in its own words. */
export interface CopyReason {
	field: string | null;
	code: string;
	words: string;
}

export interface ListingCopyTable {
	workspace_id: string;
	copy_id: string;
	sku_id: string;
	store_id: string;
	state: ColumnType<string, string | undefined, string>;
	draft: ColumnType<ListingDraft, string, string>;
	/** Of ours, why it was not taken. */
	code: Later<string>;
	reasons: JsonDefault<CopyReason[]>;
	attempts: ColumnType<number, number | undefined, number>;
	/** When a request may have reached the platform of which nobody knows what came. */
	attempted_at: Later<string>;
	/** The code under which to look for what that request may have made. */
	attempted_sku: Later<string>;
	external_listing_id: Later<string>;
	written_by: string;
	written_at: DefaultTime;
	published_by: Later<string>;
	published_at: Later<string>;
	/** What it lacked by the rules that were read last; null: none were read of its category. */
	gaps: ColumnType<DraftGap[] | null, string | null | undefined, string | null>;
}

/** What a store asks of a SKU in the category that somebody looked at last. */
export interface DraftRulesTable {
	workspace_id: string;
	sku_id: string;
	store_id: string;
	category_id: string;
	rules: Json<DraftRules>;
	read_at: DefaultTime;
}

/** A text of a listing and what it is in another language, as a person saved it. */
export interface ContentMemoryTable {
	workspace_id: string;
	memory_id: string;
	field: string;
	/** Without region. */
	source_language: string;
	/** A BCP 47 tag. */
	target_language: string;
	digest: Buffer;
	source: string;
	target: string;
	saved_by: string;
	saved_at: DefaultTime;
}

/** A number that a remembered text has in common with texts like it. */
export interface ContentSketchTable {
	workspace_id: string;
	number: number;
	memory_id: string;
}

export interface ContentTermTable {
	workspace_id: string;
	term_id: string;
	kind: string;
	word: string;
	/** Null of brand words. */
	language: string | null;
	translations: Json<Record<string, string>>;
	saved_by: string;
	saved_at: DefaultTime;
}

/** What belongs to putting a SKU on sale elsewhere. */
export interface CopySchema {
	listing_copy: ListingCopyTable;
	draft_rules: DraftRulesTable;
	content_memory: ContentMemoryTable;
	content_sketch: ContentSketchTable;
	content_term: ContentTermTable;
}

import type { ColumnType, Generated } from 'kysely';
import type { DefaultTime, JsonDefault } from './schema-columns.ts';
import type { CopyReason } from './schema-copy.ts';

type Later<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** A title, a price or a stock that is to be another. */
export interface ListingChangeTable {
	workspace_id: string;
	change_id: string;
	/** What was asked for together. */
	batch_id: string;
	listing_id: string;
	store_id: string;
	field: string;
	/** Of a price. */
	currency: string | null;
	/** The words of a title, minor units of a price, pieces of a stock. */
	was: string;
	shall: string;
	state: Generated<string>;
	/** Of ours, why it did not come about. */
	code: Later<string>;
	/** The platform's own. */
	reasons: JsonDefault<CopyReason[]>;
	attempts: Generated<number>;
	/** How often a change that was accepted was looked for. */
	looks: Generated<number>;
	/** The change that is taken back with it. */
	undoes: Later<string>;
	made_by: string;
	made_at: DefaultTime;
	settled_at: Later<string>;
}

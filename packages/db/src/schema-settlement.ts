import type { Generated } from 'kysely';
import type { DefaultTime } from './schema-columns.ts';

export interface StatementTable {
	workspace_id: string;
	store_id: string;
	/** The platform's id. */
	external_id: string;
	currency: string;
	total_minor: string;
	closed_at: string;
	raw_status: string;
	payout_id: string | null;
	known_at: string;
	/** The evidence. */
	raw_reply_id: string | null;
	stored_at: DefaultTime;
}
export interface SettlementTable {
	workspace_id: string;
	store_id: string;
	/** The platform's id. */
	external_id: string;
	statement_id: string | null;
	external_order_id: string | null;
	raw_type: string;
	state: string;
	/** The sums of its lines, as `sumSettlement` tells them. */
	currency: string | null;
	proceeds_minor: string;
	unnamed_minor: string;
	is_sale: boolean;
	/** The deferred settlement of which this one is the release. */
	replaces: string | null;
	/** A digest of what was said last, whenever it was; null of rows from before there was one. */
	said: string | null;
	posted_at: string;
	known_at: string;
	/** The evidence. */
	raw_reply_id: string | null;
	stored_at: DefaultTime;
}
export interface SettlementLineTable {
	workspace_id: string;
	store_id: string;
	/** Of the settlement. */
	external_id: string;
	/** From 0, as the platform lists them. */
	position: number;
	kind: string;
	raw_kind: string;
	external_line_id: string | null;
	seller_sku: string | null;
	currency: string;
	amount_minor: string;
}
/** How far a store's bookings are read. */
export interface FinanceReadTable {
	workspace_id: string;
	store_id: string;
	/** Everything booked from here on is read, up to `read_until`. */
	read_from: string | null;
	read_until: string | null;
	tried_at: string | null;
	/** Records that could not be read, of the replies that are kept. */
	unreadable: Generated<number>;
	state: Generated<string>;
}

import type { Generated } from 'kysely';
import type { Time } from './schema-columns.ts';

export interface OrderMessageTable {
	workspace_id: string;
	message_id: string;
	order_id: string;
	store_id: string;
	external_order_id: string;
	kind: string;
	state: string;
	/** Its words; nothing where the platform writes them. */
	sealed: Buffer;
	user_id: string;
	asked_at: Time;
	attempts: Generated<number>;
	/** Since when nobody knows whether the platform has it; null while it surely has not. */
	attempted_at: string | null;
	error_code: string | null;
	dies_at: Time;
}

import type { EventKind } from '@pangea/domain';
import type { Scope } from '@pangea/db';

/**
 * PostgreSQL channel on which gateways hear of events. The payload is `<workspace id>:<event as JSON>`, or the id and the colon alone when the
 * event is too long for a notification; the rows are the truth.
 */
export const EVENT_CHANNEL = 'pangea_event';

// PostgreSQL refuses notifications of 8,000 bytes; number and time are added to what is measured.
const MOST_BYTES = 7800;

/** Beyond this many subjects a hint says "many": the client refetches what it shows. */
const MOST_IDS = 200;

export interface NewEvent {
	kind: EventKind;
	storeId: string | null;
	/** Subjects of the event; a longer list than 200 is sent as none, which means "refetch". */
	ids: string[];
}

/**
 * Writes an event with the workspace's next number. Must be the last write of the transaction: the number is taken under a row lock,
 * so that numbers become visible in their own order and a reader never skips a slower transaction's rows.
 * @returns the number, as decimal text.
 */
export async function recordEvent(scope: Scope, event: NewEvent): Promise<string> {
	const ids = event.ids.length > MOST_IDS ? [] : event.ids;
	const { kind, storeId } = event;
	const told = JSON.stringify({ kind, storeId, ids });
	const sent = Buffer.byteLength(told) <= MOST_BYTES;
	const result = await scope.client.query<{ seq: string }>({
		name: 'pangea_record_event',
		text: RECORD,
		values: [scope.workspaceId, kind, storeId, JSON.stringify(ids), EVENT_CHANNEL, sent ? told.slice(1) : null],
	});
	const seq = result.rows[0]?.seq;
	if (seq === undefined) throw new Error('The event was not written');
	return seq;
}

const RECORD = `
	with next as (
		insert into workspace_sequence (workspace_id, last_seq) values ($1, 1)
		on conflict (workspace_id) do update set last_seq = workspace_sequence.last_seq + 1
		returning last_seq
	), written as (
		insert into event (workspace_id, seq, kind, store_id, ids) select $1, last_seq, $2, $3, $4::jsonb from next
		returning seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
	)
	select seq, pg_notify($5, $1::text || ':' || coalesce('{"seq":"' || seq || '","at":"' || at || '",' || $6::text, '')) from written`;

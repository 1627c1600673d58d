import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** Every table that holds sealed values, with the column that tells its rows apart inside a workspace. */
export const SEALED_TABLES = {
	app_credential: { id: 'platform', type: 'text', first: '' },
	connection_secret: { id: 'connection_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	raw_reply: { id: 'raw_reply_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	buyer_data: { id: 'order_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	quarantine: { id: 'quarantine_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	notice_channel: { id: 'channel_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	conversation: { id: 'conversation_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	message: { id: 'message_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	message_file: { id: 'message_file_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	message_file_content: { id: 'message_file_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	order_message: { id: 'message_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	conversation_note: { id: 'note_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	message_draft: { id: 'draft_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	message_translation: { id: 'translation_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	translator: { id: 'translator_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	review: { id: 'review_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	dossier_paper: { id: 'paper_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	dossier_file: { id: 'file_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	export_destination: { id: 'destination_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	mailbox: { id: 'connection_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
	intake: { id: 'intake_id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000' },
} as const;

export type SealedTable = keyof typeof SEALED_TABLES;

export interface SealedRow {
	id: string;
	sealed: Buffer;
}

/** Rows whose value was sealed with a data key before a generation, after an id, in order. See the vault for the two heads a value may have. */
export async function sealedBefore(
	scope: Scope,
	table: SealedTable,
	generation: number,
	after: string | null,
	limit: number,
): Promise<SealedRow[]> {
	const { id, type, first } = SEALED_TABLES[table];
	const column = sql.ref(id);
	const result = await sql<SealedRow>`
		select ${column}::text as id, sealed from ${sql.table(table)}
		where workspace_id = ${scope.workspaceId} and ${column} > ${after ?? first}::${sql.raw(type)}
			and case get_byte(sealed, 0) when 2 then ('x' || encode(substring(sealed from 2 for 4), 'hex'))::bit(32)::bigint else 1 end < ${generation}
		order by ${column} limit ${limit}`.execute(scope.db);
	return result.rows;
}

/**
 * Replaces a sealed value unless somebody has written another meanwhile. What a message is found by comes from the key too: it is worked out
 * anew afterwards, and the former digests find it until then.
 * @returns whether it did.
 */
export async function replaceSealed(scope: Scope, table: SealedTable, was: SealedRow, sealed: Buffer): Promise<boolean> {
	const { id, type } = SEALED_TABLES[table];
	const result = await sql`
		update ${sql.table(table)} set sealed = ${sealed}${sql.raw(table === 'message' ? ', marked = false' : '')}
		where workspace_id = ${scope.workspaceId} and ${sql.ref(id)} = ${was.id}::${sql.raw(type)} and sealed = ${was.sealed}`.execute(
		scope.db,
	);
	return (result.numAffectedRows ?? 0n) === 1n;
}

import { type Kysely, sql } from 'kysely';

/** Claims and cases that wait for us, by the time that their platform names. Instants sort as text, byte by byte. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`create index conversation_due on conversation (workspace_id, ((case_facts ->> 'dueAt') collate "C"), conversation_id)
		where done_at is null and waiting_since is not null and case_facts ->> 'dueAt' is not null`.execute(db);
}

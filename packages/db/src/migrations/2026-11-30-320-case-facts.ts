import { type Kysely, sql } from 'kysely';

/** Where claims and cases stand at their platform. Nothing of it is personal, so lists may sort by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table conversation add column case_facts jsonb`.execute(db);
	await sql`alter table conversation drop constraint conversation_kind_check`.execute(db);
	await sql`alter table conversation add constraint conversation_kind_check
		check (kind in ('chat', 'question', 'purchase', 'claim', 'case'))`.execute(db);
}

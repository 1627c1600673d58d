import { type Kysely, sql } from 'kysely';

/** A member's exports stay, without a name, until their files are deleted: a row that went with the member left its file behind. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table export_run alter column user_id drop not null`.execute(db);
	await sql`alter table export_run drop constraint export_run_workspace_id_user_id_fkey`.execute(db);
	await sql`alter table export_run add foreign key (workspace_id, user_id) references member on delete set null (user_id)`.execute(db);
}

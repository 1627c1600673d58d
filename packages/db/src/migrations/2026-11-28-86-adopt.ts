import { type Kysely, sql } from 'kysely';

/**
 * How a workspace orders its stores: the legal entity that sells, a group, the member who answers for it, a colour and a mark of one or two letters, and
 * the way of selling where people know it better than the platform tells. Entities and groups are their names: one that no store bears is gone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table store add column entity text, add column store_group text, add column owner_id text, add column colour text, add column mark text,
		add column mode_said text`,
	`alter table store add foreign key (workspace_id, owner_id) references member on delete set null (owner_id)`,
	`create index store_by_owner on store (workspace_id, owner_id) where owner_id is not null`,
];

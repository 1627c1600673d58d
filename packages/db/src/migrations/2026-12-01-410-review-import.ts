import { type Kysely, sql } from 'kysely';

/**
 * Reviews also come in files that people give, of platforms that show none to programs. An import keeps who said that its texts may be used and on
 * what ground, and each review knows the imports that said something of it, so that one can be taken back.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table review_import (
		workspace_id uuid not null references workspace on delete cascade,
		import_id uuid not null,
		store_id uuid not null,
		file_name text,
		rights_by text not null,
		rights_ground text not null,
		user_id text not null,
		imported_at timestamptz not null,
		fresh integer not null,
		changed integer not null,
		taken_back_at timestamptz,
		taken_back_by text,
		primary key (workspace_id, import_id)
	)`,
	`alter table review_import enable row level security`,
	`create policy workspace_scope on review_import to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on review_import to pangea_app`,
	`alter table review add column import_id uuid, add column import_ids uuid[] not null default '{}'`,
	`create index review_imported on review (workspace_id, store_id) where import_id is not null`,
];

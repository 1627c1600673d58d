import { type Kysely, sql } from 'kysely';

/**
 * Several data keys a workspace, so that sealed values can move to a new one while the work goes on; and the key that signs session cookies,
 * which a change of the master key must not change.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table workspace_key
		add column generation integer not null default 1,
		add column seals_from timestamptz not null default now(),
		add column retired_at timestamptz`,
	`alter table workspace_key drop constraint workspace_key_pkey, add primary key (workspace_id, generation)`,
	// Which master keys a process must have is asked before it works for any workspace; ids say nothing of the keys.
	`create function pangea_master_key_ids() returns setof text language sql stable security definer set search_path = public as
		$$ select distinct master_key_id from workspace_key order by 1 $$`,
	`create table auth.signing_key (
		"name" text primary key,
		"master_key_id" text not null,
		"wrapped" bytea not null,
		"created_at" timestamptz not null default now()
	)`,
];

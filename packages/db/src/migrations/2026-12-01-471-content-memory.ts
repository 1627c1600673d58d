import { type Kysely, sql } from 'kysely';

/**
 * Texts of listings beside what they are in another language, as people saved them, and the words that are the same in all of them. `sketch`: numbers of which
 * like texts have some in common.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
	for (const table of TABLES) {
		await sql.raw(`alter table ${table} enable row level security`).execute(db);
		await sql
			.raw(
				`create policy workspace_scope on ${table} to pangea_app
					using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
			)
			.execute(db);
	}
}

const TABLES = ['content_memory', 'content_term'];

const STATEMENTS = [
	`create table content_memory (
		workspace_id uuid not null references workspace on delete cascade,
		memory_id uuid not null,
		field text not null check (field in ('title', 'description')),
		source_language text not null,
		target_language text not null,
		digest bytea not null,
		source text not null,
		target text not null,
		sketch integer[] not null default '{}',
		saved_by text not null,
		saved_at timestamptz not null default now(),
		primary key (workspace_id, memory_id),
		unique (workspace_id, field, source_language, target_language, digest)
	)`,
	`create index content_memory_sketch on content_memory using gin (sketch)`,
	`create table content_term (
		workspace_id uuid not null references workspace on delete cascade,
		term_id uuid not null,
		kind text not null check (kind in ('brand', 'term')),
		word text not null,
		language text,
		translations jsonb not null default '{}',
		saved_by text not null,
		saved_at timestamptz not null default now(),
		primary key (workspace_id, term_id)
	)`,
	`create unique index content_term_word on content_term (workspace_id, lower(word), coalesce(language, ''))`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

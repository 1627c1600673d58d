import { type Kysely, sql } from 'kysely';

/**
 * Texts of listings beside what they are in another language, as people saved them, and the words that are the same in all of them. `content_sketch`: numbers of
 * which like texts have some in common, in rows of their own, since an index of arrays is of no use below row-level security: comparing arrays might leak.
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

const TABLES = ['content_memory', 'content_sketch', 'content_term'];

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
		saved_by text not null,
		saved_at timestamptz not null default now(),
		primary key (workspace_id, memory_id),
		unique (workspace_id, field, source_language, target_language, digest)
	)`,
	`create table content_sketch (
		workspace_id uuid not null,
		number integer not null,
		memory_id uuid not null,
		primary key (workspace_id, number, memory_id),
		foreign key (workspace_id, memory_id) references content_memory on delete cascade
	)`,
	`create index content_sketch_of on content_sketch (workspace_id, memory_id)`,
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

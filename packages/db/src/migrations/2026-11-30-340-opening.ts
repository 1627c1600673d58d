import { type Kysely, sql } from 'kysely';

/**
 * What companies hold about themselves, and stores that are being opened. Numbers, names and files of papers are sealed; their kind, country
 * and days are not, for they are looked for. A file lies in a row of its own: it is as much a secret as the number on it, and goes into
 * backups and rotations with it.
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

const TABLES = ['dossier_paper', 'dossier_file', 'opening', 'opening_step'];

const STATEMENTS = [
	`create table dossier_paper (
		workspace_id uuid not null references workspace on delete cascade,
		paper_id uuid not null,
		entity text not null,
		kind text not null,
		country text not null,
		valid_from date,
		valid_until date,
		sealed bytea not null,
		saved_by text not null,
		saved_at timestamptz not null default now(),
		primary key (workspace_id, paper_id),
		check (valid_from <= valid_until)
	)`,
	`create index dossier_paper_entity on dossier_paper (workspace_id, entity)`,
	`create table dossier_file (
		workspace_id uuid not null,
		file_id uuid not null,
		paper_id uuid not null,
		type text not null,
		size integer not null,
		sealed bytea not null,
		added_by text not null,
		added_at timestamptz not null default now(),
		primary key (workspace_id, file_id),
		foreign key (workspace_id, paper_id) references dossier_paper on delete cascade
	)`,
	`create index dossier_file_paper on dossier_file (workspace_id, paper_id)`,
	// Photographs and PDFs are packed already.
	`alter table dossier_file alter column sealed set storage external`,
	`create table opening (
		workspace_id uuid not null references workspace on delete cascade,
		opening_id uuid not null,
		platform text not null,
		site_id text not null,
		way text not null check (way in ('local', 'crossBorder')),
		entity text,
		store_id uuid,
		begun_by text not null,
		begun_at timestamptz not null default now(),
		ended_at timestamptz,
		primary key (workspace_id, opening_id)
	)`,
	`create unique index opening_store on opening (workspace_id, store_id)`,
	`create table opening_step (
		workspace_id uuid not null,
		opening_id uuid not null,
		step text not null,
		done_by text,
		done_at timestamptz,
		note text not null default '',
		noted_by text,
		noted_at timestamptz,
		primary key (workspace_id, opening_id, step),
		foreign key (workspace_id, opening_id) references opening on delete cascade
	)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

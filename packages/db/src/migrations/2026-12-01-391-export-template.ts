import { type Kysely, sql } from 'kysely';

/**
 * What a member asks for again and again, by name, and when it is made by itself. A file of a schedule knows the time that it is of: of one time and
 * company there is one file, whatever was repeated.
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

const TABLES = ['export_template', 'export_schedule'];

const STATEMENTS = [
	`create table export_template (
		workspace_id uuid not null references workspace on delete cascade,
		template_id uuid not null,
		user_id text not null,
		name text not null,
		report text not null,
		format text not null,
		columns text[] not null,
		filter jsonb not null,
		zone text not null,
		byte_order_mark boolean not null,
		together boolean not null,
		primary key (workspace_id, template_id),
		unique (workspace_id, user_id, name),
		foreign key (workspace_id, user_id) references member on delete cascade
	)`,
	`create table export_schedule (
		workspace_id uuid not null references workspace on delete cascade,
		template_id uuid not null,
		every text not null check (every in ('daily', 'weekly', 'monthly')),
		weekday integer not null check (weekday between 1 and 7),
		month_day integer not null check (month_day between 1 and 31),
		local_time text not null,
		zone text not null,
		covers text not null check (covers in ('all', 'period')),
		announce boolean not null,
		next_at timestamptz not null,
		last_at timestamptz,
		refused_at timestamptz,
		primary key (workspace_id, template_id),
		foreign key (workspace_id, template_id) references export_template on delete cascade
	)`,
	`create index export_schedule_due on export_schedule (workspace_id, next_at)`,
	`alter table export_run add column template_id uuid, add column due_at timestamptz`,
	`create unique index export_run_once on export_run (workspace_id, template_id, due_at, entity) nulls not distinct where due_at is not null`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

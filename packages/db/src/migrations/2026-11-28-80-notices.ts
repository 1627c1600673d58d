import { type Kysely, sql } from 'kysely';

/**
 * What people have to know of, and where it is sent beside the screen. A condition has one open notice for as long as it lasts. Where a
 * channel leads is a secret; a person's channel is their address as a member and goes with them.
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

const TABLES = ['notice', 'notice_channel', 'notice_delivery'];

const STATEMENTS = [
	`create table notice (
		workspace_id uuid not null references workspace on delete cascade,
		notice_id uuid not null,
		kind text not null,
		subject text not null,
		store_ids uuid[] not null,
		level text not null check (level in ('risk', 'warning')),
		detail jsonb not null default '{}',
		first_at timestamptz not null default now(),
		last_at timestamptz not null default now(),
		resolved_at timestamptz,
		primary key (workspace_id, notice_id)
	)`,
	`create unique index notice_open on notice (workspace_id, kind, subject) where resolved_at is null`,
	`create table notice_channel (
		workspace_id uuid not null references workspace on delete cascade,
		channel_id uuid not null,
		kind text not null check (kind in ('email', 'feishu', 'dingtalk', 'wecom', 'slack')),
		name text not null,
		language text not null,
		user_id text,
		sealed bytea,
		created_at timestamptz not null default now(),
		sent_at timestamptz,
		error_code text,
		error_words text,
		error_at timestamptz,
		primary key (workspace_id, channel_id),
		foreign key (workspace_id, user_id) references member on delete cascade,
		check (user_id is null or kind = 'email'),
		check ((kind = 'email') = (sealed is null))
	)`,
	`create table notice_delivery (
		workspace_id uuid not null,
		notice_id uuid not null,
		channel_id uuid not null,
		state text not null default 'waiting' check (state in ('waiting', 'failing', 'sent', 'dropped')),
		attempts integer not null default 0,
		error_code text,
		at timestamptz not null default now(),
		primary key (workspace_id, notice_id, channel_id),
		foreign key (workspace_id, notice_id) references notice on delete cascade,
		foreign key (workspace_id, channel_id) references notice_channel on delete cascade
	)`,
	`create index notice_delivery_by_channel on notice_delivery (workspace_id, channel_id)`,
	`create index notice_channel_by_member on notice_channel (workspace_id, user_id) where user_id is not null`,
	`grant select, insert, update, delete on notice, notice_channel, notice_delivery to pangea_app`,
];

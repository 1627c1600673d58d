import { type Kysely, sql } from 'kysely';

/**
 * Links with which somebody without a login renews the grant of one connection. Of the link's token only the digest is kept. While one visitor's
 * consent is being exchanged nobody else's is (`busy_until`): at some platforms a second exchange kills the tokens of the first.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table reconnect_link (
		workspace_id uuid not null,
		link_id uuid not null,
		connection_id uuid not null,
		token_digest bytea not null,
		made_by text not null,
		made_at timestamptz not null default now(),
		expires_at timestamptz not null,
		busy_until timestamptz,
		used_at timestamptz,
		revoked_at timestamptz,
		primary key (workspace_id, link_id),
		foreign key (workspace_id, connection_id) references connection on delete cascade
	)`,
	`create unique index reconnect_link_by_token on reconnect_link (token_digest)`,
	`create index reconnect_link_by_connection on reconnect_link (workspace_id, connection_id, made_at desc)`,
	`alter table reconnect_link enable row level security`,
	`create policy workspace_scope on reconnect_link to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on reconnect_link to pangea_app`,
	// A link is opened by the digest of its token, by somebody who belongs nowhere.
	`create function pangea_reconnect_workspace(digest bytea) returns uuid language sql stable security definer set search_path = public as
		$$ select workspace_id from reconnect_link where token_digest = digest $$`,
];

import { type Kysely, sql } from 'kysely';

/**
 * Exchange rates by day, as their source wrote them. The app can add rates and change none: a figure of a past day can be computed again
 * from what was known then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table fx_rate (
		workspace_id uuid not null references workspace on delete cascade,
		currency text not null,
		against text not null,
		day date not null,
		source text not null check (source in ('hand', 'ecb', 'second', 'demo')),
		rate numeric not null check (rate > 0),
		recorded_at timestamptz not null default clock_timestamp(),
		recorded_by text,
		primary key (workspace_id, currency, day, source, recorded_at)
	)`,
	`alter table fx_rate enable row level security`,
	`create policy workspace_scope on fx_rate to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert on fx_rate to pangea_app`,
	`revoke update, delete on fx_rate from pangea_app`,
];

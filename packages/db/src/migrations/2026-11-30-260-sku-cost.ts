import { type Kysely, sql } from 'kysely';

/**
 * What a unit of a seller SKU costs from a day on, as people stated it. The app can add and change nothing: a correction stands beside the
 * former word, so that a figure of a past day can be computed again from what was known then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table sku_cost (
		workspace_id uuid not null references workspace on delete cascade,
		seller_sku text not null,
		valid_from date not null,
		recorded_at timestamptz not null default clock_timestamp(),
		currency text not null,
		amount_minor bigint check (amount_minor >= 0),
		inbound_minor bigint check (inbound_minor >= 0),
		recorded_by text,
		primary key (workspace_id, seller_sku, valid_from, recorded_at)
	)`,
	`alter table sku_cost enable row level security`,
	`create policy workspace_scope on sku_cost to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert on sku_cost to pangea_app`,
	`revoke update, delete on sku_cost from pangea_app`,
];

import { type Kysely, sql } from 'kysely';

/** What a SKU's listings come to in each store, kept as what they come to altogether is: what some stores come to is then added up from a row a SKU and store. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table sku_store_standing (
		workspace_id uuid not null references workspace on delete cascade,
		sku_id uuid not null,
		store_id uuid not null,
		listings integer not null,
		sold integer not null,
		open boolean not null,
		stars bigint not null,
		star_sum bigint not null,
		file_stars bigint not null,
		file_sum bigint not null,
		primary key (workspace_id, sku_id, store_id),
		foreign key (workspace_id, sku_id) references sku on delete cascade
	)`,
	// Each question of some stores is answered from one of them alone.
	`create index sku_store_sales on sku_store_standing (workspace_id, store_id, sku_id) include (sold, open) where listings > 0`,
	`create index sku_store_stars on sku_store_standing (workspace_id, store_id, sku_id) include (stars, star_sum, file_stars, file_sum)
		where stars > 0 or file_stars > 0`,
	`alter table sku_store_standing enable row level security`,
	`create policy workspace_scope on sku_store_standing to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on sku_store_standing to pangea_app`,
	// They were there for what is kept now.
	`drop index listing_in_store`,
	`drop index listing_stars`,
	// What is there already.
	`insert into sku_stale (workspace_id, sku_id) select workspace_id, sku_id from sku_standing t
		where not exists (select from sku_stale s where s.workspace_id = t.workspace_id and s.sku_id = t.sku_id)`,
];

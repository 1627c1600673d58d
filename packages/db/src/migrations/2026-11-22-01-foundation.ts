import { type Kysely, sql } from 'kysely';

/*
 * Rules of this schema: workspace_id comes first in every key; every table with a workspace_id has row-level security, so that the app's
 * role sees one workspace at a time and nothing at all without a scope. Additions are nullable first, then filled, then tightened.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
	for (const table of WORKSPACE_TABLES) await protect(db, table);
}

async function protect(db: Kysely<unknown>, table: string): Promise<void> {
	await sql.raw(`alter table ${table} enable row level security`).execute(db);
	await sql
		.raw(
			`create policy workspace_scope on ${table} to pangea_app using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
		)
		.execute(db);
}

const WORKSPACE_TABLES = [
	'workspace',
	'workspace_key',
	'workspace_sequence',
	'event',
	'member',
	'invitation',
	'audit',
	'saved_view',
	'app_credential',
	'connection',
	'connection_secret',
	'store',
	'rate_bucket',
	'raw_reply',
	'orders',
	'order_line',
	'parcel',
	'order_return',
	'fee',
	'order_history',
	'order_annotation',
	'buyer_data',
	'quarantine',
	'pull_cursor',
	'backfill',
	'intake',
	'gap',
];

const STATEMENTS = [
	`do $$ begin
		if not exists (select 1 from pg_roles where rolname = 'pangea_app') then create role pangea_app nologin; end if;
	end $$`,
	`do $$ begin execute format('grant pangea_app to %I', current_user); end $$`,
	`grant usage on schema public to pangea_app`,
	`alter default privileges in schema public grant select, insert, update, delete on tables to pangea_app`,

	// The scope of the current transaction; null when none was set, and then every policy is false.
	`create function pangea_workspace() returns uuid language sql stable parallel safe as
		$$ select nullif(current_setting('pangea.workspace_id', true), '')::uuid $$`,
	`create function pangea_user() returns text language sql stable parallel safe as
		$$ select nullif(current_setting('pangea.user_id', true), '') $$`,

	`create table workspace (
		workspace_id uuid primary key,
		name text not null,
		base_currency text not null,
		zone text not null,
		created_at timestamptz not null default now()
	)`,
	`create table workspace_key (
		workspace_id uuid primary key references workspace on delete cascade,
		master_key_id text not null,
		wrapped bytea not null,
		created_at timestamptz not null default now()
	)`,
	`create table workspace_sequence (
		workspace_id uuid primary key references workspace on delete cascade,
		last_seq bigint not null default 0
	) with (fillfactor = 50)`,
	`create table event (
		workspace_id uuid not null references workspace on delete cascade,
		seq bigint not null,
		kind text not null,
		store_id uuid,
		ids jsonb not null default '[]',
		at timestamptz not null default now(),
		primary key (workspace_id, seq)
	)`,
	`create table member (
		workspace_id uuid not null references workspace on delete cascade,
		user_id text not null,
		name text not null,
		email text not null,
		role text not null check (role in ('owner', 'manager', 'agent', 'analyst')),
		store_scope uuid[],
		created_at timestamptz not null default now(),
		primary key (workspace_id, user_id)
	)`,
	`create index member_by_user on member (user_id)`,
	`create table invitation (
		workspace_id uuid not null references workspace on delete cascade,
		invitation_id uuid not null,
		email text not null,
		role text not null check (role in ('owner', 'manager', 'agent', 'analyst')),
		store_scope uuid[],
		token_digest bytea not null,
		expires_at timestamptz not null,
		accepted_at timestamptz,
		invited_by text not null,
		created_at timestamptz not null default now(),
		primary key (workspace_id, invitation_id)
	)`,
	`create unique index invitation_by_token on invitation (token_digest)`,
	`create table audit (
		workspace_id uuid not null references workspace on delete cascade,
		audit_id uuid not null,
		at timestamptz not null default now(),
		user_id text not null,
		action text not null,
		subject text not null,
		detail jsonb not null default '{}',
		primary key (workspace_id, audit_id)
	)`,
	`create table saved_view (
		workspace_id uuid not null references workspace on delete cascade,
		view_id uuid not null,
		user_id text not null,
		screen text not null,
		name text not null,
		shared boolean not null default false,
		query jsonb not null,
		created_at timestamptz not null default now(),
		primary key (workspace_id, view_id)
	)`,

	`create table app_credential (
		workspace_id uuid not null references workspace on delete cascade,
		platform text not null,
		sealed bytea not null,
		updated_at timestamptz not null default now(),
		primary key (workspace_id, platform)
	)`,
	`create table connection (
		workspace_id uuid not null references workspace on delete cascade,
		connection_id uuid not null,
		platform text not null,
		external_account_id text not null,
		account_name text,
		host text not null,
		state text not null check (state in ('active', 'needsReconnect', 'disconnected')),
		scopes text[] not null default '{}',
		access_expires_at timestamptz,
		grant_expires_at timestamptz,
		error_code text,
		error_params jsonb,
		error_at timestamptz,
		created_at timestamptz not null default now(),
		updated_at timestamptz not null default now(),
		primary key (workspace_id, connection_id),
		unique (workspace_id, platform, external_account_id, host)
	)`,
	`create table connection_secret (
		workspace_id uuid not null,
		connection_id uuid not null,
		sealed bytea not null,
		version integer not null default 1,
		updated_at timestamptz not null default now(),
		primary key (workspace_id, connection_id),
		foreign key (workspace_id, connection_id) references connection on delete cascade
	)`,
	`create table store (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		connection_id uuid not null,
		platform text not null,
		external_id text not null,
		site_id text not null,
		name text not null,
		country text not null,
		currency text not null,
		zone text not null,
		language text not null,
		mode text not null,
		active boolean not null,
		enabled boolean not null default true,
		attributes jsonb not null default '{}',
		error_code text,
		error_params jsonb,
		error_at timestamptz,
		created_at timestamptz not null default now(),
		updated_at timestamptz not null default now(),
		primary key (workspace_id, store_id),
		unique (workspace_id, connection_id, external_id),
		foreign key (workspace_id, connection_id) references connection on delete cascade
	)`,

	`create table rate_bucket (
		workspace_id uuid not null references workspace on delete cascade,
		bucket_key text not null,
		rate double precision not null,
		burst double precision not null,
		tokens double precision not null,
		blocked_until timestamptz,
		updated_at timestamptz not null,
		primary key (workspace_id, bucket_key)
	) with (fillfactor = 50)`,

	`create table raw_reply (
		workspace_id uuid not null references workspace on delete cascade,
		raw_reply_id uuid not null,
		store_id uuid,
		platform text not null,
		operation text not null,
		fetched_at timestamptz not null,
		digest bytea not null,
		size integer not null,
		sealed bytea not null,
		primary key (workspace_id, raw_reply_id)
	)`,
	`alter table raw_reply alter column sealed set storage external`,
	// A page seen before costs one probe.
	`create index raw_reply_by_digest on raw_reply (workspace_id, store_id, digest)`,
	`create index raw_reply_by_time on raw_reply (workspace_id, fetched_at)`,

	`create table orders (
		workspace_id uuid not null,
		order_id uuid not null,
		store_id uuid not null,
		platform text not null,
		external_id text not null,
		external_group_id text,
		site_id text,
		state text not null,
		raw_status text not null,
		fulfilment text not null,
		placed_at timestamptz not null,
		paid_at timestamptz,
		ship_by timestamptz,
		deliver_by timestamptz,
		shipped_at timestamptz,
		delivered_at timestamptz,
		cancelled_at timestamptz,
		ext_updated_at timestamptz not null,
		local_day date not null,
		buyer_country text,
		external_buyer_id text,
		is_test boolean not null,
		currency text not null,
		tax_basis text not null,
		total_minor bigint,
		total_computed boolean not null,
		money jsonb not null,
		line_count integer not null,
		unit_count integer not null,
		first_title text,
		open_returns integer not null default 0,
		warnings text[] not null default '{}',
		raw_reply_ids uuid[] not null default '{}',
		digest bytea not null,
		created_at timestamptz not null default now(),
		changed_at timestamptz not null default now(),
		primary key (workspace_id, order_id),
		unique (workspace_id, store_id, external_id),
		foreign key (workspace_id, store_id) references store
	)`,
	// The list of all stores, newest first, keyset paged.
	`create index orders_by_time on orders (workspace_id, placed_at desc, order_id desc)`,
	`create index orders_by_store_time on orders (workspace_id, store_id, placed_at desc, order_id desc)`,
	`create index orders_by_state_time on orders (workspace_id, state, placed_at desc, order_id desc)`,
	// Ship-by countdown: only what still has to be shipped.
	`create index orders_by_ship_by on orders (workspace_id, ship_by, order_id) where state in ('toShip', 'partlyShipped')`,
	// A pasted platform id, over all stores.
	`create index orders_by_external_id on orders (workspace_id, external_id text_pattern_ops)`,
	`create index orders_by_group_id on orders (workspace_id, external_group_id) where external_group_id is not null`,
	`create index orders_by_day on orders (workspace_id, local_day, store_id)`,
	// Completeness per store and window counts on the platform's own change time.
	`create index orders_by_store_update on orders (workspace_id, store_id, ext_updated_at)`,

	`create table order_line (
		workspace_id uuid not null,
		order_id uuid not null,
		external_id text not null,
		position integer not null,
		external_listing_id text,
		external_variant_id text,
		seller_sku text,
		title text not null,
		variant text,
		image_url text,
		quantity integer not null,
		quantity_cancelled integer not null,
		quantity_shipped integer,
		currency text not null,
		unit_price_minor bigint,
		discount_minor bigint,
		tax_minor bigint,
		raw_status text,
		primary key (workspace_id, order_id, external_id),
		foreign key (workspace_id, order_id) references orders on delete cascade
	)`,
	`create index order_line_by_sku on order_line (workspace_id, seller_sku) where seller_sku is not null`,
	`create table parcel (
		workspace_id uuid not null,
		order_id uuid not null,
		external_id text not null,
		carrier text,
		tracking_number text,
		state text not null,
		raw_status text,
		shipped_at timestamptz,
		delivered_at timestamptz,
		lines jsonb not null default '[]',
		primary key (workspace_id, order_id, external_id),
		foreign key (workspace_id, order_id) references orders on delete cascade
	)`,
	`create index parcel_by_tracking on parcel (workspace_id, tracking_number) where tracking_number is not null`,
	`create table order_return (
		workspace_id uuid not null,
		order_id uuid not null,
		external_id text not null,
		kind text not null,
		state text not null,
		raw_status text not null,
		reason text,
		requested_by text not null,
		refund_minor bigint,
		refund_currency text,
		requested_at timestamptz,
		respond_by timestamptz,
		ext_updated_at timestamptz,
		lines jsonb not null default '[]',
		primary key (workspace_id, order_id, external_id),
		foreign key (workspace_id, order_id) references orders on delete cascade
	)`,
	`create table fee (
		workspace_id uuid not null,
		order_id uuid not null,
		external_id text not null,
		kind text not null,
		raw_kind text not null,
		amount_minor bigint not null,
		currency text not null,
		line_external_id text,
		primary key (workspace_id, order_id, external_id),
		foreign key (workspace_id, order_id) references orders on delete cascade
	)`,
	`create table order_history (
		workspace_id uuid not null,
		order_id uuid not null,
		history_id uuid not null,
		ext_at timestamptz not null,
		seen_at timestamptz not null default now(),
		state text not null,
		raw_status text not null,
		source text not null check (source in ('pull', 'backfill', 'intake', 'replay')),
		raw_reply_id uuid,
		primary key (workspace_id, order_id, history_id),
		foreign key (workspace_id, order_id) references orders on delete cascade
	)`,
	`create table order_annotation (
		workspace_id uuid not null,
		order_id uuid not null,
		flag text,
		note text,
		updated_by text not null,
		updated_at timestamptz not null default now(),
		primary key (workspace_id, order_id),
		foreign key (workspace_id, order_id) references orders on delete cascade
	)`,
	// Personal data, apart and sealed; everything else works without it.
	`create table buyer_data (
		workspace_id uuid not null,
		order_id uuid not null,
		sealed bytea not null,
		purpose text not null,
		dies_at timestamptz not null,
		primary key (workspace_id, order_id),
		foreign key (workspace_id, order_id) references orders on delete cascade
	)`,
	`create index buyer_data_by_death on buyer_data (workspace_id, dies_at)`,

	`create table quarantine (
		workspace_id uuid not null references workspace on delete cascade,
		quarantine_id uuid not null,
		store_id uuid,
		platform text not null,
		external_id text,
		cause text not null,
		digest bytea not null,
		sealed bytea not null,
		raw_reply_id uuid,
		state text not null default 'waiting' check (state in ('waiting', 'replayed', 'dismissed')),
		attempts integer not null default 1,
		first_at timestamptz not null default now(),
		last_at timestamptz not null default now(),
		primary key (workspace_id, quarantine_id),
		unique (workspace_id, store_id, digest)
	)`,
	`create table pull_cursor (
		workspace_id uuid not null,
		store_id uuid not null,
		resource text not null,
		watermark timestamptz not null,
		window_until timestamptz,
		page_cursor text,
		last_success_at timestamptz,
		last_attempt_at timestamptz,
		primary key (workspace_id, store_id, resource),
		foreign key (workspace_id, store_id) references store on delete cascade
	)`,
	`create table backfill (
		workspace_id uuid not null,
		store_id uuid not null,
		resource text not null,
		state text not null check (state in ('waiting', 'running', 'done', 'failed')),
		history_from timestamptz not null,
		history_until timestamptz not null,
		reached timestamptz not null,
		page_cursor text,
		window_from timestamptz,
		orders_seen integer not null default 0,
		orders_expected integer,
		started_at timestamptz not null default now(),
		updated_at timestamptz not null default now(),
		finished_at timestamptz,
		error_code text,
		primary key (workspace_id, store_id, resource),
		foreign key (workspace_id, store_id) references store on delete cascade
	)`,
	`create table intake (
		workspace_id uuid not null references workspace on delete cascade,
		intake_id uuid not null,
		platform text not null,
		delivery_id text not null,
		received_at timestamptz not null default now(),
		tidings jsonb not null,
		sealed bytea not null,
		state text not null default 'waiting' check (state in ('waiting', 'done', 'failed', 'ignored')),
		attempts integer not null default 0,
		error text,
		done_at timestamptz,
		primary key (workspace_id, intake_id),
		unique (workspace_id, platform, delivery_id)
	)`,
	`create index intake_waiting on intake (workspace_id, received_at) where state = 'waiting'`,
	`create table gap (
		workspace_id uuid not null,
		gap_id uuid not null,
		store_id uuid not null,
		window_from timestamptz not null,
		window_until timestamptz not null,
		ours integer not null,
		theirs integer not null,
		state text not null default 'open' check (state in ('open', 'filled', 'unexplained')),
		found_at timestamptz not null default now(),
		filled_at timestamptz,
		primary key (workspace_id, gap_id),
		foreign key (workspace_id, store_id) references store on delete cascade
	)`,

	// A signed-in person may see in which workspaces they are a member before a workspace is chosen.
	`create policy own_membership on member for select to pangea_app using (user_id = pangea_user())`,
	// The worker walks over workspaces one by one; this list of ids is all it learns outside a scope.
	`create function pangea_workspace_ids() returns setof uuid language sql stable security definer set search_path = public as
		$$ select workspace_id from workspace order by workspace_id $$`,
	// An invitation is opened by the digest of its token, before the invited person belongs anywhere.
	`create function pangea_invitation_workspace(digest bytea) returns uuid language sql stable security definer set search_path = public as
		$$ select workspace_id from invitation where token_digest = digest and accepted_at is null and expires_at > now() $$`,
	`grant select, insert, update, delete on all tables in schema public to pangea_app`,
	// The trail is append-only for the app.
	`revoke update, delete on audit from pangea_app`,
	`revoke update, delete on event from pangea_app`,

	// Spends one token and returns the milliseconds to wait (0: go). The row lock makes several processes share one budget; the clock is the database's.
	`create function pangea_take_token(ws uuid, k text, r double precision, b double precision) returns integer language plpgsql as $$
		declare
			row_ rate_bucket%rowtype;
			now_ timestamptz := clock_timestamp();
			filled double precision;
		begin
			insert into rate_bucket (workspace_id, bucket_key, rate, burst, tokens, updated_at) values (ws, k, r, b, b, now_)
				on conflict do nothing;
			select * into row_ from rate_bucket where workspace_id = ws and bucket_key = k for update;
			now_ := clock_timestamp();
			if row_.blocked_until is not null and row_.blocked_until > now_ then
				return ceil(extract(epoch from row_.blocked_until - now_) * 1000);
			end if;
			filled := least(row_.burst, row_.tokens + greatest(0, extract(epoch from now_ - row_.updated_at)) * row_.rate);
			if filled >= 1 then
				update rate_bucket set tokens = filled - 1, updated_at = now_, blocked_until = null where workspace_id = ws and bucket_key = k;
				return 0;
			end if;
			return greatest(1, ceil((1 - filled) / row_.rate * 1000));
		end $$`,
];

import { type Kysely, sql } from 'kysely';

/**
 * Rate budgets in turns: live work announces that it waits, and history steps back for so long. The manifest's figures are kept beside
 * the platform's corrections, so that a new release with other figures starts from them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table rate_bucket
		add column base_rate double precision not null default 0,
		add column base_burst double precision not null default 0,
		add column urgent_until timestamptz`,
	`drop function pangea_take_token(uuid, text, double precision, double precision)`,
	// Spends one token and returns the milliseconds to wait (0: go). The row lock makes several processes share one budget; the clock is the database's.
	`create function pangea_take_token(ws uuid, k text, r double precision, b double precision, urgent boolean) returns integer language plpgsql as $$
		declare
			row_ rate_bucket%rowtype;
			now_ timestamptz := clock_timestamp();
			filled double precision;
			free_at timestamptz;
		begin
			select * into row_ from rate_bucket where workspace_id = ws and bucket_key = k for update;
			if not found then
				insert into rate_bucket (workspace_id, bucket_key, rate, burst, tokens, updated_at, base_rate, base_burst)
					values (ws, k, r, b, b, now_, r, b) on conflict do nothing;
				select * into row_ from rate_bucket where workspace_id = ws and bucket_key = k for update;
			end if;
			now_ := clock_timestamp();
			if row_.base_rate <> r or row_.base_burst <> b then
				update rate_bucket set rate = r, burst = b, base_rate = r, base_burst = b where workspace_id = ws and bucket_key = k;
				row_.rate := r;
				row_.burst := b;
			end if;
			filled := least(row_.burst, row_.tokens + greatest(0, extract(epoch from now_ - row_.updated_at)) * row_.rate);
			free_at := now_;
			if filled < 1 then free_at := now_ + make_interval(secs => (1 - filled) / row_.rate); end if;
			if row_.blocked_until > free_at then free_at := row_.blocked_until; end if;
			if not urgent and row_.urgent_until > free_at then free_at := row_.urgent_until; end if;
			if free_at > now_ then
				if urgent then
					update rate_bucket set urgent_until = free_at + interval '100 milliseconds' where workspace_id = ws and bucket_key = k;
				end if;
				return greatest(1, least(ceil(extract(epoch from free_at - now_) * 1000), 3600000));
			end if;
			update rate_bucket set tokens = filled - 1, updated_at = now_, blocked_until = null where workspace_id = ws and bucket_key = k;
			return 0;
		end $$`,
];

import { type Kysely, sql } from 'kysely';

/** A token that is there is spent by one update, which needs no lock before it; only who has to wait, or finds no bucket or other figures, goes the whole way. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(TAKE_TOKEN).execute(db);
}

// Who waited for the row's lock holds an older moment than its last writer: the bucket's time never goes back, or that stretch would fill it twice.
const TAKE_TOKEN = `create or replace function pangea_take_token(ws uuid, k text, r double precision, b double precision, urgent boolean) returns integer
	language plpgsql as $$
	declare
		row_ rate_bucket%rowtype;
		now_ timestamptz := clock_timestamp();
		filled double precision;
		free_at timestamptz;
	begin
		update rate_bucket set
				tokens = least(burst, tokens + greatest(0, extract(epoch from now_ - updated_at)) * rate) - 1,
				updated_at = greatest(updated_at, now_), blocked_until = null
			where workspace_id = ws and bucket_key = k and base_rate = r and base_burst = b
				and least(burst, tokens + greatest(0, extract(epoch from now_ - updated_at)) * rate) >= 1
				and (blocked_until is null or blocked_until <= now_) and (urgent or urgent_until is null or urgent_until <= now_);
		if found then return 0; end if;
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
	end $$`;

import { type Kysely, sql } from 'kysely';

/**
 * A search in some stores walks their messages merged, newest first: without an order of their own in each branch all messages of three stores were read
 * and sorted. And it walks the newest three thousand, and further only where what it found promises a page: two words that are common and that nobody has
 * together are found by the index at once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(SEARCH).execute(db);
}

const SEARCH = `create or replace function pangea_message_hits(asked jsonb, stores uuid[], before_at timestamptz, before_id uuid, wanted integer)
		returns table (message_id uuid, conversation_id uuid, sent_at timestamptz)
		language plpgsql security definer set search_path = public set jit = off set max_parallel_workers_per_gather = 0 as $$
		#variable_conflict use_column
		declare
			ws uuid := pangea_workspace();
			term jsonb;
			one text;
			conditions text[] := '{}';
			matches text;
			plan json;
			rarest double precision := 'infinity';
			from_at timestamptz := coalesce(before_at, 'infinity');
			from_id uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
			walk text := 'select * from message where workspace_id = $1 and (sent_at, message_id) < ($2, $3)';
			newest_first constant text := 'order by sent_at desc, message_id desc';
			keep text;
			found_ integer;
			walked integer := 3000;
			further constant integer := 9000;
			common constant integer := 4000;
			-- Each store is an index scan of its own, merged with the others.
			merged constant integer := 16;
		begin
			if ws is null or jsonb_array_length(asked) = 0 or cardinality(stores) = 0 then return; end if;
			for term in select value from jsonb_array_elements(asked) loop
				select format('m.marks && %L::bigint[]', array_agg(value::bigint)) into one from jsonb_array_elements_text(term);
				conditions := conditions || one;
				if array_length(conditions, 1) <= 8 then
					execute 'explain (format json) select from message m where ' || one into plan;
					rarest := least(rarest, (plan -> 0 -> 'Plan' ->> 'Plan Rows')::double precision);
				end if;
			end loop;
			matches := array_to_string(conditions, ' and ');
			-- The newest hit speaks for its conversation. Written as a value, not as a join: a join would be made before the limit counts.
			keep := format('coalesce((select false from message n where n.workspace_id = $1 and n.conversation_id = m.conversation_id
					and (n.sent_at, n.message_id) > (m.sent_at, m.message_id) and (%s) limit 1), true)', replace(matches, 'm.marks', 'n.marks'));
			if stores is not null then
				keep := 'm.store_id = any($5) and ' || keep;
				if cardinality(stores) <= merged then
					select string_agg(format('(%s and store_id = %L %s)', walk, store, newest_first), ' union all ') into walk from unnest(stores) as store;
				end if;
			end if;
			if rarest > common then
				-- The newest first, and further only where what was found promises that the page will be filled.
				for stretch in 1..2 loop
					return query execute format('select m.message_id, m.conversation_id, m.sent_at from (select * from (%s) s %s limit %s) m
						where (%s) and %s %s limit $4', walk, newest_first, walked, matches, keep, newest_first)
						using ws, from_at, from_id, wanted, stores;
					get diagnostics found_ = row_count;
					if found_ >= wanted then return; end if;
					wanted := wanted - found_;
					execute format('select sent_at, message_id from (%s) s %s offset %s limit 1', walk, newest_first, walked - 1)
						into from_at, from_id using ws, from_at, from_id;
					if from_at is null then return; end if;
					exit when found_ * further < wanted * walked;
					walked := further;
				end loop;
			end if;
			return query execute format('with hit as materialized (
					select m.message_id, m.conversation_id, m.sent_at, m.store_id, m.marks from message m
					where %s and m.workspace_id = $1 and (m.sent_at, m.message_id) < ($2, $3)
				), newest as materialized (select * from hit order by sent_at desc, message_id desc)
				select m.message_id, m.conversation_id, m.sent_at from newest m where %s limit $4', matches, keep)
				using ws, from_at, from_id, wanted, stores;
		end $$`;

import { type Kysely, sql } from 'kysely';

/**
 * What sealed messages are found by: keyed digests of the words in them (adr/0015). They stand in the message's own row, so they die with it.
 * Rows from before have none; a job works them out.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table message add column marks bigint[] not null default '{}', add column marked boolean not null default false`,
	// How often a mark comes up decides how it is looked for, so many of them are counted.
	`alter table message alter column marks set statistics 1000`,
	// A list of what is not sorted in yet would be read by every search.
	`create index message_marks on message using gin (marks) with (fastupdate = off)`,
	`create index message_newest on message (workspace_id, sent_at desc, message_id desc)`,
	`create index message_unmarked on message (workspace_id, message_id) where not marked`,
	// Row-level security keeps conditions whose operators are not leakproof, as those of arrays, out of every index. So the owner asks, for the
	// workspace that is set, and every statement of it names that workspace. Statements are planned at each call: how common a mark is decides.
	`create function pangea_message_hits(asked jsonb, stores uuid[], before_at timestamptz, before_id uuid, wanted integer)
		returns table (message_id uuid, conversation_id uuid, sent_at timestamptz)
		language plpgsql security definer set search_path = public set jit = off as $$
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
			keep text;
			found_ integer;
			walked constant integer := 12000;
			common constant integer := 4000;
		begin
			if ws is null or jsonb_array_length(asked) = 0 then return; end if;
			for term in select value from jsonb_array_elements(asked) loop
				select format('m.marks && %L::bigint[]', array_agg(value::bigint)) into one from jsonb_array_elements_text(term);
				conditions := conditions || one;
				if array_length(conditions, 1) <= 8 then
					execute 'explain (format json) select from message m where ' || one into plan;
					rarest := least(rarest, (plan -> 0 -> 'Plan' ->> 'Plan Rows')::double precision);
				end if;
			end loop;
			matches := array_to_string(conditions, ' and ');
			-- The newest hit speaks for its conversation. Written as values, not as joins: a join would be made before the limit counts.
			keep := format('coalesce((select false from message n where n.workspace_id = $1 and n.conversation_id = m.conversation_id
					and (n.sent_at, n.message_id) > (m.sent_at, m.message_id) and (%s) limit 1), true)', replace(matches, 'm.marks', 'n.marks'))
				|| case when stores is null then '' else ' and coalesce((select c.store_id = any($5) from conversation c
					where c.workspace_id = $1 and c.conversation_id = m.conversation_id), false)' end;
			if rarest > common then
				return query execute format('select m.message_id, m.conversation_id, m.sent_at from (
						select message_id, conversation_id, sent_at, marks from message where workspace_id = $1 and (sent_at, message_id) < ($2, $3)
						order by sent_at desc, message_id desc limit %s) m
					where (%s) and %s order by m.sent_at desc, m.message_id desc limit $4', walked, matches, keep)
					using ws, from_at, from_id, wanted, stores;
				get diagnostics found_ = row_count;
				if found_ >= wanted then return; end if;
				wanted := wanted - found_;
				execute format('select sent_at, message_id from message where workspace_id = $1 and (sent_at, message_id) < ($2, $3)
					order by sent_at desc, message_id desc offset %s limit 1', walked - 1)
					into from_at, from_id using ws, from_at, from_id;
				if from_at is null then return; end if;
			end if;
			return query execute format('with hit as materialized (
					select m.message_id, m.conversation_id, m.sent_at, m.marks from message m
					where %s and m.workspace_id = $1 and (m.sent_at, m.message_id) < ($2, $3)
				), newest as materialized (select * from hit order by sent_at desc, message_id desc)
				select m.message_id, m.conversation_id, m.sent_at from newest m where %s limit $4', matches, keep)
				using ws, from_at, from_id, wanted, stores;
		end $$`,
	`revoke all on function pangea_message_hits(jsonb, uuid[], timestamptz, uuid, integer) from public`,
	`grant execute on function pangea_message_hits(jsonb, uuid[], timestamptz, uuid, integer) to pangea_app`,
];

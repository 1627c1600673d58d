import type { Visitor } from '@pangea/launcher/demo-client';
import { signIn } from '../rig/person.ts';
import { PAST_DAYS, type Rig } from '../rig/rig.ts';

/** The stores' histories, planned anew before each round, so that every round finds a backfill under way. */
export class Histories {
	readonly #rig: Rig;
	readonly #owner: Visitor;
	readonly #storeIds: string[];

	private constructor(rig: Rig, owner: Visitor, storeIds: string[]) {
		this.#rig = rig;
		this.#owner = owner;
		this.#storeIds = storeIds;
	}

	static async of(rig: Rig): Promise<Histories> {
		const { visitor } = await signIn(rig, 'owner');
		const stores = await rig.query<{ store_id: string }>(`select store_id from store where mode <> 'fullyManaged' order by store_id`);
		return new Histories(
			rig,
			visitor,
			stores.map((store) => store.store_id),
		);
	}

	/**
	 * Forgets the past, all that hangs on it and the replies behind it, and asks for it again. What changed today stays: it is the pushes'
	 * and polls' affair, and some platforms show the last minutes to no poll.
	 */
	async restart(): Promise<void> {
		// Whole milliseconds, as the product writes: it moves a history on only from the very place that it has read.
		await this.#rig.query(`
			do $$ declare until timestamptz := date_trunc('milliseconds', now() - interval '${PAST_DAYS.until} days'); begin
				perform pg_advisory_xact_lock(hashtextextended('orders ' || store_id, 0)) from store;
				delete from orders where ext_updated_at < now() - interval '1 day';
				delete from raw_reply where raw_reply_id not in
					(select (left(id::text, 32) || '0000')::uuid from orders, unnest(raw_reply_ids) as id);
				update backfill set state = 'waiting', history_from = until - interval '${PAST_DAYS.from - PAST_DAYS.until} days', history_until = until,
					reached = until, page_cursor = null, window_from = null, orders_seen = 0, orders_expected = null,
					error_code = null, finished_at = null, updated_at = now();
			end $$`);
		for (const storeId of this.#storeIds) await this.#owner.mutate('stores.backfill', { storeId });
	}

	/** Share of the histories that is done, for the log. */
	async done(): Promise<string> {
		const [row] = await this.#rig.query<{ done: string; all: string }>(
			`select count(*) filter (where b.state = 'done') as done, count(*) as all from backfill b join store s using (workspace_id, store_id)
				where s.mode <> 'fullyManaged'`,
		);
		return `${row?.done}/${row?.all}`;
	}
}

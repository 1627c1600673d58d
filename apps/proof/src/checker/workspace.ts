import type pg from 'pg';
import type { Problem } from './problem.ts';

interface EventRow {
	workspace_id: string;
	first: string | null;
	last: string | null;
	count: string;
	taken: string | null;
}

/** Every event number of each workspace once and without a hole, and every order named by an event or covered by one that says "many". */
export async function eventProblems(client: pg.ClientBase): Promise<{ events: number; problems: Problem[] }> {
	const { rows } = await client.query<EventRow>(
		`select w.workspace_id, min(e.seq) as first, max(e.seq) as last, count(e.seq) as count, s.last_seq as taken
			from workspace w left join event e using (workspace_id) left join workspace_sequence s using (workspace_id)
			group by w.workspace_id, s.last_seq`,
	);
	const problems = rows.flatMap((row): Problem[] => {
		const count = Number(row.count);
		const whole = count === 0 ? row.taken === null : Number(row.first) === 1 && Number(row.last) === count && row.taken === row.last;
		if (whole) return [];
		const found = `${row.count} events from ${row.first} to ${row.last}, ${row.taken} numbers taken`;
		return [{ kind: 'events', where: row.workspace_id, expected: 'one event for each number from 1', found }];
	});
	const unheard = await client.query<{ order_id: string; external_id: string }>(
		`select o.order_id, o.external_id from orders o
			where not exists (select 1 from event e where e.workspace_id = o.workspace_id and e.kind = 'orders.changed'
				and e.store_id = o.store_id and (e.ids = '[]'::jsonb or e.ids ? o.order_id::text))
			order by o.external_id limit 20`,
	);
	for (const row of unheard.rows) {
		problems.push({ kind: 'events', where: `order ${row.external_id}`, expected: 'an event that tells of it', found: 'none' });
	}
	return { events: rows.reduce((total, row) => total + Number(row.count), 0), problems };
}

/** What waits in quarantine. */
export async function quarantineProblems(client: pg.ClientBase, expected: (externalId: string | null) => boolean): Promise<Problem[]> {
	const { rows } = await client.query<{ platform: string; external_id: string | null; cause: string }>(
		`select platform, external_id, cause from quarantine where state = 'waiting' order by first_at`,
	);
	return rows
		.filter((row) => !expected(row.external_id))
		.map((row) => ({ kind: 'quarantine', where: `${row.platform} ${row.external_id}`, expected: 'understood', found: row.cause }));
}

/** Rows that hang on nothing. */
export async function orphanProblems(client: pg.ClientBase): Promise<Problem[]> {
	const problems: Problem[] = [];
	for (const table of ['order_line', 'parcel', 'order_return', 'fee', 'order_history', 'buyer_data']) {
		const { rows } = await client.query<{ n: string }>(
			`select count(*) as n from ${table} c where not exists
				(select 1 from orders o where o.workspace_id = c.workspace_id and o.order_id = c.order_id)`,
		);
		const n = rows[0]?.n ?? '0';
		if (n !== '0') problems.push({ kind: 'orphans', where: table, expected: 'each belongs to an order', found: `${n} that do not` });
	}
	return problems;
}

import type pg from 'pg';

const CHILDREN = ['order_line', 'parcel', 'order_return', 'fee', 'order_history', 'buyer_data'];
const MARK = '~';

/**
 * Makes the orders that are there into about `rows`, by copies inside the database with ids of their own, each copy some days older; then takes
 * the originals away. @returns how many orders there are.
 */
export async function fillTo(owner: pg.Client, rows: number, step: (text: string) => void): Promise<number> {
	const original = await count(owner);
	const copies = Math.max(1, Math.round(rows / Math.max(1, original)));
	await owner.query('create temporary table copied (was uuid primary key, "is" uuid)');
	const columns = new Map<string, string[]>();
	for (const table of ['orders', ...CHILDREN]) columns.set(table, await columnsOf(owner, table));
	for (let copy = 1; copy <= copies; copy++) {
		await owner.query('begin');
		await owner.query('truncate copied');
		// Later copies take the ids that a later day would have made, so that the index grows at its end as it does in use.
		await owner.query(
			`insert into copied select order_id, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + $2), 12, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid
				from orders where strpos(external_id, $1) = 0`,
			[MARK, copy],
		);
		for (const [table, names] of columns) {
			const values = names.map((name) => {
				if (name === 'order_id') return 'c."is"';
				if (table === 'orders' && name === 'external_id') return `t.external_id || '${MARK}${copy}'`;
				if (table === 'orders' && name === 'placed_at') return `t.placed_at - interval '${copy} days'`;
				return `t.${name}`;
			});
			await owner.query(
				`insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${table} t join copied c on c.was = t.order_id`,
			);
		}
		await owner.query('commit');
		if (copy % 10 === 0 || copy === copies) step(`Filled ${original * copy} orders`);
	}
	await owner.query('delete from orders where strpos(external_id, $1) = 0', [MARK]);
	await owner.query('truncate raw_reply');
	await owner.query('vacuum analyze');
	await owner.query('checkpoint');
	return await count(owner);
}

async function count(owner: pg.Client): Promise<number> {
	return Number((await owner.query<{ n: string }>('select count(*) as n from orders')).rows[0]?.n ?? 0);
}

async function columnsOf(owner: pg.Client, table: string): Promise<string[]> {
	const { rows } = await owner.query<{ name: string }>(
		"select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1 order by ordinal_position",
		[table],
	);
	return rows.map((r) => r.name);
}

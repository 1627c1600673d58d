import type pg from 'pg';

/** A value by which a row of a workspace can be named. */
export interface Name {
	table: string;
	column: string;
	value: string;
	uuid: boolean;
}

const TELLING = /(_id|email|name|title|digest)$/;
const LONG_ENOUGH = 8;

async function tables(client: pg.ClientBase): Promise<string[]> {
	const { rows } = await client.query<{ name: string }>(
		`select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
			where c.column_name = 'workspace_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name !~ '_p\\d|_\\d{4}'
			order by 1`,
	);
	return rows.map((row) => row.name);
}

/** Every value that names something of a workspace and that no other workspace has. */
export async function namesOf(client: pg.ClientBase, workspaceId: string): Promise<Name[]> {
	const found: Name[] = [];
	for (const table of await tables(client)) {
		const columns = await client.query<{ name: string; type: string }>(
			`select column_name as name, data_type as type from information_schema.columns
				where table_schema = 'public' and table_name = $1 and data_type in ('uuid', 'text', 'character varying')`,
			[table],
		);
		for (const { name: column, type } of columns.rows) {
			if (type !== 'uuid' && !TELLING.test(column)) continue;
			const { rows } = await client.query<{ value: string }>(
				`select ${column}::text as value from ${table} where workspace_id = $1 and length(${column}::text) >= ${LONG_ENOUGH}
					except select ${column}::text from ${table} where workspace_id <> $1`,
				[workspaceId],
			);
			found.push(...rows.map(({ value }) => ({ table, column, value, uuid: type === 'uuid' })));
		}
	}
	return found;
}

/** What each table holds of a workspace, and how many jobs wait for it. */
export async function stateOf(client: pg.ClientBase, workspaceId: string): Promise<Record<string, string>> {
	const state: Record<string, string> = {};
	for (const table of await tables(client)) {
		const { rows } = await client.query<{ n: string; digest: string }>(
			`select count(*) as n, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from ${table} t where workspace_id = $1`,
			[workspaceId],
		);
		state[table] = `${rows[0]?.n} rows ${rows[0]?.digest}`;
	}
	const { rows } = await client.query<{ n: string }>(`select count(*) as n from jobs.job where payload ->> 'workspaceId' = $1`, [
		workspaceId,
	]);
	state['jobs'] = `${rows[0]?.n} jobs`;
	return state;
}

/** Puts a row into each table that holds none of a workspace, so that there is something to attack: made up, but for the ids of what it belongs to. */
export async function fillEmpty(client: pg.ClientBase, workspaceId: string, userId: string): Promise<void> {
	const state = await stateOf(client, workspaceId);
	for (const table of await parentsFirst(
		client,
		(await tables(client)).filter((name) => state[name]?.startsWith('0 ')),
	)) {
		const ids = new Map((await namesOf(client, workspaceId)).flatMap((one) => (one.uuid ? [[one.column, one.value] as const] : [])));
		ids.set('user_id', userId);
		const { rows: columns } = await client.query<{ name: string; type: string; list: boolean }>(
			`select column_name as name, udt_name as type, data_type = 'ARRAY' as list from information_schema.columns
				where table_schema = 'public' and table_name = $1 and (is_nullable = 'NO' or column_name in ('store_id', 'user_id'))
					and column_default is null and is_identity = 'NO' and is_generated = 'NEVER'`,
			[table],
		);
		const { rows: checks } = await client.query<{ told: string }>(
			`select pg_get_constraintdef(oid) as told from pg_constraint where conrelid = $1::regclass and contype = 'c'`,
			[table],
		);
		const words = new Map(
			checks.flatMap(({ told }) => [...told.matchAll(/\((\w+) = ANY \(ARRAY\['([^']+)'/g)].map((m) => [m[1], m[2]] as const)),
		);
		const values = columns.map(({ name, type, list }) => {
			if (list) return '{}';
			const known = ids.get(name) ?? words.get(name);
			if (known !== undefined) return known;
			return MADE_UP[type]?.() ?? `${table} ${name}`;
		});
		await client.query(
			`insert into ${table} (${columns.map((one) => one.name).join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
			values,
		);
	}
}

async function parentsFirst(client: pg.ClientBase, names: string[]): Promise<string[]> {
	const { rows: links } = await client.query<{ child: string; parent: string }>(
		`select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint where contype = 'f' and conrelid <> confrelid`,
	);
	const waiting = [...names];
	const sorted: string[] = [];
	while (waiting.length > 0) {
		const free = waiting.findIndex((name) => !links.some(({ child, parent }) => child === name && waiting.includes(parent)));
		sorted.push(...waiting.splice(Math.max(free, 0), 1));
	}
	return sorted;
}

/** By PostgreSQL's name of a type. */
const MADE_UP: Record<string, () => unknown> = {
	uuid: () => crypto.randomUUID(),
	bytea: () => Buffer.from(crypto.randomUUID()),
	jsonb: () => '{}',
	bool: () => true,
	date: () => '2026-11-20',
	timestamptz: () => '2026-11-20T00:00:00Z',
	...Object.fromEntries(['int2', 'int4', 'int8', 'numeric', 'float8'].map((type) => [type, () => 1])),
};

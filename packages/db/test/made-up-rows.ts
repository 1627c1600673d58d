import type pg from 'pg';

/** Every table of the product's own schema. */
export async function workspaceTables(admin: pg.Client): Promise<string[]> {
	const found = await admin.query<{ t: string }>(
		`select c.relname as t from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname not like 'kysely%' order by 1`,
	);
	return found.rows.map((r) => r.t);
}

/** Fills one row of any table from its catalogue description, so that a table added later is tested without anybody remembering. */
export async function fillRow(admin: pg.Client, table: string, workspaceId: string): Promise<void> {
	const columns = await admin.query<{
		column_name: string;
		data_type: string;
		udt_name: string;
		column_default: string | null;
		is_nullable: string;
	}>(
		`select column_name, data_type, udt_name, column_default, is_nullable from information_schema.columns
			where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
		[table],
	);
	const needed = columns.rows.filter((c) => c.is_nullable === 'NO' && c.column_default === null);
	const checks = await admin.query<{ def: string }>(
		`select pg_get_constraintdef(oid) as def from pg_constraint where conrelid = $1::regclass and contype = 'c'`,
		[table],
	);
	const allowed = new Map<string, string>();
	for (const { def } of checks.rows) {
		const m = /\(?(\w+) = ANY \(ARRAY\['([^']+)'/.exec(def);
		if (m?.[1] && m[2]) allowed.set(m[1], m[2]);
	}
	const values = needed.map((c) => {
		if (c.column_name === 'workspace_id') return workspaceId;
		const fixed = allowed.get(c.column_name);
		if (fixed) return fixed;
		switch (c.udt_name) {
			case 'uuid':
				return workspaceId;
			case 'timestamptz':
				return '2026-01-01T00:00:00Z';
			case 'date':
				return '2026-01-01';
			case 'bool':
				return false;
			case 'int4':
			case 'int8':
			case 'float8':
			case 'numeric':
				return 1;
			case 'bytea':
				return Buffer.from(workspaceId + table);
			case 'jsonb':
				return '[]';
			case '_text':
			case '_uuid':
				return [];
			default:
				return `x${workspaceId.slice(0, 2)}`;
		}
	});
	await admin.query(
		`insert into ${table} (${needed.map((c) => c.column_name).join(', ')}) values (${needed.map((_, i) => `$${i + 1}`).join(', ')}) on conflict do nothing`,
		values,
	);
}

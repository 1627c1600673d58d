import type pg from 'pg';
import { DatabaseError } from '../database.ts';

export interface BackedUpTable {
	/** `schema.name`, each part quoted where needed. */
	name: string;
	columns: string[];
}

/** Rows that end by themselves: after a restore people sign in again, and a session that was revoked since does not come back. */
export const LEFT_OUT = ['auth.session', 'auth.verification'];
/** Where rows of the product live. Jobs are not among them: they are made anew from the rows that want work. */
const SCHEMAS = ['public', 'auth'];

interface CatalogRow {
	name: string;
	columns: string[];
	parents: string[];
}

/** Every table of ours with its stored columns, each after the tables it refers to. @throws DatabaseError when they refer to each other in a circle. */
export async function tablesOf(client: pg.Client): Promise<BackedUpTable[]> {
	const found = await client.query<CatalogRow>(
		`select format('%I.%I', n.nspname, c.relname) as name,
			array(select format('%I', a.attname) from pg_attribute a
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
			array(select distinct format('%I.%I', pn.nspname, p.relname) from pg_constraint f
				join pg_class p on p.oid = f.confrelid join pg_namespace pn on pn.oid = p.relnamespace
				where f.conrelid = c.oid and f.contype = 'f' and p.oid <> c.oid) as parents
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'kysely\\_%'
		order by 1`,
		[SCHEMAS],
	);
	const waiting = new Map(found.rows.map((row) => [row.name, row]));
	const ordered: BackedUpTable[] = [];
	while (waiting.size > 0) {
		const ready = [...waiting.values()].filter((row) => row.parents.every((parent) => !waiting.has(parent)));
		if (ready.length === 0) throw new DatabaseError(`The tables ${[...waiting.keys()].join(', ')} refer to each other in a circle`);
		for (const { name, columns } of ready) {
			waiting.delete(name);
			ordered.push({ name, columns });
		}
	}
	return ordered.filter((table) => !LEFT_OUT.includes(table.name));
}

/** Names of the migrations that a database has had, in order; none when it is new. */
export async function appliedMigrations(client: pg.Client): Promise<string[]> {
	const known = await client.query<{ there: boolean }>(`select to_regclass('public.kysely_migration') is not null as there`);
	if (!known.rows[0]?.there) return [];
	return (await client.query<{ name: string }>('select name from public.kysely_migration order by name')).rows.map((row) => row.name);
}

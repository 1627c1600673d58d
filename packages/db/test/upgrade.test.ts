import { createTestDatabase } from '@pangea/testing';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { knownMigrations, migrate } from '../src/index.ts';
import { fillRow, workspaceTables } from './made-up-rows.ts';

const WORKSPACES = ['11111111-1111-7111-8111-111111111111', '22222222-2222-7222-8222-222222222222'];
const migrations = await knownMigrations();

interface Rows {
	table: string;
	columns: string[];
	rows: string[];
}

async function rowsOf(client: pg.Client, table: string, columns: string[]): Promise<string[]> {
	const found = await client.query<{ row: string }>(`select row(${columns.join(', ')})::text as row from ${table} order by 1`);
	return found.rows.map((r) => r.row);
}

describe('an upgrade keeps every row and value', () => {
	test.each([
		['the first schema', migrations[0] ?? ''],
		['the previous schema', migrations.at(-2) ?? ''],
	])('from %s (%s)', { timeout: 60_000 }, async (_name, from) => {
		const home = await createTestDatabase();
		const client = new pg.Client({ connectionString: home.url });
		await client.connect();
		try {
			await client.query('drop schema public, auth, jobs cascade; create schema public');
			await migrate(home.url, from);
			await client.query('set session_replication_role = replica');
			const before: Rows[] = [];
			for (const table of await workspaceTables(client)) {
				for (const workspace of WORKSPACES) await fillRow(client, table, workspace);
				// What the database makes of other columns is no value that somebody gave.
				const columns = await client.query<{ name: string }>(
					`select format('%I', column_name) as name from information_schema.columns
						where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
					[table],
				);
				const names = columns.rows.map((r) => r.name);
				before.push({ table, columns: names, rows: await rowsOf(client, table, names) });
			}
			expect(before.length).toBeGreaterThan(20);
			for (const { table, rows } of before) expect([table, rows.length]).toEqual([table, 2]);

			const { applied } = await migrate(home.url);
			expect(applied).toEqual(migrations.slice(migrations.indexOf(from) + 1));
			for (const { table, columns, rows } of before) expect([table, await rowsOf(client, table, columns)]).toEqual([table, rows]);
			expect(await migrate(home.url)).toEqual({ applied: [] });
		} finally {
			await client.end();
			await home.drop();
		}
	});
});

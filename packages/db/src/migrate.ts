import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';
import { DatabaseError } from './database.ts';

const folder = fileURLToPath(new URL('./migrations/', import.meta.url));
const OLDEST = 15;

const provider: MigrationProvider = {
	async getMigrations() {
		const names = await knownMigrations();
		const pairs = await Promise.all(names.map(async (n) => [n, (await import(join(folder, `${n}.ts`))) as Migration] as const));
		return Object.fromEntries(pairs);
	},
};

/** Names of all migrations this version knows, in order. */
export async function knownMigrations(): Promise<string[]> {
	return (await readdir(folder))
		.filter((n) => n.endsWith('.ts'))
		.map((n) => n.replace(/\.ts$/, ''))
		.sort();
}

/**
 * Brings a database to the newest schema, or to the named migration's. The connection needs to own the database and, once, the right to create the role `pangea_app`.
 * @throws DatabaseError with a sentence for the person who runs the server.
 */
export async function migrate(url: string, to?: string): Promise<{ applied: string[] }> {
	const pool = new pg.Pool({ connectionString: url, max: 2 });
	pool.on('error', () => {});
	try {
		await checkServer(pool);
		const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
		const migrator = new Migrator({ db, provider });
		const { error, results } = to === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(to);
		if (error) {
			const failed = results?.find((r) => r.status === 'Error')?.migrationName ?? 'unknown';
			throw new DatabaseError(
				`Migration ${failed} failed: ${error instanceof Error ? error.message : 'no reason given'}. Nothing of it was kept.`,
				{ cause: error },
			);
		}
		return { applied: (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName) };
	} finally {
		await pool.end().catch(() => {});
	}
}

async function checkServer(pool: pg.Pool): Promise<void> {
	let version: number;
	try {
		const result = await pool.query<{ v: string }>(`select current_setting('server_version_num') as v`);
		version = Math.floor(Number(result.rows[0]?.v) / 10_000);
	} catch (cause) {
		throw new DatabaseError(
			`Cannot reach the database: ${cause instanceof Error ? cause.message : String(cause)}. Check DATABASE_URL and that the server runs.`,
			{ cause },
		);
	}
	if (version < OLDEST) throw new DatabaseError(`The database server is PostgreSQL ${version}; Pangea needs ${OLDEST} or newer.`);
}

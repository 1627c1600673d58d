import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmptyWorkspace, Database, migrate } from '@pangea/db';
import { type LocalPostgres, startLocalPostgres } from '@pangea/local-postgres';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createListStores, fillStatements, type ListWorld } from './lists-world.ts';

const STORES = 40;
const DAYS = 730;

/** A filled data folder, kept under the system's temporary folder for the next run of the same day, schema and size. */
export interface FilledDatabase {
	folder: string;
	world: ListWorld;
	/** Starts the server with the product's own settings. */
	start(): Promise<LocalPostgres>;
	/** Something worked out from these rows, kept beside them. */
	remember<T>(name: string, make: () => Promise<T>): Promise<T>;
}

export async function filledDatabase(orders: number, step: (text: string) => void): Promise<FilledDatabase> {
	const home = join(tmpdir(), 'pangea-bench-lists');
	// The day belongs to it: what is late, due or of today depends on the hour at which it is looked at.
	const key = createHash('sha256')
		.update(`${orders} ${new Date().toISOString().slice(0, 10)} ${sourceDigest()}`)
		.digest('hex')
		.slice(0, 12);
	const folder = join(home, key);
	const start = (settings: Record<string, string> = {}): Promise<LocalPostgres> =>
		startLocalPostgres({ folder: join(folder, 'postgres'), settings: { max_wal_size: '8GB', ...settings } });
	const file = join(folder, 'world.json');
	let world = readJson<ListWorld>(file);
	if (world) step(`Using the ${orders} orders of an earlier run`);
	else {
		for (const other of list(home)) rmSync(join(home, other), { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		const started = performance.now();
		// Nothing of a half-filled folder is used, so nothing has to survive a power loss.
		const server = await start({
			fsync: 'off',
			synchronous_commit: 'off',
			full_page_writes: 'off',
			wal_level: 'minimal',
			max_wal_senders: '0',
		});
		try {
			world = await fill(server, orders, step);
		} finally {
			await server.stop();
		}
		writeFileSync(file, JSON.stringify(world));
		step(`Filled in ${Math.round((performance.now() - started) / 1000)} s`);
	}
	return {
		folder: join(folder, 'postgres', 'data'),
		world,
		start,
		async remember(name, make) {
			const place = join(folder, `${name}.json`);
			const known = readJson<Awaited<ReturnType<typeof make>>>(place);
			if (known) return known;
			const made = await make();
			writeFileSync(place, JSON.stringify(made));
			return made;
		},
	};
}

async function fill(server: LocalPostgres, orders: number, step: (text: string) => void): Promise<ListWorld> {
	await server.ensureDatabase('pangea');
	const url = server.url('pangea');
	await migrate(url);
	const workspaceId = uuidv7();
	const database = new Database({ url, name: 'bench lists', onIdleError: () => {} });
	await database.inWorkspace(workspaceId, (scope) => createEmptyWorkspace(scope, { name: 'Lists', baseCurrency: 'USD', zone: 'UTC' }));
	const stores = await createListStores(database, workspaceId, STORES);
	await database.close();
	const world: ListWorld = { workspaceId, stores, orders, days: DAYS, now: new Date().toISOString() };
	await fillTables(url, world, 2, step);
	await changeNewest(url, world);
	return world;
}

/** In use the newest orders change all the time, so their pages are not marked as visible to all and the indexes hold dead entries. */
async function changeNewest(url: string, world: ListWorld): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query(`update orders set changed_at = now() where workspace_id = $1 and placed_at > $2::timestamptz - interval '1 day'`, [
			world.workspaceId,
			world.now,
		]);
		await client.query('checkpoint');
	} finally {
		await client.end();
	}
}

/** Fills the empty tables of a world: rows first, then what was taken off for the time being: indexes and unique constraints. */
export async function fillTables(url: string, world: ListWorld, connections: number, step: (text: string) => void): Promise<void> {
	const statements = fillStatements(world);
	const tables = Object.keys(statements);
	const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: url }));
	try {
		for (const client of clients) {
			await client.connect();
			await client.query(`set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '1GB'; set jit = off`);
		}
		const [first] = clients;
		if (!first) throw new Error('At least one connection');
		const later = await takeIndexes(first, tables);
		await share(clients, [statements.orders, statements.order_line, statements.parcel, statements.order_annotation]);
		step(`${world.orders} orders with lines, parcels and notes are in; building indexes`);
		await share(clients, later);
		await share(
			clients,
			tables.map((table) => `vacuum analyze ${table}`),
		);
	} finally {
		await Promise.all(clients.map((client) => client.end().catch(() => {})));
	}
}

/** Takes what makes filling slow off tables: indexes and unique constraints. @returns the statements that make them again */
export async function takeIndexes(owner: pg.Client, tables: readonly string[]): Promise<string[]> {
	const { rows: later } = await owner.query<{ drop: string; make: string }>(
		`select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
				format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
			from pg_constraint where contype = 'u' and conrelid::regclass::text = any($1)
		union all
		select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
			from pg_index i where i.indrelid::regclass::text = any($1)
				and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))`,
		[tables],
	);
	for (const one of later) await owner.query(one.drop);
	return later.map((one) => one.make);
}

/** Each connection takes the next statement as soon as it is free. */
async function share(clients: readonly pg.Client[], statements: readonly string[]): Promise<void> {
	const waiting = [...statements];
	await Promise.all(
		clients.map(async (client) => {
			for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await client.query(next);
		}),
	);
}

/** Of everything that decides which rows and indexes a filled folder holds. */
function sourceDigest(): string {
	const hash = createHash('sha256');
	const migrations = fileURLToPath(new URL('../../packages/db/src/migrations/', import.meta.url));
	for (const name of readdirSync(migrations).sort()) hash.update(name).update(readFileSync(join(migrations, name)));
	for (const name of ['lists-world.ts', 'lists-fill.ts']) hash.update(readFileSync(new URL(name, import.meta.url)));
	return hash.digest('hex');
}

function list(folder: string): string[] {
	mkdirSync(folder, { recursive: true });
	return readdirSync(folder);
}

function readJson<T>(file: string): T | null {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as T;
	} catch {
		return null;
	}
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { knownMigrations, migrate } from '../migrate.ts';
import { appliedMigrations, tablesOf } from './catalog.ts';
import { type BackupEnd, BackupError, type BackupHead, damaged, type Frame, MAGIC, readFrames, Tally, type TableEnd } from './format.ts';

export interface RestoreOptions {
	/** Connection string of the owner of an empty database. */
	url: string;
	file: string;
	/** Whether a master key is at hand; asked before anything is written. */
	hasMasterKey: (id: string) => boolean | Promise<boolean>;
	onTable?: (table: TableEnd) => void;
}

/** What a backup says of itself. @throws BackupError when the file is no backup. */
export async function readBackupHead(file: string): Promise<BackupHead> {
	const frames = openBackup(file);
	try {
		return headOf((await frames.next()).value);
	} finally {
		await frames.return(undefined);
	}
}

/**
 * Fills an empty database from a backup and brings its schema up to date: all or nothing.
 * @throws BackupError with a sentence; the database is empty as before then.
 */
export async function restore(options: RestoreOptions): Promise<BackupEnd & { head: BackupHead; migrated: string[] }> {
	const { url, file } = options;
	const head = await readBackupHead(file);
	await checkUsable(head, options.hasMasterKey);
	const client = new pg.Client({ connectionString: url, application_name: 'pangea restore' });
	client.on('error', () => {});
	await client.connect();
	try {
		await checkEmpty(client);
		await clear(client);
		try {
			await migrate(url, head.migrations.at(-1));
			const has = await appliedMigrations(client);
			if (has.join() !== head.migrations.join()) {
				throw new BackupError('The backup was made by another line of Pangea: its schema is none that this version can make.');
			}
			const end = await load(client, options);
			const { applied } = await migrate(url);
			return { ...end, head, migrated: applied };
		} catch (error) {
			await clear(client);
			throw error;
		}
	} finally {
		await client.end();
	}
}

async function checkUsable(head: BackupHead, hasMasterKey: RestoreOptions['hasMasterKey']): Promise<void> {
	const known = await knownMigrations();
	const unknown = head.migrations.find((name) => !known.includes(name));
	if (unknown !== undefined) {
		throw new BackupError(`The backup was made by a newer Pangea (it has ${unknown}). Restore it with that version or a newer one.`);
	}
	const missing: string[] = [];
	for (const id of head.masterKeyIds) if (!(await hasMasterKey(id))) missing.push(id);
	if (missing.length > 0) {
		throw new BackupError(
			`The secrets in the backup lie under master key ${missing.join(', ')}, which is not configured. Put that key in place, then restore.`,
		);
	}
}

async function checkEmpty(client: pg.Client): Promise<void> {
	const others = await client.query<{ name: string }>(
		`select distinct application_name as name from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid() and application_name like 'pangea %'`,
	);
	if (others.rows.length > 0) {
		throw new BackupError(`Pangea runs on this database (${others.rows.map((row) => row.name).join(', ')}). Stop it before you restore.`);
	}
	for (const { name } of await tablesOf(client)) {
		const found = await client.query(`select from ${name} limit 1`);
		if ((found.rowCount ?? 0) > 0) {
			throw new BackupError(`The database is not empty: ${name} holds rows. Restore into a new database, or another folder with --data.`);
		}
	}
}

/** Takes away tables without rows, so that the schema can be made as the backup's is. Jobs without rows to work on go as well. */
async function clear(client: pg.Client): Promise<void> {
	await client.query('begin; drop schema if exists pgboss, jobs, auth, public cascade; create schema public; commit');
}

async function load(client: pg.Client, options: RestoreOptions): Promise<BackupEnd> {
	await client.query('set row_security = off; set datestyle = iso; set intervalstyle = postgres');
	const tables = new Map((await tablesOf(client)).map((table) => [table.name, new Set(table.columns)]));
	const tally = new Tally();
	await client.query('begin');
	try {
		// A migration may have brought rows of its own; the backup has them as they were.
		await client.query(`truncate ${[...tables.keys()].join(', ')} cascade`);
		// What triggers would write lies in the backup itself.
		const triggered = await triggeredTables(client);
		for (const name of triggered) await client.query(`alter table ${name} disable trigger user`);
		const frames = openBackup(options.file);
		tally.add(headOf((await frames.next()).value));
		for await (const frame of frames) {
			if (frame.kind === 'Z') {
				if (JSON.stringify(frame.end) !== JSON.stringify(tally.end())) throw damaged();
				for (const name of triggered) await client.query(`alter table ${name} enable trigger user`);
				await client.query('commit');
				return tally.end();
			}
			if (frame.kind !== 'T') throw damaged();
			const { name, columns } = frame.table;
			const known = tables.get(name);
			if (!known || !columns.every((column) => known.has(column))) throw damaged();
			const end = await loadTable(client, frame.table, frames);
			tally.add(end);
			options.onTable?.(end);
		}
		throw damaged();
	} catch (error) {
		await client.query('rollback').catch(() => {});
		throw isRefusedData(error) ? damaged(error) : error;
	}
}

/** Tables with triggers of ours, those of foreign keys aside. */
async function triggeredTables(client: pg.Client): Promise<string[]> {
	const { rows } = await client.query<{ name: string }>(
		`select distinct format('%I.%I', n.nspname, c.relname) as name from pg_trigger t
			join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal`,
	);
	return rows.map(({ name }) => name);
}

/** What PostgreSQL could not read, or what does not fit together: the classes 22 and 23 of its error codes. */
function isRefusedData(error: unknown): boolean {
	return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
}

async function loadTable(
	client: pg.Client,
	table: { name: string; columns: readonly string[] },
	frames: AsyncGenerator<Frame>,
): Promise<TableEnd> {
	const digest = createHash('sha256');
	let bytes = 0;
	let told: TableEnd | null = null;
	const rows = async function* (): AsyncGenerator<Buffer> {
		for (;;) {
			const next = await frames.next();
			if (next.done) throw damaged();
			if (next.value.kind === 'E') {
				told = next.value.end;
				return;
			}
			if (next.value.kind !== 'D') throw damaged();
			digest.update(next.value.rows);
			bytes += next.value.rows.length;
			yield next.value.rows;
		}
	};
	const into = client.query(copyFrom(`copy ${table.name} (${table.columns.join(', ')}) from stdin`));
	await pipeline(rows, into);
	const end: TableEnd = { name: table.name, rows: into.rowCount ?? 0, bytes, sha256: digest.digest('hex') };
	if (told === null || JSON.stringify(told) !== JSON.stringify(end)) throw damaged();
	return end;
}

async function* openBackup(file: string): AsyncGenerator<Frame, undefined> {
	await checkMagic(file);
	const packed = createReadStream(file, { start: MAGIC.length, highWaterMark: 1 << 18 });
	const unpacked = createZstdDecompress();
	const flow = pipeline(packed, unpacked);
	flow.catch(() => {});
	try {
		yield* readFrames(unpacked as AsyncIterable<Buffer>);
	} catch (error) {
		throw error instanceof BackupError ? error : damaged(error);
	} finally {
		packed.destroy();
	}
	return undefined;
}

async function checkMagic(file: string): Promise<void> {
	const start = Buffer.alloc(MAGIC.length);
	try {
		const handle = await open(file, 'r');
		await handle.read(start, 0, MAGIC.length, 0);
		await handle.close();
	} catch (cause) {
		throw new BackupError(`Cannot read ${file}. Check the path.`, { cause });
	}
	if (start.equals(MAGIC)) return;
	const newer = start.subarray(0, -1).equals(MAGIC.subarray(0, -1));
	throw new BackupError(newer ? `${file} was made by a newer Pangea.` : `${file} is no backup of Pangea.`);
}

function headOf(frame: Frame | undefined): BackupHead {
	if (frame?.kind !== 'H') throw damaged();
	return frame.head;
}

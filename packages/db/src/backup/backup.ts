import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import pg from 'pg';
import { CopyOut } from '../copy-out.ts';
import { knownMigrations } from '../migrate.ts';
import { appliedMigrations, LEFT_OUT, tablesOf } from './catalog.ts';
import { type BackupEnd, BackupError, type BackupHead, frame, MAGIC, Tally, type TableEnd } from './format.ts';

export interface BackupOptions {
	/** Connection string of the owner of the database. */
	url: string;
	/** A file that does not exist yet; it gets its name when it is complete. */
	file: string;
	/** Told after each table. */
	onTable?: (table: TableEnd) => void;
}

/**
 * Writes every row of one moment into a file, while the work goes on. Needs little memory at any size.
 * @throws BackupError with a sentence; no file stays behind.
 */
export async function backup(options: BackupOptions): Promise<BackupEnd & { head: BackupHead }> {
	const { url, file } = options;
	if (existsSync(file)) throw new BackupError(`${file} exists already. Name another file, or remove it first.`);
	const unfinished = `${file}.unfinished`;
	const client = new pg.Client({ connectionString: url, application_name: 'pangea backup' });
	client.on('error', () => {});
	await client.connect();
	try {
		// Rows that row-level security would hide are an error and not a smaller backup.
		await client.query('set row_security = off; set datestyle = iso; set intervalstyle = postgres; set extra_float_digits = 3');
		await client.query('begin isolation level repeatable read read only');
		const head = await describe(client);
		const tally = new Tally();
		const packed = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
		const out = createWriteStream(unfinished, { mode: 0o600 });
		out.write(MAGIC);
		await pipeline(Readable.from(frames(client, head, tally, options.onTable)), packed, out);
		await client.query('commit');
		await makeLast(unfinished);
		await rename(unfinished, file);
		return { head, ...tally.end() };
	} catch (error) {
		await rm(unfinished, { force: true });
		throw error;
	} finally {
		await client.end();
	}
}

async function makeLast(file: string): Promise<void> {
	const handle = await open(file, 'r+');
	await handle.sync();
	await handle.close();
}

async function describe(client: pg.Client): Promise<BackupHead> {
	const migrations = await appliedMigrations(client);
	if (migrations.length === 0) throw new BackupError('The database holds nothing of Pangea yet. Check DATABASE_URL or --data.');
	const known = await knownMigrations();
	const unknown = migrations.find((name) => !known.includes(name));
	if (unknown !== undefined) {
		throw new BackupError(`The database belongs to a newer Pangea (it has ${unknown}). Make the backup with that version.`);
	}
	const keys = await client.query<{ id: string }>('select distinct master_key_id as id from workspace_key order by 1');
	return { madeAt: new Date().toISOString(), migrations, masterKeyIds: keys.rows.map((row) => row.id), leftOut: LEFT_OUT };
}

async function* frames(client: pg.Client, head: BackupHead, tally: Tally, onTable: BackupOptions['onTable']): AsyncGenerator<Buffer> {
	tally.add(head);
	yield* frame('H', head);
	for (const table of await tablesOf(client)) {
		yield* frame('T', table);
		const digest = createHash('sha256');
		let bytes = 0;
		const copy = new CopyOut(`copy (select ${table.columns.join(', ')} from ${table.name}) to stdout`);
		for await (const chunk of copy.pieces(client)) {
			digest.update(chunk);
			bytes += chunk.length;
			yield* frame('D', chunk);
		}
		const end = { name: table.name, rows: copy.rows, bytes, sha256: digest.digest('hex') };
		tally.add(end);
		yield* frame('E', end);
		onTable?.(end);
	}
	yield* frame('Z', tally.end());
}

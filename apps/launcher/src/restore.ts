import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig, masterKeySources } from '@pangea/config';
import { BackupError, readBackupHead, restore } from '@pangea/db';
import { startLocalPostgres } from '@pangea/local-postgres';
import { openMasterKey } from '@pangea/vault';
import { claimFolder, DATABASE, databaseFolder, keyFile, masterKey } from './data-folder.ts';
import { endWith, takeData } from './database-command.ts';

const USAGE = `Usage: npm run restore -- FILE [--data FOLDER]

Fills an empty database from a backup, all or nothing, and brings it to this version's schema. Put the master key in place first
(FOLDER/master.key, or PANGEA_MASTER_KEY…). DATABASE_URL names another database than the folder's.
`;

async function main(): Promise<number> {
	const { data, rest } = takeData(process.argv.slice(2));
	const [file] = rest;
	if (file === undefined || rest.length > 1 || file.startsWith('-')) {
		process.stderr.write(USAGE);
		return rest.includes('--help') ? 0 : 2;
	}
	const path = resolve(process.env['INIT_CWD'] ?? process.cwd(), file);
	const { masterKeyIds: needed } = await readBackupHead(path);
	if (process.env['DATABASE_URL']) return await fill(path, process.env['DATABASE_URL'], existsSync(keyFile(data)) ? masterKey(data) : {});

	const claim = claimFolder(data);
	try {
		const keyInEnvironment = Object.keys(process.env).some((name) => name.startsWith('PANGEA_MASTER_KEY'));
		if (needed.length > 0 && !keyInEnvironment && !existsSync(keyFile(data))) {
			throw new BackupError(`The secrets in the backup lie under master key ${needed.join(', ')}. Put that key at ${keyFile(data)} first.`);
		}
		const key = masterKey(data);
		const server = await startLocalPostgres({ folder: databaseFolder(data) });
		try {
			await server.ensureDatabase(DATABASE);
			return await fill(path, server.url(DATABASE), key);
		} finally {
			await server.stop();
		}
	} finally {
		await claim.stop();
	}
}

async function fill(file: string, url: string, key: Record<string, string>): Promise<number> {
	const master = await openMasterKey(masterKeySources(loadConfig({ ...process.env, ...key, DATABASE_URL: url })));
	const started = performance.now();
	const done = await restore({
		url,
		file,
		hasMasterKey: (id) => master.has(id),
		onTable: (table) => console.log(`  ${table.name}: ${table.rows}`),
	});
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	console.log(`${done.rows} rows of ${done.tables} tables, as they were at ${done.head.madeAt}, are back after ${seconds} s.`);
	if (done.migrated.length > 0) console.log(`The schema was brought up to date: ${done.migrated.join(', ')}.`);
	return 0;
}

endWith(main());

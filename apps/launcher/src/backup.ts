import { resolve } from 'node:path';
import { backup } from '@pangea/db';
import { endWith, takeData, withDatabase } from './database-command.ts';

const USAGE = `Usage: npm run backup -- FILE [--data FOLDER]

Writes every row of one moment into FILE, while the workbench runs. The master key is not in it: keep a copy of the key elsewhere.
DATABASE_URL names another database than the folder's.
`;

async function main(): Promise<number> {
	const { data, rest } = takeData(process.argv.slice(2));
	const [file] = rest;
	if (file === undefined || rest.length > 1 || file.startsWith('-')) {
		process.stderr.write(USAGE);
		return rest.includes('--help') ? 0 : 2;
	}
	return await withDatabase(data, { idle: false }, async (env) => {
		const started = performance.now();
		const url = env['DATABASE_URL'] ?? process.env['DATABASE_URL'] ?? '';
		const path = resolve(process.env['INIT_CWD'] ?? process.cwd(), file);
		const done = await backup({ url, file: path, onTable: (table) => console.log(`  ${table.name}: ${table.rows}`) });
		const seconds = ((performance.now() - started) / 1000).toFixed(1);
		console.log(`${done.rows} rows of ${done.tables} tables are in ${path} after ${seconds} s.`);
		console.log(`Its secrets lie under master key ${done.head.masterKeyIds.join(', ') || 'none'}, which is not in it.`);
		return 0;
	});
}

endWith(main());

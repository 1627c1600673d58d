import { migrate } from './migrate.ts';

const url = process.argv[2] ?? process.env['DATABASE_URL'];
if (!url) {
	process.stderr.write('Give the connection string of the database as argument or in DATABASE_URL.\n');
	process.exit(2);
}
try {
	const { applied } = await migrate(url);
	process.stdout.write(applied.length === 0 ? 'The schema is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres } from '@pangea/local-postgres';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts one server for the whole run and migrates the template that each test file copies. */
export default async function setup(): Promise<() => Promise<void>> {
	const folder = mkdtempSync(join(tmpdir(), 'pangea-test-'));
	const server = await startLocalPostgres({ folder, durable: false });
	await server.ensureDatabase('pangea_template');
	// In a process of its own: the set-up knows the server, the db package knows the schema, and neither imports the other.
	execFileSync(process.execPath, [fileURLToPath(new URL('../../db/src/migrate-cli.ts', import.meta.url))], {
		env: { ...process.env, DATABASE_URL: server.url('pangea_template') },
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	process.env['PANGEA_TEST_SERVER'] = server.url('postgres');
	return async () => {
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	};
}

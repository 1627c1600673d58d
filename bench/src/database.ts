import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@pangea/db';
import { startLocalPostgres } from '@pangea/local-postgres';

export interface BenchDatabase {
	/** As the owner of the schema. */
	url: string;
	/** Of the server's first process. */
	pid: number;
	close(): Promise<void>;
}

/** An embedded PostgreSQL of its own with the product's settings, durable as in use, and the newest schema; gone after the run. */
export async function openBenchDatabase(settings: Record<string, string> = {}): Promise<BenchDatabase> {
	const folder = mkdtempSync(join(tmpdir(), 'pangea-bench-'));
	const server = await startLocalPostgres({ folder: join(folder, 'postgres'), settings });
	await server.ensureDatabase('pangea');
	const url = server.url('pangea');
	await migrate(url);
	return {
		url,
		pid: server.pid,
		async close() {
			await server.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

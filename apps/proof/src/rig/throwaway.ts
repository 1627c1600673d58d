import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@pangea/db';
import { startLocalPostgres } from '@pangea/local-postgres';
import { endWith } from './end.ts';

/** Runs the work on a PostgreSQL of its own with our tables, which is gone afterwards, on Ctrl-C too. */
export async function withThrowawayDatabase<T>(name: string, work: (databaseUrl: string) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), `pangea-${name}-`));
	const starting = startLocalPostgres({ folder: join(folder, 'postgres'), durable: false });
	const clear = async (): Promise<void> => {
		await (await starting).stop();
		rmSync(folder, { recursive: true, force: true });
	};
	endWith({ stop: clear });
	const server = await starting;
	try {
		await server.ensureDatabase('pangea');
		const databaseUrl = server.url('pangea');
		await migrate(databaseUrl);
		return await work(databaseUrl);
	} finally {
		await clear();
	}
}

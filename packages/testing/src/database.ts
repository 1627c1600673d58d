import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Connection string of the test run's server, given by the global set-up. */
export function adminUrl(): string {
	const url = process.env['PANGEA_TEST_SERVER'];
	if (!url) throw new Error('No test database server: run the tests through vitest from the repository root');
	return url;
}

/** A database of one's own: a copy of the migrated template, made in some 50 ms, dropped at the end. */
export interface TestDatabase {
	url: string;
	drop(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
	const name = `test_${randomBytes(6).toString('hex')}`;
	await admin(async (client) => {
		// Copying a template needs it unused for a moment; other test files copy it at the same time.
		await client.query('select pg_advisory_lock(7041)');
		await client.query(`create database ${name} template pangea_template strategy file_copy`);
		await client.query('select pg_advisory_unlock(7041)');
	});
	return {
		url: adminUrl().replace(/\/[^/]*$/, `/${name}`),
		drop: () => admin((client) => client.query(`drop database if exists ${name} with (force)`)),
	};
}

async function admin(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
	const client = new pg.Client({ connectionString: adminUrl() });
	await client.connect();
	try {
		await work(client);
	} finally {
		await client.end();
	}
}

import pg from 'pg';

/** The product's database, seen past its own rules: what is really there. */
export class Evidence {
	readonly #pool: pg.Pool;

	constructor(databaseUrl: string) {
		this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 1, application_name: 'pangea browser tests' });
	}

	async rows<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
		return (await this.#pool.query<T>(text, values)).rows;
	}

	/** How many rows each of the tables has. */
	async counts(tables: readonly string[]): Promise<Record<string, number>> {
		const counts: Record<string, number> = {};
		for (const table of tables) {
			const [row] = await this.rows<{ n: string }>(`select count(*) as n from ${pg.escapeIdentifier(table)}`);
			counts[table] = Number(row?.n);
		}
		return counts;
	}

	async close(): Promise<void> {
		await this.#pool.end();
	}
}

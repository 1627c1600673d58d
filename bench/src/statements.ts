import type pg from 'pg';

/** Lets the server forget what the statements of this database took. It needs the extension `pg_stat_statements`. */
export async function forgetStatements(owner: pg.Client): Promise<void> {
	await owner.query('select pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0)');
}

/** Milliseconds that the server says its statements took since it was asked to forget them: running them, and planning them where it counts that. */
export async function statementMillis(owner: pg.Client): Promise<number> {
	const { rows } = await owner.query<{ millis: number | null }>(
		`select sum(total_exec_time + total_plan_time) as millis from pg_stat_statements
			where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%'`,
	);
	return rows[0]?.millis ?? 0;
}

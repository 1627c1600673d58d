import { type Kysely, Kysely as KyselyInstance, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

export class DatabaseError extends Error {
	override name = 'DatabaseError';
}

/**
 * One open transaction that sees exactly one workspace. Every query takes a scope; there is no way to reach a workspace's rows without one.
 */
export interface Scope {
	readonly workspaceId: string;
	/** Transactions do not nest: the one who opened the scope decides when it ends. */
	readonly db: Omit<Kysely<Schema>, 'transaction' | 'startTransaction' | 'connection' | 'destroy'>;
	/** The same connection, for COPY and the few statements that are written by hand. */
	readonly client: pg.PoolClient;
	/** Runs after the commit; skipped on rollback. Failures are the caller's to handle. */
	onCommit(effect: () => void): void;
	/**
	 * Waits for a statement, or in a pipelined transaction for nothing: then it has been sent, and the transaction fails with it. To be given what
	 * has asked the client already, so that statements go out in the order in which they are written.
	 */
	send(statement: Promise<unknown>): Promise<void>;
}

/** What a transaction begins with, in the same round trip. */
export interface Opening {
	/** A lock of this name, held until the transaction ends. */
	lock?: string;
	savepoint?: string;
	/** Everything is read as it stood at the first statement. */
	snapshot?: boolean;
	/** What it writes may be lost when the database server dies within the next half second. */
	volatile?: boolean;
	/**
	 * Nobody waits for the opening, which goes out with the first statement, nor for what is only sent (`Scope.send`), which goes out with the commit.
	 * No COPY may be in it.
	 */
	pipelined?: boolean;
}

/** Takes a lock by its name inside a transaction that has begun, until it ends; `Opening.lock` is the same with the beginning. */
export async function takeLock(scope: Scope, lock: string): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(scope.db);
}

/** See {@link Database.statement}. */
export interface Statement {
	/** One for each text, whatever the values; at most 50 letters. */
	name: string;
	/** What follows `with scope_ as materialized (…)`; `$1` is the workspace, as text. */
	text: string;
	/** From `$2` on. */
	values: unknown[];
	/** What it writes may be lost when the database server dies within the next half second. */
	volatile?: boolean;
}

export interface DatabaseOptions {
	url: string;
	/** Shown in pg_stat_activity. */
	name: string;
	maxConnections?: number;
	/** Called for errors of idle connections, such as a restarted server; the pool replaces them by itself. */
	onIdleError(error: Error): void;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The app's door to PostgreSQL. Connections act as the role `pangea_app`, so row-level security holds for all of them. */
export class Database {
	readonly #pool: pg.Pool;

	constructor(options: DatabaseOptions) {
		this.#pool = new pg.Pool({
			connectionString: options.url,
			application_name: options.name,
			max: options.maxConnections ?? 10,
			// No question of the app may read a table from end to end: a plan made while a table is empty is kept until statistics come.
			options: '-c role=pangea_app -c timezone=UTC -c datestyle=ISO -c enable_seqscan=off',
			types: { getTypeParser },
		});
		// Without a listener a restarted server would end the process.
		this.#pool.on('error', (error) => options.onIdleError(error));
		// The pool listens to idle connections only. The query or transaction that loses one at work fails by itself; without a listener of
		// its own the connection would end the process on top of that.
		this.#pool.on('connect', (client) => client.on('error', () => {}));
	}

	/**
	 * Runs `work` in one transaction that sees one workspace; commits when it resolves, rolls back when it throws.
	 * @throws DatabaseError for a malformed workspace id, otherwise whatever `work` or PostgreSQL throws.
	 */
	async inWorkspace<T>(workspaceId: string, work: (scope: Scope) => Promise<T>, opening: Opening = {}): Promise<T> {
		if (!UUID.test(workspaceId)) throw new DatabaseError('Not a workspace id');
		const { lock, savepoint, snapshot = false, volatile = false, pipelined = false } = opening;
		const steps = [`select set_config('pangea.workspace_id', '${workspaceId}', true)`];
		if (volatile) steps.push('set local synchronous_commit = off');
		if (snapshot) steps.unshift('set transaction isolation level repeatable read');
		if (lock !== undefined) steps.push(`select pg_advisory_xact_lock(hashtextextended(${pg.escapeLiteral(lock)}, 0))`);
		if (savepoint !== undefined) steps.push(`savepoint ${pg.escapeIdentifier(savepoint)}`);
		const effects: (() => void)[] = [];
		const scoped = async ({ client, db, send }: Transaction): Promise<T> =>
			await work({ workspaceId, db, client, send, onCommit: (effect) => effects.push(effect) });
		const result = await this.#transaction(steps.join('; '), scoped, pipelined);
		for (const effect of effects) effect();
		return result;
	}

	/** The workspaces a signed-in person belongs to, before one is chosen. */
	async membershipsOf(userId: string): Promise<{ workspaceId: string; role: string }[]> {
		return await this.#transaction(`select set_config('pangea.user_id', ${pg.escapeLiteral(userId)}, true)`, async ({ db }) => {
			const rows = await db
				.selectFrom('member')
				.select(['workspace_id', 'role'])
				.where('user_id', '=', userId)
				.orderBy('created_at')
				.execute();
			return rows.map((r) => ({ workspaceId: r.workspace_id, role: r.role }));
		});
	}

	/**
	 * One prepared statement that sees one workspace, in one round trip. It must take its rows from `scope_`, so that the workspace is set
	 * before anything is read: `select f($1) from scope_`, or `from scope_ cross join lateral (select … where scope_.id is not null offset 0)`.
	 * @throws DatabaseError for a malformed workspace id, otherwise what PostgreSQL throws.
	 */
	async statement<R extends pg.QueryResultRow>(workspaceId: string, statement: Statement): Promise<R[]> {
		if (!UUID.test(workspaceId)) throw new DatabaseError('Not a workspace id');
		const { name, text, values, volatile = false } = statement;
		const settings = `set_config('pangea.workspace_id', $1::text, true) as id${volatile ? `, set_config('synchronous_commit', 'off', true)` : ''}`;
		const result = await this.#pool.query<R>({
			name: `pangea_${name}`,
			text: `with scope_ as materialized (select ${settings})${text}`,
			values: [workspaceId, ...values],
		});
		return result.rows;
	}

	/** Ids of all workspaces, for the worker's rounds. */
	async workspaceIds(): Promise<string[]> {
		const result = await this.#pool.query<{ id: string }>('select pangea_workspace_ids() as id');
		return result.rows.map((r) => r.id);
	}

	/** Names of the migrations that the database has had. */
	async appliedMigrations(): Promise<string[]> {
		const result = await this.#pool.query<{ name: string }>('select name from kysely_migration order by name');
		return result.rows.map((r) => r.name);
	}

	/** Ids of the master keys under which any workspace's data keys lie. */
	async masterKeyIds(): Promise<string[]> {
		const result = await this.#pool.query<{ id: string }>('select pangea_master_key_ids() as id');
		return result.rows.map((r) => r.id);
	}

	/** The workspace of an open invitation, by the digest of its token. */
	async workspaceOfInvitation(digest: Buffer): Promise<string | null> {
		const result = await this.#pool.query<{ id: string | null }>('select pangea_invitation_workspace($1) as id', [digest]);
		return result.rows[0]?.id ?? null;
	}

	/** The workspace of a reconnect link, by the digest of its token. */
	async workspaceOfReconnectLink(digest: Buffer): Promise<string | null> {
		const result = await this.#pool.query<{ id: string | null }>('select pangea_reconnect_workspace($1) as id', [digest]);
		return result.rows[0]?.id ?? null;
	}

	/** Tells whoever listens. Nothing of a workspace's rows may be in it, and no more than 8,000 bytes. */
	async notify(channel: string, payload: string): Promise<void> {
		await this.#pool.query({ name: 'pangea_notify', text: 'select pg_notify($1, $2)', values: [channel, payload] });
	}

	async close(): Promise<void> {
		await this.#pool.end();
	}

	async #transaction<T>(opening: string, work: (transaction: Transaction) => Promise<T>, pipelined = false): Promise<T> {
		const client: PipelinedClient = await this.#pool.connect();
		const sent: Promise<unknown>[] = [];
		const send = async (statement: Promise<unknown>): Promise<void> => {
			if (!pipelined) return void (await statement);
			// Heard at the end.
			statement.catch(() => {});
			sent.push(statement);
		};
		let broken: Error | undefined;
		try {
			client.pipeline = pipelined;
			// One round trip for all; the setting ends with the transaction, so a pooled connection never keeps a scope.
			await send(client.query(`begin; ${opening}`));
			const result = await work({ client, db: onClient(client), send });
			await send(client.query('commit'));
			await Promise.all(sent);
			return result;
		} catch (error) {
			// What failed first is the cause of what failed after it.
			const first = (await Promise.allSettled(sent)).find((answer) => answer.status === 'rejected');
			await client.query('rollback').catch((cause: unknown) => {
				broken = cause instanceof Error ? cause : new Error(String(cause));
			});
			throw first ? first.reason : error;
		} finally {
			client.pipeline = false;
			client.release(broken);
		}
	}
}

interface Transaction extends Pick<Scope, 'db' | 'client' | 'send'> {}

/** pg's own name for whether statements go out before the answers to those before have come. Changed only while none is under way. */
type PipelinedClient = pg.PoolClient & { pipeline?: boolean };

function onClient(client: pg.PoolClient): Kysely<Schema> {
	const lent = { query: client.query.bind(client), release: () => {} };
	const pool = { connect: () => Promise.resolve(lent), end: () => Promise.resolve() };
	return new KyselyInstance<Schema>({
		dialect: new PostgresDialect({ pool: pool as ConstructorParameters<typeof PostgresDialect>[0]['pool'] & object }),
	});
}

const TIMESTAMPTZ = 1184;
const DATE = 1082;

// Times stay text from the driver to the screen: no Date objects, no local zone on the way.
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
	if (oid === TIMESTAMPTZ) return toIso;
	if (oid === DATE) return (value) => value;
	return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
}

function toIso(value: string): string {
	// The session runs in UTC: `2026-11-22 08:15:30.12+00`.
	const day = value.slice(0, 10);
	const clock = value.slice(11, 19);
	const fraction = value.charAt(19) === '.' ? value.slice(20, value.indexOf('+', 20)) : '';
	return `${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

import type { WrappedKey } from '@pangea/vault';
import pg from 'pg';

const SESSIONS = 'sessions';

/**
 * The key that signs session cookies, wrapped; `fresh` is kept when there was none. It lies where the app's role cannot read, so the
 * connection is the owner's.
 */
export async function signingKey(url: string, fresh: () => Promise<WrappedKey>): Promise<WrappedKey> {
	return await asOwner(url, async (client) => {
		const known = await select(client);
		if (known) return known;
		const made = await fresh();
		await client.query('insert into auth.signing_key (name, master_key_id, wrapped) values ($1, $2, $3) on conflict do nothing', [
			SESSIONS,
			made.masterKeyId,
			made.wrapped,
		]);
		return (await select(client)) ?? made;
	});
}

/** Wraps the signing key anew unless it is under the master key with this id. @returns how many were wrapped. */
export async function rewrapSigningKey(
	url: string,
	masterKeyId: string,
	rewrap: (key: WrappedKey) => Promise<WrappedKey>,
): Promise<number> {
	return await asOwner(url, async (client) => {
		const known = await select(client);
		if (!known || known.masterKeyId === masterKeyId) return 0;
		const { masterKeyId: id, wrapped } = await rewrap(known);
		const done = await client.query('update auth.signing_key set master_key_id = $1, wrapped = $2 where name = $3 and wrapped = $4', [
			id,
			wrapped,
			SESSIONS,
			known.wrapped,
		]);
		return done.rowCount ?? 0;
	});
}

async function select(client: pg.Client): Promise<WrappedKey | null> {
	const found = await client.query<{ master_key_id: string; wrapped: Buffer }>(
		'select master_key_id, wrapped from auth.signing_key where name = $1',
		[SESSIONS],
	);
	const [row] = found.rows;
	return row ? { masterKeyId: row.master_key_id, wrapped: row.wrapped } : null;
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: url, application_name: 'pangea keys' });
	client.on('error', () => {});
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

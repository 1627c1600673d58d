import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CopyOut } from '../src/copy-out.ts';

let home: TestDatabase;
let proxy: Server;
/** How what the server says is cut on its way; whole when empty. */
let cuts: number[] = [];
const sockets: Socket[] = [];
const clients: pg.Client[] = [];

beforeAll(async () => {
	home = await createTestDatabase();
	const { host, port } = new pg.Client({ connectionString: home.url });
	proxy = createServer((near) => {
		const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
		sockets.push(near, far);
		near.setNoDelay(true).pipe(far);
		near.on('error', () => far.destroy());
		far.on('error', () => near.destroy());
		void pass(far, near);
	});
	await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
	await Promise.all(clients.splice(0).map((client) => client.end()));
	for (const socket of sockets.splice(0)) socket.destroy();
	cuts = [];
});
afterAll(async () => {
	await new Promise((resolve) => proxy.close(resolve));
	await home.drop();
});

async function pass(far: Socket, near: Socket): Promise<void> {
	let turn = 0;
	try {
		for await (const bytes of far as AsyncIterable<Buffer>) {
			for (let at = 0; at < bytes.length; ) {
				const size = cuts[turn++ % cuts.length] ?? bytes.length;
				near.write(bytes.subarray(at, at + size));
				at += size;
				// The next one is a segment of its own.
				if (cuts.length > 0) await new Promise((resolve) => setImmediate(resolve));
			}
		}
		near.end();
	} catch {
		near.destroy();
	}
}

async function connected(): Promise<pg.Client> {
	const { user, password, database } = new pg.Client({ connectionString: home.url });
	const { port } = proxy.address() as AddressInfo;
	const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
	client.on('error', () => {});
	await client.connect();
	clients.push(client);
	return client;
}

async function all(client: pg.Client, statement: string): Promise<{ text: string; rows: number }> {
	const copy = new CopyOut(`copy (${statement}) to stdout`);
	const pieces: Buffer[] = [];
	for await (const piece of copy.pieces(client)) pieces.push(Buffer.from(piece));
	return { text: Buffer.concat(pieces).toString(), rows: copy.rows };
}

/** Rows of every length from none to some, and one that is longer than what is read at a time. */
const ROWS = `select i, repeat('x', case when i = 50 then 300000 else i % 9 end) from generate_series(1, 100) as i`;
const EXPECTED = Array.from({ length: 100 }, (_, i) => `${i + 1}\t${'x'.repeat(i === 49 ? 300_000 : (i + 1) % 9)}\n`).join('');

describe('rows by COPY', () => {
	test('are the same however their bytes are cut on the way', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1_000, max: 100_000 })), { minLength: 1, maxLength: 6 }),
				async (given) => {
					const client = await connected();
					// A few large ones besides, so that the long row is not sent byte by byte.
					cuts = [...given, 50_000];
					expect(await all(client, ROWS)).toEqual({ text: EXPECTED, rows: 100 });
					cuts = [];
					expect((await client.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
				},
			),
			{ numRuns: 40 },
		);
	});

	test('are counted as the server counts them, also where a message is none', async () => {
		const client = await connected();
		const copy = new CopyOut(`copy (select 1 from generate_series(1, 3)) to stdout with (format binary)`);
		for await (const piece of copy.pieces(client)) expect(piece.length).toBeGreaterThan(0);
		expect(copy.rows).toBe(3);
		expect(await all(client, 'select 1 where false')).toEqual({ text: '', rows: 0 });
	});

	test('that end in an error say it, and the connection goes on', async () => {
		const client = await connected();
		cuts = [3];
		await expect(all(client, 'select 1 / (40 - i) from generate_series(1, 100) as i')).rejects.toThrow('division by zero');
		await expect(all(client, 'select nothing')).rejects.toThrow('column "nothing" does not exist');
		cuts = [];
		expect(await all(client, 'select 7')).toEqual({ text: '7\n', rows: 1 });
	});

	test('that nobody wants any more are read away, and the connection goes on', async () => {
		const client = await connected();
		const copy = new CopyOut(`copy (select repeat('x', 1000) from generate_series(1, 5000)) to stdout`);
		for await (const piece of copy.pieces(client)) {
			expect(piece.length).toBeGreaterThan(0);
			break;
		}
		expect(await all(client, 'select 7')).toEqual({ text: '7\n', rows: 1 });
	});

	test('that nobody takes wait at the server', async () => {
		const client = await connected();
		const copy = new CopyOut(`copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout`);
		const pieces = copy.pieces(client);
		await pieces.next();
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(copy.rows).toBeLessThan(10_000);
		let rest = 0;
		for await (const piece of pieces) rest += piece.length;
		expect([copy.rows, rest > 90_000_000]).toEqual([100_000, true]);
	});

	test('of a lost connection are an error', async () => {
		const client = await connected();
		const copy = new CopyOut(`copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout`);
		const pieces = copy.pieces(client);
		await pieces.next();
		for (const socket of sockets) socket.destroy();
		await expect(
			(async () => {
				for await (const piece of pieces) expect(piece.length).toBeGreaterThan(0);
			})(),
		).rejects.toThrow(/connection/i);
	});
});

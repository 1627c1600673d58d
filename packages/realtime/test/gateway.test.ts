import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWorkspace, Database, eventsAfter, lastSeq } from '@pangea/db';
import type { WorkspaceEvent } from '@pangea/domain';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Gateway, hideOutside, recordEvent, type SinceAnswer, type SocketMember, startGateway } from '../src/index.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const OTHER = '22222222-2222-7222-8222-222222222222';
const STORE = 'aaaaaaaa-1111-7111-8111-111111111111';
const FOREIGN_STORE = 'bbbbbbbb-1111-7111-8111-111111111111';

let home: TestDatabase;
let database: Database;
let http: Server;
let gateway: Gateway;
let url: string;
const members = new Map<string, SocketMember>();
const sockets: Socket[] = [];

beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'gateway test', maxConnections: 12, onIdleError: () => {} });
	for (const id of [WORKSPACE, OTHER]) {
		await database.inWorkspace(id, (scope) =>
			createWorkspace(scope, { name: id, baseCurrency: 'USD', zone: 'UTC' }, { userId: 'u', name: 'U', email: `${id}@example.test` }),
		);
	}
	http = createServer();
	await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
	url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	gateway = startGateway({
		http,
		database,
		databaseUrl: home.url,
		authorise: (headers, workspaceId) => Promise.resolve(members.get(`${headers.get('cookie') ?? ''}@${workspaceId}`) ?? null),
		since: (workspaceId, member, after) =>
			database.inWorkspace(workspaceId, async (scope) => ({
				events: (await eventsAfter(scope, after, 1000)).map((e) => hideOutside(e, member.storeScope)),
				resync: false,
				last: await lastSeq(scope),
			})),
		storeOf: () => Promise.resolve(null),
		allowedOrigins: [url],
		onTrouble: () => {},
	});
	members.set(`owner@${WORKSPACE}`, { userId: 'owner', storeScope: null, readsInbox: true });
	members.set(`owner@${OTHER}`, { userId: 'owner', storeScope: null, readsInbox: true });
	members.set(`scoped@${WORKSPACE}`, { userId: 'scoped', storeScope: [STORE], readsInbox: true });
});
afterEach(() => {
	for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(async () => {
	await gateway.close();
	await database.close();
	await home.drop();
});

interface Client {
	socket: Socket;
	seen: WorkspaceEvent[];
	since(after: string): Promise<SinceAnswer>;
}

async function connect(cookie: string, workspaceId = WORKSPACE, origin?: string): Promise<Client> {
	const socket = io(url, {
		path: '/live',
		transports: ['websocket'],
		reconnection: false,
		auth: { workspaceId },
		extraHeaders: { cookie, ...(origin === undefined ? {} : { origin }) },
	});
	sockets.push(socket);
	const seen: WorkspaceEvent[] = [];
	socket.on('event', (event: WorkspaceEvent) => seen.push(event));
	await new Promise<void>((done, fail) => {
		socket.on('connect', done);
		socket.on('connect_error', fail);
	});
	return { socket, seen, since: (after) => socket.emitWithAck('since', after) as Promise<SinceAnswer> };
}

const write = (workspaceId: string, storeId: string | null = null) =>
	database.inWorkspace(workspaceId, (scope) => recordEvent(scope, { kind: 'orders.changed', storeId, ids: [] }));
const numbers = (events: WorkspaceEvent[]) => events.map((e) => Number(e.seq));

describe('the gateway', () => {
	test('pushes every event once and in order while many transactions commit at the same time', async () => {
		const client = await connect('owner');
		const start = Number((await client.since('0')).last);
		await Promise.all(Array.from({ length: 150 }, () => write(WORKSPACE)));
		await vi.waitFor(() => expect(client.seen).toHaveLength(150), 5000);
		expect(numbers(client.seen)).toEqual(Array.from({ length: 150 }, (_, i) => start + i + 1));
	});

	test('leaves nothing between what "since" tells and what is pushed, however the connection falls into the stream', async () => {
		let writing = true;
		const writer = (async () => {
			while (writing) await write(WORKSPACE);
		})();
		for (let round = 0; round < 10; round++) {
			const client = await connect('owner');
			const past = await client.since('0');
			await vi.waitFor(() => expect(client.seen.length).toBeGreaterThan(3), 5000);
			client.socket.disconnect();
			const known = [...new Set([...numbers(past.events), ...numbers(client.seen)])].sort((a, b) => a - b);
			expect(known).toEqual(Array.from({ length: known.length }, (_, i) => i + 1));
		}
		writing = false;
		await writer;
	});

	test('says nothing to another workspace', async () => {
		const other = await connect('owner', OTHER);
		await other.since('0');
		const ours = await connect('owner');
		await ours.since('0');
		await write(WORKSPACE);
		await vi.waitFor(() => expect(ours.seen).toHaveLength(1));
		expect(other.seen).toEqual([]);
	});

	test('tells a member with a store scope the number and nothing else of other stores', async () => {
		const client = await connect('scoped');
		await client.since('0');
		await write(WORKSPACE, STORE);
		await write(WORKSPACE, FOREIGN_STORE);
		await vi.waitFor(() => expect(client.seen).toHaveLength(2));
		expect(client.seen.map((e) => [e.kind, e.storeId])).toEqual([
			['orders.changed', STORE],
			['hidden', null],
		]);
	});

	test('refuses strangers, foreign origins and malformed workspaces', async () => {
		await expect(connect('nobody')).rejects.toThrow(/notSignedIn/);
		await expect(connect('owner', 'no-uuid')).rejects.toThrow(/inputWrong/);
		await expect(connect('owner', WORKSPACE, 'https://evil.example')).rejects.toThrow('websocket error');
		await expect(connect('owner', WORKSPACE, url)).resolves.toBeDefined();
	});

	test('closes the sockets of a member who was removed', async () => {
		members.set(`leaving@${WORKSPACE}`, { userId: 'leaving', storeScope: null, readsInbox: true });
		const client = await connect('leaving');
		await client.since('0');
		members.delete(`leaving@${WORKSPACE}`);
		const closed = new Promise((done) => client.socket.on('disconnect', done));
		await database.inWorkspace(WORKSPACE, (scope) => recordEvent(scope, { kind: 'member.changed', storeId: null, ids: [] }));
		expect(await closed).toBe('io server disconnect');
	});

	test('catches up by itself after its listening connection was cut', async () => {
		const client = await connect('owner');
		await client.since('0');
		const admin = new pg.Client({ connectionString: home.url });
		await admin.connect();
		await admin.query(
			`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pangea listener' and datname = current_database()`,
		);
		await admin.end();
		await write(WORKSPACE);
		await write(WORKSPACE);
		await vi.waitFor(() => expect(client.seen).toHaveLength(2), 5000);
	});

	test('answers a malformed question with a word instead of dying', async () => {
		const client = await connect('owner');
		expect(await client.since('1; drop table event')).toEqual({ error: 'inputWrong' });
		expect((await client.since('0')).resync).toBe(false);
	});
});

describe('event numbers', () => {
	test('are gapless although transactions roll back', async () => {
		const before = await database.inWorkspace(OTHER, lastSeq);
		await Promise.all(
			Array.from({ length: 60 }, (_, i) =>
				database
					.inWorkspace(OTHER, async (scope) => {
						await recordEvent(scope, { kind: 'store.changed', storeId: null, ids: [String(i)] });
						if (i % 3 === 0) throw new Error('rolled back');
					})
					.catch(() => {}),
			),
		);
		const events = await database.inWorkspace(OTHER, (scope) => eventsAfter(scope, before, 1000));
		expect(numbers(events)).toEqual(Array.from({ length: 40 }, (_, i) => Number(before) + i + 1));
	});
	test('carry no list when there are too many subjects to name', async () => {
		const seq = await database.inWorkspace(OTHER, (scope) =>
			recordEvent(scope, { kind: 'orders.changed', storeId: null, ids: Array.from({ length: 201 }, (_, i) => String(i)) }),
		);
		const [event] = await database.inWorkspace(OTHER, (scope) => eventsAfter(scope, String(Number(seq) - 1), 1));
		expect(event?.ids).toEqual([]);
	});
});

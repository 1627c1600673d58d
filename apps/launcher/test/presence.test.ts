import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Child, startChild } from '../src/children.ts';
import { Visitor } from '../src/demo/client.ts';
import { freePorts } from './front-proxy.ts';

// Two real server processes over one database, and people on both.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Within this a process that was killed is missed: what it held ends ten seconds after it was last told, looked at every four. */
const MISSED_MS = 16_000;

/** Within this a browser that answers no more is missed: it is asked every five seconds and has ten. */
const SILENT_MS = 20_000;
/** A browser as a process of its own: looks at a conversation for ever. */
const LOOKS_ON = `
	import { io } from 'socket.io-client';
	const [url, workspaceId, cookie, conversationId] = process.argv.slice(1);
	const socket = io(url, { path: '/live', transports: ['websocket'], auth: { workspaceId }, extraHeaders: { cookie } });
	socket.on('connect', () => socket.emit('look', { conversationId, writing: false }));
`;

type Views = { conversationId: string; people: { userId: string; writing: boolean }[] }[];

interface Person {
	userId: string;
	socket: Socket;
	/** All words about presence that this person has heard. */
	words: number;
	there: Map<string, { userId: string; writing: boolean }[]>;
}

let folder: string;
let home: TestDatabase;
let admin: pg.Client;
let owner: Visitor;
let workspaceId: string;
let foreign: string;
const servers: Child[] = [];
const urls: string[] = [];
const stores = [crypto.randomUUID(), crypto.randomUUID()];
/** One conversation in each store, a third in the first one. */
const talks = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
const people = new Map<string, Person>();
const person = (name: string): Person => people.get(name) as Person;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'pangea presence '));
	home = await createTestDatabase();
	admin = new pg.Client({ connectionString: home.url });
	await admin.connect();
	const key = newMasterKeyText();
	const ports = await freePorts(5400, 2);
	urls.push(...ports.map((port) => `http://localhost:${port}`));
	for (const [at, port] of ports.entries()) {
		const env = {
			PATH: process.env['PATH'] ?? '',
			DATABASE_URL: home.url,
			PANGEA_MASTER_KEY: key,
			PANGEA_RATES_URL: 'off',
			PANGEA_PUBLIC_URL: urls[0] ?? '',
			PANGEA_LOG_LEVEL: 'warn',
			PANGEA_PORT: String(port),
		};
		servers.push(await startChild({ name: `server-${at}`, file: join(ROOT, 'apps/server/src/main.ts'), logs: folder, env }));
	}
	const names = ['ana', 'bruno', 'carla', 'dora', 'eva'];
	const visitors: Visitor[] = [];
	for (const name of names) visitors.push(await entered(name));
	const create = async (at: number, name: string): Promise<string> => {
		const input = { name, baseCurrency: 'CNY', zone: 'UTC' };
		return (await visitors[at]?.mutate<{ workspaceId: string }>('workspace.create', input))?.workspaceId ?? '';
	};
	workspaceId = await create(0, 'Ours');
	foreign = await create(4, 'Theirs');
	owner = (await entered('ana')).inWorkspace(workspaceId);
	await addConversations();
	for (const [name, role, scope] of [
		['bruno', 'agent', null],
		['carla', 'agent', [stores[1]]],
		['dora', 'analyst', null],
	] as const)
		await admin.query(
			`insert into member (workspace_id, user_id, name, email, role, store_scope)
				select $1, id, name, email, $3, $4 from auth."user" where email = $2`,
			[workspaceId, `${name}@example.test`, role, scope],
		);
	for (const [at, visitor] of visitors.entries())
		await joins(names[at] ?? '', visitor, urls[at % 2] ?? '', at === 4 ? foreign : workspaceId);
}, 120_000);
afterAll(async () => {
	for (const { socket } of people.values()) socket.disconnect();
	for (const server of servers) await server.stop();
	await admin?.end();
	await home?.drop();
	rmSync(folder, { recursive: true, force: true });
});

async function entered(name: string): Promise<Visitor> {
	const visitor = new Visitor(urls[0] ?? '');
	await visitor.enter({ name, email: `${name}@example.test`, password: 'a-password-long-enough' });
	return visitor;
}

async function addConversations(): Promise<void> {
	const connectionId = crypto.randomUUID();
	await admin.query(
		`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, 'temu', 'a', 'us', 'active')`,
		[workspaceId, connectionId],
	);
	for (const storeId of stores)
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2, $3, 'temu', $2::uuid::text, 'US', 'One', 'US', 'USD', 'UTC', 'en', 'local', true)`,
			[workspaceId, storeId, connectionId],
		);
	for (const [at, conversationId] of talks.entries())
		await admin.query(
			`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
				values ($1, $2, $3, 'temu', 'chat', $2::uuid::text, '\\x00', now(), 'buyer')`,
			[workspaceId, conversationId, stores[at % 2]],
		);
}

async function joins(name: string, visitor: Visitor, url: string, workspace: string): Promise<void> {
	const { userId } = await visitor.query<{ userId: string }>('session.me');
	const socket = io(url, {
		path: '/live',
		transports: ['websocket'],
		auth: { workspaceId: workspace },
		extraHeaders: { cookie: visitor.cookie },
	});
	const one: Person = { userId, socket, words: 0, there: new Map() };
	socket.on('presence', (views: Views, whole: boolean) => {
		one.words++;
		if (whole) one.there.clear();
		for (const view of views) one.there.set(view.conversationId, view.people);
	});
	people.set(name, one);
	await until(`${name}'s socket`, () => socket.connected);
}

async function until(what: string, good: () => boolean, millis = 8_000): Promise<void> {
	for (const end = Date.now() + millis; !good(); await sleep(20)) if (Date.now() > end) throw new Error(`Not in time: ${what}`);
}

/** Who is in a conversation as somebody sees it, by name, a star for who writes. */
function seen(by: string, conversation = talks[0] ?? ''): string {
	const names = new Map([...people].map(([name, { userId }]) => [userId, name]));
	return (person(by).there.get(conversation) ?? [])
		.map(({ userId, writing }) => `${names.get(userId) ?? userId}${writing ? '*' : ''}`)
		.toSorted()
		.join(' ');
}
const look = (name: string, conversationId: string | null | undefined, writing = false): void => {
	person(name).socket.emit('look', conversationId ? { conversationId, writing } : null);
};

describe('presence over two servers', () => {
	test('tells both servers who looks and who writes, and of their going', async () => {
		look('ana', talks[0]);
		look('bruno', talks[0]);
		for (const name of ['ana', 'bruno']) await until(`${name} to see both`, () => seen(name) === 'ana bruno');
		look('ana', talks[0], true);
		await until('bruno to see ana write', () => seen('bruno') === 'ana* bruno');
		look('ana', talks[2]);
		await until('ana to have gone over', () => seen('bruno') === 'bruno' && seen('bruno', talks[2]) === 'ana');
		look('ana', null);
		await until('ana to look at nothing', () => seen('bruno', talks[2]) === '');
		expect(seen('bruno')).toBe('bruno');
	});

	test('says nothing outside the stores, the permission and the workspace of a member', async () => {
		const before = ['carla', 'dora', 'eva'].map((name) => person(name).words);
		look('ana', talks[0], true);
		await until('bruno to see ana', () => seen('bruno') === 'ana* bruno');
		// What they name and do not see is as nothing to everybody.
		look('carla', talks[0]);
		look('dora', talks[0]);
		look('eva', talks[0]);
		await sleep(1_000);
		expect(seen('bruno')).toBe('ana* bruno');
		expect(['carla', 'dora', 'eva'].map((name) => person(name).words)).toEqual(before);
		look('carla', talks[1]);
		await until('bruno to see carla in her store', () => seen('bruno', talks[1]) === 'carla');
		expect(seen('carla', talks[1])).toBe('carla');
	});

	test('ends for who loses the store that they look into', async () => {
		look('carla', talks[1]);
		await until('bruno to see carla', () => seen('bruno', talks[1]) === 'carla');
		await owner.mutate('workspace.changeMember', { userId: person('carla').userId, role: 'agent', storeScope: [stores[0]] });
		await until('carla to be gone', () => seen('bruno', talks[1]) === '');
		expect(person('carla').socket.connected).toBe(true);
	});

	test('takes malformed words for none and follows a flood no further than its last word', async () => {
		const { socket } = person('ana');
		for (const said of ['x', 7, {}, { conversationId: "'; drop table event", writing: true }, { conversationId: talks[0] }, undefined])
			socket.emit('look', said);
		const before = person('bruno').words;
		for (let i = 0; i < 400; i++) look('ana', i % 2 === 0 ? talks[0] : talks[2], i % 3 === 0);
		look('ana', talks[2], true);
		await until('the last word', () => seen('bruno', talks[2]) === 'ana*' && seen('bruno') === 'bruno');
		await sleep(500);
		expect(person('bruno').words - before).toBeLessThan(12);
		expect(seen('bruno', talks[2])).toBe('ana*');
		expect(socket.connected).toBe(true);
	});

	test('tells a newcomer at once who is there', async () => {
		const visitor = await entered('bruno');
		const latecomer = 'bruno again';
		await joins(latecomer, visitor, urls[0] ?? '', workspaceId);
		await until('the newcomer to know', () => seen(latecomer, talks[2]) === 'ana*');
		expect(person(latecomer).words).toBe(1);
		person(latecomer).socket.disconnect();
		people.delete(latecomer);
	});

	test('ends by itself for a person whose machine falls silent', async () => {
		const { cookie } = await entered('ana');
		const browser = spawn(process.execPath, ['--input-type=module', '-e', LOOKS_ON, urls[1] ?? '', workspaceId, cookie, talks[2] ?? ''], {
			cwd: import.meta.dirname,
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		try {
			look('ana', null);
			await until('the other machine to be seen', () => seen('bruno', talks[2]) === 'ana');
			// Neither a word nor the end of the connection comes from it any more.
			browser.kill('SIGSTOP');
			await until('its person to be missed', () => seen('bruno', talks[2]) === '', SILENT_MS);
			expect(browser.exitCode).toBeNull();
		} finally {
			browser.kill('SIGKILL');
		}
	});

	test('ends by itself for all whose process is killed', async () => {
		look('ana', talks[0], true);
		await until('bruno to see ana', () => seen('bruno').startsWith('ana*'));
		person('ana').socket.io.opts.reconnection = false;
		process.kill(servers[0]?.pid ?? 0, 'SIGKILL');
		await servers[0]?.exited;
		await until('ana to be missed', () => seen('bruno') === 'bruno', MISSED_MS);
		expect(person('bruno').socket.connected).toBe(true);
	});
});

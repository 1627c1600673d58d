import { createHash, randomBytes } from 'node:crypto';
import {
	addExportRun,
	addMember,
	exportRun,
	finishExport,
	missedExports,
	noteSending,
	saveDestination,
	saveExportTemplate,
	type Scope,
	sendAgain,
	sendingsOf,
	setExportSchedule,
} from '@pangea/db';
import { columnsOf, type Destination, DestinationError, type DestinationSecret } from '@pangea/domain';
import { newSshKey, NO_SSH_KEY, SFTP_LOGIN, type SftpServer, startSftpServer } from '@pangea/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Engine, lookAtHostKey, PLACES, planSending, sendExport, tryDestination } from '../src/index.ts';
import { type Home, openHome, WORKSPACE } from './home.ts';

const TEMPLATE = '01a00000-0000-7000-8000-00000000d001';
const DESTINATION = '01a00000-0000-7000-8000-00000000d002';
const DUE = '2026-01-05T08:00:00.000Z';
const never = new AbortController().signal;

let home: Home;
let engine: Engine;
let server: SftpServer;
let allowed: string[];

beforeAll(async () => {
	home = await openHome();
});
afterAll(() => home.close());
beforeEach(async () => {
	server = await startSftpServer();
	allowed = [`127.0.0.1:${server.port}`];
	engine = { ...home.engine, sftpServers: allowed };
});
afterEach(() => server.close());

const inScope = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);
const placeOf = (at: SftpServer) => ({ host: '127.0.0.1', port: at.port });

async function destinationAt(at: SftpServer, part: Partial<Destination> = {}): Promise<Destination> {
	const hostKey = await lookAtHostKey(engine, placeOf(at));
	return {
		...placeOf(at),
		user: SFTP_LOGIN.user,
		folder: '/in',
		hostKey,
		secret: { kind: 'password', password: SFTP_LOGIN.password },
		...part,
	};
}

async function outcome(work: Promise<unknown>): Promise<string> {
	try {
		await work;
		return 'done';
	} catch (error) {
		if (!(error instanceof DestinationError)) throw error;
		return error.code;
	}
}

describe('a server', () => {
	test('is known by its key before anything of ours is told to it', async () => {
		const key = newSshKey();
		const known = await startSftpServer({ hostKeys: [key.private] });
		engine = { ...engine, sftpServers: [`127.0.0.1:${known.port}`] };
		const hostKey = await lookAtHostKey(engine, placeOf(known));
		expect(hostKey).toMatch(/^ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/);
		const blob = Buffer.from(key.public.split(' ')[1] ?? '', 'base64');
		expect(hostKey.split('SHA256:')[1]).toBe(createHash('sha256').update(blob).digest('base64').replace('=', ''));
		expect(known.signIns).toEqual([]);
		await known.close();
	});

	test('with another key is refused before we sign in, and one of several keys is the one that was accepted', async () => {
		const [first, second] = [newSshKey('rsa'), newSshKey('ed25519')];
		const both = await startSftpServer({ hostKeys: [first.private] });
		engine = { ...engine, sftpServers: [`127.0.0.1:${both.port}`] };
		const destination = await destinationAt(both);
		expect(destination.hostKey).toMatch(/^ssh-rsa /);
		const { port } = both;
		await both.close();
		const grown = await startSftpServer({ hostKeys: [second.private, first.private], port });
		expect(await outcome(tryDestination(engine, destination))).toBe('done');
		await grown.close();
		const changed = await startSftpServer({ hostKeys: [newSshKey('rsa').private], port });
		expect(await outcome(tryDestination(engine, destination))).toBe('sftpHostKeyChanged');
		expect(changed.signIns).toEqual([]);
		await changed.close();
	});

	test('is entered by password or by key, and not by a wrong one', async () => {
		const [plain, locked] = [newSshKey(), newSshKey('rsa', 'open sesame')];
		expect(await outcome(tryDestination(engine, await destinationAt(server)))).toBe('done');
		const wrong: DestinationSecret = { kind: 'password', password: 'wrong' };
		expect(await outcome(tryDestination(engine, await destinationAt(server, { secret: wrong })))).toBe('sftpLoginRefused');
		for (const [key, passphrase] of [
			[plain, null],
			[locked, 'open sesame'],
		] as const) {
			const keyed = await startSftpServer({ publicKey: key.public });
			engine = { ...engine, sftpServers: [`127.0.0.1:${keyed.port}`] };
			const secret = { kind: 'key', privateKey: key.private, passphrase } as const;
			expect(await outcome(tryDestination(engine, await destinationAt(keyed, { secret })))).toBe('done');
			const other = { kind: 'key', privateKey: newSshKey().private, passphrase: null } as const;
			expect(await outcome(tryDestination(engine, await destinationAt(keyed, { secret: other })))).toBe('sftpLoginRefused');
			await keyed.close();
		}
		engine = { ...engine, sftpServers: allowed };
		for (const [privateKey, passphrase] of [
			[NO_SSH_KEY, null],
			['no key', null],
			[locked.private, 'wrong'],
			[locked.private, null],
		] as const) {
			const secret = { kind: 'key', privateKey, passphrase } as const;
			expect(await outcome(tryDestination(engine, await destinationAt(server, { secret })))).toBe('sftpKeyUnreadable');
		}
	});

	test('inside a network is not called unless configuration names it, whatever its name says', async () => {
		engine = { ...engine, sftpServers: [] };
		for (const host of ['127.0.0.1', '10.0.0.1', '169.254.169.254', 'localhost', '::1'])
			expect(await outcome(lookAtHostKey(engine, { host, port: server.port }))).toBe('sftpInnerHost');
		expect(await outcome(lookAtHostKey(engine, { host: 'nowhere.invalid', port: 22 }))).toBe('sftpUnknownHost');
		const secret = { kind: 'password', password: SFTP_LOGIN.password } as const;
		const named = { ...placeOf(server), user: SFTP_LOGIN.user, folder: '', hostKey: 'ssh-ed25519 SHA256:x', secret };
		expect(await outcome(tryDestination(engine, named))).toBe('sftpInnerHost');
		expect(server.signIns).toEqual([]);
	});

	test('that is not there, has no such folder or writes nothing is told as such', async () => {
		const destination = await destinationAt(server);
		server.faults.folders = new Set(['/out']);
		expect(await outcome(tryDestination(engine, destination))).toBe('sftpFolderRefused');
		delete server.faults.folders;
		server.faults.short = true;
		expect(await outcome(tryDestination(engine, destination))).toBe('sftpNotWritten');
		delete server.faults.short;
		server.faults.refuseRename = true;
		expect(await outcome(tryDestination(engine, destination))).toBe('sftpNotWritten');
		delete server.faults.refuseRename;
		expect([...server.files.keys()]).toEqual([]);
		await server.close();
		expect(await outcome(tryDestination(engine, destination))).toBe('sftpUnreachable');
		server = await startSftpServer();
	});
});

describe('the file of a schedule', () => {
	const bytes = randomBytes(300_000);
	const read = async function* () {
		for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
	};
	let runId: string;

	beforeEach(async () => {
		await inScope(async ({ db }) => {
			await db.deleteFrom('export_run').execute();
			await db.deleteFrom('export_template').execute();
			await db.deleteFrom('export_destination').execute();
			await db.deleteFrom('member').execute();
		});
		runId = crypto.randomUUID();
		const destination = await destinationAt(server);
		const box = await engine.keys.box(WORKSPACE);
		await inScope(async (scope) => {
			await addMember(scope, { userId: 'u', name: 'U', email: 'u@example.test', role: 'owner', storeScope: null });
			const sealed = box.seal(JSON.stringify(destination), PLACES.destination(DESTINATION));
			await saveDestination(scope, { destinationId: DESTINATION, name: 'Books', sealed, savedBy: 'u' });
			const template = {
				templateId: TEMPLATE,
				userId: 'u',
				name: 'Daily',
				report: 'orders',
				format: 'csv',
				columns: [],
				zone: 'UTC',
			} as const;
			await saveExportTemplate(scope, { ...template, columns: [], filter: { sort: 'newest' }, byteOrderMark: true, together: true });
			await setExportSchedule(scope, TEMPLATE, {
				every: 'daily',
				weekday: 1,
				monthDay: 1,
				time: '08:00',
				zone: 'UTC',
				covers: 'period',
				announce: false,
				destinationId: DESTINATION,
				nextAt: '2026-01-06T08:00:00.000Z',
			});
			await scope.db.updateTable('export_schedule').set({ last_at: DUE }).execute();
			await addExportRun(scope, {
				runId,
				userId: 'u',
				report: 'orders',
				format: 'csv',
				columns: columnsOf('orders').map((one) => one.id),
				question: { filter: { sort: 'newest' }, zone: 'UTC', byteOrderMark: true },
				storeIds: [],
				entity: null,
				fields: [],
				templateId: TEMPLATE,
				dueAt: DUE,
			});
			const file = { rows: 1, name: 'pangea-orders-2026-01-05.zip', size: bytes.length, sha256: '', asOfSeq: '0', keptDays: 7 };
			await finishExport(scope, runId, file);
			await planSending(engine, scope, runId);
		});
	});

	const send = () => outcome(sendExport(engine, read, { workspaceId: WORKSPACE, runId }, never));
	const stand = async () => (await inScope((scope) => sendingsOf(scope, [runId]))).get(runId);
	const missed = (before: string) => inScope((scope) => missedExports(scope, before));

	test('is brought whole under a name of its own, and never seen as a part', async () => {
		expect(await stand()).toMatchObject({ destination: 'Books', state: 'waiting', code: null });
		expect(await send()).toBe('done');
		const name = `/in/pangea-orders-2026-01-05T0800Z-${runId.replaceAll('-', '').slice(-12)}.zip`;
		expect([...server.files.keys()]).toEqual([name]);
		expect(server.files.get(name)?.equals(bytes)).toBe(true);
		const draft = `/in/.${name.slice(4)}.part`;
		expect(server.log).toEqual([`open ${draft}`, `rename ${draft} ${name}`]);
		expect(await stand()).toMatchObject({ state: 'sent', code: null, sentAt: expect.any(String) });
		expect(await missed('2026-01-05T09:00:00.000Z')).toEqual([]);
		// A repeated job brings nothing.
		expect(await send()).toBe('done');
		expect(server.log).toHaveLength(2);
	});

	test('that a cut line left half is brought by the next try, and a whole one that nobody saw arrive is not brought twice', async () => {
		server.faults.cutAfterBytes = 100_000;
		expect(await send()).toBe('sftpUnreachable');
		expect(await stand()).toMatchObject({ state: 'waiting', code: 'sftpUnreachable' });
		expect([...server.files.keys()].every((path) => path.endsWith('.part'))).toBe(true);
		delete server.faults.cutAfterBytes;
		expect(await send()).toBe('done');
		expect([...server.files].map(([path, content]) => [path.endsWith('.zip'), content.equals(bytes)])).toEqual([[true, true]]);
		// As if the process had died before it was noted.
		await inScope(({ db }) => db.updateTable('export_sending').set({ state: 'waiting' }).execute());
		const before = server.log.length;
		expect(await send()).toBe('done');
		expect(server.log).toHaveLength(before);
		expect(await stand()).toMatchObject({ state: 'sent' });
	});

	test('is missed while it is not there an hour later, and at once where only a person can help', async () => {
		const { port } = server;
		await server.close();
		expect(await send()).toBe('sftpUnreachable');
		expect(await missed('2026-01-05T07:59:00.000Z')).toEqual([]);
		expect(await missed('2026-01-05T08:01:00.000Z')).toMatchObject([{ templateId: TEMPLATE, userId: 'u', files: 1 }]);
		// Another key at the same place: the job does not try again, and nobody's password was told.
		server = await startSftpServer({ port });
		expect(await send()).toBe('done');
		expect(await stand()).toMatchObject({ state: 'failed', code: 'sftpHostKeyChanged' });
		expect(server.signIns).toEqual([]);
		expect(await missed('2026-01-05T07:59:00.000Z')).toMatchObject([{ templateId: TEMPLATE }]);
		// A person accepts the key and lets it be brought again.
		const accepted = await destinationAt(server);
		const box = await engine.keys.box(WORKSPACE);
		const sealed = box.seal(JSON.stringify(accepted), PLACES.destination(DESTINATION));
		await inScope(async (scope) => {
			await saveDestination(scope, { destinationId: DESTINATION, name: 'Books', sealed, savedBy: 'u' });
			expect(await sendAgain(scope, runId)).toBe(true);
		});
		expect(await send()).toBe('done');
		expect(await stand()).toMatchObject({ state: 'sent' });
		expect(await missed('2026-01-05T09:00:00.000Z')).toEqual([]);
	});

	test('that is past its date is not brought any more, and of a run by hand none is brought', async () => {
		await inScope(({ db }) => db.updateTable('export_run').set({ state: 'expired' }).execute());
		expect(await send()).toBe('done');
		expect(await stand()).toMatchObject({ state: 'failed', code: 'sftpFileGone' });
		const byHand = crypto.randomUUID();
		await inScope(async (scope) => {
			const found = await exportRun(scope, runId);
			if (!found) throw new Error('No run');
			await addExportRun(scope, { ...found, runId: byHand, userId: 'u', dueAt: null, templateId: TEMPLATE });
			const file = { rows: 1, name: 'x.zip', size: 1, sha256: '', asOfSeq: '0', keptDays: 7 };
			await finishExport(scope, byHand, file);
			await planSending(engine, scope, byHand);
			expect((await sendingsOf(scope, [byHand])).size).toBe(0);
			await noteSending(scope, byHand, { state: 'sent', code: null });
		});
	});
});

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addExportRun, addMember, endExport, exportRun, type NewExportRun, removeMember } from '@pangea/db';
import { columnsOf } from '@pangea/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expireFiles, folderStore, keyOf, type RunServices, writeExport } from '../src/index.ts';
import { unzip } from './unzip.ts';
import { ALL_TOLD, type Home, NO_WAITS, openHome, WORKSPACE } from './home.ts';

let home: Home;
let folder: string;
let services: RunServices;
let told = 0;
const done: string[] = [];
beforeAll(async () => {
	home = await openHome(3000);
	folder = await mkdtemp(join(tmpdir(), 'pangea-exports-'));
	services = {
		database: home.database,
		files: folderStore(folder),
		waits: NO_WAITS,
		untold: ALL_TOLD,
		done: (_scope, runId) => {
			done.push(runId);
			return Promise.resolve();
		},
		tell: () => {
			told++;
			return Promise.resolve();
		},
	};
	await home.database.inWorkspace(WORKSPACE, (scope) =>
		addMember(scope, { userId: 'u', name: 'U', email: 'u@example.test', role: 'owner', storeScope: null }),
	);
});
afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
	await home.close();
});

const JOB = 'export.write';
const never = new AbortController().signal;

async function asked(part: Partial<NewExportRun> = {}): Promise<string> {
	const runId = crypto.randomUUID();
	await home.database.inWorkspace(WORKSPACE, (scope) =>
		addExportRun(scope, {
			runId,
			userId: 'u',
			report: 'lines',
			format: 'xlsx',
			storeIds: home.stores,
			entity: null,
			fields: [],
			columns: columnsOf('lines').map((one) => one.id),
			question: { filter: { sort: 'newest' }, zone: 'UTC', byteOrderMark: true },
			...part,
		}),
	);
	return runId;
}

const runOf = (runId: string) => home.database.inWorkspace(WORKSPACE, (scope) => exportRun(scope, runId));
const fileOf = (runId: string) => readFile(join(folder, keyOf({ workspaceId: WORKSPACE, runId })));

describe('an export', () => {
	test('is written, counted and told of', async () => {
		const runId = await asked();
		await writeExport(services, { workspaceId: WORKSPACE, runId }, never);
		const run = await runOf(runId);
		const file = await fileOf(runId);
		expect(run).toMatchObject({ state: 'done', rows: 6000, total: 6000, fileSize: file.length });
		expect(told).toBeGreaterThan(1);
		expect(done).toEqual([runId]);
	});

	test('of waits is worked out in the moment of its rows, as it stood when it was asked, and tells no words', async () => {
		const [store] = home.stores;
		const conversation = crypto.randomUUID();
		const rule = { id: 'a.day', kind: 'message', from: '2020-01-01', budget: { hours: 24 }, counted: {}, restarts: false } as const;
		const more = {
			stops: { automaticAnswer: false, smallTalk: false, noReplyNeeded: false },
			startsOnSmallTalk: true,
			leavesOut: [],
		} as const;
		await home.admin.query(
			`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
				values ($1, $2, $3, 'temu', 'chat', 'Ana Souza', '', now(), 'buyer')`,
			[WORKSPACE, conversation, store],
		);
		for (const [sender, at] of [
			['buyer', '2026-01-05T10:00:00Z'],
			['seller', '2026-01-05T12:00:00Z'],
			['buyer', '2026-01-07T10:00:00Z'],
			['buyer', '2026-01-09T10:00:00Z'],
		])
			await home.admin.query(
				`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at, user_id)
					values ($1, $2, $3, $4, $2::uuid::text, '1', 'text', $5, 'received', $6, 'sealed words', now() + interval '1 day', $7)`,
				[WORKSPACE, crypto.randomUUID(), conversation, store, sender, at, sender === 'seller' ? 'u' : null],
			);
		const waits: RunServices['waits'] = (workspaceId) => {
			expect(workspaceId).toBe(WORKSPACE);
			return Promise.resolve({
				rulesOf: (platform) => (platform === 'temu' ? [{ ...rule, ...more, standing: 'ours', confirmed: true, source: '' }] : []),
				bodyOf: (_messageId, sealed) => ({ text: sealed.toString('utf8'), imageUrl: null, attachments: [] }),
			});
		};
		const columns = columnsOf('answers').map((one) => one.id);
		const filter = { sort: 'newest', at: '2026-01-07T11:00:00.000Z' } as const;
		const question = { filter, zone: 'UTC', byteOrderMark: false };
		const runId = await asked({ report: 'answers', format: 'csv', columns, question });
		await writeExport({ ...services, waits }, { workspaceId: WORKSPACE, runId }, never);
		expect(await runOf(runId)).toMatchObject({ state: 'done', rows: 2, total: 2 });
		const text = unzip(await fileOf(runId))
			.get('answers.csv')
			?.toString('utf8');
		const of = `temu,Store 0,,US,message,a.day,ours,${conversation}`;
		expect(text?.split('\n')).toEqual([
			columns.join(','),
			`${of},2026-01-07 10:00:00+00,2026-01-07,2026-01-08 10:00:00+00,,,yes,,open`,
			`${of},2026-01-05 10:00:00+00,2026-01-05,2026-01-06 10:00:00+00,2026-01-05 12:00:00+00,U,yes,,inTime`,
			'',
		]);
	});

	test('that is killed three times has the bytes of one that was not', async () => {
		const [undisturbed, killed] = [await asked(), await asked()];
		await writeExport(services, { workspaceId: WORKSPACE, runId: undisturbed }, never);
		for (let times = 0; times < 3; times++) {
			const child = spawn(process.execPath, [join(import.meta.dirname, 'slow-writer.ts'), home.url, folder, WORKSPACE, killed, '200'], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
			await new Promise((resolve) => child.stdout.once('data', resolve));
			child.kill('SIGKILL');
			expect(await ended).toBe('SIGKILL');
			expect((await runOf(killed))?.state).toBe('running');
			await expect(fileOf(killed)).rejects.toThrow('ENOENT');
		}
		await writeExport(services, { workspaceId: WORKSPACE, runId: killed }, never);
		expect((await fileOf(killed)).equals(await fileOf(undisturbed))).toBe(true);
		expect((await runOf(killed))?.sha256).toBe((await runOf(undisturbed))?.sha256);
	}, 60_000);

	test('that was cancelled leaves no file, whether before or while it is written', async () => {
		const runId = await asked();
		const cancelling: RunServices = {
			...services,
			files: {
				...services.files,
				write: async (key, bytes) => {
					const size = await services.files.write(key, bytes);
					await home.database.inWorkspace(WORKSPACE, (scope) => endExport(scope, runId, 'cancelled', null));
					return size;
				},
			},
		};
		await writeExport(cancelling, { workspaceId: WORKSPACE, runId }, never);
		expect((await runOf(runId))?.state).toBe('cancelled');
		expect(done).not.toContain(runId);
		await expect(fileOf(runId)).rejects.toThrow('ENOENT');
		await writeExport(services, { workspaceId: WORKSPACE, runId }, never);
		await expect(fileOf(runId)).rejects.toThrow('ENOENT');
	});

	test('that is broken off leaves the database as it was, and no draft', async () => {
		const runId = await asked({ format: 'csv' });
		const stop = new AbortController();
		stop.abort(new Error('the process stops'));
		await expect(writeExport(services, { workspaceId: WORKSPACE, runId }, stop.signal)).rejects.toThrow('the process stops');
		expect((await readdir(join(folder, WORKSPACE))).filter((name) => name.includes(runId))).toEqual([]);
		await writeExport(services, { workspaceId: WORKSPACE, runId }, never);
		expect((await runOf(runId))?.state).toBe('done');
	});

	test('loses its file after its date', async () => {
		const runId = await asked();
		await writeExport(services, { workspaceId: WORKSPACE, runId }, never);
		await home.admin.query(`update export_run set expires_at = now() where run_id = $1`, [runId]);
		await expireFiles(services, JOB);
		expect((await runOf(runId))?.state).toBe('expired');
		await expect(fileOf(runId)).rejects.toThrow('ENOENT');
	});

	test('of a removed member loses its file, and one under way ends', async () => {
		await home.database.inWorkspace(WORKSPACE, (scope) =>
			addMember(scope, { userId: 'gone', name: 'G', email: 'g@example.test', role: 'agent', storeScope: null }),
		);
		const [written, waiting] = [await asked({ userId: 'gone' }), await asked({ userId: 'gone' })];
		await writeExport(services, { workspaceId: WORKSPACE, runId: written }, never);
		await home.database.inWorkspace(WORKSPACE, (scope) => removeMember(scope, 'gone'));
		await expireFiles(services, JOB);
		expect([(await runOf(written))?.state, (await runOf(waiting))?.state]).toEqual(['expired', 'cancelled']);
		await expect(fileOf(written)).rejects.toThrow('ENOENT');
	});

	test('is said to have failed when no job writes it any more', async () => {
		const [lost, wanted] = [await asked(), await asked()];
		await home.admin.query(`insert into jobs.job (name, payload, key) values ($1, '{}', $2)`, [JOB, wanted]);
		await expireFiles(services, JOB);
		expect(await runOf(lost)).toMatchObject({ state: 'failed', errorCode: 'internal' });
		expect((await runOf(wanted))?.state).toBe('waiting');
	});
});

import { addSending, noteSending, type Scope, sendingTask, waitingSendings } from '@pangea/db';
import { type Destination, DestinationError } from '@pangea/domain';
import { exportSend, noticesLook } from '@pangea/jobs';
import { recordEvent } from '@pangea/realtime';
import type { Engine } from '../engine.ts';
import { PLACES } from '../keyring.ts';
import { hostKeyOf, inFolder } from './door.ts';

/** People wait for an answer no longer than this. */
const PATIENCE = 45_000;
const SHORT_ID = 12;

/** The key by which a server is known, for a person to accept. @throws DestinationError */
export async function lookAtHostKey(engine: Pick<Engine, 'sftpServers'>, place: { host: string; port: number }): Promise<string> {
	return await hostKeyOf(place, { inner: engine.sftpServers, signal: AbortSignal.timeout(PATIENCE) });
}

/** Whether a destination can be written to: a small file is brought and taken away. @throws DestinationError */
export async function tryDestination(engine: Pick<Engine, 'sftpServers'>, destination: Destination): Promise<void> {
	const reach = { inner: engine.sftpServers, signal: AbortSignal.timeout(PATIENCE) };
	await inFolder(destination, reach, (folder) => folder.probe());
}

/** Sends the bringing of a run's file where its schedule names a destination, with the scope's commit. */
export async function planSending(engine: Pick<Engine, 'jobs'>, scope: Scope, runId: string): Promise<void> {
	if (await addSending(scope, runId)) await engine.jobs.enqueue(exportSend, { workspaceId: scope.workspaceId, runId }, { scope });
}

/** Sends what waits for a job and has none: those that were given up, and all of them after a restore. */
export async function wakeSendings(engine: Pick<Engine, 'database' | 'jobs'>): Promise<void> {
	for (const workspaceId of await engine.database.workspaceIds())
		await engine.database.inWorkspace(workspaceId, async (scope) => {
			for (const runId of await waitingSendings(scope)) await engine.jobs.enqueue(exportSend, { workspaceId, runId }, { scope });
		});
}

/**
 * Brings the file of a run to the destination of its schedule, under a name of its own: two schedules never overwrite each other, and a repeated try finds what
 * a former one brought.
 * @param read the file's bytes, from their beginning each time
 * @throws DestinationError, after it is kept: the job's back-off repeats it. What only a person can mend is kept and not repeated.
 */
export async function sendExport(
	engine: Engine,
	read: () => AsyncIterable<Buffer>,
	{ workspaceId, runId }: { workspaceId: string; runId: string },
	signal: AbortSignal,
): Promise<void> {
	const { database } = engine;
	const task = await database.inWorkspace(workspaceId, (scope) => sendingTask(scope, runId));
	if (!task) return;
	const note = async (error: DestinationError | null): Promise<void> => {
		await database.inWorkspace(workspaceId, async (scope) => {
			const state = error === null ? 'sent' : error.isFinal ? 'failed' : 'waiting';
			await noteSending(scope, runId, { state, code: error?.code ?? null });
			if (state === 'failed') await engine.jobs.enqueue(noticesLook, {}, { scope });
			await recordEvent(scope, { kind: 'export.changed', storeId: null, ids: [runId] });
		});
	};
	try {
		const box = await engine.keys.box(workspaceId);
		const destination = JSON.parse(box.open(task.sealed, PLACES.destination(task.destinationId)).toString('utf8')) as Destination;
		if (!task.isReady) throw new DestinationError('sftpFileGone', destination.host);
		await inFolder(destination, { inner: engine.sftpServers, signal }, (folder) =>
			folder.bring(nameAt(task.fileName, task.dueAt, runId), task.fileSize, read),
		);
	} catch (error) {
		if (!(error instanceof DestinationError)) throw error;
		engine.log.warn(
			{ workspaceId, runId, destinationId: task.destinationId, code: error.code },
			'a file was not brought to its destination',
		);
		await note(error);
		if (!error.isFinal) throw error;
		return;
	}
	await note(null);
}

/** `pangea-orders-2026-01-05.zip` becomes `pangea-orders-2026-01-05T0800Z-1f0c2d3e4b5a.zip`: the schedule's time and the run. */
function nameAt(fileName: string, dueAt: string, runId: string): string {
	const dot = fileName.lastIndexOf('.');
	const time = `${new Date(dueAt).toISOString().slice(0, 16).replace(':', '')}Z`;
	const stem = fileName.slice(0, dot).replace(/-\d{4}-\d{2}-\d{2}$/, '');
	return `${stem}-${time}-${runId.replaceAll('-', '').slice(-SHORT_ID)}${fileName.slice(dot)}`;
}

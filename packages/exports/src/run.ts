import { createHash } from 'node:crypto';
import {
	countReport,
	type Database,
	endExport,
	exportRun,
	type ExportRun,
	expireExports,
	finishExport,
	gatherFeed,
	gatherWaits,
	progressExport,
	type Scope,
	type UntoldBy,
	type WaitReader,
} from '@pangea/db';
import { feedNotes, isPlatformId, REPORT_RULES } from '@pangea/domain';
import { exportFile, FILE_ENDINGS } from './file.ts';
import { watched } from './pieces.ts';
import type { FileStore } from './store.ts';
import { ExportTooLargeError } from './zip.ts';

/** So long a file is kept. */
export const KEPT_DAYS = 7;
const TELL_MILLIS = 500;

export interface RunServices {
	database: Database;
	files: FileStore;
	/** What the database lacks to tell the waits of a workspace's buyers. */
	waits: (workspaceId: string) => Promise<WaitReader>;
	/** What a platform tells of none of its listings, as its adapter says. */
	untold: UntoldBy;
	/** Sends on what is done, with the transaction. */
	done: (scope: Scope, runId: string) => Promise<void>;
	/** Tells screens that a run changed; the last write of its transaction. */
	tell: (scope: Scope, runId: string) => Promise<void>;
}

/**
 * Writes the file of one run. Whatever stops it, the next try begins anew: a file is of one moment, and no moment outlives the transaction it was
 * seen in. The same rows then give the same bytes.
 */
export async function writeExport(services: RunServices, ids: { workspaceId: string; runId: string }, signal: AbortSignal): Promise<void> {
	const { database, files } = services;
	const { workspaceId, runId } = ids;
	const run = await database.inWorkspace(workspaceId, (scope) => exportRun(scope, runId));
	if (!run || (run.state !== 'waiting' && run.state !== 'running')) return;
	const key = keyOf(ids);
	try {
		const made = await written(services, ids, run, signal);
		if (made === null) return await files.remove(key);
		const kept = await database.inWorkspace(workspaceId, async (scope) => {
			const wanted = await finishExport(scope, runId, { ...made, keptDays: KEPT_DAYS });
			if (wanted) await services.done(scope, runId);
			await services.tell(scope, runId);
			return wanted;
		});
		if (!kept) await files.remove(key);
	} catch (error) {
		if (!(error instanceof ExportTooLargeError)) throw error;
		await database.inWorkspace(workspaceId, async (scope) => {
			await endExport(scope, runId, 'failed', 'tooLarge');
			await services.tell(scope, runId);
		});
	}
}

export function keyOf({ workspaceId, runId }: { workspaceId: string; runId: string }): string {
	return `${workspaceId}/${runId}`;
}

/** Nobody waits for it any more. */
class CancelledError extends Error {
	override name = 'CancelledError';
}

/** @returns null when it was cancelled. */
async function written(services: RunServices, ids: { workspaceId: string; runId: string }, run: ExportRun, signal: AbortSignal) {
	const { database, files } = services;
	const { filter, zone, byteOrderMark } = run.question;
	const question = { ...filter, storeScope: null, stores: run.storeIds };
	const { of, apart } = REPORT_RULES[run.report];
	const waits = of === 'waits' ? await services.waits(ids.workspaceId) : null;
	const notes = (platforms: readonly string[]) => feedNotes(platforms.filter(isPlatformId), services.untold);
	const progress = new Progress(services, ids);
	const hash = createHash('sha256');
	try {
		return await database.inWorkspace(
			ids.workspaceId,
			async (scope) => {
				if (waits !== null) await gatherWaits(scope, { ...question, at: filter.at ?? run.askedAt }, waits);
				if (of === 'feed') await gatherFeed(scope, question, services.untold);
				progress.total = await countReport(scope, run.report, question);
				await progress.tell(0);
				const file = await exportFile(
					scope,
					{
						report: run.report,
						format: run.format,
						columns: run.columns,
						question,
						zone,
						company: run.entity,
						byteOrderMark,
						...(of === 'feed' && { notes }),
					},
					(rows) => progress.heard(rows),
				);
				const size = await files.write(
					keyOf(ids),
					watched(file.bytes, (piece) => {
						signal.throwIfAborted();
						progress.check();
						hash.update(piece);
					}),
				);
				const manifest = file.manifest();
				await progress.ended();
				const [only] = manifest.stores;
				const store = apart === 'store' && manifest.stores.length === 1 ? only?.store : undefined;
				return { name: nameOf(run, store), rows: manifest.rows, size, sha256: hash.digest('hex'), asOfSeq: manifest.asOfEvent };
			},
			{ snapshot: true },
		);
	} catch (error) {
		if (error instanceof CancelledError) return null;
		throw error;
	}
}

/** Tells now and then how far the rows are, beside the transaction that reads them, and hears in turn whether anybody still waits. */
class Progress {
	readonly #services: RunServices;
	readonly #ids: { workspaceId: string; runId: string };
	total: number | null = null;
	#telling: Promise<void> | null = null;
	#toldAt = 0;
	#trouble: unknown = null;

	constructor(services: RunServices, ids: { workspaceId: string; runId: string }) {
		this.#services = services;
		this.#ids = ids;
	}

	heard(rows: number): void {
		const now = performance.now();
		if (this.#telling !== null || now - this.#toldAt < TELL_MILLIS) return;
		this.#toldAt = now;
		this.#telling = this.tell(rows)
			.catch((error: unknown) => (this.#trouble = error))
			.then(() => {
				this.#telling = null;
			});
	}

	async tell(rows: number): Promise<void> {
		const { database, tell } = this.#services;
		const wanted = await database.inWorkspace(this.#ids.workspaceId, async (scope) => {
			const is = await progressExport(scope, this.#ids.runId, this.total === null ? rows : Math.min(rows, this.total), this.total);
			if (is) await tell(scope, this.#ids.runId);
			return is;
		});
		if (!wanted) throw new CancelledError();
	}

	/** @throws what telling met, such as that the run was cancelled. */
	check(): void {
		if (this.#trouble !== null) throw this.#trouble;
	}

	/** A later word must not come after the last one. */
	async ended(): Promise<void> {
		await this.#telling;
		this.check();
	}
}

/** @param store the one whose rows they are, where each store has a file of its own */
function nameOf(run: ExportRun, store: string | undefined): string {
	const day = run.askedAt.slice(0, 10);
	const whose = store ?? run.entity;
	const of = whose === null ? '' : `-${whose.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}`;
	return `pangea-${run.report}${of}-${day}.${FILE_ENDINGS[run.format]}`;
}

/** Deletes what is past its date or has nobody any more. @param job name of the jobs that write files */
export async function expireFiles({ database, files, tell }: RunServices, job: string): Promise<void> {
	for (const workspaceId of await database.workspaceIds()) {
		const runIds = await database.inWorkspace(workspaceId, async (scope) => {
			const expired = await expireExports(scope, job);
			const [first] = expired;
			if (first !== undefined) await tell(scope, first);
			return expired;
		});
		for (const runId of runIds) await files.remove(keyOf({ workspaceId, runId }));
	}
}

import type { ExportFormat, ExportState, Field, ReportId } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { ReportQuestion } from './report-question.ts';

/** What is kept of a question beside the report and its columns: the stores are worked out when it is asked. */
export interface ExportQuestion {
	filter: Omit<ReportQuestion, 'storeScope' | 'stores'>;
	/** IANA zone in which instants are shown. */
	zone: string;
	byteOrderMark: boolean;
}

export interface NewExportRun {
	runId: string;
	userId: string;
	report: ReportId;
	format: ExportFormat;
	columns: readonly string[];
	question: ExportQuestion;
	storeIds: readonly string[];
	entity: string | null;
	fields: readonly Field[];
	/** The template that it is made from, and the time of its schedule that it is of. */
	templateId?: string;
	dueAt?: string | null;
}

export interface ExportRun extends Omit<NewExportRun, 'userId' | 'templateId' | 'dueAt'> {
	/** Null: the member who asked has been removed. */
	userId: string | null;
	state: ExportState;
	rows: number;
	total: number | null;
	fileName: string | null;
	fileSize: number | null;
	sha256: string | null;
	errorCode: string | null;
	askedAt: string;
	endedAt: string | null;
	expiresAt: string | null;
	/** The time of a schedule that it is of; null of what a person asked for. */
	dueAt: string | null;
}

export async function addExportRun(scope: Scope, run: NewExportRun): Promise<void> {
	await scope.db
		.insertInto('export_run')
		.values({
			workspace_id: scope.workspaceId,
			run_id: run.runId,
			user_id: run.userId,
			report: run.report,
			format: run.format,
			columns: [...run.columns],
			question: JSON.stringify(run.question),
			store_ids: [...run.storeIds],
			entity: run.entity,
			fields: [...run.fields],
			template_id: run.templateId ?? null,
			due_at: run.dueAt ?? null,
		})
		.execute();
}

/** The last hundred that a member asked for, newest first. */
export async function exportRunsOf(scope: Scope, userId: string): Promise<ExportRun[]> {
	const rows = await runs(scope).where('user_id', '=', userId).orderBy('run_id', 'desc').limit(100).execute();
	return rows.map(toRun);
}

export async function exportRun(scope: Scope, runId: string): Promise<ExportRun | null> {
	const row = await runs(scope).where('run_id', '=', runId).executeTakeFirst();
	return row ? toRun(row) : null;
}

function runs(scope: Scope) {
	return scope.db.selectFrom('export_run').selectAll().where('workspace_id', '=', scope.workspaceId);
}

function toRun(row: Awaited<ReturnType<ReturnType<typeof runs>['execute']>>[number]): ExportRun {
	return {
		runId: row.run_id,
		userId: row.user_id,
		report: row.report as ReportId,
		format: row.format as ExportFormat,
		columns: row.columns,
		question: row.question as ExportQuestion,
		storeIds: row.store_ids,
		entity: row.entity,
		fields: row.fields as Field[],
		state: row.state as ExportState,
		rows: Number(row.row_count),
		total: row.row_total === null ? null : Number(row.row_total),
		fileName: row.file_name,
		fileSize: row.file_size === null ? null : Number(row.file_size),
		sha256: row.sha256,
		errorCode: row.error_code,
		askedAt: row.asked_at,
		endedAt: row.ended_at,
		expiresAt: row.expires_at,
		dueAt: row.due_at,
	};
}

/** Tells how far the writing is. @returns false when nobody waits for the file any more. */
export async function progressExport(scope: Scope, runId: string, rows: number, total: number | null): Promise<boolean> {
	const result = await scope.db
		.updateTable('export_run')
		.set({ state: 'running', row_count: String(rows), row_total: total === null ? null : String(total) })
		.where('workspace_id', '=', scope.workspaceId)
		.where('run_id', '=', runId)
		.where('state', 'in', ['waiting', 'running'])
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
}

/** @returns false when it was cancelled meanwhile: the file is then nobody's. */
export async function finishExport(
	scope: Scope,
	runId: string,
	file: { rows: number; name: string; size: number; sha256: string; asOfSeq: string; keptDays: number },
): Promise<boolean> {
	const result = await scope.db
		.updateTable('export_run')
		.set({
			state: 'done',
			row_count: String(file.rows),
			row_total: String(file.rows),
			file_name: file.name,
			file_size: String(file.size),
			sha256: file.sha256,
			as_of_seq: file.asOfSeq,
			error_code: null,
			ended_at: sql<string>`now()`,
			expires_at: sql<string>`now() + ${file.keptDays} * interval '1 day'`,
		})
		.where('workspace_id', '=', scope.workspaceId)
		.where('run_id', '=', runId)
		.where('state', 'in', ['waiting', 'running'])
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
}

/** Ends what is not at its end. @returns whether it did. */
export async function endExport(scope: Scope, runId: string, state: 'failed' | 'cancelled', errorCode: string | null): Promise<boolean> {
	const result = await scope.db
		.updateTable('export_run')
		.set({ state, error_code: errorCode, ended_at: sql<string>`now()` })
		.where('workspace_id', '=', scope.workspaceId)
		.where('run_id', '=', runId)
		.where('state', 'in', ['waiting', 'running'])
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
}

/**
 * Marks the runs whose file is past its date or whose member is gone, and ends those that nothing writes any more.
 * @param job name of the jobs that write them, with the run's id as key @returns the ids of runs whose file has to go.
 */
export async function expireExports(scope: Scope, job: string): Promise<string[]> {
	const unfinished = (state: 'failed' | 'cancelled') =>
		scope.db
			.updateTable('export_run')
			.set({ state, error_code: state === 'failed' ? 'internal' : null, ended_at: sql<string>`now()` })
			.where('workspace_id', '=', scope.workspaceId)
			.where('state', 'in', ['waiting', 'running']);
	await unfinished('cancelled').where('user_id', 'is', null).execute();
	await unfinished('failed')
		.where(sql<boolean>`not exists (select from jobs.job j where j.name = ${job} and j.key = export_run.run_id::text)`)
		.execute();
	const rows = await scope.db
		.updateTable('export_run')
		.set({ state: 'expired' })
		.where('workspace_id', '=', scope.workspaceId)
		.where('state', '=', 'done')
		.where((e) => e.or([e('expires_at', '<=', sql<string>`now()`), e('user_id', 'is', null)]))
		.returning('run_id')
		.execute();
	return rows.map((row) => row.run_id);
}

/** What a file stands on: the last event it knows of, and up to when each store was read. */
export async function exportBasis(scope: Scope, storeIds: readonly string[]) {
	const sequence = await scope.db
		.selectFrom('workspace_sequence')
		.select('last_seq')
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirst();
	const stores = await scope.db
		.selectFrom('store as s')
		.leftJoin('pull_cursor as p', (join) =>
			join.onRef('p.workspace_id', '=', 's.workspace_id').onRef('p.store_id', '=', 's.store_id').on('p.resource', '=', 'orders'),
		)
		.where('s.workspace_id', '=', scope.workspaceId)
		.where('s.store_id', '=', sql<string>`any(${[...storeIds]}::uuid[])`)
		.select(['s.store_id', 's.name', 's.platform', 's.zone', 'p.watermark'])
		.orderBy('s.store_id')
		.execute();
	return {
		asOfSeq: String(sequence?.last_seq ?? 0),
		stores: stores.map((s) => ({ store: s.name, platform: s.platform, zone: s.zone, readUpTo: s.watermark })),
	};
}

/** Stores by the company they are registered to; those without one together. */
export async function storesByEntity(scope: Scope, storeIds: readonly string[]): Promise<Map<string | null, string[]>> {
	const rows = await scope.db
		.selectFrom('store')
		.select(['store_id', 'entity'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', sql<string>`any(${[...storeIds]}::uuid[])`)
		.orderBy('entity')
		.orderBy('store_id')
		.execute();
	return new Map([...Map.groupBy(rows, (row) => row.entity)].map(([entity, of]) => [entity, of.map((row) => row.store_id)]));
}

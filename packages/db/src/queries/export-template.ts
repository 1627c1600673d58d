import type { ExportCovers, ExportEvery, ExportFormat, ExportRhythm, ReportId } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { ReportQuestion } from './report-question.ts';

/** What a member asks for again and again. */
export interface ExportTemplate {
	templateId: string;
	userId: string;
	name: string;
	report: ReportId;
	format: ExportFormat;
	/** In the order of the file; none: every column that the member sees. */
	columns: string[];
	filter: Omit<ReportQuestion, 'storeScope' | 'orderIds'>;
	zone: string;
	byteOrderMark: boolean;
	together: boolean;
}

/** When the files of a template are made by themselves. */
export interface ExportSchedule extends ExportRhythm {
	covers: ExportCovers;
	/** Whether the member is told by a notice when they are ready. */
	announce: boolean;
	/** Where they are brought besides being kept; null: nowhere. */
	destinationId: string | null;
}

export interface ScheduleStand extends ExportSchedule {
	nextAt: string;
	/** The time that was made last. */
	lastAt: string | null;
	/** Of the last time, nothing was made: no store or column was left to the member. */
	refused: boolean;
}

/** A member's templates with their schedules, by name. */
export async function exportTemplates(scope: Scope, userId: string): Promise<(ExportTemplate & { schedule: ScheduleStand | null })[]> {
	const rows = await both(scope).where('t.user_id', '=', userId).orderBy('t.name').execute();
	return rows.map((row) => ({ ...toTemplate(row), schedule: toSchedule(row) }));
}

/** One of a member's own templates. */
export async function exportTemplate(scope: Scope, userId: string, templateId: string): Promise<ExportTemplate | null> {
	const row = await both(scope).where('t.user_id', '=', userId).where('t.template_id', '=', templateId).executeTakeFirst();
	return row ? toTemplate(row) : null;
}

function both(scope: Scope) {
	return scope.db
		.selectFrom('export_template as t')
		.leftJoin('export_schedule as s', (join) =>
			join.onRef('s.workspace_id', '=', 't.workspace_id').onRef('s.template_id', '=', 't.template_id'),
		)
		.select(['t.template_id', 't.user_id', 't.name', 't.report', 't.format', 't.columns', 't.filter', 't.byte_order_mark', 't.together'])
		.select([
			't.zone as shown_zone',
			's.zone',
			's.every',
			's.weekday',
			's.month_day',
			's.local_time',
			's.covers',
			's.announce',
			's.destination_id',
		])
		.select(['s.next_at', 's.last_at', 's.refused_at'])
		.where('t.workspace_id', '=', scope.workspaceId);
}
type Row = Awaited<ReturnType<ReturnType<typeof both>['execute']>>[number];

function toTemplate(row: Row): ExportTemplate {
	return {
		templateId: row.template_id,
		userId: row.user_id,
		name: row.name,
		report: row.report as ReportId,
		format: row.format as ExportFormat,
		columns: row.columns,
		filter: row.filter as ExportTemplate['filter'],
		zone: row.shown_zone,
		byteOrderMark: row.byte_order_mark,
		together: row.together,
	};
}

function toSchedule(row: Row): ScheduleStand | null {
	if (row.next_at === null) return null;
	return {
		every: row.every as ExportEvery,
		weekday: row.weekday ?? 1,
		monthDay: row.month_day ?? 1,
		time: row.local_time ?? '',
		zone: row.zone ?? '',
		covers: row.covers as ExportCovers,
		announce: row.announce ?? false,
		destinationId: row.destination_id,
		nextAt: row.next_at,
		lastAt: row.last_at,
		refused: row.refused_at !== null && row.refused_at === row.last_at,
	};
}

/** Keeps a template; one of the member's with the same id is changed. @returns false when another one of theirs has the name */
export async function saveExportTemplate(scope: Scope, template: ExportTemplate): Promise<boolean> {
	const values = {
		name: template.name,
		report: template.report,
		format: template.format,
		columns: template.columns,
		filter: JSON.stringify(template.filter),
		zone: template.zone,
		byte_order_mark: template.byteOrderMark,
		together: template.together,
	};
	const { userId: user_id, templateId: template_id } = template;
	const named = await scope.db
		.selectFrom('export_template')
		.select('template_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('user_id', '=', user_id)
		.where('name', '=', template.name)
		.executeTakeFirst();
	if (named && named.template_id !== template_id) return false;
	const result = await scope.db
		.insertInto('export_template')
		.values({ workspace_id: scope.workspaceId, template_id, user_id, ...values })
		.onConflict((c) => c.columns(['workspace_id', 'template_id']).doUpdateSet(values).where('export_template.user_id', '=', user_id))
		.executeTakeFirst();
	return result.numInsertedOrUpdatedRows === 1n;
}

/** @returns its name; undefined where the member has no such template */
export async function removeExportTemplate(scope: Scope, userId: string, templateId: string): Promise<string | undefined> {
	const row = await scope.db
		.deleteFrom('export_template')
		.where('workspace_id', '=', scope.workspaceId)
		.where('user_id', '=', userId)
		.where('template_id', '=', templateId)
		.returning('name')
		.executeTakeFirst();
	return row?.name;
}

/** Sets when the files of a template are made by themselves, or ends it. */
export async function setExportSchedule(
	scope: Scope,
	templateId: string,
	schedule: (ExportSchedule & { nextAt: string }) | null,
): Promise<void> {
	if (schedule === null) {
		await scope.db
			.deleteFrom('export_schedule')
			.where('workspace_id', '=', scope.workspaceId)
			.where('template_id', '=', templateId)
			.execute();
		return;
	}
	const values = {
		every: schedule.every,
		weekday: schedule.weekday,
		month_day: schedule.monthDay,
		local_time: schedule.time,
		zone: schedule.zone,
		covers: schedule.covers,
		announce: schedule.announce,
		destination_id: schedule.destinationId,
		next_at: schedule.nextAt,
		refused_at: null,
	};
	await scope.db
		.insertInto('export_schedule')
		.values({ workspace_id: scope.workspaceId, template_id: templateId, ...values })
		.onConflict((c) => c.columns(['workspace_id', 'template_id']).doUpdateSet(values))
		.execute();
}

/** The schedule that has waited longest and is due, held until the transaction ends; one that another worker holds is passed over. */
export async function dueExport(scope: Scope, now: string): Promise<{ template: ExportTemplate; schedule: ScheduleStand } | null> {
	const row = await both(scope)
		.innerJoin('export_schedule as due', (join) =>
			join.onRef('due.workspace_id', '=', 't.workspace_id').onRef('due.template_id', '=', 't.template_id'),
		)
		.where('due.next_at', '<=', now)
		.orderBy('due.next_at')
		.limit(1)
		.forUpdate('due')
		.skipLocked()
		.executeTakeFirst();
	const schedule = row && toSchedule(row);
	return row && schedule ? { template: toTemplate(row), schedule } : null;
}

/** Notes that a time of a schedule was asked for, or that there was nothing that may be made, and which comes next. */
export async function moveExportSchedule(
	scope: Scope,
	templateId: string,
	to: { lastAt: string; nextAt: string; refused: boolean },
): Promise<void> {
	await scope.db
		.updateTable('export_schedule')
		.set({ last_at: to.lastAt, next_at: to.nextAt, refused_at: to.refused ? to.lastAt : null })
		.where('workspace_id', '=', scope.workspaceId)
		.where('template_id', '=', templateId)
		.execute();
}

/** A time of a schedule, for who is told of it. */
export interface ScheduledFiles {
	templateId: string;
	userId: string;
	/** The time that they are of. */
	at: string;
	files: number;
	storeIds: string[];
}

/** Files of schedules that are ready since an instant, of those who want to be told; the newest time of each. */
export async function readyExports(scope: Scope, since: string): Promise<ScheduledFiles[]> {
	const { rows } = await sql<{ template_id: string; user_id: string; due_at: string; files: number; store_ids: string[] }>`
		select t.template_id, t.user_id, r.due_at, r.files, r.store_ids
		from export_schedule s join export_template t on t.workspace_id = s.workspace_id and t.template_id = s.template_id
		cross join lateral (
			select x.due_at, count(*)::int as files, bool_and(x.state = 'done') as ready, max(x.ended_at) as ended_at,
				array(select distinct unnest(y.store_ids) from export_run y
					where y.workspace_id = s.workspace_id and y.template_id = s.template_id and y.due_at = x.due_at) as store_ids
			from export_run x where x.workspace_id = s.workspace_id and x.template_id = s.template_id and x.due_at = s.last_at group by x.due_at
		) r where s.workspace_id = ${scope.workspaceId} and s.announce and r.ready and r.ended_at >= ${since}`.execute(scope.db);
	return rows.map((row) => ({
		templateId: row.template_id,
		userId: row.user_id,
		at: row.due_at,
		files: row.files,
		storeIds: row.store_ids,
	}));
}

/**
 * Times of schedules whose files should be there and are not: not asked for, not written, given up, refused, or not brought to their destination; what
 * only a person can bring there is missed at once. One a schedule, its last.
 * @param before an instant by which what was due then has to be there
 */
export async function missedExports(scope: Scope, before: string): Promise<ScheduledFiles[]> {
	const { rows } = await sql<{ template_id: string; user_id: string; at: string; files: number }>`
		select t.template_id, t.user_id, case when s.next_at < ${before} then s.next_at else s.last_at end as at, coalesce(r.lacking, 0)::int as files
		from export_schedule s join export_template t on t.workspace_id = s.workspace_id and t.template_id = s.template_id
		left join lateral (
			select count(*) filter (where x.state = 'failed' or x.state in ('waiting', 'running') and x.due_at < ${before}
				or z.state = 'failed' or z.state = 'waiting' and x.due_at < ${before}) as lacking
			from export_run x left join export_sending z on z.workspace_id = x.workspace_id and z.run_id = x.run_id where x.workspace_id = s.workspace_id and x.template_id = s.template_id and x.due_at = s.last_at
		) r on true
		where s.workspace_id = ${scope.workspaceId}
			and (s.next_at < ${before} or s.refused_at is not null or r.lacking > 0)`.execute(scope.db);
	const stores = await scope.db.selectFrom('store').select('store_id').where('workspace_id', '=', scope.workspaceId).execute();
	return rows.map((row) => ({
		templateId: row.template_id,
		userId: row.user_id,
		at: row.at,
		files: row.files,
		storeIds: stores.map((store) => store.store_id),
	}));
}

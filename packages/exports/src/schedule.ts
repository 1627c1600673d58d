import {
	addExportRuns,
	type Database,
	dueExport,
	type ExportTemplate,
	memberOf,
	moveExportSchedule,
	type Scope,
	type ScheduleStand,
	writeAudit,
} from '@pangea/db';
import { allows, columnsOf, exportDays, hasDays, nextExport, type Powers, REPORT_RULES, type Role, sees } from '@pangea/domain';

export interface ScheduleServices {
	database: Database;
	now: () => Date;
	/** Sends the job that writes a run's file, with the transaction. */
	write: (scope: Scope, runId: string) => Promise<void>;
	/** Tells screens that a run changed; the last write of its transaction. */
	tell: (scope: Scope, runId: string) => Promise<void>;
}

/**
 * Asks for the files of every schedule that is due. Runs, their jobs and the next time are one transaction: who dies on the way has asked for
 * nothing, and nothing is asked for twice. What a file about the period before tells is made up for each time that was slept through; what tells the present is made once.
 */
export async function askDueExports(services: ScheduleServices, signal: AbortSignal): Promise<number> {
	let asked = 0;
	for (const workspaceId of await services.database.workspaceIds())
		while (!signal.aborted && (await services.database.inWorkspace(workspaceId, (scope) => askNext(services, scope)))) asked++;
	return asked;
}

/** @returns false where none is due */
async function askNext(services: ScheduleServices, scope: Scope): Promise<boolean> {
	const now = services.now();
	const due = await dueExport(scope, now.toISOString());
	if (!due) return false;
	const { template, schedule } = due;
	const dueAt = schedule.covers === 'all' || !hasDays(template.report) ? latestOf(schedule, now) : schedule.nextAt;
	const runIds = await addRuns(scope, template, schedule, dueAt, now);
	const { templateId } = template;
	await moveExportSchedule(scope, templateId, { lastAt: dueAt, nextAt: nextExport(schedule, dueAt), refused: runIds.length === 0 });
	for (const runId of runIds) {
		await services.write(scope, runId);
		await writeAudit(scope, {
			userId: template.userId,
			action: 'exports.scheduled',
			subject: runId,
			subjectName: template.name,
			facts: { name: template.format },
		});
	}
	const [first] = runIds;
	if (first !== undefined) await services.tell(scope, first);
	return true;
}

/** The last time of a schedule that is not in the future. */
function latestOf(schedule: ScheduleStand, now: Date): string {
	let at = schedule.nextAt;
	for (let next = nextExport(schedule, at); next <= now.toISOString(); next = nextExport(schedule, next)) at = next;
	return at;
}

/** By what the member may and sees now, not when the schedule was made. */
async function addRuns(scope: Scope, template: ExportTemplate, schedule: ScheduleStand, dueAt: string, now: Date): Promise<string[]> {
	const member = await memberOf(scope, template.userId);
	if (!member) return [];
	const powers: Powers = { role: member.role as Role, fields: member.fields };
	const { report, columns: ids, filter, templateId } = template;
	if (!allows(powers, REPORT_RULES[report].permission)) return [];
	const columns = columnsOf(report, ids.length === 0 ? null : ids).filter((one) => one.field === null || sees(powers, one.field));
	if (columns.length === 0) return [];
	const days = schedule.covers === 'period' && hasDays(report) ? { days: exportDays(schedule, dueAt) } : {};
	return await addExportRuns(scope, {
		...template,
		columns,
		filter: { ...filter, ...days, storeScope: member.store_scope },
		now,
		template: { templateId, dueAt },
	});
}

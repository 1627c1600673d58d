import {
	addExportRuns,
	exportTemplate,
	exportTemplates,
	exportRunsOf,
	hasDestination,
	removeExportTemplate,
	saveExportTemplate,
	type Scope,
	setExportSchedule,
	writeAudit,
} from '@pangea/db';
import { columnsOf, EXPORT_COVERS, EXPORT_EVERY, EXPORT_FORMATS, nextExport, REPORT_IDS } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { orderView } from '../orders/orders.router.ts';
import { problem } from '../problem.ts';
import { type Member, memberProcedure } from '../trpc.ts';
import { isZone } from '../zone.ts';
import type { ExportTemplateView } from './shapes.ts';
import { requireFilter, requireReport, seenColumns } from './sight.ts';

export const MOST_WAITING = 20;
const MOST_TEMPLATES = 100;

const zone = z.string().max(60).refine(isZone);

const templateInput = z.object({
	/** Ours to make, so that saving twice is saving once. */
	templateId: z.uuid(),
	name: z.string().trim().min(1).max(80),
	report: z.enum(REPORT_IDS),
	format: z.enum(EXPORT_FORMATS),
	/** In the order of the file; none: every column that the member sees. */
	columns: z.array(z.string().max(40)).max(60),
	filter: orderView,
	zone,
	byteOrderMark: z.boolean(),
	together: z.boolean(),
});

const scheduleInput = z.object({
	every: z.enum(EXPORT_EVERY),
	weekday: z.int().min(1).max(7),
	monthDay: z.int().min(1).max(31),
	time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
	zone,
	covers: z.enum(EXPORT_COVERS),
	announce: z.boolean(),
	/** Where the files are brought besides being kept. */
	destinationId: z.uuid().nullable().default(null),
});

/** What a member asks for again and again, and when it is made by itself. */
export const templateProcedures = {
	/** One's own, by name. */
	templates: memberProcedure('orders.read').query(async ({ ctx: { member } }): Promise<ExportTemplateView[]> => {
		return await member.scoped((scope) => exportTemplates(scope, member.user.id));
	}),

	saveTemplate: memberProcedure('orders.read')
		.input(templateInput)
		.mutation(
			async ({ ctx: { member }, input }) =>
				await member.scoped(async (scope) => {
					requireReport(member, input.report);
					requireFilter(input.report, input.filter);
					const own = await exportTemplates(scope, member.user.id);
					if (own.length >= MOST_TEMPLATES && !own.some((one) => one.templateId === input.templateId)) throw problem('tooManyTemplates');
					// A column that is none of the report's, or not the member's to see, is no column of the template.
					const columns =
						input.columns.length === 0 ? [] : seenColumns(member, columnsOf(input.report, input.columns)).map((one) => one.id);
					for (const storeId of input.filter.stores ?? []) member.requireStore(storeId);
					const saved = await saveExportTemplate(scope, { ...input, columns, userId: member.user.id });
					if (!saved) throw problem('templateTaken');
					await writeAudit(scope, {
						userId: member.user.id,
						action: 'exports.saveTemplate',
						subject: input.templateId,
						subjectName: input.name,
						facts: { count: columns.length, name: input.format },
					});
					await tell(scope);
					return { templateId: input.templateId };
				}),
		),

	removeTemplate: memberProcedure('orders.read')
		.input(z.object({ templateId: z.uuid() }))
		.mutation(
			async ({ ctx: { member }, input: { templateId } }) =>
				await member.scoped(async (scope) => {
					const name = await removeExportTemplate(scope, member.user.id, templateId);
					if (name === undefined) throw problem('notFound');
					await writeAudit(scope, { userId: member.user.id, action: 'exports.removeTemplate', subject: templateId, subjectName: name });
					await tell(scope);
					return { removed: true };
				}),
		),

	/** Asks for the files of a template now. */
	make: memberProcedure('orders.read')
		.input(z.object({ templateId: z.uuid() }))
		.mutation(
			async ({ ctx: { member }, input: { templateId } }): Promise<{ runIds: string[] }> =>
				await member.scoped(async (scope) => {
					const template = await own(scope, member, templateId);
					requireReport(member, template.report);
					const waiting = (await exportRunsOf(scope, member.user.id)).filter((run) => run.state === 'waiting' || run.state === 'running');
					if (waiting.length >= MOST_WAITING) throw problem('tooManyExports');
					const named = template.columns.length === 0 ? null : template.columns;
					const runIds = await addExportRuns(scope, {
						...template,
						columns: seenColumns(member, columnsOf(template.report, named)),
						filter: { ...template.filter, storeScope: member.storeScope },
						now: member.services.now(),
						template: { templateId, dueAt: null },
					});
					if (runIds.length === 0) throw problem('inputWrong', { field: 'stores' });
					for (const runId of runIds) await member.services.operations.writeExport(scope, runId);
					await writeAudit(
						scope,
						...runIds.map((runId) => ({
							userId: member.user.id,
							action: 'exports.ask' as const,
							subject: runId,
							subjectName: template.report,
							facts: { name: template.format },
						})),
					);
					await recordEvent(scope, { kind: 'export.changed', storeId: null, ids: runIds });
					return { runIds };
				}),
		),

	/** When the files of a template are made by themselves; null: no more. */
	schedule: memberProcedure('orders.read')
		.input(z.object({ templateId: z.uuid(), schedule: scheduleInput.nullable() }))
		.mutation(
			async ({ ctx: { member }, input: { templateId, schedule } }): Promise<{ nextAt: string | null }> =>
				await member.scoped(async (scope) => {
					const template = await own(scope, member, templateId);
					if (schedule?.destinationId && !(await hasDestination(scope, schedule.destinationId))) throw problem('notFound');
					const nextAt = schedule && nextExport(schedule, member.services.now().toISOString());
					await setExportSchedule(scope, templateId, schedule && nextAt ? { ...schedule, nextAt } : null);
					await writeAudit(scope, {
						userId: member.user.id,
						action: 'exports.schedule',
						subject: templateId,
						subjectName: template.name,
						...(schedule && { facts: { name: schedule.every } }),
					});
					await tell(scope);
					return { nextAt };
				}),
		),
};

/** @throws notFound for another member's */
async function own(scope: Scope, member: Member, templateId: string) {
	const template = await exportTemplate(scope, member.user.id, templateId);
	if (!template) throw problem('notFound');
	return template;
}

async function tell(scope: Scope): Promise<void> {
	await recordEvent(scope, { kind: 'export.changed', storeId: null, ids: [] });
}

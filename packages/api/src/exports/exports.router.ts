import { addExportRuns, endExport, type ExportRun, exportRunsOf, sendAgain, type Sending, sendingsOf, writeAudit } from '@pangea/db';
import { columnsOf, EXPORT_FORMATS, REPORT_IDS, REPORT_RULES } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { orderView } from '../orders/orders.router.ts';
import { problem } from '../problem.ts';
import { memberProcedure, router } from '../trpc.ts';
import { isZone } from '../zone.ts';
import { linkTo } from './link.ts';
import type { ExportView } from './shapes.ts';
import { ownRun, requireFilter, requireReport, requireSight, seenColumns } from './sight.ts';
import { MOST_WAITING, templateProcedures } from './template-procedures.ts';

const MOST_CHOSEN = 10_000;

const askInput = z.object({
	report: z.enum(REPORT_IDS),
	format: z.enum(EXPORT_FORMATS),
	/** None named: every column that the member sees. */
	columns: z.array(z.string().max(40)).min(1).max(60).optional(),
	filter: orderView,
	/** These of the filter's orders alone. */
	orderIds: z.array(z.uuid()).min(1).max(MOST_CHOSEN).optional(),
	zone: z.string().max(60).refine(isZone),
	byteOrderMark: z.boolean().default(true),
	/** One file over all; else each company's stores, or each store, get a file of their own, as the report has it. */
	together: z.boolean().default(false),
});

export const exportsRouter = router({
	...templateProcedures,

	/** One's own, newest first. */
	list: memberProcedure('orders.read').query(
		async ({ ctx: { member } }): Promise<ExportView[]> =>
			await member.scoped(async (scope) => {
				const runs = await exportRunsOf(scope, member.user.id);
				const sendings = await sendingsOf(
					scope,
					runs.map(({ runId }) => runId),
				);
				return runs.map((run) => toView(run, sendings.get(run.runId) ?? null));
			}),
	),

	ask: memberProcedure('orders.read')
		.input(askInput)
		.mutation(
			async ({ ctx: { member }, input }): Promise<{ runIds: string[] }> =>
				member.scoped(async (scope) => {
					requireReport(member, input.report);
					requireFilter(input.report, { ...input.filter, orderIds: input.orderIds });
					const columns = seenColumns(member, columnsOf(input.report, input.columns));
					const waiting = (await exportRunsOf(scope, member.user.id)).filter((run) => run.state === 'waiting' || run.state === 'running');
					if (waiting.length >= MOST_WAITING) throw problem('tooManyExports');
					const runIds = await addExportRuns(scope, {
						...input,
						columns,
						userId: member.user.id,
						filter: { ...input.filter, ...(input.orderIds && { orderIds: input.orderIds }), storeScope: member.storeScope },
						now: member.services.now(),
					});
					if (runIds.length === 0) throw problem('inputWrong', { field: 'stores' });
					for (const runId of runIds) await member.services.operations.writeExport(scope, runId);
					await writeAudit(
						scope,
						...runIds.map((runId) => ({
							userId: member.user.id,
							action: 'exports.ask' as const,
							subject: runId,
							subjectName: input.report,
							facts: { count: columns.length, name: input.format },
						})),
					);
					await recordEvent(scope, { kind: 'export.changed', storeId: null, ids: runIds });
					return { runIds };
				}),
		),

	cancel: memberProcedure('orders.read')
		.input(z.object({ runId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { runId } }) =>
			member.scoped(async (scope) => {
				const run = await ownRun(scope, member, runId);
				const cancelled = await endExport(scope, runId, 'cancelled', null);
				if (!cancelled) return { cancelled };
				await writeAudit(scope, { userId: member.user.id, action: 'exports.cancel', subject: runId, subjectName: run.report });
				await recordEvent(scope, { kind: 'export.changed', storeId: null, ids: [runId] });
				return { cancelled };
			}),
		),

	/** Brings a file to its destination once more; false where it goes nowhere, or is there. @throws notFound */
	sendAgain: memberProcedure('orders.read')
		.input(z.object({ runId: z.uuid() }))
		.mutation(
			async ({ ctx: { member }, input: { runId } }) =>
				await member.scoped(async (scope) => {
					const run = await ownRun(scope, member, runId);
					requireSight(member, run);
					if (!(await sendAgain(scope, runId))) return { sent: false };
					await member.services.operations.sendExport(scope, runId);
					await writeAudit(scope, { userId: member.user.id, action: 'exports.sendAgain', subject: runId, subjectName: run.report });
					await recordEvent(scope, { kind: 'export.changed', storeId: null, ids: [runId] });
					return { sent: true };
				}),
		),

	/** An address that gives the file for some minutes, to this member alone and while nothing of what the file tells was taken from them. */
	link: memberProcedure('orders.read')
		.input(z.object({ runId: z.uuid() }))
		.mutation(
			async ({ ctx: { member }, input: { runId } }): Promise<{ address: string }> =>
				member.scoped(async (scope) => {
					const run = await ownRun(scope, member, runId);
					requireSight(member, run);
					await writeAudit(scope, { userId: member.user.id, action: 'exports.link', subject: runId, subjectName: run.report });
					return { address: linkTo(member, runId) };
				}),
		),
});

function toView(run: ExportRun, sending: Sending | null): ExportView {
	return {
		runId: run.runId,
		report: run.report,
		format: run.format,
		state: run.state,
		columns: run.columns.length,
		stores: run.storeIds.length,
		company: run.entity,
		storeId: REPORT_RULES[run.report].apart === 'store' && run.storeIds.length === 1 ? (run.storeIds[0] ?? null) : null,
		rows: run.rows,
		total: run.total,
		fileName: run.fileName,
		fileSize: run.fileSize,
		sha256: run.sha256,
		errorCode: run.errorCode,
		askedAt: run.askedAt,
		endedAt: run.endedAt,
		expiresAt: run.expiresAt,
		dueAt: run.dueAt,
		sending,
	};
}

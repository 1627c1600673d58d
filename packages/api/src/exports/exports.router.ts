import { addExportRun, chosenStoreIds, endExport, type ExportRun, exportRunsOf, type Scope, storesByEntity, writeAudit } from '@pangea/db';
import { columnsOf, EXPORT_FORMATS, REPORT_IDS, type ReportColumn } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { orderView } from '../orders/orders.router.ts';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { isZone } from '../zone.ts';
import { linkTo } from './link.ts';
import type { ExportView } from './shapes.ts';
import { ownRun, requireSight } from './sight.ts';

const MOST_WAITING = 20;
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
	/** One file over all companies; else each company's stores get a file of their own. */
	together: z.boolean().default(false),
});

export const exportsRouter = router({
	/** One's own, newest first. */
	list: memberProcedure('orders.read').query(
		async ({ ctx: { member } }): Promise<ExportView[]> => (await member.scoped((scope) => exportRunsOf(scope, member.user.id))).map(toView),
	),

	ask: memberProcedure('orders.read')
		.input(askInput)
		.mutation(
			async ({ ctx: { member }, input }): Promise<{ runIds: string[] }> =>
				member.scoped(async (scope) => {
					const columns = seenColumns(member, columnsOf(input.report, input.columns));
					const waiting = (await exportRunsOf(scope, member.user.id)).filter((run) => run.state === 'waiting' || run.state === 'running');
					if (waiting.length >= MOST_WAITING) throw problem('tooManyExports');
					const runIds: string[] = [];
					for (const { entity, storeIds } of await parts(scope, member, input)) {
						const runId = uuid();
						await addExportRun(scope, {
							runId,
							userId: member.user.id,
							entity,
							storeIds,
							report: input.report,
							format: input.format,
							columns: columns.map((one) => one.id),
							fields: [...new Set(columns.flatMap((one) => one.field ?? []))],
							question: { ...kept(input, member.services.now()), zone: input.zone, byteOrderMark: input.byteOrderMark },
						});
						await member.services.operations.writeExport(scope, runId);
						runIds.push(runId);
					}
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

/** @throws inputWrong where nothing is left of what was chosen. */
function seenColumns(member: Member, columns: readonly ReportColumn[]): readonly ReportColumn[] {
	const seen = columns.filter((one) => one.field === null || member.sees(one.field));
	if (seen.length === 0) throw problem('inputWrong', { field: 'columns' });
	return seen;
}

async function parts(
	scope: Scope,
	member: Member,
	{ filter, together }: z.infer<typeof askInput>,
): Promise<{ entity: string | null; storeIds: string[] }[]> {
	const storeIds = await chosenStoreIds(scope, { ...filter, storeScope: member.storeScope });
	if (storeIds.length === 0) throw problem('inputWrong', { field: 'stores' });
	if (together) return [{ entity: null, storeIds }];
	return [...(await storesByEntity(scope, storeIds))].map(([entity, of]) => ({ entity, storeIds: of }));
}

/** The stores are worked out already; what is late or due is so from the moment of asking. */
function kept({ filter, orderIds }: z.infer<typeof askInput>, now: Date) {
	const { stores: _s, platforms: _p, entities: _e, groups: _g, owners: _o, ...rest } = filter;
	const due = rest.attention === 'late' || rest.attention === 'soon';
	return { filter: { ...rest, ...(orderIds && { orderIds }), ...(due && { at: now.toISOString() }) } };
}

function toView(run: ExportRun): ExportView {
	return {
		runId: run.runId,
		report: run.report,
		format: run.format,
		state: run.state,
		columns: run.columns.length,
		stores: run.storeIds.length,
		company: run.entity,
		rows: run.rows,
		total: run.total,
		fileName: run.fileName,
		fileSize: run.fileSize,
		sha256: run.sha256,
		errorCode: run.errorCode,
		askedAt: run.askedAt,
		endedAt: run.endedAt,
		expiresAt: run.expiresAt,
	};
}

import { type ExportFormat, REPORT_RULES, type ReportColumn, type ReportId } from '@pangea/domain';
import { v7 as uuid } from 'uuid';
import type { Scope } from '../database.ts';
import { addExportRun, storesByEntity } from './export-run.ts';
import { chosenStoreIds } from './order-list.ts';
import type { ReportQuestion } from './report-question.ts';

/** What a member, or a schedule of theirs, wants as files. */
export interface ExportWish {
	userId: string;
	report: ReportId;
	format: ExportFormat;
	/** Those that the member sees. */
	columns: readonly ReportColumn[];
	/** With the member's own limit of stores. */
	filter: ReportQuestion;
	zone: string;
	byteOrderMark: boolean;
	/** One file over all; else each company's stores, or each store, get a file of their own, as the report has it. */
	together: boolean;
	/** What is late or due is so from then on. */
	now: Date;
	/** The template that it is made from, and the time of its schedule that it is of. */
	template?: { templateId: string; dueAt: string | null };
}

/** Adds the runs of a wish; their files are written by jobs. @returns their ids, none where no store is left */
export async function addExportRuns(scope: Scope, wish: ExportWish): Promise<string[]> {
	const storeIds = await chosenStoreIds(scope, wish.filter);
	if (storeIds.length === 0) return [];
	const runIds: string[] = [];
	for (const { entity, of } of await partsOf(scope, wish, storeIds)) {
		const runId = uuid();
		await addExportRun(scope, {
			runId,
			userId: wish.userId,
			entity,
			storeIds: of,
			report: wish.report,
			format: wish.format,
			columns: wish.columns.map((one) => one.id),
			fields: [...new Set(wish.columns.flatMap((one) => one.field ?? []))],
			question: { filter: kept(wish), zone: wish.zone, byteOrderMark: wish.byteOrderMark },
			...wish.template,
		});
		runIds.push(runId);
	}
	return runIds;
}

/** Which stores share a file. */
async function partsOf(
	scope: Scope,
	{ together, report }: ExportWish,
	storeIds: string[],
): Promise<{ entity: string | null; of: string[] }[]> {
	if (together) return [{ entity: null, of: storeIds }];
	const companies = [...(await storesByEntity(scope, storeIds))].map(([entity, of]) => ({ entity, of }));
	if (REPORT_RULES[report].apart === 'company') return companies;
	return companies.flatMap(({ entity, of }) => of.map((storeId) => ({ entity, of: [storeId] })));
}

/** The stores are worked out already. */
function kept({ filter, now, report }: ExportWish): Omit<ReportQuestion, 'storeScope' | 'stores'> {
	const { storeScope: _m, stores: _s, platforms: _p, entities: _e, groups: _g, owners: _o, ...rest } = filter;
	const due = rest.attention === 'late' || rest.attention === 'soon';
	return { ...rest, ...((due || REPORT_RULES[report].of === 'waits') && { at: now.toISOString() }) };
}

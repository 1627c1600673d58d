import { type ExportRun, exportRun, type Scope } from '@pangea/db';
import { allows, foreignFilters, REPORT_RULES, type ReportColumn, type ReportId } from '@pangea/domain';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';

/** @throws notFound for another member's. */
export async function ownRun(scope: Scope, member: Member, runId: string): Promise<ExportRun> {
	const run = await exportRun(scope, runId);
	if (run?.userId !== member.user.id) throw problem('notFound');
	return run;
}

/** @throws notAllowed where the member may not read what the report's rows are of */
export function requireReport(member: Pick<Member, 'powers'>, report: ReportId): void {
	const { permission } = REPORT_RULES[report];
	if (!allows(member.powers, permission)) throw problem('notAllowed', { permission });
}

/** @throws inputWrong for what the report's rows cannot be narrowed by */
export function requireFilter(report: ReportId, filter: Readonly<Record<string, unknown>>): void {
	const [foreign] = foreignFilters(report, filter);
	if (foreign !== undefined) throw problem('inputWrong', { field: foreign });
}

/** @throws notFound unless there is a file and the member may still see all that it tells. */
export function requireSight(member: Member, run: ExportRun): void {
	const past = run.expiresAt === null || Date.parse(run.expiresAt) <= member.services.now().getTime();
	if (run.state !== 'done' || past) throw problem('notFound');
	requireReport(member, run.report);
	for (const field of run.fields) if (!member.sees(field)) throw problem('notAllowed', { permission: `fields.${field}` });
	for (const storeId of run.storeIds) member.requireStore(storeId);
}

/** @throws inputWrong where nothing is left of what was chosen. */
export function seenColumns(member: Pick<Member, 'sees'>, columns: readonly ReportColumn[]): readonly ReportColumn[] {
	const seen = columns.filter((one) => one.field === null || member.sees(one.field));
	if (seen.length === 0) throw problem('inputWrong', { field: 'columns' });
	return seen;
}

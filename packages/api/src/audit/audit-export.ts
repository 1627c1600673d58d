import { listAudit, workspaceOf, writeAudit } from '@pangea/db';
import { localTime } from '@pangea/domain';
import type { Services, SessionUser } from '../context.ts';
import { csvOf } from '../csv.ts';
import { problem } from '../problem.ts';
import type { AuditView } from './shapes.ts';
import { memberFor } from '../trpc.ts';
import { auditFilter, filterFor } from './audit.router.ts';
import { toAudit } from './audit.view.ts';

/** So many records are held in memory at once. */
const BUNCH = 1_000;

const HEADER = [
	'time_utc',
	'time_local',
	'time_zone',
	'member_id',
	'member',
	'action',
	'subject_id',
	'subject',
	'stores',
	'before',
	'after',
	'details',
	'record_id',
] as const;

export interface Download {
	fileName: string;
	/** Pieces of the file. */
	body: AsyncIterable<string>;
}

/**
 * What the filter shows of the trail, as a CSV file, newest first, up to the moment it was asked for. It is read page by page in short
 * transactions: the trail only grows, so the pages are as one look at it, and a slow download holds no connection. That somebody took it
 * stands in the trail before the first piece.
 * @param query the filter's fields, from an address
 * @throws TRPCError with a problem: not signed in, no member, not allowed, a field that is wrong
 */
export async function exportAudit(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
): Promise<Download> {
	const member = await memberFor(services, user, workspaceId, 'audit.read');
	const parsed = auditFilter.strict().safeParse(query);
	if (!parsed.success) throw problem('inputWrong', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
	const filter = parsed.data;
	const { workspace, newest } = await member.scoped(async (scope) => {
		const [first] = (await listAudit(scope, { ...filterFor(member.storeScope, filter), limit: 1 })).rows;
		await writeAudit(scope, {
			userId: member.user.id,
			action: 'audit.export',
			subject: 'audit',
			facts: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)),
		});
		return { workspace: await workspaceOf(scope), newest: first?.at ?? null };
	});
	const zone = workspace?.zone ?? 'UTC';
	// One's own record of this download, and what comes after it, are not in the file.
	const until = newest === null ? undefined : new Date(Date.parse(newest) + 1).toISOString();
	async function* bunches(): AsyncGenerator<string[][]> {
		if (until === undefined) return;
		const asked = { ...filterFor(member.storeScope, filter), until, limit: BUNCH };
		for (let after: string | undefined; ; ) {
			const { rows, next } = await member.scoped((scope) => listAudit(scope, { ...asked, after }));
			yield rows.map((row) => cells(toAudit(row), zone));
			if (next === null) return;
			after = next;
		}
	}
	const day = services.now().toISOString().slice(0, 10);
	return { fileName: `pangea-audit-${day}.csv`, body: csvOf(HEADER, bunches()) };
}

function cells(view: AuditView, zone: string): string[] {
	const sideOf = (side: 'before' | 'after') =>
		view.changes.flatMap((change) => (change[side] === undefined ? [] : [[change.field, change[side]] as const]));
	return [
		view.at,
		localTime(view.at, zone),
		zone,
		view.member?.userId ?? '',
		view.member?.name ?? '',
		view.action,
		view.subject,
		view.subjectName ?? '',
		view.stores.join('; '),
		json(sideOf('before')),
		json(sideOf('after')),
		json(view.facts.map((fact) => [fact.field, fact.value] as const)),
		view.auditId,
	];
}

function json(fields: (readonly [string, unknown])[]): string {
	return fields.length === 0 ? '' : JSON.stringify(Object.fromEntries(fields));
}

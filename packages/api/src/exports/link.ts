import { timingSafeEqual } from 'node:crypto';
import type { ExportFormat } from '@pangea/domain';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import { ownRun, requireSight } from './sight.ts';

/** So long an address gives the file. */
const LINK_MINUTES = 10;

/** A path with everything that the file's door asks for. It says who it was made for, and is no good for anybody else. */
export function linkTo(member: Pick<Member, 'services' | 'workspaceId' | 'user'>, runId: string): string {
	const until = String(member.services.now().getTime() + LINK_MINUTES * 60_000);
	const signature = member.services.sign(signed(member.workspaceId, runId, member.user.id, until));
	return `/download/export?${new URLSearchParams({ workspace: member.workspaceId, run: runId, until, signature }).toString()}`;
}

const linkQuery = z.object({ run: z.uuid(), until: z.string().regex(/^\d{13}$/), signature: z.string().max(100) });

export interface ExportToDownload {
	workspaceId: string;
	runId: string;
	fileName: string;
	fileSize: number;
	type: string;
}

/**
 * What a link leads to, for the member it was made for.
 * @throws TRPCError with a problem: exportLinkOver; what any door of a workspace throws; notFound or notAllowed where the member may no longer see all of it
 */
export async function openExport(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
): Promise<ExportToDownload> {
	const member = await memberFor(services, user, workspaceId, 'orders.read');
	const parsed = linkQuery.safeParse(query);
	if (!parsed.success) throw problem('exportLinkOver');
	const { run: runId, until, signature } = parsed.data;
	const right = Buffer.from(services.sign(signed(member.workspaceId, runId, member.user.id, until)));
	const said = Buffer.from(signature);
	if (right.length !== said.length || !timingSafeEqual(right, said) || Number(until) <= services.now().getTime())
		throw problem('exportLinkOver');
	const run = await member.scoped((scope) => ownRun(scope, member, runId));
	requireSight(member, run);
	return { workspaceId: member.workspaceId, runId, fileName: run.fileName ?? runId, fileSize: run.fileSize ?? 0, type: TYPES[run.format] };
}

const TYPES: Record<ExportFormat, string> = {
	csv: 'application/zip',
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	parquet: 'application/vnd.apache.parquet',
};

function signed(...parts: string[]): string {
	return `export\n${parts.join('\n')}`;
}

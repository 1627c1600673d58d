import { type Scope, workspaceOf } from '@pangea/db';
import { localDay } from '@pangea/domain';
import type { Member } from '../trpc.ts';

/** The workspace's calendar day, ISO. */
export async function todayOf(scope: Scope, member: Member): Promise<string> {
	const workspace = await workspaceOf(scope);
	return localDay(member.services.now().toISOString(), workspace?.zone ?? 'UTC');
}

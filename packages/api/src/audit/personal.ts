import { type Database, writeAudit } from '@pangea/db';
import type { AuditAction, AuditFields } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';

/**
 * Writes what a person did about the way into their account into the trail of every workspace they belong to, and lets the workspaces' sockets
 * be looked at again. Not in one transaction with the deed: the auth library keeps its own.
 */
export async function recordPersonal(database: Database, userId: string, action: AuditAction, facts: AuditFields = {}): Promise<void> {
	for (const { workspaceId } of await database.membershipsOf(userId))
		await database.inWorkspace(workspaceId, async (scope) => {
			await writeAudit(scope, { userId, action, subject: userId, facts });
			await recordEvent(scope, { kind: 'member.changed', storeId: null, ids: [] });
		});
}

import type { WorkspaceEvent } from '@pangea/domain';

/** The event as a member with this store scope may know it: outside the scope only its number remains. */
export function hideOutside(event: WorkspaceEvent, storeScope: readonly string[] | null): WorkspaceEvent {
	if (storeScope === null || event.storeId === null || storeScope.includes(event.storeId)) return event;
	return { seq: event.seq, kind: 'hidden', storeId: null, ids: [], at: event.at };
}

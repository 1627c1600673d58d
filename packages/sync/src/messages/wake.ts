import { type Scope, wakeConversations } from '@pangea/db';
import type { Instant } from '@pangea/domain';
import { conversationsWake } from '@pangea/jobs';
import { recordEvent } from '@pangea/realtime';
import type { Engine } from '../engine.ts';

/** Sends the waking of conversations that sleep until an instant, with the scope's commit. */
export async function wakeAt(engine: Engine, scope: Scope, until: Instant): Promise<void> {
	// A little later, so that the job never comes before its time and finds nobody awake.
	const startAfterSeconds = Math.max(0, Math.ceil((Date.parse(until) - engine.now().getTime()) / 1000)) + 1;
	await engine.jobs.enqueue(conversationsWake, { workspaceId: scope.workspaceId }, { scope, startAfterSeconds });
}

/** Opens conversations whose sleep is over, and tells all who look at them. */
export async function wakeDue(engine: Engine, workspaceId: string): Promise<void> {
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		const woken = await wakeConversations(scope, engine.now().toISOString());
		for (const [storeId, ids] of woken) await recordEvent(scope, { kind: 'conversation.changed', storeId, ids });
	});
}

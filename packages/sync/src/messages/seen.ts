import { conversationRows } from '@pangea/db';
import { NotActiveError } from '@pangea/domain';
import { PlatformError } from '@pangea/platform-contract';
import type { Engine } from '../engine.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { ofMessages } from './pull.ts';

/**
 * Tells the platform that a person has seen a conversation, where it keeps such a mark. A stop of writes stops this too; then, and where the
 * platform says no, the mark there stays as it is: nobody waits for it.
 * @throws PlatformError kinds `unavailable` and `unexpected`, for the job's back-off.
 */
export async function tellSeen(
	engine: Engine,
	{ workspaceId, conversationId }: { workspaceId: string; conversationId: string },
	signal: AbortSignal,
): Promise<StoreRun<void>> {
	const [conversation] = await engine.database.inWorkspace(workspaceId, (scope) => conversationRows(scope, null, [conversationId]));
	if (!conversation) return { state: 'done', value: undefined };
	return await withStore(engine, { workspaceId, storeId: conversation.store_id }, { signal, urgent: false }, async (store) => {
		try {
			await ofMessages(store).messages.markRead?.(store.context, conversation.external_id);
		} catch (error) {
			if (error instanceof NotActiveError && error.reason === 'writesStopped') return;
			if (error instanceof PlatformError && ['rejected', 'notFound', 'forbidden'].includes(error.kind)) {
				engine.log.warn({ storeId: conversation.store_id, err: error }, 'the platform did not take the mark of what was seen');
				return;
			}
			throw error;
		}
	});
}

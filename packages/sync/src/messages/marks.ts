import { hasUnmarked, markMessages, type Scope, unmarkedMessages } from '@pangea/db';
import { type ConversationFace, type MessageBody, searchMarks } from '@pangea/domain';
import { messagesMark } from '@pangea/jobs';
import type { SealedBox } from '@pangea/vault';
import type { Engine } from '../engine.ts';
import { openBody, openFace } from './bodies.ts';

/** In one transaction; small, so that who writes to one of them does not wait. */
const BATCH = 200;
/** After so long the job gives its place to others and comes again. */
const SLICE_MILLIS = 5000;

/** The digests that a message is found by: its own words and ids, and who and what its conversation is about. */
export function marksOf(
	box: SealedBox,
	{ body, face, ids }: { body: MessageBody; face: Pick<ConversationFace, 'buyerName' | 'subject'>; ids: readonly (string | null)[] },
): string[] {
	const files = (body.attachments ?? []).map((file) => file.name);
	return box.digests(searchMarks([...ids, face.buyerName, face.subject, ...files, body.text]));
}

/** Sends the marking of a workspace's messages where some wait for it, with the scope's commit. */
export async function markIfDue(engine: Engine, scope: Scope): Promise<void> {
	if (await hasUnmarked(scope)) await engine.jobs.enqueue(messagesMark, { workspaceId: scope.workspaceId }, { scope });
}

/**
 * Works out what messages are found by that have no marks yet, or those of a former key or name. Each batch is its own transaction: killed
 * anywhere, the next run does the rest.
 * @returns whether there is more to do
 */
export async function markWaiting(
	engine: Pick<Engine, 'database' | 'keys' | 'log'>,
	workspaceId: string,
	signal: AbortSignal,
): Promise<'done' | 'more'> {
	const until = Date.now() + SLICE_MILLIS;
	for (;;) {
		const box = await engine.keys.box(workspaceId);
		const count = await engine.database.inWorkspace(workspaceId, async (scope) => {
			const waiting = await unmarkedMessages(scope, BATCH);
			const marked = waiting.map(({ messageId, conversationId, sealed, face, ...ids }) => {
				try {
					const words = { body: openBody(box, messageId, sealed), face: openFace(box, conversationId, face) };
					return {
						messageId,
						marks: marksOf(box, { ...words, ids: [ids.externalOrderId, ids.externalListingId, ids.conversationOrderId] }),
					};
				} catch (error) {
					// One that cannot be opened must not keep all others from being found.
					engine.log.error({ workspaceId, messageId, err: error }, 'a message cannot be opened, so no search finds it');
					return { messageId, marks: [] };
				}
			});
			await markMessages(scope, marked);
			return waiting.length;
		});
		if (count < BATCH) return 'done';
		if (signal.aborted || Date.now() > until) return 'more';
	}
}

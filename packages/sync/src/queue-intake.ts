import type { PlatformId } from '@pangea/domain';
import { PlatformError, sleepFor } from '@pangea/platform-contract';
import { createAppContext } from './context.ts';
import { adapterOf, type Engine } from './engine.ts';
import { keepTidings } from './intake.ts';

/**
 * Empties a platform's queue for a workspace until the signal aborts: every message is kept durably before it is acknowledged, so a
 * crash between the two brings it again and the delivery id tells the repeat.
 */
export async function runQueueIntake(
	engine: Engine,
	to: { workspaceId: string; platform: PlatformId },
	signal: AbortSignal,
): Promise<void> {
	const adapter = adapterOf(engine, to.platform);
	if (!adapter.queue) return;
	while (!signal.aborted) {
		try {
			const context = await createAppContext(
				engine,
				{ workspaceId: to.workspaceId, connectionId: null, storeId: null, adapter },
				{ signal, urgent: true },
			);
			for (const message of await adapter.queue.receive(context, engine.options.queueWaitSeconds)) {
				await keepTidings(engine, to, message.tidings, message.raw);
				await message.acknowledge();
			}
		} catch (error) {
			if (signal.aborted) return;
			const kind = error instanceof PlatformError ? error.kind : 'internal';
			engine.log.warn({ ...to, kind, err: error }, 'the queue could not be read');
			await sleepFor(engine.options.queueRestSeconds * 1000, signal).catch(() => {});
		}
	}
}

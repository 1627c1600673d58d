import type { WaitReader } from '@pangea/db';
import { isPlatformId } from '@pangea/domain';
import type { Engine } from '../engine.ts';
import { openBody } from './bodies.ts';

/** The rules of the platforms that are installed, and a workspace's own words. */
export async function waitReader(engine: Pick<Engine, 'registry' | 'keys'>, workspaceId: string): Promise<WaitReader> {
	const box = await engine.keys.box(workspaceId);
	return {
		rulesOf: (platform) => (isPlatformId(platform) ? (engine.registry.get(platform)?.manifest.replyClocks ?? []) : []),
		bodyOf: (messageId, sealed) => openBody(box, messageId, sealed),
	};
}

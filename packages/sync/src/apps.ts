import { appCredential, type Database } from '@pangea/db';
import type { AppCredentials } from '@pangea/platform-contract';
import { type Keyring, PLACES } from './keyring.ts';

/** Credentials of apps, kept in memory for moments: every push is verified with them. */
export interface Apps {
	/** What was read in the last seconds. */
	get(workspaceId: string, platform: string): AppCredentials | null;
	/** @returns null when nobody has entered any. */
	read(workspaceId: string, platform: string): Promise<AppCredentials | null>;
}

const KEPT_MILLIS = 5000;

export function createApps(database: Database, keys: Keyring): Apps {
	const kept = new Map<string, { app: AppCredentials; until: number }>();
	return {
		get(workspaceId, platform) {
			const known = kept.get(`${workspaceId} ${platform}`);
			return known && known.until > performance.now() ? known.app : null;
		},
		async read(workspaceId, platform) {
			const sealed = await database.inWorkspace(workspaceId, (scope) => appCredential(scope, platform));
			if (!sealed) {
				kept.delete(`${workspaceId} ${platform}`);
				return null;
			}
			const box = await keys.box(workspaceId);
			const app = JSON.parse(box.open(sealed, PLACES.app(platform)).toString('utf8')) as AppCredentials;
			kept.set(`${workspaceId} ${platform}`, { app, until: performance.now() + KEPT_MILLIS });
			return app;
		},
	};
}

import { type Database, workspaceKey } from '@pangea/db';
import { type MasterKey, newWrappedKey, openBox, type SealedBox } from '@pangea/vault';

/** What sealed bytes are bound to; whoever opens them must name the same place. */
export const PLACES = {
	reply: (packId: string): string => `reply ${packId}`,
	buyer: (orderId: string): string => `buyer ${orderId}`,
	quarantine: (quarantineId: string): string => `quarantine ${quarantineId}`,
	intake: (intakeId: string): string => `intake ${intakeId}`,
	app: (platform: string): string => `app ${platform}`,
	grant: (connectionId: string): string => `grant ${connectionId}`,
};

/** The data keys of workspaces, made on first use and kept in memory once opened. */
export interface Keyring {
	/** @throws VaultError when the configured master key is not the one the workspace's data were encrypted under. */
	box(workspaceId: string): Promise<SealedBox>;
}

export function createKeyring(database: Database, master: MasterKey): Keyring {
	const boxes = new Map<string, Promise<SealedBox>>();
	const open = async (workspaceId: string): Promise<SealedBox> => {
		const key = await database.inWorkspace(workspaceId, (scope) => workspaceKey(scope, () => newWrappedKey(master)));
		return openBox(master, key);
	};
	return {
		box(workspaceId) {
			const known = boxes.get(workspaceId);
			if (known) return known;
			const opening = open(workspaceId);
			boxes.set(workspaceId, opening);
			opening.catch(() => boxes.delete(workspaceId));
			return opening;
		},
	};
}

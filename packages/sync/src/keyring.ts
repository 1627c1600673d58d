import { type Database, dataKeys } from '@pangea/db';
import { type MasterKey, newWrappedKey, openBox, type SealedBox } from '@pangea/vault';

/** What sealed bytes are bound to; whoever opens them must name the same place. */
export const PLACES = {
	reply: (packId: string): string => `reply ${packId}`,
	buyer: (orderId: string): string => `buyer ${orderId}`,
	quarantine: (quarantineId: string): string => `quarantine ${quarantineId}`,
	intake: (intakeId: string): string => `intake ${intakeId}`,
	conversation: (conversationId: string): string => `conversation ${conversationId}`,
	message: (messageId: string): string => `message ${messageId}`,
	fileFacts: (fileId: string): string => `messageFile ${fileId}`,
	fileContent: (fileId: string): string => `messageFileContent ${fileId}`,
	orderMessage: (messageId: string): string => `orderMessage ${messageId}`,
	note: (noteId: string): string => `note ${noteId}`,
	translation: (translationId: string): string => `translation ${translationId}`,
	translator: (translatorId: string): string => `translator ${translatorId}`,
	draft: (draftId: string): string => `draft ${draftId}`,
	channel: (channelId: string): string => `channel ${channelId}`,
	app: (platform: string): string => `app ${platform}`,
	paper: (paperId: string): string => `paper ${paperId}`,
	review: (reviewId: string): string => `review ${reviewId}`,
	file: (fileId: string): string => `file ${fileId}`,
	destination: (destinationId: string): string => `destination ${destinationId}`,
	mailbox: (connectionId: string): string => `mailbox ${connectionId}`,
	grant: (connectionId: string): string => `grant ${connectionId}`,
};

/** The data keys of workspaces, made on first use and kept in memory once opened. */
export interface Keyring {
	/**
	 * Seals and opens with the workspace's newest keys; later calls bring a box that was handed out up to date.
	 * @throws VaultError when the configured master key is not the one the workspace's data were encrypted under.
	 */
	box(workspaceId: string): Promise<SealedBox>;
}

interface Entry {
	box: SealedBox;
	inner: SealedBox;
	readAt: number;
}

/** @param refreshMillis how old what is known of a workspace's keys may be; the rotation counts on it. */
export function createKeyring(database: Database, master: MasterKey, refreshMillis: number): Keyring {
	const entries = new Map<string, Entry>();
	const reading = new Map<string, Promise<SealedBox>>();
	const read = async (workspaceId: string): Promise<SealedBox> => {
		const readAt = Date.now();
		const wrapped = await database.inWorkspace(workspaceId, (scope) => dataKeys(scope, () => newWrappedKey(master)));
		const inner = await openBox(master, wrapped);
		const known = entries.get(workspaceId);
		if (known) {
			known.inner = inner;
			known.readAt = readAt;
			return known.box;
		}
		const entry: Entry = {
			inner,
			readAt,
			box: {
				seal: (plain, place) => entry.inner.seal(plain, place),
				open: (sealed, place) => entry.inner.open(sealed, place),
				digests: (words) => entry.inner.digests(words),
				digestsOf: (word) => entry.inner.digestsOf(word),
			},
		};
		entries.set(workspaceId, entry);
		return entry.box;
	};
	return {
		async box(workspaceId) {
			const known = entries.get(workspaceId);
			if (known && Date.now() - known.readAt < refreshMillis) return known.box;
			const underWay = reading.get(workspaceId);
			if (underWay) return await underWay;
			const begun = read(workspaceId).finally(() => reading.delete(workspaceId));
			reading.set(workspaceId, begun);
			return await begun;
		},
	};
}

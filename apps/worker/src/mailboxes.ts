import { type Engine, listenAtMailbox, type ListenedMailbox, mailboxesToHear } from '@pangea/sync';

export interface MailboxListeners {
	/** Begins to listen at mailboxes that were named, ends at those that are gone or changed their stores. */
	refresh(): Promise<void>;
	stop(): Promise<void>;
}

/** One listener for each mailbox. It ends by itself where a server tells nothing, and stays ended. */
export function keepMailboxesHeard(engine: Engine): MailboxListeners {
	const listeners = new Map<string, { abort: AbortController; ended: Promise<void> }>();
	const keyOf = ({ workspaceId, connectionId, savedAt, storeIds }: ListenedMailbox): string =>
		[workspaceId, connectionId, savedAt, ...storeIds.toSorted()].join(' ');
	const end = (key: string): Promise<void> => {
		const listener = listeners.get(key);
		listeners.delete(key);
		listener?.abort.abort(new Error('the mailbox is no longer listened at'));
		return listener?.ended ?? Promise.resolve();
	};
	return {
		async refresh() {
			const all = new Map((await mailboxesToHear(engine)).map((of) => [keyOf(of), of]));
			for (const [key, of] of all) {
				if (listeners.has(key)) continue;
				const abort = new AbortController();
				const ended = listenAtMailbox(engine, of, abort.signal).catch((error: unknown) =>
					engine.log.warn({ workspaceId: of.workspaceId, err: error }, 'nobody listens at a mailbox'),
				);
				listeners.set(key, { abort, ended });
			}
			for (const key of listeners.keys()) if (!all.has(key)) await end(key);
		},
		async stop() {
			await Promise.all([...listeners.keys()].map(end));
		},
	};
}

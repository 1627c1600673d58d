import { type Engine, queueOwners, runQueueIntake } from '@pangea/sync';

export interface QueueReaders {
	/** Starts readers for workspaces that entered credentials, stops those that removed them. */
	refresh(): Promise<void>;
	stop(): Promise<void>;
}

/** One reader for each workspace and platform whose news come over a queue. */
export function keepQueuesRead(engine: Engine): QueueReaders {
	const readers = new Map<string, { abort: AbortController; ended: Promise<void> }>();
	const end = (key: string): Promise<void> => {
		const reader = readers.get(key);
		readers.delete(key);
		reader?.abort.abort(new Error('the queue is no longer read'));
		return reader?.ended ?? Promise.resolve();
	};
	return {
		async refresh() {
			const owners = new Map((await queueOwners(engine)).map((o) => [`${o.workspaceId} ${o.platform}`, o]));
			for (const [key, owner] of owners) {
				if (readers.has(key)) continue;
				const abort = new AbortController();
				readers.set(key, { abort, ended: runQueueIntake(engine, owner, abort.signal) });
			}
			for (const key of readers.keys()) if (!owners.has(key)) await end(key);
		},
		async stop() {
			await Promise.all([...readers.keys()].map(end));
		},
	};
}

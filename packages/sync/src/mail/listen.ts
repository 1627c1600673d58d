import { setTimeout as sleep } from 'node:timers/promises';
import { listenedMailboxes } from '@pangea/db';
import { messagesPull } from '@pangea/jobs';
import type { Engine } from '../engine.ts';
import { openImap } from './door.ts';
import { settingsOf } from './settings.ts';

/** A mailbox at which somebody listens, and the stores that read it. */
export interface ListenedMailbox {
	workspaceId: string;
	connectionId: string;
	/** Changes with its settings. */
	savedAt: string;
	storeIds: readonly string[];
}

/** Servers end a silent connection after half an hour, and some earlier (RFC 2177). */
const IDLE = 9 * 60_000;
const REST = 60_000;

/** All mailboxes of all workspaces. */
export async function mailboxesToHear(engine: Engine): Promise<ListenedMailbox[]> {
	const all: ListenedMailbox[] = [];
	for (const workspaceId of await engine.database.workspaceIds()) {
		const found = await engine.database.inWorkspace(workspaceId, listenedMailboxes);
		all.push(...found.map((of) => ({ workspaceId, ...of })));
	}
	return all;
}

/**
 * Has the stores of a mailbox read it as soon as its server tells of new mail. Ends at the signal, or where the server tells nobody: the poll finds
 * everything as well, later. A connection that breaks is made anew after a while.
 */
export async function listenAtMailbox(engine: Engine, to: ListenedMailbox, signal: AbortSignal): Promise<void> {
	const { workspaceId, connectionId } = to;
	const box = await engine.keys.box(workspaceId);
	while (!signal.aborted) {
		try {
			const settings = await engine.database.inWorkspace(workspaceId, (scope) => settingsOf(scope, box, connectionId));
			if (!settings) return;
			const client = await openImap(settings, engine.mailServers, IDLE);
			const closed = Promise.withResolvers<void>();
			const end = (): void => client.close();
			client.on('close', () => closed.resolve());
			client.on('exists', () => void read(engine, to));
			signal.addEventListener('abort', end, { once: true });
			try {
				await client.mailboxOpen(settings.folder, { readOnly: true });
				if (!client.capabilities.has('IDLE')) return;
				await closed.promise;
			} finally {
				signal.removeEventListener('abort', end);
				client.close();
			}
		} catch (error) {
			engine.log.info({ workspaceId, connectionId, err: error }, 'nobody listens at a mailbox for now');
		}
		await sleep(REST, undefined, { signal }).catch(() => {});
	}
}

async function read(engine: Engine, { workspaceId, storeIds }: ListenedMailbox): Promise<void> {
	try {
		for (const storeId of storeIds) await engine.jobs.enqueue(messagesPull, { workspaceId, storeId });
	} catch (error) {
		engine.log.warn({ workspaceId, err: error }, 'new mail was not asked for');
	}
}

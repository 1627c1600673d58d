import { messagePull, noteMessagePull } from '@pangea/db';
import { addMillis, type Instant, NotActiveError, type Thread } from '@pangea/domain';
import { type Messages, type Outcome, type Page, PlatformError, type PlatformManifest } from '@pangea/platform-contract';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { storeThreads } from './threads.ts';

const SECOND = 1000;
const DAY = 86_400_000;

/**
 * Reads the conversations of a store that had news since they were read last. Pushes bring news at once; this finds what they missed. A platform
 * that has not opened messages to our app is a state of the store's inbox and no problem of the store.
 * @throws PlatformError kinds `unavailable` and `unexpected`.
 */
export async function pullMessages(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	signal: AbortSignal,
): Promise<StoreRun<number>> {
	return await withStore(engine, ids, { signal, urgent: true }, async (store) => {
		const { messages, rules } = ofMessages(store);
		const now = engine.now().toISOString();
		const before = await engine.database.inWorkspace(ids.workspaceId, (scope) => messagePull(scope, ids.storeId));
		const since = sinceOf(rules, before?.readUntil ?? null, now);
		let conversations = 0;
		try {
			for await (const page of messages.pull(store.context, since)) {
				conversations += (await storeThreads(engine, store.target, threadsOf(engine, store, page))).length;
				signal.throwIfAborted();
			}
		} catch (error) {
			const found = isClosed(error) ? { state: 'scopeMissing' } : mailboxTrouble(error);
			if (!found) throw error;
			await engine.database.inWorkspace(ids.workspaceId, (scope) => noteMessagePull(scope, ids.storeId, found));
			return 0;
		}
		await engine.database.inWorkspace(ids.workspaceId, (scope) => noteMessagePull(scope, ids.storeId, { state: 'read', readUntil: now }));
		return conversations;
	});
}

/**
 * Reads the named conversations: a known one from its last message on, a new one from as far back as a new store is read.
 * @param lastSaid when the newest message of each known one was sent
 * @param intakeIds pushes that are settled with the last of them
 */
export async function fetchThreads(
	engine: Engine,
	store: OpenStore,
	externalIds: readonly string[],
	lastSaid: Readonly<Record<string, Instant>>,
	intakeIds: readonly string[],
): Promise<void> {
	const { messages, rules } = ofMessages(store);
	const now = engine.now().toISOString();
	for (const [i, externalId] of externalIds.entries()) {
		const page = await messages.fetch(store.context, [externalId], sinceOf(rules, lastSaid[externalId] ?? null, now));
		await storeThreads(engine, store.target, threadsOf(engine, store, page), i === externalIds.length - 1 ? intakeIds : []);
	}
}

/** @throws NotActiveError for a platform without messages. */
export function ofMessages({ adapter }: Pick<OpenStore, 'adapter'>): {
	messages: Messages;
	rules: NonNullable<PlatformManifest['messages']>;
} {
	const { messages, manifest } = adapter;
	if (!messages || !manifest.messages) throw new NotActiveError('missing', `${adapter.id} has no messages`);
	return { messages, rules: manifest.messages };
}

export function sinceOf(rules: NonNullable<PlatformManifest['messages']>, readUntil: Instant | null, now: Instant): Instant {
	return readUntil === null ? addMillis(now, -rules.historyDays * DAY) : addMillis(readUntil, -rules.overlapSeconds * SECOND);
}

/** What could not be read is told in the log; the conversations beside it are stored. */
export function threadsOf(engine: Pick<Engine, 'log'>, { target }: Pick<OpenStore, 'target'>, page: Page<Thread>): Thread[] {
	return page.items.flatMap((item: Outcome<Thread>) => {
		if (item.ok) return [item.value];
		engine.log.warn({ storeId: target.storeId, cause: item.cause }, 'a conversation could not be read');
		return [];
	});
}

/** The platform has not opened messages to our app. */
export function isClosed(error: unknown): boolean {
	return error instanceof PlatformError && error.userMessage.code === 'scopeMissing';
}

/** What is wrong with a mailbox is a state of the store's inbox: its orders come by another way. */
function mailboxTrouble(error: unknown): { state: string; code: string } | null {
	if (!(error instanceof PlatformError) || !error.userMessage.code.startsWith('mailbox')) return null;
	return { state: 'mailbox', code: error.userMessage.code };
}

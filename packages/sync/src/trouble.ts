import { setConnectionState, setStoreProblem, type StoreForCalls } from '@pangea/db';
import { NotActiveError } from '@pangea/domain';
import { noticesLook } from '@pangea/jobs';
import { PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { type CallOptions, createStoreContext, type OpenStore } from './context.ts';
import type { Engine } from './engine.ts';

/** How work for a store ended. Only what should be repeated soon leaves as an error. */
export type StoreRun<T> =
	| { state: 'done'; value: T }
	/** The store is switched off, disconnected, or waits for a person. */
	| { state: 'notActive' }
	/** Another worker moved the cursor: it has the work. */
	| { state: 'superseded' }
	/** The platform says no; a person sees why on the store. */
	| { state: 'refused'; code: string }
	/** The platform asks for silence. */
	| { state: 'wait'; seconds: number };

/** Another worker moved the cursor between our read and our page; the page was not stored twice. */
export class SupersededError extends Error {
	override name = 'SupersededError';
}

const DEFAULT_WAIT = 60;

/**
 * Opens a store, runs work on it and settles what went wrong by the kind of the platform's error: a dead grant flips the connection, a
 * refusal is shown on the store, a rate limit says how long to wait.
 * @param known the store as it was read a moment ago.
 * @throws PlatformError kinds `unavailable` and `unexpected`, after they are shown on the store: the job's back-off repeats them.
 */
export async function withStore<T>(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	call: CallOptions,
	work: (store: OpenStore) => Promise<T>,
	known?: StoreForCalls,
): Promise<StoreRun<T>> {
	let open: OpenStore | null = null;
	try {
		open = await createStoreContext(engine, ids, call, known);
		const value = await work(open);
		if (open.hasProblem) await showStoreProblem(engine, ids, null);
		return { state: 'done', value };
	} catch (error) {
		if (error instanceof NotActiveError) return { state: 'notActive' };
		if (error instanceof SupersededError) return { state: 'superseded' };
		if (!(error instanceof PlatformError)) throw error;
		engine.log.warn({ ...ids, kind: error.kind, code: error.userMessage.code, err: error }, 'the platform refused a call');
		return await settle(engine, ids, open, error);
	}
}

async function settle(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	open: OpenStore | null,
	error: PlatformError,
): Promise<StoreRun<never>> {
	switch (error.kind) {
		case 'auth':
			if (open) await flipConnection(engine, { workspaceId: ids.workspaceId, connectionId: open.connectionId }, error);
			else await showStoreProblem(engine, ids, error);
			return { state: 'notActive' };
		case 'forbidden':
		case 'rejected':
		case 'notFound':
			await showStoreProblem(engine, ids, error);
			return { state: 'refused', code: error.userMessage.code };
		case 'rateLimited':
			return { state: 'wait', seconds: error.retryAfter === undefined ? DEFAULT_WAIT : Math.max(1, Math.ceil(error.retryAfter / 1000)) };
		case 'unavailable':
		case 'unexpected':
			await showStoreProblem(engine, ids, error);
			throw error;
	}
}

/** Marks a grant as dead: its stores' jobs stop at their next step, and the people are told. */
async function flipConnection(engine: Engine, ids: { workspaceId: string; connectionId: string }, error: PlatformError): Promise<void> {
	await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		const changed = await setConnectionState(scope, ids.connectionId, 'needsReconnect', problemOf(error));
		if (!changed) return;
		await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [ids.connectionId] });
		await engine.jobs.enqueue(noticesLook, {}, { scope });
	});
}

async function showStoreProblem(engine: Engine, ids: { workspaceId: string; storeId: string }, error: PlatformError | null): Promise<void> {
	await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		const changed = await setStoreProblem(scope, ids.storeId, error === null ? null : problemOf(error));
		if (changed) await recordEvent(scope, { kind: 'store.changed', storeId: ids.storeId, ids: [ids.storeId] });
	});
}

function problemOf(error: PlatformError): { code: string; params: Record<string, string> } {
	return { code: error.userMessage.code, params: error.userMessage.params ?? {} };
}

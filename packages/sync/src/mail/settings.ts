import {
	connectionById,
	keepMailboxCursor,
	mailboxCursor,
	mailboxOf,
	removeMailbox,
	saveMailbox,
	type Scope,
	storesOfConnection,
} from '@pangea/db';
import { NotActiveError } from '@pangea/domain';
import { messagesPull } from '@pangea/jobs';
import type { Mailbox } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import { adapterOf, type Engine } from '../engine.ts';
import { PLACES } from '../keyring.ts';
import { type MailboxSettings, trouble } from './door.ts';
import { type CursorKeeper, openMailbox, tryMailbox } from './mailbox.ts';

/** What a person enters; without a password the stored one stays. */
export type MailboxRequest = Omit<MailboxSettings, 'password'> & { password: string | null };

/**
 * Keeps the mailbox of a grant once it was read and let us send. A stored password goes only where it went before.
 * @throws NotActiveError when the grant is gone
 * @throws PlatformError with the cause when the mailbox does not work
 */
export async function keepMailbox(engine: Engine, workspaceId: string, connectionId: string, request: MailboxRequest): Promise<void> {
	const box = await engine.keys.box(workspaceId);
	const before = await engine.database.inWorkspace(workspaceId, async (scope) => {
		await mayHaveMailbox(engine, scope, connectionId);
		return await settingsOf(scope, box, connectionId);
	});
	const same = before !== null && placeOf(before) === placeOf(request);
	const password = request.password ?? (same ? before.password : null);
	if (password === null) throw trouble('forbidden', 'mailboxLoginRefused', { host: request.imap.host });
	const settings: MailboxSettings = { ...request, password };
	await tryMailbox(settings, engine.mailServers);
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		await mayHaveMailbox(engine, scope, connectionId);
		const another = !same || before.folder !== settings.folder;
		await saveMailbox(scope, connectionId, box.seal(JSON.stringify(settings), PLACES.mailbox(connectionId)), another);
		for (const { store_id: storeId } of await storesOfConnection(scope, connectionId))
			await engine.jobs.enqueue(messagesPull, { workspaceId, storeId }, { scope });
		await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [connectionId] });
	});
}

/** @throws NotActiveError when there is none. */
export async function forgetMailbox(engine: Engine, workspaceId: string, connectionId: string): Promise<void> {
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		if (!(await removeMailbox(scope, connectionId))) throw new NotActiveError('missing', `Connection ${connectionId} has no mailbox`);
		await recordEvent(scope, { kind: 'connection.changed', storeId: null, ids: [connectionId] });
	});
}

/** The mailbox of a store's grant. @throws PlatformError code `mailboxMissing` */
export async function mailboxOfStore(
	engine: Engine,
	ids: { workspaceId: string; storeId: string; connectionId: string },
	signal: AbortSignal,
): Promise<Mailbox> {
	const { workspaceId, storeId, connectionId } = ids;
	const box = await engine.keys.box(workspaceId);
	const settings = await engine.database.inWorkspace(workspaceId, (scope) => settingsOf(scope, box, connectionId));
	if (!settings) throw trouble('forbidden', 'mailboxMissing', {});
	return openMailbox({
		settings,
		inner: engine.mailServers,
		cursors: cursorsOf(engine, workspaceId, storeId),
		signal,
		onTrouble: (err) => engine.log.warn({ storeId, err }, 'a reply was sent and its copy not kept'),
	});
}

// Written by ourselves.
export async function settingsOf(scope: Scope, box: SealedBox, connectionId: string): Promise<MailboxSettings | null> {
	const sealed = await mailboxOf(scope, connectionId);
	return sealed && (JSON.parse(box.open(sealed, PLACES.mailbox(connectionId)).toString('utf8')) as MailboxSettings);
}

async function mayHaveMailbox(engine: Engine, scope: Scope, connectionId: string): Promise<void> {
	const connection = await connectionById(scope, connectionId);
	if (!connection || connection.state === 'disconnected') throw new NotActiveError('missing', `No connection ${connectionId}`);
	if (!adapterOf(engine, connection.platform).manifest.messages?.mailbox) throw trouble('rejected', 'mailboxNotNeeded', {});
}

/** Whom a password is shown to. */
function placeOf({ user, imap, smtp }: Omit<MailboxSettings, 'password'>): string {
	return JSON.stringify([user, imap.host, imap.port, imap.security, smtp.host, smtp.port, smtp.security]);
}

function cursorsOf(engine: Engine, workspaceId: string, storeId: string): CursorKeeper {
	return {
		read: (folder) => engine.database.inWorkspace(workspaceId, (scope) => mailboxCursor(scope, storeId, folder)),
		keep: (folder, cursor) => engine.database.inWorkspace(workspaceId, (scope) => keepMailboxCursor(scope, storeId, folder, cursor)),
	};
}

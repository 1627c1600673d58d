import { type RawBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';

/** Who asked for a translation and has not brought it after so long never will. */
const ASKED_SECONDS = 180;

/** Where the workspace's model is asked; null where none is named. */
export async function translatorOf(
	scope: Scope,
): Promise<{ translatorId: string; sealed: Buffer; savedBy: string; savedAt: string } | null> {
	const row = await scope.db
		.selectFrom('translator')
		.select(['translator_id', 'sealed', 'saved_by', 'saved_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirst();
	return row ? { translatorId: row.translator_id, sealed: row.sealed, savedBy: row.saved_by, savedAt: row.saved_at } : null;
}

/** Keeps it in place of a former one. @param seal is given the id to which it is bound */
export async function saveTranslator(scope: Scope, userId: string, seal: (translatorId: string) => Buffer): Promise<void> {
	await removeTranslator(scope);
	const translatorId = uuidv7();
	await scope.db
		.insertInto('translator')
		.values({ workspace_id: scope.workspaceId, translator_id: translatorId, sealed: seal(translatorId), saved_by: userId })
		.execute();
}

/** @returns whether there was one. */
export async function removeTranslator(scope: Scope): Promise<boolean> {
	const gone = await scope.db.deleteFrom('translator').where('workspace_id', '=', scope.workspaceId).executeTakeFirst();
	return gone.numDeletedRows > 0n;
}

export interface KeptTranslation {
	translationId: string;
	messageId: string;
	sealed: Buffer;
	/** False while somebody asks for it. */
	done: boolean;
}

/** What is kept of some messages in a language. */
export async function translationsOf(scope: Scope, messageIds: readonly string[], target: string): Promise<KeptTranslation[]> {
	if (messageIds.length === 0) return [];
	const rows = await scope.db
		.selectFrom('message_translation')
		.select(['translation_id', 'message_id', 'sealed', 'state'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_id', 'in', messageIds)
		.where('target', '=', target)
		.execute();
	return rows.map((row) => ({
		translationId: row.translation_id,
		messageId: row.message_id,
		sealed: row.sealed,
		done: row.state === 'done',
	}));
}

/**
 * Takes messages in hand for translation: of two who ask at once for the same one, in whichever processes, the second gets none of it. What was
 * asked for and never brought is given to the next.
 * @param seal of an empty value, bound to an id
 * @param again messages whose kept translation is asked for once more
 * @returns what was taken, by message
 */
export async function claimTranslations(
	scope: Scope,
	of: { messageIds: readonly string[]; target: string; again: readonly string[]; seal: (translationId: string) => Buffer },
): Promise<Map<string, string>> {
	if (of.messageIds.length === 0) return new Map();
	const made = of.messageIds.toSorted().map((messageId) => {
		const translationId = uuidv7();
		return { messageId, translationId, sealed: of.seal(translationId) };
	});
	const taken = await sql<{ message_id: string; translation_id: string }>`
		insert into message_translation as t (workspace_id, translation_id, message_id, target, state, sealed, dies_at)
		select m.workspace_id, x.translation_id, m.message_id, ${of.target}, 'asked', x.sealed, m.dies_at
		from unnest(${made.map((one) => one.translationId)}::uuid[], ${made.map((one) => one.messageId)}::uuid[], ${made.map((one) => one.sealed)}::bytea[])
			as x(translation_id, message_id, sealed)
		join message m on m.workspace_id = ${scope.workspaceId} and m.message_id = x.message_id
		order by m.message_id
		on conflict (workspace_id, message_id, target) do update set state = 'asked', asked_at = now()
			where (t.state = 'asked' and t.asked_at < now() - make_interval(secs => ${ASKED_SECONDS}))
				or (t.state = 'done' and t.message_id = any(${[...of.again]}::uuid[]))
		returning message_id, translation_id`.execute(scope.db);
	return new Map(taken.rows.map((row) => [row.message_id, row.translation_id]));
}

/** Keeps what was asked for. What has gone meanwhile, with its message, stays gone. */
export async function keepTranslations(scope: Scope, made: readonly { translationId: string; sealed: Buffer }[]): Promise<void> {
	if (made.length === 0) return;
	await sql`
		update message_translation t set state = 'done', sealed = x.sealed
		from unnest(${made.map((one) => one.translationId)}::uuid[], ${made.map((one) => one.sealed)}::bytea[]) as x(translation_id, sealed)
		where t.workspace_id = ${scope.workspaceId} and t.translation_id = x.translation_id`.execute(scope.db);
}

/** Gives back what was taken in hand and not brought, so that the next may ask at once. */
export async function dropClaims(scope: Scope, translationIds: readonly string[]): Promise<void> {
	if (translationIds.length === 0) return;
	await scope.db
		.deleteFrom('message_translation')
		.where('workspace_id', '=', scope.workspaceId)
		.where('translation_id', 'in', translationIds)
		.where('state', '=', 'asked')
		.execute();
}

/** Keeps the words of a reply's own writer beside what was sent, for who reads in that language. */
export async function keepOwnWords(
	scope: Scope,
	of: { messageId: string; target: string; seal: (translationId: string) => Buffer },
): Promise<void> {
	const translationId = uuidv7();
	await sql`
		insert into message_translation (workspace_id, translation_id, message_id, target, state, sealed, dies_at)
		select m.workspace_id, ${translationId}, m.message_id, ${of.target}, 'done', ${of.seal(translationId)}, m.dies_at
		from message m where m.workspace_id = ${scope.workspaceId} and m.message_id = ${of.messageId}
		on conflict do nothing`.execute(scope.db);
}

/** Deletes what messages say in other languages, before or after they go themselves. @param which a condition on `t` */
export async function forgetTranslations(scope: Scope, which: RawBuilder<unknown>): Promise<void> {
	await sql`delete from message_translation t where t.workspace_id = ${scope.workspaceId} and ${which}`.execute(scope.db);
}

/** Whether a member reads a conversation with translations: as they chose for it, else as for all. */
export async function readingOf(
	scope: Scope,
	conversationId: string,
	userId: string,
): Promise<{ translated: boolean; byDefault: boolean }> {
	const ws = scope.workspaceId;
	const { rows } = await sql<{ by_default: boolean; translated: boolean | null }>`
		select m.reads_translated as by_default, r.translated from member m
		left join conversation_reading r on r.workspace_id = ${ws} and r.conversation_id = ${conversationId} and r.user_id = m.user_id
		where m.workspace_id = ${ws} and m.user_id = ${userId}`.execute(scope.db);
	const [row] = rows;
	return { translated: row?.translated ?? row?.by_default ?? false, byDefault: row?.by_default ?? false };
}

/** Chooses for one conversation, or for all that the member has not chosen otherwise for. */
export async function setReading(scope: Scope, of: { conversationId: string | null; userId: string; translated: boolean }): Promise<void> {
	const { conversationId, userId, translated } = of;
	if (conversationId === null) {
		await scope.db
			.updateTable('member')
			.set({ reads_translated: translated })
			.where('workspace_id', '=', scope.workspaceId)
			.where('user_id', '=', userId)
			.execute();
		return;
	}
	await scope.db
		.insertInto('conversation_reading')
		.values({ workspace_id: scope.workspaceId, conversation_id: conversationId, user_id: userId, translated })
		.onConflict((c) => c.columns(['workspace_id', 'conversation_id', 'user_id']).doUpdateSet({ translated }))
		.execute();
}

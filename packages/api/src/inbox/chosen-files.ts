import { addChosenFile, chosenFiles, conversationRows, removeChosenFile, type Scope, type ShownFile } from '@pangea/db';
import {
	addMillis,
	type Attachment,
	type FileRules,
	fileRefusal,
	inspectFile,
	isPlatformId,
	safeName,
	withoutOrigin,
} from '@pangea/domain';
import type { PlatformAdapter } from '@pangea/platform-contract';
import type { SealedBox } from '@pangea/vault';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import { inboxProcedure } from './inbox.procedure.ts';
import type { ChosenFileView } from './shapes.ts';

/** Bytes of one file that is sent, whatever its platform takes beyond. */
export const LARGEST_SENT_FILE = 25_000_000;
/** Files that one member has chosen in one conversation and not sent. */
const MOST_CHOSEN = 30;
/** So long a chosen file waits for its answer. */
const CHOSEN_MILLIS = 86_400_000;

/** What a platform takes as files of an answer in a conversation of a kind; null where it takes none. */
export function fileRulesOf(adapter: PlatformAdapter | undefined, kind: string): FileRules | null {
	const found = adapter?.manifest.messages?.files?.find(({ kinds }) => kinds.some((one) => one === kind));
	if (!found) return null;
	const { kinds: _kinds, ...rules } = found;
	return rules;
}

const uploadQuery = z.object({ conversation: z.uuid(), name: z.string().max(500).default('') });

/**
 * Keeps a file for an answer that is being written, sealed, for a day. Of a picture nothing is kept of where, when and by what it was taken.
 * @throws TRPCError with a problem: what any door of a workspace throws, notFound, inputWrong, filesNotTaken, fileTypeNotTaken, sentFileTooLarge, pictureBroken
 */
export async function addFileToSend(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
	sent: Buffer,
): Promise<ChosenFileView> {
	const member = await memberFor(services, user, workspaceId, 'inbox.answer');
	if (!member.sees('buyer')) throw problem('notAllowed', { permission: 'fields.buyer' });
	const parsed = uploadQuery.safeParse(query);
	if (!parsed.success) throw problem('inputWrong', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
	const { conversation: conversationId, name } = parsed.data;
	const bytes = withoutOrigin(sent);
	const found = inspectFile(name, bytes ?? sent);
	const fileId = uuid();
	const box = await services.operations.box(member.workspaceId);
	return await member.scoped(async (scope) => {
		const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
		if (!row) throw problem('notFound');
		const rules = fileRulesOf(isPlatformId(row.platform) ? services.registry.get(row.platform) : undefined, row.kind);
		if (!rules) throw problem('filesNotTaken');
		const refusal = fileRefusal(rules, found);
		if (refusal === 'sentFileTooLarge') throw problem('sentFileTooLarge', { megabytes: String(Math.floor(rules.mostBytes / 1_000_000)) });
		if (refusal !== null) throw problem('fileTypeNotTaken');
		if (bytes === null) throw problem('pictureBroken');
		const of = { conversationId, userId: member.user.id };
		if ((await chosenFiles(scope, of)).length >= MOST_CHOSEN) throw problem('inputWrong', { field: 'file' });
		const facts: Attachment = { name: found.name, type: found.type, bytes: found.bytes };
		await addChosenFile(scope, {
			...of,
			fileId,
			storeId: row.store_id,
			found,
			sealed: box.seal(JSON.stringify(facts), `messageFile ${fileId}`),
			content: box.seal(Buffer.from(bytes), `messageFileContent ${fileId}`),
			diesAt: addMillis(services.now().toISOString(), CHOSEN_MILLIS),
		});
		return { fileId, ...facts };
	});
}

// Written by ourselves.
export function toChosen({ fileId, sealed }: ShownFile, box: SealedBox): ChosenFileView {
	const { name, type, bytes } = JSON.parse(box.open(sealed, `messageFile ${fileId}`).toString('utf8')) as Attachment;
	return { fileId, name: safeName(name), type, bytes };
}

/**
 * The chosen files that an answer names, in its order, where its platform takes them together and with such words.
 * @throws notFound for one that its member has not chosen here, filesNotTaken, inputWrong naming messageFileIds
 */
export async function filesOfAnswer(
	member: Member,
	scope: Scope,
	box: SealedBox,
	answer: { conversationId: string; fileIds: readonly string[]; text: string; rules: FileRules | null },
): Promise<ChosenFileView[]> {
	const { conversationId, fileIds, text, rules } = answer;
	if (fileIds.length === 0) return [];
	if (!rules) throw problem('filesNotTaken');
	const chosen = await chosenFiles(scope, { conversationId, userId: member.user.id });
	const files = fileIds.flatMap((id) => chosen.find(({ fileId }) => fileId === id) ?? []).map((file) => toChosen(file, box));
	if (files.length !== fileIds.length) throw problem('notFound');
	const together = files.reduce((sum, { bytes }) => sum + bytes, 0);
	const fits = files.length <= rules.mostFiles && together <= rules.mostBytesTogether && new Set(fileIds).size === fileIds.length;
	if (!fits || (rules.alone && text !== '') || (rules.needsText && text === '')) throw problem('inputWrong', { field: 'messageFileIds' });
	return files;
}

export const chosenFileProcedures = {
	/** Forgets a file that was chosen and is not sent. @throws notFound */
	removeChosenFile: inboxProcedure('inbox.answer')
		.input(z.object({ messageFileId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			const removed = await member.scoped((scope) => removeChosenFile(scope, { fileId: input.messageFileId, userId: member.user.id }));
			if (!removed) throw problem('notFound');
			return { removed: 1 };
		}),
};

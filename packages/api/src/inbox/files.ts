import { timingSafeEqual } from 'node:crypto';
import { fileById, fileContent, type ShownFile } from '@pangea/db';
import { type Attachment, safeName } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import type { FileView } from './shapes.ts';

/** An address gives its file for so long at least, and for twice as long at most. */
const LINK_MILLIS = 600_000;

/**
 * A path with everything that the file's door asks for. It says who it was made for, and is no good for anybody else. Within ten minutes it is
 * the same, so that a picture that is shown is not fetched again at each look.
 */
export function fileLink({ services, workspaceId, user }: Pick<Member, 'services' | 'workspaceId' | 'user'>, fileId: string): string {
	const until = String((Math.floor(services.now().getTime() / LINK_MILLIS) + 2) * LINK_MILLIS);
	const signature = services.sign(signed(workspaceId, fileId, user.id, until));
	return `/download/message-file?${new URLSearchParams({ workspace: workspaceId, file: fileId, until, signature }).toString()}`;
}

const linkQuery = z.object({ file: z.uuid(), until: z.string().regex(/^\d{13}$/), signature: z.string().max(100) });

export interface MessageFile {
	name: string;
	/** What a browser may take it for; of risky files nothing. */
	type: string;
	bytes: Buffer;
}

/**
 * What a link leads to, for the member it was made for.
 * @throws TRPCError with a problem: exportLinkOver; what any door of a workspace throws; notAllowed, notFound where the member may no longer see it
 */
export async function openMessageFile(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
): Promise<MessageFile> {
	const member = await memberFor(services, user, workspaceId, 'inbox.read');
	if (!member.sees('buyer')) throw problem('notAllowed', { permission: 'fields.buyer' });
	const parsed = linkQuery.safeParse(query);
	if (!parsed.success) throw problem('exportLinkOver');
	const { file: fileId, until, signature } = parsed.data;
	const right = Buffer.from(services.sign(signed(member.workspaceId, fileId, member.user.id, until)));
	const said = Buffer.from(signature);
	if (right.length !== said.length || !timingSafeEqual(right, said) || Number(until) <= services.now().getTime())
		throw problem('exportLinkOver');
	const box = await services.operations.box(member.workspaceId);
	return await member.scoped(async (scope) => {
		const file = await fileById(scope, member.storeScope, fileId);
		const sealed = file && (await fileContent(scope, fileId));
		if (!file || !sealed) throw problem('notFound');
		return {
			name: safeName(factsOf(file, box).name),
			type: file.standing === 'risky' || file.type === null ? 'application/octet-stream' : file.type,
			bytes: box.open(sealed, `messageFileContent ${fileId}`),
		};
	});
}

function signed(...parts: string[]): string {
	return `message file\n${parts.join('\n')}`;
}

// Written by ourselves.
function factsOf({ fileId, sealed }: Pick<ShownFile, 'fileId' | 'sealed'>, box: SealedBox): Attachment {
	return JSON.parse(box.open(sealed, `messageFile ${fileId}`).toString('utf8')) as Attachment;
}

/** The files of one message as they are shown: those that are fetched, and those that can be seen at the platform only. */
export function toFiles(attachments: readonly Attachment[], files: readonly ShownFile[], link: (fileId: string) => string): FileView[] {
	return attachments.map(({ name, type, bytes }, place): FileView => {
		const file = files.find((one) => one.place === place);
		return {
			fileId: file?.fileId ?? null,
			name: safeName(name),
			type: file?.type ?? type,
			bytes: file?.size ?? bytes,
			state: file?.state ?? 'elsewhere',
			errorCode: file?.errorCode ?? null,
			standing: file?.standing ?? null,
			risk: file?.risk ?? null,
			width: file?.width ?? null,
			height: file?.height ?? null,
			url: file?.state === 'kept' ? link(file.fileId) : null,
		};
	});
}

import {
	addDossierFile,
	dossierBytes,
	dossierFile,
	dossierFiles,
	lockDossierPaper,
	MOST_FILE_BYTES,
	MOST_FILES,
	saveDossierPaper,
	writeAudit,
} from '@pangea/db';
import { recordEvent } from '@pangea/realtime';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { problem } from '../problem.ts';
import { memberFor } from '../trpc.ts';
import { filePlace, openSecret, requirePaper, sealSecret } from './paper.ts';

/** Bytes of one file of a paper. */
export const LARGEST_PAPER_FILE = 5_000_000;

/** Kinds of files that are taken, by their first bytes: a claimed type or a name's ending says nothing. */
const FIRST_BYTES: readonly { type: string; ending: string; bytes: Buffer }[] = [
	{ type: 'application/pdf', ending: 'pdf', bytes: Buffer.from('%PDF-') },
	{ type: 'image/png', ending: 'png', bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
	{ type: 'image/jpeg', ending: 'jpg', bytes: Buffer.from([0xff, 0xd8, 0xff]) },
];

const uploadQuery = z.object({ paper: z.uuid(), name: z.string().max(200).default('') });

/**
 * Keeps a file with a paper, sealed.
 * @throws TRPCError with a problem: what any door of a workspace throws, notFound, inputWrong, fileTooLarge, paperFileNotTaken
 */
export async function addPaperFile(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
	bytes: Buffer,
): Promise<{ fileId: string }> {
	const member = await memberFor(services, user, workspaceId, 'stores.manage');
	const parsed = uploadQuery.safeParse(query);
	if (!parsed.success) throw problem('inputWrong', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
	if (bytes.length > LARGEST_PAPER_FILE) throw problem('paperFileNotTaken');
	const kind = FIRST_BYTES.find((one) => bytes.subarray(0, one.bytes.length).equals(one.bytes));
	if (!kind) throw problem('paperFileNotTaken');
	const box = await services.operations.box(member.workspaceId);
	const fileId = uuid();
	const name = plainName(parsed.data.name) || `${fileId}.${kind.ending}`;
	await member.scoped(async (scope) => {
		// Two files that come at once each add a name to the same secret.
		await lockDossierPaper(scope, parsed.data.paper);
		const paper = await requirePaper(member, scope, parsed.data.paper);
		const there = await dossierFiles(scope, [paper.paper_id]);
		if (there.length >= MOST_FILES || (await dossierBytes(scope)) + bytes.length > MOST_FILE_BYTES)
			throw problem('inputWrong', { field: 'file' });
		const secret = openSecret(box, paper);
		const kept = new Set(there.map((file) => file.file_id));
		const names = Object.fromEntries([...Object.entries(secret.names).filter(([id]) => kept.has(id)), [fileId, name]]);
		await saveDossierPaper(
			scope,
			{
				paperId: paper.paper_id,
				entity: paper.entity,
				kind: paper.kind,
				country: paper.country,
				validFrom: paper.valid_from,
				validUntil: paper.valid_until,
				sealed: sealSecret(box, paper.paper_id, { ...secret, names }),
			},
			member.user.id,
		);
		await addDossierFile(
			scope,
			{ fileId, paperId: paper.paper_id, type: kind.type, size: bytes.length, sealed: box.seal(bytes, filePlace(fileId)) },
			member.user.id,
		);
		await writeAudit(scope, {
			userId: member.user.id,
			action: 'dossier.addFile',
			subject: paper.paper_id,
			subjectName: paper.entity,
			facts: { paper: paper.kind, country: paper.country },
		});
		await recordEvent(scope, { kind: 'opening.changed', storeId: null, ids: [] });
	});
	return { fileId };
}

/** Without what leads out of a folder or ends a line of a header. */
function plainName(name: string): string {
	return name.replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, ' ').trim();
}

export interface PaperFile {
	name: string;
	type: string;
	bytes: Buffer;
}

/**
 * A file of a paper, opened, with a record in the trail.
 * @throws TRPCError with a problem: what any door of a workspace throws, notFound, inputWrong
 */
export async function takePaperFile(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
): Promise<PaperFile> {
	const member = await memberFor(services, user, workspaceId, 'stores.manage');
	const parsed = z.object({ file: z.uuid() }).safeParse(query);
	if (!parsed.success) throw problem('inputWrong', { field: 'file' });
	const box = await services.operations.box(member.workspaceId);
	return await member.scoped(async (scope) => {
		const file = await dossierFile(scope, parsed.data.file);
		if (!file) throw problem('notFound');
		const paper = await requirePaper(member, scope, file.paper_id);
		await writeAudit(scope, {
			userId: member.user.id,
			action: 'dossier.takeFile',
			subject: paper.paper_id,
			subjectName: paper.entity,
			facts: { paper: paper.kind, country: paper.country },
		});
		const name = openSecret(box, paper).names[file.file_id] ?? file.file_id;
		return { name, type: file.type, bytes: box.open(file.sealed, filePlace(file.file_id)) };
	});
}

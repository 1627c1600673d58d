import { filesToSend, keepFileFacts } from '@pangea/db';
import { type Attachment, nameOfType } from '@pangea/domain';
import type { OutgoingFile } from '@pangea/platform-contract';
import type { SealedBox } from '@pangea/vault';
import type { Engine } from '../engine.ts';
import { PLACES } from '../keyring.ts';

/**
 * The files of a reply, opened for its platform.
 * @param of with `isFirst` for a first attempt: what the platform was given for an earlier reply may be used up or gone
 */
export async function outgoingFiles(
	engine: Pick<Engine, 'database'>,
	workspaceId: string,
	box: SealedBox,
	of: { messageId: string; isFirst: boolean },
): Promise<OutgoingFile[]> {
	const files = await engine.database.inWorkspace(workspaceId, (scope) => filesToSend(scope, of.messageId));
	return files.map(({ fileId, type, sealed, content }) => {
		// Written by ourselves.
		const facts = JSON.parse(box.open(sealed, PLACES.fileFacts(fileId)).toString('utf8')) as Attachment;
		return {
			name: nameOfType(facts.name, type),
			type,
			bytes: box.open(content, PLACES.fileContent(fileId)),
			given: of.isFirst ? null : (facts.ref ?? null),
			keep: (ref) =>
				engine.database.inWorkspace(workspaceId, (scope) =>
					keepFileFacts(scope, fileId, box.seal(JSON.stringify({ ...facts, ref }), PLACES.fileFacts(fileId))),
				),
		};
	});
}

import type { NamedFile } from '@pangea/db';
import type { Message } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import type { Engine } from '../engine.ts';
import { newId } from '../ids.ts';
import { PLACES } from '../keyring.ts';

/** The rows of the files that a message names and its platform gives, before anything of them is fetched. */
export function namedFiles(
	{ options }: Pick<Engine, 'options'>,
	box: SealedBox,
	{ attachments = [] }: Pick<Message, 'attachments'>,
	of: Omit<NamedFile, 'fileId' | 'place' | 'sealed' | 'errorCode'>,
): NamedFile[] {
	return attachments.flatMap((attachment, place) => {
		if (attachment.ref === undefined) return [];
		const fileId = newId();
		const sealed = box.seal(JSON.stringify(attachment), PLACES.fileFacts(fileId));
		const errorCode = attachment.refusedFor ?? (attachment.bytes > options.fileBytes ? 'attachmentTooLarge' : null);
		return [{ ...of, fileId, place, sealed, errorCode }];
	});
}

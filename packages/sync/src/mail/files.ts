import { safeName } from '@pangea/domain';
import { decodeTransfer, encodedLength } from '@pangea/mail';
import { type MailFile, PlatformError } from '@pangea/platform-contract';
import type { ImapFlow, MessageStructureObject } from 'imapflow';
import { trouble } from './door.ts';

/** Files that are told of one mail. */
const MOST_FILES = 50;
const REF = /^(received|sent) (\d{1,20}) (\d{1,10}) (\d{1,5}(?:\.\d{1,5}){0,20})$/;

type Folder = 'received' | 'sent';

/** Where a file lies: UIDs mean the same mail only as long as their folder's validity is the same (RFC 3501, 2.3.1.1). */
export interface FilePlace {
	folder: Folder;
	uidValidity: string;
	uid: number;
	part: string;
}

/** The files of a mail, by what its server says of how it is built: nothing of the mail itself is read for it. */
export function filesOfMail(structure: MessageStructureObject, of: Omit<FilePlace, 'part'>): MailFile[] {
	return leavesOf(structure)
		.filter(isFile)
		.slice(0, MOST_FILES)
		.map((leaf) => ({
			name: safeName(leaf.dispositionParameters?.['filename'] ?? leaf.parameters?.['name'] ?? ''),
			type: /^[\w.+-]{1,60}\/[\w.+-]{1,80}$/.test(leaf.type) ? leaf.type : 'application/octet-stream',
			bytes: decodedLength(leaf),
			ref: `${of.folder} ${of.uidValidity} ${of.uid} ${leaf.part ?? '1'}`,
		}));
}

/** @returns null for what is no place of a file. */
export function filePlace(ref: string): FilePlace | null {
	const [, folder, uidValidity, uid, part] = REF.exec(ref) ?? [];
	if (uidValidity === undefined || uid === undefined || part === undefined) return null;
	return { folder: folder === 'sent' ? 'sent' : 'received', uidValidity, uid: Number(uid), part };
}

/**
 * The bytes of a file in the folder that is open, as they were before the mail was written.
 * @throws PlatformError kinds `notFound` and `rejected`
 */
export async function readFile(client: ImapFlow, { uid, part }: FilePlace, most: number): Promise<Uint8Array> {
	const head = await client.fetchOne(String(uid), { uid: true, bodyStructure: true }, { uid: true });
	const leaf = head && head.bodyStructure && leavesOf(head.bodyStructure).find((one) => (one.part ?? '1') === part);
	if (!leaf) throw gone();
	if (decodedLength(leaf) > most) throw tooLarge();
	const maxLength = encodedLength(most);
	const body = await client.fetchOne(String(uid), { uid: true, bodyParts: [{ key: part, start: 0, maxLength }] }, { uid: true });
	const bytes = body && body.bodyParts?.get(part);
	if (!bytes) throw gone();
	const decoded = decodeTransfer(leaf.encoding ?? '', bytes);
	if (decoded.byteLength > most || bytes.byteLength >= maxLength) throw tooLarge();
	return decoded;
}

/** That a mail, or a file of it, is not where it was. */
export function gone(): PlatformError {
	return new PlatformError({ kind: 'notFound', userMessage: { code: 'notFoundAtPlatform' }, detail: 'mailbox: no such file' });
}

function tooLarge(): PlatformError {
	return trouble('rejected', 'attachmentTooLarge', {});
}

/** A mail inside a mail is one file. */
function leavesOf(node: MessageStructureObject): MessageStructureObject[] {
	if (node.type === 'message/rfc822' || !node.childNodes) return [node];
	return node.childNodes.flatMap(leavesOf);
}

/** What is neither the words nor their markup. */
function isFile({ type, disposition, dispositionParameters, parameters }: MessageStructureObject): boolean {
	if (disposition === 'attachment' || dispositionParameters?.['filename'] !== undefined || parameters?.['name'] !== undefined) return true;
	return !type.startsWith('text/') && !type.startsWith('multipart/');
}

// Base64 takes four bytes for three, and two more for each line of 76.
function decodedLength({ size = 0, encoding }: MessageStructureObject): number {
	return encoding === 'base64' ? Math.floor(size * 0.731) : size;
}

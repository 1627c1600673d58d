import { randomUUID } from 'node:crypto';
import type { Attachment } from '@pangea/domain';
import { type FileReference, type OutgoingFile, pathStep, type StoreContext } from '@pangea/platform-contract';
import { answer, apiUrl, sendAs } from './client.ts';
import { understand } from './errors.ts';
import { isGlobalSelling } from './stores.ts';
import { type WireMessage, wireUpload } from './wire-messages.ts';

/** The files of a message about a purchase. One of which the platform itself warns is not asked for. */
export function attachmentsOf({ message_attachments: files }: Pick<WireMessage, 'message_attachments'>): Attachment[] {
	return (files ?? []).map(({ filename, original_filename: name, type, size, potential_security_threat: threat }) => ({
		name: name || filename || '',
		type: type ?? '',
		bytes: size ?? 0,
		...(filename && { ref: filename }),
		...(threat === true && { refusedFor: 'attachmentUnsafe' }),
	}));
}

/** The bytes of a file (contract §7.2). @throws PlatformError */
export async function fetchFile(context: StoreContext, { ref }: FileReference, most: number): Promise<Uint8Array> {
	const reply = await sendAs(context, {
		operation: 'messages.read',
		method: 'GET',
		url: apiUrl(context, `${filesPath(context)}/${pathStep(ref)}`, { tag: 'post_sale', site_id: context.store.siteId }),
		idempotent: true,
		most,
	});
	return reply.body;
}

function filesPath(context: StoreContext): string {
	return `${isGlobalSelling(context) ? '/marketplace' : ''}/messages/attachments`;
}

/** Where the platform takes files, and what it calls the deed. */
export interface UploadDoor {
	operation: string;
	url: string;
}

/** Where files of messages about purchases go. One that no message names is deleted after two days (contract §7.2). */
export function purchaseFiles(context: StoreContext): UploadDoor {
	return { operation: 'messages.write', url: apiUrl(context, filesPath(context), { tag: 'post_sale', site_id: context.store.siteId }) };
}

/** Gives the platform the files of a message, once for all attempts at it. @returns its names of them. @throws PlatformError */
export async function uploadFiles(context: StoreContext, door: UploadDoor, files: readonly OutgoingFile[]): Promise<string[]> {
	const names: string[] = [];
	for (const file of files) names.push(file.given ?? (await upload(context, door, file)));
	return names;
}

async function upload(context: StoreContext, { operation, url }: UploadDoor, file: OutgoingFile): Promise<string> {
	const boundary = `pangea-${randomUUID()}`;
	// Names go by their letters alone: none can end the line or the quotes.
	const name = file.name.replaceAll(/[^\w.-]/g, '_');
	const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${file.type}\r\n\r\n`;
	const reply = await sendAs(context, {
		operation,
		method: 'POST',
		url,
		headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, accept: 'application/json' },
		upload: Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
		// One that no message names is nowhere to be seen.
		idempotent: true,
		writes: true,
	});
	const given = understand(operation, wireUpload, answer(context, operation, reply).json);
	await file.keep(given);
	return given;
}

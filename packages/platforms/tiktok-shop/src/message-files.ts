import type { Attachment, MessageKind } from '@pangea/domain';
import { type FileReference, type HttpReply, type OutgoingFile, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { call } from './client.ts';
import { cipherOf } from './stores.ts';
import { UploadedImage } from './wire-messages.ts';

/** Where the published samples of messages, pictures and videos lie. An address elsewhere is shown nobody and never called. */
const HOSTS = ['.ibyteimg.com', '.tiktokcdn.com', '.tiktokcdn-us.com', '.tiktokcdn-eu.com'];
const NAMED = new Set(['v16m-default.akamaized.net']);
const TOKEN_HEADER = 'x-tts-access-token';

/** The picture or video of a message. Neither has a name of its own (contract §7). */
export function attachmentOf(kind: MessageKind, content: { url: string | null; format: string | null; size: string | null }): Attachment[] {
	const { url, format, size } = content;
	if ((kind !== 'image' && kind !== 'video') || url === null) return [];
	const ending = kind === 'video' && format !== null && /^\w{2,4}$/.test(format) ? `.${format.toLowerCase()}` : '';
	const bytes = Number(size ?? 0);
	return [{ name: `${kind}${ending}`, type: '', bytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0, ref: url }];
}

/**
 * The bytes of a picture or video, from where its message says that it lies. Its address runs out (contract §7), which is told as `notFound`.
 * @throws PlatformError
 */
export async function fetchFile(context: StoreContext, { ref }: FileReference, most: number): Promise<Uint8Array> {
	const url = URL.parse(ref);
	const own = url !== null && Object.values(context.hosts).some((base) => new URL(base).origin === url.origin);
	if (!url || (!own && !isPictureHost(url)))
		throw new PlatformError({ kind: 'rejected', userMessage: { code: 'attachmentUnsafe' }, detail: 'customerService.files: foreign host' });
	// Some local shops' pictures want the token and the cipher (contract §7): they go to the API's own hosts and nowhere else.
	if (own) url.searchParams.set('shop_cipher', cipherOf(context));
	const reply = await context.http.send({
		operation: 'customerService.files',
		method: 'GET',
		url: url.href,
		headers: { accept: 'image/*, video/*', ...(own && { [TOKEN_HEADER]: context.grant().secrets['accessToken'] ?? '' }) },
		idempotent: true,
		most,
		...(!own && { anywhere: true }),
	});
	if (reply.status === 200) return reply.body;
	throw refused(reply);
}

function isPictureHost({ protocol, hostname }: URL): boolean {
	return protocol === 'https:' && (NAMED.has(hostname) || HOSTS.some((end) => hostname.endsWith(end)));
}

/** A gone or expired address is answered in ways that differ by host; that it will work later is told by 429 and 5xx alone. */
function refused({ status }: HttpReply): PlatformError {
	const detail = `customerService.files: HTTP ${status}`;
	if (status === 429) return new PlatformError({ kind: 'rateLimited', userMessage: { code: 'rateLimited' }, detail });
	if (status >= 500) return new PlatformError({ kind: 'unavailable', userMessage: { code: 'platformDown' }, detail });
	return new PlatformError({ kind: 'notFound', userMessage: { code: 'notFoundAtPlatform' }, detail });
}

/** Gives the platform a picture for a message, once for all attempts at it. @returns the content of that message. @throws PlatformError */
export async function uploadPicture(context: StoreContext, picture: OutgoingFile) {
	const known = picture.given === null ? null : UploadedImage.safeParse(JSON.parse(picture.given));
	if (known?.success) return shown(known.data);
	const { data } = await call(
		context,
		{
			operation: 'customerService.write',
			method: 'POST',
			path: '/customer_service/202309/images/upload',
			cipher: cipherOf(context),
			form: { field: 'data', bytes: picture.bytes, fields: {} },
			// A picture that no message shows does no harm.
			idempotent: true,
			writes: true,
		},
		UploadedImage,
	);
	await picture.keep(JSON.stringify(shown(data)));
	return shown(data);
}

function shown({ url, width, height }: { url: string; width: number; height: number }) {
	return { url, width, height };
}

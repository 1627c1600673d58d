import type { WireCall } from './operation.ts';
import type { SentFile } from './sent-files.ts';

/** The file of a form (RFC 7578); null where there is no such form or no such file in it. */
export async function fileInForm(call: WireCall, field: string): Promise<SentFile | null> {
	const type = call.headers['content-type'] ?? '';
	if (!type.startsWith('multipart/form-data')) return null;
	const form = await new Response(new Uint8Array(call.body), { headers: { 'content-type': type } }).formData().catch(() => null);
	const file = form?.get(field);
	if (!(file instanceof Blob)) return null;
	return { name: file instanceof File ? file.name : '', type: file.type, bytes: Buffer.from(await file.arrayBuffer()) };
}

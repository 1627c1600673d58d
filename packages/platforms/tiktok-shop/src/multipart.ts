import { randomUUID } from 'node:crypto';

/** A form with one file (RFC 7578). */
export interface FileForm {
	/** Field of the file. */
	field: string;
	bytes: Uint8Array;
	/** Other fields. */
	fields: Readonly<Record<string, string>>;
}

/** The form as bytes, with the content type that names its boundary. The file goes without its name and type, which the platform finds out. */
export function multipart({ field, bytes, fields }: FileForm): { type: string; bytes: Buffer } {
	const boundary = `pangea-${randomUUID()}`;
	const part = (name: string, more: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
	return {
		type: `multipart/form-data; boundary=${boundary}`,
		bytes: Buffer.concat([
			...Object.entries(fields).map(([name, value]) => Buffer.from(`${part(name, '')}${value}\r\n`)),
			Buffer.from(part(field, '; filename="picture"\r\nContent-Type: application/octet-stream')),
			bytes,
			Buffer.from(`\r\n--${boundary}--\r\n`),
		]),
	};
}

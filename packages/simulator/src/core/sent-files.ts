import { createHash } from 'node:crypto';
import { pngOf } from './pictures.ts';

/** A file that somebody puts into a message. */
export interface SentFile {
	name: string;
	/** As its sender says. */
	type: string;
	bytes: Buffer;
}

/** By which those who check know a file again. */
export function fingerprint({ bytes }: Pick<SentFile, 'bytes'>): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** A photo as a buyer of the demo world takes it. */
export function photoOf(number: number): SentFile {
	return { name: `IMG_${1000 + (number % 9000)}.png`, type: 'image/png', bytes: pngOf(640, 480, number) };
}

/** What files say of themselves by their first bytes. */
export function kindOf(bytes: Buffer): 'jpeg' | 'png' | 'gif' | 'webp' | 'pdf' | null {
	if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpeg';
	if (bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))) return 'png';
	if (bytes.subarray(0, 4).toString('latin1') === 'GIF8') return 'gif';
	if (bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'webp';
	return bytes.subarray(0, 5).toString('latin1') === '%PDF-' ? 'pdf' : null;
}

/** Largest mail and attachment that is kept at all. */
export const MAIL_LIMIT_BYTES = 50 * 1024 * 1024;
const UNPACKED_LIMIT_BYTES = 200 * 1024 * 1024;
const PACKED_RATIO_LIMIT = 100;

export type Refusal = 'tooLarge' | 'program' | 'unpacksTooLarge' | 'brokenArchive';

/** An attachment as it may be listed. */
export interface InspectedAttachment {
	/** Safe to show and to save under. */
	name: string;
	/** By its content; `application/octet-stream` where that tells nothing. The type that the mail names is not believed. */
	type: string;
	bytes: number;
	/** `shown` beside the message, `download` only, or `refused` with the cause. */
	standing: 'shown' | 'download' | 'refused';
	refusal?: Refusal;
}

const text = (value: string): readonly number[] => Array.from(value, (char) => char.charCodeAt(0));
const SIGNATURES: readonly (readonly [type: string, at: number, bytes: readonly number[]])[] = [
	['image/jpeg', 0, [0xff, 0xd8, 0xff]],
	['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
	['image/gif', 0, text('GIF8')],
	['image/webp', 8, text('WEBP')],
	['application/pdf', 0, text('%PDF-')],
	['application/zip', 0, [0x50, 0x4b, 0x03, 0x04]],
	['application/zip', 0, [0x50, 0x4b, 0x05, 0x06]],
	['application/gzip', 0, [0x1f, 0x8b]],
	['application/x-7z-compressed', 0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
	['application/vnd.rar', 0, text('Rar!')],
	['application/x-msdownload', 0, text('MZ')],
	['application/x-elf', 0, [0x7f, 0x45, 0x4c, 0x46]],
	['application/x-sh', 0, text('#!')],
];
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
const PROGRAMS = new Set(['application/x-msdownload', 'application/x-elf', 'application/x-sh']);
// Run by a double click on some system, whatever is in them.
const PROGRAM_NAME =
	/\.(?:exe|com|scr|pif|bat|cmd|msi|msp|hta|jse?|vbs?|vbe|wsf|wsh|ps1|jar|lnk|reg|cpl|dll|app|dmg|apk|iso|img|url|svgz?|x?html?|mht|xml|chm)$/i;

/** The type of a file by its first bytes. SVG and HTML are not told from text, so that nobody shows them. */
export function sniffType(bytes: Uint8Array): string {
	const found = SIGNATURES.find(([, at, signature]) => signature.every((byte, index) => bytes[at + index] === byte));
	return found?.[0] ?? 'application/octet-stream';
}

/**
 * A file name without path, control characters, marks that turn the direction of text, and leading dots; at most 120 characters with its end
 * kept, `attachment` where nothing is left.
 */
export function safeName(name: string): string {
	const last = name.slice(-1000).split(/[/\\]/).at(-1) ?? '';
	const clean = last
		.normalize('NFC')
		.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029<>:"|?*]/gu, '')
		.replace(/^[.\s]+/, '')
		.replace(/[.\s]+$/, '');
	const chars = Array.from(clean);
	if (chars.length <= 120) return clean || 'attachment';
	return [...chars.slice(0, 99), '…', ...chars.slice(-20)].join('');
}

/** Looks at an attachment without unpacking or running anything. */
export function inspectAttachment(name: string, bytes: Uint8Array): InspectedAttachment {
	const safe = safeName(name);
	const type = sniffType(bytes);
	const listed = { name: safe, type, bytes: bytes.length };
	const refused = (refusal: Refusal): InspectedAttachment => ({ ...listed, standing: 'refused', refusal });
	if (bytes.length > MAIL_LIMIT_BYTES) return refused('tooLarge');
	if (PROGRAMS.has(type) || PROGRAM_NAME.test(safe)) return refused('program');
	if (type === 'application/zip') {
		const unpacked = unpackedSize(bytes);
		if (unpacked === null) return refused('brokenArchive');
		if (unpacked > UNPACKED_LIMIT_BYTES || unpacked > bytes.length * PACKED_RATIO_LIMIT) return refused('unpacksTooLarge');
	}
	return { ...listed, standing: SHOWN.has(type) ? 'shown' : 'download' };
}

const END_BYTES = 22;
const ENTRY_BYTES = 46;

/** What a zip says that it unpacks to, from its own directory (APPNOTE 4.3.12 and 4.3.16); nothing where that cannot be read or is zip64. */
function unpackedSize(bytes: Uint8Array): number | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const furthest = Math.max(0, bytes.length - END_BYTES - 0xffff);
	let end = bytes.length - END_BYTES;
	while (end >= furthest && view.getUint32(end, true) !== 0x06054b50) end -= 1;
	if (end < furthest) return null;
	const entries = view.getUint16(end + 10, true);
	let at = view.getUint32(end + 16, true);
	let sum = 0;
	for (let entry = 0; entry < entries; entry += 1) {
		if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== 0x02014b50) return null;
		const size = view.getUint32(at + 24, true);
		if (size === 0xffffffff) return null;
		sum += size;
		at += ENTRY_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
	}
	// Entries that the count leaves out would be unpacked all the same.
	return at === end ? sum : null;
}

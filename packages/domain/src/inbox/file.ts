/** What became of a file of a message. `waiting`: it is fetched by and by; `kept`: it lies here, sealed; `failed`: the code says why. */
export const FILE_STATES = ['waiting', 'kept', 'failed'] as const;
export type FileState = (typeof FILE_STATES)[number];

/** `shown` beside the message, `download` only, or `risky`: taken only after a warning that says why. */
export type FileStanding = 'shown' | 'download' | 'risky';

/**
 * Why a file is risky. `program`: some system runs it, markup among them; `unpacksTooLarge`: it holds far more than it weighs; `brokenArchive`: what
 * is in it cannot be told; `archive`: it holds other files; `huge`: a picture of more points than a browser takes well; `unknown`: nobody
 * can tell what it is.
 */
export const FILE_RISKS = ['program', 'archive', 'unpacksTooLarge', 'brokenArchive', 'huge', 'unknown'] as const;
export type FileRisk = (typeof FILE_RISKS)[number];

/** A file as it may be listed. */
export interface InspectedFile {
	/** Safe to show and to save under. */
	name: string;
	/** By its content; `application/octet-stream` where that tells nothing. The type that its sender names is not believed. */
	type: string;
	bytes: number;
	standing: FileStanding;
	/** Of those that are risky. */
	risk: FileRisk | null;
	/** Of pictures, in points. */
	width: number | null;
	height: number | null;
}

const UNPACKED_LIMIT_BYTES = 200 * 1024 * 1024;
const PACKED_RATIO_LIMIT = 100;
/** A picture of more points takes a browser a quarter of a gigabyte to show. */
const MOST_POINTS = 60_000_000;
const LONGEST_SIDE = 16_000;
const UNTOLD = 'application/octet-stream';

const text = (value: string): readonly number[] => Array.from(value, (char) => char.charCodeAt(0));
type Signature = readonly [at: number, bytes: readonly number[]];
const TYPES: readonly (readonly [type: string, ...Signature[]])[] = [
	['image/jpeg', [0, [0xff, 0xd8, 0xff]]],
	['image/png', [0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]],
	['image/gif', [0, text('GIF87a')]],
	['image/gif', [0, text('GIF89a')]],
	['image/webp', [0, text('RIFF')], [8, text('WEBP')]],
	['image/heic', [4, text('ftyphei')]],
	['video/quicktime', [4, text('ftypqt')]],
	['video/mp4', [4, text('ftyp')]],
	['video/webm', [0, [0x1a, 0x45, 0xdf, 0xa3]]],
	['application/pdf', [0, text('%PDF-')]],
	['application/zip', [0, [0x50, 0x4b, 0x03, 0x04]]],
	['application/zip', [0, [0x50, 0x4b, 0x05, 0x06]]],
	['application/gzip', [0, [0x1f, 0x8b]]],
	['application/x-7z-compressed', [0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]]],
	['application/vnd.rar', [0, text('Rar!')]],
	['application/x-msdownload', [0, text('MZ')]],
	['application/x-elf', [0, [0x7f, 0x45, 0x4c, 0x46]]],
	['application/x-sh', [0, text('#!')]],
];
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
const PLAIN = new Set(['application/pdf', 'image/heic', 'video/mp4', 'video/quicktime', 'video/webm']);
const ARCHIVES = new Set(['application/gzip', 'application/x-7z-compressed', 'application/vnd.rar']);
const PROGRAMS = new Set(['application/x-msdownload', 'application/x-elf', 'application/x-sh']);
// Run by a double click on some system, whatever is in them.
const PROGRAM_NAME =
	/\.(?:exe|com|scr|pif|bat|cmd|msi|msp|hta|jse?|mjs|vbs?|vbe|wsf|wsh|ps1|jar|lnk|reg|cpl|dll|app|dmg|apk|iso|img|url|svgz?|x?html?|mht|xml|chm)$/i;

/** The type of a file by its first bytes. SVG and HTML are not told from text, so that nobody shows them. */
export function sniffType(bytes: Uint8Array): string {
	const fits = ([at, signature]: Signature): boolean => signature.every((byte, index) => bytes[at + index] === byte);
	return TYPES.find(([, ...signatures]) => signatures.every(fits))?.[0] ?? UNTOLD;
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

/** Looks at a file without unpacking or running anything. */
export function inspectFile(name: string, bytes: Uint8Array): InspectedFile {
	const safe = safeName(name);
	const type = sniffType(bytes);
	const size = SHOWN.has(type) ? pictureSize(type, bytes) : null;
	const risk = riskOf(safe, type, bytes, size);
	return {
		name: safe,
		type,
		bytes: bytes.length,
		standing: risk !== null ? 'risky' : SHOWN.has(type) ? 'shown' : 'download',
		risk,
		width: size?.width ?? null,
		height: size?.height ?? null,
	};
}

function riskOf(name: string, type: string, bytes: Uint8Array, size: Size | null): FileRisk | null {
	if (PROGRAMS.has(type) || PROGRAM_NAME.test(name)) return 'program';
	if (SHOWN.has(type)) {
		if (size === null) return 'unknown';
		return size.width * size.height > MOST_POINTS || Math.max(size.width, size.height) > LONGEST_SIDE ? 'huge' : null;
	}
	if (PLAIN.has(type)) return null;
	if (ARCHIVES.has(type)) return 'archive';
	if (type !== 'application/zip') return 'unknown';
	const unpacked = unpackedSize(bytes);
	if (unpacked === null) return 'brokenArchive';
	return unpacked > UNPACKED_LIMIT_BYTES || unpacked > bytes.length * PACKED_RATIO_LIMIT ? 'unpacksTooLarge' : 'archive';
}

interface Size {
	width: number;
	height: number;
}

/** Width and height that a picture states; nothing where it states none, as one that was cut off. */
function pictureSize(type: string, bytes: Uint8Array): Size | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const size = SIZES[type]?.(view) ?? null;
	return size !== null && size.width > 0 && size.height > 0 ? size : null;
}

const SIZES: Readonly<Record<string, (view: DataView) => Size | null>> = {
	'image/png': (view) => (view.byteLength < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20) }),
	'image/gif': (view) => (view.byteLength < 10 ? null : { width: view.getUint16(6, true), height: view.getUint16(8, true) }),
	'image/jpeg': jpegSize,
	'image/webp': webpSize,
};

function jpegSize(view: DataView): Size | null {
	for (let at = 2; at + 9 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
		const marker = view.getUint8(at + 1);
		// Start of frame, of which there are several kinds (ITU T.81, table B.1).
		if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
			return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
	}
	return null;
}

/** Lossy, lossless and extended form (RFC 9649, 2.5 to 2.7). */
function webpSize(view: DataView): Size | null {
	if (view.byteLength < 30) return null;
	const u24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_0000;
	switch (view.getUint32(12)) {
		case 0x56_50_38_20:
			return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
		case 0x56_50_38_4c: {
			const bits = view.getUint32(21, true);
			return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
		}
		case 0x56_50_38_58:
			return { width: u24(24) + 1, height: u24(27) + 1 };
		default:
			return null;
	}
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

/** What a platform takes as files of an answer. */
export interface FileRules {
	/** By content. */
	types: readonly string[];
	/** Bytes of one file, and of all files of one answer. */
	mostBytes: number;
	mostBytesTogether: number;
	/** Files of one answer. */
	mostFiles: number;
	/** An answer is either words or one file. */
	alone: boolean;
	/** Files go with words only. */
	needsText: boolean;
	/** Where the platform says so. */
	source: string;
}

/** Why a file cannot be sent: a sentence's code; null where it can. */
export function fileRefusal(rules: Pick<FileRules, 'types' | 'mostBytes'>, file: InspectedFile): string | null {
	if (!rules.types.includes(file.type) || file.standing === 'risky') return 'fileTypeNotTaken';
	return file.bytes > rules.mostBytes ? 'sentFileTooLarge' : null;
}

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
	'image/jpeg': ['jpg', 'jpeg'],
	'image/png': ['png'],
	'image/gif': ['gif'],
	'image/webp': ['webp'],
	'application/pdf': ['pdf'],
};

/** A name with an ending that fits what the file is, as platforms go by it. */
export function nameOfType(name: string, type: string): string {
	const endings = ENDINGS[type] ?? [];
	const [first] = endings;
	return first === undefined || endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`)) ? name : `${name}.${first}`;
}

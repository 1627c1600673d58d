import { sniffType } from './file.ts';

/**
 * A picture without what it says of where, when and by what it was taken, and without anything behind its end, byte by byte: nothing is decoded, and
 * no point of the picture changes. How it is to be turned, its colours and its movement stay. Other files stay as they are.
 * @returns null for a picture that cannot be followed from its first to its last part: nobody can say what is in it.
 */
export function withoutOrigin(bytes: Uint8Array): Uint8Array | null {
	return WAYS[sniffType(bytes)]?.(bytes) ?? (sniffType(bytes) in WAYS ? null : bytes);
}

type Way = (bytes: Uint8Array) => Uint8Array | null;
const WAYS: Readonly<Record<string, Way>> = { 'image/jpeg': jpeg, 'image/png': png, 'image/gif': gif, 'image/webp': webp };

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const letters = (bytes: Uint8Array, at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));

/** How a viewer turns a picture: 1, as it lies, to 8 (Exif 2.32, 4.6.4 A). @param tiff a TIFF file */
function turnOf(tiff: Uint8Array): number {
	const view = viewOf(tiff);
	if (tiff.length < 14) return 1;
	const order = letters(tiff, 0, 2);
	if (order !== 'II' && order !== 'MM') return 1;
	const little = order === 'II';
	const at = view.getUint32(4, little);
	if (at + 2 > tiff.length) return 1;
	const entries = view.getUint16(at, little);
	for (let entry = at + 2; entry < at + 2 + entries * 12 && entry + 12 <= tiff.length; entry += 12) {
		if (view.getUint16(entry, little) !== 0x0112) continue;
		const turn = view.getUint16(entry + 8, little);
		return turn >= 1 && turn <= 8 ? turn : 1;
	}
	return 1;
}

/** A TIFF file that says how a picture is turned and nothing else. */
function tiffOf(turn: number): Uint8Array {
	return Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';
const END = 0xd9;

/** Segments of ITU T.81, annex B. Of those of applications JFIF, colour profiles and Adobe's colours stay. */
function jpeg(bytes: Uint8Array): Uint8Array | null {
	const view = viewOf(bytes);
	const kept: Uint8Array[] = [bytes.subarray(0, 2)];
	let turn = 1;
	let isScanned = false;
	let at = 2;
	while (at + 2 <= bytes.length) {
		if (bytes[at] !== 0xff) return null;
		const marker = view.getUint8(at + 1);
		// Filling between segments.
		if (marker === 0xff) {
			at += 1;
			continue;
		}
		if (marker === END) return isScanned ? joined([...turned(kept, turn), Uint8Array.of(0xff, END)]) : null;
		// None of these stands outside of a scan, nor has a second picture a place in the first; the last are of forms that no browser shows.
		if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8) || (marker >= 0xf0 && marker <= 0xfd)) return null;
		if (at + 4 > bytes.length) return null;
		const end = at + 2 + view.getUint16(at + 2);
		if (end < at + 4 || end > bytes.length) return null;
		const segment = bytes.subarray(at, end);
		if (marker === 0xe1 && letters(segment, 4, EXIF.length) === EXIF) turn = turnOf(segment.subarray(4 + EXIF.length));
		if (staysInJpeg(marker, segment)) kept.push(segment);
		at = end;
		if (marker === 0xda) {
			isScanned = true;
			const next = endOfScan(bytes, at);
			kept.push(bytes.subarray(at, next));
			at = next;
		}
	}
	return null;
}

function staysInJpeg(marker: number, segment: Uint8Array): boolean {
	const isOfApplication = marker >= 0xe0 && marker <= 0xef;
	if (!isOfApplication) return marker !== 0xfe;
	if (marker === 0xe2) return letters(segment, 4, ICC.length) === ICC;
	return (marker === 0xe0 && letters(segment, 4, 5) === 'JFIF\0') || (marker === 0xee && letters(segment, 4, 5) === 'Adobe');
}

/** Where the points of a scan end: in front of the next marker that is neither a zero of theirs nor a place to start again. */
function endOfScan(bytes: Uint8Array, from: number): number {
	for (let at = bytes.indexOf(0xff, from); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
		const next = bytes[at + 1] ?? 0;
		if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
	}
	return bytes.length;
}

function turned(kept: readonly Uint8Array[], turn: number): Uint8Array[] {
	const [start, first, ...others] = kept;
	if (turn === 1 || !start || !first) return [...kept];
	const tiff = tiffOf(turn);
	const head = Uint8Array.from([0xff, 0xe1, 0, 2 + EXIF.length + tiff.length, ...Array.from(EXIF, (char) => char.charCodeAt(0))]);
	// JFIF stands first where it stands (ITU T.871, 10.1).
	return first[1] === 0xe0 ? [start, first, head, tiff, ...others] : [start, head, tiff, first, ...others];
}

/** Chunks of PNG, third edition, that say how points look and move. Others hold words, times, or what some program knows. */
const KEPT_CHUNKS = new Set(
	'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
);
const PNG_SIGNATURE = 8;

function png(bytes: Uint8Array): Uint8Array | null {
	const view = viewOf(bytes);
	const kept: Uint8Array[] = [bytes.subarray(0, PNG_SIGNATURE)];
	let turn = 1;
	for (let at = PNG_SIGNATURE; at + 12 <= bytes.length; ) {
		const end = at + 12 + view.getUint32(at);
		const name = letters(bytes, at + 4, 4);
		if (end > bytes.length || (at === PNG_SIGNATURE) !== (name === 'IHDR')) return null;
		if (name === 'eXIf') turn = turnOf(bytes.subarray(at + 8, end - 4));
		const stays = KEPT_CHUNKS.has(name);
		// A viewer that does not know it must not show the picture (5.4): a capital stands first.
		if (!stays && ((bytes[at + 4] ?? 0) & 0x20) === 0) return null;
		if (stays) kept.push(bytes.subarray(at, end));
		if (name === 'IEND') {
			const [signature, header, ...others] = kept;
			return turn === 1 || !signature || !header ? joined(kept) : joined([signature, header, chunkOf('eXIf', tiffOf(turn)), ...others]);
		}
		at = end;
	}
	return null;
}

function chunkOf(name: string, data: Uint8Array): Uint8Array {
	const chunk = joined([new Uint8Array(4), Uint8Array.from(name, (char) => char.charCodeAt(0)), data, new Uint8Array(4)]);
	const view = viewOf(chunk);
	view.setUint32(0, data.length);
	view.setUint32(8 + data.length, checksum(chunk.subarray(4, 8 + data.length)));
	return chunk;
}

/** CRC of PNG, annex D. Only ever of a few bytes. */
function checksum(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	}
	return (crc ^ 0xffffffff) >>> 0;
}

/** Blocks of GIF89a. Comments, words drawn over it and what applications know go; how often it is played stays. */
function gif(bytes: Uint8Array): Uint8Array | null {
	const tableOf = (at: number): number => (((bytes[at] ?? 0) & 0x80) === 0 ? 0 : 3 << (((bytes[at] ?? 0) & 7) + 1));
	const afterBlocks = (from: number): number => {
		let at = from;
		while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
		return at + 1;
	};
	let at = 13 + tableOf(10);
	const kept: Uint8Array[] = [bytes.subarray(0, at)];
	while (at < bytes.length) {
		const from = at;
		const [block, label] = [bytes[at], bytes[at + 1]];
		if (block === 0x3b) return joined([...kept, bytes.subarray(at, at + 1)]);
		if (block === 0x2c) at = afterBlocks(at + 10 + tableOf(at + 9) + 1);
		else if (block === 0x21) at = afterBlocks(at + 2);
		else return null;
		const plays = label === 0xff && ['NETSCAPE2.0', 'ANIMEXTS1.0'].includes(letters(bytes, from + 3, 11));
		if (block === 0x2c || label === 0xf9 || plays) kept.push(bytes.subarray(from, at));
	}
	return null;
}

const KEPT_PARTS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;

/** Parts of RFC 9649. */
function webp(bytes: Uint8Array): Uint8Array | null {
	const view = viewOf(bytes);
	if (bytes.length < 20) return null;
	const whole = 8 + view.getUint32(4, true);
	if (whole > bytes.length) return null;
	const kept: Uint8Array[] = [];
	let turn = 1;
	for (let at = 12; at < whole; ) {
		if (at + 8 > whole) return null;
		const size = view.getUint32(at + 4, true);
		const end = at + 8 + size + (size % 2);
		if (end > whole) return null;
		const name = letters(bytes, at, 4);
		if (name === 'EXIF') {
			const exif = bytes.subarray(at + 8, at + 8 + size);
			turn = turnOf(letters(exif, 0, EXIF.length) === EXIF ? exif.subarray(EXIF.length) : exif);
		}
		if (KEPT_PARTS.has(name)) kept.push(bytes.slice(at, end));
		at = end;
	}
	const [first] = kept;
	if (!first) return null;
	if (letters(first, 0, 4) === 'VP8X' && first.length > 8) {
		first[8] = ((first[8] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | (turn === 1 ? 0 : HAS_EXIF);
		if (turn !== 1) kept.push(partOf('EXIF', tiffOf(turn)));
	}
	const all = joined([bytes.subarray(0, 12), ...kept]);
	viewOf(all).setUint32(4, all.length - 8, true);
	return all;
}

function partOf(name: string, data: Uint8Array): Uint8Array {
	const part = joined([Uint8Array.from(name, (char) => char.charCodeAt(0)), new Uint8Array(4), data]);
	viewOf(part).setUint32(4, data.length, true);
	return part;
}

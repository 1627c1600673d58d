import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectFile, withoutOrigin } from '../../src/index.ts';

const SECRET = 'GPS 22.5431N 114.0579E';
const bytesOf = (...parts: (string | number[] | Uint8Array)[]): Buffer =>
	Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const tiff = (turn: number, little = false, rest = SECRET): Buffer => {
	const head = Buffer.alloc(22);
	head.write(little ? 'II' : 'MM', 'latin1');
	const [u16, u32] = little
		? [head.writeUInt16LE.bind(head), head.writeUInt32LE.bind(head)]
		: [head.writeUInt16BE.bind(head), head.writeUInt32BE.bind(head)];
	u16(42, 2);
	u32(8, 4);
	u16(1, 8);
	u16(0x0112, 10);
	u16(3, 12);
	u32(1, 14);
	u16(turn, 18);
	return bytesOf(head, [0, 0, 0, 0], rest);
};
const segment = (marker: number, data: Buffer): Buffer => bytesOf([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff], data);
const JFIF = segment(0xe0, bytesOf('JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0]));
const FRAME = segment(0xc0, bytesOf([8, 0, 20, 0, 30, 1, 1, 0x11, 0]));
const SCAN = bytesOf(segment(0xda, bytesOf([1, 1, 0, 0, 63, 0])), [0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56]);
const jpeg = (...beside: Buffer[]): Buffer =>
	bytesOf([0xff, 0xd8], JFIF, ...beside, FRAME, SCAN, segment(0xc4, Buffer.alloc(20)), SCAN, [0xff, 0xd9]);
const exif = (turn: number, little = false): Buffer => segment(0xe1, bytesOf('Exif\0\0', tiff(turn, little)));
const chunk = (name: string, data: Uint8Array | string): Buffer => {
	const size = Buffer.alloc(4);
	size.writeUInt32BE(data.length);
	return bytesOf(size, name, data, [1, 2, 3, 4]);
};
const HEADER = chunk('IHDR', [0, 0, 0, 4, 0, 0, 0, 3, 8, 2, 0, 0, 0] as unknown as Uint8Array);
const png = (...beside: Buffer[]): Buffer =>
	bytesOf([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], HEADER, ...beside, chunk('IDAT', 'points'), chunk('IEND', ''));
const gif = (...beside: Buffer[]): Buffer =>
	bytesOf('GIF89a', [10, 0, 5, 0, 0x80, 0, 0, 1, 2, 3, 4, 5, 6], ...beside, [0x2c, 0, 0, 0, 0, 10, 0, 5, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]);
const part = (name: string, data: Buffer): Buffer => {
	const size = Buffer.alloc(4);
	size.writeUInt32LE(data.length);
	return bytesOf(name, size, data, data.length % 2 ? [0] : []);
};
const webp = (...parts: Buffer[]): Buffer => {
	const body = bytesOf('WEBP', ...parts);
	const size = Buffer.alloc(4);
	size.writeUInt32LE(body.length);
	return bytesOf('RIFF', size, body);
};
const extended = (flags: number): Buffer => part('VP8X', bytesOf([flags, 0, 0, 0, 6, 0, 0, 8, 0, 0]));
const POINTS = part('VP8 ', Buffer.alloc(20, 7));

const clean = (bytes: Uint8Array): Buffer => Buffer.from(withoutOrigin(bytes) ?? []);

describe('a picture that is sent', () => {
	test.each([
		['jpeg, Exif', jpeg(exif(1)), jpeg()],
		['jpeg, XMP', jpeg(segment(0xe1, bytesOf('http://ns.adobe.com/xap/1.0/\0', SECRET))), jpeg()],
		['jpeg, IPTC and comment', jpeg(segment(0xed, bytesOf('Photoshop 3.0\0', SECRET)), segment(0xfe, bytesOf(SECRET))), jpeg()],
		['jpeg, more pictures', jpeg(segment(0xe2, bytesOf('MPF\0', SECRET))), jpeg()],
		['jpeg, a film behind it', bytesOf(jpeg(), SECRET), jpeg()],
		['png, Exif', png(chunk('eXIf', tiff(1))), png()],
		['png, words', png(chunk('tEXt', SECRET), chunk('zTXt', SECRET), chunk('iTXt', SECRET), chunk('tIME', '1234567')), png()],
		['png, what a program knows', png(chunk('prVt', SECRET)), png()],
		['png, something behind it', bytesOf(png(), SECRET), png()],
		['gif, comment', gif(bytesOf([0x21, 0xfe, SECRET.length], SECRET, [0])), gif()],
		['gif, XMP', gif(bytesOf([0x21, 0xff, 11], 'XMP DataXMP', [SECRET.length], SECRET, [0])), gif()],
		['gif, something behind it', bytesOf(gif(), SECRET), gif()],
		[
			'webp, Exif and XMP',
			webp(extended(0x2c), POINTS, part('EXIF', tiff(1)), part('XMP ', bytesOf(SECRET))),
			webp(extended(0x20), POINTS),
		],
		['webp, something behind it', bytesOf(webp(POINTS), SECRET), webp(POINTS)],
	])('says nothing of where it was taken: %s', (_what, told, bare) => {
		expect(told.includes('114.0579E')).toBe(true);
		expect(clean(told).equals(bare)).toBe(true);
		expect(clean(bare).equals(bare)).toBe(true);
	});

	test.each([
		['jpeg', jpeg(segment(0xe2, bytesOf('ICC_PROFILE\0', [1, 1], 'profile')), segment(0xee, bytesOf('Adobe', [0, 100, 0, 0, 0, 0, 1])))],
		['png', png(chunk('gAMA', '1234'), chunk('iCCP', 'profile'), chunk('acTL', '12345678'), chunk('tRNS', '12'))],
		['gif', gif(bytesOf([0x21, 0xff, 11], 'NETSCAPE2.0', [3, 1, 0, 0, 0]), bytesOf([0x21, 0xf9, 4, 0, 5, 0, 0, 0]))],
		['webp', webp(extended(0x32), part('ICCP', bytesOf('profile')), part('ANIM', Buffer.alloc(6)), part('ANMF', Buffer.alloc(24)))],
	])('keeps its colours and its movement: %s', (_kind, picture) => {
		expect(clean(picture).equals(picture)).toBe(true);
	});

	test.each([
		['jpeg', (turn: number, little: boolean) => jpeg(exif(turn, little))],
		['png', (turn: number, little: boolean) => png(chunk('eXIf', tiff(turn, little)))],
		['webp', (turn: number, little: boolean) => webp(extended(0x08), POINTS, part('EXIF', tiff(turn, little)))],
	])('is turned as it was, and by nothing else that was told: %s', (_kind, made) => {
		for (const turn of [2, 3, 6, 8])
			for (const little of [true, false]) {
				const sent = clean(made(turn, little));
				expect(sent.includes('GPS')).toBe(false);
				const at = sent.indexOf('MM\0*');
				expect(sent.readUInt16BE(at + 18)).toBe(turn);
				expect(clean(sent).equals(sent)).toBe(true);
				expect(inspectFile('a', sent).standing).toBe('shown');
			}
		for (const turn of [0, 9, 65_535]) expect(clean(made(turn, true)).indexOf('MM\0*')).toBe(-1);
	});

	const WHOLE = [jpeg(exif(6)), png(chunk('eXIf', tiff(6))), gif(), webp(extended(0x08), POINTS, part('EXIF', tiff(6)))];

	test('that is cut off anywhere is not sent', () => {
		for (const picture of WHOLE)
			for (let length = 12; length < picture.length; length += 1) expect(withoutOrigin(picture.subarray(0, length))).toBeNull();
	});

	test('of broken bytes is refused, or says after one look what it says after two, and never breaks anything', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...WHOLE),
				fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 8 }),
				(whole, changes) => {
					const broken = Buffer.from(whole);
					for (const { at, byte } of changes) broken[at % broken.length] = byte;
					const once = withoutOrigin(broken);
					if (once === null) return;
					expect(Buffer.from(withoutOrigin(once) ?? []).equals(Buffer.from(once))).toBe(true);
				},
			),
			{ numRuns: 4000 },
		);
	});

	test('with a part whose size leads nowhere is refused', () => {
		expect(withoutOrigin(bytesOf([0xff, 0xd8, 0xff, 0xe1, 0, 1], SCAN, [0xff, 0xd9]))).toBeNull();
		expect(withoutOrigin(bytesOf([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff], SECRET))).toBeNull();
		// No points at all, and a second picture in front of them.
		expect(withoutOrigin(bytesOf([0xff, 0xd8], exif(1), [0xff, 0xd9]))).toBeNull();
		expect(withoutOrigin(bytesOf([0xff, 0xd8], jpeg(exif(1))))).toBeNull();
		expect(withoutOrigin(jpeg(segment(0xf3, bytesOf(SECRET))))).toBeNull();
		expect(withoutOrigin(png(chunk('XxXx', SECRET)))).toBeNull();
		expect(withoutOrigin(webp())).toBeNull();
	});
});

test('what is no picture stays as it is', () => {
	const pdf = bytesOf('%PDF-1.7 ', SECRET);
	expect(withoutOrigin(pdf)).toBe(pdf);
	expect(withoutOrigin(new Uint8Array())).toHaveLength(0);
});

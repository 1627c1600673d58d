import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inspectFile, safeName, sniffType } from '../../src/index.ts';

const of = (content: string): Uint8Array => new TextEncoder().encode(content);
const zip = (unpacked: number, entries = 1): Uint8Array => {
	const bytes = new Uint8Array(4 + 46 + 22);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x04034b50, true);
	view.setUint32(4, 0x02014b50, true);
	view.setUint32(4 + 24, unpacked, true);
	view.setUint32(50, 0x06054b50, true);
	view.setUint16(50 + 10, entries, true);
	view.setUint32(50 + 16, 4, true);
	return bytes;
};
const png = (width: number, height: number, rest = ''): Uint8Array => {
	const bytes = Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
		Buffer.from('IHDR'),
		Buffer.alloc(8),
		Buffer.from(rest),
	]);
	bytes.writeUInt32BE(width, 16);
	bytes.writeUInt32BE(height, 20);
	return bytes;
};
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0]);
const gif = (magic: string, rest = ''): Uint8Array => Buffer.concat([Buffer.from(magic), Buffer.from([10, 0, 5, 0]), Buffer.from(rest)]);
const webp = (form: string, bytes: number[]): Uint8Array =>
	Buffer.concat([Buffer.from('RIFF    WEBP'), Buffer.from(form), Buffer.alloc(4), Buffer.from(bytes), Buffer.alloc(20)]);

describe('a file', () => {
	test('is what its bytes say, not its name', () => {
		expect(sniffType(jpeg)).toBe('image/jpeg');
		expect(inspectFile('photo.png', jpeg)).toMatchObject({ type: 'image/jpeg', standing: 'shown', width: 30, height: 20 });
		expect(inspectFile('photo.jpg', of('<svg onload=alert(1)>'))).toMatchObject({ type: 'application/octet-stream', standing: 'risky' });
		expect(inspectFile('invoice.pdf', of('%PDF-1.7'))).toMatchObject({ type: 'application/pdf', standing: 'download' });
		expect(inspectFile('clip.mp4', of('\0\0\0\x18ftypisom'))).toMatchObject({ type: 'video/mp4', standing: 'download' });
	});

	test.each([
		['png', png(4, 3), { width: 4, height: 3 }],
		['gif', gif('GIF89a'), { width: 10, height: 5 }],
		['webp, lossy', webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 7, 0, 9, 0]), { width: 7, height: 9 }],
		['webp, lossless', webp('VP8L', [0x2f, 6, 0, 2, 0]), { width: 7, height: 9 }],
		['webp, extended', webp('VP8X', [0, 0, 0, 0, 6, 0, 0, 8, 0, 0]), { width: 7, height: 9 }],
	])('that is a picture says how large it is: %s', (_form, bytes, size) => {
		expect(inspectFile('a', bytes)).toMatchObject({ standing: 'shown', ...size });
	});

	test('is not shown where it would take a browser all its memory, or was cut before it says its size', () => {
		expect(inspectFile('a.png', png(100_000, 100_000))).toMatchObject({ standing: 'risky', risk: 'huge' });
		expect(inspectFile('a.png', png(60_000, 1))).toMatchObject({ risk: 'huge' });
		expect(inspectFile('a.png', png(0, 0))).toMatchObject({ risk: 'unknown' });
		expect(inspectFile('a.png', png(9, 9).slice(0, 20))).toMatchObject({ risk: 'unknown' });
		expect(inspectFile('a.jpg', Buffer.alloc(1_000_000, 0xff).fill(0xd8, 1, 2))).toMatchObject({ standing: 'risky' });
	});

	test.each([
		['a script that begins like a picture', 'a.gif', gif('GIF89a', '=1;alert(1)//'), 'image/gif'],
		['markup behind a picture', 'a.png', png(2, 2, '<script>alert(1)</script>'), 'image/png'],
		['an archive behind a picture', 'a.png', Buffer.concat([png(2, 2), zip(9)]), 'image/png'],
	])('that is two things is the first only, and never markup: %s', (_what, name, bytes, type) => {
		expect(inspectFile(name, bytes)).toMatchObject({ type, standing: 'shown' });
		// Under a name that some system runs it is not even that.
		expect(inspectFile(`${name}.html`, bytes)).toMatchObject({ standing: 'risky', risk: 'program' });
	});

	test.each(['GIF8', 'GIF88a=', 'WEBP', 'RIFF1234WAVE', '\xff\xd8', '\x89PNG\n'])('is no picture by half a signature: %j', (begin) => {
		expect(inspectFile('a.png', Buffer.from(`${begin}${'x'.repeat(60)}`, 'latin1')).standing).toBe('risky');
	});

	test.each(['a.exe', 'invoice.pdf.exe', 'a.svg', 'a.html', 'fdp.\u202eexe', 'a.EXE. ', 'a.js', 'x.lnk'])('is a program: %j', (name) => {
		expect(inspectFile(name, of('hello'))).toMatchObject({ standing: 'risky', risk: 'program' });
	});

	test('is a program by its bytes', () => {
		for (const start of ['MZ..', '#!/bin/sh', '\x7fELF']) expect(inspectFile('photo.jpg', of(start)).risk).toBe('program');
	});

	test('is told as what would burst', () => {
		expect(inspectFile('a.zip', zip(72 * 100)).risk).toBe('archive');
		expect(inspectFile('a.zip', zip(72 * 100 + 1)).risk).toBe('unpacksTooLarge');
		expect(inspectFile('a.zip', zip(0xffffffff)).risk).toBe('brokenArchive');
		expect(inspectFile('a.zip', zip(10, 2)).risk).toBe('brokenArchive');
		expect(inspectFile('a.zip', zip(10, 0)).risk).toBe('brokenArchive');
		expect(inspectFile('a.zip', zip(10).slice(0, 40)).risk).toBe('brokenArchive');
		expect(inspectFile('a.zip', zip(10).slice(0, 4)).risk).toBe('brokenArchive');
		expect(inspectFile('a.tgz', Buffer.concat([Buffer.from([0x1f, 0x8b]), deflateSync(Buffer.alloc(1_000_000))])).risk).toBe('archive');
	});

	test.each([
		['../../etc/passwd', 'passwd'],
		['C:\\temp\\a.txt', 'a.txt'],
		['..', 'attachment'],
		['\u202egpj.exe', 'gpj.exe'],
		['a\r\nSet-Cookie: b.txt', 'aSet-Cookie b.txt'],
		['a\u0000.png', 'a.png'],
		['发票.pdf', '发票.pdf'],
		['', 'attachment'],
	])('%j is called %s', (name, safe) => {
		expect(safeName(name)).toBe(safe);
	});

	test('with an endless name keeps its end', () => {
		const safe = safeName(`${'a'.repeat(100_000)}.pdf`);
		expect(Array.from(safe)).toHaveLength(120);
		expect(safe.endsWith('.pdf')).toBe(true);
	});
});

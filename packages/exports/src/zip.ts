import { finished } from 'node:stream/promises';
import { constants, crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { inPieces } from './pieces.ts';

/** The file would be larger than its format bears. */
export class ExportTooLargeError extends Error {
	override name = 'ExportTooLargeError';
}

export interface ZipEntry {
	name: string;
	content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Without ZIP64 sizes and places have 32 bits; Excel does not open streamed ZIP64. */
const LARGEST = 0xff_ff_ff_ff;
/** Version 2.0; sizes and checksum come after the content; names are UTF-8. */
const VERSION = 20;
const FLAGS = 0x08_08;
const DEFLATED = 8;
/** 1 January 1980, the earliest there is: a clock would make two files of one content differ. */
const DATE = 0x00_21;
const PIECE = 256 * 1024;

/**
 * A ZIP archive as bytes, one entry after another, held in memory only by pieces. The same contents give the same bytes, however they were cut.
 * Format: PKWARE APPNOTE 6.3. @throws ExportTooLargeError when an entry or the archive passes 4 GB.
 */
export async function* zipOf(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): AsyncGenerator<Buffer> {
	const directory: Buffer[] = [];
	let place = 0;
	for await (const { name, content } of entries) {
		const start = place;
		const header = localHeader(name);
		place += header.length;
		yield header;
		const sums = { crc: 0, size: 0, packed: 0 };
		for await (const piece of deflated(content, sums)) {
			place += piece.length;
			yield piece;
		}
		if (sums.size > LARGEST || place > LARGEST) throw new ExportTooLargeError(`${name} is larger than 4 GB`);
		const descriptor = Buffer.alloc(16);
		descriptor.writeUInt32LE(0x08_07_4b_50, 0);
		writeSums(descriptor, 4, sums);
		place += descriptor.length;
		yield descriptor;
		directory.push(directoryEntry(name, sums, start));
	}
	const list = Buffer.concat(directory);
	yield list;
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06_05_4b_50, 0);
	end.writeUInt16LE(directory.length, 8);
	end.writeUInt16LE(directory.length, 10);
	end.writeUInt32LE(list.length, 12);
	end.writeUInt32LE(place, 16);
	yield end;
}

interface Sums {
	crc: number;
	size: number;
	packed: number;
}

async function* deflated(content: ZipEntry['content'], sums: Sums): AsyncGenerator<Buffer> {
	// Level 1: the next ones cost twice the time for a tenth of the size.
	const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED, chunkSize: PIECE });
	const fed = feed(content, deflate, sums);
	// Heard below; until then it must not count as nobody's.
	fed.catch((error: unknown) => deflate.destroy(error instanceof Error ? error : new Error(String(error))));
	try {
		for await (const piece of deflate as AsyncIterable<Buffer>) {
			sums.packed += piece.length;
			yield piece;
		}
		await fed;
	} finally {
		// Where the archive is given up, whoever feeds it ends before anybody goes on.
		deflate.destroy();
		await fed.catch(() => {});
	}
}

async function feed(content: ZipEntry['content'], deflate: DeflateRaw, sums: Sums): Promise<void> {
	// One is filled while the other is packed. Memory of its own for each piece would be collected again and again, with all else that is in use.
	let [filling, packing] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
	const place = (): Buffer => {
		[filling, packing] = [packing, filling];
		return filling;
	};
	let packed = Promise.resolve();
	for await (const piece of inPieces(content, PIECE, place)) {
		sums.crc = crc32(piece, sums.crc);
		sums.size += piece.length;
		await packed;
		packed = taken(deflate, piece);
		// Heard before the next piece is handed over.
		packed.catch(() => {});
	}
	await packed;
	deflate.end();
	await finished(deflate, { readable: false });
}

/** Until the memory of the piece is free again. */
function taken(deflate: DeflateRaw, piece: Buffer): Promise<void> {
	return new Promise((resolve, reject) => {
		const gone = (): void => reject(new Error('The archive was given up'));
		deflate.once('close', gone);
		deflate.write(piece, (error) => {
			deflate.off('close', gone);
			if (error) reject(error);
			else resolve();
		});
	});
}

function localHeader(name: string): Buffer {
	const bytes = Buffer.from(name);
	const header = Buffer.alloc(30);
	header.writeUInt32LE(0x04_03_4b_50, 0);
	header.writeUInt16LE(VERSION, 4);
	header.writeUInt16LE(FLAGS, 6);
	header.writeUInt16LE(DEFLATED, 8);
	header.writeUInt16LE(DATE, 12);
	header.writeUInt16LE(bytes.length, 26);
	return Buffer.concat([header, bytes]);
}

function directoryEntry(name: string, sums: Sums, start: number): Buffer {
	const bytes = Buffer.from(name);
	const entry = Buffer.alloc(46);
	entry.writeUInt32LE(0x02_01_4b_50, 0);
	entry.writeUInt16LE(VERSION, 4);
	entry.writeUInt16LE(VERSION, 6);
	entry.writeUInt16LE(FLAGS, 8);
	entry.writeUInt16LE(DEFLATED, 10);
	entry.writeUInt16LE(DATE, 14);
	writeSums(entry, 16, sums);
	entry.writeUInt16LE(bytes.length, 28);
	entry.writeUInt32LE(start, 42);
	return Buffer.concat([entry, bytes]);
}

function writeSums(target: Buffer, at: number, { crc, size, packed }: Sums): void {
	target.writeUInt32LE(crc, at);
	target.writeUInt32LE(packed, at + 4);
	target.writeUInt32LE(size, at + 8);
}

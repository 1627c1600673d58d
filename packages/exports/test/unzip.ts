import { crc32, inflateRawSync } from 'node:zlib';

/** Entries of an archive by its central directory, each checked against its sum: a reader that knows nothing of the writer. */
export function unzip(archive: Buffer): Map<string, Buffer> {
	const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
	const files = new Map<string, Buffer>();
	let at = archive.readUInt32LE(end + 16);
	for (let n = archive.readUInt16LE(end + 10); n > 0; n--) {
		const packed = archive.readUInt32LE(at + 20);
		const nameLength = archive.readUInt16LE(at + 28);
		const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
		const start = archive.readUInt32LE(at + 42);
		const content = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
		const bytes = inflateRawSync(archive.subarray(content, content + packed));
		if (crc32(bytes) !== archive.readUInt32LE(at + 16) || bytes.length !== archive.readUInt32LE(at + 24))
			throw new Error(`${name} is broken`);
		files.set(name, bytes);
		at += 46 + nameLength;
	}
	return files;
}

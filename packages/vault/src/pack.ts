import { promisify } from 'node:util';
import { constants, inflateRawSync, zstdCompress, zstdDecompressSync } from 'node:zlib';

const compress = promisify(zstdCompress);
// Answers of one platform are alike; the levels above cost more than they save.
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Makes bytes smaller before they are sealed: sealed bytes do not compress. Zstandard (RFC 8878), off the main thread. */
export async function packBytes(plain: Buffer): Promise<Buffer> {
	return await compress(plain, LEVEL);
}

/**
 * What {@link packBytes} was given, or what older releases deflated (RFC 1951). No deflated bytes begin like Zstandard's: these four would be
 * a stored block whose length contradicts its check.
 * @throws Error of zlib for anything else.
 */
export function unpackBytes(packed: Buffer): Buffer {
	return packed.subarray(0, ZSTD.length).equals(ZSTD) ? zstdDecompressSync(packed) : inflateRawSync(packed);
}

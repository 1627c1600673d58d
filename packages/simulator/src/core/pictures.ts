import { crc32, deflateSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { hash } from './random.ts';

/** Hosts at which the platforms played here say that pictures lie. */
const HOSTS = ['.media-amazon.com', '.mlstatic.com', '.ibyteimg.com', '.kwcdn.com'];
const SIDE = 800;

/** Bytes that lie at addresses of the platforms' hosts for pictures. */
export class HeldFiles {
	readonly #held = new Map<string, { type: string; bytes: Buffer }>();

	/** @returns the address at which they lie */
	put(host: string, type: string, bytes: Buffer): string {
		const url = `https://${host}/sim/${this.#held.size + 1}~origin.image`;
		this.#held.set(url, { type, bytes });
		return url;
	}

	/** Whether all addresses have run out, as those of the platforms do after a while. */
	expired = false;

	at(url: string): { type: string; bytes: Buffer } | null {
		return this.#held.get(url) ?? null;
	}
}

/**
 * `GET /pictures?url=…`: what lies at an address that a platform here has named, since nobody else could tell: what was put there, else a picture of
 * one colour.
 */
export function mountPictures(app: FastifyInstance, seed: number, files: HeldFiles): void {
	app.get<{ Querystring: { url?: string } }>('/pictures', async (request, reply) => {
		const url = URL.parse(request.query.url ?? '');
		const held = url && files.at(url.href);
		if (held) return await (files.expired ? reply.status(403).send('expired') : reply.header('content-type', held.type).send(held.bytes));
		if (!url || !HOSTS.some((end) => url.hostname.endsWith(end))) return await reply.status(404).send('no such picture');
		return await reply.header('content-type', 'image/png').send(pngOf(SIDE, SIDE, hash(seed, ...Buffer.from(url.href))));
	});
}

/** A PNG of one colour (RFC 2083). */
export function pngOf(width: number, height: number, colour: number): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	// Eight bits for each of red, green and blue.
	header.set([8, 2], 8);
	const row = Buffer.alloc(1 + width * 3);
	for (let x = 0; x < width; x++) row.set([colour & 255, (colour >>> 8) & 255, (colour >>> 16) & 255], 1 + x * 3);
	const pixels = Buffer.concat(Array.from({ length: height }, () => row));
	return Buffer.concat([
		Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(pixels)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const check = Buffer.alloc(4);
	check.writeUInt32BE(crc32(named));
	return Buffer.concat([length, named, check]);
}

/** Width and height of a PNG or JPEG; null for bytes that are neither. */
export function sizeOfPicture(bytes: Buffer): { width: number; height: number } | null {
	if (bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89_50_4e_47)
		return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
	if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xff_d8) return null;
	for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
		const marker = bytes[at + 1] ?? 0;
		// Start of frame, of which there are several kinds (ITU T.81, table B.1).
		if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
			return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
	}
	return null;
}

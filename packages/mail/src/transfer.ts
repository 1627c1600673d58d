/** So many bytes of a mail hold any file of `bytes` bytes, in base64 with its line ends and something to spare. */
export function encodedLength(bytes: number): number {
	return Math.ceil(bytes * 1.4) + 1024;
}

/** What stood in a part before it was written into a mail (RFC 2045, section 6). Encodings without a name that is known leave it as it is. */
export function decodeTransfer(encoding: string, bytes: Uint8Array): Uint8Array {
	switch (encoding.trim().toLowerCase()) {
		case 'base64':
			return Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), 'base64');
		case 'quoted-printable':
			return quotedPrintable(bytes);
		default:
			return bytes;
	}
}

const EQUALS = 0x3d;

function quotedPrintable(bytes: Uint8Array): Uint8Array {
	const out = new Uint8Array(bytes.length);
	let length = 0;
	for (let at = 0; at < bytes.length; at += 1) {
		const byte = bytes[at] ?? 0;
		if (byte !== EQUALS) {
			out[length++] = byte;
			continue;
		}
		const pair = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
		if (/^[\dA-F]{2}$/i.test(pair)) {
			out[length++] = Number.parseInt(pair, 16);
			at += 2;
		} else if (pair === '\r\n') at += 2;
		else if (pair.startsWith('\n')) at += 1;
		else out[length++] = byte;
	}
	return out.subarray(0, length);
}

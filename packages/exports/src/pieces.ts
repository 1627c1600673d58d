/** The same bytes in pieces of one size, the last one shorter, so that what is made of them does not depend on how they came in. */
export async function* inPieces(
	bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	size: number,
): AsyncGenerator<Buffer, undefined, undefined> {
	let piece = Buffer.allocUnsafe(size);
	let filled = 0;
	for await (const given of bytes) {
		for (let from = 0; from < given.length; ) {
			const taken = Math.min(given.length - from, size - filled);
			piece.set(given.subarray(from, from + taken), filled);
			from += taken;
			filled += taken;
			if (filled < size) continue;
			yield piece;
			// The one before is still on its way.
			piece = Buffer.allocUnsafe(size);
			filled = 0;
		}
	}
	if (filled > 0) yield piece.subarray(0, filled);
}

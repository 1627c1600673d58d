/**
 * The same bytes in pieces of one size, the last one shorter, so that what is made of them does not depend on how they came in.
 * @param place where a piece is put; by default its own memory. Where places are used again, a piece is done with before its place is asked for.
 */
export async function* inPieces(
	bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	size: number,
	place: () => Buffer = () => Buffer.allocUnsafe(size),
): AsyncGenerator<Buffer, undefined, undefined> {
	let piece = place();
	let filled = 0;
	for await (const given of bytes) {
		for (let from = 0; from < given.length; ) {
			const taken = Math.min(given.length - from, size - filled);
			piece.set(taken === given.length ? given : given.subarray(from, from + taken), filled);
			from += taken;
			filled += taken;
			if (filled < size) continue;
			yield piece;
			piece = place();
			filled = 0;
		}
	}
	if (filled > 0) yield piece.subarray(0, filled);
}

/** The same pieces; `see` is told of each before it goes on. */
export async function* watched(pieces: AsyncIterable<Buffer>, see: (piece: Buffer) => void): AsyncGenerator<Buffer> {
	for await (const piece of pieces) {
		see(piece);
		yield piece;
	}
}

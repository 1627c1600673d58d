import type { ColumnType } from '@pangea/domain';

/** What a binary COPY holds, by the type of its column: money in thousandths, instants in milliseconds and days since 1970. */
export type CopyValue = string | bigint | number | boolean | null;

/** "PGCOPY\n\xff\r\n\0", flags, length of what comes besides. */
const HEADER = 19;

type Reader = (bytes: Buffer, at: number, end: number) => CopyValue;

const READERS: Record<ColumnType, () => Reader> = {
	id: readText,
	text: readText,
	money: () => (bytes, at) => bytes.readBigInt64BE(at),
	instant: () => (bytes, at) => bytes.readBigInt64BE(at),
	integer: () => (bytes, at) => bytes.readInt32BE(at),
	day: () => (bytes, at) => bytes.readInt32BE(at),
	yesNo: () => (bytes, at) => bytes[at] === 1,
};

/** So many words of a column are known again. */
const MOST_WORDS = 300;

/** Currencies, states and names of stores stand in every row: each of them is held once. */
function readText(): Reader {
	const words = new Map<string, string>();
	return (bytes, at, end) => {
		const text = bytes.toString('utf8', at, end);
		const known = words.get(text);
		if (known === undefined && words.size < MOST_WORDS) words.set(text, text);
		return known ?? text;
	};
}

/**
 * Reads PostgreSQL's binary COPY into columns, so many rows at a time, however its bytes are cut.
 * @see https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
 */
export async function* copiedColumns(
	pieces: AsyncIterable<Buffer>,
	types: readonly ColumnType[],
	most: number,
): AsyncGenerator<CopyValue[][]> {
	const readers = types.map((type) => READERS[type]());
	const fresh = (): CopyValue[][] => types.map(() => []);
	let columns = fresh();
	let rest: Buffer = Buffer.alloc(0);
	let at = HEADER;
	for await (const piece of pieces) {
		const bytes: Buffer = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
		for (let end = rowEnd(bytes, at); end !== null; end = rowEnd(bytes, at)) {
			at += 2;
			for (const [i, read] of readers.entries()) {
				const length = bytes.readInt32BE(at);
				at += 4;
				columns[i]?.push(length === -1 ? null : read(bytes, at, at + length));
				if (length > 0) at += length;
			}
			if (columns[0]?.length === most) {
				yield columns;
				columns = fresh();
			}
		}
		const taken = Math.min(at, bytes.length);
		rest = bytes.subarray(taken);
		at -= taken;
	}
	if ((columns[0]?.length ?? 0) > 0) yield columns;
}

/** Where the row that begins at `at` ends; null when it is not there as a whole, or is the mark of the end. */
function rowEnd(bytes: Buffer, at: number): number | null {
	if (bytes.length < at + 2) return null;
	const fields = bytes.readInt16BE(at);
	if (fields === -1) return null;
	let end = at + 2;
	for (let i = 0; i < fields; i++) {
		if (bytes.length < end + 4) return null;
		end += 4 + Math.max(0, bytes.readInt32BE(end));
	}
	return bytes.length < end ? null : end;
}

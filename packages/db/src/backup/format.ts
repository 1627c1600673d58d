import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';

/**
 * A backup file: eight bytes that say what it is, then one zstd stream of frames. A frame is a letter, four bytes of length and so many bytes.
 * `H` what was backed up, then for each table `T` its name and columns, `D` rows as COPY writes them, `E` their count and digest; at the end `Z`.
 * H, T, E and Z are JSON. A file without its Z was cut off.
 */
export const MAGIC = Buffer.from('PANGEA\0\x01', 'latin1');

/** A backup that cannot be made or used; the message is a sentence for the person. */
export class BackupError extends Error {
	override name = 'BackupError';
}

const head = z.object({
	madeAt: z.iso.datetime(),
	/** Migrations of the schema that the rows have. */
	migrations: z.array(z.string()).min(1),
	/** Master keys without which the sealed values cannot be read. */
	masterKeyIds: z.array(z.string()),
	/** Tables that are not backed up on purpose. */
	leftOut: z.array(z.string()),
});
const table = z.object({ name: z.string(), columns: z.array(z.string()).min(1) });
const tableEnd = z.object({ name: z.string(), rows: z.number().int().min(0), bytes: z.number().int().min(0), sha256: z.string() });
const end = z.object({ tables: z.number().int(), rows: z.number().int(), sha256: z.string() });

export type BackupHead = z.infer<typeof head>;
export type TableEnd = z.infer<typeof tableEnd>;
export type BackupEnd = z.infer<typeof end>;
export type Frame =
	| { kind: 'H'; head: BackupHead }
	| { kind: 'T'; table: z.infer<typeof table> }
	| { kind: 'D'; rows: Buffer }
	| { kind: 'E'; end: TableEnd }
	| { kind: 'Z'; end: BackupEnd };

/** One row of COPY may be as long as PostgreSQL allows; longer than that is damage. */
const LONGEST_FRAME = 1_100_000_000;

export function frame(kind: Frame['kind'], content: Buffer | object): Buffer[] {
	const payload = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
	const start = Buffer.alloc(5);
	start.write(kind, 'latin1');
	start.writeUInt32BE(payload.length, 1);
	return [start, payload];
}

/** The frames of an unpacked backup, in order, holding one at a time. @throws BackupError when it is damaged or cut off. */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
	let parts: Buffer[] = [];
	let have = 0;
	let need = 5;
	for await (const chunk of source) {
		parts.push(chunk);
		have += chunk.length;
		while (have >= need) {
			const whole: Buffer = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
			const length = whole.readUInt32BE(1);
			if (length > LONGEST_FRAME) throw damaged();
			need = 5 + length;
			if (have < need) {
				parts = [whole];
				break;
			}
			yield parse(whole.toString('latin1', 0, 1), whole.subarray(5, need));
			parts = [whole.subarray(need)];
			have -= need;
			need = 5;
		}
	}
	if (have > 0) throw damaged();
}

function parse(kind: string, payload: Buffer): Frame {
	if (kind === 'D') return { kind, rows: payload };
	try {
		const json: unknown = JSON.parse(payload.toString('utf8'));
		if (kind === 'H') return { kind, head: head.parse(json) };
		if (kind === 'T') return { kind, table: table.parse(json) };
		if (kind === 'E') return { kind, end: tableEnd.parse(json) };
		if (kind === 'Z') return { kind, end: end.parse(json) };
	} catch {
		throw damaged();
	}
	throw damaged();
}

export function damaged(cause?: unknown): BackupError {
	return new BackupError('The backup file is damaged or was cut off. Nothing was restored; use another backup.', { cause });
}

/** Sums up a backup on both ways: the digest covers what it says of itself and of every table. */
export class Tally {
	tables = 0;
	rows = 0;
	readonly #hash: Hash = createHash('sha256');

	add(content: BackupHead | TableEnd): void {
		this.#hash.update(JSON.stringify(content));
		if (!('rows' in content)) return;
		this.tables += 1;
		this.rows += content.rows;
	}

	end(): BackupEnd {
		return { tables: this.tables, rows: this.rows, sha256: this.#hash.copy().digest('hex') };
	}
}

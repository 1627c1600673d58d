import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import type { ColumnType, ReportColumn } from '@pangea/domain';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { copiedColumns } from './copy-rows.ts';

/** Rows of a row group: what is held in memory at a time. What the footer says of each group is held to the end of the file. */
const GROUP = 8_000;
/** Whose least and greatest value a group tells, so that readers pass over groups: files are read by time. Of every column they were most of the footer. */
const TOLD: ReadonlySet<ColumnType> = new Set(['instant', 'day']);

/** Money as exact decimals with three places, whatever the currency's own; a currency stands in each row. */
const MONEY = { type: 'INT64', converted_type: 'DECIMAL', scale: 3, precision: 18 } as const;
const KINDS: Record<ColumnType, Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type' | 'scale' | 'precision'>> = {
	id: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
	text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
	money: MONEY,
	instant: {
		type: 'INT64',
		converted_type: 'TIMESTAMP_MILLIS',
		logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
	},
	integer: { type: 'INT32' },
	day: { type: 'INT32', converted_type: 'DATE' },
	yesNo: { type: 'BOOLEAN' },
};

export interface Table {
	columns: readonly ReportColumn[];
	/** Bytes of a binary COPY. */
	rows: AsyncIterable<Buffer>;
	onRows: (rows: number) => void;
	/** Said when all rows are written: what the table stands on, kept in the file's own key-value part. */
	about: () => string;
}

/** A Parquet file (https://parquet.apache.org/docs/file-format/), a row group at a time. */
export async function* parquetOf({ columns, rows, onRows, about }: Table): AsyncGenerator<Buffer> {
	const out = new Sink();
	const schema: SchemaElement[] = [
		{ name: 'root', num_children: columns.length },
		...columns.map((one) => ({ name: one.id, repetition_type: 'OPTIONAL', ...KINDS[one.type] }) as const),
	];
	const writer = new ParquetWriter({ writer: out, schema, createdBy: 'Pangea' });
	const kinds = columns.map((one) => ({ name: one.id, statistics: TOLD.has(one.type), offsetIndex: false }));
	for await (const group of copiedColumns(
		rows,
		columns.map((one) => one.type),
		GROUP,
	)) {
		const count = group[0]?.length ?? 0;
		await writer.write({ columnData: kinds.map((kind, i) => ({ ...kind, data: group[i] ?? [] })), rowGroupSize: count });
		keepLittle(writer);
		onRows(count);
		yield out.taken();
	}
	writer.kvMetadata = [{ key: 'manifest', value: about() }];
	await writer.finish();
	yield out.taken();
}

/** What is said of the columns of a group stays in memory until the end. Little of it is its own: no column has an index, and most is as in the group before. */
function keepLittle({ pendingIndexes, row_groups: groups }: ParquetWriter): void {
	pendingIndexes.length = 0;
	for (const [i, { meta_data: said }] of groups.at(-1)?.columns.entries() ?? []) {
		const before = groups.at(-2)?.columns[i]?.meta_data;
		if (!said || !before) continue;
		said.path_in_schema = before.path_in_schema;
		if (isDeepStrictEqual(said.encodings, before.encodings)) said.encodings = before.encodings;
		if (before.encoding_stats && isDeepStrictEqual(said.encoding_stats, before.encoding_stats)) said.encoding_stats = before.encoding_stats;
	}
}

/** Hands on what was written; offsets go on. */
class Sink extends ByteWriter {
	taken(): Buffer {
		const bytes = Buffer.from(this.getBytes());
		this.index = 0;
		return bytes;
	}
}

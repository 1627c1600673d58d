import { Buffer } from 'node:buffer';
import type { ColumnType, ReportColumn } from '@pangea/domain';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { copiedColumns } from './copy-rows.ts';

/** Rows of a row group: what is held in memory at a time. */
const GROUP = 5000;

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
	for await (const group of copiedColumns(
		rows,
		columns.map((one) => one.type),
		GROUP,
	)) {
		const count = group[0]?.length ?? 0;
		await writer.write({ columnData: columns.map((one, i) => ({ name: one.id, data: group[i] ?? [] })), rowGroupSize: count });
		onRows(count);
		yield out.taken();
	}
	writer.kvMetadata = [{ key: 'manifest', value: about() }];
	await writer.finish();
	yield out.taken();
}

/** Hands on what was written; offsets go on. */
class Sink extends ByteWriter {
	taken(): Buffer {
		const bytes = Buffer.from(this.getBytes());
		this.index = 0;
		return bytes;
	}
}

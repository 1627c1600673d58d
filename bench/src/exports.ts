import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKER_FLAGS } from '@pangea/config';
import { Database, reportSettings, reportStatement } from '@pangea/db';
import { columnsOf, EXPORT_FORMATS, type ExportFormat } from '@pangea/domain';
import pg from 'pg';
import { BenchChild } from './children.ts';
import type { WrittenFile } from './exports-writer.ts';
import { quantile, round } from './figures.ts';
import { filledDatabase } from './lists-fill.ts';

const ROWS = 1_000_000;
/** Lines an order of the lists' world. */
const LINES = 1.25;
/** Of a small report more often: a moment in which others use the machine is more of it. */
const rounds = (rows: number): number => (rows > 2_000_000 ? 3 : 5);
const COLUMNS = columnsOf('lines').map((one) => one.id);
const ZONE = 'Asia/Shanghai';

/** What is written, whatever the format. */
export interface ReportWanted {
	workspaceId: string;
	question: { storeScope: null; sort: 'newest'; stores: string[] };
	shape: { report: 'lines'; columns: string[]; zone: string };
}

/**
 * Order lines as files, to the disk and under the app's role, in rows a second. Limit: the same SELECT by `COPY TO '/dev/null'` inside the server, as its owner
 * and with the same settings, before and after each CSV file.
 */
export async function benchExports(rows: number | null, step: (text: string) => void): Promise<object> {
	const filled = await filledDatabase(Math.round((rows ?? ROWS) / LINES), step);
	const server = await filled.start();
	const database = new Database({ url: server.url('pangea'), name: 'bench exports', onIdleError: () => {} });
	const folder = mkdtempSync(join(tmpdir(), 'pangea-bench-exports-'));
	try {
		const { workspaceId, stores } = filled.world;
		const question = { storeScope: null, sort: 'newest' as const, stores: stores.map((store) => store.storeId) };
		const shape = { report: 'lines' as const, columns: COLUMNS, zone: ZONE };
		const wanted: ReportWanted = { workspaceId, question, shape };
		const env = { DATABASE_URL: server.url('pangea'), PANGEA_FILES: folder, REPORT: JSON.stringify(wanted) };
		const statement = await database.inWorkspace(workspaceId, (scope) => reportStatement(scope, { ...shape, format: 'csv' }, question));
		const found: Record<'limit' | ExportFormat, number[]> = { limit: [], csv: [], xlsx: [], parquet: [] };
		const ratios: number[] = [];
		const memory: Record<ExportFormat, number[]> = { csv: [], xlsx: [], parquet: [] };
		const copy = (): Promise<number> => copied(server.url('pangea'), workspaceId, statement ?? '');
		// The first one reads from the disk.
		await copy();
		let count = 0;
		const times = rounds(rows ?? ROWS);
		for (let time = 0; time < times; time++) {
			// A process of its own each time, in which another format is the first: memory that one has taken the next need not ask for.
			const { child } = await BenchChild.start('writer', './exports-writer.ts', env, WORKER_FLAGS);
			const first = time % EXPORT_FORMATS.length;
			for (const format of [...EXPORT_FORMATS.slice(first), ...EXPORT_FORMATS.slice(0, first)]) {
				// Before and after: a machine that others use becomes quicker and slower by the minute.
				const before = format === 'csv' ? await copy() : null;
				const made = (await child.ask(format)) as WrittenFile;
				count = made.rows;
				found[format].push(made.rowsPerSecond);
				memory[format].push(made.memoryMb);
				step(`${format}: ${round(made.rowsPerSecond)} rows/s, ${round(made.memoryMb)} MB above idle, file ${round(made.fileMb)} MB`);
				if (before === null) continue;
				const after = await copy();
				// Of the time that both took.
				const limit = 2 / (1 / before + 1 / after);
				found.limit.push(limit);
				ratios.push(made.rowsPerSecond / limit);
				step(`COPY TO: ${round(before)} rows/s before, ${round(after)} after`);
			}
			await child.stop();
		}
		const middle = (values: number[]): number => quantile(values, 0.5);
		return {
			rows: count,
			value: round(middle(found.csv)),
			limit: round(middle(found.limit)),
			csvOfLimit: round(middle(ratios), 2),
			csvOfLimitEach: ratios.map((one) => round(one, 2)),
			xlsx: round(middle(found.xlsx)),
			xlsxOfCsv: round(middle(found.xlsx) / middle(found.csv), 2),
			parquet: round(middle(found.parquet)),
			memoryMb: Object.fromEntries(EXPORT_FORMATS.map((format) => [format, round(Math.max(...memory[format]))])),
		};
	} finally {
		await database.close();
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** @returns rows a second inside the server. */
async function copied(url: string, workspaceId: string, statement: string): Promise<number> {
	const client = new pg.Client({ connectionString: url, options: '-c enable_seqscan=off' });
	await client.connect();
	try {
		await client.query(`select set_config('pangea.workspace_id', $1, false)`, [workspaceId]);
		await client.query(`begin; ${reportSettings({ zone: ZONE })}`);
		const started = performance.now();
		const { rowCount } = await client.query(`copy (${statement}) to '/dev/null' with (format csv)`);
		return (rowCount ?? 0) / ((performance.now() - started) / 1000);
	} finally {
		await client.end();
	}
}

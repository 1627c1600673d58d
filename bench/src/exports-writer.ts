import { Database } from '@pangea/db';
import type { ExportFormat } from '@pangea/domain';
import { exportFile, folderStore } from '@pangea/exports';
import { keepHeapSmall } from '@pangea/sync';
import type { ReportWanted } from './exports.ts';
import { serve } from './serve.ts';

/** One file as it was written. */
export interface WrittenFile {
	rows: number;
	rowsPerSecond: number;
	/** Of this process beyond what it had before. */
	memoryMb: number;
	fileMb: number;
}

// As the worker does.
keepHeapSmall();
const database = new Database({ url: process.env['DATABASE_URL'] ?? '', name: 'bench exports', onIdleError: () => {} });
const files = folderStore(process.env['PANGEA_FILES'] ?? '');
const wanted = JSON.parse(process.env['REPORT'] ?? '') as ReportWanted;

serve(write);

async function write(format: ExportFormat): Promise<WrittenFile> {
	const { workspaceId, shape, question } = wanted;
	const memory = watchMemory();
	const started = performance.now();
	const made = await database.inWorkspace(
		workspaceId,
		async (scope) => {
			const file = await exportFile(scope, { ...shape, format, question, company: null, byteOrderMark: true }, () => {});
			const size = await files.write(`${workspaceId}/${workspaceId}`, file.bytes);
			return { size, rows: file.manifest().rows };
		},
		{ snapshot: true },
	);
	const seconds = (performance.now() - started) / 1000;
	return { rows: made.rows, rowsPerSecond: made.rows / seconds, memoryMb: memory.end(), fileMb: made.size / 1e6 };
}

function watchMemory(): { end(): number } {
	const idle = process.memoryUsage.rss();
	let most = idle;
	const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
	return {
		end() {
			clearInterval(timer);
			return (Math.max(most, process.memoryUsage.rss()) - idle) / 2 ** 20;
		},
	};
}

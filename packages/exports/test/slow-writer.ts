import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@pangea/db';
import { folderStore, writeExport } from '../src/index.ts';
import { ALL_TOLD, NO_WAITS } from './home.ts';

// Run as a process of its own, to be killed: writes one export, resting after each piece of the file.
const [url = '', folder = '', workspaceId = '', runId = '', rest = '0'] = process.argv.slice(2);
const database = new Database({ url, name: 'slow writer', onIdleError: () => {} });
const files = folderStore(folder);

async function* rested(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	for await (const piece of bytes) {
		yield piece;
		process.stdout.write('piece\n');
		await sleep(Number(rest));
	}
}

await writeExport(
	{
		database,
		files: { ...files, write: (key, bytes) => files.write(key, rested(bytes)) },
		waits: NO_WAITS,
		untold: ALL_TOLD,
		done: () => Promise.resolve(),
		tell: () => Promise.resolve(),
	},
	{ workspaceId, runId },
	new AbortController().signal,
);
await database.close();

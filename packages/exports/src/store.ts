import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where files of exports lie. A key is `<workspace id>/<run id>`. */
export interface FileStore {
	/** Keeps the bytes under a key once all of them are there; before that, nothing of them is to be seen. @returns how many. */
	write(key: string, bytes: AsyncIterable<Uint8Array>): Promise<number>;
	/** @throws an error with the code ENOENT when there is none. */
	read(key: string): AsyncIterable<Buffer>;
	/** Also where there is none. */
	remove(key: string): Promise<void>;
}

const KEY = /^[0-9a-f-]{36}\/[0-9a-f-]{36}$/;

/** Files in a folder that server and worker share. */
export function folderStore(folder: string): FileStore {
	const path = (key: string): string => {
		if (!KEY.test(key)) throw new TypeError('Not a key of a file');
		return join(folder, key);
	};
	return {
		async write(key, bytes) {
			const target = path(key);
			const draft = `${target}.${randomUUID()}.part`;
			await mkdir(dirname(target), { recursive: true, mode: 0o700 });
			const file = await open(draft, 'wx', 0o600);
			let size = 0;
			try {
				for await (const piece of bytes) {
					await file.writeFile(piece);
					size += piece.length;
				}
				await file.sync();
				await file.close();
				await rename(draft, target);
			} catch (error) {
				await file.close().catch(() => {});
				await rm(draft, { force: true });
				throw error;
			}
			return size;
		},
		read: (key) => createReadStream(path(key)) as AsyncIterable<Buffer>,
		remove: (key) => rm(path(key), { force: true }),
	};
}

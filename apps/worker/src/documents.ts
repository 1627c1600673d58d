import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredDocument } from '@pangea/platform-contract';

/** A path that cannot be read; the message is a sentence for the person. */
export class DocumentError extends Error {
	override name = 'DocumentError';
}

/**
 * The documents behind paths: files, all files of a folder and below, and `-` for standard input. A file of one JSON document a line
 * gives one document for each line, named `file:line`.
 * @throws DocumentError
 */
export async function* openDocuments(paths: readonly string[], input: AsyncIterable<Buffer>): AsyncGenerator<StoredDocument> {
	for (const path of paths) {
		if (path === '-') {
			const chunks: Buffer[] = [];
			for await (const chunk of input) chunks.push(chunk);
			yield* splitLines('standard input', Buffer.concat(chunks));
			continue;
		}
		for (const file of await filesBelow(path)) yield* splitLines(file, await readFile(file));
	}
}

async function filesBelow(path: string): Promise<string[]> {
	let folder: boolean;
	try {
		folder = (await stat(path)).isDirectory();
	} catch {
		throw new DocumentError(`${path} cannot be read: there is no such file or folder, or it may not be opened.`);
	}
	if (!folder) return [path];
	const entries = await readdir(path, { recursive: true, withFileTypes: true });
	return entries
		.filter((e) => e.isFile() && !e.name.startsWith('.'))
		.map((e) => join(e.parentPath, e.name))
		.sort();
}

/** Exported for its test. */
export function splitLines(name: string, body: Buffer): StoredDocument[] {
	const text = body.toString('utf8');
	if (!/^\s*[[{]/.test(text) || isJson(text)) return [{ name, body }];
	const lines = text.split('\n').map((line, i) => ({ line: line.trim(), name: `${name}:${i + 1}` }));
	const filled = lines.filter((l) => l.line !== '');
	// One broken line must not hide the others, so the first decides what kind of file it is.
	if (filled.length < 2 || !isJson(filled[0]?.line ?? '')) return [{ name, body }];
	return filled.map((l) => ({ name: l.name, body: Buffer.from(l.line) }));
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

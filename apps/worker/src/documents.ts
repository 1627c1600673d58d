import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredDocument } from '@pangea/platform-contract';

/** A path that cannot be read; the message is a sentence for the person. */
export class DocumentError extends Error {
	override name = 'DocumentError';
}

const STDIN = '-';

/**
 * The documents behind paths: files, all files of a folder and below, and `-` for standard input. A file of one JSON document a line
 * gives one document for each line, named `file:line`. All paths are looked at before the first document comes out.
 * @throws DocumentError
 */
export async function* openDocuments(paths: readonly string[], input: AsyncIterable<Buffer>): AsyncGenerator<StoredDocument> {
	const files: string[] = [];
	for (const path of paths) files.push(...(path === STDIN ? [STDIN] : await filesBelow(path)));
	for (const file of files) {
		if (file === STDIN) yield* splitLines('standard input', await readInput(input));
		else yield* splitLines(file, await readWhole(file));
	}
}

async function readInput(input: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of input) chunks.push(chunk);
	const body = Buffer.concat(chunks);
	if (body.length === 0) throw new DocumentError('Standard input is empty.');
	return body;
}

async function readWhole(file: string): Promise<Buffer> {
	try {
		return await readFile(file);
	} catch {
		throw new DocumentError(`${file} cannot be read.`);
	}
}

async function filesBelow(path: string): Promise<string[]> {
	if (!(await isFolder(path))) return [path];
	const files = await walk(path);
	if (files.length === 0) throw new DocumentError(`The folder ${path} holds no file.`);
	return files.sort();
}

// By hand: Node's own recursive reading follows links to folders, and such a link may lead back.
async function walk(folder: string): Promise<string[]> {
	const files: string[] = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.name.startsWith('.')) continue;
		if (entry.isDirectory()) files.push(...(await walk(path)));
		else if (!entry.isSymbolicLink() || !(await isFolder(path))) files.push(path);
	}
	return files;
}

async function isFolder(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isDirectory();
	} catch {
		throw new DocumentError(`${path} cannot be read: there is no such file or folder, or it may not be opened.`);
	}
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

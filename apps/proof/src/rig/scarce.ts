import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of a known size, and what fills it. */
export interface Ballast {
	/** Why this machine cannot have a small disk; null when it has one. */
	missing: string | null;
	/** Writes until the disk says that it is full. */
	fill(): void;
	/** Makes room again. */
	empty(): void;
	remove(): void;
}

const MEGABYTES = 900;

/** Puts a folder on a small disk of its own where the system lets us: a tmpfs, which is root's to mount. */
export function scarceFolder(folder: string): Ballast {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m,mode=0700`, 'tmpfs', folder], { encoding: 'utf8' });
	const missing = mounted.status === 0 ? null : `a disk of its own needs the right to mount (${mounted.stderr?.trim() || 'no mount here'})`;
	const file = join(folder, 'ballast');
	return {
		missing,
		fill: () => (missing === null ? fillUp(file) : undefined),
		empty: () => rmSync(file, { force: true }),
		// Lazily: the last process that has a file there open may end a moment later.
		remove: () => {
			if (missing === null) spawnSync('umount', ['-l', folder]);
		},
	};
}

function fillUp(file: string): void {
	const out = openSync(file, 'w');
	// Ever smaller pieces, so that not even a page is left.
	for (let piece = 1 << 22; piece >= 4096; piece >>= 2) {
		const block = Buffer.alloc(piece, 1);
		try {
			while (writeSync(out, block) === piece);
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
		}
	}
	closeSync(out);
}

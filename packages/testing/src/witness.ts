import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** A folder of published documents that we did not write and do not ship, lying beside the checkout. */
export interface Witness {
	folder: string;
	read(path: string): string;
	json(path: string): unknown;
	/** Paths relative to the folder, sorted, whose name ends so. */
	files(under: string, ending: string): string[];
}

/**
 * The published contract documents of a platform, or null on a machine that does not have them. With `CI` set their absence is an error,
 * so that a proof never goes missing in silence.
 */
export function witness(platform: string): Witness | null {
	const folder = join(repository, '..', 'shared', 'contracts', platform);
	if (!existsSync(folder)) {
		if (process.env['CI'])
			throw new Error(`The published contract of ${platform} is missing: expected ../shared/contracts/${platform} beside the checkout`);
		process.stderr.write(`Witness tests of ${platform} are skipped: no ../shared/contracts/${platform} beside the checkout\n`);
		return null;
	}
	return {
		folder,
		read: (path) => readFileSync(join(folder, path), 'utf8'),
		json: (path) => JSON.parse(readFileSync(join(folder, path), 'utf8')),
		files: (under, ending) =>
			walk(join(folder, under))
				.map((p) => relative(folder, p))
				.filter((p) => p.endsWith(ending))
				.sort(),
	};
}

function walk(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? walk(path) : [path];
	});
}

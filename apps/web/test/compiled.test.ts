import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('components hold no bigint literals, which their compiler turns into undefined', () => {
	const files = globSync('**/*.tsx', { cwd: fileURLToPath(new URL('../src/', import.meta.url)) });
	expect(files.length).toBeGreaterThan(50);
	// A literal may stand in a module without components, or be written BigInt(0).
	expect(
		files.filter((file) =>
			/(?<![\w.#'"`])\d[\d_]*n\b/u.test(readFileSync(fileURLToPath(new URL(`../src/${file}`, import.meta.url)), 'utf8')),
		),
	).toEqual([]);
});

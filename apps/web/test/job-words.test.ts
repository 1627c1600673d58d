import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('each kind of job has words, so that nobody reads its name in the queue', () => {
	const names = Array.from(read('../../../packages/jobs/src/definition.ts').matchAll(/ = define\('([\w.]+)'/g), ([, name]) => name);
	const worded = new Set(Array.from(read('../src/features/sync/words.ts').matchAll(/^\t'([\w.]+)': msg`/gm), ([, name]) => name));
	expect(names.length).toBeGreaterThan(20);
	expect(names.filter((name) => !worded.has(name))).toEqual([]);
});

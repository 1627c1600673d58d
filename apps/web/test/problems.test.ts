import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const text = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
const codes = (source: string, type: string) =>
	[...(source.split(`type ${type} =`)[1]?.split(';')[0] ?? '').matchAll(/'(\w+)'/g)].map((m) => m[1] ?? '');

test('every code of the API and of the adapters has a sentence', async () => {
	const known = [
		...codes(await text('../../../packages/api/src/problem.ts'), 'ProblemCode'),
		...codes(await text('../../../packages/platforms/contract/src/error.ts'), 'UserMessageCode'),
	];
	expect(known.length).toBeGreaterThan(20);
	const sentences = await text('../src/problems.ts');
	expect(known.filter((code) => !sentences.includes(`\t${code}: msg`))).toEqual([]);
});

test('every limitation a platform states has its words', async () => {
	const words = await text('../src/features/stores/words.ts');
	const missing: string[] = [];
	for (const platform of ['amazon', 'temu', 'mercado-libre', 'tiktok-shop']) {
		const manifest = await text(`../../../packages/platforms/${platform}/src/manifest.ts`);
		for (const [, subject, level] of manifest.matchAll(/subject: '(\w+)', level: '(\w+)'/g)) {
			if (!words.includes(`'${subject}.${level}'`)) missing.push(`${platform} ${subject}.${level}`);
		}
	}
	expect(missing).toEqual([]);
});

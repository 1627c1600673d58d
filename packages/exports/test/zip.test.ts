import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zipOf } from '../src/index.ts';
import { collect } from './home.ts';
import { unzip } from './unzip.ts';

/** More than the writer holds at once, so that its memory comes round several times: half of it packs well, half of it not at all. */
const CONTENT = Buffer.concat([randomBytes(700_000), Buffer.from('2026-12-01,Lampe,12.50\n'.repeat(60_000)), randomBytes(300_001)]);

const cuts = fc.array(fc.integer({ min: 0, max: CONTENT.length }), { maxLength: 30 }).map((places) => places.toSorted((a, b) => a - b));

async function* cutAt(places: readonly number[]): AsyncGenerator<Buffer> {
	for (const [i, from] of [0, ...places].entries()) yield CONTENT.subarray(from, places[i] ?? CONTENT.length);
}

test('An archive gives back what was put in, with the same bytes however it came in', async () => {
	const whole = await collect(zipOf([{ name: 'a.csv', content: [CONTENT] }]));
	expect(unzip(whole).get('a.csv')?.equals(CONTENT)).toBe(true);
	await fc.assert(
		fc.asyncProperty(cuts, async (places) => {
			expect((await collect(zipOf([{ name: 'a.csv', content: cutAt(places) }]))).equals(whole)).toBe(true);
		}),
		{ numRuns: 30 },
	);
});

test('An archive that nobody reads on ends its source, wherever it was', async () => {
	let ended = 0;
	async function* source(): AsyncGenerator<Buffer> {
		try {
			for (;;) yield CONTENT;
		} finally {
			ended++;
		}
	}
	for (const pieces of [1, 2, 5, 9]) {
		const archive = zipOf([{ name: 'a.csv', content: source() }]);
		for (let i = 0; i < pieces; i++) expect((await archive.next()).done).toBe(false);
		await archive.return(undefined);
	}
	// The first piece is the name, before anybody asks the source.
	expect(ended).toBe(3);
});

test('An archive whose source fails fails with it', async () => {
	async function* source(): AsyncGenerator<Buffer> {
		yield CONTENT;
		throw new Error('the database is away');
	}
	await expect(collect(zipOf([{ name: 'a.csv', content: source() }]))).rejects.toThrow('the database is away');
});

import { documentMutations, type Mutation, recordMutations } from '@pangea/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type PublishedPlatform, walkWithMutatedAnswer, walkWithMutatedRecord } from './mutation.ts';

export type { HeldOrder, PublishedPlatform } from './mutation.ts';

/** Mutated samples a platform; `npm run mutate` asks for all of them. */
const WHOLE = Number(process.env['PANGEA_MUTATIONS'] ?? 500);
/** The suite always runs the same samples; the command draws new ones, or those of a seed that is given. */
const SEED = Number(process.env['PANGEA_SEED'] ?? (process.env['PANGEA_MUTATIONS'] ? Date.now() % 2 ** 31 : 1));

/**
 * Registers the tests that mutate published samples of a platform, four records for each whole answer.
 * @param share of the platform's samples, where it has several families of interfaces
 */
export function describeMutations(name: string, platform: PublishedPlatform | null, share = 1): void {
	const total = Math.round(WHOLE * share);
	const answers = Math.round(total / 5);
	const tally = new Map<string, number>();
	const count = (fate: string): void => void tally.set(fate, (tally.get(fate) ?? 0) + 1);
	const sample = fc.nat({ max: 1000 });

	afterAll(() => {
		if (!process.env['PANGEA_MUTATIONS'] || tally.size === 0) return;
		const lines = [...tally].sort(([, a], [, b]) => b - a).map(([fate, times]) => `${String(times).padStart(7)}  ${fate}`);
		process.stdout.write(`\n${name}: ${total} mutated samples, seed ${SEED}\n${lines.join('\n')}\n`);
	});

	describe.skipIf(!platform)(`mutated samples of ${name}`, { timeout: 3_600_000 }, () => {
		it('become rows or quarantined records, and cost no other record', async () => {
			if (!platform) return;
			const property = fc.asyncProperty(sample, recordMutations, async (index: number, mutations: Mutation[]) => {
				const fate = await walkWithMutatedRecord(platform, index, mutations);
				count(typeof fate === 'string' ? `record: ${fate}` : `record: quarantined, ${plain(fate.quarantined)}`);
			});
			await fc.assert(property, { numRuns: total - answers, seed: SEED });
			// Both fates are common: a generator that only damages, or hardly ever does, would prove little.
			const aside = [...tally].filter(([fate]) => fate.startsWith('record: quarantined')).reduce((sum, [, times]) => sum + times, 0);
			expect(tally.get('record: row') ?? 0).toBeGreaterThan((total - answers) / 5);
			expect(aside).toBeGreaterThan((total - answers) / 10);
		});

		it.each([
			['a word that every object answers to', { kind: 'word', choice: 1 }],
			['half a character', { kind: 'text', choice: 21 }],
			['an object that cannot become text', { kind: 'type', choice: 9 }],
		] as const)('take %s in any one place', async (_what, change) => {
			if (!platform) return;
			const fates = [];
			for (let place = 0; place < 120; place++) fates.push(await walkWithMutatedRecord(platform, 0, [{ ...change, place }]));
			expect(fates).toHaveLength(120);
		});

		it('as whole answers are understood or refused by name, and the walk goes on when the platform has recovered', async () => {
			if (!platform) return;
			const property = fc.asyncProperty(
				sample,
				fc.nat({ max: 40 }),
				fc.boolean(),
				documentMutations,
				async (index: number, which: number, lasting: boolean, mutations: Mutation[]) => {
					count(`answer: ${await walkWithMutatedAnswer(platform, index, which, lasting, mutations)}`);
				},
			);
			await fc.assert(property, { numRuns: answers, seed: SEED });
			expect(tally.get('answer: unexpected') ?? 0).toBeGreaterThan(0);
			expect(tally.get('answer: read') ?? 0).toBeGreaterThan(0);
		});
	});
}

/** The cause without places and values, so that alike causes are counted together. */
function plain(cause: string): string {
	const first = cause.split('; ')[0] ?? '';
	return first
		.replace(/"(?:[^"\\]|\\.)*"?/g, '…')
		.replace(/\b\d+\b/g, 'n')
		.slice(0, 90);
}

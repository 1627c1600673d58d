import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryBudgets } from '../src/budget.ts';

function clocked(rate: number, burst: number) {
	let time = 1_000_000;
	const waiting: { at: number; wake: () => void }[] = [];
	const budgets = memoryBudgets(
		{ id: 'temu', budgets: [{ operation: 'orders', rate, burst, per: 'store', source: 'test' }] },
		{ now: () => time, sleep: (millis) => new Promise((resolve) => waiting.push({ at: time + millis, wake: resolve })) },
	);
	/** Moves the clock from wake-up to wake-up. */
	async function run(until: number): Promise<void> {
		for (;;) {
			await new Promise((resolve) => setImmediate(resolve));
			waiting.sort((a, b) => a.at - b.at);
			const next = waiting[0];
			if (!next || next.at > until) break;
			waiting.shift();
			time = Math.max(time, next.at);
			next.wake();
		}
		time = until;
	}
	return { budgets, run, now: () => time };
}

describe('memory budgets', () => {
	it('let a burst through at once and then keep the rate', async () => {
		const { budgets, run, now } = clocked(2, 3);
		const start = now();
		const left: number[] = [];
		for (let i = 0; i < 6; i++) void budgets.take('orders').then(() => left.push(now() - start));
		await run(start + 10_000);
		expect(left).toEqual([0, 0, 0, 500, 1000, 1500]);
	});

	it('never let more through than burst + rate × time in any stretch', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 20 }),
				fc.integer({ min: 1, max: 10 }),
				fc.array(fc.integer({ min: 0, max: 800 }), { minLength: 1, maxLength: 40 }),
				async (rate, burst, gaps) => {
					const { budgets, run, now } = clocked(rate, burst);
					const left: number[] = [];
					for (const gap of gaps) {
						await run(now() + gap);
						void budgets.take('orders').then(() => left.push(now()));
					}
					await run(now() + 60_000);
					expect(left).toHaveLength(gaps.length);
					for (let i = 0; i < left.length; i++) {
						for (let j = i; j < left.length; j++) {
							const seconds = ((left[j] ?? 0) - (left[i] ?? 0)) / 1000;
							expect(j - i + 1).toBeLessThanOrEqual(burst + rate * seconds + 1e-6);
						}
					}
				},
			),
			{ numRuns: 60 },
		);
	});

	it('stay closed as long as the platform asks, also for those who already wait', async () => {
		const { budgets, run, now } = clocked(1, 1);
		const start = now();
		const left: number[] = [];
		void budgets.take('orders').then(() => left.push(now() - start));
		void budgets.take('orders').then(() => left.push(now() - start));
		await run(start);
		await budgets.adjust('orders', { waitMillis: 5000 });
		void budgets.take('orders').then(() => left.push(now() - start));
		await run(start + 20_000);
		expect(left[0]).toBe(0);
		expect(Math.min(...left.slice(1))).toBeGreaterThanOrEqual(5000);
		expect(left).toHaveLength(3);
	});

	it('follow a corrected rate', async () => {
		const { budgets, run, now } = clocked(100, 1);
		await budgets.adjust('orders', { rate: 0.5 });
		const start = now();
		const left: number[] = [];
		for (let i = 0; i < 3; i++) void budgets.take('orders').then(() => left.push(now() - start));
		await run(start + 10_000);
		expect(left).toEqual([0, 2000, 4000]);
	});

	it('refuse an operation that the manifest does not name', async () => {
		await expect(clocked(1, 1).budgets.take('reviews')).rejects.toThrow('temu has no rate budget for the operation reviews');
	});

	it('end a wait with the reason of the signal', async () => {
		const budgets = memoryBudgets({ id: 'temu', budgets: [{ operation: 'a', rate: 0.001, burst: 1, per: 'store', source: 'test' }] });
		await budgets.take('a');
		await expect(budgets.take('a', AbortSignal.timeout(10))).rejects.toThrow('timeout');
	});
});

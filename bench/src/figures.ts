/** The value below which the share `q` (0 to 1) of the values lies; 0 without values. */
export function quantile(values: readonly number[], q: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

export function round(value: number, digits = 2): number {
	return Number(value.toFixed(digits));
}

export interface Times {
	p50: number;
	p95: number;
}

/** Milliseconds that a question takes, asked so many times. */
export async function timed(times: number, ask: () => Promise<unknown>): Promise<Times> {
	const took: number[] = [];
	for (let time = 0; time < times; time++) {
		const began = performance.now();
		await ask();
		took.push(performance.now() - began);
	}
	return { p50: round(quantile(took, 0.5)), p95: round(quantile(took, 0.95)) };
}

import type { PlatformManifest } from './manifest.ts';

/** Token buckets of one scope (a connection, or a store). Who shares them, and through what, is the implementation's affair. */
export interface RateBudgets {
	/** Resolves when one request of the operation may go out. @throws the signal's reason when it is aborted while waiting. */
	take(operation: string, signal?: AbortSignal): Promise<void>;
	/** Corrects the bucket: `rate` in requests a second, `waitMillis` until the next request may go out. */
	adjust(operation: string, seen: BudgetCorrection): Promise<void>;
}

export interface BudgetCorrection {
	rate?: number;
	waitMillis?: number;
}

/** Waits; rejects with the signal's reason when aborted. */
export type Sleep = (millis: number, signal?: AbortSignal) => Promise<void>;

export interface MemoryBudgetOptions {
	/** Milliseconds, monotonic enough for waiting. */
	now?: () => number;
	sleep?: Sleep;
}

/** Milliseconds between two requests, how early a request may come, and when the next one is due (generic cell rate algorithm). */
interface Bucket {
	interval: number;
	tolerance: number;
	due: number;
	/** The platform asked for silence until then. */
	closedUntil: number;
}

/**
 * Buckets of `manifest.budgets` in this process's memory, for one scope. Requests leave in the order in which they asked.
 * Asking for an operation that the manifest does not name is a defect of the adapter and throws.
 */
export function memoryBudgets(manifest: Pick<PlatformManifest, 'id' | 'budgets'>, options: MemoryBudgetOptions = {}): RateBudgets {
	const now = options.now ?? Date.now;
	const sleep = options.sleep ?? sleepFor;
	const buckets = new Map<string, Bucket>();
	for (const { operation, rate, burst } of manifest.budgets) {
		const interval = 1000 / rate;
		buckets.set(operation, { interval, tolerance: (burst - 1) * interval, due: 0, closedUntil: 0 });
	}
	const bucketOf = (operation: string): Bucket => {
		const bucket = buckets.get(operation);
		if (!bucket) throw new Error(`${manifest.id} has no rate budget for the operation ${operation}`);
		return bucket;
	};
	return {
		async take(operation, signal) {
			const bucket = bucketOf(operation);
			signal?.throwIfAborted();
			const asked = now();
			let leaveAt = Math.max(asked, bucket.due - bucket.tolerance);
			bucket.due = Math.max(bucket.due, asked) + bucket.interval;
			// The platform may close the bucket while this request waits for its turn.
			for (let at = asked; at < leaveAt; at = now(), leaveAt = Math.max(leaveAt, bucket.closedUntil)) await sleep(leaveAt - at, signal);
		},
		async adjust(operation, seen) {
			const bucket = bucketOf(operation);
			if (seen.rate !== undefined && seen.rate > 0) {
				const burst = bucket.tolerance / bucket.interval;
				bucket.interval = 1000 / seen.rate;
				bucket.tolerance = burst * bucket.interval;
			}
			if (seen.waitMillis !== undefined && seen.waitMillis > 0) {
				bucket.closedUntil = Math.max(bucket.closedUntil, now() + seen.waitMillis);
				bucket.due = Math.max(bucket.due, bucket.closedUntil + bucket.tolerance);
			}
		},
	};
}

/** Waits by the runtime's timer. */
export const sleepFor: Sleep = (millis, signal) =>
	new Promise((resolve, reject) => {
		if (signal?.aborted) return reject(reasonOf(signal));
		const stop = (): void => {
			clearTimeout(timer);
			if (signal) reject(reasonOf(signal));
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener('abort', stop);
			resolve();
		}, millis);
		signal?.addEventListener('abort', stop, { once: true });
	});

function reasonOf(signal: AbortSignal): Error {
	return signal.reason instanceof Error ? signal.reason : new Error('Aborted', { cause: signal.reason });
}

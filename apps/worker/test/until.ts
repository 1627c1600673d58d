import { setTimeout as sleep } from 'node:timers/promises';

/** What is seen when it is good, or at the end of the time. */
export async function until<T>(look: () => Promise<T>, good: (seen: T) => boolean, millis = 60_000): Promise<T> {
	for (const end = Date.now() + millis; ; ) {
		const seen = await look();
		if (good(seen) || Date.now() > end) return seen;
		await sleep(100);
	}
}

import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MILLIS = 50;

/** Looks again and again until there is something. `patience`: how long, in milliseconds, where a look names no other time. */
export function untilWithin(patience: number) {
	return async <T>(what: string, look: () => Promise<T | undefined>, millis = patience): Promise<T> => {
		for (const end = Date.now() + millis; Date.now() < end; await sleep(LOOK_MILLIS)) {
			const found = await look();
			if (found !== undefined) return found;
		}
		throw new Error(`Waited in vain for ${what}`);
	};
}

import type { Grant } from '@pangea/platform-contract';

export interface HeldGrant {
	grant: Grant;
	/** Grows with every renewal; tells whether another process was faster. */
	version: number;
}

/**
 * Joins renewals of one connection within this process and bounds how many run at once: each holds a database connection, and its
 * request needs another one for the rate budget.
 */
export interface Renewals {
	run(connectionId: string, renew: () => Promise<HeldGrant>): Promise<HeldGrant>;
}

export function createRenewals(parallel: number): Renewals {
	const underWay = new Map<string, Promise<HeldGrant>>();
	const waiting: (() => void)[] = [];
	let running = 0;
	const inTurn = async (renew: () => Promise<HeldGrant>): Promise<HeldGrant> => {
		if (running >= parallel) await new Promise<void>((resolve) => waiting.push(resolve));
		running++;
		try {
			return await renew();
		} finally {
			running--;
			waiting.shift()?.();
		}
	};
	return {
		run(connectionId, renew) {
			const known = underWay.get(connectionId);
			if (known) return known;
			const started = inTurn(renew).finally(() => underWay.delete(connectionId));
			underWay.set(connectionId, started);
			return started;
		},
	};
}

import { correctBucket, takeToken } from '@pangea/db';
import { PlatformError, type PlatformManifest, type RateBudgets, sleepFor } from '@pangea/platform-contract';
import type { Engine } from './engine.ts';

export interface BudgetOwner {
	workspaceId: string;
	connectionId: string | null;
	storeId: string | null;
	/** Live pull, intake and people go before history. */
	urgent: boolean;
	/** Waits longer before it gives the worker back. */
	patient?: boolean;
}

/** Waiting longer than this is cut into naps, so that a corrected bucket is noticed. */
const LONGEST_NAP = 5000;
/** What patient work waits for one call. */
const PATIENT_MILLIS = 60_000;

/** Token buckets in PostgreSQL, shared by all processes: per grant, per store or per app, as the platform counts. */
export function sharedBudgets(
	engine: Pick<Engine, 'database' | 'options' | 'onBudgetWait'>,
	manifest: Pick<PlatformManifest, 'id' | 'budgets'>,
	owner: BudgetOwner,
): RateBudgets {
	const bucketOf = (operation: string) => {
		const budget = manifest.budgets.find((b) => b.operation === operation);
		if (!budget) throw new Error(`${manifest.id} has no rate budget for the operation ${operation}`);
		const named = { app: 'app', connection: owner.connectionId, store: owner.storeId }[budget.per];
		// Before a grant is stored its calls are counted with the app's.
		return { key: `${manifest.id}:${named ?? 'app'}:${operation}`, rate: budget.rate, burst: budget.burst };
	};
	const patience = owner.patient ? Math.max(PATIENT_MILLIS, engine.options.budgetPatienceMillis) : engine.options.budgetPatienceMillis;
	return {
		async take(operation, signal) {
			const bucket = bucketOf(operation);
			let waited = 0;
			for (;;) {
				signal?.throwIfAborted();
				const wait = await takeToken(engine.database, owner.workspaceId, bucket, owner.urgent);
				if (wait === 0) {
					if (waited > 0) engine.onBudgetWait(manifest.id, operation, waited / 1000);
					return;
				}
				if (wait > patience) throw budgetSpent(operation, wait);
				// A few milliseconds of scatter keep waiters from coming back in step.
				const nap = Math.min(wait, LONGEST_NAP) + Math.random() * 10;
				await sleepFor(nap, signal);
				waited += nap;
			}
		},
		async adjust(operation, seen) {
			const bucket = bucketOf(operation);
			await engine.database.inWorkspace(owner.workspaceId, (scope) => correctBucket(scope, bucket, seen));
		},
	};
}

/** Some platforms grant one call in minutes; a worker that sat through it would keep every other store waiting. */
function budgetSpent(operation: string, waitMillis: number): PlatformError {
	return new PlatformError({
		kind: 'rateLimited',
		userMessage: { code: 'rateLimited', params: { operation } },
		detail: `${operation}: the budget allows the next call in ${Math.ceil(waitMillis / 1000)} s`,
		retryAfter: waitMillis,
	});
}

import { dropLacking, dueLacking, type LackingOrder, putOffLacking, type Scope } from '@pangea/db';
import type { Order } from '@pangea/domain';
import type { Page } from '@pangea/platform-contract';
import type { Engine } from './engine.ts';
import { guard } from './guard.ts';
import { type Hint, ingestPage } from './ingest.ts';
import { nextAsk } from './lacking-pace.ts';
import { type StoreRun, withStore } from './trouble.ts';

/** A store's orders that are asked for again at once; the rest has its turn after the next pull. */
const AT_ONCE = 40;

/**
 * Asks again for orders of which the platform refused a part, as amounts that it was still computing: no poll brings them, for nothing about
 * the order changes when the rest can be told. @returns how many lack nothing any more, or null when none was due.
 */
export async function askForLacking(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	signal: AbortSignal,
): Promise<StoreRun<number | null>> {
	const now = engine.now();
	const due = await engine.database.inWorkspace(ids.workspaceId, (scope) => dueLacking(scope, ids.storeId, now.toISOString(), AT_ONCE));
	if (due.length === 0) return { state: 'done', value: null };
	return await withStore(engine, ids, { signal, urgent: false }, async ({ adapter, context, target }) => {
		const page = await adapter.orders.fetch(
			context,
			due.map((order) => order.externalId),
		);
		const { told, again, givenUp } = sorted(due, page, now);
		const settle = async (scope: Scope): Promise<Hint[]> => {
			await guard(scope, target.storeId);
			await dropLacking(scope, [...told, ...givenUp]);
			for (const [askAt, orderIds] of again) await putOffLacking(scope, orderIds, askAt);
			return [];
		};
		await ingestPage(engine, target, page, 'pull', settle, true);
		engine.log.info(
			{ ...ids, asked: due.length, told: told.length, givenUp: givenUp.length },
			'orders that lacked something were asked for again',
		);
		return told.length;
	});
}

/** What became of each order that was asked for; one that the platform left out still lacks what it lacked. */
function sorted(
	due: readonly LackingOrder[],
	page: Page<Order>,
	now: Date,
): { told: string[]; again: Map<string, string[]>; givenUp: string[] } {
	const whole = new Set(page.items.flatMap((item) => (item.ok && !item.value.askAgain ? [item.value.externalId] : [])));
	const told: string[] = [];
	const givenUp: string[] = [];
	const again = new Map<string, string[]>();
	for (const { orderId, externalId, asked } of due) {
		const askAt = nextAsk(now, asked + 1);
		if (whole.has(externalId)) told.push(orderId);
		else if (askAt === null) givenUp.push(orderId);
		else again.set(askAt, [...(again.get(askAt) ?? []), orderId]);
	}
	return { told, again, givenUp };
}

import { eventsAfter, lastSeq, type Scope, type StoreScope } from '@pangea/db';
import { hideOutside } from '@pangea/realtime';
import { z } from 'zod';
import type { EventsView } from '../shapes.ts';
import { memberProcedure, router } from '../trpc.ts';

/** A client further behind refetches what it shows instead of replaying. */
const MOST_EVENTS = 500;

/** Events after a number, or the word to start afresh when there are too many. */
export async function eventsSince(scope: Scope, storeScope: StoreScope, after: string): Promise<EventsView> {
	const last = await lastSeq(scope);
	const behind = BigInt(last) - BigInt(after);
	if (behind < 0n || behind > BigInt(MOST_EVENTS)) return { events: [], resync: true, last };
	const events = behind === 0n ? [] : await eventsAfter(scope, after, MOST_EVENTS);
	return { events: events.map((event) => hideOutside(event, storeScope)), resync: false, last };
}

export const eventsRouter = router({
	since: memberProcedure('orders.read')
		.input(z.object({ after: z.string().regex(/^\d{1,18}$/) }))
		.query(
			({ ctx: { member }, input }): Promise<EventsView> => member.scoped((scope) => eventsSince(scope, member.storeScope, input.after)),
		),
});

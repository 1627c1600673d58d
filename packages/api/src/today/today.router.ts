import { countConversationsOf, countOrders, lastSeq, salesToday, type Scope, storeOverview, waitingQuarantine } from '@pangea/db';
import { allows } from '@pangea/domain';
import type { Member } from '../trpc.ts';
import type { CountView, TodayView } from '../shapes.ts';
import { memberProcedure, router } from '../trpc.ts';
import { isLate } from '../stores/stores.view.ts';

export const todayRouter = router({
	summary: memberProcedure('orders.read').query(({ ctx: { member } }): Promise<TodayView> => summarise(member)),
});

/** A store whose orders the platform keeps to itself is told as such on its card; there is nothing to mend. */
const NOT_SERVED = 'modeNotServed';

async function summarise(member: Member): Promise<TodayView> {
	const now = member.services.now();
	return await member.scoped(async (scope) => {
		const { storeScope } = member;
		const seq = await lastSeq(scope);
		const count = async (attention: 'late' | 'soon' | 'returns'): Promise<CountView> =>
			(await countOrders(scope, { storeScope, attention }, ['all'])).all;
		const stores = await storeOverview(scope, storeScope);
		const states = stores
			.filter((s) => s.enabled && s.connection_state !== 'disconnected')
			.map((s) => ({ storeId: s.store_id, freshTo: s.watermark, late: isLate(s, member.services.registry, now) }));
		const maySum = member.sees('revenue') && allows(member.powers, 'numbers.read');
		const sales = maySum ? await salesToday(scope, storeScope, now.toISOString()) : null;
		return {
			lateToShip: await count('late'),
			shipWithin24h: await count('soon'),
			returnsToAnswer: await count('returns'),
			claimsDue: await claimsDue(member, scope),
			storesInTrouble: stores.filter(
				(s) => s.enabled && (s.connection_state === 'needsReconnect' || (s.error_code !== null && s.error_code !== NOT_SERVED)),
			).length,
			quarantined: (await waitingQuarantine(scope, storeScope, undefined)).length,
			sales:
				sales &&
				sales.map((s) => ({
					currency: s.currency,
					totalMinor: s.this_minor,
					orders: Number(s.this_orders),
					lastWeekMinor: s.last_minor,
					lastWeekOrders: Number(s.last_orders),
					withoutTotal: Number(s.untold),
				})),
			ordersToday: sales && sales.reduce((sum, s) => sum + Number(s.this_orders), 0),
			stores: states,
			seq,
		};
	});
}

async function claimsDue(member: Member, scope: Scope): Promise<CountView | null> {
	if (!allows(member.powers, 'inbox.read') || !member.sees('buyer')) return null;
	const { count, more } = await countConversationsOf(scope, { view: 'due', storeScope: member.storeScope, userId: member.user.id });
	return { count, capped: more };
}

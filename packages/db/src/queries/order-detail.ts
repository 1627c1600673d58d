import type { Scope } from '../database.ts';
import { OPEN_STATES } from './order-filter.ts';
import { lockStoreOrders } from './order-write.ts';
import { storedReplies } from './raw-reply.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** An order with everything that hangs on it; null when it does not exist or lies outside the member's stores. */
export async function orderDetail(scope: Scope, storeScope: StoreScope, orderId: string) {
	const { db, workspaceId } = scope;
	const order = await db
		.selectFrom('orders')
		.selectAll()
		.where('workspace_id', '=', workspaceId)
		.where('order_id', '=', orderId)
		.where(inStores('store_id', storeScope))
		.executeTakeFirst();
	if (!order) return null;
	const key = { workspace_id: workspaceId, order_id: orderId };
	const lines = await db
		.selectFrom('order_line')
		.selectAll()
		.where((eb) => eb.and(key))
		.orderBy('position')
		.execute();
	const parcels = await db
		.selectFrom('parcel')
		.selectAll()
		.where((eb) => eb.and(key))
		.orderBy('external_id')
		.execute();
	const returns = await db
		.selectFrom('order_return')
		.selectAll()
		.where((eb) => eb.and(key))
		.orderBy('external_id')
		.execute();
	const fees = await db
		.selectFrom('fee')
		.selectAll()
		.where((eb) => eb.and(key))
		.orderBy('external_id')
		.execute();
	const history = await db
		.selectFrom('order_history')
		.selectAll()
		.where((eb) => eb.and(key))
		.orderBy('ext_at')
		.orderBy('seen_at')
		.execute();
	const annotation = await db
		.selectFrom('order_annotation')
		.select(['flag', 'note'])
		.where((eb) => eb.and(key))
		.executeTakeFirst();
	const buyer = await db
		.selectFrom('buyer_data')
		.select(['dies_at'])
		.where((eb) => eb.and(key))
		.executeTakeFirst();
	const replyIds = [...new Set([...order.raw_reply_ids, ...history.flatMap((h) => (h.raw_reply_id ? [h.raw_reply_id] : []))])];
	const evidence = await storedReplies(scope, replyIds);
	return { order, lines, parcels, returns, fees, history, annotation: annotation ?? null, buyerDiesAt: buyer?.dies_at ?? null, evidence };
}

export async function sealedBuyer(scope: Scope, orderId: string): Promise<{ sealed: Buffer; dies_at: string } | undefined> {
	return await scope.db
		.selectFrom('buyer_data')
		.select(['sealed', 'dies_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('order_id', '=', orderId)
		.executeTakeFirst();
}

/** An order whose flag or note was written, with what stood there before. */
export interface AnnotatedOrder {
	orderId: string;
	storeId: string;
	externalId: string;
	before: { flag: string | null; note: string | null };
}

export async function annotateOrders(
	scope: Scope,
	request: {
		orderIds: readonly string[];
		storeScope: StoreScope;
		userId: string;
		flag?: string | null | undefined;
		note?: string | null | undefined;
	},
): Promise<AnnotatedOrder[]> {
	const named = scope.db
		.selectFrom('orders')
		.where('workspace_id', '=', scope.workspaceId)
		.where('order_id', 'in', request.orderIds)
		.where(inStores('store_id', request.storeScope));
	const stores = await named.select('store_id').distinct().orderBy('store_id').execute();
	if (stores.length === 0) return [];
	// What changes an order meanwhile would not find its annotation, and the times beside the flag would stay behind.
	for (const store of stores) await lockStoreOrders(scope, store.store_id);
	const mine = await named
		.select([
			'order_id',
			'store_id',
			'placed_at',
			(eb) => eb.case().when('state', 'in', OPEN_STATES).then(eb.ref('ship_by')).end().as('ship_by'),
			'state',
			'fulfilment',
			(eb) => eb('open_returns', '>', 0).$castTo<boolean>().as('has_returns'),
		])
		.execute();
	const known = await scope.db
		.selectFrom('orders as o')
		.leftJoin('order_annotation as a', (join) => join.onRef('a.workspace_id', '=', 'o.workspace_id').onRef('a.order_id', '=', 'o.order_id'))
		.select(['o.order_id', 'o.external_id', 'a.flag', 'a.note'])
		.where('o.workspace_id', '=', scope.workspaceId)
		.where(
			'o.order_id',
			'in',
			mine.map((order) => order.order_id),
		)
		.execute();
	const before = new Map(known.map((row) => [row.order_id, row]));
	const change = {
		...(request.flag === undefined ? {} : { flag: request.flag }),
		...(request.note === undefined ? {} : { note: request.note }),
		updated_by: request.userId,
		updated_at: new Date().toISOString(),
	};
	await scope.db
		.insertInto('order_annotation')
		.values(mine.map((order) => ({ workspace_id: scope.workspaceId, ...order, ...change })))
		.onConflict((c) => c.columns(['workspace_id', 'order_id']).doUpdateSet(change))
		.execute();
	return mine.map(({ order_id: orderId, store_id: storeId }) => {
		const was = before.get(orderId);
		return { orderId, storeId, externalId: was?.external_id ?? '', before: { flag: was?.flag ?? null, note: was?.note ?? null } };
	});
}

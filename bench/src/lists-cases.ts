import type { OrderPageRequest } from '@pangea/db';
import pg from 'pg';
import type { ListWorld } from './lists-world.ts';

/** What a person asks of the list, without the place in it. */
export type ListRequest = Omit<OrderPageRequest, 'after' | 'limit'>;

export interface ListCase {
	name: string;
	request: ListRequest;
	/** A search that hits more than it looks at: its page is not the whole truth, by design. */
	bounded?: true;
	/** Orders of a flag or a SKU are looked at one by one, up to a thousand: below that the work grows with them. */
	lookedThrough?: true;
}

/** Every tab, every filter, and the combinations that people make; rare with rare among them. */
export function listCases(world: ListWorld, samples: Samples): ListCase[] {
	const ids = world.stores.map((s) => s.storeId);
	const [big = '', , third = ''] = ids;
	const small = ids.at(-1) ?? '';
	const middle = ids[Math.floor(ids.length / 2)] ?? '';
	const few = ids.slice(-3);
	const half = ids.filter((_, i) => i % 2 === 0);
	const before = (days: number): string => new Date(Date.parse(world.now) - days * 86_400_000).toISOString();
	const far = world.days / 2;
	const one = (name: string, request: Partial<ListRequest>): ListCase => ({
		name,
		request: { storeScope: null, sort: 'newest', ...request },
	});
	return [
		one('all', {}),
		...(['unpaid', 'onHold', 'toShip', 'partlyShipped', 'shipped', 'delivered', 'completed', 'cancelled', 'unknown'] as const).map(
			(state) => one(`state ${state}`, { state }),
		),
		one('big store', { stores: [big] }),
		one('small store', { stores: [small] }),
		one('two stores', { stores: [third, small] }),
		...(['amazon', 'temu', 'mercado-libre', 'tiktok-shop'] as const).map((platform) =>
			one(`platform ${platform}`, { platforms: [platform] }),
		),
		one('scope of 3 stores', { storeScope: few }),
		one('scope of half the stores', { storeScope: half }),
		...(['seller', 'platform', 'unknown'] as const).map((fulfilment) => one(`fulfilment ${fulfilment}`, { fulfilment })),
		...(['late', 'soon', 'returns', 'warnings'] as const).map((attention) => one(`attention ${attention}`, { attention })),
		one('flag red', { flag: 'red' }),
		one('flag purple', { flag: 'purple' }),
		one('last month', { from: before(world.days / 24) }),
		one('a month far back', { from: before(far), until: before(far - world.days / 24) }),
		one('by ship-by time', { sort: 'shipBy' }),
		one('by ship-by time, late', { sort: 'shipBy', attention: 'late' }),
		one('by ship-by time, soon, small store', { sort: 'shipBy', attention: 'soon', stores: [small] }),
		one('by ship-by time, partly shipped, temu', { sort: 'shipBy', state: 'partlyShipped', platforms: ['temu'] }),
		one('by ship-by time, scope of 3 stores', { sort: 'shipBy', storeScope: few }),
		one('to ship, big store', { state: 'toShip', stores: [big] }),
		one('to ship, small store', { state: 'toShip', stores: [small] }),
		one('cancelled, scope of 3 stores', { state: 'cancelled', storeScope: few }),
		one('unknown, small store', { state: 'unknown', stores: [small] }),
		one('delivered, temu', { state: 'delivered', platforms: ['temu'] }),
		one('to ship by the platform', { state: 'toShip', fulfilment: 'platform' }),
		one('on hold at the platform', { state: 'onHold', fulfilment: 'platform' }),
		one('cancelled, unknown fulfilment', { state: 'cancelled', fulfilment: 'unknown' }),
		one('by the platform, tiktok shop', { fulfilment: 'platform', platforms: ['tiktok-shop'] }),
		one('unknown fulfilment, scope of half the stores', { fulfilment: 'unknown', storeScope: half }),
		one('shipped by the seller, mercado libre, half the stores', {
			state: 'shipped',
			fulfilment: 'seller',
			platforms: ['mercado-libre'],
			storeScope: half,
		}),
		one('to ship, a month far back', { state: 'toShip', from: before(far), until: before(far - world.days / 24) }),
		one('by the platform, amazon, far back', { fulfilment: 'platform', platforms: ['amazon'], until: before(far) }),
		one('late, small store', { attention: 'late', stores: [small] }),
		one('late, partly shipped', { attention: 'late', state: 'partlyShipped' }),
		one('returns, middle store', { attention: 'returns', stores: [middle] }),
		one('returns, shipped', { attention: 'returns', state: 'shipped' }),
		one('returns by the platform', { attention: 'returns', fulfilment: 'platform' }),
		one('warnings, temu, cancelled', { attention: 'warnings', platforms: ['temu'], state: 'cancelled' }),
		one('red, big store', { flag: 'red', stores: [big] }),
		{ ...one('red, to ship', { flag: 'red', state: 'toShip' }), lookedThrough: true },
		{ ...one('red, returns', { flag: 'red', attention: 'returns' }), lookedThrough: true },
		one('red by ship-by time', { flag: 'red', sort: 'shipBy' }),
		one('order id', { search: samples.orderId }),
		one('order id, other state', { search: samples.orderId, state: 'unknown' }),
		one('pack id', { search: samples.groupId }),
		one('tracking number', { search: samples.tracking }),
		one('rare sku', { search: samples.rareSku }),
		{ ...one('popular sku', { search: samples.popularSku }), bounded: true, lookedThrough: true },
		{ ...one('popular sku, small store', { search: samples.popularSku, stores: [small] }), bounded: true, lookedThrough: true },
		{ ...one('beginning of an order id', { search: samples.beginning }), bounded: true },
		one('words of a title', { search: 'stainless steel bottle' }),
	];
}

export interface Samples {
	orderId: string;
	groupId: string;
	tracking: string;
	rareSku: string;
	popularSku: string;
	beginning: string;
}

/** Values that occur, from the middle of the history. */
export async function findSamples(client: pg.Client, world: ListWorld): Promise<Samples> {
	const middle = new Date(Date.parse(world.now) - (world.days / 2) * 86_400_000).toISOString();
	const { rows } = await client.query<{ order_id: string; group_id: string; tracking: string }>(
		`select o.external_id as order_id, o.external_group_id as group_id, p.tracking_number as tracking
			from orders o join parcel p using (workspace_id, order_id)
			where workspace_id = $1 and placed_at < $2 and platform = 'mercado-libre' and external_group_id is not null
			order by placed_at desc limit 1`,
		[world.workspaceId, middle],
	);
	const [row] = rows;
	if (!row) throw new Error('The workspace holds no order to search for');
	return {
		orderId: row.order_id,
		groupId: row.group_id,
		tracking: row.tracking,
		rareSku: 'SKU-7-299',
		popularSku: 'SKU-0-0',
		beginning: row.order_id.slice(0, 8),
	};
}

/** The same question in plain SQL, written without regard to cost: what the product's answers are compared with. */
export function plainWhere(world: ListWorld, request: ListRequest): string {
	const text = pg.escapeLiteral;
	const among = (values: readonly string[]): string => `in (${values.map(text).join(', ')})`;
	const open = `state in ('toShip', 'partlyShipped')`;
	const { search } = request;
	return [
		`workspace_id = ${text(world.workspaceId)}`,
		request.state && `state = ${text(request.state)}`,
		request.storeScope && `store_id ${among(request.storeScope)}`,
		request.stores && `store_id ${among(request.stores)}`,
		request.platforms && `platform ${among(request.platforms)}`,
		request.fulfilment && `fulfilment = ${text(request.fulfilment)}`,
		request.from && `placed_at >= ${text(request.from)}`,
		request.until && `placed_at < ${text(request.until)}`,
		request.attention === 'late' && `${open} and ship_by < now()`,
		request.attention === 'soon' && `${open} and ship_by >= now() and ship_by < now() + interval '24 hours'`,
		request.attention === 'returns' && 'open_returns > 0',
		request.attention === 'warnings' && 'cardinality(warnings) > 0',
		request.flag && `order_id in (select order_id from order_annotation where flag = ${text(request.flag)})`,
		request.sort === 'shipBy' && `${open} and ship_by is not null`,
		search !== undefined &&
			`(starts_with(external_id, ${text(search)}) or external_group_id = ${text(search)}
				or order_id in (select order_id from order_line where seller_sku = ${text(search)})
				or order_id in (select order_id from parcel where tracking_number = ${text(search)}))`,
	]
		.filter(Boolean)
		.join(' and ');
}

/** What is late or due moves with the clock, so what was found an hour ago is no witness. */
export function movesWithTheClock(request: ListRequest): boolean {
	return request.attention === 'late' || request.attention === 'soon';
}

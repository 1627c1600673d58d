import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** Every store with its connection, freshness, backfill, and what waits: one row a store. */
export async function storeOverview(scope: Scope, storeScope: StoreScope) {
	const ws = scope.workspaceId;
	return await scope.db
		.selectFrom('store as s')
		.innerJoin('connection as c', (join) =>
			join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.connection_id', '=', 's.connection_id'),
		)
		.leftJoin('pull_cursor as p', (join) =>
			join.onRef('p.workspace_id', '=', 's.workspace_id').onRef('p.store_id', '=', 's.store_id').on('p.resource', '=', 'orders'),
		)
		.leftJoin('backfill as b', (join) =>
			join.onRef('b.workspace_id', '=', 's.workspace_id').onRef('b.store_id', '=', 's.store_id').on('b.resource', '=', 'orders'),
		)
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 's.workspace_id').onRef('m.user_id', '=', 's.owner_id'))
		.where('s.workspace_id', '=', ws)
		.where(inStores('s.store_id', storeScope))
		.select([
			's.store_id',
			's.connection_id',
			's.platform',
			's.external_id',
			's.name',
			's.site_id',
			's.country',
			's.currency',
			's.zone',
			's.mode',
			's.active',
			's.enabled',
			's.error_code',
			's.error_params',
			's.error_at',
			's.writes_stopped_at',
			's.entity',
			's.store_group',
			's.owner_id',
			's.colour',
			's.mark',
			's.mode_said',
			'm.name as owner_name',
			'c.state as connection_state',
			'c.account_name',
			'c.grant_expires_at',
			'c.error_code as connection_error',
			'c.error_params as connection_error_params',
			'c.error_at as connection_error_at',
			'p.watermark',
			'p.last_success_at',
			'p.last_attempt_at',
			'b.state as backfill_state',
			'b.history_from',
			'b.reached',
			'b.orders_seen',
			'b.orders_expected',
			'b.started_at as backfill_started',
			'b.updated_at as backfill_at',
		])
		.select((eb) => [
			eb
				.selectFrom('orders as o')
				.select('o.placed_at')
				.where('o.workspace_id', '=', ws)
				.whereRef('o.store_id', '=', 's.store_id')
				.orderBy('o.placed_at', 'desc')
				.limit(1)
				.as('last_order_at'),
			eb
				.selectFrom('quarantine as q')
				.select((e) => e.fn.countAll<string>().as('n'))
				.where('q.workspace_id', '=', ws)
				.whereRef('q.store_id', '=', 's.store_id')
				.where('q.state', '=', 'waiting')
				.as('quarantined'),
			eb
				.selectFrom('gap as g')
				.select((e) => e.fn.countAll<string>().as('n'))
				.where('g.workspace_id', '=', ws)
				.whereRef('g.store_id', '=', 's.store_id')
				.where('g.state', 'in', ['open', 'unexplained'])
				.as('open_gaps'),
		])
		.orderBy('s.platform')
		.orderBy('s.country')
		.orderBy('s.name')
		.execute();
}

/** Newest accepted push per platform. */
export async function lastIntakes(scope: Scope): Promise<Map<string, string>> {
	const rows = await scope.db
		.selectFrom('intake')
		.select(['platform', (eb) => eb.fn.max('received_at').as('at')])
		.where('workspace_id', '=', scope.workspaceId)
		.groupBy('platform')
		.execute();
	return new Map(rows.map((r) => [r.platform, r.at]));
}

/** Buckets with the tokens they hold by now. */
export async function rateBuckets(scope: Scope) {
	return await scope.db
		.selectFrom('rate_bucket')
		.where('workspace_id', '=', scope.workspaceId)
		.select([
			'bucket_key',
			'rate',
			'burst',
			'blocked_until',
			sql<number>`least(burst, tokens + greatest(0, extract(epoch from clock_timestamp() - updated_at)::float8) * rate)`.as('left'),
		])
		.execute();
}

export async function configuredPlatforms(scope: Scope): Promise<Set<string>> {
	const rows = await scope.db.selectFrom('app_credential').select('platform').where('workspace_id', '=', scope.workspaceId).execute();
	return new Set(rows.map((r) => r.platform));
}

export async function waitingQuarantine(scope: Scope, storeScope: StoreScope, storeId: string | undefined) {
	let query = scope.db
		.selectFrom('quarantine')
		.select(['quarantine_id', 'store_id', 'platform', 'external_id', 'cause', 'state', 'attempts', 'first_at', 'last_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('state', '=', 'waiting')
		.where(inStores('store_id', storeScope));
	if (storeId !== undefined) query = query.where('store_id', '=', storeId);
	return await query.orderBy('last_at', 'desc').limit(500).execute();
}

export async function knownGaps(scope: Scope, storeScope: StoreScope, storeId: string | undefined) {
	let query = scope.db.selectFrom('gap').selectAll().where('workspace_id', '=', scope.workspaceId).where(inStores('store_id', storeScope));
	if (storeId !== undefined) query = query.where('store_id', '=', storeId);
	return await query.orderBy('found_at', 'desc').limit(500).execute();
}

/** Changes a store's own settings. @returns what they were; undefined when the store is not there. */
export async function changeStore(
	scope: Scope,
	storeId: string,
	change: { name?: string; enabled?: boolean },
): Promise<{ name: string; enabled: boolean } | undefined> {
	const before = await scope.db
		.selectFrom('store')
		.select(['name', 'enabled'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.forUpdate()
		.executeTakeFirst();
	if (!before) return undefined;
	await scope.db
		.updateTable('store')
		.set({ ...change, updated_at: new Date().toISOString() })
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.execute();
	return before;
}

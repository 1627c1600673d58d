import { type Database, upsertConnection, upsertStores } from '@pangea/db';
import { PLATFORM_IDS, type PlatformId } from '@pangea/domain';

export interface ListStore {
	storeId: string;
	platform: PlatformId;
	zone: string;
	currency: string;
	/** Share of the workspace's orders, 0 to 1. */
	share: number;
}

/** A workspace of orders as a list needs it: a pure function of its size, its days and the moment at which it ends. */
export interface ListWorld {
	workspaceId: string;
	stores: ListStore[];
	orders: number;
	/** How far the orders reach back. */
	days: number;
	/** The newest order's time, ISO. */
	now: string;
}

const SITES = [
	{ country: 'US', zone: 'America/New_York', currency: 'USD' },
	{ country: 'MX', zone: 'America/Mexico_City', currency: 'MXN' },
	{ country: 'BR', zone: 'America/Sao_Paulo', currency: 'BRL' },
	{ country: 'DE', zone: 'Europe/Berlin', currency: 'EUR' },
	{ country: 'GB', zone: 'Europe/London', currency: 'GBP' },
	{ country: 'JP', zone: 'Asia/Tokyo', currency: 'JPY' },
] as const;

/** Stores of all platforms in a workspace, a few big and many small. */
export async function createListStores(database: Database, workspaceId: string, count: number): Promise<ListStore[]> {
	const weights = Array.from({ length: count }, (_, i) => 1 / (i + 1) ** 0.8);
	const whole = weights.reduce((sum, w) => sum + w, 0);
	return await database.inWorkspace(workspaceId, async (scope) => {
		const stores: ListStore[] = [];
		for (const [i, weight] of weights.entries()) {
			const platform = PLATFORM_IDS[i % PLATFORM_IDS.length] ?? 'amazon';
			const site = SITES[i % SITES.length] ?? SITES[0];
			const connectionId = await upsertConnection(scope, {
				platform,
				externalAccountId: `lists-${i}`,
				accountName: `Lists ${i}`,
				host: 'lists',
				scopes: [],
				accessExpiresAt: null,
				grantExpiresAt: null,
			});
			const [made] = await upsertStores(scope, connectionId, [
				{
					...site,
					platform,
					externalId: `S${i}`,
					name: `Store ${i}`,
					siteId: site.country,
					mode: 'local',
					active: true,
					attributes: {},
					language: 'en',
					problem: null,
				},
			]);
			if (made) stores.push({ storeId: made.storeId, platform, zone: site.zone, currency: site.currency, share: weight / whole });
		}
		return stores;
	});
}

/** The share of the orders that came by backfill, store after store and newest first; the rest came as they were placed. */
const BACKFILLED = 0.6;

/** A number from 0 to 1 that depends on the order `i` only. */
const chance = (salt: number): string => `((hashint8extended(i, ${salt}) & 1048575)::float8 / 1048576)`;
const texts = (values: readonly string[], type = 'text'): string => `'{${values.map((v) => `"${v}"`).join(',')}}'::${type}[]`;

/** One row an order: who, where, when and in which state. Everything else is a function of these. */
export function ordersOf(world: ListWorld): string {
	const { stores, orders, days } = world;
	const ends = stores.map((_, s) => stores.slice(0, s + 1).reduce((sum, one) => sum + one.share, 0));
	const starts = [0, ...ends.slice(0, -1)];
	const split = Math.floor(orders * BACKFILLED);
	const seconds = days * 86_400;
	return `
		select o.*, case
			when fulfilment = 'platform' then case
				when hours < 24 then case when c1 < 0.05 then 'unpaid' when c1 < 0.2 then 'toShip' when c1 < 0.24 then 'cancelled' else 'shipped' end
				when hours < 240 then case when c1 < 0.05 then 'cancelled' when c1 < 0.6 then 'shipped' else 'delivered' end
				else case when c1 < 0.05 then 'cancelled' when c1 < 0.06 then 'delivered' when c1 < 0.0602 then 'unknown' else 'completed' end end
			when hours < 1 then case when c1 < 0.25 then 'unpaid' when c1 < 0.35 then 'onHold' else 'toShip' end
			when hours < 48 then case when c1 < 0.03 then 'unpaid' when c1 < 0.05 then 'onHold' when c1 < 0.09 then 'cancelled'
				when c1 < 0.75 then 'toShip' when c1 < 0.76 then 'partlyShipped' else 'shipped' end
			when hours < 336 then case when c1 < 0.006 then 'toShip' when c1 < 0.007 then 'partlyShipped' when c1 < 0.07 then 'cancelled'
				when c1 < 0.55 then 'shipped' when c1 < 0.551 then 'unknown' else 'delivered' end
			else case when c1 < 0.06 then 'cancelled' when c1 < 0.07 then 'delivered' when c1 < 0.0705 then 'shipped' when c1 < 0.0706 then 'unknown'
				when c1 < 0.07065 then 'toShip' when c1 < 0.07067 then 'onHold' else 'completed' end
			end as state
		from (
			select p.*, (${texts(
				stores.map((s) => s.storeId),
				'uuid',
			)})[s] as store_id, (${texts(stores.map((s) => s.platform))})[s] as platform,
				(${texts(stores.map((s) => s.zone))})[s] as zone, (${texts(stores.map((s) => s.currency))})[s] as currency,
				date_trunc('second', '${world.now}'::timestamptz - age * interval '1 second') as placed_at, age / 3600 as hours,
				case when ${chance(2)} < 0.004 then 'unknown'
					when ${chance(2)} < ('{0.55,0.15,0.45,0.10}'::float8[])[(s - 1) % 4 + 1] then 'platform' else 'seller' end as fulfilment,
				-- As time-ordered ids are made: in the order of arrival.
				(lpad(to_hex(1700000000000 + i), 12, '0') || '70008' || lpad(to_hex(hashint8extended(i, 3) & 1152921504606846975), 15, '0'))::uuid as order_id
			from (
				select i, s, ${chance(1)} as c1, case when i < ${split}
					then ${seconds} * (${1 - BACKFILLED} + ${BACKFILLED} * (i::float8 / ${split} - (${texts(starts.map(String), 'float8')})[s]) / (${texts(
						stores.map((one) => String(one.share)),
						'float8',
					)})[s])
					else ${seconds * (1 - BACKFILLED)} * (1 - (i - ${split - 1})::float8 / ${orders - split}) end as age
				from (
					select i, width_bucket(case when i < ${split} then i::float8 / ${split} else ${chance(0)} end, ${texts(
						ends.slice(0, -1).map(String),
						'float8',
					)}) + 1 as s
					from generate_series(0::bigint, ${orders - 1}::bigint) as i offset 0
				) as n offset 0
			) as p offset 0
		) as o`;
}

/** Statements that fill the tables of an empty workspace, by table; the ones of one table run in order. */
export function fillStatements(world: ListWorld): Record<'orders' | 'order_line' | 'parcel' | 'order_annotation', string> {
	const ws = `'${world.workspaceId}'::uuid`;
	const base = ordersOf(world);
	const sku = (salt: number): string => `'SKU-' || s % 10 || '-' || floor(300 * ${chance(salt)} ^ 3)`;
	const line = (external: string, position: number, salt: number): string => `
		insert into order_line (workspace_id, order_id, store_id, external_id, position, external_listing_id, seller_sku, title, quantity, quantity_cancelled,
			currency, unit_price_minor)
		select ${ws}, order_id, store_id, ${external}, ${position}, 'L' || s, ${sku(salt)}, 'Stainless steel bottle', 1, 0, currency, 1999
		from (${base}) as b`;
	return {
		orders: `
			insert into orders (workspace_id, order_id, store_id, platform, external_id, external_group_id, site_id, state, raw_status, fulfilment,
				placed_at, paid_at, ship_by, shipped_at, ext_updated_at, local_day, buyer_country, external_buyer_id, is_test, currency, tax_basis,
				total_minor, total_computed, money, line_count, unit_count, first_title, open_returns, warnings, raw_reply_ids, digest, changed_at)
			select ${ws}, order_id, store_id, platform,
				case platform when 'amazon' then '70' || i % 10 || '-' || lpad((i / 7 % 10000000)::text, 7, '0') || '-' || lpad(i::text, 8, '0')
					when 'temu' then 'PO-' || lpad((i % 211)::text, 3, '0') || '-' || lpad(i::text, 14, '0')
					when 'mercado-libre' then '20000' || lpad(i::text, 11, '0') else '57' || lpad((i * 8191)::text, 16, '0') end,
				case platform when 'mercado-libre' then case when ${chance(4)} < 0.6 then '2000' || lpad((i / 2)::text, 12, '0') end
					when 'temu' then 'PO-' || lpad((i / 2)::text, 14, '0') end,
				'US', state, upper(state), fulfilment, placed_at, placed_at + interval '5 minutes',
				case when fulfilment = 'seller' then placed_at + (24 + floor(${chance(5)} * 3) * 24) * interval '1 hour' end,
				case when state in ('shipped', 'delivered', 'completed') then placed_at + interval '30 hours' end,
				least('${world.now}'::timestamptz, placed_at + ${chance(6)} * interval '20 days'), (placed_at at time zone zone)::date,
				('{US,MX,BR,DE,GB,JP}'::text[])[(s - 1) % 6 + 1], 'B' || (hashint8extended(i, 7) & 4194303), ${chance(8)} < 0.0005, currency, 'gross',
				500 + (hashint8extended(i, 9) & 16383), false, '{"items": "1999", "total": "2199"}', 1, 1,
				'Stainless steel bottle, 750 ml, model ' || (hashint8extended(i, 10) & 2047),
				case when state in ('shipped', 'delivered', 'completed') and ${chance(11)} < (case when hours < 1440 then 0.02 else 0.0005 end) then 1 else 0 end,
				case when ${chance(12)} < 0.01 then '{fraud_risk_detected}'::text[] else '{}' end,
				array[(lpad(to_hex(i / 50), 32, '0'))::uuid], decode(md5(i::text) || '00112233', 'hex'), placed_at
			from (${base}) as b`,
		order_line: `${line("'1'", 0, 13)}; ${line("'2'", 1, 14)} where ${chance(15)} < 0.25`,
		parcel: `
			insert into parcel (workspace_id, order_id, external_id, carrier, tracking_number, state, shipped_at)
			select ${ws}, order_id, '1', 'Carrier', 'TRK' || lpad((i * 7919)::text, 14, '0'), 'delivered', placed_at + interval '30 hours'
			from (${base}) as b where state in ('shipped', 'delivered', 'completed')`,
		order_annotation: `
			insert into order_annotation (workspace_id, order_id, store_id, placed_at, state, fulfilment, has_returns, ship_by, flag, note, updated_by)
			select ${ws}, order_id, store_id, placed_at, state, fulfilment,
				state in ('shipped', 'delivered', 'completed') and ${chance(11)} < (case when hours < 1440 then 0.02 else 0.0005 end),
				case when fulfilment = 'seller' and state in ('toShip', 'partlyShipped') then placed_at + (24 + floor(${chance(5)} * 3) * 24) * interval '1 hour' end,
				(case when ${chance(16)} < 0.003 then (${texts(['red', 'orange', 'yellow', 'green', 'blue', 'purple'])})[1 + floor(6 * ${chance(17)} ^ 2)::int] end),
				case when ${chance(16)} > 0.002 then 'Call back' end, 'lists'
			from (${base}) as b where ${chance(16)} < 0.004`,
	};
}

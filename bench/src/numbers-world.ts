import { addRates, type Database, keepStagedCosts, type Scope, stageCosts, upsertConnection, upsertStores } from '@pangea/db';
import { addDays, PLATFORM_IDS, type PlatformId, type Rate, type SkuCost } from '@pangea/domain';

/** Days of two years. */
export const DAYS = 730;
const SKUS = 3000;
/** Of ten SKUs as many have a stated cost. */
const COSTED = 9;
export const LINES_EACH = 2;

const SITES = [
	{ country: 'US', zone: 'America/Los_Angeles', currency: 'USD', worth: 1.1 },
	{ country: 'MX', zone: 'America/Mexico_City', currency: 'MXN', worth: 20 },
	{ country: 'BR', zone: 'America/Sao_Paulo', currency: 'BRL', worth: 6 },
	{ country: 'DE', zone: 'Europe/Berlin', currency: 'EUR', worth: 1 },
	{ country: 'GB', zone: 'Europe/London', currency: 'GBP', worth: 0.85 },
	{ country: 'JP', zone: 'Asia/Tokyo', currency: 'JPY', worth: 165 },
	{ country: 'CA', zone: 'America/Toronto', currency: 'CAD', worth: 1.5 },
	{ country: 'CL', zone: 'America/Santiago', currency: 'CLP', worth: 1050 },
	{ country: 'CO', zone: 'America/Bogota', currency: 'COP', worth: 4500 },
	{ country: 'IN', zone: 'Asia/Kolkata', currency: 'INR', worth: 95 },
	{ country: 'SG', zone: 'Asia/Singapore', currency: 'SGD', worth: 1.45 },
	{ country: 'AU', zone: 'Australia/Sydney', currency: 'AUD', worth: 1.7 },
] as const;

export interface NumbersStore {
	storeId: string;
	platform: PlatformId;
	zone: string;
	currency: string;
}

/** Stores of all platforms in twelve currencies, with companies, groups and who answers for them. */
export async function createNumbersStores(scope: Scope, count: number): Promise<NumbersStore[]> {
	const stores: NumbersStore[] = [];
	for (let i = 0; i < count; i++) {
		const platform = PLATFORM_IDS[i % PLATFORM_IDS.length] ?? 'amazon';
		const { worth: _, ...site } = SITES[(i * 7) % SITES.length] ?? SITES[0];
		const connectionId = await upsertConnection(scope, {
			platform,
			externalAccountId: `numbers-${i}`,
			accountName: `Numbers ${i}`,
			host: 'numbers',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		const store = { externalId: `S${i}`, name: `Store ${i}`, mode: 'local' as const, active: true, attributes: {}, problem: null };
		const [made] = await upsertStores(scope, connectionId, [{ ...site, ...store, platform, siteId: site.country, language: 'en' }]);
		if (made) stores.push({ storeId: made.storeId, platform, zone: site.zone, currency: site.currency });
	}
	await scope.client.query(
		`update store set entity = 'Company ' || abs(hashtext(name)) % 4, store_group = 'Group ' || abs(hashtext(name)) % 7
			where workspace_id = $1`,
		[scope.workspaceId],
	);
	return stores;
}

/** A rate of each currency for each working day, quoted against the euro as the central bank does. */
export async function keepRates(database: Database, workspaceId: string, today: string): Promise<void> {
	const days = Array.from({ length: DAYS * 2 }, (_, n) => addDays(today, -n)).filter((day) => ![0, 6].includes(new Date(day).getUTCDay()));
	const rates = [...SITES, { currency: 'CNY', worth: 7.8 }]
		.filter(({ currency }) => currency !== 'EUR')
		.flatMap(({ currency, worth }) =>
			days.map((day, n): Rate => ({ currency, against: 'EUR', day, source: 'ecb', rate: (worth * (1 + (n % 97) / 1000)).toFixed(5) })),
		);
	await database.inWorkspace(workspaceId, (scope) => addRates(scope, rates, null));
}

/** What most SKUs cost, stated for two days. */
export async function keepCosts(database: Database, workspaceId: string, today: string): Promise<void> {
	const costs = Array.from({ length: SKUS }, (_, n) => n)
		.filter((n) => n % 10 < COSTED)
		.flatMap((n) =>
			[DAYS + 10, 200].map(
				(back): SkuCost => ({
					sellerSku: `SKU-${n}`,
					validFrom: addDays(today, -back),
					currency: n % 20 === 0 ? 'USD' : 'CNY',
					amountMinor: BigInt(500 + (n % 400) + back),
					inboundMinor: n % 3 === 0 ? 40n : null,
				}),
			),
		);
	await database.inWorkspace(workspaceId, async (scope) => {
		await stageCosts(scope, costs);
		await keepStagedCosts(scope, 'bench');
	});
}

/** Ids are in the order of the numbers, as time-ordered ids are. */
const FIRST_ID = 1_700_000_000_000;

/** The least id that an order of a number, or a later one, may have. */
export function orderIdFrom(number: number): string {
	const hex = (FIRST_ID + number).toString(16).padStart(12, '0');
	return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

const chance = (salt: number): string => `((hashint8extended(i, ${salt}) & 1048575)::float8 / 1048576)`;
const texts = (values: readonly string[], type = 'text'): string => `'{${values.map((v) => `"${v}"`).join(',')}}'::${type}[]`;

/** Orders from one number up to another: a pure function of number, stores and the moment at which they end. */
function ordersOf(stores: readonly NumbersStore[], now: string, from: number, until: number): string {
	return `select i, s, (lpad(to_hex(${FIRST_ID} + i), 12, '0') || '70008' || lpad(to_hex(hashint8extended(i, 3) & 1152921504606846975), 15, '0'))::uuid as order_id,
			(${texts(
				stores.map((store) => store.storeId),
				'uuid',
			)})[s] as store_id, (${texts(stores.map((store) => store.platform))})[s] as platform,
			(${texts(stores.map((store) => store.zone))})[s] as zone, (${texts(stores.map((store) => store.currency))})[s] as currency,
			date_trunc('second', '${now}'::timestamptz - ${chance(1)} * interval '${DAYS - 1} days') as placed_at, ${chance(2)} as c,
			500 + (hashint8extended(i, 4) & 16383) as total
		from (select i, 1 + floor(${stores.length} * ${chance(0)} ^ 1.6)::int as s from generate_series(${from}::bigint, ${until - 1}::bigint) i offset 0) n
		offset 0`;
}

/** Statements that lay orders, from one number up to another, and their lines into the tables of a workspace. */
export function fillStatements(
	workspaceId: string,
	stores: readonly NumbersStore[],
	now: string,
	[from, until]: readonly [number, number],
): { orders: string; lines: string } {
	const ws = `'${workspaceId}'::uuid`;
	const base = ordersOf(stores, now, from, until);
	return {
		orders: `
			insert into orders (workspace_id, order_id, store_id, platform, external_id, site_id, state, raw_status, fulfilment, placed_at, ext_updated_at,
				local_day, is_test, currency, tax_basis, total_minor, total_computed, money, line_count, unit_count, units_cancelled, fee_minor, returned, digest)
			select ${ws}, order_id, store_id, platform, 'N' || i, 'US', case when c < 0.05 then 'cancelled' when c < 0.055 then 'unpaid' else 'completed' end, 'x',
				'seller', placed_at, placed_at, (placed_at at time zone zone)::date, c > 0.9995, currency,
				case when s % 4 = 0 and c > 0.98 then 'unknown' when s % 3 = 0 then 'net' else 'gross' end, total, false,
				jsonb_build_object('total', total::text, 'items', (total - 100)::text)
					|| case when s % 5 > 0 then jsonb_build_object('tax', (total / 10)::text) else '{}' end
					|| case when c > 0.5 and c < 0.53 then jsonb_build_object('refund', (-total / 2)::text) else '{}' end
					|| case when platform = 'temu' then jsonb_build_object('estimatedPayout', (total * 8 / 10)::text) else '{}' end,
				${LINES_EACH}, 3, 0, case when platform = 'mercado-libre' then total / 8 end, c > 0.5 and c < 0.53, decode(md5(i::text), 'hex')
			from (${base}) b`,
		lines: `
			insert into order_line (workspace_id, order_id, store_id, external_id, position, seller_sku, title, quantity, quantity_cancelled, currency, unit_price_minor)
			select ${ws}, order_id, store_id, p::text, p, 'SKU-' || floor(${SKUS} * ((hashint8extended(i, 20 + p) & 1048575)::float8 / 1048576) ^ 2), 'Bottle', p, 0,
				currency, 1999
			from (${base}) b cross join generate_series(1, ${LINES_EACH}) p`,
	};
}

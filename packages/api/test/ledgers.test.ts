import { Readable } from 'node:stream';
import { addUpStaleProfit, profitLock, upsertConnection, upsertStores } from '@pangea/db';
import { addDays, BILLED_AFTER_REFUNDS, CELL_COLUMNS, currencyExponent, localDay, type PlatformId } from '@pangea/domain';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { parse } from 'csv-parse';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportNumbers, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

/*
 * Random ledgers against a second database engine: what the rollups and the Numbers screen tell is added up once more by DuckDB from the rows as
 * they stand at the end. `npm run ledgers` tries a thousand worlds.
 */
const WORLDS = Number(process.env['PANGEA_LEDGERS'] ?? '30');
const DAY = 86_400_000;
const HALF_HOUR = 1_800_000;
const NOW = Date.now();
const today = new Date(NOW).toISOString().slice(0, 10);
/** Rates whose quotients end after a few digits, so that both sides can be exact. */
const RATES = ['0.25', '0.5', '1', '2', '4', '5', '8', '10', '20'] as const;
const CURRENCIES = ['USD', 'EUR', 'JPY', 'MXN', 'CLP'] as const;
const PLATFORMS: readonly PlatformId[] = ['amazon', 'temu', 'mercado-libre', 'tiktok-shop'];
const STORES = 5;
const IDS = 14;

let api: TestApi;
let admin: pg.Client;
let duck: DuckDBConnection;
let owner: SessionUser;
let workspaceId: string;
let zones: string[];
const stores: { id: string; platform: PlatformId }[] = [];

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	duck = await (await DuckDBInstance.create(':memory:')).connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'EUR', zone: 'UTC' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		for (let n = 0; n < STORES; n++) {
			const platform = PLATFORMS[n % PLATFORMS.length] ?? 'temu';
			const connectionId = await upsertConnection(scope, {
				platform,
				externalAccountId: `a${n}`,
				accountName: null,
				host: 'h',
				scopes: [],
				accessExpiresAt: null,
				grantExpiresAt: null,
			});
			const store = {
				externalId: `s${n}`,
				name: `s${n}`,
				siteId: 'X',
				mode: 'local' as const,
				active: true,
				attributes: {},
				problem: null,
			};
			const [made] = await upsertStores(scope, connectionId, [
				{ ...store, platform, country: 'XX', currency: 'USD', zone: 'UTC', language: 'en' },
			]);
			stores.push({ id: made?.storeId ?? '', platform });
		}
	});
	zones = await zonesOfEveryOffset();
});
afterAll(async () => {
	duck.closeSync();
	await admin.end();
	await api.close();
});

/** One zone for each pair of offsets that a clock shows in January and in July, of those that PostgreSQL knows too. */
async function zonesOfEveryOffset(): Promise<string[]> {
	const { rows } = await admin.query<{ name: string }>('select name from pg_timezone_names');
	const known = new Set(rows.map((row) => row.name));
	const byOffset = new Map<string, string>();
	for (const zone of Intl.supportedValuesOf('timeZone').filter((name) => known.has(name))) {
		const offset = (month: string): string => Temporal.Instant.from(`2026-${month}-01T00:00:00Z`).toZonedDateTimeISO(zone).offset;
		byOffset.set(`${offset('01')} ${offset('07')}`, zone);
	}
	return [...byOffset.values()];
}

interface Row {
	state: string;
	test: boolean;
	currency: string;
	basis: string;
	total: number | null;
	items: number;
	tax: number | null;
	refund: number | null;
	units: number;
	dropped: number;
	fee: number | null;
	returned: boolean;
}

const amount = fc.integer({ min: 0, max: 9_999_999 });
const anyRow: fc.Arbitrary<Row> = fc.record({
	state: fc.constantFrom('unpaid', 'toShip', 'shipped', 'delivered', 'completed', 'cancelled', 'unknown'),
	test: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
	currency: fc.constantFrom(...CURRENCIES),
	basis: fc.constantFrom('gross', 'net', 'unknown'),
	total: fc.option(amount, { nil: null }),
	items: amount,
	tax: fc.option(amount, { nil: null }),
	refund: fc.option(amount, { nil: null }),
	units: fc.integer({ min: 0, max: 5 }),
	dropped: fc.integer({ min: 0, max: 3 }),
	fee: fc.option(amount, { nil: null }),
	returned: fc.boolean(),
});
/** Where and when an order was placed: this never changes. */
const anyPlace = fc.record({
	store: fc.nat({ max: STORES - 1 }),
	back: fc.integer({ min: 1, max: 500 }),
	near: fc.constantFrom('midnight', 'clockChange', 'any', 'lately'),
	minutes: fc.integer({ min: -240, max: 240 }),
});
const anyDeed = fc.oneof(
	{ weight: 6, arbitrary: fc.array(fc.tuple(fc.nat({ max: IDS - 1 }), anyRow), { minLength: 1, maxLength: 6 }).map((news) => ({ news })) },
	{ weight: 1, arbitrary: fc.nat({ max: IDS - 1 }).map((gone) => ({ gone })) },
	{
		weight: 2,
		arbitrary: fc
			.record({
				currency: fc.constantFrom('USD', 'JPY', 'MXN', 'CLP'),
				back: fc.integer({ min: 0, max: 520 }),
				rate: fc.constantFrom(...RATES),
			})
			.map((rate) => ({ rate })),
	},
	// What the worker does now and then.
	{ weight: 2, arbitrary: fc.constant({ addedUp: true as const }) },
);
const anyQuestion = fc.record({
	base: fc.constantFrom(...CURRENCIES),
	clock: fc.constantFrom('store' as const, 'workspace' as const),
	by: fc.constantFrom('platform' as const, 'store' as const, 'currency' as const),
	from: fc.integer({ min: 0, max: 520 }),
	days: fc.constantFrom(1, 7, 30, 90, 521),
	only: fc.subarray([0, 1, 2, 3, 4], { maxLength: 3 }),
});
const anyWorld = fc.record({
	places: fc.array(anyPlace, { minLength: IDS, maxLength: IDS }),
	zones: fc.array(fc.nat(), { minLength: STORES + 1, maxLength: STORES + 1 }),
	deeds: fc.array(anyDeed, { minLength: 1, maxLength: 12 }),
	questions: fc.array(anyQuestion, { minLength: 1, maxLength: 4 }),
});
type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;
type Question = World['questions'][number];
/** All days of all stores, by either clock. */
const WHOLE = (['store', 'workspace'] as const).map(
	(clock): Question => ({ base: 'EUR', clock, by: 'store', from: 520, days: 521, only: [] }),
);

const zoneOf = ({ zones: drawn }: World, n: number): string => zones[(drawn[n] ?? 0) % zones.length] ?? 'UTC';
/** By the language's own calendar, not by ours. */
const dayIn = (zone: string, at: number): string =>
	Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();

/** Near midnights, near days on which clocks are moved, anywhere, or within the days for which half hours are kept. */
function placedAt(place: World['places'][number], zone: string): number {
	const minutes = place.minutes * 60_000;
	const then = Temporal.Instant.fromEpochMilliseconds(NOW - place.back * DAY).toZonedDateTimeISO(zone);
	if (place.near === 'midnight') return then.startOfDay().epochMilliseconds + minutes;
	if (place.near === 'lately') return NOW - (place.back % 60) * DAY - 5 * HALF_HOUR + minutes;
	const change = place.near === 'clockChange' ? then.getTimeZoneTransition('next') : null;
	const at = (change?.epochMilliseconds ?? then.epochMilliseconds) + minutes;
	return at < NOW ? at : then.epochMilliseconds + minutes;
}

/** Lives through a world in PostgreSQL, and lays its last state before DuckDB. @returns that state */
async function live(world: World): Promise<ReadonlyMap<number, Row>> {
	for (const table of ['orders', 'sales_day', 'sales_clock_day', 'sales_half_hour', 'fx_rate']) await admin.query(`delete from ${table}`);
	await admin.query('update workspace set zone = $1', [zoneOf(world, STORES)]);
	const ledger = new Map<number, Row>();
	const words: { currency: string; day: string; rate: string }[] = [];
	for (const deed of world.deeds) {
		if ('news' in deed) {
			const news = new Map(deed.news);
			await write(world, [...news]);
			for (const [id, row] of news) ledger.set(id, row);
		} else if ('gone' in deed) {
			await admin.query('delete from orders where external_id = $1', [`o${deed.gone}`]);
			ledger.delete(deed.gone);
		} else if ('addedUp' in deed) {
			while (await api.database.inWorkspace(workspaceId, addUpStaleProfit, { lock: profitLock(workspaceId) }));
			// What the server remembers of these days is not to be told once they have changed.
			for (const q of WHOLE) await figuresOfOurs(q, ...spanOf(q));
		} else {
			const { back, ...rate } = deed.rate;
			const word = { ...rate, day: addDays(today, -back) };
			await api.as(owner, workspaceId).numbers.setRates({ rates: [{ ...word, against: 'EUR' }] });
			words.push(word);
		}
	}
	await duck.run(`create or replace table ledger (store varchar, platform varchar, day date, zoned date, state varchar, test boolean, currency varchar,
		basis varchar, total hugeint, items hugeint, tax hugeint, refund hugeint, units hugeint, dropped hugeint, fee hugeint, returned boolean)`);
	await duck.run('create or replace table word (n integer, currency varchar, day date, milli hugeint)');
	const quoted = (values: readonly (string | number | boolean | null)[]): string =>
		`(${values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ')})`;
	const rows = [...ledger].map(([id, r]) => {
		const { store, at } = whereabouts(world, id);
		return quoted([
			store.id,
			store.platform,
			dayIn(zoneOf(world, storeOf(world, id)), at),
			dayIn(zoneOf(world, STORES), at),
			r.state,
			r.test,
			r.currency,
			r.basis,
			r.total,
			r.items,
			r.tax,
			r.refund,
			r.units,
			r.dropped,
			r.fee,
			r.returned,
		]);
	});
	if (rows.length > 0) await duck.run(`insert into ledger values ${rows.join(', ')}`);
	const rated = words.map((word, n) => quoted([n, word.currency, word.day, Number(word.rate) * 1000]));
	await duck.run(`insert into word values ${[quoted([-1, 'EUR', '1999-01-01', 1000]), ...rated].join(', ')}`);
	return ledger;
}

const storeOf = ({ places }: World, id: number): number => places[id]?.store ?? 0;
function whereabouts(world: World, id: number): { store: (typeof stores)[number]; at: number } {
	const place = world.places[id];
	const store = stores[storeOf(world, id)];
	if (!place || !store) throw new Error('No such order');
	return { store, at: placedAt(place, zoneOf(world, place.store)) };
}

/** Orders as an ingest writes them: new ones and changed ones in one statement. */
async function write(world: World, news: readonly (readonly [number, Row])[]): Promise<void> {
	const values: unknown[] = [workspaceId];
	const place = (value: unknown): string => `$${values.push(value)}`;
	const rows = news.map(([id, r]) => {
		const { store, at } = whereabouts(world, id);
		// Temu's bill lacks what was refunded.
		const bill = r.total === null || !BILLED_AFTER_REFUNDS.includes(store.platform) ? r.total : r.total - (r.refund ?? 0);
		const money = {
			items: String(r.items),
			...(r.tax !== null && { tax: String(r.tax) }),
			...(r.refund !== null && { refund: String(-r.refund) }),
		};
		const iso = new Date(at).toISOString();
		const columns = [
			store.id,
			store.platform,
			`o${id}`,
			r.state,
			iso,
			localDay(iso, zoneOf(world, storeOf(world, id))),
			r.test,
			r.currency,
			r.basis,
			bill,
			JSON.stringify(money),
			r.units,
			r.dropped,
			r.fee,
			r.returned,
		].map(place);
		const types = 'uuid text text text timestamptz date boolean text text bigint jsonb integer integer bigint boolean'.split(' ');
		return `(${columns.map((column, n) => `${column}::${types[n]}`).join(', ')})`;
	});
	await admin.query(
		`insert into orders as o (workspace_id, order_id, store_id, platform, external_id, state, placed_at, ext_updated_at, local_day, is_test, currency, tax_basis,
				total_minor, money, unit_count, units_cancelled, fee_minor, returned, raw_status, fulfilment, total_computed, line_count, digest)
			select $1, gen_random_uuid(), store, platform, id, state, at, at, day, test, currency, basis, total, money, units, dropped, fee, returned, 'x',
				'seller', false, 1, ''
			from (values ${rows.join(', ')}) v(store, platform, id, state, at, day, test, currency, basis, total, money, units, dropped, fee, returned)
			on conflict (workspace_id, store_id, external_id) do update set state = excluded.state, is_test = excluded.is_test, currency = excluded.currency,
				tax_basis = excluded.tax_basis, total_minor = excluded.total_minor, money = excluded.money, unit_count = excluded.unit_count,
				units_cancelled = excluded.units_cancelled, fee_minor = excluded.fee_minor, returned = excluded.returned`,
		values,
	);
}

const LIVE = "not test and state not in ('unpaid', 'cancelled')";
const CANCELLED = "not test and state = 'cancelled'";
/** What a bill adds before refunds; where it is not told, what was refunded adds nothing either. */
const BILL = 'coalesce(total, 0)';
const sum = (what: string, where: string): string => `coalesce(sum(${what}) filter (where ${where}), 0)`;
const TRUTH: Record<(typeof CELL_COLUMNS)[number], string> = {
	orders: sum('1', LIVE),
	units: sum('greatest(0, units - dropped)', LIVE),
	gross_minor: sum(BILL, LIVE),
	untold: sum('1', `${LIVE} and total is null`),
	goods_minor: sum('items', LIVE),
	tax_minor: sum('coalesce(tax, 0)', LIVE),
	tax_untold_minor: sum(BILL, `${LIVE} and tax is null`),
	refunded_minor: sum('coalesce(refund, 0)', LIVE),
	fee_minor: sum('coalesce(fee, 0)', LIVE),
	fee_orders: sum('1', `${LIVE} and fee is not null`),
	returned: sum('1', `${LIVE} and returned`),
	cancelled: sum('1', CANCELLED),
	cancelled_minor: sum(BILL, CANCELLED),
	unpaid: sum('1', "not test and state = 'unpaid'"),
	test: sum('1', 'test'),
};
const NOT_NOTHING = (columns: Record<string, string>): boolean => CELL_COLUMNS.some((column) => columns[column] !== '0');

async function duckRows(sql: string): Promise<Record<string, string>[]> {
	const found = await duck.runAndReadAll(sql);
	return found.getRowObjectsJson() as Record<string, string>[];
}

async function cellsOfDuck(): Promise<Record<string, string>[]> {
	const sums = CELL_COLUMNS.map((column) => `(${TRUTH[column]})::varchar as ${column}`).join(', ');
	const rows = await duckRows(
		`select store, day::varchar as day, currency, basis, ${sums} from ledger group by store, day, currency, basis order by all`,
	);
	return rows.filter(NOT_NOTHING);
}

async function cellsOfOurs(): Promise<Record<string, string>[]> {
	const { rows } = await admin.query<Record<string, string>>(
		`select store_id::text as store, day::text as day, currency, tax_basis as basis, ${CELL_COLUMNS.map((c) => `${c}::text`).join(', ')} from sales_day
			order by store_id::text collate "C", day, currency collate "C", tax_basis collate "C"`,
	);
	return rows.filter(NOT_NOTHING);
}

const SCALE = '1000000000';
/** Half to even, as sums are rounded everywhere; exact, for all are whole numbers. */
const rounded = (text: string): string => `(select case
	when 2 * (s - ${SCALE} * f) > ${SCALE} or (2 * (s - ${SCALE} * f) = ${SCALE} and f % 2 <> 0) then f + 1 else f end
	from (select s, (s - ((s % ${SCALE}) + ${SCALE}) % ${SCALE}) // ${SCALE} as f from (select (${text})::hugeint as s)))`;

/** The figures of a question, by day, by part and as a whole, from the ledger's rows: nothing of ours has a hand in it. */
async function figuresOfDuck(q: Question, from: string, until: string): Promise<Map<string, Record<string, string>>> {
	const day = q.clock === 'store' ? 'day' : 'zoned';
	const shift = currencyExponent(q.base);
	const exponents = CURRENCIES.map((c) => `when '${c}' then ${10 ** (shift + 4 - currencyExponent(c))}`).join(' ');
	const only = q.only.length === 0 ? 'true' : `store in (${q.only.map((n) => `'${stores[n]?.id}'`).join(', ')})`;
	await duck.run(`create or replace table worth as
		with last as (select currency, day, arg_max(milli, n) as milli from word group by all),
		sold as (select *, ${day} as d from ledger where ${day} between '${from}' and '${until}' and ${only}),
		ours as (select s.*, r.milli as mine from sold s asof left join last r on s.currency = r.currency and s.d >= r.day),
		based as (select o.*, b.milli as base from (select *, '${q.base}' as wanted from ours) o asof left join last b on o.wanted = b.currency and o.d >= b.day)
		select *, case when currency = wanted then ${SCALE}::hugeint else base * ${SCALE}::hugeint * (case currency ${exponents} end)::hugeint // (mine * 10000) end
			as factor from based`);
	const money = (what: string, where: string): string => `coalesce(sum((${what}) * factor) filter (where ${where}), 0)`;
	const figures = {
		gross: rounded('gross'),
		refunded: rounded('refunded'),
		net: rounded('gross - refunded'),
		tax: rounded('tax'),
		fees: rounded('fees'),
		cancelledMoney: rounded('cancelled_money'),
		orders: 'orders',
		units: 'units',
		returned: 'returned',
		cancelled: 'cancelled',
		unpaid: 'unpaid',
		test: 'test',
	};
	const key = { platform: 'platform', store: 'store', currency: 'currency' }[q.by];
	const parts = ["'total'", `'day ' || d::varchar`, `'part ' || ${key}`].map(
		(part) => `select ${part} as part, ${money(BILL, LIVE)} as gross, ${money('coalesce(refund, 0)', LIVE)} as refunded,
			${money('coalesce(tax, 0)', LIVE)} as tax, ${money('coalesce(fee, 0)', LIVE)} as fees, ${money(BILL, CANCELLED)} as cancelled_money,
			${(['orders', 'units', 'returned', 'cancelled', 'unpaid', 'test'] as const).map((c) => `${TRUTH[c]} as ${c}`).join(', ')} from worth group by 1`,
	);
	const shown = Object.entries(figures).map(([name, text]) => `(${text})::varchar as "${name}"`);
	const rows = await duckRows(`select part, ${shown.join(', ')} from (${parts.join(' union all ')})`);
	return new Map(rows.map(({ part = '', ...told }) => [part, told]));
}

const COMPARED = [
	'gross',
	'refunded',
	'net',
	'tax',
	'fees',
	'cancelledMoney',
	'orders',
	'units',
	'returned',
	'cancelled',
	'unpaid',
	'test',
] as const;
type Figures = Record<(typeof COMPARED)[number], string | null>;
const pick = (figures: Figures): Record<string, string | null> => Object.fromEntries(COMPARED.map((id) => [id, figures[id]]));
const isAny = (figures: Record<string, string | null>): boolean => Object.values(figures).some((value) => value !== '0');

async function figuresOfOurs(q: Question, from: string, until: string): Promise<Map<string, Record<string, string | null>>> {
	const chosen = q.only.flatMap((n) => stores[n]?.id ?? []);
	const { base, clock, by } = q;
	const view = await api.as(owner, workspaceId).numbers.overview({ from, until, base, clock, by, compare: 'none', stores: chosen });
	return new Map([
		['total', pick(view.total)],
		...view.days.map((d) => [`day ${d.day}`, pick(d.figures)] as const),
		...view.groups.map((g) => [`part ${g.key}`, pick(g.figures)] as const),
	]);
}

/** The same question as a file. */
async function figuresOfFile(q: Question, from: string, until: string): Promise<Map<string, Record<string, string | null>>> {
	const { base, clock, by } = q;
	const chosen = q.only.map((n) => stores[n]?.id).join('.');
	const asked = { from, until, base, clock, by, compare: 'none', stores: chosen };
	const { body } = await exportNumbers(api.services, owner, workspaceId, asked);
	const found = new Map<string, Record<string, string | null>>();
	for await (const row of Readable.from(body).pipe(parse({ bom: true, columns: true })) as AsyncIterable<Record<string, string>>) {
		const name = row['part'] === 'total' ? 'total' : row['part'] === 'day' ? `day ${row['day']}` : `part ${row['key']}`;
		found.set(name, Object.fromEntries(COMPARED.map((id) => [id, minorOf(row[id])])));
	}
	return found;
}

/** Decimals of a file are those of the currency: without the point they are its minor units. */
const minorOf = (text = ''): string => text.replace('.', '').replace(/^(-?)0+(?=\d)/, '$1');

/** Numbers of the orders that the list shows where a figure of some days leads. */
async function ordersLedTo(world: World, q: Question, from: string, until: string): Promise<string[]> {
	const zone = zoneOf(world, STORES);
	const start = (day: string): string =>
		new Date(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone }).epochMilliseconds).toISOString();
	const days = q.clock === 'store' ? { days: { from, until } } : { from: start(from), until: start(addDays(until, 1)) };
	const chosen = q.only.flatMap((n) => stores[n]?.id ?? []);
	const { rows } = await api
		.as(owner, workspaceId)
		.orders.list({ ...days, attention: 'counting', ...(chosen.length > 0 && { stores: chosen }), limit: 200 });
	return rows.map((row) => row.externalId).toSorted();
}

/** Numbers of the orders that make a figure. */
function ordersBehind(world: World, ledger: ReadonlyMap<number, Row>, q: Question, from: string, until: string): string[] {
	const isMeant = ([id, row]: readonly [number, Row]): boolean => {
		const store = storeOf(world, id);
		const day = dayIn(zoneOf(world, q.clock === 'store' ? store : STORES), whereabouts(world, id).at);
		const counts = !row.test && row.state !== 'unpaid' && row.state !== 'cancelled';
		return counts && day >= from && day <= until && (q.only.length === 0 || q.only.includes(store));
	};
	return [...ledger]
		.filter(isMeant)
		.map(([id]) => `o${id}`)
		.toSorted();
}

const told = (figures: ReadonlyMap<string, Record<string, string | null>>) =>
	Object.fromEntries([...figures].filter(([, one]) => isAny(one)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
/** The days of a question: as many as it wants, from so far back. */
const spanOf = (q: Question): [string, string] => [addDays(today, -q.from), addDays(today, -q.from + q.days - 1)];

describe('any ledger', () => {
	test('has the sums that DuckDB finds in its rows, to the cent', { timeout: 60_000 + WORLDS * 2000 }, async () => {
		await fc.assert(
			fc.asyncProperty(anyWorld, async (world) => {
				await live(world);
				expect(await cellsOfOurs()).toEqual(await cellsOfDuck());
				for (const q of [...world.questions, ...WHOLE])
					expect(told(await figuresOfOurs(q, ...spanOf(q)))).toEqual(told(await figuresOfDuck(q, ...spanOf(q))));
			}),
			{ numRuns: WORLDS },
		);
	});
	test('is told alike on the screen and in the file, and every figure leads to the orders that make it', {
		timeout: 60_000 + WORLDS * 2000,
	}, async () => {
		await fc.assert(
			fc.asyncProperty(anyWorld, async (world) => {
				const ledger = await live(world);
				for (const q of world.questions) {
					const [from, until] = spanOf(q);
					const shown = await figuresOfOurs(q, from, until);
					expect(told(await figuresOfFile(q, from, until))).toEqual(told(shown));
					const days = [...shown.keys()].flatMap((key) => (key.startsWith('day ') ? key.slice(4) : []));
					// The whole, and each day on which something was placed.
					const led: [string, string, string][] = [
						['total', from, until],
						...days
							.filter((day) => shown.get(`day ${day}`)?.['orders'] !== '0')
							.map((day): [string, string, string] => [`day ${day}`, day, day]),
					];
					for (const [key, first, last] of led) {
						const listed = await ordersLedTo(world, q, first, last);
						expect(listed).toEqual(ordersBehind(world, ledger, q, first, last));
						expect(shown.get(key)?.['orders']).toBe(String(listed.length));
					}
				}
			}),
			{ numRuns: WORLDS },
		);
	});
});

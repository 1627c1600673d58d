import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addRates, ratesFor } from '@pangea/db';
import { FACTOR_SCALE, type Rate, RateBook, RateFileError } from '@pangea/domain';
import { zipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEngine, csvIn, type Engine, fetchRates, readRateRows } from '../src/index.ts';
import { masterKeyFromText } from '@pangea/vault';
import { bindStore, type Home, MASTER, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';

const HIST = 'Date,USD,MXN,\n2026-11-27,1.05,21.4,\n2026-11-26,1.04,21.3,\n2026-06-02,1.1,20,\n1999-01-04,1.1789,N/A,\n';
let home: Home;
let server: Server;
let engine: Engine;
const replies = { ecb: HIST as string | Buffer, second: '', status: 200 };
const asked: string[] = [];
const signal = AbortSignal.timeout(60_000);

beforeAll(async () => {
	home = await openHome();
	server = createServer((request, response) => {
		asked.push(request.url ?? '');
		response.writeHead(replies.status).end(request.url?.startsWith('/v2/rates') ? replies.second : replies.ecb);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	engine = createEngine({
		database: home.database,
		jobs: home.jobs,
		registry: home.engine.registry,
		master: masterKeyFromText(MASTER),
		log: { info: () => {}, warn: () => {}, error: () => {} },
		now: () => new Date('2026-11-28T09:00:00.000Z'),
		rates: { ecb: `${url}/eurofxref-hist.zip`, second: `${url}/v2/rates` },
	});
});
afterAll(async () => {
	await new Promise((resolve) => server.close(resolve));
	await home.close();
});
beforeEach(() => {
	asked.length = 0;
	Object.assign(replies, { ecb: Buffer.from(zipSync({ 'eurofxref-hist.csv': Buffer.from(HIST) })), second: '', status: 200 });
});

const known = (workspaceId: string, currencies: string[], until = '2026-11-28', asOf: string | null = null): Promise<Rate[]> =>
	home.database.inWorkspace(workspaceId, (scope) => ratesFor(scope, { currencies, from: '2026-11-01', until, asOf }));

describe('the exchange rates of a workspace', () => {
	test('come from the bank’s archive, from a month before the first order on, and once', async () => {
		expect(await fetchRates(engine, WORKSPACE, signal)).toEqual({ ecb: 4, second: 0 });
		expect(await fetchRates(engine, WORKSPACE, signal)).toEqual({ ecb: 0, second: 0 });
		expect(await known(WORKSPACE, ['USD'])).toEqual([
			{ currency: 'USD', against: 'EUR', day: '2026-11-26', source: 'ecb', rate: '1.04' },
			{ currency: 'USD', against: 'EUR', day: '2026-11-27', source: 'ecb', rate: '1.05' },
		]);
		expect(await known(OTHER_WORKSPACE, ['USD'])).toEqual([]);
	});
	test('come from a file that was laid there, where nothing leads out, and are missed aloud where it is gone', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'pangea rates '));
		const file = join(folder, 'eurofxref-hist.csv');
		writeFileSync(file, HIST);
		const offline = { ...engine, rates: { ecb: pathToFileURL(file).href, second: null } };
		expect((await fetchRates(offline, OTHER_WORKSPACE, signal)).ecb).toBeGreaterThan(0);
		expect((await known(OTHER_WORKSPACE, ['USD'])).at(-1)).toMatchObject({ day: '2026-11-27', source: 'ecb', rate: '1.05' });
		expect(asked).toEqual([]);
		rmSync(folder, { recursive: true });
		await expect(fetchRates(offline, OTHER_WORKSPACE, signal)).rejects.toThrow(RateFileError);
	});

	test('of currencies that the bank has not come from the second source', async () => {
		await bindStore(engine);
		await home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable('store').set({ currency: 'ARS' }).execute());
		replies.second =
			'{"date":"2026-11-27","base":"EUR","quote":"ARS","rate":1512.10}\n{"date":"2026-11-28","base":"EUR","quote":"ARS","rate":1513}\n';
		expect(await fetchRates(engine, WORKSPACE, signal)).toEqual({ ecb: 0, second: 2 });
		expect(new URL(asked.at(-1) ?? '', 'http://x').searchParams.get('quotes')).toBe('ARS');
		expect((await known(WORKSPACE, ['ARS'])).map((r) => [r.day, r.rate, r.source])).toEqual([
			['2026-11-27', '1512.10', 'second'],
			['2026-11-28', '1513', 'second'],
		]);
	});
	test('that are corrected stand beside what was said before, so that a past figure can be computed again', async () => {
		await fetchRates(engine, WORKSPACE, signal);
		const before = new Date().toISOString();
		await new Promise((resolve) => setTimeout(resolve, 5));
		replies.ecb = HIST.replace('1.05', '1.5');
		expect(await fetchRates(engine, WORKSPACE, signal)).toEqual({ ecb: 1, second: 0 });
		expect((await known(WORKSPACE, ['USD'])).at(-1)?.rate).toBe('1.5');
		expect((await known(WORKSPACE, ['USD'], '2026-11-28', before)).at(-1)?.rate).toBe('1.05');
		await expect(home.database.inWorkspace(WORKSPACE, ({ db }) => db.deleteFrom('fx_rate').execute())).rejects.toThrow(/permission denied/);
	});
	test('bring along the last one before the days asked for, and what they are quoted against', async () => {
		const hand: Rate = { currency: 'CLP', against: 'USD', day: '2026-09-01', source: 'hand', rate: '950' };
		const usd: Rate = { currency: 'USD', against: 'EUR', day: '2026-08-31', source: 'ecb', rate: '1.2' };
		await home.database.inWorkspace(WORKSPACE, (scope) => addRates(scope, [hand, usd], 'somebody'));
		const rates = await known(WORKSPACE, ['CLP']);
		expect(rates).toContainEqual(hand);
		expect(rates).toContainEqual(usd);
		const found = new RateBook(rates).convert('CLP', 'EUR', '2026-11-28');
		expect(found).toMatchObject({ rateDay: '2026-08-31', sources: ['hand', 'ecb'] });
		expect(Number(found?.factor) / Number(FACTOR_SCALE)).toBeCloseTo(100 / (950 * 1.2), 12);
	});
	test('reach further back when an older order has come', async () => {
		await fetchRates(engine, WORKSPACE, signal);
		const at = '2026-06-10T12:00:00.000Z';
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			const { store_id: storeId } = await scope.db.selectFrom('store').select('store_id').executeTakeFirstOrThrow();
			await sql`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, ext_updated_at,
					local_day, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
				values (${WORKSPACE}, gen_random_uuid(), ${storeId}, 'temu', 'old', 'shipped', 'x', 'seller', ${at}, ${at}, '2026-06-10', false, 'USD',
					'gross', false, '{}', 1, 1, '')`.execute(scope.db);
		});
		expect(await fetchRates(engine, WORKSPACE, signal)).toMatchObject({ ecb: 2 });
		expect(await fetchRates(engine, WORKSPACE, signal)).toMatchObject({ ecb: 0 });
	});
	test('are kept where one source fails, and the failure is told', async () => {
		replies.second = 'sorry';
		replies.ecb = HIST.replace('2026-11-27', '2026-11-28');
		await expect(fetchRates(engine, WORKSPACE, signal)).rejects.toThrow(RateFileError);
		expect((await known(WORKSPACE, ['USD'])).at(-1)?.day).toBe('2026-11-28');
		replies.status = 503;
		await expect(fetchRates(engine, WORKSPACE, signal)).rejects.toMatchObject({ kind: 'unavailable' });
	});
	test('are not asked for where none are to be read', async () => {
		expect(await fetchRates(home.engine, WORKSPACE, signal)).toEqual({ ecb: 0, second: 0 });
		expect(asked).toEqual([]);
	});
});

describe('what a source answers', () => {
	test('an archive without a table, or a broken one, is refused', () => {
		expect(() => csvIn(Buffer.from(zipSync({ 'a.txt': new Uint8Array(1) })))).toThrow(RateFileError);
		expect(() => csvIn(Buffer.from('PK nothing'))).toThrow(RateFileError);
	});
	test.each(['{"date":"2026-11-27","base":"EUR","quote":"ARS","rate":-1}', '[{"date":"x"}]', '{'])('%s is no rate', (text) => {
		expect(() => readRateRows(text)).toThrow(RateFileError);
	});
	test('a list is read as lines are', () => {
		expect(readRateRows('[{"date":"2026-11-27","base":"EUR","quote":"ARS","rate":1512.10}]')).toEqual([
			{ currency: 'ARS', against: 'EUR', day: '2026-11-27', source: 'second', rate: '1512.10' },
		]);
	});
});

import {
	addMember,
	addRates,
	changeMember,
	settleListingChange,
	setWrites,
	stateCost,
	takeListingChanges,
	upsertConnection,
	upsertStores,
} from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const SKU = '01a00000-0000-7000-8000-0000000000d1';
const AR = '01a00000-0000-7000-8000-0000000000e1';
const TEMU = '01a00000-0000-7000-8000-0000000000e2';
const GLOBAL = '01a00000-0000-7000-8000-0000000000e3';
const BATCH = '01a00000-0000-7000-8000-0000000000f1';
const OTHER = '01a00000-0000-7000-8000-0000000000f2';

let api: TestApi;
let owner: SessionUser;
let workspaceId: string;
let stores: { ar: string; temu: string; br: string };
const as = () => createCaller({ services: { ...api.services, registry }, user: owner, workspaceId });
const ars = (amount: string) => ({ amount, currency: 'ARS' });

beforeAll(async () => {
	api = await createTestApi();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		const bind = async (platform: 'mercado-libre' | 'temu', siteId: string, currency: string, attributes: Record<string, string>) => {
			const grant = { host: 'api', accountName: null, scopes: [], accessExpiresAt: null, grantExpiresAt: null };
			const connectionId = await upsertConnection(scope, { platform, externalAccountId: siteId, ...grant });
			const facts = { name: siteId, mode: 'local', active: true, country: 'MX', zone: 'UTC', language: 'es', problem: null } as const;
			const [store] = await upsertStores(scope, connectionId, [{ platform, externalId: siteId, siteId, currency, attributes, ...facts }]);
			return store?.storeId ?? '';
		};
		const day = new Date().toISOString().slice(0, 10);
		const rate = (currency: string, value: string) => ({ currency, against: 'EUR', day, source: 'ecb', rate: value }) as const;
		await addRates(scope, [rate('USD', '1'), rate('ARS', '1000'), rate('CNY', '8')], null);
		await stateCost(
			scope,
			{ sellerSku: 'LMP-WH', validFrom: '2026-01-01', currency: 'CNY', amountMinor: 8000n, inboundMinor: 2400n },
			owner.id,
		);
		return {
			ar: await bind('mercado-libre', 'MLA', 'ARS', { apiFamily: 'local' }),
			temu: await bind('temu', 'US', 'USD', { mallType: '100' }),
			br: await bind('mercado-libre', 'MLB', 'USD', { apiFamily: 'globalSelling' }),
		};
	});
});
afterAll(() => api.close());

beforeEach(async () => {
	api.calls.length = 0;
	const admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	await admin.query('delete from listing_change');
	await admin.query('delete from listing');
	await admin.query(
		`insert into sku (workspace_id, sku_id, code, title, gtins) values ($1, $2, 'LMP-WH', 'Lamp', '{}') on conflict do nothing`,
		[workspaceId, SKU],
	);
	const add = (id: string, store: string, price: number, currency: string, sold: number, received: number | null) =>
		admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
				price_minor, currency, received_minor, received_currency, stock, digest, pairing_state, sku_id, sold_units, seller_sku)
				values ($1, $2::uuid, $3, $2::text, '', '{}', 'Lámpara', 'live', 'active', '{}', $4, $5, $7, case when $7::bigint is not null then 'USD' end, 9, 'd', 'paired', $8, $6,
					'ML_100%')`,
			[workspaceId, id, store, price, currency, sold, received, SKU],
		);
	await add(AR, stores.ar, 2_000_000, 'ARS', 40, null);
	await add(TEMU, stores.temu, 2_500, 'USD', 30, null);
	await add(GLOBAL, stores.br, 3_000, 'USD', 20, 2_100);
	await admin.end();
});

const verdicts = async (...rows: Parameters<ReturnType<typeof as>['offers']['preview']>[0]['rows']) =>
	(await as().offers.preview({ rows })).map(({ field, was, shall, refusal, bound, warnings }) => [
		field,
		was,
		shall,
		bound === null ? refusal : `${refusal} ${bound}`,
		...warnings,
	]);
/** What a job does: takes the changes and settles them. */
const settle = (batchId: string, storeId: string) =>
	api.database.inWorkspace(workspaceId, async (scope) => {
		for (const { changeId, listingId, field, shall } of await takeListingChanges(scope, { batchId, storeId })) {
			await settleListingChange(scope, changeId, { state: 'applied' }, new Date().toISOString());
			await scope.db
				.updateTable('listing')
				.set(field === 'title' ? { title: shall } : field === 'price' ? { price_minor: shall } : { stock: Number(shall) })
				.where('listing_id', '=', listingId)
				.execute();
		}
	});

describe('the list of offers', () => {
	test('says of each listing what it costs, what is the least, and what its platform does not take', async () => {
		const { rows, next } = await as().offers.list({});
		expect(next).toBeNull();
		expect(rows).toMatchObject([
			{
				listingId: AR,
				code: 'LMP-WH',
				price: { amountMinor: '2000000', currency: 'ARS' },
				pricing: 'paid',
				paid: null,
				stock: 9,
				// 104 CNY.
				floor: { amountMinor: '1300000', currency: 'ARS' },
				// It was sold, and this platform keeps the titles of what was sold.
				titleBar: 'titleAfterSales',
				priceBar: null,
				stockBar: null,
			},
			{ listingId: TEMU, titleBar: null, titleLength: { least: 1, most: 500 }, priceBar: 'platformPrice', stockBar: null },
			{
				listingId: GLOBAL,
				price: { amountMinor: '2100', currency: 'USD' },
				pricing: 'received',
				paid: { amountMinor: '3000', currency: 'USD' },
				priceBar: null,
				stockBar: 'sharedStock',
			},
		]);
	});

	test('is narrowed by store, platform and words, and goes on where a page ends', async () => {
		const found = async (input: Parameters<ReturnType<typeof as>['offers']['list']>[0]) =>
			(await as().offers.list(input)).rows.map(({ listingId }) => listingId);
		expect(await found({ platform: 'temu' })).toEqual([TEMU]);
		expect(await found({ stores: [stores.br] })).toEqual([GLOBAL]);
		expect(await found({ text: 'lmp-wh' })).toHaveLength(3);
		expect(await found({ text: '100%' })).toHaveLength(3);
		expect(await found({ text: '1_0' })).toEqual([]);
		const { rows, next } = await as().offers.list({ limit: 2 });
		expect(rows).toHaveLength(2);
		expect(await found({ limit: 2, cursor: next ?? '' })).toEqual([GLOBAL]);
	});
});

describe('a dry run', () => {
	test('tells what would change, in minor units and pieces, and what is probably a slip', async () => {
		expect(
			await verdicts({ listingId: AR, price: ars('19990.50'), stock: 7 }, { listingId: GLOBAL, price: { amount: '14', currency: 'USD' } }),
		).toEqual([
			['price', '2000000', '1999050', null],
			['stock', '9', '7', null],
			['price', '2100', '1400', null, 'bigChange'],
		]);
		expect(await verdicts({ listingId: AR, stock: 0 })).toEqual([['stock', '9', '0', null, 'soldOut']]);
		expect(api.calls).toEqual([]);
	});

	test('names why something would not be sent', async () => {
		expect(await verdicts({ listingId: AR, price: ars('12999.99') })).toEqual([['price', '2000000', '1299999', 'belowFloor 13000.00']]);
		for (const [price, refusal] of [
			[{ amount: '10', currency: 'USD' }, 'wrongCurrency ARS'],
			[ars('1.999'), 'noAmount'],
			[ars('-1'), 'noAmount'],
			[ars('abc'), 'noAmount'],
			[ars('20000.00'), 'same'],
		] as const)
			expect((await verdicts({ listingId: AR, price }))[0]?.[3]).toBe(refusal);
		for (const stock of [-1, 1.5, 1_000_000]) expect((await verdicts({ listingId: AR, stock }))[0]?.[3]).toBe('noWholeNumber');
		expect((await verdicts({ listingId: TEMU, price: { amount: '9', currency: 'USD' } }))[0]?.[3]).toBe('platformPrice');
		expect((await verdicts({ listingId: GLOBAL, stock: 4 }))[0]?.[3]).toBe('sharedStock');
		expect((await verdicts({ listingId: OTHER, stock: 4 }))[0]?.[3]).toBe('notFound');
	});

	test('of a title counts its characters, and lets a product have one', async () => {
		const sister = '01a00000-0000-7000-8000-0000000000e4';
		const admin = new pg.Client({ connectionString: api.databaseUrl });
		await admin.connect();
		await admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, variant, state, raw_status, issues,
				price_minor, currency, stock, digest, pairing_state, sku_id)
				select workspace_id, $1, store_id, external_listing_id, 'b', gtins, title, 'red', state, raw_status, issues, price_minor, currency, stock, digest,
					pairing_state, sku_id from listing where listing_id = $2`,
			[sister, TEMU],
		);
		await admin.end();
		expect(await verdicts({ listingId: AR, title: 'Lamp' })).toEqual([['title', 'Lámpara', 'Lamp', 'titleAfterSales']]);
		expect(await verdicts({ listingId: TEMU, title: ' Night\nlamp ' })).toEqual([['title', 'Lámpara', 'Night lamp', null]]);
		expect((await verdicts({ listingId: TEMU, title: 'x'.repeat(501) }))[0]?.[3]).toBe('titleTooLong 500');
		expect((await verdicts({ listingId: TEMU, title: ' ' }))[0]?.[3]).toBe('noTitle');
		expect((await verdicts({ listingId: TEMU, title: 'Lámpara' }))[0]?.[3]).toBe('same');
		expect(await verdicts({ listingId: TEMU, title: 'One' }, { listingId: sister, title: 'Two' })).toEqual([
			['title', 'Lámpara', 'One', 'severalTitles'],
			['title', 'Lámpara', 'Two', 'severalTitles'],
		]);
		expect(await verdicts({ listingId: TEMU, title: 'One' }, { listingId: sister, title: 'One ' })).toEqual([
			['title', 'Lámpara', 'One', null],
			['title', 'Lámpara', 'One', null, 'allVariants'],
		]);
	});

	test('knows a store whose writes are stopped', async () => {
		const set = (allowed: boolean) =>
			api.database.inWorkspace(workspaceId, (scope) => setWrites(scope, stores.ar, { allowed, at: new Date().toISOString() }));
		await set(false);
		expect(await verdicts({ listingId: AR, stock: 3 }, { listingId: TEMU, stock: 3 })).toEqual([
			['stock', '9', '3', 'writesStopped'],
			['stock', '9', '3', null],
		]);
		await set(true);
	});
});

describe('changing offers', () => {
	test('sends what passes, one job a store, once however often it is asked for', async () => {
		const rows = [
			{ listingId: AR, price: ars('19990'), stock: -4 },
			{ listingId: TEMU, stock: 12 },
		];
		const outcome = await as().offers.change({ batchId: BATCH, rows });
		expect(outcome.sent).toBe(2);
		expect(outcome.verdicts.map(({ field, refusal }) => [field, refusal])).toEqual([
			['price', null],
			['stock', 'noWholeNumber'],
			['stock', null],
		]);
		expect((await as().offers.change({ batchId: BATCH, rows })).sent).toBe(0);
		const sent = api.calls.filter(({ name }) => name === 'sendOffers');
		expect(sent).toHaveLength(2);
		expect((await as().offers.change({ batchId: OTHER, rows: [{ listingId: AR, price: ars('18990') }] })).verdicts[0]?.refusal).toBe(
			'underWay',
		);
		expect(await as().offers.batch({ batchId: BATCH })).toMatchObject([
			{ listingId: AR, field: 'price', was: '2000000', shall: '1999000', state: 'queued', isUndo: false },
			{ listingId: TEMU, field: 'stock', was: '9', shall: '12', state: 'queued' },
		]);
		expect(await as().offers.batches()).toMatchObject([{ batchId: BATCH, stores: 2, isUndo: false, states: { queued: 2 } }]);
	});

	test('of a title is kept in its words, and put back to the old ones', async () => {
		const rows = [{ listingId: TEMU, title: 'Night lamp, 2 pieces' }];
		expect((await as().offers.change({ batchId: BATCH, rows })).sent).toBe(1);
		expect(await as().offers.batch({ batchId: BATCH })).toMatchObject([{ field: 'title', was: 'Lámpara', shall: 'Night lamp, 2 pieces' }]);
		expect((await as().offers.list({ platform: 'temu' })).rows[0]?.titleBar).toBe('underWay');
		await settle(BATCH, stores.temu);
		expect(await as().offers.undo({ batchId: OTHER, undoes: BATCH })).toMatchObject({
			sent: 1,
			verdicts: [{ field: 'title', was: 'Night lamp, 2 pieces', shall: 'Lámpara', refusal: null }],
		});
	});

	test('is undone where the platform still shows what was set, and nowhere else', async () => {
		await as().offers.change({ batchId: BATCH, rows: [{ listingId: AR, price: ars('19990'), stock: 7 }] });
		await expect(as().offers.undo({ batchId: OTHER, undoes: BATCH })).rejects.toThrow('nothingToUndo');
		await settle(BATCH, stores.ar);
		// Somebody else sold one.
		await api.database.inWorkspace(workspaceId, ({ db }) =>
			db.updateTable('listing').set({ stock: 6 }).where('listing_id', '=', AR).execute(),
		);
		const { sent, verdicts: told } = await as().offers.undo({ batchId: OTHER, undoes: BATCH });
		expect(sent).toBe(1);
		expect(told.map(({ field, was, shall, refusal }) => [field, was, shall, refusal])).toEqual([
			['price', '1999000', '2000000', null],
			['stock', '7', '9', 'changedSince'],
		]);
		await settle(OTHER, stores.ar);
		expect((await as().offers.batch({ batchId: BATCH })).map(({ state }) => state)).toEqual(['undone', 'applied']);
		expect((await as().offers.batches())[0]).toMatchObject({ batchId: OTHER, isUndo: true });
	});

	test('is for members who see prices as far as it is about prices, and for their stores alone', async () => {
		const manager = await api.user('manager');
		await api.database.inWorkspace(workspaceId, async (scope) => {
			const powers = { role: 'manager' as const, storeScope: [stores.temu] };
			await addMember(scope, { userId: manager.id, name: 'manager', email: manager.email, ...powers });
			await changeMember(scope, manager.id, { ...powers, fields: { revenue: false } });
		});
		const theirs = () => createCaller({ services: { ...api.services, registry }, user: manager, workspaceId });
		await expect(theirs().offers.preview({ rows: [{ listingId: TEMU, price: { amount: '9', currency: 'USD' } }] })).rejects.toThrow(
			'notAllowed',
		);
		const { rows } = await theirs().offers.list({});
		expect(rows.map(({ listingId, price, paid }) => [listingId, price, paid])).toEqual([[TEMU, null, null]]);
		expect(
			(
				await theirs().offers.change({
					batchId: BATCH,
					rows: [
						{ listingId: AR, stock: 1 },
						{ listingId: TEMU, stock: 2 },
					],
				})
			).verdicts.map(({ refusal }) => refusal),
		).toEqual(['notFound', null]);
		await as().offers.change({ batchId: OTHER, rows: [{ listingId: AR, price: ars('19990') }] });
		expect(await theirs().offers.batch({ batchId: OTHER })).toEqual([]);
	});
});

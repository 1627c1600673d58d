import { addMember, addRates, stateCost, upsertConnection, upsertStores } from '@pangea/db';
import { type ReadinessStep, readinessOf } from '@pangea/domain';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { LAMP_DRAFT } from './lamp-draft.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const SKU = '01a00000-0000-7000-8000-0000000000d1';
const OTHER = '01a00000-0000-7000-8000-0000000000d2';
const OURS = 'Yunfan Ltd';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
let stores: { mx: string; ar: string; de: string };
const as = (user = owner) => createCaller({ services: { ...api.services, registry }, user, workspaceId });

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		const bind = async (platform: 'mercado-libre' | 'temu', siteId: string, country: string, mode: 'local' | 'crossBorder') => {
			const grant = { host: 'api', accountName: null, scopes: [], accessExpiresAt: null, grantExpiresAt: null };
			const connectionId = await upsertConnection(scope, { platform, externalAccountId: siteId, ...grant });
			const facts = { name: siteId, active: true, attributes: {}, zone: 'UTC', language: 'es', problem: null, currency: 'USD' } as const;
			const [store] = await upsertStores(scope, connectionId, [{ platform, externalId: siteId, siteId, country, mode, ...facts }]);
			return store?.storeId ?? '';
		};
		await addRates(
			scope,
			['USD', 'CNY'].map((currency) => ({
				currency,
				against: 'EUR',
				day: '2026-01-01',
				source: 'ecb' as const,
				rate: currency === 'USD' ? '1' : '8',
			})),
			null,
		);
		return {
			mx: await bind('mercado-libre', 'MLM', 'MX', 'local'),
			ar: await bind('mercado-libre', 'MLA', 'AR', 'local'),
			de: await bind('temu', '105', 'DE', 'crossBorder'),
		};
	});
	for (const skuId of [SKU, OTHER])
		await admin.query(`insert into sku (workspace_id, sku_id, code, title, gtins) values ($1, $2, $3, 'Lamp', $4)`, [
			workspaceId,
			skuId,
			skuId === SKU ? 'LMP-WH' : 'LMP-BK',
			skuId === SKU ? ['00036000291452'] : [],
		]);
	await list(SKU, stores.mx, 'live', 9);
	await list(OTHER, stores.ar, 'blocked', 0, ['No brand']);
	for (const storeId of Object.values(stores))
		await admin.query(`insert into listing_read (workspace_id, store_id, state) values ($1, $2, 'read')`, [workspaceId, storeId]);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

async function list(skuId: string, storeId: string, state: string, stock: number, issues: string[] = []): Promise<void> {
	const listingId = crypto.randomUUID();
	await admin.query(
		`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
				price_minor, currency, stock, digest, pairing_state, sku_id)
			values ($1, $2, $3, $2::uuid::text, '', '{}', 'Lámpara', $5, 'status', $6, 39900, 'USD', $7, 'd', 'paired', $4)`,
		[workspaceId, listingId, storeId, skuId, state, issues, stock],
	);
	await admin.query(`insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $3, '{}')`, [
		workspaceId,
		listingId,
		skuId,
	]);
}

async function ready(skuId: string, storeId: string, user = owner) {
	const { skus, stores: places, placed } = await as(user).catalogue.readiness({ skuIds: [SKU, OTHER] });
	const sku = skus.find((one) => one.skuId === skuId)!;
	const store = places.find((one) => one.storeId === storeId)!;
	return readinessOf(sku, store, placed.find((one) => one.skuId === skuId && one.storeId === storeId) ?? null);
}
const reasonOf = async (step: ReadinessStep, storeId: string, skuId = SKU) => {
	const { state, reason } = (await ready(skuId, storeId)).steps[step];
	return reason ?? state;
};

test('an empty cell is read from the SKU and the store alone', async () => {
	const { steps, done, of } = await ready(SKU, stores.ar);
	expect(Object.entries(steps).map(([name, { state, reason }]) => `${name} ${reason ?? state}`)).toEqual([
		'language done',
		'attributes noCategory',
		'identifier done',
		'compliance notAsked',
		'customs notAsked',
		'price noCost',
		'stock done',
	]);
	expect([done, of]).toEqual([3, 5]);
	expect(await reasonOf('language', stores.de)).toBe('noText');
});

test('a draft counts as its category’s rules judged it when they were read last', async () => {
	const place = { skuId: SKU, storeId: stores.ar };
	await as().copies.save({ ...place, draft: LAMP_DRAFT });
	expect(await reasonOf('attributes', stores.ar)).toBe('rulesNotRead');
	await as().copies.rules({ ...place, categoryId: 'C1' });
	expect(await reasonOf('attributes', stores.ar)).toBe('done');
	await as().copies.save({ ...place, draft: { ...LAMP_DRAFT, texts: [], sellerSku: '' } });
	expect([await reasonOf('attributes', stores.ar), await reasonOf('language', stores.ar)]).toEqual(['attributeGaps', 'noText']);
	// Of another category nothing is known, whatever was read of the first.
	await as().copies.save({ ...place, draft: { ...LAMP_DRAFT, categoryId: 'C2' } });
	expect(await reasonOf('attributes', stores.ar)).toBe('rulesNotRead');
	await as().copies.save({ ...place, draft: LAMP_DRAFT });
	expect((await ready(SKU, stores.ar)).steps.attributes.state).toBe('done');
});

test('a price is ready once its cost is known and it is not below', async () => {
	expect(await reasonOf('price', stores.ar)).toBe('noCost');
	const cost = { sellerSku: 'LMP-WH', validFrom: '2026-01-01', currency: 'CNY', inboundMinor: null };
	await api.database.inWorkspace(workspaceId, (scope) => stateCost(scope, { ...cost, amountMinor: 10_400n }, owner.id));
	expect(await reasonOf('price', stores.ar)).toBe('belowFloor');
	expect(await reasonOf('price', stores.de)).toBe('noPrice');
	await api.database.inWorkspace(workspaceId, (scope) => stateCost(scope, { ...cost, amountMinor: 8000n }, owner.id));
	expect(await reasonOf('price', stores.ar)).toBe('done');
});

test('papers are looked for in the dossier of the store’s company, as of today', async () => {
	expect(await reasonOf('compliance', stores.de)).toBe('noCompany');
	await as().stores.adopt({ storeIds: [stores.de], change: { entity: OURS } });
	const { steps } = await ready(SKU, stores.de);
	expect(steps.compliance.papers.map(({ kind, standing }) => [kind, standing])).toEqual([
		['responsiblePerson', null],
		['epr', null],
	]);
	const paper = { entity: OURS, number: '1', holder: 'H', note: '', validFrom: null };
	await as().dossier.save({ ...paper, paperId: crypto.randomUUID(), kind: 'responsiblePerson', country: 'EU', validUntil: null });
	await as().dossier.save({ ...paper, paperId: crypto.randomUUID(), kind: 'epr', country: 'DE', validUntil: '2020-01-31' });
	expect((await ready(SKU, stores.de)).steps.compliance.papers).toEqual([{ kind: 'epr', standing: 'ended', certain: true }]);
	await as().dossier.save({ ...paper, paperId: crypto.randomUUID(), kind: 'epr', country: 'DE', validUntil: null });
	expect(await reasonOf('compliance', stores.de)).toBe('done');
});

test('a parcel across a border needs what customs ask', async () => {
	expect((await ready(SKU, stores.de)).steps.customs.facts).toEqual(['weight', 'hsCode', 'origin']);
	await admin.query(`update sku set weight_grams = 300, hs_code = '940521', origin_country = 'CN' where sku_id = $1`, [SKU]);
	expect(await reasonOf('customs', stores.de)).toBe('done');
});

test('a blocked listing has the platform’s words', async () => {
	const { attributes, stock, identifier } = (await ready(OTHER, stores.ar)).steps;
	expect(attributes).toMatchObject({ state: 'missing', reason: 'platformSays', words: ['No brand'] });
	expect([stock.reason, identifier.reason]).toEqual(['noStock', 'gtinPerhaps']);
});

test('a valid number of any of its listings is a barcode', async () => {
	await admin.query(`update listing set gtins = '{4006381333930}' where sku_id = $1`, [OTHER]);
	expect(await reasonOf('identifier', stores.de, OTHER)).toBe('gtinPerhaps');
	await admin.query(`update listing set gtins = '{4006381333931}' where sku_id = $1`, [OTHER]);
	expect(await reasonOf('identifier', stores.de, OTHER)).toBe('done');
});

test('who sees neither costs nor dossiers learns nothing of them', async () => {
	const agent = await api.user('agent');
	await api.database.inWorkspace(workspaceId, (scope) =>
		addMember(scope, { userId: agent.id, name: 'agent', email: agent.email, role: 'agent', storeScope: null }),
	);
	const { steps, of } = await ready(SKU, stores.de, agent);
	expect([steps.price.state, steps.compliance.state, of]).toEqual(['hidden', 'hidden', 5]);
	expect(JSON.stringify(await as(agent).catalogue.readiness({ skuIds: [SKU] }))).not.toMatch(/epr|below|kept/);
});

test('a member of one store sees nothing of the others', async () => {
	const scoped = await api.user('scoped');
	await api.database.inWorkspace(workspaceId, (scope) =>
		addMember(scope, { userId: scoped.id, name: 'scoped', email: scoped.email, role: 'manager', storeScope: [stores.de] }),
	);
	const told = await as(scoped).catalogue.readiness({ skuIds: [SKU, OTHER], stores: Object.values(stores) });
	expect(told.stores.map(({ storeId }) => storeId)).toEqual([stores.de]);
	expect(told.placed).toEqual([]);
	expect(told.skus.map(({ languages, stock }) => [languages, stock])).toEqual([
		[[], 'notTold'],
		[[], 'notTold'],
	]);
});

test('many SKUs cost as many questions as one', async () => {
	const query = vi.spyOn(pg.Client.prototype, 'query');
	const count = async (skuIds: string[]): Promise<number> => {
		query.mockClear();
		await as().catalogue.readiness({ skuIds });
		return query.mock.calls.length;
	};
	const one = await count([SKU]);
	expect(one).toBeGreaterThan(0);
	expect(await count([SKU, OTHER, ...Array.from({ length: 48 }, () => crypto.randomUUID())])).toBe(one);
	query.mockRestore();
});

import { addMember, upsertConnection, upsertStores } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import { type ModelServer, startModelServer } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const LAMP = '01a00000-0000-7000-8000-0000000000d1';
const BLACK = '01a00000-0000-7000-8000-0000000000d2';
const TITLES = {
	[LAMP]: 'Aurora Sunset Projection Lamp, 180° rotation, white',
	[BLACK]: 'Aurora Sunset Projection Lamp, 180° rotation, black',
};

let api: TestApi;
let admin: pg.Client;
let host: ModelServer;
let owner: SessionUser;
let second: SessionUser;
let workspaceId: string;
let stores: { us: string; ar: string; br: string };

beforeAll(async () => {
	host = await startModelServer();
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, second] = [await api.user('owner'), await api.user('second')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		await addMember(scope, { userId: second.id, name: 'Mei', email: second.email, role: 'manager', storeScope: null });
		const bind = async (platform: 'mercado-libre' | 'amazon', siteId: string, country: string) => {
			const grant = { host: 'api', accountName: null, scopes: [], accessExpiresAt: null, grantExpiresAt: null };
			const connectionId = await upsertConnection(scope, { platform, externalAccountId: siteId, ...grant });
			const facts = {
				name: siteId,
				mode: 'local',
				active: true,
				attributes: {},
				zone: 'UTC',
				language: 'es',
				problem: null,
				currency: 'USD',
			} as const;
			const [store] = await upsertStores(scope, connectionId, [{ platform, externalId: siteId, siteId, country, ...facts }]);
			return store?.storeId ?? '';
		};
		return {
			us: await bind('amazon', 'ATVPDKIKX0DER', 'US'),
			ar: await bind('mercado-libre', 'MLA', 'AR'),
			br: await bind('mercado-libre', 'MLB', 'BR'),
		};
	});
	for (const [skuId, title] of Object.entries(TITLES)) {
		await admin.query(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, $2::uuid::text, $3)`, [
			workspaceId,
			skuId,
			title,
		]);
		await admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
					digest, pairing_state, sku_id)
				values ($1, $2, $3, $2::uuid::text, '', '{}', $4, 'live', 'active', '{}', 'd', 'paired', $2)`,
			[workspaceId, skuId, stores.us, title],
		);
		await admin.query(`insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $2, '{}')`, [
			workspaceId,
			skuId,
		]);
	}
	for (const storeId of Object.values(stores))
		await admin.query(`insert into listing_read (workspace_id, store_id, state) values ($1, $2, 'read')`, [workspaceId, storeId]);
});
afterAll(async () => {
	await admin.end();
	await api.close();
	await host.close();
});
beforeEach(() => {
	host.asked.length = 0;
	host.say = null;
});

const as = (user = owner) => createCaller({ services: { ...api.services, registry, modelOrigins: [host.origin] }, user, workspaceId });
const at = (skuId: string, storeId: string, into: string) => ({ skuId, storeId, into });
const titleOf = async (skuId: string, storeId: string, into: string) => {
	const found = await as().copies.memory(at(skuId, storeId, into));
	return found.find(({ source }) => source.language === 'en-US')?.title ?? null;
};
type Draft = Parameters<ReturnType<typeof as>['copies']['save']>[0]['draft'];
type Text = Draft['texts'][number];
const draft = (...texts: Text[]): Draft => ({
	categoryId: null,
	texts,
	images: [],
	price: null,
	stock: null,
	sellerSku: 'LMP',
	gtin: null,
	attributes: [],
});
const save = (skuId: string, storeId: string, text: Text, user = owner) => as(user).copies.save({ skuId, storeId, draft: draft(text) });
const draftOf = async (skuId: string, storeId: string) => (await as().copies.draft({ skuId, storeId })).draft.texts[0];

describe('a machine’s text', () => {
	test('is had on a press only, and not without a model', async () => {
		const told = await as().copies.draft({ skuId: LAMP, storeId: stores.ar });
		expect(told).toMatchObject({ translates: false, sources: [{ language: 'en-US', title: TITLES[LAMP] }], draft: { texts: [] } });
		await expect(as().copies.translate({ ...at(LAMP, stores.ar, 'es-AR'), sourceLanguage: 'en-US', fields: ['title'] })).rejects.toThrow(
			'modelMissing',
		);
		await as().translator.save({ baseUrl: host.url, model: 'stand-in-1', key: host.key });
		await as().copies.draft({ skuId: LAMP, storeId: stores.ar });
		expect(host.asked).toEqual([]);
	});

	test('follows the glossary and changes no figure', async () => {
		await as().glossary.save({ termId: crypto.randomUUID(), kind: 'brand', word: 'Aurora' });
		const term = { termId: crypto.randomUUID(), kind: 'term' as const, word: 'projection lamp', language: 'en' };
		await as().glossary.save({ ...term, translations: [{ language: 'es', words: 'lámpara de proyección' }] });
		const { title } = await as().copies.translate({
			...at(LAMP, stores.ar, 'es-AR'),
			sourceLanguage: 'en-US',
			fields: ['title', 'description'],
		});
		expect(title).toEqual({ text: '«Aurora Sunset lámpara de proyección, 180° rotation, white»' });
		expect(host.asked).toHaveLength(1);
		expect(host.asked[0]?.request.messages[1]?.content).not.toMatch(/"text":"[^"]*(Aurora|180)/);
	});

	test('is marked until a person confirms it, and is no part of the memory before', async () => {
		const text = { language: 'es-AR', title: 'Lámpara Aurora', description: '' };
		await save(LAMP, stores.ar, { ...text, marks: { title: { kind: 'machine' } } });
		expect((await draftOf(LAMP, stores.ar))?.marks).toEqual({ title: { kind: 'machine' } });
		expect(await titleOf(LAMP, stores.ar, 'es-AR')).toBeNull();
		// Saved again without a word about it, it is what it was.
		await save(LAMP, stores.ar, text);
		expect((await draftOf(LAMP, stores.ar))?.marks).toEqual({ title: { kind: 'machine' } });
		const before = Date.now();
		await save(LAMP, stores.ar, { ...text, marks: { title: { kind: 'confirmed' } } }, second);
		const told = await as().copies.draft({ skuId: LAMP, storeId: stores.ar });
		const mark = told.draft.texts[0]?.marks?.title;
		expect(mark).toMatchObject({ kind: 'confirmed', by: second.id });
		expect(mark?.kind === 'confirmed' && Date.parse(mark.at) >= before).toBe(true);
		expect(told.confirmers).toEqual({ [second.id]: 'Mei' });
		// Whoever saves it later has not confirmed it.
		await save(LAMP, stores.ar, { ...text, marks: { title: { kind: 'confirmed' } } });
		expect((await draftOf(LAMP, stores.ar))?.marks?.title).toEqual(mark);
		const trail = await as().audit.list({});
		const marked = trail.rows.filter(({ action }) => action === 'catalogue.markText');
		const entries = marked.map(({ member, changes }) => [
			member?.userId,
			...changes.map(({ field, after }) => `${field} ${String(after)}`),
		]);
		expect(entries).toEqual([
			[second.id, 'state confirmed', 'fields title es-AR'],
			[owner.id, 'state machine', 'fields title es-AR'],
		]);
	});

	test('that nobody has confirmed is not published', async () => {
		const text = { language: 'en', title: 'Lamp', description: '', marks: { title: { kind: 'machine' as const } } };
		const whole = { ...draft(text), categoryId: 'C1', price: { amount: '9', currency: 'USD' }, stock: 3 };
		await as().copies.save({ skuId: BLACK, storeId: stores.br, draft: whole });
		expect(await as().copies.publish({ skuId: BLACK, storeIds: [stores.br] })).toMatchObject([
			{ outcome: 'gaps', gaps: [{ field: 'title', reason: 'notConfirmed', source: 'ours', language: 'en' }] },
		]);
		await as().copies.save({
			skuId: BLACK,
			storeId: stores.br,
			draft: { ...whole, texts: [{ ...text, marks: { title: { kind: 'confirmed' } } }] },
		});
		expect((await as().copies.publish({ skuId: BLACK, storeIds: [stores.br] }))[0]?.outcome).toBe('queued');
	});
});

describe('the memory', () => {
	test('gives back what a person saved of the very text, and proposes it where a draft begins', async () => {
		expect(await titleOf(LAMP, stores.ar, 'es-AR')).toMatchObject({
			isSame: true,
			source: TITLES[LAMP],
			target: 'Lámpara Aurora',
			savedBy: 'Mei',
		});
		await admin.query('delete from listing_copy where sku_id = $1', [LAMP]);
		expect((await as().copies.draft({ skuId: LAMP, storeId: stores.ar })).draft.texts).toEqual([
			{ language: 'es-AR', title: 'Lámpara Aurora', description: '', from: { language: 'en-US', title: TITLES[LAMP], description: '' } },
		]);
	});

	test('shows what was said of a text like it as such, and puts it in nowhere by itself', async () => {
		expect(await titleOf(BLACK, stores.ar, 'es-AR')).toMatchObject({
			isSame: false,
			source: TITLES[LAMP],
			target: 'Lámpara Aurora',
		});
		expect((await as().copies.draft({ skuId: BLACK, storeId: stores.ar })).draft.texts).toEqual([]);
	});

	test('takes another country’s words for alike, and of another language for nothing', async () => {
		expect(await titleOf(LAMP, stores.ar, 'es-MX')).toMatchObject({ isSame: false, targetLanguage: 'es-AR' });
		expect(await titleOf(LAMP, stores.br, 'pt-BR')).toBeNull();
	});

	test('holds the last word, and descriptions by the text they were made from', async () => {
		const from = { language: 'en-US', title: TITLES[LAMP], description: 'Warm light.' };
		await save(LAMP, stores.br, { language: 'pt-BR', title: 'Luminária', description: 'Luz quente.', from });
		await save(LAMP, stores.br, { language: 'pt-BR', title: 'Luminária pôr do sol', description: 'Luz quente.', from });
		expect((await titleOf(LAMP, stores.br, 'pt-BR'))?.target).toBe('Luminária pôr do sol');
		const rows = await admin.query<{ source: string; target: string }>(
			`select source, target from content_memory where field = 'description'`,
		);
		expect(rows.rows).toEqual([{ source: 'Warm light.', target: 'Luz quente.' }]);
		// A described draft is the better source for the next language.
		expect(
			(await as().copies.draft({ skuId: LAMP, storeId: stores.ar })).sources.map(({ language, description }) => [language, description]),
		).toEqual([
			['pt-BR', 'Luz quente.'],
			['en-US', ''],
		]);
	});
});

test('a glossary has each word once a language', async () => {
	const brand = { kind: 'brand' as const, word: 'aurora' };
	await expect(as().glossary.save({ ...brand, termId: crypto.randomUUID() })).rejects.toThrow('termTaken');
	const all = await as().glossary.list();
	expect(all.map(({ kind, word }) => [kind, word])).toEqual([
		['brand', 'Aurora'],
		['term', 'projection lamp'],
	]);
	await as().glossary.remove({ termId: all[1]!.termId });
	await expect(as().glossary.remove({ termId: all[1]!.termId })).rejects.toThrow('notFound');
	await expect(as().glossary.save({ ...brand, word: '[[N1]]', termId: crypto.randomUUID() })).rejects.toMatchObject({
		code: 'BAD_REQUEST',
	});
});

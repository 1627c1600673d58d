import { addMember, upsertConnection, upsertStores } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPaperFile, createCaller, LARGEST_PAPER_FILE, type SessionUser, takePaperFile } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const OURS = '杭州云帆贸易有限公司';
const THEIRS = 'Seaside Homeware Ltd';
const NUMBER = '91330106MA2CDEFG1X';
const ACCOUNT = '6222020200112233445';
const PDF = Buffer.from('%PDF-1.7 the licence itself');

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let scoped: SessionUser;
let workspaceId: string;
let stores: Record<'one' | 'two' | 'three', string>;

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, scoped] = [await api.user('owner'), await api.user('scoped')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'W', baseCurrency: 'CNY', zone: 'UTC' }));
	stores = await api.database.inWorkspace(workspaceId, async (scope) => {
		const grant = { accountName: 'A', host: 'us', scopes: [], accessExpiresAt: null, grantExpiresAt: null };
		const connectionId = await upsertConnection(scope, { ...grant, platform: 'temu', externalAccountId: 'a' });
		const place = { platform: 'temu', siteId: '105', mode: 'local', active: true, attributes: {}, country: 'DE', currency: 'EUR' } as const;
		const written = await upsertStores(
			scope,
			connectionId,
			['one', 'two', 'three'].map((name) => ({ ...place, externalId: name, name, zone: 'UTC', language: 'de-DE', problem: null })),
		);
		const [one = '', two = '', three = ''] = written.map((store) => store.storeId);
		await addMember(scope, { userId: scoped.id, name: 'Mei', email: scoped.email, role: 'manager', storeScope: [one] });
		return { one, two, three };
	});
	const all = as(owner);
	await all.stores.adopt({
		storeIds: [stores.one],
		change: { entity: OURS, group: 'Home', ownerId: owner.id, colour: 'blue', mark: '云' },
	});
	await all.stores.adopt({ storeIds: [stores.three], change: { entity: THEIRS } });
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

const as = (user: SessionUser) => createCaller({ services: { ...api.services, registry }, user, workspaceId });
const paper = (more: object = {}) => ({
	paperId: crypto.randomUUID() as string,
	entity: OURS,
	kind: 'licence' as const,
	country: 'CN',
	number: NUMBER,
	holder: '云帆',
	note: 'Kept in the safe',
	validFrom: null,
	validUntil: null,
	...more,
});
const give = (paperId: string, bytes: Buffer, user = owner, name = 'licence.pdf') =>
	addPaperFile(api.services, user, workspaceId, { paper: paperId, name }, bytes);
const take = (fileId: string, user = owner) => takePaperFile(api.services, user, workspaceId, { file: fileId });

describe('the dossier', () => {
	test('keeps papers and their files, and nothing of what stands on them is readable in the database', async () => {
		const one = paper({ validUntil: '2020-01-31' });
		await as(owner).dossier.save(one);
		const { fileId } = await give(one.paperId, PDF);
		const { papers, entities } = await as(owner).dossier.list();
		expect(entities).toEqual([OURS, THEIRS].toSorted((a, b) => a.localeCompare(b)));
		expect(papers).toEqual([
			{
				...one,
				masked: false,
				standing: 'ended',
				savedAt: expect.any(String),
				files: [{ fileId, name: 'licence.pdf', type: 'application/pdf', size: PDF.length, addedAt: expect.any(String) }],
			},
		]);
		expect(await take(fileId)).toEqual({ name: 'licence.pdf', type: 'application/pdf', bytes: PDF });
		const { rows } = await admin.query<{ all: string }>(`select p::text || f::text as all from dossier_paper p, dossier_file f`);
		const kept = rows[0]?.all ?? '';
		expect(kept).toContain('2020-01-31');
		for (const secret of [NUMBER, 'Kept in the safe', 'licence.pdf', '%PDF', PDF.toString('hex'), Buffer.from(NUMBER).toString('hex')])
			expect(kept).not.toContain(secret);
		expect(api.calls.map((call) => call.name)).toContain('lookForNotices');
		await as(owner).dossier.removeFile({ fileId });
		await expect(take(fileId)).rejects.toThrow('notFound');
		await as(owner).dossier.remove({ paperId: one.paperId });
		expect((await as(owner).dossier.list()).papers).toEqual([]);
	});

	test('shows the end of a bank account only, and the whole of it with a record', async () => {
		const bank = paper({ kind: 'bank' as const, number: ACCOUNT });
		await as(owner).dossier.save(bank);
		expect((await as(owner).dossier.list()).papers[0]).toMatchObject({ number: '3445', masked: true });
		expect(JSON.stringify(await as(owner).dossier.list())).not.toContain(ACCOUNT);
		// Whoever changes the rest need not know it.
		const { number: _, ...rest } = bank;
		await as(owner).dossier.save({ ...rest, country: 'HK' });
		expect(await as(owner).dossier.reveal({ paperId: bank.paperId })).toEqual({ number: ACCOUNT });
		const [record] = (await as(owner).audit.list({ action: 'dossier.reveal' })).rows;
		expect(record).toMatchObject({ subjectName: OURS });
		await as(owner).dossier.remove({ paperId: bank.paperId });
	});

	test.each([
		['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
		['a program', Buffer.from('MZ\u0090')],
		['nothing', Buffer.alloc(0)],
		['too much', Buffer.concat([PDF, Buffer.alloc(LARGEST_PAPER_FILE)])],
	])('takes no file that is %s', async (_what, bytes) => {
		const one = paper();
		await as(owner).dossier.save(one);
		await expect(give(one.paperId, bytes)).rejects.toThrow('paperFileNotTaken');
		await as(owner).dossier.remove({ paperId: one.paperId });
	});

	test('keeps both of two files that come at once, under names that lead nowhere', async () => {
		const one = paper();
		await as(owner).dossier.save(one);
		await Promise.all([give(one.paperId, PDF, owner, '../../etc/passwd'), give(one.paperId, PDF, owner, 'a\r\nset-cookie: x.pdf')]);
		const names = (await as(owner).dossier.list()).papers[0]?.files.map((file) => file.name).toSorted() ?? [];
		expect(names).toHaveLength(2);
		for (const name of names) expect(name).not.toMatch(/[/\\\r\n]|^$/);
		await as(owner).dossier.remove({ paperId: one.paperId });
	});

	test('refuses days that end before they begin, and a paper without a number', async () => {
		await expect(as(owner).dossier.save(paper({ validFrom: '2026-02-01', validUntil: '2026-01-01' }))).rejects.toMatchObject({
			cause: { code: 'inputWrong', params: { field: 'validUntil' } },
		});
		const { number: _, ...without } = paper();
		await expect(as(owner).dossier.save(without)).rejects.toMatchObject({ cause: { params: { field: 'number' } } });
	});

	test('opens to a manager of some stores what their company holds, and no other company', async () => {
		const [ours, theirs] = [paper(), paper({ entity: THEIRS })];
		for (const one of [ours, theirs]) await as(owner).dossier.save(one);
		const { fileId } = await give(theirs.paperId, PDF);
		const seen = await as(scoped).dossier.list();
		expect([seen.entities, seen.papers.map((one) => one.paperId)]).toEqual([[OURS], [ours.paperId]]);
		await expect(as(scoped).dossier.save({ ...theirs, entity: OURS })).rejects.toThrow('notFound');
		await expect(as(scoped).dossier.save({ ...ours, entity: THEIRS })).rejects.toThrow('notFound');
		await expect(as(scoped).dossier.reveal({ paperId: theirs.paperId })).rejects.toThrow('notFound');
		await expect(as(scoped).dossier.remove({ paperId: theirs.paperId })).rejects.toThrow('notFound');
		await expect(as(scoped).dossier.removeFile({ fileId })).rejects.toThrow('notFound');
		await expect(give(theirs.paperId, PDF, scoped)).rejects.toThrow('notFound');
		await expect(take(fileId, scoped)).rejects.toThrow('notFound');
	});
});

describe('an opening', () => {
	const begin = async (more: object = {}) => {
		const openingId: string = crypto.randomUUID();
		await as(owner).openings.begin({ openingId, platform: 'temu', siteId: '105', way: 'local', entity: OURS, ...more });
		return openingId;
	};
	const of = async (openingId: string, user = owner) => (await as(user).openings.list()).find((one) => one.openingId === openingId);

	test('is walked step by step, with who did what when, and ends with its store', async () => {
		const openingId = await begin();
		await as(owner).openings.tick({ openingId, step: 'localCompany', done: true });
		await as(scoped).openings.note({ openingId, step: 'localCompany', note: 'Branch in Hamburg' });
		expect(await of(openingId)).toMatchObject({
			country: 'DE',
			way: 'local',
			begunBy: 'owner',
			endedAt: null,
			steps: [{ step: 'localCompany', doneBy: 'owner', doneAt: expect.any(String), note: 'Branch in Hamburg', notedBy: 'Mei' }],
		});
		await as(owner).openings.tick({ openingId, step: 'localCompany', done: false });
		expect((await of(openingId))?.steps[0]).toMatchObject({ doneBy: null, doneAt: null, note: 'Branch in Hamburg' });
		await as(owner).openings.tie({ openingId, storeId: stores.two });
		expect(await of(openingId)).toMatchObject({ storeId: stores.two, endedAt: expect.any(String) });
		await expect(as(owner).openings.change({ openingId, givenUp: false })).rejects.toThrow('inputWrong');
		// One store comes of one opening.
		await expect(as(owner).openings.tie({ openingId: await begin(), storeId: stores.two })).rejects.toThrow('inputWrong');
	});

	test('is given up and taken up again', async () => {
		const openingId = await begin();
		await as(owner).openings.change({ openingId, givenUp: true });
		expect((await of(openingId))?.endedAt).not.toBeNull();
		await as(owner).openings.change({ openingId, givenUp: false, entity: null });
		expect(await of(openingId)).toMatchObject({ endedAt: null, entity: null });
	});

	test.each([
		['a site that the platform does not have', { siteId: 'MARS' }],
		['a way that has no track', { platform: 'tiktok-shop', siteId: 'ID', way: 'crossBorder' }],
	])('is not begun for %s', async (_what, more) => {
		await expect(begin(more)).rejects.toThrow('inputWrong');
	});

	test('takes steps of its own track and a store of its own site only', async () => {
		const openingId = await begin();
		await expect(as(owner).openings.tick({ openingId, step: 'chinaCompany', done: true })).rejects.toThrow('inputWrong');
		const mexico = await begin({ siteId: '110' });
		await expect(as(owner).openings.tie({ openingId: mexico, storeId: stores.three })).rejects.toThrow('inputWrong');
	});

	test('of another company is hidden from a manager of some stores', async () => {
		const openingId = await begin({ entity: THEIRS });
		expect(await of(openingId, scoped)).toBeUndefined();
		await expect(as(scoped).openings.tick({ openingId, step: 'register', done: true })).rejects.toThrow('notFound');
		await expect(
			as(scoped).openings.begin({ openingId: crypto.randomUUID(), platform: 'temu', siteId: '105', way: 'local', entity: THEIRS }),
		).rejects.toThrow('notFound');
	});
});

describe('a new store', () => {
	const pair = () => ({ fromStoreId: stores.one, toStoreId: stores.two });

	test('shows in what it differs from another one before it is made like it', async () => {
		for (const language of ['en', 'any'] as const)
			await as(owner).inbox.saveMacro({ macroId: crypto.randomUUID(), name: language, texts: [{ language, text: 'Hello' }] });
		expect(await as(owner).openings.difference(pair())).toEqual({
			settings: [
				{ setting: 'entity', from: OURS, to: null },
				{ setting: 'group', from: 'Home', to: null },
				{ setting: 'owner', from: 'owner', to: null },
				{ setting: 'colour', from: 'blue', to: null },
				{ setting: 'mark', from: '云', to: null },
			],
			members: [{ userId: scoped.id, name: 'Mei' }],
			language: 'de-DE',
			macros: { fitting: 1, without: ['en'] },
		});
		await as(owner).openings.copySettings({ ...pair(), settings: ['entity', 'owner', 'colour'], members: [scoped.id] });
		const { settings, members } = await as(owner).openings.difference(pair());
		expect([settings.map((one) => one.setting), members]).toEqual([['group', 'mark'], []]);
		expect((await as(scoped).stores.list()).map((store) => store.name).toSorted()).toEqual(['one', 'two']);
	});

	test('is changed in everything or in nothing', async () => {
		const change = { ...pair(), settings: ['group' as const], members: ['nobody'] };
		await expect(as(owner).openings.copySettings(change)).rejects.toThrow('notFound');
		expect((await as(owner).openings.difference(pair())).settings.map((one) => one.setting)).toContain('group');
	});

	test('outside a manager’s stores is neither read nor written', async () => {
		const beyond = { fromStoreId: stores.one, toStoreId: stores.three };
		await expect(as(scoped).openings.difference(beyond)).rejects.toThrow('notFound');
		await expect(as(scoped).openings.copySettings({ ...beyond, settings: ['entity'], members: [] })).rejects.toThrow('notFound');
	});
});

import { addMember, upsertConnection, upsertStores } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import { writeXlsx } from 'hucre';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, importReviews, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let agent: SessionUser;
let narrow: SessionUser;
let workspaceId: string;
let amazon: string;
let mercado: string;
const SKU = '01a00000-0000-7000-8000-0000000000a1';
const FAN = '01a00000-0000-7000-8000-0000000000a2';

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, agent, narrow] = [await api.user('owner'), await api.user('agent'), await api.user('narrow')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		const bind = async (platform: 'amazon' | 'mercado-libre') => {
			const account = { externalAccountId: 'a', accountName: null, host: 'us', scopes: [], accessExpiresAt: null, grantExpiresAt: null };
			const connectionId = await upsertConnection(scope, { platform, ...account });
			const site = { siteId: 'US', country: 'US', currency: 'USD', zone: 'America/Los_Angeles', language: 'en', problem: null };
			const store = { platform, externalId: 's', name: 'S', mode: 'local' as const, active: true, attributes: {}, ...site };
			const [made] = await upsertStores(scope, connectionId, [store]);
			return made?.storeId ?? '';
		};
		[amazon, mercado] = [await bind('amazon'), await bind('mercado-libre')];
		await addMember(scope, { userId: agent.id, name: 'agent', email: agent.email, role: 'agent', storeScope: null });
		await addMember(scope, { userId: narrow.id, name: 'narrow', email: narrow.email, role: 'manager', storeScope: [mercado] });
	});
	await admin.query(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, 'LMP', 'Lamp'), ($1, $3, 'FAN', 'Fan')`, [
		workspaceId,
		SKU,
		FAN,
	]);
	await admin.query(
		`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, seller_sku, gtins, title, state, raw_status,
				issues, price_minor, currency, digest, pairing_state, sku_id, sold_units)
			values ($1, $2, $3, 'B0LAMP', '', 'LMP-US', '{}', 'Lamp of the store', 'live', '1', '{}', 100, 'USD', 'd', 'paired', $2, 4)`,
		[workspaceId, SKU, amazon],
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});
beforeEach(async () => {
	for (const table of ['review', 'review_import', 'audit']) await admin.query(`delete from ${table}`);
});

const RIGHTS = { rightsBy: 'Ana of the brand', rightsGround: 'Export of our own brand registry' };
const HEAD = 'Review ID,ASIN,Reviewer,Date,Rating,Title,Body';
const FILE = [
	HEAD,
	'R1,B0LAMP,Jo,2026-11-02,1,Broken,It came damaged',
	'R2,LMP-US,Al,2026-11-03,5,,Love it',
	',FAN,Bo,2026-11-04,4,,Cool',
].join('\r\n');
const give = (bytes: string | Buffer, query: Record<string, string> = {}, user = owner) =>
	importReviews(
		{ ...api.services, registry },
		user,
		workspaceId,
		{ store: amazon, take: 'all', name: 'a.csv', ...RIGHTS, ...query },
		Buffer.from(bytes),
	);
const ask = (user = owner) => createCaller({ services: { ...api.services, registry }, user, workspaceId }).reviews;
const shown = async () =>
	(await ask().list({})).rows
		.map((row) => [row.sku?.code, row.rating, row.title, row.text, row.imported])
		.toSorted((a, b) => String(a[3]).localeCompare(String(b[3])));
const WHOLE = [
	['FAN', 4, null, 'Cool', true],
	['LMP', 1, 'Broken', 'It came damaged', true],
	['LMP', 5, null, 'Love it', true],
];

describe('a file of reviews', () => {
	test('is only tried at first: it tells row by row what it would do, and writes nothing', async () => {
		const told = await give(FILE, { take: 'try', rightsBy: '', rightsGround: '' });
		expect(told).toMatchObject({ rows: 3, wrongRows: 0, fresh: 3, changed: 0, same: 0, written: null });
		expect(told.verdicts[0]).toEqual({ row: 2, verdict: 'fresh', product: 'B0LAMP', rating: 1, words: 'Broken · It came damaged' });
		expect(await shown()).toEqual([]);
		expect(await ask().imports()).toEqual([]);
	});

	test('stands in the pool with its SKU, day and themes, and given twice counts once', async () => {
		expect(await give(FILE)).toMatchObject({ written: 3 });
		expect(await shown()).toEqual(WHOLE);
		const { rows } = await ask().list({ ratings: [1] });
		expect(rows).toMatchObject([
			{ writtenAt: '2026-11-02T08:00:00.000Z', themes: ['damaged'], product: 'Lamp of the store', former: [], forgotten: false },
		]);
		expect(await give(FILE)).toMatchObject({ fresh: 0, changed: 0, same: 3, written: 0 });
		expect(await ask().imports()).toMatchObject([
			{ fileName: 'a.csv', importedBy: 'owner', fresh: 3, changed: 0, takenBackAt: null, ...RIGHTS },
		]);
		const said = (await admin.query('select action, detail from audit')).rows;
		expect(said).toEqual([{ action: 'reviews.import', detail: { after: { count: 3 }, ...RIGHTS } }]);
	});

	test('keeps neither the words in the open nor who wrote them', async () => {
		await give(FILE);
		const { rows } = await admin.query<{ whole: string }>(`select r::text as whole from review r union all select a::text from audit a`);
		for (const secret of ['damaged', 'Love', 'Jo', 'Bo']) {
			const told = rows.map(({ whole }) => whole.replace('{damaged}', '')).join(' ');
			expect(told).not.toMatch(new RegExp(`\\b${secret}\\b`));
		}
		const bytes = (await admin.query<{ sealed: Buffer }>('select sealed from review')).rows.map(({ sealed }) => sealed.toString('latin1'));
		expect(bytes.join(' ')).not.toContain('Love');
	});

	test('without who says that it may be used, and on what ground, is not taken over', async () => {
		await expect(give(FILE, { rightsBy: '' })).rejects.toThrow('inputWrong');
		await expect(give(FILE, { rightsGround: 'yes' })).rejects.toThrow('inputWrong');
		expect(await shown()).toEqual([]);
	});

	test('with a wrong row writes nothing unless the good rows alone are asked for', async () => {
		const wrong = `${FILE}\r\nR3,NONE,X,2026-11-02,5,,a\r\nR4,B0LAMP,X,soon,6,,b\r\nR1,B0LAMP,Jo,2026-11-02,2,,other\r\nR2,LMP-US,Al,2026-11-03,5,,Love it`;
		const told = await give(wrong);
		expect(told).toMatchObject({ rows: 7, wrongRows: 3, fresh: 3, same: 1, written: null });
		expect(told.faults.map((f) => [f.row, f.column, f.cause, f.value])).toEqual([
			[5, 'product', 'productUnknown', 'NONE'],
			[6, 'day', 'dayWrong', 'soon'],
			[6, 'rating', 'ratingWrong', '6'],
			[7, 'id', 'twice', '2'],
		]);
		expect(await shown()).toEqual([]);
		expect(await give(wrong, { take: 'good' })).toMatchObject({ written: 3 });
	});

	test('knows a review without an id by product, author, day and text', async () => {
		const row = (author: string, rating: number, text: string) => `${HEAD}\n,B0LAMP,${author},2026-11-02,${rating},,${text}`;
		await give(row('Jo', 3, 'So so'));
		// The same product by another of its names.
		expect(await give(row('Jo', 3, 'So so').replace('B0LAMP', 'LMP-US'))).toMatchObject({ same: 1 });
		expect(await give(row('Jo', 4, 'So so'), { take: 'try' })).toMatchObject({ changed: 1 });
		expect(await give(row('Al', 3, 'So so'), { take: 'try' })).toMatchObject({ fresh: 1 });
		expect(await give(row('Jo', 3, 'So what'), { take: 'try' })).toMatchObject({ fresh: 1 });
	});

	test('from a spreadsheet of another encoding, pasted cells, or a workbook is read the same', async () => {
		const latin = Buffer.from('ID da avaliação;SKU;Data;Nota;Comentário\nR1;LMP-US;2026-11-02;5;Ótima lâmpada', 'latin1');
		await give(latin);
		expect(await shown()).toEqual([['LMP', 5, null, 'Ótima lâmpada', true]]);
		expect(await give('Review ID\tDate\tStars\tText\nR1\t2026-11-02\t★★★★★\tÓtima lâmpada', { product: 'LMP-US' })).toMatchObject({
			same: 1,
		});
		const rows = [
			['Review ID', 'SKU', 'Date', 'Rating', 'Text'],
			['R1', 'LMP-US', new Date('2026-11-02T00:00:00Z'), 5, 'Ótima lâmpada'],
		];
		expect(await give(Buffer.from(await writeXlsx({ sheets: [{ name: 'a', rows }] })))).toMatchObject({ same: 1, faults: [] });
	});

	test('is taken from who may, for stores of theirs whose platform shows no reviews to programs', async () => {
		await expect(give(FILE, {}, agent)).rejects.toThrow('notAllowed');
		await expect(give(FILE, {}, narrow)).rejects.toThrow('notFound');
		await expect(give(FILE, { store: mercado })).rejects.toThrow('inputWrong');
		await expect(give(FILE, { store: crypto.randomUUID() })).rejects.toThrow('notFound');
		await expect(give(FILE, { rightsBy: 'a\0b' })).rejects.toThrow('inputWrong');
		await expect(give('')).rejects.toThrow('fileNotRead');
		expect(await shown()).toEqual([]);
	});
});

describe('an import', () => {
	const last = async (): Promise<string> => (await ask().imports())[0]?.importId ?? '';
	const edited = `${HEAD}\nR1,B0LAMP,Jo,2026-11-05,3,Mended,It works now\nR9,FAN,Cy,2026-11-05,2,,Loud`;

	test('that changes a review keeps what it said before, and taken back says it again', async () => {
		await give(FILE);
		const first = await last();
		expect(await give(edited)).toMatchObject({ fresh: 1, changed: 1, written: 2 });
		const { rows } = await ask().list({ ratings: [3] });
		expect(rows).toMatchObject([{ text: 'It works now', former: [{ rating: 1, title: 'Broken', text: 'It came damaged' }] }]);
		expect(Object.keys(rows[0]?.former[0] ?? {})).toEqual(['rating', 'title', 'text', 'until']);
		expect(await ask().takeBack({ importId: await last() })).toEqual({ removed: 1, restored: 1 });
		expect(await shown()).toEqual(WHOLE);
		const [again] = (await ask().list({ ratings: [1] })).rows;
		expect(again).toMatchObject({ writtenAt: '2026-11-02T08:00:00.000Z', themes: ['damaged'], former: [] });
		expect(await give(FILE)).toMatchObject({ same: 3, written: 0 });
		expect(await ask().takeBack({ importId: first })).toEqual({ removed: 3, restored: 0 });
		expect(await shown()).toEqual([]);
		await expect(ask().takeBack({ importId: first })).rejects.toThrow('notFound');
		expect((await ask().imports()).every(({ takenBackAt, takenBackBy }) => takenBackAt !== null && takenBackBy === 'owner')).toBe(true);
	});

	test('taken back under a later one leaves what that says', async () => {
		await give(FILE);
		const first = await last();
		await give(edited);
		expect(await ask().takeBack({ importId: first })).toEqual({ removed: 2, restored: 1 });
		expect(await shown()).toEqual([
			['LMP', 3, 'Mended', 'It works now', true],
			['FAN', 2, null, 'Loud', true],
		]);
		expect((await ask().list({ ratings: [3] })).rows[0]?.former).toEqual([]);
		await ask().takeBack({ importId: await last() });
		expect(await shown()).toEqual([]);
	});

	test('is nobody else’s to take back', async () => {
		await give(FILE);
		const importId = await last();
		await expect(ask(agent).takeBack({ importId })).rejects.toThrow('notAllowed');
		await expect(ask(narrow).takeBack({ importId })).rejects.toThrow('notFound');
		expect(await ask(narrow).imports()).toEqual([]);
	});

	test('gives its words a year, and the same file brings them again', async () => {
		await give(FILE);
		await admin.query(`update review set sealed = null where external_id = 'R1'`);
		expect((await ask().list({ ratings: [1] })).rows).toMatchObject([{ forgotten: true, imported: true, text: null }]);
		expect(await give(FILE)).toMatchObject({ changed: 1, same: 2 });
		expect(await shown()).toEqual(WHOLE);
		const { rows } = await admin.query<{ days: number }>(`select round(extract(epoch from dies_at - now()) / 86400) as days from review`);
		for (const { days } of rows) expect(Number(days)).toBe(365);
	});

	test('is counted apart from what platforms count', async () => {
		await give(FILE);
		// The cursor of another list has two parts as well, and is none of this one.
		const foreign = Buffer.from(JSON.stringify(['2026-11-30T11:06:59.000Z', '01a22c22-f8f1-7367-9447-d79e165174e8'])).toString('base64url');
		await expect(ask().matrix({ cursor: foreign })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		const { rows } = await ask().matrix({});
		expect(rows.map(({ code, average, ratings, source }) => [code, average, ratings, source])).toEqual([
			['LMP', 3, 2, 'file'],
			['FAN', 4, 1, 'file'],
		]);
		expect(rows[0]?.cells).toMatchObject([
			{ platform: 'amazon', stars: [1, 0, 0, 0, 1], source: 'file', reviews: 2, complaint: 'damaged' },
		]);
		// Where it is listed and spoken of, beside what was sold there.
		expect(rows[0]?.cells).toMatchObject([{ siteId: 'US', read: false, sold: 4 }]);
		expect(rows[0]?.sold).toBe(4);
		await admin.query(`update listing set stars = '{0,0,0,0,7}' where store_id = $1`, [amazon]);
		const [, counted] = (await ask().matrix({})).rows;
		expect(counted).toMatchObject({ code: 'LMP', average: 5, ratings: 7, source: 'platform', cells: [{ source: 'platform', reviews: 2 }] });
		await admin.query(`update listing set stars = null`);
		expect((await ask().stores()).find(({ storeId }) => storeId === amazon)).toMatchObject({ read: false, imported: 3 });
	});
});

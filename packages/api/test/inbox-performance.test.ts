import { gatherWaits, reportRows } from '@pangea/db';
import { columnsOf, type MessageBody } from '@pangea/domain';
import { registry } from '@pangea/platform-registry';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const HOUR = 3_600_000;
let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;
const THAILAND = crypto.randomUUID();
const AMERICA = crypto.randomUUID();
const GERMANY = crypto.randomUUID();

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	for (const [storeId, platform, site, zone] of [
		[THAILAND, 'tiktok-shop', 'TH', 'Asia/Bangkok'],
		[AMERICA, 'tiktok-shop', 'US', 'America/Los_Angeles'],
		[GERMANY, 'temu', 'DE', 'Europe/Berlin'],
	] as const) {
		const connectionId = crypto.randomUUID();
		await admin.query(
			`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, $3, $4, 'api', 'active')`,
			[workspaceId, connectionId, platform, storeId],
		);
		await admin.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2, $3, $4, $2::uuid::text, $5, $5, 'US', 'USD', $6, 'en', 'local', true)`,
			[workspaceId, storeId, connectionId, platform, site, zone],
		);
	}
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

interface Said {
	by: 'buyer' | 'seller' | 'robot';
	at: string;
	text?: string;
	state?: 'received' | 'accepted' | 'rejected' | 'queued';
	here?: boolean;
}

async function said(storeId: string, messages: readonly Said[], kind = 'chat'): Promise<string> {
	const conversationId = crypto.randomUUID();
	const face = JSON.stringify({ buyerName: null, preview: null, previewKind: 'text' });
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
			select $1, $2, store_id, platform, $4, $2::uuid::text, $5, now(), 'buyer' from store where store_id = $3`,
		[workspaceId, conversationId, storeId, kind, api.box.seal(face, `conversation ${conversationId}`)],
	);
	for (const { by, at, text = 'Where is it, and when does it come?', state = 'received', here = false } of messages) {
		const messageId = crypto.randomUUID();
		const sealed = api.box.seal(JSON.stringify({ text, imageUrl: null }), `message ${messageId}`);
		await admin.query(
			`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at, user_id)
				values ($1, $2, $3, $4, $2::uuid::text, '1', 'text', $5, $6, $7, $8, now() + interval '1 day', $9)`,
			[workspaceId, messageId, conversationId, storeId, by, state, at, sealed, here ? owner.id : null],
		);
	}
	return conversationId;
}

const ask = (stores: string[] = [], period = { from: '2026-11-01', until: '2026-11-10' }) =>
	createCaller({ services: { ...api.services, registry }, user: owner, workspaceId }).inbox.performance({ ...period, stores });

describe('how fast buyers were answered', () => {
	test('is told by the store’s days and its platform’s rule, with what came too late and who answered', async () => {
		// Half past midnight in Bangkok: of the first day, and of the day after the last.
		await said(THAILAND, [
			{ by: 'buyer', at: '2026-10-31T17:30:00Z' },
			{ by: 'seller', at: '2026-10-31T18:30:00Z', here: true },
		]);
		await said(THAILAND, [{ by: 'buyer', at: '2026-11-10T17:30:00Z' }]);
		await said(THAILAND, [
			{ by: 'buyer', at: '2026-11-02T01:00:00Z' },
			{ by: 'seller', at: '2026-11-02T05:00:00Z', state: 'accepted', here: true },
		]);
		const late = await said(THAILAND, [
			{ by: 'buyer', at: '2026-11-03T01:00:00Z' },
			{ by: 'seller', at: '2026-11-03T02:00:00Z', state: 'rejected', here: true },
			{ by: 'seller', at: '2026-11-03T14:00:00Z' },
		]);
		const never = await said(THAILAND, [
			{ by: 'buyer', at: '2026-11-04T01:00:00Z' },
			{ by: 'robot', at: '2026-11-04T01:01:00Z' },
			{ by: 'seller', at: '2026-11-04T02:00:00Z', state: 'queued', here: true },
		]);
		const { rows, people } = await ask([THAILAND]);
		expect(rows).toEqual([
			{
				storeId: THAILAND,
				kind: 'message',
				ruleId: 'tiktok-shop.sea.12h',
				budget: { hours: 12 },
				target: 0.85,
				standing: 'confirmed',
				source: expect.stringContaining('seller-th.tiktok.com'),
				decided: 4,
				inTime: 2,
				rate: 0.5,
				medianMillis: 4 * HOUR,
				open: 0,
				leftOut: 0,
				later: 0,
				untold: ['holidayMode', 'solvedByAutomation', 'buyerBlocked'],
				late: [
					{ conversationId: never, startedAt: '2026-11-04T01:00:00.000Z', due: '2026-11-04T13:00:00.000Z', endedAt: null },
					{
						conversationId: late,
						startedAt: '2026-11-03T01:00:00.000Z',
						due: '2026-11-03T13:00:00.000Z',
						endedAt: '2026-11-03T14:00:00.000Z',
					},
				],
			},
		]);
		expect(people).toEqual([
			{ userId: owner.id, answers: 2, inTime: 2, medianMillis: 2.5 * HOUR },
			{ userId: null, answers: 1, inTime: 0, medianMillis: 13 * HOUR },
		]);
	});

	test('takes no greeting for an answer where the platform does not', async () => {
		await said(AMERICA, [
			{ by: 'buyer', at: '2026-11-03T18:00:00Z' },
			{ by: 'seller', at: '2026-11-03T19:00:00Z', text: 'Hi, good morning!' },
			{ by: 'seller', at: '2026-11-04T19:00:00Z', text: 'It left on Monday.' },
		]);
		const { rows } = await ask([AMERICA]);
		expect(rows).toMatchObject([{ ruleId: 'tiktok-shop.us.24h', standing: 'unconfirmed', decided: 1, inTime: 0, medianMillis: 25 * HOUR }]);
	});

	test('leaves out cases, which nobody can answer, and periods that are too long', async () => {
		await said(GERMANY, [{ by: 'buyer', at: '2026-11-03T18:00:00Z' }], 'case');
		expect(await ask([GERMANY])).toEqual({ rows: [], people: [] });
		await expect(ask([], { from: '2026-01-01', until: '2026-11-10' })).rejects.toThrow('inputWrong');
		await expect(ask([], { from: '2026-11-10', until: '2026-11-01' })).rejects.toThrow('inputWrong');
	});
});

/** The rows of the report as a file has them. */
async function fileOf(stores: string[], days: { from: string; until: string } | undefined, at: string): Promise<Record<string, string>[]> {
	const columns = columnsOf('answers').map(({ id }) => id);
	const question = { storeScope: null, stores, sort: 'newest', at, ...(days && { days }) } as const;
	const text = await api.database.inWorkspace(workspaceId, async (scope) => {
		await gatherWaits(scope, question, {
			rulesOf: (platform) => registry.get(platform as 'temu')?.manifest.replyClocks ?? [],
			bodyOf: (messageId, sealed) => JSON.parse(api.box.open(sealed, `message ${messageId}`).toString('utf8')) as MessageBody,
		});
		const { chunks } = await reportRows(scope, { report: 'answers', columns, zone: 'UTC', format: 'csv' }, question);
		let all = '';
		for await (const piece of chunks) all += piece.toString('utf8');
		return all;
	});
	return parse(`${columns.join(',')}\n${text}`, { columns: true });
}

describe('the file of answer times', () => {
	const period = { from: '2026-11-01', until: '2026-11-10' };

	test('tells each wait with what became of it, and nothing of what was written', async () => {
		const secret = 'My address is Rua das Flores 12';
		const conversation = await said(THAILAND, [
			{ by: 'buyer', at: '2026-09-02T20:00:00Z', text: secret },
			{ by: 'seller', at: '2026-09-02T21:00:00Z', text: secret, here: true },
			{ by: 'buyer', at: '2026-09-05T01:00:00Z', text: secret },
		]);
		const rows = await fileOf([THAILAND], { from: '2026-09-01', until: '2026-09-30' }, '2026-09-05T02:00:00.000Z');
		const place = { platform: 'tiktok-shop', store: 'TH', company: '', site: 'TH', kind: 'message', rule: 'tiktok-shop.sea.12h' };
		const same = { ...place, rule_standing: 'confirmed', conversation, counted: 'yes', not_counted_because: '' };
		expect(rows).toEqual([
			{
				...same,
				buyer_wrote_at: '2026-09-05 01:00:00+00',
				store_day: '2026-09-05',
				due_at: '2026-09-05 13:00:00+00',
				answered_at: '',
				answered_by: '',
				outcome: 'open',
			},
			{
				...same,
				buyer_wrote_at: '2026-09-02 20:00:00+00',
				store_day: '2026-09-03',
				due_at: '2026-09-03 08:00:00+00',
				answered_at: '2026-09-02 21:00:00+00',
				answered_by: 'owner',
				outcome: 'inTime',
			},
		]);
		const [early] = await fileOf([THAILAND], undefined, '2026-09-02T20:30:00.000Z');
		expect(early).toMatchObject({ answered_at: '', outcome: 'open' });
	});

	test('adds up to the screen, row by row of it, whatever was said', async () => {
		const message = fc.record({
			by: fc.constantFrom('buyer', 'seller', 'robot'),
			hour: fc.integer({ min: 0, max: 260 }),
			text: fc.constantFrom('Hi', 'Thank you!', 'When does it come?'),
			here: fc.boolean(),
		} as const);
		const talks = fc.array(
			fc.record({
				store: fc.constantFrom(THAILAND, AMERICA, GERMANY),
				kind: fc.constantFrom('chat', 'purchase', 'question', 'claim'),
				messages: fc.array(message, { minLength: 1, maxLength: 9 }),
			}),
			{ minLength: 4, maxLength: 12 },
		);
		let decided = 0;
		const outcomes = new Set<string | undefined>();
		await fc.assert(
			fc.asyncProperty(talks, async (all) => {
				await admin.query('delete from message');
				await admin.query('delete from conversation');
				for (const { store, kind, messages } of all) {
					const spoken = messages.toSorted((a, b) => a.hour - b.hour);
					const start = Date.parse('2026-10-31T00:00:00Z');
					await said(
						store,
						spoken.map(({ hour, ...one }) => ({ ...one, at: new Date(start + hour * HOUR).toISOString() })),
						kind,
					);
				}
				const [screen, file] = [await ask([], period), await fileOf([], period, new Date().toISOString())];
				const mine = Map.groupBy(file, (row) => `${row['platform']} ${row['store']} ${row['rule']}`);
				const count = (rows: readonly Record<string, string>[], key: string, ...values: string[]): number =>
					rows.filter((row) => values.includes(row[key] ?? '')).length;
				const told = [...mine].map(([key, rows]) => ({
					key,
					decided: count(rows, 'outcome', 'inTime', 'late'),
					inTime: count(rows, 'outcome', 'inTime'),
					open: count(rows, 'outcome', 'open'),
					later: count(rows, 'not_counted_because', 'laterInSession'),
					leftOut: rows.filter((row) => row['counted'] === 'no' && row['not_counted_because'] !== 'laterInSession').length,
				}));
				const names = new Map<string, string>([
					[THAILAND, 'tiktok-shop TH'],
					[AMERICA, 'tiktok-shop US'],
					[GERMANY, 'temu DE'],
				]);
				const shown = screen.rows.map(({ storeId, ruleId, decided: d, inTime, open, later, leftOut }) => ({
					key: `${names.get(storeId)} ${ruleId}`,
					decided: d,
					inTime,
					open,
					later,
					leftOut,
				}));
				const byKey = (a: { key: string }, b: { key: string }): number => a.key.localeCompare(b.key);
				expect(told.toSorted(byKey)).toEqual(shown.toSorted(byKey));
				const answers = file.filter((row) => row['counted'] === 'yes' && row['answered_at'] !== '');
				const people = screen.people.map(({ userId, answers: n }) => `${userId === null ? '' : 'owner'} ${n}`);
				const ofFile = [...Map.groupBy(answers, (row) => row['answered_by'])].map(([who, of]) => `${who} ${of.length}`);
				expect(new Set(ofFile)).toEqual(new Set(people));
				decided += told.reduce((sum, one) => sum + one.decided, 0);
				for (const row of file) outcomes.add(row['outcome']);
			}),
			{ numRuns: 40 },
		);
		// Else nothing was compared.
		expect(decided).toBeGreaterThan(20);
		expect([...outcomes]).toEqual(expect.arrayContaining(['', 'inTime', 'late']));
	});
});

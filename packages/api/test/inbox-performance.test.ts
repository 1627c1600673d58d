import { registry } from '@pangea/platform-registry';
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

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { inboxStage } from './inbox-stage.ts';

const STORE = 'tiktok-br';
const inbox = inboxStage({ platform: 'tiktok-shop', store: STORE, port: 4960, patience: 20_000 });
const { now, until, list, open, truth, answers, written, reply, ended } = inbox;

describe('the inbox of a TikTok Shop store', () => {
	test('holds what was said before the store was bound, each message once and as the platform has it', async () => {
		await until('all conversations', async () => ((await list()).length === truth().length && truth().length > 1 ? true : undefined));
		for (const conversation of truth()) {
			const row = (await list()).find((r) => r.externalId === conversation.id);
			const { messages } = await open(row?.conversationId ?? '');
			expect(messages.map((m) => [m.sender, m.text])).toEqual(conversation.messages.map((m) => [m.from, m.text]));
		}
	});

	test('hears a buyer at once, and who waits stands in the list of those who wait', async () => {
		const row = await written('Where is my parcel?');
		expect(row).toMatchObject({ done: false });
		expect(row.unread).toBeGreaterThan(0);
		expect((await list('waiting')).map((r) => r.conversationId)).toContain(row.conversationId);
	});

	test('answers once: the platform has the words, the inbox its word for it', async () => {
		const row = await written('Is it waterproof?');
		const messageId = await reply(row.conversationId, 'Yes, to 30 metres.');
		await ended(row.conversationId, messageId, 'accepted');
		expect(answers(row.externalId).filter((text) => text === 'Yes, to 30 metres.')).toHaveLength(1);
		// The platform tells of our own message as well; it stays one.
		await sleep(500);
		const { messages, conversation } = await open(row.conversationId);
		expect(messages.filter((m) => m.text === 'Yes, to 30 metres.')).toHaveLength(1);
		expect(conversation).toMatchObject({ waitingSince: null, lastSender: 'seller' });
	});

	test('sends the same message once though it is asked for twice', async () => {
		const row = await written('Hello?');
		const messageId = crypto.randomUUID();
		const ask = (): Promise<unknown> =>
			now.stage.owner.mutate('inbox.send', { conversationId: row.conversationId, messageId, text: 'Hello!' });
		await Promise.all([ask(), ask()]);
		await ended(row.conversationId, messageId, 'accepted');
		expect(answers(row.externalId).filter((text) => text === 'Hello!')).toHaveLength(1);
	});

	test.each([
		['the line breaks after the platform has taken it', { kind: 'reset' as const }],
		['the platform fails before it takes it', { kind: 'serverError' as const, options: { status: 503 } }],
		['the platform asks to slow down', { kind: 'rateLimited' as const }],
	])(
		'answers once though %s',
		async (_name, fault) => {
			const row = await written(`Question ${fault.kind}`);
			now.stage.control.arm({ ...fault, platform: 'tiktok-shop', operation: 'messages.send', count: 1 });
			const messageId = await reply(row.conversationId, `Answer ${fault.kind}`);
			await ended(row.conversationId, messageId, 'accepted', 40_000);
			expect(answers(row.externalId).filter((text) => text === `Answer ${fault.kind}`)).toHaveLength(1);
			const { messages } = await open(row.conversationId);
			expect(messages.filter((m) => m.text === `Answer ${fault.kind}`)).toHaveLength(1);
		},
		60_000,
	);

	test('says so when nothing may be changed at the platforms, and sends it when that is over', async () => {
		const row = await written('Can you change the address?');
		await now.stage.owner.mutate('sync.setWrites', { storeId: null, allowed: false });
		const messageId = await reply(row.conversationId, 'Changed.');
		expect(await ended(row.conversationId, messageId, 'failed')).toMatchObject({ errorCode: 'writesStopped' });
		expect(answers(row.externalId)).not.toContain('Changed.');
		expect((await open(row.conversationId)).conversation.waitingSince).not.toBeNull();
		await now.stage.owner.mutate('sync.setWrites', { storeId: null, allowed: true });
		await now.stage.owner.mutate('inbox.sendAgain', { conversationId: row.conversationId, messageId });
		await ended(row.conversationId, messageId, 'accepted');
		expect(answers(row.externalId).filter((text) => text === 'Changed.')).toHaveLength(1);
	});

	test('gives back what the platform does not take, with its reason', async () => {
		const row = await written('One more thing');
		now.desk.control.setClock({ advance: 70 * 86_400_000 });
		const messageId = await reply(row.conversationId, 'Too late');
		await now.stage.owner.mutate('inbox.change', { conversationIds: [row.conversationId], done: true });
		expect(await ended(row.conversationId, messageId, 'rejected')).toMatchObject({ errorCode: 'conversationClosed' });
		expect((await open(row.conversationId)).conversation.done, 'what its buyer never got is work again').toBe(false);
	});

	test('opens again what was done when the buyer comes back', async () => {
		const row = await written('Thanks');
		await now.stage.owner.mutate('inbox.change', { conversationIds: [row.conversationId], done: true });
		expect((await list('open')).map((r) => r.conversationId)).not.toContain(row.conversationId);
		await written('And one question more');
		expect((await list('open')).map((r) => r.conversationId)).toContain(row.conversationId);
	});

	test('says by when an answer is due, as the platform counts it', async () => {
		const row = await written('Is it in stock?');
		const due = row.due;
		expect(due).toMatchObject({ standing: expect.stringMatching(/confirmed|ours/), source: expect.stringContaining('tiktok') });
		expect(Date.parse(due?.at ?? '')).toBeGreaterThan(Date.parse(row.waitingSince ?? ''));
		const messageId = await reply(row.conversationId, 'Yes, it is.');
		await ended(row.conversationId, messageId, 'accepted');
		expect((await list()).find((r) => r.conversationId === row.conversationId)?.due).toBeNull();
	});

	test('holds back what the platform forbids unless somebody who may says otherwise', async () => {
		const row = await written('Can I write to you elsewhere?');
		const text = 'Write to seller@example.com please';
		const { conversationId } = row;
		const found = await now.stage.owner.mutate<{ rule: string; severity: string }[]>('inbox.check', { conversationId, text });
		expect(found).toMatchObject([{ rule: 'tiktok-shop.email', severity: 'blocks' }]);
		const ask = (override: boolean): Promise<unknown> =>
			now.stage.owner.mutate('inbox.send', { conversationId, messageId: crypto.randomUUID(), text, override });
		await expect(ask(false)).rejects.toMatchObject({ code: 'messagePolicy' });
		// The refusal tells what was found, so that nobody has to ask first.
		await expect(ask(false)).rejects.toThrow(/"findings":\[\{"rule":"tiktok-shop.email","severity":"blocks"/);
		expect(answers(row.externalId)).not.toContain(text);
		await ask(true);
		await until('the platform to have it', async () => (answers(row.externalId).includes(text) ? true : undefined));
	});

	test('tells the platform what was seen when a person has looked, and not before', async () => {
		const row = await written('Anybody there?');
		const unread = (): number | undefined => truth().find((c) => c.id === row.externalId)?.unread;
		expect(unread()).toBeGreaterThan(0);
		await now.stage.owner.mutate('inbox.seen', { conversationId: row.conversationId });
		await until('the mark', async () => (unread() === 0 ? true : undefined));
	});

	test('forgets what was said when the store is taken off, and says how much that was', async () => {
		await written('Forget me');
		const [store] = await now.stage.owner.query<{ connectionId: string }[]>('stores.list');
		const gone = await now.stage.owner.mutate<{ messagesDeleted: number }>('stores.disconnect', { connectionId: store?.connectionId });
		expect(gone.messagesDeleted).toBeGreaterThan(1);
		expect(await list()).toEqual([]);
	});

	test('keeps a draft for its writer until it is sent', async () => {
		const row = await written('Hi');
		await now.stage.owner.mutate('inbox.saveDraft', { conversationId: row.conversationId, text: 'Dear customer, ' });
		expect((await open(row.conversationId)).draft).toBe('Dear customer, ');
		await reply(row.conversationId, 'Dear customer, hello');
		expect((await open(row.conversationId)).draft).toBe('');
	});

	test('keeps a draft and writes no trail when the reply itself cannot be kept', async () => {
		const row = await written('Are you there?');
		const { conversationId } = row;
		await now.stage.owner.mutate('inbox.saveDraft', { conversationId, text: 'We are' });
		const admin = new pg.Client({ connectionString: now.server.url });
		await admin.connect();
		try {
			await admin.query('alter table message add constraint nobody_answers check (user_id is null) not valid');
			await expect(reply(conversationId, 'We are here')).rejects.toBeDefined();
			expect((await open(conversationId)).draft).toBe('We are');
			const { rows } = await admin.query('select 1 from audit where action = $1 and subject = $2', ['inbox.send', conversationId]);
			expect(rows).toEqual([]);
			await admin.query('alter table message drop constraint nobody_answers');
			const messageId = crypto.randomUUID();
			const ask = (): Promise<unknown> => now.stage.owner.mutate('inbox.send', { conversationId, messageId, text: 'We are here' });
			await ask();
			await ask();
			const trail = await admin.query('select 1 from audit where action = $1 and subject = $2', ['inbox.send', conversationId]);
			expect(trail.rows).toHaveLength(1);
		} finally {
			await admin.query('alter table message drop constraint if exists nobody_answers');
			await admin.end();
		}
	});
});

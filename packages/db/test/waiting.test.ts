import { randomUUID } from 'node:crypto';
import { CASE_TURNS } from '@pangea/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addConversation, type MessageWrite, type Scope, summariseConversation } from '../src/index.ts';
import { type ListHome, openListHome, WORKSPACE } from './list-home.ts';

let home: ListHome;
beforeAll(async () => {
	home = await openListHome(1);
});
afterAll(() => home.close());

const inScope = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);
const at = (time: string): string => `2026-11-30T${time}.000Z`;
let conversationId = '';
beforeEach(async () => {
	conversationId = randomUUID();
	await inScope((scope) =>
		scope.db
			.insertInto('conversation')
			.values({
				workspace_id: WORKSPACE,
				conversation_id: conversationId,
				store_id: home.storeIds[0] ?? '',
				platform: 'amazon',
				kind: 'purchase',
				external_id: conversationId,
				sealed: Buffer.from(''),
				last_at: at('09:00:00'),
				last_sender: 'buyer',
			})
			.execute(),
	);
});

/** A message of a date that came in at a time. @returns since when its buyer waits then, and how many messages are unread */
async function say(sender: 'buyer' | 'us' | 'elsewhere', sentAt: string, cameAt = sentAt) {
	return await inScope(async (scope) => {
		const messageId = randomUUID();
		await scope.db
			.insertInto('message')
			.values({
				workspace_id: WORKSPACE,
				message_id: messageId,
				conversation_id: conversationId,
				store_id: home.storeIds[0] ?? '',
				external_id: messageId,
				position: sentAt,
				kind: 'text',
				sender: sender === 'buyer' ? 'buyer' : 'seller',
				state: sender === 'buyer' ? 'received' : 'accepted',
				sent_at: at(sentAt),
				came_at: at(cameAt),
				sealed: Buffer.from(''),
				user_id: sender === 'us' ? 'member' : null,
				dies_at: at('23:00:00'),
			})
			.execute();
		await summariseConversation(scope, conversationId, { reopen: false });
		const row = await scope.db
			.selectFrom('conversation')
			.select(['waiting_since', 'unread'])
			.where('conversation_id', '=', conversationId)
			.executeTakeFirstOrThrow();
		return { since: row.waiting_since, unread: row.unread };
	});
}
const nobody = { since: null, unread: 0 };

describe('a buyer', () => {
	test('waits for an answer to words that came in after ours was written, however early they are dated', async () => {
		await say('buyer', '10:00:00');
		expect(await say('us', '10:05:00')).toEqual(nobody);
		expect(await say('buyer', '10:04:00', '10:06:00')).toEqual({ since: at('10:04:00'), unread: 1 });
		expect(await say('us', '10:07:00')).toEqual(nobody);
	});

	test('waits whose mail is dated in the second in which we answered', async () => {
		await say('buyer', '10:00:00');
		await say('us', '10:05:01', '10:05:01');
		expect(await say('buyer', '10:05:01', '10:05:09')).toEqual({ since: at('10:05:01'), unread: 1 });
	});

	test('does not wait because an older page of what was said is read late', async () => {
		await say('buyer', '10:00:00');
		await say('us', '10:05:00');
		expect(await say('buyer', '09:00:00', '10:06:00')).toEqual(nobody);
		expect(await say('buyer', '09:59:00', '10:06:00')).toEqual(nobody);
	});

	test('does not wait for what was answered elsewhere: what its writer had read nobody can tell, so dates say it', async () => {
		await say('buyer', '10:00:00');
		await say('elsewhere', '10:05:00', '10:05:30');
		expect(await say('buyer', '10:04:00', '10:06:00')).toEqual(nobody);
	});

	test('waits for an answer to the first words of a conversation that we began', async () => {
		expect(await say('us', '10:05:00')).toEqual(nobody);
		expect(await say('buyer', '10:04:00', '10:06:00')).toEqual({ since: at('10:04:00'), unread: 1 });
	});
});

describe('a conversation that is new', () => {
	const anyMessage = fc.record({
		id: fc.integer({ min: 1, max: 5 }),
		minute: fc.integer({ min: 0, max: 5 }),
		sender: fc.constantFrom('buyer', 'seller', 'assistant', 'robot', 'platform'),
		refused: fc.boolean(),
		order: fc.constantFrom(null, 'O1', 'O2'),
	});
	const anyTurn = fc.constantFrom(null, ...CASE_TURNS);
	const FACTS = {
		kind: 'return',
		state: 'requested',
		rawStatus: 'X',
		stage: null,
		reason: null,
		dueAt: null,
		hasMediator: false,
		answersGoTo: null,
		actions: [],
	} as const;

	test('shows what would be worked out from its messages later', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(anyMessage, { maxLength: 6 }), anyTurn, async (told, turn) => {
				const id = randomUUID();
				const messages = told.map(
					({ id: n, minute, sender, refused, order }, i): MessageWrite => ({
						messageId: randomUUID(),
						externalId: `m${n}`,
						position: String(i),
						kind: 'text',
						sender,
						sentAt: at(`10:0${minute}:00`),
						sealed: Buffer.from(''),
						externalOrderId: order,
						externalListingId: null,
						refusedFor: refused ? 'blockedByPlatform' : null,
						diesAt: at('23:00:00'),
						marks: [],
					}),
				);
				const made = {
					conversationId: id,
					storeId: home.storeIds[0] ?? '',
					platform: 'amazon',
					kind: 'purchase',
					externalId: id,
					externalBuyerId: null,
					externalOrderId: null,
					externalListingId: null,
					canSend: null,
					closedBy: null,
					caseFacts: turn && { ...FACTS, turn, actions: [] },
					sealed: Buffer.from('x'),
					at: at('09:00:00'),
				};
				const [before, after] = await inScope(async (scope) => {
					const row = () => scope.db.selectFrom('conversation').selectAll().where('conversation_id', '=', id).executeTakeFirstOrThrow();
					await addConversation(scope, made, messages);
					const first = await row();
					await summariseConversation(scope, id, { reopen: false });
					return [first, await row()];
				});
				expect(before).toEqual(after);
			}),
			{ numRuns: 200 },
		);
	});
});

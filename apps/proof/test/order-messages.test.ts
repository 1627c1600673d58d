import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk, type Stage } from '../src/binding/desk.ts';
import { untilWithin } from '../src/rig/until.ts';

/* Messages of the kinds that Amazon allows about an order, from the member who asks to the platform. */

const STORE = 'amazon-jp';
const DAY = 86_400_000;

let server: TestDatabase;
let desk: Desk;
let stage: Stage;

beforeAll(async () => {
	server = await createTestDatabase();
	desk = await openDesk(server.url, 5120);
	stage = await desk.stage('amazon');
	await stage.saveApp();
	const outcome = await stage.bind();
	if (outcome !== 'bound') throw new Error(outcome);
	// Until the queue is subscribed, new orders wait for the next poll.
	await untilWithin(50_000)('the first order that is told', async () => {
		const { id } = stage.control.createOrder(STORE, {});
		await sleep(1500);
		return await ourId(id);
	});
}, 60_000);
afterAll(async () => {
	await stage?.clear();
	await desk?.stop();
	await server?.drop();
}, 60_000);
beforeEach(() => desk.mend());
afterEach(() => desk.mend());

interface Sent {
	messageId: string;
	kind: string;
	state: string;
	text: string | null;
	errorCode: string | null;
}

const until = untilWithin(25_000);

/** What the buyer of an order got. */
const received = (id: string): { kind: string; text: string | null }[] =>
	(
		stage.control.facts()['platforms'] as { amazon: { orderMessages: { orderId: string; kind: string; text: string | null }[] } }
	).amazon.orderMessages
		.filter((one) => one.orderId === id)
		.map(({ kind, text }) => ({ kind, text }));

/** An order of the store that stands as wanted, and our id of it. */
async function order(...steps: ('paid' | 'shipped' | 'delivered')[]): Promise<{ id: string; orderId: string }> {
	const { id } = stage.control.createOrder(STORE, {});
	for (const step of steps) stage.control.advanceOrder(STORE, id, step);
	return { id, orderId: await until(`order ${id}`, () => ourId(id)) };
}

async function ourId(id: string): Promise<string | undefined> {
	const { rows } = await stage.owner.query<{ rows: { orderId: string; externalId: string }[] }>('orders.list', { search: id });
	return rows.find((row) => row.externalId === id)?.orderId;
}

async function send(orderId: string, kind: string, text: string | null, messageId: string = crypto.randomUUID()): Promise<string> {
	await stage.owner.mutate('orders.sendMessage', { orderId, messageId, kind, text });
	return messageId;
}

const ended = async (orderId: string, messageId: string): Promise<Sent> =>
	await until(`${messageId} to end`, async () =>
		(await stage.owner.query<Sent[]>('orders.messages', { orderId })).find(
			(one) => one.messageId === messageId && one.state !== 'queued' && one.state !== 'sending',
		),
	);

describe('a message about an order', () => {
	test('is offered as the platform allows it, goes out once however often it is asked for, and leaves its trail', async () => {
		const { id, orderId } = await order('paid');
		expect(await stage.owner.query('orders.detail', { orderId })).toMatchObject({ takesMessages: true });
		const offer = await stage.owner.query<{ allowed: { kind: string }[] }>('orders.messageOffer', { orderId });
		expect(offer).toMatchObject({ elsewhere: ['legalDisclosure'], language: 'ja-JP' });
		expect(offer.allowed.map(({ kind }) => kind)).toEqual(['orderDetails', 'problem']);
		const messageId = await send(orderId, 'orderDetails', '色はどれにしますか。');
		await send(orderId, 'orderDetails', '色はどれにしますか。', messageId);
		expect(await ended(orderId, messageId)).toMatchObject({ kind: 'orderDetails', state: 'accepted', text: '色はどれにしますか。' });
		expect(received(id)).toEqual([{ kind: 'confirmOrderDetails', text: '色はどれにしますか。' }]);
		const { rows } = await stage.owner.query<{ rows: { action: string; subject: string }[] }>('audit.list', {});
		expect(rows.filter(({ action, subject }) => action === 'orders.message' && subject === orderId)).toHaveLength(1);
	}, 60_000);

	test('is not sent where the platform allows it no more, nor with an address in it', async () => {
		const { id, orderId } = await order('paid');
		const messageId = await send(orderId, 'deliveryDetails', 'いつお届けしますか。');
		expect(await ended(orderId, messageId)).toMatchObject({ state: 'rejected', errorCode: 'kindNotAllowed' });
		await expect(send(orderId, 'problem', 'write to me@example.com')).rejects.toMatchObject({ code: 'messagePolicy' });
		await expect(send(orderId, 'problem', null)).rejects.toMatchObject({ code: 'inputWrong' });
		expect(received(id)).toEqual([]);
	}, 60_000);

	test('whose answer was lost stays unknown and is not sent again', async () => {
		const { id, orderId } = await order('paid');
		stage.control.arm({ kind: 'reset', platform: 'amazon', operation: 'createConfirmOrderDetails', count: 1 });
		const messageId = await send(orderId, 'orderDetails', 'ご確認ください。');
		expect(await ended(orderId, messageId)).toMatchObject({ state: 'unknown', errorCode: null });
		expect(received(id)).toHaveLength(1);
	}, 60_000);

	test('that asks for a review is sent once, also when the answer was lost', async () => {
		const { id, orderId } = await order('paid', 'shipped', 'delivered');
		stage.control.setClock({ advance: 6 * DAY });
		stage.control.arm({ kind: 'reset', platform: 'amazon', operation: 'createProductReviewAndSellerFeedbackSolicitation', count: 1 });
		const messageId = await send(orderId, 'reviewRequest', null);
		expect(await ended(orderId, messageId)).toMatchObject({ state: 'accepted', text: null });
		expect(received(id)).toEqual([{ kind: 'productReviewAndSellerFeedback', text: null }]);
		await expect(send(orderId, 'reviewRequest', null)).rejects.toMatchObject({ code: 'alreadyAsked' });
		const offer = await stage.owner.query<{ allowed: { kind: string }[] }>('orders.messageOffer', { orderId });
		expect(offer.allowed.map(({ kind }) => kind)).not.toContain('reviewRequest');
	}, 60_000);
});

import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk, type Stage } from '../src/binding/desk.ts';
import { untilWithin } from '../src/rig/until.ts';

/* Claims and cases from the platform to what a member is shown. */

let server: TestDatabase;
let desk: Desk;
let stage: Stage;

beforeAll(async () => {
	server = await createTestDatabase();
	desk = await openDesk(server.url, 5080);
}, 60_000);
afterAll(async () => {
	await desk?.stop();
	await server?.drop();
}, 60_000);
afterEach(async () => {
	desk.mend();
	await stage.clear();
});

interface Row {
	conversationId: string;
	externalId: string;
	kind: string;
	canSend: boolean | null;
	closedBy: string | null;
	waitingSince: string | null;
	done: boolean;
	due: { at: string; standing: string } | null;
	externalOrderId: string | null;
}
interface OpenView {
	conversation: Row;
	messages: { messageId: string; sender: string; state: string; text: string | null }[];
	orderId: string | null;
	caseFacts: {
		kind: string;
		state: string;
		stage: string | null;
		turn: string;
		dueAt: string | null;
		hasMediator: boolean;
		answersGoTo: string | null;
		actions: { name: string; mandatory: boolean; dueAt: string | null }[];
	} | null;
	sellerCentre: string | null;
}

const list = async (view: string): Promise<Row[]> =>
	(await stage.owner.query<{ rows: Row[] }>('inbox.list', { view, limit: 200 })).rows.filter(
		({ kind }) => kind === 'claim' || kind === 'case',
	);
const open = (conversationId: string): Promise<OpenView> => stage.owner.query('inbox.open', { conversationId });
const count = async (view: string): Promise<number> =>
	(await stage.owner.query<Record<string, { count: number }>>('inbox.counts', {}))[view]?.count ?? -1;
const until = untilWithin(25_000);

/** The newest claim or case about an order, as soon as it is shown and stands as wanted. */
async function caseOf(orderIds: readonly string[], stands: (found: OpenView) => boolean): Promise<OpenView> {
	return await until('the case', async () => {
		const row = (await list('all')).find(({ externalOrderId }) => externalOrderId !== null && orderIds.includes(externalOrderId));
		const found = row && (await open(row.conversationId));
		return found && stands(found) ? found : undefined;
	});
}

async function begin(platform: 'mercado-libre' | 'temu'): Promise<void> {
	stage = await desk.stage(platform);
	await stage.saveApp();
	const platforms = await stage.owner.query<{ id: string; webhookUrl: string }[]>('stores.platforms');
	stage.control.addTarget(platform, { url: platforms.find(({ id }) => id === platform)?.webhookUrl ?? '' });
	expect(await stage.bind()).toBe('bound');
}

function returned(store: string): { id: string; ids: string[] } {
	const order = stage.control.createOrder(store, {});
	for (const step of ['paid', 'shipped', 'delivered', 'returnRequested'] as const) stage.control.advanceOrder(store, order.id, step);
	return order;
}

describe('a claim', () => {
	test('waits for the seller by the platform’s date, is answered, goes to the mediator and ends', async () => {
		await begin('mercado-libre');
		const order = returned('meli-mla');
		const claim = await caseOf(order.ids, ({ caseFacts }) => caseFacts?.turn === 'seller');
		expect(claim).toMatchObject({
			conversation: { kind: 'claim', canSend: true, due: { standing: 'confirmed' } },
			orderId: expect.any(String),
			caseFacts: { kind: 'claim', state: 'requested', stage: 'claim', hasMediator: false, answersGoTo: 'buyer' },
			sellerCentre: 'https://www.mercadolibre.com.ar',
		});
		expect(claim.conversation.due?.at).toBe(claim.caseFacts?.dueAt);
		expect(claim.caseFacts?.actions.map(({ name, mandatory }) => [name, mandatory])).toContainEqual(['send_message_to_complainant', true]);
		const { conversationId } = claim.conversation;
		const isWaiting = async (): Promise<boolean> => (await list('waiting')).some((row) => row.conversationId === conversationId);
		expect(await isWaiting()).toBe(true);

		const messageId = crypto.randomUUID();
		await stage.owner.mutate('inbox.send', { conversationId, messageId, text: 'Le devolvemos su dinero hoy.' });
		await until('the answer', async () => {
			const { messages } = await open(conversationId);
			return messages.some((one) => one.messageId === messageId && one.state === 'accepted') || undefined;
		});
		await until('the claim to wait for the buyer', async () => !(await isWaiting()) || undefined);

		stage.control.advanceOrder('meli-mla', order.id, 'returnRejected');
		const disputed = await caseOf(order.ids, ({ caseFacts }) => caseFacts?.hasMediator === true);
		expect(disputed.caseFacts).toMatchObject({ stage: 'dispute', turn: 'nobody', answersGoTo: 'mediator', dueAt: null });
		expect(disputed.messages.some(({ text }) => text?.startsWith('Claim in mediation') ?? false)).toBe(true);
		expect(disputed.messages.filter(({ sender }) => sender === 'seller')).toHaveLength(1);
		expect(await isWaiting()).toBe(false);
	}, 90_000);
});

describe('a case', () => {
	test('is read with its order, waits by its deadline, and nobody can write in it', async () => {
		await begin('temu');
		expect(await stage.owner.query('inbox.stores')).toMatchObject([{ platform: 'temu', state: 'cases' }]);
		const waitingBefore = await count('waiting');
		const order = returned('temu-de');
		const found = await caseOf([order.id], () => true);
		expect(found).toMatchObject({
			conversation: { kind: 'case', canSend: false, closedBy: 'read_only', due: { standing: 'confirmed' } },
			orderId: expect.any(String),
			caseFacts: { state: 'requested', turn: 'seller', answersGoTo: null, actions: [] },
			sellerCentre: 'https://seller-eu.temu.com',
		});
		expect(found.conversation.due?.at).toBe(found.caseFacts?.dueAt);
		expect(await count('waiting')).toBe(waitingBefore + 1);
		await expect(
			stage.owner.mutate('inbox.send', {
				conversationId: found.conversation.conversationId,
				messageId: crypto.randomUUID(),
				text: 'Hello',
			}),
		).rejects.toMatchObject({ code: 'messagePolicy' });

		stage.control.advanceOrder('temu-de', order.id, 'refunded');
		const over = await caseOf([order.id], ({ caseFacts }) => caseFacts?.state === 'completed');
		expect(over).toMatchObject({
			conversation: { waitingSince: null, due: null, done: false },
			caseFacts: { turn: 'nobody', dueAt: null },
		});
		expect(await count('waiting')).toBe(waitingBefore);
	}, 90_000);
});

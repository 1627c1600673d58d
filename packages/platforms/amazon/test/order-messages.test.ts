import { memoryBudgets, type StoreContext } from '@pangea/platform-contract';
import { fieldsRead, testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import { orderMessages } from '../src/order-messages.ts';
import { wireActions, wireAttributes } from '../src/wire-order-messages.ts';
import { createReferee, type Referee } from './referee.ts';
import { amazonFacts, hostsOf } from './simulated-amazon.ts';

const DAY = 86_400_000;
const w = witness('amazon');

let simulator: Simulator;
let store: StoreContext;
let watched: ReturnType<Referee['watch']> | null;

beforeAll(async () => {
	simulator = await startSimulator({ size: 200, years: 0.1, seed: 11, clock: { at: Date.parse('2026-11-20T12:00:00Z'), frozen: true } });
	const known = amazonFacts.parse(simulator.platforms['amazon']);
	const now = (): number => simulator.control.clock.now();
	const sleep = async (millis: number): Promise<void> => void simulator.control.setClock({ advance: millis });
	const context = testContext(amazon.manifest, {
		app: { clientId: known.clientId, clientSecret: known.clientSecret, applicationId: known.applicationId },
		hosts: hostsOf(known),
		now: () => new Date(now()),
		http: { sleep, now, budgets: memoryBudgets(amazon.manifest, { now, sleep }) },
	});
	watched = w && createReferee(w).watch(context.http);
	const judged = watched ? { ...context, http: watched } : context;
	const account = known.accounts.find((one) => one.region === 'eu')!;
	const fields = { sellerId: account.sellingPartnerId, refreshToken: account.refreshToken };
	const grant = testGrantContext(amazon, judged, await amazon.authorization.exchange(judged, { kind: 'paste', fields, host: 'eu' }));
	const description = (await amazon.stores.list(grant)).find((one) => one.siteId === 'A1PA6795UKMFR9')!;
	store = testStoreContext(amazon, grant, description);
}, 60_000);
afterAll(() => simulator?.stop());

const sent = (): unknown[] => (simulator.control.facts()['platforms'] as { amazon: { orderMessages: unknown[] } }).amazon.orderMessages;
const orderThat = (...steps: ('paid' | 'shipped' | 'delivered' | 'cancelled')[]): string => {
	const { id } = simulator.control.createOrder('amazon-de', {});
	for (const step of steps) simulator.control.advanceOrder('amazon-de', id, step);
	return id;
};

describe('messages about an order', () => {
	test('are of the kinds that Amazon allows for it, in the buyer’s language', async () => {
		expect(await orderMessages.allowed(store, orderThat('paid'))).toEqual({
			allowed: [
				{ kind: 'orderDetails', longest: 2000 },
				{ kind: 'problem', longest: 2000 },
			],
			elsewhere: ['legalDisclosure'],
			language: 'de-DE',
		});
		expect(await orderMessages.allowed(store, orderThat('paid', 'cancelled'))).toEqual({ allowed: [], elsewhere: [], language: null });
		expect(await orderMessages.allowed(store, '303-0000000-0000000')).toEqual({ allowed: [], elsewhere: [], language: null });
	});

	test('go out in the words given, and not when they are not allowed', async () => {
		const id = orderThat('paid');
		await orderMessages.send(store, id, { kind: 'orderDetails', text: 'Welche Farbe möchten Sie?' });
		expect(sent().at(-1)).toEqual({ orderId: id, kind: 'confirmOrderDetails', text: 'Welche Farbe möchten Sie?' });
		await expect(orderMessages.send(store, id, { kind: 'deliveryDetails', text: 'Hallo' })).rejects.toMatchObject({
			kind: 'rejected',
			userMessage: { code: 'kindNotAllowed' },
		});
	});

	test('ask for a review once, from five days after delivery', async () => {
		const id = orderThat('paid', 'shipped', 'delivered');
		const kinds = async (): Promise<string[]> => (await orderMessages.allowed(store, id)).allowed.map(({ kind }) => kind);
		expect(await kinds()).not.toContain('reviewRequest');
		simulator.control.setClock({ advance: 6 * DAY });
		expect(await kinds()).toContain('reviewRequest');
		await orderMessages.send(store, id, { kind: 'reviewRequest', text: null });
		expect(sent().at(-1)).toEqual({ orderId: id, kind: 'productReviewAndSellerFeedback', text: null });
		expect(await kinds()).not.toContain('reviewRequest');
		await expect(orderMessages.send(store, id, { kind: 'reviewRequest', text: null })).rejects.toMatchObject({
			kind: 'rejected',
			userMessage: { code: 'kindNotAllowed' },
		});
	});

	test.skipIf(!w)('obey the published models, both sides', () => {
		expect(watched?.judged.length).toBeGreaterThan(10);
		expect(watched?.violations).toEqual([]);
	});
});

describe.skipIf(!w)('the published pairs', () => {
	const referee = w && createReferee(w);
	const answers = (model: 'messaging' | 'solicitations', operation: string, status: number): unknown[] =>
		(referee?.pairs(model) ?? []).flatMap((pair) => (pair.operationId === operation && pair.status === status ? [pair.response] : []));

	test('of allowed actions and attributes are read', () => {
		const [messaging] = answers('messaging', 'getMessagingActionsForOrder', 200);
		const names = wireActions.parse(messaging)._links?.actions.map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(['confirmOrderDetails', 'unexpectedProblem', 'warranty', 'attributes']));
		const [asking] = answers('solicitations', 'getSolicitationActionsForOrder', 200);
		expect(wireActions.parse(asking)._links?.actions).toMatchObject([{ name: 'productReviewAndSellerFeedback' }]);
		expect(answers('messaging', 'GetAttributes', 200).map((one) => wireAttributes.parse(one))).toMatchObject([
			{ buyer: { locale: 'en-US' } },
		]);
	});

	test('name every field that is read', () => {
		const fields = [
			...referee!.fields('messaging', 'GetMessagingActionsForOrderResponse'),
			...referee!.fields('solicitations', 'GetSolicitationActionsForOrderResponse'),
		];
		expect([...fieldsRead(wireActions)].filter((field) => !fields.includes(field))).toEqual([]);
		const attributes = referee!.fields('messaging', 'GetAttributesResponse');
		expect([...fieldsRead(wireAttributes)].filter((field) => !attributes.has(field))).toEqual([]);
	});
});

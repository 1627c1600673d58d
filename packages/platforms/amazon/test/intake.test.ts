import type { AdapterContext } from '@pangea/platform-contract';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createIntake, toTidings } from '../src/intake.ts';
import { APP, contextOf, startFakeAmazon } from './fake-amazon.ts';
import { startSqsServer } from './sqs-server.ts';

const fake = await startFakeAmazon();
const sqs = await startSqsServer();
beforeEach(() => {
	sqs.fail = null;
	sqs.longPolling = false;
	sqs.heard.length = 0;
});

let queueNumber = 0;
const keys = { awsAccessKeyId: 'AKIAIOSFODNN7EXAMPLE', awsSecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/secret' };

function contextFor(...queues: string[]): AdapterContext {
	const context = contextOf(fake, { app: { ...APP, ...keys, queueUrls: queues.map((q) => sqs.queueUrl(q)).join(' , ') } }).grant;
	return { ...context, hosts: { ...context.hosts, sqs: sqs.base } };
}

const newQueue = (): string => `orders-${++queueNumber}`;

const orderChange = (orderId = '111-1111111-1111111', summary: object = { MarketplaceId: 'ATVPDKIKX0DER' }): Record<string, unknown> => ({
	NotificationVersion: '1.0',
	NotificationType: 'ORDER_CHANGE',
	PayloadVersion: '1.0',
	EventTime: '2026-11-22T10:00:00.000Z',
	Payload: {
		OrderChangeNotification: {
			NotificationLevel: 'OrderLevel',
			SellerId: 'A3TH9S8BH6GOGM',
			AmazonOrderId: orderId,
			OrderChangeType: 'OrderStatusChange',
			OrderChangeTrigger: { TimeOfOrderChange: null, ChangeReason: 'x' },
			Summary: summary,
		},
	},
	NotificationMetadata: { NotificationId: `n-${orderId}`, PublishTime: '2026-11-22T10:00:01.000Z' },
});

const expected = {
	accountExternalId: 'A3TH9S8BH6GOGM:ATVPDKIKX0DER',
	kind: 'orders',
	externalIds: ['111-1111111-1111111'],
	deliveryId: 'n-111-1111111-1111111',
	occurredAt: '2026-11-22T10:00:00.000Z',
};

const tidingsOf = (document: unknown): ReturnType<typeof toTidings> => toTidings(Buffer.from(JSON.stringify(document)));

describe('The queue', () => {
	test('gives messages with their tidings and forgets them only when they are acknowledged', async () => {
		const queue = newQueue();
		sqs.put(queue, JSON.stringify(orderChange()));
		sqs.put(queue, JSON.stringify(orderChange('222-2222222-2222222')));
		const intake = createIntake();
		const first = await intake.receive(contextFor(queue), 0);
		expect(first.map((m) => m.tidings[0]?.externalIds[0])).toEqual(['111-1111111-1111111', '222-2222222-2222222']);
		expect(first[0]!.tidings).toEqual([expected]);
		expect(JSON.parse(first[0]!.raw.toString())).toEqual(orderChange());
		expect(await intake.receive(contextFor(queue), 0)).toEqual([]);
		await first[0]!.acknowledge();
		expect(sqs.left(queue)).toBe(1);
		sqs.expire();
		const again = await intake.receive(contextFor(queue), 0);
		expect(again.map((m) => m.tidings[0]?.externalIds[0])).toEqual(['222-2222222-2222222']);
	});

	test('is asked as Amazon’s client asks: signed, ten messages, the wait within its bounds', async () => {
		await createIntake().receive(contextFor(newQueue()), 90);
		expect(sqs.heard[0]).toMatchObject({
			target: 'ReceiveMessage',
			authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d+\/us-east-1\/sqs\//),
			body: { MaxNumberOfMessages: 10, WaitTimeSeconds: 20 },
		});
		expect(JSON.stringify(sqs.heard)).not.toContain('secret');
	});

	test('may be several, each emptied in its turn', async () => {
		const queues = [newQueue(), newQueue()];
		for (const [i, queue] of queues.entries()) sqs.put(queue, JSON.stringify(orderChange(`${i}`)));
		const intake = createIntake();
		const context = contextFor(...queues);
		const received = [...(await intake.receive(context, 0)), ...(await intake.receive(context, 0))];
		expect(received.flatMap((m) => m.tidings.flatMap((t) => t.externalIds)).sort()).toEqual(['0', '1']);
		await Promise.all(received.map((m) => m.acknowledge()));
		expect(queues.map((q) => sqs.left(q))).toEqual([0, 0]);
	});

	test('that is quiet delays no news of another, and its own come with a later call', async () => {
		const [quiet, busy] = [newQueue(), newQueue()];
		sqs.longPolling = true;
		const intake = createIntake();
		const stop = new AbortController();
		const context = { ...contextFor(quiet, busy), signal: stop.signal };
		sqs.put(busy, JSON.stringify(orderChange('1')));
		const before = performance.now();
		expect((await intake.receive(context, 20)).map((m) => m.tidings[0]?.externalIds)).toEqual([['1']]);
		expect(performance.now() - before).toBeLessThan(10_000);
		const later = intake.receive(context, 20);
		sqs.put(quiet, JSON.stringify(orderChange('2')));
		expect((await later).map((m) => m.tidings[0]?.externalIds)).toEqual([['2']]);
		expect(sqs.heard.filter((h) => h.body['QueueUrl'] === sqs.queueUrl(quiet))).toHaveLength(1);
		stop.abort(new Error('done'));
	}, 30_000);

	test('that cannot be read keeps no other from being read', async () => {
		const good = newQueue();
		const intake = createIntake();
		const context = contextFor(good);
		const both = { ...context, app: { ...context.app, queueUrls: `nowhere,${context.app['queueUrls']}` } };
		sqs.put(good, JSON.stringify(orderChange('1')));
		await expect(intake.receive(both, 0)).rejects.toMatchObject({ kind: 'rejected' });
		await vi.waitFor(() => expect(sqs.heard.some((h) => h.body['QueueUrl'] === sqs.queueUrl(good))).toBe(true));
		await vi.waitFor(async () => expect((await intake.receive(both, 0)).map((m) => m.tidings[0]?.externalIds)).toEqual([['1']]), 5000);
	});

	test('hands over what it cannot read, without tidings, so that it can be kept and cleared', async () => {
		const queue = newQueue();
		sqs.put(queue, 'not json');
		const [message] = await createIntake().receive(contextFor(queue), 0);
		expect(message).toMatchObject({ tidings: [] });
		expect(message!.raw.toString()).toBe('not json');
		await message!.acknowledge();
		expect(sqs.left(queue)).toBe(0);
	});

	test('that is not set up passes the wait and brings nothing', async () => {
		const before = performance.now();
		expect(await createIntake().receive(contextOf(fake).grant, 0.05)).toEqual([]);
		expect(performance.now() - before).toBeGreaterThan(40);
	});

	test('stops waiting when it is told to', async () => {
		const stop = new AbortController();
		const waiting = createIntake().receive({ ...contextOf(fake).grant, signal: stop.signal }, 60);
		stop.abort(new Error('shutting down'));
		await expect(waiting).rejects.toThrow('shutting down');
	});

	test.each([
		[403, 'AccessDeniedException', 'forbidden', 'appCredentialsWrong'],
		[400, 'QueueDoesNotExist', 'notFound', 'notFoundAtPlatform'],
		[400, 'InvalidSomething', 'rejected', 'platformRefused'],
	])('answering %i %s is %s', async (status, type, kind, code) => {
		sqs.fail = { status, type };
		const error: unknown = await createIntake()
			.receive(contextFor(newQueue()), 0)
			.catch((e: unknown) => e);
		expect(error).toMatchObject({ name: 'PlatformError', kind, userMessage: { code } });
		expect(String(error)).not.toContain(keys.awsSecretAccessKey);
	});

	test('whose address is none is refused', async () => {
		const context = contextOf(fake, { app: { ...APP, ...keys, queueUrls: 'orders' } }).grant;
		await expect(createIntake().receive(context, 0)).rejects.toMatchObject({
			kind: 'rejected',
			userMessage: { code: 'appCredentialsWrong' },
		});
	});
});

describe('A notification', () => {
	test('is found bare, in EventBridge’s detail and in SNS’s message', () => {
		const bare = orderChange();
		const sns = { Type: 'Notification', MessageId: 'm', Message: JSON.stringify(bare) };
		const bridge = {
			version: '0',
			id: 'e',
			'detail-type': 'ORDER_CHANGE',
			source: 'aws.partner/sellingpartnerapi.amazon.com',
			detail: bare,
		};
		for (const document of [bare, sns, bridge, { ...sns, Message: JSON.stringify(bridge) }])
			expect(tidingsOf(document)).toEqual([expected]);
	});

	test('of a marketplace that is no store names the seller', () => {
		for (const summary of [{ MarketplaceId: 'A2ZV50J4W1RKNI' }, {}]) {
			expect(tidingsOf(orderChange('1', summary))[0]).toMatchObject({ accountExternalId: 'A3TH9S8BH6GOGM', externalIds: ['1'] });
		}
	});

	test('in the second spelling, of another kind, is only told', () => {
		const document = {
			notificationType: 'REPORT_PROCESSING_FINISHED',
			eventTime: '2026-11-22T10:00:00.000Z',
			payload: { reportProcessingFinishedNotification: { sellerId: 'A3TH9S8BH6GOGM', reportId: '1' } },
			notificationMetadata: { notificationId: 'n-9' },
		};
		expect(tidingsOf(document)).toEqual([
			{ accountExternalId: 'A3TH9S8BH6GOGM', kind: 'other', externalIds: [], deliveryId: 'n-9', occurredAt: '2026-11-22T10:00:00.000Z' },
		]);
	});

	test('without an id of its own has one by its message or its bytes', () => {
		const { NotificationMetadata: _none, ...rest } = orderChange();
		const body = Buffer.from(JSON.stringify(rest));
		expect(toTidings(body, 'sqs-1')[0]!.deliveryId).toBe('sqs-1');
		expect(toTidings(body)[0]!.deliveryId).toBe(toTidings(body)[0]!.deliveryId);
		expect(toTidings(body)[0]!.deliveryId).toMatch(/^[0-9a-f]{64}$/);
	});

	test.each([
		['an ORDER_CHANGE without order', { ...orderChange(), Payload: { OrderChangeNotification: { SellerId: 'A1' } } }],
		['no payload', { ...orderChange(), Payload: null }],
		['a list', [orderChange()]],
		['text', 'ORDER_CHANGE'],
	])('that is %s tells nothing', (_name, document) => {
		expect(tidingsOf(document)).toEqual([]);
	});

	test('of any JSON never throws', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.jsonValue(),
					fc.dictionary(fc.constantFrom(...Object.keys(orderChange()), 'detail', 'Type', 'Message'), fc.jsonValue()),
				),
				(json) => {
					expect(Array.isArray(tidingsOf(json))).toBe(true);
				},
			),
		);
	});
});

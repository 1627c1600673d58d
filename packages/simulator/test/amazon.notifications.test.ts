import {
	ChangeMessageVisibilityCommand,
	DeleteMessageBatchCommand,
	DeleteMessageCommand,
	GetQueueUrlCommand,
	ReceiveMessageCommand,
	SQSClient,
} from '@aws-sdk/client-sqs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { witness } from '@pangea/testing';
import { type Simulator, startSimulator } from '../src/index.ts';
import { amazon, amazonAccess, amazonFacts, amazonToken } from './amazon-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
const published = witness('amazon');
let simulator: Simulator;
let token: string;

beforeEach(async () => {
	simulator = await startSimulator({ size: 3_000, seed: 5, clock: { at: AT, frozen: true } });
	token = await amazonAccess(simulator);
});
afterEach(() => simulator.stop());

describe('notifications', () => {
	async function subscribe(): Promise<{ sqs: SQSClient; queue: string }> {
		const { sqs: facts } = amazonFacts(simulator);
		const queue = facts.queues.find((q) => q.account === 'na')!;
		const grantless = (await amazonToken(simulator, { grant_type: 'client_credentials', scope: 'sellingpartnerapi::notifications' })).body
			.access_token;
		const body = { name: 'orders', resourceSpecification: { sqs: { arn: queue.arn } } };
		expect((await amazon(simulator, 'na', token, '/notifications/v1/destinations', { method: 'POST', body })).status).toBe(403);
		const destination = await amazon(simulator, 'na', grantless, '/notifications/v1/destinations', { method: 'POST', body });
		const subscription = { payloadVersion: '1.0', destinationId: destination.body.payload.destinationId };
		expect(
			(await amazon(simulator, 'na', token, '/notifications/v1/subscriptions/ORDER_CHANGE', { method: 'POST', body: subscription })).status,
		).toBe(200);
		expect(
			(await amazon(simulator, 'na', token, '/notifications/v1/subscriptions/ORDER_CHANGE', { method: 'POST', body: subscription })).status,
		).toBe(409);
		const sqs = new SQSClient({
			endpoint: facts.endpoint,
			region: queue.region,
			credentials: { accessKeyId: facts.accessKeyId, secretAccessKey: facts.secretAccessKey },
		});
		return { sqs, queue: queue.url };
	}

	it("reach Amazon's own queue client, come back when not deleted, and are gone when deleted", async () => {
		const { sqs, queue } = await subscribe();
		expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'pangea-na' }))).QueueUrl).toBe(queue);
		expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }))).Messages).toBeUndefined();
		const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 10, VisibilityTimeout: 30 }));
		const order = simulator.control.createOrder('amazon-us');
		const [message] = (await waiting).Messages ?? [];
		expect(JSON.parse(message!.Body!).Payload.OrderChangeNotification).toMatchObject({
			AmazonOrderId: order.id,
			Summary: { OrderStatus: 'Pending' },
		});
		expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }))).Messages).toBeUndefined();
		await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle: message!.ReceiptHandle!, VisibilityTimeout: 0 }));
		const again = (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }))).Messages!;
		expect(again.map((m) => m.MessageId)).toEqual([message!.MessageId]);
		await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: again[0]!.ReceiptHandle! }));
		simulator.control.advanceOrder('amazon-us', order.id, 'paid');
		simulator.control.arm({ kind: 'duplicateDelivery', platform: 'amazon', count: 1 });
		simulator.control.advanceOrder('amazon-us', order.id, 'shipped');
		const rest = (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }))).Messages!;
		expect(rest.map((m) => JSON.parse(m.Body!).Payload.OrderChangeNotification.Summary.OrderStatus as string).toSorted()).toEqual([
			'Shipped',
			'Shipped',
			'Unshipped',
		]);
		await sqs.send(
			new DeleteMessageBatchCommand({ QueueUrl: queue, Entries: rest.map((m, i) => ({ Id: String(i), ReceiptHandle: m.ReceiptHandle! })) }),
		);
		sqs.destroy();
	});

	it('refuse a queue client with a wrong key and a queue that is not there', async () => {
		const { sqs, queue } = await subscribe();
		const { sqs: facts } = amazonFacts(simulator);
		const wrong = new SQSClient({
			endpoint: facts.endpoint,
			region: 'us-east-1',
			maxAttempts: 1,
			credentials: { accessKeyId: facts.accessKeyId, secretAccessKey: 'wrong' },
		});
		await expect(wrong.send(new ReceiveMessageCommand({ QueueUrl: queue }))).rejects.toThrow(/signature/);
		await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: `${queue}-none` }))).rejects.toThrow(/does not exist/);
		wrong.destroy();
		sqs.destroy();
	});

	it.skipIf(published === null)('look as the published schema says', async () => {
		const { sqs, queue } = await subscribe();
		simulator.control.setClock({ advance: 2 * DAY });
		const schema = published!.json('models/notifications/OrderChangeNotification.json') as Record<string, unknown>;
		const validate = addFormats.default(new Ajv({ strict: false, allErrors: true })).compile({ ...schema, $schema: undefined });
		const messages = (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }))).Messages ?? [];
		expect(messages.length).toBeGreaterThan(5);
		for (const message of messages) expect([validate(JSON.parse(message.Body!)), validate.errors]).toEqual([true, null]);
		sqs.destroy();
	});
});

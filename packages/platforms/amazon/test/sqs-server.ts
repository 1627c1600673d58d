import { createHash, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

interface Waiting {
	id: string;
	body: string;
	receipt: string | null;
}

/**
 * A standard queue that speaks SQS's JSON protocol (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html)
 * as far as receiving and deleting: messages stay until they are deleted, and a receipt hides them.
 */
export interface SqsServer {
	base: string;
	queueUrl(name: string): string;
	put(name: string, body: string): void;
	left(name: string): number;
	/** Makes received messages visible again, as the visibility time-out does. */
	expire(): void;
	/** Answers the next requests with this error instead. */
	fail: { status: number; type: string } | null;
	/** Waits for messages as long as the request asks. */
	longPolling: boolean;
	heard: { target: string; authorization: string; body: Record<string, unknown> }[];
}

export async function startSqsServer(): Promise<SqsServer> {
	const queues = new Map<string, Waiting[]>();
	const arrived = new EventEmitter();
	const sqs: SqsServer = {
		base: '',
		queueUrl: (name) => `${sqs.base}/123456789012/${name}`,
		put: (name, body) => {
			queues.set(name, [...(queues.get(name) ?? []), { id: randomUUID(), body, receipt: null }]);
			arrived.emit('message');
		},
		left: (name) => queues.get(name)?.length ?? 0,
		expire: () => [...queues.values()].flat().forEach((m) => (m.receipt = null)),
		fail: null,
		longPolling: false,
		heard: [],
	};
	const actions: Record<string, (queue: string, input: Record<string, unknown>) => object> = {
		ReceiveMessage: (queue, input) => {
			const found = (queues.get(queue) ?? []).filter((m) => m.receipt === null).slice(0, Number(input['MaxNumberOfMessages'] ?? 1));
			for (const message of found) message.receipt = randomUUID();
			return {
				Messages: found.map((m) => ({
					MessageId: m.id,
					ReceiptHandle: m.receipt,
					Body: m.body,
					MD5OfBody: createHash('md5').update(m.body).digest('hex'),
				})),
			};
		},
		DeleteMessage: (queue, input) => {
			queues.set(
				queue,
				(queues.get(queue) ?? []).filter((m) => m.receipt !== input['ReceiptHandle']),
			);
			return {};
		},
	};
	const waitFor = async (queue: string, millis: number): Promise<void> => {
		const deadline = AbortSignal.timeout(millis);
		while (millis > 0 && !deadline.aborted && sqs.left(queue) === 0) await once(arrived, 'message', { signal: deadline }).catch(() => {});
	};
	const server = createServer((request, response) => {
		let text = '';
		request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
		request.on('end', () => {
			const target = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
			const body = JSON.parse(text) as Record<string, unknown>;
			sqs.heard.push({ target, authorization: String(request.headers.authorization), body });
			const queue = String(body['QueueUrl']).split('/').at(-1)!;
			const empty = !(queues.get(queue) ?? []).some((m) => m.receipt === null);
			const wait = sqs.longPolling && target === 'ReceiveMessage' && empty ? Number(body['WaitTimeSeconds']) * 1000 : 0;
			void waitFor(queue, wait).then(() => {
				const reply = sqs.fail ? { __type: `com.amazonaws.sqs#${sqs.fail.type}`, message: 'no' } : actions[target]!(queue, body);
				response.writeHead(sqs.fail?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
				response.end(JSON.stringify(reply));
			});
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	sqs.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	afterAll(
		() =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	);
	return sqs;
}

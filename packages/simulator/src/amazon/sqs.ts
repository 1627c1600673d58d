import { createHash } from 'node:crypto';
import type { WireCall, WireReply } from '../core/operation.ts';
import type { Queue } from './queue.ts';
import { type AwsKeys, checkSignature } from './sigv4.ts';

/** The JSON protocol of the queue service: one path, the action in `X-Amz-Target`. */
export class SqsEndpoint {
	readonly #queues: readonly Queue[];
	readonly #keys: AwsKeys;
	readonly #prefix: string;

	constructor(queues: readonly Queue[], keys: AwsKeys, prefix: string) {
		this.#queues = queues;
		this.#keys = keys;
		this.#prefix = prefix;
	}

	async handle(call: WireCall): Promise<WireReply> {
		const wrong = checkSignature(call, this.#prefix + call.path, this.#keys);
		if (wrong !== null)
			return refused(403, `com.amazon.coral.service#${wrong}`, 'The security token or the signature included in the request is invalid.');
		const value = call.json();
		const body: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
		const action = (call.headers['x-amz-target'] ?? '').replace(/^AmazonSQS\./, '');
		if (action === 'GetQueueUrl') {
			const named = this.#queues.find((q) => q.arn.endsWith(`:${text(body['QueueName'])}`));
			return named === undefined ? absent() : answer({ QueueUrl: named.url() });
		}
		const queue = this.#queues.find((q) => q.url() === body['QueueUrl']);
		if (queue === undefined) return absent();
		switch (action) {
			case 'ReceiveMessage':
				return receive(queue, body);
			case 'DeleteMessage':
				return queue.remove(text(body['ReceiptHandle']))
					? answer({})
					: refused(400, 'com.amazonaws.sqs#ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
			case 'DeleteMessageBatch':
				return batch(body, (entry) => queue.remove(text(entry['ReceiptHandle'])));
			case 'ChangeMessageVisibility':
				return queue.changeVisibility(text(body['ReceiptHandle']), Number(body['VisibilityTimeout'] ?? 0) * 1000)
					? answer({})
					: refused(400, 'com.amazonaws.sqs#MessageNotInflight', 'The specified message is not in flight.');
			case 'GetQueueAttributes': {
				const { visible, inFlight } = queue.size();
				return answer({
					Attributes: {
						QueueArn: queue.arn,
						ApproximateNumberOfMessages: String(visible),
						ApproximateNumberOfMessagesNotVisible: String(inFlight),
						VisibilityTimeout: String(queue.visibility / 1000),
					},
				});
			}
			default:
				return refused(400, 'com.amazon.coral.service#UnknownOperationException', 'The requested operation is not known.');
		}
	}
}

async function receive(queue: Queue, body: Record<string, unknown>): Promise<WireReply> {
	const max = Number(body['MaxNumberOfMessages'] ?? 1);
	const wait = Number(body['WaitTimeSeconds'] ?? 0);
	if (!Number.isInteger(max) || max < 1 || max > 10)
		return refused(
			400,
			'com.amazonaws.sqs#InvalidParameterValue',
			'Value for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
		);
	if (!Number.isInteger(wait) || wait < 0 || wait > 20)
		return refused(
			400,
			'com.amazonaws.sqs#InvalidParameterValue',
			'Value for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
		);
	const visibility = Number(body['VisibilityTimeout'] ?? queue.visibility / 1000) * 1000;
	const found = await queue.receive(max, wait * 1000, visibility);
	// Nothing to receive is an answer without the field.
	if (found.length === 0) return answer({});
	return answer({
		Messages: found.map((message) => ({
			MessageId: message.id,
			ReceiptHandle: message.receipt,
			MD5OfBody: createHash('md5').update(message.body).digest('hex'),
			Body: message.body,
			Attributes: { ApproximateReceiveCount: String(message.received) },
		})),
	});
}

function batch(body: Record<string, unknown>, remove: (entry: Record<string, unknown>) => boolean): WireReply {
	const entries: unknown[] = Array.isArray(body['Entries']) ? body['Entries'] : [];
	if (entries.length === 0) return refused(400, 'com.amazonaws.sqs#EmptyBatchRequest', 'The batch request does not contain any entries.');
	if (entries.length > 10)
		return refused(400, 'com.amazonaws.sqs#TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
	const good: unknown[] = [];
	const bad: unknown[] = [];
	for (const entry of entries) {
		const fields: Record<string, unknown> = typeof entry === 'object' && entry !== null ? { ...entry } : {};
		if (remove(fields)) good.push({ Id: fields['Id'] });
		else bad.push({ Id: fields['Id'], SenderFault: true, Code: 'ReceiptHandleIsInvalid', Message: 'The input receipt handle is invalid.' });
	}
	return answer({ Successful: good, Failed: bad });
}

function answer(body: object): WireReply {
	return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

function absent(): WireReply {
	return refused(
		400,
		'com.amazonaws.sqs#QueueDoesNotExist',
		'The specified queue does not exist.',
		'AWS.SimpleQueueService.NonExistentQueue;Sender',
	);
}

function refused(status: number, type: string, message: string, queryError?: string): WireReply {
	return {
		status,
		headers: { 'content-type': 'application/x-amz-json-1.0', ...(queryError === undefined ? {} : { 'x-amzn-query-error': queryError }) },
		body: { __type: type, message },
	};
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

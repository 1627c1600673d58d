import { PlatformError } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import { DESTINATION_NAME, queueArns, subscribeToOrders } from '../src/subscription.ts';
import { APP, contextOf, type Heard, type Said, startFakeAmazon } from './fake-amazon.ts';

const w = witness('amazon');
const fake = await startFakeAmazon();
const NA = 'arn:aws:sqs:us-east-1:123456789012:orders-na';
const EU = 'arn:aws:sqs:eu-west-1:123456789012:orders-eu';
const urlOf = (arn: string): string => {
	const [, , , region, account, name] = arn.split(':');
	return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
};
const QUEUES = { ...APP, queueUrls: [NA, EU].map(urlOf).join(', ') };
const SUBSCRIPTION = '/notifications/v1/subscriptions/ORDER_CHANGE';

interface Destination {
	destinationId: string;
	name: string;
	resource: { sqs: { arn: string } };
}

/** What Amazon knows of our app, as far as these tests need it. */
const state = {
	destinations: [] as Destination[],
	subscription: null as { subscriptionId: string; payloadVersion: string; destinationId: string } | null,
	/** Answers instead, by method and path. */
	refuse: new Map<string, Said>(),
	/** Creates, but answers with a conflict as a rival's earlier creation would bring. */
	rival: false,
};
const destinationOf = (arn: string, name = DESTINATION_NAME): Destination => ({
	destinationId: `destination of ${arn}`,
	name,
	resource: { sqs: { arn } },
});
const error = (status: number, code: string, details = ''): Said => ({ status, json: { errors: [{ code, message: 'No.', details }] } });

function answer(heard: Heard): Said {
	if (heard.path === '/auth/o2/token') {
		const scope = new URLSearchParams(heard.body).get('scope');
		return { json: { access_token: `Atza|app of ${scope}`, token_type: 'bearer', expires_in: 3600 } };
	}
	const refusal = state.refuse.get(`${heard.method} ${heard.path}`);
	if (refusal) return refusal;
	const grantless = heard.headers['x-amz-access-token'] === 'Atza|app of sellingpartnerapi::notifications';
	if (grantless === (heard.path === SUBSCRIPTION)) return error(403, 'Unauthorized');
	const body = (heard.body === '' ? {} : JSON.parse(heard.body)) as Record<string, never>;
	switch (`${heard.method} ${heard.path}`) {
		case 'GET /notifications/v1/destinations':
			return { json: { payload: state.destinations } };
		case 'POST /notifications/v1/destinations': {
			const { name, resourceSpecification } = body as unknown as { name: string; resourceSpecification: Destination['resource'] };
			const made = destinationOf(resourceSpecification.sqs.arn, name);
			state.destinations.push(made);
			return state.rival ? error(409, 'Conflict') : { json: { payload: made } };
		}
		case `GET ${SUBSCRIPTION}`:
			return state.subscription ? { json: { payload: state.subscription } } : error(404, 'NotFound');
		case `POST ${SUBSCRIPTION}`:
			state.subscription = { subscriptionId: 's-1', payloadVersion: '1.0', destinationId: body['destinationId'] as unknown as string };
			return state.rival ? error(409, 'StateConflict') : { json: { payload: state.subscription } };
		case `DELETE ${SUBSCRIPTION}/${encodeURIComponent(state.subscription?.subscriptionId ?? '')}`:
			state.subscription = null;
			return { json: {} };
		default:
			return error(404, 'NotFound');
	}
}

beforeEach(() => {
	Object.assign(state, { destinations: [], subscription: null, rival: false });
	state.refuse.clear();
	fake.heard.length = 0;
	fake.answer = answer;
});

const calls = (): string[] => fake.heard.map((h) => `${h.method} ${h.path}`);
const writes = (): string[] => calls().filter((c) => !c.startsWith('GET') && !c.endsWith('/token'));
const run = async (scene: Parameters<typeof contextOf>[1] = {}): Promise<ReturnType<typeof contextOf>> => {
	const made = contextOf(fake, { app: QUEUES, witness: w, ...scene });
	await amazon.queue!.subscribe!(made.grant);
	return made;
};

async function refusalOf(scene: Parameters<typeof contextOf>[1] = {}): Promise<PlatformError> {
	const caught: unknown = await subscribeToOrders(contextOf(fake, { app: QUEUES, http: { attempts: 1 }, ...scene }).grant).catch(
		(e: unknown) => e,
	);
	if (!(caught instanceof PlatformError)) throw new Error(`No PlatformError but ${String(caught)}`);
	const told = `${caught.message} ${JSON.stringify(caught.userMessage)} ${String(caught.cause)}`;
	for (const secret of [APP.clientSecret, 'Atza|', 'Atzr|']) expect(told).not.toContain(secret);
	return caught;
}

describe('Subscribing', () => {
	test('makes a destination for the region’s queue and a subscription that leads there, as the published model says', async () => {
		const { watched } = await run();
		expect(state.destinations).toEqual([destinationOf(NA)]);
		expect(state.subscription?.destinationId).toBe(state.destinations[0]!.destinationId);
		expect(JSON.parse(fake.heard.at(-1)!.body)).toEqual({
			payloadVersion: '1.0',
			destinationId: state.destinations[0]!.destinationId,
			processingDirective: {
				eventFilter: { eventFilterType: 'ORDER_CHANGE', orderChangeTypes: ['OrderStatusChange', 'BuyerRequestedChange'] },
			},
		});
		expect(watched?.judged.filter((o) => o !== 'requestToken') ?? []).toEqual(
			w ? ['getSubscription', 'getDestinations', 'createDestination', 'createSubscription'] : [],
		);
		expect(watched?.violations ?? []).toEqual([]);
	});

	test('asks for the app’s own token with the scope of notifications only', async () => {
		await run();
		const token = new URLSearchParams(fake.heard.find((h) => h.path === '/auth/o2/token')!.body);
		expect(Object.fromEntries(token)).toEqual({
			grant_type: 'client_credentials',
			scope: 'sellingpartnerapi::notifications',
			client_id: APP.clientId,
			client_secret: APP.clientSecret,
		});
	});

	test('again changes nothing', async () => {
		await run();
		fake.heard.length = 0;
		await run();
		expect(writes()).toEqual([]);
	});

	test('without a queue asks nothing', async () => {
		await run({ app: APP });
		await run({ app: { ...APP, queueArns: NA } });
		expect(calls()).toEqual([]);
	});

	test.each([
		['na', NA],
		['eu', EU],
		// No queue stands beside the Far East: the first serves it, as a message names its seller.
		['fe', NA],
	])('for a grant of %s takes the queue of the same AWS region', async (host, arn) => {
		await run({ grant: { host } });
		expect(state.destinations.map((d) => d.resource.sqs.arn)).toEqual([arn]);
	});

	test('keeps a subscription that leads to any queue of ours, whoever made it', async () => {
		state.destinations = [destinationOf(EU, 'made by hand')];
		state.subscription = { subscriptionId: 'old', payloadVersion: '1.0', destinationId: state.destinations[0]!.destinationId };
		await run();
		expect(writes()).toEqual([]);
	});

	test('takes up a destination that exists', async () => {
		state.destinations = [destinationOf(NA, 'made by hand')];
		const { watched } = await run();
		expect(writes()).toEqual([`POST ${SUBSCRIPTION}`]);
		expect(watched?.violations ?? []).toEqual([]);
	});

	test('moves a subscription from a queue we had before', async () => {
		const former = destinationOf('arn:aws:sqs:us-east-1:123456789012:former');
		state.destinations = [former];
		state.subscription = { subscriptionId: 'a/b', payloadVersion: '1.0', destinationId: former.destinationId };
		const { watched } = await run();
		expect(writes()).toEqual([`DELETE ${SUBSCRIPTION}/a%2Fb`, 'POST /notifications/v1/destinations', `POST ${SUBSCRIPTION}`]);
		expect(state.subscription).toMatchObject({ destinationId: destinationOf(NA).destinationId });
		expect(watched?.violations ?? []).toEqual([]);
	});

	test('leaves a subscription to somebody else’s queue alone and says so', async () => {
		const foreign = destinationOf('arn:aws:sqs:us-east-1:999999999999:erp', 'erp');
		state.destinations = [foreign];
		state.subscription = { subscriptionId: 's', payloadVersion: '1.0', destinationId: foreign.destinationId };
		expect(await refusalOf()).toMatchObject({ kind: 'rejected', userMessage: { code: 'platformRefused', params: { code: 'Conflict' } } });
		expect(writes()).toEqual([]);
	});

	test('takes a conflict for success when what was wanted is there', async () => {
		state.rival = true;
		await run();
		expect(state.subscription?.destinationId).toBe(destinationOf(NA).destinationId);
	});

	test('tells a conflict that leaves nothing of ours', async () => {
		state.refuse.set('POST /notifications/v1/destinations', error(409, 'Conflict', 'A destination already exists'));
		expect(await refusalOf()).toMatchObject({ kind: 'rejected', userMessage: { code: 'platformRefused' } });
	});

	test('understands destinations of event buses and nulls', async () => {
		const bus = {
			destinationId: 'b',
			name: 'bus',
			resource: { sqs: null, eventBridge: { name: 'n', region: 'us-east-1', accountId: '1' } },
		};
		state.refuse.set('GET /notifications/v1/destinations', { json: { payload: [bus, destinationOf(NA)] } });
		await run({ witness: null });
		expect(writes()).toEqual([`POST ${SUBSCRIPTION}`]);
	});

	test('by a role the app lacks is forbidden', async () => {
		state.refuse.set(`GET ${SUBSCRIPTION}`, error(403, 'Unauthorized'));
		expect(await refusalOf()).toMatchObject({
			kind: 'forbidden',
			userMessage: { code: 'scopeMissing', params: { operation: 'getSubscription' } },
		});
	});

	test('with an app’s token that Amazon refuses blames the app, not the seller’s grant', async () => {
		const dead = error(403, 'Unauthorized', 'The access token you provided is revoked, malformed or invalid.');
		state.refuse.set('GET /notifications/v1/destinations', dead);
		expect(await refusalOf()).toMatchObject({ kind: 'forbidden', userMessage: { code: 'appCredentialsWrong' } });
		expect(calls().filter((c) => c.endsWith('/token'))).toHaveLength(2);
	});

	test.each([
		[401, 'invalid_client', 'forbidden', 'appCredentialsWrong'],
		[400, 'invalid_scope', 'forbidden', 'appCredentialsWrong'],
		[400, 'invalid_grant', 'rejected', 'platformRefused'],
		[500, 'server_error', 'unavailable', 'platformDown'],
	])('when the token server says %i %s is %s', async (status, word, kind, code) => {
		fake.answer = (heard) =>
			heard.path === '/auth/o2/token' ? { status, json: { error: word, error_description: APP.clientSecret } } : answer(heard);
		expect(await refusalOf()).toMatchObject({ kind, userMessage: { code } });
	});

	test.each([
		[429, 'QuotaExceeded', 'rateLimited'],
		[503, 'ServiceUnavailable', 'unavailable'],
		[400, 'InvalidInput', 'rejected'],
	])('answered %i %s is %s', async (status, code, kind) => {
		state.refuse.set(`POST ${SUBSCRIPTION}`, error(status, code));
		expect((await refusalOf()).kind).toBe(kind);
	});
});

describe('The names of queues', () => {
	const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/);
	const arn = fc
		.tuple(fc.constantFrom('us-east-1', 'eu-west-1', 'us-west-2', 'ap-southeast-2'), fc.stringMatching(/^\d{12}$/), name)
		.map((parts) => `arn:aws:sqs:${parts.join(':')}`);

	test('are read from their public addresses', () => {
		fc.assert(
			fc.property(fc.array(arn, { maxLength: 4 }), (arns) => {
				expect(queueArns({ queueUrls: arns.map(urlOf).join(' , ') })).toEqual(arns);
			}),
		);
	});

	test('as typed go before their addresses, and fit the form’s pattern', () => {
		const { pattern } = amazon.manifest.appFields.find((f) => f.key === 'queueArns')!;
		fc.assert(
			fc.property(fc.array(arn, { minLength: 1, maxLength: 4 }), (arns) => {
				const typed = arns.join(', ');
				expect(typed).toMatch(new RegExp(pattern));
				expect(queueArns({ queueUrls: 'http://127.0.0.1:4010/amazon-sqs/1/q', queueArns: typed })).toEqual(arns);
			}),
		);
		expect(`${NA}.fifo`).not.toMatch(new RegExp(pattern));
	});

	test.each(['http://127.0.0.1:4010/123456789012/orders', 'https://sqs.us-east-1.amazonaws.com.example/123456789012/orders', 'orders'])(
		'are not guessed from %s',
		async (queueUrls) => {
			expect(await refusalOf({ app: { ...APP, queueUrls } })).toMatchObject({
				kind: 'rejected',
				userMessage: { code: 'appCredentialsWrong', params: { field: 'queueArns' } },
			});
			expect(calls()).toEqual([]);
		},
	);
});

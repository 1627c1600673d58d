import { witness } from '@pangea/testing';
import { describe, expect, test } from 'vitest';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import { orders } from '../src/orders.ts';

const place = { siteId: null, currency: 'USD', zone: 'UTC' };
const read = (document: unknown): ReturnType<typeof orders.read> =>
	orders.read({ name: 'model.json', body: Buffer.from(JSON.stringify(document)) }, place);

const order = (id: string): object => ({
	orderId: id,
	createdTime: '2026-10-01T10:00:00Z',
	lastUpdatedTime: '2026-10-01T10:00:00Z',
	orderItems: [],
});

interface Published {
	request: object;
	response?: unknown;
}

function operation(operationId: string, answers: Record<string, { schema?: object; static?: Published[] }>): object {
	const responses = Object.entries(answers).map(([status, { schema, static: pairs }]) => [
		status,
		{ description: '', ...(schema && { schema }), ...(pairs && { 'x-amzn-api-sandbox': { static: pairs } }) },
	]);
	return { get: { operationId, responses: Object.fromEntries(responses) } };
}

function model(paths: Record<string, object>, definitions: object = {}): object {
	return { swagger: '2.0', info: { title: 'T', version: '1' }, paths, definitions };
}

describe('an interface model', () => {
	const told = (document: object): unknown =>
		read(document)?.map((r) => [r.part, 'noOrder' in r ? 'no order' : r.ok, r.ok ? r.value.externalId : r.cause]);

	test('gives every pair a record that is named by operation, status and place', () => {
		const document = model({
			'/orders/2026-01-01/orders': operation('searchOrders', {
				200: {
					static: [
						{ request: {}, response: { orders: [order('1'), order('2')] } },
						{ request: {}, response: { orders: [order('3')] } },
					],
				},
				400: { static: [{ request: {}, response: { errors: [{ code: 'InvalidInput' }] } }] },
			}),
			'/orders/v0/orders/{orderId}/shipment': operation('updateShipmentStatus', { 204: { static: [{ request: {} }] } }),
			'/feeds/2021-06-30/feeds': operation('getFeeds', { 200: { static: [{ request: {}, response: { feeds: [] } }] } }),
		});
		expect(told(document)).toEqual([
			['searchOrders 200#0', true, '1'],
			['searchOrders 200#0', true, '2'],
			['searchOrders 200#1', true, '3'],
			['searchOrders 400#0', 'no order', 'An error, no order'],
			['updateShipmentStatus 204#0', 'no order', 'An empty answer'],
			['getFeeds 200#0', 'no order', 'An answer that holds no order'],
		]);
	});

	test('keeps an order that cannot be read with its cause, in its place', () => {
		const broken = { ...order('1'), createdTime: 'yesterday' };
		const document = model({
			'/orders/v1/orders': operation('getOrder', { 200: { static: [{ request: {}, response: { order: broken } }] } }),
		});
		expect(told(document)).toEqual([['getOrder 200#0', false, 'createdTime "yesterday" is not a plausible time']]);
	});

	test('takes the orders of other interfaces for no customers’ orders', () => {
		const refill = { orders: [{ orderId: 'REFILL-1', status: 'DRAFT' }] };
		const document = model({
			'/awd/x/replenishmentOrders': operation('listReplenishmentOrders', { 200: { static: [{ request: {}, response: refill }] } }),
		});
		expect(told(document)).toEqual([['listReplenishmentOrders 200#0', 'no order', 'An answer that holds no order']]);
	});

	test('tells how an answer contradicts the schema beside it, without the value', () => {
		const schema = { $ref: '#/definitions/Fee' };
		const definitions = {
			Fee: {
				type: 'object',
				required: ['at', 'kind', 'rate'],
				properties: {
					at: { type: 'string', format: 'date-time' },
					kind: { type: 'string', enum: ['A', 'B'] },
					rate: { type: 'number' },
				},
			},
		};
		const good = { at: '2026-10-01T10:00:00Z', kind: 'A', rate: 1.5 };
		const pairs = [good, { ...good, at: '2026-10-01' }, { at: good.at, kind: 'secret' }];
		const document = model(
			{ '/fees/v0': operation('getFees', { 200: { schema, static: pairs.map((response) => ({ request: {}, response })) } }) },
			definitions,
		);
		const [, date, kind] = read(document) ?? [];
		expect(told(document)).toEqual([
			['getFees 200#0', 'no order', 'An answer that holds no order'],
			['getFees 200#1', false, expect.stringMatching(/^The published answer getFees 200#1 contradicts its own schema: at: .*datetime/)],
			['getFees 200#2', false, expect.stringMatching(/getFees 200#2 contradicts .*kind: .*"A"\|"B".*; rate: is missing/)],
		]);
		expect(date).toMatchObject({ externalId: null, raw: JSON.stringify({ request: {}, response: pairs[1] }) });
		expect(kind).not.toMatchObject({ cause: expect.stringContaining('secret') });
	});

	test('with a schema beyond what can be checked accuses nobody', () => {
		const schema = { $ref: 'elsewhere.json#/definitions/Fee' };
		const document = model({
			'/fees/v0': operation('getFees', { 200: { schema, static: [{ request: {}, response: { at: 1 } }] } }),
		});
		expect(told(document)).toEqual([['getFees 200#0', 'no order', 'An answer that holds no order']]);
	});

	test('without pairs is no order document', () => {
		expect(read(model({ '/fees/v0': operation('getFees', { 200: {} }) }))).toBeNull();
		expect(read(model({}))).toBeNull();
		expect(read({ swagger: '2.0' })).toBeNull();
	});
});

interface Swagger {
	paths: Record<string, Record<string, { operationId: string; responses: Record<string, Answer> }>>;
	definitions: object;
}
interface Answer {
	schema?: object;
	'x-amzn-api-sandbox'?: { static: Published[] };
}

const w = witness('amazon');

describe.skipIf(!w)('Amazon’s models', () => {
	const files = w?.files('models/openapi', '.json') ?? [];

	test('contradict themselves in the pairs that another validator names, and in no others', () => {
		const theirs: string[] = [];
		const ours: string[] = [];
		let pairs = 0;
		for (const file of files) {
			const document = w?.json(file) as Swagger;
			theirs.push(...violationsOf(document).map((name) => `${file} ${name}`));
			const records = read(document) ?? [];
			pairs += new Set(records.map((r) => r.part)).size;
			const accused = records.filter((r) => !r.ok && r.cause.includes('contradicts its own schema'));
			ours.push(...accused.map((r) => `${file} ${r.part}`));
		}
		expect(files).toHaveLength(36);
		expect(pairs).toBe(436);
		expect(theirs).toHaveLength(14);
		expect(ours).toEqual(theirs);
	}, 60_000);
});

function violationsOf(document: Swagger): string[] {
	const ajv = new Ajv({ strict: false });
	ajvFormats.default(ajv);
	ajv.addSchema({ $id: 'model', definitions: document.definitions });
	const found: string[] = [];
	for (const methods of Object.values(document.paths)) {
		for (const { operationId, responses } of Object.values(methods)) {
			for (const [status, answer] of Object.entries(responses ?? {})) {
				const pairs = answer['x-amzn-api-sandbox']?.static ?? [];
				if (pairs.length === 0) continue;
				const check = ajv.compile(JSON.parse(JSON.stringify(answer.schema ?? {}).replaceAll('"#/definitions/', '"model#/definitions/')));
				for (const [index, pair] of pairs.entries()) {
					if (pair.response !== undefined && !check(pair.response)) found.push(`${operationId} ${status}#${index}`);
				}
			}
		}
	}
	return found;
}

import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGREED, closedSchema, settle, witness } from '@pangea/testing';
import { type Simulator, startSimulator } from '../src/index.ts';
import { amazon, amazonAccess, amazonFacts, amazonToken } from './amazon-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
const ORDERS = '/orders/2026-01-01/orders';
const ALL = 'BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,FULFILLMENT_ORDERS';
const published = witness('amazon');
let simulator: Simulator;
let token: string;

beforeEach(async () => {
	simulator = await startSimulator({ size: 3_000, seed: 5, clock: { at: AT, frozen: true } });
	token = await amazonAccess(simulator);
});
afterEach(() => simulator.stop());

const iso = (at: number): string => new Date(at).toISOString();

/** What each model said of each document that was put to it. */
const heard = new Map<string, string[][]>();

describe.skipIf(published === null)('the official models', () => {
	function validator(file: string): (definition: string, value: unknown) => string {
		const model = published!.json(`models/openapi/${file}.json`) as Record<string, unknown>;
		const definitions = model['definitions'] as Record<string, unknown>;
		const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
		// A field that Amazon does not name is a mistake of this simulator's; the models themselves let it pass.
		ajv.addSchema({ $id: 'model', definitions: closedSchema(definitions, definitions) });
		return (definition, value) => {
			const check = ajv.compile({ $ref: `model#/definitions/${definition}` });
			const good = check(value);
			heard.set(file, [
				...(heard.get(file) ?? []),
				...(good ? [[]] : [(check.errors ?? []).map((e) => `${definition}${e.instancePath} ${e.message}`)]),
			]);
			return good ? '' : JSON.stringify(check.errors?.slice(0, 5));
		};
	}

	it('accept every kind of order and every refusal', async () => {
		const valid = validator('orders_2026-01-01');
		let orders = 0;
		for (const account of ['na', 'eu', 'fe']) {
			const access = await amazonAccess(simulator, account);
			let next: string | undefined;
			do {
				const query: Record<string, string> = { createdAfter: iso(AT - 200 * DAY), includedData: ALL };
				if (next !== undefined) query['paginationToken'] = next;
				const answer = await amazon(simulator, account, access, ORDERS, { query });
				expect(valid('SearchOrdersResponse', answer.body)).toBe('');
				orders += answer.body.orders.length;
				next = answer.body.pagination?.nextToken;
			} while (next !== undefined);
		}
		expect(orders).toBeGreaterThan(500);
		const one = simulator.control.truth({ store: 'amazon-us', by: 'placed', from: 0, to: AT }, 1).orders[0]!.id;
		expect(
			valid('GetOrderResponse', (await amazon(simulator, 'na', token, `${ORDERS}/${one}`, { query: { includedData: ALL } })).body),
		).toBe('');
		expect(valid('ErrorList', (await amazon(simulator, 'na', token, `${ORDERS}/nothing`)).body)).toBe('');
	});

	it('accept participations, reports and subscriptions', async () => {
		expect(
			validator('sellers')(
				'GetMarketplaceParticipationsResponse',
				(await amazon(simulator, 'na', token, '/sellers/v1/marketplaceParticipations')).body,
			),
		).toBe('');
		const valid = validator('reports_2021-06-30');
		const made = await amazon(simulator, 'na', token, '/reports/2021-06-30/reports', {
			method: 'POST',
			body: { reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL', marketplaceIds: ['ATVPDKIKX0DER'] },
		});
		expect(valid('CreateReportResponse', made.body)).toBe('');
		simulator.control.setClock({ advance: 30_000 });
		const report = await amazon(simulator, 'na', token, `/reports/2021-06-30/reports/${made.body.reportId}`);
		expect(valid('Report', report.body)).toBe('');
		expect(
			valid('ReportDocument', (await amazon(simulator, 'na', token, `/reports/2021-06-30/documents/${report.body.reportDocumentId}`)).body),
		).toBe('');
		expect(
			valid(
				'GetReportsResponse',
				(await amazon(simulator, 'na', token, '/reports/2021-06-30/reports', { query: { reportTypes: report.body.reportType } })).body,
			),
		).toBe('');
		const grantless = (await amazonToken(simulator, { grant_type: 'client_credentials', scope: 'sellingpartnerapi::notifications' })).body
			.access_token;
		const arn = amazonFacts(simulator).sqs.queues[0]!.arn;
		const note = validator('notifications');
		const destination = await amazon(simulator, 'na', grantless, '/notifications/v1/destinations', {
			method: 'POST',
			body: { name: 'q', resourceSpecification: { sqs: { arn } } },
		});
		expect(note('CreateDestinationResponse', destination.body)).toBe('');
		expect(note('GetDestinationsResponse', (await amazon(simulator, 'na', grantless, '/notifications/v1/destinations')).body)).toBe('');
		const subscription = await amazon(simulator, 'na', token, '/notifications/v1/subscriptions/ORDER_CHANGE', {
			method: 'POST',
			body: { payloadVersion: '1.0', destinationId: destination.body.payload.destinationId },
		});
		expect(note('CreateSubscriptionResponse', subscription.body)).toBe('');
	});

	it('have no objection to anything above', () => {
		expect([...heard.keys()].sort()).toEqual(['notifications', 'orders_2026-01-01', 'reports_2021-06-30', 'sellers']);
		for (const [model, documents] of heard) {
			const hearing = { platform: 'Amazon', side: 'simulator', against: `model ${model}`, judged: documents.length } as const;
			expect(settle({ ...hearing, disagreements: documents.flat() })).toEqual(AGREED);
		}
	});
});

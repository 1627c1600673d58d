import type { Order } from '@pangea/domain';
import { AGREED, settle, witness } from '@pangea/testing';
import { describe, expect, test } from 'vitest';
import { orders } from '../src/orders.ts';
import { toTidings } from '../src/intake.ts';
import {
	wireCreateReport,
	wireDestination,
	wireDestinations,
	wireErrors,
	wireNothing,
	wireParticipations,
	wireReport,
	wireReportDocument,
	wireSubscription,
} from '../src/wire.ts';
import { createReferee, type PublishedPair } from './referee.ts';

const w = witness('amazon');
const NOTIFICATION_PAIRS = 9;
const place = { siteId: null, currency: 'USD', zone: 'UTC' };

/** Pairs of the operations we use whose response breaks its own schema (contract §16), with the cause. */
const CONTRADICTIONS: Record<string, RegExp> = {
	'getAccount 200#0':
		/\/payload\/marketplaceParticipationList\/0\/marketplace must have required property 'default(Currency|Language)Code'/,
};

function read(document: unknown): ReturnType<typeof orders.read> {
	return orders.read({ name: 'pair', body: Buffer.from(JSON.stringify(document)) }, place);
}

const LISTING_FILES = /ListingsItem(Issues|Status)Change/;

const nameOf = (p: PublishedPair): string => `${p.operationId} ${p.status}#${p.index}`;

describe.skipIf(!w)('Amazon’s published pairs', () => {
	const referee = w && createReferee(w);
	const pairs = referee
		? (['orders_2026-01-01', 'sellers', 'reports_2021-06-30', 'tokens_2021-03-01', 'notifications'] as const).flatMap((model) =>
				referee.pairs(model),
			)
		: [];
	const of = (...operations: string[]): PublishedPair[] => pairs.filter((p) => operations.includes(p.operationId));

	test('are as many as the contract counts', () => {
		expect(Object.groupBy(pairs, (p) => p.model)).toMatchObject({
			'orders_2026-01-01': { length: 8 },
			sellers: { length: 3 },
			'reports_2021-06-30': { length: 18 },
			'tokens_2021-03-01': { length: 3 },
			notifications: { length: NOTIFICATION_PAIRS },
		});
	});

	test('obey their schema except the one that contradicts itself', () => {
		const broken = pairs.filter((p) => p.violations.length > 0);
		const reasons = Object.fromEntries(
			Object.keys(CONTRADICTIONS).map((name) => [name, 'the published answer lacks a field that its own schema requires']),
		);
		const hearing = { platform: 'Amazon', side: 'adapter', against: 'published answers, read', judged: pairs.length } as const;
		expect(settle({ ...hearing, disagreements: broken.map(nameOf), reasons })).toEqual(AGREED);
		for (const pair of broken) expect(pair.violations.join('\n')).toMatch(CONTRADICTIONS[nameOf(pair)]!);
	});

	test('of orders with success become orders equal to their source', () => {
		const good = of('searchOrders', 'getOrder').filter((p) => p.status === 200);
		expect(good).toHaveLength(6);
		for (const pair of good) {
			const response = pair.response as { orders?: Source[]; order?: Source };
			const sources = response.orders ?? [response.order!];
			const outcomes = read(pair)!;
			expect([nameOf(pair), outcomes.length]).toEqual([nameOf(pair), sources.length]);
			for (const [i, source] of sources.entries()) {
				const outcome = outcomes[i]!;
				if (!outcome.ok) throw new Error(`${nameOf(pair)}: ${outcome.cause}`);
				expectEqualToSource(outcome.value, source);
			}
		}
	});

	test('of orders read the same bare as in their envelope', () => {
		for (const pair of of('searchOrders', 'getOrder').filter((p) => p.status === 200)) {
			const response = pair.response as { orders?: unknown[]; order?: unknown };
			expect(read(response)).toEqual(read(pair));
			for (const [i, order] of (response.orders ?? [response.order]).entries()) expect(read(order)).toEqual([read(pair)![i]]);
		}
	});

	test('that are no order documents are refused with null', () => {
		const others = pairs.filter((p) => !(p.model === 'orders_2026-01-01' && p.status === 200));
		expect(others.length).toBe(26 + NOTIFICATION_PAIRS);
		expect(others.filter((pair) => read(pair) !== null).map(nameOf)).toEqual([]);
	});

	test('of errors fit the envelope our client reads', () => {
		const errors = pairs.filter((p) => p.status >= 400);
		expect(errors.length).toBeGreaterThan(10);
		expect(errors.filter((pair) => !wireErrors.parse(pair.response).errors[0]?.code).map(nameOf)).toEqual([]);
	});

	test('of sellers, reports and notifications fit our wire schemas', () => {
		const schemas = {
			getMarketplaceParticipations: wireParticipations,
			createReport: wireCreateReport,
			getReport: wireReport,
			getReportDocument: wireReportDocument,
			getDestinations: wireDestinations,
			createDestination: wireDestination,
			getSubscription: wireSubscription,
			createSubscription: wireSubscription,
			deleteSubscriptionById: wireNothing,
		};
		for (const [operation, schema] of Object.entries(schemas)) {
			const [pair] = of(operation).filter((p) => p.status < 300);
			expect({ operation, ...schema.parse(pair!.response) }).toMatchObject({ operation, ...(pair!.response as object) });
		}
	});

	test('of ordersV0 become orders without lines, or say why not', () => {
		const v0 = referee!
			.pairs('ordersV0')
			.filter((p) => p.status === 200 && ['getOrders', 'getOrder', 'getOrderItems'].includes(p.operationId));
		const told = v0.map((p) => [nameOf(p), read(p)!.map((o) => (o.ok ? `${o.value.externalId} ${o.value.state}` : o.cause))]);
		const year1970 = expect.stringMatching(/is not a plausible time$/);
		expect(told).toEqual([
			['getOrders 200#0', [year1970, year1970]],
			['getOrders 200#1', ['902-3159896-1390916 unpaid']],
			['getOrders 200#2', ['902-3159896-1390916 unpaid']],
			['getOrder 200#0', [year1970]],
			['getOrder 200#1', ['921-3175655-0452641 shipped']],
			['getOrderItems 200#0', ['Items of ordersV0 without their order: no times, no state']],
		]);
	});

	test('the published ORDER_CHANGE names order, store and delivery, and is no order', () => {
		const schema = w!.json('models/notifications/OrderChangeNotification.json') as { examples: unknown[] };
		const body = Buffer.from(JSON.stringify(schema.examples[0]));
		expect(toTidings(body)).toEqual([
			{
				accountExternalId: 'A3TH9S8BH6GOGM:ATVPDKIKX0DER',
				kind: 'orders',
				externalIds: ['903-8868176-2219830'],
				deliveryId: 'd0e9e693-c3ad-4373-979f-ed4ec98dd746',
				occurredAt: '2022-11-29T19:42:04.284Z',
			},
		]);
		expect(orders.read({ name: 'notification', body }, place)).toBeNull();
	});

	test('other published notifications name no order, and those of listings name a product', () => {
		const files = w!.files('models/notifications', '.json').filter((f) => !f.includes('OrderChange'));
		expect(files.length).toBeGreaterThan(20);
		for (const file of files) {
			const schema = w!.json(`models/notifications/${file.split('/').at(-1)}`) as { examples?: unknown[] };
			const tidings = (schema.examples ?? []).flatMap((example) => toTidings(Buffer.from(JSON.stringify(example))));
			expect([file, ...tidings.filter((t) => t.kind !== (LISTING_FILES.test(file) ? 'listings' : 'other'))]).toEqual([file]);
			if (LISTING_FILES.test(file)) expect(tidings.flatMap((t) => t.externalIds)).toContain('BT6RZ7JM4H');
		}
	});
});

interface Amount {
	amount: string;
	currencyCode: string;
}

interface Source {
	orderId: string;
	createdTime: string;
	lastUpdatedTime: string;
	salesChannel: { marketplaceId: string };
	fulfillment: {
		fulfillmentStatus: string;
		fulfilledBy: string;
		shipByWindow?: { latestDateTime: string };
		deliverByWindow?: { latestDateTime: string };
	};
	proceeds: { grandTotal: Amount };
	buyer?: { buyerName?: string; buyerEmail?: string };
	recipient: { deliveryAddress: { name: string; city: string; postalCode: string; countryCode: string; addressLine1: string } };
	orderItems: {
		orderItemId: string;
		quantityOrdered: number;
		product: { asin: string; title: string; sellerSku: string; price: { unitPrice: Amount } };
		proceeds: { breakdowns: { type: string; subtotal: Amount }[] };
		fulfillment: { quantityFulfilled: number };
	}[];
	packages?: {
		packageReferenceId: string;
		carrier: string;
		trackingNumber: string;
		shipTime: string;
		packageItems: { orderItemId: string; quantity: number }[];
	}[];
}

// Written without our money code: the decimals of the currencies in the pairs, and digits as text.
function minor({ amount, currencyCode }: Amount): { amountMinor: bigint; currency: string } {
	const [whole = '', fraction = ''] = amount.split('.');
	return { amountMinor: BigInt(whole + (currencyCode === 'JPY' ? '' : fraction.padEnd(2, '0'))), currency: currencyCode };
}

const STATES: Record<string, string> = { SHIPPED: 'shipped', UNSHIPPED: 'toShip' };
const iso = (text: string | undefined): string | null => (text === undefined ? null : new Date(text).toISOString());

function expectEqualToSource(order: Order, source: Source): void {
	const items = source.orderItems
		.flatMap((i) => i.proceeds.breakdowns.filter((b) => b.type === 'ITEM'))
		.map((b) => minor(b.subtotal).amountMinor);
	const taxes = source.orderItems.flatMap((i) => i.proceeds.breakdowns.filter((b) => b.type === 'TAX')).map((b) => minor(b.subtotal));
	expect(order).toMatchObject({
		externalId: source.orderId,
		siteId: source.salesChannel.marketplaceId,
		state: STATES[source.fulfillment.fulfillmentStatus],
		rawStatus: source.fulfillment.fulfillmentStatus,
		fulfilment: source.fulfillment.fulfilledBy === 'AMAZON' ? 'platform' : 'seller',
		placedAt: iso(source.createdTime),
		updatedAt: iso(source.lastUpdatedTime),
		shipBy: iso(source.fulfillment.shipByWindow?.latestDateTime),
		deliverBy: iso(source.fulfillment.deliverByWindow?.latestDateTime),
		buyerCountry: source.recipient.deliveryAddress.countryCode,
		isTest: false,
		returns: [],
		warnings: [],
	});
	expect(order.money).toMatchObject({
		currency: source.proceeds.grandTotal.currencyCode,
		totalComputed: false,
		taxBasis: taxes.length > 0 ? 'net' : 'unknown',
		parts: { total: minor(source.proceeds.grandTotal), items: { amountMinor: items.reduce((a, b) => a + b, 0n) } },
	});
	expect(order.money.parts.tax).toEqual(taxes[0]);
	expect(order.lines).toHaveLength(source.orderItems.length);
	for (const [i, item] of source.orderItems.entries()) {
		expect(order.lines[i]).toMatchObject({
			externalId: item.orderItemId,
			externalListingId: item.product.asin,
			sellerSku: item.product.sellerSku,
			title: item.product.title,
			quantity: item.quantityOrdered,
			quantityShipped: item.fulfillment.quantityFulfilled,
			quantityCancelled: 0,
			unitPrice: minor(item.product.price.unitPrice),
		});
	}
	expect(order.parcels.map((p) => [p.externalId, p.carrier, p.trackingNumber, p.shippedAt, p.lines])).toEqual(
		(source.packages ?? []).map((p) => [
			p.packageReferenceId,
			p.carrier,
			p.trackingNumber,
			iso(p.shipTime),
			p.packageItems.map((i) => ({ lineExternalId: i.orderItemId, quantity: i.quantity })),
		]),
	);
	expect(order.buyer).toMatchObject({
		name: source.buyer?.buyerName ?? source.recipient.deliveryAddress.name,
		email: source.buyer?.buyerEmail ?? null,
		city: source.recipient.deliveryAddress.city,
		postalCode: source.recipient.deliveryAddress.postalCode,
		maskedByPlatform: source.buyer?.buyerEmail !== undefined,
	});
	expect(order.buyer!.addressLines).toContain(source.recipient.deliveryAddress.addressLine1);
}

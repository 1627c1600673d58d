import { formatDecimal, type Money, type Order } from '@pangea/domain';
import type { Json, Outcome } from '@pangea/platform-contract';
import { parseJson } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { orderOutcome } from '../src/documents.ts';
import { platformError, readEnvelope } from '../src/errors.ts';
import { mercadoLibre } from '../src/index.ts';
import {
	wireHistory,
	wireIndexRow,
	wireLeadTime,
	wireNotification,
	wireOrder,
	wirePack,
	wireSearch,
	wireShipment,
	wireShipmentItems,
	wireSla,
	wireToken,
	wireUser,
	wireUserMapping,
} from '../src/wire.ts';

const w = witness('mercado-libre');

const MEXICO = { siteId: 'MLM', currency: 'MXN', zone: 'America/Mexico_City' };

function decimal(money: Money | null | undefined): string | null {
	return money ? `${formatDecimal(money)} ${money.currency}` : null;
}

function parts(order: Order): Record<string, string | null> {
	return Object.fromEntries(Object.entries(order.money.parts).map(([name, value]) => [name, decimal(value)]));
}

describe.skipIf(!w)('published and composed samples', () => {
	const read = (name: string): Json => parseJson(w!.read(`samples/${name}.json`));

	const SHAPES: [string, z.ZodType][] = [
		['marketplace-order', wireOrder],
		['order-local', wireOrder],
		['scenario-order-a', wireOrder],
		['scenario-order-b', wireOrder],
		['scenario-order-c-single-mlb', wireOrder],
		['scenario-order-d-fraud-cancelled', wireOrder],
		['marketplace-orders-search', wireSearch],
		['marketplace-orders-search-cart-row', wireIndexRow],
		['scenario-orders-search', wireSearch],
		['orders-search-local', wireSearch],
		['marketplace-order-pack', wirePack],
		['pack-local', wirePack],
		['scenario-pack', wirePack],
		['scenario-pack-split-parent', wirePack],
		['scenario-pack-split-child', wirePack],
		['marketplace-shipment', wireShipment],
		['scenario-shipment', wireShipment],
		['marketplace-shipment-lead-time', wireLeadTime],
		['marketplace-shipment-history', wireHistory],
		['marketplace-shipment-items', wireShipmentItems],
		['scenario-shipment-items', wireShipmentItems],
		['shipment-sla', wireSla],
		['oauth-token', wireToken],
		['users-me-cbt', wireUser],
		['user-public', wireUser],
		['marketplace-user-mapping', wireUserMapping],
	];

	it.each(SHAPES)('reads %s', (name, schema) => {
		expect(schema.safeParse(read(name))).toMatchObject({ success: true });
	});

	it.each(['marketplace-orders-search', 'scenario-orders-search'])('reads every row of %s', (name) => {
		const { results } = wireSearch.parse(read(name));
		expect(results?.length).toBeGreaterThan(0);
		for (const row of results ?? []) expect(wireIndexRow.safeParse(row)).toMatchObject({ success: true });
	});

	it.each(['notifications-global-selling', 'notifications-local', 'scenario-notifications'])('reads every notification of %s', (name) => {
		for (const notification of read(name) as Json[]) expect(wireNotification.safeParse(notification)).toMatchObject({ success: true });
	});

	it('accepts null for everything that is not needed, and loses nothing it does not know of a record that is set aside', () => {
		const order = { id: 1, date_created: 'x', news: { deep: [1] }, payments: null, order_items: null, shipping: null, tags: null };
		expect(wireOrder.parse(order)).toMatchObject({ id: '1', date_created: 'x' });
		const outcome = orderOutcome({ order }, { siteId: null, currency: 'USD' }, []);
		expect(outcome).toMatchObject({ ok: false, raw: JSON.stringify({ order }) });
	});

	it('gives each published error its kind', () => {
		const expected = [
			['auth', ''],
			['auth', 'invalid_grant'],
			['auth', ''],
			['forbidden', 'unauthorized_request_error'],
			['forbidden', 'forbidden'],
			['forbidden', 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES'],
			['forbidden', 'forbidden'],
			['notFound', 'not_found'],
			['notFound', 'not_found_error'],
			['unavailable', 'conflict'],
			['rateLimited', ''],
			['rateLimited', 'local_rate_limited'],
			['forbidden', 'unavailable.for.legal.reasons'],
			['unavailable', 'internal_server_error'],
		];
		const samples = read('errors') as { http: number; body: Json }[];
		expect(samples).toHaveLength(expected.length);
		for (const [index, sample] of samples.entries()) {
			const body = Buffer.from(sample.body === null ? '' : JSON.stringify(sample.body));
			const error = platformError('orders.read', { status: sample.http, headers: {}, body }, new Date());
			expect([index, error.kind]).toEqual([index, expected[index]?.[0]]);
			expect(error.message).toContain(expected[index]?.[1]);
			expect(error.message).not.toContain('TOKEN_NOT_VALID');
		}
	});

	it('reads the other two published error bodies', () => {
		const at = (status: number, name: string) => ({ status, headers: {}, body: Buffer.from(w!.read(`samples/${name}.json`)) });
		expect(platformError('oauth.token', at(400, 'oauth-error-invalid-grant'), new Date())).toMatchObject({
			kind: 'auth',
			userMessage: { code: 'grantExpired' },
		});
		expect(platformError('orders.read', at(403, 'error-403-access-denied'), new Date()).kind).toBe('forbidden');
		expect(readEnvelope(at(403, 'error-403-access-denied'))).toMatchObject({ httpStatus: 403, code: 'FORBIDDEN' });
	});

	function replay(name: string, store = MEXICO): Outcome<Order>[] | null {
		return mercadoLibre.orders.read({ name, body: Buffer.from(w!.read(`samples/${name}.json`)) }, store);
	}

	function order(name: string, store = MEXICO): Order {
		const outcomes = replay(name, store) ?? [];
		expect(outcomes).toHaveLength(1);
		const [outcome] = outcomes;
		if (!outcome?.ok) throw new Error(outcome?.cause ?? 'no outcome');
		return outcome.value;
	}

	it('turns the published cross-border order into the same order', () => {
		const o = order('marketplace-order');
		expect(o).toMatchObject({
			externalId: '2000003508419013',
			externalGroupId: null,
			siteId: 'MLM',
			state: 'toShip',
			rawStatus: 'paid',
			fulfilment: 'unknown',
			placedAt: '2020-01-31T22:03:35.000Z',
			paidAt: '2020-01-31T22:03:36.000Z',
			updatedAt: '2020-01-31T22:03:36.000Z',
			cancelledAt: null,
			buyerCountry: 'MX',
			externalBuyerId: '441782523',
			parcels: [],
			returns: [],
			warnings: [],
		});
		expect(o.money).toMatchObject({ currency: 'USD', totalComputed: true });
		expect(parts(o)).toEqual({ total: '15.10 USD', items: '15.10 USD', shipping: '0.00 USD', tax: '0.00 USD' });
		expect(o.lines).toMatchObject([
			{ externalId: 'MLM754639529', externalListingId: 'MLM754639529', externalVariantId: null, sellerSku: null, quantity: 1 },
		]);
		expect(decimal(o.lines[0]?.unitPrice)).toBe('15.10 USD');
		expect(o.fees.map((f) => [f.kind, f.rawKind, decimal(f.amount), f.lineExternalId])).toEqual([
			['commission', 'sale_fee', '2.64 USD', 'MLM754639529'],
		]);
		expect(o.buyer).toMatchObject({ name: 'Test Test', addressLines: [], maskedByPlatform: false });
	});

	it('keeps the exchange rate of the sale in the document', () => {
		expect(wireOrder.parse(read('marketplace-order')).order_items?.[0]?.base_exchange_rate).toBe('19.25');
	});

	it('turns the published local order into the same order, its fee times the pieces', () => {
		const o = order('order-local', { siteId: 'MLB', currency: 'BRL', zone: 'America/Sao_Paulo' });
		expect(o).toMatchObject({
			externalId: '2000009713473608',
			externalGroupId: '2000006556183755',
			siteId: 'MLB',
			buyerCountry: 'BR',
			state: 'toShip',
			paidAt: '2024-11-01T13:35:42.000Z',
			updatedAt: '2024-11-01T13:37:20.000Z',
			externalBuyerId: '6427433',
			buyer: null,
		});
		expect(parts(o)).toEqual({ total: '125.92 BRL', items: '125.92 BRL', shipping: '0.00 BRL', tax: '0.00 BRL' });
		expect(o.money.totalComputed).toBe(false);
		expect(o.lines).toMatchObject([
			{ quantity: 2, sellerSku: 'ESPAÇADOR NIVELADOR ECO C/500 PÇS CORTAG-2', externalVariantId: 'MLBU1458960576' },
		]);
		// The payment says marketplace_fee 22.14; the line says 11.07 a piece.
		expect(o.fees.map((f) => decimal(f.amount))).toEqual(['22.14 BRL']);
	});

	it('reads the orders of a local search reply', () => {
		const o = order('orders-search-local', { siteId: 'MLA', currency: 'ARS', zone: 'America/Argentina/Buenos_Aires' });
		expect(o).toMatchObject({
			externalId: '1068825849',
			state: 'toShip',
			siteId: 'MLA',
			updatedAt: '2016-02-25T15:55:44.973Z',
			paidAt: '2016-02-25T19:55:42.000Z',
		});
		expect(parts(o)).toMatchObject({ total: '10.00 ARS' });
		expect(o.fees.map((f) => decimal(f.amount))).toEqual(['1.05 ARS']);
	});

	it('tells the cart of two orders, the Brazilian order and the fraud', () => {
		const a = order('scenario-order-a');
		const b = order('scenario-order-b');
		const c = order('scenario-order-c-single-mlb', { siteId: 'MLB', currency: 'BRL', zone: 'America/Sao_Paulo' });
		expect([a.externalGroupId, b.externalGroupId, c.externalGroupId]).toEqual(['2000009130012345', '2000009130012345', null]);
		expect(a.returns).toMatchObject([{ externalId: '5401234567', kind: 'claim', state: 'unknown' }]);
		expect([parts(a).total, parts(b).total, parts(c).total]).toEqual(['83.00 USD', '43.00 USD', '65.99 USD']);
		expect(b.lines).toMatchObject([{ quantity: 2, sellerSku: 'SC-1520', externalListingId: 'MLM2374731513' }]);
		expect(b.fees.map((f) => decimal(f.amount))).toEqual(['7.32 USD']);
		expect([c.siteId, c.buyerCountry]).toEqual(['MLB', 'BR']);

		const d = order('scenario-order-d-fraud-cancelled');
		expect(d).toMatchObject({
			state: 'cancelled',
			rawStatus: 'cancelled',
			warnings: ['fraud_risk_detected'],
			updatedAt: '2026-09-13T05:05:44.000Z',
			lines: [{ quantity: 1, quantityCancelled: 1 }],
			returns: [
				{ externalId: 'cancellation:2000013669120077', kind: 'cancellation', state: 'completed', reason: 'fraud', requestedBy: 'unknown' },
			],
		});
		expect(parts(d)).toMatchObject({ total: '83.00 USD', refund: '-83.00 USD' });
		expect(decimal(d.returns[0]?.refund)).toBe('83.00 USD');
	});

	it.each([
		'marketplace-orders-search',
		'marketplace-order-pack',
		'marketplace-shipment',
		'marketplace-claim',
		'notifications-local',
		'errors',
	])('finds no order in %s', (name) => expect(replay(name)).toBeNull());

	it('joins order, cart, shipment and its parts', () => {
		const bundle = {
			order: read('scenario-order-b'),
			pack: read('scenario-pack'),
			shipment: read('scenario-shipment'),
			lead_time: read('marketplace-shipment-lead-time'),
			history: [
				{ status: 'shipped', substatus: null, date: '2026-09-13T10:00:00.000Z' },
				{ status: 'ready_to_ship', substatus: 'printed', date: '2026-09-11T10:00:00.000Z' },
			],
		};
		const [outcome] = mercadoLibre.orders.read({ name: 'bundle', body: Buffer.from(JSON.stringify(bundle)) }, MEXICO) ?? [];
		if (!outcome?.ok) throw new Error(outcome?.cause ?? 'no outcome');
		expect(outcome.value).toMatchObject({
			state: 'shipped',
			rawStatus: 'paid',
			fulfilment: 'seller',
			isTest: true,
			shipBy: '2020-09-30T05:00:00.000Z',
			deliverBy: '2020-11-06T05:00:00.000Z',
			shippedAt: '2026-09-13T10:00:00.000Z',
			updatedAt: '2026-09-16T11:20:31.000Z',
			parcels: [
				{
					externalId: '45271840021',
					carrier: 'CBT MA',
					trackingNumber: 'MMXQP014735497E',
					state: 'inTransit',
					rawStatus: 'shipped/left_customs',
					lines: [{ lineExternalId: 'MLM2374731513', quantity: 2 }],
				},
			],
			buyer: { name: 'Test Test', city: 'Alvaro Obregón', region: 'Distrito Federal', postalCode: '01030', maskedByPlatform: true },
			warnings: ['handling_delayed'],
		});
	});

	it('knows every published shipment status', () => {
		const statuses = read('shipment-statuses') as { id: string }[];
		const unknown = statuses.filter(({ id }) => {
			const bundle = { order: read('marketplace-order'), shipment: { id: 1, status: id } };
			const [outcome] = mercadoLibre.orders.read({ name: id, body: Buffer.from(JSON.stringify(bundle)) }, MEXICO) ?? [];
			return !outcome?.ok || outcome.value.parcels[0]?.state === 'unknown';
		});
		// Words without a meaning for the goods: shown as they came.
		expect(unknown.map((s) => s.id)).toEqual(['not_verified', 'closed', 'error']);
	});
});

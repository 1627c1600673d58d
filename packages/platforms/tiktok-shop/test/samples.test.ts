import { formatDecimal, type Money, type Order } from '@pangea/domain';
import type { Outcome } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { describe, expect, it } from 'vitest';
import { orders } from '../src/orders.ts';
import { toReturn } from '../src/returns.ts';
import { Cancellation, Return } from '../src/wire.ts';

const published = witness('tiktok-shop');

type Raw = Record<string, unknown>;
const json = (name: string): Raw => published?.json(`samples/${name}`) as Raw;
const rawOrders = (name: string): Raw[] => (json(name)['data'] as { orders: Raw[] }).orders;
const iso = (seconds: unknown): string | null => (seconds ? new Date(Number(seconds) * 1000).toISOString() : null);

function read(name: string, siteId = 'GB'): Outcome<Order>[] {
	const body = Buffer.from(published?.read(`samples/${name}`) ?? '');
	return orders.read({ name, body }, { siteId, currency: 'GBP', zone: 'Europe/London' }) ?? [];
}

function value(outcome: Outcome<Order> | undefined): Order {
	if (!outcome?.ok) throw new Error(outcome?.cause ?? 'missing');
	return outcome.value;
}

/** Amounts are compared as numbers of the source: `"5000"` and `5000.00` are the same money. */
function expectAmount(money: Money | null | undefined, source: unknown, sign = 1): void {
	expect(Number(money && formatDecimal(money)) + 0).toBe(Number(source) * sign + 0);
}

describe.skipIf(!published)('every order sample', () => {
	const names = (published?.files('samples', '.json') ?? [])
		.map((p) => p.replace('samples/', ''))
		.filter((n) => /^orders-(search|detail)/.test(n));

	it('is found: two searches and three details', () => expect(names).toHaveLength(5));

	it.each(names)('%s becomes rows equal to its source', (name) => {
		const sources = rawOrders(name);
		const outcomes = read(name);
		expect(outcomes).toHaveLength(sources.length);
		for (const [i, source] of sources.entries()) {
			const order = value(outcomes[i]);
			const payment = source['payment'] as Raw;
			const units = source['line_items'] as Raw[];
			const address = source['recipient_address'] as Raw | undefined;
			expect(order).toMatchObject({
				externalId: source['id'],
				externalGroupId: source['auto_combine_group_id'] ?? null,
				siteId: 'GB',
				rawStatus: source['status'],
				fulfilment: 'seller',
				placedAt: iso(source['create_time']),
				updatedAt: iso(source['update_time']),
				paidAt: iso(source['paid_time']),
				shipBy: iso(source['rts_sla_time']),
				deliverBy: iso(source['delivery_sla_time']),
				deliveredAt: iso(source['delivery_time']),
				cancelledAt: iso(source['cancel_time']),
				externalBuyerId: source['user_id'],
				buyerCountry: address?.['region_code'] ?? null,
				returns: [],
				fees: [],
				isTest: false,
			});
			expect(order.money).toMatchObject({ currency: payment['currency'], totalComputed: false });
			const { parts } = order.money;
			expectAmount(parts.items, payment['original_total_product_price']);
			expectAmount(parts.shipping, payment['original_shipping_fee']);
			expectAmount(parts.tax, payment['tax']);
			expectAmount(parts.sellerDiscount, payment['seller_discount'], -1);
			expectAmount(parts.platformDiscount, payment['platform_discount'], -1);
			expectAmount(parts.total, payment['total_amount']);
			expectAmount(parts.shippingDiscount, Number(payment['shipping_fee']) - Number(payment['original_shipping_fee']));
			expect(parts.refund).toBeUndefined();
			expect(order.lines.reduce((n, line) => n + line.quantity, 0)).toBe(units.length);
			for (const line of order.lines) {
				const unit = units.find((u) => u['id'] === line.externalId) as Raw;
				const same = units.filter((u) => u['sku_id'] === unit['sku_id']);
				expect(line).toMatchObject({
					externalListingId: unit['product_id'],
					externalVariantId: unit['sku_id'],
					sellerSku: unit['seller_sku'],
					title: unit['product_name'],
					variant: unit['sku_name'],
					imageUrl: unit['sku_image'],
					quantity: same.length,
					rawStatus: unit['display_status'],
				});
				expectAmount(line.unitPrice, unit['original_price']);
				expectAmount(
					line.discount,
					same.reduce((n, u) => n + Number(u['seller_discount']) + Number(u['platform_discount']), 0),
					-1,
				);
			}
			const parcelIds = new Set([
				...(source['packages'] as Raw[]).map((p) => p['id']),
				...units.map((u) => u['package_id']).filter((id) => id),
			]);
			expect(new Set(order.parcels.map((p) => p.externalId))).toEqual(parcelIds);
			for (const parcel of order.parcels) {
				const inside = units.filter((u) => u['package_id'] === parcel.externalId);
				expect(parcel.lines.reduce((n, line) => n + line.quantity, 0)).toBe(inside.length);
				expect(parcel.trackingNumber).toBe(inside[0]?.['tracking_number'] || (parcelIds.size === 1 && source['tracking_number']) || null);
			}
			expect(order.buyer).toMatchObject({
				email: source['buyer_email'],
				name: address?.['name'] ?? null,
				phone: address?.['phone_number'] ?? null,
				postalCode: address?.['postal_code'] ?? null,
				taxId: null,
				maskedByPlatform: true,
			});
			const { buyer: _, ...rest } = order;
			for (const secret of [source['buyer_email'], address?.['name'], address?.['phone_number'], source['cpf'], source['cpf_name']].filter(
				(v) => v,
			)) {
				expect(JSON.stringify(rest, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).not.toContain(secret);
			}
		}
	});

	it('parts add up to the total wherever the sample adds up', () => {
		for (const name of names.filter((n) => !n.includes('published'))) {
			for (const outcome of read(name)) {
				const { parts } = value(outcome).money;
				const { total, ...others } = parts;
				expect(Object.values(others).reduce((sum, part) => sum + part.amountMinor, 0n)).toBe(total?.amountMinor);
			}
		}
	});

	it('lines add up to the items wherever the sample adds up', () => {
		for (const name of names.filter((n) => !n.includes('published'))) {
			for (const outcome of read(name)) {
				const order = value(outcome);
				const lines = order.lines.reduce((sum, line) => sum + (line.unitPrice?.amountMinor ?? 0n) * BigInt(line.quantity), 0n);
				expect(lines).toBe(order.money.parts.items?.amountMinor);
			}
		}
	});
});

describe.skipIf(!published)('single orders', () => {
	it('two pieces of one SKU are one line of two, in one parcel', () => {
		const [order] = read('orders-search.json').map(value);
		expect(order).toMatchObject({ state: 'toShip', externalId: '577400000000000301', warnings: [] });
		expect(order?.lines).toEqual([
			{
				externalId: '577400000000000701',
				externalListingId: '1729500000000000201',
				externalVariantId: '1729500000000001201',
				sellerSku: 'LMP-WH',
				title: 'Lumora Sunset Projection Lamp',
				variant: 'White',
				imageUrl: 'https://p16-oec-va.ibyteimg.com/demo/LMP-WH.jpeg',
				quantity: 2,
				quantityCancelled: 0,
				quantityShipped: 0,
				unitPrice: { amountMinor: 1999n, currency: 'GBP' },
				discount: { amountMinor: -600n, currency: 'GBP' },
				tax: null,
				rawStatus: 'AWAITING_SHIPMENT',
			},
		]);
		expect(order?.parcels).toEqual([
			{
				externalId: '1152321000000000601',
				carrier: null,
				trackingNumber: null,
				state: 'pending',
				rawStatus: 'TO_FULFILL',
				shippedAt: null,
				deliveredAt: null,
				lines: [{ lineExternalId: '577400000000000701', quantity: 2 }],
			},
		]);
		expect(order?.buyer).toEqual({
			name: 'E*** W***',
			email: 'g7x2k9@chat.seller.tiktok.com',
			phone: '(+44)74*****21',
			taxId: null,
			addressLines: ['1* ****** Street'],
			city: 'Manchester',
			region: 'England',
			postalCode: 'M1 ***',
			maskedByPlatform: true,
		});
	});

	it('a shipped, a cancelled and an unpaid order have their states and times', () => {
		const [, transit, cancelled, unpaid] = read('orders-search.json').map(value);
		expect(transit).toMatchObject({
			state: 'shipped',
			shippedAt: '2026-11-14T07:12:00.000Z',
			parcels: [{ carrier: 'Evri', state: 'inTransit' }],
		});
		expect(transit?.lines[0]).toMatchObject({ quantityShipped: 1, discount: { amountMinor: -150n } });
		expect(cancelled).toMatchObject({ state: 'cancelled', cancelledAt: '2026-11-11T20:41:00.000Z', parcels: [] });
		expect(cancelled?.lines[0]).toMatchObject({ quantity: 1, quantityCancelled: 1 });
		expect(unpaid).toMatchObject({ state: 'unpaid', paidAt: null, buyerCountry: null, buyer: { name: null, addressLines: [] } });
	});

	it('a split order keeps its parcels apart and US prices before tax', () => {
		const [order] = read('orders-detail.json', 'US').map(value);
		expect(order).toMatchObject({
			state: 'partlyShipped',
			shippedAt: null,
			money: { taxBasis: 'net', parts: { tax: { amountMinor: 414n } } },
		});
		expect(order?.money.parts.shippingDiscount).toEqual({ amountMinor: -499n, currency: 'USD' });
		expect(order?.lines.map((line) => [line.quantityShipped, line.tax?.amountMinor])).toEqual([
			[1, 207n],
			[0, 207n],
		]);
		expect(order?.parcels).toMatchObject([
			{
				externalId: '1152321000000000611',
				state: 'inTransit',
				trackingNumber: '9400100000000000000011',
				shippedAt: null,
				lines: [{ quantity: 1 }],
			},
			{
				externalId: '1152321000000000612',
				state: 'pending',
				trackingNumber: null,
				lines: [{ lineExternalId: '576900000000000712', quantity: 1 }],
			},
		]);
		expect(order?.buyer).toMatchObject({ city: 'San Jose', region: 'California' });
	});

	it('yen have no decimals', () => {
		const [order] = read('orders-detail-jp.json', 'JP').map(value);
		expect(order).toMatchObject({
			state: 'delivered',
			deliveredAt: '2026-11-09T04:15:00.000Z',
			money: { currency: 'JPY', parts: { total: { amountMinor: 2980n }, sellerDiscount: { amountMinor: -500n } } },
			buyer: { name: '佐* 花*', region: '東京都' },
		});
	});

	it('the published order with every field at once keeps its oddities', () => {
		const [order] = read('orders-search.published.json', 'ID').map(value);
		expect(order?.warnings).toEqual(['ZERO_LOTTERY']);
		// 3000 + 1.28 + 1000 + 1000 + 1000 + 1000 + 10; rupiah have two decimals by ISO 4217.
		expect(order?.money.parts.otherCharges).toEqual({ amountMinor: 701128n, currency: 'IDR' });
		expect(order?.parcels.map((p) => [p.externalId, p.lines.length])).toEqual([
			['1152321127278713123', 0],
			['1153132168123859123', 1],
		]);
		expect(order?.buyer?.addressLines).toEqual(['TikTok 5800 bristol Pkwy', 'Suite 100']);
	});
});

describe.skipIf(!published)('every return and cancellation sample', () => {
	it.each(['returns-search.json', 'returns-search.published.json'])('%s becomes rows equal to its source', (name) => {
		for (const source of (json(name)['data'] as { return_orders: Raw[] }).return_orders) {
			const items = source['return_line_items'] as Raw[];
			const lineOf = new Map(items.map((item) => [String(item['order_line_item_id']), 'line']));
			const row = toReturn(Return.parse(source), lineOf);
			const refund = source['refund_amount'] as Raw;
			const next = (source['seller_next_action_response'] as Raw[])[0];
			expect(row).toMatchObject({
				externalId: source['return_id'],
				rawStatus: source['return_status'],
				kind: { REFUND: 'refund', RETURN_AND_REFUND: 'return' }[String(source['return_type'])],
				state: { RETURN_OR_REFUND_REQUEST_PENDING: 'requested', RETURN_OR_REFUND_REQUEST_COMPLETE: 'completed' }[
					String(source['return_status'])
				],
				reason: source['return_reason_text'],
				requestedBy: 'buyer',
				requestedAt: iso(source['create_time']),
				updatedAt: iso(source['update_time']),
				respondBy: iso(next?.['deadline']),
				lines: [{ lineExternalId: 'line', quantity: items.length }],
			});
			expect(row.refund?.currency).toBe(refund['currency']);
			expectAmount(row.refund, refund['refund_total']);
		}
	});

	it.each(['cancellations-search.json', 'cancellations-search.published.json'])('%s becomes rows equal to its source', (name) => {
		for (const source of (json(name)['data'] as { cancellations: Raw[] }).cancellations) {
			const items = source['cancel_line_items'] as Raw[];
			const row = toReturn(Cancellation.parse(source), new Map(items.map((item) => [String(item['order_line_item_id']), 'line'])));
			expect(row).toMatchObject({
				externalId: source['cancel_id'],
				kind: 'cancellation',
				state: 'requested',
				rawStatus: source['cancel_status'],
				reason: source['cancel_reason_text'],
				requestedBy: 'buyer',
				requestedAt: iso(source['create_time']),
				respondBy: iso((source['seller_next_action_response'] as Raw[])[0]?.['deadline']),
				lines: [{ lineExternalId: 'line', quantity: 1 }],
			});
			expectAmount(row.refund, (source['refund_amount'] as Raw)['refund_total']);
		}
	});

	it('documents that hold no orders are told apart', () => {
		const others = (published?.files('samples', '.json') ?? []).filter((path) => !/samples\/orders-(search|detail)/.test(path));
		expect(others.length).toBeGreaterThan(100);
		for (const path of others) {
			const body = Buffer.from(published?.read(path) ?? '');
			expect([path, orders.read({ name: path, body }, { siteId: null, currency: 'GBP', zone: 'UTC' })]).toEqual([path, null]);
		}
	});
});

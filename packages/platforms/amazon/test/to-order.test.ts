import type { Order } from '@pangea/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orders } from '../src/orders.ts';
import { usd, wire } from './wire-order.ts';

function read(document: unknown, currency = 'USD'): Order {
	const [outcome] =
		orders.read({ name: 'test', body: Buffer.from(JSON.stringify(document)) }, { siteId: null, currency, zone: 'UTC' }) ?? [];
	if (!outcome?.ok) throw new Error(outcome ? outcome.cause : 'no order document');
	return outcome.value;
}

describe('An order in our words', () => {
	test.each([
		['PENDING_AVAILABILITY', 'unpaid'],
		['PENDING', 'unpaid'],
		['UNSHIPPED', 'toShip'],
		['PARTIALLY_SHIPPED', 'partlyShipped'],
		['SHIPPED', 'shipped'],
		['CANCELLED', 'cancelled'],
		['UNFULFILLABLE', 'cancelled'],
		['TELEPORTED', 'unknown'],
	])('%s is %s, with the word kept', (fulfillmentStatus, state) => {
		expect(read(wire('1', { fulfillment: { fulfillmentStatus, fulfilledBy: 'AMAZON' } }))).toMatchObject({
			state,
			rawStatus: fulfillmentStatus,
			fulfilment: 'platform',
		});
	});

	test('without FULFILLMENT has an unknown state and no word', () => {
		expect(read(wire('1', { fulfillment: undefined }))).toMatchObject({
			state: 'unknown',
			rawStatus: '',
			fulfilment: 'unknown',
			shipBy: null,
		});
	});

	test('is delivered when every parcel that was sent is', () => {
		const parcel = (id: string, status: string, detailedStatus?: string): object => ({
			packageReferenceId: id,
			packageStatus: { status, detailedStatus },
		});
		const shipped = (packages: object[]): Order => read(wire('1', { fulfillment: { fulfillmentStatus: 'SHIPPED' }, packages }));
		expect(shipped([parcel('a', 'DELIVERED'), parcel('b', 'CANCELLED')]).state).toBe('delivered');
		expect(shipped([parcel('a', 'DELIVERED'), parcel('b', 'IN_TRANSIT')]).state).toBe('shipped');
		expect(shipped([]).state).toBe('shipped');
		expect(shipped([parcel('a', 'UNDELIVERABLE', 'RETURNED_TO_SELLER'), parcel('b', 'FLOATING')]).parcels).toMatchObject([
			{ state: 'returned', rawStatus: 'UNDELIVERABLE/RETURNED_TO_SELLER' },
			{ state: 'unknown', rawStatus: 'FLOATING' },
		]);
	});

	test('that is pending has no money, in the currency of its site', () => {
		const pending = wire('1', {
			fulfillment: { fulfillmentStatus: 'PENDING' },
			proceeds: { grandTotal: { amount: '0', currencyCode: null } },
		});
		expect(read(pending, 'JPY').money).toEqual({ currency: 'JPY', taxBasis: 'unknown', parts: {}, totalComputed: false });
	});

	const priced = (breakdowns: [string, string][], total?: string): Order =>
		read(
			wire('1', {
				proceeds: {
					...(total === undefined ? {} : { grandTotal: usd(total) }),
					breakdowns: breakdowns.map(([type, amount]) => ({ type, subtotal: usd(amount) })),
				},
			}),
		);

	test('puts every kind of proceeds into one part', () => {
		const { money } = priced(
			[
				['ITEM', '20.00'],
				['SHIPPING', '5'],
				['GIFT_WRAP', '1.5'],
				['COD_FEE', '0.50'],
				['DELIVERY_TIP', '2.00'],
				['NEWS', '0.25'],
				['TAX', '1.75'],
				['DISCOUNT', '3.00'],
			],
			'28.00',
		);
		const minor = Object.fromEntries(Object.entries(money.parts).map(([part, m]) => [part, m.amountMinor]));
		expect(minor).toEqual({
			items: 2000n,
			shipping: 500n,
			giftWrap: 150n,
			otherCharges: 275n,
			tax: 175n,
			sellerDiscount: -300n,
			total: 2800n,
		});
		expect(money.taxBasis).toBe('net');
	});

	test('tells the tax basis from the arithmetic, or not at all', () => {
		expect(
			priced(
				[
					['ITEM', '11.90'],
					['TAX', '1.90'],
				],
				'11.90',
			).money.taxBasis,
		).toBe('gross');
		expect(
			priced(
				[
					['ITEM', '10.00'],
					['TAX', '1.90'],
				],
				'11.90',
			).money.taxBasis,
		).toBe('net');
		expect(
			priced(
				[
					['ITEM', '10.00'],
					['TAX', '1.90'],
				],
				'15.00',
			).money.taxBasis,
		).toBe('unknown');
		expect(
			priced(
				[
					['ITEM', '10.00'],
					['TAX', '0.00'],
				],
				'10.00',
			).money.taxBasis,
		).toBe('unknown');
		expect(priced([['ITEM', '10.00']]).money).toMatchObject({ taxBasis: 'unknown', totalComputed: false });
	});

	test('keeps a discount on shipping apart, whichever sign was sent', () => {
		for (const sign of ['', '-']) {
			const detailedBreakdowns = [
				{ subtype: 'SHIPPING', value: usd(`${sign}2.00`) },
				{ subtype: 'ITEM', value: usd(`${sign}1.00`) },
			];
			const off = { type: 'DISCOUNT', subtotal: usd(`${sign}3.00`) };
			const orderItems = [{ orderItemId: '1', quantityOrdered: 1, proceeds: { breakdowns: [{ ...off, detailedBreakdowns }] } }];
			// With the order's own sum and without it: the details stand at the items either way.
			for (const more of [{}, { proceeds: { breakdowns: [off] } }]) {
				const { parts } = read(wire('1', { orderItems, ...more })).money;
				expect([parts.shippingDiscount?.amountMinor, parts.sellerDiscount?.amountMinor]).toEqual([-200n, -100n]);
			}
			const item = { orderItemId: '1', quantityOrdered: 1, proceeds: { breakdowns: [{ type: 'DISCOUNT', subtotal: usd(`${sign}3.00`) }] } };
			expect(read(wire('1', { orderItems: [item] })).lines[0]!.discount?.amountMinor).toBe(-300n);
		}
	});

	test('sums what its items state when the order states nothing, and says so', () => {
		const item = (n: number, total: string): object => ({
			orderItemId: String(n),
			quantityOrdered: 3,
			proceeds: { proceedsTotal: usd(total), breakdowns: [{ type: 'ITEM', subtotal: usd(total) }] },
		});
		const order = read(wire('1', { orderItems: [item(1, '30.00'), item(2, '10.00')] }));
		expect(order.money).toMatchObject({ totalComputed: true, parts: { items: { amountMinor: 4000n }, total: { amountMinor: 4000n } } });
		expect(order.lines.map((l) => l.unitPrice?.amountMinor)).toEqual([1000n, undefined]);
	});

	test('with amounts that are none, or in two currencies, is refused instead of guessed at', () => {
		expect(() => priced([['ITEM', '1.234']])).toThrow('more decimals');
		expect(() => priced([['ITEM', 'a lot']])).toThrow('is not an amount');
		const mixed = {
			breakdowns: [
				{ type: 'ITEM', subtotal: usd('1') },
				{ type: 'TAX', subtotal: { amount: '1', currencyCode: 'EUR' } },
			],
		};
		expect(() => read(wire('1', { proceeds: mixed }))).toThrow('without a rate');
	});

	test('a unit price is exact or absent', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 1, max: 50 }), (cents, quantity) => {
				const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
				const item = { orderItemId: '1', quantityOrdered: quantity, proceeds: { breakdowns: [{ type: 'ITEM', subtotal: usd(amount) }] } };
				const unit = read(wire('1', { orderItems: [item] })).lines[0]!.unitPrice;
				expect(unit === null ? null : unit.amountMinor * BigInt(quantity)).toBe(cents % quantity === 0 ? BigInt(cents) : null);
			}),
		);
	});

	test('shows wishes to cancel and cancellations as returns of their item', () => {
		const item = (id: string, cancellation: object, quantityFulfilled = 0): object => ({
			orderItemId: id,
			quantityOrdered: 2,
			cancellation,
			fulfillment: { quantityFulfilled, quantityUnfulfilled: 2 - quantityFulfilled },
		});
		const wish = { cancellationRequest: { requester: 'BUYER', cancelReason: 'Found cheaper' } };
		const order = read(
			wire('1', {
				orderItems: [
					item('a', wish),
					item('b', wish, 2),
					item('c', { ...wish, cancellationExecution: { cancelledBy: 'MERCHANT' } }),
					item('d', { cancellationExecution: { cancelledBy: 'AMAZON', cancelReason: 'No stock' } }, 1),
					item('e', {}),
				],
			}),
		);
		expect(order.returns.map((r) => [r.externalId, r.kind, r.state, r.requestedBy, r.reason])).toEqual([
			['a:cancellation', 'cancellation', 'requested', 'buyer', 'Found cheaper'],
			['b:cancellation', 'cancellation', 'rejected', 'buyer', 'Found cheaper'],
			['c:cancellation', 'cancellation', 'completed', 'buyer', 'Found cheaper'],
			['d:cancellation', 'cancellation', 'completed', 'platform', 'No stock'],
		]);
		expect(order.lines.map((l) => l.quantityCancelled)).toEqual([0, 0, 2, 1, 0]);
	});

	test('names the points that the seller pays as a fee', () => {
		const expense = { pointsCost: { pointsGranted: { pointsNumber: 60, pointsMonetaryValue: { amount: '60', currencyCode: 'JPY' } } } };
		const order = read(wire('1', { orderItems: [{ orderItemId: 'a', quantityOrdered: 1, expense }] }));
		expect(order.fees).toEqual([
			{ externalId: 'a:points', kind: 'other', rawKind: 'pointsCost', amount: { amountMinor: 60n, currency: 'JPY' }, lineExternalId: 'a' },
		]);
	});

	test('keeps ids beyond the safe integers', () => {
		const text = JSON.stringify(wire('1')).replace('"1-1"', '9007199254740993123');
		const [outcome] = orders.read({ name: 'x', body: Buffer.from(text) }, { siteId: null, currency: 'USD', zone: 'UTC' })!;
		expect(outcome).toMatchObject({ value: { lines: [{ externalId: '9007199254740993123' }] } });
	});

	test('on a marketplace nobody knows has no site and a warning', () => {
		expect(read(wire('1', { salesChannel: { channelName: 'AMAZON', marketplaceId: 'AUNKNOWN' } }))).toMatchObject({
			siteId: null,
			warnings: ['marketplaceId AUNKNOWN'],
		});
	});
});

describe('Any JSON', () => {
	test('is read, refused as a record, or is no order document', () => {
		const place = { siteId: null, currency: 'USD', zone: 'UTC' };
		const broken = fc
			.tuple(fc.constantFrom(...Object.keys(wire('1'))), fc.jsonValue())
			.map(([key, value]) => ({ order: wire('1', { [key]: value }) }));
		fc.assert(
			fc.property(fc.oneof(fc.jsonValue(), broken), (document) => {
				const outcomes = orders.read({ name: 'x', body: Buffer.from(JSON.stringify(document)) }, place) ?? [];
				const causes = outcomes.map((o) => (o.ok ? o.value.updatedAt : o.cause));
				expect(causes).not.toContain('');
			}),
			{ numRuns: 300 },
		);
	});
});

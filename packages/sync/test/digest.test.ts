import type { Order } from '@pangea/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../src/digest.ts';
import { orderText } from '../src/order-text.ts';

const text = fc.string({ unit: 'binary' });
const word = fc.option(text);
const count = fc.oneof(fc.nat(), fc.constantFrom(-0, 1.5));
const money = fc.record({ amountMinor: fc.bigInt(), currency: text });
const amount = fc.option(money);
const pieces = fc.array(fc.record({ lineExternalId: text, quantity: count }), { maxLength: 2 });
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 2 });

const order: fc.Arbitrary<Order> = fc.record({
	externalId: text,
	externalGroupId: word,
	siteId: word,
	state: fc.constantFrom('unpaid', 'shipped'),
	rawStatus: text,
	fulfilment: fc.constantFrom('seller', 'platform'),
	placedAt: text,
	paidAt: word,
	shipBy: word,
	deliverBy: word,
	shippedAt: word,
	deliveredAt: word,
	cancelledAt: word,
	updatedAt: text,
	buyerCountry: word,
	externalBuyerId: word,
	isTest: fc.boolean(),
	money: fc.record({
		currency: text,
		taxBasis: fc.constantFrom('net', 'gross'),
		parts: fc.record({ items: money, total: money, refund: money, estimatedPayout: money }, { requiredKeys: [] }),
		totalComputed: fc.boolean(),
	}),
	lines: few(
		fc.record({
			externalId: text,
			externalListingId: word,
			externalVariantId: word,
			sellerSku: word,
			title: text,
			variant: word,
			imageUrl: word,
			quantity: count,
			quantityCancelled: count,
			quantityShipped: fc.option(count),
			unitPrice: amount,
			discount: amount,
			tax: amount,
			rawStatus: word,
		}),
	),
	parcels: few(
		fc.record({
			externalId: text,
			carrier: word,
			trackingNumber: word,
			state: fc.constantFrom('pending', 'delivered'),
			rawStatus: word,
			shippedAt: word,
			deliveredAt: word,
			lines: pieces,
		}),
	),
	returns: few(
		fc.record({
			externalId: text,
			kind: fc.constantFrom('refund', 'return'),
			state: fc.constantFrom('requested', 'completed'),
			rawStatus: text,
			reason: word,
			requestedBy: fc.constantFrom('buyer', 'unknown'),
			refund: amount,
			requestedAt: word,
			respondBy: word,
			updatedAt: word,
			lines: pieces,
		}),
	),
	fees: few(fc.record({ externalId: text, kind: fc.constantFrom('tax', 'other'), rawKind: text, amount: money, lineExternalId: word })),
	buyer: fc.option(
		fc.record({
			name: word,
			email: word,
			phone: word,
			taxId: word,
			addressLines: few(text),
			city: word,
			region: word,
			postalCode: word,
			maskedByPlatform: fc.boolean(),
		}),
	),
	warnings: few(text),
});

describe('the text of an order', () => {
	test('is its JSON with sorted keys, whatever the order of its keys', () => {
		fc.assert(
			fc.property(order, (one) => {
				const turned = { ...one, ...Object.fromEntries(Object.entries(one).toReversed()) };
				expect(orderText(one)).toBe(canonicalText(one));
				expect(orderText(turned)).toBe(orderText(one));
			}),
		);
	});

	test('differs when any field differs', () => {
		fc.assert(
			fc.property(order, order, (one, other) => {
				expect(orderText(one) === orderText(other)).toBe(canonicalText(one) === canonicalText(other));
			}),
		);
	});
});

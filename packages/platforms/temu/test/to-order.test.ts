import type { Order } from '@pangea/domain';
import type { Outcome } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { describe, expect, it } from 'vitest';
import { createTemu, temu } from '../src/index.ts';

const contract = witness('temu');
const STORE = { siteId: '100', currency: 'USD', zone: 'America/New_York' };

function outcomes(document: unknown, adapter = temu): Outcome<Order>[] {
	const body = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
	const read = adapter.orders.read({ name: 'test', body }, STORE);
	if (read === null) throw new Error('no order document');
	return read;
}

function orders(document: unknown, adapter = temu): Order[] {
	return outcomes(document, adapter).map((outcome) => {
		if (!outcome.ok) throw new Error(outcome.cause);
		return outcome.value;
	});
}

const sample = (name: string): unknown => contract?.json(`samples/${name}.json`);

interface WireMoney {
	currency: string;
	amount: number;
}
interface WireItem {
	parentOrderMap: Record<string, unknown>;
	orderList: Record<string, unknown>[];
}

function itemsOf(document: unknown): WireItem[] {
	const { result } = document as { result: WireItem | { pageItems: WireItem[] } | { result: { pageItems: WireItem[] } } };
	if ('parentOrderMap' in result) return [result];
	return 'pageItems' in result ? result.pageItems : result.result.pageItems;
}

const isoOf = (seconds: unknown) => (typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null);

describe.skipIf(!contract)('order samples of the contract', () => {
	const names = ['order-list', 'order-list-br.published', 'order-list-y2', 'order-list-cancel-pending', 'order-detail'];

	it.each(names)('%s becomes rows equal to their source', (name) => {
		const document = sample(name);
		const sources = itemsOf(document);
		const rows = orders(document);
		expect(rows.map((row) => row.externalId)).toEqual(sources.map((source) => source.parentOrderMap['parentOrderSn']));
		for (const [index, { parentOrderMap: parent, orderList }] of sources.entries()) {
			expect(rows[index]).toMatchObject({
				siteId: String(parent['siteId']),
				rawStatus: String(parent['parentOrderStatus']),
				placedAt: isoOf(parent['parentOrderTime']),
				shipBy: isoOf(parent['expectShipLatestTime']),
				deliverBy: isoOf(parent['latestDeliveryTime']),
				shippedAt: isoOf(parent['parentShippingTime']),
				deliveredAt: null,
				fulfilment: 'seller',
				buyer: null,
				money: { parts: {}, taxBasis: 'unknown' },
			});
			// A detail has no updateTime; its newest event is the shipment.
			expect(rows[index]?.updatedAt).toBe(isoOf(parent['updateTime'] ?? parent['parentShippingTime']));
			expect(rows[index]?.lines).toEqual(
				orderList.map((line) => ({
					externalId: line['orderSn'],
					externalListingId: String(line['goodsId']),
					externalVariantId: String(line['skuId']),
					sellerSku: (line['productList'] as { extCode: string }[])[0]?.extCode || null,
					title: line['goodsName'],
					variant: line['spec'],
					imageUrl: line['thumbUrl'],
					quantity: line['originalOrderQuantity'],
					quantityCancelled: line['canceledQuantityBeforeShipment'],
					quantityShipped: Number(line['orderStatus']) >= 4 ? line['quantity'] : 0,
					unitPrice: null,
					discount: null,
					tax: null,
					rawStatus: String(line['orderStatus']),
				})),
			);
		}
	});

	it('order-list holds a pending, an unshipped and a delivered order', () => {
		const [pending, unshipped, delivered] = orders(sample('order-list'));
		expect(pending).toMatchObject({ state: 'onHold', shipBy: null, buyerCountry: 'US', warnings: [] });
		expect(unshipped).toMatchObject({ state: 'toShip', shipBy: '2025-10-11T07:46:40.000Z', updatedAt: '2025-10-09T08:02:40.000Z' });
		expect(unshipped?.warnings).toEqual(['order_amount_not_in_document']);
		expect(delivered).toMatchObject({ state: 'delivered', deliverBy: '2025-10-10T08:53:20.000Z' });
	});

	it('the published Brazilian list is read through the second envelope', () => {
		const [order] = orders(sample('order-list-br.published'));
		expect(order).toMatchObject({ externalId: 'PO-029-06682144932474090', siteId: '132', buyerCountry: 'BR', money: { currency: 'BRL' } });
		expect(order?.warnings).toContain('RESTRICT_SELF_SHIPPING');
	});

	it('labels, restrictions and a pending cancellation are shown in their own words', () => {
		expect(orders(sample('order-list-y2'))[0]?.warnings).toContain('Y2_advance_sale');
		expect(orders(sample('order-list-cancel-pending'))[0]).toMatchObject({
			lines: [{ quantity: 2, quantityCancelled: 1 }],
			warnings: expect.arrayContaining([
				'soon_to_be_overdue',
				'pending_buyer_cancellation',
				'RESTRICT_USPS_SELF_SHIPPING',
				'BLOCK_LOGISTICS_PROVIDERS_{UniUni,SpeedX}',
			]),
		});
	});

	it('a detail names its parcels and dates itself no later than its newest event', () => {
		const [order] = orders(sample('order-detail'));
		expect(order?.updatedAt).toBe(isoOf(1759398800));
		expect(order?.parcels).toMatchObject([
			{ externalId: 'PK-0878421204000000001', state: 'delivered', lines: [{ lineExternalId: '211-03096294963830003', quantity: 1 }] },
		]);
	});

	it('an amount reply given with its list becomes the money of its order', () => {
		const amount = sample('order-amount') as { result: { parentOrderMap: Record<string, WireMoney> } };
		const found = orders([sample('order-list'), amount]).find((order) => order.externalId === 'PO-211-01096246467190000');
		const wire = amount.result.parentOrderMap;
		const minor = (name: string) => BigInt(wire[name]?.amount ?? -1);
		const usd = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' });
		expect(found?.money).toEqual({
			currency: 'USD',
			taxBasis: 'net',
			totalComputed: false,
			parts: {
				items: usd(minor('retailPriceTotal')),
				shipping: usd(minor('shippingAmountTotal')),
				tax: usd(minor('taxTotal')),
				otherCharges: usd(minor('signOnDelivery')),
				sellerDiscount: usd(-minor('discountFromSeller')),
				platformDiscount: usd(-minor('discountFromTEMU')),
				refund: usd(-minor('refundsTotal')),
				total: usd(minor('customerPaid')),
				estimatedPayout: usd(minor('estimatedRevenue')),
			},
		});
		expect(found?.lines).toMatchObject([
			{ unitPrice: usd(990n), discount: usd(-167n), tax: null },
			{ unitPrice: usd(990n), discount: usd(-83n), tax: null },
		]);
		expect(found?.warnings).toEqual([]);
	});

	it('empty and failed lists, and documents of other APIs, are no orders', () => {
		expect(outcomes(sample('order-list-empty'))).toEqual([]);
		const others = contract?.files('samples', '.json').filter((file) => !/order-(list|detail)|\/_/.test(file)) ?? [];
		expect(others.length).toBeGreaterThan(60);
		const taken = others.filter((file) => temu.orders.read({ name: file, body: Buffer.from(contract?.read(file) ?? '') }, STORE) !== null);
		expect(taken).toEqual([]);
	});

	it('a Japanese order takes its yen from the second variant, with the doubt about the scale said', () => {
		const list = JSON.stringify(sample('order-list')).replaceAll('PO-211-01096246467190000', 'PO-100-01096246467190000');
		const found = (adapter = temu) =>
			orders([JSON.parse(list), sample('order-amount-v2-jp')], adapter).find((order) => order.externalId === 'PO-100-01096246467190000');
		const yen = (amountMinor: bigint) => ({ amountMinor, currency: 'JPY' });
		expect(found()?.money).toMatchObject({
			currency: 'JPY',
			taxBasis: 'net',
			parts: { items: yen(1500n), tax: yen(150n), total: yen(1650n), estimatedPayout: yen(1350n), refund: yen(0n) },
		});
		expect(found()?.warnings).toEqual(['order_amount_scale_unconfirmed:JPY']);
		expect(found(createTemu({ amountScales: { JPY: 0 } }))?.warnings).toEqual([]);
		expect(found(createTemu({ amountScales: { JPY: 1 } }))?.money.parts.total).toEqual(yen(165n));
	});
});

const LINE = {
	orderSn: '211-1',
	orderStatus: 2,
	goodsId: 1,
	skuId: 2,
	goodsName: 'Mug',
	quantity: 1,
	orderLabel: [{ name: 'x', value: 0 }],
	fulfillmentType: 'fulfillBySeller',
};
const PARENT = {
	parentOrderSn: 'PO-211-1',
	parentOrderStatus: 2,
	parentOrderTime: 1760000000,
	updateTime: 1760000100,
	regionId: 211,
	siteId: 100,
};
const list = (parent: object, ...lines: object[]) => ({
	success: true,
	errorCode: 1000000,
	result: { totalItemNum: 1, pageItems: [{ parentOrderMap: { ...PARENT, ...parent }, orderList: lines.length === 0 ? [LINE] : lines }] },
});

describe('an order', () => {
	it.each([
		[1, 'onHold'],
		[2, 'toShip'],
		[3, 'cancelled'],
		[4, 'shipped'],
		[41, 'partlyShipped'],
		[5, 'delivered'],
		[51, 'partlyShipped'],
		[77, 'unknown'],
	])('of status %i is %s and keeps the number', (parentOrderStatus, state) => {
		expect(orders(list({ parentOrderStatus }))[0]).toMatchObject({ state, rawStatus: String(parentOrderStatus) });
	});

	it('of a state that is a word nobody has seen keeps the word', () => {
		const [order] = orders(list({ parentOrderStatus: 'TELEPORTED' }, { ...LINE, orderStatus: 'TELEPORTED' }));
		expect(order).toMatchObject({ state: 'unknown', rawStatus: 'TELEPORTED', lines: [{ rawStatus: 'TELEPORTED', quantityShipped: null }] });
	});

	it('that is partly delivered with nothing left to send is shipped', () => {
		expect(
			orders(list({ parentOrderStatus: 51 }, { ...LINE, orderStatus: 5 }, { ...LINE, orderSn: '211-2', orderStatus: 4 }))[0]?.state,
		).toBe('shipped');
	});

	it('keeps ids beyond 2^53 digit by digit', () => {
		const text = JSON.stringify(list({}))
			.replace('"goodsId":1', '"goodsId":9007199254740993')
			.replace('"skuId":2', '"skuId":897039159485005825');
		expect(orders(text)[0]?.lines[0]).toMatchObject({ externalListingId: '9007199254740993', externalVariantId: '897039159485005825' });
	});

	it('takes numbers sent as text, zero as no time, and null for lists', () => {
		const [order] = orders(
			list({
				updateTime: '1760000100',
				parentShippingTime: 0,
				expectShipLatestTime: '0',
				fulfillmentWarning: null,
				parentOrderLabel: null,
			}),
		);
		expect(order).toMatchObject({ updatedAt: '2025-10-09T08:55:00.000Z', shippedAt: null, shipBy: null });
	});

	it('without labels says so instead of being taken for an ordinary one', () => {
		for (const orderLabel of [[], null, undefined])
			expect(orders(list({}, { ...LINE, orderLabel }))[0]?.warnings).toContain('order_label_missing');
	});

	it('to Canada from a US store names the country it goes to', () => {
		expect(orders(list({}, { ...LINE, orderLabel: [{ name: 'US_to_CA', value: 1 }] }))[0]?.buyerCountry).toBe('CA');
	});

	it('of several products has no single seller code', () => {
		const productList = [{ extCode: 'A' }, { extCode: 'B' }];
		expect(orders(list({}, { ...LINE, productList }))[0]?.lines[0]?.sellerSku).toBeNull();
	});

	it('with milliseconds where seconds belong is set aside, with its id and its raw text', () => {
		const [outcome] = outcomes(list({ parentOrderTime: 1760000000000 }));
		expect(outcome).toMatchObject({ ok: false, externalId: 'PO-211-1', cause: expect.stringContaining('parentOrderMap.parentOrderTime') });
		expect(outcome && !outcome.ok && JSON.parse(outcome.raw)).toMatchObject({ parentOrderMap: { parentOrderTime: 1760000000000 } });
	});

	it('that cannot be read costs only itself', () => {
		const document = list({});
		(document.result.pageItems as unknown[]).push({ parentOrderMap: null }, 'text', {
			parentOrderMap: { parentOrderSn: 'PO-211-9' },
			orderList: [],
		});
		const read = outcomes(document);
		expect(read.map((outcome) => (outcome.ok ? outcome.value.externalId : outcome.externalId))).toEqual([
			'PO-211-1',
			null,
			null,
			'PO-211-9',
		]);
		expect(read.map((outcome) => outcome.ok)).toEqual([true, false, false, false]);
	});

	it('names no buyer in the cause of a failure', () => {
		const [outcome] = outcomes(list({ parentOrderSn: '', regionName2: 'Jane Doe', parentOrderStatus: 'Jane Doe' }));
		expect(outcome && !outcome.ok && outcome.cause).not.toContain('Jane');
	});
});

describe('documents that are no orders', () => {
	it.each(['', 'nonsense', 'null', '[]', '{}', '{"success":true}', '{"parentOrderMap":1}', '[[[[[[1]]]]]]'])('%j reads as none', (text) => {
		expect(temu.orders.read({ name: 'x', body: Buffer.from(text) }, STORE)).toBeNull();
	});
});

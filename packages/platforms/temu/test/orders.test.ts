import { describe, expect, it } from 'vitest';
import { temu } from '../src/index.ts';
import { failed, grantOf, LOCAL_US, MALL, ok, type Responder, startGateway, storeContext } from './gateway.ts';
import {
	LIST,
	AMOUNT,
	SHIPMENT,
	CANCELS,
	RETURNS,
	CASE,
	WINDOW,
	START,
	END,
	item,
	listOf,
	usd,
	amountOf,
	noCases,
	pull,
	idsOf,
	valueOf,
} from './order-list.ts';

describe('pulling orders', () => {
	it('walks a window newest first over many pages and resumes from any cursor', async () => {
		const known = Array.from({ length: 250 }, (_, n) => ({ sn: `PO-211-${n}`, updateTime: START + n }));
		await using gateway = await startGateway({ [LIST]: listOf(known) });
		const pages = await pull(storeContext(gateway));
		expect(pages.map((page) => page.items.length)).toEqual([100, 99, 51]);
		expect(pages.flatMap((page) => idsOf(page.items))).toEqual(known.map((one) => one.sn).toReversed());
		expect(pages.map((page) => page.total)).toEqual([250, 250, 250]);
		expect(pages.every((page) => page.watermark === WINDOW.until)).toBe(true);
		expect(pages.at(-1)?.next).toBeNull();
		const rest = await pull(storeContext(gateway), WINDOW, pages[0]?.next ?? null);
		expect(rest.flatMap((page) => idsOf(page.items))).toEqual(pages.slice(1).flatMap((page) => idsOf(page.items)));
		expect(gateway.of(LIST)[0]?.fields).toMatchObject({
			updateAtStart: START,
			updateAtEnd: END,
			pageSize: 100,
			pageNumber: 1,
			sortby: 'updateTime',
		});
	});

	it('loses no order when another one changes between two pages', async () => {
		const known = Array.from({ length: 150 }, (_, n) => ({ sn: `PO-211-${n}`, updateTime: START + n }));
		const list = listOf(known);
		await using gateway = await startGateway({
			[LIST]: ((seen, nth) => {
				const answer = list(seen, nth);
				for (const one of known.slice(140)) one.updateTime = END + 100;
				return answer;
			}) satisfies Responder,
		});
		const got = (await pull(storeContext(gateway))).flatMap((page) => idsOf(page.items));
		expect(new Set(got).size).toBe(150);
		expect(got.length).toBe(150);
	});

	it('asks for amounts, parcels and cases of settled orders only, and names the replies each order rests on', async () => {
		const known = [
			{ sn: 'PO-211-1', updateTime: START + 3, status: 1 },
			{ sn: 'PO-211-2', updateTime: START + 2, status: 2 },
			{ sn: 'PO-211-3', updateTime: START + 1, status: 5 },
		];
		await using gateway = await startGateway({
			[LIST]: listOf(known),
			[AMOUNT]: amountOf,
			[SHIPMENT]: ok({
				shipmentInfoDTO: [{ packageSn: 'PK-1', carrierName: 'UPS', trackingNumber: '1Z', trackingWarningLabel: 1, skuId: 2, quantity: 2 }],
			}),
			[CANCELS]: ok({ total: 0, data: [] }),
			[RETURNS]: ok({
				total: 1,
				data: [
					{
						parentAfterSalesSn: 'PA-1',
						parentOrderSn: 'PO-211-3',
						afterSalesType: 2,
						parentAfterSalesStatus: 10,
						operateExpireTimeMs: (START + 999) * 1000,
						createAt: START,
						updateAt: START + 1,
					},
				],
			}),
			[CASE]: ok({
				parentAfterSalesSn: 'PA-1',
				parentOrderSn: 'PO-211-3',
				parentAfterSalesStatus: 10,
				refundSummary: { buyerTotalRefund: usd(400) },
				afterSalesList: [{ orderSn: '211-3', afterSalesReasonDesc: 'Broken', applyAfterSalesGoodsNumber: 1 }],
			}),
		});
		const [page] = await pull(storeContext(gateway));
		const [pending, unshipped, delivered] = page?.items ?? [];
		expect(gateway.of(AMOUNT).map((seen) => seen.fields['parentOrderSn'])).toEqual(['PO-211-2', 'PO-211-3']);
		expect(gateway.of(SHIPMENT).map((seen) => seen.fields)).toMatchObject([{ parentOrderSn: 'PO-211-3', orderSn: '211-3' }]);
		expect(gateway.of(RETURNS)).toMatchObject([{ fields: { parentOrderSnList: ['PO-211-2', 'PO-211-3'] } }]);
		expect(valueOf(pending)).toMatchObject({ money: { parts: {} }, warnings: [] });
		expect(valueOf(unshipped)).toMatchObject({ money: { parts: { total: { amountMinor: 500n } } }, parcels: [] });
		expect(valueOf(delivered)).toMatchObject({
			warnings: ['trackingWarningLabel:1'],
			parcels: [
				{
					externalId: 'PK-1',
					carrier: 'UPS',
					trackingNumber: '1Z',
					state: 'delivered',
					shippedAt: WINDOW.from,
					lines: [{ lineExternalId: '211-3', quantity: 2 }],
				},
			],
			returns: [
				{
					externalId: 'PA-1',
					kind: 'return',
					state: 'requested',
					reason: 'Broken',
					refund: { amountMinor: 400n, currency: 'USD' },
					respondBy: new Date((START + 999) * 1000).toISOString(),
					lines: [{ lineExternalId: '211-3', quantity: 1 }],
				},
			],
		});
		const operations = page?.items.map((outcome) => outcome.replies.map((place) => page.replies[place]?.operation));
		expect(operations).toEqual([[LIST], [LIST, AMOUNT], [LIST, AMOUNT, SHIPMENT, RETURNS, CASE]]);
	});

	it('leaves money empty with the reason where amounts are not granted, and asks once', async () => {
		const known = Array.from({ length: 30 }, (_, n) => ({ sn: `PO-211-${n}`, updateTime: START + n, status: 2 }));
		await using gateway = await startGateway({ [LIST]: listOf(known), [AMOUNT]: failed(3000032), ...noCases });
		const [page] = await pull(storeContext(gateway));
		for (const outcome of page?.items ?? []) {
			expect(valueOf(outcome)).toMatchObject({
				money: { currency: 'USD', parts: {} },
				amountsUntold: true,
				warnings: ['order_amount_not_granted'],
			});
			expect(valueOf(outcome).askAgain).toBeUndefined();
		}
		expect(gateway.of(AMOUNT).length).toBeLessThanOrEqual(6);
		await using silent = await startGateway({ [LIST]: listOf(known), ...noCases });
		await pull(storeContext(silent, { grant: grantOf({ scopes: [LIST, CANCELS, RETURNS] }) }));
		expect(silent.of(AMOUNT)).toEqual([]);
	});

	it.each([
		[failed(140020008), 'order_amount_calculating', true],
		[failed(140029999), 'order_amount_refused:140029999', true],
		[failed(140020002), 'order_amount_refused:140020002', true],
		[ok({ parentOrderMap: { parentOrderSn: 'PO-211-99' } }), 'order_amount_of_another_order', undefined],
		[ok({ hello: 1 }), 'order_amount_unreadable', undefined],
	])('keeps an order whose amounts do not come, and says whether they may: %#', async (reply, warning, askAgain) => {
		await using gateway = await startGateway({
			[LIST]: listOf([{ sn: 'PO-211-1', updateTime: START, status: 2 }]),
			[AMOUNT]: reply,
			...noCases,
		});
		const [page] = await pull(storeContext(gateway));
		expect(valueOf(page?.items[0]).warnings.join()).toContain(warning);
		expect(valueOf(page?.items[0]).askAgain).toBe(askAgain);
		expect(valueOf(page?.items[0]).money.parts).toEqual({});
	});

	it('turns to the first variant where Japan has no second', async () => {
		const known = [{ sn: 'PO-100-1', updateTime: START, status: 2, regionId: 100 }];
		await using gateway = await startGateway({
			[LIST]: (() =>
				ok({
					totalItemNum: 1,
					pageItems: known.map((one) => ({ ...item(one), parentOrderMap: { ...item(one).parentOrderMap, siteId: 118 } })),
				})) satisfies Responder,
			'temu.order.amount.v2.query': failed(140020015),
			[AMOUNT]: amountOf,
			...noCases,
		});
		const [page] = await pull(storeContext(gateway));
		expect(valueOf(page?.items[0]).money.parts.total).toEqual({ amountMinor: 500n, currency: 'USD' });
	});

	it('names what else was refused and still delivers the orders', async () => {
		const known = [{ sn: 'PO-211-1', updateTime: START, status: 4 }];
		await using gateway = await startGateway({
			[LIST]: listOf(known),
			[AMOUNT]: amountOf,
			[SHIPMENT]: failed(3000032),
			[CANCELS]: failed(130010001),
			[RETURNS]: ok({ data: [{ nonsense: true }] }),
		});
		const [page] = await pull(storeContext(gateway));
		expect(valueOf(page?.items[0]).warnings).toEqual([
			'shipments_not_granted',
			'cancellations_refused:130010001',
			expect.stringContaining('after_sales_unreadable'),
		]);
	});

	it('sets a poisoned record aside and goes on', async () => {
		await using gateway = await startGateway({
			[LIST]: ok({
				totalItemNum: 3,
				pageItems: [
					item({ sn: 'PO-211-1', updateTime: START + 2 }),
					{ parentOrderMap: { parentOrderSn: 'PO-211-2', updateTime: START + 1 } },
					7,
				],
			}),
		});
		const [page] = await pull(storeContext(gateway));
		expect(page?.items.map((one) => one.ok)).toEqual([true, false, false]);
		expect(page?.items[1]).toMatchObject({ externalId: 'PO-211-2', replies: [0], raw: expect.stringContaining('PO-211-2') });
	});

	it('throws what makes the page worth asking again, and what ends the grant', async () => {
		const known = [{ sn: 'PO-211-1', updateTime: START, status: 2 }];
		for (const [code, kind] of [
			[3000034, 'auth'],
			[4000004, 'rateLimited'],
			[4000000, 'unavailable'],
			[5000003, 'forbidden'],
		] as const) {
			await using gateway = await startGateway({ [LIST]: listOf(known), [AMOUNT]: failed(code), ...noCases });
			await expect(pull(storeContext(gateway))).rejects.toMatchObject({ name: 'PlatformError', kind });
		}
	});

	it('of a fully managed store says that the mode is not served, without a call', async () => {
		await using gateway = await startGateway({});
		const store = { ...LOCAL_US, mode: 'fullyManaged' as const, attributes: { mallId: MALL, orders: 'none' } };
		const context = storeContext(gateway, { store });
		await expect(pull(context)).rejects.toMatchObject({ kind: 'rejected', userMessage: { code: 'modeNotServed' } });
		await expect(temu.orders.fetch(context, ['PO-211-1'])).rejects.toMatchObject({ kind: 'rejected' });
		await expect(temu.orders.count(context, WINDOW)).rejects.toMatchObject({ kind: 'rejected' });
		expect(gateway.seen).toEqual([]);
	});

	it('of a window without a whole second yields one empty page', async () => {
		await using gateway = await startGateway({});
		const window = { ...WINDOW, from: '2025-10-09T10:00:00.100Z', until: '2025-10-09T10:00:00.900Z' };
		expect(await pull(storeContext(gateway), window)).toEqual([{ items: [], replies: [], next: null, watermark: window.until, total: 0 }]);
		expect(await temu.orders.count(storeContext(gateway), window)).toBe(0);
	});

	it('stops when it is told to', async () => {
		await using gateway = await startGateway({ [LIST]: listOf([]) });
		await expect(pull(storeContext(gateway, { signal: AbortSignal.abort(new Error('enough')) }))).rejects.toThrow('enough');
	});
});

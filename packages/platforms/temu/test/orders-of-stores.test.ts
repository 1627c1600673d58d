import { describe, expect, it } from 'vitest';
import { temu } from '../src/index.ts';
import { failed, grantOf, LOCAL_US, MALL, ok, type Responder, startGateway, storeContext } from './gateway.ts';
import {
	LIST,
	DETAIL,
	AMOUNT,
	SHIPMENT,
	CANCELS,
	RETURNS,
	WINDOW,
	START,
	item,
	listOf,
	amountOf,
	noCases,
	pull,
	idsOf,
	valueOf,
} from './order-list.ts';

describe('the stores of a semi-managed mall', () => {
	const france = { ...LOCAL_US, externalId: `${MALL}-106`, siteId: '106', mode: 'semiManaged' as const };
	const region = { ...france, attributes: { mallId: MALL, gateway: 'eu', regionId: '69', orders: 'region' } };
	const rest = { ...france, attributes: { ...region.attributes, orders: 'rest' } };
	const known = [
		{ sn: 'PO-069-1', updateTime: START, regionId: 69 },
		{ sn: 'PO-076-2', updateTime: START, regionId: 76 },
		{ sn: 'PO-133-3', updateTime: START, regionId: 133 },
	];

	it('ask for the orders of their own region', async () => {
		await using gateway = await startGateway({ [LIST]: listOf(known) });
		const context = storeContext(gateway, { store: region, grant: grantOf({ host: 'eu' }) });
		expect(idsOf((await pull(context))[0]?.items ?? [])).toEqual(['PO-069-1']);
		expect(await temu.orders.count(context, WINDOW)).toBe(1);
		expect(gateway.seen.every((seen) => seen.gateway === 'eu' && seen.fields['regionId'] === 69)).toBe(true);
	});

	it('leave no order of a region without a site to nobody', async () => {
		await using gateway = await startGateway({ [LIST]: listOf(known) });
		const context = storeContext(gateway, { store: rest, grant: grantOf({ host: 'eu' }) });
		const [page] = await pull(context);
		expect(idsOf(page?.items ?? [])).toEqual(['PO-069-1', 'PO-133-3']);
		expect(page?.total).toBeNull();
		expect(await temu.orders.count(context, WINDOW)).toBeNull();
	});

	it('keep to their own when a platform ignores the filter', async () => {
		await using gateway = await startGateway({ [LIST]: ok({ totalItemNum: 3, pageItems: known.map(item) }) });
		const context = storeContext(gateway, { store: region, grant: grantOf({ host: 'eu' }) });
		expect(idsOf((await pull(context))[0]?.items ?? [])).toEqual(['PO-069-1']);
	});

	it('do not ask for orders whose number names another region', async () => {
		await using gateway = await startGateway({ [LIST]: listOf(known) });
		const context = storeContext(gateway, { store: region, grant: grantOf({ host: 'eu' }) });
		expect((await temu.orders.fetch(context, ['PO-076-2'])).items).toEqual([]);
		expect(gateway.seen).toEqual([]);
	});
});

describe('fetching named orders', () => {
	it('asks for twenty at a time, each once', async () => {
		const known = Array.from({ length: 45 }, (_, n) => ({ sn: `PO-211-${n}`, updateTime: START + n }));
		await using gateway = await startGateway({ [LIST]: listOf(known) });
		const names = known.map((one) => one.sn);
		const page = await temu.orders.fetch(storeContext(gateway), [...names, ...names]);
		expect(idsOf(page.items)).toHaveLength(45);
		expect(new Set(idsOf(page.items))).toEqual(new Set(names));
		expect(page).toMatchObject({ next: null, total: null, watermark: '2025-10-09T10:00:00.000Z' });
		expect(gateway.of(LIST).map((seen) => (seen.fields['parentOrderSnList'] as string[]).length)).toEqual([20, 20, 5]);
		expect(gateway.of(DETAIL)).toEqual([]);
	});

	it('asks for the detail of an order the list does not have yet, and leaves out what does not exist', async () => {
		const detail = item({ sn: 'PO-211-7', updateTime: START, status: 5 });
		await using gateway = await startGateway({
			[LIST]: listOf([]),
			[DETAIL]: (({ fields }) =>
				fields['parentOrderSn'] === 'PO-211-7'
					? ok({ ...detail, orderList: detail.orderList.map((line) => ({ ...line, packageSnInfo: [{ packageSn: 'PK-1' }] })) })
					: failed(140020002, 'Order not found')) satisfies Responder,
			[AMOUNT]: amountOf,
			[SHIPMENT]: failed(3000032),
			...noCases,
		});
		const page = await temu.orders.fetch(storeContext(gateway), ['PO-211-7', 'PO-211-8', 'nonsense']);
		expect(idsOf(page.items)).toEqual(['PO-211-7']);
		expect(valueOf(page.items[0]).parcels).toMatchObject([{ externalId: 'PK-1', carrier: null }]);
		expect(page.items[0]?.replies.map((place) => page.replies[place]?.operation)).toEqual([DETAIL, AMOUNT]);
	});

	it('of nothing calls nobody', async () => {
		await using gateway = await startGateway({});
		expect((await temu.orders.fetch(storeContext(gateway), [])).items).toEqual([]);
		expect(gateway.seen).toEqual([]);
	});
});

describe('cases', () => {
	it('are paged through and joined to their own order only', async () => {
		const rows = Array.from({ length: 250 }, (_, n) => ({
			parentAfterSalesSn: `PA-${n}`,
			parentAfterSalesStatus: 1,
			afterSalesInfoList: [
				{ parentOrderSn: n === 249 ? 'PO-211-2' : 'PO-211-1', orderSn: '211-1', applyGoodsNumber: 1, createAtMillis: START * 1000 },
			],
		}));
		await using gateway = await startGateway({
			[LIST]: listOf([
				{ sn: 'PO-211-1', updateTime: START, status: 2 },
				{ sn: 'PO-211-2', updateTime: START, status: 2 },
			]),
			[AMOUNT]: amountOf,
			[RETURNS]: ok({ total: 0, data: null }),
			[CANCELS]: (({ fields }) => {
				const from = (Number(fields['pageNo']) - 1) * 200;
				return ok({ total: 250, data: rows.slice(from, from + 200) });
			}) satisfies Responder,
		});
		const [page] = await pull(storeContext(gateway));
		const returns = page?.items.map((one) => valueOf(one).returns) ?? [];
		expect(returns.map((list) => list.length)).toEqual([249, 1]);
		expect(returns[1]).toEqual([
			{
				externalId: 'PA-249',
				kind: 'cancellation',
				state: 'requested',
				rawStatus: '1',
				reason: null,
				requestedBy: 'buyer',
				refund: null,
				requestedAt: WINDOW.from,
				respondBy: null,
				updatedAt: null,
				lines: [{ lineExternalId: '211-1', quantity: 1 }],
			},
		]);
	});
});

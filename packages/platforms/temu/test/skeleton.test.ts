import { fieldsRead } from '@pangea/platform-contract/testing';
import { AGREED, settle, witness } from '@pangea/testing';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { readAmounts } from '../src/amounts.ts';
import { temu } from '../src/index.ts';
import * as wire from '../src/wire.ts';
import { grantContext, grantOf, ok, type Responder, type Seen, startGateway, storeContext, TOKEN } from './gateway.ts';
import { apis, COMMON, filled, isListed, parametersOf } from './skeletons.ts';

/**
 * The field lists of the documentation's mirror as a referee between this adapter and what it asks: every parameter sent and every field
 * read is listed there, or stands in a table here with its reason.
 */
const contract = witness('temu');

const LIST = 'bg.order.list.v2.get';
const USED = [
	'bg.open.accesstoken.info.get',
	'bg.open.accesstoken.info.get.global',
	'bg.open.accesstoken.create',
	'bg.mall.info.get',
	LIST,
	'bg.order.detail.v2.get',
	'bg.order.amount.query',
	'temu.order.amount.v2.query',
	'temu.order.amount.v3.query',
	'bg.logistics.shipment.v2.get',
	'bg.aftersales.cancel.list.get',
	'bg.aftersales.parentaftersales.list.get',
	'temu.aftersales.parentaftersales.detail.get',
	'bg.tmc.message.update',
];

/** Everything the adapter asks, against a gateway whose replies are the filled skeletons. */
async function askEverything(): Promise<Seen[]> {
	const replies = Object.fromEntries(USED.map((api) => [api, ok(filled(apis[api]?.result))]));
	const flat = {
		mallName: 'Demo',
		uniqueId: 'u',
		mallId: 635517726820000,
		mallType: 1,
		regionId: 69,
		apiScopeList: [],
		semiManagedMall: true,
	};
	await using gateway = await startGateway({
		...replies,
		'bg.open.accesstoken.info.get': ok(flat),
		'bg.open.accesstoken.info.get.global': ok(flat),
		'bg.mall.info.get': ok(flat),
		[LIST]: ((seen) => {
			const result = filled(apis[LIST]?.result) as {
				pageItems: { parentOrderMap: Record<string, unknown>; orderList: Record<string, unknown>[] }[];
			};
			for (const { parentOrderMap, orderList } of result.pageItems) {
				Object.assign(parentOrderMap, { parentOrderStatus: 5, regionId: 211, siteId: 118 });
				for (const line of orderList) line['orderStatus'] = 5;
			}
			return ok(seen.fields['parentOrderSnList'] ? { totalItemNum: 0, pageItems: [] } : result);
		}) satisfies Responder,
	});
	const context = grantContext(gateway);
	for (const host of ['us', 'partner', 'cn']) {
		await temu.authorization.exchange(context, { kind: 'paste', fields: { accessToken: TOKEN }, host });
		await temu.stores.list(grantContext(gateway, { grant: grantOf({ host }) }));
	}
	await temu.stores.list(grantContext(gateway, { grant: grantOf({ host: 'eu' }) }));
	await temu.authorization.exchange(context, { kind: 'redirect', params: { code: 'c' }, redirectUri: '', codeVerifier: '', host: 'us' });
	await temu.webhooks?.subscribe?.(context, 'https://pangea.example');
	const window = { from: '2025-10-09T00:00:00.000Z', until: '2025-10-10T00:00:00.000Z', order: 'newest' as const };
	for await (const _page of temu.orders.pull(storeContext(gateway), window, null));
	await temu.orders.count(storeContext(gateway), window);
	await temu.orders.fetch(storeContext(gateway), ['PO-211-1']);
	return gateway.seen;
}

describe.skipIf(!contract)('the field lists of the contract', () => {
	it('have every parameter this adapter sends', async () => {
		const seen = await askEverything();
		// The third amount variant is a last resort that none of these replies leads to; it takes the parameter of the other two.
		expect(USED.filter((api) => !seen.some((one) => one.api === api))).toEqual(['temu.order.amount.v3.query']);
		expect(parametersOf('temu.order.amount.v3.query')).toEqual(new Set(['parentOrderSn']));
		const unlisted = seen.flatMap((one) => {
			const listed = parametersOf(one.api);
			return Object.keys(one.fields).flatMap((name) => (COMMON.has(name) || listed.has(name) ? [] : [`${one.api} ${name}`]));
		});
		const hearing = { platform: 'Temu', side: 'adapter', against: 'parameters of the field lists', judged: seen.length } as const;
		expect(settle({ ...hearing, disagreements: unlisted })).toEqual(AGREED);
	});

	/** Fields this adapter reads although the skeleton lacks them, and why. */
	const DIFFERENCES: Record<string, Record<string, string>> = {
		'one order of the list': {
			'orderList.packageSnInfo': 'one schema reads lists and details; only details have it',
			'orderList.packageSnInfo.packageSn': 'the same',
			'orderList.packageSnInfo.packageDeliveryType': 'the same',
		},
		'bg.order.detail.v2.get': { 'parentOrderMap.updateTime': 'one schema reads lists and details; only lists have it' },
	};
	const listed = apis[LIST]?.result as { pageItems: unknown[] } | undefined;

	it.each<[string, z.ZodType, unknown]>([
		[LIST, wire.orderListSchema, listed],
		['one order of the list', wire.orderSchema, listed?.pageItems[0]],
		['bg.order.detail.v2.get', wire.orderSchema, apis['bg.order.detail.v2.get']?.result],
		...(
			[
				['bg.logistics.shipment.v2.get', wire.shipmentsSchema],
				['bg.aftersales.cancel.list.get', wire.cancelListSchema],
				['bg.aftersales.parentaftersales.list.get', wire.afterSalesListSchema],
				['temu.aftersales.parentaftersales.detail.get', wire.afterSalesDetailSchema],
				['bg.open.accesstoken.create', wire.tokenCreateSchema],
				['bg.open.accesstoken.info.get', wire.tokenInfoSchema],
			] satisfies [string, z.ZodType][]
		).map(([api, schema]): [string, z.ZodType, unknown] => [api, schema, apis[api]?.result]),
	])('have every field read from %s, but for a table of differences', (name, schema, skeleton) => {
		const read = fieldsRead(schema);
		const unlisted = read.filter((path) => !isListed(skeleton, path));
		const hearing = { platform: 'Temu', side: 'adapter', against: `fields read from ${name}`, judged: read.length } as const;
		expect(settle({ ...hearing, disagreements: unlisted, reasons: DIFFERENCES[name] ?? {} })).toEqual(AGREED);
		expect(schema.safeParse(filled(skeleton)).error).toBeUndefined();
	});

	it('fill every part of the money of the first two amount variants', () => {
		const first = readAmounts(filled(apis['bg.order.amount.query']?.result) as never, {});
		// signOnDelivery belongs to the US variant; the mirror shows the GLOBAL one.
		expect(Object.keys(first.money.parts).toSorted()).toEqual([
			'estimatedPayout',
			'items',
			'platformDiscount',
			'refund',
			'sellerDiscount',
			'shipping',
			'tax',
			'total',
		]);
		expect(first.lines.get('PO-211-1')).toMatchObject({
			unitPrice: { amountMinor: 1n },
			discount: { amountMinor: -2n },
			tax: { amountMinor: 1n },
		});
		const second = readAmounts(filled(apis['temu.order.amount.v2.query']?.result) as never, {});
		expect(Object.keys(second.money.parts).toSorted()).toEqual([
			'estimatedPayout',
			'items',
			'platformDiscount',
			'refund',
			'sellerDiscount',
			'shipping',
			'shippingDiscount',
			'tax',
			'total',
		]);
		expect(second.lines.get('PO-211-1')).toMatchObject({
			unitPrice: { amountMinor: 1n },
			discount: { amountMinor: 0n },
			tax: { amountMinor: 1n },
		});
	});
});

import type { HeldOrder, PublishedPlatform } from '@pangea/platform-contract/mutations';
import { valueAt, withValues, type Witness } from '@pangea/testing';
import { temu } from '../src/index.ts';
import { APP, grantOf, LOCAL_US } from './gateway.ts';

const PAGE = 3;
const LISTS = [
	['order-list-br.published', 'result.result'],
	['order-list', 'result'],
	['order-list-y2', 'result'],
	['order-list-cancel-pending', 'result'],
] as const;

/** Temu, made of its samples: the order list, and one answer of each other reading API, about whichever order is asked for. */
export function publishedTemu(witness: Witness): PublishedPlatform {
	const read = (name: string): string => witness.read(`samples/${name}.json`);
	const listed = LISTS.flatMap(([name, at]) => {
		const items = valueAt(read(name), `${at}.pageItems`);
		return (JSON.parse(items) as unknown[]).map((_, i) => valueAt(items, String(i)));
	});
	const others: Record<string, (sn: string) => string> = {
		'bg.order.amount.query': (sn) => withValues(valueAt(read('order-amount'), 'result'), { 'parentOrderMap.parentOrderSn': sn }),
		'bg.logistics.shipment.v2.get': () => valueAt(read('shipment-v2-get'), 'result'),
		'bg.aftersales.cancel.list.get': (sn) =>
			withValues(valueAt(read('cancel-list'), 'result'), { 'data.0.afterSalesInfoList.0.parentOrderSn': sn }),
		'bg.aftersales.parentaftersales.list.get': (sn) =>
			withValues(valueAt(read('aftersales-parent-list'), 'result'), { 'data.0.parentOrderSn': sn }),
		'temu.aftersales.parentaftersales.detail.get': (sn) => withValues(valueAt(read('aftersales-detail'), 'result'), { parentOrderSn: sn }),
	};
	return {
		adapter: temu,
		app: APP,
		hosts: { us: 'https://temu.example' },
		grant: grantOf(),
		store: LOCAL_US,
		now: new Date('2026-11-22T12:00:00.000Z'),
		window: { from: '2026-11-22T00:00:00.000Z', until: '2026-11-22T11:00:00.000Z', order: 'oldest' },
		orders: [...listed, valueAt(read('order-detail'), 'result')],
		placed(order, number, at) {
			const id = `PO-211-0209624646719000${number}`;
			return {
				id,
				at,
				text: withValues(order, { 'parentOrderMap.parentOrderSn': `"${id}"`, 'parentOrderMap.updateTime': String(at / 1000) }),
			};
		},
		answer(held, { body = '' }) {
			const asked = JSON.parse(body) as { type: string; parentOrderSn?: string; parentOrderSnList?: string[] };
			if (asked.type === 'bg.order.list.v2.get') return page(held, JSON.parse(body) as ListRequest);
			const sn = asked.parentOrderSn ?? asked.parentOrderSnList?.[0] ?? '';
			const other = others[asked.type];
			return other ? ok(other(JSON.stringify(sn))) : '{"success":false,"errorCode":3000003,"errorMsg":"type not exists"}';
		},
		stored: (order) => ok(`{"totalItemNum":1,"pageItems":[${order}]}`),
	};
}

interface ListRequest {
	updateAtStart: number;
	updateAtEnd: number;
	pageNumber: number;
}

const ok = (result: string): string => `{"success":true,"errorCode":1000000,"errorMsg":"","requestId":"us-1","result":${result}}`;

/** Newest first, as Temu sorts. */
function page(held: readonly HeldOrder[], { updateAtStart, updateAtEnd, pageNumber }: ListRequest): string {
	const found = held.filter((one) => one.at >= updateAtStart * 1000 && one.at <= updateAtEnd * 1000).toReversed();
	const part = found.slice((pageNumber - 1) * PAGE, pageNumber * PAGE);
	return ok(`{"totalItemNum":${found.length},"pageItems":[${part.map((one) => one.text).join(',')}]}`);
}

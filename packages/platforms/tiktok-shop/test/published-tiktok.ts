import type { HeldOrder, PublishedPlatform } from '@pangea/platform-contract/mutations';
import { valueAt, withValues, type Witness } from '@pangea/testing';
import { tiktokShop } from '../src/index.ts';
import { app, grant } from './platform.ts';

const PAGE = 3;
const SAMPLES = ['orders-search.published', 'orders-detail.published', 'orders-search', 'orders-detail', 'orders-detail-jp'];

/** TikTok Shop, made of published answers: orders, and one return and one cancellation of the first order. */
export function publishedTiktok(witness: Witness): PublishedPlatform {
	const orders = SAMPLES.flatMap((name) => {
		const text = witness.read(`samples/${name}.json`);
		const { data } = JSON.parse(text) as { data: { orders: unknown[] } };
		return data.orders.map((_, i) => valueAt(text, `data.orders.${i}`));
	});
	const afterSales = {
		return_orders: valueAt(witness.read('samples/returns-search.published.json'), 'data.return_orders.0'),
		cancellations: valueAt(witness.read('samples/cancellations-search.published.json'), 'data.cancellations.0'),
	};
	return {
		adapter: tiktokShop,
		app,
		hosts: { global: 'https://tiktok.example', token: 'https://token.example' },
		grant,
		store: {
			externalId: '7495900000000000101',
			name: 'Lumora',
			siteId: 'GB',
			mode: 'crossBorder',
			active: true,
			attributes: { cipher: 'GCP_cipher' },
		},
		now: new Date('2026-11-22T12:00:00.000Z'),
		window: { from: '2026-11-22T00:00:00.000Z', until: '2026-11-22T11:00:00.000Z', order: 'oldest' },
		orders,
		placed(order, number, at) {
			const id = `57740000000000000${number}`;
			return { id, at, text: withValues(order, { id: `"${id}"`, update_time: String(at / 1000) }) };
		},
		answer(held, { url, body }) {
			const { pathname, searchParams } = new URL(url);
			const filter = JSON.parse(body ?? '{}') as { update_time_ge?: number; update_time_lt?: number; order_ids?: string[] };
			const within = (at: number): boolean => at >= (filter.update_time_ge ?? 0) * 1000 && at < (filter.update_time_lt ?? Infinity) * 1000;
			if (pathname === '/order/202507/orders') {
				const ids = searchParams.get('ids')?.split(',') ?? [];
				return success(list('orders', textsOf(held.filter((one) => ids.includes(one.id)))));
			}
			if (pathname === '/order/202309/orders/search') {
				return page(
					held.filter((one) => within(one.at)),
					searchParams.get('page_token'),
				);
			}
			const kind = pathname.endsWith('/returns/search') ? 'return_orders' : 'cancellations';
			const [first] = held;
			const asked = first && (filter.order_ids?.includes(first.id) ?? within(first.at));
			const record = withValues(afterSales[kind], { order_id: JSON.stringify(first?.id), update_time: String((first?.at ?? 0) / 1000) });
			return success(list(kind, asked ? [record] : []));
		},
		stored: (order) => success(list('orders', [order])),
	};
}

const textsOf = (held: readonly HeldOrder[]): string[] => held.map((one) => one.text);
const list = (name: string, texts: readonly string[], token = ''): string =>
	`{"next_page_token":"${token}","total_count":${texts.length},"${name}":[${texts.join(',')}]}`;
const success = (data: string): string => `{"code":0,"message":"Success","request_id":"r","data":${data}}`;

function page(held: readonly HeldOrder[], token: string | null): string | { status: number; body: string } {
	if (token !== null && !/^after-\d+$/.test(token)) {
		return { status: 400, body: '{"code":36009004,"message":"Invalid page token","request_id":"r"}' };
	}
	const from = Number(token?.slice(6) ?? 0);
	const end = from + PAGE;
	return success(list('orders', textsOf(held.slice(from, end)), end < held.length ? `after-${end}` : ''));
}

import type { HeldOrder, PublishedPlatform } from '@pangea/platform-contract/mutations';
import { withValues, type Witness } from '@pangea/testing';
import { amazon } from '../src/index.ts';
import { APP, GRANT } from './fake-amazon.ts';
import { createReferee } from './referee.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const MARKETPLACE = 'ATVPDKIKX0DER';
const PAGE = 3;

/** Amazon, made of the orders in its published answers of searchOrders and getOrder. */
export function publishedAmazon(witness: Witness): PublishedPlatform {
	const pairs = createReferee(witness).pairs('orders_2026-01-01');
	const answers = pairs.filter((pair) => pair.status === 200).map((pair) => pair.response as { orders?: unknown[]; order?: unknown });
	const orders = answers.flatMap((answer) => answer.orders ?? (answer.order === undefined ? [] : [answer.order]));
	return {
		adapter: amazon,
		app: APP,
		hosts: { na: 'https://amazon.example' },
		grant: { ...GRANT, accessExpiresAt: '2027-01-01T00:00:00.000Z' },
		store: {
			externalId: `${GRANT.externalAccountId}:${MARKETPLACE}`,
			name: 'Amazon US',
			siteId: MARKETPLACE,
			mode: 'local',
			active: true,
			attributes: {},
		},
		now: NOW,
		window: { from: '2026-11-22T00:00:00.000Z', until: '2026-11-22T11:00:00.000Z', order: 'oldest' },
		orders: orders.map((order) => JSON.stringify(order)),
		placed(order, number, at) {
			const id = `902-0000000-000000${number}`;
			const time = JSON.stringify(new Date(at).toISOString());
			return { id, at, text: withValues(order, { orderId: JSON.stringify(id), lastUpdatedTime: time }) };
		},
		answer(held, { url }) {
			const { pathname, searchParams } = new URL(url);
			if (pathname !== '/orders/2026-01-01/orders') return { status: 404, body: '{"errors":[{"code":"NotFound"}]}' };
			const token = searchParams.get('paginationToken');
			if (token !== null && !/^after-\d+$/.test(token)) return { status: 400, body: '{"errors":[{"code":"InvalidInput"}]}' };
			return page(held, Number(token?.slice(6) ?? 0));
		},
		stored: (order) => `{"orders":[${order}]}`,
	};
}

function page(held: readonly HeldOrder[], from: number): string {
	const end = from + PAGE;
	const paging = end < held.length ? `"pagination":{"nextToken":"after-${end}"},` : '';
	const texts = held.slice(from, end).map((one) => one.text);
	return `{"orders":[${texts.join(',')}],${paging}"lastUpdatedBefore":"2026-11-22T11:58:00Z"}`;
}

import type { HeldOrder, PublishedPlatform } from '@pangea/platform-contract/mutations';
import { valueAt, withValues, type Witness } from '@pangea/testing';
import { mercadoLibre } from '../src/index.ts';

const PAGE = 3;
const GLOBAL_SELLER = '2560656535';
const LOCAL_SELLER = '779432305';

type Answer = string | { status: number; body: string };

const MISSING = { status: 400, body: '{"message":"no such thing","error":"bad_request","status":400,"cause":[]}' };

/** What does not depend on the family of paths. */
function platform(
	seller: string,
	orders: readonly string[],
	siteId: string,
	attributes: Record<string, string>,
	answer: (held: readonly HeldOrder[], url: URL) => Answer,
): PublishedPlatform {
	return {
		adapter: mercadoLibre,
		app: { clientId: '123456', clientSecret: 'secret-of-the-app' },
		hosts: { api: 'https://mercado.example' },
		grant: {
			secrets: { accessToken: 'APP_USR-1', refreshToken: 'TG-1' },
			accessExpiresAt: '2027-01-01T00:00:00.000Z',
			grantExpiresAt: null,
			externalAccountId: seller,
			accountName: null,
			scopes: [],
			host: 'api',
		},
		store: { externalId: seller, name: 'Demo', siteId, mode: 'local', active: true, attributes },
		now: new Date('2026-11-22T12:00:00.000Z'),
		window: { from: '2026-11-22T00:00:00.000Z', until: '2026-11-22T11:00:00.000Z', order: 'oldest' },
		orders,
		placed(order, number, at) {
			const id = String(2_000_013_668_120_000 + number);
			const time = JSON.stringify(new Date(at).toISOString());
			return { id, at, text: withValues(order, { id, last_updated: time, 'seller.id': seller }) };
		},
		answer: (held, { url }) => answer(held, new URL(url)),
	};
}

function found(held: readonly HeldOrder[], url: URL, field: string, row: (order: HeldOrder) => string): string {
	const bound = (end: string): number => Date.parse(url.searchParams.get(`${field}.${end}`) ?? '');
	const within = held.filter((one) => one.at >= bound('from') && one.at <= bound('to'));
	const offset = Number(url.searchParams.get('offset'));
	const rows = within.slice(offset, offset + PAGE).map(row);
	return `{"query":"","paging":{"total":${within.length},"offset":${offset},"limit":${PAGE}},"results":[${rows.join(',')}]}`;
}

function part(path: string, base: string, parts: Record<string, string>): Answer | null {
	if (!path.startsWith(base)) return null;
	const [, ...rest] = path.slice(base.length).split('/');
	return parts[rest.join('/')] ?? MISSING;
}

/** A Global Selling account: a thin index, and each order, shipment and pack by itself. */
export function publishedGlobal(witness: Witness): PublishedPlatform {
	const read = (name: string): string => witness.read(`samples/${name}.json`);
	const names = [
		'marketplace-order',
		'scenario-order-a',
		'scenario-order-b',
		'scenario-order-c-single-mlb',
		'scenario-order-d-fraud-cancelled',
	];
	const shipment = {
		'': read('marketplace-shipment'),
		lead_time: read('marketplace-shipment-lead-time'),
		history: read('marketplace-shipment-history'),
		items: read('marketplace-shipment-items'),
	};
	const pack = read('marketplace-order-pack');
	return platform(GLOBAL_SELLER, names.map(read), 'MLM', { apiFamily: 'globalSelling', globalUserId: GLOBAL_SELLER }, (held, url) => {
		const { pathname } = url;
		if (pathname === '/marketplace/orders/search') {
			return found(held, url, 'last_updated', ({ id }) => `{"id":${id},"orders":[{"id":${id}}]}`);
		}
		const order = held.find((one) => pathname === `/marketplace/orders/${one.id}`);
		return (
			order?.text ??
			part(pathname, '/marketplace/shipments/', shipment) ??
			part(pathname, '/marketplace/orders/pack/', { '': pack }) ??
			MISSING
		);
	});
}

/** A local seller: the search brings whole orders. */
export function publishedLocal(witness: Witness): PublishedPlatform {
	const read = (name: string): string => witness.read(`samples/${name}.json`);
	const orders = [read('order-local'), valueAt(read('orders-search-local'), 'results.0')];
	const cancelled = withValues(read('order-local'), { status: '"cancelled"' });
	const shipment = { '': read('scenario-shipment'), sla: read('shipment-sla'), history: read('marketplace-shipment-history') };
	return platform(LOCAL_SELLER, [...orders, cancelled], 'MLA', { apiFamily: 'local' }, (held, url) => {
		const { pathname, searchParams } = url;
		if (pathname === '/orders/search') {
			const status = searchParams.get('order.status');
			const asked = held.filter((one) => status === null || one.text.includes(`"status":"${status}"`));
			return found(asked, url, 'order.date_last_updated', ({ text }) => text);
		}
		return part(pathname, '/shipments/', shipment) ?? part(pathname, '/packs/', { '': read('pack-local') }) ?? MISSING;
	});
}

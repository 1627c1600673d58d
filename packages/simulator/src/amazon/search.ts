import type { WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { Listing, Position } from '../core/world.ts';
import { denied, failure, invalid } from './dialect.ts';
import { type DataSet, dataSets, fulfillmentStatus, iso, renderOrder, type Rendering } from './order.ts';
import { marketplaceOf, nonAmazon, type Region } from './sites.ts';

const TWO_MINUTES = 120_000;
const TOKEN_LIFE = 24 * 3_600_000;
/** The platform allows a little skew on its own two-minute rule. */
const GRACE = 2_000;
const timeNames = ['createdAfter', 'createdBefore', 'lastUpdatedAfter', 'lastUpdatedBefore'] as const;
const statuses = ['PENDING_AVAILABILITY', 'PENDING', 'UNSHIPPED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'CANCELLED', 'UNFULFILLABLE'];

/** A query as frozen in a pagination token. */
type Frozen = Record<string, string>;

interface Token {
	query: Frozen;
	after: Position;
	to: number;
	issuedAt: number;
}

/** `GET /orders/2026-01-01/orders` for the stores of one account. */
export function searchOrders(
	context: PlatformContext,
	rendering: Rendering,
	call: WireCall,
	stores: readonly StoreSeed[],
	region: Region,
): WireReply {
	const given: Frozen = Object.fromEntries([...call.query].filter(([name, value]) => name !== 'paginationToken' && value !== ''));
	const text = call.query.get('paginationToken');
	const token = text === null ? null : readToken(text);
	// Pasted raw into an address, a token loses its plus signs: the answer has no message at all.
	if (text !== null && token === null) return invalid(null);
	if (token !== null && call.now - token.issuedAt > TOKEN_LIFE) return invalid('The pagination token has expired.');
	if (token !== null && Object.entries(given).some(([name, value]) => token.query[name] !== value))
		return invalid('The pagination token does not match the request parameters.');
	const query = token?.query ?? given;
	const window = readWindow(query, call.now, token);
	if (typeof window === 'string') return invalid(window);
	const markets = readMarkets(query, stores, region);
	if (!Array.isArray(markets)) return markets;
	const size = Number(query['maxResultsPerPage'] ?? 100);
	if (!Number.isInteger(size) || size < 1 || size > 100) return invalid('maxResultsPerPage must be between 1 and 100.');
	const included = readIncluded(query['includedData']);
	if (typeof included === 'string') return invalid(included);
	const wanted = listOf(query['fulfillmentStatuses']);
	const by = listOf(query['fulfilledBy']);
	if (wanted.some((s) => !statuses.includes(s))) return invalid('fulfillmentStatuses holds an unknown value.');
	if (by.some((s) => s !== 'MERCHANT' && s !== 'AMAZON')) return invalid('fulfilledBy holds an unknown value.');
	const listing: Listing = {
		stores: markets,
		by: window.updated ? 'updated' : 'placed',
		from: window.from,
		to: window.to + 1,
		at: call.now,
	};
	if (wanted.length > 0 || by.length > 0) {
		listing.accepts = (_steps, _plan, _store, ref) => {
			const order = context.world.order(ref, call.now);
			return (
				order !== null &&
				(wanted.length === 0 || wanted.includes(fulfillmentStatus(order))) &&
				(by.length === 0 || by.includes(order.fulfilledByPlatform ? 'AMAZON' : 'MERCHANT'))
			);
		};
	}
	const page = context.world.page(listing, size, token?.after);
	const orders: unknown[] = page.orders.map((order) => renderOrder(rendering, order, included));
	const body: Record<string, unknown> = { orders, [window.updated ? 'lastUpdatedBefore' : 'createdBefore']: iso(window.to) };
	if (page.next !== null) body['pagination'] = { nextToken: writeToken({ query, after: page.next, to: window.to, issuedAt: call.now }) };
	return { status: 200, body, records: orders, orders: page.orders };
}

/** `GET /orders/2026-01-01/orders/{orderId}`. */
export function getOrder(context: PlatformContext, rendering: Rendering, call: WireCall, stores: readonly StoreSeed[]): WireReply {
	const id = call.params['orderId'] ?? '';
	const included = readIncluded(call.query.get('includedData') ?? undefined);
	if (typeof included === 'string') return invalid(included);
	if (!/^\d{3}-\d{7}-\d{7}$/.test(id)) return invalid('orderId is not valid.');
	const ref = rendering.ids.findOrder(id);
	const order = ref === null || !stores.some((s) => s.number === ref.store) ? null : context.world.order(ref, call.now);
	if (order === null || call.strikes('notYet')) return failure(404, 'NotFound', 'The requested order was not found.');
	const records: unknown[] = [renderOrder(rendering, order, included)];
	return {
		status: 200,
		records,
		body: {
			get order(): unknown {
				return records[0];
			},
		},
	};
}

function readWindow(query: Frozen, now: number, token: Token | null): { updated: boolean; from: number; to: number } | string {
	const times: Partial<Record<(typeof timeNames)[number], number>> = {};
	for (const name of timeNames) {
		const text = query[name];
		if (text === undefined) continue;
		const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
		if (Number.isNaN(at)) return `${name} is not a valid ISO 8601 date.`;
		times[name] = at;
	}
	const created = times.createdAfter !== undefined;
	if (created === (times.lastUpdatedAfter !== undefined)) return 'Exactly one of createdAfter and lastUpdatedAfter must be provided.';
	if (created ? times.lastUpdatedBefore !== undefined : times.createdBefore !== undefined)
		return 'createdAfter and lastUpdatedAfter may not be mixed with the Before of the other.';
	const from = times.createdAfter ?? times.lastUpdatedAfter ?? 0;
	const before = created ? times.createdBefore : times.lastUpdatedBefore;
	if (before !== undefined && token === null && before > now - TWO_MINUTES + GRACE)
		return `${created ? 'createdBefore' : 'lastUpdatedBefore'} must be at least two minutes before the time of the request.`;
	const to = token?.to ?? before ?? now - TWO_MINUTES;
	if (to < from) return 'The start of the window must not be after its end.';
	return { updated: !created, from, to };
}

function readMarkets(query: Frozen, stores: readonly StoreSeed[], region: Region): StoreSeed[] | WireReply {
	const ids = listOf(query['marketplaceIds']);
	if (ids.length > 50) return invalid('marketplaceIds holds more than 50 values.');
	if (ids.length === 0) return [...stores];
	if (ids.includes(nonAmazon[region]?.id ?? '')) return denied('');
	const found = stores.filter((s) => ids.includes(marketplaceOf(s).id));
	// A marketplace the seller does not take part in is not told apart from a missing role.
	return found.length === new Set(ids).size ? found : denied('');
}

function readIncluded(text: string | undefined): ReadonlySet<DataSet> | string {
	const names = listOf(text);
	const known = dataSets.filter((name) => names.includes(name));
	return known.length === new Set(names).size ? new Set(known) : 'includedData holds an unknown value.';
}

function listOf(text: string | undefined): string[] {
	return text === undefined || text === '' ? [] : text.split(',');
}

function writeToken(token: Token): string {
	// The closing mark makes sure that tokens hold characters which must be percent-encoded.
	return Buffer.from(`${JSON.stringify(token)}??>>`).toString('base64');
}

function readToken(text: string): Token | null {
	if (!/^[A-Za-z0-9+/]+=*$/.test(text)) return null;
	const decoded = Buffer.from(text, 'base64').toString('utf8');
	if (!decoded.endsWith('??>>')) return null;
	try {
		const value: unknown = JSON.parse(decoded.slice(0, -4));
		return isToken(value) ? value : null;
	} catch {
		return null;
	}
}

function isToken(value: unknown): value is Token {
	return typeof value === 'object' && value !== null && 'query' in value && 'after' in value && 'to' in value && 'issuedAt' in value;
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instantFromMillis, type Order, type PlatformId } from '@pangea/domain';
import {
	type AdapterContext,
	definePlatform,
	type Grant,
	type HttpReply,
	type Outcome,
	type Page,
	type PlatformAdapter,
	PlatformError,
	type StoreContext,
} from '@pangea/platform-contract';

/** An order as the scripted platform keeps it. */
export interface WireOrder {
	id: string;
	/** Milliseconds. */
	updatedAt: number;
	/** Milliseconds. Default: a day in October. */
	placedAt?: number;
	status: string;
	parcels?: string[];
	/** The parcels are all there are. */
	parcelsComplete?: true;
	title?: string;
	site?: string;
	quantity?: number;
	/** What is bought: product and variant. */
	listing?: [string, string];
	/** Its amounts are not told yet. */
	untold?: true;
	/** The adapter cannot read it. */
	poison?: boolean;
}

export interface ScriptedPlatform {
	url: string;
	orders: Map<string, WireOrder>;
	/** Orders that searches leave out until they are asked for again. */
	hidden: Set<string>;
	refreshes: number;
	/** How often a refresh token came that had been used before. */
	burned: number;
	/** Milliseconds before a new token arrives. */
	refreshDelay: number;
	requests: string[];
	/** When something was written, in milliseconds since 1970. */
	writtenAt: number[];
	/** Listings that were made, by seller code: an id for each time it was asked for. */
	made: Map<string, string[]>;
	/** Milliseconds before the answer that a listing is made or changed; it is so at once. */
	makeDelay: number;
	/** Pieces of its one listing, and each number that was written. */
	stock: number;
	stocksWritten: number[];
	/** Answers every call with this status when set. */
	failWith: number | null;
	/** Milliseconds before each page. */
	pageDelay: number;
	close(): Promise<void>;
}

const SITE = 'XS';
const REFRESH_DELAY = 150;

/** A small honest platform over HTTP: pages by change time, rotating refresh tokens that work once. */
export async function startScriptedPlatform(): Promise<ScriptedPlatform> {
	let valid = { access: 'access-0', refresh: 'refresh-0' };
	const state: ScriptedPlatform = {
		url: '',
		orders: new Map(),
		hidden: new Set(),
		refreshes: 0,
		burned: 0,
		refreshDelay: REFRESH_DELAY,
		requests: [],
		writtenAt: [],
		made: new Map(),
		makeDelay: 0,
		stock: 4,
		stocksWritten: [],
		failWith: null,
		pageDelay: 0,
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
	const server: Server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (c: Buffer) => chunks.push(c));
		request.on('end', () => {
			const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string | string[] | null>;
			const path = request.url ?? '';
			state.requests.push(path);
			const answer = (status: number, value: unknown, delay = 0): void => {
				setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value)), delay);
			};
			if (state.failWith !== null) return answer(state.failWith, { error: 'scripted' });
			if (path === '/token') {
				if (body['refresh'] !== valid.refresh) {
					state.burned++;
					return answer(401, { error: 'refresh token was used' });
				}
				state.refreshes++;
				valid = { access: `access-${state.refreshes}`, refresh: `refresh-${state.refreshes}` };
				return answer(200, valid, state.refreshDelay);
			}
			if (request.headers.authorization !== valid.access) return answer(401, { error: 'token' });
			if (path === '/write') {
				state.writtenAt.push(Date.now());
				return answer(200, {});
			}
			if (path === '/make') {
				const code = String(body['sellerSku']);
				const ids = [...(state.made.get(code) ?? []), `P${state.made.size + 1}`];
				state.made.set(code, ids);
				return answer(200, { id: ids.at(-1) }, state.makeDelay);
			}
			if (path === '/stock') {
				if (body['stock'] === undefined) return answer(200, { stock: state.stock });
				state.stock = Number(body['stock']);
				state.stocksWritten.push(state.stock);
				return answer(200, {}, state.makeDelay);
			}
			if (path === '/find') return answer(200, { id: state.made.get(String(body['sellerSku']))?.[0] ?? null });
			if (path === '/get') return answer(200, { items: (body['ids'] as string[]).flatMap((id) => state.orders.get(id) ?? []) });
			const from = Date.parse(String(body['from']));
			const until = Date.parse(String(body['until']));
			const all = [...state.orders.values()].filter((o) => o.updatedAt >= from && o.updatedAt < until);
			all.sort((a, b) => (body['order'] === 'newest' ? b.updatedAt - a.updatedAt : a.updatedAt - b.updatedAt) || (a.id < b.id ? -1 : 1));
			if (path === '/count') return answer(200, { total: all.length });
			const seen = all.filter((o) => !state.hidden.has(o.id));
			const start = Number(body['cursor'] ?? 0);
			const size = Number(body['size']);
			if (path === '/list') return answer(200, { items: seen.slice(0, size), total: all.length });
			const next = start + size < seen.length ? String(start + size) : null;
			answer(200, { items: seen.slice(start, start + size), next, total: seen.length }, state.pageDelay);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return state;
}

export interface ScriptedAdapterOptions {
	url: string;
	pageSize?: number;
	id?: PlatformId;
}

export async function post(
	context: AdapterContext & Partial<StoreContext>,
	path: string,
	body: object,
	options: { writes?: true } = {},
): Promise<HttpReply> {
	for (let attempt = 0; ; attempt++) {
		const reply = await context.http.send({
			operation: 'call',
			method: 'POST',
			url: `${context.hosts['api']}${path}`,
			headers: { 'content-type': 'application/json', authorization: context.grant?.().secrets['access'] ?? '' },
			body: JSON.stringify(body),
			idempotent: options.writes !== true,
			...options,
		});
		if (reply.status === 200) return reply;
		if (reply.status === 401 && context.renew && attempt === 0) await context.renew();
		else throw failure(reply.status);
	}
}

function failure(status: number): PlatformError {
	if (status === 401) return new PlatformError({ kind: 'auth', userMessage: { code: 'grantExpired' }, detail: 'scripted 401' });
	if (status === 403) return new PlatformError({ kind: 'forbidden', userMessage: { code: 'scopeMissing' }, detail: 'scripted 403' });
	if (status === 429)
		return new PlatformError({ kind: 'rateLimited', userMessage: { code: 'rateLimited' }, detail: 'scripted 429', retryAfter: 7000 });
	return new PlatformError({ kind: 'unavailable', userMessage: { code: 'platformDown' }, detail: `scripted ${status}` });
}

/** Reads wire orders; a version of the adapter that has learnt the poison is made with `knowsPoison`. */
export function readWire(items: WireOrder[], knowsPoison = false): Outcome<Order>[] {
	return items.map((wire) =>
		wire.poison && !knowsPoison
			? { ok: false, externalId: wire.id, cause: 'status: not known', raw: JSON.stringify({ items: [wire] }), replies: [0] }
			: { ok: true, value: toOrder(wire), replies: [0] },
	);
}

export function toOrder(wire: WireOrder): Order {
	const at = instantFromMillis(wire.updatedAt);
	return {
		externalId: wire.id,
		externalGroupId: null,
		siteId: wire.site ?? SITE,
		state: wire.status === 'SHIPPED' ? 'shipped' : wire.status === 'DELIVERED' ? 'delivered' : 'toShip',
		rawStatus: wire.status,
		fulfilment: 'seller',
		placedAt: instantFromMillis(wire.placedAt ?? Date.UTC(2026, 9, 1)),
		paidAt: null,
		shipBy: null,
		deliverBy: null,
		shippedAt: null,
		deliveredAt: wire.status === 'DELIVERED' ? at : null,
		cancelledAt: null,
		updatedAt: at,
		buyerCountry: 'MX',
		externalBuyerId: `buyer of ${wire.id}`,
		isTest: false,
		money: {
			currency: 'MXN',
			taxBasis: 'gross',
			parts: wire.untold ? {} : { total: { amountMinor: 12_345n, currency: 'MXN' } },
			totalComputed: false,
		},
		...(wire.untold && { amountsUntold: true, askAgain: true }),
		lines: [
			{
				externalId: 'l1',
				externalListingId: wire.listing?.[0] ?? null,
				externalVariantId: wire.listing?.[1] ?? null,
				sellerSku: 'SKU-1',
				title: wire.title ?? `Cup "ñ\\${wire.id}"\t杯子`,
				variant: null,
				imageUrl: null,
				quantity: wire.quantity ?? 2,
				quantityCancelled: 0,
				quantityShipped: null,
				unitPrice: { amountMinor: 6_172n, currency: 'MXN' },
				discount: null,
				tax: null,
				rawStatus: null,
			},
		],
		...(wire.parcelsComplete && { parcelsComplete: wire.parcelsComplete }),
		parcels: (wire.parcels ?? []).map((p) => {
			const [externalId = p, state] = p.split('=');
			return {
				externalId,
				carrier: 'DHL',
				trackingNumber: `T-${externalId}`,
				state: state === 'delivered' ? 'delivered' : 'shipped',
				rawStatus: null,
				shippedAt: null,
				deliveredAt: null,
				lines: [],
			};
		}),
		returns: [],
		fees: [],
		buyer: {
			name: 'Ana',
			email: null,
			phone: null,
			taxId: null,
			addressLines: ['Calle 1'],
			city: null,
			region: null,
			postalCode: null,
			maskedByPlatform: false,
		},
		warnings: [],
	};
}

function pageOf(reply: HttpReply, watermark: string): Page<Order> {
	const {
		items,
		next = null,
		total = null,
	} = JSON.parse(reply.body.toString()) as { items: WireOrder[]; next?: string | null; total?: number | null };
	const fetchedAt = new Date().toISOString();
	return { items: readWire(items), replies: [{ operation: 'orders', fetchedAt, body: reply.body }], next, watermark, total };
}

/** An adapter for {@link startScriptedPlatform}. */
export function scriptedAdapter(options: ScriptedAdapterOptions): PlatformAdapter {
	const size = options.pageSize ?? 5;
	return definePlatform(
		{
			id: options.id ?? 'temu',
			name: 'Scripted',
			sites: [
				{ id: SITE, country: 'MX', currency: 'MXN', zone: 'America/Mexico_City', language: 'es-MX', host: 'api' },
				{ id: 'YS', country: 'BR', currency: 'BRL', zone: 'America/Sao_Paulo', language: 'pt-BR', host: 'api' },
			],
			hosts: { api: options.url },
			appFields: [{ key: 'secret', secret: true, pattern: '^.{4,}$', example: 'abcd' }],
			authorization: [{ kind: 'paste', fields: [] }],
			intake: 'webhook',
			budgets: [{ operation: 'call', rate: 1000, burst: 1000, per: 'connection', source: 'test' }],
			pull: { marginSeconds: 0, overlapSeconds: 60, maxWindowDays: 30, historyDays: 60, pollSeconds: 60, pageSize: size },
			grantEnd: { basis: 'told', moves: false, source: 'nowhere' },
			buyerData: [{ from: '2024-01-01', days: 30, openDays: 90, promised: false, standing: 'ours', source: 'nowhere' }],
			replyClocks: [],
			messagePolicy: { rules: [], ownHosts: [] },
			limitations: [],
		},
		{
			authorization: {
				exchange: () =>
					Promise.resolve<Grant>({
						secrets: { access: 'access-0', refresh: 'refresh-0' },
						accessExpiresAt: null,
						grantExpiresAt: null,
						externalAccountId: 'seller-1',
						accountName: 'Seller',
						scopes: [],
						host: 'api',
					}),
				async refresh(context, grant) {
					const reply = await post(context, '/token', { refresh: grant.secrets['refresh'] });
					return { ...grant, secrets: JSON.parse(reply.body.toString()) as Record<string, string> };
				},
			},
			stores: {
				list: () => Promise.resolve([{ externalId: 'shop-1', name: 'Shop', siteId: SITE, mode: 'local', active: true, attributes: {} }]),
			},
			orders: {
				async *pull(context, window, cursor) {
					for (let at = cursor; ; ) {
						const page = pageOf(await post(context, '/search', { ...window, cursor: at, size }), window.until);
						yield page;
						if (page.next === null) return;
						at = page.next;
					}
				},
				fetch: async (context, ids) => pageOf(await post(context, '/get', { ids }), context.now().toISOString()),
				count: async (context, window) => (JSON.parse((await post(context, '/count', window)).body.toString()) as { total: number }).total,
				async list(context, window) {
					const reply = await post(context, '/list', { ...window, size });
					const { items, total } = JSON.parse(reply.body.toString()) as { items: WireOrder[]; total: number };
					const orders = items.map((o) => ({ externalId: o.id, updatedAt: instantFromMillis(o.updatedAt) }));
					return { orders, whole: total <= size, total, unshown: Math.max(0, total - items.length) };
				},
				async within(context, window, ids) {
					const { items } = JSON.parse((await post(context, '/get', { ids })).body.toString()) as { items: WireOrder[] };
					const [from, until] = [Date.parse(window.from), Date.parse(window.until)];
					return items.filter((o) => o.updatedAt >= from && o.updatedAt < until).map((o) => o.id);
				},
				read(document) {
					try {
						const parsed = JSON.parse(document.body.toString()) as { items?: WireOrder[] };
						return Array.isArray(parsed.items) ? readWire(parsed.items, true) : null;
					} catch {
						return null;
					}
				},
			},
			webhooks: {
				verify(app, request) {
					if (request.headers['x-secret'] !== app['secret']) return { ok: false, reason: 'wrong secret' };
					const {
						delivery,
						account,
						ids = [],
						revoked,
					} = JSON.parse(request.body.toString()) as { delivery: string; account: string; ids?: string[]; revoked?: boolean };
					const base = { accountExternalId: account, deliveryId: delivery, occurredAt: null };
					return {
						ok: true,
						tidings: revoked
							? [{ ...base, kind: 'grant', externalIds: [], grant: 'revoked' }]
							: [{ ...base, kind: 'orders', externalIds: ids }],
						answer: { status: 200, body: 'OK' },
					};
				},
			},
		},
	);
}

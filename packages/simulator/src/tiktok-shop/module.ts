import type { FastifyInstance } from 'fastify';
import { mountHost, type Operation, type WireCall, type WireReply } from '../core/operation.ts';
import type { MountedPlatform, PlatformContext, PlatformModule } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { analyticsOperations } from './analytics.ts';
import { categoryOperations } from './categories.ts';
import { CustomerService } from './customer-service.ts';
import { badParameter, dialect, fail, ok } from './dialect.ts';
import { financeOperations } from './finance.ts';
import { allScopes, type Grant, Grants, type TikTokApp } from './grants.ts';
import { TikTokIds } from './ids.ts';
import { NewProducts } from './new-products.ts';
import { orderOperations } from './operations.ts';
import { productOperations } from './products.ts';
import { fieldsOf, type ShopCall } from './shop-call.ts';
import { sameSignature, signRequest } from './sign.ts';
import { TikTokWebhooks } from './webhooks.ts';

const API = '/tiktok-shop-api';
const AUTH = '/tiktok-shop-auth';
const SERVICES = '/tiktok-shop-services';
/** 50 requests per second per application, shop and endpoint (contract §4). */
const LIMIT = { rate: 50, burst: 50 };

/** TikTok Shop Open Platform, 202309 and newer. */
export const tiktokShop: PlatformModule = { name: 'tiktok-shop', mount };

async function mount(app: FastifyInstance, context: PlatformContext): Promise<MountedPlatform> {
	const ids = new TikTokIds(context.world);
	const own: TikTokApp = {
		key: '6simtiktokapp',
		secret: '4f1c9a27d0b34e5f8a6172839405b6c7d8e9f0a1',
		serviceId: '7412345678901234567',
		redirectUrl: null,
		scopes: allScopes,
	};
	const grants = new Grants(context, own);
	const webhooks = new TikTokWebhooks(context, ids, own);
	const service = new CustomerService(context, ids, webhooks);
	const accounts = [...new Set(context.stores.map((s) => s.account))];
	const ready = new Map(accounts.map((account) => [account, grants.authorize(account)]));

	const shopsOf = (grant: Grant): StoreSeed[] => context.stores.filter((s) => s.account === grant.account);
	const checked = (call: WireCall, scope: string): Grant | WireReply => {
		const refused = checkSignature(call, own);
		if (refused !== null) return refused;
		const grant = grants.check(call);
		if (typeof grant === 'string') return fail(call, grant);
		return grant.scopes.includes(scope) ? grant : fail(call, 'scopeMissing');
	};
	const limited = (call: WireCall, who: string): boolean => !context.buckets.take(`tiktok-shop ${who} ${call.operation}`, LIMIT).allowed;
	const sellerLevel =
		<R extends WireReply | Promise<WireReply>>(scope: string, handle: (call: WireCall, grant: Grant) => R) =>
		(call: WireCall): WireReply | R => {
			const grant = checked(call, scope);
			if ('status' in grant) return grant;
			if (call.query.has('shop_cipher')) return fail(call, 'cipherUnexpected');
			return limited(call, grant.account) ? fail(call, 'limited') : handle(call, grant);
		};
	const shopLevel =
		<R extends WireReply | Promise<WireReply>>(scope: string, handle: (shop: ShopCall) => R) =>
		(call: WireCall): WireReply | R => {
			const grant = checked(call, scope);
			if ('status' in grant) return grant;
			const cipher = call.query.get('shop_cipher');
			if (cipher === null) return fail(call, 'cipherMissing');
			const store = context.stores.find((s) => cipherOf(s) === cipher);
			if (store === undefined) return fail(call, 'cipherInvalid');
			if (store.account !== grant.account) return fail(call, 'wrongShop');
			return limited(call, store.id) ? fail(call, 'limited') : handle({ call, store, grant });
		};

	const made = new NewProducts(ids, context.world);
	const operations: Operation[] = [
		{
			name: 'authorization.shops',
			method: 'GET',
			path: '/authorization/202309/shops',
			handle: sellerLevel('seller.authorization.info', (call, grant) =>
				ok(call, {
					shops: shopsOf(grant).map((s) => ({
						id: ids.shop(s),
						name: `Yunfan ${s.site}`,
						region: s.site,
						seller_type: s.site === 'BR' ? 'LOCAL' : 'CROSS_BORDER',
						cipher: cipherOf(s),
						code: `CN${s.site}YUN${String(s.number).padStart(4, '0')}`,
					})),
				}),
			),
		},
		{
			name: 'seller.shops',
			method: 'GET',
			path: '/seller/202309/shops',
			handle: sellerLevel('seller.shop.info', (call, grant) =>
				ok(call, { shops: shopsOf(grant).map((s) => ({ id: ids.shop(s), region: s.site })) }),
			),
		},
		{
			name: 'seller.permissions',
			method: 'GET',
			path: '/seller/202309/permissions',
			handle: sellerLevel('seller.shop.info', (call) => ok(call, { permissions: ['MANAGE_GLOBAL_PRODUCT'] })),
		},
		...orderOperations(context, ids, shopLevel),
		...productOperations(context, ids, made, shopLevel),
		...categoryOperations(shopLevel),
		...made.operations(shopLevel, sellerLevel),
		...financeOperations(context, ids, shopLevel),
		...analyticsOperations(context, ids, shopLevel),
		...service.operations(shopLevel),
		{
			name: 'webhooks.list',
			method: 'GET',
			path: '/event/202309/webhooks',
			handle: shopLevel('seller.shop.info', ({ call, store }) =>
				ok(call, { webhooks: webhooks.list(store), total_count: webhooks.list(store).length }),
			),
		},
		{
			name: 'webhooks.update',
			method: 'PUT',
			path: '/event/202309/webhooks',
			handle: shopLevel('seller.shop.info', ({ call, store }) => {
				const { event_type: topic, address } = fieldsOf(call);
				if (typeof topic !== 'string') return badParameter(call, 'event_type is required.');
				if (typeof address !== 'string' || address.length > 255) return badParameter(call, 'address is required.');
				webhooks.put(store, topic, address);
				return ok(call, {});
			}),
		},
		{
			name: 'webhooks.delete',
			method: 'DELETE',
			path: '/event/202309/webhooks',
			handle: shopLevel('seller.shop.info', ({ call, store }) => {
				const { event_type: topic } = fieldsOf(call);
				if (typeof topic !== 'string') return badParameter(call, 'event_type is required.');
				webhooks.remove(store, topic);
				return ok(call, {});
			}),
		},
	];
	const aimed = { ...dialect, storeOf: (call: WireCall) => context.stores.find((s) => cipherOf(s) === call.query.get('shop_cipher'))?.id };
	await mountHost(app, context, API, aimed, operations, (call) => unknownPath(call, operations));
	await mountHost(
		app,
		context,
		AUTH,
		dialect,
		[
			{ name: 'token.get', method: 'GET', path: '/api/v2/token/get', handle: (call) => grants.tokenGet(call) },
			{ name: 'token.refresh', method: 'GET', path: '/api/v2/token/refresh', handle: (call) => grants.tokenRefresh(call) },
		],
		(call) => fail(call, 'path'),
	);
	await mountHost(
		app,
		context,
		SERVICES,
		dialect,
		[{ name: 'authorize', method: 'GET', path: '/open/authorize', handle: (call) => authorizePage(call, own, grants, accounts) }],
		(call) => fail(call, 'path'),
	);

	return {
		facts: () => ({
			apiUrl: context.origin() + API,
			authUrl: context.origin() + AUTH,
			servicesUrl: context.origin() + SERVICES,
			appKey: own.key,
			appSecret: own.secret,
			serviceId: own.serviceId,
			accounts: accounts.map((account) => ({
				account,
				...ready.get(account),
				shops: context.stores
					.filter((s) => s.account === account)
					.map((s) => ({ store: s.id, id: ids.shop(s), cipher: cipherOf(s), region: s.site })),
			})),
		}),
		orderId: (ref) => ids.order(ref),
		findOrder: (id) => ids.findOrder(id),
		onChange: (change, order) => {
			webhooks.onChange(change, order);
			if (change.step.kind === 'placed') service.placed(order);
		},
		buyerWrites: (order, text, files) => service.buyerWrites(order, text, files),
		conversations: (store) => service.truth(store),
		listens: (store) => webhooks.listens(store),
		addTarget: (target) => webhooks.addTarget(target),
		expireTokens: (options) => {
			grants.expire(options);
			if (options.refresh !== true) return;
			for (const store of context.stores)
				if (options.account === undefined || options.account === store.account) webhooks.deauthorized(store);
		},
		configure: (settings) => {
			for (const [name, value] of Object.entries(settings)) {
				if (name === 'redirectUrl' && typeof value === 'string') own.redirectUrl = value;
				else if (name === 'scopes' && Array.isArray(value)) own.scopes = value.map(String);
				else throw new RangeError(`TikTok Shop has no setting ${name}`);
			}
		},
	};
}

function cipherOf(store: StoreSeed): string {
	const region = store.site === 'US' ? 'TTP' : store.site === 'GB' ? 'GCP' : 'ROW';
	return `${region}_SIM${store.site.toLowerCase()}AAAABh00qs+WgtvOiG${store.number}FNqy=`;
}

function checkSignature(call: WireCall, app: TikTokApp): WireReply | null {
	if (call.query.get('app_key') !== app.key) return fail(call, 'appKey');
	const timestamp = Number(call.query.get('timestamp') ?? Number.NaN) * 1000;
	// From five minutes in the past to thirty seconds ahead (contract §2).
	if (!(timestamp >= call.now - 300_000 - 1000 && timestamp <= call.now + 30_000)) return fail(call, 'timestamp');
	const sign = call.query.get('sign');
	if (sign === null) return fail(call, 'signMissing');
	const expected = signRequest({
		secret: app.secret,
		path: call.path,
		query: call.query,
		body: call.method === 'GET' ? Buffer.alloc(0) : call.body,
		contentType: call.headers['content-type'] ?? '',
	});
	if (!sameSignature(sign, expected)) return fail(call, 'badSign');
	return call.query.has('access_token') && call.headers['x-tts-access-token'] === undefined ? fail(call, 'tokenInvalid') : null;
}

function unknownPath(call: WireCall, operations: readonly Operation[]): WireReply {
	const shape = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, '[^/]+').replace(/\/20\d{4}\//, '/20\\d{4}/')}$`);
	const exact = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
	if (operations.some((o) => exact(o.path).test(call.path))) return fail(call, 'method');
	return operations.some((o) => shape(o.path).test(call.path)) ? fail(call, 'version') : fail(call, 'path');
}

/** Approves by itself: the account named in `account` (only this simulator knows it), else the first. */
function authorizePage(call: WireCall, app: TikTokApp, grants: Grants, accounts: readonly string[]): WireReply {
	if (call.query.get('service_id') !== app.serviceId)
		return { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>Invalid service_id</h1>' };
	const state = call.query.get('state');
	const account = call.query.get('account') ?? accounts[0] ?? '';
	if (!accounts.includes(account)) return { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>No such seller</h1>' };
	const answer = new URLSearchParams(
		call.query.get('deny') === null ? { app_key: app.key, code: grants.issueCode(account) } : { code: 'null', error: 'auth_denied' },
	);
	if (state !== null) answer.set('state', state);
	if (app.redirectUrl === null)
		return {
			status: 200,
			headers: { 'content-type': 'text/html' },
			body: `<h1>Authorized</h1><p>No redirect URL is set for this app.</p><code>${answer.get('code') ?? ''}</code>`,
		};
	const target = new URL(app.redirectUrl);
	for (const [name, value] of answer) target.searchParams.set(name, value);
	return { status: 302, headers: { location: target.href }, body: '' };
}

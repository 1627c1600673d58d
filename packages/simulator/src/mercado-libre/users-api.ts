import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import { callerOf, callerOfFamily, type Desk } from './caller.ts';
import type { Account } from './grants.ts';
import { sellerId } from './ids.ts';
import { badRequest, classic, notFound, notYours, oauthRefusal } from './replies.ts';
import { meliSites, siteOf } from './sites.ts';
import { noticeTime, orderTime } from './wire-time.ts';

const DAY = 86_400_000;

/** Consent, tokens, users, sites, the application and its grants (contract mercado-libre §1, §2, §9). */
export function userOperations(desk: Desk): Operation[] {
	const ok = (body: unknown): WireReply => ({ status: 200, body });
	return [
		{ name: 'oauth.token', method: 'POST', path: '/oauth/token', handle: (call) => ok(token(desk, call)) },
		{ name: 'users.me', method: 'GET', path: '/users/me', handle: (call) => ok(me(callerOf(desk, call))) },
		{ name: 'users.get', method: 'GET', path: '/users/:id', handle: (call) => ok(publicUser(desk, call)) },
		{
			name: 'marketplace.users.cap',
			method: 'GET',
			path: '/marketplace/users/cap',
			handle: (call) => ok(cap(callerOfFamily(desk, call, 'global'))),
		},
		{ name: 'marketplace.users.get', method: 'GET', path: '/marketplace/users/:id', handle: (call) => ok(mapping(desk, call)) },
		{ name: 'applications.get', method: 'GET', path: '/applications/:id', handle: (call) => ok(application(desk, call)) },
		{ name: 'applications.grants', method: 'GET', path: '/applications/:id/grants', handle: (call) => ok(grantsOf(desk, call)) },
		{ name: 'grant.revoke', method: 'DELETE', path: '/users/:id/applications/:app', handle: (call) => ok(revoke(desk, call)) },
		{ name: 'sites', method: 'GET', path: '/sites', handle: (call) => sites(desk, call) },
		{ name: 'missed_feeds', method: 'GET', path: '/missed_feeds', handle: (call) => ok(missedFeeds(desk, call)) },
	];
}

/** The consent page of one auth host: approves at once and sends the browser back with `code` and `state`. */
export function authorize(desk: Desk, call: WireCall): WireReply {
	const { query } = call;
	const redirect = query.get('redirect_uri') ?? '';
	if (query.get('client_id') !== String(desk.app.id)) throw oauthRefusal('invalid_client', 'the client_id is not valid');
	if (query.get('response_type') !== 'code') throw oauthRefusal('invalid_request', 'response_type must be code');
	const known = desk.app.redirectUris.length === 0 ? URL.canParse(redirect) : desk.app.redirectUris.includes(redirect);
	if (!known) throw oauthRefusal('invalid_request', 'the redirect_uri does not match the registered one');
	const value = query.get('code_challenge');
	const method = query.get('code_challenge_method') ?? 'plain';
	if (value === null && desk.app.usePkce) throw oauthRefusal('invalid_request', 'code_challenge is a required parameter');
	if (value !== null && method !== 'S256' && method !== 'plain')
		throw oauthRefusal('invalid_request', 'code_challenge_method is not valid');
	const site = call.params['site'] ?? '';
	const account = desk.accounts.find((a) =>
		site === 'CBT' ? a.family === 'global' : a.family === 'local' && a.stores.some((s) => s.site === site),
	);
	if (!account) throw oauthRefusal('invalid_request', `no seller of site ${site.slice(0, 10)} in this world`);
	const target = new URL(redirect);
	const state = query.get('state');
	if (state !== null) target.searchParams.set('state', state);
	if (query.get('deny') !== null) {
		target.searchParams.set('error', 'access_denied');
		return { status: 302, headers: { location: target.href }, body: '' };
	}
	target.searchParams.set('code', desk.grants.authorize(account, redirect, value === null ? null : { value, method }, call.now));
	return { status: 302, headers: { location: target.href }, body: '' };
}

function token(desk: Desk, call: WireCall): Record<string, unknown> {
	const form = new URLSearchParams(call.body.toString('utf8'));
	if (!(call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
		throw oauthRefusal('invalid_request', 'content-type must be application/x-www-form-urlencoded');
	}
	const need = (name: string): string => {
		const value = form.get(name);
		if (!value) throw oauthRefusal('invalid_request', `${name} is a required parameter`);
		return value;
	};
	const grant = need('grant_type');
	if (need('client_id') !== String(desk.app.id) || need('client_secret') !== desk.app.secret) {
		throw oauthRefusal('invalid_client', 'invalid client_id or client_secret.');
	}
	if (grant === 'refresh_token') return desk.grants.renew(need('refresh_token'), call.now, call.strikes('refreshRace'));
	if (grant !== 'authorization_code') throw oauthRefusal('unsupported_grant_type', 'unsupported grant_type');
	return desk.grants.exchange({ code: need('code'), redirectUri: need('redirect_uri'), verifier: form.get('code_verifier') }, call.now);
}

const reputation = {
	level_id: null,
	power_seller_status: null,
	transactions: { canceled: 0, completed: 0, period: 'historic', ratings: { negative: 0, neutral: 0, positive: 0 }, total: 0 },
};

/** `GET /users/me`. */
function me(account: Account): Record<string, unknown> {
	const site = account.family === 'global' ? 'CBT' : (account.stores[0]?.site ?? '');
	const country = account.family === 'global' ? 'CN' : siteOf(site).country;
	const rate = { period: '60 months', rate: 0, value: 0 };
	const allowed = { allow: true, codes: [], immediate_payment: { reasons: [], required: false } };
	return {
		id: account.userId,
		nickname: `SELLER${account.userId}`,
		registration_date: '2021-01-13T13:35:17.000-04:00',
		first_name: 'Demo',
		last_name: 'Seller',
		gender: '',
		country_id: country,
		email: 'seller@example.com',
		identification: { number: 'ABC123', type: 'TaxID' },
		address: { address: 'XXXXXXX', city: 'Shenzhen', state: 'CN-GD', zip_code: '518033' },
		phone: { area_code: '', extension: '', number: '0000-0000', verified: false },
		alternative_phone: { area_code: '', extension: '', number: '' },
		user_type: 'normal',
		tags: ['normal', 'messages_as_seller'],
		logo: null,
		points: 100,
		site_id: site,
		permalink: `https://example.com/SELLER${account.userId}`,
		seller_experience: 'ADVANCED',
		bill_data: { accept_credit_note: null },
		seller_reputation: {
			...reputation,
			metrics: { sales: { period: '60 months', completed: 0 }, claims: rate, delayed_handling_time: rate, cancellations: rate },
		},
		buyer_reputation: {
			canceled_transactions: 0,
			tags: [],
			transactions: {
				canceled: { paid: null, total: null },
				completed: null,
				not_yet_rated: { paid: null, total: null, units: null },
				period: 'historic',
				total: null,
				unrated: { paid: null, total: null },
			},
		},
		status: {
			billing: { allow: true, codes: [] },
			buy: allowed,
			confirmed_email: true,
			shopping_cart: { buy: null, sell: null },
			immediate_payment: false,
			list: allowed,
			mercadoenvios: 'not_accepted',
			mercadopago_account_type: 'personal',
			mercadopago_tc_accepted: true,
			required_action: null,
			sell: allowed,
			site_status: 'active',
			user_type: null,
		},
		secure_email: 'seller@example.com',
		company: {
			brand_name: 'DEMO',
			city_tax_id: '',
			corporate_name: 'DEMO',
			identification: '12345678',
			state_tax_id: '',
			cust_type_id: 'BU',
			soft_descriptor: null,
		},
		credit: { consumed: 0, credit_level_id: 'CBT5', rank: 'newbie' },
		pwd_generation_status: 'none',
		context: { ip_address: '127.0.0.1' },
		registration_identifiers: [],
	};
}

/** `GET /users/{id}`: what anybody may see. */
function publicUser(desk: Desk, call: WireCall): Record<string, unknown> {
	callerOf(desk, call);
	const id = call.params['id'];
	const store = desk.context.stores.find((s) => String(sellerId(s)) === id);
	const account = desk.accounts.find((a) => String(a.userId) === id);
	if (!store && !account) throw notFound('User not found');
	const site = account?.family === 'global' ? 'CBT' : (store?.site ?? '');
	return {
		id: Number(id),
		nickname: `SELLER${id}`,
		registration_date: '2021-01-13T13:35:17.000-04:00',
		country_id: site === 'CBT' ? 'CN' : siteOf(site).country,
		address: { state: 'CN-GD', city: 'Shenzhen' },
		user_type: 'normal',
		tags: ['normal'],
		logo: null,
		points: 100,
		site_id: site,
		permalink: `https://example.com/SELLER${id}`,
		seller_reputation: reputation,
		buyer_reputation: { tags: [] },
		status: { site_status: 'active' },
	};
}

const logistic = (mode: string) => (mode === 'platform-fulfilled' ? 'fulfillment' : 'remote');

/** `GET /marketplace/users/{global user}`: one row per site and logistic type. */
function mapping(desk: Desk, call: WireCall): Record<string, unknown> {
	const account = callerOfFamily(desk, call, 'global');
	if (call.params['id'] !== String(account.userId)) throw notYours();
	const marketplaces = account.stores.map((s) => ({ user_id: sellerId(s), site_id: s.site, logistic_type: logistic(s.mode) }));
	return { user_id: account.userId, site_id: 'CBT', marketplaces };
}

function cap(account: Account): Record<string, unknown>[] {
	return account.stores.map((s) => ({
		user_id: sellerId(s),
		site_id: s.site,
		logistic_type: logistic(s.mode),
		quota: 1000,
		total_items: 30,
		total_ups: 0,
		level_information: 0,
	}));
}

function ownApplication(desk: Desk, call: WireCall, name: string): void {
	if (call.params[name] !== String(desk.app.id)) throw classic(403, 'forbidden', 'forbidden');
}

function application(desk: Desk, call: WireCall): Record<string, unknown> {
	callerOf(desk, call);
	ownApplication(desk, call, 'id');
	return {
		id: desk.app.id,
		site_id: 'CBT',
		name: 'Simulated application',
		description: 'Simulated application',
		thumbnail: null,
		catalog_product_id: null,
		item_id: null,
		price: null,
		currency_id: null,
		short_name: 'simulated',
		url: 'https://example.com/',
		callback_url: desk.app.redirectUris[0] ?? 'https://example.com/',
		sandbox_mode: true,
		project_id: null,
		active: true,
		max_requests_per_hour: 18_000,
		scopes: ['write', 'read', 'offline_access'],
		notifications_callback_url: 'https://example.com/',
		notifications_topics: ['marketplace_orders', 'marketplace_shipments', 'orders_v2', 'shipments'],
		domains: [],
		certification_status: 'not_certified',
		token_type: '',
		use_pkce: desk.app.usePkce,
		date_created: '2023-03-21T18:07:03.000-04:00',
		blocked: false,
		blocked_date: '',
		blocked_reason: '',
		disabled: false,
		disabled_date: '',
	};
}

function grantsOf(desk: Desk, call: WireCall): Record<string, unknown> {
	callerOf(desk, call);
	ownApplication(desk, call, 'id');
	const rows = desk.accounts.flatMap((account) => {
		const since = desk.grants.grantedAt(account);
		if (since === null) return [];
		return [{ user_id: account.userId, app_id: desk.app.id, date_created: orderTime(since), scopes: ['offline_access', 'read', 'write'] }];
	});
	return { grants: rows, paging: { total: rows.length, limit: 50, offset: 0 } };
}

function revoke(desk: Desk, call: WireCall): Record<string, unknown> {
	const account = callerOf(desk, call);
	ownApplication(desk, call, 'app');
	if (call.params['id'] !== String(account.userId)) throw notYours();
	desk.grants.end(account.name, true);
	return { user_id: account.userId, app_id: desk.app.id, msg: 'Autorización eliminada' };
}

function sites(desk: Desk, call: WireCall): WireReply {
	callerOf(desk, call);
	const rows = meliSites.map((s) => ({ default_currency_id: s.currency, id: s.id, name: s.name }));
	return { status: 200, body: rows };
}

/** `GET /missed_feeds`: what was given up in the last two days. */
function missedFeeds(desk: Desk, call: WireCall): Record<string, unknown> {
	callerOf(desk, call);
	if (call.query.get('app_id') !== String(desk.app.id)) throw classic(403, 'forbidden', 'forbidden');
	const topic = call.query.get('topic');
	const [offset, limit] = [Number(call.query.get('offset') ?? 0), Number(call.query.get('limit') ?? 10)];
	if (!Number.isInteger(offset) || !Number.isInteger(limit) || offset < 0 || limit < 1) throw badRequest('Invalid paging');
	const missed = desk.context.deliveries.list().filter((d) => {
		const last = d.attempts.at(-1);
		return (
			d.platform === 'mercado-libre' &&
			d.state === 'dropped' &&
			last !== undefined &&
			last.at > call.now - 2 * DAY &&
			(topic === null || d.topic === topic)
		);
	});
	const messages = missed.slice(offset, offset + limit).map((d) => ({
		...(JSON.parse(d.body) as Record<string, unknown>),
		request: {
			url: d.url,
			headers: { accept: 'application/json', 'content-type': 'application/json', 'content-length': d.body.length },
			data: d.body,
		},
		response: {
			req_time: 500,
			http_code: d.attempts.at(-1)?.status ?? 0,
			body: d.attempts.at(-1)?.error ?? '',
			headers: { date: noticeTime(d.attempts.at(-1)?.at ?? call.now) },
		},
	}));
	return { messages };
}

import { createHash } from 'node:crypto';
import { describe } from 'vitest';
import type { ConformanceWorld, ExpectedOrder } from '@pangea/platform-contract/conformance';
import { describeConformance } from '@pangea/platform-contract/conformance';
import { redirectConsent, simulatedWorld } from '@pangea/platform-contract/simulated-world';
import type { OrderTruth } from '@pangea/simulator';
import type { AdapterContext, AppCredentials, Grant, IncomingRequest, PlatformAdapter } from '@pangea/platform-contract';
import { z } from 'zod';
import { mercadoLibre } from '../src/index.ts';

const Account = z.object({
	name: z.string(),
	userId: z.string(),
	authorizationSite: z.string(),
	stores: z.array(z.object({ id: z.string(), sellerId: z.string() })),
});
const Facts = z.object({
	apiBase: z.string(),
	authBase: z.string(),
	clientId: z.string(),
	clientSecret: z.string(),
	accounts: z.array(Account),
});
type Facts = z.infer<typeof Facts>;

const REDIRECT = 'https://pangea.example/oauth/mercado-libre';

/** An operator who makes the token of his callback address out of the app's secret: another secret is another token. */
function callbackToken(app: AppCredentials): string {
	return app['clientSecret'] ? createHash('sha256').update(app['clientSecret']).digest('base64url') : '';
}

/**
 * The adapter as the product runs it. The suite gives each context a copy of the grant; the product keeps one row, so the newest refresh
 * token is shared here too: this platform's are good once, and a new login ends the older ones.
 */
function asOperated(): PlatformAdapter {
	const { authorization, webhooks } = mercadoLibre;
	const newest = new Map<string | undefined, Grant>();
	const keep = (context: AdapterContext, grant: Grant): Grant => {
		newest.set(context.hosts['api'], grant);
		return grant;
	};
	return {
		...mercadoLibre,
		authorization: {
			...authorization,
			exchange: async (context, request) => keep(context, await authorization.exchange(context, request)),
			refresh: async (context, grant) => keep(context, await authorization.refresh!(context, newest.get(context.hosts['api']) ?? grant)),
		},
		webhooks: { verify: (app, request, now) => webhooks!.verify({ ...app, callbackToken: callbackToken(app) }, request, now) },
	};
}

/** A purchase of several lines is several orders here, each with one line. `ids` are those of its orders, in the order of its lines. */
function ordersOf({ order }: OrderTruth, ids: readonly string[]): ExpectedOrder[] {
	if (ids.length !== order.lines.length) throw new Error(`${ids.length} orders for ${order.lines.length} lines`);
	return order.lines.map((line, index) => ({
		externalId: ids[index] ?? '',
		placedAt: new Date(order.placedAt).toISOString(),
		updatedAt: new Date(order.updatedAt).toISOString(),
		total: { amountMinor: BigInt(line.net), currency: order.currency },
		pieces: line.quantity,
		skus: { [line.sku.code]: line.quantity },
	}));
}

interface Row {
	id: number;
	date_created: string;
	buyer: { id: number };
	orders?: { id: number }[];
}

/** Which orders make one purchase, learnt from the platform's own search without the adapter: by the id of the first order, all of them. */
async function purchases(facts: Facts, site: string, now: number): Promise<Map<string, string[]>> {
	const login = new URLSearchParams({
		response_type: 'code',
		client_id: facts.clientId,
		redirect_uri: REDIRECT,
		code_challenge: 'v',
		code_challenge_method: 'plain',
	});
	const page = await fetch(`${facts.authBase}/${site}/authorization?${login}`, { redirect: 'manual' });
	const code = new URL(page.headers.get('location') ?? 'x:').searchParams.get('code') ?? '';
	const app = { client_id: facts.clientId, client_secret: facts.clientSecret };
	const body = new URLSearchParams({ grant_type: 'authorization_code', ...app, code, redirect_uri: REDIRECT, code_verifier: 'v' });
	const token = (await (await fetch(`${facts.apiBase}/oauth/token`, { method: 'POST', body })).json()) as { access_token: string };
	const headers = { authorization: `Bearer ${token.access_token}` };
	const path = site === 'CBT' ? '/marketplace/orders/search' : '/orders/search';
	const filter = site === 'CBT' ? 'last_updated' : 'order.date_last_updated';
	const found = new Map<string, string[]>();
	for (let offset = 0; ; offset += 50) {
		// Longer than any window of the suite, and nothing newer: what is made later is its own affair.
		const times = {
			[`${filter}.from`]: new Date(now - 70 * 86_400_000).toISOString(),
			[`${filter}.to`]: new Date(now - 35 * 86_400_000).toISOString(),
		};
		const query = new URLSearchParams({ ...times, sort: site === 'CBT' ? 'updated_asc' : 'date_asc', limit: '50', offset: String(offset) });
		const { results } = (await (await fetch(`${facts.apiBase}${path}?${query}`, { headers })).json()) as { results: Row[] };
		if (results.length === 0) return found;
		for (const row of results) add(found, row);
	}
}

/** Index rows list their orders; of local rows, one order each, those of one buyer and moment belong together. */
function add(found: Map<string, string[]>, row: Row): void {
	const ids = row.orders?.map((o) => String(o.id));
	if (ids?.[0]) return void found.set(ids[0], ids);
	const key = `${row.date_created} ${row.buyer.id}`;
	const known = found.get(key) ?? [];
	known.push(String(row.id));
	found.set(key, known).set(known[0] ?? '', known);
}

function forgeries(genuine: IncomingRequest): IncomingRequest[] {
	const body = JSON.parse(genuine.body.toString('utf8')) as Record<string, unknown>;
	const changed = (changes: Record<string, unknown>) => ({ ...genuine, body: Buffer.from(JSON.stringify({ ...body, ...changes })) });
	return [
		changed({ application_id: 1 }),
		changed({ application_id: undefined }),
		changed({ user_id: 'me' }),
		changed({ resource: `https://evil.example${String(body['resource'])}` }),
		changed({ resource: '/marketplace/../users/me' }),
		{ ...genuine, url: '/push' },
		{ ...genuine, url: `${genuine.url}x` },
		{ ...genuine, body: Buffer.alloc(0) },
	];
}

/** The world of one seller, who logs in at the page of `site`. */
async function world(site: string): Promise<ConformanceWorld> {
	const truths = new Map<string, OrderTruth>();
	let read: Facts | undefined;
	const account = (facts: Facts) => {
		const found = facts.accounts.find((a) => a.authorizationSite === site);
		if (!found) throw new Error(`The simulator has no seller of ${site}`);
		return found;
	};
	let token = '';
	const own = await simulatedWorld({
		platform: 'mercado-libre',
		simulator: { size: 30_000 },
		read: (facts) => {
			read = Facts.parse(facts);
			token = callbackToken({ clientSecret: read.clientSecret });
			return read;
		},
		hosts: ({ apiBase, authBase }) =>
			Object.fromEntries(
				Object.keys(mercadoLibre.manifest.hosts).map((key) => [key, key === 'api' ? apiBase : `${authBase}/${key.slice('auth-'.length)}`]),
			),
		app: ({ clientId, clientSecret }) => ({ clientId, clientSecret }),
		host: `auth-${site}`,
		settings: { redirectUris: [REDIRECT] },
		consent: () => redirectConsent(REDIRECT),
		stores: (facts) => account(facts).stores.map((store) => ({ externalId: store.sellerId, name: store.id })),
		account: (facts) => account(facts).name,
		poisoned: site === 'CBT' ? 'orders.get' : 'orders.search.local',
		expect: (expected, truth) => {
			truths.set(truth.id, truth);
			return expected;
		},
		unknownId: () => '1999999999999999',
		pushUrl: (base) => `${base}/push?token=${token}`,
		forgeries,
	});
	if (!read) throw new Error('The simulator told no facts');
	const known = await purchases(read, site, own.now().getTime());
	const split = ({ externalId }: ExpectedOrder): ExpectedOrder[] => {
		const truth = truths.get(externalId);
		const ids = known.get(externalId);
		if (!truth || !ids) throw new Error(`Nothing is known of ${externalId}`);
		return ordersOf(truth, ids);
	};
	return { ...own, truth: (store, from, until) => own.truth(store, from, until).flatMap(split) };
}

describe('a Global Selling account', () => {
	describeConformance({ adapter: asOperated(), world: () => world('CBT') });
});

describe('a local seller', () => {
	describeConformance({ adapter: asOperated(), world: () => world('MLA') });
});

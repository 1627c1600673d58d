import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../src/index.ts';
import { amazon, type AmazonAnswer, amazonAccess, amazonFacts, amazonToken } from './amazon-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
const ORDERS = '/orders/2026-01-01/orders';
const ALL = 'BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,FULFILLMENT_ORDERS';
let simulator: Simulator;
let token: string;

beforeEach(async () => {
	simulator = await startSimulator({ size: 3_000, seed: 5, clock: { at: AT, frozen: true } });
	token = await amazonAccess(simulator);
});
afterEach(() => simulator.stop());

const iso = (at: number): string => new Date(at).toISOString();

async function allPages(query: Record<string, string>, account = 'na', access = token): Promise<AmazonAnswer['body'][]> {
	const orders: AmazonAnswer['body'][] = [];
	let next: string | undefined;
	do {
		const answer = await amazon(simulator, account, access, ORDERS, {
			query: next === undefined ? query : { ...query, paginationToken: next },
		});
		if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
		orders.push(...answer.body.orders);
		next = answer.body.pagination?.nextToken;
	} while (next !== undefined);
	return orders;
}

describe('Login with Amazon', () => {
	it('sends the browser back and takes the code once, within five minutes', async () => {
		const facts = amazonFacts(simulator);
		const redirect = 'http://127.0.0.1:9/back';
		const address = `${facts.consentUrl}/apps/authorize/consent?application_id=${facts.applicationId}&state=s1&redirect_uri=${encodeURIComponent(redirect)}&account=eu`;
		expect((await fetch(address, { redirect: 'manual' })).status).toBe(400);
		simulator.control.configure('amazon', { redirectUrls: [redirect] });
		const code = async (): Promise<string> => {
			const back = new URL((await fetch(address, { redirect: 'manual' })).headers.get('location')!);
			expect(back.searchParams.get('state')).toBe('s1');
			expect(back.searchParams.get('selling_partner_id')).toMatch(/^A[A-Z0-9]{13}$/);
			return back.searchParams.get('spapi_oauth_code')!;
		};
		const first = await code();
		const granted = await amazonToken(simulator, { grant_type: 'authorization_code', code: first, redirect_uri: redirect });
		expect(granted.body).toMatchObject({
			token_type: 'bearer',
			expires_in: 3600,
			access_token: expect.stringMatching(/^Atza\|/),
			refresh_token: expect.stringMatching(/^Atzr\|/),
		});
		expect((await amazonToken(simulator, { grant_type: 'authorization_code', code: first })).body.error).toBe('invalid_grant');
		const second = await code();
		simulator.control.setClock({ advance: 6 * 60_000 });
		expect((await amazonToken(simulator, { grant_type: 'authorization_code', code: second })).body.error).toBe('invalid_grant');
		expect((await amazon(simulator, 'eu', granted.body.access_token, '/sellers/v1/marketplaceParticipations')).status).toBe(200);
	});

	it('answers refusals in the words of OAuth', async () => {
		expect((await amazonToken(simulator, { grant_type: 'refresh_token', refresh_token: token })).body.error).toBe('invalid_grant');
		expect((await amazonToken(simulator, { grant_type: 'refresh_token', client_secret: 'x' })).body.error).toBe('invalid_client');
		expect((await amazonToken(simulator, { grant_type: 'client_credentials', scope: 'all' })).body.error).toBe('invalid_scope');
	});

	it('keeps the refresh token over refreshes until the seller takes it back', async () => {
		const refresh_token = amazonFacts(simulator).accounts[0]!.refreshToken;
		const again = await amazonToken(simulator, { grant_type: 'refresh_token', refresh_token });
		expect(again.body.refresh_token).toBe(refresh_token);
		simulator.control.expireTokens('amazon', { account: 'na', refresh: true });
		expect((await amazonToken(simulator, { grant_type: 'refresh_token', refresh_token })).body.error).toBe('invalid_grant');
		expect((await amazon(simulator, 'na', again.body.access_token, ORDERS)).status).toBe(403);
	});

	it('lets an access token live one hour, valid in its own region only', async () => {
		expect((await amazon(simulator, 'eu', token, ORDERS, { query: { createdAfter: iso(AT - DAY) } })).status).toBe(403);
		expect((await amazon(simulator, 'na', token, '/orders/2026-01-01/order')).status).toBe(403);
		simulator.control.setClock({ advance: 3_600_001 });
		const answer = await amazon(simulator, 'na', token, ORDERS, { query: { createdAfter: iso(AT - DAY) } });
		expect([answer.status, answer.body.errors[0].details]).toEqual([403, expect.stringContaining('expired')]);
	});
});

describe('searchOrders', () => {
	it('gives each order of the window once, over all pages and marketplaces', async () => {
		const from = AT - 12 * DAY;
		const got = await allPages({ lastUpdatedAfter: iso(from), maxResultsPerPage: '20' });
		const truth = simulator.control
			.truth({ platform: 'amazon', by: 'updated', from, to: AT - 120_000 + 1 }, 1000)
			.orders.filter((t) => t.order.store.account === 'na')
			.map((t) => t.id);
		expect(truth.length).toBeGreaterThan(40);
		expect(got.map((o) => o.orderId)).toEqual(truth);
	});

	it('ends two minutes ago and says so', async () => {
		const answer = await amazon(simulator, 'na', token, ORDERS, { query: { createdAfter: iso(AT - DAY) } });
		expect(answer.body.createdBefore).toBe(iso(AT - 120_000));
		const late = simulator.control.createOrder('amazon-us', { placedAt: AT - 60_000 });
		expect((await allPages({ createdAfter: iso(AT - 3_600_000) })).map((o) => o.orderId)).not.toContain(late.id);
		expect(
			(await amazon(simulator, 'na', token, ORDERS, { query: { createdAfter: iso(AT - DAY), createdBefore: iso(AT - 60_000) } })).body
				.errors[0].code,
		).toBe('InvalidInput');
		simulator.control.setClock({ advance: 120_000 });
		expect((await allPages({ createdAfter: iso(AT - 3_600_000) })).map((o) => o.orderId)).toContain(late.id);
	});

	it.each([
		['neither start', {}],
		['both starts', { createdAfter: iso(AT - DAY), lastUpdatedAfter: iso(AT - DAY) }],
		['the end of the other', { createdAfter: iso(AT - DAY), lastUpdatedBefore: iso(AT - 3_600_000) }],
		['no date', { createdAfter: 'yesterday' }],
		['an unknown data set', { createdAfter: iso(AT - DAY), includedData: 'MONEY' }],
		['101 a page', { createdAfter: iso(AT - DAY), maxResultsPerPage: '101' }],
		['an unknown status', { createdAfter: iso(AT - DAY), fulfillmentStatuses: 'Shipped' }],
		['a spoilt token', { createdAfter: iso(AT - DAY), paginationToken: 'abc def' }],
	])('refuses %s', async (_name, query) => {
		const answer = await amazon(simulator, 'na', token, ORDERS, { query });
		expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'InvalidInput']);
	});

	it('refuses a token of other filters, one that lost its plus signs and one older than a day', async () => {
		const query = { lastUpdatedAfter: iso(AT - 20 * DAY), maxResultsPerPage: '2' };
		const first = await amazon(simulator, 'na', token, ORDERS, { query });
		const next = first.body.pagination.nextToken as string;
		expect(
			(await amazon(simulator, 'na', token, ORDERS, { query: { ...query, maxResultsPerPage: '3', paginationToken: next } })).status,
		).toBe(400);
		expect((await amazon(simulator, 'na', token, ORDERS, { query: { paginationToken: next } })).status).toBe(200);
		expect(encodeURIComponent(next)).not.toBe(next);
		simulator.control.setClock({ advance: DAY + 3_600_000 });
		const access = await amazonAccess(simulator);
		expect((await amazon(simulator, 'na', access, ORDERS, { query: { ...query, paginationToken: next } })).status).toBe(400);
	});

	it('shows a status, money and people only when asked, and never the money of a pending order', async () => {
		const window = { createdAfter: iso(AT - 10 * DAY), marketplaceIds: 'ATVPDKIKX0DER' };
		const bare = await allPages(window);
		expect(
			bare.every((o) => o.fulfillment === undefined && o.proceeds === undefined && o.buyer === undefined && o.recipient === undefined),
		).toBe(true);
		const fresh = simulator.control.createOrder('amazon-us', { placedAt: AT - 300_000 });
		const full = await allPages({ ...window, includedData: ALL });
		const pending = full.find((o) => o.orderId === fresh.id);
		expect(pending.fulfillment.fulfillmentStatus).toBe('PENDING');
		expect(pending.proceeds ?? pending.recipient ?? pending.orderItems[0].proceeds).toBeUndefined();
		const mails = full.filter((o) => o.buyer.buyerEmail !== undefined);
		expect(mails.length).toBeGreaterThan(0);
		expect(mails.every((o) => o.fulfillment.fulfilledBy === 'MERCHANT')).toBe(true);
		expect(full.filter((o) => o.packages !== undefined).every((o) => o.fulfillment.fulfilledBy === 'MERCHANT')).toBe(true);
		simulator.control.configure('amazon', { directToConsumer: false, taxInvoicing: false });
		const poor = await allPages({ ...window, includedData: ALL });
		expect(
			poor.every(
				(o) => o.buyer.buyerEmail === undefined && o.buyer.buyerName === undefined && o.recipient?.deliveryAddress.name === undefined,
			),
		).toBe(true);
	});

	it('filters by status and by who fulfils', async () => {
		const window = { createdAfter: iso(AT - 60 * DAY), includedData: 'FULFILLMENT' };
		const all = await allPages(window);
		for (const status of ['UNSHIPPED', 'SHIPPED', 'CANCELLED']) {
			const some = await allPages({ ...window, fulfillmentStatuses: status });
			expect(some.map((o) => o.orderId)).toEqual(all.filter((o) => o.fulfillment.fulfillmentStatus === status).map((o) => o.orderId));
		}
		const merchant = await allPages({ ...window, fulfilledBy: 'MERCHANT' });
		expect(merchant.length).toBeGreaterThan(0);
		expect(merchant.length).toBeLessThan(all.length);
	});

	it('denies a marketplace that is not Amazon, as the participations list it all the same', async () => {
		const markets = await amazon(simulator, 'na', token, '/sellers/v1/marketplaceParticipations');
		expect(markets.body.payload.map((p: { marketplace: { id: string } }) => p.marketplace.id)).toEqual([
			'ATVPDKIKX0DER',
			'A2EUQ1WTGCTBG2',
			'A1AM78C64UM0Y8',
			'A2ZV50J4W1RKNI',
		]);
		expect(
			(await amazon(simulator, 'na', token, ORDERS, { query: { createdAfter: iso(AT - DAY), marketplaceIds: 'A2ZV50J4W1RKNI' } })).status,
		).toBe(403);
	});

	it('lets twenty calls through and then one every three minutes', async () => {
		const query = { createdAfter: iso(AT - 3_600_000) };
		const answers: AmazonAnswer[] = [];
		for (let i = 0; i < 25; i++) answers.push(await amazon(simulator, 'na', token, ORDERS, { query }));
		expect(answers.map((a) => a.status)).toEqual([...Array<number>(20).fill(200), ...Array<number>(5).fill(429)]);
		expect(answers[0]!.headers.get('x-amzn-ratelimit-limit')).toBe('0.0056');
		expect(answers[24]!.body.errors[0].code).toBe('QuotaExceeded');
		expect(answers.every((a) => a.headers.get('x-amzn-requestid') !== null)).toBe(true);
		simulator.control.setClock({ advance: 179_000 });
		expect((await amazon(simulator, 'na', token, ORDERS, { query })).status).toBe(200);
		expect((await amazon(simulator, 'na', token, ORDERS, { query })).status).toBe(429);
	});
});

describe('getOrder', () => {
	it('answers one order, not found for one that is not there, denied to nobody else', async () => {
		const truth = simulator.control.truth({ store: 'amazon-us', by: 'placed', from: 0, to: AT }, 1).orders[0]!;
		expect((await amazon(simulator, 'na', token, `${ORDERS}/${truth.id}`)).body.order.orderId).toBe(truth.id);
		expect((await amazon(simulator, 'na', token, `${ORDERS}/113-0000000-0000000`)).status).toBe(404);
		const german = simulator.control.truth({ store: 'amazon-de', by: 'placed', from: 0, to: AT }, 1).orders[0]!;
		expect((await amazon(simulator, 'na', token, `${ORDERS}/${german.id}`)).status).toBe(404);
	});
});

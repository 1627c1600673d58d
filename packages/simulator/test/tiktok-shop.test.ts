import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../src/index.ts';
import { receiver } from './receiver.ts';
import { tiktok, tiktokAll, tiktokFacts } from './tiktok-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400;
const SEARCH = '/order/202309/orders/search';
let simulator: Simulator;

beforeEach(async () => {
	simulator = await startSimulator({ size: 6_000, seed: 5, clock: { at: AT, frozen: true }, deliveryScale: 0.00001 });
});
afterEach(() => simulator.stop());

/** What the token calls give. */
interface TokenData {
	access_token: string;
	access_token_expire_in: number;
	refresh_token: string;
	user_type: number;
}

async function token(path: 'get' | 'refresh', fields: Record<string, string>) {
	const facts = tiktokFacts(simulator);
	const query = new URLSearchParams({
		app_key: facts.appKey,
		app_secret: facts.appSecret,
		grant_type: path === 'get' ? 'authorized_code' : 'refresh_token',
		...fields,
	});
	const answer = await fetch(`${facts.authUrl}/api/v2/token/${path}?${query}`);
	return { status: answer.status, ...((await answer.json()) as { code: number; data: TokenData }) };
}

describe('authorization', () => {
	it('sends the browser back with a code and the state, and takes the code once', async () => {
		const facts = tiktokFacts(simulator);
		simulator.control.configure('tiktok-shop', { redirectUrl: 'http://127.0.0.1:9/callback?kept=1' });
		const page = await fetch(`${facts.servicesUrl}/open/authorize?service_id=${facts.serviceId}&state=a%20b&account=brazil`, {
			redirect: 'manual',
		});
		expect(page.status).toBe(302);
		const back = new URL(page.headers.get('location')!);
		expect(back.searchParams.get('state')).toBe('a b');
		expect(back.searchParams.get('kept')).toBe('1');
		const code = back.searchParams.get('code')!;
		const first = await token('get', { auth_code: code });
		expect(first.code).toBe(0);
		expect(first.data.access_token_expire_in).toBe(AT / 1000 + 7 * DAY);
		expect(first.data.user_type).toBe(0);
		expect((await token('get', { auth_code: code })).code).not.toBe(0);
		const shops = await tiktok(simulator, 'GET', '/authorization/202309/shops', { token: first.data.access_token });
		expect((shops.data['shops'] as { region: string }[]).map((s) => s.region)).toEqual(['BR']);
	});

	it('lets a code die after thirty minutes', async () => {
		const facts = tiktokFacts(simulator);
		simulator.control.configure('tiktok-shop', { redirectUrl: 'http://127.0.0.1:9/callback' });
		const page = await fetch(`${facts.servicesUrl}/open/authorize?service_id=${facts.serviceId}`, { redirect: 'manual' });
		simulator.control.setClock({ advance: 31 * 60_000 });
		const answer = await token('get', { auth_code: new URL(page.headers.get('location')!).searchParams.get('code')! });
		expect([answer.status, answer.code]).toEqual([200, 36_004_004]);
	});

	it('replaces the refresh token at each refresh and refuses the old one', async () => {
		const old = tiktokFacts(simulator).accounts[0]!.refresh_token;
		const first = await token('refresh', { refresh_token: old });
		expect(first.code).toBe(0);
		expect(first.data.refresh_token).not.toBe(old);
		expect((await token('refresh', { refresh_token: old })).code).toBe(36_004_005);
		expect((await token('refresh', { refresh_token: first.data.refresh_token })).code).toBe(0);
	});

	it('can lose a refresh race on demand, and forgets a grant after a year', async () => {
		const old = tiktokFacts(simulator).accounts[0]!.refresh_token;
		simulator.control.arm({ kind: 'refreshRace', operation: 'token.refresh', count: 1 });
		expect((await token('refresh', { refresh_token: old })).code).toBe(36_004_005);
		expect((await token('refresh', { refresh_token: old })).code).toBe(36_004_005);
		simulator.control.setClock({ advance: 366 * DAY * 1000 });
		expect((await token('refresh', { refresh_token: tiktokFacts(simulator).accounts[1]!.refresh_token })).code).toBe(36_004_001);
	});
});

describe('each call is checked', () => {
	it.each([
		['a right one', {}, 0],
		['a signature in capitals', { sign: (s: string) => s.toUpperCase() }, 106_001],
		['a wrong signature', { sign: (s: string) => `${s.slice(0, -1)}${s.endsWith('0') ? '1' : '0'}` }, 106_001],
		['a stamp of six minutes ago', { timestamp: AT / 1000 - 360 }, 36_009_004],
		['a stamp of four minutes ago', { timestamp: AT / 1000 - 240 }, 0],
		['a stamp a minute ahead', { timestamp: AT / 1000 + 60 }, 36_009_004],
		['an unknown token', { token: 'ROW_nothing' }, 36_009_004],
		['no cipher', { store: 'none' }, 106_013],
	])('%s', async (_name, options, code) => {
		const answer = await tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '1' }, body: {}, ...options });
		expect(answer.code).toBe(code);
	});

	it('tells an expired token from a missing scope, a foreign shop and a needless cipher', async () => {
		const facts = tiktokFacts(simulator);
		const brazil = facts.accounts.find((a) => a.account === 'brazil')!.access_token;
		expect((await tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '1' }, body: {}, token: brazil })).code).toBe(
			101_000,
		);
		expect((await tiktok(simulator, 'GET', '/authorization/202309/shops', { store: 'tiktok-us' })).code).toBe(36_009_004);
		simulator.control.setClock({ advance: 8 * DAY * 1000 });
		expect((await tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '1' }, body: {} })).code).toBe(105_002);
		simulator.control.configure('tiktok-shop', { scopes: ['seller.authorization.info'], redirectUrl: 'http://127.0.0.1:9/' });
		const page = await fetch(`${facts.servicesUrl}/open/authorize?service_id=${facts.serviceId}`, { redirect: 'manual' });
		const granted = await token('get', { auth_code: new URL(page.headers.get('location')!).searchParams.get('code')! });
		expect(
			(
				await tiktok(simulator, 'POST', SEARCH, {
					store: 'tiktok-us',
					query: { page_size: '1' },
					body: {},
					token: granted.data.access_token,
				})
			).code,
		).toBe(105_005);
	});

	it('knows a wrong path, a wrong method and a retired version', async () => {
		expect((await tiktok(simulator, 'GET', '/order/202309/nothing')).code).toBe(36_009_009);
		expect((await tiktok(simulator, 'DELETE', SEARCH)).code).toBe(36_009_010);
		expect((await tiktok(simulator, 'POST', '/order/202212/orders/search', { body: {} })).code).toBe(36_009_014);
	});

	it('lets fifty calls a second through per shop and endpoint', async () => {
		const codes = await Promise.all(
			Array.from({ length: 53 }, () => tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '1' }, body: {} })),
		);
		expect(codes.filter((a) => a.status === 429 && a.code === 36_009_002)).toHaveLength(3);
		expect((await tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-gb', query: { page_size: '1' }, body: {} })).code).toBe(0);
		simulator.control.setClock({ advance: 1_000 });
		expect((await tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '1' }, body: {} })).code).toBe(0);
	});
});

describe('orders', () => {
	it('come once each over all pages of an update window, as many as there are in truth', async () => {
		const [from, to] = [AT / 1000 - 20 * DAY, AT / 1000 - 2 * DAY];
		for (const store of ['tiktok-us', 'tiktok-br']) {
			const got = await tiktokAll(
				simulator,
				store,
				SEARCH,
				'orders',
				{ page_size: '7', sort_field: 'update_time', sort_order: 'ASC' },
				{ update_time_ge: from, update_time_lt: to },
			);
			const truth = simulator.control.truth({ store, by: 'updated', from: from * 1000, to: to * 1000 }, 1000).orders;
			expect(truth.length).toBeGreaterThan(7);
			expect(got.records.map((o) => o['id'])).toEqual(truth.map((t) => t.id));
			expect(got.total).toBe(truth.length);
		}
	});

	it('come newest first by creation when nothing is said, and by status when asked', async () => {
		const all = await tiktokAll(simulator, 'tiktok-us', SEARCH, 'orders', { page_size: '100' }, {});
		const created = all.records.map((o) => Number(o['create_time']));
		expect(created).toEqual(created.toSorted((a, b) => b - a));
		const cancelled = await tiktokAll(simulator, 'tiktok-us', SEARCH, 'orders', { page_size: '20' }, { order_status: 'CANCELLED' });
		expect(cancelled.records.map((o) => o['id'])).toEqual(all.records.filter((o) => o['status'] === 'CANCELLED').map((o) => o['id']));
		expect(cancelled.total).toBe(cancelled.records.length);
	});

	it('have one line item per unit, sums that add up and no address while on hold', async () => {
		const all = await tiktokAll(simulator, 'tiktok-us', SEARCH, 'orders', { page_size: '100' }, {});
		const byId = new Map(
			simulator.control.truth({ store: 'tiktok-us', by: 'placed', from: 0, to: AT + 1 }, 1000).orders.map((t) => [t.id, t.order]),
		);
		const cents = (text: unknown): number => Math.round(Number(text) * 100);
		for (const order of all.records) {
			const truth = byId.get(String(order['id']))!;
			const lines = order['line_items'] as Record<string, string>[];
			const payment = order['payment'] as Record<string, string>;
			expect(lines).toHaveLength(truth.lines.reduce((sum, l) => sum + l.quantity, 0));
			expect(lines.reduce((sum, l) => sum + cents(l['sale_price']), 0)).toBe(cents(payment['sub_total']));
			expect(cents(payment['sub_total']) + cents(payment['shipping_fee']) + cents(payment['tax'])).toBe(cents(payment['total_amount']));
			expect(cents(payment['total_amount'])).toBe(truth.total);
		}
		const fresh = simulator.control.createOrder('tiktok-us');
		simulator.control.advanceOrder('tiktok-us', fresh.id, 'paid');
		const detail = await tiktok(simulator, 'GET', '/order/202507/orders', { store: 'tiktok-us', query: { ids: fresh.id } });
		const held = (detail.data['orders'] as Record<string, Record<string, unknown>>[])[0]!;
		expect([held['status'], held['recipient_address']!['name'], held['recipient_address']!['address_line1']]).toEqual(['ON_HOLD', '', '']);
	});

	it('refuse a page token of another filter, a bad page size and foreign ids', async () => {
		const first = await tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '5' }, body: {} });
		const next = String(first.data['next_page_token']);
		expect(
			(
				await tiktok(simulator, 'POST', SEARCH, {
					store: 'tiktok-us',
					query: { page_size: '5', page_token: next },
					body: { order_status: 'COMPLETED' },
				})
			).code,
		).toBe(36_009_004);
		expect((await tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '101' }, body: {} })).code).toBe(36_009_004);
		const foreign = simulator.control.truth({ store: 'tiktok-gb', by: 'placed', from: 0, to: AT }, 1).orders[0]!.id;
		expect((await tiktok(simulator, 'GET', '/order/202507/orders', { store: 'tiktok-us', query: { ids: foreign } })).code).toBe(21_008_111);
	});

	it('answer the price of one order in detail', async () => {
		const truth = simulator.control.truth({ store: 'tiktok-us', by: 'placed', from: 0, to: AT }, 1).orders[0]!;
		const answer = await tiktok(simulator, 'GET', `/order/202407/orders/${truth.id}/price_detail`, { store: 'tiktok-us' });
		expect(Math.round(Number(answer.data['payment']) * 100)).toBe(truth.order.total);
	});
});

describe('returns and cancellations', () => {
	it('come once each over all pages', async () => {
		const returns = await tiktokAll(
			simulator,
			'tiktok-us',
			'/return_refund/202309/returns/search',
			'return_orders',
			{ page_size: '4', sort_field: 'update_time' },
			{},
		);
		const truth = simulator.control
			.truth({ store: 'tiktok-us', by: 'placed', from: 0, to: AT }, 1000)
			.orders.filter((t) => t.order.return !== null);
		expect(truth.length).toBeGreaterThan(8);
		expect(returns.records.map((r) => String(r['order_id'])).toSorted()).toEqual(truth.map((t) => t.id).toSorted());
		expect(returns.total).toBe(truth.length);
		const cancellations = await tiktokAll(
			simulator,
			'tiktok-us',
			'/return_refund/202309/cancellations/search',
			'cancellations',
			{ page_size: '10' },
			{},
		);
		const cancelled = simulator.control
			.truth({ store: 'tiktok-us', by: 'placed', from: 0, to: AT }, 1000)
			.orders.filter((t) => t.order.cancellation !== null && t.order.cancellation.by !== 'platform');
		expect(cancellations.records.map((r) => String(r['order_id'])).toSorted()).toEqual(cancelled.map((t) => t.id).toSorted());
	});
});

describe('webhooks', () => {
	it('are signed over the exact bytes and retried with the same notification id until taken', async () => {
		const facts = tiktokFacts(simulator);
		const hook = await receiver((count) => ({ status: count < 3 ? 500 : 200 }));
		expect(
			(
				await tiktok(simulator, 'PUT', '/event/202309/webhooks', {
					store: 'tiktok-us',
					body: { event_type: 'ORDER_STATUS_CHANGE', address: hook.url },
				})
			).code,
		).toBe(0);
		const order = simulator.control.createOrder('tiktok-us');
		await hook.until(3);
		for (const { headers, body } of hook.received)
			expect(headers.authorization).toBe(
				createHmac('sha256', facts.appSecret)
					.update(facts.appKey + body)
					.digest('hex'),
			);
		const bodies = hook.received.map((r) => JSON.parse(r.body));
		expect(new Set(bodies.map((b) => b.tts_notification_id)).size).toBe(1);
		expect(bodies[0]).toMatchObject({ type: 1, data: { order_id: order.id, order_status: 'UNPAID' } });
		const list = await tiktok(simulator, 'GET', '/event/202309/webhooks', { store: 'tiktok-us' });
		expect(list.data['webhooks']).toMatchObject([{ event_type: 'ORDER_STATUS_CHANGE', address: hook.url }]);
		await hook.close();
	});

	it('say CANCEL where the calls say CANCELLED, and are given up after the fifth attempt', async () => {
		const hook = await receiver(() => ({ status: 503 }));
		simulator.control.addTarget('tiktok-shop', { url: hook.url, store: 'tiktok-us' });
		const order = simulator.control.createOrder('tiktok-us');
		await hook.until(5);
		await expect.poll(() => simulator.control.listDeliveries()[0]?.state).toBe('dropped');
		simulator.control.advanceOrder('tiktok-us', order.id, 'cancelled', 'seller');
		await hook.until(7);
		expect(hook.received.slice(5).map((r) => JSON.parse(r.body).data)).toContainEqual(
			expect.objectContaining({ order_id: order.id, order_status: 'CANCEL' }),
		);
		await hook.close();
	});

	it('tell everything that happens while the clock moves on', async () => {
		const hook = await receiver();
		simulator.control.addTarget('tiktok-shop', { url: hook.url, topic: 'ORDER_STATUS_CHANGE' });
		simulator.control.setLive(10);
		simulator.control.setClock({ advance: 3_600_000 });
		const { world } = simulator.control;
		const expected = world.stores
			.filter((s) => s.platform === 'tiktok-shop')
			.flatMap((s) => world.changes(s, AT, AT + 3_600_000))
			.filter(
				(c) =>
					![
						'touched',
						'cancelRequested',
						'returnRequested',
						'returnApproved',
						'returnRejected',
						'returnShipped',
						'returnReceived',
					].includes(c.step.kind),
			);
		expect(expected.length).toBeGreaterThan(20);
		await hook.until(expected.length);
		expect(hook.received).toHaveLength(expected.length);
		await hook.close();
	});

	it('tell that a seller took the grant back', async () => {
		const hook = await receiver();
		simulator.control.addTarget('tiktok-shop', { url: hook.url, topic: 'SELLER_DEAUTHORIZATION' });
		simulator.control.expireTokens('tiktok-shop', { account: 'brazil', refresh: true });
		await hook.until(1);
		expect(JSON.parse(hook.received[0]!.body)).toMatchObject({ type: 6 });
		expect(
			(await token('refresh', { refresh_token: tiktokFacts(simulator).accounts.find((a) => a.account === 'brazil')!.refresh_token })).code,
		).toBe(36_004_005);
		await hook.close();
	});
});

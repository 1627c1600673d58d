import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultPlan, type Simulator, startSimulator } from '../src/index.ts';
import { amazon, amazonAccess, amazonFacts } from './amazon-client.ts';
import { receiver } from './receiver.ts';
import { tiktok, tiktokFacts } from './tiktok-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const SEARCH = '/order/202309/orders/search';
let simulator: Simulator;

beforeEach(async () => {
	simulator = await startSimulator({ size: 2_000, seed: 5, clock: { at: AT, frozen: true }, deliveryScale: 0.001 });
});
afterEach(() => simulator.stop());

const search = () => tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '20' }, body: {} });

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
	const answer = await fetch(`${simulator.url}/_control${path}`, {
		method,
		...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
	});
	return { status: answer.status, body: await answer.json() };
}

describe('faults', () => {
	it('strike as often as armed, where armed, and are gone', async () => {
		simulator.control.arm({ kind: 'rateLimited', platform: 'tiktok-shop', operation: 'orders.*', count: 2 });
		expect((await tiktok(simulator, 'GET', '/authorization/202309/shops')).code).toBe(0);
		expect([(await search()).code, (await search()).code, (await search()).code]).toEqual([36_009_002, 36_009_002, 0]);
		expect(simulator.control.faults.list()).toEqual([]);
	});

	it('can be aimed at one store', async () => {
		simulator.control.arm({ kind: 'serverError', store: 'tiktok-gb' });
		simulator.control.arm({ kind: 'serverError', store: 'amazon-ca' });
		const shop = (store: string) => tiktok(simulator, 'POST', SEARCH, { store, query: { page_size: '1' }, body: {} });
		expect([(await shop('tiktok-us')).code, (await shop('tiktok-gb')).code]).toEqual([0, 36_009_003]);
		const token = await amazonAccess(simulator);
		const orders = async (marketplaceIds: string): Promise<number> =>
			(
				await amazon(simulator, 'na', token, '/orders/2026-01-01/orders', {
					query: { createdAfter: '2026-11-01T00:00:00Z', marketplaceIds },
				})
			).status;
		expect([await orders('ATVPDKIKX0DER'), await orders('A2EUQ1WTGCTBG2')]).toEqual([200, 500]);
	});

	it('strike about as often as their probability says, the same way for the same seed', async () => {
		const run = async (): Promise<string> => {
			const own = await startSimulator({ size: 10, seed: 9, clock: { at: AT, frozen: true } });
			own.control.arm({ kind: 'serverError', probability: 0.5 });
			let pattern = '';
			for (let i = 0; i < 40; i++) pattern += (await tiktok(own, 'GET', '/authorization/202309/shops')).code === 0 ? '.' : 'x';
			await own.stop();
			return pattern;
		};
		const first = await run();
		expect(first.replaceAll('.', '').length).toBeGreaterThan(10);
		expect(first.replaceAll('x', '').length).toBeGreaterThan(10);
		expect(await run()).toBe(first);
	});

	it('speak the language of the platform they strike', async () => {
		const token = await amazonAccess(simulator);
		const path = '/orders/2026-01-01/orders';
		const call = () => amazon(simulator, 'na', token, path, { query: { createdAfter: '2026-11-01T00:00:00Z' } });
		simulator.control.arm({ kind: 'rateLimited', platform: 'amazon', count: 1 });
		const limited = await call();
		expect([limited.status, limited.headers.get('x-amzn-ratelimit-limit'), limited.body.errors[0].code]).toEqual([
			429,
			'0.0056',
			'QuotaExceeded',
		]);
		simulator.control.arm({ kind: 'rateLimited', platform: 'amazon', count: 1, options: { header: 'no' } });
		expect((await call()).headers.get('x-amzn-ratelimit-limit')).toBeNull();
		simulator.control.arm({ kind: 'serverError', platform: 'amazon', count: 1, options: { status: 503 } });
		expect((await call()).body.errors[0].code).toBe('ServiceUnavailable');
		simulator.control.arm({ kind: 'expireToken', platform: 'amazon', count: 1 });
		expect((await call()).body.errors[0].details).toContain('expired');
		expect((await call()).body.errors[0].details).toContain('expired');
	});

	it('answer HTML where JSON is expected', async () => {
		simulator.control.arm({ kind: 'htmlError', platform: 'amazon', operation: 'searchOrders', count: 1 });
		const token = await amazonAccess(simulator);
		const answer = await fetch(`${amazonFacts(simulator).regions['na']}/orders/2026-01-01/orders?createdAfter=2026-11-01T00:00:00Z`, {
			headers: { 'x-amz-access-token': token },
		});
		expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/html']);
		expect(await answer.text()).toContain('<html>');
	});

	it('break the line in the middle of a body, after the work was done', async () => {
		const facts = tiktokFacts(simulator);
		const old = facts.accounts[0]!.refresh_token;
		const refresh = () =>
			fetch(
				`${facts.authUrl}/api/v2/token/refresh?${new URLSearchParams({ app_key: facts.appKey, app_secret: facts.appSecret, grant_type: 'refresh_token', refresh_token: old })}`,
			);
		simulator.control.arm({ kind: 'reset', operation: 'token.refresh', count: 1 });
		await expect(refresh().then((a) => a.text())).rejects.toThrow(/terminated|fetch failed|other side closed/);
		// The token was replaced and nobody got the new one: the worst that can happen to a refresh.
		expect(((await (await refresh()).json()) as { code: number }).code).toBe(36_004_005);
	});

	it('keep a caller waiting until the line dies', async () => {
		simulator.control.arm({ kind: 'timeout', operation: 'orders.search', count: 1, options: { milliseconds: 80 } });
		const start = Date.now();
		await expect(search()).rejects.toThrow(/terminated|fetch failed|other side closed/);
		expect(Date.now() - start).toBeGreaterThanOrEqual(75);
		expect((await search()).code).toBe(0);
	});

	it('can let the work be done before the line dies', async () => {
		const facts = tiktokFacts(simulator);
		const fields = {
			app_key: facts.appKey,
			app_secret: facts.appSecret,
			grant_type: 'refresh_token',
			refresh_token: facts.accounts[0]!.refresh_token,
		};
		const refresh = () => fetch(`${facts.authUrl}/api/v2/token/refresh?${new URLSearchParams(fields)}`);
		simulator.control.arm({ kind: 'timeout', operation: 'token.refresh', count: 1, options: { milliseconds: 20, when: 'after' } });
		await expect(refresh()).rejects.toThrow(/fetch failed/);
		expect(((await (await refresh()).json()) as { code: number }).code).toBe(36_004_005);
	});

	it('poison one record of a page and leave the others', async () => {
		const clean = (await search()).data['orders'] as Record<string, unknown>[];
		for (const [shape, damaged] of [
			['type', (o: Record<string, unknown>) => Object.values(o).includes('N/A')],
			['date', (o: Record<string, unknown>) => Number(o['create_time']) < 0],
		] as const) {
			simulator.control.arm({ kind: 'poison', operation: 'orders.search', count: 1, options: { shape } });
			const orders = (await search()).data['orders'] as Record<string, unknown>[];
			expect(damaged(orders[0]!)).toBe(true);
			expect(orders.slice(1)).toEqual(clean.slice(1));
		}
	});

	it('let the schema drift: a new field, an unknown word', async () => {
		simulator.control.arm({ kind: 'drift', operation: 'orders.search', count: 1 });
		const orders = (await search()).data['orders'] as Record<string, unknown>[];
		expect(orders.every((o) => o['x_new_field'] !== undefined && String(o['status']).endsWith('_V2'))).toBe(true);
	});

	it('move the platform clock away from ours', async () => {
		simulator.control.arm({ kind: 'clockSkew', operation: 'orders.search', count: 1, options: { milliseconds: 600_000 } });
		expect([(await search()).code, (await search()).code]).toEqual([36_009_004, 0]);
	});

	it('hide an order that was told of until a later read', async () => {
		const { id } = simulator.control.createOrder('tiktok-us');
		const read = async () =>
			(await tiktok(simulator, 'GET', '/order/202507/orders', { store: 'tiktok-us', query: { ids: id } })).data['orders'];
		const fault = simulator.control.arm({ kind: 'notYet', platform: 'tiktok-shop' });
		await search();
		// It strikes where an order is named, not wherever somebody calls.
		expect(fault.struck).toBe(0);
		expect(await read()).toEqual([]);
		simulator.control.disarm();
		expect(await read()).toMatchObject([{ id }]);
	});

	it('are no budget of the platform: what it refuses itself is counted apart', async () => {
		const asked = () => [...simulator.control.buckets.tally()].filter(([key]) => key.includes('tiktok-us orders.search')).map(([, t]) => t);
		simulator.control.arm({ kind: 'rateLimited', operation: 'orders.search', count: 1 });
		await search();
		expect(asked()).toEqual([]);
		const replies = await Promise.all(Array.from({ length: 53 }, search));
		expect(replies.filter((reply) => reply.code === 36_009_002)).toHaveLength(3);
		expect(asked()).toEqual([{ asked: 53, refused: 3 }]);
	});

	it('combine', async () => {
		simulator.control.arm({ kind: 'poison', operation: 'orders.search', count: 1 });
		simulator.control.arm({ kind: 'drift', operation: 'orders.search', count: 1 });
		const orders = (await search()).data['orders'] as Record<string, unknown>[];
		expect([Object.values(orders[0]!).includes('N/A'), orders[1]!['x_new_field'] !== undefined]).toEqual([true, true]);
	});

	it('double, swap, delay and lose webhooks', async () => {
		const hook = await receiver();
		simulator.control.addTarget('tiktok-shop', { url: hook.url, topic: 'ORDER_STATUS_CHANGE' });
		const ids = (): string[] => hook.received.map((r) => JSON.parse(r.body).data.order_id);
		const arm = (kind: FaultPlan['kind'], options?: FaultPlan['options']) =>
			simulator.control.arm({ kind, operation: 'ORDER_STATUS_CHANGE', count: 1, options });
		arm('duplicateDelivery');
		const twice = simulator.control.createOrder('tiktok-us').id;
		await hook.until(2);
		expect(ids()).toEqual([twice, twice]);
		expect(hook.received[0]!.body).toBe(hook.received[1]!.body);
		arm('reorderDelivery');
		const late = simulator.control.createOrder('tiktok-us').id;
		const early = simulator.control.createOrder('tiktok-us').id;
		await hook.until(4);
		expect(ids().slice(2)).toEqual([early, late]);
		arm('lateDelivery', { milliseconds: 100_000 });
		const delayed = simulator.control.createOrder('tiktok-us').id;
		const prompt = simulator.control.createOrder('tiktok-us').id;
		await hook.until(6);
		expect(ids().slice(4)).toEqual([prompt, delayed]);
		arm('loseDelivery');
		simulator.control.createOrder('tiktok-us');
		const after = simulator.control.createOrder('tiktok-us').id;
		await hook.until(7);
		expect(ids().slice(6)).toEqual([after]);
		await hook.close();
	});
});

describe('the control door', () => {
	it('tells the world, takes orders and tells the truth about them', async () => {
		const world = await control('GET', '/world');
		expect(world.body.stores.reduce((sum: number, s: { orders: number }) => sum + s.orders, 0)).toBe(2_000);
		const made = await control('POST', '/orders', {
			store: 'tiktok-gb',
			buyerName: 'نورة',
			lines: [{ sku: 'CAB-100W-1M', quantity: 3, unitPrice: 799 }],
		});
		expect(made.body.order.lines).toMatchObject([{ quantity: 3, net: 2_397 }]);
		await control('POST', '/orders/advance', { store: 'tiktok-gb', id: made.body.id, step: 'paid' });
		const truth = await control('GET', `/truth/order?store=tiktok-gb&id=${made.body.id}`);
		expect(truth.body.order).toMatchObject({ status: 'onHold', buyer: { name: 'نورة' } });
		expect(truth.body.order.updatedAt).toBeGreaterThan(made.body.order.updatedAt);
	});

	it('pages the truth of a window, each order once, as many as it counts', async () => {
		const window = `store=amazon-us&by=updated&from=${AT - 40 * 86_400_000}&to=${AT}`;
		const ids: string[] = [];
		let cursor: string | null = null;
		do {
			const page = await control('GET', `/truth/orders?${window}&limit=13${cursor === null ? '' : `&cursor=${cursor}`}`);
			ids.push(...page.body.orders.map((o: { id: string }) => o.id));
			cursor = page.body.cursor;
		} while (cursor !== null);
		expect(ids.length).toBeGreaterThan(26);
		expect(new Set(ids).size).toBe(ids.length);
		expect((await control('GET', `/truth/count?${window}`)).body.count).toBe(ids.length);
	});

	it('moves the clock, and arms and disarms faults', async () => {
		expect((await control('POST', '/clock', { advance: 60_000 })).body.now).toBe(AT + 60_000);
		expect((await control('POST', '/clock', { set: '2027-01-01T00:00:00Z' })).body.now).toBe(Date.parse('2027-01-01T00:00:00Z'));
		const armed = await control('POST', '/faults', { kind: 'drift', platform: 'amazon' });
		expect((await control('GET', '/faults')).body).toHaveLength(1);
		await control('DELETE', `/faults/${armed.body.id}`);
		expect((await control('GET', '/faults')).body).toEqual([]);
	});

	it('refuses what it does not understand and says what', async () => {
		const bad = await control('POST', '/faults', { kind: 'earthquake' });
		expect([bad.status, bad.body.issues[0].path]).toEqual([400, ['kind']]);
		expect((await control('POST', '/orders', { store: 'ebay' })).status).toBe(404);
		expect((await control('POST', '/orders', { store: 'amazon-us', lines: [{ sku: 'none', quantity: 1 }] })).status).toBe(404);
		expect((await control('POST', '/configure', { platform: 'amazon', settings: { colour: 'red' } })).status).toBe(404);
	});

	it('logs calls without their secrets', async () => {
		await search();
		const facts = tiktokFacts(simulator);
		const text = JSON.stringify((await control('GET', '/calls')).body);
		expect(text).toContain(SEARCH);
		for (const secret of [facts.appSecret, facts.accounts[0]!.access_token, facts.accounts[0]!.shops[0]!.cipher])
			expect(text).not.toContain(secret);
	});
});

describe('the command line', () => {
	const run = (args: string[], env: Record<string, string> = {}) =>
		spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url)), ...args], { env: { ...process.env, ...env } });

	it('prints its address as one line of JSON, serves, and ends when told', async () => {
		const child = run(['--port=0', '--size=50'], { SIMULATOR_SEED: 'shop' });
		const line = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString('utf8'))));
		const { url } = JSON.parse(line) as { url: string };
		expect(((await (await fetch(`${url}/_control/world`)).json()) as { size: number }).size).toBe(50);
		const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
		child.kill('SIGTERM');
		expect(await ended).toBe(0);
	});

	it('refuses a size it cannot have', async () => {
		const child = run(['--size=lots']);
		let text = '';
		child.stderr.on('data', (data: Buffer) => (text += data.toString('utf8')));
		expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
		expect(text).toContain('size');
	});
});

import { witness } from '@pangea/testing';
import { afterEach, expect, it } from 'vitest';
import { meli } from './mercado-libre.harness.ts';
import { receiver } from './receiver.ts';
import { differences } from './skeleton.ts';

interface Body {
	_id: string;
	resource: string;
	topic: string;
	user_id: number | string;
	attempts: number;
	application_id: number;
}
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

async function listening(answer?: Parameters<typeof receiver>[0]) {
	const m = await meli({ size: 300, deliveryScale: 0.000_02 });
	const hook = await receiver(answer);
	closing.push(() => m.stop(), hook.close);
	// What buyers say about these orders is another matter.
	for (const topic of ['marketplace_orders', 'orders_v2', 'shipments']) m.control.addTarget('mercado-libre', { url: hook.url, topic });
	return { m, hook, bodies: () => hook.received.map((r) => JSON.parse(r.body) as Body) };
}

it('tells of a sale several times, by pointer only, and of nothing before the seller consented', async () => {
	const { m, hook, bodies } = await listening();
	m.control.createOrder('meli-mlm', {});
	const { access_token } = await m.bind();
	const { id } = m.control.createOrder('meli-mlm', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	m.control.advanceOrder('meli-mlm', id, 'paid');
	await hook.until(4);
	const told = bodies().map((b) => `${b.topic} ${b.resource}`);
	const order = `marketplace_orders /marketplace/orders/${id}`;
	expect(told.filter((t) => t === order)).toHaveLength(3);
	const shipment = told.find((t) => t.startsWith('shipments /marketplace/shipments/'));
	expect(shipment).toBeDefined();
	const path = shipment?.split(' ')[1] ?? '';
	expect((await m.get(path, access_token, { 'x-format-new': 'true' })).status).toBe(200);
	expect(told).toHaveLength(4);
	expect(
		bodies()
			.map((b) => typeof b.user_id)
			.sort(),
	).toEqual(['number', 'number', 'number', 'string']);
	const published = (witness('mercado-libre')?.json('samples/notifications-global-selling.json') ?? []) as Body[];
	for (const [topic] of [['marketplace_orders'], ['shipments']]) {
		expect(
			differences(
				published.find((p) => p.topic === topic),
				bodies().find((b) => b.topic === topic),
			),
		).toEqual([]);
	}
});

it('speaks the local topics to a local seller', async () => {
	const { m, hook, bodies } = await listening();
	await m.bind('MLA');
	const { id } = m.control.createOrder('meli-mla', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	await hook.until(1);
	expect(bodies()[0]).toMatchObject({ topic: 'orders_v2', resource: `/orders/${id}`, user_id: 2560656026 });
});

it('tries again with the same id while it is refused or answered late', async () => {
	const { m, hook, bodies } = await listening((count) =>
		count === 1 ? { status: 500 } : count === 2 ? { status: 200, wait: 700 } : { status: 200 },
	);
	await m.bind();
	m.control.createOrder('meli-mlb', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	await hook.until(3);
	expect(bodies().map((b) => b.attempts)).toEqual([1, 2, 3]);
	expect(new Set(bodies().map((b) => b._id)).size).toBe(1);
});

it('gives up after eight tries, keeps the notice among the missed feeds for two days, and switches the topic off', async () => {
	const { m, hook } = await listening(() => ({ status: 503 }));
	const { access_token } = await m.bind();
	m.control.createOrder('meli-mlb', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	await hook.until(8);
	const missed = async () => (await m.read(`/missed_feeds?app_id=${m.facts.clientId}`, access_token)) as { messages?: Body[] };
	while (((await missed()).messages ?? []).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
	const found = await missed();
	expect(found.messages).toHaveLength(1);
	expect(found.messages?.[0]).toMatchObject({ topic: 'marketplace_orders', attempts: 8 });
	m.control.createOrder('meli-mlb', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(hook.received).toHaveLength(8);
	expect(m.control.facts()['platforms']).toMatchObject({ 'mercado-libre': { topicsOff: ['marketplace_orders'] } });
	m.control.setClock({ advance: 2 * 86_400_000 + 1 });
	const later = await m.bind();
	expect(((await m.read(`/missed_feeds?app_id=${m.facts.clientId}`, later.access_token)) as { messages: Body[] }).messages).toEqual([]);
	const schedule = m.control.listDeliveries().find((d) => d.attempts.length > 0);
	expect([schedule?.state, schedule?.attempts.map((a) => a.status)]).toEqual(['dropped', Array(8).fill(503)]);
});

it('duplicates, delays and loses notices when told to', async () => {
	const { m, hook, bodies } = await listening();
	await m.bind();
	m.control.arm({ kind: 'loseDelivery', platform: 'mercado-libre', count: 1 });
	m.control.createOrder('meli-mlb', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	m.control.arm({ kind: 'duplicateDelivery', platform: 'mercado-libre', count: 1 });
	const { id } = m.control.createOrder('meli-mlb', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	await hook.until(2);
	expect(bodies().map((b) => b.resource)).toEqual([`/marketplace/orders/${id}`, `/marketplace/orders/${id}`]);
	expect(new Set(bodies().map((b) => b._id)).size).toBe(1);
});

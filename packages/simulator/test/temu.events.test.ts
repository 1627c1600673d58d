import { createDecipheriv, createHmac } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { type Received, receiver } from './receiver.ts';
import { temuWorld } from './temu.harness.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

const CODES = [
	'bg_order_status_change_event',
	'bg_trade_logistics_address_changed',
	'bg_aftersales_status_change',
	'bg_cancel_order_status_change',
];

async function listening(answer?: Parameters<typeof receiver>[0]) {
	const t = await temuWorld({ size: 300, deliveryScale: 0.000_001 });
	const hook = await receiver(answer);
	closing.push(() => t.stop(), hook.close);
	t.control.addTarget('temu', { url: hook.url });
	const subscribe = (store: string, permitEventCodeList = CODES) =>
		t.call(store, 'bg.tmc.message.update', { permitEventCodeList, cancelEventCodeList: [] });
	return { t, hook, subscribe };
}

/** The receiver's side, written from the contract: verifies the seal and gives the plain event. */
function open({ headers, body }: Received, secret: string): { code: string; event: Record<string, unknown> } {
	const key = Buffer.from(secret).subarray(0, 16);
	const decipher = createDecipheriv('aes-128-cbc', key, key);
	const { eventData } = JSON.parse(body) as { eventData: string };
	const plain = Buffer.concat([decipher.update(eventData, 'base64'), decipher.final()]).toString('utf8');
	const names = ['x-tm-app-key', 'x-tm-event-code', 'x-tm-ext-param', 'x-tm-timestamp'].filter((n) => n in headers);
	const glued = [['eventData', plain], ...names.map((n) => [n, String(headers[n])])].map((pair) => pair.join('')).join('');
	expect(headers['x-tm-signature']).toBe(createHmac('sha256', secret).update(glued).digest('hex'));
	return { code: String(headers['x-tm-event-code']), event: JSON.parse(plain) as Record<string, unknown> };
}

it('tells nothing until the store switches events on, then seals each with the gateway’s secret', async () => {
	const { t, hook, subscribe } = await listening();
	t.control.createOrder('temu-de', {});
	expect((await subscribe('temu-de')).result).toBe(true);
	const { id } = t.control.createOrder('temu-de', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	t.control.advanceOrder('temu-de', id, 'paid');
	t.control.advanceOrder('temu-de', id, 'released');
	await hook.until(2);
	const secret = t.gateway('eu').appSecret;
	const told = hook.received.map((r) => open(r, secret)).filter((e) => e.code === 'bg_order_status_change_event');
	expect(new Set(told.map((e) => e.event['orderStatus']))).toEqual(new Set([1, 2]));
	const mallId = Number(t.facts().stores.find((s) => s.id === 'temu-de')?.mallId);
	expect(told[0]?.event).toMatchObject({ mallId, parentOrderSn: id });
	expect(hook.received[0]?.headers['x-tm-app-key']).toBe(t.gateway('eu').appKey);
});

it('tells of returns and cancellations with their own events', async () => {
	const { t, hook, subscribe } = await listening();
	await subscribe('temu-us', ['bg_aftersales_status_change', 'bg_cancel_order_status_change']);
	const first = t.control.createOrder('temu-us', {}).id;
	for (const step of ['paid', 'released', 'shipped', 'delivered', 'returnRequested'] as const)
		t.control.advanceOrder('temu-us', first, step);
	const second = t.control.createOrder('temu-us', {}).id;
	for (const step of ['paid', 'cancelRequested', 'cancelled'] as const) t.control.advanceOrder('temu-us', second, step, 'buyer');
	await hook.until(2);
	const told = hook.received.map((r) => open(r, t.gateway('us').appSecret)).toSorted((a, b) => a.code.localeCompare(b.code));
	expect(told.map((e) => [e.code, e.event['parentOrderSn']])).toEqual([
		['bg_aftersales_status_change', first],
		['bg_cancel_order_status_change', second],
	]);
	expect(String(told[0]?.event['updateAt'])).toHaveLength(13);
});

it('leaves the extra header out when told to, and the seal still holds', async () => {
	const { t, hook, subscribe } = await listening();
	t.control.configure('temu', { extParam: false });
	await subscribe('temu-jp');
	t.control.createOrder('temu-jp', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	await hook.until(1);
	expect(hook.received[0]?.headers).not.toHaveProperty('x-tm-ext-param');
	expect(open(hook.received[0] as Received, t.gateway('global').appSecret).code).toBe('bg_order_status_change_event');
});

it('tries nine times in all, then drops the event', async () => {
	const { t, hook, subscribe } = await listening(() => ({ status: 500 }));
	await subscribe('temu-mx');
	t.control.createOrder('temu-mx', { lines: [{ sku: 'KNF-SHARP-BK', quantity: 1 }] });
	await hook.until(9);
	await expect.poll(() => t.control.listDeliveries().map((d) => [d.state, d.attempts.length])).toEqual([['dropped', 9]]);
});

it('refuses what the subscription call documents as wrong', async () => {
	const { t } = await listening();
	const update = (permitEventCodeList: string[], cancelEventCodeList: string[] = []) =>
		t.call('temu-us', 'bg.tmc.message.update', { permitEventCodeList, cancelEventCodeList });
	expect((await update(Array(21).fill('x'))).errorCode).toBe(110020005);
	expect((await update([CODES[0] ?? ''], [CODES[0] ?? ''])).errorCode).toBe(110020006);
	expect((await update(CODES)).result).toBe(true);
	expect((await update(CODES)).errorCode).toBe(110020007);
	t.control.setClock({ advance: 1000 });
	expect((await update(['bg_no_such_event'])).errorCode).toBe(110020009);
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Reply, signed, temuWorld } from './temu.harness.ts';

let t: Awaited<ReturnType<typeof temuWorld>>;
beforeAll(async () => {
	t = await temuWorld();
});
afterAll(() => t.stop());
beforeEach(() => t.control.setClock({ set: NOW }));
const info = 'bg.open.accesstoken.info.get';

describe('the gateway', () => {
	it.each([
		['a missing type', { type: undefined }, 3000002],
		['an unknown type', { type: 'bg.no.such.call' }, 3000003],
		['a type of another gateway', { type: 'bg.mall.info.get' }, 3000003],
		['no app key', { app_key: undefined }, 3000025],
		['an unknown app key', { app_key: 'ak' }, 3000026],
		['no timestamp', { timestamp: undefined }, 3000010],
		['a clock ahead', { timestamp: NOW / 1000 + 302 }, 3000011],
		['a clock behind', { timestamp: NOW / 1000 - 302 }, 3000012],
		['milliseconds', { timestamp: NOW }, 3000000],
		['no data type', { data_type: undefined }, 3000013],
		['another data type', { data_type: 'XML' }, 3000014],
		['no token', { access_token: undefined }, 3000030],
		['an unknown token', { access_token: 'at' }, 3000031],
		['no signature', { sign: undefined }, 3000040],
		['a wrong signature', { sign: '0'.repeat(32) }, 3000001],
	])('refuses %s', async (_, overrides, code) => {
		const reply = await t.call('temu-us', info, {}, 'us', overrides);
		expect([reply.success, reply.errorCode, 'result' in reply]).toEqual([false, code, false]);
		expect(reply.requestId).toMatch(/^us-[0-9a-f-]{36}$/);
	});

	it('accepts a clock five minutes off, and a timestamp as text', async () => {
		for (const timestamp of [NOW / 1000 + 299, NOW / 1000 - 299, String(NOW / 1000)]) {
			expect((await t.call('temu-us', info, {}, 'us', { timestamp })).errorCode).toBe(1_000_000);
		}
		t.control.arm({ kind: 'clockSkew', platform: 'temu', operation: info, count: 1, options: { milliseconds: 600_000 } });
		expect((await t.call('temu-us', info)).errorCode).toBe(3000012);
	});

	it('checks the signature over the bytes sent, whatever the spacing, and answers 200 always', async () => {
		const { appKey, appSecret } = t.gateway('us');
		const body = signed(
			{
				type: 'bg.order.list.v2.get',
				app_key: appKey,
				access_token: t.tokenOf('temu-us', 'us'),
				timestamp: NOW / 1000,
				data_type: 'JSON',
				parentOrderSnList: ['é "x" 咖啡', 'b'],
			},
			appSecret,
		);
		const spaced = await t.post('us', JSON.stringify(body, null, 4));
		expect([spaced.status, ((await spaced.json()) as Reply).errorCode]).toEqual([200, 1_000_000]);
		const changed = await t.post('us', JSON.stringify({ ...body, parentOrderSnList: ['b', 'é "x" 咖啡'] }));
		expect([changed.status, ((await changed.json()) as Reply).errorCode]).toEqual([200, 3000001]);
		for (const text of ['', '[]', '{']) expect(((await (await t.post('us', text)).json()) as Reply).errorCode).toBe(3000000);
	});

	it('keeps the gateways apart: key and token of one are worth nothing on another', async () => {
		const eu = t.gateway('eu');
		const reply = await t.raw('us', { type: info, access_token: t.tokenOf('temu-us', 'us'), app_key: eu.appKey });
		expect(((await reply.json()) as Reply).errorCode).toBe(3000026);
		const foreign = await t.raw('us', { type: info, access_token: t.tokenOf('temu-de', 'eu') });
		expect(((await foreign.json()) as Reply).errorCode).toBe(3000033);
	});

	it('answers in the codes of the CN gateway there', async () => {
		const ok = await t.call('temu-managed', 'bg.mall.info.get', {}, 'cn');
		expect(ok.result).toEqual({ semiManagedMall: false, isThriftStore: false });
		expect(ok.requestId).toMatch(/^cn-/);
		expect((await t.call('temu-managed', 'bg.mall.info.get', {}, 'cn', { sign: 'x' })).errorCode).toBe(7000015);
		expect((await t.call('temu-managed', 'bg.goods.list.get', {}, 'cn')).errorCode).toBe(7000016);
	});

	it('allows twenty calls a second per app key', async () => {
		t.control.setClock({ advance: 2000 });
		const body = () =>
			signed(
				{
					type: info,
					app_key: t.gateway('us').appKey,
					access_token: t.tokenOf('temu-us', 'us'),
					timestamp: Math.floor(t.control.clock.now() / 1000),
					data_type: 'JSON',
				},
				t.gateway('us').appSecret,
			);
		const codes = [];
		for (let i = 0; i < 23; i++) codes.push(((await (await t.post('us', JSON.stringify(body()))).json()) as Reply).errorCode);
		expect(codes).toEqual([...Array(20).fill(1_000_000), 4000004, 4000004, 4000004]);
		expect((await t.call('temu-de', info)).errorCode).toBe(1_000_000);
		t.control.setClock({ advance: 1000 });
		expect(((await (await t.post('us', JSON.stringify(body()))).json()) as Reply).errorCode).toBe(1_000_000);
	});

	it('suffers armed faults by the name of the call', async () => {
		t.control.arm({ kind: 'rateLimited', platform: 'temu', operation: info, count: 1 });
		expect(await t.call('temu-us', info)).toMatchObject({ success: false, errorCode: 4000004, errorMsg: 'RATE_LIMIT_EXCEED_EXCEPTION' });
		t.control.arm({ kind: 'serverError', platform: 'temu', operation: 'bg.order.*', count: 1 });
		expect((await t.call('temu-us', info)).success).toBe(true);
		const broken = await t.raw('us', { type: 'bg.order.list.v2.get', access_token: t.tokenOf('temu-us', 'us') });
		expect([broken.status, ((await broken.json()) as Reply).errorCode]).toEqual([500, 4000000]);
		t.control.arm({ kind: 'htmlError', platform: 'temu', count: 1 });
		expect(await (await t.raw('us', { type: info })).text()).toContain('<html>');
		expect(t.control.calls().at(-1)).toMatchObject({ operation: info, path: '/openapi/router' });
	});
});

describe('tokens', () => {
	it('die at once when the seller authorises again', async () => {
		const old = t.tokenOf('temu-mx', 'global');
		expect((await t.call('temu-mx', info)).success).toBe(true);
		t.control.configure('temu', { authorize: 'temu-mx' });
		const reply = await t.raw('global', { type: info, access_token: old });
		expect(await reply.json()).toMatchObject({ success: false, errorCode: 3000034 });
		expect((await t.call('temu-mx', info)).success).toBe(true);
	});

	it('live a year and end at a fault or at the control door', async () => {
		const { result } = await t.call('temu-jp', info);
		expect(result).toMatchObject({ expiredTime: expect.any(Number) });
		t.control.setClock({ set: NOW + 365 * 86_400_000 + 1 });
		expect((await t.call('temu-us', info)).errorCode).toBe(3000034);
		t.control.setClock({ set: NOW });
		const old = t.tokenOf('temu-jp', 'global');
		t.control.expireTokens('temu', { account: 'jp' });
		expect(await (await t.raw('global', { type: info, access_token: old })).json()).toMatchObject({ errorCode: 3000034 });
		expect(t.tokenOf('temu-jp', 'global')).toBe('');
		t.control.configure('temu', { authorize: 'temu-jp' });
		t.control.arm({ kind: 'expireToken', platform: 'temu', operation: info, count: 1 });
		const token = t.tokenOf('temu-jp', 'global');
		for (let i = 0; i < 2; i++)
			expect(((await (await t.raw('global', { type: info, access_token: token })).json()) as Reply).errorCode).toBe(3000034);
		t.control.configure('temu', { authorize: 'temu-jp' });
		expect(() => t.control.configure('temu', { nothing: 1 })).toThrow(RangeError);
	});

	it('of a semi-managed store are two, joined by one id', async () => {
		const regional = (await t.call('temu-us', info)).result as { semiUniqueId: string; mallType: number };
		const partner = (await t.call('temu-us', `${info}.global`, {}, 'partner')).result as { uniqueId: string };
		expect(regional.mallType).toBe(1);
		expect(partner.uniqueId).toBe(regional.semiUniqueId);
		expect((await t.call('temu-us', 'bg.order.list.v2.get', {}, 'partner')).errorCode).toBe(3000003);
	});

	it('lack the calls they were not granted', async () => {
		expect((await t.call('temu-us', 'bg.local.mall.info.get')).errorCode).toBe(3000032);
		expect((await t.call('temu-de', 'bg.local.mall.info.get')).result).toMatchObject({ siteId: 105 });
	});

	it('come for a code, once, within ten minutes, with the code as the common token', async () => {
		const code = async () => {
			const query = new URLSearchParams({ appKey: t.gateway('eu').appKey, redirect_uri: 'http://127.0.0.1:1/cb?x=1', state: 'ü' });
			const reply = await fetch(`${t.facts().sellerCentre}/open-platform/client-manage/authorization?${query}`, { redirect: 'manual' });
			const back = new URL(reply.headers.get('location') ?? '');
			expect([back.searchParams.get('state'), back.searchParams.get('x'), back.searchParams.get('callback_host')]).toEqual([
				'ü',
				'1',
				t.gateway('eu').base,
			]);
			return back.searchParams.get('code') ?? '';
		};
		const create = async (c: string, token = c) =>
			(await (await t.raw('eu', { type: 'bg.open.accesstoken.create', code: c, access_token: token })).json()) as Reply;
		const first = await code();
		expect((await create(first, 'other')).errorCode).toBe(110020002);
		const made = (await create(first)).result as { accessToken: string; mallType: number };
		expect(made.mallType).toBe(100);
		expect(t.tokenOf('temu-de', 'eu')).toBe(made.accessToken);
		expect((await create(first)).errorCode).toBe(110020002);
		const late = await code();
		t.control.setClock({ advance: 600_000 });
		expect((await create(late)).errorCode).toBe(110020002);
	});
});

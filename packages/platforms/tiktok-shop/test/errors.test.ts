import { PlatformError } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { toPlatformError } from '../src/errors.ts';
import { tiktokShop } from '../src/index.ts';
import { app, contextFor, grant, type ScriptedPlatform, scripted } from './platform.ts';

const published = witness('tiktok-shop');
const refusal = { operation: 'orders.search', status: 200, message: '', requestId: '20261122020000AF3C1B0E77D2A90004', retryAfter: null };

describe.skipIf(!published)('the published error samples', () => {
	const samples = (published?.json('samples/errors.json') ?? []) as {
		http_status: number | null;
		body: { code: number; message: string; request_id: string };
	}[];
	const expected: Record<number, [string, string]> = {
		36004005: ['auth', 'grantRevoked'],
		105002: ['auth', 'grantExpired'],
		106001: ['forbidden', 'appCredentialsWrong'],
		105005: ['forbidden', 'scopeMissing'],
		106013: ['rejected', 'platformRefused'],
		36009004: ['rejected', 'platformRefused'],
		36009002: ['rateLimited', 'rateLimited'],
		36009014: ['rejected', 'platformRefused'],
		36009003: ['unavailable', 'platformDown'],
	};

	it.each(samples.map((s) => [s.body.code, s] as const))('%i has its kind and sentence', (code, { http_status, body }) => {
		const error = toPlatformError({ ...refusal, status: http_status ?? 200, code, message: body.message, requestId: body.request_id });
		expect([error.kind, error.userMessage.code]).toEqual(expected[code]);
		expect(error.message).toContain(`code ${code}, request ${body.request_id}`);
	});
});

describe('one code with many causes', () => {
	it.each([
		['The `x-tts-access-token` header is invalid.', 'auth', 'grantExpired'],
		['Invalid `app_key`.', 'forbidden', 'appCredentialsWrong'],
		['The `timestamp` query parameter is expired.', 'unexpected', 'clockSkew'],
		['The `sign` query parameter is required.', 'forbidden', 'appCredentialsWrong'],
		['Invalid identifier. The `shop_cipher` is wrong.', 'rejected', 'platformRefused'],
		['Something else.', 'rejected', 'platformRefused'],
	])('%s', (message, kind, sentence) => {
		for (const code of [36009004, 36009005]) {
			const error = toPlatformError({ ...refusal, code, message });
			expect([error.kind, error.userMessage.code]).toEqual([kind, sentence]);
		}
	});
});

describe('answers without an envelope', () => {
	it.each([
		[503, 'unavailable'],
		[429, 'rateLimited'],
		[401, 'auth'],
		[200, 'unexpected'],
		[404, 'unexpected'],
	])('HTTP %i is %s', (status, kind) => {
		expect(toPlatformError({ ...refusal, status, code: null }).kind).toBe(kind);
	});

	it('pass the wait on that the platform asks for', () => {
		expect(toPlatformError({ ...refusal, status: 429, code: null, retryAfter: 7000 }).retryAfter).toBe(7000);
		expect(toPlatformError({ ...refusal, code: 36009002 }).retryAfter).toBe(1000);
	});

	it('pass on no text that the platform wrote', () => {
		const error = toPlatformError({ ...refusal, code: 1, message: 'secret-1', requestId: 'x y secret-2' });
		expect(`${error.message} ${JSON.stringify(error.userMessage)}`).not.toMatch(/secret/);
	});
});

describe('a call', () => {
	let platform: ScriptedPlatform | undefined;
	afterEach(async () => platform?.close());

	const failure = async (promise: Promise<unknown>): Promise<PlatformError> => {
		const error: unknown = await promise.catch((e: unknown) => e);
		expect(error).toBeInstanceOf(PlatformError);
		return error as PlatformError;
	};
	const expired = {
		status: 401,
		body: { code: 105002, message: 'Expired credentials. The `access_token` has expired.', data: null, request_id: 'r' },
	};
	const tokens = (n: number) => ({
		data: {
			access_token: `access-${n}`,
			access_token_expire_in: 1795917600,
			refresh_token: `refresh-${n}`,
			refresh_token_expire_in: 1826352900,
			open_id: 'open-1',
			user_type: 0,
		},
	});

	it('with an expired token refreshes once and goes out once more with the new one', async () => {
		platform = await scripted((call, nth) => {
			if (call.path === '/api/v2/token/refresh') return tokens(nth);
			return call.headers['token'] === 'access-1' ? { data: { orders: [], total_count: 12 } } : expired;
		});
		const context = contextFor(platform.base);
		const window = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z', order: 'oldest' as const };
		expect(await tiktokShop.orders.count(context, window)).toBe(12);
		expect(platform.calls.map((c) => c.path)).toEqual([
			'/order/202309/orders/search',
			'/api/v2/token/refresh',
			'/order/202309/orders/search',
		]);
		expect(context.grant().secrets).toEqual({ accessToken: 'access-1', refreshToken: 'refresh-1' });
	});

	it('refreshes once although many meet the expired token at a time', async () => {
		platform = await scripted((call, nth) => {
			if (call.path === '/api/v2/token/refresh') return tokens(nth);
			return call.headers['token'] === 'access-1' ? { data: { orders: [], total_count: 1 } } : expired;
		});
		const context = contextFor(platform.base);
		const window = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z', order: 'oldest' as const };
		await Promise.all(Array.from({ length: 8 }, () => tiktokShop.orders.count(context, window)));
		expect(platform.calls.filter((c) => c.path === '/api/v2/token/refresh')).toHaveLength(1);
	});

	it('whose token is refused again ends as auth, after one refresh', async () => {
		platform = await scripted((call, nth) => (call.path === '/api/v2/token/refresh' ? tokens(nth) : expired));
		const error = await failure(tiktokShop.stores.list({ ...contextFor(platform.base) }));
		expect(error.kind).toBe('auth');
	});

	it.each([36004001, 36004005])('whose refresh is refused with %i needs a person', async (code) => {
		platform = await scripted((call) =>
			call.path === '/api/v2/token/refresh'
				? { body: { code, message: 'can not find related auth record', data: null, request_id: 'r' } }
				: expired,
		);
		const error = await failure(tiktokShop.orders.fetch(contextFor(platform.base), ['5']));
		expect(error.kind).toBe('auth');
		expect(JSON.stringify([error.message, error.stack, error.userMessage])).not.toMatch(/ROW_first|0123456789abcdef/);
	});

	it.each([
		['half a document', '{"code":0,"data":{"orders":['],
		['a page of HTML', '<html></html>'],
		['orders that are no list', { code: 0, data: { orders: 'none' } }],
		['an empty body', ''],
	])('answered by %s is not understood', async (_what, body) => {
		platform = await scripted(() => ({ body }));
		expect((await failure(tiktokShop.orders.fetch(contextFor(platform.base), ['5']))).kind).toBe('unexpected');
	});

	it('signs what it sends and names the shop on shop-level calls only', async () => {
		platform = await scripted((call) => ({ data: call.path.endsWith('/shops') ? { shops: [] } : { orders: [] } }));
		const context = contextFor(platform.base);
		await tiktokShop.stores.list(context);
		await tiktokShop.orders.fetch(context, ['5', '6']);
		const [shops, active, detail] = platform.calls;
		for (const call of [shops, active]) {
			expect(Object.keys(call?.query ?? {}).sort()).toEqual(['app_key', 'sign', 'timestamp']);
			expect(call?.headers['token']).toBe(grant.secrets['accessToken']);
		}
		expect(detail?.query).toMatchObject({ shop_cipher: 'GCP_cipher+/=', ids: '5,6', app_key: app.appKey, timestamp: '1795334400' });
		expect(JSON.stringify(platform.calls)).not.toContain(app.appSecret);
	});
});

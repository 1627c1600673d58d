import { PlatformError } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { describe, expect, it } from 'vitest';
import { call, gatewayOf, readEnvelope, sign, tokenOf } from '../src/client.ts';
import { toPlatformError } from '../src/errors.ts';
import { manifest } from '../src/manifest.ts';
import { APP, failed, grantContext, grantOf, ok, openBudgets, type Responder, raw, SECRET, startGateway, TOKEN } from './gateway.ts';

const API = 'bg.order.list.v2.get';
const READ = { api: API, params: { pageNumber: 1 }, gateway: 'us', token: TOKEN, kind: 'read', idempotent: true } as const;
const contract = witness('temu');

async function errorOf(work: Promise<unknown>): Promise<PlatformError> {
	const error = await work.then(
		() => null,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof PlatformError)) throw new Error('no PlatformError was thrown', { cause: error });
	return error;
}

describe('a call', () => {
	it('posts one flat signed body to the router of its gateway', async () => {
		await using gateway = await startGateway({ [API]: ok({ totalItemNum: 0 }) });
		const answer = await call(grantContext(gateway), READ);
		const [seen] = gateway.seen;
		expect(seen).toMatchObject({ gateway: 'us', path: '/openapi/router' });
		const { sign: given, ...fields } = seen?.fields ?? {};
		expect(fields).toEqual({
			type: API,
			app_key: APP['usAppKey'],
			access_token: TOKEN,
			timestamp: Date.parse('2025-10-09T10:00:00Z') / 1000,
			data_type: 'JSON',
			pageNumber: 1,
		});
		expect(given).toBe(sign(fields as never, SECRET));
		expect(answer.result).toEqual({ totalItemNum: 0 });
		expect(answer.reply).toMatchObject({ operation: API, fetchedAt: '2025-10-09T10:00:00.000Z' });
		expect(JSON.parse(answer.reply.body.toString())).toMatchObject({ requestId: 'us-test' });
	});

	it('keeps the very bytes as evidence and the digits of long integers', async () => {
		const text = ' {"success":true,"errorCode":1000000,"result":{"id":897039159485005825}}\n';
		await using gateway = await startGateway({ [API]: raw(text) });
		const answer = await call(grantContext(gateway), READ);
		expect(answer.reply.body.toString()).toBe(text);
		expect(answer.result).toEqual({ id: '897039159485005825' });
	});

	it('is tried again behind a slowed bucket when the rate was too high', async () => {
		const budgets = openBudgets();
		await using gateway = await startGateway({ [API]: ((_seen, nth) => (nth < 2 ? failed(4000004) : ok({}))) satisfies Responder });
		await call(grantContext(gateway, { budgets }), READ);
		expect(budgets.corrections).toEqual([
			{ operation: 'read.us', waitMillis: 1000 },
			{ operation: 'read.us', waitMillis: 2000 },
		]);
		expect(gateway.seen.length).toBe(3);
	});

	it('gives up after three refusals for rate, and says how long to wait when told', async () => {
		await using gateway = await startGateway({ [API]: raw(JSON.stringify(failed(4000004)), 200, { 'retry-after': '2' }) });
		expect(await errorOf(call(grantContext(gateway), READ))).toMatchObject({ kind: 'rateLimited', retryAfter: 2000 });
		expect(gateway.seen.length).toBe(3);
	});

	it('is repeated after a hiccup only when that does no harm', async () => {
		await using gateway = await startGateway({ [API]: ((_seen, nth) => (nth === 0 ? failed(4000000) : ok({}))) satisfies Responder });
		await call(grantContext(gateway), READ);
		await using other = await startGateway({ [API]: failed(4000000) });
		expect(await errorOf(call(grantContext(other), { ...READ, idempotent: false }))).toMatchObject({ kind: 'unavailable' });
		expect(other.seen.length).toBe(1);
	});

	it("corrects its clock once by the platform's, and never loops", async () => {
		const date = 'Thu, 09 Oct 2025 12:00:00 GMT';
		const refusing: Responder = ({ fields }) => (Number(fields['timestamp']) === Date.parse(date) / 1000 ? ok({}) : failed(3000012));
		await using gateway = await startGateway({
			[API]: ((seen, nth) => raw(JSON.stringify(refusing(seen, nth)), 200, { date })) satisfies Responder,
		});
		await call(grantContext(gateway), READ);
		expect(gateway.seen.length).toBe(2);
		await using stubborn = await startGateway({ [API]: raw(JSON.stringify(failed(3000011)), 200, { date }) });
		expect(await errorOf(call(grantContext(stubborn), READ))).toMatchObject({ userMessage: { code: 'clockSkew' } });
		expect(stubborn.seen.length).toBe(2);
	});

	it.each([
		['{"success":tr', 200, 'unexpected'],
		['<html>', 503, 'unavailable'],
		['\n<!doctype html>', 200, 'unavailable'],
		['', 502, 'unavailable'],
		['[]', 200, 'unexpected'],
		['{"hello":1}', 404, 'unexpected'],
		['slow down', 429, 'rateLimited'],
	])('answered by %j with HTTP %i is %s', async (text, status, kind) => {
		await using gateway = await startGateway({ [API]: raw(text, status) });
		expect(await errorOf(call(grantContext(gateway), READ))).toMatchObject({ kind });
	});

	it('believes the envelope, not the HTTP status', async () => {
		await using gateway = await startGateway({ [API]: raw(JSON.stringify(failed(3000032)), 403) });
		expect(await errorOf(call(grantContext(gateway), READ))).toMatchObject({ kind: 'forbidden', userMessage: { code: 'scopeMissing' } });
	});

	it('carries no secret into an error, even when the platform echoes it', async () => {
		await using gateway = await startGateway({ [API]: failed(150010003, `bad token ${TOKEN} of ${SECRET}`) });
		const error = await errorOf(call(grantContext(gateway), READ));
		const told = JSON.stringify([error.message, error.userMessage, String(error.cause), error.stack]);
		expect(told).not.toContain(TOKEN);
		expect(told).not.toContain(SECRET);
		expect(error.userMessage.params).toMatchObject({ api: API, code: '150010003', message: 'bad token *** of ***' });
	});

	it('without an app for the gateway, or to an unknown host, is refused before it leaves', async () => {
		await using gateway = await startGateway({});
		const context = grantContext(gateway, { app: { usAppKey: 'only-the-key' } });
		expect(await errorOf(call(context, READ))).toMatchObject({ kind: 'forbidden', userMessage: { code: 'appMissing' } });
		expect(() => gatewayOf('https://evil.example')).toThrow(PlatformError);
		expect(() => gatewayOf('sellerCentre')).toThrow(PlatformError);
		expect(gateway.seen).toEqual([]);
	});
});

describe('a token', () => {
	it('speaks for its own mall only', () => {
		const grant = grantOf({ secrets: { accessToken: 'main', 'accessToken:2': 'branch' } });
		expect(tokenOf(grant, grant.externalAccountId)).toBe('main');
		expect(tokenOf(grant, '2')).toBe('branch');
		expect(() => tokenOf(grant, '3')).toThrow(PlatformError);
	});
});

describe('an envelope', () => {
	const inner = (success: boolean, errorCode: number) => ({
		success: true,
		errorCode: 1000000,
		requestId: 'a',
		result: { success, errorCode, errorMsg: 'm', result: { x: 1 } },
	});

	it('inside an envelope is unwrapped, and its failure counts', () => {
		expect(readEnvelope(inner(true, 0))).toEqual({ ok: true, result: { x: 1 } });
		expect(readEnvelope(inner(false, 5))).toEqual({ ok: false, code: 5, message: 'm', requestId: 'a' });
	});

	it('needs success and code to agree', () => {
		expect(readEnvelope({ success: true, errorCode: 3000001, errorMsg: 'm' })).toMatchObject({ ok: false, code: 3000001 });
		expect(readEnvelope({ success: false, errorCode: 1000000 })).toMatchObject({ ok: false });
		expect(readEnvelope({ success: 'yes' })).toBeNull();
		expect(readEnvelope({ success: true })).toEqual({ ok: true, result: null });
	});

	it('keeps a result that merely has a field named success', () => {
		expect(readEnvelope({ success: true, result: { success: true, x: 1 } })).toEqual({ ok: true, result: { success: true, x: 1 } });
	});
});

describe('refusals', () => {
	const refusal = (code: number, gateway: 'us' | 'cn' = 'us') =>
		toPlatformError({ code, message: 'm', requestId: null, api: API, gateway });

	it('of the same number mean different things on the Chinese gateway', () => {
		expect(refusal(7000000).kind).toBe('unavailable');
		expect(refusal(7000000, 'cn').kind).toBe('unexpected');
		expect(refusal(7000007, 'cn')).toMatchObject({ kind: 'auth', userMessage: { code: 'grantExpired' } });
	});

	it('that are unknown show the sentence of the platform', () => {
		expect(refusal(987654321)).toMatchObject({ kind: 'rejected', userMessage: { code: 'platformRefused', params: { message: 'm' } } });
	});

	it('for a computation under way ask to wait minutes', () => {
		expect(refusal(140020008)).toMatchObject({ kind: 'unavailable', retryAfter: 300_000 });
	});
});

describe.skipIf(!contract)('error samples of the contract', () => {
	it.each([
		['error-sign', 'us', 'forbidden', 'appCredentialsWrong'],
		['error-no-api-access', 'us', 'forbidden', 'scopeMissing'],
		['error-token-replaced', 'us', 'auth', 'grantExpired'],
		['error-rate-limit', 'us', 'rateLimited', 'rateLimited'],
		['error-ip-allowlist', 'us', 'forbidden', 'ipNotAllowed'],
		['error-amount-calculating', 'us', 'unavailable', 'platformDown'],
		['error-full-managed', 'global', 'rejected', 'modeNotServed'],
		['error-cn-token-expired', 'cn', 'auth', 'grantExpired'],
		['error-br-invoice.published', 'global', 'rejected', 'platformRefused'],
		['error-br-label-only.published', 'global', 'rejected', 'platformRefused'],
		['shipment-v2-confirm-error', 'us', 'rejected', 'platformRefused'],
	] as const)('%s at %s is %s', async (name, host, kind, code) => {
		await using gateway = await startGateway({ [API]: contract?.json(`samples/${name}.json`) });
		expect(await errorOf(call(grantContext(gateway), { ...READ, gateway: host }))).toMatchObject({ kind, userMessage: { code } });
	});

	it('of both gateway tables are all decided', () => {
		const enums = contract?.json('samples/_enums.json') as Record<string, Record<string, string>>;
		for (const [table, gateway] of [
			['gatewayError', 'us'],
			['gatewayErrorCN', 'cn'],
		] as const) {
			for (const [code, meaning] of Object.entries(enums[table] ?? {})) {
				if (meaning === 'ok') continue;
				const error = toPlatformError({ code: Number(code), message: '', requestId: null, api: API, gateway });
				// What no table knows falls through to "rejected, platformRefused"; only a retired type is meant so.
				const fellThrough = error.kind === 'rejected' && error.userMessage.code === 'platformRefused';
				expect(fellThrough, `${code} ${meaning}`).toBe(meaning === 'type retired');
			}
		}
	});
});

describe('the manifest', () => {
	it('keeps all kinds of calls of an app below its published twenty a second', () => {
		for (const host of ['us', 'eu', 'global', 'partner', 'cn']) {
			const own = manifest.budgets.filter((budget) => budget.operation.endsWith(`.${host}`));
			expect(own.length).toBe(4);
			expect(own.reduce((sum, budget) => sum + Math.ceil(budget.rate) + budget.burst, 0)).toBeLessThanOrEqual(20);
			expect(own.every((budget) => budget.per === 'app')).toBe(true);
		}
	});

	it.skipIf(!contract)('has every site of the contract with its region, currency and zone', () => {
		const published = (contract?.json('samples/_sites.json') ?? { sites: [] }) as {
			sites: { siteId: number; regionId: number; country: string; currency: string; timezone_ours: string; docsSiteRegion: string }[];
		};
		const gateways: Record<string, string> = { US: 'us', EU: 'eu', GLO: 'global' };
		const expected = published.sites.map((site) => ({
			id: String(site.siteId),
			regionId: String(site.regionId),
			country: site.country,
			currency: site.currency,
			zone: site.timezone_ours,
			// Listed under GLOBAL; the contract says to try EU first.
			host: site.country === 'BE' ? 'eu' : gateways[site.docsSiteRegion],
		}));
		const ours = manifest.sites.filter((site) => site.country !== 'XX');
		expect(ours).toHaveLength(expected.length);
		for (const site of expected) expect(ours.find((one) => one.id === site.id)).toMatchObject(site);
		for (const site of manifest.sites) {
			expect(() => new Intl.DateTimeFormat('en', { timeZone: site.zone })).not.toThrow();
			expect(Intl.getCanonicalLocales(site.language)).toEqual([site.language]);
		}
	});

	it('names patterns that fit their own examples', () => {
		for (const field of [...manifest.appFields, ...manifest.authorization.flatMap((kind) => kind.fields)]) {
			expect(field.example).toMatch(new RegExp(field.pattern));
		}
	});
});

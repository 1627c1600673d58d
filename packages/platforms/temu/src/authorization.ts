import { type AdapterContext, type Authorization, type Grant, PlatformError, type UserMessageCode } from '@pangea/platform-contract';
import { appAt, call, gatewayOf, mallTokenKey } from './client.ts';
import { notUnderstood } from './errors.ts';
import { GATEWAYS, type Gateway } from './sites.ts';
import { goodsTokenInfo, tokenInfo } from './stores.ts';
import { causeOf, tokenCreateSchema } from './wire.ts';

/**
 * Temu has no refresh: when a token dies the seller authorises again, and the old token dies at that moment. Nor can Temu be told to
 * forget a token; the seller ends the authorisation in the seller centre. Contract §3.
 */
export const authorization: Authorization = {
	authorizeUrl(context, request) {
		const gateway = gatewayOf(request.host);
		const base = context.hosts['sellerCentre'];
		// Only the page of US local stores is documented; everywhere else the seller pastes a token.
		if (gateway !== 'us' || base === undefined) {
			throw new PlatformError({
				kind: 'rejected',
				userMessage: { code: 'wrongRegion', params: { host: request.host } },
				detail: `no consent page is documented for the ${gateway} gateway`,
			});
		}
		const url = new URL(`${base}/open-platform/client-manage/authorization`);
		url.searchParams.set('appKey', appAt(context.app, gateway).key);
		url.searchParams.set('redirect_uri', request.redirectUri);
		url.searchParams.set('state', request.state);
		return url.href;
	},

	async exchange(context, request) {
		const gateway = gatewayOf(request.host);
		return request.kind === 'paste'
			? await testPasted(context, gateway, request.fields)
			: await exchangeCode(context, gateway, request.params);
	},
};

async function testPasted(context: AdapterContext, gateway: Gateway, fields: Record<string, string>): Promise<Grant> {
	const token = (fields['accessToken'] ?? '').trim();
	if (token === '') throw refused('platformRefused', 'no access token was given');
	if (gateway === 'partner') {
		const info = await goodsTokenInfo(context, token);
		return {
			secrets: { accessToken: token },
			accessExpiresAt: info.expiredTime,
			grantExpiresAt: info.expiredTime,
			externalAccountId: info.uniqueId,
			accountName: info.mallName,
			scopes: info.apiScopeList,
			host: gateway,
		};
	}
	const info = await tokenInfo(context, gateway, token);
	return {
		secrets: { accessToken: token },
		accessExpiresAt: info.expiredTime,
		grantExpiresAt: info.expiredTime,
		externalAccountId: info.mallId,
		accountName: null,
		scopes: info.apiScopeList,
		host: gateway,
	};
}

async function exchangeCode(context: AdapterContext, expected: Gateway, params: Record<string, string>): Promise<Grant> {
	const gateway = params['callback_host'] ? gatewayByAddress(context, params['callback_host']) : expected;
	const code = params['code'];
	if (!code) throw refused('codeExpired', 'the return carries no code');
	if (params['app_key'] && params['app_key'] !== appAt(context.app, gateway).key)
		throw refused('appCredentialsWrong', 'the return names another app');
	const api = 'bg.open.accesstoken.create';
	// A code works once: sending it twice would lose the token the first answer carried.
	const { result } = await call(context, { api, params: { code }, gateway, token: code, kind: 'read', idempotent: false });
	const parsed = tokenCreateSchema.safeParse(result);
	if (!parsed.success) throw notUnderstood(api, causeOf(parsed.error));
	const created = parsed.data;
	const further = created.associatedMallTokenList.map((mall) => [mallTokenKey(mall.mallId), mall.accessToken]);
	return {
		secrets: { accessToken: created.accessToken, ...Object.fromEntries(further) },
		accessExpiresAt: created.expiredTime,
		grantExpiresAt: created.expiredTime,
		externalAccountId: created.mallId,
		accountName: null,
		scopes: created.apiScopeList,
		host: gateway,
	};
}

// The address comes through the seller's browser: it only chooses among the gateways we know, and is never called itself. Temu sends a bare
// host; gateways behind one host of the operator's are told apart by their path.
function gatewayByAddress(context: AdapterContext, address: string): Gateway {
	const url = URL.parse(address.includes('://') ? address : `https://${address}`);
	const known = GATEWAYS.flatMap((gateway) => {
		const base = URL.parse(context.hosts[gateway] ?? '');
		return base !== null && url !== null && base.host === url.host ? [{ gateway, path: base.pathname }] : [];
	});
	const found = known.find((one) => one.path === url?.pathname) ?? (known.length === 1 ? known[0] : undefined);
	if (found) return found.gateway;
	throw new PlatformError({
		kind: 'rejected',
		userMessage: { code: 'wrongRegion' },
		detail: 'callback_host is none of the five gateways',
	});
}

function refused(code: UserMessageCode, detail: string): PlatformError {
	return new PlatformError({ kind: 'rejected', userMessage: { code }, detail });
}

import { type Instant, instantFromSeconds } from '@pangea/domain';
import { type AdapterContext, type Authorization, type Grant, PlatformError, type UserMessageCode } from '@pangea/platform-contract';
import { readData, sendChecked } from './client.ts';
import { listAuthorized, releaseShop } from './stores.ts';
import { Tokens } from './wire.ts';

// The token calls' own words; not OAuth's `authorization_code`.
const GRANT_BY_CODE = 'authorized_code';
const SELLER = 0;

export const authorization: Authorization = {
	/** US shops consent on another host (contract §1); one app has one redirect URL, so none is sent. */
	authorizeUrl(context, { state, host }) {
		const base = context.hosts[host === 'us' ? 'consentUs' : 'consentGlobal'];
		return `${base}/open/authorize?${new URLSearchParams({ service_id: context.app['serviceId'] ?? '', state })}`;
	},

	async exchange(context, request) {
		if (request.kind !== 'redirect') throw refused('platformRefused', 'TikTok Shop grants come by redirect only');
		const { code, error, app_key: echoed } = request.params;
		if (error) throw refused('consentRefused', 'The seller refused the authorization');
		if (!code || code === 'null') throw refused('codeExpired', 'The callback holds no code');
		if (echoed !== undefined && echoed !== context.app['appKey']) throw refused('appCredentialsWrong', 'The callback is for another app');
		return fetchGrant(context, request.host, 'token.get', { auth_code: code, grant_type: GRANT_BY_CODE });
	},

	async refresh(context, grant) {
		const refreshToken = grant.secrets['refreshToken'] ?? '';
		return fetchGrant(context, grant.host, 'token.refresh', { refresh_token: refreshToken, grant_type: 'refresh_token' });
	},

	/** The app can drop a shop, not a seller: every shop of the grant is released. */
	async revoke(context) {
		for (const shop of await listAuthorized(context)) await releaseShop(context, shop.cipher);
	},
};

async function fetchGrant(
	context: AdapterContext,
	host: string,
	operation: 'token.get' | 'token.refresh',
	params: Record<string, string>,
): Promise<Grant> {
	const { appKey = '', appSecret = '' } = context.app;
	const query = new URLSearchParams({ app_key: appKey, app_secret: appSecret, ...params });
	const { data } = await sendChecked(context, {
		operation,
		method: 'GET',
		url: `${context.hosts['token']}/api/v2/token/${operation === 'token.get' ? 'get' : 'refresh'}?${query}`,
		// A code lives once. A refresh whose answer was lost can only be asked for again.
		idempotent: operation === 'token.refresh',
	});
	const tokens = readData(operation, data, Tokens);
	if ((tokens.user_type ?? SELLER) !== SELLER) throw refused('platformRefused', 'The account that consented is no seller');
	return {
		secrets: { accessToken: tokens.access_token, refreshToken: tokens.refresh_token },
		// Absolute times in spite of the name `…_expire_in`.
		accessExpiresAt: expiry(tokens.access_token_expire_in),
		grantExpiresAt: expiry(tokens.refresh_token_expire_in),
		externalAccountId: tokens.open_id,
		accountName: tokens.seller_name,
		scopes: tokens.granted_scopes,
		host,
	};
}

function expiry(seconds: number | null): Instant | null {
	return seconds === null ? null : instantFromSeconds(seconds);
}

function refused(code: UserMessageCode, detail: string): PlatformError {
	return new PlatformError({ kind: code === 'codeExpired' ? 'auth' : 'rejected', userMessage: { code }, detail });
}

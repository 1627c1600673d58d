import {
	type AdapterContext,
	type Authorization,
	type ExchangeRequest,
	type Grant,
	PlatformError,
	type UserMessageCode,
} from '@pangea/platform-contract';
import { addMillis } from '@pangea/domain';
import { decode, hostOf, USER_AGENT } from './client.ts';
import { type TokenPurpose, tokenRefusalToError } from './errors.ts';
import { consentKey, manifest } from './manifest.ts';
import { wireToken } from './wire.ts';

/** A public app's authorization lives a year (contract §5.4); a self-authorized token does not tell when it began. */
const AUTHORIZATION_MILLIS = 365 * 86_400_000;

export const authorization: Authorization = {
	// Neither the token nor the list of marketplaces names the seller: the id comes with the address or is typed.
	accountIsClaimed: true,

	/** `host` is a region (`na`, `eu`, `fe`) or a marketplace id, whose own Seller Central is opened then. */
	authorizeUrl(context, { state, redirectUri, host }) {
		const applicationId = context.app['applicationId'];
		if (!applicationId) throw refused('appCredentialsWrong', 'authorizeUrl: the app has no applicationId, paste a refresh token instead');
		const query = new URLSearchParams({ application_id: applicationId, state, redirect_uri: redirectUri });
		if (context.app['applicationVersion']) query.set('version', context.app['applicationVersion']);
		return `${hostOf(context, consentKey(host))}/apps/authorize/consent?${query}`;
	},

	async exchange(context, request) {
		const now = context.now().toISOString();
		if (request.kind === 'paste') {
			const refreshToken = field(request.fields, 'refreshToken');
			const token = await requestToken(context, 'refresh', { grant_type: 'refresh_token', refresh_token: refreshToken });
			return toGrant(context, request, token, field(request.fields, 'sellerId'), refreshToken, null);
		}
		const token = await requestToken(context, 'code', {
			grant_type: 'authorization_code',
			code: codeOf(request.params),
			redirect_uri: request.redirectUri,
		});
		const sellerId = field(request.params, 'selling_partner_id');
		return toGrant(context, request, token, sellerId, null, addMillis(now, AUTHORIZATION_MILLIS));
	},

	async refresh(context, grant) {
		const refreshToken = grant.secrets['refreshToken'];
		if (!refreshToken) {
			throw new PlatformError({ kind: 'auth', userMessage: { code: 'grantExpired' }, detail: 'refresh: the grant holds no refresh token' });
		}
		const token = await requestToken(context, 'refresh', { grant_type: 'refresh_token', refresh_token: refreshToken });
		return {
			...grant,
			secrets: { ...grant.secrets, accessToken: token.access_token, refreshToken: token.refresh_token ?? refreshToken },
			accessExpiresAt: expiry(context, token),
		};
	},
};

type Token = ReturnType<typeof wireToken.parse>;

/** An access token of the app itself for the grantless operations of a scope (contract §5.3). @throws PlatformError */
export async function requestGrantlessToken(context: AdapterContext, scope: string): Promise<string> {
	return (await requestToken(context, 'grantless', { grant_type: 'client_credentials', scope })).access_token;
}

async function requestToken(context: AdapterContext, purpose: TokenPurpose, fields: Record<string, string>): Promise<Token> {
	const client = { client_id: context.app['clientId'] ?? '', client_secret: context.app['clientSecret'] ?? '' };
	if (!client.client_id || !client.client_secret) throw refused('appCredentialsWrong', 'requestToken: the app has no client id or secret');
	const reply = await context.http.send({
		operation: 'requestToken',
		method: 'POST',
		url: `${hostOf(context, 'lwa')}/auth/o2/token`,
		headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', 'user-agent': USER_AGENT, accept: 'application/json' },
		body: new URLSearchParams({ ...fields, ...client }).toString(),
		// A code works once; a refresh token and the app's own credentials stay valid when they were used.
		idempotent: purpose !== 'code',
	});
	if (reply.status !== 200) throw tokenRefusalToError(purpose, reply);
	return decode(wireToken, 'requestToken', reply.body);
}

function toGrant(
	context: AdapterContext,
	request: ExchangeRequest,
	token: Token,
	sellerId: string,
	pasted: string | null,
	grantExpiresAt: string | null,
): Grant {
	const refreshToken = token.refresh_token ?? pasted;
	if (!refreshToken) throw refused('answerNotUnderstood', 'requestToken: the answer holds no refresh token');
	return {
		secrets: { accessToken: token.access_token, refreshToken },
		accessExpiresAt: expiry(context, token),
		grantExpiresAt,
		externalAccountId: sellerId,
		accountName: null,
		scopes: [],
		host: regionOf(request.host),
	};
}

/** The region of a region key or marketplace id. */
function regionOf(host: string): string {
	const site = manifest.sites.find((s) => s.id === host || s.host === host);
	if (!site) throw refused('wrongRegion', `${JSON.stringify(host)} is no region and no marketplace`);
	return site.host;
}

function expiry(context: AdapterContext, token: Token): string {
	return addMillis(context.now().toISOString(), token.expires_in * 1000);
}

function codeOf(params: Record<string, string>): string {
	const code = params['spapi_oauth_code'];
	if (!code) throw refused('codeExpired', 'exchange: the return carries no code');
	return code;
}

function field(fields: Record<string, string>, key: string): string {
	const value = fields[key]?.trim();
	if (!value) throw refused('platformRefused', `exchange: ${key} is missing`);
	return value;
}

function refused(code: UserMessageCode, detail: string): PlatformError {
	return new PlatformError({ kind: 'rejected', userMessage: { code }, detail });
}

import type { AdapterContext, Authorization, ExchangeRequest, Grant, GrantContext } from '@pangea/platform-contract';
import { PlatformError, type UserMessageCode } from '@pangea/platform-contract';
import { answer, apiUrl, host, sendAs } from './client.ts';
import { understand } from './errors.ts';
import { API_HOST, GLOBAL_SELLING } from './manifest.ts';
import { wireToken, wireUser } from './wire.ts';

/** Months a refresh token lives (contract §2). */
const REFRESH_MONTHS = 6;

/** OAuth 2.0 with PKCE, contract §2. The refresh token is single-use: callers refresh under a lock and keep the newest grant. */
export const authorization: Authorization = {
	authorizeUrl(context, { state, redirectUri, codeChallenge, host: chosen }) {
		const query = new URLSearchParams({
			response_type: 'code',
			client_id: credential(context, 'clientId'),
			redirect_uri: redirectUri,
			state,
			code_challenge: codeChallenge,
			code_challenge_method: 'S256',
		});
		return `${host(context, loginHost(chosen))}/authorization?${query}`;
	},

	async exchange(context, request) {
		const grant = await requestToken(context, { grant_type: 'authorization_code', ...codeOf(request) }).catch(blameCode);
		return { ...grant, accountName: await accountName(context, grant) };
	},

	async refresh(context, grant) {
		const refreshToken = grant.secrets['refreshToken'];
		if (!refreshToken) {
			throw new PlatformError({
				kind: 'auth',
				userMessage: { code: 'grantExpired' },
				detail: 'oauth.token: the grant has no refresh token; the app lacks the scope offline_access',
			});
		}
		// Nothing is asked between the answer and its commit: the old refresh token is already dead.
		const fresh = await requestToken(context, { grant_type: 'refresh_token', refresh_token: refreshToken });
		return { ...fresh, accountName: grant.accountName };
	},

	async revoke(context: GrantContext) {
		const user = encodeURIComponent(context.grant().externalAccountId);
		const app = encodeURIComponent(credential(context, 'clientId'));
		await sendAs(context, {
			operation: 'oauth.revoke',
			method: 'DELETE',
			url: apiUrl(context, `/users/${user}/applications/${app}`),
			idempotent: true,
		});
	},
};

/** `auth-MLM` and `MLM` name the login page of a site; the API host, which has no login page of its own, means Global Selling. */
function loginHost(chosen: string): string {
	if (chosen === API_HOST || chosen === '') return `auth-${GLOBAL_SELLING}`;
	return chosen.startsWith('auth-') ? chosen : `auth-${chosen}`;
}

function codeOf(request: ExchangeRequest): Record<string, string> {
	if (request.kind === 'paste') throw refused('platformRefused', 'tokens cannot be pasted; the seller must log in');
	const { code, error } = request.params;
	if (error !== undefined)
		throw refused(error === 'access_denied' ? 'consentRefused' : 'platformRefused', 'the login page came back with an error');
	if (!code) throw refused('codeExpired', 'the login page came back without a code');
	return { code, redirect_uri: request.redirectUri, code_verifier: request.codeVerifier };
}

function refused(code: UserMessageCode, why: string): PlatformError {
	return new PlatformError({
		kind: code === 'consentRefused' ? 'forbidden' : 'rejected',
		userMessage: { code },
		detail: `oauth.token: ${why}`,
	});
}

/** What is refused while a consent is exchanged is the code: there is no grant yet that could have ended. */
function blameCode(error: unknown): never {
	if (!(error instanceof PlatformError) || error.userMessage.code !== 'grantExpired') throw error;
	throw new PlatformError({ kind: 'auth', userMessage: { code: 'codeExpired' }, detail: error.message, cause: error });
}

/** Parameters go in the body: in the URL they would leak, and GET answers 404 (contract §12.2). */
async function requestToken(context: AdapterContext, params: Record<string, string>): Promise<Grant> {
	const body = new URLSearchParams({
		...params,
		client_id: credential(context, 'clientId'),
		client_secret: credential(context, 'clientSecret'),
	}).toString();
	const reply = await context.http.send({
		operation: 'oauth.token',
		method: 'POST',
		url: apiUrl(context, '/oauth/token'),
		headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
		body,
		// A code and a refresh token are spent by the first request that arrives.
		idempotent: false,
	});
	const token = understand('oauth.token', wireToken, answer(context, 'oauth.token', reply).json);
	const now = context.now();
	const secrets: Record<string, string> = { accessToken: token.access_token };
	if (token.refresh_token) secrets['refreshToken'] = token.refresh_token;
	const accessExpiresAt = new Date(now.getTime() + token.expires_in * 1000).toISOString();
	return {
		secrets,
		accessExpiresAt,
		grantExpiresAt: token.refresh_token ? monthsLater(now, REFRESH_MONTHS) : accessExpiresAt,
		externalAccountId: token.user_id,
		accountName: null,
		scopes: (token.scope ?? '').split(/\s+/).filter((s) => s !== ''),
		host: API_HOST,
	};
}

function monthsLater(from: Date, months: number): string {
	const later = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC').add({ months });
	return new Date(later.epochMilliseconds).toISOString();
}

/** The name is a courtesy: a grant is worth keeping even when it cannot be read. */
async function accountName(context: AdapterContext, grant: Grant): Promise<string | null> {
	try {
		const reply = await context.http.send({
			operation: 'users.read',
			method: 'GET',
			url: apiUrl(context, '/users/me'),
			headers: { authorization: `Bearer ${grant.secrets['accessToken'] ?? ''}`, accept: 'application/json' },
			idempotent: true,
		});
		const user = understand('users.read', wireUser, answer(context, 'users.read', reply).json);
		return user.nickname ?? null;
	} catch (error) {
		if (error instanceof PlatformError) return null;
		throw error;
	}
}

function credential(context: AdapterContext, key: 'clientId' | 'clientSecret'): string {
	const value = context.app[key];
	if (!value) {
		throw new PlatformError({
			kind: 'forbidden',
			userMessage: { code: 'appMissing' },
			detail: `The app credential ${key} is not set`,
		});
	}
	return value;
}

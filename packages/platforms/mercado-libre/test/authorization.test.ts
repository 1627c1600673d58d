import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { APP, appContext, GRANT, grantContext, serve, startStub, type Stub } from './stub-platform.ts';

let stub: Stub;
beforeEach(async () => void (stub = await startStub()));
afterEach(() => stub.close());

const { authorization } = mercadoLibre;
const REDIRECT = 'https://pangea.example/callback/mercado-libre';
const TOKEN = {
	access_token: 'APP_USR-second',
	token_type: 'Bearer',
	expires_in: 10800,
	scope: 'offline_access read write',
	user_id: 8035443,
	refresh_token: 'TG-second',
};

function answerToken(body: unknown, status = 200): void {
	stub.on((seen) => (seen.path === '/oauth/token' ? (seen.method === 'POST' ? { status, body } : { status: 404 }) : undefined));
}

const request = {
	kind: 'redirect',
	params: { code: 'TG-code', state: 's' },
	redirectUri: REDIRECT,
	codeVerifier: 'verifier',
	host: 'auth-CBT',
} as const;

describe('the way to the login page', () => {
	it('carries state, challenge and the exact redirect address, whatever they contain', () => {
		const context = appContext(stub);
		fc.assert(
			fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.uint8Array({ minLength: 32, maxLength: 96 }), (state, bytes) => {
				const verifier = Buffer.from(bytes).toString('base64url');
				const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
				const url = new URL(authorization.authorizeUrl!(context, { state, redirectUri: REDIRECT, codeChallenge, host: 'auth-MLM' }));
				expect(Object.fromEntries(url.searchParams)).toEqual({
					response_type: 'code',
					client_id: APP.clientId,
					redirect_uri: REDIRECT,
					state: state.toWellFormed(),
					code_challenge: codeChallenge,
					code_challenge_method: 'S256',
				});
				expect(url.pathname).toBe('/authorization');
			}),
		);
	});

	it('leads to the page of the chosen site, and to Global Selling when only the API is named', () => {
		const published = { ...appContext(stub), hosts: mercadoLibre.manifest.hosts };
		const at = (host: string) =>
			new URL(authorization.authorizeUrl!(published, { state: 's', redirectUri: REDIRECT, codeChallenge: 'c', host })).host;
		expect(at('api')).toBe('global-selling.mercadolibre.com');
		expect(at('auth-CBT')).toBe('global-selling.mercadolibre.com');
		expect(at('auth-MLB')).toBe('auth.mercadolivre.com.br');
		expect(at('MLC')).toBe('auth.mercadolibre.cl');
		expect(() => at('auth-MLX')).toThrow(expect.objectContaining({ kind: 'rejected', userMessage: { code: 'wrongRegion' } }));
	});
});

describe('exchanging a code', () => {
	it('sends everything in the body and keeps the lifetime of the reply', async () => {
		answerToken(TOKEN);
		stub.on(serve('/users/me', { id: 8035443, nickname: 'SELLER' }));
		const grant = await authorization.exchange(appContext(stub), request);
		expect(grant).toEqual({
			secrets: { accessToken: 'APP_USR-second', refreshToken: 'TG-second' },
			accessExpiresAt: '2026-09-20T15:00:00.000Z',
			grantExpiresAt: '2027-03-20T12:00:00.000Z',
			externalAccountId: '8035443',
			accountName: 'SELLER',
			scopes: ['offline_access', 'read', 'write'],
			host: 'api',
		});
		const [sent] = stub.requests;
		expect(sent?.query.size).toBe(0);
		expect(sent?.headers['content-type']).toBe('application/x-www-form-urlencoded');
		expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
			grant_type: 'authorization_code',
			client_id: APP.clientId,
			client_secret: APP.clientSecret,
			code: 'TG-code',
			redirect_uri: REDIRECT,
			code_verifier: 'verifier',
		});
	});

	it('proves the challenge with its verifier', async () => {
		const verifier = randomBytes(48).toString('base64url');
		const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
		stub.on((seen) => {
			if (seen.path !== '/oauth/token') return undefined;
			const sent = new URLSearchParams(seen.body).get('code_verifier') ?? '';
			const proven = createHash('sha256').update(sent).digest('base64url') === codeChallenge;
			return proven ? { body: TOKEN } : { status: 400, body: { error: 'invalid_grant', status: 400 } };
		});
		await expect(authorization.exchange(appContext(stub), { ...request, codeVerifier: verifier })).resolves.toMatchObject({
			accountName: null,
		});
		await expect(authorization.exchange(appContext(stub), { ...request, codeVerifier: `${verifier}x` })).rejects.toMatchObject({
			kind: 'auth',
		});
	});

	it('lives without a refresh token when the app lacks offline access', async () => {
		answerToken({ ...TOKEN, refresh_token: undefined });
		const grant = await authorization.exchange(appContext(stub), request);
		expect(grant.secrets).toEqual({ accessToken: 'APP_USR-second' });
		expect(grant.grantExpiresAt).toBe(grant.accessExpiresAt);
		await expect(authorization.refresh!(appContext(stub), grant)).rejects.toMatchObject({
			kind: 'auth',
			userMessage: { code: 'grantExpired' },
		});
	});

	it.each([
		[{ error: 'access_denied' }, 'forbidden'],
		[{ error: 'server_error' }, 'rejected'],
		[{}, 'rejected'],
	])('refuses what came back as %j', async (params, kind) => {
		await expect(authorization.exchange(appContext(stub), { ...request, params: params as Record<string, string> })).rejects.toMatchObject({
			kind,
		});
		expect(stub.requests).toEqual([]);
	});

	it('takes no pasted tokens and starts nothing without credentials', async () => {
		await expect(authorization.exchange(appContext(stub), { kind: 'paste', fields: {}, host: 'api' })).rejects.toMatchObject({
			kind: 'rejected',
		});
		const refused = { kind: 'forbidden', userMessage: { code: 'appMissing' } };
		await expect(authorization.exchange(appContext(stub, { clientId: '1' }), request)).rejects.toMatchObject(refused);
	});

	it('never repeats what it was told in an error', async () => {
		answerToken({ error: 'invalid_client', error_description: `secret ${APP.clientSecret} is wrong`, status: 400 }, 400);
		const error = await authorization.exchange(appContext(stub), request).catch((e: unknown) => e);
		expect(error).toMatchObject({ kind: 'forbidden', message: 'oauth.token: 400 invalid_client' });
	});
});

describe('refreshing', () => {
	it('spends the refresh token once and asks nothing else before the new pair is handed over', async () => {
		answerToken(TOKEN);
		const grant = await authorization.refresh!(appContext(stub), { ...GRANT, accountName: 'SELLER' });
		expect(grant).toMatchObject({ secrets: { accessToken: 'APP_USR-second', refreshToken: 'TG-second' }, accountName: 'SELLER' });
		expect(stub.paths()).toEqual(['/oauth/token']);
		expect(Object.fromEntries(new URLSearchParams(stub.requests[0]?.body))).toMatchObject({
			grant_type: 'refresh_token',
			refresh_token: 'TG-first',
		});
	});

	it('asks for a person when the refresh token is spent, and is not repeated after a server error', async () => {
		answerToken({ error: 'invalid_grant', error_description: 'used', status: 400, cause: [] }, 400);
		await expect(authorization.refresh!(appContext(stub), GRANT)).rejects.toMatchObject({ kind: 'auth' });
		answerToken('', 500);
		await expect(authorization.refresh!(appContext(stub), GRANT)).rejects.toMatchObject({ kind: 'unavailable' });
		expect(stub.requests).toHaveLength(2);
	});

	it('does not take an answer without a token for a grant', async () => {
		answerToken({ ...TOKEN, access_token: null });
		await expect(authorization.refresh!(appContext(stub), GRANT)).rejects.toMatchObject({ kind: 'unexpected' });
	});
});

it('tells the platform to forget us', async () => {
	stub.on((seen) => (seen.method === 'DELETE' ? { body: {} } : undefined));
	await authorization.revoke!(grantContext(stub));
	expect(stub.requests).toMatchObject([
		{ path: `/users/2560656533/applications/${APP.clientId}`, headers: { authorization: 'Bearer APP_USR-first' } },
	]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meli, NOW } from './mercado-libre.harness.ts';

let m: Awaited<ReturnType<typeof meli>>;
beforeAll(async () => {
	m = await meli();
});
afterAll(() => m.stop());

describe('consent', () => {
	it('sends the browser back with a code and the state as it was', async () => {
		const reply = await m.consent('CBT');
		expect(reply.status).toBe(302);
		const back = new URL(reply.headers.get('location') ?? '');
		expect(back.origin + back.pathname).toBe('http://127.0.0.1:1/callback');
		expect(back.searchParams.get('state')).toBe('s t/ä');
		expect(back.searchParams.get('code')).toMatch(/^TG-/);
	});

	it.each([
		['another client', { client_id: '1' }, 'invalid_client'],
		['another response type', { response_type: 'token' }, 'invalid_request'],
		['an unknown challenge method', { code_challenge_method: 'S512' }, 'invalid_request'],
		['no address to return to', { redirect_uri: '' }, 'invalid_request'],
	])('refuses %s', async (_, query, error) => {
		const reply = await m.consent('CBT', query);
		expect([reply.status, ((await reply.json()) as { error: string }).error]).toEqual([400, error]);
	});

	it('demands a challenge while the application has PKCE on, and only then', async () => {
		const bare = () =>
			fetch(`${m.facts.authBase}/CBT/authorization?response_type=code&client_id=${m.facts.clientId}&redirect_uri=http://127.0.0.1:1/`, {
				redirect: 'manual',
			});
		expect((await bare()).status).toBe(400);
		m.control.configure('mercado-libre', { usePkce: false });
		expect((await bare()).status).toBe(302);
		m.control.configure('mercado-libre', { usePkce: true });
		expect(() => m.control.configure('mercado-libre', { nothing: 1 })).toThrow(RangeError);
	});
});

describe('tokens', () => {
	it('exchanges a code once, for the account that consented', async () => {
		const code = await m.codeFor('CBT');
		const first = await m.exchange(code);
		expect(await first.json()).toMatchObject({ token_type: 'bearer', expires_in: 10_800, scope: 'offline_access read write' });
		const second = await m.exchange(code);
		expect([second.status, ((await second.json()) as { error: string }).error]).toEqual([400, 'invalid_grant']);
	});

	it.each([
		['a wrong verifier', { code_verifier: 'something else' }, 'invalid_grant'],
		['another redirect', { redirect_uri: 'http://127.0.0.1:1/callback/' }, 'invalid_grant'],
		['a wrong secret', { client_secret: 'x' }, 'invalid_client'],
		['an unknown grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
	])('refuses the exchange with %s', async (_, fields, error) => {
		const reply = await m.exchange(await m.codeFor('CBT'), fields);
		expect([reply.status, ((await reply.json()) as { error: string }).error]).toEqual([400, error]);
	});

	it('refuses a code after ten minutes', async () => {
		const code = await m.codeFor('CBT');
		m.control.setClock({ advance: 10 * 60_000 });
		expect((await m.exchange(code)).status).toBe(400);
		m.control.setClock({ set: NOW });
	});

	it('does not answer GET, nor parameters outside the body', async () => {
		expect((await fetch(`${m.facts.apiBase}/oauth/token`)).status).toBe(404);
		const query = new URLSearchParams({
			grant_type: 'refresh_token',
			client_id: m.facts.clientId,
			client_secret: m.facts.clientSecret,
			refresh_token: 'TG-x',
		});
		const reply = await fetch(`${m.facts.apiBase}/oauth/token?${query}`, { method: 'POST' });
		expect([reply.status, ((await reply.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
	});

	it('lets a refresh token be used once, and only the latest', async () => {
		const { refresh_token: first } = await m.bind();
		const renewed = (await (await m.form({ grant_type: 'refresh_token', refresh_token: first })).json()) as { refresh_token: string };
		expect(renewed.refresh_token).not.toBe(first);
		expect((await m.form({ grant_type: 'refresh_token', refresh_token: first })).status).toBe(400);
		const { refresh_token: latest } = await m.bind();
		expect((await m.form({ grant_type: 'refresh_token', refresh_token: renewed.refresh_token })).status).toBe(400);
		expect((await m.form({ grant_type: 'refresh_token', refresh_token: latest })).status).toBe(200);
	});

	it('burns the refresh token when somebody else was faster', async () => {
		const { refresh_token } = await m.bind();
		m.control.arm({ kind: 'refreshRace', platform: 'mercado-libre', operation: 'oauth.token', count: 1 });
		expect((await m.form({ grant_type: 'refresh_token', refresh_token })).status).toBe(400);
		expect((await m.form({ grant_type: 'refresh_token', refresh_token })).status).toBe(400);
	});

	it('ends an access token after its time, at a fault, and at the control door', async () => {
		const { access_token } = await m.bind();
		expect((await m.get('/users/me', access_token)).status).toBe(200);
		m.control.setClock({ advance: 10_800_000 });
		const late = await m.get('/users/me', access_token);
		expect([late.status, await late.json()]).toEqual([401, { message: 'invalid_token', error: 'not_found', status: 401, cause: [] }]);
		m.control.setClock({ set: NOW });
		m.control.arm({ kind: 'expireToken', platform: 'mercado-libre', operation: 'users.me', count: 1 });
		expect((await m.get('/users/me', access_token)).status).toBe(401);
		expect((await m.get('/users/me', access_token)).status).toBe(401);
		const other = await m.bind();
		m.control.expireTokens('mercado-libre', { account: 'global' });
		expect((await m.get('/users/me', other.access_token)).status).toBe(401);
		expect((await m.form({ grant_type: 'refresh_token', refresh_token: other.refresh_token })).status).toBe(200);
	});

	it('wants the token in the header and well formed', async () => {
		const { access_token } = await m.bind();
		expect((await fetch(`${m.facts.apiBase}/users/me?access_token=${access_token}`)).status).toBe(401);
		expect((await m.get('/users/me', 'TOKEN_NOT_VALID')).status).toBe(400);
	});

	it('forgets the grant when it is revoked', async () => {
		const { access_token, refresh_token, user_id } = await m.bind();
		const grants = (await m.read(`/applications/${m.facts.clientId}/grants`, access_token)) as { grants: { user_id: number }[] };
		expect(grants.grants.map((g) => g.user_id)).toContain(user_id);
		const path = `${m.facts.apiBase}/users/${user_id}/applications/${m.facts.clientId}`;
		expect((await fetch(path, { method: 'DELETE', headers: { authorization: `Bearer ${access_token}` } })).status).toBe(200);
		expect((await m.get('/users/me', access_token)).status).toBe(401);
		expect((await m.form({ grant_type: 'refresh_token', refresh_token })).status).toBe(400);
	});
});

describe('accounts', () => {
	it('gives one global login a marketplace user per site and logistic type', async () => {
		const { access_token, user_id } = await m.bind();
		expect(await m.read('/users/me', access_token)).toMatchObject({ id: user_id, site_id: 'CBT', country_id: 'CN' });
		const map = (await m.read(`/marketplace/users/${user_id}`, access_token)) as {
			marketplaces: { site_id: string; logistic_type: string }[];
		};
		expect(map.marketplaces.map((r) => `${r.site_id} ${r.logistic_type}`)).toEqual([
			'MLM remote',
			'MLM fulfillment',
			'MLB remote',
			'MLC remote',
			'MCO remote',
		]);
	});

	it('keeps the two families of paths apart', async () => {
		const { access_token: global } = await m.bind();
		const { access_token: local } = await m.bind('MLA');
		expect(await m.read('/users/me', local)).toMatchObject({ site_id: 'MLA', country_id: 'AR' });
		for (const [path, token] of [
			['/orders/search', global],
			['/marketplace/orders/search', local],
			['/marketplace/users/cap', local],
		] as const) {
			expect((await m.get(path, token)).status).toBe(403);
		}
	});
});

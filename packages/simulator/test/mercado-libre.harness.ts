import { createHash } from 'node:crypto';
import { startPlatforms, type SimulatorOptions } from '../src/core/simulator.ts';
import { mercadoLibre } from '../src/mercado-libre/index.ts';

export const NOW = Date.parse('2026-09-20T12:00:00Z');

interface Facts {
	apiBase: string;
	authBase: string;
	clientId: string;
	clientSecret: string;
	accounts: {
		name: string;
		family: string;
		userId: string;
		authorizationSite: string;
		stores: { id: string; sellerId: string; site: string }[];
	}[];
}

export interface Row {
	[name: string]: unknown;
}

/** A simulator with Mercado Libre alone, and a client that speaks only HTTP. */
export async function meli(options: SimulatorOptions = {}, app: Parameters<typeof mercadoLibre>[0] = {}) {
	const simulator = await startPlatforms([mercadoLibre(app)], { clock: { at: NOW, frozen: true }, size: 3000, ...options });
	const facts = simulator.platforms['mercado-libre'] as unknown as Facts;
	const redirect = 'http://127.0.0.1:1/callback';
	const verifier = 'a-long-enough-verifier-for-the-proof-of-key-exchange';
	const challenge = createHash('sha256').update(verifier).digest('base64url');

	const consent = async (site: string, query: Record<string, string> = {}) => {
		const all = {
			response_type: 'code',
			client_id: facts.clientId,
			redirect_uri: redirect,
			state: 's t/ä',
			code_challenge: challenge,
			code_challenge_method: 'S256',
			...query,
		};
		return fetch(`${facts.authBase}/${site}/authorization?${new URLSearchParams(all)}`, { redirect: 'manual' });
	};
	const form = async (fields: Record<string, string>) =>
		fetch(`${facts.apiBase}/oauth/token`, {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams({ client_id: facts.clientId, client_secret: facts.clientSecret, ...fields }),
		});
	const exchange = (code: string, fields: Record<string, string> = {}) =>
		form({ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier, ...fields });
	const codeFor = async (site: string, query: Record<string, string> = {}) =>
		new URL((await consent(site, query)).headers.get('location') ?? 'x:').searchParams.get('code') ?? '';
	const bind = async (site = 'CBT') => {
		const reply = await exchange(await codeFor(site));
		return (await reply.json()) as { access_token: string; refresh_token: string; expires_in: number; user_id: number; token_type: string };
	};
	const get = (path: string, token: string, headers: Record<string, string> = {}) =>
		fetch(facts.apiBase + path, { headers: { authorization: `Bearer ${token}`, ...headers } });
	const read = async (path: string, token: string, headers: Record<string, string> = {}) =>
		(await (await get(path, token, headers)).json()) as Row;
	return { simulator, control: simulator.control, facts, consent, form, exchange, codeFor, bind, get, read, stop: () => simulator.stop() };
}

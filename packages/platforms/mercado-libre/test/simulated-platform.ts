import { createHash } from 'node:crypto';
import type { StoreDescription } from '@pangea/domain';
import { type Grant, memoryBudgets, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { type Simulator, type SimulatorOptions, startSimulator } from '@pangea/simulator';
import { mercadoLibre } from '../src/index.ts';

export const NOW = Date.parse('2026-09-20T12:00:00Z');
export const REDIRECT = 'http://127.0.0.1:1/callback';
const VERIFIER = 'a-verifier-long-enough-for-the-proof-of-key-exchange';

interface Account {
	family: 'global' | 'local';
	userId: string;
	authorizationSite: string;
	stores: { id: string; sellerId: string; site: string }[];
}

interface Facts {
	apiBase: string;
	authBase: string;
	clientId: string;
	clientSecret: string;
	accounts: Account[];
}

/** The simulated platform and the adapter's contexts on it. */
export async function simulated(options: SimulatorOptions = {}) {
	const simulator: Simulator = await startSimulator({ clock: { at: NOW, frozen: true }, size: 4000, ...options });
	const facts = simulator.platforms['mercado-libre'] as unknown as Facts;
	const hosts = Object.fromEntries(
		Object.keys(mercadoLibre.manifest.hosts).map((key) => [
			key,
			key === 'api' ? facts.apiBase : `${facts.authBase}/${key.replace('auth-', '')}`,
		]),
	);
	const quick = mercadoLibre.manifest.budgets.map((b) => ({ ...b, rate: 10_000, burst: 10_000 }));
	const context = testContext(mercadoLibre.manifest, {
		app: { clientId: facts.clientId, clientSecret: facts.clientSecret },
		hosts,
		now: () => new Date(simulator.control.clock.now()),
		http: { budgets: memoryBudgets({ id: mercadoLibre.id, budgets: quick }), sleep: async () => {} },
	});

	/** Logs in at the page of a site and comes back with a grant. */
	async function bind(site: string, codeVerifier = VERIFIER): Promise<Grant> {
		const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url');
		const request = { state: 'st äte/1', redirectUri: REDIRECT, codeChallenge, host: `auth-${site}` };
		const { authorization } = mercadoLibre;
		const page = await fetch(authorization.authorizeUrl?.(context, request) ?? '', { redirect: 'manual' });
		const params = Object.fromEntries(new URL(page.headers.get('location') ?? 'x:').searchParams);
		if (params['state'] !== request.state) throw new Error('the state did not come back');
		return authorization.exchange(context, { kind: 'redirect', params, redirectUri: REDIRECT, codeVerifier, host: request.host });
	}

	const as = (grant: Grant) => testGrantContext(mercadoLibre, context, grant);
	const at = (grant: Grant, store: StoreDescription) => testStoreContext(mercadoLibre, as(grant), store);

	/** Every store of every account. */
	async function openAll(): Promise<StoreContext[]> {
		const stores: StoreContext[] = [];
		for (const { authorizationSite } of facts.accounts) {
			const grant = await bind(authorizationSite);
			for (const store of await mercadoLibre.stores.list(as(grant))) stores.push(at(grant, store));
		}
		return stores;
	}

	return {
		simulator,
		control: simulator.control,
		facts,
		context,
		bind,
		as,
		at,
		openAll,
	};
}

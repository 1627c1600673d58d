import { describe, expect, it } from 'vitest';
import type { ExchangeRequest, PlatformAdapter } from '../adapter.ts';
import { testGrantContext } from '../testing/context.ts';
import { consent, Session } from './session.ts';
import type { ConformanceWorld } from './world.ts';

/** Kinds that tell a person to look at credentials or consent again. */
const REFUSALS = ['auth', 'forbidden', 'rejected'] as const;

export function describeAuthorization(adapter: PlatformAdapter, session: () => Session, world: () => Promise<ConformanceWorld>): void {
	describe('authorization', () => {
		it('turns consent into a grant with tokens, account and host', () => {
			const grant = session().grant.grant();
			expect(Object.values(grant.secrets).filter((secret) => secret !== '').length).toBeGreaterThan(0);
			expect(grant.externalAccountId).not.toBe('');
			expect(Object.keys(adapter.manifest.hosts)).toContain(grant.host);
			const now = session().world.now().toISOString();
			for (const end of [grant.accessExpiresAt, grant.grantExpiresAt].filter((at) => at !== null)) expect(end > now).toBe(true);
		});

		it('refuses made-up consent', async () => {
			const { context } = session();
			const genuine = await consent(adapter, session().world, context);
			await session().expectFailure(
				adapter.authorization.exchange(context, spoiled(adapter, genuine)),
				[...REFUSALS],
				['made-up-0123456789'],
			);
		});

		it('refuses consent that was used before, where it is a code', async () => {
			const { context } = session();
			const genuine = await consent(adapter, session().world, context);
			await adapter.authorization.exchange(context, genuine);
			const again = adapter.authorization.exchange(context, genuine);
			if (genuine.kind === 'redirect') await session().expectFailure(again, [...REFUSALS]);
			else expect((await again).externalAccountId).toBe(session().grant.grant().externalAccountId);
		});

		it('says that our own credentials are wrong instead of blaming the seller', async () => {
			const { context } = session();
			for (const field of adapter.manifest.appFields.filter((f) => f.secret && context.app[f.key])) {
				const value = context.app[field.key] ?? '';
				const app = {
					...context.app,
					[field.key]: value.replace(/[0-9a-z]/gi, (c) => (c === 'a' || c === '0' ? '1' : c === '1' ? '2' : 'a')),
				};
				const genuine = await consent(adapter, session().world, context);
				await session().expectFailure(adapter.authorization.exchange({ ...context, app }, genuine), [...REFUSALS]);
			}
		});

		it.skipIf(!adapter.authorization.refresh)('refreshes to a grant of the same account that works', async () => {
			const fresh = await session().grant.renew();
			expect(fresh.externalAccountId).toBe(session().grant.grant().externalAccountId);
			expect(fresh.host).toBe(session().grant.grant().host);
			expect((await adapter.stores.list(session().grant)).length).toBe(session().stores.length);
		});

		it.skipIf(!adapter.authorization.refresh)('renews an access token that died, in the middle of work', async () => {
			const before = session().grant.grant().secrets;
			session().world.endAccess();
			expect((await adapter.stores.list(session().grant)).length).toBe(session().stores.length);
			expect(session().grant.grant().secrets).not.toEqual(before);
		});

		it('says that a person must consent again once the grant has ended', async () => {
			const own = await world();
			try {
				const ended = await Session.open(adapter, own);
				own.endGrant();
				await ended.expectFailure(adapter.stores.list(ended.grant), ['auth']);
				const alone = testGrantContext(adapter, ended.context, ended.grant.grant());
				if (adapter.authorization.refresh) await ended.expectFailure(adapter.authorization.refresh(ended.context, alone.grant()), ['auth']);
			} finally {
				await own.stop();
			}
		});
	});

	describe('stores', () => {
		it('are those of the seller, each once, on sites of the manifest', () => {
			const { stores, world: own } = session();
			expect(stores.map((store) => store.externalId).sort()).toEqual(own.storeIds().sort());
			expect(new Set(stores.map((store) => store.externalId)).size).toBe(stores.length);
			const sites = adapter.manifest.sites.map((site) => site.id);
			for (const store of stores) {
				expect(sites).toContain(store.siteId);
				expect(store.name).not.toBe('');
				for (const secret of session().secrets()) expect(JSON.stringify(store)).not.toContain(secret);
			}
		});
	});
}

/** The same request with every value replaced that only the platform could know. */
function spoiled(adapter: PlatformAdapter, request: ExchangeRequest): ExchangeRequest {
	const madeUp = 'made-up-0123456789';
	if (request.kind === 'redirect') {
		const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, /code/.test(name) ? madeUp : value]));
		return { ...request, params };
	}
	const secret = new Set(
		adapter.manifest.authorization.flatMap((way) => way.fields.filter((field) => field.secret).map((field) => field.key)),
	);
	return {
		...request,
		fields: Object.fromEntries(Object.entries(request.fields).map(([key, value]) => [key, secret.has(key) ? madeUp : value])),
	};
}

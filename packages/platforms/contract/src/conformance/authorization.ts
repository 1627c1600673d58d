import { describe, expect, it } from 'vitest';
import type { ExchangeRequest } from '../adapter.ts';
import type { PlatformAdapter } from '../capabilities.ts';
import { consent, Session, sortedIds } from './session.ts';
import type { ConformanceWorld } from './world.ts';

/** Kinds that tell a person to look at credentials or consent again. */
const REFUSALS = ['auth', 'forbidden', 'rejected'];
const MADE_UP = 'made-up-0123456789';

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
			const error = await session().failure(adapter.authorization.exchange(context, spoiled(adapter, genuine)), [MADE_UP]);
			expect(REFUSALS).toContain(error.kind);
		});

		it('refuses a code that was used before; what is pasted may be pasted again', async () => {
			const { context } = session();
			const genuine = await consent(adapter, session().world, context);
			const first = await adapter.authorization.exchange(context, genuine);
			const again = adapter.authorization.exchange(context, genuine);
			const outcome = genuine.kind === 'redirect' ? (await session().failure(again)).kind : (await again).externalAccountId;
			expect(genuine.kind === 'redirect' ? REFUSALS : [first.externalAccountId]).toContain(outcome);
		});

		it('refuses when a secret of our own is wrong', async () => {
			const { context } = session();
			const secrets = adapter.manifest.appFields.filter((field) => field.secret && context.app[field.key]);
			expect(secrets.length).toBeGreaterThan(0);
			for (const { key } of secrets) {
				const app = { ...context.app, [key]: otherThan(context.app[key] ?? '') };
				const genuine = await consent(adapter, session().world, context);
				const error = await session().failure(adapter.authorization.exchange({ ...context, app }, genuine), [app[key] ?? '']);
				expect(REFUSALS).toContain(error.kind);
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
				expect((await ended.failure(adapter.stores.list(ended.grant))).kind).toBe('auth');
				const refreshed = adapter.authorization.refresh?.(ended.context, ended.grant.grant());
				expect(refreshed ? (await ended.failure(refreshed)).kind : 'auth').toBe('auth');
			} finally {
				await own.stop();
			}
		});
	});

	describe('stores', () => {
		it('are those of the seller, each once, on sites of the manifest', () => {
			const { stores, world: own } = session();
			expect(sortedIds(stores)).toEqual(sortedIds(own.storeIds().map((externalId) => ({ externalId }))));
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
	if (request.kind === 'redirect') {
		const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, /code/.test(name) ? MADE_UP : value]));
		return { ...request, params };
	}
	const secret = new Set(
		adapter.manifest.authorization.flatMap((way) => way.fields.filter((field) => field.secret).map((field) => field.key)),
	);
	return {
		...request,
		fields: Object.fromEntries(Object.entries(request.fields).map(([key, value]) => [key, secret.has(key) ? MADE_UP : value])),
	};
}

/** A text of the same shape and length. */
function otherThan(secret: string): string {
	return secret.replace(/[0-9a-z]/gi, (c) => (/[a0]/.test(c) ? '1' : 'a'));
}

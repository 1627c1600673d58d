import { afterEach, describe, expect, it } from 'vitest';
import type { Window } from '../adapter.ts';
import type { PlatformAdapter } from '../capabilities.ts';
import { PlatformError } from '../error.ts';
import { expectTruth } from './expectations.ts';
import { failuresOf, type Session, sortedIds, valuesOf } from './session.ts';

/** Nothing is lost and nothing is doubled whatever breaks; what cannot be helped has the right name. */
export function describeFaults(adapter: PlatformAdapter, session: () => Session): void {
	afterEach(() => session().world.mend());

	const brief = (): Window => {
		const { until } = session().settled;
		return { from: new Date(Date.parse(until) - 4 * 86_400_000).toISOString(), until, order: 'oldest' };
	};
	const expected = () => session().world.truth(session().busiest.externalId, brief().from, brief().until);

	describe('a fault', { timeout: 120_000 }, () => {
		it.each(['rateLimited', 'serverError', 'reset'] as const)(
			'%s that passes costs time only, or is named so that the job comes back',
			async (fault) => {
				session().world.break(fault, 1);
				const broken = await session()
					.pull(brief())
					.catch((error: unknown) => (error instanceof PlatformError ? error.kind : String(error)));
				expect(Array.isArray(broken) ? 'whole' : broken).toMatch(/^(whole|rateLimited|unavailable)$/);
				session().world.mend();
				const attempts = [broken, await session().pull(brief())].filter((outcome) => Array.isArray(outcome));
				for (const pages of attempts) expectTruth(valuesOf(pages), expected());
			},
		);

		it('rateLimited that stays says how long to wait', async () => {
			session().world.break('rateLimited');
			const error = await session().failure(session().pull(brief()));
			expect(error.kind).toBe('rateLimited');
			expect(error.retryAfter).toBeGreaterThan(0);
		});

		it('silence is the platform being unavailable, once the time for an answer is over', async () => {
			session().world.break('silence');
			const context = session().storeContext(session().busiest, 200);
			expect((await session().failure(session().pull(brief(), { context }))).kind).toBe('unavailable');
		});

		it.each(['serverError', 'htmlError', 'reset'] as const)('%s that stays is the platform being unavailable', async (fault) => {
			session().world.break(fault);
			expect((await session().failure(session().pull(brief()))).kind).toBe('unavailable');
			expect((await session().failure(adapter.stores.list(session().grant))).kind).toBe('unavailable');
		});

		it('poison in one record sets that record aside with cause and text, and nothing else', async () => {
			const whole = sortedIds(expected());
			session().world.break('poison', 1);
			const pages = await session().pull(brief());
			const read = sortedIds(valuesOf(pages));
			const missing = whole.filter((id) => !read.includes(id));
			expect(failuresOf(pages).length).toBeGreaterThan(0);
			expect(missing.length).toBeLessThanOrEqual(1);
			expect(read).toEqual(whole.filter((id) => !missing.includes(id)));
			for (const failure of failuresOf(pages)) {
				expect(failure.cause).not.toBe('');
				expect(failure.raw).not.toBe('');
				for (const secret of session().secrets()) expect(failure.cause).not.toContain(secret);
			}
			// A record whose very id is unreadable is named by nobody.
			expect(failuresOf(pages).map((failure) => failure.externalId ?? missing[0])).toEqual(expect.arrayContaining(missing));
		});

		it('drift of words and fields passes: every order is read, with words it does not know kept as they came', async () => {
			session().world.break('drift');
			const pages = await session().pull(brief());
			expect(failuresOf(pages)).toEqual([]);
			expectTruth(valuesOf(pages), expected());
		});
	});
}

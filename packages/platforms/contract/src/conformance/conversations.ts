import type { Conversation, Thread } from '@pangea/domain';
import { describe, expect, it } from 'vitest';
import type { PlatformAdapter } from '../capabilities.ts';
import { type Session, valuesOf } from './session.ts';

/** What every adapter tells of claims and cases, whichever way it has them. */
export function describeConversations(adapter: PlatformAdapter, session: () => Session): void {
	const { cases, messages, manifest } = adapter;

	describe('conversations', { timeout: 120_000 }, () => {
		it.skipIf(!cases)('of cases stand for each return of an order, and nobody can write in them', async () => {
			const orders = valuesOf(await session().pull(session().settled)).filter((order) => order.returns.length > 0);
			expect(orders.length).toBeGreaterThan(0);
			for (const order of orders) {
				const threads = cases?.ofOrder(order) ?? [];
				expect(threads.map(({ conversation }) => conversation.caseFacts?.rawStatus)).toEqual(order.returns.map((one) => one.rawStatus));
				expect(new Set(threads.map(({ conversation }) => conversation.externalId)).size).toBe(threads.length);
				for (const { conversation, messages: told } of threads) {
					expect(conversation).toMatchObject({ kind: 'case', canSend: false, externalOrderId: order.externalId });
					expect(told.length).toBeGreaterThan(0);
					expectFacts(conversation);
				}
				// The same order is the same conversations.
				expect(cases?.ofOrder(order)).toEqual(threads);
			}
		});

		it.skipIf(!messages || manifest.messages?.mailbox !== undefined)('of claims say where they stand, and no others do', async () => {
			const threads: Thread[] = [];
			for await (const page of messages?.pull(session().storeContext(), session().settled.from) ?? [])
				threads.push(...page.items.flatMap((item) => (item.ok ? [item.value] : [])));
			expect(threads.length).toBeGreaterThan(0);
			for (const { conversation } of threads) expectFacts(conversation);
		});

		it.skipIf(!cases && !messages)('name a seller centre for every store where there are claims or cases', () => {
			const { sellerCentres } = manifest;
			if (!cases && sellerCentres === undefined) return;
			for (const { siteId, mode } of session().stores)
				expect(
					sellerCentres?.find(({ sites, modes }) => (sites?.includes(siteId) ?? true) && (modes?.includes(mode) ?? true))?.url,
				).toMatch(/^https:\/\//);
		});
	});
}

function expectFacts(conversation: Conversation): void {
	expect([conversation.externalId, ...contradictions(conversation)]).toEqual([conversation.externalId]);
}

/** What of a conversation cannot be true together. */
function contradictions({ kind, canSend, caseFacts: facts }: Conversation): string[] {
	const isCase = kind === 'claim' || kind === 'case';
	if (!facts) return isCase ? [`a ${kind} without its facts`] : [];
	const isOver = facts.state === 'completed' || facts.state === 'cancelled';
	return [
		...(isCase ? [] : [`a ${kind} with the facts of a case`]),
		...((facts.answersGoTo !== null) === (canSend === true) ? [] : ['who gets an answer and whether one can be written']),
		...(facts.turn === 'nobody' && facts.dueAt !== null ? ['a date by which nobody must act'] : []),
		...(isOver && facts.turn !== 'nobody' ? ['over, and waits for somebody'] : []),
	];
}

import type { Settlement, Statement } from '@pangea/domain';
import type { StoreContext } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import { AGREED, settle } from '@pangea/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import * as books from '../src/wire-finances.ts';
import { createReferee } from './referee.ts';
import { DAY, END, hearings, startWorld, stopWorlds, storeOf, w } from './world.ts';

afterEach(stopWorlds);

describe('Finances', () => {
	const booked = async (store: StoreContext, from: number, until: number) => {
		const settlements: Settlement[] = [];
		const statements: Statement[] = [];
		const evidence: string[] = [];
		for await (const { items, replies } of amazon.finances!.pull(store, {
			from: new Date(from).toISOString(),
			until: new Date(until).toISOString(),
		})) {
			for (const item of items) {
				if (!item.ok) throw new Error(item.cause);
				if ('settlement' in item.value) settlements.push(item.value.settlement);
				else statements.push(item.value.statement);
			}
			evidence.push(...replies.map((reply) => reply.body.toString('utf8')));
		}
		return { settlements, statements, evidence: evidence.join('') };
	};
	const total = (settlements: readonly Settlement[], ...without: string[]): bigint =>
		settlements
			.flatMap((one) => one.lines)
			.filter(({ kind }) => !without.includes(kind))
			.reduce((sum, { amount }) => sum + amount.amountMinor, 0n);

	test('come whole: each closed period pays out what its transactions come to, and no other store is in them', async () => {
		const world = await startWorld(4000);
		for (const [region, marketplaceId, other] of [
			['na', 'ATVPDKIKX0DER', 'A2EUQ1WTGCTBG2'],
			['eu', 'A1F83G8C2ARO7P', 'A1PA6795UKMFR9'],
			['fe', 'A1VC38T7YXB528', ''],
		] as const) {
			const { grant, watched } = await world.connect(region);
			const store = await storeOf(grant, marketplaceId);
			const { settlements, statements, evidence } = await booked(store, END - 40 * DAY, END);
			// Opened within the forty days, and closed before the last two, of which something may be late.
			const whole = statements.filter(({ closedAt }) => Date.parse(closedAt) > END - 26 * DAY && Date.parse(closedAt) < END - 2 * DAY);
			expect(whole.length).toBeGreaterThan(0);
			for (const statement of whole) {
				const own = settlements.filter(({ statementId, state }) => statementId === statement.externalId && state === 'released');
				expect(own.length).toBeGreaterThan(3);
				expect(total(own, 'payout')).toBe(statement.total.amountMinor);
				expect(total(own.filter(({ rawType }) => rawType === 'Transfer'))).toBe(-statement.total.amountMinor);
			}
			expect(new Set(settlements.map(({ state }) => state))).toEqual(new Set(['deferred', 'released', 'replaced']));
			const kinds = new Set(settlements.flatMap(({ lines }) => lines.map(({ kind }) => kind)));
			expect([...kinds]).toEqual(expect.arrayContaining(['sale', 'commission', 'fulfilment', 'advertising', 'service', 'payout']));
			if (other) expect(evidence).not.toContain(other);
			expect(watched?.violations ?? []).toEqual([]);
		}
	}, 120_000);

	test('name the order, its SKUs, and what a release replaces, so that nothing counts twice', async () => {
		const world = await startWorld(4000);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		const { settlements } = await booked(store, END - 40 * DAY, END);
		const byId = new Map(settlements.map((one) => [one.externalId, one]));
		const releases = settlements.filter(({ replaces }) => replaces);
		expect(releases.length).toBeGreaterThan(10);
		for (const release of releases) {
			const deferred = byId.get(release.replaces!);
			if (!deferred) continue;
			expect(deferred).toMatchObject({ state: 'replaced', externalOrderId: release.externalOrderId, lines: release.lines });
		}
		const shipments = settlements.filter(({ rawType, state }) => rawType === 'Shipment' && state !== 'replaced');
		expect(new Set(shipments.map(({ externalOrderId }) => externalOrderId)).size).toBe(shipments.length);
		let unnamed = 0;
		for (const shipment of shipments) {
			const told = world.simulator.control.truthOf(world.simulator.control.find('amazon-us', shipment.externalOrderId!));
			const goods = shipment.lines.filter(({ rawKind }) => rawKind === 'ProductCharges / OurPricePrincipal');
			expect(goods.map(({ sellerSku }) => sellerSku)).toEqual(told.order.lines.map(({ sku }) => sku.code));
			expect(goods.map(({ amount }) => amount.amountMinor)).toEqual(told.order.lines.map((l) => BigInt(l.unitPrice * l.quantity)));
			unnamed += shipment.lines.filter(({ kind }) => kind === 'unknown').length;
		}
		expect(unnamed).toBeGreaterThan(0);
	}, 120_000);

	test('show late, and are complete two days on', async () => {
		const world = await startWorld(4000);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		const window = [END - 2 * DAY, END - 600_000] as const;
		const early = await booked(store, ...window);
		world.simulator.control.setClock({ advance: 2 * DAY });
		const later = await booked(store, ...window);
		const ids = new Set(later.settlements.map(({ externalId }) => externalId));
		expect(later.settlements.length).toBeGreaterThan(early.settlements.length);
		expect(early.settlements.filter(({ externalId }) => !ids.has(externalId))).toEqual([]);
	}, 120_000);
});

describe.skipIf(!w)('The official models of money', () => {
	test('have no objection to anything asked or answered above', () => {
		const judged = hearings.flatMap((hearing) => hearing.judged);
		expect(judged).toEqual(expect.arrayContaining(['listTransactions', 'listFinancialEventGroups']));
		const hearing = { platform: 'Amazon', against: 'Swagger models of finances, live traffic', judged: judged.length } as const;
		const asked = hearings.flatMap((one) => one.asked);
		const answered = hearings.flatMap((one) => one.answered);
		expect(settle({ ...hearing, side: 'adapter', disagreements: asked })).toEqual(AGREED);
		expect(settle({ ...hearing, side: 'simulator', disagreements: answered })).toEqual(AGREED);
	});

	test.each([
		['finances_2024-06-19', 'ListTransactionsResponse', books.wireTransactions],
		['finances_2024-06-19', 'Transaction', books.wireTransaction],
		['finances_2024-06-19', 'Transaction', books.wireTransactionKey],
		['finances_2024-06-19', 'Breakdown', books.wireBreakdown],
		['financesV0', 'ListFinancialEventGroupsResponse', books.wireGroups],
		['financesV0', 'FinancialEventGroup', books.wireGroup],
	] as const)('%s has every field of its %s that the adapter reads', (model, definition, schema) => {
		const known = w ? createReferee(w).fields(model, definition) : new Set<string>();
		const read = fieldsRead(schema);
		const hearing = {
			platform: 'Amazon',
			side: 'adapter',
			against: `fields read from ${definition} of ${model}`,
			judged: read.length,
		} as const;
		expect(settle({ ...hearing, disagreements: read.filter((field) => !known.has(field)) })).toEqual(AGREED);
	});
});

import type { Settlement } from '@pangea/domain';
import type { Booked, Page } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { finances } from '../src/finances.ts';
import { settledBooking, settlementLines } from '../src/to-settlement.ts';
import { WireTransaction } from '../src/wire-finances.ts';
import { contextFor, type Seen, type ScriptedPlatform, scripted } from './platform.ts';

const published = witness('tiktok-shop');
const WINDOW = { from: '2026-11-10T00:00:00.000Z', until: '2026-11-22T00:00:00.000Z' };

let platform: ScriptedPlatform;
afterEach(async () => {
	await platform?.close();
});

async function all(pages: AsyncIterable<Page<Booked>>) {
	const settlements: Settlement[] = [];
	const statements = [];
	const unread: (string | null)[] = [];
	for await (const page of pages)
		for (const item of page.items) {
			if (!item.ok) unread.push(item.externalId);
			else if ('settlement' in item.value) settlements.push(item.value.settlement);
			else statements.push(item.value.statement);
		}
	return { settlements, statements, unread };
}

const sumOf = (settlements: readonly Settlement[]): bigint =>
	settlements.flatMap((s) => s.lines).reduce((sum, line) => sum + line.amount.amountMinor, 0n);
const linesOf = (settlement: Settlement | undefined) =>
	(settlement?.lines ?? []).map(({ kind, rawKind, amount }) => [kind, rawKind, amount.amountMinor]);

describe.skipIf(!published)('the published statement', () => {
	const data = (name: string): unknown => {
		const body = published?.json(`samples/${name}.json`) as { data: unknown } | undefined;
		return body?.data;
	};
	const answer = ({ path }: Seen) => {
		if (path.endsWith('/unsettled')) return { data: data('unsettled-transactions') };
		if (path.endsWith('/statements')) return { data: data('statements') };
		return { data: path.includes('1601') ? data('statement-transactions') : { currency: 'GBP', transactions: [] } };
	};

	it('adds up to what it pays out, line by line, each in a kind of ours with the platform’s own word', async () => {
		platform = await scripted(answer);
		const { settlements, statements, unread } = await all(finances.pull(contextFor(platform.base), WINDOW));
		expect(unread).toEqual([]);
		expect(statements).toMatchObject([
			{
				externalId: '7238804000000001601',
				total: { amountMinor: 3284n, currency: 'GBP' },
				closedAt: '2026-11-14T00:00:00.000Z',
				rawStatus: 'PAID',
				payoutId: '3459275000000001701',
			},
			{ externalId: '7238804000000001602', total: { amountMinor: 1106n, currency: 'GBP' }, rawStatus: 'PROCESSING', payoutId: null },
		]);
		expect(sumOf(settlements)).toBe(3284n);
		expect(settlements.map(({ rawType, externalOrderId, statementId, state }) => [rawType, externalOrderId, statementId, state])).toEqual([
			['ORDER', '577400000000000291', '7238804000000001601', 'released'],
			['ORDER', '577400000000000292', '7238804000000001601', 'released'],
			['PLATFORM_PENALTY', '577400000000000250', '7238804000000001601', 'released'],
			['RESERVE', '577400000000000291', '7238804000000001601', 'released'],
		]);
		expect(linesOf(settlements[0])).toEqual([
			['sale', 'subtotal_before_discount_amount', 3998n],
			['sale', 'seller_discount_amount', -600n],
			['shippingPaid', 'actual_shipping_fee_amount', -299n],
			['shippingCharged', 'customer_paid_shipping_fee_amount', 299n],
			['commission', 'platform_commission_amount', -308n],
		]);
		expect(linesOf(settlements[2])).toEqual([['adjustment', 'PLATFORM_PENALTY', -550n]]);
		expect(linesOf(settlements[3])).toEqual([['reserve', 'RESERVE', -1000n]]);
	});

	it('is asked for by the only field it sorts by, in seconds', async () => {
		platform = await scripted(answer);
		await all(finances.pull(contextFor(platform.base), WINDOW));
		expect(platform.calls.map(({ path, query }) => [path.split('/').at(-1), query['sort_field'], query['statement_time_ge']])).toEqual([
			['statements', 'statement_time', String(Date.parse(WINDOW.from) / 1000)],
			['statement_transactions', 'order_create_time', undefined],
			['statement_transactions', 'order_create_time', undefined],
		]);
	});

	it('has beside it what is not settled yet, as deferred', async () => {
		platform = await scripted(answer);
		const { settlements, unread } = await all(finances.deferred!(contextFor(platform.base)));
		expect(unread).toEqual([]);
		expect(settlements.map(({ externalOrderId, state, statementId }) => [externalOrderId, state, statementId])).toEqual([
			['577400000000000302', 'deferred', null],
			['577400000000000295', 'deferred', null],
		]);
		expect(sumOf(settlements)).toBe(1106n + 2752n);
	});
});

describe('the lines of a booking', () => {
	const lines = (record: object) => {
		const wire = WireTransaction.parse({ id: '1', type: 'ORDER', ...record });
		return settlementLines(settledBooking(wire), 'GBP').map(({ kind, rawKind, amount }) => [kind, rawKind, amount.amountMinor]);
	};

	it('keep what a breakdown leaves open apart, under the name of the amount it is missing from', () => {
		expect(
			lines({
				revenue_amount: '10.00',
				revenue_breakdown: { subtotal_before_discount_amount: '10.00' },
				fee_tax_amount: '-1.50',
				fee_tax_breakdown: { fee: { platform_commission_amount: '-1.00', a_fee_of_tomorrow: '-0.50' } },
				settlement_amount: '8.40',
			}),
		).toEqual([
			['sale', 'subtotal_before_discount_amount', 1000n],
			['commission', 'platform_commission_amount', -100n],
			['unknown', 'fee_tax_amount', -50n],
			['unknown', 'settlement_amount', -10n],
		]);
	});

	it('never count twice what a supplement explains once more', () => {
		const shipping = { actual_shipping_fee_amount: '-3', supplementary_component: { fbm_shipping_cost_amount: '-3' } };
		expect(lines({ shipping_cost_amount: '-3', shipping_cost_breakdown: shipping, settlement_amount: '-3' })).toEqual([
			['shippingPaid', 'actual_shipping_fee_amount', -300n],
		]);
	});

	it('of a type that nobody documents are what it is settled at, and never guessed into a kind', () => {
		expect(lines({ type: '（新）', settlement_amount: '-4.20' })).toEqual([['unknown', '（新）', -420n]]);
		expect(lines({ type: 'GMV_PAYMENT_FOR_ADS', adjustment_id: '5', adjustment_amount: '-4.20', settlement_amount: '-4.20' })).toEqual([
			['advertising', 'GMV_PAYMENT_FOR_ADS', -420n],
		]);
	});

	it('of a record with an amount that is none are not made up: it is told with its number', async () => {
		platform = await scripted(({ path }) => {
			if (path.endsWith('/statements'))
				return { data: { statements: [{ id: '9', statement_time: 1_794_614_400, currency: 'GBP', settlement_amount: '1' }] } };
			return {
				data: {
					currency: 'GBP',
					payable_amount: '1',
					transactions: [
						{ id: '1', type: 'ORDER', settlement_amount: 'a lot' },
						{ id: '2', type: 'ORDER', settlement_amount: '1' },
					],
				},
			};
		});
		const { settlements, unread } = await all(finances.pull(contextFor(platform.base), WINDOW));
		expect(unread).toEqual(['1']);
		expect(settlements.map((s) => s.externalId)).toEqual(['2']);
	});
});

import type { Settlement } from '@pangea/domain';
import { witness } from '@pangea/testing';
import { describe, expect, test } from 'vitest';
import { toSettlement, toStatement } from '../src/to-settlement.ts';
import { wireGroup, wireGroups, wireTransaction, wireTransactions } from '../src/wire-finances.ts';
import { createReferee } from './referee.ts';

const w = witness('amazon');
const KNOWN = '2026-11-22T00:00:00.000Z';
const usd = (currencyAmount: number | string) => ({ currencyCode: 'USD', currencyAmount });
const step = (breakdownType: string, amount: number | string, breakdowns: unknown = null) => ({
	breakdownType,
	breakdownAmount: usd(amount),
	breakdowns,
});
const read = (fields: Record<string, unknown>): Settlement =>
	toSettlement(
		wireTransaction.parse({
			transactionId: 'T1',
			transactionType: 'Shipment',
			transactionStatus: 'RELEASED',
			postedDate: '2026-11-01T10:00:00Z',
			totalAmount: usd('10.00'),
			...fields,
		}),
		KNOWN,
	);
const linesOf = ({ lines }: Settlement) =>
	lines.map(({ kind, rawKind, sellerSku, amount }) => [kind, rawKind, sellerSku, amount.amountMinor]);
const product = (sku: string) => [{ contextType: 'ProductContext', sku }];

describe.skipIf(!w)('Amazon’s published answers about money', () => {
	test('of transactions are read, and one without an id of its own is no booking', () => {
		const pairs = createReferee(w!)
			.pairs('finances_2024-06-19')
			.filter(({ operationId, status }) => operationId === 'listTransactions' && status === 200);
		expect(pairs).toHaveLength(1);
		const { payload } = wireTransactions.parse(pairs[0]?.response);
		expect(payload.nextToken).toBe('Next token value');
		expect(wireTransaction.safeParse(payload.transactions[0]).error?.issues.map(({ path }) => path.join('.'))).toEqual([
			'transactionId',
			'transactionStatus',
		]);
		const named = { ...(payload.transactions[0] as object), transactionId: 'T1', transactionStatus: 'DEFERRED' };
		expect(toSettlement(wireTransaction.parse(named), KNOWN)).toMatchObject({
			statementId: '4MVaHcsAfaYAlwlaPWrXJxrfUiKfYZ2ooWtY7528FUA',
			externalOrderId: '8129762527551',
			rawType: 'Shipment',
			state: 'deferred',
			postedAt: '2020-07-14T03:35:13.214Z',
			lines: [{ kind: 'unknown', rawKind: 'totalAmount', amount: { amountMinor: 1000n, currency: 'USD' } }],
		});
	});

	test('of a transaction in full become its lines, by SKU', () => {
		const model = w!.json('models/openapi/finances_2024-06-19.json') as { definitions: { Transaction: { example: unknown } } };
		const settlement = toSettlement(wireTransaction.parse(model.definitions.Transaction.example), KNOWN);
		expect(settlement).toMatchObject({ externalId: 'b1qD0oAliFkLiqRyGbmeT0DoS2Z2kHzi7TZ92z-vARI', state: 'released' });
		expect(linesOf(settlement)).toEqual([['sale', 'Product Charges / Principle', 'sku-12', 1000n]]);
	});

	test('of a settlement period become a statement', () => {
		const [pair] = createReferee(w!)
			.pairs('financesV0')
			.filter(({ operationId, status }) => operationId === 'listFinancialEventGroups' && status === 200);
		const [group] = wireGroups.parse(pair?.response).payload.FinancialEventGroupList;
		expect(toStatement(wireGroup.parse(group), KNOWN)).toEqual({
			externalId: '1',
			total: { amountMinor: 1034n, currency: 'USD' },
			closedAt: '2020-02-07T14:38:42.128Z',
			rawStatus: 'TRANSFERED',
			payoutId: '34550454504545',
			knownAt: KNOWN,
		});
	});
});

describe('a transaction', () => {
	test('is told by its items where they come to the whole; what a step leaves open has no kind', () => {
		const settlement = read({
			items: [
				{
					totalAmount: usd('7.50'),
					contexts: product('A'),
					breakdowns: [
						step('ProductCharges', '10.00', [step('OurPricePrincipal', '10.00')]),
						step('AmazonFees', '-2.50', [
							step('Commission', '-1.50', [step('Base', '-1.20'), step('Tax', '-0.30')]),
							step('Oddity', '-0.50'),
						]),
					],
				},
				{ totalAmount: usd('2.50'), contexts: product('B'), breakdowns: null },
			],
			breakdowns: [step('Sales', '10.00')],
		});
		expect(linesOf(settlement)).toEqual([
			['sale', 'ProductCharges / OurPricePrincipal', 'A', 1000n],
			['commission', 'AmazonFees / Commission / Base', 'A', -120n],
			['tax', 'AmazonFees / Commission / Tax', 'A', -30n],
			['service', 'AmazonFees / Oddity', 'A', -50n],
			['unknown', 'AmazonFees', 'A', -50n],
			['unknown', 'items / totalAmount', 'B', 250n],
		]);
	});

	test('is told for the whole where its items tell something else', () => {
		const settlement = read({
			totalAmount: usd('-12.00'),
			transactionType: 'ServiceFee',
			items: [{ totalAmount: usd('-6.18'), contexts: product('A'), breakdowns: [step('FBAStorageFee', '-6.18')] }],
			breakdowns: [step('Expenses', '-12.00', [step('FBAStorageFee', '-11.00')])],
		});
		expect(linesOf(settlement)).toEqual([
			['fulfilment', 'Expenses / FBAStorageFee', 'A', -1100n],
			['unknown', 'Expenses', 'A', -100n],
		]);
	});

	test('with nothing but a total is one line without a kind, and nothing is lost in a deep tree', () => {
		expect(linesOf(read({}))).toEqual([['unknown', 'totalAmount', null, 1000n]]);
		let deep: unknown = null;
		for (let n = 0; n < 5000; n++) deep = [step(`Level ${n}`, '10.00', deep)];
		const lines = linesOf(read({ breakdowns: deep }));
		expect(lines).toHaveLength(1);
		expect(lines[0]?.[3]).toBe(1000n);
	});

	test('gives back what it took: a refund’s goods are refunds, a payout is a payout, taxes paid by Amazon are taxes', () => {
		const refund = read({
			transactionType: 'Refund',
			totalAmount: usd('-8.00'),
			breakdowns: [
				step('Refunded Sales', '-10.00', [
					step('ProductCharges', '-10.00', [step('OurPricePrincipal', '-10.00')]),
					step('Tax', '0', [step('OurPriceTax', '-0.80'), step('MarketplaceFacilitatorTax-Principal', '0.80')]),
				]),
				step('Refunded Expenses', '2.00', [step('Commission', '2.00')]),
			],
		});
		expect(linesOf(refund).map(([kind, , , minor]) => [kind, minor])).toEqual([
			['refund', -1000n],
			['tax', -80n],
			['tax', 80n],
			['commission', 200n],
		]);
		expect(linesOf(read({ transactionType: 'Transfer', breakdowns: [step('Whatever', '10.00')] }))).toEqual([
			['payout', 'Whatever', null, 1000n],
		]);
	});

	test('that was deferred is replaced by the release that names it', () => {
		const related = [
			{ relatedIdentifierName: 'DEFERRED_TRANSACTION_ID', relatedIdentifierValue: 'D1' },
			{ relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: 'O1' },
		];
		expect(read({ relatedIdentifiers: related })).toMatchObject({ state: 'released', replaces: 'D1', externalOrderId: 'O1' });
		expect(read({ transactionStatus: 'DEFERRED_RELEASED' })).toMatchObject({ state: 'replaced' });
		expect(read({ transactionStatus: 'Deferred' }).state).toBe('deferred');
		expect(() => read({ transactionStatus: 'PENDING' })).toThrow(/is not one that we know/);
	});

	test('is exact, and of one currency', () => {
		expect(read({ totalAmount: usd('0.10') }).lines[0]?.amount.amountMinor).toBe(10n);
		expect(read({ totalAmount: usd('1E+1') }).lines[0]?.amount.amountMinor).toBe(1000n);
		expect(() => read({ totalAmount: usd('0.123') })).toThrow(/more decimals/);
		const foreign = { ...step('Commission', '1.00'), breakdownAmount: { currencyCode: 'CAD', currencyAmount: '1.00' } };
		expect(() => read({ breakdowns: [foreign] })).toThrow(/An amount in CAD within one in USD/);
	});
});

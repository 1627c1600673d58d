import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountApis, readAmounts, toMoney } from '../src/amounts.ts';

const money = (amount: unknown, currency = 'USD') => ({ currency, amount });
const flat = (map: object, ...lines: object[]) =>
	({ parentOrderMap: { parentOrderSn: 'PO-211-1', ...map }, orderList: lines, warning: [] }) as never;

describe('amounts', () => {
	it('are minor units where ISO and Temu agree', () => {
		fc.assert(
			fc.property(fc.bigInt(), fc.constantFrom('USD', 'EUR', 'MXN', 'BRL', 'GBP', 'CAD', 'TRY'), (amount, currency) => {
				expect(toMoney({ currency, amount: String(amount) }, {})).toEqual({ money: { amountMinor: amount, currency }, assumed: false });
			}),
		);
	});

	it('of currencies whose scale nobody has confirmed are marked until an operator confirms it', () => {
		for (const currency of ['JPY', 'KRW', 'NOK', 'HUF']) {
			expect(toMoney({ currency, amount: '1200' }, {})).toEqual({ money: { amountMinor: 1200n, currency }, assumed: true });
		}
		expect(toMoney({ currency: 'NOK', amount: '12' }, { NOK: 0 })).toEqual({
			money: { amountMinor: 1200n, currency: 'NOK' },
			assumed: false,
		});
		expect(toMoney({ currency: 'KRW', amount: '120000' }, { KRW: 2 }).money).toEqual({ amountMinor: 1200n, currency: 'KRW' });
	});

	it('that a currency cannot express are refused, never rounded', () => {
		expect(() => toMoney({ currency: 'KRW', amount: '120001' }, { KRW: 2 })).toThrow('fraction');
		expect(() => toMoney({ currency: 'XYZ', amount: '1' }, {})).toThrow('Unknown currency');
	});

	it('keep every digit beyond 2^53', () => {
		expect(readAmounts(flat({ customerPaid: money('90071992547409931') }), {}).money.parts.total?.amountMinor).toBe(90071992547409931n);
	});

	it('obey the documented formula, or the tax basis is not known', () => {
		const map = {
			retailPriceTotal: money(1000),
			shippingAmountTotal: money(100),
			taxTotal: money(80),
			refundsTotal: money(30),
			totalDiscount: money(50),
		};
		expect(readAmounts(flat({ ...map, customerPaid: money(1100) }), {}).money.taxBasis).toBe('net');
		const other = readAmounts(flat({ ...map, customerPaid: money(1020) }), {});
		expect(other.money.taxBasis).toBe('unknown');
		expect(other.warnings).toEqual(['order_amount_formula_differs']);
	});

	it('leave out what is null, in another currency or unreadable, and say so', () => {
		const read = readAmounts(
			flat({ customerPaid: money(100), estimatedRevenue: money(700, 'CNY'), taxTotal: money('1.5'), refundsTotal: null }),
			{},
		);
		expect(read.money.parts).toEqual({ total: { amountMinor: 100n, currency: 'USD' } });
		expect(read.warnings).toEqual(['order_amount_unreadable:taxTotal', 'order_amount_currency_differs:estimatedRevenue']);
	});

	it('of the European variant are read with tax when only that is given', () => {
		const read = readAmounts(
			{
				parentOrderMap: {
					parentOrderSn: 'PO-69-1',
					salesProceeds: { estimatedSettlementTotal: money(900, 'EUR') },
					customerPaid: { retailPriceTotalTaxIncl: money(1200, 'EUR'), customerPaidTotal: money(1200, 'EUR') },
				},
				orderList: [{ orderSn: '69-1', quantity: 1, unitRetailPriceTaxIncl: money(1200, 'EUR') }],
			} as never,
			{},
		);
		expect(read.money).toMatchObject({
			currency: 'EUR',
			taxBasis: 'gross',
			parts: { items: { amountMinor: 1200n }, estimatedPayout: { amountMinor: 900n } },
		});
		expect(read.lines.get('69-1')?.unitPrice).toEqual({ amountMinor: 1200n, currency: 'EUR' });
	});

	it('are asked for in the variant of the site', () => {
		expect(amountApis('118')[0]).toBe('temu.order.amount.v2.query');
		expect(amountApis('119')[0]).toBe('temu.order.amount.v2.query');
		expect(amountApis('106')).toEqual(['bg.order.amount.query', 'temu.order.amount.v3.query']);
		expect(amountApis('100')).toEqual(['bg.order.amount.query']);
		expect(amountApis(null)).toEqual(['bg.order.amount.query']);
	});
});

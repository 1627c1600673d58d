import { addMoney, currencyExponent, type Money, parseMoney, timesMoney, zeroMoney } from '@pangea/domain';

// Digits a double leaves behind (15.100000000000001) are no amount anybody charged; a half cent is.
const NOISE = /^(-?\d+\.\d*?)(?:0{6,}\d{1,3}|9{6,}\d{1,3})$/;

/** An amount of the wire. @throws MoneyError for fractions below the minor unit: rounding on the way in would be a guess. */
export function money(decimal: string, currency: string): Money {
	return parseMoney(NOISE.test(decimal) ? Number(decimal).toFixed(6) : decimal, currency);
}

/** Null when the platform does not say. */
export function moneyOrNull(decimal: string | null | undefined, currency: string): Money | null {
	return decimal === null || decimal === undefined ? null : money(decimal, currency);
}

export function sum(amounts: readonly Money[], currency: string): Money {
	return amounts.reduce(addMoney, zeroMoney(currency));
}

/** A fee a piece, times the pieces. */
export interface UnitFee {
	amount: Money;
	/** True when the product had a fraction below the minor unit. */
	rounded: boolean;
}

/**
 * Multiplies before it meets the minor unit, so that 11.075 × 2 stays exact. What is still finer is rounded half away from zero and says
 * so: a commission's fraction of a cent must not cost the whole order.
 * @throws MoneyError when the text is no amount.
 */
export function unitFee(decimal: string, pieces: number, currency: string): UnitFee {
	const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
	if (!match) return { amount: timesMoney(money(decimal, currency), pieces), rounded: false };
	const [, sign = '', whole = '0', fraction = ''] = match;
	const exponent = currencyExponent(currency);
	const scale = 10n ** BigInt(Math.max(0, fraction.length - exponent));
	const product = BigInt(whole + fraction.padEnd(exponent, '0')) * BigInt(pieces);
	const minor = (product + scale / 2n) / scale;
	return { amount: { amountMinor: sign ? -minor : minor, currency }, rounded: product % scale !== 0n };
}

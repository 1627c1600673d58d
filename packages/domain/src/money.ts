import Big from 'big.js';
import * as currencies from 'dinero.js/currencies';

/**
 * An amount in integer minor units of its ISO 4217 currency: 12.34 USD is `{ amountMinor: 1234n, currency: 'USD' }`.
 * Amounts of different currencies are never added; see {@link addMoney}.
 */
export interface Money {
	amountMinor: bigint;
	currency: string;
}

export class MoneyError extends Error {
	override name = 'MoneyError';
}

const EXPONENTS = new Map<string, number>(
	Object.values(currencies)
		.filter((c) => typeof c === 'object' && c !== null && 'code' in c && 'exponent' in c)
		.map((c) => [c.code, Number(c.exponent)]),
);

// What a bigint column holds; anything beyond is a broken record, not trade.
const LARGEST = 2n ** 63n - 1n;

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

/** Whether ISO 4217 has the code. */
export function isCurrency(code: string): boolean {
	return EXPONENTS.has(code);
}

/** Every ISO 4217 currency with so many decimals. */
export function currenciesWithExponent(exponent: number): string[] {
	return [...EXPONENTS].flatMap(([code, of]) => (of === exponent ? [code] : [])).toSorted();
}

/** Number of decimals of an ISO 4217 currency. @throws MoneyError for a code that ISO 4217 does not have. */
export function currencyExponent(currency: string): number {
	const exponent = EXPONENTS.get(currency);
	if (exponent === undefined) throw new MoneyError(`Unknown currency ${JSON.stringify(currency)}`);
	return exponent;
}

/**
 * Reads a decimal text in major units (`"12.34"`, `"-0.5"`, `"3"`) exactly.
 * More decimals than the currency has are accepted only when they are zeros: rounding money on the way in would be a guess.
 * @throws MoneyError when the text is no plain decimal, has a fraction below the minor unit, exceeds 2^63, or the currency is unknown.
 */
export function parseMoney(decimal: string, currency: string): Money {
	const exponent = currencyExponent(currency);
	const text = decimal.trim();
	const plain = DECIMAL.test(text) ? text : expandExponent(text);
	const negative = plain.startsWith('-');
	const [whole = '0', fraction = ''] = plain.replace(/^[+-]/, '').split('.');
	const kept = fraction.slice(0, exponent).padEnd(exponent, '0');
	if (/[1-9]/.test(fraction.slice(exponent))) {
		throw new MoneyError(`${text} has more decimals than ${currency} allows (${exponent})`);
	}
	const minor = BigInt(whole + kept);
	if (minor > LARGEST) throw new MoneyError(`An amount of ${whole.length} digits is no amount`);
	return { amountMinor: negative ? -minor : minor, currency };
}

// JSON numbers such as 1e3 are legal on the wire; big.js expands them without loss.
function expandExponent(text: string): string {
	if (!/^[+-]?\d+(\.\d+)?[eE][+-]?\d{1,2}$/.test(text)) throw new MoneyError(`${JSON.stringify(text)} is not an amount`);
	return new Big(text).toFixed();
}

/** The decimal text in major units, with exactly the currency's decimals: `1234n USD` is `"12.34"`. */
export function formatDecimal(money: Money): string {
	const exponent = currencyExponent(money.currency);
	const negative = money.amountMinor < 0n;
	const digits = (negative ? -money.amountMinor : money.amountMinor).toString().padStart(exponent + 1, '0');
	const whole = digits.slice(0, digits.length - exponent);
	const text = exponent === 0 ? whole : `${whole}.${digits.slice(digits.length - exponent)}`;
	return negative ? `-${text}` : text;
}

export function zeroMoney(currency: string): Money {
	return { amountMinor: 0n, currency };
}

/** @throws MoneyError when the currencies differ: a rate is needed, and a sum never invents one. */
export function addMoney(a: Money, b: Money): Money {
	if (a.currency !== b.currency) throw new MoneyError(`Cannot add ${a.currency} to ${b.currency} without a rate`);
	return { amountMinor: a.amountMinor + b.amountMinor, currency: a.currency };
}

export function negateMoney(a: Money): Money {
	return { amountMinor: -a.amountMinor, currency: a.currency };
}

export function timesMoney(a: Money, quantity: number): Money {
	if (!Number.isSafeInteger(quantity)) throw new MoneyError(`${quantity} is not a whole quantity`);
	return { amountMinor: a.amountMinor * BigInt(quantity), currency: a.currency };
}

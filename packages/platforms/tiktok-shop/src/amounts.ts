import { addMoney, type Money, parseMoney } from '@pangea/domain';

/** Null where the platform sent none. @throws MoneyError for a text that is no amount of the currency */
export function readAmount(text: string | null, currency: string): Money | null {
	return text === null ? null : parseMoney(text, currency);
}

/** The sum of what is there; null when nothing is. */
export function sumOf(amounts: readonly (Money | null)[]): Money | null {
	return amounts.reduce((a, b) => (a && b ? addMoney(a, b) : (a ?? b)), null);
}

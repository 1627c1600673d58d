const LENGTHS = new Set([8, 12, 13, 14]);

/**
 * A trade item number as fourteen digits, so that one item's UPC, EAN and case code are the same text. Null for what is none: wrong length, wrong
 * check digit, nothing but zeros, or a number that shops hand out for their own use (GS1 prefixes 02, 04 and 20 to 29).
 * Source: GS1 General Specifications, sections 1.4 (restricted circulation) and 7.9 (check digit).
 */
export function foldGtin(text: string): string | null {
	const digits = text.replace(/[\s-]/g, '');
	if (!/^\d+$/.test(digits) || !LENGTHS.has(digits.length) || /^0+$/.test(digits)) return null;
	const folded = digits.padStart(14, '0');
	if (checkDigit(folded.slice(0, 13)) !== folded.at(-1)) return null;
	// The EAN-13 prefix; a UPC's is behind one more zero: 02 and 04 are its number systems 2 and 4.
	const prefix = folded.slice(1, 3);
	return digits.length > 8 && (prefix === '02' || prefix === '04' || prefix.startsWith('2')) ? null : folded;
}

/** A folded number with as few digits as it was given out with: 8, 12, 13 or 14. */
export function shortGtin(folded: string): string {
	const digits = folded.replace(/^0+/, '').length;
	return folded.slice(-([8, 12, 13].find((length) => digits <= length) ?? 14));
}

/** The last digit of the thirteen digits before it. */
export function checkDigit(thirteen: string): string {
	let sum = 0;
	for (let i = 0; i < thirteen.length; i++) sum += Number(thirteen[i]) * (i % 2 === 0 ? 3 : 1);
	return String((10 - (sum % 10)) % 10);
}

import { endPrice, type PriceEnding } from './draft.ts';

/**
 * A number as people type it or spreadsheets hold it, with its currency's sign and the separators of either kind.
 * @param decimal what stands before decimals in the person's language; it decides only where three digits follow a single separator
 * @returns its digits with a point; null where it is no number
 */
export function readTyped(text: string, decimal: ',' | '.'): string | null {
	const bare = text.replace(/[\p{L}\p{Sc}\s'’]/gu, '').replace(/^[−–]/u, '-');
	const [, sign = '', body = ''] = /^(-?)([\d.,]+)$/.exec(bare) ?? [];
	if (!/\d/.test(body)) return null;
	const last = Math.max(body.lastIndexOf('.'), body.lastIndexOf(','));
	if (last < 0) return `${sign}${body}`;
	const mark = body.charAt(last);
	const other = mark === ',' ? '.' : ',';
	const after = body.slice(last + 1);
	const isAlone = body.indexOf(mark) === last;
	const isDecimal = isAlone && (body.includes(other) || after.length !== 3 || mark === decimal);
	const whole = isDecimal ? body.slice(0, last) : body;
	const parts = whole.split(isDecimal ? other : mark);
	// Thousands stand in threes, or it was no number of ours.
	if (parts.slice(1).some((part) => !/^\d{3}$/.test(part)) || !/^\d*$/.test(parts[0] ?? '')) return null;
	const digits = parts.join('');
	if (!isDecimal) return `${sign}${digits}`;
	return /^\d*$/.test(after) ? `${sign}${digits === '' ? '0' : digits}${after === '' ? '' : `.${after}`}` : null;
}

/** Rows and cells of what was copied out of a spreadsheet. */
export function readBlock(text: string): string[][] {
	const rows = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
	return rows.map((row) => row.split('\t').map((cell) => cell.trim()));
}

/** How prices of a selection are changed together: by hundredths of a percent, or by minor units. */
export type PriceShift = { kind: 'percent'; hundredths: bigint } | { kind: 'amount'; minor: bigint };

/** A price moved and then ended as asked; null where nothing is left of it. */
export function shiftPrice(amountMinor: bigint, currency: string, shift: PriceShift, ending: PriceEnding): bigint | null {
	const moved = shift.kind === 'amount' ? amountMinor + shift.minor : (amountMinor * (10_000n + shift.hundredths) + 5_000n) / 10_000n;
	return moved > 0n ? endPrice(moved, currency, ending) : null;
}

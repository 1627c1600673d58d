import { isRate, type Rate } from './fx.ts';

/** A file of rates is not what its format says; the message tells where. */
export class RateFileError extends Error {
	override name = 'RateFileError';
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const CODE = /^[A-Z]{3}$/;
/** What the bank writes where it has no rate. */
const NONE = new Set(['', 'N/A', '-']);

/**
 * Reads `eurofxref-hist.csv` of the European Central Bank: a first line `Date,USD,JPY,…,` and one line a day, how many units of each currency
 * one euro is. Also reads `eurofxref.csv`, the same with one day, written as `27 November 2026` and with blanks after the commas.
 * @param source as what the rates are kept: another bank may publish in the same form
 * @throws RateFileError when the text has another form
 */
export function readRateFile(text: string, source: Rate['source'] = 'ecb'): Rate[] {
	const lines = text
		.replace(/^\uFEFF/, '')
		.split(/\r?\n/)
		.filter((line) => line.trim() !== '');
	const [head = [], ...rows] = lines.map((line) => line.split(',').map((cell) => cell.trim()));
	if (head[0] !== 'Date') throw new RateFileError('The first line does not begin with Date');
	const codes = head.slice(1);
	const wrong = codes.find((code) => code !== '' && !CODE.test(code));
	if (wrong !== undefined) throw new RateFileError(`${JSON.stringify(wrong)} is no currency`);
	return rows.flatMap((cells, i) => {
		const day = dayOf(cells[0] ?? '', i + 2);
		return codes.flatMap((currency, column): Rate[] => {
			const rate = cells[column + 1] ?? '';
			if (currency === '' || NONE.has(rate)) return [];
			if (!isRate(rate)) throw new RateFileError(`Line ${i + 2} has ${JSON.stringify(rate)} for ${currency}`);
			return [{ currency, against: 'EUR', day, source, rate }];
		});
	});
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

function dayOf(text: string, line: number): string {
	const written = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/.exec(text);
	const month = MONTHS.indexOf(written?.[2] ?? '') + 1;
	const day = written && month > 0 ? `${written[3]}-${String(month).padStart(2, '0')}-${(written[1] ?? '').padStart(2, '0')}` : text;
	if (!isDay(day)) throw new RateFileError(`Line ${line} begins with ${JSON.stringify(text)}, which is no day`);
	return day;
}

/** `2026-02-28` is a day, `2026-02-30` is none. */
export function isDay(text: string): boolean {
	const at = DAY.test(text) ? new Date(text) : null;
	return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

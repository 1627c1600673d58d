import type { OfferRowView, OfferVerdictView } from '@pangea/api';
import { formatDecimal, type OfferField, type PriceEnding, type PriceShift, readTyped, shiftPrice } from '@pangea/domain';

/** What a person wants of one listing: a title in words, the rest as digits with a point. */
interface OfferEdit {
	row: OfferRowView;
	title?: string;
	price?: string;
	stock?: string;
}
/** By listing; those of rows that are out of sight stay. */
export type OfferEdits = ReadonlyMap<string, OfferEdit>;

export const COLUMNS: readonly OfferField[] = ['title', 'price', 'stock'];
/** A batch takes no more. */
export const MOST_EDITS = 500;

/** What stands between whole numbers and decimals in a language. */
export function decimalMark(language: string): ',' | '.' {
	return new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value === ',' ? ',' : '.';
}

/** Why a field of a row takes nothing; `underWay` passes by itself. */
export function barOf(row: OfferRowView, field: OfferField): OfferRowView['priceBar'] {
	return { title: row.titleBar, price: row.priceBar, stock: row.stockBar }[field];
}

/** A field as it is edited; null where it is not told. */
export function valueOf(row: OfferRowView, field: OfferField): string | null {
	if (field === 'title') return row.title;
	if (field === 'stock') return row.stock === null ? null : String(row.stock);
	return row.price && formatDecimal({ amountMinor: BigInt(row.price.amountMinor), currency: row.price.currency });
}

/** Sets one field; what is what it was, or nothing, is no edit. */
export function withEdit(edits: OfferEdits, row: OfferRowView, field: OfferField, value: string | null): OfferEdits {
	const { [field]: _, ...kept } = edits.get(row.listingId) ?? { row };
	const next = new Map(edits);
	const isChange = value !== null && value !== valueOf(row, field);
	const edit: OfferEdit = { ...kept, row, ...(isChange && { [field]: value }) };
	if (COLUMNS.every((column) => edit[column] === undefined)) next.delete(row.listingId);
	else next.set(row.listingId, edit);
	return next;
}

/** What was typed or pasted, as an edit holds it; what is no number stands as it is. */
export function writtenOf(field: OfferField, text: string, language: string): string {
	return field === 'title' ? text.trim() : (readTyped(text, decimalMark(language)) ?? text.trim());
}

/** Lays a block of cells over rows, from a cell on. What is empty leaves its cell alone; what is no number stands as it is, and is named. */
export function withBlock(
	edits: OfferEdits,
	rows: readonly OfferRowView[],
	from: { row: number; field: OfferField },
	fields: readonly OfferField[],
	block: readonly (readonly string[])[],
	language: string,
): { edits: OfferEdits; laid: number; over: number } {
	let next = edits;
	let laid = 0;
	let over = 0;
	for (const [down, cells] of block.entries()) {
		const row = rows[from.row + down];
		for (const [right, text] of cells.entries()) {
			if (text === '') continue;
			const field = fields[fields.indexOf(from.field) + right];
			if (!row || !field || barOf(row, field) !== null) over++;
			else {
				next = withEdit(next, row, field, writtenOf(field, text, language));
				laid++;
			}
		}
	}
	return { edits: next, laid, over };
}

/** How titles change alike: words are put in the place of others, before or behind them, or in the place of all. */
export const TITLE_FILLS = ['replace', 'before', 'after', 'set'] as const;
export type TitleFill = { field: 'title'; kind: (typeof TITLE_FILLS)[number]; find: string; words: string };
export type Fill = TitleFill | { field: 'price'; shift: PriceShiftText; ending: PriceEnding } | { field: 'stock'; to: string };
export type PriceShiftText = { kind: 'percent' | 'amount' | 'set'; by: string };

/** Changes one field of several rows alike; where nothing would be left of a price, that row stays as it is. */
export function withFill(edits: OfferEdits, rows: readonly OfferRowView[], fill: Fill): OfferEdits {
	return rows.reduce((next, row) => {
		if (barOf(row, fill.field) !== null) return next;
		if (fill.field === 'title') return withEdit(next, row, 'title', filledTitle(next.get(row.listingId)?.title ?? row.title, fill));
		if (fill.field === 'stock') return withEdit(next, row, 'stock', fill.to);
		if (!row.price) return next;
		const { currency } = row.price;
		const set = fill.shift.kind === 'set';
		const shift = shiftOf(fill.shift, currency);
		if (shift === null) return next;
		const from = set ? 0n : BigInt(row.price.amountMinor);
		const amountMinor = shiftPrice(from, currency, shift, fill.ending);
		return amountMinor === null ? next : withEdit(next, row, 'price', formatDecimal({ amountMinor, currency }));
	}, edits);
}

function filledTitle(title: string, { kind, find, words }: TitleFill): string {
	if (kind === 'set') return words;
	if (kind === 'replace')
		return title
			.replaceAll(find, words)
			.replace(/\s{2,}/g, ' ')
			.trim();
	return kind === 'before' ? `${words} ${title}` : `${title} ${words}`;
}

/** Null for what is no number of that currency. */
function shiftOf({ kind, by }: PriceShiftText, currency: string): PriceShift | null {
	const digits = kind === 'percent' ? 2 : (formatDecimal({ amountMinor: 0n, currency }).split('.')[1]?.length ?? 0);
	const [, sign = '', whole = '', after = ''] = /^([+-]?)(\d{1,9})(?:\.(\d+))?$/.exec(by) ?? [];
	if (whole === '' || after.length > digits) return null;
	const value = BigInt(`${whole}${after.padEnd(digits, '0')}`) * (sign === '-' ? -1n : 1n);
	return kind === 'percent' ? { kind, hundredths: value } : { kind: 'amount', minor: value };
}

/** What is asked of the server. */
export function askedRows(edits: OfferEdits) {
	return [...edits.values()].slice(0, MOST_EDITS).map(({ row, title, price, stock }) => ({
		listingId: row.listingId,
		...(title !== undefined && { title }),
		...(price !== undefined && { price: { amount: price, currency: row.price?.currency ?? '' } }),
		// What is no number is asked as one that no stock can be.
		...(stock !== undefined && { stock: /^\d+$/.test(stock) ? Number(stock) : -1 }),
	}));
}

export function cellKey({ listingId, field }: Pick<OfferVerdictView, 'listingId' | 'field'>): string {
	return `${listingId} ${field}`;
}
